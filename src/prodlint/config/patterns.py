"""Patterns in gitignore syntax and the path of a file in, whether they match it out."""

from __future__ import annotations

from prodlint.gitignore import rules_of
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Patterns:
    """A list of patterns, read as one ignore file: the last that matches wins, a directory's files go with it.

    Verdicts on directories are remembered, so that a file costs one look-up of its directory and one of its name.
    """

    __slots__ = ("_covered", "_rules")

    def __init__(self, patterns: Iterable[str]) -> None:
        self._rules = rules_of("\n".join(patterns).encode("utf-8", "surrogateescape"))
        self._covered = {"": False}

    def match(self, prefix: str, name: str) -> bool:
        """Whether a file matches: ``prefix`` is the directory relative to the patterns' own, empty or ending in "/"."""
        return self._covers(prefix) or self._verdict(prefix, name, False)

    def _covers(self, prefix: str) -> bool:
        known = self._covered.get(prefix)
        if known is None:
            above, _, name = prefix[:-1].rpartition("/")
            above += "/" if above else ""
            known = self._covered[prefix] = self._covers(above) or self._verdict(above, name, True)
        return known

    def _verdict(self, prefix: str, name: str, is_directory: bool) -> bool:
        return self._rules is not None and self._rules.verdict(prefix, name, is_directory) is True


def is_pattern(text: str) -> bool:
    """Whether a text is one pattern that could match something: no comment, no blank, no broken bracket."""
    return "\n" not in text and rules_of(text.encode("utf-8", "surrogateescape")) is not None


def rebased(pattern: str, below: str) -> str:
    """The pattern that means the same in a directory further up, from which ``below`` ("a/b") leads to its own."""
    negation = "!" if pattern.startswith("!") else ""
    body = pattern.removeprefix("!")
    anchored = "/" in body[:-1]
    literal = "".join("\\" + character if character in "\\*?[" else character for character in below)
    return f"{negation}/{literal}/{'' if anchored else '**/'}{body.lstrip('/') if anchored else body}"
