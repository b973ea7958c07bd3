"""Whether a value gives the same text however, and whenever, it is formatted: by `format`, by `str` or by `%s`.

That holds for the exact types `str`, `int`, `float`, `bool` and None, and for dates, UUIDs and paths as their own
modules make them: they never change, and nothing overrides how they are shown. It does not hold for their
subclasses, such as enumerations, so that an annotation proves nothing.
"""

from __future__ import annotations

import _ast

from prodlint.facts.formatting import brace_fields
from prodlint.facts.functions import Call
from prodlint.facts.plain_values import (
    ATTRIBUTES,
    ELEMENTS_OF,
    MADE_OF,
    MADE_PLAIN,
    METHODS,
    MODULE_TEXTS,
    PARTS,
    PLAIN_NAMES,
    SEQUENCES,
    SPECIFICATION,
    WITH_DEFAULT,
)
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.facts.defining import Definition
    from prodlint.index import Scope

_MOST_STEPS = 300
_MOST_CALLS = 2
_PLAIN_TYPES = (str, int, float, bool, type(None))
_LISTED = frozenset({"os.listdir", "builtins.range"})
_EVEN = (_ast.Is, _ast.IsNot, _ast.In, _ast.NotIn)


class _At(NamedTuple):
    """A value that has to be plain, the scope it stands in, and how many calls deep."""

    node: Any
    scope: Scope
    calls: int = 0


def is_exact(node: Any, scope: Scope, file: FileFacts) -> bool:
    """Whether all that a text is built of, as written, may be put into it by ``%s``, later, with the same result.

    A `%` of a literal with a tuple or a dictionary that is written there is what `logging` does itself.
    """
    pending = [node]
    values: list[Any] = []
    while pending:
        at = pending.pop()
        match at:
            case _ast.Constant(value=str()):
                pass
            case _ast.JoinedStr(values=parts):
                fields = [part for part in parts if part.__class__ is _ast.FormattedValue]
                if any(_varies(field.format_spec) for field in fields):
                    return False
                # What a specification shows is made a text at the call, as by `repr`.
                values += [field.value for field in fields if field.conversion == -1 and field.format_spec is None]
            case _ast.BinOp(op=_ast.Add(), left=left, right=right):
                pending += (left, right)
            case _ast.BinOp(op=_ast.Mod(), left=_ast.Constant(value=str()), right=right):
                if right.__class__ not in (_ast.Tuple, _ast.Dict):
                    values.append(right)
            case _ast.Call(func=_ast.Attribute(value=_ast.Constant(value=str() as text), attr="format")):
                given = _plainly_shown(text, at)
                if given is None:
                    return False
                values += given
            case _ast.Call(func=_ast.Name(id="str" | "repr") as function, args=[_], keywords=[]) if (
                file.names.meanings(function, scope) <= MADE_PLAIN
            ):
                pass
            case _:
                values.append(at)
    return _Plainness(file).holds([_At(value, scope) for value in values])


def _varies(specification: Any) -> bool:
    return specification is not None and any(part.__class__ is not _ast.Constant for part in specification.values)


def _plainly_shown(text: str, call: Any) -> list[Any] | None:
    """What a `format` puts into its text without a conversion; None where something else is done with a value."""
    fields = brace_fields(text)
    if fields is None or any(keyword.arg is None for keyword in call.keywords):
        return None
    if any(not isinstance(field, str) and (field.rest or field.is_number) for field in fields):
        return None
    if SPECIFICATION.search(text):
        return None
    return [*call.args, *(keyword.value for keyword in call.keywords)]


