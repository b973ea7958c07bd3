"""The format `rdjson`: the diagnostic format of reviewdog, which comments on changes at any forge.

Source: ``reviewdog.proto`` and its JSON schemas. Columns are bytes of UTF-8 there; the source line that a violation
carries tells how many. Fixes are left out: they know offsets, and here they would need lines and columns.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Severity
from prodlint.report.json_report import array, encoder
from prodlint.report.quoting import json_name
from prodlint.report.safety import visible
from prodlint.report.selection import shown
from prodlint.report.text import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prodlint.model import Related, Report, Violation
    from prodlint.report import View

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report, view: View) -> Iterator[str]:
    """One object with a diagnostic per line; a suppressed violation is of severity `INFO`."""
    yield '{\n  "source": {"name": "prodlint"},\n  "diagnostics": '
    yield from array(map(_diagnostic, shown(report, view)), encoder(), indent="  ")
    yield "\n}\n"


def _diagnostic(violation: Violation) -> Mapping[str, object]:
    diagnostic: dict[str, object] = {
        "message": visible(f"{violation.rule}: {said(violation)}"),
        "location": _location(violation),
        "severity": _SEVERITIES[violation.severity] if violation.suppressed is None else "INFO",
        "code": {"value": visible(violation.code)},
    }
    if violation.related:
        diagnostic["relatedLocations"] = [_related(place) for place in violation.related]
    return diagnostic


def _location(violation: Violation) -> Mapping[str, object]:
    path, span = json_name(violation.path), violation.span
    if span is None:
        return {"path": path}
    start = {"line": span.line, "column": _byte_column(violation.excerpt, span.column)}
    if span.end_line == span.line:
        end = {"line": span.line, "column": _byte_column(violation.excerpt, span.end_column)}
    else:
        # The last line is not at hand, and a column without its bytes would be a guess: up to the line's end.
        end = {"line": span.end_line + 1, "column": 1}
    return {"path": path, "range": {"start": start, "end": end}}


def _byte_column(excerpt: str, column: int) -> int:
    if excerpt.isascii():  # known without a look at the text, and true of most
        return column
    before = excerpt[: column - 1]
    return column + len(before.encode("utf-8", "surrogatepass")) - len(before)


def _related(place: Related) -> Mapping[str, object]:
    location = {"path": json_name(place.path), "range": {"start": {"line": place.span.line}}}
    return {"message": visible(place.message), "location": location}
