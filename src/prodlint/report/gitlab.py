"""The format `gitlab`: a Code Quality report, which GitLab shows in merge requests.

Source: GitLab's documentation of the report, a part of the Code Climate specification. GitLab compares the reports of
two branches by ``fingerprint`` and shows one violation of each, so that all of them have to differ.
"""

from __future__ import annotations

from prodlint.digest import digest
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Severity
from prodlint.report.json_report import array, encoder
from prodlint.report.quoting import json_name
from prodlint.report.safety import visible
from prodlint.report.selection import shown
from prodlint.report.tally import numbered
from prodlint.report.text import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prodlint.model import Report, Violation
    from prodlint.report import View

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, view: View) -> Iterator[str]:
    """An array with an object per violation; a suppressed one is `info`, whatever its severity."""
    issues = (_issue(violation, number) for violation, number in numbered(shown(report, view)))
    yield from array(issues, encoder())
    yield "\n"


def _issue(violation: Violation, number: int) -> Mapping[str, object]:
    line, _, end_line, _ = violation.span or (1, 1, 1, 1)
    identity = f"{violation.path}\0{violation.fingerprint}\0{number}"
    return {
        "description": visible(f"{violation.rule}: {said(violation)}"),
        "check_name": visible(violation.code),
        "fingerprint": digest(identity.encode("utf-8", "surrogatepass")),
        "severity": _SEVERITIES[violation.severity] if violation.suppressed is None else "info",
        "location": {"path": json_name(violation.path), "lines": {"begin": line, "end": end_line}},
    }
