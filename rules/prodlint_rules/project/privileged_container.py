"""Kubernetes workloads with rights over their node.

## What it does
Reports in the pods of a workload: `privileged: true`; `hostNetwork`, `hostPID` or `hostIPC`; `runAsUser: 0` and
`runAsNonRoot: false`; the capabilities `ALL` and `SYS_ADMIN`; and the socket of the container runtime as a volume.

## Why
Each of them lets a process that is broken into reach the node, and with it every other workload there.

## What to write instead
`securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`, and no volume of
the node.

## Limits
What an admission policy of the cluster refuses is not known. Workloads that must have such rights (agents, network
plugins) are for `per-file-ignores`. Templates (Helm, Jinja) are skipped, and said to be.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint_rules.project._manifests import workloads_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite
    from prodlint_rules.project._manifests import Value

_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock")


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the field that gives the right."""
    for workload in workloads_of(site):
        for message, place in _rights(workload.pod):
            yield site.violation(message, line=place.line)


def _rights(pod: Value) -> Iterator[tuple[str, Value]]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.at(field).is_true:
            yield f"`{field}` shares the node's own with the pod", pod.at(field)
    for volume in pod.at("volumes").items:
        if (path := volume.at("hostPath.path")).text in _SOCKETS:
            yield "the socket of the container runtime gives the pod all rights over the node", path
    yield from _of_user(pod.at("securityContext"))
    for kind in ("initContainers", "containers"):
        for container in pod.at(kind).items:
            security = container.at("securityContext")
            name = container.at("name").text or "?"
            if security.at("privileged").is_true:
                yield f"container `{name}` is privileged, so it has all rights over the node", security.at("privileged")
            for capability in security.at("capabilities.add").items:
                if capability.text.upper().removeprefix("CAP_") in ("ALL", "SYS_ADMIN"):
                    yield f"container `{name}` gets the capability `{capability.text}`, nearly all rights", capability
            yield from _of_user(security)


def _of_user(security: Value) -> Iterator[tuple[str, Value]]:
    if security.at("runAsUser").text == "0":
        yield "`runAsUser: 0` is root", security.at("runAsUser")
    elif security.at("runAsNonRoot").text.lower() == "false":
        yield "`runAsNonRoot: false` lets the container run as root", security.at("runAsNonRoot")
