"""Deployments that do not say how they are rolled out.

## What it does
Reports a Kubernetes Deployment without a `strategy`, with the type `Recreate`, and with a rolling update that may take
all pods away at once (`maxUnavailable: 100%`).

## Why
How many pods may be missing, and how many new ones are tried at first, is what keeps a bad release from being an
outage. `Recreate` stops the service before the new version has started once.

## What to write instead
```yaml
strategy:
  type: RollingUpdate
  rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
```
For blue-green and canary releases, a controller such as Argo Rollouts (`kind: Rollout`) or Flagger.

## Limits
Only the manifest is seen: that a pipeline shifts traffic step by step takes evidence of another kind. Patches of
kustomize and templates are skipped, the latter said to be.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint_rules.project._manifests import workloads_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the strategy, or the Deployment's first line."""
    for workload in workloads_of(site):
        if workload.kind != "Deployment":
            continue
        strategy = workload.value.at("spec.strategy")
        if not strategy.exists:
            message = f"Deployment `{workload.name}` states no `strategy`, so nobody has decided how it is replaced"
            yield site.violation(message, line=workload.value.line)
        elif strategy.at("type").text == "Recreate":
            message = f"Deployment `{workload.name}` is stopped before its new version has started"
            yield site.violation(message, line=strategy.at("type").line)
        elif (unavailable := strategy.at("rollingUpdate.maxUnavailable")).text == "100%":
            message = f"a rollout of Deployment `{workload.name}` may take all of its pods away at once"
            yield site.violation(message, line=unavailable.line)
