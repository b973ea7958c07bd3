"""The formats of evidence: where each is looked for, what it speaks of, and how a file of it is read."""

from __future__ import annotations

import os
import stat

from prodlint.evidence.value import BrokenEvidenceError, Evidence
from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[bytes], Evidence]

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes above which a file is not read."""


class Format(NamedTuple):
    """One format: what it is called, who writes it, and the patterns of where it is looked for unless told otherwise.

    ``module`` has the function ``read``. Evidence about ``dependencies`` is as old as the files that name those, all
    other as the code.
    """

    name: str
    title: str
    places: tuple[str, ...]
    module: str
    is_of_dependencies: bool = False


def _format(name: str, title: str, *files: str, is_of_dependencies: bool = False) -> Format:
    places = tuple(f"{directory}{file}" for directory in ("", "reports/", "build/") for file in files)
    module = f"prodlint.evidence.{name.replace('-', '_')}"
    return Format(name, title, places, module, is_of_dependencies)


# A new format is one line here and one module beside this one.
FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        _format("junit", "test reports as JUnit XML", "junit*.xml", "TEST-*.xml"),
        _format("coverage", "coverage as coverage.py writes JSON", "coverage.json"),
        _format("cobertura", "coverage as Cobertura XML", "coverage.xml", "cobertura.xml"),
        _format("mypy", "mypy's JSON, JUnit XML or text", "mypy.json", "mypy.xml", "mypy.txt"),
        _format("pyright", "pyright's JSON", "pyright.json"),
        _format("ruff", "ruff's JSON", "ruff.json"),
        _format("flake8", "flake8's lines", "flake8.txt"),
        _format("sarif", "SARIF 2.1.0 of any scanner", "*.sarif", "*.sarif.json"),
        _format("bandit", "bandit's JSON", "bandit.json"),
        _format("pip-audit", "pip-audit's JSON", "pip-audit.json", is_of_dependencies=True),
        _format("load-test", "summary of a load test", "load-test.json"),
    )
}


def read_evidence(kind: Format, path: str, shown: str) -> Evidence:
    """Read the file at ``path``, which messages call ``shown``. Raises BrokenEvidenceError."""
    from importlib import import_module

    data, written = _content(path)
    reader: Reader = import_module(kind.module).read
    return reader(data)._replace(path=shown, written=written)


def _content(path: str) -> tuple[bytes, float]:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # a pipe would never end
            raise BrokenEvidenceError("not a regular file")
        if status.st_size > LARGEST_FILE:
            raise BrokenEvidenceError(f"larger than {LARGEST_FILE:,} bytes")
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BrokenEvidenceError(f"cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST_FILE:
        raise BrokenEvidenceError(f"larger than {LARGEST_FILE:,} bytes")
    return data, status.st_mtime
