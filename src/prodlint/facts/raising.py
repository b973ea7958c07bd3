"""Which evaluations of a statement can raise: the notion that the control-flow graph has of an exception.

Calls, ``await``, ``yield``, subscripts, arithmetic on anything but literals, ``assert``, ``raise``, imports, iteration,
entering a ``with`` and unpacking what may have another length can raise. Reading and storing names and attributes,
literals, comparisons, conditions, f-strings and definitions cannot: they fail only in a program that fails everywhere,
and a path for each of them would drown those that matter.
"""

from __future__ import annotations

import _ast

from prodlint.index import BARREN, children_of
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_RAISING = frozenset(
    {
        _ast.Call, _ast.Await, _ast.Yield, _ast.YieldFrom, _ast.Subscript, _ast.comprehension, _ast.Assert, _ast.Raise,
        _ast.Import, _ast.ImportFrom,
    }
)  # fmt: skip
_ARITHMETIC = frozenset({_ast.BinOp, _ast.UnaryOp, _ast.AugAssign})
_FOLDED = frozenset({_ast.Constant, _ast.BinOp, _ast.UnaryOp})
_SEQUENCES = frozenset({_ast.Tuple, _ast.List})
_FUNCTIONS = frozenset({_ast.FunctionDef, _ast.AsyncFunctionDef})


def raisers(part: Any) -> Iterator[Any]:
    """The nodes at and below ``part`` whose evaluation can raise, outermost first and in source order.

    What a lambda or a function runs later does not count; the body of a class and a generator expression do.
    """
    stack = [part]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind in BARREN:
            continue
        if kind in _RAISING or (kind in _ARITHMETIC and _computes(node)) or (kind is _ast.Assign and _unpacks(node)):
            yield node
        stack += reversed(evaluated_children(node))


def evaluated_children(node: Any) -> list[Any]:
    """The child nodes that are evaluated where ``node`` is: of a function its decorators and defaults only.

    Annotations are left out, since most are never evaluated.
    """
    kind = node.__class__
    if kind in _FUNCTIONS:
        return [*node.decorator_list, *_defaults(node.args)]
    if kind is _ast.Lambda:
        return _defaults(node.args)
    if kind is _ast.AnnAssign:
        return [node.target] if node.value is None else [node.value, node.target]
    return children_of(node)


def _defaults(arguments: Any) -> list[Any]:
    return [default for default in (*arguments.defaults, *arguments.kw_defaults) if default is not None]


def _computes(node: Any) -> bool:
    if node.__class__ is _ast.BinOp:
        return not (node.left.__class__ in _FOLDED and node.right.__class__ in _FOLDED)
    if node.__class__ is _ast.UnaryOp:
        return node.op.__class__ is not _ast.Not and node.operand.__class__ not in _FOLDED
    return True


def _unpacks(node: Any) -> bool:
    """Whether an assignment takes a value apart that may not have the length of its target."""
    return any(target.__class__ in _SEQUENCES and not is_paired(target, node.value) for target in node.targets)


def is_paired(target: Any, value: Any) -> bool:
    """Whether a target tuple and a literal on the right side match element by element."""
    if target.__class__ not in _SEQUENCES or value.__class__ not in _SEQUENCES:
        return False
    targets: list[Any] = getattr(target, "elts", [])
    values: list[Any] = getattr(value, "elts", [])
    return len(targets) == len(values) and not any(element.__class__ is _ast.Starred for element in (*targets, *values))
