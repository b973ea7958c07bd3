"""The search for a path on which a value that a call made is neither released nor handed over.

The value is followed from the call along every way through the control-flow graph, through the variables that hold it
and under the conditions that the code checks on the way. The way with the fewest exceptions that ends without a
release is the answer.
"""

from __future__ import annotations

import _ast
from heapq import heappop, heappush

from prodlint.facts.conditions import Known, constant_facts, facts_of, falsehoods, truth_of, truths
from prodlint.facts.custody import DOUBTFUL, KEPT, LENT, PASSED, RELEASED, dotted
from prodlint.facts.failures import is_harmless, is_likely
from prodlint.facts.flow import EXIT, FAILED
from prodlint.facts.names import children_in_scope
from prodlint.facts.raising import raisers
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.facts.custody import Custody
    from prodlint.facts.flow import Edge, Flow, FlowNode
    from prodlint.facts.reaching import Bound
    from prodlint.index import Scope

_MOST_STATES = 6000
_MOST_FACTS = 8
_LONGEST_CAUSE = 40
# What a way through an exception costs: a likely one, and one that the answer names only for want of another.
_LIKELY, _UNLIKELY = 10, 13


class Leak(NamedTuple):
    """How a path ends on which nobody releases the value: see `prodlint.facts.lifetimes.Lifetime`."""

    end: str
    cause: str
    node: Any
    is_likely: bool = True


class _State(NamedTuple):
    at: int
    holders: frozenset[str]
    facts: frozenset[Known]
    is_own_failure: bool  # an exception of an operation on the value itself looks for its handler


class _Step(NamedTuple):
    before: _State | None
    has_raised: bool = False
    edge: Edge | None = None


def search(
    call: Any,
    scope: Scope,
    file: FileFacts,
    custody: Custody,
    holders: frozenset[str],
    *,
    is_receiver: bool = False,
    until_lent: bool = False,
) -> Leak | str | None:
    """The leak of a call's value, or with ``is_receiver`` of what the call made its receiver hold.

    With ``until_lent`` only what happens before it is lent to somebody counts: whether that one releases it or not.
    None where there is none, ``"unknown"`` where the scope has no graph or too many paths.
    """
    flow = file.flows.of(scope)
    if flow is None:
        return "unknown"
    searcher: _Search = file.shared((custody, scope), lambda: _Search(flow, scope, file, custody))
    return searcher.run(call, holders, is_receiver, until_lent)


