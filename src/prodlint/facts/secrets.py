"""The credentials of a file, found once for the rule that reports them and for the mask of everybody's excerpts.

Only the statements at the places that `prodlint.secrets.gate` gives are looked at: a file without such a place costs a
few searches in its bytes.
"""

from __future__ import annotations

import _ast
import re

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Span
from prodlint.secrets import gate

if TYPE_CHECKING:
    from prodlint.facts.statements import Statements
    from prodlint.facts.strings import Named
    from prodlint.index import Index, Scope
    from prodlint.secrets.own import Own
    from prodlint.source import Source


class Secret(NamedTuple):
    """A credential in a literal.

    ``kind`` is one of those of `prodlint.secrets.tokens`, or ``named`` for one that is told by name and value. ``what``
    is the provider, the scheme of an address or the name. ``span`` ends behind what may be shown of it, so that it
    tells nothing of the length. ``target`` is the name of which a text literal is the whole value, by an assignment of
    its own; empty if it stands anywhere else.
    """

    kind: str
    what: str
    span: Span
    is_proved: bool
    is_compared: bool
    is_prose: bool
    node: Any
    lineno: int
    target: str

    @property
    def label(self) -> str:
        """What stands for the credential in fingerprints."""
        return f"{self.kind} {self.what}"


NAMED = "named"


class Secrets:
    """The credentials of one file, and its lines without them."""

    def __init__(self, source: Source, index: Index, statements: Statements, own: Own | None) -> None:
        self._source = source
        self._index = index
        self._statements = statements
        self._own = own
        words, prefixes = (own.words, own.prefixes) if own is not None else ((), ())
        self._data = _utf8(source)
        self._places = gate.places(self._data, words, prefixes)
        self._found: list[tuple[Secret, Scope]] | None = None
        self._hidden: dict[int, list[tuple[int, int]]] = {}
        self._line_ranges: dict[int, list[tuple[int, int]]] = {}
        self._values: set[str] = set()

    @property
    def may_exist(self) -> bool:
        """Whether anything in the file may be a credential."""
        return bool(self._places.named or self._places.formed)

    @property
    def places(self) -> list[tuple[Secret, Scope]]:
        """The credentials with the scopes they stand in, in order."""
        if self._found is None:
            self._found = []
            if self.may_exist:
                for statement, scope in self._candidates():
                    self._judge(statement, scope)
                self._found.sort(key=lambda place: place[0].span)
        return self._found

    def _candidates(self) -> list[tuple[Any, Scope]]:
        """The statements that hold or surround the gate's places, each once, with the scope that evaluates them."""
        scopes = {scope.node: scope for scope in self._index.scopes}
        data = self._data if b"\r" not in self._data else _with_plain_newlines(self._data)
        found: dict[Any, Scope] = {}
        line, at, done, end = 1, 0, -1, 0
        offsets = [(offset, True) for offset in self._places.named] + [
            (offset, False) for offset in self._places.formed
        ]
        for offset, is_named in sorted(offsets):
            line += data.count(b"\n", at, offset)
            at = offset
            if line == done:
                continue
            if offset >= end:
                start = data.rfind(b"\n", 0, offset) + 1
                end = data.find(b"\n", offset) + 1 or len(data)
                text = data[start:end]
                is_simple = b";" not in text
                has_no_value = _has_no_value(text, data[end : end + 200])
            if text.lstrip()[:1] == b"#" or (is_named and has_no_value):
                continue
            if is_simple:
                done = line
            around = self._statements.around(line, offset - start)
            if around and around[-1] not in found:
                owner = next((node for node in reversed(around[:-1]) if node in scopes), self._index.tree)
                found[around[-1]] = scopes[owner]
        return list(found.items())

    def _judge(self, statement: Any, scope: Scope) -> None:
        from prodlint.facts.strings import named_strings  # a file without places needs none of these
        from prodlint.secrets.judgement import judge

        seen: set[tuple[int, int, str]] = set()
        for text in named_strings(statement):
            if len(text.value) < _SHORTEST:
                continue
            for verdict in judge(text, self._own):
                at = text.node.lineno, text.node.col_offset
                # Of a text in pieces one may be found by itself and in the whole.
                place = (*at, text.value[verdict.shown : verdict.end])
                if place in seen or (verdict.kind == NAMED and (*at, "") in seen):
                    continue
                seen.update((place, (*at, "")))
                self._add(text, verdict, scope, _target(statement, text))

    def _add(self, text: Named, verdict: Any, scope: Scope, target: str) -> None:
        assert self._found is not None
        span = self._source.span(text.node)
        value = text.value[verdict.shown : verdict.end]
        shown = text.value[verdict.start : verdict.shown]
        line, column = self._hide(span, value)
        node = text.node
        while node.__class__ is _ast.BinOp:  # of literals joined by `+` the first stands for all
            node = node.left
        self._values.add(value)
        if text.is_bytes and not value.isprintable():
            self._values.add(repr(text.node.value)[2:-1])
        code = self._source.line(line)
        first = column - len(shown) if code[: column - 1].endswith(shown) else column
        is_quoted = code[first - 2 : first - 1] in ("'", '"')
        where = Span(line, first - is_quoted, line, column + 1 + is_quoted)
        self._found.append(
            (
                Secret(
                    verdict.kind,
                    verdict.what,
                    where,
                    verdict.is_proved,
                    text.is_compared,
                    text.is_prose,
                    node,
                    line,
                    target,
                ),
                scope,
            )
        )

    def _hide(self, span: Span, value: str) -> tuple[int, int]:
        """Note what of the lines of a literal has to be hidden; the line and column where it begins."""
        source = self._source
        if span.line == span.end_line:
            text = source.line(span.line)[span.column - 1 : span.end_column - 1]
            at = text.find(value)
            if at >= 0 and value:
                self._hidden.setdefault(span.line, []).append((span.column - 1 + at, span.column - 1 + at + len(value)))
                return span.line, span.column + at
            opening = _opening(text)
            closing = len(text) - _closing(text)
            self._hidden.setdefault(span.line, []).append(
                (span.column - 1 + opening, span.column - 1 + max(closing, opening))
            )
            return span.line, span.column + opening
        first = None
        for line in range(span.line, span.end_line + 1):
            text = source.line(line)
            start = (
                span.column - 1 + _opening(text[span.column - 1 :])
                if line == span.line
                else len(text) - len(text.lstrip())
            )
            end = span.end_column - 1 - _closing(text[: span.end_column - 1]) if line == span.end_line else len(text)
            if start < end:
                self._hidden.setdefault(line, []).append((start, end))
                if first is None:
                    first = (line, start + 1)
        return first or (span.line, span.column)

    def hidden_in(self, line: int) -> list[tuple[int, int]]:
        """The half-open ranges of 0-based characters of a line that are in credentials of literals, in order."""
        if not self.places:
            return []
        return sorted(self._hidden.get(line, ()))

    def is_hidden(self, line: int) -> bool:
        """Whether anything of a line is hidden where it is shown."""
        return bool(self._ranges(line))

    def masked_line(self, line: int, caret: int) -> str:
        """A line for an excerpt; a 0-based caret behind a credential still points at what it did."""
        ranges = self._ranges(line)
        if not ranges:
            return self._source.line(line)
        from prodlint.secrets.masking import masked

        return masked(self._source.line(line), ranges, caret)

    def blanked(self, span: Span) -> str:
        """The text of a region without credentials, for fingerprints."""
        from prodlint.secrets.masking import masked

        if span.line == span.end_line and not self._ranges(span.line):
            return self._source.slice(span)
        pieces = []
        for line in range(span.line, span.end_line + 1):
            text = self._source.line(line)
            first = span.column - 1 if line == span.line else 0
            last = span.end_column - 1 if line == span.end_line else len(text)
            ranges = [
                (max(a, first) - first, min(b, last) - first) for a, b in self._ranges(line) if a < last and b > first
            ]
            pieces.append(masked(text[first:last], ranges))
        return "\n".join(pieces)

    def without(self, message: str) -> str:
        """A message that quotes no credential of the file, and none that shows by its form."""
        if not self.may_exist:
            return message
        from prodlint.secrets.masking import masked_text

        return masked_text(message, self._values if self.places else (), self._own.formats if self._own else ())

    def _ranges(self, line: int) -> list[tuple[int, int]]:
        """What of a line is hidden: in literals by what they are, elsewhere by form and by name."""
        known = self._line_ranges.get(line)
        if known is None:
            from prodlint.secrets.masking import secret_ranges

            text = self._source.line(line)
            own = self._own.formats if self._own else ()
            known = self.hidden_in(line)
            # Where nothing would be hidden in prose nothing is in code: few lines have to be told apart.
            shown = secret_ranges(text, 0, own)
            if shown and (prose := self._prose_from(line, text)):
                shown = secret_ranges(text, prose, own)
            # What is known of a literal is more exact: the public beginning of its token stays.
            known += [(start, end) for start, end in shown if not any(a < end <= b for a, b in known)]
            self._line_ranges[line] = known
        return known

    def _prose_from(self, line: int, text: str) -> int:
        """Where on a line text begins that is no code: at a comment, or at once within a literal of several lines."""
        around = self._statements.around(line)
        if around and not hasattr(around[-1], "body"):
            statement = around[-1]
            is_text = statement.__class__ is _ast.Expr and statement.value.__class__ is _ast.Constant
            if is_text or (statement.lineno < line <= statement.end_lineno):
                return 0
        comment = text.find("#")
        return comment if comment >= 0 else len(text)


