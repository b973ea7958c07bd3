"""Images without a health check.

## What it does
Reports a Dockerfile whose last stage, with the stages that it builds on, has no `HEALTHCHECK`, or ends in
`HEALTHCHECK NONE`.

## Why
A process can run and answer nothing. Without a check Docker, Compose and Swarm call it healthy, send it work, and go on
with a rollout that has failed.

## What to write instead
`HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-m", "app.health"]`

## Not reported
Projects that have manifests of Kubernetes workloads: Kubernetes ignores the instruction, and
[container-without-probes](container-without-probes.md) judges its probes.

## Limits
A check that the base image brings is not known. An image that is no service, such as one of a command, needs none:
ignore the rule for its Dockerfile.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint_rules.project._dockerfiles import image_of, stages_of
from prodlint_rules.project._manifests import has_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the `HEALTHCHECK NONE`, or the `FROM` of the last stage."""
    image = image_of(stages_of(site))
    checks = [each for each in image.instructions if each.name == "HEALTHCHECK"]
    if checks and checks[-1].words[:1] != ("NONE",):
        return
    if has_workloads(site.project):
        return
    if checks:
        yield site.violation(
            "the health check is switched off, so a process that hangs counts as healthy", line=checks[-1].line
        )
    else:
        yield site.violation(
            "the image has no `HEALTHCHECK`, so a process that hangs counts as healthy", line=image.line
        )
