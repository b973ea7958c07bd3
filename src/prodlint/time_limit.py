"""A rule in, and no more time on a file than it may take: one that comes to no end is stopped, and the others go on.

Python has one means to end a loop from outside that leaves the process whole: the handler of a signal, which runs in
the main thread between two instructions, or within a regular expression's search, and can raise. So whoever owns the
process starts the limit: the command line and its worker processes. A library that somebody else's program calls must
not touch signals, and has no limit. Nothing can be stopped within a C extension that does not look for signals.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from types import FrameType, TracebackType
    from typing import Any

    from typing_extensions import Self
else:
    # What `signal` wraps in enums, which takes a millisecond.
    import _signal as signal

SECONDS = 30
"""What a rule may take on one file unless the user says otherwise: a thousand times what a slow one takes."""

_TICKS = 4
_MOST_STOPS = 3


class OverdueError(BaseException):
    """A rule has taken too long; not an `Exception`, so that no handler in a rule takes it for an error of its own."""


class TimeLimit:
    """Ends a rule that takes longer than some seconds on one file; a context that holds for this process.

    A timer ticks a few times in that span, and a rule that is at work in as many ticks in a row is ended. So a rule
    costs nothing but two assignments, and time in which the process was stopped or the machine asleep counts as one
    tick. What is stopped in several files is not run any more: the whole run must come to an end, too. 0 is no limit.
    """

    __slots__ = ("_before", "_is_at_work", "_seen", "_stops", "_ticks", "_turn", "seconds")

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._turn = 0
        self._is_at_work = False
        self._seen = 0
        self._ticks = 0
        self._stops: dict[str, int] = {}
        self._before: Any = None

    def __enter__(self) -> Self:
        if self.seconds and hasattr(signal, "setitimer"):
            try:
                self._before = signal.signal(signal.SIGALRM, self._tick)
            except ValueError:  # only the main thread gets signals: elsewhere there is no limit
                return self
            signal.setitimer(signal.ITIMER_REAL, self.seconds / _TICKS, self.seconds / _TICKS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._before = None

    def begin(self) -> None:
        """A rule sets to work on a file. From here to `end` OverdueError can be raised anywhere."""
        self._turn += 1
        self._is_at_work = True

    def end(self) -> None:
        """The rule has done its work."""
        self._is_at_work = False

    def stopped(self, rule: str) -> None:
        """Take note that a rule had to be stopped."""
        self._stops[rule] = self._stops.get(rule, 0) + 1

    def has_given_up(self, rule: str) -> bool:
        """Whether a rule had to be stopped so often that it is not run any more."""
        return self._stops.get(rule, 0) >= _MOST_STOPS

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        if not self._is_at_work:
            return
        if self._turn != self._seen:
            self._seen = self._turn
            self._ticks = 0
        self._ticks += 1
        # The first tick comes at any time within a rule's turn. A rule that swallows the error gets it at each tick.
        if self._ticks > _TICKS:
            raise OverdueError
