"""Rule packs, selectors and the nearest valid word."""

from __future__ import annotations

import pytest

from prodlint.model import Severity
from prodlint.registry import Registry, built_in
from prodlint.rule import Rule
from prodlint.suggest import nearest
from prodlint.tool_rules import PAGES, RULES


def rule(name: str, code: str, family: str) -> Rule:
    """A rule that looks nowhere."""
    return Rule(name=name, code=code, family=family, since="0.1", summary="a summary")


BARE = rule("bare-except", "PRD101", "errors")
SWALLOWED = rule("swallowed-exception", "PRD102", "errors")
PRINT = rule("print-call", "PRD201", "observability")
REGISTRY = Registry([PRINT, BARE, SWALLOWED])


def test_rules_keep_the_packs_order_and_the_tools_come_last() -> None:
    """Reports and pages follow the order that the pack's author chose, not the order of codes."""
    assert REGISTRY.rules == (PRINT, BARE, SWALLOWED, *RULES)


@pytest.mark.parametrize(
    ("selector", "rules"),
    [
        ("bare-except", (BARE,)),
        ("PRD101", (BARE,)),
        ("PRD1", (BARE, SWALLOWED)),
        ("PRD10", (BARE, SWALLOWED)),
        ("PRD9", RULES),
        ("PRD", REGISTRY.rules),
        ("errors", (BARE, SWALLOWED)),
        ("tool", RULES),
        ("ALL", REGISTRY.rules),
    ],
)
def test_a_selector_names_a_rule_a_prefix_a_family_or_all(selector: str, rules: tuple[Rule, ...]) -> None:
    """Each of the five forms reaches exactly its rules, in the registry's order."""
    assert REGISTRY.resolve(selector) == rules


@pytest.mark.parametrize("word", ["", "P", "PR", "prd101", "all", "PRD103", "PRD8", "E722", "Errors", "bare_except"])
def test_anything_else_selects_nothing(word: str) -> None:
    """A misspelt or too short word must not select by accident: an empty prefix would select everything."""
    assert REGISTRY.resolve(word) == ()


def test_closer_aims_are_more_specific() -> None:
    """The order of precedence is total: all, family, prefixes by length, exact."""
    aims = [REGISTRY.specificity(word) for word in ("ALL", "errors", "PRD", "PRD1", "PRD10", "PRD101")]
    assert aims == sorted(set(aims))
    assert REGISTRY.specificity("bare-except") == REGISTRY.specificity("PRD101")


def test_find_takes_the_name_or_the_code() -> None:
    """A lookup is exact; a prefix is no rule."""
    assert REGISTRY.find("PRD101") is REGISTRY.find("bare-except") is BARE
    assert REGISTRY.find("PRD1") is None
    assert REGISTRY.by_name["bare-except"] is BARE


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("bare-exept", "bare-except"),
        ("bare_except", "bare-except"),
        ("prd101", "PRD101"),
        ("PRD1O1", "PRD101"),
        ("swallowed", "swallowed-exception"),
        ("Errors", "errors"),
        ("all", "ALL"),
        ("zzzz", None),
        ("", None),
    ],
)
def test_the_nearest_selector_is_offered(word: str, meant: str | None) -> None:
    """Case, underscores and half a word are the usual slips; nonsense gets no offer."""
    assert REGISTRY.nearest(word) == meant


def test_of_equally_near_words_the_first_is_offered() -> None:
    """The offer must not depend on the order of a set."""
    assert nearest("ac", ["ab", "ad"]) is None
    assert nearest("abcx", ["abcd", "abce"]) == "abcd"


@pytest.mark.parametrize(
    ("rules", "clash"),
    [
        ([BARE, rule("bare-except", "PRD199", "errors")], "bare-except"),
        ([BARE, rule("other", "PRD101", "errors")], "PRD101"),
        ([rule("mine", "PRD900", "errors")], "PRD900"),
        ([BARE, rule("errors", "PRD199", "hygiene")], "errors"),
    ],
)
def test_clashing_names_and_codes_are_refused(rules: list[Rule], clash: str) -> None:
    """Two packs that use one name would make every selector ambiguous, the tool's own names included."""
    with pytest.raises(ValueError, match=clash):
        Registry(rules)


def test_the_built_in_pack_holds_the_first_rules() -> None:
    """The pack is found by its name; a rule left out of its list would silently never run."""
    registry = built_in()
    codes = {"PRD101", "PRD102", "PRD201", "PRD401", "PRD402", "PRD701", "PRD900", "PRD901", "PRD905"}
    assert codes <= {rule.code for rule in registry.rules}
    for each in registry.rules:
        assert len(registry.page(each)) > 200


def test_the_tools_own_rules_weigh_what_is_promised() -> None:
    """An unread file and a broken promise are errors; clumsy suppressions are warnings. Each has a page."""
    assert {rule.code: rule.severity for rule in RULES} == {
        "PRD900": Severity.ERROR,
        "PRD901": Severity.WARNING,
        "PRD902": Severity.WARNING,
        "PRD903": Severity.ERROR,
        "PRD904": Severity.ERROR,
        "PRD905": Severity.ERROR,
    }
    assert set(PAGES) == {rule.name for rule in RULES}
