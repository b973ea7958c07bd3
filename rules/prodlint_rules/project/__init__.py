"""The rules about a project's files that are not Python, in reading order.

They are declared here, apart from their checks: every start would pay for the import of fourteen modules, and few runs
ask for one of these rules. A rule's page, options and check stand in the module of its name.
"""

from __future__ import annotations

from prodlint.model import Severity
from prodlint.rule import ALL, PRODUCTION_AND_SCRIPT, Project, ProjectFiles, Rule

_DOCKERFILES = ProjectFiles(
    (
        "[Dd]ockerfile", "[Dd]ockerfile[.-]*", "*.[Dd]ockerfile", "[Cc]ontainerfile", "[Cc]ontainerfile[.-]*",
        "!*.dockerignore", "!*.md", "!*.py", "!*.sh", "!*.bak", "!*.orig", "!.devcontainer/**",
    )
)  # fmt: skip
_YAML = ProjectFiles(("*.yaml", "*.yml"))


malformed_changelog = Rule(
    name="malformed-changelog",
    code="PRD801",
    family="project",
    since="0.1",
    summary="the changelog is missing, or does not tell releases, versions, dates and kinds of changes",
    policy=("priority-0/versioning/changelog", "priority-0/completion/changelog"),
    visits=Project(),
    contexts=ALL,
    severity=Severity.ERROR,
    options="Options",
    by_default=False,
    module=f"{__name__}.malformed_changelog",
)

change_without_ticket = Rule(
    name="change-without-ticket",
    code="PRD802",
    family="project",
    since="0.1",
    summary="an entry of the changelog names no ticket",
    policy=(
        "production-standards/documentation/work-record",
        "production-standards/practice/trace-work",
        "production-standards/practice/link-everything",
        "priority-0/versioning/changelog",
    ),
    visits=Project(),
    contexts=ALL,
    severity=Severity.WARNING,
    options="Options",
    by_default=False,
    module=f"{__name__}.change_without_ticket",
)

inconsistent_version = Rule(
    name="inconsistent-version",
    code="PRD803",
    family="project",
    since="0.1",
    summary="the project's version is not semantic, or not that of the changelog's newest release",
    policy=("priority-0/versioning/semantic", "priority-0/versioning/changelog"),
    visits=Project(),
    contexts=ALL,
    severity=Severity.ERROR,
    by_default=False,
    module=f"{__name__}.inconsistent_version",
)

env_file_committed = Rule(
    name="env-file-committed",
    code="PRD804",
    family="project",
    since="0.1",
    summary="git tracks a file of settings or keys that belongs to one machine",
    policy=(
        "production-standards/data/key-management",
        "priority-0/secrets/never-committed",
        "priority-0/secrets/environment",
    ),
    cwe=(540,),
    visits=Project(),
    contexts=ALL,
    severity=Severity.ERROR,
    by_default=False,
    module=f"{__name__}.env_file_committed",
)

container_runs_as_root = Rule(
    name="container-runs-as-root",
    code="PRD811",
    family="project",
    since="0.1",
    summary="the image of a Dockerfile runs as root",
    policy=("production-standards/practice/least-privilege", "priority-0/deployment/containers"),
    cwe=(250,),
    visits=_DOCKERFILES,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    by_default=False,
    module=f"{__name__}.container_runs_as_root",
)

unpinned_base_image = Rule(
    name="unpinned-base-image",
    code="PRD812",
    family="project",
    since="0.1",
    summary="a Dockerfile builds on an image without naming its version",
    policy=("priority-0/deployment/containers",),
    cwe=(1357,),
    visits=_DOCKERFILES,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    options="Options",
    by_default=False,
    module=f"{__name__}.unpinned_base_image",
)

container_without_health_check = Rule(
    name="container-without-health-check",
    code="PRD813",
    family="project",
    since="0.1",
    summary="the image of a Dockerfile has no health check",
    policy=(
        "production-standards/deployment/health-checks",
        "priority-0/deployment/health-checks",
        "priority-0/deployment/containers",
    ),
    visits=_DOCKERFILES,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.WARNING,
    by_default=False,
    module=f"{__name__}.container_without_health_check",
)

