"""A `with` block put around statements, as libcst nodes: what it holds, which line goes, and where comments go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from prodlint.rule import Fixed
from prodlint_rules._with_blocks import closing_of, free_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.check import Site
    from prodlint_rules._with_blocks import WithBlock

    Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def fixed(call: cst.Call, site: Site, block: WithBlock) -> Fixed | None:
    """The fix that puts a `with` block in the place of an acquisition; None where its statement has no such form."""
    around = site.block
    assert isinstance(around, (cst.IndentedBlock, cst.Module))
    statements: list[Statement] = list(around.body)  # type: ignore[arg-type]
    imports: tuple[str, ...] = ()
    closing = ""
    if block.manner == "closing":
        known = closing_of(site.facts)
        if known is None:
            return None
        closing, wanted = known
        imports = (wanted,)
    if block.extent.shape == "entered":
        whole = _entered(statements, closing)
    else:
        whole = _whole(statements, call, site, block, closing)
    if whole is None:
        return None
    end = 1 + block.extent.inside
    title = "Enter a `with` block" if block.extent.shape != "entered" else "Close the connection after the transaction"
    return Fixed(title, around.with_changes(body=[*whole, *statements[end:]]), of=around, imports=imports)


def _entered(statements: Sequence[Statement], closing: str) -> list[Statement] | None:
    """`with closing(connect()) as name, name:`, which ends the transaction first and then closes."""
    first = statements[0]
    if not isinstance(first, cst.With) or len(first.items) != 1:
        return None
    [item] = first.items
    if item.asname is None or not isinstance(item.asname.name, cst.Name) or first.asynchronous is not None:
        return None
    closed = item.with_changes(item=_called(closing, item.item), comma=cst.Comma(whitespace_after=_SPACE))
    return [first.with_changes(items=[closed, cst.WithItem(cst.Name(item.asname.name.value))])]


_SPACE = cst.SimpleWhitespace(" ")


def _whole(
    statements: Sequence[Statement], call: cst.Call, site: Site, block: WithBlock, closing: str
) -> list[Statement] | None:
    """The statements that take the place of those of the extent."""
    extent = block.extent
    first = statements[0]
    inside = list(statements[1 : 1 + extent.inside])
    kept: list[cst.EmptyLine] = []
    if extent.release:
        inside, kept = _without_release(inside, extent.release - 1, extent.shape == "guarded")
    if extent.shape == "inline":
        name = free_word(site.facts, block)
        replaced = None if name is None else _with_name(first, call, name)
        if name is None or replaced is None:
            return None
        named, value = replaced
        header = cst.TrailingWhitespace()
        leading = first.leading_lines
        body = [named.with_changes(leading_lines=()), *inside]
        item = _item(_called(closing, value), name)
        return [_with([item], leading, header, body, kept, is_async=False)]
    if not isinstance(first, cst.SimpleStatementLine) or not inside:
        return None
    if block.manner == "held":
        return _held(first, inside, kept, block)
    [small] = first.body
    if not isinstance(small, cst.Assign):
        return None
    value = small.value
    if extent.is_awaited and not block.awaits and isinstance(value, cst.Await):
        value = value.expression
    item = _item(_called(closing, value), extent.name)
    is_async = block.manner == "async"
    return [_with([item], first.leading_lines, first.trailing_whitespace, inside, kept, is_async=is_async)]


def _held(
    first: cst.SimpleStatementLine,
    inside: list[Statement],
    kept: list[cst.EmptyLine],
    block: WithBlock,
) -> list[Statement] | None:
    """`with name:` below the assignment, or in the place of `name.acquire()`."""
    item = cst.WithItem(cst.parse_expression(block.extent.name))
    is_lock = not isinstance(first.body[0], (cst.Assign, cst.AnnAssign))
    leading = first.leading_lines if is_lock else ()
    header = first.trailing_whitespace if is_lock else cst.TrailingWhitespace()
    whole = _with([item], leading, header, inside, kept, is_async=block.awaits and is_lock)
    return [whole] if is_lock else [first, whole]


def _item(value: cst.BaseExpression, name: str) -> cst.WithItem:
    return cst.WithItem(value, cst.AsName(cst.Name(name)))


def _called(function: str, value: cst.BaseExpression) -> cst.BaseExpression:
    return cst.Call(cst.parse_expression(function), [cst.Arg(value)]) if function else value


def _with(
    items: list[cst.WithItem],
    leading: Sequence[cst.EmptyLine],
    header: cst.TrailingWhitespace,
    body: list[Statement],
    kept: list[cst.EmptyLine],
    *,
    is_async: bool,
) -> cst.With:
    opened = body[0]
    blank = [line for line in opened.leading_lines if line.comment is not None]
    body = [opened.with_changes(leading_lines=blank), *body[1:]]
    suite = cst.IndentedBlock(body, header=header, footer=kept)
    mark = cst.Asynchronous() if is_async else None
    return cst.With(items, suite, asynchronous=mark, leading_lines=leading)


def _without_release(inside: list[Statement], at: int, is_guarded: bool) -> tuple[list[Statement], list[cst.EmptyLine]]:
    """The statements without the one that releases, and the comments about it that go to the end of the block."""
    released = inside[at]
    if is_guarded:
        assert isinstance(released, cst.Try)
        return _without_finally(inside, at, released)
    assert isinstance(released, cst.SimpleStatementLine)
    kept = [*_comments(released.leading_lines), *_comment(released.trailing_whitespace)]
    behind = inside[at + 1 :]
    if behind and kept:
        behind = [behind[0].with_changes(leading_lines=[*kept, *behind[0].leading_lines]), *behind[1:]]
        kept = []
    return [*inside[:at], *behind], kept


def _without_finally(inside: list[Statement], at: int, guarded: cst.Try) -> tuple[list[Statement], list[cst.EmptyLine]]:
    last = guarded.finalbody
    assert last is not None
    kept = _comments(last.leading_lines)
    if isinstance(last.body, cst.IndentedBlock):
        [release] = last.body.body
        assert isinstance(release, cst.SimpleStatementLine)
        kept += [
            *_comment(last.body.header),
            *_comments(release.leading_lines),
            *_comment(release.trailing_whitespace),
            *_comments(last.body.footer),
        ]
    else:
        assert isinstance(last.body, cst.SimpleStatementSuite)
        kept += _comment(last.body.trailing_whitespace)
    if guarded.handlers:
        return [*inside[:at], guarded.with_changes(finalbody=None)], kept
    if not isinstance(guarded.body, cst.IndentedBlock):
        return [*inside[:at], *_lines(guarded.body)], kept
    body: list[Statement] = list(guarded.body.body)  # type: ignore[arg-type]
    above = [*guarded.leading_lines, *_comment(guarded.body.header)]
    body[0] = body[0].with_changes(leading_lines=[*above, *body[0].leading_lines])
    return [*inside[:at], *body], [*_comments(guarded.body.footer), *kept]


def _lines(suite: cst.BaseSuite) -> list[Statement]:
    assert isinstance(suite, cst.SimpleStatementSuite)
    return [cst.SimpleStatementLine(suite.body, trailing_whitespace=suite.trailing_whitespace)]


def _comments(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=line.comment) for line in lines if line.comment is not None]


def _comment(end: cst.TrailingWhitespace) -> list[cst.EmptyLine]:
    return [] if end.comment is None else [cst.EmptyLine(comment=end.comment)]


def _with_name(statement: Statement, call: cst.Call, name: str) -> tuple[Statement, cst.BaseExpression] | None:
    """The statement with a name in the place of the one call that is like another, and that call as it stood there."""
    finder = _Renamed(call, name)
    part = statement.iter if isinstance(statement, cst.For) else statement
    changed = part.visit(finder)
    if len(finder.found) != 1:
        return None
    result = statement.with_changes(iter=changed) if isinstance(statement, cst.For) else changed
    assert isinstance(result, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return result, finder.found[0]


class _Renamed(cst.CSTTransformer):
    def __init__(self, call: cst.Call, name: str) -> None:
        super().__init__()
        self._text = _squeezed(call)
        self._name = name
        self.found: list[cst.BaseExpression] = []

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        if isinstance(original_node, cst.Call) and _squeezed(original_node) == self._text:
            self.found.append(original_node)
            return cst.Name(self._name)
        return updated_node


def _squeezed(call: cst.Call) -> str:
    """A call's code without its blanks: those of continued lines hang on the block that libcst read it from."""
    return "".join(cst.Module([]).code_for_node(call).split())
