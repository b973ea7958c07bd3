"""Fixing a text: rounds until it is quiet, one bad fix left out and the others made, nothing changed but the place."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from probes import fixed, probe, renaming

from prodlint import Safety, check_source
from prodlint.fix.rounds import MOST_REFUSALS
from prodlint.registry import Registry
from prodlint.rule import Fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint import Site, Violation

GOOD = renaming("no-old", "new", "PRD801")


def messages(result) -> list[str]:
    """What went wrong."""
    return [problem.message for problem in result.problems]


def test_fixes_are_applied_and_what_is_left_is_told() -> None:
    """The usual case; the violations that were fixed keep their first places, the rest have their last."""
    result = fixed("x = old(1)\ny = other(2)\nold(3)\n", GOOD, probe("no-other", lambda *_: None, "PRD802"))
    assert result.data == b"x = new(1)\ny = other(2)\nnew(3)\n"
    assert [violation.span.line for violation in result.fixed] == [1, 3]
    assert [(violation.rule, violation.fixable) for violation in result.left] == [("no-other", None)]
    assert not result.problems


def test_unsafe_fixes_are_applied_only_when_asked_for() -> None:
    """Manual ones never are."""
    rename = GOOD.fix_function
    rules = [
        probe(f"no-{safety.value}", lambda node, site: rename(node, site, None), f"PRD80{n}", safety)
        for n, safety in enumerate(Safety)
    ]
    text = "safe()\nunsafe()\nmanual()\n"
    assert fixed(text, *rules).data == b"new()\nunsafe()\nmanual()\n"
    assert fixed(text, *rules, unsafe=True).data == b"new()\nnew()\nmanual()\n"


def test_what_overlaps_is_fixed_in_a_later_round() -> None:
    """Both calls are replaced as wholes, so the inner one has to wait for the outer one."""

    def doubled(node: cst.Call, _site: object) -> Fixed:
        return Fixed(
            "Rename", cst.Call(cst.Name("new"), [node.args[0].with_changes(keyword=cst.Name("k"), equal=EQUAL)])
        )

    result = fixed("old(old(old(1)))\n", probe("no-old", doubled))
    assert result.data == b"new(k=new(k=new(k=1)))\n"
    assert len(result.fixed) == 3


EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def breaking(node: cst.Call, _site: object) -> Fixed:
    """Not Python any more."""
    return Fixed("Break it", cst.parse_expression("new()"), statements=("a b",))


def losing(node: cst.Call, _site: object) -> Fixed:
    """The comment in the call goes."""
    return Fixed("Rename", cst.parse_expression("new(1)"))


def nothing(node: cst.Call, _site: object) -> Fixed:
    """Only said to be one."""
    return Fixed("Rename", node)


def again(node: cst.Call, _site: object) -> Fixed:
    """What it was about is still there."""
    return Fixed("Rename", node.with_changes(args=[cst.Arg(cst.Integer("7"))]))


def worse(node: cst.Call, _site: object) -> Fixed:
    """Somebody else objects to it."""
    return Fixed("Rename", node.with_changes(func=cst.Name("old2")))


def foreign(node: cst.Call, _site: object) -> Fixed:
    """A character that the file's encoding has not."""
    return Fixed("Rename", cst.SimpleString("'☃'"))


def crashing(node: cst.Call, _site: object) -> Fixed:
    """A fault of the rule's author."""
    raise ZeroDivisionError("a fault")


def leaving(node: cst.Call, _site: object) -> Fixed:
    """The same, in another way."""
    raise SystemExit(3)


def nonsense(node: cst.Call, _site: object) -> Fixed:
    """No `Fixed`."""
    return "new()"  # type: ignore[return-value]


def no_import(node: cst.Call, _site: object) -> Fixed:
    """It wants a line that is no import."""
    return Fixed("Rename", cst.parse_expression("new()"), imports=("x = 1",))


