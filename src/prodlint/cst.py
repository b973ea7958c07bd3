"""The only importer of libcst in the engine: a site to its libcst node, a libcst node to its place.

A site's node comes from the smallest statement around it that parses alone, not from the whole file: 0.2 to 2 ms
instead of a hundred. An indented statement is put under an ``if 1:`` line, so that every column stays what it is in the
file. What libcst could not survive (1.9 dies of a segmentation fault on deep nesting, and takes minutes for long
chains) is refused before it sees it; a region that it does not give back byte for byte is refused after.
"""

from __future__ import annotations

import _ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import libcst
from libcst import metadata

from prodlint.facts.comments import Comment
from prodlint.facts.statements import BLOCK_FIELDS, end_line, first_line
from prodlint.index import CHILDREN
from prodlint.model import Span
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts import FileFacts

# libcst 1.9: 800 links of a chain take 0.65 s, 1,200 take 1.8 s, 2,000 nested brackets kill the process.
DEEPEST = 400
_FORM_FEED = re.compile(r"^([ \t]*)\x0c", re.MULTILINE)


class Region(NamedTuple):
    """A statement of the file as a libcst module of its own.

    ``node`` is the site's node in it; ``above`` is what to add to the module's 1-based lines to get the file's.
    """

    module: libcst.Module
    node: libcst.CSTNode
    above: int


def region_of(node: Any, file: FileFacts) -> Region:
    """Parse the smallest statement around an ``ast`` node (or a comment) that stands alone, and find the node in it.

    Raises Unreadable where the statement is too deep for libcst, or not given back by it as it was.
    """
    if isinstance(node, Comment):
        return Region(libcst.Module([]), libcst.Comment(node.text), node.line - 1)
    if isinstance(node, _ast.Module):
        return _module_header(node, file)
    statement, path = _smallest_statement(node, file)
    if node is statement and isinstance(node, _ast.ClassDef):
        return _class_header(node, file)
    _refuse_depth(statement)
    module, above = _parse_lines(file, statement)
    own = path[-1] if path else statement
    found = _follow(_top(module), path, statement)
    return Region(module, found if node is own else _expression(found, node, own), above)


def whole_tree(file: FileFacts) -> metadata.MetadataWrapper:
    """The file as a libcst module with metadata. Raises Unreadable as `region_of` does."""
    _refuse_depth(file.index.tree)
    return metadata.MetadataWrapper(_parse(file.source.text), unsafe_skip_copy=True)


def span_of(node: libcst.CSTNode, region: Region | None, wrapper: metadata.MetadataWrapper | None) -> Span:
    """Where a node of a region, or of a whole tree, stands in the file; a KeyError is a node of some other tree."""
    above = 0
    if wrapper is None:
        assert region is not None, "a libcst node comes from a region or from a whole tree"
        wrapper, above = metadata.MetadataWrapper(region.module, unsafe_skip_copy=True), region.above
    place = wrapper.resolve(metadata.PositionProvider)[node]
    return Span(place.start.line + above, place.start.column + 1, place.end.line + above, place.end.column + 1)


def _smallest_statement(node: Any, file: FileFacts) -> tuple[Any, list[Any]]:
    """The smallest statement around a node that parses alone, and the statements from it down to the node's own."""
    line = node.pattern.lineno if isinstance(node, _ast.match_case) else node.lineno
    column = 0 if isinstance(node, _ast.match_case) else node.col_offset
    around = file.statements.around(line, column)
    if isinstance(node, (_ast.stmt, _ast.ExceptHandler, _ast.match_case)):
        around = around[: around.index(node) + 1]
    start = len(around) - 1
    while not _parses_alone(around[start], around[start - 1] if start else None, file):
        start -= 1
    return around[start], around[start + 1 :]


def _parses_alone(statement: Any, parent: Any, file: FileFacts) -> bool:
    if isinstance(statement, (_ast.ExceptHandler, _ast.match_case)):
        return False
    if isinstance(statement, _ast.If) and isinstance(parent, _ast.If) and statement in parent.orelse:
        return not file.source.line(statement.lineno).lstrip().startswith("elif")
    return True


