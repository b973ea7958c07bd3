"""Text in, the same text without the credentials in it out; nothing of the result tells their length.

A credential is hidden where its literal is known, where its form gives it away, and in prose (comments, docstrings,
files that do not parse) where a name stands before it.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.secrets import tokens
from prodlint.secrets.names import named
from prodlint.secrets.values import is_secret

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "…"
_LONG = 8

_NAMES = ("pass", "pwd", "secret", "token", "key", "cred", "auth")
# A name, what may stand between, and a value in quotes or not; all parts are bounded, so that time is linear.
_NAMED = re.compile(
    r"(?<![0-9A-Za-z])(?P<name>[0-9A-Za-z_.\-]{0,40}?(?i:" + "|".join(_NAMES) + r")[0-9A-Za-z_\-]{0,40})[\"'`\])]{0,3}"
    r"[ \t]{0,8}(?P<link>[:=]{1,2}>?|->|\bis\b|\bto\b|,|[ \t])[ \t]{0,8}[rbufRBUF]{0,2}"
    r"(?:\"(?P<double>[^\"\s]{4,400})\"|'(?P<single>[^'\s]{4,400})'|`(?P<tick>[^`\s]{4,400})`|(?P<bare>[^\s\"'`,;)\]}]{4,400}))"
)


def secret_ranges(text: str, prose_from: int, own: tuple[tuple[str, str], ...] = ()) -> list[tuple[int, int]]:
    """The half-open ranges of a text that its form or a name before it shows to be credentials.

    What is not in quotes counts only from ``prose_from`` on: before it, it is code.
    """
    found = [(match.shown, match.end) for match in tokens.find(text, own)]
    if text.isascii() and not any(map(text.lower().__contains__, _NAMES)):
        return found
    at = 0
    while matched := _NAMED.search(text, at):
        at = max(matched.end("name"), at + 1)
        group = matched.lastgroup or "bare"
        if group == "bare" and matched.start() < prose_from:
            continue
        value = matched[group].rstrip(".") if group == "bare" else matched[group]
        name = named(matched["name"].rpartition(".")[2])
        if name is None or not is_secret(value, name):
            continue
        if group == "bare" and (matched["link"].isspace() or value.isalpha()):
            continue
        start, end = matched.start(group), matched.start(group) + len(value)
        if not any(first < end <= last for first, last in found):
            found.append((start, end))
    return found


def masked(text: str, ranges: Iterable[tuple[int, int]], caret: int | None = None) -> str:
    """The text with each range shown as one character.

    With a 0-based ``caret`` behind a range all up to it, but the quote that closes the range, is blanked instead, so
    that it points where it did and the length stays unknown.
    """
    pieces: list[str] = []
    at = 0
    for start, end in _merged(ranges):
        if end <= at:
            continue
        pieces += (text[at : max(start, at)], MASK)
        at = end
        if caret is not None and end <= caret <= len(text):
            shown = text[end] if end < caret and text[end] in "'\"" else ""
            pieces.append(shown.ljust(caret - start - 1))
            at = caret
    pieces.append(text[at:])
    return "".join(pieces)


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def masked_text(text: str, values: Iterable[str] = (), own: tuple[tuple[str, str], ...] = ()) -> str:
    """A message without known credentials and without those that its own text shows."""
    for value in sorted(values, key=len, reverse=True):
        for written in (value, repr(value)[1:-1]):
            if written in text:
                # A short one may also be a part of words that have nothing to do with it.
                bounds = (r"(?<!\w)", r"(?!\w)") if len(value) < _LONG else ("", "")
                text = re.sub(bounds[0] + re.escape(written) + bounds[1], MASK, text)
    return masked(text, secret_ranges(text, 0, own))


def masked_quotes(text: str) -> str:
    """A text without whatever stands in quotes in it: for errors of our own, of which nothing is known."""
    return _QUOTED.sub(lambda found: f"{found[1]}{MASK}{found[1]}", masked_text(text))


_QUOTED = re.compile(r"(['\"`])(?:(?!\1)[^\\\n]|\\.){4,2000}\1")
