"""Which calls write to a log, and what the rules about them make of what a project says of itself."""

from __future__ import annotations

import time

import pytest
from prodlint_rules._log_styles import METHODS, Style

import prodlint

LEVELS = ("debug", "info", "warning", "error", "critical", "exception")


def found(source: str, rule: str, **options: object) -> list[int]:
    """The lines on which a rule reports a text, as production code."""
    config = {"select": [rule], "rules": {rule: options}} if options else {"select": [rule]}
    report = prodlint.check_source(source, path="shop/pay.py", config=config)
    assert not report.problems, report.problems
    assert all(violation.rule == rule for violation in report.violations)
    return [violation.span.line for violation in report.violations if violation.span]


@pytest.mark.parametrize("method", LEVELS)
@pytest.mark.parametrize(
    "logger",
    [
        "logging", "logging.getLogger()", "log", "self.log", "get_logger()", "a.b.LOGGER", "self._LOG", "myLogger",
        "structlog.get_logger()", "current_app.logger", "cls.logger.bind(a=1)", "HTTPLogger", "http_log",
    ],
)  # fmt: skip
def test_loggers(logger, method):
    """Known by what it is, or by the last word of its name where that cannot be told."""
    source = f"import logging, structlog\nfrom flask import current_app\n{logger}.{method}(f'{{__name__}}')\n"
    assert found(source, "interpolated-log") == [3]


@pytest.mark.parametrize(
    "name",
    ["catalog", "dialog", "blog", "login", "logic", "logs_dir", "log_file", "blogger", "messages", "parser", "st", "l"],
)
def test_what_only_contains_the_letters_is_no_logger(name):
    """Words count, letters do not."""
    assert found(f"{name}.info(f'{{__name__}}')\n", "interpolated-log") == []


@pytest.mark.parametrize(
    ("call", "is_found"),
    [
        ("log.log(20, f'{x}')", True),
        ("log.log(f'{x}')", True),
        ("log.log(f'LEVEL{x}', 'paid')", False),
        ("logging.log(f'LEVEL{x}', 'paid')", False),
        ("logging.log(20, msg=f'{x}')", True),
        ("logging.log(level=20, msg=f'{x}')", True),
        ("logging.log(f'{x}')", False),
        ("log.info('paid', f'{x}')", False),
        ("log.info('paid', msg=f'{x}')", False),
        ("log.info(event=f'{x}')", True),
        ("log.info(*x, f'{x}')", False),
    ],
)
def test_which_argument_is_the_message(call, is_found):
    """The level comes first where there is one; what stands behind the message is no message."""
    assert bool(found(f"import logging\nfrom shop import log, x\n{call}\n", "interpolated-log")) is is_found


@pytest.mark.parametrize(
    ("own", "imports", "call"),
    [
        ("shop.audit.trail", "from shop.audit import trail", "trail.info"),
        ("shop.audit.trail", "import shop.audit", "shop.audit.trail.info"),
        ("shop.audit.trail", "from .audit import trail", "trail.info"),
        ("shop.audit.trail", "from shop.audit import trail as t", "t.bind(a=1).info"),
        ("shop.audit.get", "from shop.audit import get", "get('a').info"),
        ("shop.audit", "from shop.audit import info", "info"),
        ("trail", "from shop.audit import trail", "trail.info"),
        ("trail", "", "self.trail.info"),
    ],
)
def test_own_loggers(own, imports, call):
    """The option names what a file imports, or the word that it is called by; without it nothing is found."""
    source = f"{imports}\n{call}(f'{{__name__}}')\n"
    assert found(source, "interpolated-log", loggers=[own]) == [2]
    assert found(source, "interpolated-log", loggers=[own + "s"]) == []


@pytest.mark.parametrize(
    ("style", "lines"),
    [("auto", [4, 5, 8]), ("structlog", [2, 3, 4, 5, 6, 7, 8]), ("extra", [2, 3, 4, 5, 6, 7, 8, 9]), ("percent", [8])],
)
def test_styles(style, lines):
    """Each style holds loggers to its own; what raises is reported in all of them."""
    source = (
        "import logging, structlog; from shop import log; std = logging.getLogger(); fields = structlog.get_logger()\n"
        "std.info('user %s', 1)\n"
        "std.info('user was paid')\n"
        "fields.info('user %s', 1)\n"
        "fields.info('user was paid')\n"
        "log.info('user %s', 1)\n"
        "log.info('user was paid')\n"
        "std.info('paid', user=1)\n"
        "log.info('paid', user=1)\n"
        "fields.info('paid', user=1)\n"
        "std.info('paid', extra={'user': 1})\n"
    )
    assert style in [member.value for member in Style]
    expected = sorted({*lines, 6, 7}) if style == "auto" else lines  # the file imports a library whose loggers do
    assert found(source, "unstructured-log", style=style) == expected


def test_one_place_is_reported_by_one_rule():
    """A message that is built at the call is not prose as well."""
    source = "import structlog\nlog = structlog.get_logger()\nlog.info(f'user {log} was paid')\n"
    assert found(source, "unstructured-log") == []
    assert found(source, "interpolated-log") == [3]


def test_methods_are_names():
    """What the index looks for has no double: each would be looked for twice in every file."""
    assert len(set(METHODS)) == len(METHODS)


@pytest.mark.parametrize(
    "source",
    [
        "log.info(" + " + ".join(f"a{i}" for i in range(400)) + ")\n",
        "log.info(" + "f'{a}' if b else " * 80 + "c)\n",
        "log.info(" + " or ".join(f"a{i}" for i in range(3000)) + ")\n",
        "log.info('a'" + ".strip()" * 90 + ")\n",
        "".join(f"log.info(f'{{a}} {i}')\n" for i in range(4000)),
        "log" + ".bind(a=1)" * 90 + ".info(f'{a}')\n",
        "".join(f"log{i} = log{i + 1}.bind()\n" for i in range(500)) + "log0.info(f'{a}')\n",
    ],
    ids=["sum", "branches", "alternatives", "methods", "many", "chain", "aliases"],
)
def test_generated_code_costs_little(source):
    """Whatever is generated is judged in bounded time."""
    started = time.process_time()
    found(source, "interpolated-log")
    found(source, "unstructured-log", style="structlog")
    assert time.process_time() - started < 4
