"""Times without a time zone.

## What it does
Reports `datetime.now()` without a time zone, and every `datetime.utcnow()`.

## Why
Such a value does not say which time it is. Compared with one that does, it raises; stored, it is read as another time.

## What to write instead
`datetime.now(timezone.utc)`

## Limits
A zone that may be None, and one that is passed as `**options`, is not looked into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prodlint import Context, Rule, Severity
from prodlint.rule import Calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint import Site, Violation


class Options(NamedTuple):
    """What a project can ask of the rule."""

    allowed_in: tuple[str, ...] = ()
    """Patterns, in gitignore's syntax, of modules that may use local time."""


rule = Rule(
    name="naive-datetime",
    code="HRB101",
    family="times",
    since="1.0",
    summary="a time is made without a time zone",
    visits=Calls(("now", "utcnow")),
    contexts=frozenset({Context.PRODUCTION, Context.SCRIPT}),
    severity=Severity.WARNING,
    options=Options,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call unless it is given a zone, or the module may do without."""
    call = site.facts.call
    if site.matches(site.options.allowed_in):
        return
    if "datetime.datetime.utcnow" in call.names:
        yield site.violation("`utcnow` gives a time without a time zone")
    elif "datetime.datetime.now" in call.names:
        zone = call.argument(0, "tz")
        if zone is None or zone.names == {"None"}:
            yield site.violation("`now` without a time zone gives a local time that does not say so")
