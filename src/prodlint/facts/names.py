"""What a name refers to at a place: imports, aliases, assignments, attributes of ``self``, shadowing.

Answers are sets of dotted names, computed per scope on first use: ``builtins.print``, ``sys.stdout.write``,
``logging.getLogger()`` for the value of a call. What this module defines itself starts with ``:`` (``:Console.print``),
a relative import with its dots (``..logs.log``), and `UNKNOWN` stands for a value that cannot be told. The answer
ignores the order of statements: a name means whatever any assignment of its scope can make it mean.
"""

from __future__ import annotations

import _ast
import builtins

from prodlint.facts.statements import BLOCK_FIELDS
from prodlint.index import CHILDREN
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prodlint.index import Index, Scope

UNKNOWN = "?"
_NOTHING_KNOWN = frozenset({UNKNOWN})
_BUILTINS = frozenset(dir(builtins))
# Longer alias chains are cut: no person writes them, and a generated one must not cost time.
_MAX_STEPS = 12
_MAX_BINDINGS = 16
_MAX_LOOKUPS = 200


class Binding(NamedTuple):
    """One way in which a scope gives a name its value: by ``import``, ``value``, ``definition`` or ``other``.

    ``value`` is the imported dotted name, the assigned expression, the defining node, or the binding node.
    """

    kind: str
    value: Any


class Table:
    """What one scope binds, which attributes it sets, and the parent of each of its nodes."""

    __slots__ = ("attributes", "bindings", "declared_global", "declared_nonlocal", "parents", "star_imports")

    def __init__(self) -> None:
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: list[tuple[str, str, Any]] = []
        self.parents: dict[Any, Any] = {}
        self.declared_global: set[str] = set()
        self.declared_nonlocal: set[str] = set()
        self.star_imports: list[str] = []