FAULTS = {
    breaking: "fix-refused: the fix of `no-bad` is not applied: the result does not parse: syntax error",
    losing: "fix-refused: the fix of `no-bad` is not applied: the comment `# why` would be lost",
    nothing: "fix-refused: the fix of `no-bad` is not applied: it changes nothing",
    again: "fix-refused: the fix of `no-bad` is not applied: `no-bad` still finds something",
    worse: "fix-refused: the fix of `no-bad` is not applied: `no-old2` would find something new",
    foreign: "fix-refused: the fix of `no-bad` is not applied: the file's encoding has no '\\u2603'",
    crashing: "fix-crash: the fix of `no-bad` crashed: ZeroDivisionError: a fault",
    leaving: "fix-crash: the fix of `no-bad` crashed: SystemExit: 3",
    nonsense: "fix-crash: the fix of `no-bad` crashed: TypeError: it gives 'new()', which is no `Fixed`",
    no_import: "fix-crash: the fix of `no-bad` crashed: ValueError: 'x = 1' is no import statement",
}
TEXT = """\
# -*- coding: latin-1 -*-
a = old()
def f():
    return [
        bad(  # why
            1),
        old(2),
    ]
b = old(3)
"""


@pytest.mark.parametrize("fix", FAULTS, ids=lambda fix: fix.__name__)
def test_a_bad_fix_is_left_out_alone(fix) -> None:
    """The others of the file are made; the violation stays, and the problem names its rule, its line and no more."""
    rules = (GOOD, probe("no-bad", fix, "PRD802"), probe("no-old2", lambda *_: None, "PRD803"))
    result = fixed(TEXT, *rules)
    assert result.data.decode() == TEXT.replace("old(", "new(")
    (problem,) = result.problems
    assert f"{problem.code}: {problem.message}".startswith(FAULTS[fix])
    assert (problem.line, problem.fatal) == (5, False)
    assert [(violation.rule, violation.fixable) for violation in result.left] == [("no-bad", None)]


@pytest.mark.parametrize("fix", [crashing, leaving, nonsense])
def test_a_crashing_fix_costs_no_finding(fix) -> None:
    """What the rule has found does not depend on its fix; linting does not even call it."""
    rule = probe("no-bad", fix)
    assert len(fixed("bad()\nbad()\n", rule).left) == 2
    report = check_source("bad()\nbad()\n", config={}, registry=Registry([rule]))
    assert len(report.violations) == 2
    assert not report.problems


def test_a_rule_that_crashes_on_the_result_refuses_the_fix() -> None:
    """It would find nothing there, which is no proof that there is nothing."""
    fragile = probe("no-new", lambda *_: None, "PRD802")

    @fragile.check
    def check(site):
        raise ZeroDivisionError

    result = fixed("old()\n", GOOD, fragile)
    assert result.data == b"old()\n"
    assert "on the result, rule `no-new` crashed" in messages(result)[0]


def test_of_two_like_violations_only_the_refused_one_is_left() -> None:
    """They have the same fingerprint; the place tells them apart, also after the text above has changed."""

    def picky(node: cst.Call, site) -> Fixed:
        return (breaking if site.span.line == 2 else GOOD.fix_function)(
            node, site, *(() if site.span.line == 2 else (None,))
        )

    result = fixed("bad()\nbad()\nbad()\n", probe("no-bad", picky))
    assert result.data == b"new()\nbad()\nnew()\n"
    assert len(result.problems) == 1


def test_fixes_that_undo_each_other_are_named() -> None:
    """Neither is made, in either direction and with both in one file; other fixes are."""
    rules = (renaming("no-one", "two", "PRD802"), renaming("no-two", "one", "PRD803"), GOOD)
    for text in ("one()\n", "two()\n", "one()\ntwo()\n"):
        result = fixed(text + "old()\n", *rules)
        assert result.data.decode() == text + "new()\n"
        told = messages(result)
        assert {problem.code for problem in result.problems} == {"fix-cycle"}
        assert len(told) == text.count("()")
        assert all("`no-one`" in message and "`no-two`" in message for message in told)


def test_a_longer_circle_is_named() -> None:
    """Three rules, each content with what the next one made of it."""
    rules = [renaming(f"no-{a}", b, f"PRD80{n}") for n, (a, b) in enumerate([("p", "q"), ("q", "s"), ("s", "p")])]
    result = fixed("p()\n", *rules)
    assert result.data == b"p()\n"
    assert messages(result) == ["the fix of `no-p` is not applied: `no-q`, `no-s` would undo it"]


def test_fixes_that_do_not_get_on_wait_for_each_other() -> None:
    """Alone each stands its proof: the second one is made in the next round and not blamed."""
    count = Counter()

    def first(node: cst.Call, site) -> Fixed:
        count["fix"] += 1
        return Fixed("Rename", cst.parse_expression("new()"), imports=(f"import m{site.span.line}",))

    result = fixed("old()\nold()\nold()\n", probe("no-old", first))
    assert not result.problems
    assert result.data.decode().endswith("new()\nnew()\nnew()\n")
    assert len(result.fixed) == 3


