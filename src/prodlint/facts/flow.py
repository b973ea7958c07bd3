"""A scope in, its control-flow graph out: every path that statements, and the exceptions they can raise, may take.

The graph is built backwards, each statement knowing what comes after it, and what leaves a block early (``return``,
``raise``, ``break``, ``continue``) asks the blocks around it for the way out. A ``finally`` is copied once for every
such way, so that a path through it goes on to where it was going. What can raise is told by `prodlint.facts.raising`;
a handler for ``Exception`` catches all of it. A scope of more than `MOST_NODES` nodes, or nested deeper than
`DEEPEST`, has no graph: whoever asks has to do with a coarser answer.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.facts.names import Names
    from prodlint.index import Scope

MOST_NODES = 4000
"""The nodes of the largest graph that is made."""
DEEPEST = 40
"""The nesting of blocks up to which a graph is made."""

ENTRY, EXIT, FAILED = 0, 1, 2
"""The positions of the nodes in every graph where a scope begins, ends normally, and is left by an exception."""


class Edge(NamedTuple):
    """The way to a node; where a condition decides it, ``test`` is that expression and ``truth`` what it has to be."""

    target: int
    test: Any = None
    truth: bool = True


class FlowNode:
    """One step of a scope.

    ``kind`` is ``statement`` (a simple statement, a definition), ``test`` (a condition without ``and``, ``or``,
    ``not``), ``evaluate`` (the iterable of a loop, the subject of a ``match``), ``step`` (a loop asks for its next
    value), ``target`` (and binds it), ``enter`` and ``leave`` (a ``with`` item), ``dispatch`` (an exception looks for
    its handler), ``caught`` (and has found it), ``case`` (a pattern is tried), ``join`` (nothing happens), ``entry``,
    ``exit`` or ``failed``. ``node`` is the ast node it belongs to, ``parts`` what is evaluated in it. ``next`` are the
    ways on after success, ``raised`` the position where an exception in it goes, None if there can be none.
    """

    __slots__ = ("kind", "next", "node", "parts", "raised")

    def __init__(self, kind: str, node: Any, parts: tuple[Any, ...]) -> None:
        self.kind = kind
        self.node = node
        self.parts = parts
        self.next: list[Edge] = []
        self.raised: int | None = None


class Flow:
    """The control-flow graph of a scope.

    ``places`` gives for a statement, a ``with`` item, a handler, a case or an evaluated expression the positions of its
    nodes: several where a ``finally`` is copied. ``order`` are the positions that can be reached, each after those that
    lead to it except where a loop closes. ``before`` has for each position those that lead to it, and whether by their
    failure.
    """

    __slots__ = ("before", "nodes", "order", "places", "scope")

    def __init__(self, scope: Scope, nodes: list[FlowNode]) -> None:
        self.scope = scope
        self.nodes = nodes
        self.order = _order(nodes)
        self.places: dict[Any, list[int]] = {}
        for position in self.order:
            node = nodes[position]
            if node.node is not None:
                self.places.setdefault(node.node, []).append(position)
            for part in node.parts:
                if part is not node.node:
                    self.places.setdefault(part, []).append(position)
        self.before: list[list[tuple[int, bool]]] = [[] for _ in nodes]
        for position in self.order:
            for edge in nodes[position].next:
                self.before[edge.target].append((position, False))
            if (raised := nodes[position].raised) is not None:
                self.before[raised].append((position, True))


class Flows:
    """The graphs of one file, each made when it is first asked for.

    ``truth`` tells of a condition in a scope whether it always or never holds, and gives None for any other.
    """

    def __init__(self, names: Names, truth: Callable[[Any, Scope], bool | None] | None = None) -> None:
        self._names = names
        self._truth = truth or (lambda test, scope: None)
        self._flows: dict[Scope, Flow | None] = {}
        self._building: set[Scope] = set()

    def of(self, scope: Scope) -> Flow | None:
        """The graph of a module, class or function; None where it would be too large, and while it is being made."""
        if scope in self._flows:
            return self._flows[scope]
        if scope in self._building:  # a condition's truth asked for it
            return None
        self._building.add(scope)
        from prodlint.facts.flow_building import Builder, TooLarge  # it makes nodes of this module

        try:
            self._flows[scope] = Flow(scope, Builder(scope, self._names, self._truth).nodes)
        except TooLarge:
            self._flows[scope] = None
        finally:
            self._building.discard(scope)
        return self._flows[scope]


def _order(nodes: list[FlowNode]) -> list[int]:
    """The reachable positions in reverse postorder."""
    seen = {ENTRY}
    finished: list[int] = []
    stack: list[tuple[int, list[int]]] = [(ENTRY, _successors(nodes[ENTRY]))]
    while stack:
        at, following = stack[-1]
        if not following:
            stack.pop()
            finished.append(at)
            continue
        target = following.pop()
        if target not in seen:
            seen.add(target)
            stack.append((target, _successors(nodes[target])))
    finished.reverse()
    return finished


def _successors(node: FlowNode) -> list[int]:
    found = [edge.target for edge in node.next]
    if node.raised is not None:
        found.append(node.raised)
    return found
