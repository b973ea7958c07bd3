"""Text of valid TOML in, the place of every key and list item out; it reads no value.

Parsers of TOML give values without places. Messages and ``config --show`` need the places, so this scans the text a
second time, and only then. It trusts the text: one that no parser accepts may give wrong places, and never an error.
"""

from __future__ import annotations

import re

from prodlint.light_typing import NamedTuple

Path = tuple["str | int", ...]
"""The way to a value: names of tables and keys, indexes of list items."""


class Position(NamedTuple):
    """A place in a text, both 1-based; the column counts characters."""

    line: int
    column: int


def positions(text: str) -> dict[Path, Position]:
    """Where each key and each list item begins. A table that is opened twice stands where it was first named."""
    scanner = _Scanner(text)
    scanner.document()
    starts = scanner.starts
    newlines = [match.end() for match in re.finditer("\n", text)]
    return {path: _position(newlines, start) for path, start in starts.items()}


def _position(newlines: list[int], offset: int) -> Position:
    from bisect import bisect_right

    line = bisect_right(newlines, offset)
    return Position(line + 1, offset - (newlines[line - 1] if line else 0) + 1)


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r'"(?P<basic>(?:[^"\\\n]|\\.)*)"|\'(?P<literal>[^\'\n]*)\'|(?P<bare>[^\s.=\]\[{},"\'#]+)')
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


class _Scanner:
    """One pass over a text. Invariant: every step ends behind where it began, or the pass ends."""

    def __init__(self, text: str) -> None:
        self.starts: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._tables_in_list: dict[Path, int] = {}

    def document(self) -> None:
        """Scan everything."""
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            before = self._at
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
            if self._at == before:
                return

    def _header(self) -> Path:
        start = self._at
        is_list = self._text.startswith("[[", start)
        self._at += 1 + is_list
        parts = [part for part, _ in self._key()]
        self._at = self._end_of_line()
        table: Path = ()
        for index, part in enumerate(parts):
            table = (*table, part)
            self.starts.setdefault(table, start)
            if is_list and index == len(parts) - 1:
                count = self._tables_in_list[table] = self._tables_in_list.get(table, -1) + 1
                table = (*table, count)
                self.starts[table] = start
            elif table in self._tables_in_list:
                table = (*table, self._tables_in_list[table])
        return table

    def _pair(self, table: Path) -> None:
        path = table
        for part, start in self._key():
            path = (*path, part)
            self.starts.setdefault(path, start)
        self._skip(_SPACES)
        if self._text.startswith("=", self._at):
            self._at += 1
            self._skip(_SPACES)
            self._value(path)

    def _key(self) -> list[tuple[str, int]]:
        """The parts of a dotted key from here, each with its offset."""
        parts: list[tuple[str, int]] = []
        while True:
            self._skip(_SPACES)
            match = _KEY_PART.match(self._text, self._at)
            if match is None:
                return parts
            parts.append((_unquoted(match), self._at))
            self._at = match.end()
            self._skip(_SPACES)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _value(self, path: Path) -> None:
        if self._text.startswith("[", self._at):
            self._members(path, "]")
        elif self._text.startswith("{", self._at):
            self._members(path, "}")
        elif string := _STRING.match(self._text, self._at):
            self._at = string.end()
        else:
            self._skip(_SCALAR)

    def _members(self, path: Path, closing: str) -> None:
        """A list or an inline table from its bracket to behind the closing one."""
        self._at += 1
        index = 0
        self._skip(_BLANK)
        while self._at < len(self._text) and self._text[self._at] != closing:
            before = self._at
            if closing == "]":
                self.starts[(*path, index)] = before
                self._value((*path, index))
                index += 1
            else:
                self._pair(path)
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1
                self._skip(_BLANK)
            if self._at == before:
                return
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end


def _unquoted(match: re.Match[str]) -> str:
    if match["bare"] is not None:
        return match["bare"]
    if match["literal"] is not None:
        return match["literal"]
    return _ESCAPE.sub(_unescaped, match["basic"])


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    return chr(int(digits, 16)) if digits else _ESCAPES.get(match[3], match[3])
