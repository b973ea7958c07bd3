"""What becomes of a value: where an expression, or a name that it is assigned to, is handed on.

Follows names within the scope that the expression stands in, to where the assigned value may reach. The number of uses
is bounded: of a value that is used more often, the first ones tell enough.
"""

from __future__ import annotations

import _ast

from prodlint.facts.expressions import whole
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.index import Scope

_MOST_USES = 40


class Use(NamedTuple):
    """One way in which a value is used.

    ``kind`` is ``argument``, ``returned``, ``raised``, ``asserted``, ``stored`` (in an attribute, a container or an
    entry), ``compared`` or ``dropped``. Of an argument, ``names`` are those of what is called, ``last_name`` is its
    last one as written, and ``keyword`` is the name under which it is passed, if it is.
    """

    kind: str
    names: frozenset[str] = frozenset()
    last_name: str = ""
    keyword: str | None = None


class Uses:
    """The uses of values in one file."""

    def __init__(self, file: FileFacts) -> None:
        self._file = file
        self._names = file.names
        self._loads: dict[Scope, dict[str, list[Any]]] = {}
        self._used: dict[Any, tuple[Use | None, list[str], Any]] = {}
        self._defined: dict[Any, frozenset[Any] | None] = {}

    def of(self, node: Any, scope: Scope) -> tuple[Use, ...]:
        """The uses of an expression's value."""
        found: list[Use] = []
        pending = [node]
        followed: set[Any] = set()
        while pending and len(found) < _MOST_USES:
            use, names, value = self._use(pending.pop(), scope)
            if use is not None:
                found.append(use)
            if value not in followed:
                followed.add(value)
                pending += [load for name in names for load in self._reached(name, value, scope)]
        return tuple(dict.fromkeys(found))

    def _reached(self, name: str, value: Any, scope: Scope) -> list[Any]:
        """The uses of a name that an assigned value may reach."""
        loads = self._loads_of(scope).get(name, [])[:_MOST_USES]
        return [load for load in loads if (known := self._definitions(load, scope)) is None or value in known]

    def _definitions(self, load: Any, scope: Scope) -> frozenset[Any] | None:
        """The values that a name may have at a use of it; None where they cannot be told."""
        if load not in self._defined:
            known = self._file.reaching.definitions(load, scope)
            # Nodes are compared by identity; an import's value is a name, and nobody asks for it.
            self._defined[load] = None if known is None else frozenset(each.value for each in known)
        return self._defined[load]

    def _use(self, node: Any, scope: Scope) -> tuple[Use | None, list[str], Any]:
        """As `_read_use`, of the largest string expression that a node is an operand of; told once."""
        if node not in self._used:
            self._used[node] = self._read_use(whole(node, scope, self._names), scope)
        return self._used[node]

    def _read_use(self, node: Any, scope: Scope) -> tuple[Use | None, list[str], Any]:
        """How an expression is used at its place, the names that it is assigned to, and what is assigned to them."""
        parents = self._names.table(scope).parents
        child, at = node, parents.get(node)
        keyword = None
        kind = "stored"
        while at is not None:
            match at:
                case _ast.keyword(arg=name):
                    keyword = name
                case _ast.Call(func=function) if function is not child:
                    if _is_raised(at, parents):
                        return Use("raised"), [], child
                    last = getattr(function, "attr", getattr(function, "id", ""))
                    return Use("argument", self._names.callees(function, scope), last, keyword), [], child
                case _ast.Raise():
                    return Use("raised"), [], child
                case _ast.Assert():
                    return Use("asserted"), [], child
                case _ast.Return() | _ast.Yield() | _ast.YieldFrom() | _ast.Lambda():
                    return Use("returned"), [], child
                case _ast.Compare() | _ast.If() | _ast.While() | _ast.UnaryOp():
                    return Use("compared"), [], child
                case _ast.Assign(targets=targets):
                    names = [target.id for target in targets if target.__class__ is _ast.Name]
                    return (Use(kind) if len(names) < len(targets) else None), names, child
                case _ast.AnnAssign(target=target) | _ast.AugAssign(target=target) | _ast.NamedExpr(target=target):
                    if isinstance(target, _ast.Name):
                        return None, [target.id], child
                    return Use(kind), [], child
                case _ast.Expr():
                    return Use("dropped"), [], child
                case _ast.stmt():
                    return Use(kind), [], child
            child, at = at, parents.get(at)
        return Use("dropped"), [], child

    def _loads_of(self, scope: Scope) -> dict[str, list[Any]]:
        found = self._loads.get(scope)
        if found is None:
            found = self._loads[scope] = {}
            for node in self._names.table(scope).parents:
                if node.__class__ is _ast.Name and node.ctx.__class__ is _ast.Load:
                    found.setdefault(node.id, []).append(node)
        return found


def _is_raised(call: Any, parents: dict[Any, Any]) -> bool:
    return parents.get(call).__class__ is _ast.Raise
