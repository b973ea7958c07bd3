"""The format `pylint`: the shape of pylint's option ``parseable``, for tools that read no other.

``path:line: [CODE(rule-name), ] message``. pylint names an object behind the comma; we have none.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.safety import visible
from prodlint.report.selection import shown
from prodlint.report.text import position, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report
    from prodlint.report import View


def render(report: Report, view: View) -> Iterator[str]:
    """One line per violation."""
    for violation in shown(report, view):
        rule = visible(f"{violation.code}({violation.rule})")
        yield f"{visible(violation.path)}:{position(violation)[0]}: [{rule}, ] {visible(said(violation))}\n"
