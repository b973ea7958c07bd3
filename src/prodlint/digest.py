"""Bytes in, a short identity out; for the cache and for fingerprints, never for anything secret."""

from __future__ import annotations

try:
    # hashlib gets it from there too, but also loads OpenSSL, which costs as much as checking a file.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


def digest(data: bytes, size: int = 16) -> str:
    """The BLAKE2b digest of some bytes, ``size`` bytes of it as hexadecimal digits."""
    return str(blake2b(data, digest_size=size).hexdigest())
