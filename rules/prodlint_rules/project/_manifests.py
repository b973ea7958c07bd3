"""The text of YAML files in, Kubernetes objects and their containers out, with the lines that they stand on.

Read as a tree of nodes: nothing is constructed, so neither tags nor aliases in a hostile file do anything. The fields
are those of the Kubernetes API reference, versions `v1`, `apps/v1` and `batch/v1`.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.project import NotCheckedError, NothingToJudgeError
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.project import ProjectFile, ProjectSite, ProjectTree


class Value(NamedTuple):
    """A place in a YAML document; one that is not there is a value too, without a node."""

    node: Any

    def at(self, path: str) -> Value:
        """What stands below the keys of a dotted path."""
        found = self
        for key in path.split("."):
            found = found._below(key)
        return found

    @property
    def exists(self) -> bool:
        """Whether it is there, and not null."""
        return self.node is not None and not self.node.tag.endswith(":null")

    @property
    def items(self) -> tuple[Value, ...]:
        """The items of a list; none of anything else."""
        return tuple(map(Value, self.node.value)) if _is(self.node, "sequence") else ()

    @property
    def text(self) -> str:
        """What a scalar says; empty of anything else."""
        return str(self.node.value) if _is(self.node, "scalar") else ""

    @property
    def is_true(self) -> bool:
        """Whether it is the truth value true."""
        return self.text.lower() == "true"

    @property
    def line(self) -> int:
        """The 1-based line that it begins on."""
        return int(self.node.start_mark.line) + 1 if self.node is not None else 1

    def _below(self, key: str) -> Value:
        """What stands below a key, here or in what is merged in (``<<: *defaults``)."""
        if "{{" in self.text or "${" in self.text:
            return self  # what a template puts there may be anything
        rest, seen = [self.node], set()
        while rest:
            node = rest.pop(0)
            if not _is(node, "mapping") or id(node) in seen:
                continue
            seen.add(id(node))
            for name, value in node.value:
                if not _is(name, "scalar"):
                    continue
                if name.value == key:
                    return Value(value)
                if name.value == "<<":
                    rest.extend(value.value if _is(value, "sequence") else (value,))
        return Value(None)


class Container(NamedTuple):
    """A container of a workload: its name, and its place."""

    name: str
    value: Value


class Workload(NamedTuple):
    """A Kubernetes object that runs containers: its kind, its name, its place, and that of its pods' specification."""

    kind: str
    name: str
    value: Value
    pod: Value

    @property
    def containers(self) -> tuple[Container, ...]:
        """The containers that run as long as the pod does."""
        return tuple(Container(each.at("name").text or "?", each) for each in self.pod.at("containers").items)


_POD = {
    "Pod": "spec",
    "CronJob": "spec.jobTemplate.spec.template.spec",
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "Rollout"),
        "spec.template.spec",
    ),
}


_GROUPS = ("", "apps", "batch", "extensions", "argoproj.io")
"""Other groups have kinds of the same name that are made otherwise."""


def workloads_of(site: ProjectSite) -> tuple[Workload, ...]:
    """The workloads of a file. Raises Unreadable, NotCheckedError for a template, NothingToJudgeError for none."""
    if site.file.path in _patches(site.project):
        raise NotCheckedError("a patch of kustomize, which is only a part of a manifest", is_meant=False)
    if "{{" in site.text and _is_of_chart(site.file, site.project):
        raise NotCheckedError(_TEMPLATE)
    workloads = tuple(_workloads(documents_of(site)))
    if not workloads:
        raise NothingToJudgeError
    return workloads


_TEMPLATE = "a template: render it to have it checked"


def _is_of_chart(file: ProjectFile, project: ProjectTree) -> bool:
    """Whether a file is a template of a Helm chart, some of which happen to be YAML."""
    charts = project.shared("charts", lambda: {each.path[: -len("Chart.yaml")] for each in project.matching(_CHARTS)})
    return any(file.path.startswith(f"{chart}templates/") for chart in charts)


