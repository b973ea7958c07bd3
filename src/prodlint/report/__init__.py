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
    from prodlint.rule import Rule

    RenderFunction = Callable[[Report, "View"], Iterator[str]]

__all__ = [
    "FORMATS", "FORMATS_WITH_FIXES", "FORMATS_WITH_PAGES", "FORMAT_NAMES",
    "RulePage", "View", "fault_in_format", "problem_lines", "render",
    "summary",
]  # fmt: skip


class RulePage(NamedTuple):
    """A rule and its page in Markdown, for the formats that explain what they report."""

    rule: Rule
    text: str


class View(NamedTuple):
    """How to show a report.

    ``colour`` allows escape sequences. ``width`` counts terminal cells: `full` wraps messages and cuts source lines to
    it (at 40 or more). ``max_per_rule`` limits `text` and `full`, 0 shows everything. ``show_suppressed`` adds the
    violations that a comment or a configuration allows, ``show_source`` the source lines in `text`. ``rules`` are the
    rules that ``FORMATS_WITH_PAGES`` explain; of one that is missing they say what its violations say.
    """

    colour: bool = False
    width: int = 80
    max_per_rule: int = 0
    show_suppressed: bool = False
    rules: tuple[RulePage, ...] = ()
    show_source: bool = False


# A new format is one line here and one module beside this one.
FORMATS: dict[str, str] = {
    "text": "prodlint.report.text:render",
    "full": "prodlint.report.full:render",
    "json": "prodlint.report.json_report:render",
    "jsonl": "prodlint.report.jsonl:render",
    "sarif": "prodlint.report.sarif:render",
    "github": "prodlint.report.github:render",
    "gitlab": "prodlint.report.gitlab:render",
    "junit": "prodlint.report.junit:render",
    "azure": "prodlint.report.azure:render",
    "checkstyle": "prodlint.report.checkstyle:render",
    "rdjson": "prodlint.report.rdjson:render",
    "markdown": "prodlint.report.markdown:render",
    "html": "prodlint.report.html:render",
    "pylint": "prodlint.report.pylint:render",
    "statistics": "prodlint.report.statistics:render",
}
FORMAT_NAMES: tuple[str, ...] = tuple(FORMATS)
FORMATS_WITH_FIXES = frozenset({"json", "jsonl", "sarif"})
"""The formats that hold the edits of fixes, which are made for them only."""
FORMATS_WITH_PAGES = frozenset({"sarif", "markdown", "html"})
"""The formats that use ``View.rules``."""

# Formats with a member for the cell of a notebook, or no places; and those whose places people read.
_WITH_CELLS = frozenset({"json", "jsonl", "markdown", "statistics"})
_WITH_PLACES = frozenset({"text", "full", "pylint"})
_TEMPLATE_SIGN = "%("


def render(report: Report, name: str, view: View) -> Iterator[str]:
    """The report in the format ``name``, in pieces whose concatenation is empty or ends with a line feed.

    ``name`` is one of ``FORMAT_NAMES`` or a template (`prodlint.report.template`) such as ``%(path)s:%(row)d``.
    Raises `ValueError`, at once and not at the first piece, for anything else.
    """
    if fault := fault_in_format(name):
        raise ValueError(fault)
    if name not in _WITH_CELLS and any(violation.cell is not None for violation in report.violations):
        from prodlint.report.cells import in_messages, in_paths  # few projects have notebooks

        report = (in_paths if name in _WITH_PLACES or name not in FORMATS else in_messages)(report)
    if name not in FORMATS:
        from prodlint.report import template

        return template.render(report, name, view)
    module, function = FORMATS[name].split(":")
    renderer: RenderFunction = getattr(import_module(module), function)
    return renderer(report, view)


def fault_in_format(name: str) -> str:
    """What is wrong with the name of a format or a template; empty if nothing."""
    if name in FORMATS:
        return ""
    if _TEMPLATE_SIGN in name:
        from prodlint.report import template

        return template.fault(name)
    return f"unknown report format {name!r}: expected one of {', '.join(FORMAT_NAMES)}, or a template with %(path)s"