def _refuse_depth(top: Any) -> None:
    """Raise Unreadable for a tree too deep for libcst; iterative, so that no depth is too much for the test itself."""
    level = [top]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(f"nested more than {DEEPEST} levels deep", getattr(top, "lineno", None))
        level = [
            child
            for node in level
            for field in CHILDREN[node.__class__]
            for child in _as_list(getattr(node, field))
            if isinstance(child, _ast.AST)
        ]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _parse_lines(file: FileFacts, statement: Any) -> tuple[libcst.Module, int]:
    """The lines of a statement as a module, with what else stands on its first and last line blanked or left off."""
    source = file.source
    first, last = first_line(statement), end_line(statement)
    start = _start_column(statement, first, file)
    end = source.offset(last, source.column(last, statement.end_col_offset))
    line_start = source.offset(first, 1)
    before = source.text[line_start : line_start + start - 1]
    after = source.line(last)[end - source.offset(last, 1) :]
    if not after.strip() or after.lstrip().startswith("#"):
        end += len(after)
    indent = "".join(sign if sign in " \t\f" else " " for sign in before)
    text = indent + source.text[line_start + start - 1 : end]
    if not indent:
        return _parse(text), first - 1
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"
    return _parse(f"if 1:{newline}{text}{newline}"), first - 2


def _start_column(statement: Any, first: int, file: FileFacts) -> int:
    if first == statement.lineno:
        return file.source.column(first, statement.col_offset)
    # A decorator's own position is that of its expression, behind the `@`.
    line = file.source.line(first)
    return len(line) - len(line.lstrip()) + 1


def _parse(text: str) -> libcst.Module:
    for attempt in (text, _FORM_FEED.sub(r"\1 ", text)):
        try:
            module = libcst.parse_module(attempt)
        except libcst.ParserSyntaxError as error:
            raise Unreadable(f"libcst cannot parse it: {error.message}") from None
        except RecursionError:
            raise Unreadable("nested too deeply for libcst") from None
        if module.code == attempt:
            return module
    raise Unreadable("libcst does not give its text back unchanged")


def _module_header(node: _ast.Module, file: FileFacts) -> Region:
    """A module's comments and docstring."""
    source = file.source
    until = len(source.text)
    if node.body:
        first = node.body[0]
        is_docstring = isinstance(first, _ast.Expr) and isinstance(first.value, _ast.Constant)
        last = (first.end_lineno or 1) if is_docstring else first_line(first) - 1
        until = source.offset(last + 1, 1)
    module = _parse(source.text[:until].rstrip() + "\n")
    return Region(module, module, 0)


def _class_header(node: _ast.ClassDef, file: FileFacts) -> Region:
    """A class with `pass` for its body, so that a class of a thousand lines costs no more than its header."""
    source = file.source
    first = first_line(node)
    start = source.offset(first, 1)
    body = node.body[0]
    body_line = first_line(body)
    body_start = source.offset(body_line, _start_column(body, body_line, file))
    text = source.text[start:body_start] + "pass\n"
    indent = len(text) - len(text.lstrip(" \t\f"))
    module = _parse("if 1:\n" + text if indent else text)
    return Region(module, _top(module), first - (2 if indent else 1))


def _top(module: libcst.Module) -> libcst.CSTNode:
    """The one statement of a region's module, out of the ``if 1:`` that may hold it."""
    statement = _members(module.body)[0]
    if isinstance(statement, libcst.If) and isinstance(statement.test, libcst.Integer) and len(module.body) == 1:
        held = statement.body
        if isinstance(held, libcst.IndentedBlock) and isinstance(statement.test, libcst.Integer):
            return _members(held.body)[0]
    return statement


def _members(body: Any) -> list[Any]:
    """The statements of a block, with those that share a line told apart."""
    found: list[Any] = []
    for member in body:
        if isinstance(member, libcst.SimpleStatementLine):
            found += member.body
        else:
            found.append(member)
    return found


def _block(node: Any, field: str) -> list[Any]:
    """The statements of a compound statement's block, under the ``ast`` name of the field."""
    if field == "handlers" or field == "cases":
        return list(getattr(node, field))
    block = getattr(node, field)
    if isinstance(block, libcst.If):
        return [block]
    if isinstance(block, (libcst.Else, libcst.Finally)):
        block = block.body
    return _members(block.body)


def _follow(node: Any, path: list[Any], top: Any) -> Any:
    """Go down from a libcst statement by the places that the ``ast`` statements of a path have in their blocks."""
    at = top
    for member in path:
        field, position = next(
            (field, block.index(member))
            for field in BLOCK_FIELDS
            if isinstance(block := getattr(at, field, None), list) and member in block
        )
        node = _block(node, field)[position]
        at = member
    return node


