"""The format `full`: each violation with its source line, a caret line and the related places, for people.

The first line of each is that of `text`, wrapped to the view's width. The source line is the violation's own masked
excerpt, never read from the file.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.colour import BOLD, DIM, SEVERITY, painter
from prodlint.report.excerpt import region_of
from prodlint.report.safety import visible
from prodlint.report.selection import capped, more_lines, shown
from prodlint.report.text import label, position, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Report, Violation
    from prodlint.report import View
    from prodlint.report.colour import Paint

_NARROWEST = 40
_HANGING = "    "
_MARGIN = 6  # of line numbers, up to the bar: six digits keep carets aligned in every file that gets checked


def render(report: Report, view: View) -> Iterator[str]:
    """One block per violation, an empty line between blocks, then what ``max_per_rule`` left out."""
    violations, left_out = capped(shown(report, view), view.max_per_rule)
    paint = painter(colour=view.colour)
    width = max(view.width, _NARROWEST)
    between = ""
    for violation in violations:
        lines = [_headline(violation, width, paint), *_picture(violation, width, paint), *_related(violation, paint)]
        yield between + "\n".join(lines) + "\n"
        between = "\n"
    for more in more_lines(left_out):
        yield f"{between}{paint(more, DIM)}\n"
        between = ""


def _headline(violation: Violation, width: int, paint: Paint) -> str:
    line, column = position(violation)
    path = visible(violation.path)
    place = f":{line}:{column}:"
    rule = label(violation)
    used = len(path) + len(place) + 1 + len(rule)
    message = _wrapped(visible(said(violation)), used, width)
    if violation.suppressed is not None:
        return paint(f"{path}{place} {rule}{message}", DIM)
    return f"{paint(path, BOLD)}{place} {paint(rule, SEVERITY[violation.severity])}{message}"


def _wrapped(message: str, used: int, width: int) -> str:
    """The message after a line's first ``used`` cells, each word behind a space or, where it must, on a new line."""
    # Not textwrap: it is ten times slower, and a report may have 10,000 messages.
    if used + len(message) < width:
        return f" {message}"
    pieces = []
    for word in message.split(" "):
        used += 1 + len(word)
        if used <= width:
            pieces.append(f" {word}")
        else:
            pieces.append(f"\n{_HANGING}{word}")
            used = len(_HANGING) + len(word)
    return "".join(pieces)


def _picture(violation: Violation, width: int, paint: Paint) -> Iterator[str]:
    """The source line and the carets under it, if there is anything to see."""
    marked = region_of(violation, width - _MARGIN - 3)
    if marked is None or violation.span is None:
        return
    yield f"{paint(f'{violation.span.line:>{_MARGIN}} |', DIM)} {marked.text}"
    colour = SEVERITY[violation.severity] if violation.suppressed is None else DIM
    yield f"{paint(' ' * _MARGIN + ' |', DIM)} {' ' * marked.before}{paint('^' * marked.under, colour)}"


def _related(violation: Violation, paint: Paint) -> Iterator[str]:
    for place in violation.related:
        where = f"{visible(place.path)}:{place.span.line}:{place.span.column}:"
        yield f"{paint(' ' * _MARGIN + ' =', DIM)} {where} {visible(place.message)}"
