"""Suppression comments: what each form covers, what is said of those that cover nothing, and that time stays linear."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from prodlint import Rule, Site, Suppression, check_source
from prodlint.hosts.cli import main
from prodlint.registry import Registry
from prodlint.rule import Calls, Comments, Functions, Handlers, Module

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prodlint.model import Report, Violation
    from prodlint.rule import Visit

TODAY = "2026-06-15"


def _rule(name: str, code: str, visits: Visit, family: str = "errors") -> Rule:
    rule = Rule(name=name, code=code, family=family, since="0.1", summary="a summary", visits=visits)

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        yield site.violation(f"found by `{name}`")

    return rule


REGISTRY = Registry(
    [
        _rule("no-f", "PRD801", Calls(("f",))),
        _rule("no-f-either", "PRD802", Calls(("f",))),
        _rule("bare", "PRD803", Handlers(bare=True)),
        _rule("todo", "PRD804", Comments(("todo",))),
        _rule("module", "PRD805", Module()),
        _rule("function", "PRD806", Functions()),
        _rule("secret", "PRD807", Calls(("g",)), "security"),
        _rule("unused-name", "PRD808", Calls(("never_called",))),
    ]
)


def check(source: str, *select: str, ignore: tuple[str, ...] = ()) -> Report:
    """Check with these rules, by default the one about calls of `f`; the tool's own are on."""
    config = {"select": list(select or ("no-f",)), "ignore": list(ignore)}
    return check_source(source, "x.py", config=config, registry=REGISTRY, today=TODAY)


def told(report: Report) -> list[str]:
    """Every violation as ``line rule`` and whether it is hidden, the tool's own by code."""
    return [
        f"{v.span.line if v.span else 0} {v.code if v.family == 'tool' else v.rule}{' hidden' if v.suppressed else ''}"
        for v in report.violations
    ]


# Which lines a comment covers

