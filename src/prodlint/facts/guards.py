"""What is known of a value at a place because of the checks around and before it.

A check is a condition that holds wherever the place is reached: of an enclosing `if`, of an `assert`, of an `if` that
leaves, of a call that was handed the value before. Only checks of the same name, not rebound since, count.
"""

from __future__ import annotations

import _ast
from itertools import islice

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts.constants import Constants
    from prodlint.facts.names import Names
    from prodlint.facts.reaching import Definition, Reaching
    from prodlint.index import Scope

_MOST_STATEMENTS = 40
_MOST_CALLS = 3
_MOST_ANCESTORS = 120
_NUMBER_TYPES = frozenset({"builtins.int", "builtins.float", "builtins.bool", "numbers.Number", "numbers.Integral"})
_NUMBER_METHODS = frozenset({"isdigit", "isnumeric", "isdecimal"})
_WORD_METHODS = frozenset({"isidentifier", "isalnum", "isalpha"})
# What else stands around or before a place tells nothing, and to try each pattern on it would take most of the time.
_CONDITIONS = frozenset(
    {
        _ast.If, _ast.IfExp, _ast.While, _ast.BoolOp, _ast.ListComp, _ast.SetComp, _ast.GeneratorExp, _ast.DictComp,
        _ast.match_case,
    }
)  # fmt: skip
_TELLING = frozenset({_ast.If, _ast.Assert, _ast.Expr, _ast.Try, _ast.For})
_MEASURING = frozenset({_ast.Lt, _ast.LtE, _ast.Gt, _ast.GtE})
_MATCHES = frozenset({"match", "fullmatch"})


class Guard(NamedTuple):
    """What a check says: ``number``, ``literal`` (one of values written in the file), or ``checked`` by ``names``.

    ``only`` are the definitions of the name that it speaks of; None for all.
    """

    kind: str
    names: frozenset[str] = frozenset()
    only: frozenset[Any] | None = None


