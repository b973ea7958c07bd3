"""What an expression does with a value that somebody has to release: release it, hand it over, pass it on, or use it.

Told from where the value stands: by its parents in the tree, the meaning of the function that takes it, and, for a
function of the same module, by what that does with its parameter. Which names release, own and borrow is for the
caller to say, in `Terms`.
"""

from __future__ import annotations

import _ast
import sys

from prodlint.facts.bindings import children_in_scope, last_name
from prodlint.facts.raising import is_paired
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.index import Scope

RELEASED, KEPT, PASSED, LENT, DOUBTFUL, USED = "released", "kept", "passed", "lent", "doubtful", "used"


class Terms(NamedTuple):
    """How values of one kind are handled: names of methods as they are written, of functions as dotted names.

    ``releases``: methods that release the value they are called on; ``releasers``: functions that release an argument.
    ``with_releases``: whether leaving a ``with`` does. ``keepers`` and ``keeping_methods`` take over what they are
    given, ``wrappers`` and ``wrapping_methods`` hand it on in their result. Functions of the packages in ``borrowers``,
    and the others of the standard library, only use it. The names of keepers, releasers and wrappers are dotted, those
    of methods bare. ``element`` is the place of the value in a tuple of results, ``errors`` are the exceptions by which
    operations on it fail, ``is_number`` holds for file descriptors.
    """

    releases: frozenset[str]
    releasers: frozenset[str] = frozenset()
    with_releases: bool = True
    keepers: frozenset[str] = frozenset()
    keeping_methods: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    wrapping_methods: frozenset[str] = frozenset()
    borrowers: frozenset[str] = frozenset()
    element: int | None = None
    errors: frozenset[str] = frozenset()
    is_number: bool = False


class Effect(NamedTuple):
    """What one occurrence of a value does with it.

    ``kind`` is ``released``, ``kept`` (handed over for good), ``passed`` (the variables ``targets`` hold it too),
    ``lent`` (to a function of which nothing is known), ``doubtful`` (as ``passed``, but the object in ``targets`` may
    not own it) or ``used``. ``at`` is the node that decided. ``is_stored``: it was lent to what the function made, and
    that is kept.
    """

    kind: str
    at: Any
    targets: tuple[str, ...] = ()
    is_stored: bool = False


_BORROWING_PACKAGES = frozenset(sys.stdlib_module_names) | {"builtins"}
_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_CALLING_AT_ONCE = frozenset({"iter", "map", "filter", "sorted", "min", "max", "any", "all", "sum", "next", "reduce"})
_CONTAINERS = frozenset({_ast.List, _ast.Tuple, _ast.Set, _ast.Dict})
_COMPREHENSIONS = frozenset({_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp})
_FLOWS_ON = frozenset({_ast.Await, _ast.Starred, _ast.keyword, _ast.IfExp, _ast.BoolOp, _ast.NamedExpr})
_STORING = frozenset({_ast.Assign, _ast.AnnAssign})
_DEEPEST_CALL = 3


