"""Findings before and after a fix in; which rules find more, and whose fixes lead back to the text before."""

from __future__ import annotations

from collections import Counter

from prodlint.fix.edits import apply, choose, trimmed
from prodlint.light_typing import TYPE_CHECKING
from prodlint.source import Source, encoded_like

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.model import Checked, Violation

_LONGEST = 10


def grown(before: Checked, after: Checked, fixed: Sequence[Violation] = ()) -> list[str]:
    """The rules that find more afterwards than they did, less what was fixed; in order of their names."""
    was, now = _open(before), _open(after)
    was.subtract(violation.rule for violation in fixed)
    return sorted(rule for rule in now if now[rule] > was[rule])


def _open(checked: Checked) -> Counter[str]:
    return Counter(violation.rule for violation in checked.violations if violation.suppressed is None)


def undoing(old: Source, new: Source, before: Checked, inspect: Callable[[Source], Checked]) -> tuple[str, ...]:
    """The rules whose fixes, one after the other, make the new text the old one again; empty if none do.

    ``before`` is what the rules say of the old text; ``inspect`` runs them on another one and makes their fixes.
    """
    names: list[str] = []
    for _ in range(_LONGEST):
        checked = inspect(new)
        more = grown(before, checked)
        found = [v for v in checked.violations if v.rule in more and v.fix is not None and v.suppressed is None]
        choice = choose(violation for violation in found if _is_about(violation, old.text, new.text))
        text = apply(new.text, choice.edits)
        names += [violation.rule for violation in choice.taken]
        if text == old.text:
            return tuple(dict.fromkeys(names))
        if text == new.text:
            return ()
        try:
            new = Source(new.path, encoded_like(new, text))
        except UnicodeEncodeError:
            return ()
    return ()


def _is_about(violation: Violation, old: str, new: str) -> bool:
    """Whether a fix changes nothing but lines in which the new text is other than the old one."""
    first, last = trimmed(old, new)
    start = new.rfind("\n", 0, first) + 1
    end = new.find("\n", len(new) - last)
    edits = violation.fix.edits if violation.fix is not None else ()
    return all(start <= edit.start and (end < 0 or edit.end <= end + 1) for edit in edits)
