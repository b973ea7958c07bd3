"""Log messages that are built out of values at the call.

## What it does
Reports a call of a logger whose message is an f-string with a placeholder, `… % …`, `….format(…)`, a text added to
something that is not constant, or `"…".join(…)`; also as one branch of a conditional expression, and under `msg=` or
`event=`.

A logger is known by what it is bound to: `logging` and what it makes, adapters, `structlog`, `loguru`, under any name,
as an attribute, as an annotated parameter, through functions of the same module, and its methods under other names
(`warn = logger.warning`). What is imported from another module, a parameter without annotation and an attribute that
comes from elsewhere are loggers when their name ends in `log`, `logger` or `logging`.

## Why
Messages that differ by their values cannot be counted, grouped or alerted on; the values cannot be searched by name;
and the text is made even where nobody logs it.

## What to write instead
An event with fields: `logger.info("order_completed", order_id=order.id)` with `structlog` and `loguru`,
`logger.info("order_completed", extra={"order_id": order.id})` with the standard library, or at least
`logger.info("order %s completed", order.id)`, which keeps the message apart from its values. In that form
`record.msg` is the template and `record.args` holds the values.

## Fix
Where the logger takes arguments: `%s` in the message for each value, and the values behind it. Safe where it is proved
that all values are texts, numbers, dates or paths of Python's own types, or shown by `!r`, `:>8` and the like, and the
logger is one of the standard library; else unsafe: a value whose class formats it in its own way, such as some
enumerations, is shown by `str` then, and one that changes before a queue writes it shows the change. `record.msg` and
`record.args` change in any case, which filters may look at. A format specification stays, as in
`format(total, ".2f")`.

Unsafe, where the logger takes fields or the option `style` says `extra`: an event, named after the words of the
message, and fields, named after the values; for `loguru` the message stays, with the names of the fields in it.

There is none for a choice of messages, for `join`, for a text that is reshaped afterwards, where other values follow
the message, and where an event would need more than eight words.

## Not reported
A text that is the same in every run (`"a" + "b"`, `f"{VERSION}"` with a constant in capitals); a choice of constant
texts (`"on" if up else "off"`); a message that was built in a variable before the call; arguments that are formatted
lazily, however they are made; methods of the same names on what is no logger (`messages.info`, `parser.error`,
`warnings.warn`).

## Options
`loggers`: further loggers, by the dotted names of what modules import (`acme.audit.trail`, `acme.audit.get_trail`) or
by the single word that they are called (`journal`).

`style`: how the project logs, which is what the message recommends: `structlog` (fields under keywords), `extra`,
`percent`, or `auto` (by the logger).

## Limits
A class of the same module is a logger if it derives from one, not by its name. `getattr(logger, level)(…)` is not
looked at.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION_AND_SCRIPT, Calls, Fixed, Rule
from prodlint_rules._log_styles import METHODS, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.facts.interpolation import Interpolation
    from prodlint.model import Violation
    from prodlint_rules._loggers import Form, LogCall


class Options(NamedTuple):
    """What a project can ask of the rule."""

    loggers: tuple[str, ...] = ()
    """Further loggers: dotted names of what modules import, or the single words that they are called."""

    style: Style = Style.AUTO
    """How the project logs, which decides what the message recommends."""


rule = Rule(
    name="interpolated-log",
    code="PRD202",
    family="observability",
    since="0.1",
    summary="a log message is built out of values at the call",
    policy=(
        "production-standards/logging/structured",
        "priority-0/code/logging",
    ),
    visits=Calls(METHODS),
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    fixes=(Safety.SAFE, Safety.UNSAFE),
    options=Options,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the message."""
    from prodlint_rules._loggers import first_arguments, log_call  # what tells loggers: not every run meets one

    call = site.facts.call
    # Most messages are plain texts: that is told first, since it resolves no name.
    if not any(argument.interpolation for argument in first_arguments(call)):
        return
    written = log_call(call, site.options.loggers)
    if written is None or written.message is None:
        return
    built = written.message.interpolation
    if built is not None:
        yield site.violation(
            f"the message is built with {built.form}, so that every value makes another one: {_advice(written, site)}",
            span=written.message.span,
            fixable=_safety(written, built, site),
        )


_FIXED_FORMS = frozenset({"an f-string", "`%`", "`.format()`", "`+`"})
_PLAIN_LOGGER = (
    r"logging\.(?:(?:getLogger\(\)|Logger\(\)|root|RootLogger\(\))(?:\.getChild\(\)|\.root|\.parent)*\.)?\w+"
)


def _safety(written: LogCall, built: Interpolation, site: Site) -> Safety | None:
    """How far the fix can be trusted, None where there is none."""
    from prodlint_rules._events import is_short  # only a violation asks for it
    from prodlint_rules._loggers import Form, Kind

    message, call = written.message, site.facts.call
    if message is None or written.values or built.form not in _FIXED_FORMS or not built.is_literal:
        return None
    # What is built in a branch, or reshaped afterwards, is not the whole message.
    if built.span != message.span or written.place not in (0, 1, "msg", "event"):
        return None
    match _form(written, site):
        case None:
            return None
        case Form.PERCENT:
            if Kind.STANDARD not in written.kinds and (written.method == "msg" or _is_message_first(written)):
                return None  # no logger of this kind is known to take arguments there
            is_plain = written.kinds == {Kind.STANDARD} and written.raises_on_fields
            is_safe = (
                is_plain
                and all(re.fullmatch(_PLAIN_LOGGER, name) for name in call.names - {"None"})
                and message.is_exact
            )
            return Safety.SAFE if is_safe else Safety.UNSAFE
        case Form.EXTRA | Form.FIELDS if not is_short(message.outline):
            return None
    return Safety.UNSAFE


def _form(written: LogCall, site: Site) -> Form | None:
    from prodlint_rules._loggers import form_of

    return form_of(written, site.facts.call.names, site.options.style, site.facts.imports)


def _is_message_first(written: LogCall) -> bool:
    return written.method == "log" and written.place == 0


def _advice(written: LogCall, site: Site) -> str:
    from prodlint_rules._loggers import Kind

    match site.options.style:
        case Style.STRUCTLOG:
            return "pass fields"
        case Style.EXTRA:
            return "pass `extra`"
        case Style.PERCENT:
            return "pass arguments"
    return "pass fields" if written.kinds.isdisjoint({Kind.STANDARD, Kind.NAMED}) else "pass arguments"


@rule.fix
def fix(call: cst.Call, site: Site, violation: Violation) -> Fixed | None:
    """Take the values out of the message."""
    from prodlint_rules._log_rewriting import rewritten
    from prodlint_rules._loggers import Form, builtins_are_own, log_call

    facts = site.facts
    written = log_call(facts.call, site.options.loggers)
    form = None if written is None else _form(written, site)
    if written is None or form is None or "lazy" in facts.call.function.text:
        return None
    new = rewritten(call, written, form, facts.scope_name)
    if new is None or not builtins_are_own(facts):
        return None
    return Fixed("Pass arguments" if form is Form.PERCENT else "Pass fields", new)
