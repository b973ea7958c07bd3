"""`prodlint baseline`, and what `prodlint check` does with the file: where it is, what it knows, what it becomes."""

from __future__ import annotations

import os
import sys

from prodlint.baseline import (
    Baseline,
    Extent,
    entries_of,
    match,
    may_be_hidden,
    read,
    write,
)
from prodlint.hosts.arguments import overrides_of
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.report import View, render
from prodlint.report.outcome import plural
from prodlint.report.safety import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from prodlint.baseline.file import Entry
    from prodlint.changes import Changes
    from prodlint.config import Configuration
    from prodlint.discover import Discovery
    from prodlint.model import Report


def shown_from(path: str, cwd: str) -> str:
    """An absolute path as messages name it: relative where it lies below the current directory."""
    return path[len(cwd) + 1 :] if path.startswith(cwd.rstrip("/") + "/") else path


def marked(
    report: Report,
    baseline: Baseline,
    options: argparse.Namespace,
    configuration: Configuration,
    discovery: Discovery | None,
    changes: Changes | None,
    cwd: str,
) -> Report:
    """The report of a check with its known violations marked; ``discovery`` is None for standard input."""
    if discovery is None or changes is not None:
        return match(report, baseline, Extent(configuration.root, cwd), changes.touches if changes else None).report
    return match(report, baseline, extent_of(options, configuration, discovery, cwd)).report


def extent_of(options: argparse.Namespace, configuration: Configuration, discovery: Discovery, cwd: str) -> Extent:
    """What a run over these files can tell of the baseline's entries."""
    tops = tuple(os.path.normpath(os.path.join(cwd, path)) for path in options.paths or ["."])
    narrowing = overrides_of(options)._replace(fail_on=None, isolated=False)
    extent = Extent(configuration.root, cwd, tops)
    if narrowing == type(narrowing)() and not getattr(options, "force_exclude", False):
        return extent
    return extent._replace(covers=_coverage(configuration, discovery, extent))


def _coverage(configuration: Configuration, discovery: Discovery, extent: Extent) -> Callable[[str, str], bool]:
    """Whether a rule ran on a file, where the command line may have left out either."""
    checked = {extent.place(file.path): file for file in discovery.files}

    def covers(path: str, rule: str) -> bool:
        file = checked.get(path)
        if file is None:
            return False
        try:
            with open(file.real, "rb") as handle:
                has_shebang = handle.read(2) == b"#!"
        except OSError:
            return False  # it went away during the run, or was unreadable all along
        settings = configuration.settings_for(extent.absolute(file.path), has_shebang)
        return any(active.rule.name == rule for active in settings.active)

    return covers


class Kept(NamedTuple):
    """What a baseline becomes, and the numbers of violations that tell about it."""

    entries: dict[Entry, int]
    removed: int
    added: int
    new: int


def record(report: Report, extent: Extent, path: str, cwd: str, *, add: bool) -> int:
    """Write, shrink or grow the baseline at an absolute path by what a run has found; tell of it, return the exit code.

    Raises FaultyBaselineError.
    """
    shown = shown_from(path, cwd)
    is_new = not os.path.lexists(path)
    before = Baseline({}) if is_new else read(path, shown, resolve=True)
    kept = _kept(report, before, extent, add=add or is_new)
    write(path, shown, kept.entries)
    refused = tuple(v for v in report.violations if v.suppressed is None and not may_be_hidden(v))
    sys.stdout.write("".join(render(report._replace(violations=refused), "text", View())))
    sys.stdout.flush()
    sys.stderr.write(f"prodlint: {visible(shown)} {_told(kept, is_new=is_new)}\n")
    if refused:
        sys.stderr.write(f"prodlint: {plural(len(refused), 'violation')} above cannot be hidden\n")
    return 1 if refused else 0


def _kept(report: Report, before: Baseline, extent: Extent, *, add: bool) -> Kept:
    matched = match(report, before, extent)
    entries = before.entries()
    removed = 0
    for stale in matched.report.stale:
        key = stale.path, stale.rule, stale.fingerprint
        entries[key] -= stale.gone
        removed += stale.gone
    for old, new in matched.renamed.items():
        for key in [key for key in entries if key[0] == old]:
            moved = new, *key[1:]
            entries[moved] = entries.get(moved, 0) + entries.pop(key)
    fresh = [v for v in matched.report.violations if v.suppressed is None and may_be_hidden(v)]
    if add:
        for key, count in entries_of(fresh, extent).items():
            entries[key] = entries.get(key, 0) + count
    left = {key: count for key, count in entries.items() if count}
    return Kept(left, removed, len(fresh) if add else 0, 0 if add else len(fresh))


def _told(kept: Kept, *, is_new: bool) -> str:
    files = plural(len({path for path, *_ in kept.entries}), "file")
    total = f"knows {plural(sum(kept.entries.values()), 'violation')} in {files}"
    if is_new:
        return f"is written and {total}"
    changes = [f"{kept.removed:,} removed" if kept.removed else "", f"{kept.added:,} added" if kept.added else ""]
    new = f"; {plural(kept.new, 'new one')} left out (`--add` adds them)" if kept.new else ""
    return f"{total}: {', '.join(filter(None, changes)) or 'nothing changed'}{new}"
