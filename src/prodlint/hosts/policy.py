"""`prodlint policy`: the project checked and judged by its standards, the report on standard output."""

from __future__ import annotations

import sys
import time

from prodlint.hosts.cli import (
    CLEAN,
    FAILED,
    FOUND,
    check_files,
    configured,
    current_directory,
    faults,
    focus_of_run,
    nothing_to_check,
    print_problems,
    quieten,
)
from prodlint.hosts.plain import overrides_of
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.policy.report import FORMATS_WITH_COMMIT, render
from prodlint.policy.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.config import Configuration
    from prodlint.hosts.arguments import PolicyOptions
    from prodlint.model import Problem
    from prodlint.policy.assessing import Policy
    from prodlint.policy.verdict import Assessment


def policy(given: list[str]) -> int:
    """Run ``prodlint policy``: judge all clauses."""
    from prodlint.hosts.arguments import policy_options

    options = policy_options(given)
    return judged(options, lambda policy: policy.catalog.reported, _fails)


def _fails(assessment: Assessment, options: PolicyOptions) -> bool:
    counts = assessment.counts()
    if counts[Status.VIOLATED] or counts[Status.EXPIRED] or assessment.problems:
        return True
    return options.require_all and not all(verdict.status.is_settled for verdict in assessment.verdicts)


class Judged(NamedTuple):
    """What was asked for: an assessment, and the problems of the run, some of which may be fatal."""

    assessment: Assessment
    problems: tuple[Problem, ...]


def judged(
    options: PolicyOptions,
    clauses_of: Callable[[Policy], tuple[str, ...] | None],
    fails: Callable[[Assessment, PolicyOptions], bool],
    gate: str = "",
) -> int:
    """Check, judge the clauses that ``clauses_of`` gives (None: it has said why not), report; the exit code."""
    from prodlint.policy.assessing import read_policy

    if _faults_in_outputs(options):
        return FAILED
    quieten()
    cwd = current_directory()
    paths = options.paths or ["."]
    configuration = configured(overrides_of(options), cwd, paths, allow_local_plugins=options.allow_local_plugins)
    read = read_policy(configuration, configuration.registry, cwd, configuration.problems, options.standard)
    if faults(configuration, options.color):
        return FAILED
    names = clauses_of(read)
    if names is None:
        return FAILED
    done = _assessed(options, configuration, read, names, cwd, gate)
    if done is None:
        return FAILED
    unwritten = _report(done.assessment, options, cwd)
    print_problems([*configuration.problems, *done.problems, *done.assessment.problems], options.color)
    if unwritten or any(problem.fatal for problem in done.problems):
        return FAILED
    if not done.assessment.checked and nothing_to_check(options, ()) == FAILED:
        return FAILED
    return FOUND if fails(done.assessment, options) else CLEAN


def _assessed(
    options: PolicyOptions, configuration: Configuration, read: Policy, names: tuple[str, ...], cwd: str, gate: str
) -> Judged | None:
    """The assessment; None where the configuration turned out to be faulty on the way, which has been told."""
    from prodlint.discover import discover
    from prodlint.policy.assessing import Run, assess, look

    focus = focus_of_run(options, configuration, cwd)
    discovery = discover(options.paths or ["."], cwd=cwd, excludes_at=configuration.excludes_at)
    if faults(configuration, options.color):
        return None
    if focus is not None:
        focus, discovery = focus.on(discovery)
    report = check_files(options, configuration, configuration.registry, cwd, discovery)
    today, now = time.strftime("%Y-%m-%d"), time.time()
    paths = tuple(options.paths or ["."])
    looked = look(report, read, names, configuration, paths, cwd, today, overrides_of(options))
    report = looked.report
    if faults(configuration, options.color):
        return None
    if focus is not None:
        report = focus.of(report)
    run = Run(report, discovery, configuration, configuration.registry, cwd, paths, today, now, looked)
    return Judged(assess(read, run, names, gate), report.problems)


def _faults_in_outputs(options: PolicyOptions) -> bool:
    if not options.output:
        return False
    from prodlint.hosts.outputs import faults as faults_of

    problems = faults_of(options.output)
    print_problems(problems, options.color)
    return bool(problems)


def _report(assessment: Assessment, options: PolicyOptions, cwd: str) -> bool:
    """Give the report in all the forms that are asked for; whether a file could not be written."""
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.policy.assessing import with_commit

    name = options.format or "text"
    if {name, *(output.format for output in options.output)} & FORMATS_WITH_COMMIT:
        assessment = with_commit(assessment, cwd)
    unwritten: list[Problem] = []
    if options.output:
        from prodlint.hosts.outputs import written

        for output in options.output:
            problem = written(output, "".join(render(assessment, output.format)))
            unwritten += [problem] if problem else []
        print_problems(unwritten, options.color)
    colour = terminal_of(sys.stdout, options.color).colour
    sys.stdout.write("".join(render(assessment, name, colour=colour)))
    sys.stdout.flush()
    return bool(unwritten)