COVERED = {
    "at the end of the line": "f()  # prodlint: allow no-f\n",
    "by code": "f()  # prodlint: allow PRD801\n",
    "with a reason": "f()  # prodlint: allow no-f -- because\n",
    "with a date": "f()  # prodlint: allow no-f until 2026-06-15\n",
    "with a date and a reason": "f()  # prodlint: allow no-f until 2027-01-01 -- because\n",
    "without blanks": "f()#prodlint:allow no-f\n",
    "in capitals": "f()  # PRODLINT: allow no-f\n",
    "two signs": "f()  ## prodlint: allow no-f\n",
    "tabs": "f()\t#\tprodlint:\tallow\tno-f\t--\twhy\n",
    "first line of three": "x = [  # prodlint: allow no-f\n    f(),\n]\n",
    "middle line of three": "x = [\n    f(),  # prodlint: allow no-f\n]\n",
    "other line of three": "x = [\n    1,  # prodlint: allow no-f\n    f(),\n]\n",
    "last line of three": "x = [\n    f(),\n]  # prodlint: allow no-f\n",
    "alone within a statement": "x = [\n    # prodlint: allow no-f\n    1,\n    f(),\n]\n",
    "alone before": "# prodlint: allow no-f\nf()\n",
    "alone before one of several lines": "# prodlint: allow no-f\nx = [\n    f(),\n]\n",
    "alone before, indented": "if x:\n    # prodlint: allow no-f\n    f()\n",
    "first of several comments before": "# prodlint: allow no-f\n# a word\n# another\nf()\n",
    "middle of several comments before": "# a word\n# prodlint: allow no-f\n# another\nf()\n",
    "comment before at another depth": "if x:\n    y()\n# prodlint: allow no-f\n    f()\n",
    "backslash continuation": "x = 1 + \\\n    f()  # prodlint: allow no-f\n",
    "before a backslash continuation": "# prodlint: allow no-f\nx = 1 + \\\n    f()\n",
    "nested functions in arguments": "h(\n    lambda: f(),\n    1,\n)  # prodlint: allow no-f\n",
    "inside a string's statement": 'x = f("""\n""")  # prodlint: allow no-f\n',
    "after a semicolon": "x = 1; f()  # prodlint: allow no-f\n",
    "before a semicolon": "f(); x = 1  # prodlint: allow no-f\n",
    "if header": "if f():  # prodlint: allow no-f\n    pass\n",
    "if header of several lines": "if (\n    f()\n    and x\n):  # prodlint: allow no-f\n    pass\n",
    "if header, comment on its first line": "if (  # prodlint: allow no-f\n    f()\n):\n    pass\n",
    "if header, alone in it": "if (\n    # prodlint: allow no-f\n    f()\n):\n    pass\n",
    "if header, alone before its end": "if (\n    f()\n    # prodlint: allow no-f\n):\n    pass\n",
    "before an if": "# prodlint: allow no-f\nif f():\n    pass\n",
    "elif header": "if x:\n    pass\nelif f():  # prodlint: allow no-f\n    pass\n",
    "before an elif": "if x:\n    pass\n# prodlint: allow no-f\nelif f():\n    pass\n",
    "while header": "while f():  # prodlint: allow no-f\n    pass\n",
    "for header": "for x in f(\n    1,\n):  # prodlint: allow no-f\n    pass\n",
    "with header": "with (\n    f() as x,\n    y,\n):  # prodlint: allow no-f\n    pass\n",
    "async with header": "async def a():\n    async with f(\n    ):  # prodlint: allow no-f\n        pass\n",
    "except header": "try:\n    pass\nexcept f(\n    1\n):  # prodlint: allow no-f\n    pass\n",
    "match header": "match f():  # prodlint: allow no-f\n    case 1:\n        pass\n",
    "case header": "match x:\n    case 1 if f():  # prodlint: allow no-f\n        pass\n",
    "case header of several lines": "match x:\n  case (\n    1\n  ) if f(\n  ):  # prodlint: allow no-f\n    pass\n",
    "before a case": "match x:\n    # prodlint: allow no-f\n    case 1 if f():\n        pass\n",
    "def header": "def a(\n    x=f(),\n    y=1,\n):  # prodlint: allow no-f\n    pass\n",
    "def header, annotated": "def a(\n    x=f(),\n) -> None:  # prodlint: allow no-f\n    pass\n",
    "def header, comment on def": "def a(  # prodlint: allow no-f\n    x=f(),\n):\n    pass\n",
    "decorator": "@f()  # prodlint: allow no-f\ndef a():\n    pass\n",
    "another decorator": "@f()\n@b  # prodlint: allow no-f\ndef a():\n    pass\n",
    "between decorators": "@f()\n# prodlint: allow no-f\n@b\ndef a():\n    pass\n",
    "below the decorators": "@f()\ndef a():  # prodlint: allow no-f\n    pass\n",
    "above the decorators": "# prodlint: allow no-f\n@b\n@f()\ndef a():\n    pass\n",
    "class header": "class A(\n    B,\n    k=f(),\n):  # prodlint: allow no-f\n    pass\n",
    "class body": "class A:\n    x = f()  # prodlint: allow no-f\n",
    "one-line suite": "if x: f()  # prodlint: allow no-f\n",
    "decorators of a one-line suite": "@f()\ndef a(): ...  # prodlint: allow no-f\n",
    "above the decorators of a one-line suite": "# prodlint: allow no-f\n@b\ndef a(x=f()): ...\n",
    "one-line suite below a header of several lines": "def a(\n    x=f(),\n): ...  # prodlint: allow no-f\n",
    "several lines of header above a one-line suite": "def a(  # prodlint: allow no-f\n    y,\n): f()\n",
    "header of a one-line suite": "if f(): pass  # prodlint: allow no-f\n",
    "one-line suite of several lines": "if x: f(\n    1,\n)  # prodlint: allow no-f\n",
    "else on the suite's line": "if x: pass\nelse: f()  # prodlint: allow no-f\n",
    "finally on the suite's line": "try: pass\nfinally: f()  # prodlint: allow no-f\n",
    "last line without a newline": "f()  # prodlint: allow no-f",
    "CRLF": "x = [\r\n    f(),\r\n]  # prodlint: allow no-f\r\n",
    "allow-file above": "# prodlint: allow-file no-f\nx = 1\n\n\nf()\n",
    "allow-file below": "f()\n\n\nx = 1\n# prodlint: allow-file no-f -- generated\n",
    "allow-file behind code": "import a  # prodlint: allow-file no-f\nf()\n",
    "allow-file in a function": "def a():\n    # prodlint: allow-file no-f\n    f()\n",
    "off": "# prodlint: off no-f\nx = 1\nf()\n",
    "off and on": "# prodlint: off no-f\nf()\n# prodlint: on no-f\n",
    "off with a reason": "# prodlint: off no-f -- a table\nf()\n# prodlint: on no-f\n",
    "off behind code": "f()  # prodlint: off no-f\n",
    "noqa with our code": "f()  # noqa: PRD801\n",
    "noqa with another code first": "f()  # noqa: E722,PRD801\n",
    "noqa with another code behind": "f()  # noqa: PRD801 E722\n",
    "noqa without blanks": "f()  #noqa:PRD801\n",
    "noqa in other case": "f()  # NoQA: prd801\n",
    "noqa with words behind": "f()  # noqa: PRD801 it has to be\n",
    "noqa on a statement's other line": "x = [\n    f(),\n]  # noqa: PRD801\n",
    "noqa of another tool first": "f()  # noqa: E722  # prodlint: allow no-f\n",
    "noqa of another tool behind": "f()  # prodlint: allow no-f  # noqa: E722\n",
    "a type comment first": "x = f()  # type: ignore[misc]  # prodlint: allow no-f\n",
    "a word first": "f()  # it has to be  # prodlint: allow no-f\n",
}  # fmt: skip


