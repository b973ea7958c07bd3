"""Kubernetes containers without probes.

## What it does
Reports a container of a Deployment, StatefulSet, DaemonSet or Rollout that has no `livenessProbe` or no
`readinessProbe`.

## Why
Without them a process that hangs is never started again, and requests are sent to one that is not ready yet: during a
rollout they fail.

## What to write instead
```yaml
readinessProbe:
  httpGet: {path: /healthz, port: 8000}
livenessProbe:
  httpGet: {path: /livez, port: 8000}
```

## Not reported
Jobs, single Pods, init containers, and patches of kustomize.

## Options
`probes` names those that must be there: of `liveness`, `readiness` and `startup`.

## Limits
What a probe asks for is not judged. Templates (Helm, Jinja) are skipped, and said to be.
"""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules.project._manifests import workloads_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


class Probe(Enum):
    """What Kubernetes asks a container."""

    LIVENESS = "liveness"
    READINESS = "readiness"
    STARTUP = "startup"


class Options(NamedTuple):
    """Which probes a container needs."""

    probes: tuple[Probe, ...] = (Probe.LIVENESS, Probe.READINESS)
    """The probes that must be there."""


_SERVICES = ("Deployment", "StatefulSet", "DaemonSet", "Rollout")


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the container's first line."""
    for workload in workloads_of(site):
        if workload.kind not in _SERVICES:
            continue
        for container in workload.containers:
            missing = [
                each.value for each in site.options.probes if not container.value.at(f"{each.value}Probe").exists
            ]
            if missing:
                message = f"container `{container.name}` has no {' and no '.join(missing)} probe"
                yield site.violation(message, line=container.value.line)