class Names:
    """Name resolution for one file."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._tables: dict[Scope, Table] = {}
        self._global_functions: dict[str, list[Scope]] | None = None
        self._methods: dict[Scope, list[Scope]] | None = None
        self._read: dict[Scope, set[str]] = {}
        self._class_stores: dict[Scope, dict[str, list[tuple[Any, Scope]]]] = {}
        self._lookups = 0
        self._open: set[tuple[Scope, str]] = set()

    def table(self, scope: Scope) -> Table:
        """The bindings of a scope, from one walk over its own nodes."""
        table = self._tables.get(scope)
        if table is None:
            table = self._tables[scope] = _read_scope(scope)
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
        self._lookups = 0
        self._open.clear()
        return self._meanings(node, scope, 0)

    def _meanings(self, node: Any, scope: Scope, steps: int) -> frozenset[str]:
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
        return _is_bound_inside_expression(name, name.id, self.table(scope).parents)

    def creating_calls(self, node: Any, scope: Scope) -> list[tuple[Any, Scope]]:
        """The calls whose result an expression can be: itself, or what its name or attribute was assigned."""
        if node.__class__ is _ast.Call:
            return [(node, scope)]
        values: list[tuple[Any, Scope]] = []
        if node.__class__ is _ast.Name and (owner := self.owner(node.id, scope)) is not None:
            values = [(b.value, at) for b, at in self.bindings(node.id, owner) if b.kind == "value"]
        elif node.__class__ is _ast.Attribute and node.value.__class__ is _ast.Name:
            class_scope = self.class_of_self(node.value.id, scope)
            values = self._stores(class_scope).get(node.attr, []) if class_scope is not None else []
        return [(value, at) for value, at in values if value.__class__ is _ast.Call]

    def _union(self, nodes: Iterable[Any], scope: Scope, steps: int) -> frozenset[str]:
        return frozenset().union(*(self._meanings(node, scope, steps + 1) for node in nodes))

    def _name(self, node: Any, scope: Scope, steps: int) -> frozenset[str]:
        name = node.id
        if self.is_bound_inside_expression(node, scope):
            return _NOTHING_KNOWN
        hides_class = scope.kind == "class" and _runs_in_own_scope(node, self.table(scope).parents)
        owner = self.owner(name, scope.parent if hides_class and scope.parent is not None else scope)
        if owner is None:
            stars = self.table(self._index.scopes[0]).star_imports
            if name in _BUILTINS:
                return frozenset({"builtins." + name})
            return frozenset({UNKNOWN, *(f"{module}.{name}" for module in stars)})
        if len(self.table(owner).bindings.get(name, ())) > _MAX_BINDINGS:
            return _NOTHING_KNOWN
        bindings = self.bindings(name, owner)
        self._lookups += 1
        if len(bindings) > _MAX_BINDINGS or self._lookups > _MAX_LOOKUPS:
            return _NOTHING_KNOWN
        place = (owner, name)
        if place in self._open:  # defined by itself, as in `node = node.parent`: adds no meaning of its own
            return frozenset()
        self._open.add(place)
        found: frozenset[str] = frozenset().union(*(self._bound(b, name, at, steps) for b, at in bindings))
        self._open.discard(place)
        return found

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

    def _bound(self, binding: Binding, name: str, owner: Scope, steps: int) -> frozenset[str]:
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
            return self._meanings(binding.value, owner, steps + 1)
        return _NOTHING_KNOWN

    def _own_attribute(self, node: Any, scope: Scope, steps: int) -> frozenset[str] | None:
        """What ``self.x`` means by the assignments of its class; None where ``self`` is not that or sets no ``x``."""
        class_scope = self.class_of_self(node.value.id, scope)
        if class_scope is None:
            return None
        found = self._stores(class_scope).get(node.attr, [])
        bindings = self.table(class_scope).bindings.get(node.attr, [])
        if not found and not bindings:
            return None
        if len(found) + len(bindings) > _MAX_BINDINGS:
            return _NOTHING_KNOWN
        own = [self._bound(binding, node.attr, class_scope, steps) for binding in bindings]
        return frozenset().union(
            *own, *(_NOTHING_KNOWN if v is None else self._meanings(v, method, steps + 1) for v, method in found)
        )

    def class_of_self(self, name: str, scope: Scope) -> Scope | None:
        """The class whose instance (or class object) ``name`` is in a method, judged by the first parameter."""
        at: Scope | None = scope
        while at is not None:
            if at.kind == "function":
                if at.parent is not None and at.parent.kind == "class":
                    return at.parent if _first_parameter(at) == name else None
                if name in self.table(at).bindings:
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

    def _stores(self, class_scope: Scope) -> dict[str, list[tuple[Any, Scope]]]:
        """What a class's methods assign to the attributes of their first parameter, with the method; None: unknown."""
        stores = self._class_stores.get(class_scope)
        if stores is None:
            stores = self._class_stores[class_scope] = {}
            for method in self.methods(class_scope):
                receiver = _first_parameter(method)
                for base, attribute, value in _attribute_stores(method):
                    if base == receiver:
                        stores.setdefault(attribute, []).append((value, method))
        return stores


def _attribute_stores(function: Scope) -> list[tuple[str, str, Any]]:
    """The assignments to attributes of a name in a function: only statements make them, so only those are walked."""
    table = Table()
    stack = list(function.node.body)
    while stack:
        statement = stack.pop()
        reader = _READERS.get(statement.__class__)
        if reader is not None:
            reader(statement, table)
        for item in getattr(statement, "items", ()):
            _read_with_item(item, table)
        if statement.__class__ not in _SCOPES:
            for field in BLOCK_FIELDS:
                stack += getattr(statement, field, ())
    return table.attributes


def _join(meanings: frozenset[str], trail: list[str]) -> frozenset[str]:
    if not trail:
        return meanings
    rest = "".join(reversed(trail))
    return frozenset({UNKNOWN if meaning == UNKNOWN else meaning + rest for meaning in meanings})


