"""The format `checkstyle`: the XML of the tool of that name, which most build servers and review tools read."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.quoting import xml, xml_name
from prodlint.report.selection import shown
from prodlint.report.tally import by_path
from prodlint.report.text import position, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report, Violation
    from prodlint.report import View


def render(report: Report, view: View) -> Iterator[str]:
    """One element per file with one per violation; a suppressed one is `info`, whatever its severity."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<checkstyle version="4.3">\n'
    for path, violations in by_path(shown(report, view)).items():
        yield f'  <file name="{xml_name(path)}">\n'
        yield from map(_error, violations)
        yield "  </file>\n"
    yield "</checkstyle>\n"


def _error(violation: Violation) -> str:
    line, column = position(violation)
    severity = violation.severity.value if violation.suppressed is None else "info"
    message = xml(f"{violation.code} {said(violation)}")
    source = xml(f"prodlint.{violation.rule}")
    return f'    <error line="{line}" column="{column}" severity="{severity}" message="{message}" source="{source}"/>\n'
