"""`--fix`, `--fix-only`, `--diff`, `--show-fixes`: what the command line does with fixes."""

from __future__ import annotations

import os
import sys

from prodlint.fix.files import FixedFile, fix_files, with_fixes
from prodlint.fix.rounds import SAFE, UNSAFE, fix_text
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Report, Safety
from prodlint.report import View, problem_lines, render
from prodlint.report.outcome import plural
from prodlint.report.safety import visible
from prodlint.run import Checker, task_of
from prodlint.source import Source
from prodlint.time_limit import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.config import Configuration
    from prodlint.discover import Discovery
    from prodlint.hosts.baselining import Focus
    from prodlint.hosts.plain import CheckOptions
    from prodlint.registry import Registry

CLEAN, FOUND, FAILED = 0, 1, 2


class Run(NamedTuple):
    """What a run has found and what it ran with; ``narrowed``: the report shows less than was found."""

    report: Report
    discovery: Discovery
    configuration: Configuration
    registry: Registry
    cwd: str
    today: str
    narrowed: bool


def fixed_report(options: CheckOptions, run: Run, *, shows_fixes: bool) -> tuple[Report, int | None]:
    """Fix what the options ask for, and say so; the report of what is left, and the exit code where all is said.

    With ``shows_fixes`` the report's violations hold their fixes.
    """
    if not run.report.checked:
        return run.report, None
    with TimeLimit(options.time_limit) as limit:
        checker = Checker(run.configuration, run.registry, run.today, limit=limit)
        return _fixed(options, run, checker, shows_fixes=shows_fixes)


def _fixed(options: CheckOptions, run: Run, checker: Checker, *, shows_fixes: bool) -> tuple[Report, int | None]:
    report = run.report
    tasks = {file.path: task_of(file, run.cwd, run.configuration) for file in run.discovery.files}
    if options.fix or options.fix_only or options.diff:
        files, report = fix_files(
            report, tasks, checker, _safeties(options), write=not options.diff, narrowed=run.narrowed
        )
        if options.show_fixes:
            _tell_fixes(files)
        whole = report._replace(problems=(*run.configuration.problems, *report.problems))
        if options.diff:
            return report, tell_diff(files, whole, options, checker, run.cwd)
        if not options.quiet:
            tell_count(files, "fixed")
        if options.fix_only:
            return report, _tell_problems(whole)
    if shows_fixes:
        report = with_fixes(report, tasks, checker)
    return report, None


def fix_stdin(
    options: CheckOptions, configuration: Configuration, registry: Registry, cwd: str, today: str, focus: Focus | None
) -> int:
    """Fix what stdin holds: the result, or the diff, goes to stdout; what is left is reported on stderr."""
    path = options.stdin_filename or "<stdin>"
    absolute = os.path.normpath(os.path.join(cwd, path))
    before = sys.stdin.buffer.read()
    with TimeLimit(options.time_limit) as limit:
        checker = Checker(configuration, registry, today, limit=limit)
        result = fix_text(
            Source(path, before),
            _safeties(options),
            lambda text, fixes: checker.inspect(text, absolute, fixes),
            tuple if focus is None else lambda found: focus.of(Report(1, 0, (), tuple(found), ())).violations,
        )
    files = (FixedFile(path, before, result.data, result.fixed),) if result.fixed else ()
    report = Report(1, 0, (), result.left, (*registry.problems, *configuration.problems, *result.problems))
    if options.show_fixes:
        _tell_fixes(files)
    if options.diff:
        return tell_diff(files, report, options, checker, cwd)
    _write(result.data)
    if options.fix_only:
        return _tell_problems(report)
    sys.stderr.write("".join(render(report, "text", View(show_suppressed=options.show_suppressed))))
    threshold = configuration.fail_on.rank
    is_left = any(v.suppressed is None and v.severity.rank >= threshold for v in report.violations)
    return _tell_problems(report) or (FOUND if is_left and not options.exit_zero else CLEAN)


def _safeties(options: CheckOptions) -> frozenset[Safety]:
    return UNSAFE if options.unsafe_fixes else SAFE


def _tell_fixes(files: Iterable[FixedFile]) -> None:
    for file in files:
        for violation in file.fixed:
            line = violation.span.line if violation.span else 1
            title = violation.fix.title if violation.fix else ""
            text = visible(f"{file.path}:{line}: {violation.code} {violation.rule} {title}")
            sys.stderr.write(text + "\n")


def tell_diff(
    files: tuple[FixedFile, ...],
    report: Report,
    options: CheckOptions,
    checker: Checker,
    cwd: str,
    what: str = "would be fixed",
) -> int:
    """Print what would change, and say how many violations ``what``; the exit code."""
    from prodlint.fix.diff import diff

    makes = "--fix" if options.add_suppressions is None else "--add-suppressions"
    for file in files:
        made = diff(file, cwd, checker.own_secrets(os.path.normpath(os.path.join(cwd, file.path)), file.before))
        _write(made.text)
        for line in made.withheld:
            told = (
                "changes from this line on are withheld from the diff, for they would show a credential; "
                f"the file's others may need them, and `{makes}` makes them all"
            )
            sys.stderr.write(visible(f"{file.path}:{line}: {told}") + "\n")
    if not options.quiet:
        tell_count(files, what)
        _tell_unsafe(report, options)
    return _tell_problems(report) or (FOUND if files and not options.exit_zero else CLEAN)


def _write(data: bytes) -> None:
    """Put bytes on stdout as they are: no codec of a terminal may change what is code."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def tell_count(files: tuple[FixedFile, ...], what: str) -> None:
    """Say what was done to how many violations in how many files."""
    number = sum(len(file.fixed) for file in files)
    if number:
        sys.stderr.write(f"{plural(number, 'violation')} {what} in {plural(len(files), 'file')}\n")


def _tell_unsafe(report: Report, options: CheckOptions) -> None:
    """Say what else could be fixed: an empty diff would look as if nothing could."""
    if options.unsafe_fixes or options.add_suppressions is not None:
        return
    number = sum(v.fixable is Safety.UNSAFE and v.suppressed is None for v in report.violations)
    if number:
        sys.stderr.write(f"{plural(number, 'violation')} can be fixed with --unsafe-fixes only\n")


def _tell_problems(report: Report) -> int:
    for line in problem_lines(report, View()):
        sys.stderr.write(line + "\n")
    return FAILED if any(problem.fatal for problem in report.problems) else CLEAN
