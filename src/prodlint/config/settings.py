"""The configuration of a whole run: which file's settings hold where, and what a file is for.

The configuration file closest to a checked file wins whole: nothing is merged but what it says it extends. It is
searched for from the file's directory upward to the root of the file system. What the command line says comes before
all of them.
"""

from __future__ import annotations

import os

from prodlint.config.contexts import Judgement, of_directory, of_file
from prodlint.config.overrides import CommandLine, Overrides, read_overrides
from prodlint.config.scope import FileSettings, PerFile, Scope
from prodlint.config.source import Source, Table, read_directory
from prodlint.discover import CONFIG_NAMES
from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prodlint.config.values import Value, Values
    from prodlint.discover import Discovery, Excludes
    from prodlint.model import Problem, Severity
    from prodlint.registry import Registry


def load(
    overrides: Overrides, *, cwd: str, registry: Registry, table: Mapping[str, object] | None = None
) -> Configuration:
    """The configuration of a run that was called in the absolute directory ``cwd``.

    ``table`` takes the place of every configuration file: its patterns count from ``cwd``. Raises nothing for faults
    of the user's: they are `Configuration.problems`.
    """
    cwd = _slashed(os.path.normpath(cwd))
    problems: list[Problem] = []
    top = _ancestor_with(cwd, (".git",)) or cwd
    command_line = read_overrides(overrides, cwd, top, registry, problems)
    only = command_line.file
    if table is not None:
        only = Table(table, Source("configuration", cwd))
    elif overrides.isolated:
        only = Table({}, Source("--isolated", cwd))
    return Configuration(cwd, top, command_line, only, registry, problems)


class Place(NamedTuple):
    """What is known of all files in a directory; ``below`` leads to it from each base of its scope's patterns."""

    scope: Scope
    relative: str
    judged: Judgement | None
    below: dict[str, str]


class Configuration:
    """The settings of every file of a run.

    ``root`` is the project's root: the directory of the configuration file that holds for the current directory, else
    the nearest one upward that holds ``.git``, else the current directory. ``problems`` has all faults found so far; it
    grows as further configuration files come to light, so look at it after the last file. Any fatal one means exit 2.
    ``locked`` names the rules whose violations nothing hides. Not for use by several threads at once.
    """

    def __init__(
        self,
        cwd: str,
        top: str,
        command_line: CommandLine,
        only: Table | None,
        registry: Registry,
        problems: list[Problem],
    ) -> None:
        self.problems = problems
        self.registry = registry
        self.command_line = command_line
        self._cwd = cwd
        self._scopes: dict[str, Scope] = {}
        self._places: dict[str, Place] = {}
        self._roots: dict[str, str] = {}
        self._only = only is not None
        self._knows_root = False
        self._default = self._scope(only)
        root_scope = self.scope_at(cwd)
        self._knows_root = True  # every configuration that comes to light from here on is another one
        found = root_scope.source if not self._only else None
        self.root = found.base if found else top
        self.fail_on: Severity = root_scope.fail_on
        self.baseline: str | None = root_scope.baseline
        self.plugins: Value | None = root_scope.values.get(("plugins",))
        self.locked = _locked(root_scope, registry)

    def excludes_at(self, directory: str, config_names: tuple[str, ...]) -> Excludes | None:
        """What is excluded in an absolute directory that holds these configuration files; None: nothing of the user's.

        To be asked for a directory after its parent. The answer is remembered, so files need no further look-up.
        """
        scope = self._scopes.get(directory)
        if scope is None and not config_names:  # as are most of thousands
            scope = self._scopes.get(_parent(directory))
            if scope is not None:
                self._scopes[directory] = scope
        if scope is None:
            scope = self._enter(directory, config_names)
        return scope.excludes

    def settings_for(self, path: str, has_shebang: bool = False) -> FileSettings:
        """What holds for the file of this absolute path; ``has_shebang`` says that its first bytes are ``#!``."""
        directory, _, name = path.rpartition("/")
        place = self._places.get(directory) or self.place(directory)
        return place.scope.settings(
            self.judgement(place, name, has_shebang).context,
            per_file(place, name) if place.scope.per_file else (),
            matching(place, name) if place.scope.overrides else (),
            self.locked,
        )

    def skipping(self, discovery: Discovery) -> Discovery:
        """What was discovered without the generated files that the configuration says to skip."""
        if not any(scope.skips_generated for scope in {id(each): each for each in self._scopes.values()}.values()):
            return discovery
        from prodlint.generated import without_generated  # opens every file, which few projects ask for

        return without_generated(discovery, lambda file: self._scope_of(file.path).skips_generated)

    def _scope_of(self, path: str) -> Scope:
        absolute = os.path.normpath(os.path.join(self._cwd, path))
        return self.scope_at(_slashed(absolute).rpartition("/")[0])

    def max_age_for(self, path: str) -> int | None:
        """How many days old a suppression comment may get in the file of this absolute path, where it is limited."""
        return self.scope_at(path.rpartition("/")[0]).max_age

    @property
    def checks_project(self) -> bool:
        """Whether a rule is on that looks at the project's files and not at Python code."""
        settings = self.settings_for(f"{self.root.rstrip('/')}/-")
        return any(active.rule.is_about_projects for active in settings.active)

    def relative(self, path: str) -> str:
        """The way from the project's root to the file of this absolute path."""
        directory, _, name = path.rpartition("/")
        place = self._places.get(directory) or self.place(directory)
        return f"{place.relative}/{name}" if place.relative else name

    def show(self, path: str | None = None, has_shebang: bool = False) -> str:
        """Every value in force for the file of this absolute path, or for the project, with its origin."""
        from prodlint.config.show import show  # text that only `prodlint config` prints

        return show(self, path, has_shebang)

    # What `show` explains

    def scope_at(self, directory: str) -> Scope:
        """The scope of an absolute directory."""
        scope = self._scopes.get(directory)
        if scope is None:
            slash = directory.rstrip("/") + "/"
            names = tuple(name for name in CONFIG_NAMES if not self._only and os.path.isfile(slash + name))
            scope = self._enter(directory, names)
        return scope

    def place(self, directory: str) -> Place:
        """What is known of all files in an absolute directory."""
        directory = directory or "/"
        scope = self.scope_at(directory)
        relative = _relative(directory, self._root_of(directory))
        bases = {each.base for each in scope.per_file} | {each.base for each in scope.contexts}
        bases |= {each.base for each in scope.overrides}
        below = {base: (way + "/" if (way := _relative(directory, base)) else "") for base in bases}
        place = self._places[directory] = Place(scope, relative, of_directory(relative), below)
        return place

    def judgement(self, place: Place, name: str, has_shebang: bool) -> Judgement:
        """What a file is for, and why."""
        if self.command_line.context:
            return Judgement(self.command_line.context, "`--context` says so")
        for entry in place.scope.contexts:
            if entry.patterns.match(place.below[entry.base], name):
                return entry.judgement
        return of_file(place.judged, name, has_shebang)

    # Which configuration holds where

    def _enter(self, directory: str, names: tuple[str, ...]) -> Scope:
        """The scope of a directory that is seen for the first time."""
        table = None
        if names and not self._only:
            shown = _as_named(directory, self._cwd)
            table = read_directory(directory, names, shown, self.problems)
        parent = _parent(directory)
        if table is not None:
            scope = self._scope(table)
        elif self._only or parent == directory:
            scope = self._default
        else:
            scope = self.scope_at(parent)
        self._scopes[directory] = scope
        return scope

    def _scope(self, table: Table | None) -> Scope:
        tables = self._lineage(table) if table is not None else ()
        line = [self._values(each, table) for each in tables if each.values]
        files = [each.source.label for each in reversed(tables)]
        return Scope(line, files, table.source if table else None, self.command_line, self.registry, self.problems)

    def _lineage(self, table: Table) -> tuple[Table, ...]:
        if "extend" not in table.values:
            return (table,)
        from prodlint.config.inheritance import lineage  # few configurations extend another one

        return lineage(table, self.problems)

    def _values(self, table: Table, heir: Table | None) -> Values:
        """The checked values of a configuration or, other than its heir, of one that is inherited."""
        from prodlint.config.values import of_all_files, read_table  # a project without settings has nothing to check

        if table is heir:
            return read_table(table, self.registry, self.problems, is_root=not self._knows_root)
        faults: list[Problem] = []
        values = read_table(table, self.registry, faults)
        self.problems += [fault for fault in faults if fault not in self.problems]  # several may extend it
        return of_all_files(values) if self._knows_root else values

    def _root_of(self, directory: str) -> str:
        """The project's root for a directory: outside of this project that of its own, judged by what lies there."""
        if _is_below(directory, self.root):
            return self.root
        known = self._roots.get(directory)
        if known is None:
            known = _ancestor_with(directory, _PROJECT_MARKS) or _above_packages(directory)
            self._roots[directory] = known
        return known