@pytest.mark.parametrize("name", COVERED)
def test_covered(name: str) -> None:
    """Wherever a formatter moves a comment within its statement or header, it goes on hiding."""
    report = check(COVERED[name])
    assert [word.split(" ", 1)[1] for word in told(report)] == ["no-f hidden"]


NOT_COVERED = {
    "the line after": ("x = 1  # prodlint: allow no-f\nf()\n", ["1 PRD901", "2 no-f"]),
    "the line before": ("f()\nx = 1  # prodlint: allow no-f\n", ["1 no-f", "2 PRD901"]),
    "a blank line between": ("# prodlint: allow no-f\n\nf()\n", ["1 PRD901", "3 no-f"]),
    "alone after": ("f()\n# prodlint: allow no-f\n", ["1 no-f", "2 PRD901"]),
    "the body of a header": ("if x:  # prodlint: allow no-f\n    f()\n", ["1 PRD901", "2 no-f"]),
    "the body, from before the header": ("# prodlint: allow no-f\nif x:\n    f()\n", ["1 PRD901", "3 no-f"]),
    "the body of a function": ("def a():  # prodlint: allow no-f\n    f()\n", ["1 PRD901", "2 no-f"]),
    "the header, from the body": ("if f():\n    # prodlint: allow no-f\n    x\n", ["1 no-f", "2 PRD901"]),
    "the header of several lines, from the body": (
        "if (\n    f()\n):\n    # prodlint: allow no-f\n    x = 1\n",
        ["2 no-f", "4 PRD901"],
    ),
    "the handler, from the try": ("try:  # prodlint: allow no-f\n  x\nexcept f():\n  y\n", ["1 PRD901", "3 no-f"]),
    "the try's body, from finally": ("try:\n  f()\nfinally:  # prodlint: allow no-f\n  x\n", ["2 no-f", "3 PRD901"]),
    "the if, from else": ("if f():\n    x\nelse:  # prodlint: allow no-f\n    y\n", ["1 no-f", "3 PRD901"]),
    "another decorated function": (
        "@a  # prodlint: allow no-f\ndef b():\n    pass\n\n\n@f()\ndef c():\n    pass\n",
        ["1 PRD901", "6 no-f"],
    ),
    "another method": (
        "class A:\n    x = f()\n    # prodlint: allow no-f\n    y = 1\n",
        ["2 no-f", "3 PRD901"],
    ),
    "before off": ("f()\n# prodlint: off no-f\nf()\n", ["1 no-f", "3 no-f hidden"]),
    "after on": ("# prodlint: off no-f\nf()\n# prodlint: on no-f\nf()\n", ["2 no-f hidden", "4 no-f"]),
    "in a string": ('x = "# prodlint: allow no-f"; f()\n', ["1 no-f"]),
    "in a string of several lines": ('x = f("""\n# prodlint: allow no-f\n""")\n', ["1 no-f"]),
    "in the middle of three statements": ('a = 1; x = "# noqa: PRD801"; f()\n', ["1 no-f"]),
    "in a docstring": ('"""Doc.\n\n# prodlint: allow-file no-f\n"""\nf()\n', ["5 no-f"]),
    "in bytes": ("x = b'# prodlint: allow no-f', f()\n", ["1 no-f"]),
    "in an f-string": ("x = f'# prodlint: allow no-f {f()}'\n", ["1 no-f"]),
    "in a joined string": ("x = ('a'\n     '# prodlint: allow no-f', f())\n", ["2 no-f"]),
    "in a default": ('def a(x="""\n# prodlint: allow no-f\n""", y=f()):\n    pass\n', ["3 no-f"]),
    "noqa of another tool": ("f()  # noqa: E722\n", ["1 no-f"]),
    "noqa for a word": ("f()  # noqa: no-f\n", ["1 no-f"]),
    "a word that begins like noqa": ("f()  # noqaish: PRD801\n", ["1 no-f"]),
    "noqa alone before": ("# noqa: PRD801\nf()\n", ["1 PRD901", "2 no-f"]),
    "talk about noqa": ("f()  # see the noqa: PRD801 above\n", ["1 no-f"]),
    "talk about us": ("f()  # as prodlint: allow no-f says\n", ["1 no-f"]),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_COVERED)
