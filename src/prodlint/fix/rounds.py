"""The text of a file in, the same with its violations fixed out: in rounds, each proved, until nothing is left to fix.

Fixes that overlap wait for the next round. Where a round's result fails its proof, the fixes that are to blame are
found by halving and left out, each with a problem that names its rule; the others stay.
"""

from __future__ import annotations

from prodlint.fix.attempt import Result, attempt
from prodlint.fix.edits import choose
from prodlint.fix.hidden import Hidden
from prodlint.fix.proof import Proof, Shift
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem, Safety

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.fix.attempt import Inspect
    from prodlint.fix.hidden import Reported
    from prodlint.model import Checked, Violation
    from prodlint.source import Source

SAFE = frozenset({Safety.SAFE})
UNSAFE = frozenset({Safety.SAFE, Safety.UNSAFE})
"""What is applied when unsafe fixes are asked for; manual ones never are."""

MOST_ROUNDS = 10
"""So many times fixes that overlap others may wait; each round has fewer violations than the one before."""

MOST_REFUSALS = 10
"""After as many refused fixes of a rule its others in the file are not tried: finding each takes several proofs."""


class FixedText(NamedTuple):
    """What fixing a file gave: its new content, the violations that were fixed and those left, and what went wrong.

    ``data`` is the old content where nothing could be fixed.
    """

    data: bytes
    fixed: tuple[Violation, ...]
    left: tuple[Violation, ...]
    problems: tuple[Problem, ...]


def fix_text(source: Source, safeties: frozenset[Safety], inspect: Inspect, reported: Reported = tuple) -> FixedText:
    """Fix a file's violations whose fixes are of these safeties.

    ``inspect`` runs the rules on a text, and makes the fixes of the safeties that it is given. ``reported`` says what
    the report makes of the violations that are found first: those that it hides or leaves out are not fixed, and are
    hidden or left out in the end. Nothing is written.
    """
    return _Fixing(safeties, inspect).run(source, reported)


class _Fixing:
    """One file being fixed: what was fixed, what was tried in vain and where it stands now, what went wrong."""

    def __init__(self, safeties: frozenset[Safety], inspect: Inspect) -> None:
        self._safeties = safeties
        self._inspect = inspect
        self._fixed: list[Violation] = []
        self._refused: set[_Place] = set()
        self._refusals: dict[str, int] = {}
        self._problems: dict[tuple[str, str], Problem] = {}
        self._crashes: dict[tuple[str, str], Problem] = {}

    def run(self, source: Source, reported: Reported) -> FixedText:
        """Go through the rounds."""
        checked = self._look(source)
        hidden = Hidden(source, checked.violations, reported)
        shown = hidden.applied(checked.violations, source)
        for _ in range(MOST_ROUNDS):
            wanted = [violation for violation in shown if self._is_wanted(violation, source)]
            if not wanted:
                break
            result = self._prove(source, checked, choose(wanted).taken)
            if result is not None:
                shift = Shift(result.edits)
                self._move(shift)
                hidden.move(shift)
                source = result.source
                checked = self._look(source)
                shown = hidden.applied(checked.violations, source)
        else:
            if left := [violation for violation in shown if self._is_wanted(violation, source)]:
                self._tell_unfinished(left[0])
        violations = tuple(self._as_left(violation, source) for violation in shown)
        problems = (*self._crashes.values(), *self._problems.values())
        return FixedText(source.data, tuple(self._fixed), violations, problems)

    def _look(self, source: Source) -> Checked:
        """Run the rules, and note what crashed, once for each message."""
        checked = self._inspect(source, self._safeties)
        for problem in checked.problems:
            self._crashes.setdefault((problem.code, problem.message), problem)
        return checked

    def _is_wanted(self, violation: Violation, source: Source) -> bool:
        fix = violation.fix
        return (
            fix is not None
            and violation.suppressed is None
            and fix.safety in self._safeties
            and self._refusals.get(violation.rule, 0) < MOST_REFUSALS
            and _place(violation, source) not in self._refused
        )

    def _as_left(self, violation: Violation, source: Source) -> Violation:
        """The violation as it is reported: what has turned out to have no fix is not called fixable."""
        was_tried = violation.fixable in self._safeties and violation.suppressed is None
        return violation._replace(fixable=None) if was_tried and not self._is_wanted(violation, source) else violation

    def _prove(self, source: Source, checked: Checked, violations: Sequence[Violation]) -> Result | None:
        """The text with as many of these fixed as stand their proof; None for none."""
        proof = Proof(source)
        proved: list[Violation] = []
        result: Result | None = None
        pending = [list(violations)]
        while pending:
            part = [v for v in pending.pop() if self._refusals.get(v.rule, 0) < MOST_REFUSALS]
            if not part:
                continue
            attempt = self._attempt(proof, checked, [*proved, *part])
            if isinstance(attempt, Result):
                proved += part
                result = attempt
            elif len(part) > 1:
                pending += (part[len(part) // 2 :], part[: len(part) // 2])
            else:
                # One that stands its proof alone waits for the next round, when the others are done.
                alone = self._attempt(proof, checked, part) if proved else attempt
                if not isinstance(alone, Result):
                    self._refuse(part[0], alone, source)
        self._fixed += proved
        return result

    def _attempt(self, proof: Proof, checked: Checked, violations: list[Violation]) -> Result | Problem:
        return attempt(proof, checked, violations, self._inspect, self._safeties)

    def _refuse(self, violation: Violation, why: Problem, source: Source) -> None:
        rule = violation.rule
        self._refused.add(_place(violation, source))
        self._refusals[rule] = number = self._refusals.get(rule, 0) + 1
        message = f"the fix of `{rule}` is not applied: {why.message}"
        if number == MOST_REFUSALS:
            message += f"; after {number} such the others of `{rule}` in this file are not tried"
        line = violation.span.line if violation.span else 1
        problem = Problem(why.code, message, source.path, line, f"report it to the author of `{rule}`", fatal=False)
        self._problems[f"{number}", rule] = problem

    def _tell_unfinished(self, violation: Violation) -> None:
        line = violation.span.line if violation.span else 1
        message = f"{MOST_ROUNDS} rounds did not fix everything, such as `{violation.rule}`"
        self._problems["", ""] = Problem(
            "fix-unfinished", message, violation.path, line, "run prodlint again", fatal=False
        )

    def _move(self, shift: Shift) -> None:
        """Follow what was refused to its new place; where it has changed, it may be tried again."""
        self._refused = {
            place._replace(start=shift(place.start), end=shift(place.start) + place.end - place.start)
            for place in self._refused
            if not shift.is_touched(place.start, place.end)
        }


class _Place(NamedTuple):
    """A violation's identity within one text: its rule, its message, and the offsets it spans."""

    rule: str
    message: str
    start: int
    end: int


def _place(violation: Violation, source: Source) -> _Place:
    span = violation.span
    if span is None:
        return _Place(violation.rule, violation.message, 0, 0)
    start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
    return _Place(violation.rule, violation.message, start, end)
