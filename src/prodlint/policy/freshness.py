"""Evidence and the files that it speaks of in; whether it is older than they are, and why, out.

A commit that the evidence records decides, where git knows it: what differs between it and the working tree is newer.
Else times do. A file that git has unchanged is as old as its commit, whenever it was checked out, and evidence that is
itself committed is about the code of that commit.
"""

from __future__ import annotations

import os
import re

from prodlint.git import Git, IncomparableError
from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.evidence import Evidence

_DEPENDENCY_FILES = re.compile(
    r"requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?"
    r"|(?:poetry|uv|pdm|pixi)\.lock|pylock[\w.-]*\.toml|environment\.ya?ml"
)
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_DAY = 86_400.0


class CodeFile(NamedTuple):
    """A file that evidence can speak of: as messages name it, its absolute path without links, its time in seconds."""

    shown: str
    real: str
    written: float


def dependency_files(root: str) -> tuple[CodeFile, ...]:
    """The files in the absolute directory that say what the project depends on."""
    found = []
    try:
        with os.scandir(root) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if _DEPENDENCY_FILES.fullmatch(entry.name) and entry.is_file():
                    found.append(CodeFile(entry.name, os.path.realpath(entry.path), entry.stat().st_mtime))
    except OSError:
        return tuple(found)  # a directory that cannot be listed has no file that anything could be older than
    return tuple(found)


class Freshness:
    """Judges the age of evidence, asking git only where files' times do not settle it.

    ``now`` is in seconds since the epoch, ``cwd`` an absolute directory in the project.
    """

    def __init__(self, code: Iterable[CodeFile], dependencies: Iterable[CodeFile], cwd: str, now: float) -> None:
        self._files = {False: tuple(code), True: tuple(dependencies)}
        self._cwd = cwd
        self._now = now
        self._repository: _Repository | None = None
        self._asked = False

    def fault(self, evidence: Evidence, *, of_dependencies: bool, days: int | None) -> str:
        """Why the evidence is stale; empty if it is not. ``days`` is how old it may be at most."""
        files = self._files[of_dependencies]
        if evidence.moment > self._now + _DAY:
            return "its time lies in the future"
        if days is not None and evidence.moment < self._now - days * _DAY:
            return f"it is older than {days} days"
        if evidence.commit is not None:
            fault = self._by_commit(evidence.commit, files)
            if fault is not None:
                return fault
        newer = [file for file in files if file.written > evidence.moment]
        if newer and (repository := self.repository):
            if commit := repository.commit_of(os.path.realpath(os.path.join(self._cwd, evidence.path))):
                return self._by_commit(commit, files) or ""
            newer = [file for file in newer if repository.moment(file) > evidence.moment]
        if not newer:
            return ""
        more = f" and {len(newer) - 1:,} more files are" if len(newer) > 1 else " is"
        return f"{newer[0].shown}{more} newer"

    @property
    def repository(self) -> _Repository | None:
        """The repository around the project; None without one that git can read."""
        if not self._asked:
            self._asked = True
            self._repository = _repository(self._cwd)
        return self._repository

    def _by_commit(self, commit: str, files: tuple[CodeFile, ...]) -> str | None:
        """What the commit says; None where nobody can compare with it."""
        repository = self.repository
        if repository is None:
            return None
        changed = repository.changed_since(commit)
        if changed is None:
            return f"it is about commit {commit[:12]}, which git does not know here"
        newer = [file for file in files if file.real in changed or not repository.tracks(file)]
        if not newer:
            return ""
        more = f" and {len(newer) - 1:,} more files have" if len(newer) > 1 else " has"
        return f"{newer[0].shown}{more} changed since commit {commit[:12]}"


class _Repository:
    """What git knows of the working tree: its commit, and which files are as in it."""

    def __init__(self, git: Git, top: str, commit: str, committed: float) -> None:
        self.commit = commit
        self.committed = committed
        self._git = git
        self._top = top
        self._changed = frozenset(top + path for path in git.changed_files(commit))
        self._tracked = git.tracked_files()

    @property
    def is_changed(self) -> bool:
        """Whether a tracked file is not as in the commit."""
        return bool(self._changed)

    def tracks(self, file: CodeFile) -> bool:
        """Whether git knows a file at all."""
        return file.real.startswith(self._top) and file.real[len(self._top) :] in self._tracked

    def commit_of(self, real: str) -> str:
        """The commit that a tracked file is as in; empty for a file that is not tracked, or has changed since."""
        is_as_committed = real.startswith(self._top) and real not in self._changed
        path = real[len(self._top) :]
        return self._git.last_commit(path) if is_as_committed and path in self._tracked else ""

    def moment(self, file: CodeFile) -> float:
        """When a file has got its content, at the latest, in seconds since the epoch."""
        if file.real in self._changed or not self.tracks(file):
            return file.written
        return min(file.written, self.committed)

    def changed_since(self, commit: str) -> frozenset[str] | None:
        """The absolute paths of tracked files that are not as in a commit; None where git does not know it."""
        if self.commit.startswith(commit.lower()) and _COMMIT.fullmatch(commit):
            return self._changed
        if not _COMMIT.fullmatch(commit):
            return None
        try:
            return frozenset(self._top + path for path in self._git.changed_files(commit))
        except IncomparableError:
            return None


def _repository(cwd: str) -> _Repository | None:
    try:
        git = Git(cwd)
        top = git.top()
        head = git.head()
        return _Repository(git, top, *head) if head else None
    except IncomparableError:
        return None  # no repository, no git, or one that cannot be read: times decide
