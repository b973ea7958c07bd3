"""Whether an expression's value still needs another one: a reader over a file does, the text read from it does not."""

from __future__ import annotations

import _ast

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from prodlint.facts import FileFacts
    from prodlint.index import Scope


class Eager(NamedTuple):
    """What is done with a value when it returns: dotted names of functions, and names of methods and attributes.

    ``openings`` are the first words of names of functions that can be taken for such.
    """

    functions: frozenset[str]
    methods: frozenset[str]
    attributes: frozenset[str]
    openings: frozenset[str]


def is_derived(value: Any, held: Collection[Any], scope: Scope, file: FileFacts, eager: Eager) -> bool:
    """Whether an expression may need what is held, as variables' names or nodes, after it was evaluated."""
    return bool(_held_in(value, held, scope, file, eager, by_name=True))


def is_derived_surely(value: Any, held: Collection[Any], scope: Scope, file: FileFacts, eager: Eager) -> bool:
    """Whether what `is_derived` says of an expression does not hang on the mere name of a function."""
    return is_derived(value, held, scope, file, eager) is bool(_held_in(value, held, scope, file, eager, by_name=False))


def targets_of(node: Any) -> Iterator[tuple[Any, list[str]]]:
    """The expressions whose values a node gives to variables, each with the names of these."""
    match node:
        case _ast.Assign(targets=targets, value=value):
            yield value, [name for target in targets for name in _names(target)]
        case _ast.AnnAssign(target=target, value=value) | _ast.AugAssign(target=target, value=value) if value:
            yield value, _names(target)
        case _ast.NamedExpr(target=target, value=value):
            yield value, _names(target)
        case _ast.withitem(context_expr=value, optional_vars=target) if target is not None:
            yield value, _names(target)


def _names(target: Any) -> list[str]:
    elements = getattr(target, "elts", None)
    if elements is not None:
        return [element.id for element in elements if element.__class__ is _ast.Name]
    return [target.id] if target.__class__ is _ast.Name else []


def _held_in(
    value: Any, held: Collection[Any], scope: Scope, file: FileFacts, eager: Eager, *, by_name: bool
) -> Any | None:
    stack = [value]
    while stack:
        at = stack.pop()
        if at in held or (at.__class__ is _ast.Name and at.id in held):
            return at
        match at:
            case _ast.Call(func=function):
                if not _is_eager(at, scope, file, eager, by_name):
                    stack += [function, *at.args, *(keyword.value for keyword in at.keywords)]
            case _ast.Attribute(value=inner, attr=name):
                if name not in eager.attributes:
                    stack.append(inner)
            case _ast.ListComp(elt=element) | _ast.SetComp(elt=element):
                stack.append(element)
            case _ast.DictComp(key=key, value=element):
                stack += (key, element)
            case _ast.GeneratorExp(elt=element, generators=generators):
                stack += (element, *(generator.iter for generator in generators))
            case _ast.Compare() | _ast.JoinedStr() | _ast.Lambda() | _ast.Constant():
                pass
            case _ast.IfExp(body=body, orelse=other):
                stack += (body, other)
            case _:
                for field in at._fields:
                    part = getattr(at, field, None)
                    parts = part if isinstance(part, list) else [part]
                    stack += [one for one in parts if isinstance(one, (_ast.expr, _ast.Starred))]
    return None


def _is_eager(call: Any, scope: Scope, file: FileFacts, eager: Eager, by_name: bool) -> bool:
    function = call.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    if function.__class__ is _ast.Attribute and name in eager.methods:
        return True
    if by_name and _first_word(name) in eager.openings:
        return True
    meanings = file.names.meanings(function, scope)
    return bool(meanings) and meanings <= eager.functions


def _first_word(name: str) -> str:
    name = name.lstrip("_")
    end = next((at for at, letter in enumerate(name) if letter == "_" or letter.isupper()), len(name))
    return name[:end]
