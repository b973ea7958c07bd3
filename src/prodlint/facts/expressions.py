"""What an expression at a place stands for: the names it can mean and where it is written."""

from __future__ import annotations

import _ast

from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.facts.interpolation import Interpolation
    from prodlint.facts.names import Names
    from prodlint.facts.pieces import Template
    from prodlint.facts.uses import Use
    from prodlint.index import Scope
    from prodlint.model import Span


class ExpressionFacts:
    """An expression and the scope it stands in: an argument, a receiver, a string."""

    __slots__ = ("_file", "_scope", "node")

    def __init__(self, node: Any, scope: Scope, file: FileFacts) -> None:
        self.node = node
        self._scope = scope
        self._file = file

    @property
    def names(self) -> frozenset[str]:
        """Every dotted name it can stand for (see `prodlint.facts.names`)."""
        return self._file.names.meanings(self.node, self._scope)

    @property
    def span(self) -> Span:
        """Where it is written."""
        return self._file.source.span(self.node)

    @property
    def text(self) -> str:
        """Its source text."""
        return self._file.source.slice(self.span)

    @property
    def constant(self) -> object:
        """Its value if it has the same one in every run, else `prodlint.facts.constants.NOT_CONSTANT`."""
        return self._file.constants.value(self.node, self._scope)

    @property
    def is_literal(self) -> bool:
        """Whether it is a literal as written, which needs no following."""
        return self.node.__class__ is _ast.Constant

    @property
    def is_name(self) -> bool:
        """Whether it is a plain name."""
        return self.node.__class__ is _ast.Name

    @property
    def mentions(self) -> int:
        """How often the function, class or module that a name stands in says it, strings and comments included."""
        import re  # asked of few names

        span = None if self._scope.kind == "module" else self._file.source.span(self._scope.node)
        text = self._file.source.text if span is None else self._file.source.slice(span)
        return len(re.findall(rf"\b{re.escape(self.last_name)}\b", text))

    @property
    def may_vary(self) -> bool:
        """Whether it is no literal, and no list, tuple or dictionary written out with all of its elements."""
        node = self.node
        elements = [*getattr(node, "elts", ()), *(getattr(node, "keys", ()) if node.__class__ is _ast.Dict else ())]
        is_display = node.__class__ in (_ast.Tuple, _ast.List, _ast.Dict, _ast.Constant)
        return not is_display or any(each is None or each.__class__ is _ast.Starred for each in elements)

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every value that it can have as a text: literal pieces and holes (see `prodlint.facts.templates`)."""
        return self._file.templates.built(self.node, self._scope).templates

    @property
    def elements(self) -> list[tuple[Template, ...]]:
        """The same for each element of a list, tuple, set or dictionary's keys; empty for anything else."""
        return [built.templates for built in self._file.templates.elements(self.node, self._scope)]

    @property
    def entries(self) -> list[ExpressionFacts]:
        """The values in a dictionary, list, tuple or set that is written here; empty for anything else."""
        node = self.node
        values = node.values if node.__class__ is _ast.Dict else getattr(node, "elts", ())
        return [ExpressionFacts(value, self._scope, self._file) for value in values]

    @property
    def literals(self) -> frozenset[Any]:
        """The literals that its ``templates`` are made of, wherever they stand: each a ``node`` of a string's facts."""
        return self._file.templates.built(self.node, self._scope).literals

    @property
    def opening(self) -> str:
        """The text that a string begins with as it is written; empty for one that begins with a hole."""
        return opening_of(self.node)

    @property
    def whole(self) -> ExpressionFacts:
        """The largest string expression that it is an operand of: a sum, a `%`, a `.format` and the like."""
        return ExpressionFacts(whole(self.node, self._scope, self._file.names), self._scope, self._file)

    @property
    def uses(self) -> tuple[Use, ...]:
        """What becomes of its value in the scope it stands in (see `prodlint.facts.uses`)."""
        from prodlint.facts.uses import Uses  # few rules follow a value forwards

        return self._file.shared(Uses, lambda: Uses(self._file)).of(self.node, self._scope)  # type: ignore[no-any-return]

    @property
    def chain(self) -> tuple[str, ...]:
        """The names and attributes along it as written, the first one first: ``session, query, filter``."""
        found: list[str] = []
        node = self.node
        while len(found) < _LONGEST_CHAIN:
            match node:
                case _ast.Name(id=name):
                    return (name, *reversed(found))
                case _ast.Attribute(value=inner, attr=attribute):
                    found.append(attribute)
                case _ast.Call(func=inner) | _ast.Await(value=inner) | _ast.Subscript(value=inner):
                    pass
                case _:
                    break
            node = inner
        return tuple(reversed(found))

    @property
    def last_name(self) -> str:
        """The name or attribute that it is, as written; the key of a subscript; of a call, that of what is called."""
        node: Any = self.node
        while True:
            match node:
                case _ast.Subscript(slice=_ast.Constant(value=str() as key)):
                    return key
                case _ast.Call(func=inner) | _ast.Subscript(value=inner) | _ast.Await(value=inner):
                    node = inner
                case _:
                    return str(getattr(node, "attr", None) or getattr(node, "id", ""))

    @property
    def receiver(self) -> ExpressionFacts | None:
        """What it is an attribute of; None for any other expression."""
        node = self.node
        return ExpressionFacts(node.value, self._scope, self._file) if node.__class__ is _ast.Attribute else None

    @property
    def container(self) -> ExpressionFacts | None:
        """What it is an item of; None for any other expression."""
        node = self.node
        return ExpressionFacts(node.value, self._scope, self._file) if node.__class__ is _ast.Subscript else None

    @property
    def called(self) -> ExpressionFacts | None:
        """What is called, where it is a call; None for any other expression."""
        node = self.node
        return ExpressionFacts(node.func, self._scope, self._file) if node.__class__ is _ast.Call else None

    @property
    def assigned(self) -> list[ExpressionFacts]:
        """Where it is a name or an attribute of `self`, the expressions that the file assigns to it."""
        found = self._file.names.assigned(self.node, self._scope)
        return [ExpressionFacts(value, scope, self._file) for value, scope in found]

    @property
    def interpolation(self) -> Interpolation | None:
        """How it builds a text out of values where it stands; None where it does not, and for a constant text."""
        if self.node.__class__ in _NEVER_BUILT:
            return None
        from prodlint.facts.interpolation import find_interpolation  # few files hold what needs it

        return find_interpolation(self.node, self._scope, self._file)

    @property
    def outline(self) -> str:
        """The text that it builds, as far as it is written, with U+0000 where a value stands."""
        from prodlint.facts.outlines import outline  # asked of what is reported

        return outline(self.node)

    @property
    def is_exact(self) -> bool:
        """Whether all values that it puts into a text, as written, give the same text under ``%s`` and later on."""
        from prodlint.facts.exact_texts import is_exact  # asked of what is reported

        return is_exact(self.node, self._scope, self._file)


