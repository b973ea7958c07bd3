"""What the command line learns from the process's surroundings: its terminal, processors, cache directory."""

from __future__ import annotations

import os
import sys
import time

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Terminal(NamedTuple):
    """What the process's output goes to."""

    is_terminal: bool
    colour: bool
    width: int


def terminal_of(stream: object, colour: bool | None) -> Terminal:
    """What a stream is; ``colour`` is what the user asked for, None where the environment decides."""
    is_terminal = bool(getattr(stream, "isatty", lambda: False)())
    environment = os.environ
    if colour is None:
        if environment.get("NO_COLOR"):
            colour = False
        elif environment.get("FORCE_COLOR", "0") not in ("", "0"):
            colour = True
        else:
            colour = is_terminal and environment.get("TERM") != "dumb"
    width = int(columns) if (columns := environment.get("COLUMNS", "")).isdigit() else 0
    if is_terminal and not width:
        try:
            width = os.get_terminal_size(stream.fileno()).columns  # type: ignore[attr-defined]
        except OSError:
            width = 80
    return Terminal(is_terminal, colour, width or (80 if is_terminal else 10_000))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cache_home() -> str | None:
    """The user's cache directory by the platform's custom; None where there is none to be found."""
    environment = os.environ
    if home := environment.get("PRODLINT_CACHE_DIR"):
        return home
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return os.path.join(local, "prodlint", "cache") if local else None
    if sys.platform == "darwin" and environment.get("HOME"):
        return os.path.join(environment["HOME"], "Library", "Caches", "prodlint")
    base = environment.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # the standard says to ignore any other
        return os.path.join(base, "prodlint")
    return os.path.join(environment["HOME"], ".cache", "prodlint") if environment.get("HOME") else None


class Progress:
    """A bar on a terminal, drawn once a run has taken more than a second."""

    def __init__(self, stream: object) -> None:
        self._started = time.monotonic()
        self._bar: Callable[[int, int], None] | None = None
        self._stop: Callable[[], None] | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            if time.monotonic() - self._started < 1:
                return
            self._open(total)
        assert self._bar is not None
        self._bar(done, total)

    def _open(self, total: int) -> None:
        from rich.console import Console  # 45 ms, and only when there is time to look at it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        task = bar.add_task("checking", total=total)
        bar.start()
        self._bar = lambda done, _total: bar.update(task, completed=done)
        self._stop = bar.stop

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._stop is not None:
            self._stop()
