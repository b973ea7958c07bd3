"""What a name refers to at a place: imports, aliases, assignments, annotations, attributes of ``self``, shadowing.

Answers are sets of dotted names, computed per scope on first use: ``builtins.print``, ``sys.stdout.write``,
``logging.getLogger()`` for the value of a call and for an instance of a declared type. What this module defines itself
starts with ``:`` (``:Console.print``), a relative import with its dots (``..logs.log``), and `UNKNOWN` stands for a
value that cannot be told. The answer ignores the order of statements: a name means whatever any assignment of its scope
can make it mean. The target of `with` is named as what is entered: nearly all managers give themselves.
"""

from __future__ import annotations

import _ast
import builtins

from prodlint.facts.bindings import (
    Binding,
    Table,
    children_in_scope,
    is_bound_inside_expression,
    parameter_names,
    read_scope,
    runs_in_own_scope,
)
from prodlint.facts.classes import Classes
from prodlint.facts.results import Results
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prodlint.facts.bindings import Declaration
    from prodlint.index import Index, Scope

__all__ = ["UNKNOWN", "Binding", "Names", "Table", "children_in_scope", "parameter_names"]

UNKNOWN = "?"
_NOTHING_KNOWN = frozenset({UNKNOWN})
_BUILTINS = frozenset(dir(builtins))
# Longer alias chains are cut: no person writes them, and a generated one must not cost time.
_MAX_STEPS = 12
_MAX_BINDINGS = 16
_MAX_LOOKUPS = 200


