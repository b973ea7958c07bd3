"""Paths, excludes and ignore files in, files in a stable order out.

It lists directories and reads nothing but ignore files and the first line of files without an extension (and of a
``.git`` that is a file: it says where the repository's own ignore file is).

- **Files** are ``*.py``, ``*.pyi``, ``*.ipynb``, and regular files without a dot in their name whose first line calls
  Python.
- **Left out** are directories of ``DEFAULT_EXCLUDES`` that are no packages, Python environments under any name, what
  the configuration excludes, and what git ignores. ``.gitignore`` counts in a repository and outside of one: from the
  start path down, and above it up to the directory that holds ``.git``. A repository within a repository has its own
  rules only.
- **A path that the user names** is taken whatever excludes and ignore files say of it or of the directories above it,
  unless ``force_exclude``. Within a named directory each entry is judged by itself, so ``build/`` in an ignore file
  does not empty a named ``build``, and ``build/*`` does.
- **Each file once**, by device and inode; the name that is no link comes before one that is, then the first in order.
  Linked directories are followed, out of the start path too, but for one that contains its own link, and after all
  others: a file is reported below the directory where it really is, if that is checked as well.
"""

from __future__ import annotations

import os
import stat

from prodlint.exclusion import (
    CONFIG_NAMES,
    DEFAULT_EXCLUDES,
    ENVIRONMENT_MARKS,
    TELLING,
    Excludes,
    Exclusion,
    Level,
    is_excluded_by_default,
    slashed,
)
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem, Skipped
from prodlint.shebang import calls_python, first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.gitignore import Rules

__all__ = ["CONFIG_NAMES", "DEFAULT_EXCLUDES", "Discovery", "Excludes", "SourceFile", "discover"]


class SourceFile(NamedTuple):
    """A file to check: its names, and what one ``os.stat`` said of it (times in nanoseconds, size in bytes).

    ``path`` is spelled as the user spelled the argument, with "/" between the names: ``os.path.normpath`` of it, joined
    to the current directory, lies in a directory that may be a key of ``Discovery.config_files``. ``real`` is absolute
    and free of links.
    """

    path: str
    real: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


