"""What each scope of a file binds to its names, and the parent of each of its nodes: one walk over a scope's own nodes.

Says nothing about what a name means: that is for `prodlint.facts.names`.
"""

from __future__ import annotations

import _ast

from prodlint.facts.statements import BLOCK_FIELDS
from prodlint.index import BARREN, CHILDREN, children_of
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.index import Scope


class Binding(NamedTuple):
    """One way in which a scope gives a name its value.

    The value of an ``import`` is the dotted name, of a ``value`` the assigned expression, of a ``with`` the expression
    that is entered, of a ``definition`` the defining node, of any ``other`` the node that binds.
    """

    kind: str
    value: Any


class Declaration(NamedTuple):
    """The annotation of a parameter, variable or attribute; a parameter's is written in the scope around."""

    annotation: Any
    is_parameter: bool


class Table:
    """What one scope binds, which attributes it sets, which types it declares, and the parent of each of its nodes.

    ``declared`` has variables and parameters by their name and attributes as ``self.x``.
    """

    __slots__ = (
        "_parents", "_scope", "attributes", "bindings", "declared", "declared_global", "declared_nonlocal",
        "star_imports",
    )  # fmt: skip

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: list[tuple[str, str, Any]] = []
        self.declared: dict[str, Declaration] = {}
        self._parents: dict[Any, Any] | None = None
        self.declared_global: set[str] = set()
        self.declared_nonlocal: set[str] = set()
        self.star_imports: list[str] = []

    @property
    def parents(self) -> dict[Any, Any]:
        """The parent of each of the scope's own nodes; a statement of its body has none."""
        if self._parents is None:
            self._parents = _read_parents(self._scope)
        return self._parents


def read_scope(scope: Scope, has_walrus: bool = True) -> Table:
    """What a scope binds; without ``:=`` in the file only statements and patterns do."""
    # Runs for every scope in which some name has to be resolved: no call for nodes that bind nothing.
    table = Table(scope)
    node = scope.node
    if scope.kind == "function":
        _read_parameters(node.args, table)
    for parameter in getattr(node, "type_params", ()):
        _bind(table, parameter.name, "other", parameter)
    fields = CHILDREN if has_walrus else _BINDING_FIELDS
    stack = list(node.body)
    while stack:
        at = stack.pop()
        kind = at.__class__
        reader = _READERS.get(kind)
        if reader is not None:
            reader(at, table)
            if kind in _SCOPES:
                if has_walrus:
                    stack += children_in_scope(at)
                continue
        for field in fields[kind]:
            value = getattr(at, field)
            if value.__class__ is list:
                stack += [child for child in value if child is not None and child.__class__ is not str]
            elif value is not None:
                stack.append(value)
    return table


_BINDING_FIELDS = {
    kind: tuple(field for field in fields if field in {*BLOCK_FIELDS, "items", "pattern", "patterns"})
    if kind is not _ast.Lambda and kind is not _ast.IfExp
    else ()
    for kind, fields in CHILDREN.items()
}
"""The fields in which statements, the items of a `with`, and patterns stand."""


def _read_parents(scope: Scope) -> dict[Any, Any]:
    parents: dict[Any, Any] = {}
    stack = list(scope.node.body)
    push = stack.append
    while stack:
        at = stack.pop()
        kind = at.__class__
        if kind in _SCOPES:
            for child in children_in_scope(at):
                parents[child] = at
                push(child)
            continue
        for field in CHILDREN[kind]:
            value = getattr(at, field)
            if value.__class__ is list:
                for child in value:
                    if child is not None and child.__class__ is not str:
                        parents[child] = at
                        if child.__class__ not in BARREN:
                            push(child)
            elif value is not None:
                parents[value] = at
                if value.__class__ not in BARREN:
                    push(value)
    return parents


def read_attributes(function: Scope) -> Table:
    """The assignments to attributes of names in a function: only statements make them, so only those are walked."""
    table = Table(function)
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
    return table


def children_in_scope(node: Any) -> list[Any]:
    """The direct child nodes that belong to the same scope: of a nested definition only what runs outside its body."""
    kind = node.__class__
    if kind in _SCOPES:
        if kind is _ast.ClassDef:
            return [*node.decorator_list, *getattr(node, "type_params", ()), *node.bases, *node.keywords]
        returns = [node.returns] if node.returns is not None else []
        return [*node.decorator_list, *getattr(node, "type_params", ()), node.args, *returns]
    return children_of(node)


def last_name(function: Any) -> str:
    """The name or attribute that an expression ends in, as written; empty for any other expression."""
    match function:
        case _ast.Name(id=name) | _ast.Attribute(attr=name):
            return str(name)
    return ""


def parameter_names(arguments: Any) -> set[str]:
    """The names of a function's parameters."""
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {parameter.arg for parameter in parameters if parameter is not None}


_COMPREHENSIONS = (_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp)


def is_bound_inside_expression(node: Any, name: str, parents: dict[Any, Any]) -> bool:
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


def runs_in_own_scope(node: Any, parents: dict[Any, Any]) -> bool:
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


def _read_parameters(arguments: Any, table: Table) -> None:
    for name in parameter_names(arguments):
        _bind(table, name, "other", arguments)
    # What `*args: X` and `**options: X` are called holds many of X.
    for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if parameter.annotation is not None:
            table.declared[parameter.arg] = Declaration(parameter.annotation, True)


def _bind(table: Table, name: str, kind: str, value: Any) -> None:
    table.bindings.setdefault(name, []).append(Binding(kind, value))


def _read_assignment(node: Any, table: Table) -> None:
    for target in node.targets:
        _bind_target(table, target, node.value)


def _read_annotated(node: Any, table: Table) -> None:
    match node.target:
        case _ast.Name(id=name):
            table.declared[name] = Declaration(node.annotation, False)
        case _ast.Attribute(value=_ast.Name(id=base), attr=attribute):
            table.declared[f"{base}.{attribute}"] = Declaration(node.annotation, False)
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


def _read_augmented(node: Any, table: Table) -> None:
    if node.target.__class__ is _ast.Attribute:
        _bind_target(table, node.target, node)  # what it becomes takes what it was: the statement says both
    else:
        _read_target(node, table)


def _read_with_item(node: Any, table: Table) -> None:
    target = node.optional_vars
    if target.__class__ is _ast.Name:
        _bind(table, target.id, "with", node.context_expr)
    elif target is not None:
        _bind_target(table, target, node.context_expr if target.__class__ is _ast.Attribute else None)


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
    _ast.AugAssign: _read_augmented,
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