class _Search:
    def __init__(self, flow: Flow, scope: Scope, file: FileFacts, custody: Custody) -> None:
        self._flow = flow
        self._scope = scope
        self._file = file
        self._custody = custody
        self._bound = file.reaching.bound(flow)
        self._uses: dict[int, list[tuple[str, Any]]] = {}
        self._causes_at: dict[int, list[Any]] = {}
        self._tests = [edge.test for at in flow.order for edge in flow.nodes[at].next[:1] if edge.test is not None]
        self._repeated = _repeated(self._tests)
        self._constant_names = self._names_with_constants()
        self._flags = self._names_with_conditions()
        self._released_behind: dict[tuple[int, frozenset[str]], bool] = {}
        self._begin(None, False)

    def _begin(self, call: Any, until_lent: bool) -> None:
        self._until_lent = until_lent
        self._queue: list[tuple[int, int, _State]] = []
        self._came: dict[_State, _Step] = {}
        # The blocks that the call is part of: their handlers and `finally` are not there for its value.
        self._around = set() if call is None else set(self._file.names.ancestors(call, self._scope))

    def run(self, call: Any, holders: frozenset[str], is_receiver: bool, until_lent: bool) -> Leak | str | None:
        """Walk the paths from a call, those with the fewest exceptions first."""
        self._begin(call, until_lent)
        for at in self._flow.places.get(self._place(call), ()):
            facts = self._facts_at(call, is_receiver)
            # Without holders, as nothing is held yet: a loop that comes back here is not where it began.
            start = _State(at, frozenset(), facts, False)
            self._came[start] = _Step(None)
            after = start._replace(holders=holders)
            for edge in self._flow.nodes[at].next:
                if not is_receiver or _result(edge.test, call) in (None, edge.truth):
                    self._follow(0, start, edge, after)
        while self._queue:
            if len(self._came) > _MOST_STATES:
                return "unknown"
            cost, _, state = heappop(self._queue)
            if state.at in (EXIT, FAILED):
                return self._explained(state)
            leak = self._go_on(cost, state)
            if leak is not None:
                return leak
        return None

    def _place(self, node: Any) -> Any:
        """The statement or evaluated expression of the graph that a node is part of."""
        while node is not None and node not in self._flow.places:
            node = self._file.names.parent(node, self._scope)
        return node

    def _go_on(self, cost: int, state: _State) -> Leak | None:
        """Leave a node by all its ways; the leak where no variable holds the value any more."""
        node = self._flow.nodes[state.at]
        passed: set[str] = set()
        is_wrapped = False  # what fails while wrapping the value is the wrapper's business
        for use in self._uses_of(state):
            effect = self._custody.use(use, self._scope)
            if effect.kind in (RELEASED, KEPT) or (self._until_lent and effect.kind in (LENT, DOUBTFUL)):
                return None
            if effect.is_stored and not self._is_released_behind(state.at, state.holders):
                return None  # what took it is kept, and on this way nobody else sees to it
            passed.update(effect.targets)
            is_wrapped = is_wrapped or (effect.kind == PASSED and len(node.parts) == 1)
        if not is_wrapped and node.raised is not None and (weight := self._weight(state)):
            failed = _State(node.raised, state.holders, state.facts, self._is_own_failure(state))
            self._add(cost + weight, failed, _Step(state, True))
        bound = self._bound.get(state.at, {})
        killed = {name for name, effect in bound.items() if effect.kills}
        holders = (state.holders - killed) | passed
        if not holders:
            end = "deleted" if node.node.__class__ is _ast.Delete else "rebound"
            return self._explained(state, Leak(end, "", node.node if hasattr(node.node, "lineno") else node.parts[0]))
        facts = self._facts_after(state, bound)
        is_unwinding = state.is_own_failure and node.kind in ("dispatch", "leave")
        after = _State(state.at, frozenset(holders), facts, is_unwinding)
        for edge in self._edges(node, state):
            self._follow(cost, state, edge, after)
        return None

    def _is_released_behind(self, at: int, holders: frozenset[str]) -> bool:
        """Whether one of the variables is released somewhere behind a node, without an exception on the way."""
        known = self._released_behind.get((at, holders))
        if known is None:
            seen, pending = {at}, [at]
            known = False
            while pending and not known:
                here = pending.pop()
                uses = self._uses_of(_State(here, holders, frozenset(), False)) if here not in (EXIT, FAILED) else []
                known = any(self._custody.use(use, self._scope).kind == RELEASED for use in uses)
                ways = [] if here in (EXIT, FAILED) else self._flow.nodes[here].next
                following = {edge.target for edge in ways} - seen
                seen.update(following)
                pending += following
            self._released_behind[at, holders] = known
        return known

    def _edges(self, node: FlowNode, state: _State) -> list[Edge]:
        """The ways on; past the handlers only if none of them is for the exceptions of the value's own operations."""
        if node.kind == "dispatch" and state.is_own_failure:
            caught = [edge for edge in node.next if self._flow.nodes[edge.target].kind == "caught"]
            if any(self._catches_own(self._flow.nodes[edge.target].node.type) for edge in caught):
                return caught
        return node.next

    def _catches_own(self, caught: Any) -> bool:
        types = caught.elts if caught.__class__ is _ast.Tuple else [caught]
        errors = self._custody.terms.errors
        return any(self._file.names.meanings(one, self._scope) & errors for one in types)

    def _follow(self, cost: int, origin: _State, edge: Edge, state: _State) -> None:
        facts = state.facts
        if edge.test is not None:
            truth = self._truth(edge.test, state)
            if truth is not None and truth is not edge.truth:
                return
            learnt = [fact for fact in facts_of(edge.test, edge.truth) if fact.text in self._repeated]
            if learnt and len(facts) < _MOST_FACTS:
                facts = facts.union(learnt)
        self._add(cost, state._replace(at=edge.target, facts=facts), _Step(origin, edge=edge))

    def _add(self, cost: int, state: _State, step: _Step) -> None:
        if state not in self._came:
            self._came[state] = step
            heappush(self._queue, (cost, len(self._came), state))

    def _truth(self, test: Any, state: _State) -> bool | None:
        held = self._truth_by_holder(test, state.holders)
        return held if held is not None else truth_of(test, state.facts)

    def _truth_by_holder(self, test: Any, holders: frozenset[str]) -> bool | None:
        """What a condition about the value itself comes to while it is not released."""
        terms = self._custody.terms
        match test:
            case _ast.NamedExpr(target=target):
                return self._truth_by_holder(target, holders)
            case _ast.Name(id=name) if name in holders and not terms.is_number:
                return True
            case _ast.Attribute(value=_ast.Name(id=name), attr="closed") if name in holders:
                return False
            case _ast.Compare(left=_ast.Name(id=name), ops=[operator], comparators=[other]) if name in holders:
                return self._truth_of_comparison(operator, other, holders)
            case _ast.Call(func=_ast.Name(id="hasattr"), args=[_ast.Name(id=name), _ast.Constant(value=attribute)]):
                return True if name in holders and attribute in terms.releases else None
            case _ast.Compare(
                left=_ast.Constant(value=str(name)), ops=[_ast.In()], comparators=[_ast.Call(func=_ast.Name(id=space))]
            ) if name in holders and space in ("locals", "vars", "globals", "dir"):
                return True
        return None

    def _truth_of_comparison(self, operator: Any, other: Any, holders: frozenset[str]) -> bool | None:
        if any(name in holders for name in _names_in(other)):
            return None
        match operator:
            case _ast.Is() | _ast.Eq() | _ast.In():
                return False
            case _ast.IsNot() | _ast.NotEq() | _ast.NotIn():
                return True
        if self._custody.terms.is_number:
            return operator.__class__ in (_ast.Gt, _ast.GtE)  # descriptors are compared with 0 and -1
        return None

    def _uses_of(self, state: _State) -> list[Any]:
        """The uses of the variables that hold the value at a node."""
        found = self._uses.get(state.at)
        if found is None:
            found = self._uses[state.at] = []
            stack = list(self._flow.nodes[state.at].parts)
            while stack:
                node = stack.pop()
                name = dotted(node) if node.__class__ in (_ast.Name, _ast.Attribute) else None
                if name is not None and node.ctx.__class__ is _ast.Load:
                    found.append((name, node))
                stack += children_in_scope(node)
        return [node for name, node in found if name in state.holders]

    def _weight(self, state: _State) -> int:
        """What leaving a node by an exception costs; 0 where nothing raises that would matter."""
        node = self._flow.nodes[state.at]
        if node.kind == "step":
            iterates = node.node.iter.__class__ is _ast.Name and node.node.iter.id in state.holders
            return _LIKELY if iterates or node.node.__class__ is _ast.AsyncFor else 0
        found = self._causes(state.at)
        if not found or (node.node.__class__ is not _ast.Raise and self._is_cleaning_up(node)):
            return 0
        return _LIKELY if any(map(is_likely, found)) else _UNLIKELY

    def _is_cleaning_up(self, node: FlowNode) -> bool:
        """Whether a step is part of a handler or a ``finally`` that the call is not part of.

        What fails there, before the release that they are there for, is nothing to write another ``finally`` for.
        """
        child = node.parts[0] if node.parts else node.node
        for parent in self._file.names.ancestors(child, self._scope):
            if parent.__class__ is _ast.ExceptHandler:
                if parent not in self._around:
                    return True
            elif child in (final := getattr(parent, "finalbody", ())) and self._around.isdisjoint(final):
                return True
            child = parent
        return False

    def _causes(self, at: int) -> list[Any]:
        """What can raise in a node, without releases of other values and what ends the process."""
        if at not in self._causes_at:
            node = self._flow.nodes[at]
            ends_process = not node.next and node.node.__class__ is _ast.Expr
            parts = () if ends_process else node.parts
            releases = self._custody.terms.releases
            self._causes_at[at] = [r for part in parts for r in raisers(part) if not is_harmless(r, releases)]
        return self._causes_at[at]

    def _is_own_failure(self, state: _State) -> bool:
        causes = self._causes(state.at)
        for cause in causes:
            match cause:
                case _ast.Call(func=_ast.Attribute(value=_ast.Name(id=name))) if name in state.holders:
                    continue
                case _ast.Await(value=_ast.Call(func=_ast.Attribute(value=_ast.Name(id=name)))) if (
                    name in state.holders
                ):
                    continue
            return False
        return bool(causes)

    def _facts_at(self, call: Any, is_receiver: bool) -> frozenset[Known]:
        """What is known when the call has succeeded: the conditions around it, and variables with constant values."""
        names = self._file.names
        place = self._place(call)
        bound = {name for at in self._flow.places.get(place, ()) for name in self._bound.get(at, {})}
        facts: set[Known] = set()
        child = call
        for at in names.ancestors(call, self._scope):
            if at.__class__ is _ast.IfExp and child is not at.test:
                facts.update(facts_of(at.test, child is at.body))
            elif at.__class__ is _ast.If and isinstance(child, _ast.stmt):
                facts.update(f for f in facts_of(at.test, child in at.body) if self._is_unchanged(f, at.test, place))
            elif at.__class__ is _ast.BoolOp and at.op.__class__ is _ast.Or:
                # Whoever writes `given or make()` and asks `given is None` means the same by both.
                earlier = at.values[: at.values.index(child)]
                facts.update(fact for value in earlier for fact in (*facts_of(value, False), *falsehoods(value)))
            child = at
        if is_receiver and (parent := names.parent(call, self._scope)).__class__ is _ast.Assign:
            for target in parent.targets:
                facts.update(facts_of(target, True))
            return frozenset(facts)
        for name in self._constant_names - bound:
            facts.update(self._constant_facts(place, name))
        for name in self._flags - bound:
            facts.update(self._flag_facts(place, name, facts))
        kept = {fact for fact in facts if not fact.names & bound}
        for name in self._siblings(call):
            kept.update(truths(name))
        for at in self._flow.places.get(place, ()):
            kept.update(_constants_bound(self._bound.get(at, {})))
        return frozenset(kept)

    def _siblings(self, call: Any) -> list[str]:
        """The variables that take the other elements of a result whose one element is the value."""
        parent = self._file.names.parent(call, self._scope)
        if self._custody.terms.element is None or parent.__class__ is not _ast.Assign:
            return []
        elements = getattr(parent.targets[0], "elts", ())
        return [element.id for element in elements if element.__class__ is _ast.Name]

    def _is_unchanged(self, fact: Known, test: Any, place: Any) -> bool:
        reaching = self._file.reaching
        leaf = next((node for node in _leaves(test) if node in self._flow.places), None) or self._place(test)
        return leaf is not None and all(
            reaching.definitions_before(leaf, name, self._scope)
            == reaching.definitions_before(place, name, self._scope)
            for name in fact.names
        )

    def _names_with_constants(self) -> set[str]:
        """The variables that are tested somewhere and given a constant value somewhere."""
        tested = {name for test in self._tests for name in _names_in(test)}
        reaching = self._file.reaching
        return {
            name
            for name in tested
            if self._file.names.owner(name, self._scope) is self._scope
            and any(constant_facts(name, d.value) for d in reaching.all_definitions(name, self._scope))
        }

    def _names_with_conditions(self) -> set[str]:
        """The variables that are tested somewhere and given what a condition comes to: ``owned = given is None``."""
        return {
            test.id
            for test in self._tests
            if test.__class__ is _ast.Name
            and self._file.names.owner(test.id, self._scope) is self._scope
            and any(d.value.__class__ in _CONDITIONS for d in self._file.reaching.all_definitions(test.id, self._scope))
        }

    def _flag_facts(self, place: Any, name: str, facts: set[Known]) -> list[Known]:
        """What a variable is worth that got its value from a condition which the facts decide."""
        definitions = self._file.reaching.definitions_before(place, name, self._scope)
        if definitions is None or len(definitions) != 1 or definitions[0].kind != "assigned":
            return []
        condition = definitions[0].value
        said = facts_of(condition, True)
        truth = truth_of(condition, facts)
        if truth is None or not all(self._is_unchanged(fact, condition, place) for fact in said):
            return []
        return facts_of(_ast.Name(id=name, ctx=_ast.Load()), truth)

    def _constant_facts(self, place: Any, name: str) -> list[Known]:
        """What a variable's constant value says about conditions, if it has one wherever it comes from."""
        reaching = self._file.reaching.definitions_before(place, name, self._scope)
        found = [set(constant_facts(name, d.value)) if d.kind == "assigned" else set() for d in reaching or ()]
        return list(set.intersection(*found)) if found else []

    def _facts_after(self, state: _State, bound: dict[str, Bound]) -> frozenset[Known]:
        facts = state.facts
        if bound:
            facts = frozenset(fact for fact in facts if not fact.names & bound.keys())
            if len(facts) < _MOST_FACTS:
                facts = facts.union(_constants_bound(bound))
        return facts

    def _explained(self, end: _State, found: Leak | None = None) -> Leak:
        """The leak of a path, told by the last exception on it or else by how it ends."""
        at: _State | None = end
        leaving = turn = None
        while at is not None and (step := self._came[at]).before is not None:
            node = self._flow.nodes[step.before.at]
            if step.has_raised and not (node.node.__class__ is _ast.Raise and node.node.exc is None):
                if found is None or found.end == "rebound":
                    return self._leak_at(step.before.at)
            elif leaving is None and node.node.__class__ in _LEAVING:
                leaving = Leak(_LEAVING[node.node.__class__], "", node.node)
            elif turn is None and step.edge is not None and step.edge.test is not None:
                turn = Leak("true" if step.edge.truth else "false", self._text(step.edge.test), step.edge.test)
            at = step.before
        return found or leaving or turn or Leak("ends", "", None)

    def _leak_at(self, at: int) -> Leak:
        node = self._flow.nodes[at]
        if node.kind == "step":
            return Leak("raises", self._text(node.node.iter), node.node.iter)
        causes = self._causes(at)
        best = next((cause for cause in causes if is_likely(cause)), causes[0])
        return leak_by(best, self._file)._replace(is_likely=is_likely(best))

    def _text(self, node: Any) -> str:
        return _short(self._file.source.slice(self._file.source.span(node)))


