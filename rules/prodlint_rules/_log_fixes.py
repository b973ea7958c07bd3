"""Log calls as libcst expressions: a message taken apart in, a call in the logger's own style out. For fixes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from prodlint_rules._events import MOST_WORDS, event_words
from prodlint_rules._loggers import Form
from prodlint_rules._messages import (
    Message,
    Value,
    as_argument,
    braces,
    field_names,
    is_still,
    literal,
    percent,
    plain,
    take_apart,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_TEMPLATE = cst.SimpleString('""')
RECORD = frozenset(
    "msg message args name exc_info exc_text stack_info stacklevel filename module lineno funcName created msecs "
    "asctime relativeCreated thread threadName process processName pathname levelname levelno taskName".split()
)
"""What a record of the standard library has already: a field of `extra` that is called so raises KeyError."""

_TAKEN = RECORD | {"self", "event", "level", "extra", "logger", "timestamp"}


def printed_message(call: cst.Call, names: frozenset[str]) -> tuple[cst.BaseExpression, Message] | None:
    """What a call of `print`, `pprint` or `write` writes, as written and taken apart; None if it cannot be told."""
    values = [argument.value for argument in call.args if argument.keyword is None and not argument.star]
    keywords = {argument.keyword.value: argument.value for argument in call.args if argument.keyword is not None}
    if not values or len(values) + len(keywords) < len(call.args):
        return None
    if any(name.endswith(".writelines") for name in names):
        return None
    if any(name.endswith(".write") for name in names):
        return _written(values[0]) if len(values) == 1 and not keywords else None
    dropped = [value for name, value in keywords.items() if name not in ("sep", "end")]
    if any(name.startswith("pprint.") for name in names):
        is_plain = len(values) <= 2 and not keywords.keys() - {"stream"} and all(map(is_still, [*values[1:], *dropped]))
        return (_TEMPLATE, Message((None,), (Value(values[0], "r"),))) if is_plain else None
    separator = _constant(keywords.get("sep"), " ")
    end = _constant(keywords.get("end"), "\n")
    # An end that joins what is printed next makes one line out of several calls.
    if separator is None or not end or end.strip("\n") or not all(map(is_still, dropped)):
        return None
    return _joined(values, separator)


def _constant(given: cst.BaseExpression | None, default: str) -> str | None:
    if given is None or (isinstance(given, cst.Name) and given.value == "None"):
        return default
    value = given.evaluated_value if isinstance(given, (cst.SimpleString, cst.ConcatenatedString)) else None
    return value if isinstance(value, str) else None


def _written(value: cst.BaseExpression) -> tuple[cst.BaseExpression, Message] | None:
    message = take_apart(value)
    last = message.pieces[-1]
    if message.text == "\0":
        return value, message
    if last is None or not message.text.endswith("\n"):
        return None  # the line goes on with the next call
    kept = last._replace(source=last.source.removesuffix("\\n").removesuffix("\n"))
    if kept == last or kept.source.endswith("\\"):
        return None
    return _TEMPLATE, message._replace(pieces=(*message.pieces[:-1], kept))


def _joined(values: Sequence[cst.BaseExpression], separator: str) -> tuple[cst.BaseExpression, Message]:
    if len(values) == 1:
        return values[0], take_apart(values[0])
    whole = plain("")
    for number, part in enumerate(map(take_apart, values)):
        between = plain(separator).pieces if number else ()
        whole = Message((*whole.pieces, *between, *part.pieces), (*whole.values, *part.values))
    return _TEMPLATE, whole


def new_call(
    function: cst.BaseExpression, form: Form, written: tuple[cst.BaseExpression, Message], place: str
) -> cst.Call:
    """A call that logs a message, given with the expression it was taken from.

    ``place`` names an event of which the message has no words.
    """
    return cst.Call(function, message_arguments(form, written, place, ()))


def message_arguments(
    form: Form, written: tuple[cst.BaseExpression, Message], place: str, taken: Collection[str]
) -> list[cst.Arg]:
    """The arguments that say a message in a form; fields get none of the names that are taken."""
    expression, message = written
    if form is Form.PERCENT:
        template, values = percent(expression, message)
        return [cst.Arg(template), *map(cst.Arg, values)]
    names = field_names(message.values, {*_TAKEN, *taken})
    if form is Form.BRACES and names:
        return [cst.Arg(braces(expression, message, names)), *fields(names, message)]
    if form is Form.BRACES:
        return [cst.Arg(percent(expression, message)[0])]
    named = cst.Arg(cst.SimpleString(literal(event_name(message, place))))
    if form is Form.EXTRA:
        return [named, extra(names, [value.expression for value in message.values])] if names else [named]
    return [named, *fields(names, message)]


def fields(names: Sequence[str], message: Message) -> list[cst.Arg]:
    """The values of a message under keywords."""
    return [
        keyword_argument(name, as_argument(value.expression)) for name, value in zip(names, message.values, strict=True)
    ]


def keyword_argument(name: str, value: cst.BaseExpression) -> cst.Arg:
    """An argument under a keyword, without blanks around the equals sign."""
    return cst.Arg(value, cst.Name(name), cst.AssignEqual(_NO_SPACE, _NO_SPACE))


def extra(names: Sequence[str], values: Sequence[cst.BaseExpression]) -> cst.Arg:
    """Fields for a logger of the standard library."""
    elements = [
        cst.DictElement(cst.SimpleString(literal(name)), as_argument(value))
        for name, value in zip(names, values, strict=True)
    ]
    return keyword_argument("extra", cst.Dict(elements))


_NO_SPACE = cst.SimpleWhitespace("")


def event_name(message: Message, place: str) -> str:
    """The name of an event: the words of its message, or where it happens."""
    return "_".join(event_words(message.text)[:MOST_WORDS]) or place


def keeps_comments(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether all comments within an expression are in what takes its place."""
    return "#" not in _NO_MODULE.code_for_node(old) or sorted(_comments(old)) == sorted(_comments(new))


_NO_MODULE = cst.Module([])


def _comments(node: cst.CSTNode) -> Iterator[str]:
    # Not with libcst's matchers: they take as long to import as the rest of libcst.
    pending = [node]
    while pending:
        at = pending.pop()
        if isinstance(at, cst.Comment):
            yield at.value
        pending += at.children