_CHARTS = ("Chart.yaml",)


def has_workloads(project: ProjectTree) -> bool:
    """Whether a project has manifests of Kubernetes workloads, or templates of them."""
    has: bool = project.shared("workloads", lambda: any(_may_run(file) for file in project.matching(_FILES)))
    return has


def _may_run(file: ProjectFile) -> bool:
    try:
        text = file.text()
    except Unreadable:
        return False  # the rules about manifests report it
    return _MANIFEST.search(text) is not None and _KIND.search(text) is not None


_FILES = ("*.yaml", "*.yml")
_MANIFEST = re.compile(r"^\s*[\"']?apiVersion[\"']?\s*:", re.MULTILINE)
_KIND = re.compile(r"^\s*[\"']?kind[\"']?\s*:\s*[\"']?(?:" + "|".join(_POD) + r")\b", re.MULTILINE)


def documents_of(site: ProjectSite) -> tuple[Value, ...]:
    """The documents of a Kubernetes manifest, those of its lists for themselves; none of another file."""
    if not _MANIFEST.search(site.text):
        return ()
    documents: tuple[Value, ...] = site.project.shared(("yaml", site.file.path), lambda: tuple(parse(site.text)))
    return tuple(item for each in documents for item in (each.at("items").items if _is_list(each) else (each,)))


def parse(text: str) -> Iterator[Value]:
    """The documents of a YAML file. Raises Unreadable, and NotCheckedError for a template of one."""
    import yaml  # the only place that needs it

    try:
        for node in yaml.compose_all(text, yaml.SafeLoader):
            if "{{" in text and _holds_placeholder(node):
                raise NotCheckedError(_TEMPLATE)
            yield Value(node)
    except yaml.YAMLError as error:
        if "{{" in text or "{%" in text:
            raise NotCheckedError(_TEMPLATE) from None
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "the text is no YAML"
        raise Unreadable(f"not YAML: {reason}", mark.line + 1 if mark is not None else None) from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def _holds_placeholder(node: Any) -> bool:
    """Whether ``{{ name }}`` stands somewhere without quotes, which YAML reads as a mapping that is a key."""
    rest, seen = [node], set()
    while rest:
        each = rest.pop()
        if id(each) in seen or _is(each, "scalar"):
            continue
        seen.add(id(each))
        for item in each.value if each is not None else ():
            if isinstance(item, tuple) and _is(item[0], "mapping"):
                return True
            rest.extend(item if isinstance(item, tuple) else (item,))
    return False


def _is_list(document: Value) -> bool:
    return document.at("kind").text == "List"


def _workloads(documents: tuple[Value, ...]) -> Iterator[Workload]:
    for document in documents:
        kind = document.at("kind").text
        if kind in _POD and document.at("apiVersion").text.rpartition("/")[0] in _GROUPS:
            yield Workload(kind, document.at("metadata.name").text or "?", document, document.at(_POD[kind]))


def _patches(project: ProjectTree) -> frozenset[str]:
    """The files that a kustomization of the project applies as patches, by their paths from the root."""
    patches: frozenset[str] = project.shared("patches", lambda: frozenset(_find_patches(project)))
    return patches


def _find_patches(project: ProjectTree) -> Iterator[str]:
    import posixpath

    for file in project.matching(("kustomization.yaml", "kustomization.yml", "Kustomization")):
        try:
            documents = tuple(parse(file.text()))
        except (Unreadable, NotCheckedError):
            continue  # kustomize itself would refuse it; its files are judged as they are
        for document in documents:
            named = [each.at("path").text for each in document.at("patches").items]
            named += [each.at("path").text for each in document.at("patchesJson6902").items]
            named += [each.text for each in document.at("patchesStrategicMerge").items]
            for path in named:
                yield posixpath.normpath(posixpath.join(posixpath.dirname(file.path), path))


def _is(node: Any, kind: str) -> bool:
    return getattr(node, "id", "") == kind
