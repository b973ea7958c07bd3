"""The fix of one violation, as an editor asks for it: made alone, whatever its safety, and proved."""

from __future__ import annotations

import libcst as cst
import pytest
from probes import probe, renaming

from prodlint import Safety, check_source, fix_violation
from prodlint.fix.edits import apply
from prodlint.registry import Registry
from prodlint.rule import Fixed

GOOD = renaming("no-old", "new", "PRD801")
PATH = "package/module.py"


def offered(text, *rules, at: int = 0):
    """What is offered for one of the violations of a text, counted from 0."""
    registry = Registry(rules)
    violations = check_source(text, PATH, config={}, registry=registry).violations
    return fix_violation(text, PATH, violations[at], config={}, registry=registry)


def result(text: str, made) -> str:
    """The text with an offered fix made."""
    assert made.fix is not None, made.problems
    assert not made.problems
    return apply(text, made.fix.edits)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_only_the_one_violation_is_fixed(at) -> None:
    """Two on one line are told apart, too."""
    text = "old(1); old(2)\nold(3)\n"
    calls = ["old(1)", "old(2)", "old(3)"]
    assert result(text, offered(text, GOOD, at=at)) == text.replace(calls[at], calls[at].replace("old", "new"))


@pytest.mark.parametrize("safety", Safety)
def test_fixes_of_every_safety_are_offered(safety) -> None:
    """With the safety, so that an editor can say it."""
    rule = probe("no-old", lambda node, _: Fixed("Rename", node.with_changes(func=cst.Name("new"))), safety=safety)
    made = offered("old()\n", rule)
    assert made.fix.safety is safety
    assert made.fix.title == "Rename"


def test_an_unused_suppression_is_taken_out_alone() -> None:
    """Also where another one stands beside it."""
    rules = [probe("no-one", lambda *_: None, "PRD801"), probe("no-other", lambda *_: None, "PRD802")]
    text = "pass  # noqa: PRD801, PRD802\n"
    assert result(text, offered(text, *rules, at=0)) == "pass  # noqa: PRD802\n"
    assert result(text, offered(text, *rules, at=1)) == "pass  # noqa: PRD801\n"


def test_a_violation_of_another_text_has_no_fix() -> None:
    """What was typed since the check may have moved it: then the editor asks anew."""
    registry = Registry([GOOD])
    (violation,) = check_source("old()\n", PATH, config={}, registry=registry).violations
    assert fix_violation("x = 1\nold()\n", PATH, violation, config={}, registry=registry) == (None, ())


def test_a_fix_that_fails_its_proof_is_not_offered() -> None:
    """It still calls what it should not; the comment would be lost."""
    same = probe("no-old", lambda node, _: Fixed("Add", node.with_changes(args=[cst.Arg(cst.Name("x"))])))
    made = offered("old()\n", same)
    assert made.fix is None
    assert "`no-old` still finds something" in made.problems[0].message
    bare = probe("no-old", lambda *_: Fixed("Drop", cst.Name("x")), safety=Safety.MANUAL)
    made = offered("old(  # why\n)\n", bare)
    assert made.fix is None
    assert "the comment `# why` would be lost" in made.problems[0].message


def test_a_manual_fix_may_leave_something_to_do() -> None:
    """Its own rule may find as much as before, and another one something new; more of its own it may not find."""
    other = probe("no-other", lambda *_: None, "PRD802")
    start = probe("no-old", lambda node, _: Fixed("Start", cst.parse_expression("old(other())")), safety=Safety.MANUAL)
    assert result("old()\n", offered("old()\n", start, other)) == "old(other())\n"
    double = probe("no-old", lambda *_: Fixed("Double", cst.parse_expression("old(old())")), safety=Safety.MANUAL)
    assert offered("old()\n", double).fix is None


def test_a_fix_that_crashes_is_told() -> None:
    """As a problem: an editor shows it, and goes on."""

    def crash(*_: object) -> Fixed:
        raise LookupError("no such thing")

    made = offered("old()\n", probe("no-old", crash))
    assert made.fix is None
    assert "crashed: LookupError: no such thing" in made.problems[0].message
