"""What of a file's violations its report hides or leaves out: not fixed, and hidden still when fixes have moved it."""

from __future__ import annotations

from prodlint.fix.write import Changed
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import MODULE_SPAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prodlint.fix.proof import Shift
    from prodlint.model import Suppression, Violation
    from prodlint.source import Source

    Reported = Callable[[Sequence[Violation]], Iterable[Violation | None]]
    """Each violation as the report has it; None stands for one that the report leaves out."""


class Hidden:
    """The violations that are found in a text and that its report does not show as they are found."""

    def __init__(self, source: Source, found: Sequence[Violation], reported: Reported) -> None:
        self._marks: dict[_Place, Suppression | None] = {}
        for violation, shown in zip(found, reported(found), strict=True):
            if shown is None:
                self._marks[_place(violation, source)] = None
            elif shown.suppressed != violation.suppressed:
                self._marks[_place(violation, source)] = shown.suppressed

    def applied(self, found: Sequence[Violation], source: Source) -> Sequence[Violation]:
        """What is found in the text as it is now, as the report would have it."""
        return list(self._applied(found, source)) if self._marks else found

    def _applied(self, found: Iterable[Violation], source: Source) -> Iterator[Violation]:
        for violation in found:
            place = _place(violation, source)
            if place not in self._marks:
                yield violation
            elif (mark := self._marks[place]) is not None:
                yield violation._replace(suppressed=mark)

    def move(self, shift: Shift) -> None:
        """Follow the violations to where edits have put them."""
        self._marks = {place._replace(start=shift(place.start)): mark for place, mark in self._marks.items()}


def as_reported(found: Iterable[Violation], reported: Sequence[Violation]) -> list[Violation | None]:
    """Each of a file's violations as its report has it, which has the same or fewer, in the same order.

    Raises `Changed` where the report has others: then it is about another text.
    """
    shown: list[Violation | None] = []
    at = 0
    for violation in found:
        is_reported = at < len(reported) and _identity(violation) == _identity(reported[at])
        shown.append(reported[at] if is_reported else None)
        at += is_reported
    if at < len(reported):
        raise Changed("it changed since it was checked")
    return shown


class _Place(NamedTuple):
    """A violation's identity within one text; an edit can change its end, but not its start, and leave it there."""

    rule: str
    message: str
    start: int


def _place(violation: Violation, source: Source) -> _Place:
    span = violation.span
    # Before the text, so that nothing moves what is about the whole file or the module.
    return _Place(
        violation.rule,
        violation.message,
        -1 if span is None or span == MODULE_SPAN else source.offset(span.line, span.column),
    )


def _identity(violation: Violation) -> tuple[object, ...]:
    return violation.rule, violation.span, violation.message, violation.fingerprint
