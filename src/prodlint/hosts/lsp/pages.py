"""Rules in, files with their pages out: what an editor opens when somebody follows a diagnostic's code.

They are written to the user's cache directory, so that they are of this version and need no network. Where that cannot
be written, a diagnostic has no such link, and the page is still in the hover.
"""

from __future__ import annotations

import os
import tempfile

from pygls.uris import from_fs_path

from prodlint._version import __version__
from prodlint.hosts.surroundings import cache_home
from prodlint.light_typing import TYPE_CHECKING
from prodlint.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prodlint.registry import Registry


class Pages:
    """The pages of the rules of some registries, as they are then; written when they are first asked for."""

    def __init__(self, registries: Callable[[], Iterable[Registry]]) -> None:
        self._registries = registries
        self._uris: dict[str, str | None] = {}

    def text(self, rule: str) -> str | None:
        """The page of a rule, by its name or code, in Markdown; None if there is no such rule."""
        for registry in self._registries():
            if found := registry.find(rule):
                return page(found, registry)
        return None

    def uri(self, rule: str) -> str | None:
        """Where the page of a rule is; None if it cannot be written."""
        if rule not in self._uris:
            text = self.text(rule)
            self._uris[rule] = _written(rule, text) if text else None
        return self._uris[rule]


def _written(rule: str, text: str) -> str | None:
    home = cache_home()
    if home is None:
        return None
    directory = os.path.join(os.path.abspath(home), "pages", __version__)
    path = os.path.join(directory, f"{rule}.md")
    try:
        os.makedirs(directory, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=directory, delete=False) as handle:
            handle.write(text)
        os.replace(handle.name, path)
    except OSError:
        return None  # a page is a convenience: the hover shows the same
    uri: str | None = from_fs_path(path)
    return uri
