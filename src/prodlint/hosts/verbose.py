"""What ``--verbose`` tells on standard error: the program, what counted, what was left out, where the time went."""

from __future__ import annotations

import os
import sys
from collections import Counter

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.outcome import plural
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prodlint.config import Configuration
    from prodlint.discover import SourceFile
    from prodlint.model import Skipped


def lines(
    configuration: Configuration,
    files: Sequence[SourceFile],
    skipped: Sequence[Skipped],
    cwd: str,
    places: Mapping[str, str],
    seconds: Mapping[str, float],
) -> Iterator[str]:
    """The lines, without line feeds; ``places`` are files and directories by what they are for."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield f"prodlint {__version__} ({os.path.dirname(os.path.dirname(__file__))}), Python {python} ({sys.executable})"
    yield f"project root: {visible(configuration.root)}"
    for names, number in _configurations(configuration, files, cwd).items():
        yield f"configuration: {visible(' < '.join(names) or 'none')} for {plural(number, 'file')}"
    for what, path in places.items():
        yield f"{what}: {visible(path)}"
    for left_out in skipped:
        yield f"skipped: {visible(left_out.path)}: {visible(left_out.reason)}"
    yield "time: " + ", ".join(f"{stage} {taken * 1000:,.0f} ms" for stage, taken in seconds.items())


def _configurations(
    configuration: Configuration, files: Sequence[SourceFile], cwd: str
) -> Mapping[tuple[str, ...], int]:
    """How many files each configuration holds for, by the names of its file and of those that it extends."""
    directories = Counter(os.path.dirname(os.path.normpath(os.path.join(cwd, file.path))) for file in files)
    found: Counter[tuple[str, ...]] = Counter()
    for directory, number in directories.items():
        found[configuration.scope_at(directory).files] += number
    return found
