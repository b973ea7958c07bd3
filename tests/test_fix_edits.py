"""Edits: the smallest ones between two texts, disjoint ones chosen, made in time linear in their number."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodlint import Context, Edit, Fix, Safety, Severity, Violation
from prodlint.fix.edits import apply, are_disjoint, choose, difference


def violation(*edits: tuple[int, int, str]) -> Violation:
    """A violation with a fix of these edits."""
    fix = Fix("Change it", Safety.SAFE, tuple(Edit(*edit) for edit in edits))
    return Violation(
        "r", "PRD801", "f", Severity.ERROR, "m", "p", None, Context.PRODUCTION, (), str(edits), "", fix=fix
    )


def chosen(*fixes: list[tuple[int, int, str]]) -> list[int]:
    """The numbers of the fixes that are taken together."""
    violations = [violation(*edits) for edits in fixes]
    numbers = {id(violation): number for number, violation in enumerate(violations)}
    return [numbers[id(taken)] for taken in choose(violations).taken]


TEXTS = st.text(st.sampled_from("ab \t\n\r\x0c\u2028🐍"), max_size=40)


@given(TEXTS, TEXTS)
def test_a_difference_makes_one_text_of_the_other(old: str, new: str) -> None:
    """Whatever the newlines are; its edits are sorted and disjoint, as `apply` needs them."""
    edits = difference(old, new, 0)
    assert apply(old, edits) == new
    assert list(edits) == sorted(edits)
    assert are_disjoint(edits)
    assert bool(edits) == (old != new)


@given(TEXTS, TEXTS)
def test_a_difference_parts_no_crlf(old: str, new: str) -> None:
    """An editor that shows half a newline as changed confuses its reader, and a second edit beside it the file."""
    text = old.replace("\r", "").replace("\n", "\r\n"), new.replace("\r", "").replace("\n", "\r\n")
    for edit in difference(*text, 0):
        for at in (edit.start, edit.end):
            assert text[0][at - 1 : at + 1] != "\r\n" or at == 0


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("f(a)", "g(a)", [(0, 1, "g")]),
        ("f(a, b)", "f(a, c, b)", [(5, 5, "c, ")]),
        ("except:  # why\n    pass", "except E:  # why\n    pass", [(6, 6, " E")]),
        ("a\nb\nc\nd\n", "x\nb\nc\ny\n", [(0, 1, "x"), (6, 7, "y")]),
        ("a\r\nb\r\nc\r\nd\r\n", "x\r\nb\r\nc\r\ny\r\n", [(0, 1, "x"), (9, 10, "y")]),
        ("a\rb\rc\rd\r", "x\rb\rc\ry\r", [(0, 1, "x"), (6, 7, "y")]),
        ("same", "same", []),
    ],
)
def test_edits_are_small(old: str, new: str, edits: list[tuple[int, int, str]]) -> None:
    """A fix changes what it is about: unchanged lines between two changes stay untouched, in any newlines."""
    assert list(difference(old, new, 0)) == [Edit(*edit) for edit in edits]


def test_offsets_are_the_files() -> None:
    """The texts are a part of the file, which begins somewhere."""
    assert difference("ab", "ac", 100) == (Edit(101, 102, "c"),)


def test_a_fix_that_overlaps_waits() -> None:
    """It is taken whole or not at all: an edit of it that would fit is not made alone."""
    assert chosen([(0, 4, "x")], [(2, 6, "y"), (10, 11, "z")], [(10, 11, "w")]) == [0, 2]
    assert chosen([(0, 4, "x")], [(4, 6, "y")], [(4, 4, "between")]) == [0, 1, 2]
    assert chosen([(0, 9, "x")], [(3, 3, "inside")]) == [0]
    assert chosen([(3, 3, "inside")], [(0, 9, "x")]) == [0]


def test_an_import_that_several_want_is_inserted_once() -> None:
    """Other insertions at one place have no order, so the second one waits."""
    line = (0, 0, "import os\n")
    choice = choose([violation(line, (20, 21, "x")), violation(line, (30, 31, "y")), violation((0, 0, "import re\n"))])
    assert len(choice.taken) == 2
    assert choice.edits == (Edit(*line), Edit(20, 21, "x"), Edit(30, 31, "y"))
    assert len(choice.left) == 1


def test_brackets_that_two_fixes_want_are_not_merged() -> None:
    """`f(g(x))` with brackets around both calls ends in two of them."""
    assert chosen([(0, 0, "("), (7, 7, ")")], [(2, 2, "("), (7, 7, ")")]) == [0]


def test_a_comment_that_two_fixes_remove_is_removed_once() -> None:
    """Both names of an unused suppression go by the same edit."""
    assert chosen([(5, 30, "")], [(5, 30, "")]) == [0, 1]


def test_many_fixes_are_chosen_in_linear_time() -> None:
    """Tens of thousands in a generated file."""
    few, many = (_seconds(number) for number in (10_000, 40_000))
    assert many < 10 * max(few, 0.02)


def _seconds(number: int) -> float:
    violations = [violation((0, 0, "import os\n"), (at, at + 3, "x")) for at in range(10, 10 * number, 10)]
    started = time.perf_counter()
    assert len(choose(violations).taken) == number - 1
    return time.perf_counter() - started
