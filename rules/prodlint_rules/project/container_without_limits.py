"""Kubernetes containers without limits.

## What it does
Reports a container of a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob that has no limit of memory
or of processor time.

## Why
One leak or loop takes the node's memory or processors from everything else that runs there.

## What to write instead
```yaml
resources:
  requests: {memory: 128Mi, cpu: 100m}
  limits: {memory: 512Mi, cpu: 500m}
```

## Not reported
Containers of a pod that has limits as a whole; patches of kustomize, which are only parts of a manifest.

## Options
`resources` names the resources that need a limit: `["memory"]` for teams that leave processor time unlimited.

## Limits
A `LimitRange` of the namespace and the patches of an overlay are not taken into account. Templates (Helm, Jinja) are
skipped, and said to be: render them and check the result.
"""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules.project._manifests import workloads_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


class Resource(Enum):
    """What a limit is of."""

    MEMORY = "memory"
    CPU = "cpu"


class Options(NamedTuple):
    """Which limits a container needs."""

    resources: tuple[Resource, ...] = (Resource.MEMORY, Resource.CPU)
    """The resources that must have a limit."""


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the container's first line."""
    for workload in workloads_of(site):
        for container in workload.containers:
            missing = [
                each.value
                for each in site.options.resources
                if not any(
                    owner.at(f"resources.limits.{each.value}").exists for owner in (container.value, workload.pod)
                )
            ]
            if missing:
                message = f"container `{container.name}` has no limit of {' and '.join(missing)}"
                yield site.violation(message, line=container.value.line)
