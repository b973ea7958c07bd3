"""What a call is: the names its function can stand for, its arguments, what becomes of its result, what guards it."""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import last_name
from prodlint.facts.expressions import ExpressionFacts
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.facts.custody import Terms
    from prodlint.facts.derivation import Eager
    from prodlint.facts.extents import Extent
    from prodlint.facts.lifetimes import Lifetime
    from prodlint.index import Scope
    from prodlint.model import Span


class CallFacts:
    """A call expression and the scope it stands in."""

    __slots__ = ("_file", "_names", "_scope", "node")

    def __init__(self, node: _ast.Call, scope: Scope, file: FileFacts) -> None:
        self.node = node
        self._scope = scope
        self._file = file
        self._names = file.names

    @property
    def names(self) -> frozenset[str]:
        """Every dotted name the called function can stand for (see `prodlint.facts.names`)."""
        return self._names.callees(self.node.func, self._scope)

    @property
    def last_name(self) -> str:
        """The name or attribute that is called, as written; empty for any other expression."""
        return last_name(self.node.func)

    @property
    def is_renamed(self) -> bool:
        """Whether its last name stands, somewhere in the file, for another function; without, its names end in it."""
        return self.last_name in self._file.index.aliases

    @property
    def receiver_name(self) -> str:
        """The last name of what it is a method of, as written; empty for a plain function."""
        function = self.node.func
        return last_name(function.value) if function.__class__ is _ast.Attribute else ""

    @property
    def arguments(self) -> list[ExpressionFacts]:
        """The positional arguments in order; a starred one stands for what is left of them."""
        return [ExpressionFacts(argument, self._scope, self._file) for argument in self.node.args]

    def gives_literals(self, first: int) -> bool:
        """Whether the first so many of its arguments are literals as written, and it passes nothing under a keyword."""
        node = self.node
        return not node.keywords and all(given.__class__ is _ast.Constant for given in node.args[:first])

    @property
    def place(self) -> tuple[int, int]:
        """A key that sorts calls of one file as they stand in it."""
        return self.node.lineno, self.node.col_offset

    @property
    def shown(self) -> str:
        """What is called, as written and without arguments: `cursor.execute`."""
        from prodlint.facts.guards import expression_text  # for messages only

        return expression_text(self.node.func) or self.last_name

    @property
    def chain(self) -> tuple[str, ...]:
        """The names and attributes along it as written, the first one first: ``session, query, filter``."""
        return ExpressionFacts(self.node, self._scope, self._file).chain

    def keyword(self, name: str) -> ExpressionFacts | None:
        """The argument passed under a keyword; None where the call does not pass it."""
        for given in self.node.keywords:
            if given.arg == name:
                return ExpressionFacts(given.value, self._scope, self._file)
        return None

    @property
    def keywords(self) -> list[tuple[str, ExpressionFacts]]:
        """The arguments passed under keywords, in order; an unpacked mapping comes under ``**``."""
        return [
            (given.arg or "**", ExpressionFacts(given.value, self._scope, self._file)) for given in self.node.keywords
        ]

    @property
    def function(self) -> ExpressionFacts:
        """What is called, as an expression."""
        return ExpressionFacts(self.node.func, self._scope, self._file)

    def argument(self, position: int, keyword: str) -> ExpressionFacts | None:
        """The argument at a 0-based position, or else under a keyword.

        None where neither is passed, and for a position behind a starred argument.
        """
        given = self.node.args[: position + 1]
        if len(given) > position and not any(isinstance(argument, _ast.Starred) for argument in given):
            return ExpressionFacts(given[position], self._scope, self._file)
        return self.keyword(keyword)

    @property
    def receiver(self) -> ExpressionFacts | None:
        """What the called function is a method of; None for a plain function."""
        function = self.node.func
        return (
            ExpressionFacts(function.value, self._scope, self._file) if function.__class__ is _ast.Attribute else None
        )

    def creators(self) -> list[CallFacts]:
        """For a method call, the calls that may have made the object; empty where that cannot be told."""
        function = self.node.func
        if function.__class__ is not _ast.Attribute:
            return []
        return [CallFacts(call, at, self._file) for call, at in self._names.creating_calls(function.value, self._scope)]

    def managers(self) -> frozenset[str]:
        """What the context managers of the `with` statements around the call can stand for."""
        found: frozenset[str] = frozenset()
        if not self._file.mentions(b"with"):
            return found
        for at in self._names.ancestors(self.node, self._scope):
            if isinstance(at, (_ast.With, _ast.AsyncWith)):
                for item in at.items:
                    found |= self._names.meanings(item.context_expr, self._scope)
        return found

    @property
    def is_entered(self) -> bool:
        """Whether a `with` statement is entered with its result."""
        return self._names.parent(self.node, self._scope).__class__ is _ast.withitem

    @property
    def span(self) -> Span:
        """Where it is written."""
        return self._file.source.span(self.node)

    def receiver_origins(self, members: frozenset[str], iterators: frozenset[str]) -> frozenset[str]:
        """The names of what the receiver is derived from by ``/``, these members and loops over these methods.

        Empty for a plain function.
        """
        from prodlint.facts.derived import origins  # asked of few calls

        function = self.node.func
        if function.__class__ is not _ast.Attribute:
            return frozenset()
        return origins(function.value, self._scope, self._file, members, iterators)

    def lifetime(self, terms: Terms) -> Lifetime:
        """What becomes of its value, which somebody has to release: see `prodlint.facts.lifetimes`."""
        from prodlint.facts.lifetimes import lifetime  # with the graph that it needs, for few files

        return lifetime(self.node, self._scope, self._file, terms)

    def holding(self, terms: Terms) -> Lifetime:
        """What becomes of what it makes the object hold that it is a method of, such as a lock."""
        from prodlint.facts.lifetimes import holding

        return holding(self.node, self._scope, self._file, terms)

    def extent(self, terms: Terms, eager: Eager, *, may_repeat: bool, is_receiver: bool = False) -> Extent | None:
        """The statements that a `with` in its place would hold: see `prodlint.facts.extents`.

        ``is_receiver`` asks for what it makes the object hold that it is a method of.
        """
        from prodlint.facts.extents import extent  # of violations only

        return extent(self.node, self._scope, self._file, terms, eager, may_repeat=may_repeat, is_receiver=is_receiver)

    @property
    def is_in_coroutine(self) -> bool:
        """Whether it stands in an `async` function, which alone may have an `async with`."""
        return self._scope.node.__class__ is _ast.AsyncFunctionDef

    @property
    def is_in_function(self) -> bool:
        """Whether the names that are assigned beside it are a function's own."""
        return self._scope.kind == "function"

    @property
    def is_statement(self) -> bool:
        """Whether it is a statement of its own, so that nobody uses its result."""
        around = self._names.parent(self.node, self._scope)
        if around.__class__ is _ast.Await:
            around = self._names.parent(around, self._scope)
        return around.__class__ is _ast.Expr

    @property
    def is_reachable(self) -> bool:
        """Whether some way through its scope and those around it leads to it; also where that is not known."""
        node: Any = self.node
        scope: Scope | None = self._scope
        while scope is not None:
            if not self._file.reaching.is_reachable(node, scope):
                return False
            node, scope = scope.node, scope.parent
        return True

    @property
    def is_in_handler(self) -> bool:
        """Whether it runs while an exception is being handled, in the same function."""
        return any(isinstance(at, _ast.ExceptHandler) for at in self._names.ancestors(self.node, self._scope))

    @property
    def is_under_main_guard(self) -> bool:
        """Whether it runs only under ``if __name__ == "__main__":``, functions defined there included."""
        node: Any = self.node
        # Climbing from each of thousands of calls through thousands of `elif` is what this saves.
        scope: Scope | None = self._scope if self._file.mentions(b"__main__") else None
        while scope is not None:
            child = node
            for at in self._names.ancestors(node, scope):
                if at.__class__ is _ast.If and isinstance(child, _ast.stmt) and _is_guarded(child, at):
                    return True
                child = at
            node, scope = scope.node, scope.parent
        return False


