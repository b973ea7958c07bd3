"""What the steps of a scope define: the names that a statement, loop, `with` item or pattern binds, and to what."""

from __future__ import annotations

import _ast

from prodlint.facts.names import children_in_scope
from prodlint.facts.raising import evaluated_children, is_paired
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.index import Scope


class Definition(NamedTuple):
    """One way in which a name got its value.

    ===============  =====================================================  =========================================
    ``kind``         ``value``                                              ``node``
    ===============  =====================================================  =========================================
    ``assigned``     the expression, pairwise through tuples                the target
    ``augmented``    the right side; see `Reaching.definitions_before`      the `AugAssign`
    ``parameter``    the default or None                                    the `arg`
    ``import``       the dotted name                                        the `alias`
    ``defined``      None                                                   the function or class definition
    ``iterated``     the iterable                                           the `For`, `AsyncFor` or `comprehension`
    ``with``         the context expression                                 the `withitem`
    ``unpacked``     what is taken apart                                    the target
    ``caught``       the type expression                                    the `ExceptHandler`
    ``matched``      None                                                   the pattern
    ``deleted``      None                                                   the target of the `Delete`
    ``unknown``      None                                                   a type parameter or alias
    ===============  =====================================================  =========================================

    ``scope`` is the one that the definition stands in.
    """

    kind: str
    value: Any
    node: Any
    scope: Scope


class Defined(NamedTuple):
    """A name that a step defines.

    ``surely``: whenever the step succeeds; ``late``: perhaps also where it fails.
    """

    name: str
    definition: Definition
    surely: bool = True
    late: bool = False


COMPREHENSIONS = frozenset({_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp})
"""The expressions that have loops of their own."""
_LOOPS = frozenset({_ast.For, _ast.AsyncFor})
_FUNCTIONS = frozenset({_ast.FunctionDef, _ast.AsyncFunctionDef})
_CONDITIONAL = frozenset({_ast.IfExp, _ast.BoolOp})


def steps_of(scope: Scope) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """What a graph of the scope would have for nodes, as far as they define something."""
    yield "entry", scope.node, ()
    stack = list(reversed(scope.node.body))
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind in _LOOPS:
            yield "evaluate", node, (node.iter,)
            yield "target", node, (node.target,)
        elif kind is _ast.With or kind is _ast.AsyncWith:
            for item in node.items:
                yield "enter", item, (item.context_expr,)
        elif kind is _ast.ExceptHandler:
            yield "caught", node, ()
        elif kind is _ast.match_case:
            yield "case", node, () if node.guard is None else (node.guard,)
        elif kind is _ast.If or kind is _ast.While:
            yield "test", node.test, (node.test,)
        elif kind is _ast.Match:
            yield "evaluate", node, (node.subject,)
        elif not hasattr(node, "body") or kind in _FUNCTIONS or kind is _ast.ClassDef:
            yield "statement", node, (node,)
            continue
        for field in ("finalbody", "orelse", "handlers", "cases", "body"):
            stack += reversed(getattr(node, field, ()))


def defined_at(
    kind: str, node: Any, parts: tuple[Any, ...], scope: Scope, has_walrus: bool = True
) -> Iterator[Defined]:
    """The names that a step defines, how, and whether it surely does when it succeeds.

    ``has_walrus`` is false where no expression of the file binds a name.
    """
    if kind == "entry":
        if scope.kind == "function":
            yield from (Defined(name, definition) for name, definition in parameters(node.args, scope))
        for parameter in getattr(node, "type_params", ()):
            yield Defined(parameter.name, Definition("unknown", None, parameter, scope))
        return
    if has_walrus:
        for part in parts:
            yield from _walruses(part, scope)
    if kind == "statement":
        yield from _by_statement(node, scope)
    elif kind == "target":
        for target, _ in names_in(node.target):
            yield Defined(target.id, Definition("iterated", node.iter, node, scope))
    elif kind == "enter" and node.optional_vars is not None:
        for target, is_whole in names_in(node.optional_vars):
            kind, at = ("with", node) if is_whole else ("unpacked", target)
            yield Defined(target.id, Definition(kind, node.context_expr, at, scope))
    elif kind == "caught" and node.name:
        yield Defined(node.name, Definition("caught", node.type, node, scope))
    elif kind == "case":
        yield from _by_pattern(node.pattern, scope)


