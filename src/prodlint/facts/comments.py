"""The comments of a file whose text opens with a wanted word, told from string contents that look like them.

A hit of the plan's pattern outside every string of its statement is a comment; nothing is tokenized for it, since that
would cost half of all parsing. Only where a hit lies inside a string's span (which, for adjacent literals, also covers
the comments between them, and for an f-string those in its fields) the one statement is tokenized.
"""

from __future__ import annotations

import _ast
import re
from bisect import bisect_right

from prodlint.facts.names import children_in_scope
from prodlint.facts.statements import end_line, first_line
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts.statements import Statements
    from prodlint.index import Plan
    from prodlint.source import Source


class Comment(NamedTuple):
    """A comment, or a comment within one (``# noqa # TODO``): from a ``#`` to the end of the line.

    ``column`` is that of the ``#``; ``is_alone`` says that no code stands before it on its line.
    """

    line: int
    column: int
    text: str
    is_alone: bool


def find_comments(source: Source, plan: Plan, statements: Statements) -> list[Comment]:
    """The comments with a word that the plan looks for, in order; several on one line are several comments."""
    if b"#" not in source.data or re.search(plan.comments, source.data) is None:
        return []
    text = source.text
    confirmed = _Confirmed(source, statements)
    found: list[Comment] = []
    for hit in re.finditer(plan.comments.decode(), text):
        line, column = source.position(hit.start())
        if len(found) >= _MOST_ON_A_LINE and found[-_MOST_ON_A_LINE].line == line:
            continue
        code = source.line(line)
        column = _opening(code, column)
        if not confirmed.is_comment(line, column):
            continue
        before = code[: column - 1].lstrip()
        if before[-1:] not in _MAY_PRECEDE and confirmed.has_comment_before(line, column, code):
            continue
        found.append(Comment(line, column, code[column - 1 :].rstrip(), not before or before.startswith("#")))
    return found


# What may stand before a `#` that opens a comment within a comment: in `page#TODO` it does not.
_MAY_PRECEDE = ("", " ", "\t", "#")

# Each reaches to the end of the line, so that the thousands of a generated one would take quadratic time.
_MOST_ON_A_LINE = 100

_END = (1 << 62, 0)


def _opening(code: str, column: int) -> int:
    """The column of the first ``#`` of those that only marks and blanks part from the one at this column."""
    at = column - 1
    while at and code[at - 1] in _MARKS:
        at -= 1
    return code.index("#", at) + 1


_MARKS = "#:@!- \t\f"


class _Confirmed:
    """Answers whether a place is inside a comment, remembering the strings and comments of each statement asked for."""

    def __init__(self, source: Source, statements: Statements) -> None:
        self._source = source
        self._statements = statements
        self._strings: dict[Any, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
        self._comments: dict[Any, dict[int, int]] = {}

    def is_comment(self, line: int, column: int) -> bool:
        """Whether a ``#`` at this place begins a comment or stands in one."""
        code = self._source.line(line)
        utf8_offset = column - 1 if code.isascii() else len(code[: column - 1].encode("utf-8", "surrogatepass"))
        # Of the statements that `;` joins on a line, the last one that starts before the place is the one around it.
        around = self._statements.around(line, utf8_offset)
        if not around:
            return True
        statement = around[-1]
        spans = self._string_spans(statement)
        position = bisect_right(spans, ((line, column), _END)) - 1
        if position < 0 or (line, column) >= (end := spans[position][1]):
            return True
        # A comment would reach to the end of the line, where the string has ended before.
        return line < end[0] and column >= self._tokenized(statement).get(line, column + 1)

    def has_comment_before(self, line: int, column: int, code: str) -> bool:
        """Whether a comment begins on this line before the column."""
        at = code.find("#", 0, column - 1)
        while at >= 0:
            if self.is_comment(line, at + 1):
                return True
            at = code.find("#", at + 1, column - 1)
        return False

    def _string_spans(self, statement: Any) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        spans = self._strings.get(statement)
        if spans is None:
            spans = self._strings[statement] = []
            stack = [statement]
            while stack:
                node = stack.pop()
                if node is not statement and isinstance(node, (_ast.stmt, _ast.ExceptHandler, _ast.match_case)):
                    continue
                is_text = node.__class__ is _ast.Constant and isinstance(node.value, (str, bytes))
                if is_text or node.__class__ is _ast.JoinedStr:
                    span = self._source.span(node)
                    spans.append(((span.line, span.column), (span.end_line, span.end_column)))
                else:
                    stack += children_in_scope(node)
            spans.sort()
        return spans

    def _tokenized(self, statement: Any) -> dict[int, int]:
        """The column of the comment on each line of a statement, as the tokenizer sees it."""
        comments = self._comments.get(statement)
        if comments is not None:
            return comments
        comments = self._comments[statement] = {}
        import tokenize  # 7 ms, needed only for a comment-like text inside a string

        first, last = first_line(statement), end_line(statement)
        lines = (self._source.line(number) + "\n" for number in range(first, last + 1))
        try:
            for token in tokenize.generate_tokens(lambda: next(lines, "")):
                if token.type == tokenize.COMMENT:
                    comments[token.start[0] + first - 1] = token.start[1] + 1
        except (tokenize.TokenError, SyntaxError):
            # A statement cut out of its block may end as the tokenizer does not accept; all its tokens came before.
            return comments
        return comments