def test_a_rule_whose_fixes_are_all_bad_costs_little() -> None:
    """Each refusal takes several proofs of the whole file, so the rule is given up after some."""
    text = "bad()\n" * 1000 + "old()\n" * 1000
    started = time.process_time()
    result = fixed(text, GOOD, probe("no-bad", breaking, "PRD802"))
    assert time.process_time() - started < 20
    assert result.data.decode() == text.replace("old", "new")
    assert len(result.problems) == MOST_REFUSALS
    assert "the others of `no-bad` in this file are not tried" in messages(result)[-1]


def test_a_thousand_fixes_take_linear_time() -> None:
    """Of one file: rounds are few, and what is proved once is the file and not each fix."""
    seconds = {number: _seconds(number) for number in (250, 500, 1000)}
    assert seconds[1000] < 10
    assert seconds[1000] < 3 * seconds[500] + 0.5, seconds


def _seconds(number: int) -> float:
    text = "".join(
        f"def f{n}(x):\n    try:\n        return old(x, {n})\n    except E{n}:\n        raise\n\n"
        for n in range(number)
    )
    rule = renaming("no-old", "new", imports=("import logging",), statements=("log = logging.getLogger()",))
    started = time.process_time()
    result = fixed(text, rule)
    seconds = time.process_time() - started
    assert len(result.fixed) == number
    assert result.data.count(b"import logging") == 1
    return seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = old() * 2\n", "x = (a + b) * 2\n"),
        ("x = 2 + old()\n", "x = 2 + (a + b)\n"),
        ("x = old() + 2\n", "x = a + b + 2\n"),
        ("x = old().y\n", "x = (a + b).y\n"),
        ("f(old(), *old())\n", "f(a + b, *a + b)\n"),
        ("x = f'{old()}'\n", "x = f'{a + b}'\n"),
        ("x = -old()\n", "x = -(a + b)\n"),
        ("x = (old())\n", "x = a + b\n"),
        ("with old() as c: pass\n", "with a + b as c: pass\n"),
        ("@old()\ndef f(): pass\n", "@a + b\ndef f(): pass\n"),
    ],
)
def test_an_expression_gets_the_parentheses_that_it_needs(text: str, expected: str) -> None:
    """Who fixes a call does not see what stands around it; and where none are needed there are none."""
    rule = probe("no-old", lambda *_: Fixed("Add", cst.parse_expression("a + b")))
    assert fixed(text, rule).data.decode() == expected


def test_a_generator_gets_its_parentheses() -> None:
    """Without them it is no expression at all, except as an only argument."""
    generator = cst.ensure_type(cst.parse_expression("(x for x in y)"), cst.GeneratorExp).with_changes(lpar=[], rpar=[])
    rule = probe("no-old", lambda *_: Fixed("Generate", generator))
    assert fixed("z = [old(), f(old())]\n", rule).data == b"z = [(x for x in y), f(x for x in y)]\n"


def test_a_second_run_changes_nothing() -> None:
    """Nor does it find a reason to try."""
    result = fixed(TEXT, GOOD)
    second = fixed(result.data, GOOD)
    assert (second.data, second.fixed, second.problems) == (result.data, (), ())


def test_what_is_suppressed_is_not_fixed() -> None:
    """Who allowed it wants it as it is."""
    text = "old()  # prodlint: allow no-old -- so it is\n"
    assert fixed(text, GOOD).data.decode() == text


