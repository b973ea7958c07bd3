"""A workspace folder in, what prodlint needs to judge its files out: settings, baseline, excludes.

For the thread of the engine alone, which makes a project anew when a file that it was made of changes.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from prodlint.baseline import FILE_NAME, Baseline, Extent, FaultyBaselineError, match, read
from prodlint.check import unreadable_violation
from prodlint.config import Overrides, load
from prodlint.discover import CONFIG_NAMES, discover
from prodlint.exclusion import Exclusion
from prodlint.hosts.packs import with_named_packs
from prodlint.model import Report, Safety
from prodlint.packs import CODE as PACK
from prodlint.packs import with_packs
from prodlint.run import LARGEST_FILE, Checker
from prodlint.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.config import Configuration
    from prodlint.discover import Discovery
    from prodlint.model import Checked, Fix, Problem, Violation
    from prodlint.registry import Registry

UNTITLED = "<untitled>"
"""What messages call a text that was never saved; it is judged as a file of its folder."""

_READ_NAMES = (*CONFIG_NAMES, ".gitignore")
_State = tuple[int, int, int] | None


class Project:
    """What holds for the files below an absolute directory, as the command line would have it when called there.

    It is out of date once a file that it was made of has changed on disk, and on the next day.
    """

    def __init__(self, directory: str, registry: Registry, *, trusted: bool) -> None:
        self.directory = directory
        self._states: dict[str, _State] = {}
        self._today = time.strftime("%Y-%m-%d")
        self.configuration = _configuration(directory, registry, trusted=trusted)
        self._checker = Checker(self.configuration, self.registry, self._today)
        self._exclusion = Exclusion(self.configuration.excludes_at, gitignore=True)
        self._extent = Extent(self.configuration.root, directory)
        self._baseline_problem: Problem | None = None
        self._baseline = self._read_baseline()

    @property
    def registry(self) -> Registry:
        """The rules that the project knows."""
        return self.configuration.registry

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the settings or the baseline, as far as the judged files have brought it to light."""
        own = (*self.registry.problems, *self.configuration.problems)
        return (*own, self._baseline_problem) if self._baseline_problem else own

    @property
    def is_faulty(self) -> bool:
        """Whether a run on the command line would stop for what is wrong."""
        return any(problem.fatal for problem in self.problems())

    def is_current_for(self, path: str) -> bool:
        """Whether what holds for the file of an absolute path was read from the files that are on disk now."""
        if self._today != time.strftime("%Y-%m-%d"):
            return False
        files = [f"{directory}/{name}" for directory in _directories_above(path) for name in _READ_NAMES]
        files.append(self._baseline_path)
        return all(self._states.setdefault(file, state) == state for file in files for state in (_state_of(file),))

    def shown(self, path: str | None) -> str:
        """What reports call the file of an absolute path."""
        if path is None:
            return UNTITLED
        top = self.directory.rstrip("/") + "/"
        return path.removeprefix(top)

    def content(self, path: str) -> Source | tuple[Violation, ...]:
        """What is in the file of an absolute path, or the finding that nobody can tell."""
        shown = self.shown(path)
        try:
            with open(path, "rb") as handle:
                data = handle.read(LARGEST_FILE + 1)
        except OSError as error:
            return self._unreadable(path, f"cannot be read: {error.strerror or error}")
        if len(data) > LARGEST_FILE:
            return self._unreadable(path, f"larger than {LARGEST_FILE:,} bytes")
        return Source(shown, data)

    def _unreadable(self, path: str, reason: str) -> tuple[Violation, ...]:
        settings = self.configuration.settings_for(path)
        violation = unreadable_violation(self.shown(path), settings, reason, None)
        return (violation,) if violation else ()

    def inspect(self, source: Source, path: str | None, fixes: frozenset[Safety] = frozenset()) -> Checked:
        """Run the rules on what stands, or would stand, in the file of an absolute path, with their fixes."""
        return self._checker.inspect(source, self._judged_as(path), fixes)

    def fix(self, source: Source, path: str | None, violation: Violation) -> Fix | None:
        """The fix of one violation that was found there, proved; None where there is none."""
        return self._checker.fix(source, self._judged_as(path), violation).fix

    def _judged_as(self, path: str | None) -> str:
        return path or f"{self.directory}/{UNTITLED}"

    def reported(self, violations: Sequence[Violation]) -> tuple[Violation, ...]:
        """The violations of one file, those marked that the baseline knows."""
        if self._baseline is None or not violations:
            return tuple(violations)
        known = self._baseline.known
        place = self._extent.place(violations[0].path)
        # The whole file counts only where this one may be a renamed one.
        baseline = Baseline({place: known[place]}) if place in known else self._baseline
        return match(Report(1, 0, (), tuple(violations), ()), baseline, self._extent).report.violations

    def reason_to_leave(self, path: str) -> str:
        """Why a walk would not have come to the file of an absolute path; empty if it would."""
        return self._exclusion.reason_against(path, is_directory=False, cwd=self.directory)

    def discovery(self) -> Discovery:
        """The files that a run in the project's directory would check."""
        return discover(["."], cwd=self.directory, excludes_at=self.configuration.excludes_at)

    @property
    def _baseline_path(self) -> str:
        return self.configuration.baseline or f"{self.configuration.root.rstrip('/')}/{FILE_NAME}"

    def _read_baseline(self) -> Baseline | None:
        path = self._baseline_path
        self._states[path] = state = _state_of(path)
        if state is None and self.configuration.baseline is None:
            return None
        try:
            return read(path, self.shown(path))
        except FaultyBaselineError as fault:
            self._baseline_problem = fault.problem
            return None


def _configuration(directory: str, registry: Registry, *, trusted: bool) -> Configuration:
    """The settings of a project. The gate of rule packs: their code runs in a trusted workspace only."""
    configuration = load(Overrides(), cwd=directory, registry=registry)
    plugins = configuration.plugins
    if plugins is None:
        return configuration
    if trusted:
        return with_named_packs(configuration, Overrides(), cwd=directory, paths=[directory], allow_local=False)
    refused = [(name, plugins.source.fault(_UNTRUSTED.format(name), plugins.path, _TRUST)) for name in plugins.value]
    known = with_packs(registry, (), [(name, fault._replace(code=PACK, fatal=False)) for name, fault in refused])
    return load(Overrides(), cwd=directory, registry=known)


_UNTRUSTED = "pack `{}` is not loaded, since its code would run and the workspace is not trusted"
_TRUST = "trust the workspace in the editor, or set `trusted`"


def _directories_above(path: str) -> list[str]:
    """The absolute directories around a file, without a slash at their end."""
    found = []
    while path:
        path = path.rpartition("/")[0]
        found.append(path)
    return found


def _state_of(path: str) -> _State:
    """What tells that a file is another one than before; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
