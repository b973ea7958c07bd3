"""`--add-suppressions`: what the command line does to allow violations with a reason."""

from __future__ import annotations

import os
import sys

from prodlint.config.line_limit import LineLimits
from prodlint.fix.allowed import allow_files
from prodlint.fix.allowing import Grounds, fault_in_reason
from prodlint.hosts.fixing import tell_count, tell_diff
from prodlint.light_typing import TYPE_CHECKING
from prodlint.run import Checker, task_of

if TYPE_CHECKING:
    from prodlint.hosts.fixing import Run
    from prodlint.hosts.plain import CheckOptions
    from prodlint.model import Report


def fault_in_grounds(options: CheckOptions) -> str:
    """What is wrong with the reason and the date that the options give; empty if nothing."""
    if fault := fault_in_reason(options.add_suppressions or ""):
        return f"`--add-suppressions`: {fault}"
    if options.until is None:
        return ""
    from datetime import date  # few suppressions have one

    try:
        last = date.fromisoformat(options.until) if len(options.until) == len("2027-03-01") else None
    except ValueError:
        last = None
    if last is None:
        return f"`--until`: `{options.until}` is no date like 2027-03-01"
    return f"`--until`: {options.until} has passed" if last < date.today() else ""


def allowed_report(options: CheckOptions, run: Run) -> tuple[Report, int | None]:
    """Allow what is reported, and say so; the report of what is left, and the exit code where all is said."""
    grounds = Grounds(options.add_suppressions or "", options.until)
    checker = Checker(run.configuration, run.registry, run.today)
    tasks = {file.path: task_of(file, run.cwd, run.configuration) for file in run.discovery.files}
    limits = LineLimits()
    files, report = allow_files(
        run.report, tasks, checker, grounds, lambda path: limits.at(os.path.dirname(path)), write=not options.diff
    )
    if options.diff:
        whole = report._replace(problems=(*run.configuration.problems, *report.problems))
        return report, tell_diff(files, whole, options, checker, run.cwd, "would be allowed")
    if not options.quiet:
        tell_count(files, "allowed")
    sys.stderr.flush()
    return report, None