_NEVER_BUILT = frozenset({_ast.Constant, _ast.Name, _ast.Attribute})


def opening_of(node: Any) -> str:
    """The text that a string's node begins with as it is written; empty for one that begins with a hole."""
    if node.__class__ is _ast.JoinedStr:
        node = node.values[0] if node.values else node
    value = getattr(node, "value", "")
    return value if value.__class__ is str else ""


_LONGEST_CHAIN = 30
_TEXT_METHODS = frozenset(
    "format format_map join strip lstrip rstrip replace encode upper lower removeprefix removesuffix expandtabs".split()
)
_TEXT_FUNCTIONS = frozenset({"textwrap.dedent", "textwrap.indent", "inspect.cleandoc", "builtins.str"})


def whole(node: Any, scope: Scope, names: Names) -> Any:
    """The largest string expression that an expression is an operand of."""
    parents = names.table(scope).parents
    child, at = node, parents.get(node)
    while at is not None:
        match at:
            case _ast.BinOp(op=_ast.Add() | _ast.Mod() | _ast.Mult(), left=left):
                if at.op.__class__ is _ast.Mod and left is not child:
                    break
                node = at
            case _ast.Attribute(attr=method) if method in _TEXT_METHODS:
                pass
            case _ast.Call(func=function) if function is child and function.__class__ is _ast.Attribute:
                node = at
            case _ast.Call(func=function) if names.meanings(function, scope) & _TEXT_FUNCTIONS:
                node = at
            case _ast.IfExp(test=test) if test is not child:
                node = at
            case _ast.BoolOp() | _ast.NamedExpr():
                node = at
            case _:
                break
        child, at = at, parents.get(at)
    return node
