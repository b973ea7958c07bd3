"""The policy for programs: paths in, what holds of each clause out. No printing, no exit, no global state."""

from __future__ import annotations

import os
import time

from prodlint.api import check_paths, configuration_of, raise_faults
from prodlint.config import Overrides
from prodlint.discover import discover
from prodlint.light_typing import TYPE_CHECKING
from prodlint.packs import with_packs
from prodlint.policy.assessing import Policy, Run, assess, look, read_policy, with_commit
from prodlint.registry import built_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prodlint.packs import Pack
    from prodlint.policy.verdict import Assessment
    from prodlint.registry import Registry


def check_policy(
    paths: Sequence[str] = (".",),
    *,
    gate: str = "",
    standards: Sequence[str] = (),
    config: Mapping[str, object] | None = None,
    packs: Iterable[Pack] = (),
    registry: Registry | None = None,
    jobs: int = 1,
    cwd: str | None = None,
    today: str | None = None,
) -> Assessment:
    """Check files and directories, and judge the project around ``cwd`` by its standards, clause by clause.

    ``gate`` names one whose clauses alone are judged; ``standards`` take the place of those that the configuration
    names, with paths from ``cwd``. The other arguments are those of `check_paths`. Evidence is read where the
    configuration says; what is wrong with it is in ``problems``, as is all that went wrong in the check. Git is asked
    for the commit, and inherits the environment.

    Raises ValueError for a faulty configuration or standard, and for an unknown gate.
    """
    cwd, packs = os.path.abspath(cwd or ""), tuple(packs)
    day = today or time.strftime("%Y-%m-%d")
    known = with_packs(registry or built_in(), packs)
    configuration = configuration_of(config, cwd, known)
    policy = read_policy(configuration, known, cwd, configuration.problems, tuple(standards))
    raise_faults(configuration)
    names = _clauses(policy, gate)
    report = check_paths(paths, config=config, packs=packs, registry=registry, jobs=jobs, cwd=cwd, today=day)
    looked = look(report, policy, names, configuration, paths, cwd, day, Overrides(), config)
    discovery = discover(paths, cwd=cwd, excludes_at=configuration.excludes_at)
    run = Run(looked.report, discovery, configuration, known, cwd, tuple(paths), day, time.time(), looked)
    assessment = with_commit(assess(policy, run, names, gate), cwd)
    return assessment._replace(problems=(*looked.report.problems, *assessment.problems))


def _clauses(policy: Policy, gate: str) -> tuple[str, ...]:
    if not gate:
        return policy.catalog.reported
    clauses = policy.catalog.gates.get(gate)
    if clauses is None:
        raise ValueError(f"unknown gate `{gate}`; there are {', '.join(policy.catalog.gates)}")
    return clauses
