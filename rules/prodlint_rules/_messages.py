"""A message that is built out of values, as a libcst expression, in; the same as a template and its values out.

For fixes only: it imports libcst. The text of literals is kept as it is written, with its quotes, prefixes, escapes,
line breaks and comments; only what stands for a value changes.
"""

from __future__ import annotations

import re
from keyword import kwlist
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence


class Value(NamedTuple):
    """A value in a message: its expression, and how it becomes text: by ``s``, ``r`` or ``a``.

    ``spec`` is a format specification, applied before. ``is_formatted`` holds for one that `format` made a text of,
    which is not always what `str` makes of it. ``field`` is the field of a `%` template that it is put into, as
    written; empty where there is none.
    """

    expression: cst.BaseExpression
    conversion: str
    spec: str = ""
    is_formatted: bool = False
    field: str = ""


class Message(NamedTuple):
    """A message taken apart: literals, as written, with ``None`` in the place of each of the values."""

    pieces: tuple[_Literal | None, ...]
    values: tuple[Value, ...]

    @property
    def text(self) -> str:
        """The constant text, with U+0000 where a value stands."""
        return "".join("\0" if piece is None else piece.text for piece in self.pieces)


class _Literal(NamedTuple):
    """A stretch of a string literal: the source between the quotes, the prefix and quotes of its token."""

    source: str
    prefix: str
    quote: str

    @property
    def text(self) -> str:
        """What the source stands for."""
        if "\\" not in self.source or "r" in self.prefix.lower():
            return self.source
        from ast import literal_eval

        # A stretch of a longer literal may end in what would end this one.
        return str(literal_eval(f"{self.quote}{self.source} {self.quote}"))[:-1]

    def is_faithful(self, characters: str) -> bool:
        """Whether none of these characters is written as an escape, or is part of one."""
        text = self.text
        return all(self.source.count(character) == text.count(character) for character in characters)


def plain(text: str) -> Message:
    """The message that is a constant text."""
    return Message((_Literal(repr(text)[1:-1].replace("\\'", "'").replace('"', '\\"'), "", '"'),) if text else (), ())


def take_apart(expression: cst.BaseExpression) -> Message:
    """The literals and values of a message; what cannot be taken apart is a value as a whole."""
    pieces: list[_Literal | None] = []
    values: list[Value] = []
    if _read(expression, pieces, values):
        return Message(tuple(pieces), tuple(values))
    return Message((None,), (Value(expression, "s"),))


def put_in(template: cst.BaseExpression, values: Sequence[cst.BaseExpression], *, by_braces: bool) -> Message | None:
    """The message of a template and the values that are to be put into it; None where it cannot be told."""
    pieces: list[_Literal | None] = []
    found: list[Value] = []
    if by_braces and _read_format(template, [cst.Arg(value) for value in values], pieces, found):
        return Message(tuple(pieces), tuple(found))
    pieces.clear()
    found.clear()
    given = values[0] if len(values) == 1 and isinstance(values[0], cst.Dict) else _tuple(values)
    return Message(tuple(pieces), tuple(found)) if _read_percent(template, given, pieces, found) else None


def _tuple(values: Sequence[cst.BaseExpression]) -> cst.Tuple:
    return cst.Tuple([cst.Element(value) for value in values])


def _read(expression: cst.BaseExpression, pieces: list[_Literal | None], values: list[Value]) -> bool:
    match expression:
        case cst.SimpleString() if "b" not in expression.prefix.lower():
            pieces.append(_Literal(expression.raw_value, expression.prefix, expression.quote))
            return True
        case cst.FormattedString():
            return _read_formatted(expression, pieces, values)
        case cst.ConcatenatedString(left=left, right=right):
            return _read(left, pieces, values) and _read(right, pieces, values)
        case cst.BinaryOperation(operator=cst.Add()) if _has_text(expression):
            return all(_read_operand(operand, pieces, values) for operand in _operands(expression))
        case cst.BinaryOperation(operator=cst.Modulo(), left=left, right=right) if is_text(left):
            return _read_percent(left, right, pieces, values)
        case cst.Call(func=cst.Attribute(value=template, attr=cst.Name("format")), args=arguments) if is_text(template):
            return _read_format(template, arguments, pieces, values)
        case cst.Call(func=cst.Name("str" | "repr" as name), args=[cst.Arg(keyword=None, star="", value=value)]):
            return _add(Value(value, name[0]), pieces, values)
    return _add(Value(expression, "s"), pieces, values)


def _read_operand(expression: cst.BaseExpression, pieces: list[_Literal | None], values: list[Value]) -> bool:
    """One side of a sum: whatever is added to a text is one, or it would have raised."""
    message = take_apart(expression)
    pieces += message.pieces
    values += message.values
    return True


