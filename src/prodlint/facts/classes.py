"""The classes of one file: what `self` is, what their attributes can mean, what they inherit from."""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import Declaration, read_attributes
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts.names import Names
    from prodlint.index import Index, Scope

# A class that inherits from more, directly or not, is generated; a longer row of assignments tells nothing.
_MOST_ANCESTORS = 16
_MOST_VALUES = 16


class Stores(NamedTuple):
    """What a class's methods assign to attributes of their first parameter, and which types they declare for them.

    Each value comes with the method that assigns it: an expression, the statement of an augmented assignment, or None
    for one that cannot be told.
    """

    values: dict[str, list[tuple[Any, Scope]]]
    declared: dict[str, tuple[Declaration, Scope]]


class Ancestry(NamedTuple):
    """The classes of this file that a class inherits from, nearest first, and the dotted names of all others."""

    local: tuple[Scope, ...]
    external: frozenset[str]


class Classes:
    """Attributes and bases of the classes of one file, each answer kept."""

    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names
        self._methods: dict[Scope, list[Scope]] | None = None
        self._stores: dict[Scope, Stores] = {}
        self._ancestries: dict[tuple[Scope, int], Ancestry] = {}
        self._open: set[Scope] = set()

    def of_self(self, name: str, scope: Scope) -> Scope | None:
        """The class whose instance (or class object) ``name`` is in a method, judged by the first parameter."""
        at: Scope | None = scope
        while at is not None:
            if at.kind == "function":
                if at.parent is not None and at.parent.kind == "class":
                    return at.parent if _first_parameter(at) == name else None
                if name in self._names.table(at).bindings:
                    return None
            at = at.parent
        return None

    def methods(self, class_scope: Scope) -> list[Scope]:
        """The functions defined directly in a class's body."""
        if self._methods is None:
            self._methods = {}
            for scope in self._index.scopes:
                if scope.kind == "function" and scope.parent is not None and scope.parent.kind == "class":
                    self._methods.setdefault(scope.parent, []).append(scope)
        return self._methods.get(class_scope, [])

    def stores(self, class_scope: Scope) -> Stores:
        """What a class's methods make of the attributes of their first parameter."""
        stores = self._stores.get(class_scope)
        if stores is None:
            stores = self._stores[class_scope] = Stores({}, {})
            for method in self.methods(class_scope):
                receiver = _first_parameter(method)
                table = read_attributes(method)
                for base, attribute, value in table.attributes:
                    if base == receiver:
                        stores.values.setdefault(attribute, []).append((value, method))
                for place, declaration in table.declared.items():
                    base, dot, attribute = place.partition(".")
                    if dot and base == receiver:
                        stores.declared[attribute] = (declaration, method)
        return stores

    def attribute(self, class_scope: Scope, name: str, steps: int) -> frozenset[str] | None:
        """What an attribute of a class or of its instances means by the file's own classes.

        None where neither the class nor a base in this file sets it: of a base elsewhere nothing is known but its name.
        """
        found = self._own_attribute(class_scope, name, steps)
        if found is not None:
            return found
        ancestry = self.ancestry(class_scope, steps)
        for base in ancestry.local:
            found = self._own_attribute(base, name, steps)
            if found is not None:
                return found
        if ancestry.external:
            return frozenset({"?", *(f"{base}().{name}" for base in ancestry.external)})
        return None

    def _own_attribute(self, class_scope: Scope, name: str, steps: int) -> frozenset[str] | None:
        names = self._names
        stores = self.stores(class_scope)
        values = stores.values.get(name, ())
        table = names.table(class_scope)
        bindings = table.bindings.get(name, ())
        declared = stores.declared.get(name)
        if declared is None and name in table.declared:
            declared = (table.declared[name], class_scope)
        if not values and not bindings and declared is None:
            return None
        if len(values) + len(bindings) > _MOST_VALUES:
            return frozenset({"?"})
        found: set[str] = set()
        for binding in bindings:
            found |= names.bound(binding, name, class_scope, steps)
        for value, method in values:
            found |= {"?"} if value is None else names.resolve(value, method, steps + 1)
        if declared is not None and ("?" in found or not found):
            found.discard("?")
            found |= names.declared(*declared, steps)
        return frozenset(found)

    def ancestry(self, class_scope: Scope, steps: int = 0) -> Ancestry:
        """What a class inherits from, by the names of its bases and of theirs."""
        known = self._ancestries.get((class_scope, steps))
        if known is not None:
            return known
        cuts = self._names.cuts
        if class_scope in self._open:  # a class that inherits from itself
            self._names.cuts += 1
            return Ancestry((), frozenset())
        self._open.add(class_scope)
        found = self._read_ancestry(class_scope, steps)
        self._open.discard(class_scope)
        if cuts == self._names.cuts:
            self._ancestries[class_scope, steps] = found
        return found

    def _read_ancestry(self, class_scope: Scope, steps: int) -> Ancestry:
        local: list[Scope] = []
        external: set[str] = set()
        pending = [class_scope]
        while pending and len(local) < _MOST_ANCESTORS:
            at = pending.pop(0)
            for base in at.node.bases:
                expression = base.value if isinstance(base, _ast.Subscript) else base  # `Repository[Order]`
                for meaning in self._names.resolve(expression, at.parent or at, steps + 1):
                    own = self._names.scopes_called(meaning[1:]) if meaning[0] == ":" else []
                    fresh = [scope for scope in own if scope.kind == "class" and scope not in (class_scope, *local)]
                    local += fresh
                    pending += fresh
                    if not own and meaning not in {"?", "None", "builtins.object"}:
                        external.add(meaning)
        return Ancestry(tuple(local), frozenset(external))


def _first_parameter(function: Scope) -> str | None:
    arguments = function.node.args
    positional = arguments.posonlyargs or arguments.args
    if not positional:
        return None
    if any(d.__class__ is _ast.Name and d.id == "staticmethod" for d in function.node.decorator_list):
        return None
    name: str = positional[0].arg
    return name
