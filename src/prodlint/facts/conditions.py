"""What passing a condition says about the conditions that follow on the same path.

A fact is a condition, in a form that its spellings share, and whether it holds; it lasts until a name in it is rebound.
Only conditions made of names, attributes, constants and calls with such arguments are told: of two that look the same
the second is taken to come to what the first did.
"""

from __future__ import annotations

import _ast

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Known(NamedTuple):
    """That the condition ``text`` about some ``names`` holds, or does not."""

    text: str
    names: frozenset[str]
    holds: bool


def facts_of(test: Any, truth: bool) -> list[Known]:
    """What a condition says when it came to ``truth``; an ``and`` that held says each of its parts."""
    found: list[Known] = []
    stack = [(test, truth)]
    while stack and len(found) < _MOST_PARTS:
        at, holds = stack.pop()
        if at.__class__ is _ast.UnaryOp and at.op.__class__ is _ast.Not:
            stack.append((at.operand, not holds))
        elif at.__class__ is _ast.BoolOp:
            if holds is (at.op.__class__ is _ast.And):
                stack += [(value, holds) for value in at.values]
        else:
            fact = _fact(at, holds)
            if fact is not None:
                found.append(fact)
    return found


def truth_of(test: Any, facts: Iterable[Known]) -> bool | None:
    """Whether the facts say that a condition holds; None where they say nothing."""
    wanted = facts_of(test, True)
    if len(wanted) != 1:
        return None
    [condition] = wanted
    for fact in facts:
        if fact.text == condition.text:
            return fact.holds is condition.holds
        if fact.holds and fact.text == f"{condition.text} is None":
            return not condition.holds
    return None


def constant_facts(name: str, value: Any) -> list[Known]:
    """What is known of a variable that was assigned an expression, if that is a constant."""
    if value.__class__ is not _ast.Constant:
        return []
    return [*_valued(name, bool(value.value), value.value is None)]


def truths(name: str) -> list[Known]:
    """What is known of a variable that holds some object."""
    return [*_valued(name, True, False)]


def falsehoods(value: Any) -> list[Known]:
    """What is known of a variable in whose place something else is taken; nothing of other expressions."""
    return [*_valued(value.id, False, True)] if value.__class__ is _ast.Name else []


def _valued(name: str, is_true: bool, is_none: bool) -> tuple[Known, Known]:
    names = frozenset({name})
    return Known(name, names, is_true), Known(f"{name} is None", names, is_none)


_NEGATIVE = {_ast.IsNot: "is", _ast.NotEq: "==", _ast.NotIn: "in"}
_POSITIVE = {_ast.Is: "is", _ast.Eq: "==", _ast.In: "in", _ast.Lt: "<", _ast.LtE: "<=", _ast.Gt: ">", _ast.GtE: ">="}
_MOST_PARTS = 24


def _fact(test: Any, holds: bool) -> Known | None:
    if test.__class__ is _ast.NamedExpr:
        test = test.target
    names: set[str] = set()
    if test.__class__ is _ast.Compare:
        operator = test.ops[0].__class__
        word = _NEGATIVE.get(operator) or _POSITIVE.get(operator)
        left, right = _text(test.left, names), _text(test.comparators[0], names)
        if len(test.ops) > 1 or word is None or left is None or right is None:
            return None
        if word == "==" and left > right:
            left, right = right, left
        return Known(f"{left} {word} {right}", frozenset(names), holds is (operator not in _NEGATIVE))
    text = _text(test, names)
    return None if text is None else Known(text, frozenset(names), holds)


def _text(node: Any, names: set[str]) -> str | None:
    """An expression as text, its names added to ``names``; None for one that is not simple."""
    parts: list[str] = []
    stack: list[Any] = [node]
    while stack:
        if len(parts) > _MOST_PARTS:
            return None
        at = stack.pop()
        match at:
            case str():
                parts.append(at)
            case _ast.Name(id=name):
                names.add(name)
                parts.append(name)
            case _ast.Constant(value=value):
                parts.append(repr(value))
            case _ast.Attribute(value=inner, attr=name):
                stack += [f".{name}", inner]
            case _ast.Call(func=function, args=arguments, keywords=[]):
                stack += [")", *(piece for argument in reversed(arguments) for piece in (",", argument)), "(", function]
            case _ast.Tuple(elts=elements):
                stack += [")", *(piece for element in reversed(elements) for piece in (",", element)), "("]
            case _ast.Subscript(value=inner, slice=index):
                stack += ["]", index, "[", inner]
            case _ast.UnaryOp(op=_ast.USub(), operand=inner):
                stack += [inner, "-"]
            case _:
                return None
    return "".join(parts)
