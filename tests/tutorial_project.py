"""The steps of a page that is a session: the files that it has its reader write, the changes, and the commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCS = Path(__file__).resolve().parent.parent / "docs"
_BLOCK = re.compile(r"^```([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """A fenced block: its language, the file that it is the content of (else empty), and its text."""

    language: str
    path: str
    text: str


def steps(page: str = "tutorial.md") -> Iterator[Step]:
    """All of a page, in order."""
    for info, text in _BLOCK.findall((_DOCS / page).read_text(encoding="utf-8")):
        language, _, path = info.partition(" file=")
        yield Step(language, path, text)


def write_file(project: Path, step: Step) -> None:
    """Write the file that a step is about."""
    path = project / step.path
    path.parent.mkdir(exist_ok=True)
    path.write_text(step.text, encoding="utf-8")


def write_first_files(project: Path) -> None:
    """Write what is there before the tutorial's first command is run."""
    for step in steps():
        if not step.path:
            return
        write_file(project, step)
