"""`--fix`, `--fix-only`, `--diff`, `--show-fixes`: what the command line does with fixes."""

from __future__ import annotations

import os
import sys

from prodlint.fix.files import FixedFile, fix_files, with_fixes
from prodlint.fix.rounds import SAFE, UNSAFE, fix_text
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Report
from prodlint.report import View, problem_lines, render
from prodlint.report.outcome import plural
from prodlint.report.safety import visible
from prodlint.run import Checker, task_of
from prodlint.source import Source

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from prodlint.config import Configuration
    from prodlint.discover import Discovery
    from prodlint.registry import Registry

CLEAN, FOUND, FAILED = 0, 1, 2


class Run(NamedTuple):
    """A run that has reported and what it ran with."""

    report: Report
    discovery: Discovery
    configuration: Configuration
    registry: Registry
    cwd: str
    today: str


def fixed_report(options: argparse.Namespace, run: Run) -> tuple[Report, int | None]:
    """Fix what the options ask for, and say so; the report of what is left, and the exit code where all is said."""
    checker = Checker(run.configuration, run.registry, run.today, fixes=True)
    tasks = {file.path: task_of(file, run.cwd, run.configuration) for file in run.discovery.files}
    if not (options.fix or options.fix_only or options.diff):
        return with_fixes(run.report, tasks, checker), None
    safeties = UNSAFE if options.unsafe_fixes else SAFE
    files, report = fix_files(run.report, tasks, checker, safeties, write=not options.diff)
    if options.show_fixes:
        _tell_fixes(files)
    if options.diff:
        return report, _tell_diff(files, report, quiet=options.quiet)
    if not options.quiet:
        _tell_count(files, "fixed")
    if options.fix_only:
        return report, _tell_problems(report)
    return report, None


def fix_stdin(
    options: argparse.Namespace, configuration: Configuration, registry: Registry, cwd: str, today: str
) -> int:
    """Fix what stdin holds: the result goes to stdout, what is left is reported on stderr."""
    path = options.stdin_filename or "<stdin>"
    checker = Checker(configuration, registry, today, fixes=True)
    absolute = os.path.normpath(os.path.join(cwd, path))
    before = sys.stdin.buffer.read()
    safeties = UNSAFE if options.unsafe_fixes else SAFE
    result = fix_text(Source(path, before), safeties, lambda text: checker.inspect(text, absolute))
    file = FixedFile(path, before, result.data, result.fixed)
    files = (file,) if result.fixed else ()
    report = Report(1, 0, (), result.left, result.problems)
    if options.show_fixes:
        _tell_fixes(files)
    if options.diff:
        return _tell_diff(files, report, quiet=options.quiet)
    sys.stdout.flush()
    sys.stdout.buffer.write(result.data)
    sys.stdout.buffer.flush()
    code = _tell_problems(report)
    if options.fix_only:
        return code
    sys.stderr.write("".join(render(report, "text", View(show_suppressed=options.show_suppressed))))
    threshold = configuration.fail_on.rank
    is_left = any(v.suppressed is None and v.severity.rank >= threshold for v in report.violations)
    return code or (FOUND if is_left and not options.exit_zero else CLEAN)


def _tell_fixes(files: Iterable[FixedFile]) -> None:
    for file in files:
        for violation in file.fixed:
            line = violation.span.line if violation.span else 1
            title = violation.fix.title if violation.fix else ""
            sys.stderr.write(visible(f"{file.path}:{line}: {violation.code} {violation.rule} {title}") + "\n")


def _tell_diff(files: tuple[FixedFile, ...], report: Report, *, quiet: bool) -> int:
    from prodlint.fix.diff import diff

    for file in files:
        # As bytes of the file: a name or a line that no codec of the terminal has must apply all the same.
        sys.stdout.buffer.write("".join(diff(file)).encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
    if not quiet:
        _tell_count(files, "would be fixed")
    return _tell_problems(report) or (FOUND if files else CLEAN)


def _tell_count(files: tuple[FixedFile, ...], what: str) -> None:
    number = sum(len(file.fixed) for file in files)
    if number:
        sys.stderr.write(f"{plural(number, 'violation')} {what} in {plural(len(files), 'file')}\n")


def _tell_problems(report: Report) -> int:
    for line in problem_lines(report, View()):
        sys.stderr.write(line + "\n")
    return FAILED if any(problem.fatal for problem in report.problems) else CLEAN
