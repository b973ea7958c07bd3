"""Fixes to one set of edits, and edits to text. Knows nothing of trees."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import accumulate, pairwise

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prodlint.model import Edit, Violation


class Choice(NamedTuple):
    """Violations whose fixes go together, with all their edits in order, and those that have to wait."""

    taken: tuple[Violation, ...]
    edits: tuple[Edit, ...]
    left: tuple[Violation, ...]


def choose(violations: Iterable[Violation]) -> Choice:
    """Take the fixes, in the order given, that overlap none taken before; each is taken whole or not at all.

    Lines that several fixes insert in the same words at the same place, such as an import, are inserted once; and what
    several replace or remove in the same way is so once.
    """
    taken: list[Violation] = []
    left: list[Violation] = []
    edits: list[Edit] = []  # sorted
    known: set[Edit] = set()
    for violation in violations:
        fix = violation.fix
        assert fix is not None, "only violations with a fix are chosen from"
        wanted = [edit for edit in fix.edits if not (edit in known and _may_be_shared(edit))]
        if any(_clashes(edit, edits) for edit in wanted):
            left.append(violation)
            continue
        taken.append(violation)
        known.update(wanted)
        for edit in wanted:
            insort(edits, edit)
    return Choice(tuple(taken), tuple(edits), tuple(left))


def _may_be_shared(edit: Edit) -> bool:
    # Two fixes that insert a bracket at the same place want two brackets there.
    return edit.start < edit.end or "\n" in edit.text or "\r" in edit.text


def _clashes(edit: Edit, edits: list[Edit]) -> bool:
    # The edits taken are disjoint and sorted: only the neighbours of the place can touch it.
    at = bisect_left(edits, edit)
    return any(_touch(edit, other) for other in edits[max(at - 1, 0) : at + 1])


def _touch(edit: Edit, other: Edit) -> bool:
    if edit.start == edit.end and other.start == other.end:
        return edit.start == other.start
    return edit.start < other.end and other.start < edit.end


def are_disjoint(edits: Sequence[Edit]) -> bool:
    """Whether sorted edits, those of one fix, can all be made: none reaches into another."""
    return not any(_touch(edit, other) for edit, other in pairwise(edits))


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with sorted, disjoint edits made."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*pieces, text[at:]))


def difference(old: str, new: str, shift: int) -> tuple[Edit, ...]:
    """The smallest edits, by lines and within them, that make one text of another; ``shift`` is added to offsets."""
    first, last = trimmed(old, new)
    opening = old.rfind("\n", 0, first) + 1  # whole lines go to the comparison by lines
    middle = old[first : len(old) - last]
    if len(middle.splitlines()) < 3:
        return tuple(_edit(old, new, shift))
    tail = old.find("\n", len(old) - last) + 1
    closing = len(old) - tail if tail else 0
    before, after = old[opening : len(old) - closing], new[opening : len(new) - closing]
    return tuple(_by_lines(before, after, shift + opening))


# Beyond it matching lines takes longer than reading a wider edit does any harm.
_MOST_LINES = 2000


def _by_lines(old: str, new: str, shift: int) -> Iterator[Edit]:
    from difflib import SequenceMatcher  # only a fix that spans lines needs it

    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(old_lines) + len(new_lines) > _MOST_LINES:
        yield from _edit(old, new, shift)
        return
    offsets = [0, *accumulate(map(len, old_lines))]
    for tag, a, b, c, d in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _edit("".join(old_lines[a:b]), "".join(new_lines[c:d]), shift + offsets[a])


def _edit(old: str, new: str, shift: int) -> Iterator[Edit]:
    """The one edit between two texts, unless they are equal."""
    from prodlint.model import Edit

    if old != new:
        first, last = trimmed(old, new)
        first, last = _at_line_start(old, new, first, last)
        yield Edit(first + shift, len(old) - last + shift, new[first : len(new) - last])


def _at_line_start(old: str, new: str, first: int, last: int) -> tuple[int, int]:
    """The same insertion where it begins with a line, if it can: `a` put above `ab` is a line, not an end of `a`."""
    length = len(new) - len(old)
    if len(old) - last != first or length <= 0:
        return first, last
    start = max(new.rfind("\n", 0, first), new.rfind("\r", 0, first)) + 1
    moved = first - start
    # Moved back by as much as its own end repeats, an insertion makes the same text.
    is_same = new[start:first] == new[start + length : first + length]
    is_line = new[start + length - 1 : start + length] in ("\n", "\r")
    return (start, last + moved) if is_same and is_line else (first, last)


def trimmed(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts begin with, and then end with, in common; neither parts a CRLF."""
    first = _common(old, new)
    if old[first - 1 : first] == "\r" and "\n" in (old[first : first + 1], new[first : first + 1]):
        first -= 1
    last = _common(old[first:][::-1], new[first:][::-1])
    if last and old[-last] == "\n" and "\r" in (old[-last - 1 : -last], new[-last - 1 : -last]):
        last -= 1
    return first, last


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    length = min(len(one), len(other))
    if one[:length] == other[:length]:
        return length
    low, high = 0, length
    while low < high - 1:
        middle = (low + high) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle
    return low
