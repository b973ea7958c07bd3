"""The functions of a file as they are called: which one a call runs, what it returns, who calls it with what."""

from __future__ import annotations

import _ast

from prodlint.facts.names import children_in_scope
from prodlint.index import BARREN, CHILDREN
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts.names import Names
    from prodlint.index import Index, Scope
    from prodlint.source import Source

_MOST_CALLERS = 12
_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)


class Call(NamedTuple):
    """A call and the scope that it stands in."""

    node: Any
    scope: Scope


class Functions:
    """Calls among the functions of one file, each answer kept."""

    def __init__(self, index: Index, names: Names, source: Source) -> None:
        self._index = index
        self._source = source
        self._names = names
        self._by_node: dict[Any, Scope] | None = None
        self._callers: dict[Scope, list[Call]] = {}
        self._all: dict[str, list[tuple[Any, Scope]]] | None = None
        self._calls: dict[Scope, dict[str, list[tuple[Any, Scope]]]] = {}
        self._mentioned: dict[Scope, dict[str, int]] = {}
        self._returns: dict[Scope, list[Any]] = {}
        self._wraps: dict[Scope, bool] = {}
        self._heirs: dict[Scope, list[Scope]] | None = None

    def scope_of(self, definition: Any) -> Scope | None:
        """The scope of a function's or class's body."""
        if self._by_node is None:
            self._by_node = {scope.node: scope for scope in self._index.scopes}
        return self._by_node.get(definition)

    def called(self, call: Any, scope: Scope) -> Scope | None:
        """The function of this file that a call runs; None for every other function."""
        function = call.func
        if function.__class__ is _ast.Name:
            if self._names.is_bound_inside_expression(function, scope):
                return None
            owner = self._names.owner(function.id, scope)
            name: str = function.id
        elif function.__class__ is _ast.Attribute and function.value.__class__ is _ast.Name:
            owner = self.class_of(function.value, scope)
            name = function.attr
        else:
            return None
        if owner is None:
            return None
        for at in self.family(owner) if owner.kind == "class" else (owner,):
            bindings = self._names.bindings(name, at)
            if bindings:
                is_one = len(bindings) == 1 and bindings[0][0].value.__class__ in _FUNCTIONS
                return self.scope_of(bindings[0][0].value) if is_one else None
        return None

    def stores(self, owner: Scope, attribute: str) -> list[tuple[Any, Scope]]:
        """What the methods of a class, and of its bases in the file, assign to an attribute of their first parameter.

        Each value comes with its method; None stands for one that cannot be told. Of an augmented assignment the
        statement stands for what it adds.
        """
        classes = self._names.classes
        return [stored for at in self.family(owner) for stored in classes.stores(at).values.get(attribute, ())]

    def family(self, owner: Scope) -> list[Scope]:
        """A class and those of this file that it inherits from."""
        return [owner, *self._names.classes.ancestry(owner, 0).local]

    def heirs(self, owner: Scope) -> list[Scope]:
        """The classes of this file that inherit from a class."""
        if self._heirs is None:
            self._heirs = {}
            for scope in self._index.scopes:
                for base in self._names.classes.ancestry(scope, 0).local if scope.kind == "class" else ():
                    self._heirs.setdefault(base, []).append(scope)
        return self._heirs.get(owner, [])

    def is_enumeration(self, owner: Scope) -> bool:
        """Whether the values of a class are all written in its body."""
        return any(base.startswith("enum.") for base in self._names.classes.ancestry(owner, 0).external)

    def only_wraps(self, function: Scope) -> bool:
        """Whether a function does no more to what it is given than to put text around it, so that it checks nothing."""
        if function not in self._wraps:
            self._wraps[function] = function.kind == "function" and _only_wraps(function.node)
        return self._wraps[function]

    def class_of(self, name: Any, scope: Scope) -> Scope | None:
        """The class of this file that a name stands for, or whose instance it is in a method."""
        of_self = self._names.class_of_self(name.id, scope)
        if of_self is not None:
            return of_self
        owner = self._names.owner(name.id, scope)
        bindings = self._names.bindings(name.id, owner) if owner is not None else []
        if len(bindings) != 1 or bindings[0][0].value.__class__ is not _ast.ClassDef:
            return None
        return self.scope_of(bindings[0][0].value)

    def returns(self, function: Scope) -> list[Any]:
        """The expressions that a function returns; empty for a generator and where it returns nothing."""
        found = self._returns.get(function)
        if found is None:
            found = self._returns[function] = []
            stack: list[Any] = list(function.node.body)
            while stack:
                node = stack.pop()
                if node.__class__ is _ast.Return:
                    if node.value is not None:
                        found.append(node.value)
                elif node.__class__ in (_ast.Yield, _ast.YieldFrom):
                    found.clear()
                    break
                elif node.__class__ is not _ast.Lambda:
                    stack += children_in_scope(node)
            found.reverse()  # source order: the stack took the last statement first
        return found

    def callers(self, function: Scope) -> list[Call]:
        """The calls in this file that may run a function, judged by their last name; empty where they are many."""
        found = self._callers.get(function)
        if found is None and self._is_said_once(function.name):
            found = self._callers[function] = []
        if found is None:
            calls = [Call(*place) for place in self._calls_of(function.name)[: 4 * _MOST_CALLERS]]
            found = [call for call in calls if self.called(*call) is function]
            self._callers[function] = found = found if len(found) <= _MOST_CALLERS else []
        return found

    def calls(self) -> dict[str, list[tuple[Any, Scope]]]:
        """Every call of the file by the last name of what is called."""
        if self._all is None:
            self._all = {}
            for scope in self._index.scopes:
                for name, places in self._calls_in(scope).items():
                    self._all.setdefault(name, []).extend(places)
        return self._all

    def _calls_of(self, name: str) -> list[tuple[Any, Scope]]:
        """The calls of what has this last name; only scopes that say it are walked."""
        return [place for scope in self._index.scopes_saying(name) for place in self._calls_in(scope).get(name, ())]

    def _calls_in(self, scope: Scope) -> dict[str, list[tuple[Any, Scope]]]:
        found = self._calls.get(scope)
        if found is None:
            found = self._calls[scope] = {}
            stack: list[Any] = list(scope.node.body)
            while stack:
                node = stack.pop()
                kind = node.__class__
                if kind in BARREN:
                    continue
                if kind is _ast.Call:
                    name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                    if name is not None:
                        found.setdefault(name, []).append((node, scope))
                stack += children_in_scope(node)
        return found

    def _is_said_once(self, name: str) -> bool:
        """Whether the text says a name only where it is defined; not told where other letters may stand for its."""
        return self._source.data.isascii() and self._source.data.count(name.encode()) == 1

    def is_only_called(self, function: Scope) -> bool:
        """Whether every mention of a function's name in the file is the call of something."""
        calls = len(self._calls_of(function.name))
        data = self._source.data
        # The definition says the name too: if the text says it no more often than that, there is nothing to count.
        if data.isascii() and data.count(function.name.encode()) == calls + 1:
            return True
        mentions = sum(
            self._mentions_in(scope).get(function.name, 0) for scope in self._index.scopes_saying(function.name)
        )
        return mentions == calls

    def argument(self, call: Call, function: Scope, parameter: Any) -> Any:
        """The expression that a call passes for a parameter (an ``arg`` node); None where that cannot be told."""
        arguments = function.node.args
        if parameter in (arguments.vararg, arguments.kwarg):
            return None
        positional = [*arguments.posonlyargs, *arguments.args]
        if parameter in positional:
            place = positional.index(parameter) - self._receivers(call, function)
            given = call.node.args[: place + 1]
            if any(argument.__class__ is _ast.Starred for argument in given):
                return None
            if 0 <= place < len(call.node.args):
                return given[place]
        for keyword in call.node.keywords:
            if keyword.arg == parameter.arg:
                return keyword.value
        if any(keyword.arg is None for keyword in call.node.keywords):
            return None
        return _default(arguments, parameter)

    def _receivers(self, call: Call, function: Scope) -> int:
        """How many of the first parameters a call gives without writing them down: the one of a method, or none."""
        if function.parent is None or function.parent.kind != "class" or call.node.func.__class__ is not _ast.Attribute:
            return 0
        decorators = {getattr(decorator, "id", "") for decorator in function.node.decorator_list}
        if "staticmethod" in decorators:
            return 0
        receiver: Any = call.node.func.value
        on_class = self._names.class_of_self(receiver.id, call.scope) is None
        return 0 if on_class and "classmethod" not in decorators else 1

    def _mentions_in(self, scope: Scope) -> dict[str, int]:
        """How often each name stands in a scope, alone or as an attribute."""
        mentioned = self._mentioned.get(scope)
        if mentioned is None:
            mentioned = self._mentioned[scope] = {}
            stack: list[Any] = list(scope.node.body)
            while stack:
                node = stack.pop()
                name = node.id if node.__class__ is _ast.Name else getattr(node, "attr", None)
                if name is not None:
                    mentioned[name] = mentioned.get(name, 0) + 1
                stack += children_in_scope(node)
        return mentioned


