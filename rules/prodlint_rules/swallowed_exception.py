"""Handlers after which nobody can know that something failed.

## What it does
Reports a handler for everything (`except:`, `except Exception`, `except BaseException`, a tuple that holds one of them,
another name for one) that drops the exception, and `contextlib.suppress(Exception)`.

A handler is released when, on some path, the exception is raised again, goes to a call, is returned or kept, or when
the failure is reported: to a logger, `warnings`, `traceback`, an error tracker, a person at the terminal, the caller
(a value under a label such as `error` or `message`, an HTTP status of 400 and above), or by ending the process. So is
one whose `try` statement is followed by a `raise` for just this case, and one that guards nothing but a report.
Turning the exception into text that nobody reads (`str(e)`) releases nothing; returning a constant instead of a result
does not either: the policy is to log with context, and then to degrade.

## Why
A failure that leaves no trace is found by its consequences, hours later and somewhere else.

## What to write instead
Catch what the code can handle; where everything has to be caught, log with `logger.exception("event_name")` first.

## Fix
Unsafe: the handler's first statement becomes `logger.exception("load_failed")`, an event named after the function, to
the module's logger, which is added where there is none. There is none for `suppress`, and for a handler of the module's
own code that runs before a logger could be made, as between its imports.

## Options
`typed` also reports handlers for named exceptions whose body is only `pass`, `...` or `continue`.

## Limits
A call is taken for a report by its name (`log`, `warn`, `alert`, `report`, `capture` … as a word of it), wherever it is
defined. A comment does not excuse a silent handler; a suppression with a reason does.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION_AND_SCRIPT, Calls, Fixed, Handlers, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.facts import CallFacts, HandlerFacts
    from prodlint.model import Violation


class Options(NamedTuple):
    """What a project can ask of the rule."""

    typed: bool = False
    """Report handlers for named exceptions too when their body is only `pass`, `...` or `continue`."""


rule = Rule(
    name="swallowed-exception",
    code="PRD102",
    family="errors",
    since="0.1",
    summary="a handler drops the exception without a trace",
    policy=(
        "production-standards/gates/error-handling",
        "production-standards/errors/log-with-context",
        "production-standards/errors/graceful-fallback",
        "priority-0/code/error-handling",
        "priority-0/code/logging",
    ),
    cwe=(391, 703),
    visits=(Handlers(), Calls(("suppress",))),
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    fixes=(Safety.UNSAFE,),
    options=Options,
)

# Words of a called name by which it tells somebody that something failed.
_REPORTS = frozenset(
    "log logger logging debug info warning warn error err exception critical fatal fail failed failure report alert "
    "notify print pprint echo capture captured abort panic trace traceback track metric metrics incr increment "
    "record emit audit skip xfail reraise screen".split()
)
_SCREENS = frozenset({"display", "console", "reporter"})
_FAILURE_LABELS = frozenset(
    "err error errors error_message errormessage comment message msg reason detail details failure stderr".split()
)
_EXITS = frozenset(
    {
        "sys.exit", "os._exit", "os.abort", "os.kill", "builtins.exit", "builtins.quit", "sys.exc_info",
        "sys.stdout.write", "sys.stderr.write",
    }
)  # fmt: skip
_REPORTING_MODULES = ("traceback.", "warnings.")
_COROUTINES = frozenset(f"a{level}" for level in "log debug info warning error exception critical fatal".split())
_MAKE_LOGGERS = frozenset({"getLogger", "get_logger", "getChild", "basicConfig", "disable"})
_WORDS = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the handler at its header, `suppress` at the call."""
    if site.is_call:
        yield from _check_suppress(site)
        return
    handler = site.facts.handler
    # Most handlers for everything are released: that is told first, since it resolves fewer names.
    if handler.may_be_broad and not _is_released(handler) and (broad := handler.broad_type) is not None:
        clause = "except:" if broad == "except" else f"except {broad}"
        message = f"`{clause}` swallows the error: nothing raises, reports or keeps it"
        yield site.violation(message, span=handler.header, fixable=_fixable(site))
    if site.options.typed and handler.is_silent and handler.broad_type is None:
        message = "the handler passes over the error in silence"
        yield site.violation(message, span=handler.header, fixable=_fixable(site))