_MOST_OPERANDS = 100


def _operands(expression: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The operands of a sum, from left to right; a part in brackets that has no text of its own is one operand."""
    found: list[cst.BaseExpression] = []
    pending = [expression]
    while pending:
        match pending.pop():
            case cst.BinaryOperation(operator=cst.Add(), left=left, right=right) as inner if (
                inner is expression or not inner.lpar or _has_text(inner)
            ):
                pending += (right, left)
            case operand:
                found.append(operand)
    return found


def _has_text(expression: cst.BaseExpression) -> bool:
    """Whether a literal text is an operand of a sum, so that all of them are texts."""
    at = expression
    for _ in range(_MOST_OPERANDS):
        if not isinstance(at, cst.BinaryOperation) or not isinstance(at.operator, cst.Add):
            return is_text(at) or isinstance(at, cst.FormattedString)
        if is_text(at.right) or isinstance(at.right, cst.FormattedString):
            return True
        at = at.left
    return False


def is_text(expression: cst.BaseExpression) -> bool:
    """Whether an expression is a literal text without values."""
    match expression:
        case cst.SimpleString():
            return "b" not in expression.prefix.lower()
        case cst.ConcatenatedString(left=left, right=right):
            return is_text(left) and is_text(right)
    return False


def is_still(expression: cst.BaseExpression) -> bool:
    """Whether nothing happens when an expression is evaluated, as far as its form tells."""
    at = expression
    while isinstance(at, cst.Attribute):
        at = at.value
    return isinstance(at, (cst.Name, cst.SimpleString, cst.Integer))


def _keeps_order(values: Sequence[Value], given: Sequence[cst.BaseExpression]) -> bool:
    """Whether values come in the order in which they were evaluated before, or nobody can tell."""
    order = [value.expression for value in values]
    return all(map(is_still, order)) or [id(each) for each in order] == [id(each) for each in given]


def is_one_field(template: cst.BaseExpression) -> bool:
    """Whether a `%` template, or what is translated to one, takes just one value, which is not looked up by a key."""
    match template:
        case cst.Call(func=cst.Name(), args=[cst.Arg(keyword=None, star="", value=inner)]):
            template = inner
    if not isinstance(template, (cst.SimpleString, cst.ConcatenatedString)) or not is_text(template):
        return False
    fields = [field for field in _PERCENT.finditer(str(template.evaluated_value)) if field["kind"] != "%"]
    return len(fields) == 1 and not fields[0]["key"] and "*" not in fields[0]["form"]


def _add(value: Value, pieces: list[_Literal | None], values: list[Value]) -> bool:
    pieces.append(None)
    values.append(value)
    return True


def _read_formatted(string: cst.FormattedString, pieces: list[_Literal | None], values: list[Value]) -> bool:
    prefix = string.prefix.lower().replace("f", "")
    for part in string.parts:
        if isinstance(part, cst.FormattedStringText):
            if not _Literal(part.value, prefix, string.quote).is_faithful("{}"):
                return False
            text = part.value.replace("{{", "{").replace("}}", "}")
            pieces.append(_Literal(text, prefix, string.quote))
            continue
        assert isinstance(part, cst.FormattedStringExpression)
        spec = _constant_spec(part.format_spec)
        if spec is None:
            return False
        conversion = part.conversion or ""
        if part.equal is not None:
            shown = cst.Module([]).code_for_node(part.expression)
            if string.quote[0] in shown or "\\" in shown:
                return False
            before, after = part.whitespace_before_expression, part.whitespace_after_expression
            source = f"{_code(before)}{shown}{_code(after)}{_code(part.equal)}"
            pieces.append(_Literal(source, prefix, string.quote))
            conversion = conversion or ("" if spec else "r")
        _add(Value(part.expression, conversion or "s", spec, not conversion), pieces, values)
    return True


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _constant_spec(spec: Sequence[cst.BaseFormattedStringContent] | None) -> str | None:
    if not spec:
        return ""
    if all(isinstance(part, cst.FormattedStringText) for part in spec):
        return "".join(part.value for part in spec if isinstance(part, cst.FormattedStringText))
    return None


_PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]*)\))?(?P<form>(?P<flags>[#0\- +]*)(?P<size>(?:\*|\d+)?(?:\.(?:\*|\d+))?))"
    r"[hlL]?(?P<kind>[diouxXeEfFgGcrsa%])"
)


def _read_percent(
    template: cst.BaseExpression, given: cst.BaseExpression, pieces: list[_Literal | None], values: list[Value]
) -> bool:
    """A template with ``%`` and its values: a tuple, a dictionary, or another one where it has just one field."""
    own: list[_Literal | None] = []
    if not is_text(template) or not _read(template, own, []):
        return False
    arguments = _given_in_order(given) if isinstance(given, cst.Tuple) or is_one_field(template) else None
    named = _given_by_name(given) if isinstance(given, cst.Dict) else {}
    used = 0
    for literal in own:
        assert literal is not None
        at = 0
        if not literal.is_faithful("%"):
            return False
        for field in _PERCENT.finditer(literal.source):
            pieces.append(literal._replace(source=literal.source[at : field.start()]))
            at = field.end()
            if field["kind"] == "%":
                pieces.append(literal._replace(source="%"))
                continue
            if field["key"] is not None:
                value = named.pop(field["key"], None)  # twice would be evaluated twice
            else:
                value = arguments[used] if arguments is not None and used < len(arguments) else None
                used += 1
            if value is None or "*" in field["form"]:
                return False
            _add(_percent_value(value, field), pieces, values)
        pieces.append(literal._replace(source=literal.source[at:]))
    if isinstance(given, cst.Dict) and not used:
        everything = [element.value for element in given.elements]
        if not _keeps_order(values[len(values) - len(everything) :], everything):
            return False
    # What no field shows would not be evaluated any more.
    return not any("%" in piece.source for piece in pieces if piece is not None and piece.source != "%") and (
        not named if isinstance(given, cst.Dict) and not used else used == len(arguments or ())
    )


def _given_in_order(given: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    if not isinstance(given, cst.Tuple):
        return [given]
    if any(isinstance(element, cst.StarredElement) for element in given.elements):
        return None
    return [element.value for element in given.elements]


def _given_by_name(given: cst.Dict) -> dict[str, cst.BaseExpression]:
    found: dict[str, cst.BaseExpression] = {}
    for element in given.elements:
        if not isinstance(element, cst.DictElement) or not isinstance(element.key, cst.SimpleString):
            return {}
        found[str(element.key.evaluated_value)] = element.value
    return found if len(found) == len(given.elements) else {}


def _percent_value(value: cst.BaseExpression, field: re.Match[str]) -> Value:
    kind = field["kind"]
    if kind in "sra":
        aligned = (f"<{field['size']}" if "-" in field["flags"] else f">{field['size']}") if field["form"] else ""
        spec = aligned if field["size"] and field["size"][0] != "." else field["size"]
        return Value(value, kind, spec, False, f"%{field['form']}{kind}")
    flags = "".join(flag for flag in "+ #0" if flag in field["flags"])
    aligned = "<" if "-" in field["flags"] else ""
    is_whole = kind in "diu"
    spec = aligned + flags + field["size"] + ("d" if is_whole and field["form"] else "" if is_whole else kind)
    return Value(value, "s", spec, True, f"%{field['form']}{kind}")


def _read_format(
    template: cst.BaseExpression, arguments: Sequence[cst.Arg], pieces: list[_Literal | None], values: list[Value]
) -> bool:
    own: list[_Literal | None] = []
    if any(argument.star for argument in arguments) or not is_text(template) or not _read(template, own, []):
        return False
    positional = [argument.value for argument in arguments if argument.keyword is None]
    named = {argument.keyword.value: argument.value for argument in arguments if argument.keyword is not None}
    used: set[int | str] = set()
    automatic = 0
    for literal in own:
        assert literal is not None
        if not literal.is_faithful("{}"):
            return False
        try:
            fields = list(Formatter().parse(literal.source))
        except ValueError:
            return False
        for text, name, spec, conversion in fields:
            pieces.append(literal._replace(source=text))
            if name is None:
                continue
            if name == "":
                key: int | str = automatic
                automatic += 1
            else:
                key = int(name) if name.isdigit() else name
                if automatic and name.isdigit():
                    return False
            value = _argument(key, positional, named)
            if value is None or "{" in (spec or "") or key in used:
                return False  # `{0}` twice would evaluate the argument twice, or need a name for it
            used.add(key)
            _add(Value(value, conversion or "s", spec or "", not conversion), pieces, values)
    # An argument that no field shows would not be evaluated any more.
    return len(used) == len(arguments) and _keeps_order(
        values[-len(used) :] if used else (), [argument.value for argument in arguments]
    )


def _argument(
    key: int | str, positional: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]
) -> cst.BaseExpression | None:
    if isinstance(key, int):
        return positional[key] if key < len(positional) else None
    return named.get(key)


# Put together again


def percent(expression: cst.BaseExpression, message: Message) -> tuple[cst.BaseExpression, list[cst.BaseExpression]]:
    """The template and the arguments by which `logging` makes the message lazily."""
    arguments = [_shown(value) for value in message.values]
    marks = iter([value.field or f"%{'s' if value.spec else value.conversion}" for value in message.values])
    if not arguments:
        return _rebuilt(expression, message, lambda: "", lambda text: text), []
    return _rebuilt(expression, message, lambda: next(marks), lambda text: text.replace("%", "%%")), arguments


def braces(expression: cst.BaseExpression, message: Message, names: Iterable[str]) -> cst.BaseExpression:
    """The template in which loguru puts values by their names."""
    fields = iter(
        [
            "{" + name + ("" if value.conversion == "s" else f"!{value.conversion}")
            + (f":{value.spec}" if value.spec else "") + "}"
            for name, value in zip(names, message.values, strict=True)
        ]
    )  # fmt: skip
    return _rebuilt(expression, message, lambda: next(fields), lambda text: text.replace("{", "{{").replace("}", "}}"))


def _shown(value: Value) -> cst.BaseExpression:
    """The value itself, or with its format specification applied."""
    bare = as_argument(value.expression)
    if not value.spec or value.field:
        return bare
    given = bare
    if not value.is_formatted:
        given = cst.Call(cst.Name({"s": "str", "r": "repr", "a": "ascii"}[value.conversion]), [cst.Arg(bare)])
    return cst.Call(cst.Name("format"), [cst.Arg(given), cst.Arg(cst.SimpleString(literal(value.spec)))])


def as_argument(expression: cst.BaseExpression) -> cst.BaseExpression:
    """An expression as it is passed to a call: without brackets that it does not need, and with those that it does."""
    if isinstance(expression, (cst.GeneratorExp, cst.NamedExpr, cst.Tuple, cst.Yield)):
        return (
            expression if expression.lpar else expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        )
    return expression.with_changes(lpar=[], rpar=[]) if len(expression.lpar) == 1 else expression


def _rebuilt(
    expression: cst.BaseExpression, message: Message, mark: Callable[[], str], escape: Callable[[str], str]
) -> cst.BaseExpression:
    """The message's literals with a mark for each value: token by token where they stand one after the other."""
    if isinstance(expression, cst.ConcatenatedString):
        left, right = (_rebuilt(at, take_apart(at), mark, escape) for at in (expression.left, expression.right))
        return expression.with_changes(left=left, right=right)
    literals = [piece for piece in message.pieces if piece is not None]
    prefixes = {(piece.prefix, piece.quote) for piece in literals}
    if len(prefixes) == 1 and all(piece.is_faithful("%{}") for piece in literals):
        prefix, quote = prefixes.pop()
        source = "".join(mark() if piece is None else escape(piece.source) for piece in message.pieces)
        if not _ends_badly(source, quote):
            return cst.SimpleString(f"{prefix}{quote}{source}{quote}")
    text = "".join(mark() if piece is None else escape(piece.text) for piece in message.pieces)
    return cst.SimpleString(literal(text))


def _ends_badly(source: str, quote: str) -> bool:
    return quote[0] in source if len(quote) == 1 and source.count(quote) != source.count("\\" + quote) else False


def literal(text: str) -> str:
    """A string literal in double quotes, where its text has none."""
    shown = repr(text)
    if shown[0] == "'" and '"' not in text:
        return '"' + shown[1:-1] + '"'
    return shown


# Events and fields

_NO_NAME = "value"


def field_names(values: Sequence[Value], taken: Iterable[str] = ()) -> list[str]:
    """A name for each value, after its expression: ``order_id`` for ``order.id``; each once, none of those taken."""
    names: list[str] = []
    used = {*taken, *kwlist}
    for value in values:
        candidate = free_name(_named_after(value.expression), used)
        used.add(candidate)
        names.append(candidate)
    return names


def free_name(name: str, used: Collection[str]) -> str:
    """The name, or one like it that is not used."""
    candidate = name
    number = 2
    while candidate in used:
        candidate = f"{name}_{number}"
        number += 1
    return candidate


def _named_after(expression: cst.BaseExpression) -> str:
    match expression:
        case cst.Name(value="self" | "cls"):
            return "instance"
        case cst.Name(value=name):
            return name.lstrip("_") or _NO_NAME
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            before = "" if isinstance(owner, cst.Name) and owner.value in ("self", "cls") else _named_after(owner)
            short = name in ("id", "name", "pk", "key", "type", "status", "code", "value", "path", "url", "count")
            return f"{before}_{name}".lstrip("_") if short and before and before != _NO_NAME else name.lstrip("_")
        case cst.Call(func=cst.Name("len"), args=[cst.Arg(value=value)]):
            return f"{_named_after(value)}_count"
        case cst.Call(func=cst.Name(value=name), args=[cst.Arg(value=value)]) if name in (
            "str",
            "repr",
            "int",
            "sorted",
        ):
            return _named_after(value)
        case cst.Call(func=function):
            return _named_after(function)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]):
            text = str(key.evaluated_value)
            return text if text.isidentifier() else _NO_NAME
        case cst.Await(expression=inner):
            return _named_after(inner)
    return _NO_NAME
