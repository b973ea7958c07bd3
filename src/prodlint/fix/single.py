"""One violation of a text in, its fix out, proved: what an editor offers at a place."""

from __future__ import annotations

from prodlint.fix.attempt import attempt
from prodlint.fix.proof import Proof
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Fix, Problem, Safety
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from prodlint.fix.attempt import Inspect
    from prodlint.model import Checked, Violation
    from prodlint.source import Source


class ProvedFix(NamedTuple):
    """The fix of a violation, None where there is none, and what went wrong.

    Its ``title`` says what it does, its ``safety`` how far it can be trusted; the offsets of its ``edits`` count the
    characters of the text from 0, without a byte order mark. They are sorted, disjoint, and made together or not at
    all.
    """

    fix: Fix | None
    problems: tuple[Problem, ...] = ()


def prove_fix(source: Source, checked: Checked, inspect: Inspect) -> ProvedFix:
    """Prove the fix of one violation as if it were to be written.

    ``checked`` is what the rules say of the text, with that one fix made; none is where the violation is not found,
    because the text is another by now. A manual fix is a start that somebody has to finish: its result parses, changes
    nothing but its place and keeps the comments, and may leave the violation, or others, to that person.
    """
    made = next((found for found in checked.violations if found.fix is not None), None)
    if made is None:
        return ProvedFix(None, tuple(p for p in checked.problems if p.code in _FIX_PROBLEMS))
    try:
        proof = Proof(source)
    except Unreadable as unreadable:
        return ProvedFix(None, (_not_offered(made, unreadable.reason),))
    result = attempt(proof, checked, [made], inspect, frozenset(Safety))
    if isinstance(result, Problem):
        return ProvedFix(None, (_not_offered(made, result.message),))
    return ProvedFix(made.fix)


_FIX_PROBLEMS = ("fix-refused", "fix-crash")


def _not_offered(violation: Violation, why: str) -> Problem:
    line = violation.span.line if violation.span else 1
    rule = violation.rule
    remedy = f"report it to the author of `{rule}`"
    return Problem(
        "fix-refused", f"the fix of `{rule}` is not offered: {why}", violation.path, line, remedy, fatal=False
    )
