"""The format `statistics`: how many violations of each rule in how many files, the most frequent first, and a total."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.outcome import plural
from prodlint.report.safety import visible
from prodlint.report.selection import shown
from prodlint.report.tally import by_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report
    from prodlint.report import View


def render(report: Report, view: View) -> Iterator[str]:
    """A line per rule and one for all, in aligned columns; numbers are plain digits so that `sort -n` works."""
    violations = shown(report, view)
    tallies = by_rule(violations, view)
    rows = [(tally.violations, visible(tally.code), visible(tally.name), tally.files) for tally in tallies]
    everywhere = len({violation.path for violation in violations})
    rows.append((len(violations), "total", plural(len(tallies), "rule"), everywhere))
    yield from _table(rows)


def _table(rows: list[tuple[int, str, str, int]]) -> Iterator[str]:
    """The rows as lines; the last one holds the greatest numbers."""
    counts, files = len(str(rows[-1][0])), len(str(rows[-1][3]))
    codes, names = max(len(row[1]) for row in rows), max(len(row[2]) for row in rows)
    for count, code, name, number in rows:
        unit = "file" if number == 1 else "files"
        yield f"{count:>{counts}}  {code:<{codes}}  {name:<{names}}  {number:>{files}} {unit}\n"