class Discovery(NamedTuple):
    """What was found. ``files`` is sorted by the components of their paths, ``skipped`` and ``problems`` by path.

    ``config_files`` says which of ``CONFIG_NAMES`` a directory holds, for all directories that were walked and all
    above them; those that hold none are left out. Its keys are absolute and keep the links that the walk went through.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    config_files: dict[str, tuple[str, ...]]


PYTHON = (".py", ".pyi", ".ipynb")
"""What the names of Python files end in."""


def discover(
    paths: Sequence[str],
    *,
    cwd: str,
    excludes_at: Callable[[str, tuple[str, ...]], Excludes | None],
    gitignore: bool = True,
    force_exclude: bool = False,
    endings: tuple[str, ...] = PYTHON,
) -> Discovery:
    """Find the files to check below ``paths``, which are relative to the absolute directory ``cwd``.

    ``excludes_at`` is given an absolute directory and which of ``CONFIG_NAMES`` are in it and returns the excludes in
    force there (None: the default names only). It is asked once for each directory, never before its parent, also for
    the parents of the start paths. What goes wrong is in the result; only what ``excludes_at`` raises is raised.
    ``endings`` are what files' names end in, beside scripts that call Python: ``("",)`` finds all files.
    """
    exclusion = Exclusion(excludes_at, gitignore)
    search = _Search(exclusion, endings)
    starts = [start for path in dict.fromkeys(paths) if (start := search.located(path, cwd))]
    starts.sort(key=lambda start: (start.real != start.absolute, _in_order(start.shown)))
    for start in starts:  # before any walk, so that no directory is asked for twice, nor before its parent
        exclusion.levels_above(start.absolute)
    for start in starts:
        reason = exclusion.reason_against(start.absolute, stat.S_ISDIR(start.mode), cwd) if force_exclude else ""
        if reason:
            search.skipped.append(Skipped(start.shown, reason))
        elif stat.S_ISDIR(start.mode):
            search.walk_start(start)
        else:
            search.take_named(start)
    search.follow_links()
    return search.discovery()


class _Start(NamedTuple):
    """A path that the user named: as reported, absolute with its links, free of links; and its ``st_mode``."""

    shown: str
    absolute: str
    real: str
    mode: int


class _Directory(NamedTuple):
    """A directory on the way, under its three names, each ending in "/" (``shown`` is empty for the current one)."""

    absolute: str
    shown: str
    real: str
    chain: tuple[tuple[int, Rules], ...]
    linked: bool


class _Link(NamedTuple):
    """A link to a directory, kept until everything that is no link is walked; ``holder`` is where it really stands."""

    absolute: str
    shown: str
    holder: str
    chain: tuple[tuple[int, Rules], ...]


class _Search:
    """One search. Invariant: a real directory is walked once, and linked ones after all others."""

    def __init__(self, exclusion: Exclusion, endings: tuple[str, ...]) -> None:
        self.skipped: list[Skipped] = []
        self._exclusion = exclusion
        self._endings = endings
        self._problems: list[Problem] = []
        self._found: list[tuple[bool, str, SourceFile]] = []
        self._walked: set[str] = set()
        self._links: list[_Link] = []

    def discovery(self) -> Discovery:
        """Everything found so far, sorted, each real file once."""
        first: dict[tuple[int, int] | str, tuple[str, SourceFile]] = {}
        for _, order, file in sorted(self._found):
            first.setdefault((file.device, file.inode) if file.inode else file.real, (order, file))
        files = tuple(file for _, file in sorted(first.values()))
        skipped = sorted(set(self.skipped), key=lambda skipped: _in_order(skipped.path))
        problems = sorted(
            {*self._problems, *self._exclusion.problems}, key=lambda problem: _in_order(problem.path or "")
        )
        return Discovery(files, tuple(skipped), tuple(problems), self._exclusion.config_files)

    def located(self, path: str, cwd: str) -> _Start | None:
        """Where a named path leads; None and a problem if nowhere."""
        if not path or "\0" in path:
            self._not_found(path, "does not exist")
            return None
        joined = os.path.join(cwd, path)
        shown = os.path.normpath(path).replace(os.sep, "/")
        absolute, real = os.path.normpath(joined), os.path.realpath(joined)
        if ".." in path and os.path.realpath(absolute) != real:  # `link/..` is not where the link is
            shown = absolute = real
        try:
            return _Start(shown, absolute, real, os.stat(joined).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            self._not_found(path, "is a link to nothing" if os.path.islink(joined) else "does not exist")
        except OSError as error:
            self._refuse("unreadable-path", path, f"cannot look at `{path}`: {error.strerror}")
        return None

    def _not_found(self, path: str, what: str) -> None:
        remedy = "check the spelling, and the directory the command runs in"
        self._refuse("path-not-found", path, f"`{path}` {what}", remedy)

    def walk_start(self, start: _Start) -> None:
        """Walk a named directory, whatever speaks against it."""
        levels = self._exclusion.levels_above(start.absolute)
        shown = "" if start.shown == "." else slashed(start.shown)
        chain = levels[-1].chain if levels else ()
        self._walk(
            _Directory(slashed(start.absolute), shown, slashed(start.real), chain, start.real != start.absolute),
            is_named=True,
        )

    def take_named(self, start: _Start) -> None:
        """Take a named file whatever its extension, if it is one."""
        if stat.S_ISREG(start.mode):
            self._take(start.shown, start.absolute, start.real, start.real != start.absolute)
        else:
            self.skipped.append(Skipped(start.shown, _kind(start.mode)))

    # The walk

    def _walk(self, top: _Directory, is_named: bool = False) -> None:
        # The loop that every directory goes through: thousands of them hold nothing but directories, so all else is
        # done out of line, and `list(scandir)` closes as surely as `with` and in less time.
        waiting = [("", top.chain)]
        walked, excludes_in, endings = self._walked, self._exclusion.excludes_in, self._endings
        while waiting:
            tail, chain = waiting.pop()
            absolute, real = top.absolute + tail, top.real + tail
            if real in walked:
                continue
            walked.add(real)
            try:
                entries = list(os.scandir(absolute))
            except OSError as error:
                self._refuse_directory(top.shown + tail, error)
                continue
            below: list[str] = []
            others: list[os.DirEntry[str]] = []
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    below.append(name)
                elif name.endswith(endings) or "." not in name or name in TELLING or entry.is_symlink():
                    others.append(entry)
            telling = () if not others and TELLING.isdisjoint(below) else _telling_names(below, others)
            if telling:
                if (tail or not is_named) and not ENVIRONMENT_MARKS.isdisjoint(telling):
                    continue
                chain = self._exclusion.chain_in(absolute, chain, telling)
            excludes = excludes_in(absolute, telling)
            if others or chain or excludes:
                directory = _Directory(absolute, top.shown + tail, real, chain, top.linked)
                below = self._visit(directory, Level(absolute, chain, excludes), below, others)
            for name in below:
                if excludes or name not in DEFAULT_EXCLUDES or not is_excluded_by_default(absolute, name):
                    waiting.append((f"{tail}{name}/", chain))

    def _visit(
        self, directory: _Directory, level: Level, below: list[str], others: list[os.DirEntry[str]]
    ) -> list[str]:
        """Take a directory's files and note its links; the names of the directories below it that are to be walked."""
        has_rules = bool(level.chain or level.excludes)
        for entry in others:
            if entry.is_symlink():
                self._take_link(entry, directory, level)
            elif self._may_be_wanted(entry.name) and not (has_rules and level.reason_to_leave(entry.name, False)):
                self._take_entry(entry, directory)
        return [name for name in below if not level.reason_to_leave(name, True)] if has_rules else below

    def _take_entry(self, entry: os.DirEntry[str], directory: _Directory) -> None:
        """Take a file that is no link and whose name may be a wanted one's."""
        name, shown = entry.name, directory.shown + entry.name
        if not entry.is_file(follow_symlinks=False):
            self.skipped.append(Skipped(shown, _kind(entry.stat(follow_symlinks=False).st_mode)))
        elif name.endswith(self._endings) or self._is_script(directory.absolute + name, shown):
            self._take(shown, directory.absolute + name, directory.real + name, directory.linked)

    def _take_link(self, entry: os.DirEntry[str], directory: _Directory, level: Level) -> None:
        """Take a link to a file, keep one to a directory for later."""
        name, shown, absolute = entry.name, directory.shown + entry.name, directory.absolute + entry.name
        reason = ""
        mode = 0
        try:
            mode = os.stat(absolute).st_mode
        except OSError as error:
            reason = f"a link that leads nowhere: {error.strerror}"
        if level.reason_to_leave(name, stat.S_ISDIR(mode), is_link=True):
            return
        if stat.S_ISDIR(mode):
            self._links.append(_Link(absolute + "/", shown + "/", directory.real, level.chain))
        elif not self._may_be_wanted(name):
            return
        elif not stat.S_ISREG(mode):
            self.skipped.append(Skipped(shown, reason or _kind(mode)))
        elif name.endswith(self._endings) or self._is_script(absolute, shown):
            self._take(shown, absolute, os.path.realpath(absolute), True)

    def follow_links(self) -> None:
        """Walk the linked directories, and those linked from there, until there are no new ones."""
        while self._links:
            links, self._links = sorted(self._links, key=lambda link: _in_order(link.shown)), []
            for link in links:
                real = slashed(os.path.realpath(link.absolute))
                if not link.holder.startswith(real):
                    self._walk(_Directory(link.absolute, link.shown, real, link.chain, True))

    def _take(self, shown: str, absolute: str, real: str, linked: bool) -> None:
        try:
            status = os.stat(absolute)
        except FileNotFoundError:
            self.skipped.append(Skipped(shown, "vanished while its directory was read"))
            return
        except OSError as error:
            self._refuse("unreadable-path", shown, f"cannot look at the file: {error.strerror}")
            return
        file = SourceFile(
            shown, real, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
        )
        self._found.append((linked, _in_order(shown), file))

    def _may_be_wanted(self, name: str) -> bool:
        return name.endswith(self._endings) or "." not in name

    def _is_script(self, absolute: str, shown: str) -> bool:
        try:
            return calls_python(first_line(absolute))
        except OSError as error:
            self.skipped.append(Skipped(shown, f"cannot tell whether it is a Python script: {error.strerror}"))
            return False

    def _refuse_directory(self, shown: str, error: OSError) -> None:
        what = f"cannot list the directory: {error.strerror}"
        self._refuse(
            "unreadable-directory",
            shown.removesuffix("/") or ("/" if shown else "."),
            what,
            "make it readable, or exclude it",
        )

    def _refuse(self, code: str, path: str, message: str, remedy: str = "check its permissions") -> None:
        self._problems.append(Problem(code, message, path, remedy=remedy))


def _telling_names(below: list[str], others: list[os.DirEntry[str]]) -> frozenset[str]:
    return TELLING.intersection([*below, *(entry.name for entry in others)])


def _in_order(path: str) -> str:
    """What paths are sorted by: as their components would be, in less time."""
    return path.replace("/", "\0")


_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def _kind(mode: int) -> str:
    return f"{_KINDS.get(stat.S_IFMT(mode), 'something else')}, not a regular file"