class Names:
    """Name resolution for one file."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._tables: dict[Scope, Table] = {}
        self._global_functions: dict[str, list[Scope]] | None = None
        self._by_path: dict[str, list[Scope]] | None = None
        self._read: dict[Scope, set[str]] = {}
        self._known: dict[tuple[Scope, str], frozenset[str]] = {}
        self._told: dict[tuple[Any, Scope], frozenset[str]] = {}
        self._declared: dict[tuple[Any, int], frozenset[str]] = {}
        self.classes = Classes(index, self)
        self._results = Results(self)
        self._lookups = 0
        self._open: set[tuple[Scope, str]] = set()
        self.cuts = 0
        """How often an answer was cut by what was asked around it: such a one must not be kept."""

    def table(self, scope: Scope) -> Table:
        """The bindings of a scope, from one walk over its own nodes."""
        table = self._tables.get(scope)
        if table is None:
            table = self._tables[scope] = read_scope(scope, self._index.has_walrus(scope))
        return table

    def names_read(self, scope: Scope) -> set[str]:
        """The names that a scope and everything defined in it load."""
        found = self._read.get(scope)
        if found is None:
            found = self._read[scope] = set()
            stack: list[Any] = list(scope.node.body)
            while stack:
                node = stack.pop()
                if node.__class__ is _ast.Name:
                    if node.ctx.__class__ is _ast.Load:
                        found.add(node.id)
                    continue
                stack += children_in_scope(node)
                if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
                    stack += node.body
        return found

    def parent(self, node: Any, scope: Scope) -> Any:
        """The node that holds this one, or None for a statement that stands directly in the scope's body."""
        return self.table(scope).parents.get(node)

    def ancestors(self, node: Any, scope: Scope) -> Iterator[Any]:
        """The nodes around this one, innermost first, up to but without the scope's own node."""
        parents = self.table(scope).parents
        while (node := parents.get(node)) is not None:
            yield node

    def meanings(self, node: Any, scope: Scope) -> frozenset[str]:
        """Every dotted name that an expression can stand for; contains `UNKNOWN` where something else is possible."""
        found = self._fresh(node, scope)
        return self._results.of_values(found) if _has_own(found) else found

    def callees(self, node: Any, scope: Scope) -> frozenset[str]:
        """As `meanings`, of what is called.

        A function that functions of this file return keeps their name: by it alone the index could not nominate the
        call. A method of what they return has a name of its own.
        """
        found = self._fresh(node, scope)
        return self._results.of_attributes(found) if _has_own(found) else found

    def _fresh(self, node: Any, scope: Scope) -> frozenset[str]:
        found = self._told.get((node, scope))
        if found is None:
            self.begin()
            found = self._told[node, scope] = self.resolve(node, scope, 0)
        return found

    def begin(self) -> None:
        """Begin a question that nothing asked before has a part in."""
        self._lookups = 0
        self._open.clear()

    def resolve(self, node: Any, scope: Scope, steps: int) -> frozenset[str]:
        """As `meanings`, within a question that is ``steps`` deep; results of the file's functions keep their names."""
        if steps > _MAX_STEPS:
            return _NOTHING_KNOWN
        trail: list[str] = []
        while True:
            kind = node.__class__
            if kind is _ast.Attribute:
                trail.append("." + node.attr)
                if node.value.__class__ is _ast.Name:
                    attribute = self._own_attribute(node, scope, steps)
                    if attribute is not None:
                        trail.pop()
                        return _join(attribute, trail)
                node = node.value
            elif kind is _ast.Call:
                trail.append("()")
                node = node.func
            elif kind is _ast.NamedExpr or kind is _ast.Await:
                node = node.value
            else:
                break
            if len(trail) > 4 * _MAX_STEPS:
                return _NOTHING_KNOWN
        if kind is _ast.Name:
            return _join(self._name(node, scope, steps), trail)
        if kind is _ast.IfExp:
            return _join(self._union((node.body, node.orelse), scope, steps), trail)
        if kind is _ast.BoolOp:
            return _join(self._union(node.values, scope, steps), trail)
        if kind is _ast.Constant and node.value is None:
            return _join(frozenset({"None"}), trail)
        return _NOTHING_KNOWN

    def is_bound_inside_expression(self, name: Any, scope: Scope) -> bool:
        """Whether a lambda or comprehension around this use of a name gives it a value of its own."""
        return is_bound_inside_expression(name, name.id, self.table(scope).parents)

    def creating_calls(self, node: Any, scope: Scope) -> list[tuple[Any, Scope]]:
        """The calls whose result an expression can be: itself, or what its name or attribute was assigned."""
        if node.__class__ is _ast.Call:
            return [(node, scope)]
        return [(value, at) for value, at in self.assigned(node, scope) if value.__class__ is _ast.Call]

    def assigned(self, node: Any, scope: Scope) -> list[tuple[Any, Scope]]:
        """The expressions that a name, or an attribute of `self`, is assigned anywhere, each with its scope."""
        if node.__class__ is _ast.Name and (owner := self.owner(node.id, scope)) is not None:
            return [(binding.value, at) for binding, at in self.bindings(node.id, owner) if binding.kind == "value"]
        if node.__class__ is _ast.Attribute and node.value.__class__ is _ast.Name:
            class_scope = self.classes.of_self(node.value.id, scope)
            if class_scope is not None:
                stored = self.classes.stores(class_scope).values.get(node.attr, ())
                return [(value, at) for value, at in stored if isinstance(value, _ast.expr)]
        return []

    def _union(self, nodes: Iterable[Any], scope: Scope, steps: int) -> frozenset[str]:
        return frozenset().union(*(self.resolve(node, scope, steps + 1) for node in nodes))

    def _name(self, node: Any, scope: Scope, steps: int) -> frozenset[str]:
        name = node.id
        if self.is_bound_inside_expression(node, scope):
            return _NOTHING_KNOWN
        hides_class = scope.kind == "class" and runs_in_own_scope(node, self.table(scope).parents)
        owner = self.owner(name, scope.parent if hides_class and scope.parent is not None else scope)
        if owner is None:
            stars = self.table(self._index.scopes[0]).star_imports
            if name in _BUILTINS:
                return frozenset({"builtins." + name})
            return frozenset({UNKNOWN, *(f"{module}.{name}" for module in stars)})
        # Only the first name of a question has an answer that does not depend on how deep, or after what, it is asked.
        is_first = not self._open and not self._lookups and not steps
        if is_first and (known := self._known.get((owner, name))) is not None:
            return known
        if len(self.table(owner).bindings.get(name, ())) > _MAX_BINDINGS:
            return _NOTHING_KNOWN
        bindings = self.bindings(name, owner)
        self._lookups += 1
        if len(bindings) > _MAX_BINDINGS or self._lookups > _MAX_LOOKUPS:
            self.cuts += 1
            return _NOTHING_KNOWN
        place = (owner, name)
        if place in self._open:  # defined by itself, as in `node = node.parent`: adds no meaning of its own
            self.cuts += 1
            return frozenset()
        self._open.add(place)
        found: frozenset[str] = frozenset().union(*(self.bound(b, name, at, steps) for b, at in bindings))
        self._open.discard(place)
        if UNKNOWN in found and (declaration := self.table(owner).declared.get(name)) is not None:
            found = found - _NOTHING_KNOWN | self.declared(declaration, owner, steps)
        if is_first:
            self._known[place] = found
        return found

    def declared(self, declaration: Declaration, owner: Scope, steps: int) -> frozenset[str]:
        """The instances that a declaration in a scope allows, asked for at a depth of ``steps``."""
        found = self._declared.get((declaration.annotation, steps))
        if found is None:
            from prodlint.facts.annotations import instances  # few names are asked for that have no other meaning

            scope = owner.parent if declaration.is_parameter and owner.parent is not None else owner
            cuts = self.cuts
            found = instances(declaration.annotation, scope, self, steps + 1)
            if cuts == self.cuts:
                self._declared[declaration.annotation, steps] = found
        return found

    def scopes_called(self, path: str) -> list[Scope]:
        """The classes and functions of this file with a dotted path; several where a name is defined twice."""
        if self._by_path is None:
            self._by_path = {}
            for scope in self._index.scopes[1:]:
                self._by_path.setdefault(scope.qualified, []).append(scope)
        return self._by_path.get(path, [])

    def owner(self, name: str, scope: Scope) -> Scope | None:
        """The scope whose binding a name refers to when used in ``scope``; None for builtins and unknown names."""
        at: Scope | None = scope
        while at is not None:
            # A class's names are visible in its own body only, not in its methods; its type parameters are.
            if at is scope or at.kind != "class" or _is_type_parameter(name, at):
                table = self.table(at)
                if name in table.declared_global:
                    at = self._index.scopes[0]
                    return at if self.bindings(name, at) else None
                if name not in table.declared_nonlocal and (
                    name in table.bindings or (at.parent is None and self.bindings(name, at))
                ):
                    return at
            at = at.parent
        return None

    def bindings(self, name: str, owner: Scope) -> list[tuple[Binding, Scope]]:
        """All bindings of a scope's name with the scope they stand in, those by ``global`` declarations included."""
        found = [(binding, owner) for binding in self.table(owner).bindings.get(name, ())]
        if owner.parent is None:
            for function in self._functions_declaring(name):
                found += [(binding, function) for binding in self.table(function).bindings.get(name, ())]
        return found

    def _functions_declaring(self, name: str) -> list[Scope]:
        if self._global_functions is None:
            self._global_functions = {}
            for node, scope in self._index.globals:
                if node.__class__ is _ast.Global:
                    for declared in node.names:
                        self._global_functions.setdefault(declared, []).append(scope)
        return self._global_functions.get(name, [])

    def bound(self, binding: Binding, name: str, owner: Scope, steps: int) -> frozenset[str]:
        """What a scope's name means by one of its bindings, asked for at a depth of ``steps``."""
        if binding.kind == "import":
            return frozenset({binding.value})
        if binding.kind == "definition":
            qualified = owner.qualified
            return frozenset({f":{qualified}.{name}" if qualified else f":{name}"})
        if binding.kind == "value":
            if binding.value.__class__ is _ast.Name and binding.value.id == name:
                # `print = print` in a nested scope or a fallback branch names the outer one.
                outer = self.owner(name, owner.parent) if owner.parent is not None else None
                if outer is None:
                    return frozenset({"builtins." + name}) if name in _BUILTINS else _NOTHING_KNOWN
            return self.resolve(binding.value, owner, steps + 1)
        if binding.kind == "with":
            found = self.resolve(binding.value, owner, steps + 1)
            # `with closing(connection) as it` enters the connection.
            if found & _GIVING_ARGUMENT and binding.value.__class__ is _ast.Call and binding.value.args:
                return self.resolve(binding.value.args[0], owner, steps + 1)
            return found
        return _NOTHING_KNOWN

    def _own_attribute(self, node: Any, scope: Scope, steps: int) -> frozenset[str] | None:
        """What ``self.x`` means by the classes of this file; None where ``self`` is not that or nothing is known."""
        class_scope = self.classes.of_self(node.value.id, scope)
        return None if class_scope is None else self.classes.attribute(class_scope, node.attr, steps)

    def class_of_self(self, name: str, scope: Scope) -> Scope | None:
        """The class whose instance (or class object) ``name`` is in a method, judged by the first parameter."""
        return self.classes.of_self(name, scope)

    def methods(self, class_scope: Scope) -> list[Scope]:
        """The functions defined directly in a class's body."""
        return self.classes.methods(class_scope)


_GIVING_ARGUMENT = frozenset({"contextlib.closing()", "contextlib.aclosing()"})


def _has_own(meanings: frozenset[str]) -> bool:
    """Whether some meaning is something got from what this file defines, and not that itself."""
    return any(meaning[0] == ":" and ("." in meaning or "(" in meaning) for meaning in meanings)


def _join(meanings: frozenset[str], trail: list[str]) -> frozenset[str]:
    if not trail:
        return meanings
    rest = "".join(reversed(trail))
    return frozenset({UNKNOWN if meaning == UNKNOWN else meaning + rest for meaning in meanings})


def _is_type_parameter(name: str, scope: Scope) -> bool:
    return any(parameter.name == name for parameter in getattr(scope.node, "type_params", ()))
