"""The value of a string expression: literal pieces and holes, each hole with where its value comes from.

Followed through names and their reaching definitions, branches, loops over literals, every way of formatting and
joining, lists that are filled and then joined, attributes of the same class, and functions of the same file in both
directions: into what a call returns, and from a parameter to what callers pass. An expression has as many values as
there are ways to it; their number, the steps of a question and of a file, and the depth are bounded.
"""

from __future__ import annotations

import _ast
from itertools import islice

from prodlint.facts import pieces as p
from prodlint.facts.folding import NotFoldable, render
from prodlint.facts.formatting import spec_is_numeric
from prodlint.facts.functions import Call
from prodlint.facts.guards import expression_text
from prodlint.facts.origins import Origin, OriginKind, Parameter, Step
from prodlint.facts.pieces import Hole, Template
from prodlint.facts.sequences import Sequences
from prodlint.facts.texts import Texts
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.facts.constants import Constants
    from prodlint.facts.functions import Functions
    from prodlint.facts.guards import Guard, Guards
    from prodlint.facts.names import Names
    from prodlint.facts.pieces import Alternatives
    from prodlint.facts.reaching import Definition, Reaching
    from prodlint.index import Scope
    from prodlint.model import Span
    from prodlint.source import Source

_MOST_STEPS = 1_000
_MOST_STEPS_OF_FILE = 60_000
_DEEPEST = 36
_MOST_CALLS = 4
_MOST_DEFINITIONS = 12
_MOST_INPUTS = 6
NUMBER_TYPES = frozenset({"builtins.int", "builtins.float", "builtins.bool", "builtins.complex"})
_NUMBER_CALLS = {
    *NUMBER_TYPES,
    *(f"builtins.{name}" for name in ("len", "abs", "round", "hash", "id", "ord", "sum", "divmod", "pow")),
    *(f"math.{name}" for name in ("ceil", "floor", "trunc", "sqrt", "log", "log2", "log10", "prod", "fsum")),
    "itertools.count",
    *(f"time.{name}" for name in ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns")),
}
_PARTIAL = frozenset({"functools.partial"})
_NO_NUMBER = frozenset({_ast.Add, _ast.Mod, _ast.Mult, _ast.Div, _ast.BitOr, _ast.BitAnd, _ast.BitXor, _ast.MatMult})


class Place(NamedTuple):
    """Where an expression is looked at: its scope, what parameters and loop variables hold, and how many calls deep.

    ``bound`` is keyed by the node of the definition and the name.
    """

    scope: Scope
    bound: dict[tuple[Any, str], Alternatives]
    calls: int = 0


class Built(NamedTuple):
    """The values of a string expression, and the literals (nodes) that were looked at to tell them."""

    templates: tuple[Template, ...]
    literals: frozenset[Any]


class Templates:
    """The string expressions of one file."""

    def __init__(
        self,
        source: Source,
        names: Names,
        constants: Constants,
        reaching: Reaching,
        functions: Functions,
        guards: Guards,
    ) -> None:
        self.source = source
        self.names = names
        self.constants = constants
        self.reaching = reaching
        self.functions = functions
        self._guards = guards
        self._texts = Texts(self)
        self._sequences = Sequences(self)
        self._known: dict[Any, Built] = {}
        self._spans: dict[Any, Span] = {}
        self._told: dict[Any, tuple[Alternatives, frozenset[Any]]] = {}
        self._bound: dict[int, Any] = {}  # kept, so that no later one gets the same identity
        self._cuts = 0
        self._open: set[Any] = set()
        self._literals: set[Any] = set()
        self._steps = 0
        self._steps_of_file = 0

    def built(self, node: Any, scope: Scope) -> Built:
        """The values that an expression can have as a text."""
        known = self._known.get(node)
        if known is None:
            found = self._ask(lambda: self.value(node, Place(scope, {}), 0))
            known = self._known[node] = Built(tuple(map(Template, found)), frozenset(self._literals))
        return known

    def elements(self, node: Any, scope: Scope) -> list[Built]:
        """The values of each element of a list, tuple or dictionary's values, as texts; empty where it is no such."""
        found = self._ask(lambda: self._sequences.elements(node, Place(scope, {}), 0) or [])
        literals = frozenset(self._literals)
        return [Built(tuple(map(Template, alternatives)), literals) for alternatives in found]

    def _ask(self, question: Any) -> Any:
        self._steps = 0
        self._open.clear()
        self._literals.clear()
        found = question()
        self._steps_of_file += self._steps
        return found

    # What follows is for the parts of the analysis, which call each other.

    def value(self, node: Any, place: Place, depth: int) -> Alternatives:
        """The values of an expression."""
        self._steps += 1
        exhausted = self._steps > _MOST_STEPS or self._steps_of_file > _MOST_STEPS_OF_FILE
        if exhausted or depth > _DEEPEST:
            self._cuts += 1
            return [(self.untold(node, place),)]
        evaluate = _VALUES.get(node.__class__)
        if evaluate is None:
            return self.hole(node, place, depth)
        if node.__class__ in _KEPT:
            return self._kept(node, place, depth)
        found: Alternatives = evaluate(self, node, place, depth + 1)
        return p.limited(found) if len(found) > 1 else found

    def _kept(self, node: Any, place: Place, depth: int) -> Alternatives:
        """The values of an expression that were told before, or are told now."""
        # What parameters hold decides too: each look into a function has a table of its own, which nothing changes.
        key = (node, place.calls, id(place.bound) if place.bound else 0)
        self._bound[key[2]] = place.bound
        return self._once(key, lambda: _VALUES[node.__class__](self, node, place, depth + 1))

    def _once(self, key: Any, tell: Callable[[], Alternatives]) -> Alternatives:
        """Values that were told before, or are told now and, when nothing was cut off, kept."""
        known = self._told.get(key)
        if known is None:
            cuts, outer = self._cuts, self._literals
            self._literals = set()
            known = (p.limited(tell()), frozenset(self._literals))
            self._literals = outer
            if cuts == self._cuts:
                self._told[key] = known
        self._literals |= known[1]
        return known[0]

    def sequence(self, node: Any, place: Place, depth: int) -> list[Alternatives] | None:
        """The values of each element of an iterable; None where they cannot be told."""
        if self._steps > _MOST_STEPS or depth > _DEEPEST:
            self._cuts += 1
            return None
        return self._sequences.elements(node, place, depth + 1)

    def hole(self, node: Any, place: Place, depth: int, rest: str = "") -> Alternatives:
        """An expression whose text is not written in the file, or something taken from it."""
        trail, base, parts = self._taken_apart(node, place.scope)
        trail += rest
        names = self.names.meanings(node, place.scope)
        shown = (expression_text(node) or "…") + rest
        span = self.span(node, place.scope)
        kind = OriginKind.RESULT if node.__class__ is _ast.Call else OriginKind.VALUE
        step = Step(span, shown)
        made = self.names.meanings(base, place.scope) if base.__class__ is _ast.Call else frozenset[str]()
        is_record = kind is OriginKind.RESULT and self._is_record(node, place.scope)
        if is_record or any(map(self._is_enumeration, made)):
            kind = OriginKind.CHECKED
        inputs = self._inputs(node, place, depth) if node.__class__ is _ast.Call else ()
        if trail and base.__class__ is _ast.Name and self.names.class_of_self(base.id, place.scope) is None:
            origins = [hole.origin for hole in p.holes_of(self.value(base, place, depth + 1))]
            if origins:
                return [
                    (Hole(span, shown, _taken(origin, kind, trail, names, parts, step, inputs)),)
                    for origin in origins[: p.MOST_ALTERNATIVES]
                ]
        elif trail and base.__class__ is not _ast.Name:
            near = place._replace(calls=_MOST_CALLS)
            inputs += tuple(hole.origin for hole in p.holes_of(self.value(base, near, depth + 1)))[:_MOST_INPUTS]
        through = self._methods_called(node, place.scope)
        return [(Hole(span, shown, Origin(kind, (step,), names, parts, trail, None, inputs, through)),)]

    def _methods_called(self, node: Any, scope: Scope) -> frozenset[str]:
        """The methods that a call runs by another name: `quote = connection.quote_name; quote(table)`."""
        if node.__class__ is not _ast.Call:
            return frozenset()
        found: set[str] = set()
        for value, at in self.names.assigned(node.func, scope):
            method = value
            if value.__class__ is _ast.Call and self.names.meanings(value.func, at) == _PARTIAL and value.args:
                method = value.args[0]
            if method.__class__ is not _ast.Attribute:
                return frozenset()
            found.add(f"?.{method.attr}()")
        return frozenset(found)

    def _is_record(self, call: Any, scope: Scope) -> bool:
        """Whether a call makes a record, as named tuples are, of constants alone."""
        names = self.names.meanings(call.func, scope)
        if not names or not names <= {"collections.namedtuple()", "typing.NamedTuple()"}:
            return False
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return all(self.constants.truth(each, scope) is not None for each in given)

    def number(self, node: Any, place: Place) -> Alternatives:
        """A value whose text is a number's."""
        span = self.span(node, place.scope)
        shown = expression_text(node) or "…"
        return [(Hole(span, shown, Origin(OriginKind.NUMBER, (Step(span, shown),))),)]

    def untold(self, node: Any, place: Place) -> Hole:
        """A value that was not looked at any more."""
        span = self.span(node, place.scope)
        shown = expression_text(node) or "…"
        return Hole(span, shown, Origin(OriginKind.UNTOLD, (Step(span, shown),)))

    def span(self, node: Any, scope: Scope) -> Span:
        """Where an expression is written; of one in an f-string, the whole string: older Pythons know no better."""
        known = self._spans.get(node)
        if known is None:
            at = node
            for around in islice(self.names.ancestors(node, scope), _DEEPEST):
                if isinstance(around, _ast.stmt):
                    break
                if around.__class__ is _ast.JoinedStr:
                    at = around
            known = self._spans[node] = self.source.span(at)
        return known

    def moved(self, alternatives: Alternatives, step: Step) -> Alternatives:
        """The values after they passed a place: it becomes the last one on the path of what is wholly a hole."""
        return [
            (hole._replace(origin=hole.origin._replace(path=(*hole.origin.path, step))),)
            if p.is_whole_hole(pieces) and (hole := p.holes_of([pieces])[0]).origin.path[-1] != step
            else pieces
            for pieces in alternatives
        ]

    def put(self, alternatives: Alternatives, node: Any, place: Place) -> Alternatives:
        """The values where they are put into a text: the hole is there then."""
        if not any(map(p.is_whole_hole, alternatives)):
            return alternatives
        span = self.span(node, place.scope)
        shown = expression_text(node) or "…"
        found: Alternatives = []
        for pieces in alternatives:
            if p.is_whole_hole(pieces):
                hole = p.holes_of([pieces])[0]
                pieces = (hole._replace(span=span, text=shown if shown != "…" else hole.text),)  # noqa: PLW2901
            found.append(pieces)
        return found

    def note_literal(self, node: Any) -> None:
        """Remember that a literal is part of what is asked about."""
        self._literals.add(node)

    def definitions(self, name: Any, scope: Scope) -> tuple[Definition, ...]:
        """The definitions of a name that may reach its use; all of them where that cannot be told."""
        found = self._guards.definitions(name, scope)
        if found is None:
            owner = self.names.owner(name.id, scope)
            found = self.reaching.all_definitions(name.id, owner) if owner is not None else ()
        return found

    def by_definition(self, definition: Definition, name: str, place: Place, depth: int) -> Alternatives:
        """The values that one definition gives a name; empty where it is looked at already, as in a loop."""
        key = (definition.node, name, place.calls)
        if key in self._open:
            self._cuts += 1
            return []
        self._open.add(key)
        found = self._defined(definition, name, place._replace(scope=definition.scope), depth)
        self._open.discard(key)
        return found

    def _defined(self, definition: Definition, name: str, place: Place, depth: int) -> Alternatives:
        node = definition.node
        match definition.kind:
            case "assigned":
                step = Step(self.span(node, place.scope), name)
                return self.moved(self.value(definition.value, place, depth), step)
            case "augmented":
                return self._augmented(definition, name, place, depth)
            case "parameter":
                return self._parameter(definition, place, depth)
            case "iterated":
                bound = place.bound.get((node, name))
                return self._sequences.iterated(node, name, place, depth) if bound is None else bound
            case "unpacked":
                return self._sequences.unpacked(node, definition.value, place, depth)
            case "with":
                return self.hole(definition.value, place, depth, ".__enter__()")
        span = self.source.span(node) if hasattr(node, "lineno") else self.source.span(place.scope.node)
        names = frozenset({definition.value}) if definition.kind == "import" else frozenset[str]()
        kind = OriginKind.VALUE
        if definition.kind == "defined":
            own = f":{place.scope.qualified}.{name}" if place.scope.qualified else f":{name}"
            names = frozenset({own})
            # What is taken from an enumeration is written in its body: `Colour[key].value`.
            kind = OriginKind.CHECKED if self._is_enumeration(own) else kind
        return [(Hole(span, name, Origin(kind, (Step(span, name),), names, names)),)]

    def _augmented(self, definition: Definition, name: str, place: Place, depth: int) -> Alternatives:
        node = definition.node
        earlier = self.reaching.definitions_before(node, name, definition.scope) or ()
        before = [
            one
            for each in earlier[:_MOST_DEFINITIONS]
            if each is not definition
            for one in self.by_definition(each, name, place, depth)
        ]
        if node.op.__class__ is _ast.Add:
            after = self.put(self.value(definition.value, place, depth), definition.value, place)
            return p.joined([p.limited(before) or [()], after])
        if node.op.__class__ is _ast.Mod:
            return self._texts.percent(before, definition.value, place, depth)
        return self.number(node.target, place) if node.op.__class__ not in _NO_NUMBER else before

    def _name(self, node: Any, place: Place, depth: int) -> Alternatives:
        found: Alternatives = []
        definitions = self.definitions(node, place.scope)
        guards: list[Guard] | None = None
        for definition in definitions[:_MOST_DEFINITIONS]:
            values = self.by_definition(definition, node.id, place, depth)
            if any(map(p.has_holes, values)):
                guards = self._guards.of(node, place.scope) if guards is None else guards
                own = [guard for guard in guards if guard.only is not None and definition.node in guard.only]
                values = self._in_view_of(own, values, node, place)
            found += values
        if not found:
            span = self.span(node, place.scope)
            names = self.names.meanings(node, place.scope)
            found = [(Hole(span, node.id, Origin(OriginKind.VALUE, (Step(span, node.id),), names, names)),)]
        return self.guarded(p.limited(found), node, place)

    def guarded(self, alternatives: Alternatives, node: Any, place: Place) -> Alternatives:
        """The values of a name or attribute in view of the checks that it passed."""
        if not any(map(p.has_holes, alternatives)):
            return alternatives
        guards = [guard for guard in self._guards.of(node, place.scope) if guard.only is None]
        return self._in_view_of(guards, alternatives, node, place)

    def _in_view_of(self, guards: list[Guard], alternatives: Alternatives, node: Any, place: Place) -> Alternatives:
        if not guards:
            return alternatives
        kinds = {guard.kind for guard in guards}
        if "number" in kinds:
            return self.number(node, place)
        checks = frozenset[str]().union(*(guard.names for guard in guards))
        is_member = any(map(self._is_enumeration, checks))  # `isinstance(x, Colour)`, `x in Colour`, `Colour(x)`
        kind = OriginKind.CHECKED if "literal" in kinds or is_member else None
        return p.checked(alternatives, checks, kind)

    def _parameter(self, definition: Definition, place: Place, depth: int) -> Alternatives:
        node = definition.node
        bound = place.bound.get((node, node.arg))
        if bound is not None:
            return bound
        function = place.scope
        annotation = self._annotation(node.annotation, function)
        if annotation and annotation <= NUMBER_TYPES | {"None", "decimal.Decimal"}:
            return self.number(node, place)
        span = self.source.span(node)
        step = Step(span, node.arg)
        decorators: frozenset[str] = frozenset()
        if function.kind == "function" and function.parent is not None:
            outer = function.parent
            for decorator in function.node.decorator_list:
                decorators |= self.names.meanings(decorator, outer) | {expression_text(decorator)}
        parameter = Parameter(node.arg, function.qualified, not function.is_hidden, annotation, decorators)
        kind = OriginKind.CHECKED if self._is_choice(annotation) else OriginKind.PARAMETER
        own: Alternatives = [(Hole(span, node.arg, Origin(kind, (step,), parameter=parameter)),)]
        if kind is OriginKind.CHECKED or function.kind != "function" or place.calls >= _MOST_CALLS - 1:
            return own
        return self._from_callers(own, node, step, function, place, depth)

    def _from_callers(
        self, own: Alternatives, parameter: Any, step: Step, function: Scope, place: Place, depth: int
    ) -> Alternatives:
        """What callers in the file pass, and the parameter itself where others may call."""
        if function.node.args.vararg is parameter or function.node.args.kwarg is parameter:
            return own
        callers = self.functions.callers(function)
        found: Alternatives = []
        for caller in callers:
            given = self.functions.argument(Call(*caller), function, parameter)
            if given is None:
                return own
            at = Place(caller.scope, {}, place.calls + 1)
            passed = self.span(given, caller.scope)
            values = self.moved(self.put(self.value(given, at, depth), given, at), step)
            found += [_passed(pieces, passed) for pieces in values]
        is_closed = bool(callers) and function.is_hidden and self.functions.is_only_called(function)
        return p.limited(found if is_closed and found else own + found)

    def _annotation(self, annotation: Any, scope: Scope) -> frozenset[str]:
        """Every name that an annotation is made of, with `[]` for what has arguments of its own."""
        found: set[str] = set()
        pending = [annotation] if annotation is not None else []
        while pending and len(found) < _MOST_DEFINITIONS:
            match pending.pop():
                case _ast.BinOp(left=left, right=right):
                    pending += (left, right)
                case _ast.Subscript(value=outer, slice=inner):
                    names = self.names.meanings(outer, scope)
                    if names & {"typing.Optional", "typing.Union"}:
                        pending += inner.elts if inner.__class__ is _ast.Tuple else (inner,)
                    elif names & {"typing.Annotated", "typing_extensions.Annotated"}:
                        pending.append(inner.elts[0] if inner.__class__ is _ast.Tuple else inner)
                    else:
                        found |= {f"{name}[]" for name in names}
                        if inner.__class__ is not _ast.Tuple:
                            found |= {f"[{name}]" for name in self.names.meanings(inner, scope)}
                case _ast.Constant(value=str() as name):
                    for part in name.split("|"):
                        found |= self.names.meanings(_dotted(part.strip()), scope)
                case node:
                    found |= self.names.meanings(node, scope)
        return frozenset(found)

    def _is_choice(self, annotation: frozenset[str]) -> bool:
        """Whether an annotation allows only values that are written down: a literal type, an enumeration."""
        wanted = {name for name in annotation if name != "None" and not name.startswith("[")}
        return bool(wanted) and all(
            name in ("typing.Literal[]", "typing_extensions.Literal[]") or self._is_enumeration(name) for name in wanted
        )

    def _is_enumeration(self, name: str) -> bool:
        scopes = self.names.scopes_called(name[1:].removesuffix("()")) if name.startswith(":") else []
        return bool(scopes) and scopes[0].kind == "class" and self.functions.is_enumeration(scopes[0])

    def _taken_apart(self, node: Any, scope: Scope) -> tuple[str, Any, frozenset[str]]:
        """What an expression takes from which other one, and the names of all that it is taken from."""
        trail: list[str] = []
        parts = set(self.names.meanings(node, scope))
        at = node
        while len(trail) < 16:
            match at:
                case _ast.Attribute(value=inner, attr=attribute):
                    trail.append("." + attribute)
                case _ast.Subscript(value=inner):
                    trail.append("[]")
                    parts |= {name + "[]" for name in self.names.meanings(inner, scope)}
                case _ast.Call(func=inner) if inner.__class__ is _ast.Attribute:
                    trail.append("()")
                case _ast.Await(value=inner) | _ast.NamedExpr(value=inner):
                    pass
                case _:
                    break
            at = inner
        return "".join(reversed(trail)), at, frozenset(parts - {"?", "?[]"})

    def _inputs(self, call: Any, place: Place, depth: int) -> tuple[Origin, ...]:
        """The origins of what a call that is not followed is given."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)][:_MOST_INPUTS]
        # Only where they come from is asked: functions and callers are not followed for it, which costs a third of all.
        near = place._replace(calls=_MOST_CALLS)
        holes = [hole for each in given for hole in p.holes_of(self.value(each, near, depth + 1))]
        return tuple(hole.origin for hole in holes[:_MOST_INPUTS])

    def _literal(self, node: Any, place: Place, depth: int) -> Alternatives:
        value = node.value
        if value.__class__ is str:
            self.note_literal(node)
            return p.text(value)
        return p.text(value.decode("latin-1") if value.__class__ is bytes else str(value))

    def _joined(self, node: Any, place: Place, depth: int) -> Alternatives:
        self.note_literal(node)
        parts: list[Alternatives] = []
        for part in node.values:
            if part.__class__ is _ast.Constant:
                parts.append(p.text(str(part.value)))
            else:
                parts.append(self._field(part, place, depth))
        return p.joined(parts)

    def _field(self, field: Any, place: Place, depth: int) -> Alternatives:
        spec = ""
        if field.format_spec is not None:
            first = field.format_spec.values[-1:]
            spec = str(first[0].value) if first and first[0].__class__ is _ast.Constant else "{"
        if spec_is_numeric(spec) and field.conversion == -1:
            return self.number(field.value, place)
        folded = self.constants.value(field.value, place.scope)
        if folded.__class__ in (str, int, float, bool) or folded is None:
            try:
                return p.text(render(folded, field.conversion, spec))
            except NotFoldable:
                pass  # the value is followed below
        found = self.put(self.value(field.value, place, depth), field.value, place)
        if field.conversion == ord("r"):
            found = [(f"'{''.join(x)}'",) if not p.has_holes(x) else x for x in found]  # type: ignore[arg-type]
        return found

    def _operation(self, node: Any, place: Place, depth: int) -> Alternatives:
        operator = node.op.__class__
        if operator is _ast.Add:
            return self._sum(node, place, depth)
        if operator is _ast.Mod:
            left = self.value(node.left, place, depth)
            # What is a number on one side is arithmetic, or harmless: a text takes in no more than a number.
            is_number = bool(left) and all(map(_is_number, left))
            if is_number or self._is_remainder(left, node.right, place, depth):
                return self.number(node, place)
            return self._texts.percent(left, node.right, place, depth)
        if operator not in _NO_NUMBER:
            return self.number(node, place)
        left = self.value(node.left, place, depth)
        right = self.value(node.right, place, depth)
        if operator is _ast.Mult:
            return self._product(node, left, right, place)
        if any(_is_numeric(pieces) for pieces in (*left, *right)):
            return self.number(node, place)
        return self.hole(node, place, depth) if operator is not _ast.BitOr else left + right

    def _is_remainder(self, left: Alternatives, right: Any, place: Place, depth: int) -> bool:
        is_unknown = bool(left) and all(map(p.is_whole_hole, left))
        return is_unknown and all(map(_is_numeric, self.value(right, place, depth)))

    def _product(self, node: Any, left: Alternatives, right: Alternatives, place: Place) -> Alternatives:
        """A text repeated an unknown number of times stands for all its repetitions, and any other for a number."""
        for side, other, count in ((left, right, node.right), (right, left, node.left)):
            if side and not any(map(p.is_whole_hole, side)) and not all(map(_is_numeric, side)):
                times = self.constants.value(count, place.scope)
                most = times if times.__class__ is int and 0 <= times <= 50 else 1
                return p.joined([side] * most) if most else [()]
            if side and all(map(p.is_whole_hole, side)) and other and not all(map(_is_numeric, other)):
                continue
        return self.number(node, place)

    def _sum(self, node: Any, place: Place, depth: int) -> Alternatives:
        terms = [node.right]
        at = node.left
        while at.__class__ is _ast.BinOp and at.op.__class__ is _ast.Add:  # a long sum leans to the left
            terms.append(at.right)
            at = at.left
        terms.append(at)
        if any(term.__class__ is _ast.Constant and term.value.__class__ in (int, float) for term in terms):
            return self.number(node, place)
        values = [self.put(self.value(term, place, depth), term, place) for term in reversed(terms)]
        if all(map(_may_be_number, values)) and any(value and all(map(_is_number, value)) for value in values):
            return self.number(node, place)
        return p.joined(values)

    def _conditional(self, node: Any, place: Place, depth: int) -> Alternatives:
        truth = self.constants.truth(node.test, place.scope)
        branches = [node.body] if truth else [node.orelse] if truth is False else [node.body, node.orelse]
        return [one for branch in branches for one in self.value(branch, place, depth)]

    def _boolean(self, node: Any, place: Place, depth: int) -> Alternatives:
        if node.op.__class__ is _ast.And:
            return self.value(node.values[-1], place, depth)
        return [one for value in node.values[:_MOST_DEFINITIONS] for one in self.value(value, place, depth)]

    def _attribute(self, node: Any, place: Place, depth: int) -> Alternatives:
        if node.attr in ("value", "name") and node.value.__class__ is _ast.Attribute:
            folded = self.constants.value(node, place.scope)
            if folded.__class__ in (str, int):
                return p.text(str(folded))
        owner = self.functions.class_of(node.value, place.scope) if node.value.__class__ is _ast.Name else None
        if owner is None:
            return self.guarded(self.hole(node, place, depth), node, place)
        key = (owner, node.attr)
        if key in self._open:
            self._cuts += 1
            return []
        self._open.add(key)
        found = self._of_class(node, owner, place, depth)
        self._open.discard(key)
        return self.guarded(p.limited(found) or self.hole(node, place, depth), node, place)

    def _of_class(self, node: Any, owner: Scope, place: Place, depth: int) -> Alternatives:
        """What the class body and the methods of a class give an attribute of its instances."""
        found: Alternatives = []
        for at in self.functions.family(owner):
            definitions = self.reaching.all_definitions(node.attr, at)[:_MOST_DEFINITIONS]
            for definition in definitions:
                here = Place(at, {}, place.calls)
                if definition.kind == "defined":
                    found += self.of_property(definition.node, here, depth)
                elif not _is_none(definition.value):  # a class that sets nothing leaves it to others
                    found += self.by_definition(definition, node.attr, here, depth)
            if definitions:
                break
        step = Step(self.span(node, place.scope), f".{node.attr}")
        changes: list[tuple[Any, Place]] = []
        for value, method in self.functions.stores(owner, node.attr)[:_MOST_DEFINITIONS]:
            if value is None:
                return self.hole(node, place, depth)
            inside = Place(method, {}, place.calls)
            if value.__class__ is _ast.AugAssign:
                changes.append((value, inside))
            elif not _is_none(value):
                found += self.moved(self.value(value, inside, depth), step)
        for change, inside in changes:
            found += self._changed(found, change, inside, depth)
        return found or self._of_heirs(node.attr, owner, place, depth)

    def _of_heirs(self, name: str, owner: Scope, place: Place, depth: int) -> Alternatives:
        """What the classes of the file that inherit from one give an attribute that it leaves to them."""
        found: Alternatives = []
        for heir in self.functions.heirs(owner)[:_MOST_DEFINITIONS]:
            for definition in self.reaching.all_definitions(name, heir)[:1]:
                if definition.kind == "assigned" and not _is_none(definition.value):
                    found += self.by_definition(definition, name, Place(heir, {}, place.calls), depth)
        return found

    def _changed(self, before: Alternatives, change: Any, place: Place, depth: int) -> Alternatives:
        """What an augmented assignment makes of the values of an attribute."""
        operator = change.op.__class__
        if operator is _ast.Add:
            after = self.put(self.value(change.value, place, depth), change.value, place)
            is_number = all(map(_is_numeric, after)) and all(map(_is_numeric, before))
            return self.number(change.target, place) if is_number else p.joined([p.limited(before) or [()], after])
        if operator is _ast.Mod:
            return self._texts.percent(before, change.value, place, depth)
        return self.number(change.target, place) if operator not in _NO_NUMBER else []

    def of_property(self, definition: Any, place: Place, depth: int) -> Alternatives:
        """What a property returns."""
        decorators = {expression_text(decorator).rpartition(".")[2] for decorator in definition.decorator_list}
        function = self.functions.scope_of(definition)
        if function is None or not decorators & {"property", "cached_property"} or place.calls >= _MOST_CALLS:
            return []
        inside = Place(function, {}, place.calls + 1)
        returned = [value for value in self.functions.returns(function) if not _is_none(value)]
        return [one for value in returned for one in self.value(value, inside, depth)]

    def _call(self, node: Any, place: Place, depth: int) -> Alternatives:
        found = self._texts.called(node, place, depth)
        if found is not None:
            return found
        names = self.names.meanings(node.func, place.scope)
        if names and names <= _NUMBER_CALLS:
            return self.number(node, place)
        function = self.functions.called(node, place.scope)
        if function is not None and place.calls < _MOST_CALLS:
            found = self.returned(node, function, place, depth)
            if found:
                names = frozenset({f":{function.qualified}", expression_text(node.func)})
                if self.functions.only_wraps(function):
                    names |= {f"wrapped {name}" for name in names}
                return p.checked(found, names)
        return self.hole(node, place, depth)

    def returned(self, call: Any, function: Scope, place: Place, depth: int, item: int | None = None) -> Alternatives:
        """What a call of a function of this file returns, or one item of the tuples that it returns."""
        key = (function, place.calls)
        if key in self._open:
            self._cuts += 1
            return []
        self._open.add(key)
        bound = self._arguments(call, function, place, depth)
        inside = Place(function, bound, place.calls + 1)
        given = tuple((parameter, tuple(values)) for parameter, values in bound.items())
        found = self._once((function, item, inside.calls, given), lambda: self._returned(inside, depth, item))
        self._open.discard(key)
        step = Step(self.span(call, place.scope), expression_text(call) or "…")
        return self.moved(found, step)

    def _returned(self, inside: Place, depth: int, item: int | None) -> Alternatives:
        found: Alternatives = []
        for value in self.functions.returns(inside.scope)[:_MOST_DEFINITIONS]:
            if item is None:
                found += self.value(value, inside, depth)
            else:
                found += self._sequences.item(value, item, inside, depth)
        return found

    def _arguments(self, call: Any, function: Scope, place: Place, depth: int) -> dict[tuple[Any, str], Alternatives]:
        bound: dict[tuple[Any, str], Alternatives] = {}
        arguments = function.node.args
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            given = self.functions.argument(Call(call, place.scope), function, parameter)
            if given is not None:
                bound[parameter, parameter.arg] = self.put(self.value(given, place, depth), given, place)
        return bound

    def _subscript(self, node: Any, place: Place, depth: int) -> Alternatives:
        found = self._texts.sliced(node, place, depth)
        if found is None:
            found = self._sequences.looked_up(node.value, node.slice, place, depth)
        if found is None:
            found = self.guarded(self.hole(node, place, depth), node, place)
        return found

    def _display(self, node: Any, place: Place, depth: int) -> Alternatives:
        elements = self.sequence(node, place, depth)
        return p.joined([[("(",)], p.separated([(", ",)], elements), [(")",)]]) if elements else p.text("()")


def _dotted(name: str) -> Any:
    """The expression that a dotted name is."""
    first, *rest = name.split(".")
    node: Any = _ast.Name(id=first, ctx=_ast.Load())
    for attribute in rest:
        node = _ast.Attribute(value=node, attr=attribute, ctx=_ast.Load())
    return node


def _taken(
    origin: Origin,
    kind: OriginKind,
    trail: str,
    names: frozenset[str],
    parts: frozenset[str],
    step: Step,
    inputs: tuple[Origin, ...],
) -> Origin:
    """The origin of what is taken from something of a known origin."""
    if origin.kind in (OriginKind.CHECKED, OriginKind.PARAMETER, OriginKind.UNTOLD):
        kind = origin.kind
    if origin.parameter is not None and origin.trail + trail == "[]":
        elements = {name[1:-1] for name in origin.parameter.annotation if name.startswith("[")}
        kind = OriginKind.NUMBER if elements and elements <= NUMBER_TYPES else kind
    # An import or a definition says where a name is from: nothing comes in there.
    is_only_named = len(origin.path) == 1 and not origin.trail and origin.parameter is None
    path = () if is_only_named and origin.kind is not OriginKind.RESULT else origin.path
    return origin._replace(
        kind=kind,
        path=path if path and path[-1] == step else (*path, step),
        names=names,
        parts=origin.parts | origin.names | parts,
        trail=origin.trail + trail,
        inputs=origin.inputs + inputs,
    )


def _passed(pieces: p.Pieces, span: Span) -> p.Pieces:
    """A text as it is handed over, noting where it first was."""
    if p.is_whole_hole(pieces):
        return pieces
    return tuple(piece._replace(passed=piece.passed or span) if isinstance(piece, Hole) else piece for piece in pieces)


def _is_none(node: Any) -> bool:
    return node.__class__ is _ast.Constant and node.value is None


def _is_number(pieces: p.Pieces) -> bool:
    return p.is_whole_hole(pieces) and p.holes_of([pieces])[0].origin.kind is OriginKind.NUMBER


def _is_numeric(pieces: p.Pieces) -> bool:
    """Whether a value is a number, or a literal one."""
    return _is_number(pieces) or (len(pieces) == 1 and pieces[0].__class__ is str and pieces[0].isdigit())


def _may_be_number(alternatives: Alternatives) -> bool:
    """Whether none of the values is a text for sure."""
    return bool(alternatives) and all(p.is_whole_hole(pieces) or _is_numeric(pieces) for pieces in alternatives)


_KEPT = frozenset({_ast.Name, _ast.Attribute, _ast.Call})
"""Expressions whose values take following, and are asked for again."""
_VALUES: dict[type[Any], Any] = {
    _ast.Constant: Templates._literal,
    _ast.JoinedStr: Templates._joined,
    _ast.Name: Templates._name,
    _ast.Attribute: Templates._attribute,
    _ast.BinOp: Templates._operation,
    _ast.Call: Templates._call,
    _ast.Subscript: Templates._subscript,
    _ast.IfExp: Templates._conditional,
    _ast.BoolOp: Templates._boolean,
    _ast.NamedExpr: lambda self, node, place, depth: self.value(node.value, place, depth),
    _ast.Await: lambda self, node, place, depth: self.value(node.value, place, depth),
    _ast.Compare: lambda self, node, place, depth: self.number(node, place),
    _ast.UnaryOp: lambda self, node, place, depth: self.number(node, place),
    _ast.Tuple: Templates._display,
    _ast.List: Templates._display,
}
