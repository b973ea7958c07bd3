"""`prodlint suppressions`: the audit of all suppression comments, on stdout."""

from __future__ import annotations

import sys
import time

from prodlint.hosts.cli import (
    CLEAN,
    FAILED,
    FOUND,
    configured,
    current_directory,
    faults,
    nothing_to_check,
    print_problems,
    quieten,
)


def suppressions(given: list[str]) -> int:
    """List what hides violations; the exit code is 1 where a comment, or a file, needs somebody to look at it."""
    from prodlint.audit import SETTLED, audit
    from prodlint.discover import discover
    from prodlint.hosts.arguments import suppressions_options
    from prodlint.hosts.plain import overrides_of
    from prodlint.report.suppressions import render, summary
    from prodlint.run import Checker

    options = suppressions_options(given)
    quieten()
    cwd = current_directory()
    configuration = configured(
        overrides_of(options), cwd, options.paths or ["."], allow_local_plugins=options.allow_local_plugins
    )
    if faults(configuration, None):
        return FAILED
    discovery = discover(options.paths or ["."], cwd=cwd, excludes_at=configuration.excludes_at)
    discovery = configuration.skipping(discovery)
    if faults(configuration, None):
        return FAILED
    today = time.strftime("%Y-%m-%d")
    found = audit(discovery, Checker(configuration, configuration.registry, today), cwd=cwd, today=today)
    if faults(configuration, None):
        return FAILED
    sys.stdout.write("".join(render(found, options.format or "text")))
    sys.stdout.flush()
    print_problems([*configuration.problems, *found.problems], None)
    if not discovery.files:
        return nothing_to_check(options, found.problems)
    if not options.quiet:
        sys.stderr.write(summary(found) + "\n")
    if any(problem.fatal for problem in found.problems):
        return FAILED
    needs_somebody = any(entry.state not in SETTLED for entry in found.suppressions)
    needs_somebody = needs_somebody or any(problem.path for problem in found.problems)
    return FOUND if needs_somebody and not options.exit_zero else CLEAN
