"""A text that is built out of values, as a libcst expression, taken apart by characters and put together again.

For fixes only: it imports libcst. What is not changed is written as it was, with its quotes, prefixes and escapes.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from prodlint_rules._messages import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Character(NamedTuple):
    """A character of a literal: as it is written, and what it stands for."""

    source: str
    text: str


class Literal(NamedTuple):
    """A literal: its prefix without ``f``, its quotes, and its characters, with the number of a value in its place."""

    node: cst.BaseString
    prefix: str
    quote: str
    units: list[Character | int]


class Joined(NamedTuple):
    """Literals, and sums, one after the other: of adjacent ones the node, of a sum the same with its sign."""

    node: cst.BaseExpression
    left: Part
    right: Part


Part = Literal | Joined | int
"""A part of a text; a number is a value that is added to it."""


class Built(NamedTuple):
    """A text's parts, and the values that are put in."""

    parts: Part
    values: list[Value]


def take_apart(expression: cst.BaseExpression) -> Built | None:
    """The parts of a text; None for one that is built in another way than by f-strings, `%`, `.format` and `+`."""
    values: list[Value] = []
    parts = _read(expression, values)
    return None if parts is None else Built(parts, values)


def literals(part: Part) -> list[Literal | int]:
    """The literals and added values in order."""
    if isinstance(part, Joined):
        return [*literals(part.left), *literals(part.right)]
    return [part]


def put_together(part: Part, values: list[Value]) -> cst.BaseExpression | None:
    """The expression for changed parts, without literals that are empty now; None where there is no way to write it."""
    if isinstance(part, int):
        return values[part].expression
    if isinstance(part, Literal):
        return _written(part, values)
    left, right = put_together(part.left, values), put_together(part.right, values)
    if isinstance(part.node, cst.ConcatenatedString):
        if isinstance(left, cst.BaseString) and isinstance(right, cst.BaseString):
            return part.node.with_changes(left=left, right=right)
        return None
    if left is None or _is_empty(left):
        return right
    if right is None or _is_empty(right):
        return left
    return _merged(left, right) or part.node.with_changes(left=left, right=right)


def _read(expression: cst.BaseExpression, values: list[Value]) -> Part | None:
    match expression:
        case cst.SimpleString() if "b" not in expression.prefix.lower():
            units = _characters(expression.raw_value, expression.prefix)
            return None if units is None else Literal(expression, expression.prefix, expression.quote, units)
        case cst.FormattedString():
            return _read_formatted(expression, values)
        case cst.ConcatenatedString(left=left, right=right):
            return _both(expression, left, right, values)
        case cst.BinaryOperation(operator=cst.Add(), left=left, right=right):
            return _both(expression, left, right, values)
        case cst.BinaryOperation(operator=cst.Modulo(), left=left, right=right):
            given = [element.value for element in right.elements] if isinstance(right, cst.Tuple) else [right]
            return _bracketed(_filled(left, lambda literal: _percent(literal, given, values), given), expression)
        case cst.Call(func=cst.Attribute(value=template, attr=cst.Name("format")), args=arguments):
            fields = _Fields(arguments)
            return _bracketed(_filled(template, lambda literal: fields.put(literal, values), fields.unused), expression)
        case cst.Call(func=cst.Name("str"), args=[cst.Arg(keyword=None, star="", value=value)]):
            return _value(Value(value, "s"), values)
    return _value(Value(expression, "s"), values)


def _both(
    node: cst.BaseExpression, left: cst.BaseExpression, right: cst.BaseExpression, values: list[Value]
) -> Joined | None:
    first = _read(left, values)
    second = _read(right, values) if first is not None else None
    return None if first is None or second is None else Joined(node, first, second)


def _value(value: Value, values: list[Value]) -> int | None:
    if isinstance(value.expression, (cst.GeneratorExp, cst.Yield)):
        return None
    values.append(value)
    return len(values) - 1


