"""bandit's JSON (``bandit -f json``). Source: bandit's documentation, "JSON formatter"."""

from __future__ import annotations

from prodlint.evidence.documents import items, json_document, line_of, table, text_of, time_of, whole
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Level

_LEVELS = {"HIGH": Level.ERROR, "MEDIUM": Level.WARNING, "LOW": Level.NOTE, "UNDEFINED": Level.NOTE}


def read(data: bytes) -> Evidence:
    """The findings, and how many lines were looked at. Raises BrokenEvidenceError."""
    document = table(json_document(data), "the document")
    metrics = table(document.get("metrics"), "`metrics`")
    lines = whole(table(metrics.get("_totals"), "`metrics._totals`").get("loc"), "`metrics._totals.loc`")
    unread = items(document.get("errors"), "`errors`")
    if unread:
        raise BrokenEvidenceError(f"bandit could not read {len(unread):,} files", "see `errors` in the file")
    findings = tuple(_finding(table(each, "a result")) for each in items(document.get("results"), "`results`"))
    recorded = time_of(document.get("generated_at"))
    return Evidence("bandit", "", "bandit", lines, "lines", findings, recorded=recorded)


def _finding(each: dict[str, object]) -> Finding:
    level = _LEVELS.get(text_of(each.get("issue_severity")))
    if level is None:
        raise BrokenEvidenceError("a result has no `issue_severity` that bandit knows")
    weakness = each.get("issue_cwe")
    number = weakness.get("id") if isinstance(weakness, dict) else None
    return Finding(
        text_of(each.get("test_id"), "bandit"),
        text_of(each.get("issue_text")),
        level,
        text_of(each.get("filename")),
        line_of(each.get("line_number")),
        (number,) if isinstance(number, int) else (),
    )
