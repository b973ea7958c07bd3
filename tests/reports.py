"""Reports for the tests of formats: one violation of each kind, and text that tries to steer what reads it."""

from __future__ import annotations

import unicodedata

from prodlint.model import (
    Context,
    Edit,
    Fix,
    Problem,
    Related,
    Report,
    Safety,
    Severity,
    Skipped,
    Span,
    Suppression,
    Violation,
)
from prodlint.pages import page
from prodlint.registry import built_in
from prodlint.report import RulePage, View, render

EXCEPT = Violation(
    rule="bare-except",
    code="PRD101",
    family="errors",
    severity=Severity.ERROR,
    message="`except:` also catches `SystemExit`",
    path="src/cart.py",
    span=Span(12, 5, 12, 12),
    context=Context.PRODUCTION,
    policy=("ERR-1",),
    fingerprint="0123456789abcdef",
    excerpt="    except:",
)
WHOLE_FILE = EXCEPT._replace(code="PRD900", rule="not-analysed", message="invalid syntax", span=None, excerpt="")
PRINT = EXCEPT._replace(
    code="PRD301", rule="print-call", severity=Severity.WARNING, message="`print` in a service", path="src/log.py"
)
ALLOWED = PRINT._replace(suppressed=Suppression("legacy, SHOP-12", "2026-12-31"))
LEAK = EXCEPT._replace(
    related=(Related("src/pool.py", Span(3, 1, 3, 4), "opened here"),),
    fix=Fix("Catch `Exception` instead", Safety.UNSAFE, (Edit(10, 16, "except Exception"),)),
)
PROBLEM = Problem("cache", "cannot be written", ".cache", None, "pass --no-cache", fatal=False)
HOSTILE = [
    "\x1b[31mred",
    "\x1b]8;;http://example.org\x07link",
    "\x9b31m",
    "bell\x07 delete\x7f",
    "return\rover",
    "two\nlines",
    "next\x85line",
    "line\u2028separator\u2029",
    "right\u202eto left",
    "isolate\u2066x\u2069",
    "marks\u200e\u200f\u061c",
    "hidden\u200b\ufeff\U000e0041",
    "byte\udcff",
    "surrogate\ud800",
    "::set-output name=x::y",
    "\u3000::error::x",
    "##vso[task.setvariable variable=x]y",
    "###[group]x",
    "##teamcity[x]",
]


def pages() -> tuple[RulePage, ...]:
    """The pages of the built-in rules, as the command line passes them."""
    registry = built_in()
    return tuple(RulePage(rule, page(rule, registry)) for rule in registry.rules)


def report(*violations: Violation, problems: tuple[Problem, ...] = (), skipped: tuple[Skipped, ...] = ()) -> Report:
    """A report on seven files with these findings."""
    return Report(7, 2, skipped, violations, problems)


def shown(given_report: Report, name: str, view: View | None = None) -> str:
    """The whole text of a report in one format."""
    return "".join(render(given_report, name, view or View()))


def hostile(text: str) -> Violation:
    """A violation, allowed for a reason, with this text in each place where foreign text can be."""
    related = (Related(text, Span(1, 1, 1, 2), text),)
    return EXCEPT._replace(
        path=text,
        message=text,
        excerpt=text,
        span=Span(1, 1, 1, 2),
        related=related,
        suppressed=Suppression(text, None),
    )


def assert_harmless(text: str) -> None:
    """Asserts that no character controls a terminal or hides or reorders text, and that no build server obeys."""
    assert not [f"U+{ord(character):04X}" for character in text if unicodedata.category(character) in BAD]
    assert not any(opening in text for opening in ("##[", "##vso[", "##teamcity["))


BAD = {"Cc", "Cs", "Zl", "Zp", "Cf"}
