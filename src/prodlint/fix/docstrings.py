"""A definition and lines for its docstring in, the edits that put them there out: without a libcst tree.

A definition that has no docstring gets one, below its header and above everything else; into one that is there lines
are inserted, and nothing in it is touched but the place of its closing quotes.
"""

from __future__ import annotations

import _ast
import re

from prodlint.facts.statements import first_line
from prodlint.fix.edits import difference
from prodlint.fix.module_top import indentation, newline_at, top_of_code
from prodlint.light_typing import TYPE_CHECKING, Any
from prodlint.model import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.rule import Addition
    from prodlint.source import Source

_LITERAL = re.compile(r"""([rRuU]?)('''|\"""|'|")""")
_BLANK = " \t\f"


def documented(node: Any, additions: Sequence[Addition], tree: _ast.Module, source: Source) -> tuple[Edit, ...]:
    """The edits that add lines to the docstring of a module, class or function, given as ``ast`` node.

    There are none where its literal is written in a way that lines of the docstring are not lines of the file.
    """
    first = node.body[0] if node.body else None
    if isinstance(first, _ast.Expr) and isinstance(first.value, _ast.Constant) and isinstance(first.value.value, str):
        if first.value.value.strip():
            return _extended(first.value, additions, source)
        start, end = _range(first.value, source)
        own = source.line(first.lineno)[: source.position(start)[1] - 1]
        return (Edit(start, end, _literal(additions, own, source, tree)),) if not own.strip() else ()
    if isinstance(node, _ast.Module):
        return (_of_module(node, additions, source),)
    return (_of_definition(node, additions, tree, source),)


def _literal(additions: Sequence[Addition], indent: str, source: Source, tree: _ast.Module) -> str:
    """A new docstring, from its opening to its closing quotes, in the quotes that the module's others have."""
    quotes = _quotes(tree, source)
    lines = [_escaped(line, quotes) for addition in additions for line in addition.lines]
    if len(lines) == 1:
        return f"{quotes}{lines[0]}{quotes}"
    newline = source.newline
    return quotes + newline.join(
        [lines[0], *(f"{indent}{line}" if line else "" for line in lines[1:]), indent + quotes]
    )


def _escaped(line: str, quotes: str) -> str:
    return line.replace("\\", "\\\\").replace(quotes, "".join(f"\\{quote}" for quote in quotes))


def _quotes(tree: _ast.Module, source: Source) -> str:
    first = tree.body[0] if tree.body else None
    if isinstance(first, _ast.Expr) and isinstance(first.value, _ast.Constant) and isinstance(first.value.value, str):
        opening = _LITERAL.match(source.text, _range(first.value, source)[0])
        if opening is not None and opening[2] == "'''":
            return "'''"
    return '"""'


def _of_module(tree: _ast.Module, additions: Sequence[Addition], source: Source) -> Edit:
    offset, _ = top_of_code(tree, source)
    newline = source.newline
    text = _literal(additions, "", source, tree) + newline
    if offset == len(source.text):
        is_open = bool(source.text) and not source.text.endswith(("\n", "\r"))
        return Edit(offset, offset, newline + text if is_open else text)
    line = source.position(offset)[0]
    return Edit(offset, offset, text if not source.line(line).strip() else text + newline)


def _of_definition(node: Any, additions: Sequence[Addition], tree: _ast.Module, source: Source) -> Edit:
    colon = _header_end(node, source)
    body = node.body[0]
    line = first_line(body)
    newline = newline_at(source, source.position(colon)[0])
    start = source.offset(line, 1)
    if colon < start:
        before = source.line(line)
        indent = before[: len(before) - len(before.lstrip(_BLANK))]
        # Directly below the header: comments between it and the first statement are about that statement.
        offset = source.offset(source.position(colon)[0] + 1, 1)
        text = indent + _literal(additions, indent, source, tree) + newline
        is_class = isinstance(node, _ast.ClassDef)
        parted = not source.line(source.position(offset)[0]).strip()
        return Edit(offset, offset, text + newline if is_class and not parted else text)
    own = source.line(node.lineno)
    indent = own[: len(own) - len(own.lstrip(_BLANK))] + indentation(tree, source)
    start = source.offset(body.lineno, source.column(body.lineno, body.col_offset))
    return Edit(colon, start, newline + indent + _literal(additions, indent, source, tree) + newline + indent)


_NEXT = re.compile(r"#[^\r\n]*|:")


def _header_end(node: Any, source: Source) -> int:
    """The offset behind the colon that ends the header of a definition."""
    parts: list[Any] = [*getattr(node, "type_params", ())]
    if isinstance(node, _ast.ClassDef):
        parts += [*node.bases, *node.keywords]
    else:
        given = node.args
        parts += [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg, node.returns]
        parts += [*given.defaults, *given.kw_defaults]
    ends = [(part.end_lineno, part.end_col_offset) for part in parts if part is not None]
    line, column = max(ends, default=(node.lineno, node.col_offset))
    at = source.offset(line, source.column(line, column))
    while True:
        # Behind the last expression there are brackets, commas, stars and comments only.
        found = _NEXT.search(source.text, at)
        assert found is not None, "a definition's header ends in a colon"
        if found[0] == ":":
            return found.end()
        at = found.end()


def _extended(literal: Any, additions: Sequence[Addition], source: Source) -> tuple[Edit, ...]:
    start, end = _range(literal, source)
    text = source.text[start:end]
    opening = _LITERAL.match(text)
    if opening is None:
        return ()
    prefix, quotes = opening[1], opening[2]
    inner = text[opening.end() : len(text) - len(quotes)]
    wide = quotes if len(quotes) == 3 else quotes * 3
    if not _is_line_by_line(inner, quotes, literal.value) or (quotes != wide and quotes in inner):
        return ()
    newline = newline_at(source, literal.lineno)
    own = source.line(literal.lineno)[: source.position(start)[1] - 1]
    if own.strip():
        return ()  # it shares its line with the header
    lines = _LINE.findall(inner) or [""]
    behind: dict[int, list[str]] = {}
    for addition in additions:
        like = own if addition.like == 0 else lines[addition.like]
        indent = like[: len(like) - len(like.lstrip(_BLANK))]
        given = addition.lines if prefix.lower() == "r" else [_escaped(line, wide) for line in addition.lines]
        behind.setdefault(addition.below, []).extend(f"{indent}{line}{newline}" if line else newline for line in given)
    for below in sorted(behind, reverse=True):  # from the end, so that the other places stay
        if below == len(lines) - 1:  # the line of the closing quotes, which get one of their own
            lines[-1] = lines[-1].rstrip() + newline
            lines.append(own)
        lines[below + 1 : below + 1] = behind[below]
    return difference(text, f"{prefix}{wide}{''.join(lines)}{wide}", start)


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def _is_line_by_line(inner: str, quotes: str, value: str) -> bool:
    """Whether each line of a docstring is a line of its literal: no escape makes or hides one, no literal follows."""
    normal = re.sub(r"\r\n|\r", "\n", inner)
    is_one = quotes not in normal.replace(f"\\{quotes[0]}", "")
    return is_one and "\\\n" not in normal and normal.count("\n") == value.count("\n")


def _range(node: Any, source: Source) -> tuple[int, int]:
    span = source.span(node)
    return source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
