"""Which names of a file stand for containers that something in it changes in place, and which attributes are set."""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import last_name
from prodlint.index import CHILDREN
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.index import Index

_CHANGING_METHODS = frozenset(
    "append extend insert remove pop clear sort reverse update setdefault popitem add discard difference_update "
    "intersection_update symmetric_difference_update __setitem__ __delitem__".split()
)

_PLAIN = frozenset({str, _ast.Constant, _ast.Name})


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
            kind = node.__class__
            if kind is _ast.Call:
                if node.func.__class__ is _ast.Attribute and node.func.attr in _CHANGING_METHODS:
                    changed.add(last_name(node.func.value))
            elif kind is _ast.Subscript:
                if node.ctx.__class__ is not _ast.Load:
                    changed.add(last_name(node.value))
            elif kind is _ast.AugAssign:
                changed.add(last_name(node.target))
            elif kind is _ast.Attribute and node.ctx.__class__ is not _ast.Load:
                self._attributes.add(node.attr)
            for field in CHILDREN[kind]:
                value = getattr(node, field)
                if value.__class__ is list:
                    stack += [child for child in value if child is not None and child.__class__ not in _PLAIN]
                elif value is not None and value.__class__ not in _PLAIN:
                    stack.append(value)
        return changed