SHAPES = {
    "two spaces": "if a:\n  if b:\n    x = {}\n  else:\n    pass\n",
    "tabs": "if a:\n\tif b:\n\t\tx = {}\n",
    "one-line suite": "if x: {}\nelse: y = {}\n",
    "one-line try": "try: {}\nexcept E: pass\nfinally: {}\n",
    "semicolons": "a = 1; {}; b = 2 ; c = 3;\n",
    "decorator": "@{}\n@other\ndef f(): pass\n",
    "default": "def f(a, b={}, *, c: int = {}) -> None:\n    '''Doc.'''\n    return b\n",
    "nested functions": "def f():\n    def g():\n        async def h():\n            return await {}\n    return g\n",
    "elif": "if a:\n    pass\nelif {}:\n    {}\nelif b:\n    {}\nelse:\n    {}\n",
    "match": "match {}:\n    case 1 if {}:\n        {}\n    case [_, *rest]:\n        {}\n",
    "class body": "class A({}):\n    x = {}\n\n    @property\n    def y(self):\n        return {}\n",
    "async": "async def f():\n    async with {} as a:\n        async for b in {}:\n            yield {}\n",
    "with": "with {} as a, b:\n    {}\n",
    "comprehension": "x = [{} for y in {} if {}]\n",
    "lambda": "f = lambda a={}: {}\n",
    "f-string": "x = f'{{{}}} and {{{}!r:>{{{}}}}}'\n",
    "continuation": "x = 1 + \\\n    {} + \\\n    2\n",
    "form feed": "a = 1\n\x0c\ndef f():\n    {}\n\x0c\nb = {}\n",
    "brackets": "x = (  # one\n    {},  # two\n\n    # three\n    {}\n)  # four\n",
    "wide characters": "ä = '🐍🐍', {}  # 🐍\nб = {}, 'e\u0301'\n",
    "blank lines": "\n\n\n{}\n\n\n   \n\n{}\n\n\n",
    "odd blanks": "x  =  ( {}  ,1 ) \nif  x :\n        {}   \n",
    "walrus and star": "if (y := {}): print(*{}, **{})\n",
    "del and global": "def f():\n    global z; z = {}; del z\n",
    "while else": "while {}:\n    break\nelse:\n    {}\n",
    "type comment": "x = {}  # type: ignore[foo]\n",
}
BYTES = {
    "as it is": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "mixed": lambda text: (
        "".join(
            line.rstrip("\n") + ("\r\n" if n % 2 else "\n") for n, line in enumerate(text.splitlines(keepends=True))
        ).encode()
        if "\x0c" not in text and "\u2028" not in text
        else text.encode()
    ),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "latin-1": lambda text: (
        "# coding: latin-1\nä = 'ß'\n" + text.encode("latin-1", "ignore").decode("latin-1")
    ).encode("latin-1"),
    "utf-8 cookie": lambda text: ("# vim: set fileencoding=utf-8 :\n" + text).encode(),
    "no last newline": lambda text: text.rstrip("\n").encode(),
    "indented": lambda text: (
        ("if 1:\n    " + text.rstrip("\n").replace("\n", "\n    ") + "\n").encode()
        if "\\\n" not in text and "'''" not in text
        else text.encode()
    ),
}


@pytest.mark.parametrize("change", BYTES.values(), ids=BYTES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_nothing_changes_but_the_place(shape: str, change) -> None:
    """Whatever stands around it: blanks, comments, quotes, newlines, the byte order mark and the encoding stay."""
    data = change(
        shape.replace("{{", "\0").replace("}}", "\1").replace("{}", "old( 1,2 )").replace("\0", "{").replace("\1", "}")
    )
    result = fixed(data, GOOD)
    assert not result.problems, result.problems
    unread = [violation for violation in result.left if violation.code == "PRD900"]
    if unread:
        assert "\x0c" in shape or data.startswith(b"# coding")
    assert result.data == data.replace(b"old(", b"new(") or unread


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("old(1)\n", "import new\n\nnew.old(1)\n"),
        ("def f():\n    if x:\n        old(1)\n", "import new\n\n\ndef f():\n    if x:\n        new.old(1)\n"),
        ("if x: old()", "import new\n\nif x: new.old()"),
        ("old(); old()\n", "import new\n\nnew.old(); new.old()\n"),
    ],
)  # fmt: skip
def test_words_before_a_whole_statement_change_it(before: str, after: str) -> None:
    """The smallest edit is an insertion that touches no statement as written; it is the statement that changes."""

    def attribute(node: cst.Call, site: Site) -> Fixed | None:
        if site.facts.call.shown != "old":
            return None
        function = cst.Attribute(cst.Name("new"), cst.Name("old"))
        return Fixed("Call `new.old`", node.with_changes(func=function), imports=("import new",))

    rule = probe("no-old", attribute)

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        if site.facts.call.shown == "old":
            yield site.violation("`old` is called", fixable=Safety.SAFE)

    result = fixed(before, rule)
    assert (messages(result), result.data.decode()) == ([], after)


def test_words_behind_a_whole_statement_change_it() -> None:
    """As at its beginning."""
    rule = probe("no-old", lambda node, _: Fixed("Ask it", cst.Attribute(node, cst.Name("done"))))

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        if site.facts.call.is_statement:
            yield site.violation("nobody asks `old`", fixable=Safety.SAFE)

    assert fixed("if x:\n    old()\n", rule).data == b"if x:\n    old().done\n"
