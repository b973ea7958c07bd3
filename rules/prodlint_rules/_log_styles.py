"""What the rules about logs declare themselves with: the names of methods, the styles that a project can choose.

Apart from `_loggers`, which tells what a call logs: a run without a log call does not load that.
"""

from __future__ import annotations

from enum import Enum

LEVELS = ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")
"""What the methods that take a message are called, the one that takes its level too included."""

METHODS = (
    *LEVELS,
    *(f"a{level}" for level in LEVELS),
    "trace", "verbose", "success", "notice", "msg", "amsg",
)  # fmt: skip
"""What the methods that write to a log are called, those that are awaited included."""


class Style(Enum):
    """How a project logs: with fields under keywords, fields in `extra`, lazy arguments, or by the logger."""

    STRUCTLOG = "structlog"
    EXTRA = "extra"
    PERCENT = "percent"
    AUTO = "auto"


LIBRARIES = frozenset({"structlog", "loguru", "aws_lambda_powertools", "daiquiri", "logbook"})
"""The libraries for logs whose loggers take fields: who imports one has loggers of it, whatever they are called.

Not so Twisted, which is imported for much else.
"""
