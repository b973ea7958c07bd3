"""`prodlint baseline`, and what `prodlint check` does with the file: where it is, what it knows, what it becomes."""

from __future__ import annotations

import os
import sys

from prodlint.baseline import (
    Baseline,
    Extent,
    FaultyBaselineError,
    entries_of,
    match,
    may_be_hidden,
    read,
    write,
)
from prodlint.hosts.cli import (
    CLEAN,
    FAILED,
    FOUND,
    baseline_path,
    check_files,
    configured,
    current_directory,
    faults,
    nothing_to_check,
    print_problems,
    quieten,
    say,
)
from prodlint.hosts.plain import overrides_of
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.report import View, render
from prodlint.report.outcome import plural
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.baseline.file import Entry
    from prodlint.changes import Changes
    from prodlint.config import Configuration
    from prodlint.discover import Discovery
    from prodlint.hosts.plain import CheckOptions
    from prodlint.model import Report


def baseline(given: list[str]) -> int:
    """Run ``prodlint baseline``: check, and make the file know what was found, or what is left of what it knew."""
    from prodlint.discover import discover
    from prodlint.hosts.arguments import baseline_options  # argparse: a check that reads the file does without

    options = baseline_options(given)
    quieten()
    cwd = current_directory()
    configuration = configured(
        overrides_of(options), cwd, options.paths or ["."], allow_local_plugins=options.allow_local_plugins
    )
    registry = configuration.registry
    if faults(configuration, None):
        return FAILED
    discovery = discover(options.paths or ["."], cwd=cwd, excludes_at=configuration.excludes_at)
    discovery = configuration.skipping(discovery)
    report = None if faults(configuration, None) else check_files(options, configuration, registry, cwd, discovery)
    if report is None or faults(configuration, None):
        return FAILED
    print_problems([*configuration.problems, *report.problems], None)
    if any(problem.fatal for problem in report.problems):
        say("the baseline is left as it is, since not everything could be checked")
        return FAILED
    path = baseline_path(options, configuration, cwd)
    if not report.checked and not os.path.lexists(path):
        return nothing_to_check(options, report.problems)
    try:
        extent = _extent(options, configuration, discovery, cwd)
        return _record(report, extent, path, cwd, configuration.locked, add=options.add)
    except FaultyBaselineError as fault:
        print_problems([fault.problem], None)
        return FAILED


class Focus(NamedTuple):
    """What of a check's violations counts, where not all do: those that no baseline knows, on lines that have changed.

    ``discovery`` and ``changes`` are known once files are; standard input has none.
    """

    options: CheckOptions
    configuration: Configuration
    cwd: str
    baseline: Baseline | None
    discovery: Discovery | None = None
    changes: Changes | None = None

    @property
    def unchanged(self) -> int:
        """How many files are not looked at because nothing in them has changed."""
        return self.changes.unchanged if self.changes else 0

    def on(self, discovery: Discovery) -> tuple[Focus, Discovery]:
        """The focus on a run's files, and those to check; exits where git cannot tell what has changed."""
        options = self.options
        if options.changed_since is None:
            return self._replace(discovery=discovery), discovery
        from prodlint.changes import changes_since
        from prodlint.git import IncomparableError

        try:
            changes = changes_since(options.changed_since, discovery, paths=options.paths or ["."], cwd=self.cwd)
        except IncomparableError as fault:
            print_problems([fault.problem], options.color)
            raise SystemExit(FAILED) from None
        return self._replace(discovery=changes.discovery, changes=changes), changes.discovery

    def of(self, report: Report) -> Report:
        """The report with what the baseline knows marked, and without what is on no changed line."""
        if self.baseline is not None:
            touches = self.changes.touches if self.changes else None
            report = match(report, self.baseline, self._extent, touches, self.configuration.locked).report
        return self.changes.only(report) if self.changes else report

    @property
    def _extent(self) -> Extent:
        if self.discovery is None or self.changes is not None:
            return Extent(self.configuration.root, self.cwd)
        return _extent(self.options, self.configuration, self.discovery, self.cwd)


def focus_of(options: CheckOptions, configuration: Configuration, cwd: str, *, with_baseline: bool) -> Focus:
    """What counts by the options and the run's baseline; exits for one that cannot be read."""
    if not with_baseline:
        return Focus(options, configuration, cwd, None)
    path = baseline_path(options, configuration, cwd)
    try:
        return Focus(options, configuration, cwd, read(path, _shown_from(path, cwd)))
    except FaultyBaselineError as fault:
        print_problems([fault.problem], options.color)
        raise SystemExit(FAILED) from None


def _shown_from(path: str, cwd: str) -> str:
    """An absolute path as messages name it: relative where it lies below the current directory."""
    return path[len(cwd) + 1 :] if path.startswith(cwd.rstrip("/") + "/") else path


def _extent(options: CheckOptions, configuration: Configuration, discovery: Discovery, cwd: str) -> Extent:
    """What a run over these files can tell of the baseline's entries."""
    tops = tuple(os.path.normpath(os.path.join(cwd, path)) for path in options.paths or ["."])
    narrowing = overrides_of(options)._replace(fail_on=None, isolated=False)
    extent = Extent(configuration.root, cwd, tops)
    if narrowing == type(narrowing)() and not options.force_exclude and options.shard is None:
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


class _Kept(NamedTuple):
    """What a baseline becomes, and the numbers of violations that tell about it."""

    entries: dict[Entry, int]
    removed: int
    added: int
    new: int


def _record(report: Report, extent: Extent, path: str, cwd: str, locked: frozenset[str], *, add: bool) -> int:
    """Write, shrink or grow the baseline at an absolute path by what a run has found; tell of it, return the exit code.

    What violates ``locked`` rules does not go into it.
    Raises FaultyBaselineError.
    """
    shown = _shown_from(path, cwd)
    is_new = not os.path.lexists(path)
    before = Baseline({}) if is_new else read(path, shown, resolve=True)
    kept = _kept(report, before, extent, locked, add=add or is_new)
    write(path, shown, kept.entries)
    refused = tuple(v for v in report.violations if v.suppressed is None and not may_be_hidden(v, locked))
    sys.stdout.write("".join(render(report._replace(violations=refused), "text", View())))
    sys.stdout.flush()
    say(f"{visible(shown)} {_told(kept, is_new=is_new)}")
    if refused:
        say(f"{plural(len(refused), 'violation')} above cannot be hidden")
    return FOUND if refused else CLEAN


def _kept(report: Report, before: Baseline, extent: Extent, locked: frozenset[str], *, add: bool) -> _Kept:
    matched = match(report, before, extent, locked=locked)
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
    fresh = [v for v in matched.report.violations if v.suppressed is None and may_be_hidden(v, locked)]
    if add:
        for key, count in entries_of(fresh, extent).items():
            entries[key] = entries.get(key, 0) + count
    left = {key: count for key, count in entries.items() if count}
    return _Kept(left, removed, len(fresh) if add else 0, 0 if add else len(fresh))


def _told(kept: _Kept, *, is_new: bool) -> str:
    files = plural(len({path for path, *_ in kept.entries}), "file")
    total = f"knows {plural(sum(kept.entries.values()), 'violation')} in {files}"
    if is_new:
        return f"is written and {total}"
    changes = [f"{kept.removed:,} removed" if kept.removed else "", f"{kept.added:,} added" if kept.added else ""]
    new = f"; {plural(kept.new, 'new one')} left out (`--add` adds them)" if kept.new else ""
    return f"{total}: {', '.join(filter(None, changes)) or 'nothing changed'}{new}"
