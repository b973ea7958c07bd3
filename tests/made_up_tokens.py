"""Tokens that are made up, yet built as their providers build them: for tests and fixtures."""

from __future__ import annotations

import base64
import random
import re

from prodlint.secrets.checks import checksum
from prodlint.secrets.formats import CLASSES, Format

_ALPHABETS = {
    name: "".join(c for c in map(chr, range(33, 127)) if re.fullmatch(expression, c))
    for name, expression in CLASSES.items()
}


def token_of(known: Format, seed: int = 0) -> str:
    """A token of a format; the same for the same seed."""
    source = random.Random(f"{known.id} {seed}")
    match known.check:
        case "base62_crc32":
            body = "NotReal" + _text("an{23}", source)
            return known.prefix + body + checksum(body)
        case "aws_account":
            return known.prefix + "QA" + _text("b32{14}", source)
        case "pypi_macaroon":
            inner = b"\x02\x01\x08pypi.org\x02\x24" + bytes(source.randrange(256) for _ in range(90))
            return "pypi-" + base64.urlsafe_b64encode(inner).decode().rstrip("=")
        case "discord_id":
            number = base64.b64encode(str(source.randrange(10**17, 10**18)).encode()).decode().rstrip("=")
            return f"{number}.{_text('url{6}', source)}.{_text('url{30}', source)}"
    return _text(known.before, source) + known.prefix + _text(known.shape, source)


def shape_text(shape: str, seed: int = 0) -> str:
    """A text of a shape."""
    return _text(shape, random.Random(seed))


def _text(shape: str, source: random.Random) -> str:
    text = ""
    for part in shape.split():
        found = re.fullmatch(r"([a-zA-Z]+\d{0,2})\{(\d+)(?:,(\d+))?\}", part)
        text += part if found is None else "".join(source.choices(_ALPHABETS[found[1]], k=int(found[2])))
    return text
