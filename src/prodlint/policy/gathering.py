"""The formats of evidence and where to look in, what was found there out; what is broken is told and proves nothing."""

from __future__ import annotations

import os

from prodlint.evidence import FORMATS, BrokenEvidenceError, Evidence, read_evidence
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prodlint.config.values import Value

FAULT = "evidence"
"""The code of every problem with evidence."""

_MOST_FILES = 1_000
_OWN = "prodlint"


class Gathered(NamedTuple):
    """What was found, by format. ``places`` are the patterns that were looked at, as messages name them."""

    evidence: dict[str, tuple[Evidence, ...]]
    broken: dict[str, tuple[Problem, ...]]
    places: dict[str, tuple[str, ...]]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with files that were found."""
        return tuple(problem for problems in self.broken.values() for problem in problems)


def gather(formats: Iterable[str], configured: Mapping[str, Value], root: str, cwd: str) -> Gathered:
    """Read what there is of these formats.

    ``configured`` has the patterns of formats that the project says itself; the others are looked for where they
    usually are, from the absolute directory ``root``. Paths are told from ``cwd``.
    """
    gathered = Gathered({}, {}, {})
    for name in formats:
        value = configured.get(name)
        base = value.source.base if value else root
        places: tuple[str, ...] = value.value if value else FORMATS[name].places
        gathered.places[name] = places
        evidence: list[Evidence] = []
        broken: list[Problem] = []
        paths = _files(places, base)
        if len(paths) > _MOST_FILES:
            message = f"{name} evidence: {len(paths):,} files match {', '.join(places)}"
            remedy = f"name at most {_MOST_FILES:,} under `evidence.{name}`"
            broken.append(Problem(FAULT, message, remedy=remedy, fatal=False))
            paths = []  # to leave out some of them would be to choose what is shown
        for path in paths:
            shown = _shown(path, cwd)
            try:
                found = read_evidence(FORMATS[name], path, shown)
            except BrokenEvidenceError as error:
                broken.append(Problem(FAULT, f"{name} evidence: {error}", shown, remedy=error.remedy, fatal=False))
                continue
            if found.tool != _OWN:
                evidence.append(found)
        gathered.evidence[name] = tuple(evidence)
        gathered.broken[name] = tuple(broken)
    return gathered


def _files(places: Iterable[str], base: str) -> list[str]:
    """The files that patterns match, each once, in a stable order."""
    from glob import glob, has_magic  # compiles patterns

    found: list[str] = []
    for place in places:
        path = os.path.join(base, place)
        if has_magic(place):
            found += sorted(glob(path, recursive=True))
        elif os.path.lexists(path):
            found.append(path)
    return [path for path in dict.fromkeys(map(os.path.normpath, found)) if not os.path.isdir(path)]


def _shown(path: str, cwd: str) -> str:
    return path[len(cwd) + 1 :] if path.startswith(cwd.rstrip("/") + "/") else path
