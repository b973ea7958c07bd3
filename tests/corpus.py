"""Real Python files for tests: the running Python's standard library and what is installed beside it, in fixed order.

Very large ones and copies are left out. Some cannot be parsed: the standard library's tests keep such on purpose.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 60_000
"""Bytes above which a file is left out: the few larger ones hold as much text as all others, and nothing new."""
MOST = 2300
"""Files that tests look at. Some are unreadable on purpose, and some are copies: two thousand of them are neither."""


def files() -> list[str]:
    """The paths of the files, the standard library first, each part in order of names."""
    found = []
    for top in _tops():
        for directory, below, names in os.walk(top):
            below[:] = sorted(name for name in below if name not in ("__pycache__", "site-packages", "dist-packages"))
            paths = (os.path.join(directory, name) for name in sorted(names) if name.endswith(".py"))
            found += [path for path in paths if not os.path.islink(path) and os.path.getsize(path) <= LARGEST]
    return found[:MOST]


def sources(part: int = 0, parts: int = 1) -> Iterator[tuple[str, bytes]]:
    """The path and content of every ``parts``-th file, beginning with number ``part``; each content once."""
    seen = set()
    for path in files()[part::parts]:
        with open(path, "rb") as handle:
            data = handle.read()
        if data not in seen:
            seen.add(data)
            yield path, data


def _tops() -> list[str]:
    paths = sysconfig.get_paths()
    return list(dict.fromkeys(os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")))


def has(major: int, minor: int) -> bool:
    """Whether the running Python is at least this version: for tests of newer syntax."""
    return sys.version_info[:2] >= (major, minor)
