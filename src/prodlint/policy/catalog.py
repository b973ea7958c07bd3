"""The names and paths of standards in, all their clauses together out.

A word with a slash or with the ending ``.toml`` is the path of a project's own standard, from the directory of the file
that names it; any other word is a standard that comes with prodlint.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase

from prodlint.config.source import FAULT, Source, Table, read_file, toml_parser
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem
from prodlint.policy.reading import name_in, read_standard
from prodlint.policy.standard import Clause, Means, Standard
from prodlint.registry import STANDARDS, standard_text
from prodlint.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.policy.tables import Path
    from prodlint.registry import Registry

DEFAULT_STANDARDS = ("production-standards",)
"""What is judged by where a project names no standard."""

_DEEPEST = 8


class Catalog(NamedTuple):
    """Everything that a project is judged by.

    ``standards`` are all that were read, by name, those that others extend or refer to included. ``clauses`` are all
    of theirs by name, as the project has changed them, and ``reported`` names those of the standards that it asked for,
    in reading order. ``gates`` maps names to the names of clauses.
    """

    standards: dict[str, Standard]
    clauses: dict[str, Clause]
    reported: tuple[str, ...]
    gates: dict[str, tuple[str, ...]]

    def find(self, word: str) -> tuple[Clause, ...]:
        """The clauses that a name, an id without its standard, or either with ``*`` in it stands for."""
        if "*" in word:
            return tuple(
                clause
                for name, clause in self.clauses.items()
                if fnmatchcase(name, word) or fnmatchcase(clause.id, word)
            )
        exact = self.clauses.get(word)
        return (exact,) if exact else tuple(clause for clause in self.clauses.values() if clause.id == word)

    def nearest(self, word: str) -> str:
        """What to say of a word that stands for no clause: the nearest one that does; empty when none is near."""
        ids = [self.clauses[name].id for name in self.reported]
        meant = nearest(word, [*self.reported, *ids] if "/" not in word or word in ids else [*ids, *self.reported])
        return f"did you mean `{meant}`?" if meant else ""


def load_catalog(
    words: Sequence[tuple[Path, str]], source: Source, registry: Registry, problems: list[Problem]
) -> Catalog:
    """The standards that the words name; ``source`` is where they are written: paths start from its base."""
    loader = _Loader(registry, problems)
    listed = [loader.named(word, path, source, ()) for path, word in words]
    found = [standard for standard in listed if standard is not None]
    loader.load_referred()
    clauses: dict[str, Clause] = {}
    for standard in loader.standards.values():
        loader.merge(clauses, standard)
    reported = tuple(dict.fromkeys(clause.name for standard in found for clause in standard.clauses))
    gates: dict[str, tuple[str, ...]] = {}
    for standard in found:
        for gate, names in (loader.inherited_gates(standard) | standard.gates).items():
            gates[gate] = tuple(dict.fromkeys((*gates.get(gate, ()), *names)))
    catalog = Catalog(loader.standards, clauses, reported, gates)
    problems += _faulty_references(catalog, loader.sources)
    return catalog


class _Loader:
    """Reads each standard once. ``sources`` says where each was read."""

    def __init__(self, registry: Registry, problems: list[Problem]) -> None:
        self.standards: dict[str, Standard] = {}
        self.sources: dict[str, Source] = {}
        self._extends: dict[str, tuple[str, ...]] = {}
        self._registry = registry
        self._problems = problems
        self._by_place: dict[str, Standard | None] = {}

    def named(self, word: str, path: Path, source: Source, chain: tuple[str, ...]) -> Standard | None:
        """The standard that a word stands for; ``chain`` has the places of those that wait for it."""
        is_file = "/" in word or word.endswith(".toml")
        place = os.path.normpath(os.path.join(source.base, word)) if is_file else word
        if place in chain or len(chain) > _DEEPEST:
            reason = "it extends itself" if place in chain else f"more than {_DEEPEST} standards extend each other"
            self._fault(source, f"`{word}`: {reason}", path)
            return None
        if place in self._by_place:
            return self._by_place[place]
        table = self._file(place, word, path, source) if is_file else self._shipped(word, path, source)
        standard = self._read(table, (*chain, place), is_own=not is_file) if table is not None else None
        self._by_place[place] = standard
        return standard

    def load_referred(self) -> None:
        """Read the standards that come with prodlint and that clauses refer to."""
        for standard in list(self.standards.values()):
            referred = {
                name.partition("/")[0]
                for clause in standard.clauses
                for way in clause.ways(Means.CLAUSES)
                for name in way.names
            }
            for name in sorted(referred - set(self.standards)):
                if name in STANDARDS:
                    self.named(name, (), self.sources[standard.name], ())

    def merge(self, clauses: dict[str, Clause], standard: Standard) -> None:
        """Add a standard's clauses to those of all; a project may change each of them once."""
        for clause in standard.clauses:
            origin = self.standards.get(clause.standard)
            original = next((each for each in origin.clauses if each.name == clause.name), None) if origin else None
            known = clauses.get(clause.name, original)
            if known is None or known == original:
                clauses[clause.name] = clause
            elif clause not in (known, original):
                source = self.sources[standard.name]
                message = f"`{clause.name}` is changed by another standard already"
                self._fault(source, message, ("clause",), "let one of them extend the other")

    def inherited_gates(self, standard: Standard) -> dict[str, tuple[str, ...]]:
        """The gates of what a standard extends."""
        gates: dict[str, tuple[str, ...]] = {}
        for name in self._extends.get(standard.name, ()):
            extended = self.standards[name]
            gates |= self.inherited_gates(extended) | extended.gates
        return gates

    def _shipped(self, word: str, path: Path, source: Source) -> Table | None:
        text = standard_text(word)
        if text is None:
            meant = nearest(word, STANDARDS)
            valid = f"`{'`, `'.join(STANDARDS)}`, or the path of a file that ends in `.toml`"
            self._fault(
                source,
                f"unknown standard `{word}`",
                path,
                f"did you mean `{meant}`?" if meant else f"valid are {valid}",
            )
            return None
        return _table(text, f"{word}.toml")

    def _file(self, place: str, word: str, path: Path, source: Source) -> Table | None:
        if not os.path.isfile(place):
            self._fault(source, f"there is no file `{word}`", path, "paths start from the directory of this file")
            return None
        if os.path.getsize(place) > _LARGEST:
            self._fault(source, f"`{word}` is larger than {_LARGEST:,} bytes", path)
            return None
        shown = os.path.join(os.path.dirname(source.label), word) if source.text is not None else word
        before = len(self._problems)
        table = read_file(place, os.path.normpath(shown), os.path.dirname(place), self._problems)
        return table if len(self._problems) == before else None

    def _read(self, table: Table, chain: tuple[str, ...], *, is_own: bool) -> Standard | None:
        faults: list[Problem] = []
        name, extends = name_in(table, faults)
        extended: dict[str, Clause] = {}
        names = []
        for path, word in extends:
            standard = self.named(word, path, table.source, chain)
            if standard is not None:
                names.append(standard.name)
                extended |= {clause.name: clause for clause in standard.clauses}
        other = self.sources.get(name)
        if other is not None:
            faults.append(
                table.source.fault(f"{other.label} is a standard of the name `{name}`, too", ("standard", "name"))
            )
        if not faults and name:
            read = read_standard(table, extended, self._registry, faults, is_own=is_own)
            self.standards[name], self.sources[name] = read, table.source
            self._extends[name] = tuple(names)
        self._problems += faults
        return self.standards.get(name) if not other else None

    def _fault(self, source: Source, message: str, path: Path, remedy: str = "") -> None:
        self._problems.append(source.fault(message, path, remedy))


_LARGEST = 4 * 1024 * 1024


def _table(text: str, label: str) -> Table:
    return Table(toml_parser().loads(text), Source(label, "", text))


def _faulty_references(catalog: Catalog, sources: dict[str, Source]) -> list[Problem]:
    """What is wrong with clauses that stand on others: unknown ones, and ones that stand on others themselves."""
    problems = []
    for name in catalog.reported:
        clause = catalog.clauses[name]
        for way in clause.ways(Means.CLAUSES):
            for word in way.names:
                found = catalog.find(word)
                label = sources[clause.standard].label
                if not found:
                    message = f"`{name}` is shown by the unknown clause `{word}`"
                    problems.append(Problem(FAULT, message, label, remedy=catalog.nearest(word)))
                # One step only: no chain, so no circle, and one can see at once what shows a clause.
                elif deep := [each.name for each in found if each.ways(Means.CLAUSES) or each.name == name]:
                    message = f"`{name}` is shown by `{deep[0]}`, which is shown by other clauses itself"
                    problems.append(Problem(FAULT, message, label, remedy="name those"))
    return problems
