"""A report and its files in; the files fixed, and the report of what is left out. The only part that writes to code."""

from __future__ import annotations

from prodlint.fix.rounds import fix_text
from prodlint.fix.write import replace
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem
from prodlint.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.discover import SourceFile
    from prodlint.model import Report, Safety, Violation
    from prodlint.run import Checker, Task


class FixedFile(NamedTuple):
    """A file whose content changes, before and after, and the violations that are fixed by it."""

    path: str
    before: bytes
    after: bytes
    fixed: tuple[Violation, ...]


class FixedFiles(NamedTuple):
    """What fixing a run's files gave: the files that change, and the report of what remains."""

    files: tuple[FixedFile, ...]
    report: Report


def fix_files(
    report: Report, tasks: dict[str, Task], checker: Checker, safeties: frozenset[Safety], *, write: bool
) -> FixedFiles:
    """Fix the files of a report, by their paths, one after the other.

    ``checker`` must make fixes. Without ``write`` nothing is written and the report stays what it is. A file that
    cannot be written, or that changed meanwhile, is a problem; the others go on.
    """
    files: list[FixedFile] = []
    problems = list(report.problems)
    remaining: dict[str, tuple[Violation, ...]] = {}
    for path in _paths_to_fix(report, safeties):
        task = tasks[path]
        try:
            source = Source(path, _content(task.file))
            result = fix_text(source, safeties, lambda text, at=task.absolute: checker.inspect(text, at))  # type: ignore[misc]
            problems += result.problems
            if not result.fixed:
                continue
            if write:
                if refusal := replace(task.file.real, source.data, result.data):
                    problems.append(Problem("not-fixed", refusal, path, remedy="run prodlint again"))
                    continue
                remaining[path] = result.left
        except OSError as error:
            problems.append(Problem("not-fixed", f"the file cannot be fixed: {error.strerror or error}", path))
            continue
        files.append(FixedFile(path, source.data, result.data, result.fixed))
    violations = tuple(_replaced(report.violations, remaining))
    return FixedFiles(tuple(files), report._replace(violations=violations, problems=tuple(problems)))


def with_fixes(report: Report, tasks: dict[str, Task], checker: Checker) -> Report:
    """The report with the fix in each violation that has one; a file that changed meanwhile keeps its violations."""
    made: dict[str, tuple[Violation, ...]] = {}
    for path in dict.fromkeys(v.path for v in report.violations if v.fixable is not None):
        task = tasks[path]
        try:
            checked = checker.inspect(Source(path, _content(task.file)), task.absolute)
        except OSError:
            continue  # said by the run, or gone since
        if [_key(v) for v in checked.violations] == [_key(v) for v in report.violations if v.path == path]:
            made[path] = checked.violations
    return report._replace(violations=tuple(_replaced(report.violations, made)))


def _key(violation: Violation) -> tuple[object, ...]:
    return violation.rule, violation.span, violation.fingerprint


def _paths_to_fix(report: Report, safeties: frozenset[Safety]) -> list[str]:
    return list(dict.fromkeys(v.path for v in report.violations if v.fixable in safeties and v.suppressed is None))


def _replaced(violations: tuple[Violation, ...], by_path: dict[str, tuple[Violation, ...]]) -> Iterator[Violation]:
    done: set[str] = set()
    for violation in violations:
        path = violation.path
        if path not in by_path:
            yield violation
        elif path not in done:
            done.add(path)
            yield from by_path[path]


def _content(file: SourceFile) -> bytes:
    with open(file.real, "rb") as handle:
        return handle.read()
