"""Documents that a project must have.

## What it does
Reports a document that is missing or empty, where the whole project is checked:

| document | usual places |
|---|---|
| `architecture` | `ARCHITECTURE.*`, `docs/architecture*` |
| `deployment` | `DEPLOYMENT.*`, `docs/deploy*` |
| `configuration` | `CONFIGURATION.*`, `docs/config*` |
| `troubleshooting` | `TROUBLESHOOTING.*`, `docs/troubleshooting*` |
| `security` | `SECURITY.*`, `docs/security*`, `.github/SECURITY.md` |
| `api` | `openapi.*`, `swagger.*`, `docs/api*` |
| `runbook` | `RUNBOOK.*`, `docs/runbook*`, `runbooks/` |
| `decisions` | `docs/decisions/`, `docs/adr/`, `adr/` |
| `migrations` | `migrations/` and `alembic/versions/` with Python or SQL in them |
| `integration-tests`, `api-tests`, `security-tests`, `load-tests`, `smoke-tests` | that folder or file below `tests/` |

A document is empty when it holds nothing but headings, or just "TODO" or "TBD".

## Why
Who is called at night has no time to find out how the service is deployed, and who joins has nobody to ask.

## What to write instead
A page that says what the next reader needs; `places` says where it is, if not in a usual place.

## Options
`required` names the documents that must be there; none named: all. `places` gives a document another place, as a
pattern in gitignore's syntax: `runbook=ops/*.md`.

## Limits
That it says something, and that it is true, is for a reviewer.
"""

from __future__ import annotations

import re
from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.project import FaultyOptionError
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectFile, ProjectSite


class Document(Enum):
    """What a project has to write down, or to test."""

    ARCHITECTURE = "architecture"
    DEPLOYMENT = "deployment"
    CONFIGURATION = "configuration"
    TROUBLESHOOTING = "troubleshooting"
    SECURITY = "security"
    API = "api"
    RUNBOOK = "runbook"
    DECISIONS = "decisions"
    MIGRATIONS = "migrations"
    INTEGRATION_TESTS = "integration-tests"
    API_TESTS = "api-tests"
    SECURITY_TESTS = "security-tests"
    LOAD_TESTS = "load-tests"
    SMOKE_TESTS = "smoke-tests"


class Options(NamedTuple):
    """Which documents a project must have, and where they are."""

    required: tuple[Document, ...] = ()
    """The documents that must be there; none named: all that the page lists."""
    places: tuple[str, ...] = ()
    """Where a document is, where that is not a usual place: `runbook=ops/*.md`."""


class Wanted(NamedTuple):
    """A document: where it usually is, the first of which is named when it is missing, and the clauses it is for."""

    places: tuple[str, ...]
    name: str
    policy: tuple[str, ...]


_STANDARD, _PRIORITY = "production-standards", "priority-0"


def _tests(kind: str) -> Wanted:
    places = (f"/tests/{kind}/", f"/tests/{kind}_*/", f"/tests/**/test_{kind}*.py", f"/tests/**/*_{kind}*.py")
    return Wanted((*places, f"/tests/**/{kind}*.py"), f"tests/{kind}", (f"{_PRIORITY}/testing/{kind}",))


def _guide(word: str, *folders: str, policy: tuple[str, ...] = ()) -> Wanted:
    places = (f"/{word}.*", f"/{word.upper()}.*", f"/docs/{word}*", f"/docs/**/{word}*", *folders)
    return Wanted(places, f"docs/{word}.md", policy or (f"{_PRIORITY}/documentation/{word}",))


DOCUMENTS = {
    "architecture": _guide("architecture"),
    "deployment": _guide("deployment", "/docs/deploy*", "/docs/**/deploy*"),
    "configuration": _guide("configuration", "/docs/config*", "/docs/**/config*"),
    "troubleshooting": _guide("troubleshooting"),
    "security": _guide("security", "/.github/SECURITY.md", "/.gitlab/SECURITY.md"),
    "api": _guide(
        "api",
        "openapi.*",
        "swagger.*",
        policy=(f"{_PRIORITY}/documentation/api", f"{_STANDARD}/documentation/api"),
    ),
    "runbook": _guide("runbook", "/runbooks/", policy=(f"{_STANDARD}/gates/rollback-plan",)),
    "decisions": Wanted(
        (
            "/docs/decisions/*.*",
            "/docs/adr/*.*",
            "/doc/adr/*.*",
            "/adr/*.*",
            "/docs/**/adr/*.*",
            "/doc*/**/decisions/*.*",
        ),
        "docs/decisions/",
        (f"{_STANDARD}/documentation/decisions",),
    ),
    "migrations": Wanted(
        ("**/migrations/**/*.py", "**/migrations/**/*.sql", "**/alembic/versions/*.py"),
        "migrations/",
        (f"{_STANDARD}/deployment/migrations-tested", f"{_PRIORITY}/deployment/migrations"),
    ),
    **{f"{kind}-tests": _tests(kind) for kind in ("integration", "api", "security", "load", "smoke")},
}
"""The documents, in the order in which they are reported."""


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the document's first place, or the empty file."""
    own = _own_places(site.options.places)
    for name in [each.value for each in site.options.required] or DOCUMENTS:
        document = DOCUMENTS[name]
        places = (own[name],) if name in own else document.places
        files = site.project.matching(places)
        label = _LABELS.get(name, f"page about its {name}")
        if not files:
            where = own.get(name, document.name)
            yield site.violation(f"the project has no {label}", path=where.lstrip("/"), policy=document.policy)
        elif all(map(_is_empty, files)):
            message = f"the project has no {label}: what is there says nothing"
            yield site.violation(message, file=files[0], policy=document.policy)


_LABELS = {
    "api": "description of its API",
    "runbook": "runbook",
    "decisions": "records of decisions",
    "migrations": "database migrations",
    **{f"{kind}-tests": f"{kind} tests" for kind in ("integration", "security", "load", "smoke")},
    "api-tests": "API tests",
}


def _own_places(places: tuple[str, ...]) -> dict[str, str]:
    """Where the project says that documents are, by their names."""
    own: dict[str, str] = {}
    for place in places:
        name, equals, pattern = place.partition("=")
        if not equals or not pattern or name not in DOCUMENTS:
            raise FaultyOptionError("places", f"`{place}` is not `DOCUMENT=PATTERN` of one of {', '.join(DOCUMENTS)}")
        own[name] = pattern
    return own


def _is_empty(file: ProjectFile) -> bool:
    """Whether a file says nothing: it is empty, or holds only headings and marks of work to be done."""
    try:
        text = file.text()
    except Unreadable:
        return False  # no text, so something else that someone can look at
    return not re.sub(_NOTHING, "", text).strip()


_NOTHING = re.compile(
    r"(?im)^[ \t]*(?:#.*|[=\-~*^]{3,}|(?:todo|tbd|tba|wip|coming soon|to be (?:done|written))\b.{0,40})$"
)