def _is_type_parameter(name: str, scope: Scope) -> bool:
    return any(parameter.name == name for parameter in getattr(scope.node, "type_params", ()))


def _first_parameter(function: Scope) -> str | None:
    arguments = function.node.args
    positional = arguments.posonlyargs or arguments.args
    if not positional:
        return None
    if any(d.__class__ is _ast.Name and d.id == "staticmethod" for d in function.node.decorator_list):
        return None
    name: str = positional[0].arg
    return name


_COMPREHENSIONS = (_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp)


def _is_bound_inside_expression(node: Any, name: str, parents: dict[Any, Any]) -> bool:
    """Whether a lambda or comprehension around this use gives the name a value of its own."""
    child, at = node, parents.get(node)
    while at is not None and isinstance(at, (_ast.expr, _ast.comprehension, _ast.keyword, _ast.arguments)):
        if at.__class__ is _ast.Lambda and child is at.body and name in parameter_names(at.args):
            return True
        if isinstance(at, _COMPREHENSIONS) and any(
            name in _target_names(generator.target) for generator in at.generators
        ):
            # The first iterable is evaluated outside the comprehension.
            return not (child is at.generators[0] and _is_below(node, at.generators[0].iter, parents))
        child, at = at, parents.get(at)
    return False


def _runs_in_own_scope(node: Any, parents: dict[Any, Any]) -> bool:
    """Whether a use stands in a lambda's body or a comprehension, which do not see the names of a class around them."""
    child, at = node, parents.get(node)
    while isinstance(at, (_ast.expr, _ast.comprehension, _ast.keyword, _ast.arguments)):
        if at.__class__ is _ast.Lambda and child is at.body:
            return True
        if isinstance(at, _COMPREHENSIONS) and not (
            child is at.generators[0] and _is_below(node, at.generators[0].iter, parents)
        ):
            return True
        child, at = at, parents.get(at)
    return False


def _is_below(node: Any, top: Any, parents: dict[Any, Any]) -> bool:
    at = node
    while at is not None:
        if at is top:
            return True
        at = parents.get(at)
    return False


def parameter_names(arguments: Any) -> set[str]:
    """The names of a function's parameters."""
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {parameter.arg for parameter in parameters if parameter is not None}


def _target_names(target: Any) -> set[str]:
    names = set()
    pending = [target]
    while pending:
        match pending.pop():
            case _ast.Name(id=name):
                names.add(name)
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements):
                pending += elements
            case _ast.Starred(value=inner):
                pending.append(inner)
    return names


def _read_scope(scope: Scope) -> Table:
    # Runs for every node of a scope in which some name has to be resolved: no call for nodes that bind nothing.
    table = Table()
    node = scope.node
    if scope.kind == "function":
        for name in parameter_names(node.args):
            _bind(table, name, "other", node.args)
    for parameter in getattr(node, "type_params", ()):
        _bind(table, parameter.name, "other", parameter)
    parents = table.parents
    stack = list(node.body)
    while stack:
        at = stack.pop()
        kind = at.__class__
        reader = _READERS.get(kind)
        if reader is not None:
            reader(at, table)
            if kind in _SCOPES:
                for child in children_in_scope(at):
                    parents[child] = at
                    stack.append(child)
                continue
        for field in CHILDREN[kind]:
            value = getattr(at, field)
            if value.__class__ is list:
                for child in value:
                    if child is not None and child.__class__ is not str:
                        parents[child] = at
                        stack.append(child)
            elif value is not None:
                parents[value] = at
                stack.append(value)
    return table


def children_in_scope(node: Any) -> list[Any]:
    """The direct child nodes that belong to the same scope: of a nested definition only what runs outside its body."""
    match node:
        case _ast.FunctionDef() | _ast.AsyncFunctionDef():
            returns = [node.returns] if node.returns is not None else []
            return [*node.decorator_list, *getattr(node, "type_params", ()), node.args, *returns]
        case _ast.ClassDef():
            return [*node.decorator_list, *getattr(node, "type_params", ()), *node.bases, *node.keywords]
    children: list[Any] = []
    for field in CHILDREN[node.__class__]:
        value = getattr(node, field)
        if value.__class__ is list:
            children += [element for element in value if isinstance(element, _ast.AST)]
        elif isinstance(value, _ast.AST):
            children.append(value)
    return children


