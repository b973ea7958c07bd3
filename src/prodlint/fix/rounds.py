"""The text of a file in, the same with its violations fixed out: in rounds, each proved, until nothing is left to fix.

Fixes that overlap wait for the next round. Where a round's result fails its proof, the fixes that are to blame are
found by halving and left out, each with a problem that names its rule; the others stay.
"""

from __future__ import annotations

from collections import Counter

from prodlint.fix.edits import apply, choose
from prodlint.fix.proof import fault
from prodlint.index import parse
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Problem, Safety
from prodlint.source import Source, encoded_like
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.model import Checked, Violation

    Inspect = Callable[[Source], Checked]

SAFE = frozenset({Safety.SAFE})
UNSAFE = frozenset({Safety.SAFE, Safety.UNSAFE})
"""What is applied when unsafe fixes are asked for; manual ones never are."""

MOST_ROUNDS = 10
"""After as many rounds with something still to fix, fixes undo each other's work."""


class FixedText(NamedTuple):
    """What fixing a file gave: its new content, the violations that were fixed and those left, and what went wrong.

    ``data`` is the old content where nothing could be fixed.
    """

    data: bytes
    fixed: tuple[Violation, ...]
    left: tuple[Violation, ...]
    problems: tuple[Problem, ...]


def fix_text(source: Source, safeties: frozenset[Safety], inspect: Inspect) -> FixedText:
    """Fix a file's violations whose fixes are of these safeties.

    ``inspect`` runs the rules on a text and gives every violation with its fix. Nothing is written.
    """
    return _Fixing(safeties, inspect).run(source)


class _Fixing:
    """One file being fixed: what was tried in vain, what was fixed, what went wrong."""

    def __init__(self, safeties: frozenset[Safety], inspect: Inspect) -> None:
        self._safeties = safeties
        self._inspect = inspect
        self._fixed: list[Violation] = []
        self._refused: set[tuple[Any, ...]] = set()
        self._problems: list[Problem] = []

    def run(self, source: Source) -> FixedText:
        """Go through the rounds."""
        first, seen = source, {source.data}
        original = checked = self._inspect(source)
        for _ in range(MOST_ROUNDS):
            wanted = [violation for violation in checked.violations if self._is_wanted(violation)]
            if not wanted:
                return FixedText(source.data, tuple(self._fixed), checked.violations, tuple(self._problems))
            result = self._prove(source, checked, choose(wanted).taken)
            if result is None:
                continue
            source, checked = result
            if source.data in seen:
                break
            seen.add(source.data)
        names = sorted({violation.rule for violation in wanted})
        told = ", ".join(f"`{name}`" for name in names)
        cycle = Problem(
            "fix-cycle",
            f"the fixes of {told} undo each other: the file is left as it was",
            first.path,
            wanted[0].span.line if wanted[0].span else None,
            f"report it to the authors of these rules; `--ignore {names[0]}` leaves one out",
        )
        return FixedText(first.data, (), original.violations, (*self._problems, cycle))

    def _is_wanted(self, violation: Violation) -> bool:
        fix = violation.fix
        return (
            fix is not None
            and violation.suppressed is None
            and fix.safety in self._safeties
            and _key(violation) not in self._refused
        )

    def _prove(
        self, source: Source, checked: Checked, violations: Sequence[Violation]
    ) -> tuple[Source, Checked] | None:
        """The text with as many of these fixed as stand their proof, and what the rules say of it; None for none."""
        tree = parse(source)
        proved: list[Violation] = []
        result: tuple[Source, Checked] | None = None
        pending = [list(violations)]
        while pending:
            part = pending.pop()
            attempt = self._attempt(source, tree, checked, [*proved, *part])
            if not isinstance(attempt, str):
                proved += part
                result = attempt
            elif len(part) == 1:
                self._refuse(part[0], attempt, source.path)
            else:
                pending += (part[len(part) // 2 :], part[: len(part) // 2])
        self._fixed += proved
        return result

    def _attempt(
        self, source: Source, tree: Any, checked: Checked, violations: list[Violation]
    ) -> tuple[Source, Checked] | str:
        choice = choose(violations)
        if choice.left:
            return "it overlaps another fix"
        text = apply(source.text, choice.edits)
        if text == source.text:
            return "it changes nothing"
        try:
            new = Source(source.path, encoded_like(source, text))
        except UnicodeEncodeError as error:
            return f"the file's encoding has no {text[error.start : error.end]!a}"
        dropped = Counter(_comment_at(source, violation) for violation in violations if violation.family == TOOL)
        if why := fault(source, tree, new, choice.edits, dropped):
            return why
        again = self._inspect(new)
        return _unsettled(checked, again, violations) or (new, again)

    def _refuse(self, violation: Violation, why: str, path: str) -> None:
        self._refused.add(_key(violation))
        self._problems.append(
            Problem(
                "fix-refused",
                f"the fix of `{violation.rule}` is not applied: {why}",
                path,
                violation.span.line if violation.span else None,
                f"report it to the author of `{violation.rule}`",
                fatal=False,
            )
        )


def _key(violation: Violation) -> tuple[Any, ...]:
    """What stays of a violation from round to round."""
    return violation.rule, violation.fingerprint


def _comment_at(source: Source, violation: Violation) -> str:
    """The comment that a suppression's violation is about, with what follows on its line."""
    assert violation.span is not None
    return source.line(violation.span.line)[violation.span.column - 1 :].rstrip()


def _unsettled(before: Checked, after: Checked, fixed: list[Violation]) -> str:
    """Which rule still finds what was fixed, or finds something new; empty if none."""
    was, now = _open(before), _open(after)
    for violation in fixed:
        was[violation.rule] -= 1
    for rule in sorted(now):
        if now[rule] > was[rule]:
            own = any(violation.rule == rule for violation in fixed)
            return f"`{rule}` still finds something" if own else f"`{rule}` would find something new"
    return ""


def _open(checked: Checked) -> Counter[str]:
    return Counter(violation.rule for violation in checked.violations if violation.suppressed is None)