class Guards:
    """The checks of one file."""

    def __init__(self, names: Names, constants: Constants, reaching: Reaching) -> None:
        self._names = names
        self._constants = constants
        self._reaching = reaching
        self._known: dict[Any, tuple[Definition, ...] | None] = {}
        self._told: dict[Any, list[Guard]] = {}
        self._repeated: dict[Scope, set[str]] = {}

    def definitions(self, name: Any, scope: Scope) -> tuple[Definition, ...] | None:
        """As `Reaching.definitions`, asked once a place: every check of a name asks for it."""
        if name not in self._known:
            self._known[name] = self._reaching.definitions(name, scope)
        return self._known[name]

    def of(self, node: Any, scope: Scope) -> list[Guard]:
        """What the checks around and before a name, attribute or subscript say of it."""
        known = self._told.get(node)
        if known is None:
            known = self._told[node] = []
            key = expression_text(node)
            if key and "(" not in key and self._is_repeated(node, scope):
                subject = _Subject(key, node, scope)
                known += [
                    guard for guard, at in self._found(subject) if guard.only is not None or self._is_same(subject, at)
                ]
        return known

    def _is_repeated(self, node: Any, scope: Scope) -> bool:
        """Whether the scope says the last name of a value more than once, as it must to check it."""
        kind = node.__class__
        if kind is not _ast.Name and kind is not _ast.Attribute:
            return True
        repeated = self._repeated.get(scope)
        if repeated is None:
            repeated = self._repeated[scope] = set()
            seen: set[str] = set()
            for at in self._names.table(scope).parents:
                if at.__class__ is _ast.Name or at.__class__ is _ast.Attribute:
                    name = str(getattr(at, "id", None) or getattr(at, "attr", ""))
                    (repeated if name in seen else seen).add(name)
        return (node.id if kind is _ast.Name else node.attr) in repeated

    def _found(self, subject: _Subject) -> Iterator[tuple[Guard, Any]]:
        """The checks that hold, each with the node that names the checked value there."""
        scope = subject.scope
        child = subject.node
        around = list(islice(self._names.ancestors(child, scope), _MOST_ANCESTORS))
        if len(around) == _MOST_ANCESTORS:
            return
        for at in (*around, scope.node):
            match at if at.__class__ in _CONDITIONS else None:
                case _ast.If(test=test) | _ast.IfExp(test=test) | _ast.While(test=test):
                    if child is not test:
                        yield from self._implied(test, not _is_in(child, at.orelse), subject)
                case _ast.BoolOp(op=operator, values=values) if child in values:
                    for value in values[: values.index(child)][:_MOST_STATEMENTS]:
                        yield from self._implied(value, operator.__class__ is _ast.And, subject)
                case _ast.ListComp() | _ast.SetComp() | _ast.GeneratorExp() | _ast.DictComp():
                    for loop in at.generators:
                        for test in loop.ifs:
                            yield from self._implied(test, True, subject)
                case _ast.match_case():
                    if not _has_capture(at.pattern):
                        yield from self._matched(at, subject)
            if isinstance(child, (_ast.stmt, _ast.ExceptHandler, _ast.match_case)):
                yield from self._before(child, at, subject)
            child = at

    def _before(self, statement: Any, parent: Any, subject: _Subject) -> Iterator[tuple[Guard, Any]]:
        """What the statements before one in its block say."""
        # Nodes are compared by identity.
        block = next((block for block in _blocks(parent) if statement in block), [])
        position = block.index(statement) if block else 0
        calls = 0
        for earlier in reversed(block[max(0, position - _MOST_STATEMENTS) : position]):
            match earlier if earlier.__class__ in _TELLING else None:
                case _ast.If(test=test, body=body, orelse=[]) if _leaves(body):
                    yield from self._implied(test, False, subject)
                case _ast.If() if subject.node.__class__ is _ast.Name:
                    yield from self._passed(earlier, subject)
                case _ast.Assert(test=test):
                    yield from self._implied(test, True, subject)
                case _ast.Expr(value=value) if calls < _MOST_CALLS:
                    found = list(self._called(value, subject))
                    calls += len(found)
                    yield from found
                case _ast.Try(body=body, handlers=handlers) if all(_leaves(handler.body) for handler in handlers):
                    for inner in body:
                        if inner.__class__ in (_ast.Expr, _ast.Assign):
                            yield from self._called(inner.value, subject)
                case _ast.For(target=_ast.Name() as target, iter=iterable, body=body):
                    if expression_text(iterable) == subject.key:
                        for inner in body:
                            yield from self._of_each(inner, target, iterable, subject)

    def _passed(self, branch: Any, subject: _Subject, depth: int = 0) -> Iterator[tuple[Guard, Any]]:
        """What an `if` says of a name behind it, when each way through tells of the name or gives it another value.

        It speaks of the definitions before it: `if x == "a": …` `elif x not in KNOWN: x = "b"`.
        """
        told: list[tuple[Guard, Any]] = []
        for block, holds in ((branch.body, True), (branch.orelse, False)):
            if block and (_leaves(block) or _rebinds(block, subject.key)):
                continue
            found = list(self._implied(branch.test, holds, subject))
            for inner in reversed(block[-_MOST_STATEMENTS:]):
                if not found and inner.__class__ is _ast.If and depth < _MOST_CALLS:
                    found = list(self._passed(inner, subject, depth + 1))
            if not found:
                return
            told += found
        for guard, at in sorted(told, key=lambda one: one[0].kind)[:1]:  # "checked" before what tells more
            before = self.definitions(at, subject.scope) if at.__class__ is _ast.Name else None
            if before:
                yield guard._replace(only=frozenset(definition.node for definition in before)), at

    def _of_each(self, statement: Any, target: Any, iterable: Any, subject: _Subject) -> Iterator[tuple[Guard, Any]]:
        """What a statement of a loop over the value says of each of its elements."""
        element = _Subject(target.id, target, subject.scope)
        found: list[tuple[Guard, Any]] = []
        match statement:
            case _ast.If(test=test, body=body) if _leaves(body) and body[-1].__class__ is not _ast.Continue:
                found = list(self._implied(test, False, element))
            case _ast.Assert(test=test):
                found = list(self._implied(test, True, element))
            case _ast.Expr(value=value):
                found = list(self._called(value, element))
        for guard, _ in found:
            yield guard, iterable

    def _called(self, value: Any, subject: _Subject) -> Iterator[tuple[Guard, Any]]:
        """What a call says that was handed the value, and would have raised."""
        if value.__class__ is _ast.Await:
            value = value.value
        if value.__class__ is not _ast.Call:
            return
        for argument in (*value.args, *(keyword.value for keyword in value.keywords)):
            if expression_text(argument) == subject.key:
                names = self._names.meanings(value.func, subject.scope) | {_last(value.func)}
                yield Guard("number" if names & _NUMBER_TYPES else "checked", names), argument

    def _matched(self, case: Any, subject: _Subject) -> Iterator[tuple[Guard, Any]]:
        statement = self._names.parent(case, subject.scope)
        if statement is not None and expression_text(statement.subject) == subject.key:
            yield Guard("literal"), statement.subject

    def _implied(self, test: Any, holds: bool, subject: _Subject, depth: int = 0) -> Iterator[tuple[Guard, Any]]:
        """What a condition that is known to hold, or not to, says of the value."""
        if depth > 8:
            return
        match test:
            case _ast.UnaryOp(op=_ast.Not(), operand=operand):
                yield from self._implied(operand, not holds, subject, depth + 1)
            case _ast.BoolOp(op=operator, values=values):
                found = [list(self._implied(v, holds, subject, depth + 1)) for v in values[:_MOST_STATEMENTS]]
                if (operator.__class__ is _ast.And) is holds:
                    yield from (one for each in found for one in each)
                elif all(found):
                    yield found[0][0]
            case _ast.Compare(left=left, ops=[operator], comparators=[right]):
                yield from self._compared(left, operator.__class__, right, holds, subject)
            case _ast.Call():
                yield from self._asked(test, holds, subject, depth)
            case _ast.NamedExpr(value=value):
                yield from self._implied(value, holds, subject, depth + 1)
            case _ast.Subscript(value=inner) | _ast.Attribute(value=inner):  # `if not check(x)["ok"]: return`
                yield from self._implied(inner, holds, subject, depth + 1)
            case _ast.Name():
                kept = self.definitions(test, subject.scope) or ()
                if len(kept) == 1 and kept[0].kind == "assigned":
                    yield from self._implied(kept[0].value, holds, subject, depth + 1)

    def _compared(
        self, left: Any, operator: type[Any], right: Any, holds: bool, subject: _Subject
    ) -> Iterator[tuple[Guard, Any]]:
        if operator in (_ast.Is, _ast.IsNot) and right.__class__ is _ast.Constant and right.value is None:
            if holds is (operator is _ast.IsNot) and left.__class__ is _ast.Call:
                yield from self._asked(left, True, subject, 0)
            return
        if operator in _MEASURING and _is_number(right) and expression_text(left) == subject.key:
            yield Guard("number"), left  # nothing but a number is less or more than one
            return
        if expression_text(left) != subject.key:
            if operator is _ast.LtE and holds and _is_set_of(left, subject.key):
                yield self._member(right, subject.scope), left.args[0]
            return
        if holds is (operator in (_ast.In, _ast.Eq)) and operator in (_ast.In, _ast.NotIn):
            yield self._member(right, subject.scope), left
        elif holds is (operator is _ast.Eq) and operator in (_ast.Eq, _ast.NotEq):
            if self._constants.truth(right, subject.scope) is not None:
                yield Guard("literal"), left
        elif operator is _ast.LtE and holds:
            yield self._member(right, subject.scope), left

    def _member(self, container: Any, scope: Scope) -> Guard:
        value = self._constants.truth(container, scope)
        if value is not None or container.__class__ in (_ast.Tuple, _ast.List, _ast.Set, _ast.Dict):
            return Guard("literal")
        return Guard("checked", self._names.meanings(container, scope) | {f"in {_last(container)}"})

    def _asked(self, call: Any, holds: bool, subject: _Subject, depth: int) -> Iterator[tuple[Guard, Any]]:
        """What the answer of a call says."""
        function = call.func
        if holds and function.__class__ is _ast.Attribute and expression_text(function.value) == subject.key:
            if function.attr in _NUMBER_METHODS:
                yield Guard("number"), function.value
            elif function.attr in _WORD_METHODS:
                yield Guard("checked", frozenset({function.attr})), function.value
            elif function.attr == "issubset" and call.args:
                yield self._member(call.args[0], subject.scope), function.value
            return
        names = self._names.meanings(function, subject.scope)
        match call.args:
            case [_ast.GeneratorExp(elt=elt, generators=[loop])] if names & {"builtins.all", "builtins.any"}:
                is_of_each = expression_text(loop.iter) == subject.key and loop.target.__class__ is _ast.Name
                if is_of_each and ("builtins.all" in names) is holds:
                    target: Any = loop.target
                    element = _Subject(target.id, target, subject.scope)
                    for guard, _ in self._implied(elt, holds, element, depth + 1):
                        yield guard, loop.iter
                return
        for argument in call.args:
            if holds and expression_text(argument) == subject.key:
                if "builtins.isinstance" in names:
                    kinds = self._types(call.args[1:], subject.scope)
                    yield Guard("number" if kinds and kinds <= _NUMBER_TYPES else "checked", kinds), argument
                elif function.__class__ is _ast.Attribute and function.attr in _MATCHES:
                    yield Guard("checked", frozenset({function.attr})), argument
                else:
                    yield Guard("checked", names | {_last(function)}), argument

    def _types(self, given: list[Any], scope: Scope) -> frozenset[str]:
        if len(given) != 1:
            return frozenset()
        types = given[0].elts if given[0].__class__ is _ast.Tuple else given
        return frozenset().union(*(self._names.meanings(each, scope) for each in types))

    def _is_same(self, subject: _Subject, at: Any) -> bool:
        """Whether a name means the same at a check as where it is used."""
        base, other = _base(subject.node), _base(at)
        if base is None or other is None or base is other:
            return base is other
        use = self.definitions(base, subject.scope)
        before = self.definitions(other, subject.scope)
        return use is not None and use == before


