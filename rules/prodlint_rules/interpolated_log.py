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

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Severity
from prodlint.rule import PRODUCTION_AND_SCRIPT, Calls, Rule
from prodlint_rules._loggers import METHODS, Kind, Style, first_arguments, log_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.check import Site
    from prodlint.model import Violation
    from prodlint_rules._loggers import LogCall


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
    options=Options,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the message."""
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
        )


def _advice(written: LogCall, site: Site) -> str:
    match site.options.style:
        case Style.STRUCTLOG:
            return "pass fields"
        case Style.EXTRA:
            return "pass `extra`"
        case Style.PERCENT:
            return "pass arguments"
    return "pass arguments" if Kind.STANDARD in written.kinds else "pass fields"
