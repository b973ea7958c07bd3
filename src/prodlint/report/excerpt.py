"""A source line and a region of it in; the line as a terminal shows it and the place of the carets out.

Widths are terminal cells: tabs are expanded, East Asian wide characters count two, combining ones none, unsafe ones as
long as their escape. Costs are bounded by the room, not by the length of the line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from itertools import accumulate

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.report.safety import is_plain, visible_characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.model import Violation

_TAB = 4


class Marked(NamedTuple):
    """A line fit to print; the region starts after ``before`` cells and is ``under`` cells wide, at least one."""

    text: str
    before: int
    under: int


def region_of(violation: Violation, room: int) -> Marked | None:
    """The violation's source line with its region, in ``room`` cells; None if there is nothing to see."""
    span, excerpt = violation.span, violation.excerpt.rstrip()
    if span is None or not excerpt:
        return None
    end = span.end_column - 1 if span.end_line == span.line else len(excerpt)
    return mark(excerpt, span.column - 1, end, room)


def mark(line: str, start: int, end: int, room: int) -> Marked:
    """The line with its region of 0-based characters ``start`` to ``end``, cut around the region to ``room`` cells.

    A region beyond the line, as a line shortened by masking may have, is drawn at the line's end.
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start + 1), max(len(line), start + 1))
    if len(line) <= room and line.isascii() and is_plain(line):
        return Marked(line, start, end - start)
    return _mark_odd(line, start, end, room)


def _mark_odd(line: str, start: int, end: int, room: int) -> Marked:
    # Enough on both sides whatever is cut later, and little enough for a line of five megabytes.
    first, last = max(0, start - 2 * room), start + 2 * room
    window = line[first:last]
    start, end = start - first, min(end, last) - first
    if window.isascii() and is_plain(window.replace("\t", "")):
        start, end = (len(window[:place].expandtabs(_TAB)) for place in (start, end))
        cells: Sequence[str] = window.expandtabs(_TAB)
        edges: Sequence[int] = range(len(cells) + 1)
    else:
        cells = _expanded(window)
        edges = list(accumulate(map(_width, cells), initial=0))
        # Characters without width can make the window fit, and what is beyond it must still be hinted at.
        room -= (first > 0) + (last < len(line))
    end = min(end, len(cells))
    low, high = _cut(edges, start, end, room)
    left = "…" if low or first else ""
    right = "…" if high < len(cells) or last < len(line) else ""
    before = edges[start] - edges[low] + len(left)
    under = edges[min(end, high)] - edges[start]
    return Marked(f"{left}{''.join(cells[low:high])}{right}", before, max(under, 1))


def _expanded(line: str) -> list[str]:
    """What to show for each character, tabs being spaces up to the next multiple of four cells."""
    shown = visible_characters(line)
    if "\t" not in line:
        return shown
    cells = 0
    for index, source in enumerate(line):
        if source == "\t":
            shown[index] = " " * (_TAB - cells % _TAB)
        cells += _width(shown[index])
    return shown


@cache
def _width(text: str) -> int:
    """Terminal cells of one character, or of the ASCII text that stands for one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width  # here: only source that is not ASCII pays for the table

    if category(text) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(text) in ("W", "F") else 1


def _cut(edges: Sequence[int], start: int, end: int, room: int) -> tuple[int, int]:
    """The range of pieces to keep: all, or the line's beginning, or what is around the region, or the line's end.

    A cell is left free on each side where something is cut off.
    """
    whole = len(edges) - 1
    if edges[-1] <= room:
        return 0, whole
    low = 0
    if edges[end] >= room:
        spare = max(room - 2 - (edges[end] - edges[start]), 0)
        low = bisect_left(edges, min(edges[start] - spare // 2, edges[-1] - room + 1))
    last = edges[low] + room - (low > 0)
    high = whole if edges[-1] <= last else bisect_right(edges, last - 1) - 1
    return low, high
