"""Which statements stand around a line or an offset; found by bisection, without a walk over the tree."""

from __future__ import annotations

import _ast
import re
from bisect import bisect_right

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.index import Index

BLOCK_FIELDS = ("body", "orelse", "handlers", "finalbody", "cases")
"""The fields of a compound statement that hold statements, handlers or match cases, in source order of most kinds."""


class Unit(NamedTuple):
    """The lines of a simple statement, or of a compound statement's header from its decorators to the colon."""

    first: int
    last: int


def first_line(node: Any) -> int:
    """The line a statement starts on, its decorators included."""
    if isinstance(node, _ast.match_case):
        return int(node.pattern.lineno)
    decorators = getattr(node, "decorator_list", None)
    return min(node.lineno, decorators[0].lineno) if decorators else int(node.lineno)


def end_line(node: Any) -> int:
    """The last line of a statement, handler or match case."""
    last = node.body[-1] if isinstance(node, _ast.match_case) else node
    return int(last.end_lineno or 0)


class Statements:
    """Finds statements by line. Starts of a block's members are listed once, so that many questions stay cheap."""

    def __init__(self, index: Index) -> None:
        self._tree = index.tree
        self._starts: dict[int, list[tuple[int, int]]] = {}
        self._chains: dict[int, tuple[list[Any], list[tuple[int, int]]]] = {}
        self.parsed: Any = None
        """What `prodlint.cst` keeps of the statement that it parsed last."""

    def around(self, line: int, utf8_offset: int | None = None) -> list[Any]:
        """The statements (with handlers and match cases) that hold a line, outermost first.

        Of several statements on one line the last that starts at or before ``utf8_offset`` (0-based) is taken, or the
        first where none is given.
        """
        found: list[Any] = []
        block = self._tree.body
        while block:
            member = self._member(block, line, utf8_offset)
            if member is None:
                break
            found += self._chain(member, line, utf8_offset)
            block = self._block_at(found[-1], line, utf8_offset)
        return found

    def _chain(self, member: Any, line: int, utf8_offset: int | None) -> list[Any]:
        """A statement; of a conditional also those of its `elif` branches, each inside the last, that hold the line."""
        if not (isinstance(member, _ast.If) and member.orelse and isinstance(member.orelse[0], _ast.If)):
            return [member]
        if id(member) not in self._chains:
            chain = [member]
            while len(orelse := chain[-1].orelse) == 1 and isinstance(orelse[0], _ast.If):
                chain.append(orelse[0])
            self._chains[id(member)] = chain, [_start(conditional) for conditional in chain]
        chain, starts = self._chains[id(member)]
        return chain[: bisect_right(starts, (line, 1 << 62 if utf8_offset is None else utf8_offset))]

    def _member(self, block: list[Any], line: int, utf8_offset: int | None) -> Any:
        starts = self._starts.get(id(block))
        if starts is None:
            starts = self._starts[id(block)] = [_start(member) for member in block]
        if utf8_offset is not None:
            position = bisect_right(starts, (line, utf8_offset)) - 1
        else:
            # The first that starts on the line, unless the one before it reaches the line.
            position = bisect_right(starts, (line, -1))
            if position and end_line(block[position - 1]) >= line:
                position -= 1
            elif position == len(block) or starts[position][0] != line:
                return None
        return block[position] if position >= 0 and end_line(block[position]) >= line else None

    def _block_at(self, member: Any, line: int, utf8_offset: int | None) -> list[Any]:
        fields = member.__class__._fields
        for field in BLOCK_FIELDS:
            block: list[Any] = getattr(member, field) if field in fields else []
            if block and end_line(block[-1]) >= line and self._member(block, line, utf8_offset) is not None:
                return block
        return []

    def unit(self, line: int) -> Unit:
        """The unit that a line belongs to; a line between statements is a unit of its own."""
        around = self.around(line)
        if not around:
            return Unit(line, line)
        node = around[-1]
        first = first_line(node)
        blocks = [getattr(node, field)[0] for field in BLOCK_FIELDS if _holds_statements(node, field)]
        if not blocks:
            return Unit(first, end_line(node))
        header_end = self._header_end(node, min(first_line(block) for block in blocks))
        if first <= line <= header_end:
            return Unit(first, header_end)
        return Unit(line, line)

    def _header_end(self, node: Any, body_line: int) -> int:
        """The last line of a compound statement's header: that of its last expression, or the one before its body."""
        last = max((end for end in _header_ends(node)), default=first_line(node))
        return min(max(last, getattr(node, "lineno", last)), max(body_line, last))