_UNIT = re.compile(r"\\.|.", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": "", "%": "\\%", "_": "\\_"}


def _characters(source: str, prefix: str) -> list[Character | int] | None:
    """The characters of a literal's source; None where an escape is in it that is not read here."""
    if "\\" not in source or "r" in prefix.lower():
        return [Character(each, each) for each in source]
    found: list[Character | int] = []
    for unit in _UNIT.findall(source):
        text = unit if len(unit) == 1 else _SIMPLE.get(unit[1:])
        if text is None:
            return None
        found.append(Character(unit, text))
    return found


def _read_formatted(string: cst.FormattedString, values: list[Value]) -> Literal | None:
    prefix = re.sub("[fF]", "", string.prefix)
    units: list[Character | int] = []
    for part in string.parts:
        if isinstance(part, cst.FormattedStringText):
            found = _characters(part.value.replace("{{", "{").replace("}}", "}"), prefix)
            if found is None:
                return None
            units += found
            continue
        assert isinstance(part, cst.FormattedStringExpression)
        spec = part.format_spec or ()
        if part.equal is not None or not all(isinstance(each, cst.FormattedStringText) for each in spec):
            return None
        shown = "".join(each.value for each in spec if isinstance(each, cst.FormattedStringText))
        number = _value(Value(part.expression, part.conversion or "s", shown, not part.conversion), values)
        if number is None:
            return None
        units.append(number)
    return Literal(string, prefix, string.quote, units)


def _bracketed(part: Part | None, expression: cst.BaseExpression) -> Part | None:
    """The parts of a template with the brackets around the whole, which it needs where it has several lines."""
    if not expression.lpar or part is None or isinstance(part, int) or part.node.lpar:
        return part
    node = part.node.with_changes(lpar=expression.lpar, rpar=expression.rpar)
    return part._replace(node=node)  # type: ignore[arg-type]  # of the same type as before


def _filled(
    template: cst.BaseExpression, fill: Callable[[Literal], Literal | None], left: list[cst.BaseExpression]
) -> Part | None:
    """A template's literals with its fields filled in; all that it is given has to be used."""
    own: list[Value] = []
    parts = _read(template, own)
    if parts is None or own:
        return None
    filled = _mapped(parts, fill)
    return None if left else filled


def _mapped(part: Part, change: Callable[[Literal], Literal | None]) -> Part | None:
    if isinstance(part, int):
        return None
    if isinstance(part, Literal):
        return change(part)
    left = _mapped(part.left, change)
    right = _mapped(part.right, change) if left is not None else None
    return None if left is None or right is None else part._replace(left=left, right=right)


def _percent(literal: Literal, given: list[cst.BaseExpression], values: list[Value]) -> Literal | None:
    units: list[Character | int] = []
    pending = iter(literal.units)
    for unit in pending:
        if not isinstance(unit, Character) or unit.text != "%":
            units.append(unit)
            continue
        following = next(pending, None)
        kind = following.text if isinstance(following, Character) else ""
        if kind == "%":
            units.append(unit)
            continue
        if kind not in ("s", "r", "a") or not given or isinstance(given[0], (cst.Dict, cst.StarredElement)):
            return None
        number = _value(Value(given.pop(0), kind), values)
        if number is None:
            return None
        units.append(number)
    return literal._replace(units=units)


class _Fields:
    """What `.format` is given, each taken once."""

    def __init__(self, arguments: Sequence[cst.Arg]) -> None:
        self._named: dict[int | str, cst.BaseExpression] = {}
        self._automatic = 0
        for number, argument in enumerate(arguments):
            self._named[argument.keyword.value if argument.keyword is not None else number] = argument.value
        if any(argument.star for argument in arguments):
            self._named = {"*": cst.Name("_")}  # never used, so that nothing is filled
        self.unused: list[cst.BaseExpression] = list(self._named.values())

    def put(self, literal: Literal, values: list[Value]) -> Literal | None:
        source = "".join(unit.source for unit in literal.units if isinstance(unit, Character))
        try:
            fields = list(Formatter().parse(source))
        except ValueError:
            return None
        units: list[Character | int] = []
        for text, name, spec, conversion in fields:
            found = _characters(text, literal.prefix)
            if found is None:
                return None
            units += found
            if name is None:
                continue
            key: int | str = int(name) if name.isdigit() else name
            if name == "":
                key, self._automatic = self._automatic, self._automatic + 1
            expression = self._named.pop(key, None)
            if expression is None or "{" in (spec or ""):
                return None
            self.unused.remove(expression)
            number = _value(Value(expression, conversion or "s", spec or "", not conversion), values)
            if number is None:
                return None
            units.append(number)
        return literal._replace(units=units)


def _written(literal: Literal, values: list[Value]) -> cst.BaseExpression | None:
    """The literal with its characters and what is left of its values: an f-string only for these."""
    is_formatted = any(isinstance(unit, int) for unit in literal.units)
    source = ""
    for unit in literal.units:
        if isinstance(unit, Character):
            source += unit.source.replace("{", "{{").replace("}", "}}") if is_formatted else unit.source
            continue
        shown = field(values[unit], literal.quote[0])
        if shown is None:
            return None
        source += shown
    made = cst.parse_expression(f"{'f' * is_formatted}{literal.prefix}{literal.quote}{source}{literal.quote}")
    return made.with_changes(lpar=literal.node.lpar, rpar=literal.node.rpar)


def field(value: Value, quote: str) -> str | None:
    """A value as an f-string in these quotes says it; None where no Python before 3.12 could read that."""
    code = cst.Module([]).code_for_node(value.expression)
    if quote in code or any(sign in code for sign in "\\#\n\r") or quote in value.spec:
        return None
    if code.startswith("{") or isinstance(value.expression, (cst.Lambda, cst.NamedExpr)):
        code = f"({code})"
    conversion = "" if value.conversion == "s" else f"!{value.conversion}"
    return "{" + code + conversion + (f":{value.spec}" if value.spec else "") + "}"


def _is_empty(expression: cst.BaseExpression) -> bool:
    return isinstance(expression, cst.SimpleString) and not expression.raw_value


def _merged(left: cst.BaseExpression, right: cst.BaseExpression) -> cst.BaseExpression | None:
    """Two literals of a sum that nothing stands between any more, as one."""
    if not (isinstance(left, cst.SimpleString) and isinstance(right, cst.SimpleString)):
        return None
    if (left.prefix, left.quote) != (right.prefix, right.quote) or left.lpar or right.lpar:
        return None
    return cst.SimpleString(f"{left.prefix}{left.quote}{left.raw_value}{right.raw_value}{left.quote}")
