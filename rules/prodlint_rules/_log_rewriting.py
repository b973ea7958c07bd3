"""A log call in, the same with its message or its fields in another form out, as libcst expressions. For fixes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from prodlint_rules._events import is_short
from prodlint_rules._log_fixes import (
    RECORD,
    extra,
    keeps_comments,
    keyword_argument,
    message_arguments,
)
from prodlint_rules._loggers import Form
from prodlint_rules._messages import (
    Message,
    as_argument,
    free_name,
    is_one_field,
    is_still,
    is_text,
    put_in,
    take_apart,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from prodlint_rules._loggers import LogCall

_ONE_SPACE = cst.SimpleWhitespace(" ")


def rewritten(call: cst.Call, written: LogCall, form: Form, place: str) -> cst.Call | None:
    """The call with a message that is built there, and no values behind it, in another form; None if there is none."""
    at = _Place.of(call, written)
    if at is None or at.values:
        return None
    message = at.message.value
    given = _native(message) if form is Form.PERCENT else None
    if given is None:
        taken_apart = take_apart(message)
        if not taken_apart.values or taken_apart.values[0].expression is message:
            return None
        if not is_sayable(form, taken_apart):
            return None
        given = message_arguments(form, (message, taken_apart), place, at.keywords())
    return at.replaced(given)


def structured(call: cst.Call, written: LogCall, form: Form, place: str, moved: Collection[str]) -> cst.Call | None:
    """The call with an event and fields for its message and the values behind it; None if there is none.

    ``moved`` are the keywords that go into `extra`.
    """
    at = _Place.of(call, written)
    if at is None:
        return None
    template, values = at.message.value, [argument.value for argument in at.values]
    if values:
        message = put_in(template, values, by_braces=form is Form.BRACES)
    else:
        message = take_apart(template) if is_text(template) else None
    if message is None or not is_sayable(form if message.values else Form.FIELDS, message):
        return None
    if message.values:
        given = message_arguments(form, (template, message), place, at.keywords())
    elif len(message.text.split()) > 1:
        given = message_arguments(Form.FIELDS, (template, message), place, ())
    else:
        given = [cst.Arg(template)]
    new = at.replaced(given)
    return with_extra(new, moved) if new is not None and moved else new


def with_extra(call: cst.Call, moved: Collection[str]) -> cst.Call | None:
    """The call with the arguments under these keywords in its `extra`; None where that is not a literal dictionary."""
    names: list[str] = []
    values: list[cst.BaseExpression] = []
    own: Sequence[cst.BaseDictElement] = ()
    kept: list[cst.Arg] = []
    first = len(call.args)
    for argument in call.args:
        name = argument.keyword.value if argument.keyword is not None else ""
        if name == "extra":
            if not isinstance(argument.value, cst.Dict):
                return None
            own = argument.value.elements
            first = min(first, len(kept))
        elif name in moved:
            names.append(free_name(name if name not in RECORD else f"{name}_value", {*names, *RECORD}))
            values.append(argument.value)
            first = min(first, len(kept))
        else:
            kept.append(argument)
    if {repr(name) for name in names} & _keys(own):
        return None
    added = extra(names, values)
    elements = [element.with_changes(comma=cst.MaybeSentinel.DEFAULT) for element in own]
    whole = cst.ensure_type(added.value, cst.Dict)
    added = added.with_changes(value=whole.with_changes(elements=[*elements, *whole.elements]))
    new = call.with_changes(args=_laid_out([*kept[:first], added, *kept[first:]], call))
    return new if keeps_comments(call, new) else None


def _keys(elements: Sequence[cst.BaseDictElement]) -> set[str]:
    return {
        repr(element.key.evaluated_value)
        for element in elements
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString)
    }


def is_sayable(form: Form, message: Message) -> bool:
    """Whether a message loses no words: those of an event are limited."""
    return form in (Form.PERCENT, Form.BRACES) or is_short(message.text)


def _native(message: cst.BaseExpression) -> list[cst.Arg] | None:
    """What `logging` needs to do a `%` of its own: the template and the values as they are."""
    if not isinstance(message, cst.BinaryOperation) or not isinstance(message.operator, cst.Modulo):
        return None
    template, given = as_argument(message.left), message.right
    if isinstance(template, (cst.FormattedString, cst.BinaryOperation)):
        return None
    match given:
        case cst.Tuple(elements=elements):
            if not elements or any(isinstance(element, cst.StarredElement) for element in elements):
                return None
            return [cst.Arg(template), *(cst.Arg(as_argument(element.value)) for element in elements)]
        case cst.Dict(elements=elements) if elements:
            return [cst.Arg(template), cst.Arg(given)]
        case cst.Call(func=cst.Name("locals" | "vars" | "globals"), args=[]):
            return [cst.Arg(template), cst.Arg(given)]
    return [cst.Arg(template), cst.Arg(as_argument(given))] if is_one_field(template) else None


class _Place:
    """The message among the arguments of a log call."""

    def __init__(self, call: cst.Call, at: int, level: int | None) -> None:
        self._call = call
        self._at = at
        self._level = level
        self.message = call.args[at]
        positional = [argument for argument in call.args if argument.keyword is None and not argument.star]
        # What stands before the message is the level.
        start = positional.index(self.message) + 1 if self.message.keyword is None else level is not None
        self.values = positional[start:]

    @classmethod
    def of(cls, call: cst.Call, written: LogCall) -> _Place | None:
        """The place of the message; None where it cannot be put elsewhere."""
        if any(argument.star == "*" for argument in call.args):
            return None
        keywords = [argument.keyword.value if argument.keyword is not None else "" for argument in call.args]
        if isinstance(written.place, int):
            positional = [
                index for index, argument in enumerate(call.args) if not keywords[index] and not argument.star
            ]
            at = positional[written.place] if len(positional) > written.place else None
            before = call.args[:at] if at is not None else ()
            if at is None or any(argument.keyword is not None and not is_still(argument.value) for argument in before):
                return None
            level = next((index for index, name in enumerate(keywords) if name in ("level", "lvl")), None)
            return None if level is not None and written.method == "log" else cls(call, at, None)
        if written.place not in ("msg", "event") or written.place not in keywords:
            return None
        at = keywords.index(written.place)
        level = None
        if written.method == "log":
            level = next((index for index, name in enumerate(keywords) if name in ("", "level", "lvl")), None)
            if level is None:
                return None
        others = [argument for index, argument in enumerate(call.args[:at]) if index != level]
        is_moved_back = level is not None and level > at and not is_still(call.args[level].value)
        if is_moved_back or any(not is_still(argument.value) for argument in others):
            return None
        return cls(call, at, level)

    def keywords(self) -> set[str]:
        """The keywords of the call; `**` may bring any."""
        return {argument.keyword.value for argument in self._call.args if argument.keyword is not None}

    def replaced(self, given: list[cst.Arg]) -> cst.Call | None:
        """The call with these arguments for the message and the values behind it; None where a comment would go."""
        call = self._call
        has_fields = any(argument.keyword is not None for argument in given)
        if has_fields and any(argument.star for argument in call.args):
            return None
        kept = [argument for argument in call.args if argument is not self.message and argument not in self.values]
        if any(argument.keyword is not None and argument.keyword.value == "extra" for argument in kept) and any(
            argument.keyword is not None and argument.keyword.value == "extra" for argument in given
        ):
            merged = _merged(given, kept)
            if merged is None:
                return None
            given, kept = merged
        front: list[cst.Arg] = []
        if self._level is not None:
            level = call.args[self._level]
            front = [cst.Arg(level.value)]
            kept.remove(level)
        elif self.message.keyword is None:
            front = [argument for argument in kept if argument.keyword is None and not argument.star]
            kept = kept[len(front) :]
        last = [self.message, *self.values][-1]
        closing = given[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
        new = call.with_changes(args=_laid_out([*front, *given[:-1], closing, *kept], call))
        return new if keeps_comments(call, new) else None


def _laid_out(arguments: list[cst.Arg], call: cst.Call) -> list[cst.Arg]:
    """The arguments with commas between them and the call's end behind, over several lines where they were so."""
    around = call.whitespace_before_args
    between = cst.Comma(whitespace_after=_ONE_SPACE)
    if isinstance(around, cst.ParenthesizedWhitespace):
        between = cst.Comma(whitespace_after=around.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[]))
    end = call.args[-1]
    found = []
    for argument in arguments[:-1]:
        is_open = isinstance(argument.comma, cst.MaybeSentinel) or argument.comma is end.comma
        new = argument.with_changes(comma=between, whitespace_after_arg=cst.SimpleWhitespace(""))
        found.append(new if is_open else argument)
    return [*found, arguments[-1].with_changes(comma=end.comma, whitespace_after_arg=end.whitespace_after_arg)]


def _merged(given: list[cst.Arg], kept: list[cst.Arg]) -> tuple[list[cst.Arg], list[cst.Arg]] | None:
    """The fields of a message together with those that a call has in `extra` already; None where that is no literal."""
    own = next(argument for argument in kept if argument.keyword is not None and argument.keyword.value == "extra")
    if not isinstance(own.value, cst.Dict):
        return None
    new = cst.ensure_type(given[-1].value, cst.Dict)
    if _keys(own.value.elements) & _keys(new.elements):
        return None
    old = [element.with_changes(comma=cst.MaybeSentinel.DEFAULT) for element in own.value.elements]
    whole = keyword_argument("extra", new.with_changes(elements=[*new.elements, *old]))
    return [*given[:-1], whole], [argument for argument in kept if argument is not own]
