"""The constant text of a message in, the words that name its event out."""

from __future__ import annotations

import re

MOST_WORDS = 8
"""So many words of a message become the name of its event."""

# Kept as text: `re` compiles them when they are first used and remembers them.
_WORDS = r"[A-Za-z0-9]+"
_LOOSE = r"[\s:=,;()\[\]<>'\"`.!-]+$|^[\s:=,;()\[\]<>'\"`-]+"
_LABEL = r"[\s:=,(\[<'\"`-]*\0[\s)\]>'\"`]*"


def event_words(text: str) -> list[str]:
    """The words of a message, in lower case, given with U+0000 where a value stands."""
    return [word.lower() for word in re.findall(_WORDS, event(text))]


def is_short(text: str) -> bool:
    """Whether the name of an event can hold all words of a message."""
    return len(event_words(text)) <= MOST_WORDS


def event(text: str) -> str:
    """The constant words of a message, without what its values leave behind; empty if there are none."""
    words = re.sub(_LABEL, " ", text)
    return re.sub(_LOOSE, "", " ".join(words.split()))
