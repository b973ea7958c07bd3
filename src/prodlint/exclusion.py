"""What keeps entries of a directory out: default names, the configuration's patterns, ignore files.

Directories in, what is in force there out; it opens nothing but ignore files (and a ``.git`` that is a file, which says
where the repository's own ignore file is) and never lists a directory.
"""

from __future__ import annotations

import os
import stat

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem
from prodlint.shebang import first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from prodlint.gitignore import Rules

CONFIG_NAMES = ("prodlint.toml", ".prodlint.toml", "pyproject.toml")
"""The files that may hold a configuration, the weightiest first."""

DEFAULT_EXCLUDES = frozenset(
    """
    .bzr .git .hg .jj .svn CVS _darcs
    .direnv .venv venv .pyenv site-packages __pypackages__ node_modules
    .eggs build _build buck-out dist .pants.d
    .tox .nox .hypothesis .ipynb_checkpoints
    __pycache__ .mypy_cache .pyre .pytest_cache .pytype .ruff_cache
    .idea .vscode
    """.split()
)
"""Names of directories that are left out, unless they are packages or a pattern negates them (``!build/``)."""

ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
"""Names that tell a Python environment, whatever its own name."""

TELLING = frozenset({*CONFIG_NAMES, *ENVIRONMENT_MARKS, ".git", ".gitignore"})
"""Names whose presence changes what is in force in a directory."""


def is_excluded_by_default(parent: str, name: str) -> bool:
    """Whether a directory is left out for its name; ``parent`` ends in "/".

    A package is source whatever it is called: `pip/_internal/operations/build` has to be checked, `build/lib` has not.
    """
    return name in DEFAULT_EXCLUDES and not os.path.lexists(f"{parent}{name}/__init__.py")


class Excludes(NamedTuple):
    """What keeps files out of one directory tree: patterns in gitignore syntax, relative to the directory ``base``.

    No patterns: the default names only.
    """

    base: str
    patterns: tuple[str, ...]


class Level(NamedTuple):
    """What is in force for the entries of the directory ``absolute`` (which ends in "/").

    ``chain`` holds the ignore files' rules, the deepest first, each with the length of its own directory's name.
    ``excludes`` is the way from their base to this directory, and the rules.
    """

    absolute: str
    chain: tuple[tuple[int, Rules], ...]
    excludes: tuple[str, Rules] | None
    in_repository: bool = False

    def reason_to_leave(self, name: str, is_directory: bool, is_link: bool = False) -> str:
        """Why an entry is left out; empty if it is not. For git a link to a directory is no directory."""
        verdict = self.excludes[1].verdict(self.excludes[0], name, is_directory) if self.excludes else None
        if verdict:
            return f"`{name}` is excluded by the configuration"
        if verdict is None and is_directory and is_excluded_by_default(self.absolute, name):
            return f"`{name}` is excluded by default"
        for length, rules in self.chain:
            ignored = rules.verdict(self.absolute[length:], name, is_directory and not is_link)
            if ignored is not None:
                return f"`{name}` is ignored by git" if ignored else ""
        return ""