class _Subject(NamedTuple):
    key: str
    node: Any
    scope: Any


def expression_text(node: Any) -> str:
    """A name, attribute, subscript or call as somebody would write it, shortened; empty for anything else."""
    if node.__class__ is _ast.Name:
        return str(node.id)
    trail: list[str] = []
    while len(trail) < 12:
        match node:
            case _ast.Name(id=name):
                return name + "".join(reversed(trail))
            case _ast.Attribute(value=inner, attr=attribute):
                trail.append("." + attribute)
            case _ast.Subscript(value=inner, slice=_ast.Constant(value=key)):
                trail.append(f"[{key!r}]")
            case _ast.Subscript(value=inner, slice=_ast.Name(id=key)):
                trail.append(f"[{key}]")
            case _ast.Subscript(value=inner):
                trail.append("[…]")
            case _ast.Call(func=_ast.Attribute(value=_ast.Constant(), attr="join"), args=[_ast.Name(id=name)]):
                return "".join([f"'…'.join({name})", *reversed(trail)])
            case _ast.Call(func=inner, args=args, keywords=keywords):
                trail.append("(…)" if args or keywords else "()")
            case _ast.Await(value=inner):
                pass
            case _ast.Constant(value=str()):
                return "".join(["'…'", *reversed(trail)])
            case _:
                return ""
        node = inner
    return ""