secret_in_image = Rule(
    name="secret-in-image",
    code="PRD814",
    family="project",
    since="0.1",
    summary="a Dockerfile puts a credential into the image",
    policy=(
        "production-standards/data/key-management",
        "priority-0/secrets/never-committed",
        "priority-0/code/no-secrets",
    ),
    cwe=(522, 798),
    visits=_DOCKERFILES,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    by_default=False,
    module=f"{__name__}.secret_in_image",
)

container_without_limits = Rule(
    name="container-without-limits",
    code="PRD821",
    family="project",
    since="0.1",
    summary="a container of a Kubernetes workload has no limit of memory or processor time",
    policy=(
        "production-standards/resources/memory",
        "production-standards/resources/cpu",
        "priority-0/reliability/limits",
        "priority-0/deployment/kubernetes",
    ),
    cwe=(770,),
    visits=_YAML,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    options="Options",
    by_default=False,
    module=f"{__name__}.container_without_limits",
)

container_without_probes = Rule(
    name="container-without-probes",
    code="PRD822",
    family="project",
    since="0.1",
    summary="a container of a Kubernetes service has no probe",
    policy=(
        "production-standards/deployment/health-checks",
        "priority-0/deployment/health-checks",
        "priority-0/deployment/kubernetes",
    ),
    visits=_YAML,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    options="Options",
    by_default=False,
    module=f"{__name__}.container_without_probes",
)

privileged_container = Rule(
    name="privileged-container",
    code="PRD823",
    family="project",
    since="0.1",
    summary="a Kubernetes workload gets rights over its node",
    policy=("production-standards/practice/least-privilege", "priority-0/deployment/kubernetes"),
    cwe=(250,),
    visits=_YAML,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    by_default=False,
    module=f"{__name__}.privileged_container",
)

unstated_rollout = Rule(
    name="unstated-rollout",
    code="PRD824",
    family="project",
    since="0.1",
    summary="a Kubernetes Deployment does not say how it is rolled out, or stops before it starts again",
    policy=(
        "production-standards/deployment/blue-green",
        "production-standards/deployment/canary",
        "priority-0/deployment/blue-green",
        "priority-0/deployment/kubernetes",
    ),
    visits=_YAML,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.WARNING,
    by_default=False,
    module=f"{__name__}.unstated_rollout",
)

missing_document = Rule(
    name="missing-document",
    code="PRD831",
    family="project",
    since="0.1",
    summary="a document that the project must have is missing or empty",
    policy=(
        "production-standards/gates/rollback-plan",
        "production-standards/documentation/decisions",
        "production-standards/documentation/api",
        "production-standards/deployment/migrations-tested",
        "priority-0/deployment/migrations",
        "priority-0/testing/integration",
        "priority-0/testing/api",
        "priority-0/testing/security",
        "priority-0/testing/load",
        "priority-0/testing/smoke",
        "priority-0/documentation/api",
        "priority-0/documentation/architecture",
        "priority-0/documentation/deployment",
        "priority-0/documentation/configuration",
        "priority-0/documentation/troubleshooting",
        "priority-0/documentation/security",
    ),
    visits=Project(),
    contexts=ALL,
    severity=Severity.ERROR,
    options="Options",
    by_default=False,
    module=f"{__name__}.missing_document",
)

incomplete_alert = Rule(
    name="incomplete-alert",
    code="PRD841",
    family="project",
    since="0.1",
    summary="an alert lacks its metric, its window or its severity",
    policy=("production-standards/alerting/shape",),
    visits=_YAML,
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    by_default=False,
    module=f"{__name__}.incomplete_alert",
)

RULES = (
    malformed_changelog,
    change_without_ticket,
    inconsistent_version,
    env_file_committed,
    container_runs_as_root,
    unpinned_base_image,
    container_without_health_check,
    secret_in_image,
    container_without_limits,
    container_without_probes,
    privileged_container,
    unstated_rollout,
    missing_document,
    incomplete_alert,
)
"""What the pack lists behind its rules about Python."""
