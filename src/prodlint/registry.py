"""Rule packs in, rules out: by name, by code, and by the selectors that users write.

The only module that names the built-in pack, and it does so as a string: the engine knows no rule.
"""

from __future__ import annotations

import re
import sys

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.tool_rules import PAGES, RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prodlint.model import Problem
    from prodlint.rule import Edition, Rule

EVERYTHING = "ALL"
"""The selector of every rule."""


def built_in() -> Registry:
    """The rules that come with prodlint."""
    from importlib import import_module

    pack = import_module(_BUILT_IN)
    return Registry(pack.RULES, pack.EDITIONS, packs=(_BUILT_IN,))


_BUILT_IN = "prodlint_rules"


class Equivalents(NamedTuple):
    """Codes of other linters by the names of the rules that decide the same, and the settings that they share.

    ``parts`` has the parts of a rule's verdict, each as codes of which any one says it, parted by spaces; ``further``
    has codes that a rule answers too. A linter's name and a colon open a code that only this one has. ``options`` has,
    by the name of a setting, the options that take its value.
    """

    parts: Mapping[str, tuple[str, ...]]
    further: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]


def equivalents() -> Equivalents:
    """What the built-in pack knows of other linters."""
    from importlib import import_module

    module = import_module("prodlint_rules._equivalents")
    return Equivalents(module.PARTS, module.FURTHER, module.OPTIONS)


STANDARDS = ("production-standards", "priority-0")
"""The names of the standards that come with prodlint."""


def standard_text(name: str) -> str | None:
    """The TOML of a standard that comes with prodlint; None for other names."""
    if name not in STANDARDS:
        return None
    from pkgutil import get_data  # only what judges by a standard

    data = get_data("prodlint_rules", f"standards/{name}.toml")
    assert data is not None, "a pack is files or an archive, and both give data"
    return data.decode("utf-8")


class Specificity(NamedTuple):
    """How closely a selector aims; the closer one beats the wider one. Compares as a tuple."""

    kind: int
    length: int = 0


class Registry:
    """The rules of a run in reading order, the tool's own (`prodlint.tool_rules`) last: they are added here.

    ``by_name`` maps names to rules. ``editions`` are the years whose defaults a configuration can keep, the first one
    first. ``packs`` are the names of the packs that the rules are of, ``problems`` what was wrong with one, and
    ``missing`` names, for a reader, the packs of which rules are missing.

    Raises ValueError when two rules share a name or a code, or a name is also a family's.
    """

    __slots__ = ("_by_word", "_families", "by_name", "editions", "missing", "packs", "problems", "rules")

    def __init__(
        self,
        rules: Iterable[Rule],
        editions: Iterable[Edition] = (),
        *,
        packs: Iterable[str] = (),
        problems: Sequence[Problem] = (),
        missing: str = "",
    ) -> None:
        self.editions = tuple(editions)
        self.rules: tuple[Rule, ...] = (*rules, *RULES)
        self.packs = tuple(packs)
        self.problems = tuple(problems)
        self.missing = missing
        self._by_word: dict[str, Rule] = {}
        self._families: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            self._add(rule)
        self.by_name = {rule.name: rule for rule in self.rules}
        for family in self._families:
            if family in self._by_word or family == EVERYTHING:
                raise ValueError(f"family {family!r} of {self._families[family][0]!r} is also the name of a rule")

    def find(self, name_or_code: str) -> Rule | None:
        """The rule of that exact name or code."""
        return self._by_word.get(name_or_code)

    def resolve(self, selector: str) -> tuple[Rule, ...]:
        """The rules that a name, a code, a code prefix (``PRD1``), a family or ``ALL`` selects; none: it is unknown."""
        rule = self._by_word.get(selector)
        if rule is not None:
            return (rule,)
        if selector == EVERYTHING:
            return self.rules
        if re.fullmatch(_PREFIX, selector):
            return tuple(rule for rule in self.rules if rule.code.startswith(selector))
        return self._families.get(selector, ())

    def specificity(self, selector: str) -> Specificity:
        """How closely a known selector aims: ``ALL``, families, prefixes by length, names and codes."""
        if selector in self._by_word:
            return Specificity(3)
        if selector in self._families:
            return Specificity(1)
        return Specificity(0) if selector == EVERYTHING else Specificity(2, len(selector))

    def nearest(self, word: str) -> str | None:
        """The valid selector that ``word`` was most likely meant to be."""
        from prodlint.suggest import nearest

        # Names first: where a name and a code are equally near, the name tells the reader more.
        return nearest(word, [*self.by_name, *self._families, *(rule.code for rule in self.rules), EVERYTHING])

    def page(self, rule: Rule) -> str:
        """The rule's page in Markdown: its module's docstring; empty where Python dropped docstrings (``-OO``)."""
        if page := PAGES.get(rule.name):
            return page
        module = sys.modules.get(rule.module)  # where the check was registered from there
        if module is None and rule.check_function is None:
            from importlib import import_module

            module = import_module(rule.module)
        return (module.__doc__ if module else "") or ""

    def _add(self, rule: Rule) -> None:
        for word in (rule.name, rule.code):
            if word in self._by_word:
                raise ValueError(f"two rules are called {word!r}: {self._by_word[word]!r} and {rule!r}")
            self._by_word[word] = rule
        self._families[rule.family] = (*self._families.get(rule.family, ()), rule)


_PREFIX = r"[A-Z]{3}\d{0,2}"
