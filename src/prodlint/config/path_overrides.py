"""Checked values in, the entries of their tables ``overrides`` out, in the order in which they count."""

from __future__ import annotations

from prodlint.config.patterns import Patterns
from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.config.values import Values

KEY = "overrides"


class PathOverride(NamedTuple):
    """One entry: the files that match, and what it says of them by the keys' paths within it."""

    base: str
    patterns: Patterns
    values: Values
    paths: tuple[str, ...]
    origin: str


def path_overrides(line: Iterable[Values]) -> tuple[PathOverride, ...]:
    """The entries of all tables; one without patterns, which is a fault, is left out."""
    found = []
    for values in line:
        entries: dict[str | int, Values] = {}
        for path, value in values.items():
            if path[0] == KEY and len(path) > 1:
                entries.setdefault(path[1], {})[path[2:]] = value
        for entry in entries.values():
            paths = entry.pop(("paths",), None)
            if paths and paths.value:
                origin = paths.source.describe(paths.path[:2])
                found.append(PathOverride(paths.source.base, Patterns(paths.value), entry, paths.value, origin))
    return tuple(found)
