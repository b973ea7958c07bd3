"""What an `except` clause catches, and what becomes of the exception it caught."""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import last_name
from prodlint.facts.calls import CallFacts
from prodlint.facts.names import children_in_scope, parameter_names
from prodlint.facts.statements import BLOCK_FIELDS
from prodlint.index import CATCH_ALL
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts import FileFacts
    from prodlint.index import Scope
    from prodlint.model import Span

EVERYTHING = frozenset(f"builtins.{name}" for name in CATCH_ALL)
"""The dotted names of the classes whose handlers catch everything."""

# Calls that only turn the exception into another value: what matters is what becomes of the result.
_CONVERSIONS = frozenset({"str", "repr", "len", "type", "bool", "isinstance", "issubclass", "hasattr", "getattr", "id"})
_FLOWS_ON = (
    _ast.Attribute, _ast.Subscript, _ast.BinOp, _ast.UnaryOp, _ast.BoolOp, _ast.IfExp, _ast.Compare, _ast.Tuple,
    _ast.List, _ast.Set, _ast.Dict, _ast.Starred, _ast.FormattedValue, _ast.JoinedStr, _ast.Await, _ast.keyword,
    _ast.Slice,
)  # fmt: skip


class HandlerFacts:
    """An `except` clause and the scope it stands in."""

    __slots__ = ("_aliases", "_file", "_names", "_scope", "_source", "node")

    def __init__(self, node: _ast.ExceptHandler, scope: Scope, file: FileFacts) -> None:
        self.node = node
        self._scope = scope
        self._file = file
        self._aliases = file.index.aliases
        self._names = file.names
        self._source = file.source

    @property
    def is_bare(self) -> bool:
        """Whether it names no exception."""
        return self.node.type is None

    @property
    def header(self) -> Span:
        """The region from `except` to the last caught type."""
        span = self._source.span(self.node)
        if self.node.type is None:
            return span._replace(end_line=span.line, end_column=span.column + len("except"))
        end = self._source.span(self.node.type)
        return span._replace(end_line=end.end_line, end_column=end.end_column)

    @property
    def may_be_broad(self) -> bool:
        """Whether, by the names as written, it could catch everything; told without resolving one."""
        if self.node.type is None:
            return True
        return any(name in CATCH_ALL or name in self._aliases for name in _written_names(self.node.type))

    @property
    def broad_type(self) -> str | None:
        """The name by which it catches everything (``except``, ``Exception``, ``BaseException``), or None."""
        if self.node.type is None:
            return "except"
        if not self.may_be_broad:
            return None
        for name in sorted(self._caught(self.node.type, 0)):
            if name in EVERYTHING:
                return name.rpartition(".")[2]
        return None

    def _caught(self, node: Any, steps: int) -> frozenset[str]:
        """The dotted names of the caught types, through tuples and names that stand for tuples."""
        if isinstance(node, (_ast.Tuple, _ast.List)):
            return frozenset().union(*(self._caught(element, steps) for element in node.elts))
        if isinstance(node, _ast.Starred):
            return self._caught(node.value, steps)
        if isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.Add):
            return self._caught(node.left, steps) | self._caught(node.right, steps)
        found = self._names.meanings(node, self._scope)
        if node.__class__ is _ast.Name and steps < 4 and not found <= EVERYTHING:
            owner = self._names.owner(node.id, self._scope)
            for binding, _ in self._names.bindings(node.id, owner) if owner is not None else ():
                if binding.kind == "value" and isinstance(binding.value, (_ast.Tuple, _ast.BinOp)):
                    found |= self._caught(binding.value, steps + 1)
        return found

    @property
    def is_silent(self) -> bool:
        """Whether its body consists of nothing but `pass`, `...`, `continue` and constants."""
        return all(
            isinstance(statement, (_ast.Pass, _ast.Continue))
            or (isinstance(statement, _ast.Expr) and isinstance(statement.value, _ast.Constant))
            for statement in self.node.body
        )

    def nodes(self) -> Iterator[Any]:
        """All nodes of its body that run as part of it.

        Not those of functions and lambdas defined there, nor what stands behind a `return` or `raise` of its block.
        """
        stack: list[Any] = list(reversed(_live(self.node.body)))
        while stack:
            node = stack.pop()
            yield node
            if node.__class__ is not _ast.Lambda:
                stack += reversed(_live_children(node))

    @property
    def raises(self) -> bool:
        """Whether something in its body raises: `raise` or `assert`, outside nested functions."""
        return any(isinstance(node, (_ast.Raise, _ast.Assert)) for node in self.nodes())

    @property
    def always_reraises(self) -> bool:
        """Whether its body ends in a bare `raise` that every path reaches."""
        last = self.node.body[-1]
        leaves = (_ast.Return, _ast.Break, _ast.Continue, _ast.Raise)
        before = [node for node in self.nodes() if isinstance(node, leaves) and node is not last]
        return isinstance(last, _ast.Raise) and last.exc is None and not before

    def calls(self) -> Iterator[CallFacts]:
        """Each call of its body."""
        return (CallFacts(n, self._scope, self._file) for n in self.nodes() if n.__class__ is _ast.Call)

    def guarded_calls(self) -> list[CallFacts] | None:
        """The calls of the `try` body where it consists of nothing but calls; else None."""
        body = self._names.parent(self.node, self._scope).body
        if not all(isinstance(statement, _ast.Expr) and isinstance(statement.value, _ast.Call) for statement in body):
            return None
        return [CallFacts(statement.value, self._scope, self._file) for statement in body]

    def labelled_values(self) -> Iterator[tuple[str, object]]:
        """What its body puts under a name for its readers: keywords, dictionary keys, attributes and subscripts.

        Each name with the value where that is a constant, else with Ellipsis.
        """
        for node in self.nodes():
            match node:
                case _ast.keyword(arg=str() as name, value=value):
                    yield name, _constant(value)
                case _ast.Dict(keys=keys, values=values):
                    for key, value in zip(keys, values, strict=True):
                        if isinstance(key, _ast.Constant) and isinstance(key.value, str):
                            yield key.value, _constant(value)
                case _ast.Assign(targets=targets, value=value):
                    for target in targets:
                        match target:
                            case _ast.Attribute(attr=name) | _ast.Subscript(slice=_ast.Constant(value=str() as name)):
                                yield name, _constant(value)

    @property
    def falls_into_raise(self) -> bool:
        """Whether the `try` statement leaves when it succeeds, and a `raise` follows it for when it does not."""
        statement = self._names.parent(self.node, self._scope)
        success = statement.orelse or statement.body
        if not isinstance(success[-1], _LEAVES_BLOCK) or isinstance(self.node.body[-1], _LEAVES_BLOCK):
            return False
        around = self._names.parent(statement, self._scope) or self._scope.node
        for field in BLOCK_FIELDS:
            block = getattr(around, field, None)
            if isinstance(block, list) and statement in block[:-1]:
                return isinstance(block[block.index(statement) + 1], _ast.Raise)
        return False

    @property
    def keeps_exception(self) -> bool:
        """Whether the caught exception, or a value made from it, goes on: to a call, a caller, a raise or a place."""
        name = self.node.name
        if name is None:
            return False
        # Uses in nested functions count: a closure over the exception keeps it.
        return any(
            node.__class__ is _ast.Name
            and node.id == name
            and node.ctx.__class__ is _ast.Load
            and not self._names.is_bound_inside_expression(node, self._scope)
            and self._goes_on(node)
            for node in self.nodes()
        ) or self._is_used_by_closure(name)

    def _is_used_by_closure(self, name: str) -> bool:
        for node in self.nodes():
            if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda)) and not _takes(node, name):
                stack: list[Any] = node.body[:] if isinstance(node.body, list) else [node.body]
                while stack:
                    inner = stack.pop()
                    if inner.__class__ is _ast.Name and inner.id == name:
                        return True
                    stack += children_in_scope(inner)
        return False

    def _goes_on(self, use: Any) -> bool:
        child, at = use, self._names.parent(use, self._scope)
        while at is not None:
            if isinstance(at, _ast.Call):
                if child is at.func:
                    # A method of the exception: `error.show()` reports by itself, `error.get_code()` gives a value.
                    if isinstance(self._names.parent(at, self._scope), _ast.Expr):
                        return True
                elif last_name(at.func) not in _CONVERSIONS or isinstance(at.func, _ast.Attribute):
                    return True
            elif isinstance(at, (_ast.Assign, _ast.AnnAssign, _ast.AugAssign, _ast.NamedExpr)):
                targets = at.targets if isinstance(at, _ast.Assign) else [at.target]
                return any(self._is_kept(target) for target in targets)
            elif not isinstance(at, _FLOWS_ON):
                return not isinstance(at, (_ast.Expr, _ast.If, _ast.While, _ast.Delete, _ast.Match))
            child, at = at, self._names.parent(at, self._scope)
        return False

    def _is_kept(self, target: Any) -> bool:
        """Whether anything reads what is assigned here; only a function's own local name can be a dead end."""
        if target.__class__ is not _ast.Name:
            return True
        if self._scope.kind != "function":
            return target.id != "_"
        table = self._names.table(self._scope)
        if target.id in table.declared_global or target.id in table.declared_nonlocal:
            return True
        return target.id in self._names.names_read(self._scope)


