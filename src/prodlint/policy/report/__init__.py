"""An `Assessment` and the name of a format in, text out; never reads a file, prints or looks at the environment."""

from __future__ import annotations

from importlib import import_module

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.policy.verdict import Assessment

    RenderFunction = Callable[[Assessment], Iterator[str]]

FORMATS: dict[str, str] = {
    "text": "prodlint.policy.report.text",
    "json": "prodlint.policy.report.json_report",
    "markdown": "prodlint.policy.report.markdown",
    "html": "prodlint.policy.report.html",
    "sarif": "prodlint.policy.report.sarif",
}
FORMATS_WITH_COMMIT = frozenset(FORMATS) - {"text"}
"""The formats that name the commit, for which git has to be asked."""


def render(assessment: Assessment, name: str, *, colour: bool = False) -> Iterator[str]:
    """The assessment in the format ``name``, one of ``FORMATS``, in pieces. ``colour`` allows escape sequences."""
    module = import_module(FORMATS[name])
    if name == "text":
        pieces: Iterator[str] = module.render(assessment, colour=colour)
        return pieces
    renderer: RenderFunction = module.render
    return renderer(assessment)
