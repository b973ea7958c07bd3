"""ruff's JSON (``ruff check --output-format json``). Source: ruff's documentation and source of the format."""

from __future__ import annotations

from prodlint.evidence.documents import items, json_document, line_of, table, text_of
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding


def read(data: bytes) -> Evidence:
    """The findings; ruff does not say how much it looked at. Raises BrokenEvidenceError."""
    found = [table(each, "a finding") for each in items(json_document(data), "the list of findings")]
    return Evidence("ruff", "", "ruff", None, "files", tuple(map(_finding, found)))


def _finding(each: dict[str, object]) -> Finding:
    if not isinstance(each.get("filename"), str) or not isinstance(each.get("message"), str):
        raise BrokenEvidenceError("a finding has no `filename` or no `message`, so it is not ruff's")
    place = each.get("location")
    line = line_of(place.get("row")) if isinstance(place, dict) else None
    code = text_of(each.get("code"), "syntax-error")
    return Finding(code, text_of(each["message"]), path=text_of(each["filename"]), line=line)