def _default(arguments: Any, parameter: Any) -> Any:
    positional = [*arguments.posonlyargs, *arguments.args]
    if parameter in positional:
        place = positional.index(parameter) - len(positional) + len(arguments.defaults)
        return arguments.defaults[place] if place >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(parameter)] if parameter in arguments.kwonlyargs else None


_MOST_PARTS = 60
_WRAPPING = frozenset(
    {
        _ast.Return, _ast.Assign, _ast.AnnAssign, _ast.Expr, _ast.Constant, _ast.JoinedStr, _ast.FormattedValue,
        _ast.Name, _ast.Load, _ast.Store, _ast.BinOp, _ast.Add, _ast.Mod, _ast.Tuple,
    }
)  # fmt: skip


def _only_wraps(definition: Any) -> bool:
    """Whether a body is made of assignments and returns of sums, `%`, f-strings and `.format` alone."""
    pending = list(definition.body)
    for _ in range(_MOST_PARTS):
        if not pending:
            return True
        match pending.pop():
            case _ast.Call(func=_ast.Attribute(value=text, attr="format"), args=given, keywords=named):
                pending += (text, *given, *(keyword.value for keyword in named))
            case _ast.Call(func=_ast.Name(id="str"), args=[given], keywords=[]):
                pending.append(given)
            case _ast.AnnAssign(target=target, value=value):
                pending += (target, value) if value is not None else (target,)
            case node if node.__class__ in _WRAPPING:
                for field in CHILDREN[node.__class__]:
                    value = getattr(node, field)
                    pending += value if value.__class__ is list else [value] if isinstance(value, _ast.AST) else []
            case _:
                return False
    return False