def _locked(scope: Scope, registry: Registry) -> frozenset[str]:
    value = scope.values.get(("locked",))
    return frozenset(rule.name for word in value.value for rule in registry.resolve(word)) if value else frozenset()


def per_file(place: Place, name: str) -> tuple[PerFile, ...]:
    """The entries of ``per-file-ignores`` that concern a file."""
    return tuple(
        entry for entry in place.scope.per_file if entry.patterns.match(place.below[entry.base], name) != entry.inverted
    )


def matching(place: Place, name: str) -> tuple[int, ...]:
    """The indexes of the entries of ``overrides`` that match a file."""
    entries = enumerate(place.scope.overrides)
    return tuple(index for index, entry in entries if entry.patterns.match(place.below[entry.base], name))


_PROJECT_MARKS = (*CONFIG_NAMES, ".git", "setup.py", "setup.cfg")


def _ancestor_with(directory: str, names: tuple[str, ...]) -> str | None:
    """The nearest directory, this one or above, that holds an entry of one of these names."""
    while True:
        slash = directory.rstrip("/") + "/"
        if any(os.path.lexists(slash + name) for name in names):
            return directory
        parent = _parent(directory)
        if parent == directory:
            return None
        directory = parent


def _above_packages(directory: str) -> str:
    """The directory that holds the outermost package around this one, or this one where no package is."""
    while os.path.lexists(directory.rstrip("/") + "/__init__.py") and _parent(directory) != directory:
        directory = _parent(directory)
    return directory


def _parent(directory: str) -> str:
    return directory.rpartition("/")[0] or "/"


def _is_below(directory: str, top: str) -> bool:
    return directory == top or directory.startswith(top.rstrip("/") + "/")


def _relative(directory: str, top: str) -> str:
    """The way from ``top`` to a directory, empty for itself."""
    if directory == top:
        return ""
    if _is_below(directory, top):
        return directory[len(top.rstrip("/")) + 1 :]
    return _slashed(os.path.relpath(directory, top))


def _as_named(directory: str, cwd: str) -> str:
    """A directory as messages name it, empty or ending in "/": by the way to it where it lies below or above."""
    if not (_is_below(directory, cwd) or _is_below(cwd, directory)):
        return directory.rstrip("/") + "/"
    way = _relative(directory, cwd)
    return way + "/" if way else ""


def _slashed(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")