def leak_by(cause: Any, file: FileFacts) -> Leak:
    """The leak that an evaluation or statement that raises brings about."""
    at = cause
    while cause.__class__ is _ast.Await:
        cause = cause.value
    match cause:
        case _ast.Call(func=function):
            name = dotted(function) or getattr(function, "attr", "")
            return Leak("raises", _short(f"{name}()"), at)
        case _ast.Raise(exc=raised):
            name = dotted(raised.func if raised.__class__ is _ast.Call else raised) if raised is not None else ""
            return Leak("raised", _short(f"raise {name}".strip()), at)
        case _ast.Yield() | _ast.YieldFrom():
            return Leak("raises", "yield", at)
        case _ast.comprehension():
            return leak_by(cause.iter, file)
    return Leak("raises", _short(file.source.slice(file.source.span(cause))), at)


_CONDITIONS = frozenset({_ast.Compare, _ast.UnaryOp, _ast.BoolOp})
_LEAVING = {_ast.Return: "returns", _ast.Break: "breaks", _ast.Continue: "continues"}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_CAUSE else line[: _LONGEST_CAUSE - 1] + "…"


def _constants_bound(bound: dict[str, Bound]) -> list[Known]:
    """What is known of the variables that a step gives constant values."""
    return [
        fact
        for name, effect in bound.items()
        if len(effect.definitions) == 1 and effect.definitions[0].kind == "assigned"
        for fact in constant_facts(name, effect.definitions[0].value)
    ]


