"""Offsets into a text to the protocol's positions and back, in the unit that client and server have agreed upon.

Lines end where Python's do, and where the protocol says: at ``\\n``, ``\\r\\n`` and ``\\r``. Offsets count characters
from 0; positions count lines from 0 and, within a line, code units of UTF-8, UTF-16 or UTF-32.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from lsprotocol.types import Position, PositionEncodingKind, Range

from prodlint.source import line_starts

if TYPE_CHECKING:
    from collections.abc import Callable

Encoding = PositionEncodingKind | str


class Places:
    """The places of one text. A position beyond a line's end is that end; one beyond the text is the text's end."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.text = text
        self._starts = line_starts(text)
        is_plain = text.isascii() or encoding == PositionEncodingKind.Utf32
        self._encoding = PositionEncodingKind.Utf32 if is_plain else PositionEncodingKind(encoding)
        self._last = (0, 0)  # an offset, and how many units of its line are before it

    def offset(self, position: Position) -> int:
        """The offset of a position."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        end = self._end_of(position.line)
        if self._encoding == PositionEncodingKind.Utf32:
            return min(start + position.character, end)
        return start + _CHARACTERS[self._encoding](self.text[start:end], position.character)

    def offsets(self, region: Range) -> tuple[int, int]:
        """The offsets of a range, the end never before the start."""
        start = self.offset(region.start)
        return start, max(start, self.offset(region.end))

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        offset = min(offset, len(self.text))
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if self._encoding == PositionEncodingKind.Utf32:
            return Position(line, offset - start)
        # What is asked for in order costs each character once, however many findings a long line has.
        known, units = self._last
        if not start <= known <= offset:
            known, units = start, 0
        units += _UNITS[self._encoding](self.text[known:offset])
        self._last = (offset, units)
        return Position(line, units)

    def range(self, start: int, end: int) -> Range:
        """The range between two offsets."""
        return Range(self.position(start), self.position(end))

    def line_at(self, offset: int) -> tuple[int, int]:
        """The offsets of the line around an offset, without its newline."""
        line = bisect_right(self._starts, min(offset, len(self.text))) - 1
        return self._starts[line], self._end_of(line)

    def _end_of(self, line: int) -> int:
        """The offset behind a line's last character."""
        if line + 1 == len(self._starts):
            return len(self.text)
        end = self._starts[line + 1] - 1
        return end - 1 if self.text[end] == "\n" and self.text[end - 1 : end] == "\r" else end


_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


def _utf8_units(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8_characters(line: str, units: int) -> int:
    """How many characters begin within so many units of a line."""
    return len(line.encode("utf-8", "surrogatepass")[:units].translate(None, _CONTINUATION_BYTES))


def _utf16_characters(line: str, units: int) -> int:
    return len(line.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))


_UNITS: dict[PositionEncodingKind, Callable[[str], int]] = {
    PositionEncodingKind.Utf8: _utf8_units,
    PositionEncodingKind.Utf16: _utf16_units,
}
_CHARACTERS: dict[PositionEncodingKind, Callable[[str, int], int]] = {
    PositionEncodingKind.Utf8: _utf8_characters,
    PositionEncodingKind.Utf16: _utf16_characters,
}
