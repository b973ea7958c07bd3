"""The texts that are open in the editor: its changes in, the current text and what was found in it out.

A finding's places are offsets into the text, so that they can follow its changes while nothing new can be found: a file
does not parse for most of the time in which somebody writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from lsprotocol.types import TextDocumentContentChangePartial
from pygls.uris import to_fs_path

from prodlint.digest import digest
from prodlint.hosts.lsp.positions import Encoding, Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol.types import TextDocumentContentChangeEvent, TextDocumentItem

    from prodlint.model import Violation

_PYTHON = frozenset({"python", "python3"})
_SUFFIXES = (".py", ".pyi")


class Finding(NamedTuple):
    """A violation, and the half-open ranges of offsets of its place and of the related ones."""

    violation: Violation
    places: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """The offset where the violation's place begins."""
        return self.places[0][0]

    @property
    def end(self) -> int:
        """The offset behind the violation's place."""
        return self.places[0][1]


def identity_of(findings: tuple[Finding, ...]) -> str:
    """What differs whenever anything of the findings does, and is the same in every process."""
    told = [(f.violation[:UP_TO_SPAN], f.violation.related, f.violation.suppressed, f.places) for f in findings]
    return digest(repr(told).encode("utf-8", "surrogatepass"), 8)


UP_TO_SPAN = 7
"""How many fields of a violation tell it from others of its text: all up to its span."""


class Found(NamedTuple):
    """What was found in a document's text: at which revision of it, and by which generation of the settings."""

    revision: int
    generation: int
    findings: tuple[Finding, ...]


class Document:
    """One open text. ``revision`` grows with every change; ``version`` is the client's number for it.

    ``path`` is the absolute path of the file, or None for what was never saved. ``kept`` are the findings of the last
    text that could be parsed, where they are now.
    """

    def __init__(self, item: TextDocumentItem, encoding: Encoding) -> None:
        self.uri = item.uri
        self.version: int | None = item.version
        self.path = path_of(item.uri)
        self.is_python = is_python(item.uri, self.path, item.language_id)
        self.revision = 0
        self.kept: tuple[Finding, ...] = ()
        self.found: Found | None = None
        self._encoding = encoding
        self._text = item.text
        self._places: Places | None = None

    @property
    def text(self) -> str:
        """The text as the editor has it."""
        return self._text

    @property
    def places(self) -> Places:
        """Where offsets into the text are for the editor."""
        if self._places is None:
            self._places = Places(self._text, self._encoding)
        return self._places

    def change(self, changes: Sequence[TextDocumentContentChangeEvent], version: int | None) -> None:
        """Make the changes that an editor tells of, in their order."""
        for change in changes:
            if isinstance(change, TextDocumentContentChangePartial):
                start, end = self.places.offsets(change.range)
                self._replace(start, end, change.text)
            else:
                start, end, text = _difference(self._text, change.text)
                self._replace(start, end, text)
        self.version = version
        self.revision += 1

    def take(self, findings: tuple[Finding, ...], generation: int, *, parses: bool) -> None:
        """Have these findings in the current text; where it does not parse, those too that were there before."""
        if parses:
            self.kept = findings
        else:
            findings = tuple(sorted((*findings, *self.kept), key=lambda finding: finding.places))
        self.found = Found(self.revision, generation, findings)

    def _replace(self, start: int, end: int, text: str) -> None:
        self._text = self._text[:start] + text + self._text[end:]
        self._places = None
        if self.kept:
            self.kept = tuple(moved for finding in self.kept if (moved := _moved(finding, start, end, text)))


def path_of(uri: str) -> str | None:
    """The absolute path that a URI names, with "/" between its names; None for what is no file."""
    if urlsplit(uri).scheme != "file":
        return None
    path = to_fs_path(uri)
    return path.replace("\\", "/") if path and path.strip("/\\") else None


def is_python(uri: str, path: str | None, language: str | None) -> bool:
    """Whether a document is Python code that can be judged by itself, which a cell of a notebook cannot."""
    if path is None and urlsplit(uri).scheme not in ("untitled", "file", "buffer"):
        return False
    return language in _PYTHON or (path is not None and path.endswith(_SUFFIXES))


def _difference(old: str, new: str) -> tuple[int, int, str]:
    """The range of the old text that the new one replaces, and by what."""
    from prodlint.fix.edits import trimmed

    first, last = trimmed(old, new)
    return first, len(old) - last, new[first : len(new) - last]


def _moved(finding: Finding, start: int, end: int, text: str) -> Finding | None:
    """A finding after the text from start to end has become another; None if that reaches into one of its places."""
    grown = len(text) - (end - start)
    places = []
    for place in finding.places:
        if place[1] < start or (place[1] == start and text[:1] in _NEWLINES):
            places.append(place)
        elif place[0] > end or (place[0] == end and text[-1:] in _NEWLINES):
            places.append((place[0] + grown, place[1] + grown))
        else:
            return None
    return finding._replace(places=tuple(places))


# What is put beside a place without a line break between them may become one word with it.
_NEWLINES = frozenset("\r\n")
