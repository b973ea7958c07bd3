"""A report with violations of notebooks in, the same out for formats that know no cells.

Lines count in the cell. Where people read the place, it is `analysis.ipynb:cell 3:2:5`; where programs take path and
line apart, the message begins with the cell.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodlint.model import Related, Report, Violation


def in_paths(report: Report) -> Report:
    """The report with cells as parts of paths."""
    return report._replace(violations=tuple(map(_with_path, report.violations)))


def in_messages(report: Report) -> Report:
    """The report with cells at the beginning of messages."""
    return report._replace(violations=tuple(map(_with_message, report.violations)))


def _with_path(violation: Violation) -> Violation:
    if violation.cell is None:
        return violation
    related = tuple(place._replace(path=_path(place)) for place in violation.related)
    return violation._replace(path=_path(violation), related=related)


def _with_message(violation: Violation) -> Violation:
    if violation.cell is None:
        return violation
    related = tuple(place._replace(message=_message(place)) for place in violation.related)
    return violation._replace(message=_message(violation), related=related)


def _path(place: Violation | Related) -> str:
    return place.path if place.cell is None else f"{place.path}:cell {place.cell}"


def _message(place: Violation | Related) -> str:
    return place.message if place.cell is None else f"cell {place.cell}: {place.message}"
