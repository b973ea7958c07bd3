"""What this file's own functions return, and what the attributes of its own instances are.

``:make_log().info`` is opened to ``logging.getLogger().info`` where `make_log` returns a logger; likewise properties,
attributes of instances (``:Service().log``) and of classes, and what `@contextmanager` functions yield.
"""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import children_in_scope, last_name
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts.names import Names
    from prodlint.index import Scope

_MOST_OPENED = 40
_MOST_RETURNED = 12
_PROPERTIES = frozenset({"property", "cached_property", "classproperty"})
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})


class Results:
    """Opens the names of one file's own values, each answer kept."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._opened: dict[tuple[str, bool], frozenset[str]] = {}
        self._returned: dict[Scope, frozenset[str]] = {}

    def of_values(self, meanings: frozenset[str]) -> frozenset[str]:
        """Names with all that can be opened in them opened."""
        return frozenset().union(*(self._open(meaning, True) for meaning in meanings))

    def of_attributes(self, meanings: frozenset[str]) -> frozenset[str]:
        """Names with that opened whose attributes are asked for; a result or property itself keeps its name."""
        return frozenset().union(*(self._open(meaning, False) for meaning in meanings))

    def _open(self, meaning: str, is_value: bool) -> frozenset[str]:
        if meaning[0] != ":":
            return frozenset({meaning})
        known = self._opened.get((meaning, is_value))
        if known is not None:
            return known
        found: set[str] = set()
        seen = {meaning}
        pending = [meaning]
        while pending:
            at = pending.pop()
            behind = self._step(at, is_value) if at[0] == ":" and len(seen) <= _MOST_OPENED else None
            if behind is None:
                found.add(at)
            else:
                fresh = behind - seen
                # What is known of a result besides the unknown is its name.
                found |= {at, "?"} if "?" in fresh else set()
                pending += fresh - {"?"}
                seen |= fresh
        opened = self._opened[meaning, is_value] = frozenset(found) or frozenset({meaning})
        return opened

    def _step(self, meaning: str, is_value: bool) -> frozenset[str] | None:
        """What stands one step behind a name; None where nothing can be opened."""
        path, call, rest = meaning[1:].partition("()")
        scopes, left = self._longest(path)
        found: set[str] = set()
        for scope in scopes:
            if scope.kind == "function":
                behind = self._function_step(scope, left, call, rest, is_value)
            else:
                behind = self._class_step(scope, left, call, rest)
            if behind is not None:
                found |= behind
        return frozenset(found) if found else None

    def _longest(self, path: str) -> tuple[list[Scope], str]:
        """The definitions with the longest prefix of a dotted path, and what is left of the path."""
        head = path
        while head:
            scopes = self._names.scopes_called(head)
            if scopes:
                return scopes, path[len(head) :]
            head = head.rpartition(".")[0]
        return [], path

    def _function_step(self, scope: Scope, left: str, call: str, rest: str, is_value: bool) -> frozenset[str] | None:
        if _is_decorated(scope, _PROPERTIES):
            rest = left + call + rest
        elif left or not call:
            return None
        if not (is_value or "." in rest):
            return None
        return frozenset("?" if value == "?" else value + rest for value in self._returns(scope)) or None

    def _class_step(self, scope: Scope, left: str, call: str, rest: str) -> frozenset[str] | None:
        trail = left + call + rest if left else rest
        if not trail.startswith("."):
            return None
        name, behind = _first_of(trail[1:])
        self._names.begin()
        values = self._names.classes.attribute(scope, name, 1)
        if values is None:
            return None
        path = f":{scope.qualified}.{name}"
        if path in values and (left or not call):
            values -= {path}  # the class's own attribute, by the name it came with
        return frozenset("?" if value == "?" else value + behind for value in values) or None

    def _returns(self, function: Scope) -> frozenset[str]:
        """What a function returns; of a context manager, what it yields; of one that says so, its declared type."""
        known = self._returned.get(function)
        if known is not None:
            return known
        names = self._names
        names.begin()
        values = returned_values(function.node)
        if not 0 < len(values) <= _MOST_RETURNED:
            found = frozenset({"?"})
        else:
            found = frozenset().union(*(names.resolve(value, function, 1) for value in values)) or frozenset({"?"})
        annotation = function.node.returns
        if "?" in found and annotation is not None and not _is_decorated(function, _MANAGERS):
            from prodlint.facts.annotations import instances  # as in `Names.declared`

            found = found - {"?"} | instances(annotation, function.parent or function, names, 1)
        self._returned[function] = found
        return found


def returned_values(function: Any) -> list[Any]:
    """The expressions that a function's `return` statements give; of a context manager's `yield`; none of a generator.

    ``function`` is the definition's node.
    """
    yields = any(_decorator_name(decorator) in _MANAGERS for decorator in function.decorator_list)
    wanted = _ast.Yield if yields else _ast.Return
    found: list[Any] = []
    stack: list[Any] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if node.__class__ is wanted:
            if node.value is not None:
                found.append(node.value)
        elif node.__class__ in (_ast.Yield, _ast.YieldFrom):
            return []
        elif node.__class__ is not _ast.Lambda:
            stack += reversed(children_in_scope(node))
    return found


def _is_decorated(scope: Scope, names: frozenset[str]) -> bool:
    return any(_decorator_name(decorator) in names for decorator in scope.node.decorator_list)


def _decorator_name(decorator: Any) -> str:
    return last_name(decorator.func if decorator.__class__ is _ast.Call else decorator)


def _first_of(trail: str) -> tuple[str, str]:
    """A trail's first name, and what follows it: ``log.info`` is ``log`` and ``.info``."""
    ends = [end for end in (trail.find("."), trail.find("(")) if end >= 0]
    end = min(ends, default=len(trail))
    return trail[:end], trail[end:]