class Exclusion:
    """What is in force where. Invariant: ``excludes_at`` is asked once for a directory, and for those above it before.

    ``config_files`` and ``problems`` grow as directories are asked for. All directories end in "/".
    """

    def __init__(self, excludes_at: Callable[[str, tuple[str, ...]], Excludes | None], gitignore: bool) -> None:
        self.config_files: dict[str, tuple[str, ...]] = {}
        self.problems: list[Problem] = []
        self._excludes_at = excludes_at
        self._gitignore = gitignore
        self._levels: dict[str, Level] = {}
        self._compiled: dict[tuple[str, ...], Rules | None] = {}

    def levels_above(self, path: str) -> list[Level]:
        """What is in force in each directory above an absolute path, from the top."""
        names = slashed(path).split("/")[:-2]
        levels: list[Level] = []
        absolute = ""
        for name in names:
            absolute += name + "/"
            if absolute not in self._levels:
                self._levels[absolute] = self._level_above(absolute, levels[-1] if levels else None)
            levels.append(self._levels[absolute])
        return levels

    def reason_against(self, path: str, is_directory: bool, cwd: str) -> str:
        """Why an absolute path would not have been found by a walk from the directory ``cwd``; empty if it would."""
        levels = self.levels_above(path)
        if slashed(path).startswith(slashed(cwd)):
            levels = [level for level in levels if level.absolute.startswith(slashed(cwd))]
        else:
            levels = [level for level in levels if level.in_repository] or levels[-1:]
        for level in levels:
            name, _, below = path[len(level.absolute) :].partition("/")
            is_above = bool(below) or is_directory
            if reason := level.reason_to_leave(name, is_above):
                return reason
            if is_above and any(os.path.lexists(f"{level.absolute}{name}/{mark}") for mark in ENVIRONMENT_MARKS):
                return f"`{name}` is a Python environment"
        return ""

    def _level_above(self, absolute: str, above: Level | None) -> Level:
        telling = {name for name in (*CONFIG_NAMES, ".git", ".gitignore") if os.path.lexists(absolute + name)}
        in_repository = ".git" in telling or (above is not None and above.in_repository)
        chain = above.chain if above else ()
        if in_repository:
            chain = self.chain_in(absolute, chain, telling)
        return Level(absolute, chain, self.excludes_in(absolute, telling), in_repository)

    def excludes_in(self, absolute: str, telling: Collection[str]) -> tuple[str, Rules] | None:
        """The configuration's excludes in force in a directory where these of the ``TELLING`` names are."""
        if absolute in self._levels:
            return self._levels[absolute].excludes
        directory = absolute[:-1] or "/"
        names: tuple[str, ...] = ()
        if telling:
            names = tuple(name for name in CONFIG_NAMES if name in telling and os.path.isfile(absolute + name))
            if names:
                self.config_files[directory] = names
        excludes = self._excludes_at(directory, names)
        if excludes is None or not excludes.patterns:
            return None
        if excludes.patterns not in self._compiled:
            self._compiled[excludes.patterns] = _rules_of(os.fsencode("\n".join(excludes.patterns)))
        rules = self._compiled[excludes.patterns]
        top = slashed(excludes.base)
        below = absolute[len(top) :] if absolute.startswith(top) else slashed(os.path.relpath(absolute, top))
        return (below, rules) if rules else None

    def chain_in(
        self, absolute: str, chain: tuple[tuple[int, Rules], ...], telling: Collection[str]
    ) -> tuple[tuple[int, Rules], ...]:
        """The ignore files in force in a directory, given those in force above it and its own ``TELLING`` names."""
        if not self._gitignore:
            return ()
        if ".git" in telling:
            rules = self._rules_from(_exclude_file(absolute + ".git"))
            chain = ((len(absolute), rules),) if rules else ()
        if ".gitignore" in telling and (rules := self._rules_from(absolute + ".gitignore")):
            chain = ((len(absolute), rules), *chain)
        return chain

    def _rules_from(self, path: str) -> Rules | None:
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):  # git follows no link here either
                return None
            with open(path, "rb") as file:
                return _rules_of(file.read())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            what = f"cannot read the ignore file, so nothing is left out on its account: {error.strerror}"
            problem = Problem("unreadable-ignore-file", what, path, remedy="check its permissions", fatal=False)
            self.problems.append(problem)
            return None


def slashed(path: str) -> str:
    """The path with "/" between its names and at its end."""
    path = path.replace(os.sep, "/")
    return path if path.endswith("/") else path + "/"


def _rules_of(data: bytes) -> Rules | None:
    from prodlint.gitignore import rules_of  # most runs on a clean checkout of a package never need it

    return rules_of(data)


def _exclude_file(git: str) -> str:
    """The ``info/exclude`` of the repository whose ``.git`` this is; for work trees and submodules that is a file."""
    if os.path.isdir(git):
        return git + "/info/exclude"
    home = os.path.join(os.path.dirname(git), _text(git).removeprefix("gitdir:").strip())
    return os.path.join(home, _text(home + "/commondir").strip(), "info/exclude")


def _text(path: str) -> str:
    try:
        return os.fsdecode(first_line(path, 8192))
    except OSError:  # not git's, then: there are no rules to find by it
        return ""
