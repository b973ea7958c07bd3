"""The format `github`: workflow commands by which GitHub Actions annotates the lines of a change.

Source: GitHub's documentation of workflow commands, and for the escapes the function ``escapeProperty`` of its toolkit.
The message repeats place and rule, because the log shows nothing else of a command.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Severity
from prodlint.report.quoting import github_message, github_property
from prodlint.report.selection import shown
from prodlint.report.text import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report, Violation
    from prodlint.report import View

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, view: View) -> Iterator[str]:
    """One command per violation; a suppressed one is a notice, whatever its severity."""
    for violation in shown(report, view):
        command = _COMMANDS[violation.severity] if violation.suppressed is None else "notice"
        title = github_property(f"{violation.code} {violation.rule}")
        place = f"file={github_property(violation.path)}{_region(violation)}"
        yield f"::{command} title={title},{place}::{github_message(line_of(violation))}\n"


def _region(violation: Violation) -> str:
    """The properties that tell the lines; columns count only within one line, and the last one is inclusive."""
    span = violation.span
    if span is None:
        return ",line=1"
    if span.line != span.end_line:
        return f",line={span.line},endLine={span.end_line}"
    return f",line={span.line},endLine={span.line},col={span.column},endColumn={max(span.column, span.end_column - 1)}"
