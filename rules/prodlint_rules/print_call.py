"""Output written straight to the terminal from production code.

## What it does
Reports calls of `print`, `pprint.pprint` and `pp`, `rich.print`, and `write` and `writelines` on the process's standard
streams, under any name they are given.

## Why
What a service prints has no level, time, fields or destination: nobody can search it, count it or alert on it.

## What to write instead
`logger.info("event_name", …)` through the module's logger.

## Not reported
A function of the module, a parameter or an import that only shares the name; `print(…, file=handle)` to a real file;
code that stands under `if __name__ == "__main__":` (a function that is only called there stands outside of it) or
under `contextlib.redirect_stdout`; scripts, tests and examples; modules that the option `front-ends` names, whose job
is to talk to a person at a terminal.

## Fix
Unsafe: the call writes to the module's logger, which is added where there is none: with `exception` inside a handler,
with `warning` for what goes to stderr, else with `info`. The arguments become arguments of the log call, evaluated once
and in the same order, or fields where the logger takes fields. There is none for empty lines, for unpacked arguments,
for an `end` that joins lines and for half a line that is written to a stream, for `writelines`, for a `pprint` with a
layout of its own, for a call with comments within, and where the result is used.

## Options
`front-ends`: patterns, in gitignore's syntax, of modules that are command-line front ends.

`style`: how the project logs, which is what the fix writes: `structlog` (fields under keywords), `extra`, `percent`, or
`auto` (by the logger).

## Limits
A stream that a function receives as an argument is the caller's choice and is not followed.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION, Calls, Fixed, Rule
from prodlint_rules._log_styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.facts import CallFacts
    from prodlint.model import Violation


class Options(NamedTuple):
    """What a project can ask of the rule."""

    front_ends: tuple[str, ...] = ()
    """Patterns, in gitignore's syntax, of modules that may print: the program's command-line front ends."""

    style: Style = Style.AUTO
    """How the project logs, which decides what the fix writes."""


rule = Rule(
    name="print-call",
    code="PRD201",
    family="observability",
    since="0.1",
    summary="production code writes to the terminal instead of the log",
    policy=(
        "production-standards/logging/structured",
        "priority-0/code/logging",
        "priority-0/completion/no-console",
    ),
    visits=(
        Calls(("print", "pprint", "pp"), needles=("print",)),
        Calls(("write", "writelines"), receivers=("stdout", "stderr", "__stdout__", "__stderr__")),
    ),
    contexts=PRODUCTION,
    severity=Severity.ERROR,
    fixes=(Safety.UNSAFE,),
    options=Options,
)

_STREAMS = frozenset({"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"})
_PRINTS = frozenset({"builtins.print", "rich.print", "pprint.pprint", "pprint.pp"})
_WRITES = frozenset({f"{stream}.{method}" for stream in _STREAMS for method in ("write", "writelines")}) | {
    "pprint.PrettyPrinter().pprint"
}
_REDIRECTIONS = frozenset({"contextlib.redirect_stdout()", "contextlib.redirect_stderr()"})


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call."""
    call = site.facts.call
    names = call.names
    printed = sorted(names & _PRINTS)
    # A stream that may also be something else was chosen by somebody: only one that can be nothing else counts.
    if not printed and not (names and names <= _WRITES):
        return
    if _goes_elsewhere(call, printed) or (not printed and _printer_goes_elsewhere(call)):
        return
    if call.is_under_main_guard or call.managers() & _REDIRECTIONS or site.matches(site.options.front_ends):
        return
    name = (printed or sorted(names))[0].removeprefix("builtins.")
    yield site.violation(
        f"`{name}` writes to the terminal, where nobody can search it or alert on it",
        fixable=_fixable(site, names),
    )


def _fixable(site: Site, names: frozenset[str]) -> Safety | None:
    from prodlint_rules._loggers import builtins_are_own  # only a violation asks for it
    from prodlint_rules._module_logger import module_logger

    call = site.facts.call
    if not call.is_statement or not _is_message(call, names) or not builtins_are_own(site.facts):
        return None
    return None if module_logger(site.facts, site.options.style) is None else Safety.UNSAFE


def _is_message(call: CallFacts, names: frozenset[str]) -> bool:
    """Whether what is written is a whole line with words in it."""
    from prodlint.facts.outlines import HOLE  # a run in which nothing has changed imports the rule, not the facts

    arguments = call.arguments
    if not arguments or any(argument.text.startswith("*") for argument in arguments):
        return False
    text = arguments[0].outline
    if any(name.endswith((".write", ".writelines")) for name in names):
        is_line = (text == HOLE or text.endswith("\n")) and not any(name.endswith(".writelines") for name in names)
        return is_line and len(arguments) == 1 and not call.keywords and bool(text.strip())
    # An end that joins what is printed next makes one line out of several calls.
    end, separator = call.keyword("end"), call.keyword("sep")
    if end is not None and not (end.constant is None or _is_newlines(end.constant)):
        return False
    is_separated = separator is None or separator.constant is None or isinstance(separator.constant, str)
    return is_separated and any(argument.outline.strip() for argument in arguments)


def _is_newlines(value: object) -> bool:
    return isinstance(value, str) and value != "" and not value.strip("\n")


def _printer_goes_elsewhere(call: CallFacts) -> bool:
    """Whether a `PrettyPrinter` was made for a stream of its own, its fourth parameter."""
    for creator in call.creators():
        stream = creator.argument(3, "stream")
        if stream is not None and not stream.names <= _STREAMS | {"None"}:
            return True
    return False


def _goes_elsewhere(call: CallFacts, printed: list[str]) -> bool:
    """Whether the call names a stream of its own that is not one of the process's."""
    is_pprint = bool(printed) and printed[0].startswith("pprint.")
    stream = call.argument(1, "stream") if is_pprint else call.keyword("file")
    return stream is not None and not (stream.names and stream.names <= _STREAMS | {"None"})


@rule.fix
def fix(call: cst.Call, site: Site, violation: Violation) -> Fixed | None:
    """Write to the module's logger instead."""
    import libcst as cst

    from prodlint_rules._log_fixes import keeps_comments, new_call, printed_message
    from prodlint_rules._loggers import builtins_are_own
    from prodlint_rules._module_logger import module_logger

    facts = site.facts
    message = printed_message(call, facts.call.names)
    logger = module_logger(facts, site.options.style)
    # An empty line sets paragraphs apart on a screen; in a log it is an event without words.
    if message is None or not message[1].text.strip() or logger is None or not builtins_are_own(facts):
        return None
    level = "exception" if facts.call.is_in_handler else "warning" if _is_error_output(facts.call) else "info"
    function = cst.Attribute(cst.Name(logger.name), cst.Name(level))
    new = new_call(function, logger.form, message, facts.scope_name)
    if not keeps_comments(call, new):
        return None
    return Fixed(
        f"Log with `{logger.name}.{level}` instead",
        new,
        imports=logger.imports,
        statements=logger.statements,
    )


def _is_error_output(call: CallFacts) -> bool:
    errors = {"sys.stderr", "sys.__stderr__"}
    stream = call.keyword("file") or call.keyword("stream")
    return bool(stream is not None and stream.names & errors) or any("stderr" in name for name in call.names)
