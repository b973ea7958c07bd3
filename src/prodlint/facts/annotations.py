"""The types that an annotation names, as the dotted names of their instances: ``logging.Logger()``.

An instance of a class and the result of calling it have one name, so that a parameter that is declared to be a logger
and a variable that was assigned one read alike.
"""

from __future__ import annotations

import _ast

from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts.names import Names
    from prodlint.index import Scope

_MOST_PARTS = 24
_LONGEST_TEXT = 300
_PYCF_ONLY_AST = 0x400
# Of these the types that count stand between the brackets; of `Annotated` the first only.
_TRANSPARENT = frozenset({"Optional", "Union", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})
_NO_TYPES = frozenset({"Any", "TypeVar()", "Self", "Callable"})
_TYPING = ("typing.", "typing_extensions.")


def instances(annotation: Any, scope: Scope, names: Names, steps: int) -> frozenset[str]:
    """The names of the instances that an annotation allows.

    ``names`` resolves at depth ``steps``. `UNKNOWN` is among them where a part of it names no class.
    """
    found: set[str] = set()
    pending = [(annotation, scope)]
    for _ in range(_MOST_PARTS):
        if not pending:
            break
        node, at = pending.pop()
        match node:
            case _ast.Constant(value=None):
                found.add("None")
            case _ast.Constant(value=str() as text):
                pending.append((_parsed(text), at))
            case _ast.BinOp(op=_ast.BitOr(), left=left, right=right):
                pending += ((left, at), (right, at))
            case _ast.Subscript(value=head, slice=inner):
                pending += _inside(head, inner, at, names, steps, found)
            case _ast.Name() | _ast.Attribute():
                pending += _named(node, at, names, steps, found)
            case _:
                found.add("?")
    return frozenset(found) if not pending else frozenset({"?"})


def _parsed(text: str) -> Any:
    """The expression in a string; None if it is none, or too long to be a type that somebody wrote."""
    if len(text) > _LONGEST_TEXT:
        return None
    try:
        return compile(text.strip(), "", "eval", _PYCF_ONLY_AST, dont_inherit=True).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _inside(head: Any, inner: Any, scope: Scope, names: Names, steps: int, found: set[str]) -> list[tuple[Any, Scope]]:
    """The types between the brackets that count; those of a generic class are left, and the class is found."""
    meanings = names.resolve(head, scope, steps)
    special = {_special(meaning) for meaning in meanings}
    if "Optional" in special:
        found.add("None")
    parts = inner.elts if isinstance(inner, _ast.Tuple) else [inner]
    if special & _TRANSPARENT:
        return [(part, scope) for part in parts]
    if "Annotated" in special:
        return [(part, scope) for part in parts[:1]]
    _add(meanings, found)
    return []


def _named(node: Any, scope: Scope, names: Names, steps: int, found: set[str]) -> list[tuple[Any, Scope]]:
    """Find the class that a name stands for, or what it was assigned: ``AnyLogger = Logger | LoggerAdapter``."""
    meanings = names.resolve(node, scope, steps)
    owner = names.owner(node.id, scope) if node.__class__ is _ast.Name and "?" in meanings else None
    assigned = [
        (binding.value, at)
        for binding, at in (names.bindings(node.id, owner) if owner is not None else ())
        if binding.kind == "value" and isinstance(binding.value, (_ast.Subscript, _ast.BinOp, _ast.Constant))
    ]
    if not assigned:
        _add(meanings, found)
    return assigned


def _add(meanings: frozenset[str], found: set[str]) -> None:
    for meaning in meanings:
        if meaning in {"?", "builtins.object"} or _special(meaning) in _NO_TYPES:
            found.add("?")
        else:
            found.add("None" if meaning == "None" else meaning + "()")


def _special(meaning: str) -> str:
    """The last part of a name of `typing`; empty for any other name."""
    return meaning.rpartition(".")[2] if meaning.startswith(_TYPING) else ""
