"""The name of an edition in, the rules that it does not have yet and the defaults that held in it out."""

from __future__ import annotations

from prodlint.config.source import Source, Table
from prodlint.config.values import read_table
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodlint.config.values import Value, Values
    from prodlint.model import Problem
    from prodlint.registry import Registry
    from prodlint.rule import Rule


def held_in(edition: Value, registry: Registry, problems: list[Problem]) -> tuple[frozenset[Rule], Values]:
    """The rules that are later than an edition, and the values of keys whose default was another one then."""
    names = [each.name for each in registry.editions]
    since = registry.editions[names.index(edition.value) + 1 :]
    later = frozenset(registry.by_name[name] for each in since for name in each.added)
    before: dict[str, dict[str, object]] = {}
    for each in reversed(since):  # of several that changed a default, the first knows what held before
        for name, values in (each.before or {}).items():
            before[name] = {**before.get(name, {}), **values}
    table = Table({"rules": before}, Source(f"edition {edition.value}", edition.source.base))
    return later, read_table(table, registry, problems)
