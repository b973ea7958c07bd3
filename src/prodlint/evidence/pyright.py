"""pyright's JSON (``--outputjson``). Source: pyright's documentation, "Command-line: JSON Output"."""

from __future__ import annotations

from prodlint.evidence.documents import items, json_document, line_of, table, text_of, whole
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Level

_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "information": Level.NOTE}


def read(data: bytes) -> Evidence:
    """The diagnostics, and how many files were analysed. Raises BrokenEvidenceError."""
    document = table(json_document(data), "the document")
    summary = table(document.get("summary"), "`summary`")
    analysed = whole(summary.get("filesAnalyzed"), "`summary.filesAnalyzed`")
    found = [table(each, "a diagnostic") for each in items(document.get("generalDiagnostics"), "`generalDiagnostics`")]
    findings = tuple(_finding(each) for each in found)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if errors != whole(summary.get("errorCount"), "`summary.errorCount`"):
        raise BrokenEvidenceError("its summary counts other errors than it lists")
    recorded = text_of(document.get("time"))
    moment = int(recorded) / 1000 if recorded.isdecimal() and len(recorded) < 15 else None
    tool = f"pyright {text_of(document.get('version'))}".strip()
    return Evidence("pyright", "", tool, analysed, "files", findings, recorded=moment)


def _finding(each: dict[str, object]) -> Finding:
    severity = text_of(each.get("severity"))
    if severity not in _LEVELS:
        raise BrokenEvidenceError("a diagnostic has no severity that pyright knows")
    line = None
    if isinstance(each.get("range"), dict):
        start = table(table(each["range"], "`range`").get("start"), "`range.start`")
        line = line_of(whole(start.get("line"), "a line") + 1)
    code = text_of(each.get("rule"), "pyright")
    return Finding(code, text_of(each.get("message")), _LEVELS[severity], text_of(each.get("file")), line)
