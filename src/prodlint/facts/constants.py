"""What an expression is worth when it is worth the same in every run: literals, operations on them, names of such.

Folds nothing large: the size of every result is bounded before it is computed, and so are the steps of a question.
A name counts when one assignment of a module, class or function is all that ever binds it. What tests and other
modules do to a module's names from outside is not seen.
"""

from __future__ import annotations

import _ast

from prodlint.facts.folding import Folding, NotFoldable, call_builtin, call_method, compare, operate, render
from prodlint.facts.mutations import Mutations
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts.names import Names
    from prodlint.index import Index, Scope


class NotConstant:
    """The class of the one value that says that an expression has no value of its own."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOT_CONSTANT"

    def __bool__(self) -> bool:
        raise TypeError("NOT_CONSTANT is neither true nor false: compare it with `is`")


NOT_CONSTANT = NotConstant()

_MOST_STEPS = 400
_DEEPEST = 40
_KNOWN_NAMES = {"typing.TYPE_CHECKING": False, "typing_extensions.TYPE_CHECKING": False}
_KNOWN_ATTRIBUTES = frozenset(name.rpartition(".")[2] for name in _KNOWN_NAMES)


class Constants:
    """The constants of one file. Lists are folded to tuples and sets to frozen ones, so that no answer can change."""

    def __init__(self, index: Index, names: Names) -> None:
        self._names = names
        self._mutations = Mutations(index)
        self._classes: dict[Any, Scope] | None = None
        self._index = index
        self._known: dict[Any, object] = {}
        self._steps = 0
        self._open: set[Any] = set()

    def value(self, node: Any, scope: Scope) -> object:
        """The value of an expression, or `NOT_CONSTANT`."""
        kind = node.__class__
        if kind is _ast.Constant:
            literal: object = node.value
            return literal
        if kind not in _FOLDABLE:
            return NOT_CONSTANT
        if node in self._known:
            return self._known[node]
        self._steps = 0
        self._open.clear()
        try:
            value = self._fold(node, scope, 0)
        except NotFoldable:
            value = NOT_CONSTANT
        self._known[node] = value
        return value

    def truth(self, test: Any, scope: Scope) -> bool | None:
        """Whether a condition always or never holds; None where that cannot be told."""
        match test:
            case _ast.Constant(value=value):
                return bool(value)
            case _ast.UnaryOp(op=_ast.Not(), operand=operand):
                inner = self.truth(operand, scope)
                return None if inner is None else not inner
            case _ast.BoolOp(op=operator, values=values):
                decisive = operator.__class__ is _ast.Or
                truths = [self.truth(value, scope) for value in values[:_DEEPEST]]
                if decisive in truths:
                    return decisive
                return None if None in truths or len(values) > _DEEPEST else not decisive
        folded = self.value(test, scope)
        return None if folded is NOT_CONSTANT else bool(folded)

    def _fold(self, node: Any, scope: Scope, depth: int) -> Any:
        self._steps += 1
        if self._steps > _MOST_STEPS or depth > _DEEPEST:
            raise NotFoldable
        fold = _FOLDS.get(node.__class__)
        if fold is None:
            raise NotFoldable
        return fold(self, node, scope, depth + 1)

    def _name(self, node: Any, scope: Scope, depth: int) -> Any:
        if node.id == "__debug__":
            return True
        names = self._names
        if names.is_bound_inside_expression(node, scope):
            raise NotFoldable
        owner = names.owner(node.id, scope)
        if owner is None:
            raise NotFoldable
        return self._bound(node.id, owner, depth)

    def _bound(self, name: str, owner: Scope, depth: int) -> Any:
        bindings = self._names.bindings(name, owner)
        if len(bindings) != 1 or (owner, name) in self._open:
            raise NotFoldable
        binding, at = bindings[0]
        if binding.kind == "import" and binding.value in _KNOWN_NAMES:
            return _KNOWN_NAMES[binding.value]
        if binding.kind != "value":
            raise NotFoldable
        self._open.add((owner, name))
        value = self._fold(binding.value, at, depth)
        self._open.discard((owner, name))
        return self._unchanged(value, name)

    def _unchanged(self, value: Any, name: str) -> Any:
        """The value of a name, unless it is a container that something in the file changes under that name."""
        is_container = value.__class__ is dict or isinstance(value, (tuple, frozenset))
        if is_container and self._mutations.changes(name):
            raise NotFoldable
        return value

    def _attribute(self, node: Any, scope: Scope, depth: int) -> Any:
        base = node.value
        if node.attr == "value" and base.__class__ is _ast.Attribute and base.value.__class__ is _ast.Name:
            owner = self._class_named(base.value, scope)
            if owner is None or not self._is_enum(owner):
                raise NotFoldable
            return self._bound(base.attr, owner, depth)
        if base.__class__ is not _ast.Name:
            raise NotFoldable
        if node.attr in _KNOWN_ATTRIBUTES:
            meanings = self._names.meanings(node, scope)
            if len(meanings) == 1 and (known := next(iter(meanings))) in _KNOWN_NAMES:
                return _KNOWN_NAMES[known]
        owner = self._class_named(base, scope)
        if owner is None or self._is_enum(owner) or self._mutations.sets_attribute(node.attr):
            raise NotFoldable
        return self._bound(node.attr, owner, depth)

    def _class_named(self, base: Any, scope: Scope) -> Scope | None:
        """The class of this file that a name stands for."""
        # Of `self.x` nothing is folded: a subclass, in whatever file, may say otherwise.
        owner = self._names.owner(base.id, scope)
        bindings = self._names.bindings(base.id, owner) if owner is not None else []
        if len(bindings) != 1 or bindings[0][0].value.__class__ is not _ast.ClassDef:
            return None
        if self._classes is None:
            self._classes = {at.node: at for at in self._index.scopes if at.kind == "class"}
        return self._classes.get(bindings[0][0].value)

    def _is_enum(self, owner: Scope) -> bool:
        found = [self._names.meanings(base, owner.parent or owner) for base in owner.node.bases]
        return any(name.startswith("enum.") for names in found for name in names)

    def _binary(self, node: Any, scope: Scope, depth: int) -> Any:
        operands = [node]
        while operands[-1].left.__class__ is _ast.BinOp:  # a long sum leans to the left: no depth is spent on it
            operands.append(operands[-1].left)
        if len(operands) > _MOST_STEPS:
            raise NotFoldable
        value = self._fold(operands[-1].left, scope, depth)
        for at in reversed(operands):
            value = operate(at.op.__class__, value, self._fold(at.right, scope, depth))
        return value

    def _boolean(self, node: Any, scope: Scope, depth: int) -> Any:
        decisive = node.op.__class__ is _ast.Or
        value = None
        for operand in node.values:
            value = self._fold(operand, scope, depth)
            if bool(value) is decisive:
                break
        return value

    def _unary(self, node: Any, scope: Scope, depth: int) -> Any:
        value = self._fold(node.operand, scope, depth)
        if node.op.__class__ is _ast.Not:
            return not value
        if value.__class__ not in (int, float, bool):
            raise NotFoldable
        if node.op.__class__ is _ast.Invert:
            return ~int(value)
        return -value if node.op.__class__ is _ast.USub else +value

    def _comparison(self, node: Any, scope: Scope, depth: int) -> Any:
        left = self._fold(node.left, scope, depth)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._fold(right_node, scope, depth)
            if not compare(operator.__class__, left, right):
                return False
            left = right
        return True

    def _conditional(self, node: Any, scope: Scope, depth: int) -> Any:
        return self._fold(node.body if self._fold(node.test, scope, depth) else node.orelse, scope, depth)

    def _elements(self, node: Any, scope: Scope, depth: int) -> tuple[Any, ...]:
        found: list[Any] = []
        for element in node.elts:
            if element.__class__ is _ast.Starred:
                inner = self._fold(element.value, scope, depth)
                if not isinstance(inner, (tuple, frozenset)):
                    raise NotFoldable
                found += inner
            else:
                found.append(self._fold(element, scope, depth))
        return tuple(found)

    def _tuple(self, node: Any, scope: Scope, depth: int) -> Any:
        return self._elements(node, scope, depth)

    def _list(self, node: Any, scope: Scope, depth: int) -> Any:
        return Folding.as_list(self._elements(node, scope, depth))

    def _set(self, node: Any, scope: Scope, depth: int) -> Any:
        return Folding.as_set(self._elements(node, scope, depth))

    def _dict(self, node: Any, scope: Scope, depth: int) -> Any:
        if None in node.keys:
            raise NotFoldable
        keys = [self._fold(key, scope, depth) for key in node.keys]
        return Folding.as_dict(keys, [self._fold(value, scope, depth) for value in node.values])

    def _subscript(self, node: Any, scope: Scope, depth: int) -> Any:
        value = self._fold(node.value, scope, depth)
        if node.slice.__class__ is not _ast.Slice:
            return Folding.item(value, self._fold(node.slice, scope, depth))
        parts = (node.slice.lower, node.slice.upper, node.slice.step)
        bounds = [None if part is None else self._fold(part, scope, depth) for part in parts]
        return Folding.item(value, slice(*bounds))

    def _joined(self, node: Any, scope: Scope, depth: int) -> Any:
        parts: list[str] = []
        for part in node.values:
            if part.__class__ is _ast.Constant:
                parts.append(str(part.value))
            else:
                spec = "" if part.format_spec is None else self._fold(part.format_spec, scope, depth)
                parts.append(render(self._fold(part.value, scope, depth), part.conversion, spec))
        return "".join(parts)

    def _call(self, node: Any, scope: Scope, depth: int) -> Any:
        if any(argument.__class__ is _ast.Starred for argument in node.args):
            raise NotFoldable
        if any(keyword.arg is None for keyword in node.keywords):
            raise NotFoldable
        function = node.func
        if function.__class__ is _ast.Attribute:
            receiver = self._fold(function.value, scope, depth)
            given = [self._fold(argument, scope, depth) for argument in node.args]
            named = {keyword.arg: self._fold(keyword.value, scope, depth) for keyword in node.keywords}
            return call_method(receiver, function.attr, given, named)
        if node.keywords or function.__class__ is not _ast.Name:
            raise NotFoldable
        if self._names.meanings(function, scope) != {"builtins." + function.id}:
            raise NotFoldable
        return call_builtin(function.id, [self._fold(argument, scope, depth) for argument in node.args])


_FOLDS: dict[type[Any], Any] = {
    _ast.Constant: lambda self, node, scope, depth: node.value,
    _ast.Name: Constants._name,
    _ast.Attribute: Constants._attribute,
    _ast.BinOp: Constants._binary,
    _ast.BoolOp: Constants._boolean,
    _ast.UnaryOp: Constants._unary,
    _ast.Compare: Constants._comparison,
    _ast.IfExp: Constants._conditional,
    _ast.NamedExpr: lambda self, node, scope, depth: self._fold(node.value, scope, depth),
    _ast.Tuple: Constants._tuple,
    _ast.List: Constants._list,
    _ast.Set: Constants._set,
    _ast.Dict: Constants._dict,
    _ast.Subscript: Constants._subscript,
    _ast.JoinedStr: Constants._joined,
    _ast.Call: Constants._call,
}
_FOLDABLE = frozenset(_FOLDS)
