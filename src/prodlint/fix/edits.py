"""Fixes to one set of edits, and edits to text. Knows nothing of trees."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prodlint.model import Edit, Violation


class Choice(NamedTuple):
    """Violations whose fixes go together, with all their edits in order, and those that have to wait."""

    taken: tuple[Violation, ...]
    edits: tuple[Edit, ...]
    left: tuple[Violation, ...]


def choose(violations: Sequence[Violation]) -> Choice:
    """Take the fixes, in the order given, that overlap none taken before; each is taken whole or not at all.

    An insertion that several fixes want in the same words at the same place, such as an import, is made once.
    """
    taken: list[Violation] = []
    left: list[Violation] = []
    edits: list[Edit] = []  # sorted
    for violation in violations:
        fix = violation.fix
        assert fix is not None, "only violations with a fix are chosen from"
        wanted = [edit for edit in fix.edits if edit not in edits]
        if any(_clashes(edit, edits) for edit in wanted):
            left.append(violation)
            continue
        taken.append(violation)
        for edit in wanted:
            _insert(edit, edits)
    return Choice(tuple(taken), tuple(edits), tuple(left))


def _clashes(edit: Edit, edits: list[Edit]) -> bool:
    from bisect import bisect_left

    # The edits taken are disjoint and sorted: only the neighbours of the place can touch it.
    at = bisect_left(edits, edit)
    return any(_touch(edit, other) for other in edits[max(at - 1, 0) : at + 1])


def _touch(edit: Edit, other: Edit) -> bool:
    if edit.start == edit.end and other.start == other.end:
        return edit.start == other.start
    return edit.start < other.end and other.start < edit.end


def _insert(edit: Edit, edits: list[Edit]) -> None:
    from bisect import insort

    insort(edits, edit)


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
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    old_middle, new_middle = old[first : len(old) - last], new[first : len(new) - last]
    if old_middle.count("\n") < 2:
        return (_edit(first + shift, old_middle, new_middle),) if old_middle != new_middle else ()
    return tuple(_by_lines(old, new, shift))


# Beyond it matching lines takes longer than reading a wider edit does any harm.
_MOST_LINES = 2000


def _by_lines(old: str, new: str, shift: int) -> Iterable[Edit]:
    from difflib import SequenceMatcher  # only a fix that spans lines needs it

    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(old_lines) + len(new_lines) > _MOST_LINES:
        first = _common(old, new)
        last = _common(old[first:][::-1], new[first:][::-1])
        yield _edit(first + shift, old[first : len(old) - last], new[first : len(new) - last])
        return
    offsets = [0]
    for line in old_lines:
        offsets.append(offsets[-1] + len(line))
    for tag, a, b, c, d in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag != "equal":
            before, after = "".join(old_lines[a:b]), "".join(new_lines[c:d])
            first = _common(before, after)
            last = _common(before[first:][::-1], after[first:][::-1])
            yield _edit(
                offsets[a] + first + shift, before[first : len(before) - last], after[first : len(after) - last]
            )


def _edit(start: int, old: str, new: str) -> Edit:
    from prodlint.model import Edit

    return Edit(start, start + len(old), new)


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