def test_not_covered(name: str) -> None:
    """A comment that hid more than its place would hide what nobody has weighed."""
    source, expected = NOT_COVERED[name]
    assert told(check(source)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f()  # prodlint: allow no-f, no-f-either\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # prodlint: allow no-f,PRD802 -- both\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # prodlint: allow no-f , no-f-either\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # prodlint: allow no-f\n", ["1 no-f hidden", "1 no-f-either"]),
        ("f()  # noqa: PRD801, PRD802\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # noqa: PRD801,PRD802\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # noqa:PRD801 PRD802\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # noqa: PRD801  # prodlint: allow no-f-either\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("f()  # prodlint: allow no-f  # prodlint: allow no-f-either\n", ["1 no-f hidden", "1 no-f-either hidden"]),
        ("# prodlint: allow no-f\n# prodlint: allow no-f-either\nf()\n", ["3 no-f hidden", "3 no-f-either hidden"]),
        ("# prodlint: allow-file no-f\nf()  # prodlint: allow PRD802\n", ["2 no-f hidden", "2 no-f-either hidden"]),
        ("# prodlint: off no-f, PRD802\n# prodlint: on no-f\nf()\n", ["1 PRD901", "3 no-f", "3 no-f-either hidden"]),
        ("f()  # prodlint: allow no-f, no-f, PRD801\n", ["1 no-f hidden", "1 no-f-either"]),
    ],
)  # fmt: skip
def test_several_names(source: str, expected: list[str]) -> None:
    """Each name stands for itself, whatever else is on the line."""
    assert told(check(source, "no-f", "no-f-either")) == expected


def test_ranges_of_one_rule_follow_each_other() -> None:
    """What is switched on again is on, and a second range is one of its own."""
    source = (
        "# prodlint: off no-f\nf()\n# prodlint: on no-f\nf()\n# prodlint: off no-f\nf()\n# prodlint: off no-f\nf()\n"
    )
    assert told(check(source)) == ["2 no-f hidden", "4 no-f", "6 no-f hidden", "8 no-f hidden"]


# Other places


