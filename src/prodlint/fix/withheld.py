"""A text of a file in, which of its lines, and which texts made from it, show a credential out: for what is printed."""

from __future__ import annotations

import re

from prodlint.facts.secrets import Secrets
from prodlint.facts.statements import Statements
from prodlint.index import build, parse, plan_for
from prodlint.light_typing import TYPE_CHECKING
from prodlint.source import Source, Unreadable

if TYPE_CHECKING:
    from prodlint.secrets.own import Own

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_BREAK = re.compile(rb"\r\n|\r|\n")


class Withheld:
    """What of one content of a file may not be shown.

    Lines are those that a diff counts, which end in a line feed; the language also ends one at a carriage return alone.
    """

    def __init__(self, path: str, data: bytes, own: Own | None) -> None:
        source = Source(path, data)
        self._secrets: Secrets | None = None
        try:
            index = build(parse(source), plan_for(()), data)
            self._secrets = Secrets(source, index, Statements(index), own)
        except Unreadable:
            pass  # nothing is known of it, so that all of it is withheld
        self._first_lines = [1]
        if b"\r" in data:
            for line in _LINE.findall(data):
                self._first_lines.append(self._first_lines[-1] + len(_BREAK.findall(line)))

    def is_hidden(self, line: int) -> bool:
        """Whether a line, counted from 1, shows a credential."""
        if self._secrets is None:
            return True
        if len(self._first_lines) == 1:
            return self._secrets.is_hidden(line)
        first, last = self._first_lines[line - 1 : line + 1]
        return any(self._secrets.is_hidden(number) for number in range(first, max(last, first + 1)))

    def without(self, text: str) -> str:
        """A text that quotes the content, without the credentials in it."""
        return "…" if self._secrets is None else self._secrets.without(text)

    def shows(self, text: str) -> bool:
        """Whether a text that was made from the content, such as an edit's, shows a credential."""
        return self.without(text) != text