def _fixable(site: Site) -> Safety | None:
    from prodlint_rules._module_logger import module_logger  # only a violation asks for it

    return None if module_logger(site.facts) is None else Safety.UNSAFE


@rule.fix
def fix(handler: cst.ExceptHandler, site: Site, violation: Violation) -> Fixed | None:
    """Log the exception first."""
    import libcst as cst  # only where a fix is made

    from prodlint_rules._module_logger import module_logger

    logger = module_logger(site.facts)
    if logger is None:
        return None
    event = cst.SimpleString(f'"{site.facts.scope_name}_failed"')
    call = cst.Call(cst.Attribute(cst.Name(logger.name), cst.Name("exception")), [cst.Arg(event)])
    logged = cst.SimpleStatementLine([cst.Expr(call)])
    match handler.body:
        case cst.IndentedBlock(body=[cst.SimpleStatementLine(body=[first]) as line, *rest]) if _does_nothing(first):
            body = handler.body.with_changes(body=[line.with_changes(body=logged.body), *rest])
        case cst.IndentedBlock(body=statements):
            body = handler.body.with_changes(body=[logged, *statements])
        case cst.SimpleStatementSuite(body=statements, trailing_whitespace=end):
            kept = [small for small in statements if not _does_nothing(small)]
            lines = [
                cst.SimpleStatementLine([small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for small in kept
            ]
            body = cst.IndentedBlock([logged, *lines], header=end)
    return Fixed(
        f"Log the exception with `{logger.name}`",
        handler.with_changes(body=body),
        imports=logger.imports,
        statements=logger.statements,
    )


def _does_nothing(statement: cst.BaseSmallStatement) -> bool:
    import libcst as cst

    return isinstance(statement, cst.Pass) or (
        isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Ellipsis)
    )


def _check_suppress(site: Site) -> Iterator[Violation]:
    from prodlint.facts.handlers import EVERYTHING  # a run in which nothing has changed imports the rule, not the facts

    call = site.facts.call
    if "contextlib.suppress" in call.names:
        for argument in call.arguments:
            if everything := argument.names & EVERYTHING:
                name = min(everything).rpartition(".")[2]
                yield site.violation(f"`suppress({name})` swallows every error: nothing raises, reports or keeps it")
                return


def _is_released(handler: HandlerFacts) -> bool:
    return (
        handler.raises
        or any(map(_reports, handler.calls()))
        or handler.keeps_exception
        or any(_tells_failure(label, value) for label, value in handler.labelled_values())
        or handler.falls_into_raise
        or _guards_reports_only(handler)
    )


def _reports(call: CallFacts) -> bool:
    """Whether a call, by what it is called or by what it is, lets somebody know or ends the process."""
    if call.last_name in _MAKE_LOGGERS:
        return False
    if call.receiver_name.lower() in _SCREENS:
        return True
    if _says_report(call.last_name) and not (call.last_name == "log" and _is_logarithm(call.names)):
        return True
    # An alias is read by the name of what it stands for as well: `complain = logger.error`.
    return any(
        meaning in _EXITS or meaning.startswith(_REPORTING_MODULES) or _says_report(meaning.rpartition(".")[2])
        for meaning in call.names
        if not meaning.startswith((":", "math."))
    )


def _says_report(name: str) -> bool:
    if name.endswith(("Error", "Exception")):  # making an exception tells nobody
        return False
    return any(word.lower() in _REPORTS or word in _COROUTINES for word in re.findall(_WORDS, name))


def _is_logarithm(meanings: frozenset[str]) -> bool:
    return any(meaning.startswith("math.") for meaning in meanings)


def _tells_failure(label: str, value: object) -> bool:
    """Whether a value is put where its readers look for what went wrong."""
    if label in ("status", "status_code"):
        return isinstance(value, int) and value >= 400
    return label.lower() in _FAILURE_LABELS and bool(value)


def _guards_reports_only(handler: HandlerFacts) -> bool:
    """Whether it was the report that failed: there is nowhere left to report to."""
    calls = handler.guarded_calls()
    return calls is not None and all("log" in call.receiver_name.lower() and _reports(call) for call in calls)