_LEAVES_BLOCK = (_ast.Return, _ast.Raise, _ast.Continue, _ast.Break)


def _constant(node: Any) -> object:
    return node.value if isinstance(node, _ast.Constant) else ...


def _written_names(expression: Any) -> Iterator[str]:
    """The last names in an expression that names classes: of names, attributes, tuples and sums of tuples."""
    pending = [expression]
    while pending:
        match pending.pop():
            case _ast.Name(id=name) | _ast.Attribute(attr=name):
                yield name
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements):
                pending += elements
            case _ast.Starred(value=inner):
                pending.append(inner)
            case _ast.BinOp(left=left, right=right):
                pending += (left, right)
            case _ast.IfExp(body=body, orelse=orelse):
                pending += (body, orelse)
            case _ast.BoolOp(values=values):
                pending += values


def _live_children(node: Any) -> list[Any]:
    """The children of a node that can run: not what stands in its block behind a statement that leaves the block."""
    children = children_in_scope(node)
    for field in BLOCK_FIELDS:
        block = getattr(node, field, None)
        if isinstance(block, list):
            alive = _live(block)
            if len(alive) < len(block):
                dead = block[len(alive) :]
                children = [child for child in children if child not in dead]
    return children


def _live(block: list[Any]) -> list[Any]:
    for position, statement in enumerate(block, 1):
        if isinstance(statement, _LEAVES_BLOCK):
            return block[:position]
    return block


def _takes(function: Any, name: str) -> bool:
    """Whether a nested function has a parameter of this name, so that the outer one is not what it uses."""
    return name in parameter_names(function.args)