class _Plainness:
    """One question; what is asked twice, as in loops, is taken to hold the second time."""

    def __init__(self, file: FileFacts) -> None:
        self._file = file
        self._seen: set[tuple[Any, int]] = set()

    def holds(self, pending: list[_At]) -> bool:
        """Whether all these values are plain."""
        for _ in range(_MOST_STEPS):
            if not pending:
                return True
            at = pending.pop()
            if (at.node, at.calls) in self._seen:
                continue
            self._seen.add((at.node, at.calls))
            if self._file.constants.value(at.node, at.scope).__class__ in _PLAIN_TYPES:
                continue
            needed = self._needed(at)
            if needed is None:
                return False
            pending += needed
        return False

    def _needed(self, at: _At) -> list[_At] | None:
        """The values that have to be plain for this one to be; None where nothing makes it so."""
        node = at.node
        match node:
            case _ast.Constant(value=value):
                return [] if value.__class__ in _PLAIN_TYPES else None
            case _ast.JoinedStr():
                return []
            case _ast.NamedExpr(value=inner):
                return [at._replace(node=inner)]
            case _ast.IfExp(body=body, orelse=orelse):
                return [at._replace(node=body), at._replace(node=orelse)]
            case _ast.BoolOp(values=values):
                return [at._replace(node=value) for value in values]
            case _ast.UnaryOp(op=operator, operand=operand):
                return [] if operator.__class__ is _ast.Not else [at._replace(node=operand)]
            case _ast.BinOp(op=_ast.Mod(), left=left) if (
                isinstance(self._file.constants.value(left, at.scope), str) or left.__class__ is _ast.JoinedStr
            ):
                return []
            case _ast.BinOp(left=left, right=right):
                return [at._replace(node=left), at._replace(node=right)]
            case _ast.Compare(left=left, ops=operators, comparators=others):
                compared = [] if all(operator.__class__ in _EVEN for operator in operators) else [left, *others]
                return [at._replace(node=value) for value in compared]
            case _ast.Call():
                return self._made(node, at)
            case _ast.Subscript(value=value, slice=index):
                return self._taken(value, index, at)
            case _ast.Attribute(value=value, attr=name):
                if name == "__name__" and self._is_type(value, at.scope):
                    return []
                if self._means(node, at, PLAIN_NAMES):
                    return []
                return [at._replace(node=value)] if name in ATTRIBUTES else None
            case _ast.Name():
                return self._named(node, at)
        return None

    def _means(self, node: Any, at: _At, known: frozenset[str]) -> bool:
        names = self._file.names.meanings(node, at.scope)
        return bool(names) and names <= known

    def _taken(self, value: Any, index: Any, at: _At) -> list[_At] | None:
        """What has to be plain for an element, or a slice of a text, to be."""
        if self._means(value, at, frozenset({"os.environ"})):
            return []
        elements = self._elements(at._replace(node=value))
        if elements is None:
            return [at._replace(node=value)]
        return elements if index.__class__ is not _ast.Slice else None

    def _elements(self, at: _At) -> list[_At] | None:
        """What has to be plain for all elements of a sequence to be; None where it is no sequence of known ones."""
        node = at.node
        constant = self._file.constants.value(node, at.scope)
        if constant.__class__ in (tuple, frozenset) and all(each.__class__ in _PLAIN_TYPES for each in constant):
            return []
        match node:
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements) | _ast.Set(elts=elements):
                return [at._replace(node=element) for element in elements]
            case _ast.Call(func=_ast.Attribute(value=text, attr=method)) if method in PARTS:
                return [at._replace(node=text)]
            case _ast.Call(func=function, args=[first, *_] as arguments):
                if self._means(function, at, SEQUENCES):
                    return self._elements(at._replace(node=first))
                if self._means(function, at, ELEMENTS_OF):
                    return [at._replace(node=argument) for argument in arguments]
                if self._means(function, at, _LISTED):
                    return []
        return None

    def _made(self, call: Any, at: _At) -> list[_At] | None:
        names = self._file.names.meanings(call.func, at.scope)
        if names and names <= MADE_PLAIN:
            if not names <= WITH_DEFAULT:
                return []
            default = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
            return [at._replace(node=value) for value in default]
        if names and names <= MADE_OF:
            return [at._replace(node=value) for value in (*call.args, *(keyword.value for keyword in call.keywords))]
        match call.func:
            case _ast.Attribute(value=text, attr=method) if method in METHODS:
                if method == "replace" and call.keywords:
                    return None  # a time zone may be of any class
                if text.__class__ is _ast.Constant:
                    return [] if text.value.__class__ is str else None
                # `count` and `index` of a number do not exist: what is plain and has such a method is a text.
                return [at._replace(node=text)]
            case _ast.Name():
                return self._returned(call, at)
        return None

    def _returned(self, call: Any, at: _At) -> list[_At] | None:
        """What a function of the file returns, on every way."""
        function = self._file.functions.called(call, at.scope)
        if function is None or at.calls > _MOST_CALLS or function.node.__class__ is not _ast.FunctionDef:
            return None
        values = self._file.functions.returns(function)
        if not values or function.node.decorator_list:
            return None
        return [_At(value, function, at.calls + 1) for value in values]

    def _is_type(self, node: Any, scope: Scope) -> bool:
        match node:
            case _ast.Attribute(attr="__class__"):
                return True
            case _ast.Call(func=_ast.Name(id="type") as function, args=[_], keywords=[]):
                return bool(self._file.names.meanings(function, scope) <= {"builtins.type"})
        return False

    def _named(self, node: Any, at: _At) -> list[_At] | None:
        file = self._file
        owner = file.names.owner(node.id, at.scope)
        if owner is None:
            return [] if node.id in MODULE_TEXTS else None
        if owner.kind == "module" and at.scope is not owner:
            # What other modules assign to it is not seen, as with every constant.
            definitions: tuple[Definition, ...] | None = self._bound_once(node.id, owner)
        elif owner.kind == "class":
            return None
        else:
            definitions = file.reaching.definitions(node, at.scope)
        if not definitions:
            return None
        found: list[_At] = []
        for definition in definitions:
            needed = self._defined(definition, node.id, at.calls)
            if needed is None:
                return None
            found += needed
        return found

    def _bound_once(self, name: str, module: Scope) -> tuple[Definition, ...]:
        bindings = self._file.names.bindings(name, module)
        definitions = self._file.reaching.all_definitions(name, module)
        return definitions if len(bindings) == len(definitions) == 1 and definitions[0].kind == "assigned" else ()

    def _defined(self, definition: Definition, name: str, calls: int) -> list[_At] | None:
        match definition.kind:
            case "assigned" if definition.value is not None:
                return [_At(definition.value, definition.scope, calls)]
            case "augmented":
                node = definition.node
                earlier = self._file.reaching.definitions_before(node, node.target.id, definition.scope)
                if not earlier:
                    return None
                found = [_At(definition.value, definition.scope, calls)]
                for each in earlier:
                    if each.node is definition.node:
                        continue
                    needed = self._defined(each, name, calls) if each.kind != "augmented" else None
                    if needed is None:
                        return None
                    found += needed
                return found
            case "iterated":
                return self._iterated(definition, name, calls)
            case "unpacked":
                return self._unpacked(definition, calls)
            case "parameter":
                return self._passed(definition, calls)
        return None

    def _iterated(self, definition: Definition, name: str, calls: int) -> list[_At] | None:
        """What a loop gives a name: a number, a part of a text, an element that is written there."""
        loop = definition.node
        target, given = loop.target, _At(loop.iter, definition.scope, calls)
        if loop.__class__ is _ast.AsyncFor or getattr(loop, "is_async", False):
            return None
        if target.__class__ is _ast.Name:
            return self._each(given)
        targets = [getattr(element, "id", None) for element in getattr(target, "elts", ())]
        match given.node:
            case _ast.Call(func=function, args=[first, *others], keywords=[]) if targets.count(name) == 1:
                at = targets.index(name)
                if self._means(function, given, frozenset({"builtins.enumerate"})) and len(targets) == 2:
                    return self._each(given._replace(node=first)) if at else [given._replace(node=o) for o in others]
                if self._means(function, given, frozenset({"builtins.zip"})) and len(targets) == 1 + len(others):
                    return self._each(given._replace(node=[first, *others][at]))
                if self._means(function, given, frozenset({"os.walk"})) and len(targets) == 3 and at == 0:
                    return [given._replace(node=first)]
        return None

    def _each(self, at: _At) -> list[_At] | None:
        """What has to be plain for each element of what is iterated to be: of the plain ones, texts alone have any."""
        elements = self._elements(at)
        return [at] if elements is None else elements

    def _unpacked(self, definition: Definition, calls: int) -> list[_At] | None:
        parent = self._file.names.parent(definition.node, definition.scope)
        if parent.__class__ is _ast.Starred:
            return None
        return self._elements(_At(definition.value, definition.scope, calls))

    def _passed(self, definition: Definition, calls: int) -> list[_At] | None:
        """What the callers of a function pass that only the file can call."""
        function, functions = definition.scope, self._file.functions
        if function.kind != "function" or calls > _MOST_CALLS or not function.is_hidden:
            return None
        arguments = function.node.args
        if definition.node in (arguments.vararg, arguments.kwarg) or function.node.decorator_list:
            return None
        callers = functions.callers(function)
        if not callers or not functions.is_only_called(function):
            return None
        found = []
        for caller in callers:
            given = functions.argument(Call(*caller), function, definition.node)
            if given is None:
                return None
            found.append(_At(given, caller.scope, calls + 1))
        return found