@pytest.mark.parametrize(
    "source",
    [
        "# TODO: x  # prodlint: allow todo\n",
        "x = 1  # TODO: x  # prodlint: allow todo\n",
        "# prodlint: allow todo\n# TODO: x\n",
        "# prodlint: allow todo -- a reason\n# that goes on\n# TODO: x\n",
        "def a():\n    # prodlint: allow todo\n    # TODO: x\n    pass\n",
        "# prodlint: allow todo\nx = 1  # TODO: x\n",
        "x = [\n    # TODO: x\n    1,\n]  # prodlint: allow todo\n",
        "# prodlint: allow-file todo\n\n\n# TODO: x\n",
        "# TODO: x  # noqa: PRD804\n",
    ],
)
def test_a_finding_about_a_comment(source: str) -> None:
    """A comment has no statement of its own: its own line and the comment above it count."""
    assert [word.split(" ", 1)[1] for word in told(check(source, "todo"))] == ["todo hidden"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# TODO: x\n# prodlint: allow todo\n", ["1 todo", "2 PRD901"]),
        ("# prodlint: allow todo\n\n# TODO: x\n", ["1 PRD901", "3 todo"]),
        ("# prodlint: allow todo\n# TODO: x\ny = 1\n# TODO: y\n", ["2 todo hidden", "4 todo"]),
    ],
)
def test_a_finding_about_another_comment(source: str, expected: list[str]) -> None:
    """Only comments that stand together belong together."""
    assert told(check(source, "todo")) == expected


@pytest.mark.parametrize(
    "source",
    [
        "# prodlint: allow module\n",
        "# prodlint: allow module\nx = 1\n",
        "#!/usr/bin/env python  # prodlint: allow module\n",
        "import a  # prodlint: allow module\n",
        "import (  # prodlint: allow module\n    a\n)\n".replace("import (", "from b import ("),
        "x = 1\n\n# prodlint: allow-file module -- a script\n",
        "# prodlint: off module\n",
    ],
)
def test_a_finding_about_the_module(source: str) -> None:
    """It stands on line 1, whatever is there."""
    assert told(check(source, "module")) == ["1 module hidden"]


def test_a_finding_about_a_definition_is_covered_from_every_line_of_its_header() -> None:
    """Formatters put each parameter on its own line, and the comment behind the last one."""
    lines = ["@a", "@b(", "    1", ")", "def c(", "    x,", "    y=(1,", "       2),", ") -> (", "    int", "):"]
    for number in range(len(lines)):
        commented = [*lines]
        commented[number] += "  # prodlint: allow function"
        assert told(check("\n".join([*commented, "    pass", ""]), "function")) == ["5 function hidden"], lines[number]
    assert told(check("\n".join([*lines, "    pass  # prodlint: allow function", ""]), "function")) == [
        "5 function",
        "12 PRD901",
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("try:\n    x\nexcept:  # prodlint: allow bare\n    y\n", ["3 bare hidden"]),
        ("try:\n    x\n# prodlint: allow bare -- why\nexcept:\n    y\n", ["4 bare hidden"]),
        ("try: x\nexcept: y  # prodlint: allow bare\n", ["2 bare hidden"]),
        ("try:\n    x\nexcept: # noqa: E722,PRD803\n    y\n", ["3 bare hidden"]),
        ("try:\n    x\nexcept:\n    y  # prodlint: allow bare\n", ["3 bare", "4 PRD901"]),
        ("try:\n    x\nexcept:\n    # prodlint: allow bare\n    y\n", ["3 bare", "4 PRD901"]),
    ],
)
def test_a_finding_about_a_handler(source: str, expected: list[str]) -> None:
    """A handler's header is a unit although a handler is no statement."""
    assert told(check(source, "bare")) == expected


# Bare noqa


def test_a_bare_noqa_hides_and_is_told() -> None:
    """It was written for another tool, so whoever reads the report has to know what it took along."""
    report = check("f()  # noqa\n", "no-f", "no-f-either")
    assert told(report) == ["1 no-f hidden", "1 no-f-either hidden", "1 PRD902"]
    assert report.violations[2].message == "a bare `noqa` hides `no-f`, `no-f-either`: name what it may hide"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("g()  # noqa\n", ["1 secret"]),
        ("g(), f()  # noqa\n", ["1 secret", "1 no-f hidden", "1 PRD902"]),
        ("g()  # noqa: PRD807\n", ["1 secret hidden"]),
        ("g()  # prodlint: allow secret -- a test key\n", ["1 secret hidden"]),
        ("x = 1  # noqa\n", []),
        ("f()  # NOQA\n", ["1 no-f hidden", "1 PRD902"]),
        ("f()  # noqa it has to be\n", ["1 no-f hidden", "1 PRD902"]),
        ("f()  # noqa  # prodlint: allow no-f\n", ["1 no-f hidden"]),
        ("# noqa\nf()\n", ["2 no-f"]),
        ("f()  # noqa:\n", ["1 no-f"]),
    ],
)
def test_bare_noqa(source: str, expected: list[str]) -> None:
    """It hides in the open, and never a security finding; one that hides nothing may serve another tool."""
    assert sorted(told(check(source, "no-f", "secret"))) == sorted(expected)


