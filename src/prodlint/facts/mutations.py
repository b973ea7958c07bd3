"""Which names of a file stand for containers that something in it changes in place, and which attributes are set."""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import children_in_scope, last_name
from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prodlint.index import Index, Scope

_CHANGING_METHODS = frozenset(
    "append extend insert remove pop clear sort reverse update setdefault popitem add discard difference_update "
    "intersection_update symmetric_difference_update __setitem__ __delitem__".split()
)


class Mutations:
    """Changes in place, told by a walk over the scopes in whose lines a name stands.

    A name is one name wherever it stands: that a local list is changed says so of a module's list of the same name.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[Scope, _Changes] = {}

    def changes(self, name: str) -> bool:
        """Whether something changes what a variable or attribute of this name holds."""
        return any(name in self._in(scope).names for scope in self._index.scopes_saying(name))

    def sets_attribute(self, name: str) -> bool:
        """Whether something assigns to an attribute of this name."""
        return any(name in self._in(scope).attributes for scope in self._index.scopes_saying(name))

    def _in(self, scope: Scope) -> _Changes:
        known = self._known.get(scope)
        if known is None:
            known = self._known[scope] = _changes_in(scope)
        return known


class _Changes(NamedTuple):
    """The names of what a scope changes in place, and the attributes that it assigns to."""

    names: set[str]
    attributes: set[str]


def _changes_in(scope: Scope) -> _Changes:
    found = _Changes(set(), set())
    stack = list(scope.node.body)
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is _ast.Call:
            if node.func.__class__ is _ast.Attribute and node.func.attr in _CHANGING_METHODS:
                found.names.add(last_name(node.func.value))
        elif kind is _ast.Subscript:
            if node.ctx.__class__ is not _ast.Load:
                found.names.add(last_name(node.value))
        elif kind is _ast.AugAssign:
            found.names.add(last_name(node.target))
        elif kind is _ast.Attribute and node.ctx.__class__ is not _ast.Load:
            found.attributes.add(node.attr)
        stack += children_in_scope(node)
    return found
