"""Log calls as libcst expressions: a message taken apart in, a call in the logger's own style out. For fixes only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from prodlint_rules._loggers import Kind
from prodlint_rules._messages import Message, Value, braces, event, field_names, literal, percent, plain, take_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint_rules._module_logger import ModuleLogger

_TEMPLATE = cst.SimpleString('""')
# What `logging` and structlog take themselves, and what a record has already.
_TAKEN = frozenset(
    "event level msg message args name exc_info stack_info stacklevel extra logger timestamp filename module lineno "
    "funcName created msecs thread threadName process processName pathname levelname levelno taskName asctime".split()
)
_WORDS = re.compile(r"[A-Za-z0-9]+")
_MOST_WORDS = 8


def printed_message(call: cst.Call, names: frozenset[str]) -> tuple[cst.BaseExpression, Message] | None:
    """What a call of `print`, `pprint` or `write` writes, as written and taken apart; None if it cannot be told."""
    values = [argument.value for argument in call.args if argument.keyword is None and not argument.star]
    keywords = {argument.keyword.value: argument.value for argument in call.args if argument.keyword is not None}
    if not values or len(values) + len(keywords) < len(call.args):
        return None
    if any(name.endswith((".write", ".writelines")) for name in names):
        return _written(values[0]) if len(values) == 1 and not keywords else None
    if any(name.startswith("pprint.") for name in names):
        return (_TEMPLATE, Message((None,), (Value(values[0], "r"),))) if not keywords.keys() - {"stream"} else None
    separator = _constant(keywords.get("sep"), " ")
    if separator is None or _constant(keywords.get("end"), "\n") != "\n":
        return None
    return _joined(values, separator)


def _constant(given: cst.BaseExpression | None, default: str) -> str | None:
    if given is None or (isinstance(given, cst.Name) and given.value == "None"):
        return default
    value = given.evaluated_value if isinstance(given, (cst.SimpleString, cst.ConcatenatedString)) else None
    return value if isinstance(value, str) else None


def _written(value: cst.BaseExpression) -> tuple[cst.BaseExpression, Message] | None:
    message = take_apart(value)
    if message is None:
        return None
    if message.pieces[-1] is None:
        return value, message
    if message.text.endswith("\n"):
        last = message.pieces[-1]
        kept = last._replace(source=last.source.removesuffix("\\n").removesuffix("\n"))
        return _TEMPLATE, message._replace(pieces=(*message.pieces[:-1], kept))
    return value, message


def _joined(values: Sequence[cst.BaseExpression], separator: str) -> tuple[cst.BaseExpression, Message] | None:
    if len(values) == 1:
        message = take_apart(values[0])
        return None if message is None else (values[0], message)
    parts = [take_apart(value) for value in values]
    whole = plain("")
    for number, part in enumerate(parts):
        if part is None:
            return None
        between = plain(separator).pieces if number else ()
        whole = Message((*whole.pieces, *between, *part.pieces), (*whole.values, *part.values))
    return _TEMPLATE, whole


def log_call(
    logger: ModuleLogger, level: str, written: tuple[cst.BaseExpression, Message], place: str
) -> cst.BaseExpression:
    """The call that logs a message, given with the expression it was taken from.

    ``place`` names an event of which the message has no words.
    """
    expression, message = written
    function = cst.Attribute(cst.Name(logger.name), cst.Name(level))
    if logger.kind in (Kind.STANDARD, Kind.NAMED):
        template, arguments = percent(expression, message)
        return cst.Call(function, [cst.Arg(template), *map(cst.Arg, arguments)])
    names = field_names(message.values, _TAKEN)
    fields = [
        cst.Arg(value.expression, cst.Name(name), cst.AssignEqual(_NO_SPACE, _NO_SPACE))
        for name, value in zip(names, message.values, strict=True)
    ]
    if logger.kind is Kind.LOGURU:
        template = braces(expression, message, names) if fields else percent(expression, message)[0]
        return cst.Call(function, [cst.Arg(template), *fields])
    return cst.Call(function, [cst.Arg(cst.SimpleString(literal(event_name(message, place)))), *fields])


_NO_SPACE = cst.SimpleWhitespace("")


def event_name(message: Message, place: str) -> str:
    """The name of an event: the words of its message, or where it happens."""
    words = [word.lower() for word in _WORDS.findall(event(message))]
    return "_".join(words[:_MOST_WORDS]) or place
