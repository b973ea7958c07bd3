"""A report and what is known in, the report with the known violations marked and what of the baseline is left out.

A violation is known by its file, rule and fingerprint. The entries of a file that is gone are looked for in a file that
has none: it was renamed. Reads no file.
"""

from __future__ import annotations

import os
from collections import Counter

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Origin, Stale, Suppression, Violation
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prodlint.baseline.file import Baseline, Entry
    from prodlint.model import Report

    Keys = dict[tuple[str, str], int]

KNOWN = Suppression(None, None, Origin.BASELINE)
"""What marks a violation that the baseline knows."""


_PLACE = Violation._fields.index("suppressed")  # `_replace` would take three times as long, for thousands of them


class Extent(NamedTuple):
    """What a run has looked at: only entries within it can be told to be stale.

    ``root`` is the absolute directory that the baseline's paths start from, ``cwd`` the one that the report's do.
    ``tops`` are the absolute paths that were checked; None: too little to tell of anything. ``covers`` says of a path
    from the root and a rule whether the rule would have run there; None: wherever it is of use.
    """

    root: str
    cwd: str
    tops: tuple[str, ...] | None = None
    covers: Callable[[str, str], bool] | None = None

    def place(self, path: str) -> str:
        """The way from the root to a path as a report shows it."""
        absolute = self.absolute(path)
        top = self.root.rstrip("/") + "/"
        return absolute[len(top) :] if absolute.startswith(top) else os.path.relpath(absolute, self.root)

    def absolute(self, path: str) -> str:
        """The absolute path of one as a report shows it."""
        absolute = path if os.path.isabs(path) else f"{self.cwd}/{path}"
        return os.path.normpath(absolute) if "/." in absolute else absolute

    def is_gone(self, path: str) -> bool:
        """Whether nothing lies at a path from the root any more."""
        return not os.path.lexists(os.path.join(self.root, path))

    def _holds(self, path: str, rule: str) -> bool:
        absolute = os.path.normpath(os.path.join(self.root, path))
        tops = self.tops or ()
        is_below = any(absolute == top or absolute.startswith(top.rstrip("/") + "/") for top in tops)
        return is_below and (self.covers is None or self.covers(path, rule))

    def stale(self, left: dict[str, Keys], unread: set[str]) -> tuple[Stale, ...]:
        """What of the entries that were not found is gone for good; nothing of files that could not be read."""
        found = [
            Stale(path, *key, count)
            for path, keys in left.items()
            if path not in unread
            for key, count in keys.items()
            if count and self._holds(path, key[0])
        ]
        return tuple(sorted(found))


class Matched(NamedTuple):
    """A report with its known violations marked, and where the entries of renamed files are now."""

    report: Report
    renamed: dict[str, str]


def may_be_hidden(violation: Violation, locked: frozenset[str] = frozenset()) -> bool:
    """Whether a baseline may hold a violation: not a file that no rule has seen, nor what violates a locked rule."""
    return violation.rule != UNREADABLE_SOURCE.name and violation.rule not in locked


def match(
    report: Report,
    baseline: Baseline,
    extent: Extent,
    is_touched: Callable[[Violation], bool] | None = None,
    locked: frozenset[str] = frozenset(),
) -> Matched:
    """Mark the violations that the baseline knows, as suppressed.

    Where there are more of a kind in a file than it knows, the last ones are new; with ``is_touched`` those that it is
    true of are new before all others. Stale entries are in the report; those of ``locked`` rules, by name, are stale.
    """
    files = _by_file(report.violations, extent, locked)
    left = {path: dict(keys) for path, keys in baseline.known.items()}
    known: set[int] = set()
    fresh: dict[str, list[int]] = {}
    for path, numbers in files.items():
        keys = left.get(path)
        if keys is None:
            fresh[path] = numbers
        else:
            known |= _take(numbers, keys, report.violations, is_touched)
    renamed = _renamed(fresh, left, report.violations, extent) if fresh else {}
    for old, new in renamed.items():
        known |= _take(fresh[new], left[old], report.violations, is_touched)
    unread = {extent.place(violation.path) for violation in report.violations if not may_be_hidden(violation)}
    unread |= {extent.place(problem.path) for problem in report.problems if problem.path}
    violations = tuple(
        Violation._make((*violation[:_PLACE], KNOWN, *violation[_PLACE + 1 :])) if number in known else violation
        for number, violation in enumerate(report.violations)
    )
    stale = extent.stale(left, unread) if extent.tops is not None else ()
    return Matched(report._replace(violations=violations, stale=stale), renamed)


def entries_of(violations: Iterable[Violation], extent: Extent) -> dict[Entry, int]:
    """The entries that know these violations."""
    places: dict[str, str] = {}
    entries: Counter[Entry] = Counter()
    for violation in violations:
        path = places.get(violation.path) or places.setdefault(violation.path, extent.place(violation.path))
        entries[path, violation.rule, violation.fingerprint] += 1
    return dict(entries)


def _by_file(violations: Sequence[Violation], extent: Extent, locked: frozenset[str]) -> dict[str, list[int]]:
    """The numbers of the violations that could be known, by their paths from the root."""
    files: dict[str, list[int]] = {}
    shown, numbers = None, []
    for number, violation in enumerate(violations):
        if violation.suppressed is None and may_be_hidden(violation, locked):
            if violation.path != shown:
                shown = violation.path
                numbers = files.setdefault(extent.place(shown), [])
            numbers.append(number)
    return files


def _take(
    numbers: list[int], left: Keys, violations: Sequence[Violation], is_touched: Callable[[Violation], bool] | None
) -> set[int]:
    """The violations of a file that are known, which are taken off what is left of its entries."""
    known = set()
    if is_touched is not None:
        numbers = sorted(numbers, key=lambda number: is_touched(violations[number]))
    for number in numbers:
        key = violations[number].rule, violations[number].fingerprint
        count = left.get(key)
        if count:
            left[key] = count - 1
            known.add(number)
    return known


def _renamed(
    fresh: dict[str, list[int]], left: dict[str, Keys], violations: Sequence[Violation], extent: Extent
) -> dict[str, str]:
    """The files without entries that hold what is known of files that are gone, by the old paths.

    A file that keeps its name needs one violation in common, any other half of those that the old one had. The pairs
    that have most in common come first.
    """
    holders: dict[tuple[str, str], Counter[str]] = {}
    for path, numbers in fresh.items():
        for number in numbers:
            key = violations[number].rule, violations[number].fingerprint
            holders.setdefault(key, Counter())[path] += 1
    pairs: list[tuple[bool, int, int, str, str]] = []
    for old, keys in left.items():
        if not any(key in holders for key in keys) or not extent.is_gone(old):
            continue
        common: Counter[str] = Counter()
        for key, count in keys.items():
            for new, number in holders.get(key, {}).items():
                common[new] += min(count, number)
        for new, number in common.items():
            same_name = _name(old) == _name(new)
            if same_name or 2 * number >= sum(keys.values()):
                pairs.append((not same_name, -number, -_shared(old, new), old, new))
    renamed: dict[str, str] = {}
    taken = set()
    for *_, old, new in sorted(pairs):
        if old not in renamed and new not in taken:
            renamed[old] = new
            taken.add(new)
    return renamed


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _shared(old: str, new: str) -> int:
    """How many names of directories two paths share."""
    return len(set(old.split("/")).intersection(new.split("/")))
