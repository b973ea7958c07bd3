"""The construction of a control-flow graph, backwards from the end of a scope: see `prodlint.facts.flow`."""

from __future__ import annotations

import _ast
from functools import partial

from prodlint.facts.flow import DEEPEST, ENTRY, EXIT, FAILED, MOST_NODES, Edge, FlowNode
from prodlint.facts.raising import raisers
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.facts.names import Names
    from prodlint.index import Scope


class TooLarge(Exception):
    """The scope has more nodes, or is nested deeper, than a graph is made for."""


class _Frame:
    """A block that statements can leave early: where each way of leaving it leads."""

    __slots__ = ("jumps", "outer", "through")

    def __init__(
        self, outer: _Frame | None, jumps: dict[str, int], through: Callable[[str, int], int] | None = None
    ) -> None:
        self.outer = outer
        self.jumps = jumps
        self.through = through

    def target(self, jump: str) -> int:
        """The position that a ``return``, ``raise``, ``break`` or ``continue`` in the block goes to."""
        found = self.jumps.get(jump)
        if found is None:
            assert self.outer is not None, f"a {jump!r} outside of what it leaves"
            beyond = self.outer.target(jump)
            found = self.jumps[jump] = self.through(jump, beyond) if self.through else beyond
        return found


_NEVER_RAISE = frozenset({"isinstance", "issubclass", "callable", "hasattr", "id", "type", "locals", "globals"})
_EXITING_NAMES = frozenset({"exit", "quit", "_exit", "abort"})
_EXITING = frozenset({"sys.exit", "builtins.exit", "builtins.quit"})
_ENDING = frozenset({"os._exit", "os.abort"})
_EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
_SUPPRESSING = frozenset({"contextlib.suppress()", "pytest.raises()", "self.assertRaises()"})
_DEEPEST_TEST = 20


