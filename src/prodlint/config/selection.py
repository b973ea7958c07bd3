"""Selectors of several origins in, which rules run and why out.

A layer is one origin: the command line, then the configuration. The first layer that speaks of a rule decides; in it
the selector that aims closest wins whichever list it stands in, and of equals the one that ignores.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.registry import EVERYTHING
from prodlint.tool_rules import FAMILY, UNREADABLE_SOURCE

if TYPE_CHECKING:
    from prodlint.config.values import Value
    from prodlint.registry import Registry, Specificity
    from prodlint.rule import Rule


class Decision(NamedTuple):
    """Whether a rule runs, and why: a word of the list ``key``, or the lack of one, or just ``word``."""

    is_on: bool
    word: str
    key: str = ""
    value: Value | None = None

    @property
    def is_on_request(self) -> bool:
        """Whether a rule is off only because nobody has asked for it."""
        return self == _ON_REQUEST

    @property
    def reason(self) -> str:
        """Why, as a reader is told. Looking up places in a file is left until someone asks."""
        if self.value is None:
            return self.word
        origin = self.value.origin
        place = origin if origin == f"--{self.key}" else f"{self.key} ({origin})"
        return f"`{self.word}` in {place}" if self.word else f"not in {place}"


class Layer(NamedTuple):
    """What one origin says; None where it says nothing. The values hold known selectors."""

    select: Value | None = None
    extend_select: Value | None = None
    ignore: Value | None = None
    extend_ignore: Value | None = None


def decide(
    layers: tuple[Layer, ...], registry: Registry, later: frozenset[Rule] = frozenset(), default: Decision | None = None
) -> dict[Rule, Decision]:
    """What holds for each rule of the registry, the weightiest layer first.

    The rules that are ``later`` than the configuration's edition run only where a list has their own name or code;
    ``default`` is what else holds for them.
    """
    spoken = [_spoken(layer, registry, later) for layer in layers]
    return {
        rule: _decision(rule, layers, spoken, default if default and rule in later else _DEFAULT)
        for rule in registry.rules
    }


def _decision(rule: Rule, layers: tuple[Layer, ...], spoken: list[dict[Rule, Decision]], default: Decision) -> Decision:
    if rule is UNREADABLE_SOURCE:
        return _ALWAYS
    for layer, decisions in zip(layers, spoken, strict=True):
        decision = decisions.get(rule)
        if decision is not None:
            return decision
        # Whoever selects a few rules does not ask for silence about suppressions.
        if layer.select is not None and rule.family != FAMILY:
            return Decision(False, "", "select", layer.select)
    return default if rule.by_default else _ON_REQUEST


def _spoken(layer: Layer, registry: Registry, later: frozenset[Rule]) -> dict[Rule, Decision]:
    """What a layer says of the rules that it names."""
    decisions: dict[Rule, Decision] = {}
    aims: dict[Rule, Specificity] = {}
    # Selections first, so that of two equally close words the one that ignores comes last and stays.
    for name, value in zip(_LISTS, layer, strict=True):
        for selector in value.value if value else ():
            aim = registry.specificity(selector)
            decision = Decision("ignore" not in name, selector, name, value)
            is_exact = registry.find(selector) is not None
            for rule in registry.resolve(selector):
                if rule in later and decision.is_on and not is_exact:
                    continue
                if decision.is_on and selector == EVERYTHING and not rule.by_default:
                    continue  # whoever asks for everything means what is there for everybody
                if rule not in aims or aim >= aims[rule]:
                    aims[rule] = aim
                    decisions[rule] = decision
    return decisions


_LISTS = ("select", "extend-select", "ignore", "extend-ignore")
_ALWAYS = Decision(True, "always on")
_DEFAULT = Decision(True, "default")
_ON_REQUEST = Decision(False, "runs only where it is selected")
