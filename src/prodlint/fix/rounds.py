"""The text of a file in, the same with its violations fixed out: in rounds, each proved, until nothing is left to fix.

Fixes that overlap wait for the next round. Where a round's result fails its proof, the fixes that are to blame are
found by halving and left out, each with a problem that names its rule; the others stay.
"""

from __future__ import annotations

from prodlint.fix.cycles import grown, undoing
from prodlint.fix.edits import apply, choose
from prodlint.fix.hidden import Hidden
from prodlint.fix.proof import Proof, Shift
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Edit, Problem, Safety
from prodlint.source import Source, encoded_like
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.fix.hidden import Reported
    from prodlint.model import Checked, Violation

    Inspect = Callable[[Source, frozenset[Safety]], Checked]

NONE: frozenset[Safety] = frozenset()
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


class _Result(NamedTuple):
    """A text that stood its proof, and the edits that made it."""

    source: Source
    edits: tuple[Edit, ...]


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

    def _prove(self, source: Source, checked: Checked, violations: Sequence[Violation]) -> _Result | None:
        """The text with as many of these fixed as stand their proof; None for none."""
        proof = Proof(source)
        proved: list[Violation] = []
        result: _Result | None = None
        pending = [list(violations)]
        while pending:
            part = [v for v in pending.pop() if self._refusals.get(v.rule, 0) < MOST_REFUSALS]
            if not part:
                continue
            attempt = self._attempt(proof, checked, [*proved, *part])
            if isinstance(attempt, _Result):
                proved += part
                result = attempt
            elif len(part) > 1:
                pending += (part[len(part) // 2 :], part[: len(part) // 2])
            else:
                # One that stands its proof alone waits for the next round, when the others are done.
                alone = self._attempt(proof, checked, part) if proved else attempt
                if not isinstance(alone, _Result):
                    self._refuse(part[0], alone, source)
        self._fixed += proved
        return result

    def _attempt(self, proof: Proof, checked: Checked, violations: list[Violation]) -> _Result | Problem:
        """The text with these fixed, or why not."""
        source = proof.source
        choice = choose(violations)
        if choice.left:
            return _refusal("it overlaps another fix")
        text = apply(source.text, choice.edits)
        if text == source.text:
            return _refusal("it changes nothing")
        try:
            new = Source(source.path, encoded_like(source, text))
        except UnicodeEncodeError as error:
            return _refusal(f"the file's encoding has no {text[error.start : error.end]!a}")
        if why := proof.fault(new, choice.edits, _dropped(violations, source)):
            return _refusal(why)
        again = self._inspect(new, NONE)
        if why := _unsettled(checked, again, violations):
            names = undoing(source, new, checked, self._inspect_all) if len(violations) == 1 else ()
            if not names:
                return _refusal(why)
            told = ", ".join(f"`{name}`" for name in names)
            return Problem("fix-cycle", f"{told} would undo it")
        return _Result(new, choice.edits)

    def _inspect_all(self, source: Source) -> Checked:
        return self._inspect(source, self._safeties)

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


def _refusal(why: str) -> Problem:
    return Problem("fix-refused", why)


def _dropped(violations: Sequence[Violation], source: Source) -> frozenset[int]:
    """Where the comments stand that are what is wrong: they may go."""
    return frozenset(_place(violation, source).start for violation in violations if violation.family == TOOL)


def _unsettled(before: Checked, after: Checked, fixed: Sequence[Violation]) -> str:
    """Which rule still finds what was fixed, or finds something new, or crashes now; empty if none."""
    known = {(problem.code, problem.message) for problem in before.problems}
    for problem in after.problems:
        if (problem.code, problem.message) not in known:
            return f"on the result, {problem.message}"
    own = {violation.rule for violation in fixed}
    for rule in grown(before, after, fixed):
        return f"`{rule}` still finds something" if rule in own else f"`{rule}` would find something new"
    return ""
