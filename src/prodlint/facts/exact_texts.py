"""Whether a value gives the same text however, and whenever, it is formatted: by `format`, by `str` or by `%s`.

That holds for the exact types `str`, `int`, `float`, `bool` and None: they never change, and nothing overrides how they
are shown. It does not hold for their subclasses, such as enumerations, so that an annotation proves nothing.
"""

from __future__ import annotations

import _ast
import re

from prodlint.facts.formatting import brace_fields
from prodlint.facts.functions import Call
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.facts.defining import Definition
    from prodlint.index import Scope

_MOST_STEPS = 300
_PLAIN_TYPES = (str, int, float, bool, type(None))
_MADE_PLAIN = frozenset(
    {
        *(f"builtins.{name}" for name in "str repr ascii len int float bool hash id ord chr hex oct bin".split()),
        *(f"builtins.{name}" for name in "isinstance issubclass callable hasattr input format".split()),
        *(f"time.{name}" for name in "time monotonic perf_counter process_time time_ns monotonic_ns ctime".split()),
        *("os.getpid", "os.getcwd", "os.cpu_count", "os.getenv", "os.environ.get", "os.getuid"),
        *("traceback.format_exc", "socket.gethostname", "platform.python_version", "platform.system", "platform.node"),
        *("threading.get_ident", "threading.active_count", "sys.getsizeof", "json.dumps"),
    }
)  # fmt: skip
_SPECIFICATION = re.compile(r"\{[^{}]*:")
_WITH_DEFAULT = frozenset({"os.getenv", "os.environ.get"})
_TEXT_METHODS = frozenset(
    "capitalize casefold center count endswith expandtabs find format format_map index isalnum isalpha isdigit islower "
    "isspace isupper join ljust lower lstrip removeprefix removesuffix replace rfind rindex rjust rstrip startswith "
    "strip swapcase title translate upper zfill".split()
)
_MODULE_TEXTS = frozenset({"__name__", "__file__", "__qualname__"})
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
                if any(field.format_spec is not None for field in fields):
                    return False
                values += [field.value for field in fields if field.conversion == -1]
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
                file.names.meanings(function, scope) <= _MADE_PLAIN
            ):
                pass
            case _:
                values.append(at)
    return _Plainness(file).holds([_At(value, scope) for value in values])


def _plainly_shown(text: str, call: Any) -> list[Any] | None:
    """What a `format` puts into its text without a conversion; None where something else is done with a value."""
    fields = brace_fields(text)
    if fields is None or any(keyword.arg is None for keyword in call.keywords):
        return None
    if any(not isinstance(field, str) and (field.rest or field.is_number) for field in fields):
        return None
    if _SPECIFICATION.search(text):
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
            case _ast.Attribute(attr=name):
                return [] if name == "__name__" and self._is_type(node.value, at.scope) else None
            case _ast.Name(id=name):
                return self._named(node, at)
        return None

    def _made(self, call: Any, at: _At) -> list[_At] | None:
        names = self._file.names.meanings(call.func, at.scope)
        if names and names <= _MADE_PLAIN:
            if not names <= _WITH_DEFAULT:
                return []
            default = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
            return [at._replace(node=value) for value in default]
        match call.func:
            case _ast.Attribute(value=text, attr=method) if method in _TEXT_METHODS:
                if text.__class__ is _ast.Constant:
                    return [] if text.value.__class__ is str else None
                # `count` and `index` of a number do not exist: what is plain and has such a method is a text.
                return [at._replace(node=text)]
        return None

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
            return [] if node.id in _MODULE_TEXTS else None
        if owner.kind != "function":
            return None  # other modules can assign it
        definitions = file.reaching.definitions(node, at.scope)
        if not definitions:
            return None
        found: list[_At] = []
        for definition in definitions:
            needed = self._defined(definition, at.calls)
            if needed is None:
                return None
            found += needed
        return found

    def _defined(self, definition: Definition, calls: int) -> list[_At] | None:
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
                    needed = self._defined(each, calls) if each.kind != "augmented" else None
                    if needed is None:
                        return None
                    found += needed
                return found
            case "iterated":
                return self._iterated(definition)
            case "parameter":
                return self._passed(definition, calls)
        return None

    def _iterated(self, definition: Definition) -> list[_At] | None:
        """What a loop over numbers gives: `for i in range(…)`, `for i, x in enumerate(…)`."""
        iterated = definition.node
        target, given = getattr(iterated, "target", None), getattr(iterated, "iter", None)
        if given.__class__ is not _ast.Call or getattr(given, "keywords", None):
            return None
        names = self._file.names.meanings(given.func, definition.scope)
        if names <= {"builtins.range"} and target.__class__ is _ast.Name:
            return []
        return None

    def _passed(self, definition: Definition, calls: int) -> list[_At] | None:
        """What the callers of a function pass that only the file can call."""
        function, functions = definition.scope, self._file.functions
        if function.kind != "function" or calls > 2 or not function.is_hidden:
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
