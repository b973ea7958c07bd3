"""Operations that make a text of others: `%`, `.format`, `.join`, `.replace`, `string.Template`, what leaves it be."""

from __future__ import annotations

import _ast
import re

from prodlint.facts import pieces as p
from prodlint.facts.formatting import Field, brace_fields, dollar_fields, percent_fields
from prodlint.facts.origins import OriginKind
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.facts.pieces import Alternatives, Pieces
    from prodlint.facts.templates import Place, Templates

_SAME = frozenset(
    {
        "builtins.str", "builtins.format", "textwrap.dedent", "textwrap.indent", "inspect.cleandoc", "sys.intern",
        "typing.cast", "copy.copy", "copy.deepcopy", "builtins.ascii", "builtins.repr", "textwrap.fill",
        "functools.reduce", "builtins.next", "builtins.iter",
    }
)  # fmt: skip
"""Functions whose result is, to what is asked here, the text that they are given."""
_SAME_BUT_LAST = frozenset({"typing.cast", "typing_extensions.cast"})
_SAME_METHODS = frozenset(
    "encode decode expandtabs title capitalize casefold swapcase center ljust rjust __str__ splitlines".split()
)
_STRIPS = frozenset({"strip", "lstrip", "rstrip", "removeprefix", "removesuffix"})
_TEMPLATES = frozenset({"string.Template"})
_LONGEST_PATTERN = 60
_QUOTES = ("'", '"', "`", "]")
_DOUBLED = frozenset(f"doubled {quote}" for quote in _QUOTES)
_CHOICES = frozenset({"random.choice", "secrets.choice", "builtins.min", "builtins.max"})


class _Given(NamedTuple):
    """What a formatting operation is given: in order, by name, and the rest that stands for any name."""

    row: list[Any]
    named: dict[str, Any]
    rest: Any
    place: Place


