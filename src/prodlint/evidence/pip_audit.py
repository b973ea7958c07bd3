"""pip-audit's JSON (``pip-audit -f json``). Source: pip-audit's README and its ``_format/json.py``.

It says nothing about how grave an advisory is, so that each one weighs as an error. A dependency that was skipped was
not audited, and is a warning.
"""

from __future__ import annotations

from prodlint.evidence.documents import items, json_document, table, text_of
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Level
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(data: bytes) -> Evidence:
    """The advisories, and how many dependencies were audited. Raises BrokenEvidenceError."""
    document = json_document(data)
    listed = document.get("dependencies") if isinstance(document, dict) else document
    dependencies = [table(each, "a dependency") for each in items(listed, "`dependencies`")]
    findings = tuple(finding for each in dependencies for finding in _findings(each))
    audited = sum("skip_reason" not in each for each in dependencies)
    return Evidence("pip-audit", "", "pip-audit", audited, "dependencies", findings)


def _findings(dependency: dict[str, Any]) -> Iterator[Finding]:
    name = text_of(dependency.get("name"))
    if not name:
        raise BrokenEvidenceError("a dependency has no name, so it is not pip-audit's")
    if "skip_reason" in dependency:
        yield Finding("skipped", f"{name} was not audited: {text_of(dependency['skip_reason'])}", Level.WARNING, name)
        return
    for each in items(dependency.get("vulns"), f"`vulns` of {name[:80]}"):
        advisory = table(each, "an advisory")
        versions = advisory.get("fix_versions")
        fixed = [text for text in versions if isinstance(text, str)] if isinstance(versions, list) else []
        remedy = f", fixed in {', '.join(fixed[:5])}" if fixed else ", not fixed yet"
        version = text_of(dependency.get("version"))
        yield Finding(text_of(advisory.get("id"), "advisory"), f"{name} {version}{remedy}", path=name)
