"""An expression that builds a text in, its constant parts out, with a mark for each value; nothing is followed.

For rules that ask whether what is said leaves words for a name. Reads `+`, f-strings, `%` and `.format()` of literals.
"""

from __future__ import annotations

import _ast
import re

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodlint.light_typing import Any

HOLE = "\0"
"""What stands for a value."""

_MOST_PARTS = 200
# Fields as the library reference has them; doubled signs stand for themselves.
_PERCENT = r"%%|%(?:\([^)]*\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[diouxXeEfFgGcrsa]"
_BRACES = r"\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"


def outline(node: Any) -> str:
    """The text that an expression builds, with `HOLE` where a value stands."""
    found: list[str] = []
    pending = [node]
    for _ in range(_MOST_PARTS):
        if not pending:
            break
        match pending.pop():
            case _ast.Constant(value=str() as text):
                found.append(text)
            case _ast.JoinedStr(values=parts):
                pending += reversed(parts)
            case _ast.BinOp(op=_ast.Add(), left=left, right=right):
                pending += (right, left)
            case _ast.BinOp(op=_ast.Mod(), left=_ast.Constant(value=str() as text)):
                found.append(percent_outline(text))
            case _ast.Call(func=_ast.Attribute(value=_ast.Constant(value=str() as text), attr="format")):
                found.append(braces_outline(text))
            case _:
                found.append(HOLE)
    return "".join(found)


def percent_outline(template: str) -> str:
    """A template of `%` with `HOLE` for its fields."""
    return re.sub(_PERCENT, lambda field: "%" if field[0] == "%%" else HOLE, template)


def braces_outline(template: str) -> str:
    """A template of `str.format` with `HOLE` for its fields."""
    return re.sub(_BRACES, lambda field: field[0][0] if field[0] in ("{{", "}}") else HOLE, template)
