"""Runs a piece of code and tells what it did: what a fix must not change."""

from __future__ import annotations

import contextlib
import io
import logging
import traceback
from typing import Any, NamedTuple


class Behaviour(NamedTuple):
    """What calling ``run()`` gave, printed, logged and raised; the trace holds names of functions, not lines."""

    result: str
    output: str
    errors: str
    logged: tuple[str, ...]
    raised: str
    events: tuple[str, ...]


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()} {bool(record.exc_info)}")


def behaviour(code: str) -> Behaviour:
    """Execute a module that defines ``run()`` and call it; what it puts into the list ``events`` is told as well."""
    events: list[Any] = []
    space: dict[str, Any] = {"__name__": "shop", "events": events}
    output, errors = io.StringIO(), io.StringIO()
    keeper = _Keeper()
    root = logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    result = raised = ""
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                exec(compile(code, "<shape>", "exec"), space)
                result = repr(space["run"]())
            except BaseException as error:  # noqa: BLE001  whatever it raises is what is compared
                raised = _told(error)
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)
    return Behaviour(
        result, output.getvalue(), errors.getvalue(), tuple(keeper.lines), raised, tuple(map(repr, events))
    )


def _told(error: BaseException) -> str:
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    context = "" if error.__context__ is None else f" during {_told(error.__context__)}"
    return f"{type(error).__name__}{error.args} in {frames[1:]}{context}"