_KINDS: dict[type[Any], tuple[type[Any], ...]] = {
    _ast.Call: (libcst.Call,),
    _ast.Lambda: (libcst.Lambda,),
    _ast.JoinedStr: (libcst.SimpleString, libcst.FormattedString, libcst.ConcatenatedString),
    _ast.Constant: (libcst.SimpleString, libcst.FormattedString, libcst.ConcatenatedString),
    _ast.NamedExpr: (libcst.NamedExpr,),
    _ast.Await: (libcst.Await,),
}


def _expression(statement: Any, node: Any, ast_statement: Any) -> libcst.CSTNode:
    """The libcst expression of an ``ast`` one: both trees hold as many of its kind, in the same source order."""
    kinds = _KINDS[type(node)]
    wanted = _STRINGS if type(node) in _STRINGS else (type(node),)
    ours = [found for found in _in_source_order(ast_statement) if isinstance(found, wanted) and _is_counted(found)]
    theirs = list(_own_expressions(statement, kinds))
    position = next(number for number, found in enumerate(ours) if found is node)
    if len(ours) != len(theirs):
        raise Unreadable("libcst sees other expressions in it than Python does")
    found: libcst.CSTNode = theirs[position]
    return found


_STRINGS = (_ast.Constant, _ast.JoinedStr)


def _is_counted(node: Any) -> bool:
    return not isinstance(node, _ast.Constant) or isinstance(node.value, (str, bytes))


def _own_expressions(statement: Any, kinds: tuple[type[Any], ...]) -> Iterator[Any]:
    """The expressions of a libcst statement in source order, without those of the statements inside it."""
    stack = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, kinds):
            yield node
            if isinstance(node, (libcst.SimpleString, libcst.ConcatenatedString)):
                stack += reversed(_holes(node))
                continue
        if node is not statement and isinstance(node, (libcst.BaseSuite, libcst.Else, libcst.Finally)):
            continue
        if node is not statement and isinstance(node, (libcst.ExceptHandler, libcst.ExceptStarHandler, libcst.If)):
            continue
        if isinstance(node, libcst.MatchCase) and node is not statement:
            continue
        stack += reversed(node.children)


def _holes(node: Any) -> list[Any]:
    """What stands in the fields of the f-strings among adjacent literals."""
    if isinstance(node, libcst.ConcatenatedString):
        return _holes(node.left) + _holes(node.right)
    return list(node.parts) if isinstance(node, libcst.FormattedString) else []


def _in_source_order(statement: Any) -> Iterator[Any]:
    """The expressions of an ``ast`` statement in source order, without those of the statements inside it."""
    stack = [statement]
    while stack:
        node = stack.pop()
        if node is not statement and isinstance(node, (_ast.stmt, _ast.ExceptHandler, _ast.match_case)):
            continue
        yield node
        stack += reversed(_ordered_children(node))


def _ordered_children(node: Any) -> list[Any]:
    match node:
        case _ast.IfExp(test=test, body=body, orelse=orelse):
            return [body, test, orelse]
        case _ast.Dict(keys=keys, values=values):
            return [part for pair in zip(keys, values, strict=True) for part in pair if part is not None]
        case _ast.Call(func=func, args=args, keywords=keywords):
            arguments: list[Any] = [*args, *keywords]
            return [func, *sorted(arguments, key=_start)]
        case _ast.ClassDef(decorator_list=decorators, bases=bases, keywords=keywords):
            arguments = [*bases, *keywords]
            return [*decorators, *getattr(node, "type_params", ()), *sorted(arguments, key=_start)]
        case _ast.FunctionDef() | _ast.AsyncFunctionDef():
            returns = [node.returns] if node.returns is not None else []
            return [*node.decorator_list, *getattr(node, "type_params", ()), node.args, *returns]
        case _ast.arguments():
            return _ordered_parameters(node)
        case _ast.MatchMapping(keys=keys, patterns=patterns):
            return [part for pair in zip(keys, patterns, strict=True) for part in pair]
        case _ast.JoinedStr(values=values):
            return [part for part in values if not isinstance(part, _ast.Constant)]
        case _ast.FormattedValue(value=value, format_spec=spec):
            return [value, *(_ordered_children(spec) if spec is not None else ())]
    return [
        child
        for field in CHILDREN[node.__class__]
        for child in _as_list(getattr(node, field))
        if isinstance(child, _ast.AST)
    ]


def _start(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _ordered_parameters(arguments: Any) -> list[Any]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    ordered: list[Any] = [part for pair in zip(positional, defaults, strict=True) for part in pair]
    ordered.append(arguments.vararg)
    ordered += [part for pair in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) for part in pair]
    ordered.append(arguments.kwarg)
    return [part for part in ordered if part is not None]