class Builder:
    """The nodes of one scope's graph. Raises TooLarge where they would be too many."""

    def __init__(self, scope: Scope, names: Names, truth: Callable[[Any, Scope], bool | None]) -> None:
        self._scope = scope
        self._names = names
        self._truth = truth
        self._depth = 0
        self.nodes: list[FlowNode] = []
        entry = self._new("entry", scope.node)
        assert (entry, self._new("exit", None), self._new("failed", None)) == (ENTRY, EXIT, FAILED)
        frame = _Frame(None, {"return": EXIT, "raise": FAILED})
        self.nodes[entry].next.append(Edge(self._block(scope.node.body, EXIT, frame)))

    def _new(self, kind: str, node: Any, parts: tuple[Any, ...] = (), following: tuple[int, ...] = ()) -> int:
        if len(self.nodes) >= MOST_NODES:
            raise TooLarge
        made = FlowNode(kind, node, parts)
        made.next += map(Edge, following)
        self.nodes.append(made)
        return len(self.nodes) - 1

    def _raising(self, at: int, frame: _Frame, *, surely: bool = False) -> int:
        """Give a node its exceptional way if something in it can raise."""
        node = self.nodes[at]
        if surely or any(self._can_raise(raiser) for part in node.parts for raiser in raisers(part)):
            node.raised = frame.target("raise")
        return at

    def _can_raise(self, raiser: Any) -> bool:
        function = raiser.func if raiser.__class__ is _ast.Call else None
        return not (
            function.__class__ is _ast.Name
            and function.id in _NEVER_RAISE
            and self._names.owner(function.id, self._scope) is None
        )

    def _block(self, statements: list[Any], after: int, frame: _Frame) -> int:
        """The position where a block begins that goes on to ``after``."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooLarge
        for statement in reversed(statements):
            build = _BUILDERS.get(statement.__class__)
            after = build(self, statement, after, frame) if build else self._simple(statement, after, frame)
        self._depth -= 1
        return after

    def _simple(self, node: Any, after: int, frame: _Frame) -> int:
        if node.__class__ is _ast.Expr and (ends := self._ends_process(node.value)):
            at = self._new("statement", node, (node,))
            return at if ends in _ENDING else self._raising(at, frame, surely=True)
        return self._raising(self._new("statement", node, (node,), (after,)), frame)

    def _ends_process(self, value: Any) -> str:
        """The name of the function by which a call ends the process; empty for anything else."""
        if value.__class__ is not _ast.Call:
            return ""
        function = value.func
        name = getattr(function, "attr", None) or getattr(function, "id", "")
        if name not in _EXITING_NAMES:
            return ""
        meanings = self._names.meanings(function, self._scope)
        return min(meanings) if meanings and meanings <= _EXITING | _ENDING else ""

    def _return(self, node: Any, after: int, frame: _Frame) -> int:
        return self._raising(self._new("statement", node, (node,), (frame.target("return"),)), frame)

    def _raise(self, node: Any, after: int, frame: _Frame) -> int:
        return self._raising(self._new("statement", node, (node,)), frame, surely=True)

    def _break(self, node: Any, after: int, frame: _Frame) -> int:
        return self._new("statement", node, (), (frame.target("break"),))

    def _continue(self, node: Any, after: int, frame: _Frame) -> int:
        return self._new("statement", node, (), (frame.target("continue"),))

    def _assert(self, node: Any, after: int, frame: _Frame) -> int:
        at = self._new("statement", node, (node,))
        if self._truth_of(node.test) is not False:
            self.nodes[at].next.append(Edge(after, node.test, True))
        return self._raising(at, frame, surely=True)

    def _if(self, node: Any, after: int, frame: _Frame) -> int:
        # Thousands of `elif` are nested without indentation, so that the chain must not be recursed into.
        chain = [node]
        while len(chain[-1].orelse) == 1 and chain[-1].orelse[0].__class__ is _ast.If:
            chain.append(chain[-1].orelse[0])
        otherwise = self._block(chain[-1].orelse, after, frame)
        for link in reversed(chain):
            body = self._block(link.body, after, frame)
            otherwise = self._test(link.test, body, otherwise, frame)
        return otherwise

    def _test(self, test: Any, yes: int, no: int, frame: _Frame, depth: int = 0) -> int:
        """Where the evaluation of a condition begins that goes on to one of two positions."""
        if depth < _DEEPEST_TEST:
            if test.__class__ is _ast.BoolOp:
                goes_on = test.op.__class__ is _ast.And
                follow = self._test(test.values[-1], yes, no, frame, depth + 1)
                for value in reversed(test.values[:-1]):
                    branches = (follow, no) if goes_on else (yes, follow)
                    follow = self._test(value, *branches, frame, depth + 1)
                return follow
            if test.__class__ is _ast.UnaryOp and test.op.__class__ is _ast.Not:
                return self._test(test.operand, no, yes, frame, depth + 1)
        at = self._new("test", test, (test,))
        truth = self._truth_of(test)
        if truth is not False:
            self.nodes[at].next.append(Edge(yes, test, True))
        if truth is not True:
            self.nodes[at].next.append(Edge(no, test, False))
        return self._raising(at, frame)

    def _truth_of(self, test: Any) -> bool | None:
        if test.__class__ is _ast.Constant:
            return bool(test.value)
        return self._truth(test, self._scope)

    def _while(self, node: Any, after: int, frame: _Frame) -> int:
        head = self._new("join", node)
        otherwise = self._block(node.orelse, after, frame)
        body = self._block(node.body, head, _Frame(frame, {"break": after, "continue": head}))
        self.nodes[head].next.append(Edge(self._test(node.test, body, otherwise, frame)))
        return head

    def _for(self, node: Any, after: int, frame: _Frame) -> int:
        step = self._raising(self._new("step", node), frame, surely=True)
        otherwise = self._block(node.orelse, after, frame)
        body = self._block(node.body, step, _Frame(frame, {"break": after, "continue": step}))
        bind = self._new("target", node, (node.target,), (body,))
        self.nodes[step].next += (Edge(bind), Edge(otherwise))
        return self._raising(self._new("evaluate", node, (node.iter,), (step,)), frame)

    def _with(self, node: Any, after: int, frame: _Frame) -> int:
        frames = [frame]
        for item in node.items:
            leave = partial(self._leave, item, after)
            frames.append(_Frame(frames[-1], {}, leave))
            after = self._new("leave", item, (), (after,))
        at = self._block(node.body, after, frames[-1])
        for item, around in zip(reversed(node.items), reversed(frames[:-1]), strict=True):
            parts = (item.context_expr,) if item.optional_vars is None else (item.context_expr, item.optional_vars)
            at = self._raising(self._new("enter", item, parts, (at,)), around, surely=True)
        return at

    def _leave(self, item: Any, after: int, jump: str, beyond: int) -> int:
        at = self._new("leave", item, (), (beyond,))
        if jump == "raise" and self._names.meanings(item.context_expr, self._scope) & _SUPPRESSING:
            self.nodes[at].next.append(Edge(after))
        return at

    def _try(self, node: Any, after: int, frame: _Frame) -> int:
        if node.finalbody:
            outer = frame
            after = self._block(node.finalbody, after, outer)
            frame = _Frame(outer, {}, lambda jump, beyond: self._block(node.finalbody, beyond, outer))
        otherwise = self._block(node.orelse, after, frame)
        inner = frame
        if node.handlers:
            dispatch = self._new("dispatch", node)
            inner = _Frame(frame, {"raise": dispatch})
            for handler in node.handlers:
                body = self._block(handler.body, after, frame)
                self.nodes[dispatch].next.append(Edge(self._new("caught", handler, (), (body,))))
            if not any(map(self._catches_everything, node.handlers)):
                self.nodes[dispatch].next.append(Edge(frame.target("raise")))
        return self._block(node.body, otherwise, inner)

    def _catches_everything(self, handler: Any) -> bool:
        if handler.type is None:
            return True
        types = handler.type.elts if handler.type.__class__ is _ast.Tuple else [handler.type]
        for caught in types:
            meanings = self._names.meanings(caught, self._scope)
            if meanings and meanings <= _EVERYTHING:
                return True
        return False

    def _match(self, node: Any, after: int, frame: _Frame) -> int:
        unmatched = after
        for case in reversed(node.cases):
            body = self._block(case.body, after, frame)
            matched = self._test(case.guard, body, unmatched, frame) if case.guard is not None else body
            following = (matched,) if _is_irrefutable(case.pattern) else (matched, unmatched)
            unmatched = self._new("case", case, (case.pattern,), following)
        return self._raising(self._new("evaluate", node, (node.subject,), (unmatched,)), frame)


_BUILDERS: dict[type[Any], Callable[[Builder, Any, int, _Frame], int]] = {
    _ast.Return: Builder._return,
    _ast.Raise: Builder._raise,
    _ast.Break: Builder._break,
    _ast.Continue: Builder._continue,
    _ast.Assert: Builder._assert,
    _ast.If: Builder._if,
    _ast.While: Builder._while,
    _ast.For: Builder._for,
    _ast.AsyncFor: Builder._for,
    _ast.With: Builder._with,
    _ast.AsyncWith: Builder._with,
    _ast.Try: Builder._try,
    _ast.Match: Builder._match,
}
if hasattr(_ast, "TryStar"):  # Python 3.11
    _BUILDERS[_ast.TryStar] = Builder._try


def _is_irrefutable(pattern: Any) -> bool:
    """Whether a pattern, its guard aside, takes every subject."""
    while pattern.__class__ is _ast.MatchAs and pattern.pattern is not None:
        pattern = pattern.pattern
    if pattern.__class__ is _ast.MatchOr:
        return _is_irrefutable(pattern.patterns[-1])
    return pattern.__class__ is _ast.MatchAs