class Texts:
    """The operations, on behalf of the evaluator that asks for their operands."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def called(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        """What a call makes of texts; None for a call that is no such operation."""
        function = call.func
        if function.__class__ is _ast.Attribute:
            method = _METHODS.get(function.attr)
            is_unbound = function.value.__class__ is _ast.Name and function.value.id == "str"
            if method is not None and not is_unbound:
                found: Alternatives | None = method(self, call, place, depth)
                return found
            if function.attr in _SAME_METHODS:
                return self._templates.value(function.value, place, depth)
        names = self._templates.names.meanings(function, place.scope)
        if "builtins.str.format" in names and call.args:
            return self._format(call, place, depth)
        if names & _SAME and call.args:
            given = call.args[1] if names & _SAME_BUT_LAST and len(call.args) > 1 else call.args[0]
            return self._templates.value(given, place, depth)
        if "re.sub" in names:
            return self._substituted(call, place, depth)
        if names & _CHOICES and call.args:
            chosen = call.args if len(call.args) > 1 else None
            elements = (
                [self._templates.value(one, place, depth) for one in chosen]
                if chosen
                else self._templates.sequence(call.args[0], place, depth)
            )
            return None if not elements else [one for each in elements for one in each]
        return None

    def _substituted(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        """A text from which a pattern that is written in the file takes all that could end a word; None for others."""
        names, constants = self._templates.names, self._templates.constants
        given = list(call.args)
        scope = place.scope
        if "re.sub" not in names.meanings(call.func, scope):
            made = names.creating_calls(getattr(call.func, "value", None), scope)
            if len(made) != 1 or "re.compile" not in names.meanings(made[0][0].func, made[0][1]):
                return None
            given[:0], scope = made[0][0].args[:1], made[0][1]
        if len(given) < 3:
            return None
        pattern, new = constants.value(given[0], scope), constants.value(given[1], place.scope)
        if pattern.__class__ is not str or new.__class__ is not str or not _leaves_words(str(pattern), str(new)):
            return None
        return p.checked(self._templates.value(given[2], place, depth), frozenset({"re.sub()"}), OriginKind.CHECKED)

    def percent(self, left: Alternatives, right: Any, place: Place, depth: int) -> Alternatives:
        """The texts that `%` makes of some formats."""
        given = self._given_to_percent(right, place, depth)
        return p.limited([one for pieces in left for one in self._filled(pieces, percent_fields, given, depth)])

    def sliced(self, node: Any, place: Place, depth: int) -> Alternatives | None:
        """A text without some characters at its ends; None for what is no slice."""
        if node.slice.__class__ is not _ast.Slice or node.slice.step is not None:
            return None
        templates = self._templates
        lower, upper = (
            0 if bound is None else templates.constants.value(bound, place.scope)
            for bound in (node.slice.lower, node.slice.upper)
        )
        value = templates.value(node.value, place, depth)
        start = lower if lower.__class__ is int and lower >= 0 else 0
        stop = -upper if upper.__class__ is int and upper < 0 else 0
        return p.shortened(value, start, stop)

    def _format(self, call: Any, place: Place, depth: int) -> Alternatives:
        templates = self._templates
        row: list[Any] = []
        rest = None
        # `str.format(text, …)` has the text before what is put into it.
        is_unbound = call.func.value.__class__ is _ast.Name and call.func.value.id == "str"
        for argument in call.args[1:] if is_unbound else call.args:
            if argument.__class__ is _ast.Starred:
                rest = argument.value
                break
            row.append(argument)
        named: dict[str, Any] = {}
        for keyword in call.keywords:
            if keyword.arg is None:
                rest, entries, _ = self._mapping(keyword.value, place, depth)
                named = entries if isinstance(entries, _Locals) else {**named, **entries}
            else:
                named[keyword.arg] = keyword.value
        given = _Given(row, named, rest, place)
        left = templates.value(call.args[0] if is_unbound else call.func.value, place, depth)
        return p.limited([one for pieces in left for one in self._filled(pieces, brace_fields, given, depth)])

    def _format_map(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        if len(call.args) != 1:
            return None
        rest, named, _ = self._mapping(call.args[0], place, depth)
        left = self._templates.value(call.func.value, place, depth)
        given = _Given([], named, rest, place)
        return p.limited([one for pieces in left for one in self._filled(pieces, brace_fields, given, depth)])

    def _substitute(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        templates = self._templates
        creators = templates.names.creating_calls(call.func.value, place.scope)
        for creator, scope in creators:
            if templates.names.meanings(creator.func, scope) & _TEMPLATES and creator.args:
                named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
                rest = next((keyword.value for keyword in call.keywords if keyword.arg is None), None)
                for argument in call.args[:1]:
                    rest, entries, _ = self._mapping(argument, place, depth)
                    named |= entries
                left = templates.value(creator.args[0], place._replace(scope=scope), depth)
                given = _Given([], named, rest, place)
                return p.limited([one for pieces in left for one in self._filled(pieces, dollar_fields, given, depth)])
        return None

    def _join(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        if len(call.args) != 1:
            return None
        templates = self._templates
        separator = templates.value(call.func.value, place, depth)
        elements = templates.sequence(call.args[0], place, depth)
        if elements is not None:
            return p.separated(separator, elements)
        return _only_holes(templates.put(templates.value(call.args[0], place, depth), call.args[0], place)) or None

    def _replace(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        if len(call.args) < 2:
            return None
        templates = self._templates
        left = templates.value(call.func.value, place, depth)
        old = templates.constants.value(call.args[0], place.scope)
        if old.__class__ is not str:
            return p.checked(left, _DOUBLED) if _is_twice(call.args[1], call.args[0]) else left
        new = templates.put(templates.value(call.args[1], place, depth), call.args[1], place)
        if old in _QUOTES and new == p.text(old * 2):
            left = p.checked(left, frozenset({f"doubled {old}"}))
        return p.replaced(left, old, new)

    def _strip(self, call: Any, place: Place, depth: int) -> Alternatives:
        templates = self._templates
        characters = templates.constants.value(call.args[0], place.scope) if call.args else None
        left = templates.value(call.func.value, place, depth)
        if characters is not None and characters.__class__ is not str:
            return left
        return p.stripped(left, call.func.attr, characters)

    def _case(self, call: Any, place: Place, depth: int) -> Alternatives:
        change: Callable[[str], str] = str.upper if call.func.attr == "upper" else str.lower
        return p.mapped(self._templates.value(call.func.value, place, depth), change)

    def _get(self, call: Any, place: Place, depth: int) -> Alternatives | None:
        """An entry of a table that is written in the file, or the default."""
        if not call.args:
            return None
        templates = self._templates
        found = templates._sequences.looked_up(call.func.value, call.args[0], place, depth)
        if found is None or len(call.args) < 2:
            return found
        return found + templates.put(templates.value(call.args[1], place, depth), call.args[1], place)

    def _given_to_percent(self, right: Any, place: Place, depth: int) -> _Given:
        if right.__class__ is _ast.Tuple:
            return self._row(right.elts, place)
        if right.__class__ is _ast.Name:
            for definition in self._templates.definitions(right, place.scope):
                if definition.kind == "assigned" and definition.value.__class__ is _ast.Tuple:
                    return self._row(definition.value.elts, place._replace(scope=definition.scope))
        rest, named, is_mapping = self._mapping(right, place, depth)
        return _Given([], named, rest, place) if is_mapping else _Given([right], named, right, place)

    def _row(self, elements: list[Any], place: Place) -> _Given:
        row: list[Any] = []
        for element in elements:
            if element.__class__ is _ast.Starred:
                return _Given(row, {}, element.value, place)
            row.append(element)
        return _Given(row, {}, None, place)

    def _mapping(self, node: Any, place: Place, depth: int) -> tuple[Any, dict[str, Any], bool]:
        """What stands for unknown keys, the known entries, and whether it is a mapping for sure."""
        match node:
            case _ast.Dict(keys=keys, values=values):
                named: dict[str, Any] = {}
                rest = None
                for key, value in zip(keys, values, strict=True):
                    if key is None:
                        inner, entries, _ = self._mapping(value, place, depth) if depth < 30 else (value, {}, False)
                        rest, named = inner if inner is not None else rest, named | entries
                    elif key.__class__ is _ast.Constant and key.value.__class__ is str:
                        named[key.value] = value
                    else:
                        rest = value
                return rest, named, True
            case _ast.Call(func=_ast.Name(id="dict"), keywords=keywords):
                return None, {keyword.arg: keyword.value for keyword in keywords if keyword.arg}, True
            case _ast.Call(func=_ast.Name(id="locals" | "vars" | "globals"), args=[]):
                return node, _Locals(node), True
            case _ast.Name() if depth < 30:
                for definition in self._templates.definitions(node, place.scope):
                    if definition.kind == "assigned" and definition.value.__class__ is not _ast.Name:
                        _, named, is_mapping = self._mapping(
                            definition.value, place._replace(scope=definition.scope), depth + 6
                        )
                        if is_mapping:
                            return node, named, True
        return node, {}, False

    def _filled(
        self, pieces: Pieces, fields: Callable[[str], list[str | Field] | None], given: _Given, depth: int
    ) -> Alternatives:
        """A format with its fields filled; the holes that it has already stay."""
        parts: list[Alternatives] = []
        count = 0
        for piece in pieces:
            parsed: list[Any] | None = fields(piece) if isinstance(piece, str) else None
            for part in parsed or [piece]:
                if not isinstance(part, Field):
                    parts.append([(part,)])
                    continue
                count += part.stars
                key = part.key or str(count)
                count += not part.key
                parts.append(self._filling(part, key, given, depth))
        if not count and p.is_whole_hole(pieces):
            # Who formats a text that is not known puts values somewhere into it.
            values = [*given.row, *dict(given.named).values(), *([given.rest] if given.rest is not None else [])]
            parts += [self._put(value, given.place, depth) for value in dict.fromkeys(values)]
        return p.joined(parts)

    def _filling(self, field: Field, key: str, given: _Given, depth: int) -> Alternatives:
        templates = self._templates
        node = given.named.get(key)
        if node is None and key.isdigit() and int(key) < len(given.row):
            node = given.row[int(key)]
        if node is None:
            node = given.rest
            if node is None:
                return p.text("{}")
            if field.is_number:
                return templates.number(node, given.place)
            return _only_holes(templates.hole(node, given.place, depth, f"[{key}]"))
        if field.is_number:
            return templates.number(node, given.place)
        if field.rest:
            return templates.hole(node, given.place, depth, field.rest)
        return self._put(node, given.place, depth)

    def _put(self, node: Any, place: Place, depth: int) -> Alternatives:
        templates = self._templates
        folded = templates.constants.value(node, place.scope)
        if folded.__class__ in (str, int, float):
            templates.value(node, place, depth)
            return p.text(str(folded))
        return templates.put(templates.value(node, place, depth), node, place)


class _Locals(dict[str, Any]):
    """The variables around a call of ``locals()``: each name stands for itself, where the call stands."""

    def __init__(self, call: Any) -> None:
        super().__init__()
        self._call = call

    def get(self, name: str, default: Any = None) -> Any:
        if not name.isidentifier():
            return default
        call = self._call
        return _ast.Name(
            id=name,
            ctx=_ast.Load(),
            lineno=call.lineno,
            col_offset=call.col_offset,
            end_lineno=call.end_lineno,
            end_col_offset=call.end_col_offset,
        )


def _only_holes(alternatives: Alternatives) -> Alternatives:
    """The values of which nothing is known, numbers among them."""
    return [pieces for pieces in alternatives if p.is_whole_hole(pieces)]


_METHODS: dict[str, Any] = {
    "format": Texts._format,
    "format_map": Texts._format_map,
    "substitute": Texts._substitute,
    "safe_substitute": Texts._substitute,
    "join": Texts._join,
    "replace": Texts._replace,
    "upper": Texts._case,
    "lower": Texts._case,
    "get": Texts._get,
    "sub": Texts._substituted,
    **dict.fromkeys(_STRIPS, Texts._strip),
}


_MARKS = "'\"`; /*#()[]=,\n\\"


def _leaves_words(pattern: str, new: str) -> bool:
    """Whether nothing but letters, digits and what stands in names is left of a text after a substitution."""
    if len(pattern) > _LONGEST_PATTERN:
        return False
    try:
        left = re.sub(pattern, new, f"a{'b'.join(_MARKS)}c")
    except re.error:
        return False
    return not set(left) & set(_MARKS)


def _is_twice(text: Any, once: Any) -> bool:
    """Whether an expression is a name added to itself."""
    match text:
        case _ast.BinOp(left=_ast.Name(id=left), op=_ast.Add(), right=_ast.Name(id=right)):
            return once.__class__ is _ast.Name and left == right == once.id
    return False