_STATEMENT_LIKE = (_ast.stmt, _ast.ExceptHandler, _ast.match_case)


def _holds_statements(node: Any, field: str) -> bool:
    block = getattr(node, field, None)
    return isinstance(block, list) and bool(block) and isinstance(block[0], _STATEMENT_LIKE)


def _start(member: Any) -> tuple[int, int]:
    """The line and UTF-8 offset that a member of a block starts at; of one with decorators, or a `case`, the line's."""
    is_first = isinstance(member, _ast.match_case) or getattr(member, "decorator_list", None)
    return first_line(member), 0 if is_first else int(member.col_offset)


def _header_ends(node: Any) -> list[int]:
    ends = []
    for field in node._fields:
        if field in BLOCK_FIELDS and _holds_statements(node, field):
            continue
        value = getattr(node, field)
        for part in value if isinstance(value, list) else [value]:
            ends += _expression_ends(part)
    return ends


def _expression_ends(part: Any) -> list[int]:
    if not isinstance(part, _ast.AST):
        return []
    if hasattr(part, "end_lineno"):
        return [int(part.end_lineno or 0)]
    return [end for field in part._fields for end in _nested_ends(getattr(part, field))]


def _nested_ends(value: Any) -> list[int]:
    parts = value if isinstance(value, list) else [value]
    return [end for part in parts for end in _expression_ends(part)]


def opening(tree: _ast.Module) -> list[Any]:
    """The statements at the top behind which a module's own begin: imports, also those in an `if` or `try`.

    What changes `sys.path` between two imports belongs to them.
    """
    found: list[Any] = []
    for position, node in enumerate(tree.body):
        if isinstance(node, (_ast.Import, _ast.ImportFrom)) or _imports_only(node):
            found.append(node)
        elif not (position == 0 and is_docstring(node)) and not _changes_path(node):
            break
    return found


def _changes_path(node: Any) -> bool:
    match node:
        case _ast.Expr(
            value=_ast.Call(func=_ast.Attribute(value=_ast.Attribute(value=_ast.Name(id="sys"), attr="path")))
        ):
            return True
    return False


def _imports_only(node: Any) -> bool:
    if isinstance(node, _ast.If):
        return all(isinstance(inner, (_ast.Import, _ast.ImportFrom)) for inner in node.body)
    return isinstance(node, _ast.Try) and any(isinstance(inner, (_ast.Import, _ast.ImportFrom)) for inner in node.body)


def statements_above(tree: _ast.Module, lines: Iterable[str]) -> list[Any]:
    """The statements behind which new ones, given as lines, go: the opening, and imports of the names that they use."""
    found = opening(tree)
    used = {name for line in lines for name in _NAME.findall(line)}
    last = found[-1].lineno if found else 0
    imports = (node for node in tree.body if isinstance(node, (_ast.Import, _ast.ImportFrom)) and node.lineno > last)
    return [*found, *(node for node in imports if used & imported(node))]


_NAME = re.compile(r"[^\W\d]\w*")


def imported(node: Any) -> set[str]:
    """The names that an import statement binds."""
    return {alias.asname or alias.name.partition(".")[0] for alias in node.names}


def is_docstring(node: Any) -> bool:
    """Whether a module's first statement is its docstring."""
    return isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant) and isinstance(node.value.value, str)
