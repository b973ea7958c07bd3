"""A report and its files in; the files fixed, and the report of what is left out. The only part that writes to code."""

from __future__ import annotations

from prodlint.fix.hidden import as_reported
from prodlint.fix.rounds import fix_text
from prodlint.fix.withheld import Withheld
from prodlint.fix.write import Changed, replace
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem, Safety
from prodlint.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prodlint.discover import SourceFile
    from prodlint.fix.rounds import FixedText
    from prodlint.model import Report, Violation
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
    report: Report,
    tasks: dict[str, Task],
    checker: Checker,
    safeties: frozenset[Safety],
    *,
    write: bool,
    narrowed: bool = False,
) -> FixedFiles:
    """Fix the files of a report, by their paths, one after the other.

    With ``narrowed`` more is found in the files than the report shows, and only what it shows is fixed. Without
    ``write`` nothing is written and the violations of the report stay what they are. A file that cannot be written, or
    that changed meanwhile, is a problem; the others go on.
    """
    files: list[FixedFile] = []
    problems = dict.fromkeys(report.problems)
    remaining: dict[str, tuple[Violation, ...]] = {}
    shown_in = by_path(report)
    for path in _paths_to_fix(report, safeties):
        try:
            source = Source(path, content(tasks[path].file))
            result = _fixed(source, tasks[path], checker, safeties, shown_in[path] if narrowed else None)
            problems |= dict.fromkeys(result.problems)
            if result.fixed and write and (note := replace(tasks[path].file.real, source.data, result.data)):
                problems[Problem("hard-link", note, path, fatal=False)] = None
        except OSError as error:
            problems[not_fixed(path, error)] = None
            continue
        if write:
            remaining[path] = result.left
        if result.fixed:
            files.append(FixedFile(path, source.data, result.data, result.fixed))
    violations = tuple(replaced(report.violations, remaining))
    return FixedFiles(tuple(files), report._replace(violations=violations, problems=tuple(problems)))


def not_fixed(path: str, error: OSError) -> Problem:
    """What to say of a file that could not be read or written."""
    remedy = "run prodlint again" if isinstance(error, Changed) else ""
    return Problem("not-fixed", f"the file is not fixed: {error.strerror or error}", path, remedy=remedy)


def _fixed(
    source: Source, task: Task, checker: Checker, safeties: frozenset[Safety], shown: Sequence[Violation] | None
) -> FixedText:
    """Fix one text, of whose violations only those ``shown`` are reported; None: all that are found."""
    return fix_text(
        source,
        safeties,
        lambda text, fixes: checker.inspect(text, task.absolute, fixes),
        tuple if shown is None else lambda found: as_reported(found, shown),
    )


def with_fixes(report: Report, tasks: dict[str, Task], checker: Checker) -> Report:
    """The report with the fix in each violation that has one; a file that changed meanwhile keeps its violations."""
    made: dict[str, tuple[Violation, ...]] = {}
    problems = dict.fromkeys(report.problems)
    shown_in = by_path(report)
    for path in dict.fromkeys(v.path for v in report.violations if v.fixable is not None):
        try:
            source = Source(path, content(tasks[path].file))
            checked = checker.inspect(source, tasks[path].absolute, frozenset(Safety))
            shown = as_reported(checked.violations, shown_in[path])
        except OSError:
            continue  # it was another one, or there at all, a moment ago: what was found in it stays, without fixes
        own = checker.own_secrets(tasks[path].absolute, source.data)
        fixed = _without_secrets(checked.violations, Withheld(path, source.data, own))
        pairs = zip(fixed, shown, strict=True)
        made[path] = tuple(as_shown._replace(fixable=v.fixable, fix=v.fix) for v, as_shown in pairs if as_shown)
        problems |= dict.fromkeys(checked.problems)
    violations = tuple(replaced(report.violations, made))
    return report._replace(violations=violations, problems=tuple(problems))


def by_path(report: Report) -> dict[str, list[Violation]]:
    """The violations of a report by their files."""
    found: dict[str, list[Violation]] = {}
    for violation in report.violations:
        found.setdefault(violation.path, []).append(violation)
    return found


def _without_secrets(violations: tuple[Violation, ...], withheld: Withheld) -> Iterator[Violation]:
    """The violations without the fixes whose edits repeat a credential: a report may not show one."""
    for violation in violations:
        fix = violation.fix
        shows = fix is not None and any(withheld.shows(edit.text) for edit in fix.edits)
        yield violation._replace(fix=None) if shows else violation


def _paths_to_fix(report: Report, safeties: frozenset[Safety]) -> list[str]:
    return list(dict.fromkeys(v.path for v in report.violations if v.fixable in safeties and v.suppressed is None))


def replaced(violations: tuple[Violation, ...], new: dict[str, tuple[Violation, ...]]) -> Iterator[Violation]:
    """The violations with those of some files replaced, by path, in the order of the files."""
    done: set[str] = set()
    for violation in violations:
        path = violation.path
        if path not in new:
            yield violation
        elif path not in done:
            done.add(path)
            yield from new[path]


def content(file: SourceFile) -> bytes:
    """What is in a file now."""
    with open(file.real, "rb") as handle:
        return handle.read()
