"""Which names of a file stand for containers that something in it changes in place, and which attributes are set."""

from __future__ import annotations

import _ast

from prodlint.index import CHILDREN
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.index import Index

_CHANGING_METHODS = frozenset(
    "append extend insert remove pop clear sort reverse update setdefault popitem add discard difference_update "
    "intersection_update symmetric_difference_update __setitem__ __delitem__".split()
)


class Mutations:
    """What one walk over the whole file, made when it is first asked for, tells about changes in place.

    A name is one name wherever it stands: that a local list is changed says so of a module's list of the same name.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._changed: set[str] | None = None
        self._attributes: set[str] = set()

    def changes(self, name: str) -> bool:
        """Whether something changes what a variable or attribute of this name holds."""
        return name in self._read()

    def sets_attribute(self, name: str) -> bool:
        """Whether something assigns to an attribute of this name."""
        self._read()
        return name in self._attributes

    def _read(self) -> set[str]:
        if self._changed is not None:
            return self._changed
        changed = self._changed = set()
        stack: list[Any] = [self._index.tree]
        while stack:
            node = stack.pop()
            match node:
                case _ast.Call(func=_ast.Attribute(value=held, attr=method)) if method in _CHANGING_METHODS:
                    changed.add(_last_name(held))
                case _ast.Subscript(value=held, ctx=_ast.Store() | _ast.Del()):
                    changed.add(_last_name(held))
                case _ast.AugAssign(target=held):
                    changed.add(_last_name(held))
                case _ast.Attribute(attr=attribute, ctx=_ast.Store() | _ast.Del()):
                    self._attributes.add(attribute)
            for field in CHILDREN[node.__class__]:
                value = getattr(node, field)
                if value.__class__ is list:
                    stack += [child for child in value if isinstance(child, _ast.AST)]
                elif isinstance(value, _ast.AST):
                    stack.append(value)
        return changed


def _last_name(node: Any) -> str:
    match node:
        case _ast.Name(id=name) | _ast.Attribute(attr=name):
            return str(name)
    return ""
