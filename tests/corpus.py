"""Real Python files for tests: the running Python's standard library and what is installed beside it, in fixed order.

Files that this Python cannot compile (the standard library's tests keep some on purpose), very large ones and copies of
files seen before are left out.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 400_000
"""Bytes above which a file is left out: a few tables of a megabyte would take a third of the time."""


def files() -> list[str]:
    """The paths of all candidates: the standard library first, each part sorted."""
    found = {}
    for top in _tops():
        for directory, below, names in os.walk(top):
            below[:] = sorted(name for name in below if name not in ("__pycache__", "site-packages", "dist-packages"))
            for name in sorted(names):
                path = os.path.join(directory, name)
                if name.endswith(".py") and not os.path.islink(path) and os.path.getsize(path) <= LARGEST:
                    found[path] = None
    return list(found)


def sources(part: int = 0, parts: int = 1) -> Iterator[tuple[str, bytes]]:
    """The path and content of every ``parts``-th readable file, beginning with number ``part``; each content once."""
    seen = set()
    for path in files()[part::parts]:
        with open(path, "rb") as handle:
            data = handle.read()
        if data and hash(data) not in seen and _compiles(data):
            seen.add(hash(data))
            yield path, data


def _tops() -> list[str]:
    paths = sysconfig.get_paths()
    return list(dict.fromkeys(os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")))


def _compiles(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "<corpus>", "exec", 0x400, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def has(version: tuple[int, int]) -> bool:
    """Whether the running Python is at least this version: for tests of newer syntax."""
    return sys.version_info[:2] >= version