def _bind(table: Table, name: str, kind: str, value: Any) -> None:
    table.bindings.setdefault(name, []).append(Binding(kind, value))


def _read_assignment(node: Any, table: Table) -> None:
    for target in node.targets:
        _bind_target(table, target, node.value)


def _read_annotated(node: Any, table: Table) -> None:
    if node.value is not None:
        _bind_target(table, node.target, node.value)
    elif node.target.__class__ is _ast.Name:
        _bind(table, node.target.id, "other", node)


def _read_import(node: Any, table: Table) -> None:
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        _bind(table, bound, "import", alias.name if alias.asname else bound)


def _read_import_from(node: Any, table: Table) -> None:
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            table.star_imports.append(module)
        else:
            dot = "" if module.endswith(".") else "."
            _bind(table, alias.asname or alias.name, "import", f"{module}{dot}{alias.name}")


def _read_definition(node: Any, table: Table) -> None:
    _bind(table, node.name, "definition", node)


def _read_target(node: Any, table: Table) -> None:
    _bind_target(table, node.target, None)


def _read_with_item(node: Any, table: Table) -> None:
    if node.optional_vars is not None:
        _bind_target(table, node.optional_vars, None)


def _read_named(node: Any, table: Table) -> None:
    if node.name:
        _bind(table, node.name, "other", node)


def _read_mapping(node: Any, table: Table) -> None:
    if node.rest:
        _bind(table, node.rest, "other", node)


def _read_delete(node: Any, table: Table) -> None:
    for target in node.targets:
        if target.__class__ is _ast.Name:
            _bind(table, target.id, "other", node)


_SCOPES = frozenset({_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef})
_READERS: dict[type[Any], Callable[[Any, Table], None]] = {
    _ast.Assign: _read_assignment,
    _ast.AnnAssign: _read_annotated,
    _ast.NamedExpr: lambda node, table: _bind_target(table, node.target, node.value),
    _ast.AugAssign: _read_target,
    _ast.For: _read_target,
    _ast.AsyncFor: _read_target,
    _ast.FunctionDef: _read_definition,
    _ast.AsyncFunctionDef: _read_definition,
    _ast.ClassDef: _read_definition,
    _ast.Import: _read_import,
    _ast.ImportFrom: _read_import_from,
    _ast.Global: lambda node, table: table.declared_global.update(node.names),
    _ast.Nonlocal: lambda node, table: table.declared_nonlocal.update(node.names),
    _ast.withitem: _read_with_item,
    _ast.ExceptHandler: _read_named,
    _ast.MatchAs: _read_named,
    _ast.MatchStar: _read_named,
    _ast.MatchMapping: _read_mapping,
    _ast.Delete: _read_delete,
}


def _bind_target(table: Table, target: Any, value: Any) -> None:
    """Bind an assignment's target to its value, pairwise through tuples; a None value is one that cannot be told."""
    match target:
        case _ast.Name(id=name):
            _bind(table, name, "other" if value is None else "value", target if value is None else value)
        case _ast.Attribute(value=_ast.Name(id=base), attr=attribute):
            table.attributes.append((base, attribute, value))
        case _ast.Tuple(elts=targets) | _ast.List(elts=targets):
            values = value.elts if isinstance(value, (_ast.Tuple, _ast.List)) else []
            paired = len(values) == len(targets) and not any(
                isinstance(element, _ast.Starred) for element in (*targets, *values)
            )
            for position, element in enumerate(targets):
                _bind_target(table, element, values[position] if paired else None)
        case _ast.Starred(value=inner):
            _bind_target(table, inner, None)
