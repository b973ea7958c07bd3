"""Bytes in, text and positions out: the only converter between bytes, characters and lines. Never touches a tree.

The text is what CPython's tokenizer would read: byte order mark and PEP 263 cookie honoured, the newlines left as they
are on disk. Lines end at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else, as the language reference says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, count
from operator import add

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Span

if TYPE_CHECKING:
    from _ast import AST
    from collections.abc import Sequence

BOM = b"\xef\xbb\xbf"
_COOKIE = rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_BLANK = rb"^[ \t\f]*(?:#.*)?$"
_FIRST_TWO_LINES = rb"([^\r\n]*)(?:\r\n|\r|\n)?([^\r\n]*)"
_NEWLINE = r"\r\n|\r|\n"


class Unreadable(Exception):
    """A file that cannot be turned into text or a tree, with the reason and the 1-based line where it is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def encoding_of(data: bytes) -> str:
    """The codec name a file declares: by BOM, by PEP 263 cookie in its first two lines, else ``utf-8``."""
    if data.startswith(BOM):
        return "utf-8-sig"
    opening = re.match(_FIRST_TWO_LINES, data)
    for line in opening.groups() if opening else ():
        if found := re.match(_COOKIE, line):
            return _normal_name(found[1].decode("ascii", "replace"))
        if not re.match(_BLANK, line):
            break
    return "utf-8"


def encoded(text: str) -> bytes:
    """The bytes that a text would be saved as: a cookie in it names the codec that will read them."""
    data = text.encode("utf-8", "surrogatepass")
    if data.isascii():
        return data
    try:
        return text.encode(encoding_of(data).removesuffix("-sig"))
    except (LookupError, UnicodeError):
        return data


def _normal_name(name: str) -> str:
    """Emacs writes ``utf-8-unix``; CPython's tokenizer knows such names of its two commonest codecs."""
    plain = name[:12].lower().replace("_", "-")
    if plain == "utf-8" or plain.startswith("utf-8-"):
        return "utf-8"
    if f"{plain}-".startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "iso-8859-1"
    return name


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark and with its newlines untouched.

    Raises Unreadable for an unknown codec and for bytes that the codec does not accept.
    """
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except LookupError:
        raise Unreadable(f"unknown encoding `{encoding}`", 1) from None
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        where = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise Unreadable(f"not valid {encoding}: {where}", line) from None
    except UnicodeError as error:  # codecs such as `undefined` and `idna` say no more
        raise Unreadable(f"not valid {encoding}: {error}") from None


def encoded_like(source: Source, text: str) -> bytes:
    """A text as bytes in the encoding of a file, with its byte order mark if it has one.

    Raises UnicodeEncodeError for what that encoding lacks.
    """
    return text.encode(encoding_of(source.data))


def line_starts(text: str, lines: Sequence[str] = ()) -> list[int]:
    """The offset of the first character of each line of a text; ``lines`` are its lines where they are known."""
    if "\r" in text:
        return [0, *(newline.end() for newline in re.finditer(_NEWLINE, text))]
    # Each newline before a line is a character more.
    return [0, *map(add, accumulate(map(len, (lines or text.split("\n"))[:-1])), count(1))]


class Source:
    """One file's bytes, with its text and line table made on first use.

    ``path`` is what reports show. Offsets are 0-based character offsets into ``text``; lines and columns are 1-based.
    """

    __slots__ = ("_encoded", "_lines", "_starts", "_text", "data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._text: str | None = None
        self._starts: list[int] | None = None
        self._lines: list[str] | None = None
        self._encoded: _EncodedLine | None = None

    @property
    def text(self) -> str:
        """The decoded text. Raises Unreadable as `decode` does."""
        if self._text is None:
            self._text = decode(self.data)
        return self._text

    @property
    def starts(self) -> list[int]:
        """The offset of each line's first character."""
        if self._starts is None:
            self._starts = line_starts(self.text, self.lines)
        return self._starts

    @property
    def lines(self) -> list[str]:
        """The lines without their newlines; text after the last newline is one, even when it is empty."""
        if self._lines is None:
            self._lines = re.split(_NEWLINE, self.text) if "\r" in self.text else self.text.split("\n")
        return self._lines

    @property
    def line_count(self) -> int:
        """How many lines there are; text after the last newline counts as one, even when it is empty."""
        return len(self.lines)

    @property
    def newline(self) -> str:
        """What ends its first line, or a line feed."""
        found = re.search(_NEWLINE, self.text)
        return found[0] if found else "\n"

    def line(self, number: int) -> str:
        """The text of a line without its newline; empty past the end."""
        lines = self.lines
        return lines[number - 1] if number <= len(lines) else ""

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column; a place past the end is the end of the text."""
        starts = self.starts
        return starts[line - 1] + column - 1 if line <= len(starts) else len(self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def column(self, line: int, utf8_offset: int) -> int:
        """The column of an ``ast`` position, which counts UTF-8 bytes from 0."""
        if self.text.isascii():
            return utf8_offset + 1
        if self._encoded is None or self._encoded.number != line:
            self._encoded = _EncodedLine(line, self.line(line))
        return self._encoded.column(utf8_offset)

    def span(self, node: AST) -> Span:
        """The region that an ``ast`` node covers."""
        line, end_line = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        return Span(
            line,
            self.column(line, node.col_offset),  # type: ignore[attr-defined]
            end_line,
            self.column(end_line, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def slice(self, span: Span) -> str:
        """The text of a region."""
        if span.line == span.end_line:
            return self.line(span.line)[span.column - 1 : span.end_column - 1]
        return self.text[self.offset(span.line, span.column) : self.offset(span.end_line, span.end_column)]

    def span_of(self, start: int, end: int) -> Span:
        """The region of a half-open range of offsets."""
        return Span(*self.position(start), *self.position(end))


_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))
_BLOCK = 1024


class _EncodedLine:
    """A line as UTF-8, with the number of characters before each block of it: a line of megabytes has many columns."""

    __slots__ = ("_before", "_data", "number")

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self._data = data = text.encode("utf-8", "surrogatepass")
        self._before = [0, *accumulate(_characters(data[at : at + _BLOCK]) for at in range(0, len(data), _BLOCK))]

    def column(self, utf8_offset: int) -> int:
        block = min(utf8_offset // _BLOCK, len(self._before) - 1)
        return self._before[block] + _characters(self._data[block * _BLOCK : utf8_offset]) + 1


def _characters(utf8: bytes) -> int:
    return len(utf8.translate(None, _CONTINUATION_BYTES))
