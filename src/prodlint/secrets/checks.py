"""Whether a token has the inner structure that its provider gives it: checksums, encoded ids, dates.

Each check takes the whole token as matched and says whether it can be real.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_DIGITS = 6


def base62_crc32(token: str) -> bool:
    """Whether the last six characters are the CRC-32 of the characters behind the prefix, in base 62.

    Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    body = token.partition("_")[2]
    return checksum(body[:-_CHECKSUM_DIGITS]) == body[-_CHECKSUM_DIGITS:]


def checksum(text: str) -> str:
    """The six digits in base 62 that end a token of GitHub or npm."""
    from zlib import crc32  # few files hold such a token

    value = crc32(text.encode())
    digits = ""
    while value:
        value, digit = divmod(value, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(_CHECKSUM_DIGITS, "0")


def aws_account(token: str) -> bool:
    """Whether a key id can hold an account's number, 40 bits of what its characters encode in base 32.

    Ids from before 2019, which begin with ``I`` or ``J`` behind the prefix, hold none.
    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    """
    body = token[4:]
    if body[0] in "IJ":
        return True
    from base64 import b32decode  # as above

    number = int.from_bytes(b32decode(body)[:6], "big")
    return (number & 0x7FFFFFFFFF80) >> 7 < 10**12


def pypi_macaroon(token: str) -> bool:
    """Whether the token is a macaroon, version 2, of the location ``pypi.org``. Source: https://pypi.org/help/#apitoken"""
    decoded = base64_bytes(token.removeprefix("pypi-"))
    return decoded is not None and decoded.startswith(b"\x02\x01\x08pypi.org\x02")


def discord_id(token: str) -> bool:
    """Whether the first part is the number of a user. Source: https://discord.com/developers/docs/reference"""
    decoded = base64_bytes(token.partition(".")[0])
    return decoded is not None and decoded.isdigit() and 17 <= len(decoded) <= 20


def jwt_header(token: str) -> bool:
    """Whether the first part is a header with an algorithm. Source: RFC 7519, section 3."""
    decoded = base64_bytes(token.partition(".")[0])
    if decoded is None:
        return False
    import json  # 6 ms, for the rare file with something that looks like such a token

    try:
        header = json.loads(decoded)
    except ValueError:
        return False
    return isinstance(header, dict) and isinstance(header.get("alg"), str) and header["alg"].lower() != "none"


def luhn(digits: str) -> bool:
    """Whether a row of digits ends in the check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        digit = int(character) * (1 + position % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def base64_bytes(text: str) -> bytes | None:
    """The bytes that a text in base 64, of either alphabet and with or without padding, encodes; None if it is none."""
    from base64 import b64decode
    from binascii import Error

    try:
        return b64decode(text.rstrip("=").replace("-", "+").replace("_", "/") + "=" * (-len(text.rstrip("=")) % 4))
    except (Error, ValueError):
        return None


CHECKS: dict[str, Callable[[str], bool]] = {
    "base62_crc32": base62_crc32,
    "aws_account": aws_account,
    "pypi_macaroon": pypi_macaroon,
    "discord_id": discord_id,
}
"""The checks that formats name."""

DOUBTFUL = frozenset({"aws_account"})
"""Checks that prove a token, while one that fails them may be real all the same."""
