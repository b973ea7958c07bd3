"""A misspelt word in, the nearest valid one out."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was most likely meant to be; None when none is near.

    Case, and underscores in place of hyphens, count for nothing. Of equally near words the first known one wins.
    """
    from difflib import SequenceMatcher  # only a run that fails anyway pays for it

    spelling = _plain(word)
    best, best_ratio = None, 0.0
    for candidate in known:
        other = _plain(candidate)
        ratio = 1.0 if spelling == other else SequenceMatcher(None, spelling, other).ratio()
        # A word typed in part ("doc" for "documentation") shares little of the long one's length.
        if len(spelling) >= _TELLING and other.startswith(spelling):
            ratio = max(ratio, _PARTIAL)
        if ratio > best_ratio:
            best, best_ratio = candidate, ratio
    return best if best_ratio >= _NEAR else None


_NEAR = 0.6
_PARTIAL = 0.75
_TELLING = 3


def _plain(word: str) -> str:
    return word.lower().replace("_", "-")
