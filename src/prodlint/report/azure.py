"""The format `azure`: logging commands by which Azure Pipelines lists issues of a build.

Source: Microsoft's documentation of logging commands (``task.logissue``). It knows errors and warnings only.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Severity
from prodlint.report.quoting import azure_message, azure_property
from prodlint.report.selection import shown
from prodlint.report.text import position, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report
    from prodlint.report import View


def render(report: Report, view: View) -> Iterator[str]:
    """One command per violation; a suppressed one is a warning, whatever its severity."""
    for violation in shown(report, view):
        is_error = violation.severity is Severity.ERROR and violation.suppressed is None
        line, column = position(violation)
        properties = (
            f"type={'error' if is_error else 'warning'};sourcepath={azure_property(violation.path)};"
            f"linenumber={line};columnnumber={column};code={azure_property(violation.code)};"
        )
        message = azure_message(f"{violation.rule}: {said(violation)}")
        yield f"##vso[task.logissue {properties}]{message}\n"