# Unused, expired, malformed


@pytest.mark.parametrize(
    ("source", "select", "expected"),
    [
        ("x = 1  # prodlint: allow no-f\n", ("no-f",), ["1 PRD901"]),
        ("x = 1  # prodlint: allow-file no-f\n", ("no-f",), ["1 PRD901"]),
        ("# prodlint: off no-f\nx = 1\n# prodlint: on no-f\n", ("no-f",), ["1 PRD901"]),
        ("x = 1  # noqa: PRD801\n", ("no-f",), ["1 PRD901"]),
        ("x = 1  # noqa: PRD801\n", ("bare",), []),
        ("x = 1  # prodlint: allow no-f\n", ("bare",), []),
        ("x = 1  # noqa: E722\n", ("no-f",), []),
        ("x = 1  # prodlint: allow no-f, bare\n", ("no-f", "bare"), ["1 PRD901", "1 PRD901"]),
        ("f()  # prodlint: allow no-f, bare\n", ("no-f", "bare"), ["1 no-f hidden", "1 PRD901"]),
        ("f()  # prodlint: allow no-f, bare\n", ("no-f",), ["1 no-f hidden"]),
        ("# prodlint: allow-file no-f\nf()  # prodlint: allow no-f\n", ("no-f",), ["1 PRD901", "2 no-f hidden"]),
        ("f(); f()  # prodlint: allow no-f\n", ("no-f",), ["1 no-f hidden", "1 no-f hidden"]),
        ("# prodlint: on no-f\nx = 1\n", ("no-f",), []),
    ],
)
def test_unused(source: str, select: tuple[str, ...], expected: list[str]) -> None:
    """Only what ran can prove a comment useless, and only names of ours are ours to judge."""
    assert told(check(source, *select)) == expected


def test_unused_suppression_says_for_which_rule() -> None:
    """Several names on a line: the reader has to know which one can go."""
    (violation,) = check("x = 1  # prodlint: allow no-f\n").violations
    assert violation.message == "unused suppression: nothing here violates `no-f`"
    assert tuple(violation.span or ()) == (1, 8, 1, 30)


def test_findings_about_suppressions_can_be_switched_off_and_never_hide_each_other() -> None:
    """They are rules; but a comment that allows its own uselessness would be the last word on itself."""
    source = "x = 1  # prodlint: allow no-f, unused-suppression\n"
    assert told(check(source, ignore=("PRD901",))) == []
    assert [word.split(" ")[1] for word in told(check(source))] == ["PRD901", "PRD901"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-06-16", ["1 no-f hidden"]),
        ("2026-06-15", ["1 no-f hidden"]),
        ("2026-06-14", ["1 no-f", "1 PRD904"]),
        ("2025-12-31", ["1 no-f", "1 PRD904"]),
    ],
)
def test_a_suppression_ends_with_its_last_day(until: str, expected: list[str]) -> None:
    """The day itself still counts; after it the violation is back and the comment is one."""
    assert told(check(f"f()  # prodlint: allow no-f until {until} -- soon\n")) == expected


def test_an_expired_file_wide_suppression() -> None:
    """The same for the whole file and for a range."""
    for verb in ("allow-file", "off"):
        report = check(f"# prodlint: {verb} no-f until 2026-06-14\nf()\n")
        assert told(report) == ["1 PRD904", "2 no-f"]
        assert report.violations[0].message == "the suppression expired on 2026-06-14"


