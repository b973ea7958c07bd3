"""What an object was derived from by operations that give another object of its kind: ``Path(a) / b``, ``path.parent``.

Names of what a call returned say where it came from and not what it is; a rule that knows a class says which of its
members give an object of the same class.
"""

from __future__ import annotations

import _ast

from prodlint.facts.names import UNKNOWN
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.index import Scope

_MOST_STEPS = 24


def origins(
    node: Any, scope: Scope, file: FileFacts, members: frozenset[str], iterators: frozenset[str]
) -> frozenset[str]:
    """The dotted names of what an expression is derived from by ``/``, these members, and loops over these iterators.

    Contains `UNKNOWN` where something else is possible.
    """
    found: set[str] = set()
    pending = [(node, scope)]
    for _ in range(_MOST_STEPS):
        if not pending:
            return frozenset(found)
        at, inside = pending.pop()
        match at:
            case _ast.BinOp(op=_ast.Div(), left=left):
                pending.append((left, inside))
            case _ast.Attribute(value=inner, attr=name) if name in members:
                pending.append((inner, inside))
            case _ast.Call(func=_ast.Attribute(value=inner, attr=name)) if name in members:
                pending.append((inner, inside))
            case _ast.Name():
                meanings = file.names.meanings(at, inside)
                if UNKNOWN not in meanings and not any(_is_derived(name, members) for name in meanings):
                    found |= meanings
                else:
                    pending += _definitions(at, inside, file, iterators, found)
            case _:
                found |= file.names.meanings(at, inside)
    return frozenset({UNKNOWN})


def _is_derived(name: str, members: frozenset[str]) -> bool:
    return name.removesuffix("()").rpartition(".")[2] in members


def _definitions(
    name: Any, scope: Scope, file: FileFacts, iterators: frozenset[str], found: set[str]
) -> list[tuple[Any, Scope]]:
    """The expressions that a variable got its value from; one that has none of them makes the answer unknown."""
    values: list[tuple[Any, Scope]] = []
    definitions = file.reaching.definitions(name, scope)
    for definition in definitions or ():
        match definition:
            case ("assigned", value, _, at):
                values.append((value, at))
            case ("iterated", _ast.Call(func=_ast.Attribute(value=inner, attr=method)), _, at) if method in iterators:
                values.append((inner, at))
            case _:
                found.add(UNKNOWN)
    if not definitions:
        found.add(UNKNOWN)
    return values