def _result(test: Any, call: Any) -> bool | None:
    """What a condition on a call's own result comes to when that is true; None for any other condition."""
    if test.__class__ is _ast.Compare and test.comparators[0].__class__ is _ast.Constant:
        is_same = test.ops[0].__class__ in (_ast.Is, _ast.Eq)
        return None if _result(test.left, call) is None else bool(test.comparators[0].value) is is_same
    while test.__class__ in (_ast.Await, _ast.NamedExpr):
        test = test.value
    return True if test is call else None


def _repeated(tests: list[Any]) -> set[str]:
    """The conditions that a scope checks more than once: only those can correlate."""
    counts: dict[str, int] = {}
    for test in tests:
        for fact in facts_of(test, True):
            counts[fact.text] = counts.get(fact.text, 0) + 1
    return {text for text, count in counts.items() if count > 1}


def _leaves(test: Any) -> list[Any]:
    """The parts of a condition that are evaluated one by one."""
    found, stack = [], [test]
    while stack:
        at = stack.pop()
        found.append(at)
        if at.__class__ is _ast.BoolOp:
            stack += reversed(at.values)
        elif at.__class__ is _ast.UnaryOp:
            stack.append(at.operand)
    return found


def _names_in(node: Any) -> set[str]:
    found, stack = set(), [node]
    while stack:
        at = stack.pop()
        if at.__class__ is _ast.Name:
            found.add(at.id)
        stack += children_in_scope(at)
    return found
