"""The files of a project, whatever they hold: their names, their text, and which of them git tracks."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase, translate

from prodlint.config.patterns import Patterns
from prodlint.git import Git, IncomparableError
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes above which a project's file is not read: nobody writes one of these by hand."""


class NotCheckedError(Exception):
    """A rule cannot judge a file that it is meant for, such as a template; the message is told as the reason.

    ``is_meant`` is False for a file that no verdict is needed on, such as one that is a part of others.
    """

    def __init__(self, reason: str, *, is_meant: bool = True) -> None:
        super().__init__(reason)
        self.is_meant = is_meant


class NothingToJudgeError(Exception):
    """A file, or the project, holds nothing that a rule is about: the rule has found nothing, and shows nothing."""


class MissingExtraError(Exception):
    """A rule needs a package that is not installed; the message says for what, ``extra`` what to install."""

    def __init__(self, message: str, extra: str) -> None:
        super().__init__(message)
        self.extra = extra


class FaultyOptionError(ValueError):
    """An option of a rule makes no sense; the message says why, ``option`` is its key."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class ProjectFile(NamedTuple):
    """A file: its path from the project's root, its path as reports show it, and its absolute one without links."""

    path: str
    shown: str
    real: str

    def text(self) -> str:
        """What the file holds, with its newlines as ``\\n``. Raises Unreadable."""
        try:
            with open(self.real, "rb") as handle:
                data = handle.read(LARGEST_TEXT + 1)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror or error}") from None
        if len(data) > LARGEST_TEXT:
            raise Unreadable(f"larger than {LARGEST_TEXT:,} bytes")
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise Unreadable(f"the file is not UTF-8: {error.reason}", line) from None


class Files:
    """Files of a project, sorted by path."""

    def __init__(self, files: tuple[ProjectFile, ...]) -> None:
        self.all = files
        self._having: dict[str, list[int]] = {}

    def matching(self, patterns: tuple[str, ...]) -> tuple[ProjectFile, ...]:
        """The files that one of these patterns in gitignore's syntax matches."""
        files = self._candidates(patterns)
        matches = Patterns(patterns).match
        # Most patterns begin with a directory of the root, and most files lie in another one.
        leads = {top: _may_lead(patterns, top) for top in {file.path.partition("/")[0] for file in files}}
        return tuple(file for file in files if leads[file.path.partition("/")[0]] and matches(*_split(file.path)))

    def _candidates(self, patterns: tuple[str, ...]) -> tuple[ProjectFile, ...]:
        """The files that can match: each has a part of its path that a part of a pattern asks for."""
        parts = [_telling_part(pattern) for pattern in patterns if not pattern.startswith("!")]
        if "" in parts:
            return self.all
        if not self._having:
            for number, file in enumerate(self.all):
                for name in set(file.path.split("/")):
                    self._having.setdefault(name, []).append(number)
        asked = re.compile("|".join(map(translate, dict.fromkeys(parts))))
        found = {number for name, numbers in self._having.items() if asked.match(name) for number in numbers}
        return tuple(self.all[number] for number in sorted(found))


def _telling_part(pattern: str) -> str:
    """The part of a pattern between slashes that says most: one without a wildcard, else the last; empty if none."""
    parts = [part for part in pattern.split("/") if part and part != "**"]
    if not parts or re.search(r"\\|\[\^|\*\*", pattern.replace("/**", "").replace("**/", "")):
        return ""
    return next((part for part in reversed(parts) if not re.search(r"[*?\[]", part)), parts[-1])


def _may_lead(patterns: tuple[str, ...], top: str) -> bool:
    """Whether one of the patterns can match the file or directory of this name in the root, or something below it."""
    for pattern in patterns:
        first, slash, _ = pattern.removeprefix("/").partition("/")
        is_anchored = pattern.startswith("/") or (slash and not pattern.endswith("/"))
        if not is_anchored or "**" in first or first.startswith("!") or re.search(r"[\[\\]", first):
            return True  # it matches at any depth, or in ways that are not worth telling apart
        if fnmatchcase(top, first):
            return True
    return False


class ProjectTree:
    """The files below the checked paths of one project.

    ``root`` is the project's absolute directory, and ``is_whole`` says whether all of it was checked: only then a
    missing file is known to be missing. ``found`` looks for the files, with or without those that git ignores.
    """

    def __init__(self, root: str, found: Callable[[bool], Files], *, cwd: str, is_whole: bool) -> None:
        self.root = root
        self.is_whole = is_whole
        self._cwd = cwd
        self._found = found
        self._shared: dict[object, Any] = {}

    def matching(self, patterns: tuple[str, ...]) -> tuple[ProjectFile, ...]:
        """The files, but for those that git ignores, that one of these patterns in gitignore's syntax matches."""
        files: Files = self.shared("files", lambda: self._found(True))
        return files.matching(patterns)

    def shown(self, path: str) -> str:
        """The path, as reports show it, of what would lie there from the root."""
        return path if self.root == self._cwd else os.path.relpath(os.path.join(self.root, path), self._cwd)

    @property
    def tracked(self) -> Files | None:
        """The files that git tracks, ignored by now or not; None where there is no repository or no git."""
        files: Files | None = self.shared("tracked", self._tracked)
        return files

    def _tracked(self) -> Files | None:
        paths = _tracked(self.root)
        return None if paths is None else Files(tuple(file for file in self._found(False).all if file.path in paths))

    def shared(self, key: object, make: Callable[[], Any]) -> Any:
        """What several rules need of the project, made once; ``key`` stands for what is made."""
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]


def _split(path: str) -> tuple[str, str]:
    directory, slash, name = path.rpartition("/")
    return directory + slash, name


def _tracked(root: str) -> frozenset[str] | None:
    try:
        git = Git(root)
        top = git.top()
        tracked = git.tracked_files()
    except (IncomparableError, OSError):
        return None  # without git nothing is tracked by it; the rules say that they then have no verdict
    below = os.path.realpath(root).rstrip("/") + "/"
    inside = below.removeprefix(top) if below.startswith(top) else ""
    return frozenset(path.removeprefix(inside) for path in tracked if path and path.startswith(inside))
