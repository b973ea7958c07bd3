"""Constants fold to what Python computes, and nothing large, changing or overridable is folded."""

from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodlint.facts import FileFacts
from prodlint.facts.constants import NOT_CONSTANT
from prodlint.facts.folding import FrozenList
from prodlint.index import build, parse, plan_for
from prodlint.source import Source

PLAN = plan_for([])


def facts_of(text: str) -> FileFacts:
    """The facts of a file with this text."""
    source = Source("m.py", text.encode())
    return FileFacts(source, build(parse(source), PLAN), PLAN, "m.py")


def folded(expression: str, before: str = "") -> object:
    """What an expression at the end of a module folds to."""
    file = facts_of(f"{before}\nresult = {expression}\n")
    return file.constants.value(file.index.tree.body[-1].value, file.index.scopes[0])


def truth(expression: str, before: str = "") -> bool | None:
    """Whether a condition at the end of a module always or never holds."""
    file = facts_of(f"{before}\nif {expression}:\n    pass\n")
    return file.constants.truth(file.index.tree.body[-1].test, file.index.scopes[0])


@pytest.mark.parametrize(
    "expression",
    [
        "1 + 2 * 3",
        "2 ** 10 - 1",
        "7 // 2 % 3",
        "-5",
        "~5",
        "not 0",
        "1 < 2 <= 2",
        "'a' in 'cat'",
        "3 not in (1, 2)",
        "None is None",
        "'a' + 'b' * 3",
        "'%s has %d' % ('a', 3)",
        "'{0} {x!r} {0:>3}'.format('a', x=1)",
        "', '.join(['a', 'b'])",
        "' a '.strip().upper().replace('A', 'bc')",
        "'abc'[1:]",
        "'abc'[-1]",
        "{'a': 1}['a']",
        "(1, 2, 3)[1]",
        "f'{1 + 1} {\"a\"!r} {3.14159:.2f}'",
        "len('abc') + int('7') + len((1, 2))",
        "str(5) + repr('x')",
        "'a' if 1 > 2 else 'b'",
        "0 or 'x' or 'y'",
        "1 and ''",
        "max(1, 2) + min(3, 4) + abs(-1) + round(1.5)",
        "b'a' + b'b'",
        "1 << 4 | 3",
        "{'a': 'x'}.get('b', 'y')",
    ],
)
def test_folds_to_what_python_computes(expression):
    """An expression of literals has the value that evaluating it gives."""
    assert folded(expression) == eval(expression)


@given(
    st.recursive(
        st.one_of(st.integers(-9, 9), st.booleans(), st.text("ab%{}", max_size=4)).map(repr),
        lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%", "==", "<", "and", "or"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        max_leaves=8,
    )
)
def test_never_folds_to_anything_else(expression):
    """Whatever a generated expression is worth, the folded value is that, and an expression that raises has none."""
    value = folded(expression)
    try:
        wanted = eval(compile(ast.parse(expression, mode="eval"), "<test>", "eval"))
    except (ArithmeticError, TypeError, ValueError):
        assert value is NOT_CONSTANT
    else:
        assert value is NOT_CONSTANT or (value == wanted and type(value) is type(wanted))


@pytest.mark.parametrize(
    "expression",
    [
        "'a' * 10**9",
        "10 ** 10 ** 10",
        "1 << 10**9",
        "'%1000000000d' % 1",
        "f'{1:1000000000}'",
        "'a'.ljust(10**9)",
        "[0] * 10**9",
        "'x'.join(['y' * 19000] * 900)",
        "'a'.replace('', 'b' * 20000) * 20000",
        "int('9' * 19000)",
    ],
)
def test_nothing_large_is_computed(expression):
    """A result that would be huge is refused before it is made: it could take all memory."""
    started = time.perf_counter()
    assert folded(expression) is NOT_CONSTANT
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("before", "expression", "value"),
    [
        ("A = 'x'\nB = A + 'y'", "B", "xy"),
        ("from typing import Final\nA: Final = 3", "A * 2", 6),
        ("class C:\n    A = 3", "C.A", 3),
        ("import enum\nclass C(enum.Enum):\n    A = 'a'", "C.A.value", "a"),
        ("A = ['x', 'y']", "A", FrozenList(("x", "y"))),
        ("A = {'k': 'v'}", "A['k']", "v"),
        ("from typing import TYPE_CHECKING", "TYPE_CHECKING", False),
        ("import typing", "typing.TYPE_CHECKING", False),
        ("", "__debug__", True),
    ],
)
def test_names_that_are_bound_once_have_their_value(before, expression, value):
    """Constants of modules and classes, annotated or not, and the members of enumerations."""
    assert folded(expression, before) == value


@pytest.mark.parametrize(
    ("before", "expression"),
    [
        ("A = 1\nA = 2", "A"),
        ("A = 1\nA += 1", "A"),
        ("A = 1\ndef f():\n    global A\n    A = 2", "A"),
        ("A = B\nB = A", "A"),
        ("A = ['x']\nA.append(input())", "A"),
        ("A = {}\nA['k'] = input()", "A['k']"),
        ("import enum\nclass C(enum.Enum):\n    A = 'a'", "C.A"),
        ("class C:\n    A = 3\nC.A = 4", "C.A"),
        ("for A in (1, 2):\n    pass", "A"),
        ("from app import A", "A"),
        ("def f():\n    return 1", "f()"),
        ("str = input", "str(1)"),
        ("", "[x for x in (1, 2)]"),
        ("", "unknown"),
        ("", "1 / 0"),
        ("", "'a' + 1"),
        ("", "{}['a']"),
        ("", "str([1])"),
        ("", "'%s' % [1]"),
    ],
)
def test_what_may_change_or_fail_is_no_constant(before, expression):
    """A name that something rebinds or changes in place, and what would raise, has no value of its own."""
    assert folded(expression, before) is NOT_CONSTANT


def test_an_attribute_of_self_is_no_constant():
    """A subclass in another file may say otherwise, so that no branch on it is dead."""
    file = facts_of("class C:\n    flag = False\n    def f(self):\n        return self.flag\n")
    method = file.index.scopes[2]
    assert file.constants.value(method.node.body[0].value, method) is NOT_CONSTANT


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("True", True),
        ("0", False),
        ("not ''", True),
        ("unknown or 1", True),
        ("0 and unknown", False),
        ("unknown and 1", None),
        ("DEBUG", False),
        ("not DEBUG", True),
        ("1 > 2", False),
        ("unknown", None),
        ("DEBUG or unknown", None),
    ],
)
def test_truth(expression, value):
    """A condition is decided as soon as one operand decides it, whatever the others are."""
    assert truth(expression, "DEBUG = False") is value


def test_not_constant_has_no_truth():
    """Asking whether the sentinel is true is a mistake in the caller, and says so."""
    with pytest.raises(TypeError):
        bool(NOT_CONSTANT)


@pytest.mark.parametrize("count", [50, 300, 5000])
def test_long_chains_are_bounded(count):
    """A chain of names, and a sum of many terms, take no recursion with them."""
    chain = "\n".join(f"a{n + 1} = a{n}" for n in range(count))
    started = time.perf_counter()
    folded(f"a{count}", f"a0 = 'x'\n{chain}")
    assert folded(" + ".join(["'x'"] * min(count, 300))) == "x" * min(count, 300)
    assert time.perf_counter() - started < 5
