"""Log calls that say in prose what belongs into fields.

## What it does
Where the project's loggers take fields, reports a call that passes values to be formatted into the message
(`logger.info("user %s paid %s", user, amount)`), and one whose message is prose without a field
(`logger.info("payment was received")`). An event name is one word: `payment_received`, `payment.received`.

Everywhere, reports a call that passes fields under keywords to a logger of the standard library
(`logger.info("paid", user_id=1)`): it raises TypeError.

Which calls are of loggers is told as interpolated-log does.

## Why
A log is read by programs. They find an event by its name and its values by theirs; what was formatted into a sentence
they can only guess back.

## What to write instead
`logger.info("payment_received", user_id=user.id, amount=amount)`, or with the standard library
`logger.info("payment_received", extra={"user_id": user.id, "amount": amount})`.

## Not reported
A message that interpolated-log reports. Prose where a field comes along: under a keyword, in `extra`, bound to the
logger before (`log.bind(user=user)`), bound by a `with` around the call, or an exception (`logger.exception`,
`exc_info`). A message that is not constant: what it says is decided elsewhere.

## Fix
Unsafe. Values become fields that are named after them, and the words of the message the name of the event:
`logger.info("user_paid", user=user, amount=amount)`; with `loguru` the message stays, with the names of the fields in
it. Fields under keywords that a logger of the standard library refuses go into `extra`; one that a record has already,
such as `name`, is called `name_value` there.

There is none for a message that is not a literal, for unpacked arguments, where an event would need more than eight
words, and where `extra` is there and no literal dictionary.

## Options
`style` is how the project logs:

- `structlog`: every logger takes fields under keywords. Values to be formatted and prose without fields are reported,
  on loggers of the standard library too.
- `extra`: fields come in `extra={…}`. The same is reported, and fields under keywords on a logger that is not known to
  take them.
- `percent`: messages with lazily formatted arguments are what the project wants. Only what raises is reported.
- `auto`: each logger by what it is. `structlog`, `loguru` and others that take fields are held to `structlog`; so is a
  logger from another module in a file that imports one of these libraries. Of the standard library's only what raises
  is reported, and of a logger that is known by its name only nothing.

`loggers`: further loggers, as in interpolated-log.

`keywords`: names that the project's own class of standard loggers takes as keyword arguments.

## Limits
Fields that are bound for a whole request or thread elsewhere are not seen. A logger class that is installed with
`logging.setLoggerClass` is not seen either: name what it takes in `keywords` (what begins like a keyword of the
standard library, `exc_info_on_level` say, is taken for one of these).
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION_AND_SCRIPT, Calls, Fixed, Rule
from prodlint_rules._log_styles import LIBRARIES, METHODS, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.facts import CallFacts
    from prodlint.model import Violation
    from prodlint_rules._loggers import LogCall


class Options(NamedTuple):
    """What a project can ask of the rule."""

    style: Style = Style.AUTO
    """How the project logs: fields under keywords, fields in `extra`, lazily formatted arguments, or by the logger."""

    loggers: tuple[str, ...] = ()
    """Further loggers: dotted names of what modules import, or the single words that they are called."""

    keywords: tuple[str, ...] = ()
    """Keyword arguments that the project's own class of standard loggers takes."""


rule = Rule(
    name="unstructured-log",
    code="PRD203",
    family="observability",
    since="0.1",
    summary="a log call says in prose what belongs into fields",
    policy=(
        "production-standards/logging/structured",
        "priority-0/observability/json-logs",
    ),
    visits=Calls(METHODS),
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.WARNING,
    fixes=(Safety.UNSAFE,),
    options=Options,
)

