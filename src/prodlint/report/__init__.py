"""A `Report` and the name of a format in, text out; never reads a file, prints or looks at the environment.

One module per format, imported when its format is asked for. All of them give the same bytes for the same report and
view, and none lets foreign text (paths, messages, source, reasons) control a terminal or a log.
"""

from __future__ import annotations

from importlib import import_module

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.report.outcome import problem_lines, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.model import Report

    RenderFunction = Callable[[Report, "View"], Iterator[str]]

__all__ = ["FORMATS", "FORMAT_NAMES", "View", "problem_lines", "render", "summary"]


class View(NamedTuple):
    """How to show a report.

    ``colour`` allows escape sequences. ``width`` counts terminal cells: `full` wraps messages and cuts source lines to
    it (at 40 or more). ``max_per_rule`` limits `text` and `full`, 0 shows everything. ``show_suppressed`` adds the
    violations that a comment or a configuration allows.
    """

    colour: bool = False
    width: int = 80
    max_per_rule: int = 0
    show_suppressed: bool = False


# A new format is one line here and one module beside this one.
FORMATS: dict[str, str] = {
    "text": "prodlint.report.text:render",
    "full": "prodlint.report.full:render",
    "json": "prodlint.report.json_report:render",
    "statistics": "prodlint.report.statistics:render",
}
FORMAT_NAMES: tuple[str, ...] = tuple(FORMATS)


def render(report: Report, name: str, view: View) -> Iterator[str]:
    """The report in the format ``name``, in pieces whose concatenation is empty or ends with a line feed.

    Raises `ValueError`, at once and not at the first piece, for a name that is not in ``FORMAT_NAMES``.
    """
    if name not in FORMATS:
        raise ValueError(f"unknown report format {name!r}: expected one of {', '.join(FORMAT_NAMES)}")
    module, function = FORMATS[name].split(":")
    renderer: RenderFunction = getattr(import_module(module), function)
    return renderer(report, view)
