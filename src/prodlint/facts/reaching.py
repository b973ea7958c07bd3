"""Which definitions of a name may reach a place: the classic data-flow problem, solved backwards from the place.

The answers stand on the control-flow graphs of `prodlint.facts.flow`. A name that another scope owns, or that other
functions can rebind through ``global`` or ``nonlocal``, is reached by all its definitions in whatever order.
"""

from __future__ import annotations

import _ast

from prodlint.facts.defining import COMPREHENSIONS, Defined, Definition, defined_at, names_in, parameters, steps_of
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts.flow import Flow, Flows
    from prodlint.facts.names import Names
    from prodlint.index import Index, Scope

__all__ = ["MOST_STEPS", "Bound", "Definition", "Reaching"]

MOST_STEPS = 1_000_000
"""The steps that all questions about one file may take together; later ones are not answered."""


class Reaching:
    """Reaching definitions for one file."""

    def __init__(self, index: Index, names: Names, flows: Flows) -> None:
        self._index = index
        self._names = names
        self._flows = flows
        self._all: dict[Scope, dict[str, list[Definition]]] = {}
        self._sites: dict[Scope, dict[str, dict[int, Bound]]] = {}
        self._bound: dict[Scope, dict[int, dict[str, Bound]]] = {}
        self._steps = 0
        self._elsewhere: dict[str, list[tuple[str, Scope]]] | None = None

    def definitions(self, name_node: Any, scope: Scope) -> tuple[Definition, ...] | None:
        """The definitions of a name that may reach this use of it; None where that cannot be told.

        An empty answer says that the name is a builtin, is not defined in this file, or never is when it is used.
        A parameter that nothing rebinds is said to reach dead code too.
        """
        name = name_node.id
        use = self._use(name_node, scope)
        if use.definition is not None:
            return (use.definition,)
        at = scope.parent if use.is_inner and scope.kind == "class" and scope.parent is not None else scope
        owner = self._names.owner(name, at)
        if owner is None:
            return ()
        if owner is not scope or use.runs_later or self._is_shared(name, owner):
            return self.all_definitions(name, owner)
        # What nothing in the scope rebinds reaches every use: most functions need no graph for their parameters.
        known = self._definitions_in(scope).get(name, [])
        if len(known) == 1 and known[0].kind == "parameter":
            return (known[0],)
        found = self._at(name_node, name, scope)
        if not found and found is not None and scope.kind == "class" and scope.parent is not None:
            outer = self._names.owner(name, scope.parent)  # `x = x` in a class reads the name around it
            return self.all_definitions(name, outer) if outer is not None else ()
        return found

    def definitions_before(self, node: Any, name: str, scope: Scope) -> tuple[Definition, ...] | None:
        """The definitions of a name that may reach the beginning of a statement, or of the one around an expression."""
        owner = self._names.owner(name, scope)
        if owner is None:
            return ()
        if owner is not scope or self._is_shared(name, owner):
            return self.all_definitions(name, owner)
        return self._at(node, name, scope)

    def all_definitions(self, name: str, owner: Scope) -> tuple[Definition, ...]:
        """Every definition of a name that a scope owns, those in other scopes by ``global`` and ``nonlocal`` too."""
        found = self._definitions_in(owner).get(name, [])
        for kind, other in self._declared_elsewhere(name):
            if other is not owner and self._owns(owner, kind, name, other):
                found = found + self._definitions_in(other).get(name, [])
        return tuple(found)

    def bound(self, flow: Flow) -> dict[int, dict[str, Bound]]:
        """For each position of a graph the names that it defines."""
        scope = flow.scope
        if scope not in self._bound:
            found: dict[int, dict[str, Bound]] = {}
            for name, effects in self._effects(flow).items():
                for at, effect in effects.items():
                    found.setdefault(at, {})[name] = effect
            self._bound[scope] = found
        return self._bound[scope]

    def is_reachable(self, node: Any, scope: Scope) -> bool:
        """Whether a place of a scope can be reached from where the scope begins; also where that is not known."""
        flow = self._flows.of(scope)
        return flow is None or self._positions(node, scope, flow) != []

    def _at(self, node: Any, name: str, scope: Scope) -> tuple[Definition, ...] | None:
        flow = self._flows.of(scope)
        if flow is None:
            return None
        positions = self._positions(node, scope, flow)
        return None if positions is None else self._search(name, positions, flow)

    def _positions(self, node: Any, scope: Scope, flow: Flow) -> list[int] | None:
        """The places of the graph in which a node is evaluated; empty in dead code, None where it is not known."""
        parents = self._names.table(scope).parents
        at = node
        while at is not None:
            if at in flow.places:
                return flow.places[at]
            if isinstance(at, _ast.stmt):
                return []
            at = parents.get(at)
        return None

    def _search(self, name: str, positions: list[int], flow: Flow) -> tuple[Definition, ...] | None:
        """Look backwards along every way that leads to the beginning of the positions, up to what ends it."""
        effects = self._effects(flow).get(name, {})
        # The same definition may arrive by several copies of a `finally`.
        found: dict[Definition, None] = {}
        seen = set(positions)
        pending = list(positions)
        while pending and effects:
            for before, has_failed in flow.before[pending.pop()]:
                self._steps += 1
                effect = effects.get(before)
                if effect is not None and (effect.late or not has_failed):
                    found.update(dict.fromkeys(effect.definitions))
                if before not in seen and (effect is None or has_failed or not effect.kills):
                    seen.add(before)
                    pending.append(before)
            if self._steps > MOST_STEPS:
                return None
        return tuple(sorted(found, key=_place))

    def _effects(self, flow: Flow) -> dict[str, dict[int, Bound]]:
        """For each name the positions that define it."""
        scope = flow.scope
        if scope not in self._sites:
            sites: dict[str, dict[int, Bound]] = {}
            known: dict[tuple[str, Any], list[Defined]] = {}
            has_walrus = self._index.has_walrus(scope)
            for at in flow.order:
                node = flow.nodes[at]
                # Copies of a `finally` share their definitions.
                place = (node.kind, node.node)
                if place not in known:
                    known[place] = list(defined_at(node.kind, node.node, node.parts, scope, has_walrus))
                for name, definition, surely, late in known[place]:
                    effect = sites.setdefault(name, {}).setdefault(at, Bound([], False, False))
                    effect.definitions.append(definition)
                    # A walrus, or the first targets of an unpacking, may have happened when the rest fails.
                    sites[name][at] = effect._replace(kills=effect.kills or surely, late=effect.late or late)
            self._sites[scope] = sites
        return self._sites[scope]

    def _definitions_in(self, scope: Scope) -> dict[str, list[Definition]]:
        """All definitions that stand in a scope, by name, in source order of its blocks."""
        if scope not in self._all:
            found: dict[str, list[Definition]] = {}
            has_walrus = self._index.has_walrus(scope)
            for kind, node, parts in steps_of(scope):
                for defined in defined_at(kind, node, parts, scope, has_walrus):
                    found.setdefault(defined.name, []).append(defined.definition)
            self._all[scope] = found
        return self._all[scope]

    def _is_shared(self, name: str, owner: Scope) -> bool:
        """Whether functions rebind a name of another scope."""
        if not self._index.globals:
            return False
        return any(
            (other is not owner or kind == "global") and self._owns(owner, kind, name, other)
            for kind, other in self._declared_elsewhere(name)
        )

    def _owns(self, owner: Scope, kind: str, name: str, other: Scope) -> bool:
        if kind == "global":
            return owner.parent is None
        return self._names.owner(name, other) is owner

    def _declared_elsewhere(self, name: str) -> list[tuple[str, Scope]]:
        """The scopes that declare a name ``global`` or ``nonlocal``."""
        if self._elsewhere is None:
            self._elsewhere = {}
            for node, scope in self._index.globals:
                kind = "global" if node.__class__ is _ast.Global else "nonlocal"
                for declared in node.names:
                    self._elsewhere.setdefault(declared, []).append((kind, scope))
        return self._elsewhere.get(name, [])

    def _use(self, name_node: Any, scope: Scope) -> _Use:
        """What the lambdas and comprehensions around a name make of it."""
        parents = self._names.table(scope).parents
        name = name_node.id
        seen_from = 0  # how many loops of the comprehension that is reached next the name can see
        runs_later = is_inner = False
        child: Any = name_node
        at: Any = parents.get(name_node)
        while at is not None and not isinstance(at, _ast.stmt):
            if at.__class__ is _ast.Lambda and child is at.body:
                runs_later = is_inner = True
                for parameter, definition in parameters(at.args, scope):
                    if parameter == name:
                        return _Use(definition, runs_later, is_inner)
            elif at.__class__ is _ast.comprehension:
                seen_from = 0 if child is at.iter else 1
            elif at.__class__ in COMPREHENSIONS:
                is_part = child.__class__ is _ast.comprehension
                loops: list[Any] = at.generators  # type: ignore[attr-defined]  # the set says that it has them
                # The first iterable is evaluated outside; a loop sees those before it, the element sees all.
                seen = loops.index(child) + seen_from if is_part else len(loops)
                is_inner = is_inner or seen > 0
                for loop in reversed(loops[:seen]):
                    if any(target.id == name for target, _ in names_in(loop.target)):
                        return _Use(Definition("iterated", loop.iter, loop, scope), runs_later, is_inner)
            child, at = at, parents.get(at)
        return _Use(None, runs_later, is_inner)


class _Use(NamedTuple):
    """What an expression around a name makes of it.

    ``definition`` is the parameter or loop there that binds it, ``runs_later`` holds in a lambda, ``is_inner`` where
    the names of a class around are not seen.
    """

    definition: Definition | None
    runs_later: bool
    is_inner: bool


class Bound(NamedTuple):
    """What a position of a graph does to a name.

    ``kills``: whenever it succeeds, the name has one of these definitions and no earlier one; ``late``: it may have one
    of them even where the position fails.
    """

    definitions: list[Definition]
    kills: bool
    late: bool


def _place(definition: Definition) -> tuple[int, int]:
    """Where a definition is written; a whole module or function counts as its beginning."""
    return getattr(definition.node, "lineno", 0), getattr(definition.node, "col_offset", 0)