MALFORMED = {
    "# prodlint: allow no-g": "names `no-g`, which is no rule (did you mean `no-f`?)",
    "# prodlint: allow no-f, baer": "names `baer`, which is no rule (did you mean `bare`?)",
    "# prodlint: allow PRD899": "names `PRD899`, which is no rule (did you mean ",
    "# prodlint: allow zzzzzzzzzzz": "names `zzzzzzzzzzz`, which is no rule",
    "# prodlint: allow errors": "names `errors`, which is no rule",
    "# prodlint: allow ALL": "names `ALL`, which is no rule",
    "# prodlint: allow": "names no rule",
    "# prodlint: allow -- because": "names no rule",
    "# prodlint: allow-file -- because": "names no rule",
    "# prodlint: off": "names no rule",
    "# prodlint: alow no-f": "is not `allow`, `allow-file`, `off` or `on` with names of rules",
    "# prodlint: disable=no-f": "is not `allow`, `allow-file`, `off` or `on` with names of rules",
    "# prodlint:": "is not `allow`, `allow-file`, `off` or `on` with names of rules",
    "# prodlint: ignore[no-f]": "is not `allow`, `allow-file`, `off` or `on` with names of rules",
    "# prodlint: allow no-f because of that": "has `because of that` after its names: a reason follows ` -- `",
    "# prodlint: allow no-f bare": "has `bare` after its names: a reason follows ` -- `",
    "# prodlint: allow no-f,": "has `,` after its names: a reason follows ` -- `",
    "# prodlint: allow no-f until": "gives `` where a date like 2027-03-01 is needed",
    "# prodlint: allow no-f until -- soon": "gives `` where a date like 2027-03-01 is needed",
    "# prodlint: allow no-f until tomorrow": "gives `tomorrow` where a date like 2027-03-01 is needed",
    "# prodlint: allow no-f until 2026-13-01": "gives `2026-13-01` where a date like 2027-03-01 is needed",
    "# prodlint: allow no-f until 2027-02-30": "gives `2027-02-30` where a date like 2027-03-01 is needed",
    "# prodlint: allow no-f until 20270301": "gives `20270301` where a date like 2027-03-01 is needed",
    "# prodlint: allow no-f until 2027-03-01 or so": "has `or so` after its names: a reason follows ` -- `",
    "# noqa: PRD899": "names `PRD899`, which is no rule (did you mean ",
}


@pytest.mark.parametrize("comment", MALFORMED)
def test_malformed(comment: str) -> None:
    """A comment that hides nothing because of a slip must not look like one that does."""
    report = check(f"f()  {comment}\n")
    assert told(report) == ["1 no-f", "1 PRD901"]
    assert report.violations[1].message.startswith(f"the suppression {MALFORMED[comment]}")
    assert report.violations[1].message.endswith(", so it hides nothing")


def test_an_unknown_code_does_not_take_the_known_one_along() -> None:
    """`# noqa` lists are written by tools, and codes come and go."""
    assert told(check("f()  # noqa: PRD899, PRD801\n")) == ["1 no-f hidden", "1 PRD901"]


# What the report says of what is hidden


@pytest.mark.parametrize(
    ("comment", "reason", "until"),
    [
        ("# prodlint: allow no-f", None, None),
        ("# prodlint: allow no-f -- because it must", "because it must", None),
        ("# prodlint: allow no-f--tight", "tight", None),
        ("# prodlint: allow no-f -- see #12 and #34", "see #12 and #34", None),
        ("# prodlint: allow no-f -- see ABC-1  # noqa: E722", "see ABC-1", None),
        ("# noqa: E722  # prodlint: allow no-f -- why", "why", None),
        ("# noqa: PRD801  # prodlint: allow no-f -- why", "why", None),
        ("# prodlint: allow no-f -- a -- b", "a -- b", None),
        ("# prodlint: allow no-f -- naïve 日本 😀", "naïve 日本 😀", None),
        ("# prodlint: allow no-f --", None, None),
        ("# prodlint: allow no-f until 2027-01-01", None, "2027-01-01"),
        ("# prodlint: allow no-f until 2027-01-01 -- why", "why", "2027-01-01"),
        ("# prodlint: off no-f -- why", "why", None),
        ("# prodlint: allow-file no-f until 2027-01-01 -- why", "why", "2027-01-01"),
        ("# noqa: PRD801", None, None),
    ],
)
def test_a_hidden_violation_has_its_reason_and_last_day(comment: str, reason: str | None, until: str | None) -> None:
    """Reviewers read the list of what is allowed, not the comments."""
    (violation,) = check(f"f()  {comment}\n").violations
    assert violation.suppressed == Suppression(reason, until)