_STANDARD_KEYWORDS = frozenset({"exc_info", "stack_info", "stacklevel", "extra", "args"})
_CONTEXT_MANAGERS = ("bound_contextvars()", "contextualize()", "tmp_bind()")


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call at its message, fields that raise at the call."""
    call = site.facts.call
    style = site.options.style
    has_fields = any(name not in _STANDARD_KEYWORDS for name, _ in call.keywords)
    # In most files nothing but fields can be at fault: then no name of a call without one is resolved.
    if not has_fields and (style is Style.PERCENT or (style is Style.AUTO and not _may_take_fields(site))):
        return
    from prodlint_rules._loggers import Kind, log_call  # what tells loggers: not every run meets one

    written = log_call(call, site.options.loggers)
    if written is None:
        return
    fields = [name for name in written.keywords if name not in _STANDARD_KEYWORDS]
    refused = _refused(written, site)
    if refused and written.raises_on_fields:
        yield site.violation(
            f"`{refused[0]}=` raises TypeError: loggers of the standard library take fields in `extra`",
            fixable=Safety.UNSAFE,
        )
    elif refused and style is Style.EXTRA and written.kinds == {Kind.NAMED}:
        yield site.violation(
            f"`{refused[0]}=` is passed under a keyword where the project's loggers take `extra`",
            fixable=Safety.UNSAFE,
        )
    elif _takes_fields(written, site):
        yield from _check_structure(written, fields, call, site)


def _refused(written: LogCall, site: Site) -> list[str]:
    """The keywords of a call that a logger of the standard library would refuse."""
    fields = (name for name in written.keywords if name not in _STANDARD_KEYWORDS)
    return [name for name in fields if _is_refused(name, site.options.keywords)]


def _is_refused(keyword: str, taken: tuple[str, ...]) -> bool:
    """Whether loggers of the standard library refuse a keyword.

    What is called after one of theirs (``exc_info_on_level``) tells of a class of the project's own that takes it.
    """
    return keyword not in taken and keyword != "**" and not keyword.startswith(("exc_info", "stack"))


def _check_structure(written: LogCall, fields: list[str], call: CallFacts, site: Site) -> Iterator[Violation]:
    message = written.message
    if message is None or message.interpolation is not None:
        return
    remedy = "`extra`" if site.options.style is Style.EXTRA else "fields"
    if written.values:
        yield site.violation(
            f"values are formatted into the message, where no search finds them by name: pass {remedy}",
            span=message.span,
            fixable=_safety(written, call, site),
        )
    elif not fields and _is_prose(message.constant) and not _has_context(written, call):
        yield site.violation(
            f"the message is prose without fields: name the event and pass {remedy}",
            span=message.span,
            fixable=_safety(written, call, site),
        )


def _safety(written: LogCall, call: CallFacts, site: Site) -> Safety | None:
    """How far the fix can be trusted; None where there is none."""
    from prodlint_rules._loggers import Form, builtins_are_own, form_of

    message = written.message
    is_starred = any(argument.text.startswith("*") for argument in call.arguments)
    if message is None or not message.is_literal or is_starred or not builtins_are_own(site.facts):
        return None
    form = form_of(written, call.names, site.options.style, site.facts.imports)
    if form is None or (written.values and form in (Form.PERCENT, Form.BRACES)):
        return None if form is None else Safety.UNSAFE
    from prodlint.facts.outlines import percent_outline  # only a violation asks for them
    from prodlint_rules._events import is_short

    text = message.outline
    return Safety.UNSAFE if is_short(percent_outline(text) if written.values else text) else None


def _is_prose(text: object) -> bool:
    """Whether a text is more than one word."""
    return isinstance(text, str) and len(text.split()) > 1


def _has_context(written: LogCall, call: CallFacts) -> bool:
    """Whether something besides the message comes along with the call."""
    return (
        written.has_context
        or written.method == "exception"
        or not {"extra", "exc_info"}.isdisjoint(written.keywords)
        or any(manager.endswith(_CONTEXT_MANAGERS) for manager in call.managers())
    )


def _takes_fields(written: LogCall, site: Site) -> bool:
    from prodlint_rules._loggers import Kind

    match site.options.style:
        case Style.PERCENT:
            return False
        case Style.AUTO if Kind.NAMED in written.kinds and len(written.kinds) == 1:
            return _may_take_fields(site)
        case Style.AUTO:
            return Kind.STANDARD not in written.kinds
    return True


def _may_take_fields(site: Site) -> bool:
    """Whether the file imports a library whose loggers take fields."""
    return not LIBRARIES.isdisjoint(site.facts.imports)


@rule.fix
def fix(call: cst.Call, site: Site, violation: Violation) -> Fixed | None:
    """Name the event, and pass fields the way that the logger takes them."""
    from prodlint_rules._log_rewriting import structured, with_extra
    from prodlint_rules._loggers import Kind, builtins_are_own, form_of, log_call

    facts = site.facts
    written = log_call(facts.call, site.options.loggers)
    if written is None or "lazy" in facts.call.function.text:
        return None
    refused = _refused(written, site)
    is_named = site.options.style is Style.EXTRA and written.kinds == {Kind.NAMED}
    moved = refused if written.raises_on_fields or is_named else []
    if not _takes_fields(written, site) or written.message is None or written.message.interpolation is not None:
        new = with_extra(call, moved) if moved else None
    else:
        form = form_of(written, facts.call.names, site.options.style, facts.imports)
        new = None if form is None else structured(call, written, form, facts.scope_name, moved)
    if new is None or not builtins_are_own(facts):
        return None
    return Fixed("Pass fields in `extra`" if moved else "Name the event and pass fields", new)
