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
    from collections.abc import Callable, Iterable, Sequence


class Value(NamedTuple):
    """A value in a message: its expression, and how it becomes text: by ``s``, ``r`` or ``a``.

    ``spec`` is a format specification, applied before. ``is_formatted`` holds for one that `format` made a text of,
    which is not always what `str` makes of it.
    """

    expression: cst.BaseExpression
    conversion: str
    spec: str = ""
    is_formatted: bool = False


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

        return str(literal_eval(f"{self.quote}{self.source}{self.quote}"))


def plain(text: str) -> Message:
    """The message that is a constant text."""
    return Message((_Literal(repr(text)[1:-1].replace("\\'", "'").replace('"', '\\"'), "", '"'),) if text else (), ())


def take_apart(expression: cst.BaseExpression) -> Message | None:
    """The literals and values of a message; None for one whose parts cannot be told."""
    pieces: list[_Literal | None] = []
    values: list[Value] = []
    return Message(tuple(pieces), tuple(values)) if _read(expression, pieces, values) else None


def _read(expression: cst.BaseExpression, pieces: list[_Literal | None], values: list[Value]) -> bool:
    match expression:
        case cst.SimpleString() if "b" not in expression.prefix.lower():
            pieces.append(_Literal(expression.raw_value, expression.prefix, expression.quote))
            return True
        case cst.FormattedString():
            return _read_formatted(expression, pieces, values)
        case cst.ConcatenatedString(left=left, right=right):
            return _read(left, pieces, values) and _read(right, pieces, values)
        case cst.BinaryOperation(operator=cst.Add(), left=left, right=right):
            return _read(left, pieces, values) and _read(right, pieces, values)
        case cst.BinaryOperation(operator=cst.Modulo(), left=left, right=right):
            return _read_percent(left, right, pieces, values)
        case cst.Call(func=cst.Attribute(value=template, attr=cst.Name("format")), args=arguments):
            return _read_format(template, arguments, pieces, values)
        case cst.Call(func=cst.Name("str"), args=[cst.Arg(keyword=None, star="", value=value)]):
            return _add(Value(value, "s"), pieces, values)
        case cst.Call(func=cst.Name("repr"), args=[cst.Arg(keyword=None, star="", value=value)]):
            return _add(Value(value, "r"), pieces, values)
    # Whatever else is added to a text is one, or it would have raised.
    return _add(Value(expression, "s"), pieces, values)


def _add(value: Value, pieces: list[_Literal | None], values: list[Value]) -> bool:
    pieces.append(None)
    values.append(value)
    return True


def _read_formatted(string: cst.FormattedString, pieces: list[_Literal | None], values: list[Value]) -> bool:
    prefix = string.prefix.lower().replace("f", "")
    for part in string.parts:
        if isinstance(part, cst.FormattedStringText):
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
    r"%(?P<key>\([^)]*\))?(?P<form>[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?)[hlL]?(?P<kind>[diouxXeEfFgGcrsa%])"
)


def _read_percent(
    template: cst.BaseExpression, given: cst.BaseExpression, pieces: list[_Literal | None], values: list[Value]
) -> bool:
    """A template with ``%``: its fields without width and precision, given by a tuple, or by one value that is none."""
    if not isinstance(given, cst.Tuple):
        return False
    if any(isinstance(element, cst.StarredElement) for element in given.elements):
        return False
    own: list[_Literal | None] = []
    if not _read(template, own, []) or None in own:
        return False
    arguments = [element.value for element in given.elements]
    for literal in own:
        assert literal is not None
        at = 0
        for field in _PERCENT.finditer(literal.source):
            pieces.append(literal._replace(source=literal.source[at : field.start()]))
            at = field.end()
            if field["kind"] == "%":
                pieces.append(literal._replace(source="%"))
                continue
            if field["key"] or field["form"] or field["kind"] not in "sra" or not arguments:
                return False
            _add(Value(arguments.pop(0), field["kind"]), pieces, values)
        pieces.append(literal._replace(source=literal.source[at:]))
    return not arguments


def _read_format(
    template: cst.BaseExpression, arguments: Sequence[cst.Arg], pieces: list[_Literal | None], values: list[Value]
) -> bool:
    own: list[_Literal | None] = []
    if any(argument.star for argument in arguments) or not _read(template, own, []) or None in own:
        return False
    positional = [argument.value for argument in arguments if argument.keyword is None]
    named = {argument.keyword.value: argument.value for argument in arguments if argument.keyword is not None}
    used: set[int | str] = set()
    automatic = 0
    for literal in own:
        assert literal is not None
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
            value = _argument(key, positional, named)
            if value is None or "{" in (spec or "") or key in used:
                return False  # `{0}` twice would evaluate the argument twice, or need a name for it
            used.add(key)
            _add(Value(value, conversion or "s", spec or "", not conversion), pieces, values)
    # An argument that no field shows would not be evaluated any more.
    return len(used) == len(arguments)


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
    marks = iter([f"%{'s' if value.spec else value.conversion}" for value in message.values])
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
    bare = value.expression.with_changes(lpar=[], rpar=[]) if _is_wrapped(value.expression) else value.expression
    if not value.spec:
        return bare
    given = bare
    if not value.is_formatted:
        given = cst.Call(cst.Name({"s": "str", "r": "repr", "a": "ascii"}[value.conversion]), [cst.Arg(bare)])
    return cst.Call(cst.Name("format"), [cst.Arg(given), cst.Arg(cst.SimpleString(literal(value.spec)))])


def _is_wrapped(expression: cst.BaseExpression) -> bool:
    return len(expression.lpar) == 1 and not isinstance(
        expression, (cst.GeneratorExp, cst.NamedExpr, cst.Tuple, cst.Yield, cst.Await)
    )


def _rebuilt(
    expression: cst.BaseExpression, message: Message, mark: Callable[[], str], escape: Callable[[str], str]
) -> cst.BaseExpression:
    """The message's literals with a mark for each value: token by token where they stand one after the other."""
    if isinstance(expression, cst.ConcatenatedString):
        parts = [take_apart(part) for part in (expression.left, expression.right)]
        left, right = (
            _rebuilt(at, part, mark, escape)
            for at, part in zip((expression.left, expression.right), parts, strict=True)
            if part is not None
        )
        return expression.with_changes(left=left, right=right)
    literals = [piece for piece in message.pieces if piece is not None]
    prefixes = {(piece.prefix, piece.quote) for piece in literals}
    if len(prefixes) == 1:
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
        name = candidate = _named_after(value.expression)
        number = 2
        while candidate in used:
            candidate = f"{name}_{number}"
            number += 1
        used.add(candidate)
        names.append(candidate)
    return names


def _named_after(expression: cst.BaseExpression) -> str:
    match expression:
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


_LOOSE = re.compile(r"[\s:=,;()\[\]<>'\"`.!-]+$|^[\s:=,;()\[\]<>'\"`-]+")
_LABEL = re.compile(r"[\s:=,(\[<'\"`-]*\0[\s)\]>'\"`]*")


def event(message: Message) -> str:
    """The constant words of a message, without what its values leave behind; empty if there are none."""
    words = _LABEL.sub(" ", message.text)
    return _LOOSE.sub("", " ".join(words.split()))