class Custody:
    """The effects of a file's expressions on values handled on certain terms."""

    def __init__(self, file: FileFacts, terms: Terms) -> None:
        self._file = file
        self._names = file.names
        self.terms = terms
        self._functions: dict[str, Scope] | None = None
        self._parameters: dict[tuple[Scope, str], str] = {}
        self._open: set[tuple[Scope, str]] = set()
        self._uses: dict[Any, Effect] = {}

    def use(self, name: Any, scope: Scope) -> Effect:
        """What a use of a variable does with its value; a lambda that is not called at once takes it over."""
        if name not in self._uses:
            self._uses[name] = self._use(name, scope)
        return self._uses[name]

    def _use(self, name: Any, scope: Scope) -> Effect:
        child = name
        for at in self._names.ancestors(name, scope):
            if isinstance(at, _ast.stmt):
                break
            if at.__class__ is _ast.Lambda and child is at.body:
                return Effect(USED if self._is_called_at_once(at, scope) else KEPT, at)
            child = at
        return self.effect(name, scope)

    def effect(self, node: Any, scope: Scope) -> Effect:
        """What becomes of the value of an expression where it stands."""
        targets: list[str] = []
        child, at = node, self._names.parent(node, scope)
        while at.__class__ in _FLOWS_ON:
            if at.__class__ is _ast.IfExp and child is at.test:
                return Effect(USED, at)
            if at.__class__ is _ast.NamedExpr:
                targets.append(at.target.id)
            child, at = at, self._names.parent(at, scope)
        found = self._effect_in(child, at, scope)
        if targets and found.kind in (USED, LENT, PASSED, DOUBTFUL):
            return Effect(PASSED, found.at, (*targets, *found.targets))
        return found

    def _effect_in(self, child: Any, at: Any, scope: Scope) -> Effect:
        match at:
            case _ast.Attribute():
                return self._by_attribute(at, scope)
            case _ast.Call() if child is not at.func:
                return self._by_call(child, at, scope)
            case _ast.Return():
                return Effect(KEPT, at)
            case _ast.Yield():
                return Effect(USED if self._manages(scope) else KEPT, at)
            case _ast.Assign(targets=targets):
                return self._by_targets(at, targets)
            case _ast.AnnAssign(target=target):
                return self._by_targets(at, [target])
            case _ast.withitem(optional_vars=target):
                if self.terms.with_releases:
                    return Effect(RELEASED, at)
                return self._by_targets(at, [target] if target is not None else [])
            case _ast.Lambda():
                return Effect(USED if self._is_called_at_once(at, scope) else KEPT, at)
            case _ast.Subscript(value=value, slice=_ast.Constant(value=position)) if child is value:
                is_it = self.terms.element is not None and position == self.terms.element
                return self.effect(at, scope) if is_it else Effect(USED, at)
        if at.__class__ in _CONTAINERS:
            return self._by_container(child, at, scope)
        if at.__class__ in _COMPREHENSIONS:
            return Effect(KEPT, at)
        if at is None or (isinstance(at, _ast.FunctionDef | _ast.AsyncFunctionDef | _ast.arguments)):
            return Effect(KEPT, at)  # the default of a parameter
        return Effect(USED, at)

    def _by_attribute(self, attribute: Any, scope: Scope) -> Effect:
        parent = self._names.parent(attribute, scope)
        is_called = parent.__class__ is _ast.Call and parent.func is attribute
        if attribute.attr in self.terms.releases:
            # Not called, it is handed to something that will call it: `stack.callback(f.close)`.
            return Effect(RELEASED if is_called else KEPT, attribute)
        if is_called and attribute.attr in ("__enter__", "__aenter__", "detach"):
            return Effect(KEPT, attribute)
        return Effect(USED, attribute)

    def _by_targets(self, at: Any, targets: list[Any]) -> Effect:
        names = []
        element = self.terms.element
        for whole in targets:
            target: Any = whole
            elements = getattr(whole, "elts", None)
            if elements is not None:
                if element is None or element >= len(elements):
                    return Effect(USED, at)
                target = elements[element]
            if target.__class__ is not _ast.Name:
                return Effect(KEPT, at)
            names.append(target.id)
        return Effect(PASSED if names else USED, at, tuple(names))

    def _by_container(self, child: Any, container: Any, scope: Scope) -> Effect:
        parent = self._names.parent(container, scope)
        if parent.__class__ is _ast.Assign and is_paired(parent.targets[0], container):
            whole: Any = parent.targets[0]
            target = whole.elts[container.elts.index(child)]
            return Effect(PASSED, parent, (target.id,)) if target.__class__ is _ast.Name else Effect(KEPT, parent)
        if parent.__class__ in (_ast.Compare, _ast.BinOp) and container.__class__ is _ast.Tuple:
            return Effect(USED, parent)
        while parent.__class__ in _CONTAINERS or parent.__class__ is _ast.keyword:
            parent = self._names.parent(parent, scope)
        if parent.__class__ is _ast.Call and self._packages(parent, scope) <= self.terms.borrowers:
            return Effect(USED, parent)
        return Effect(KEPT, container)

    def _packages(self, call: Any, scope: Scope) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self._names.meanings(call.func, scope)) or frozenset("?")

    def _by_call(self, argument: Any, call: Any, scope: Scope) -> Effect:
        meanings = self._names.meanings(call.func, scope)
        terms = self.terms
        last = last_name(call.func)
        if meanings & terms.releasers:
            return Effect(RELEASED, call)
        packages = {meaning.partition(".")[0] for meaning in meanings}
        is_borrower = bool(packages) and packages <= terms.borrowers  # `requests.put` is not the `put` of a queue
        if meanings & terms.keepers or (last in terms.keeping_methods and not is_borrower):
            return Effect(KEPT, call)
        if meanings & terms.wrappers or last in terms.wrapping_methods:
            return self._carried(call, scope)
        own = self._by_own_function(argument, call, meanings, scope)
        if own is not None:
            return own
        if packages and packages <= _BORROWING_PACKAGES | terms.borrowers:
            return Effect(USED, call)
        is_class = last.lstrip("_")[:1].isupper()
        carried = self._carried(call, scope)
        if is_class or _is_rebinding(argument, self._names.parent(call, scope)):
            kind = DOUBTFUL if carried.kind == PASSED else LENT
            return Effect(kind, call, carried.targets, is_class and carried.kind == KEPT)
        return Effect(LENT, call, (), carried.kind == KEPT and carried.at.__class__ in _STORING)

    def _carried(self, call: Any, scope: Scope) -> Effect:
        """What becomes of a value that is now in the hands of a call's result."""
        effect = self.effect(call, scope)
        return Effect(KEPT, call) if effect.at.__class__ is _ast.Expr else effect

    def _by_own_function(self, argument: Any, call: Any, meanings: frozenset[str], scope: Scope) -> Effect | None:
        """The effect of a function or class of this module that is the only one that can be meant."""
        if len(meanings) != 1:
            return None
        [meaning] = meanings
        if not meaning.startswith(":"):
            return None
        function = self._own_function(meaning[1:])
        if function is None:
            return None
        offset = 0
        if function.parent is not None and function.parent.kind == "class":
            offset = 1  # `self`
        parameter = _parameter_for(argument, call, function.node.args, offset)
        if parameter is None:
            return None
        kind = self._parameter_effect(parameter, function)
        if kind == "returned" or (kind == KEPT and function.name == "__init__"):
            carried = self._carried(call, scope)
            return Effect(LENT, call) if carried.kind == USED else carried
        return Effect(kind, call)

    def _own_function(self, qualified: str) -> Scope | None:
        if self._functions is None:
            scopes = self._file.index.scopes
            self._functions = {scope.qualified: scope for scope in scopes if scope.kind == "function"}
        return self._functions.get(qualified) or self._functions.get(qualified + ".__init__")

    def _parameter_effect(self, name: str, function: Scope) -> str:
        """The strongest effect that a function has on its parameter; ``returned`` where it comes back."""
        place = (function, name)
        if place in self._parameters:
            return self._parameters[place]
        if place in self._open or len(self._open) >= _DEEPEST_CALL:
            return LENT
        self._open.add(place)
        kinds = set()
        for use in occurrences(name, function, self._file):
            effect = self.use(use, function)
            kinds.add("returned" if effect.at.__class__ is _ast.Return else effect.kind)
        if is_captured(name, function, self._file):
            kinds.add(KEPT)
        self._open.discard(place)
        found = next((kind for kind in (RELEASED, KEPT, "returned", DOUBTFUL, LENT) if kind in kinds), USED)
        self._parameters[place] = LENT if found == DOUBTFUL else found
        return self._parameters[place]

    def _manages(self, scope: Scope) -> bool:
        """Whether a generator is a context manager, to which its caller always comes back."""
        decorators = getattr(scope.node, "decorator_list", ())
        outer = scope.parent or scope
        return any(self._names.meanings(decorator, outer) & _MANAGERS for decorator in decorators)

    def _is_called_at_once(self, function: Any, scope: Scope) -> bool:
        parent = self._names.parent(function, scope)
        if parent.__class__ is _ast.keyword:
            parent = self._names.parent(parent, scope)
        return parent.__class__ is _ast.Call and last_name(parent.func) in _CALLING_AT_ONCE