def _by_statement(node: Any, scope: Scope) -> Iterator[Defined]:
    match node:
        case _ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _by_target(target, value, scope)
        case _ast.AnnAssign(target=target, value=value) if value is not None:
            yield from _by_target(target, value, scope)
        case _ast.AugAssign(target=_ast.Name(id=name), value=value):
            yield Defined(name, Definition("augmented", value, node, scope))
        case _ast.FunctionDef() | _ast.AsyncFunctionDef() | _ast.ClassDef():
            yield Defined(node.name, Definition("defined", None, node, scope))
        case _ast.Import(names=aliases):
            for alias in aliases:
                bound = alias.asname or alias.name.partition(".")[0]
                dotted = alias.name if alias.asname else bound
                yield Defined(bound, Definition("import", dotted, alias, scope), True, len(aliases) > 1)
        case _ast.ImportFrom():
            module = "." * node.level + (node.module or "")
            dot = "" if module.endswith(".") else "."
            for alias in node.names:
                if alias.name != "*":
                    dotted = f"{module}{dot}{alias.name}"
                    definition = Definition("import", dotted, alias, scope)
                    yield Defined(alias.asname or alias.name, definition, True, len(node.names) > 1)
        case _ast.Delete(targets=targets):
            for target in targets:
                for name, _ in names_in(target):
                    yield Defined(name.id, Definition("deleted", None, name, scope))
        case _ if node.__class__.__name__ == "TypeAlias":
            yield Defined(node.name.id, Definition("unknown", None, node, scope))


def _by_target(target: Any, value: Any, scope: Scope) -> Iterator[Defined]:
    pending = [(target, value, True)]
    while pending:
        target, value, is_whole = pending.pop()
        match target:
            case _ast.Name(id=name):
                kind = "assigned" if is_whole else "unpacked"
                yield Defined(name, Definition(kind, value, target, scope), True, not is_whole)
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements):
                if is_whole and is_paired(target, value):
                    pending += reversed(
                        [(element, given, True) for element, given in zip(elements, value.elts, strict=True)]
                    )
                else:
                    pending += reversed([(element, value, False) for element in elements])
            case _ast.Starred(value=inner):
                pending.append((inner, value, False))


def _by_pattern(pattern: Any, scope: Scope) -> Iterator[Defined]:
    # Only a pattern that fits binds, and what it bound before a part of it did not fit stays.
    stack = [pattern]
    while stack:
        node = stack.pop()
        name = getattr(node, "rest", None) or getattr(node, "name", None)
        if name:
            yield Defined(name, Definition("matched", None, node, scope), False)
        stack += [child for child in children_in_scope(node) if isinstance(child, _ast.pattern)]


def _walruses(part: Any, scope: Scope) -> Iterator[Defined]:
    stack = [(part, True)]
    while stack:
        node, surely = stack.pop()
        if node.__class__ is _ast.NamedExpr:
            yield Defined(node.target.id, Definition("assigned", node.value, node.target, scope), surely, True)
        if node.__class__ is _ast.ClassDef:
            continue
        children = evaluated_children(node)
        if node.__class__ in COMPREHENSIONS or node.__class__ in _CONDITIONAL:
            surely = False
        stack += [(child, surely) for child in reversed(children)]


def parameters(arguments: Any, scope: Scope) -> Iterator[tuple[str, Definition]]:
    """The definitions that a function's parameters are, each with its name; the value is the default or None."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [*zip(positional, defaults, strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    pairs += [(extra, None) for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    for parameter, default in pairs:
        yield parameter.arg, Definition("parameter", default, parameter, scope)


def names_in(target: Any) -> Iterator[tuple[Any, bool]]:
    """The names that a target binds, and whether each is bound to the whole value."""
    pending = [(target, True)]
    while pending:
        node, is_whole = pending.pop()
        match node:
            case _ast.Name():
                yield node, is_whole
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements):
                pending += [(element, False) for element in reversed(elements)]
            case _ast.Starred(value=inner):
                pending.append((inner, False))
