"""The few colours of the human formats: ANSI select-graphic-rendition codes, readable on dark and light grounds."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    Paint = Callable[[str, str], str]

BOLD = "1"
DIM = "2"
GREEN = "1;32"
RED = "1;31"
YELLOW = "1;33"
SEVERITY = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.INFO: "1;36"}


def painter(*, colour: bool) -> Paint:
    """A function of text and code that colours the text, or leaves it alone where no escape sequence is allowed."""
    return _coloured if colour else _plain


def _coloured(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


def _plain(text: str, _code: str) -> str:
    return text
