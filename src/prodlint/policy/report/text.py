"""The format `text`: a line for each clause, below it the places where one is violated, and the counts at the end."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.report.grouping import by_area, worst
from prodlint.policy.verdict import Status
from prodlint.report.colour import GREEN, RED, YELLOW, painter
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.policy.verdict import Assessment, Verdict
    from prodlint.report.colour import Paint

WORDS = {Status.MISSING: "missing"}
"""The words for statuses where room is short."""

_WIDTH = 8
_WORST = 3


def render(assessment: Assessment, *, colour: bool = False) -> Iterator[str]:
    """The lines, by standard and area."""
    paint = painter(colour=colour)
    for standard, areas in by_area(assessment):
        yield f"{visible(standard.title)} ({visible(standard.name)})\n"
        for area, verdicts in areas:
            yield f"\n  {visible(standard.areas.get(area, area))}\n"
            for verdict in verdicts:
                yield from _verdict(verdict, paint)
        yield "\n"
    yield f"{counted(assessment, paint)}\n"


def counted(assessment: Assessment, paint: Paint) -> str:
    """How many clauses have which status, in one line."""
    counts = [
        paint(f"{number:,} {WORDS.get(status, status.value)}", _COLOURS[status])
        for status, number in assessment.counts().items()
        if number
    ]
    total = len(assessment.verdicts)
    gate = f"gate {visible(assessment.gate)}: " if assessment.gate else ""
    return f"{gate}{total:,} {'clause' if total == 1 else 'clauses'}: {', '.join(counts) or 'none'}"


def _verdict(verdict: Verdict, paint: Paint) -> Iterator[str]:
    word = WORDS.get(verdict.status, verdict.status.value)
    status = paint(word, _COLOURS[verdict.status]) + " " * (_WIDTH - len(word))
    yield f"    {status}  {visible(verdict.clause.id)}: {visible(verdict.reason)}\n"
    if verdict.status is Status.VIOLATED:
        for path, number in worst(verdict)[:_WORST]:
            yield f"{' ' * (_WIDTH + 8)}{number:,} in {visible(path)}\n"


_COLOURS = {
    Status.MET: GREEN,
    Status.ATTESTED: GREEN,
    Status.WAIVED: YELLOW,
    Status.OPEN: YELLOW,
    Status.MISSING: YELLOW,
    Status.STALE: YELLOW,
    Status.EXPIRED: RED,
    Status.VIOLATED: RED,
}