def _is_guarded(statement: Any, conditional: Any) -> bool:
    """Whether a branch's statement runs only in the module that Python was started with."""
    test = conditional.test
    return is_main_test(test) if _is_in_body(statement, conditional) else _is_other_test(test)


def _is_in_body(statement: Any, conditional: Any) -> bool:
    last = conditional.body[-1]
    start = (conditional.body[0].lineno, conditional.body[0].col_offset)
    return start <= (statement.lineno, statement.col_offset) <= (last.lineno, last.col_offset)


def is_main_test(test: Any) -> bool:
    """Whether a condition can hold only in the module that Python was started with."""
    match test:
        case _ast.BoolOp(op=_ast.And(), values=values):
            return any(is_main_test(value) for value in values)
        case _ast.Compare(left=left, ops=[_ast.Eq()], comparators=[right]):
            return _are_name_and_main(left, right)
    return False


def _is_other_test(test: Any) -> bool:
    """Whether a condition holds in every module but the one that Python was started with."""
    match test:
        case _ast.Compare(left=left, ops=[_ast.NotEq()], comparators=[right]):
            return _are_name_and_main(left, right)
        case _ast.UnaryOp(op=_ast.Not(), operand=operand):
            return is_main_test(operand)
    return False


def _are_name_and_main(*sides: Any) -> bool:
    return any(side.__class__ is _ast.Name and side.id == "__name__" for side in sides) and any(
        side.__class__ is _ast.Constant and side.value == "__main__" for side in sides
    )
