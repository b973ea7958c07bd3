"""prodlint: the linter that makes a production policy real for Python."""

from __future__ import annotations

from prodlint._version import __version__

TYPE_CHECKING = False  # what `typing` has under this name; importing it would double the time of `prodlint --version`

if TYPE_CHECKING:
    from prodlint.api import check_paths, check_source, fix_source, fix_violation
    from prodlint.check import Site
    from prodlint.fix.single import ProvedFix
    from prodlint.model import (
        Context,
        Edit,
        Fix,
        Origin,
        Problem,
        Related,
        Report,
        Safety,
        Severity,
        Skipped,
        Span,
        Stale,
        Suppression,
        Violation,
    )
    from prodlint.rule import Fixed, Rule

_HOMES = {
    "prodlint.api": ("check_paths", "check_source", "fix_source", "fix_violation"),
    "prodlint.check": ("Site",),
    "prodlint.fix.single": ("ProvedFix",),
    "prodlint.model": (
        "Context", "Edit", "Fix", "Origin", "Problem", "Related", "Report", "Safety", "Severity", "Skipped", "Span",
        "Stale", "Suppression", "Violation",
    ),
    "prodlint.rule": ("Fixed", "Rule"),
}  # fmt: skip

__all__ = [
    "Context",
    "Edit",
    "Fix",
    "Fixed",
    "Origin",
    "Problem",
    "ProvedFix",
    "Related",
    "Report",
    "Rule",
    "Safety",
    "Severity",
    "Site",
    "Skipped",
    "Span",
    "Stale",
    "Suppression",
    "Violation",
    "__version__",
    "check_paths",
    "check_source",
    "fix_source",
    "fix_violation",
]


def __getattr__(name: str) -> object:
    # Imported on first use: `prodlint --version` and the command line need a part of it only.
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
