r"""Foreign text in, text that cannot steer a terminal, a reader's eye or a build log out.

Paths, messages, source lines and reasons come from the checked tree and may be hostile. Control characters, lone
surrogates, characters that reorder or hide text, and the openings of workflow commands of build servers are replaced by
the escapes Python would print (``\x1b``, ``\u202e``); a byte of a file name that is not UTF-8 is shown as ``\xff``.
For reading only: a literal backslash stays as it is, so this is not reversible. JSON is.
"""

from __future__ import annotations

import re
from functools import cache


def visible(text: str) -> str:
    """The text with every unsafe character escaped; always a single line."""
    if is_plain(text):
        return text
    return _unsafe().sub(lambda match: _escape(match[0]), text)


def visible_characters(text: str) -> list[str]:
    """What to show for each character of the text, in order: itself or its escape."""
    shown = list(text)
    if not is_plain(text):
        for match in _unsafe().finditer(text):
            shown[match.start()] = _escape(match[0])
    return shown


def is_plain(text: str) -> bool:
    """Whether nothing needs escaping, judged strictly: False only means that a closer look is needed."""
    # `isprintable` is false for every control, format, separator and surrogate character, and costs nothing.
    return text.isprintable() and "##" not in text and "::" not in text


@cache
def _unsafe() -> re.Pattern[str]:
    """Matches one unsafe character at a time; compiled on first need because most runs never meet one."""
    return re.compile(
        "[\x00-\x1f\x7f-\x9f"  # C0 with ESC and line ends, DEL, C1 with NEL and the 8-bit CSI
        "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls
        "\u2028\u2029"  # line and paragraph separators
        "\u200b\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # invisible; joiners stay, scripts need them
        "\ud800-\udfff]"
        # Azure and TeamCity obey these anywhere in a line, GitHub `::name` after white space at its start.
        r"|\#(?=\#(?:vso|teamcity)?\[)|(?<!\S):(?=:[A-Za-z])"
    )


def _escape(character: str) -> str:
    """A Python escape; the surrogates that stand for undecodable bytes become the byte."""
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        number -= 0xDC00
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