_SHORTEST = 4


def _target(statement: Any, text: Named) -> str:
    """The name that a statement gives a text to, which is all that it does."""
    match statement:
        case _ast.Assign(targets=[_ast.Name(id=name)], value=value):
            pass
        case _ast.AnnAssign(target=_ast.Name(id=name), value=value, annotation=_ast.Name(id="str" | "Final")):
            pass
        case _:
            return ""
    # Of literals joined by `+` only the first is a site.
    is_literal = value.__class__ is _ast.JoinedStr or (value.__class__ is _ast.Constant and not text.is_bytes)
    return str(name) if value is text.node and text.is_whole and is_literal else ""


def _utf8(source: Source) -> bytes:
    """The text as the tree counts it: UTF-8 without a byte order mark."""
    return source.data if source.data.isascii() else source.text.encode("utf-8", "surrogatepass")


def _with_plain_newlines(data: bytes) -> bytes:
    """The same lines in as many bytes, so that offsets stay true."""
    return re.sub(rb"\r(?!\n)", b"\n", data)


_VALUE = rb"[\"'][^\s\"'][^\s]{3}"


def _has_no_value(line: bytes, following: bytes) -> bool:
    """Whether neither a line with a name nor, where it may go on, the next one has a text without blanks in quotes."""
    if re.search(_VALUE, line) or line.rstrip()[-1:] in _GOING_ON:
        return False
    return re.search(_VALUE, following.partition(b"\n")[0]) is None


_GOING_ON = (b"(", b"[", b"{", b"=", b"\\")


def _opening(text: str) -> int:
    """How many characters at the beginning of a literal's text come before its content."""
    found = re.match(r"[^\"']{0,20}(?:\"\"\"|'''|\"|')", text)
    return found.end() if found else 0


def _closing(text: str) -> int:
    found = re.search(r"(?:\"\"\"|'''|\"|')\Z", text)
    return len(found[0]) if found else 0
