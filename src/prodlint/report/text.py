"""The format `text`: one line per violation in the shape of flake8, for editors, `grep` and people.

``path:line:column: CODE rule-name message``, and in parentheses the related places that tell the path. If asked, the
source line follows and a line with a caret. Violations left out because of ``--max-per-rule`` are counted at the end.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.safety import visible
from prodlint.report.selection import allowance, capped, more_lines, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report, Violation
    from prodlint.report import View


def render(report: Report, view: View) -> Iterator[str]:
    """One line per violation; colour and width are ignored, since programs read this."""
    violations, left_out = capped(shown(report, view), view.max_per_rule)
    for violation in violations:
        yield f"{visible(line_of(violation))}\n"
        if view.show_source:
            yield from _source(violation, view.width)
    for more in more_lines(left_out):
        yield f"{more}\n"


def _source(violation: Violation, width: int) -> Iterator[str]:
    """The source line, and the carets under what is meant, as flake8 shows them; nothing for a whole file."""
    from prodlint.report.excerpt import region_of  # here: few look at the source in this format

    marked = region_of(violation, width - len(_INDENT))
    if marked is not None:
        yield f"{_INDENT}{marked.text}\n{_INDENT}{' ' * marked.before}{'^' * marked.under}\n"


_INDENT = "    "


def line_of(violation: Violation) -> str:
    """The line of a violation, without its end; not neutralised yet."""
    line, column = position(violation)
    place = f"{violation.path}:{line}:{column}"
    return f"{place}: {violation.code} {violation.rule} {said(violation)}{_path(violation)}"


def _path(violation: Violation) -> str:
    if not violation.related:
        return ""
    places = []
    for place in violation.related:
        where = f"line {place.span.line}" if place.path == violation.path else f"{place.path}:{place.span.line}"
        places.append(f"{place.message}: {where}")
    return f" ({'; '.join(places)})"


def position(violation: Violation) -> tuple[int, int]:
    """Line and column, 1-based; a finding about a whole file is shown at its start, as flake8 does."""
    span = violation.span
    return (1, 1) if span is None else (span.line, span.column)


def label(violation: Violation) -> str:
    """Code and name of the rule; neutralised, since rules come from third parties too."""
    return visible(f"{violation.code} {violation.rule}")


def said(violation: Violation) -> str:
    """The message, with why the violation is allowed where it is; not neutralised yet."""
    if violation.suppressed is None:
        return violation.message
    return violation.message + allowance(violation.suppressed)
