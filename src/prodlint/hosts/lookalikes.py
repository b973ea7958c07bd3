"""A character that a stream's encoding lacks in, ASCII that looks like it out; else the escape that Python prints."""

from __future__ import annotations

import codecs

_NAME = "prodlint-lookalikes"
_ASCII = str.maketrans(
    {"…": "...", "·": "-", "•": "*", "→": "->", "↺": "@", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"'}
)


def registered() -> str:
    """The name under which a stream finds the handler of such characters, for ``errors=``."""
    codecs.register_error(_NAME, _replace)
    return _NAME


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_ASCII)
    return text.encode("ascii", "backslashreplace").decode("ascii"), error.end