def _is_number(node: Any) -> bool:
    if node.__class__ is _ast.UnaryOp:
        node = node.operand
    return node.__class__ is _ast.Constant and node.value.__class__ in (int, float)


def _base(node: Any) -> Any:
    while node.__class__ in (_ast.Attribute, _ast.Subscript):
        node = node.value
    return node if node.__class__ is _ast.Name else None


def _last(node: Any) -> str:
    match node:
        case _ast.Name(id=name) | _ast.Attribute(attr=name):
            return str(name)
        case _ast.Call(func=function):
            return _last(function) if function.__class__ is not _ast.Call else ""
    return ""


def _is_in(child: Any, branch: Any) -> bool:
    return any(member is child for member in branch) if branch.__class__ is list else branch is child


def _is_set_of(node: Any, key: str) -> bool:
    match node:
        case _ast.Call(func=_ast.Name(id="set" | "frozenset"), args=[argument]):
            return expression_text(argument) == key
    return False


def _blocks(parent: Any) -> Iterator[list[Any]]:
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(parent, field, None)
        if block.__class__ is list:
            yield block


def _leaves(block: list[Any]) -> bool:
    """Whether a block ends by leaving it for somewhere else; a call of what aborts counts as that."""
    match block[-1]:
        case _ast.Raise() | _ast.Return() | _ast.Continue() | _ast.Break():
            return True
        case _ast.Expr(value=_ast.Call(func=function)):
            return _last(function) in ("abort", "exit", "_exit", "fail")
        case _ast.If(body=body, orelse=orelse) if orelse:
            return _leaves(body) and _leaves(orelse)
    return False


def _rebinds(block: list[Any], name: str) -> bool:
    return any(
        statement.__class__ is _ast.Assign
        and any(target.__class__ is _ast.Name and target.id == name for target in statement.targets)
        for statement in block
    )


def _has_capture(pattern: Any) -> bool:
    stack = [pattern]
    while stack:
        at = stack.pop()
        if at.__class__ is _ast.MatchOr:
            stack += at.patterns
        elif at.__class__ is not _ast.MatchValue:
            return True
    return False