def occurrences(name: str, scope: Scope, file: FileFacts) -> list[Any]:
    """The uses, in a scope itself, of its variable or, for a dotted name, of that attribute."""
    found: list[Any] = file.shared(("uses", scope), lambda: _uses(scope, file)).get(name, [])
    return found


def _uses(scope: Scope, file: FileFacts) -> dict[str, list[Any]]:
    """The names and attributes of names that a scope loads, by their text."""
    found: dict[str, list[Any]] = {}
    stack = list(scope.node.body)
    while stack:
        node = stack.pop()
        kind = node.__class__
        if (kind is _ast.Name or kind is _ast.Attribute) and node.ctx.__class__ is _ast.Load:
            name = dotted(node)
            if name is not None and not (kind is _ast.Name and file.names.is_bound_inside_expression(node, scope)):
                found.setdefault(name, []).append(node)
        stack += children_in_scope(node)
    return found


def is_captured(name: str, scope: Scope, file: FileFacts) -> bool:
    """Whether functions or classes defined in a scope use its name."""
    inside: dict[Scope, list[Scope]] = file.shared("scopes by parent", lambda: _by_parent(file.index.scopes))
    return any(
        name in file.names.names_read(inner) and file.names.owner(name, inner) is scope
        for inner in inside.get(scope, ())
    )


def _by_parent(scopes: list[Scope]) -> dict[Scope, list[Scope]]:
    found: dict[Scope, list[Scope]] = {}
    for scope in scopes:
        if scope.parent is not None:
            found.setdefault(scope.parent, []).append(scope)
    return found


def dotted(node: Any) -> str | None:
    """A name or attributes of one as text; None for any other expression."""
    parts: list[str] = []
    while node.__class__ is _ast.Attribute:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if node.__class__ is _ast.Name else None


def _is_rebinding(argument: Any, parent: Any) -> bool:
    """Whether a call's result takes the name of its argument, as in ``f = wrap(f)``."""
    return (
        parent.__class__ is _ast.Assign
        and argument.__class__ is _ast.Name
        and any(target.__class__ is _ast.Name and target.id == argument.id for target in parent.targets)
    )


def _parameter_for(argument: Any, call: Any, arguments: Any, offset: int) -> str | None:
    """The parameter that an argument of a call becomes; None where that is not plain."""
    positional = [*arguments.posonlyargs, *arguments.args][offset:]
    for position, given in enumerate(call.args):
        if given.__class__ is _ast.Starred:
            return None
        if given is argument:
            return positional[position].arg if position < len(positional) else None
    for keyword in call.keywords:
        if keyword is argument and keyword.arg is not None:
            names = {parameter.arg for parameter in (*positional, *arguments.kwonlyargs)}
            return keyword.arg if keyword.arg in names else None
    return None
