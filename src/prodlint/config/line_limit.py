"""A directory in, how long the project's lines may get out: what its formatter is told, in the closest file that says.

Read are ``line-length`` of ruff (``.ruff.toml``, ``ruff.toml``, ``[tool.ruff]``) and of ``[tool.black]``: what makes a
line longer than they allow would be reported, or make them break it. What cannot be read says nothing.
"""

from __future__ import annotations

import os

from prodlint.config.source import toml_parser
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL_LIMIT = 88
"""What ruff and black take where nobody says it."""

_FILES: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    (".ruff.toml", ((),)),
    ("ruff.toml", ((),)),
    ("pyproject.toml", (("tool", "ruff"), ("tool", "black"))),
)


class LineLimits:
    """The limits of directories; each is looked for once."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def at(self, directory: str) -> int:
        """How many characters a line of a file in this absolute directory may have."""
        passed = []
        limit = USUAL_LIMIT
        for each in _upward(directory):
            found = self._known.get(each) or _limit_in(each)
            if found:
                limit = found
                break
            passed.append(each)
        self._known.update(dict.fromkeys([directory, *passed], limit))
        return limit


def _upward(directory: str) -> Iterator[str]:
    while True:
        yield directory
        parent = os.path.dirname(directory)
        if parent == directory:
            return
        directory = parent


def _limit_in(directory: str) -> int:
    """What the files of one directory say; 0 for nothing."""
    for name, tables in _FILES:
        path = os.path.join(directory, name)
        if not os.path.isfile(path):
            continue
        try:
            with open(path, encoding="utf-8") as handle:
                document = toml_parser().loads(handle.read())
        except (OSError, ValueError, RecursionError):
            continue  # whose file it is will say so; nothing here depends on it but a line's end
        for table in tables:
            limit = _within(document, table).get("line-length")
            if isinstance(limit, int) and limit > 0:
                return limit
    return 0


def _within(document: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        document = document.get(part, {})
        if not isinstance(document, dict):
            return {}
    return document
