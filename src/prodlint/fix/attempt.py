"""Violations with fixes in, the text with all of them fixed out, if it stands its proof; else why not."""

from __future__ import annotations

from prodlint.fix.cycles import grown, undoing
from prodlint.fix.edits import apply, choose
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Edit, Problem, Safety
from prodlint.source import Source, encoded_like
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.fix.proof import Proof
    from prodlint.model import Checked, Violation

    Inspect = Callable[[Source, frozenset[Safety]], Checked]
    """Runs the rules on a text, and makes the fixes of these safeties."""

NONE: frozenset[Safety] = frozenset()


class Result(NamedTuple):
    """A text that stood its proof, and the edits that made it."""

    source: Source
    edits: tuple[Edit, ...]


def attempt(
    proof: Proof, checked: Checked, violations: Sequence[Violation], inspect: Inspect, safeties: frozenset[Safety]
) -> Result | Problem:
    """The text with these violations fixed, or why it may not take the old one's place.

    ``checked`` is what the rules say of the old text; ``safeties`` are of the fixes that could undo these.
    """
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
    again = inspect(new, NONE)
    if why := _unsettled(checked, again, violations):
        names = undoing(source, new, checked, lambda text: inspect(text, safeties)) if len(violations) == 1 else ()
        if not names:
            return _refusal(why)
        told = ", ".join(f"`{name}`" for name in names)
        return Problem("fix-cycle", f"{told} would undo it")
    return Result(new, choice.edits)


def _refusal(why: str) -> Problem:
    return Problem("fix-refused", why)


def _dropped(violations: Sequence[Violation], source: Source) -> frozenset[int]:
    """Where the comments stand that are what is wrong, and others that their fixes shorten: they may go."""
    found = set()
    for violation in violations:
        if violation.family == TOOL and violation.span is not None and violation.fix is not None:
            found.add(source.offset(violation.span.line, violation.span.column))
            found.update(max(source.text.find("#", *edit[:2]), edit.start) for edit in violation.fix.edits)
    return frozenset(found)


def _unsettled(before: Checked, after: Checked, fixed: Sequence[Violation]) -> str:
    """Which rule still finds what was fixed, or finds something new, or crashes now; empty if none.

    What is left to a person to finish, as a skeleton is, may be found still, and by others; not more often.
    """
    known = {(problem.code, problem.message) for problem in before.problems}
    for problem in after.problems:
        if (problem.code, problem.message) not in known:
            return f"on the result, {problem.message}"
    own = {violation.rule for violation in fixed}
    if all(violation.fixable is Safety.MANUAL for violation in fixed):
        more = own.intersection(grown(before, after))
        return f"`{min(more)}` would find more" if more else ""
    for rule in grown(before, after, fixed):
        return f"`{rule}` still finds something" if rule in own else f"`{rule}` would find something new"
    return ""
