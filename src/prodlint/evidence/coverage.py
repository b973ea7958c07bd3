"""coverage.py's JSON report (``coverage json``). Source: its documentation, format versions 2 and 3.

The totals are not believed: they are added up from the files, so that a total and paths cannot contradict each other.
"""

from __future__ import annotations

from prodlint.evidence.documents import items, json_document, number, table, text_of, time_of, whole
from prodlint.evidence.value import Evidence, Measure


def read(data: bytes) -> Evidence:
    """The covered and total lines of each file. Raises BrokenEvidenceError."""
    document = table(json_document(data), "the document")
    meta = table(document.get("meta"), "`meta`")
    files = table(document.get("files"), "`files`")
    measures = tuple(_measure(path, table(file, f"`{path[:80]}`")) for path, file in files.items())
    version = text_of(meta.get("version"))
    tool = f"coverage.py {version}".strip()
    recorded = time_of(meta.get("timestamp"))
    totals = table(document.get("totals"), "`totals`")
    number(totals.get("percent_covered"), "`totals.percent_covered`")
    lines = sum(int(measure.values["total"]) for measure in measures)
    return Evidence("coverage", "", tool, lines, "lines", (), measures, recorded=recorded)


def _measure(path: str, file: dict[str, object]) -> Measure:
    summary = table(file.get("summary"), f"the summary of `{path[:80]}`")
    covered = whole(summary.get("covered_lines"), f"`covered_lines` of `{path[:80]}`")
    total = whole(summary.get("num_statements"), f"`num_statements` of `{path[:80]}`")
    if "executed_lines" in file:
        items(file["executed_lines"], f"`executed_lines` of `{path[:80]}`")
    return Measure(path.replace("\\", "/"), "lines", {"covered": min(covered, total), "total": total})
