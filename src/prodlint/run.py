"""Many files to one report: settings for each, cached results, worker processes, stable order. Prints nothing.

Used as a library it is serial unless asked and changes no process state.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from prodlint.cache import Cache, Record, decode, encode, matches
from prodlint.check import Checked, Inspection, inspect_source, unreadable_violation
from prodlint.digest import digest
from prodlint.index import plan_for
from prodlint.model import Report
from prodlint.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prodlint.config import Configuration, FileSettings
    from prodlint.discover import Discovery, SourceFile
    from prodlint.model import Problem, Violation
    from prodlint.registry import Registry

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes above which a file is not read: its tree would take gigabytes of memory."""

# Starting workers takes about as long as checking this many bytes (measured: 6 ms, and 12 MB/s on one core).
_WORTH_WORKERS = 300_000


class Task(NamedTuple):
    """One file to check and the places it is known by."""

    file: SourceFile
    absolute: str
    project_path: str


class Outcome(NamedTuple):
    """What checking one file gave, as lines for the cache and for the parent process."""

    digest: str
    has_shebang: bool
    lines: tuple[str, ...]


class Checker:
    """Checks files one by one with everything that a run's files share."""

    def __init__(self, configuration: Configuration, registry: Registry, today: str) -> None:
        self.configuration = configuration
        self.registry = registry
        plan = plan_for(visit for rule in registry.rules for visit in rule.visits)
        self.inspection = Inspection(registry, plan, today)

    def settings(self, task: Task, has_shebang: bool) -> FileSettings:
        """The settings for a file; its first line can make it a script."""
        return self.configuration.settings_for(task.absolute, has_shebang)

    def check(self, task: Task) -> Outcome:
        """Read a file and run its rules; a file that cannot be read is a violation."""
        try:
            data = self._read(task)
        except OSError as error:
            return self._failed(task, f"cannot be read: {error.strerror or error}")
        if data is None:
            return self._failed(task, f"larger than {LARGEST_FILE:,} bytes")
        has_shebang = data.startswith(b"#!")
        settings = self.settings(task, has_shebang)
        checked = inspect_source(Source(task.file.path, data), task.project_path, settings, self.inspection)
        return Outcome(digest(data), has_shebang, encode(checked))

    def failed(self, task: Task, reason: str) -> Outcome:
        """The outcome of a file that no rule has seen, and why."""
        return self._failed(task, reason)

    def _failed(self, task: Task, reason: str) -> Outcome:
        violation = unreadable_violation(task.file.path, self.settings(task, False), reason, None)
        return Outcome("", False, encode(Checked((violation,) if violation else (), ())))

    def _read(self, task: Task) -> bytes | None:
        if task.file.size > LARGEST_FILE:
            return None
        with open(task.file.real, "rb") as handle:
            return handle.read()


def run(
    discovery: Discovery,
    configuration: Configuration,
    registry: Registry,
    *,
    cwd: str,
    today: str,
    jobs: int = 1,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check what was discovered.

    ``cwd`` is the absolute directory that relative paths start from, ``today`` an ISO date. More than one job starts
    worker processes where there is enough to do. ``progress`` is told how many of how many files are done. The report
    is the same, byte for byte, whatever the number of jobs and whatever was cached.
    """
    checker = Checker(configuration, registry, today)
    tasks = [_task(file, cwd, configuration) for file in discovery.files]
    outcomes: list[tuple[str, ...] | None] = [None] * len(tasks)
    settings: list[FileSettings | None] = [None] * len(tasks)
    pending = []
    for number, task in enumerate(tasks):
        record = cache.get(task.absolute) if cache is not None else None
        if record is not None:
            settings[number] = known = checker.settings(task, record.has_shebang)
            if matches(record, task.file, known):
                outcomes[number] = record.lines
                continue
        pending.append(number)
    cached = len(tasks) - len(pending)
    done = cached
    for number, outcome in _outcomes(checker, tasks, pending, jobs):
        task = tasks[number]
        outcomes[number] = outcome.lines
        settings[number] = found = checker.settings(task, outcome.has_shebang)
        if cache is not None and outcome.digest and not any(line.startswith("P") for line in outcome.lines):
            file = task.file
            record = Record(
                file.size, file.mtime_ns, file.ctime_ns, outcome.digest, found.key, outcome.has_shebang, outcome.lines
            )
            cache.put(task.absolute, record)
        done += 1
        if progress is not None:
            progress(done, len(tasks))
    problems: list[Problem] = [*discovery.problems]
    violations: list[Violation] = []
    for task, lines, found_settings in zip(tasks, outcomes, settings, strict=True):
        if lines:
            assert found_settings is not None
            checked = decode(lines, task.file.path, found_settings, registry)
            violations += checked.violations
            problems += checked.problems
    if cache is not None:
        unwritten = cache.save(time.time_ns())
        problems += [unwritten] if unwritten is not None else []
    return Report(len(tasks), cached, discovery.skipped, tuple(violations), tuple(problems))


def _task(file: SourceFile, cwd: str, configuration: Configuration) -> Task:
    path = file.path
    absolute = path if os.path.isabs(path) else f"{cwd}/{path}"
    if "/.." in absolute:
        absolute = os.path.normpath(absolute)
    return Task(file, absolute, configuration.relative(absolute))


def _outcomes(
    checker: Checker, tasks: Sequence[Task], pending: Sequence[int], jobs: int
) -> Iterable[tuple[int, Outcome]]:
    size = sum(tasks[number].file.size for number in pending)
    if jobs > 1 and len(pending) > 1 and size > _WORTH_WORKERS and hasattr(os, "fork"):
        from prodlint.workers import check_in_workers

        return check_in_workers(checker, tasks, pending, jobs)
    return ((number, checker.check(tasks[number])) for number in pending)
