"""Two texts of a file and the edits between them in; why the second may not be written, or nothing.

A fix is proved on every run, not only in tests: the new text parses, its tree differs nowhere but inside the edits, and
every comment is still there. Whether the violations are gone is for `prodlint.fix.rounds` to see, which runs the rules.
"""

from __future__ import annotations

import _ast
import re
from bisect import bisect_left, bisect_right
from collections import Counter

from prodlint.facts.statements import BLOCK_FIELDS, end_line, first_line
from prodlint.index import parse
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from prodlint.model import Edit


class Proof:
    """What holds for one text, against which the results of fixes are proved."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._tree = parse(source)
        self._comments = comments(source)

    def fault(self, new: Source, edits: Sequence[Edit], dropped: Collection[int] = ()) -> str:
        """Why the new source, which the edits made, may not take the old one's place; empty if it may.

        ``dropped`` are the offsets of comments, or of comments within comments, whose removal is the fix.
        """
        old, old_tree = self.source, self._tree
        try:
            tree = parse(new)
            now = Counter(comment.text for comment in comments(new))
        except Unreadable as unreadable:
            return f"the result does not parse: {unreadable.reason}"
        if line := _first_difference(old, old_tree, new, tree, edits):
            return f"code outside the fix would change its meaning (line {line})"
        if line := _first_difference(new, tree, old, old_tree, _reversed(old, edits)):
            return f"code outside the fix would be added (line {line} of the result)"
        whole = [comment for comment in self._comments if not _holds(comment, dropped)]
        lost = Counter(comment.text for comment in whole) - now
        parts = (part for comment in self._comments for part in _kept_parts(comment, dropped))
        missing = [*lost, *(part for part in parts if not any(part in text for text in now))]
        return f"the comment `{self._shown(min(missing))}` would be lost" if missing else ""

    def _shown(self, comment: str) -> str:
        from prodlint.fix.withheld import Withheld  # comments are rarely lost

        return Withheld(self.source.path, self.source.data, None).without(comment)


class WholeComment(NamedTuple):
    """A comment as the tokenizer sees it: to the end of its line, from an offset on."""

    start: int
    text: str


def comments(source: Source) -> list[WholeComment]:
    """Every comment of a text, in order. Raises Unreadable where the tokenizer is stricter than the parser."""
    import tokenize  # only a file that is being fixed pays for it
    from io import StringIO

    # The tokenizer's own newline handling: a carriage return alone ends a line for the parser too.
    lines = StringIO(source.text.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        return [
            WholeComment(source.offset(token.start[0], token.start[1] + 1), token.string.rstrip())
            for token in tokenize.generate_tokens(lines.readline)
            if token.type == tokenize.COMMENT
        ]
    except (tokenize.TokenError, SyntaxError) as error:
        raise Unreadable(f"its comments cannot be told: {error}") from None


def _holds(comment: WholeComment, dropped: Collection[int]) -> bool:
    return any(comment.start <= offset < comment.start + len(comment.text) for offset in dropped)


def _kept_parts(comment: WholeComment, dropped: Collection[int]) -> Iterator[str]:
    """Of a comment within which some may go: what stands before them, and the comments behind the last one."""
    inside = [offset - comment.start for offset in dropped if 0 <= offset - comment.start < len(comment.text)]
    if inside:
        before = comment.text[: min(inside)].rstrip()
        behind = [part.rstrip() for part in _NEXT_COMMENT.split(comment.text[max(inside) :])[1:]]
        yield from filter(None, (before, *behind))


# As `prodlint.suppress` reads them: `#12` in a reason is a ticket.
_NEXT_COMMENT = re.compile(r"[ \t](?=#(?!\d))")


class Shift:
    """Where an offset outside of some edits ends up."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = edits
        self._ends = [edit.end for edit in edits]
        self._grown = [0]
        for edit in edits:
            self._grown.append(self._grown[-1] + len(edit.text) - (edit.end - edit.start))

    def __call__(self, offset: int) -> int:
        return offset + self._grown[bisect_right(self._ends, offset)]

    def is_touched(self, start: int, end: int) -> bool:
        """Whether an edit reaches into the half-open range, or inserts something inside of it."""
        at = bisect_left(self._ends, start)
        while at < len(self.edits) and self.edits[at].start < end:
            edit = self.edits[at]
            if edit.start < edit.end:
                if edit.end > start:
                    return True
            elif start < edit.start:
                return True
            at += 1
        return False


def _first_difference(old: Source, old_tree: Any, new: Source, new_tree: Any, edits: Sequence[Edit]) -> int | None:
    """The first line, of the old text, of a statement that no edit touches and that the new tree has not."""
    shift = Shift(edits)
    kept = {_range(statement, new): statement for statement in _statements(new_tree, lambda _: True)}
    for statement in _statements(old_tree, lambda s: shift.is_touched(*_range(s, old))):
        start, end = _range(statement, old)
        if shift.is_touched(start, end):
            continue
        twin = kept.get((shift(start), shift(start) + end - start))
        if twin is None or not is_same(statement, twin):
            return first_line(statement)
    return None


def _reversed(old: Source, edits: Sequence[Edit]) -> list[Edit]:
    """The edits that lead back."""
    back = []
    grown = 0
    for edit in edits:
        start = edit.start + grown
        back.append(edit._replace(start=start, end=start + len(edit.text), text=old.text[edit.start : edit.end]))
        grown += len(edit.text) - (edit.end - edit.start)
    return back


def _statements(tree: Any, descend: Any) -> Iterator[Any]:
    """Statements, handlers and cases, outermost first; those inside of one only where ``descend`` says so."""
    stack = list(reversed(tree.body))
    while stack:
        statement = stack.pop()
        yield statement
        if descend(statement):
            for field in reversed(BLOCK_FIELDS):
                block = getattr(statement, field, None)
                if isinstance(block, list):
                    stack += reversed(block)


def _range(statement: Any, source: Source) -> tuple[int, int]:
    """The offsets of a statement's first character, decorators included, and behind its last one."""
    line = first_line(statement)
    if line == getattr(statement, "lineno", None) and hasattr(statement, "col_offset"):
        start = source.offset(line, source.column(line, statement.col_offset))
    else:
        start = source.offset(line, 1)  # a decorator, a `case`: both stand first on their lines
    last = end_line(statement)
    node: Any = statement.body[-1] if isinstance(statement, _ast.match_case) else statement
    return start, source.offset(last, source.column(last, node.end_col_offset))


def is_same(one: Any, other: Any) -> bool:
    """Whether two trees say the same, positions aside; iterative, for no depth is too much for it."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if left.__class__ is not right.__class__:
            return False
        if isinstance(left, _ast.AST):
            pending += [(getattr(left, field, None), getattr(right, field, None)) for field in left._fields]
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            pending += zip(left, right, strict=True)
        elif left != right:  # of one type, and no literal is a NaN
            return False
    return True