def test_the_closest_comment_gives_the_reason() -> None:
    """A reason for the whole file is weaker than one for the line."""
    source = (
        "# prodlint: allow-file no-f -- file\n# prodlint: off no-f -- range\nf()  # prodlint: allow no-f -- line\nf()\n"
    )
    report = check(source)
    assert [v.suppressed and v.suppressed.reason for v in report.violations if v.rule == "no-f"] == ["line", "range"]
    assert told(report)[0] == "1 PRD901"


def test_hidden_violations_are_in_the_json_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And they neither fail the run nor appear unasked."""
    (tmp_path / "a.py").write_text('"""A."""\nprint(1)  # prodlint: allow print-call until 2999-01-01 -- why\n')
    monkeypatch.chdir(tmp_path)
    assert main(["--isolated", "--no-cache", "--format", "json", "a.py"]) == 0
    assert json.loads(capsys.readouterr().out)["violations"] == []
    assert main(["--isolated", "--no-cache", "--format", "json", "--show-suppressed", "a.py"]) == 0
    (violation,) = json.loads(capsys.readouterr().out)["violations"]
    assert violation["suppressed"] == {"reason": "why", "until": "2999-01-01", "origin": "comment"}


# Time


def seconds(source: str) -> float:
    """Processor time of one run."""
    started = time.process_time()
    check(source, "no-f", "todo")
    return time.process_time() - started


SHAPES = {
    "one a line": lambda n: "f()  # prodlint: allow no-f\n" * n,
    "unused ones": lambda n: "x = 1  # prodlint: allow no-f\n" * n,
    "one statement": lambda n: "x = [\n" + "    f(),  # prodlint: allow no-f\n" * n + "]\n",
    "one statement with strings": lambda n: "x = [\n" + "    '#', f(),  # prodlint: allow no-f\n" * n + "]\n",
    "one chain": lambda n: "# prodlint: allow no-f\n" * n + "f()\n",
    "one chain of findings": lambda n: "# prodlint: allow todo\n# TODO: x\n" * n,
    "ranges": lambda n: "# prodlint: off no-f\nf()\n# prodlint: on no-f\n" * n,
    "ranges without an end": lambda n: "# prodlint: off no-f\nf()\n" * n,
    "nested blocks": lambda n: "class A:\n    def a(self):\n        f()  # prodlint: allow no-f\n" * (n // 2),
    "the whole file": lambda n: "# prodlint: allow-file no-f\n" * n + "f()\n" * n,
    "bare noqa": lambda n: "f()  # noqa\n" * n,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear_in_the_number_of_suppressions(shape: str) -> None:
    """Ten thousand in one file are a generated file, not a reason to wait: each costs what the first one cost."""
    make = SHAPES[shape]
    small, large = min(seconds(make(1_000)) for _ in range(3)), seconds(make(10_000))
    assert large < 25 * small + 0.2
    assert large < 5


@pytest.mark.parametrize(
    "comment",
    [
        "# prodlint: allow no-f" + " " * 200_000 + "x",
        "# prodlint: allow " + "a-" * 100_000,
        "# prodlint: allow " + "a," * 100_000,
        "# prodlint: allow " + "a ," * 100_000,
        "# prodlint: allow no-f until" + " " * 200_000 + "x",
        "# prodlint: allow no-f -- " + " x" * 100_000,
        "# prodlint: allow no-f -- " + " " * 200_000 + "#",
        "# noqa" + " " * 200_000 + ":" + " " * 200_000 + "x",
        "# noqa: " + "A1," * 100_000,
        "# noqa: " + "PRD801 " * 50_000,
        "#" * 200_000,
        "# " * 100_000,
        "#" * 200_000 + " noqa",
        "#:!" * 70_000 + " noqa",
    ],
    ids=range(14),
)
def test_no_comment_is_too_long_to_be_read(comment: str) -> None:
    """A pattern that tries again from every place would take minutes for one line."""
    started = time.process_time()
    check(f"f()  {comment}\n")
    assert time.process_time() - started < 1.5
