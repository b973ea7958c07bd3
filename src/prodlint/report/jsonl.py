"""The format `jsonl`: an object per line and violation, each as in the array ``violations`` of the format `json`."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.json_report import encoder, violation_object
from prodlint.report.selection import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report
    from prodlint.report import View


def render(report: Report, view: View) -> Iterator[str]:
    """The violations only: what else a report holds would need a line of another shape."""
    encode = encoder()
    for violation in shown(report, view):
        yield encode(violation_object(violation)) + "\n"
