"""The TOML of one standard in, its clauses out; every fault in it becomes a problem with its place.

A clause whose id what is extended has, too, changes that one: it may raise thresholds, add controls, waive it, or say
anew what shows it. It can lower nothing: that is what waivers are for, which have a reason and an end.
"""

from __future__ import annotations

import re

from prodlint.evidence import FORMATS
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.standard import Clause, Means, Standard, Waiver, Way
from prodlint.policy.tables import Reader
from prodlint.policy.thresholds import THRESHOLD_KEYS, raised, read_thresholds
from prodlint.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prodlint.config.source import Table
    from prodlint.model import Problem
    from prodlint.policy.tables import Path
    from prodlint.registry import Registry

EVERY_RULE = "ALL"
"""The name that stands for all rules of a run."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*")
_RUFF_CODE = re.compile(r"[A-Z]{1,4}\d{0,4}")
_TOP = ("standard", "areas", "gates", "clause")
_CLAUSE = ("id", "title", "demands", "why", "shown_by", "controls", "waive", "raise")
_WAY = (*(means.value for means in Means), "open", "optional", *THRESHOLD_KEYS)


def name_in(table: Table, problems: list[Problem]) -> tuple[str, tuple[tuple[Path, str], ...]]:
    """What a standard calls itself, and what it extends, with the places of those words."""
    reader = Reader(table.source)
    head = reader.table(table.values.get("standard", {}), ("standard",), "`standard`")
    reader.keys(head, ("name", "title", "about", "extend"), ("standard",))
    name = reader.text(head, "name", ("standard",))
    if name and not _NAME.fullmatch(name):
        reader.fault(f"`{name}` is not lower-case words joined by hyphens", ("standard", "name"))
    extended = reader.texts(head.get("extend", []), ("standard", "extend"), "`extend`")
    problems += reader.problems()
    return name, tuple(extended)


def read_standard(
    table: Table, extended: Mapping[str, Clause], registry: Registry, problems: list[Problem], *, is_own: bool
) -> Standard:
    """The standard in a table whose name is known to be good; ``extended`` has the clauses of what it extends.

    ``is_own`` says that it comes with prodlint, whose paths need not be told.
    """
    reader = _StandardReader(table, extended, registry)
    standard = reader.standard("" if is_own else table.source.label)
    problems += reader.problems()
    return standard


class _StandardReader(Reader):
    def __init__(self, table: Table, extended: Mapping[str, Clause], registry: Registry) -> None:
        super().__init__(table.source)
        self._values = table.values
        self._extended = extended
        self._registry = registry
        self._clauses: dict[str, Clause] = dict(extended)
        self._name = ""

    def standard(self, label: str) -> Standard:
        """The whole standard."""
        self.keys(self._values, _TOP, ())
        head = self.table(self._values.get("standard", {}), ("standard",), "`standard`")
        self._name = self.text(head, "name", ("standard",), default="")
        title = self.text(head, "title", ("standard",), default=self._name)
        about = self.text(head, "about", ("standard",), default="")
        seen: set[str] = set()
        for path, entry in self.tables(self._values.get("clause", []), ("clause",), "`clause`"):
            self._clause(entry, path, seen)
        areas = self.table(self._values.get("areas", {}), ("areas",), "`areas`")
        told = {area: self.text(areas, area, ("areas",)) for area in areas}
        return Standard(self._name, title, about, label, tuple(self._clauses.values()), told, self._gates())

    def _clause(self, entry: Mapping[str, object], path: Path, seen: set[str]) -> None:
        self.keys(entry, _CLAUSE, path)
        word = self.text(entry, "id", path)
        if not word:
            return
        if not _ID.fullmatch(word):
            self.fault(f"`{word}` is not lower-case words joined by hyphens, parted by slashes", (*path, "id"))
            return
        known = self._inherited(word)
        if known is None and self._extended and not {"title", "demands", "shown_by"} & entry.keys():
            ids = (each for clause in self._extended.values() for each in (clause.id, clause.name))
            meant = nearest(word, ids)
            remedy = f"did you mean `{meant}`?" if meant else "a new clause has `title`, `demands` and `shown_by`"
            self.fault(f"no extended standard has the clause `{word}`", (*path, "id"), remedy)
            return
        name = known.name if known else f"{self._name}/{word.removeprefix(self._name + '/')}"
        if name in seen:
            self.fault(f"two clauses have the id `{word}`", (*path, "id"))
            return
        seen.add(name)
        self._clauses[name] = self._changed(known, entry, path) if known else self._new(name, entry, path)

    def _inherited(self, word: str) -> Clause | None:
        """The clause of what is extended that a word names, whole or without its standard."""
        found = [clause for clause in self._extended.values() if word in (clause.name, clause.id)]
        return found[0] if len(found) == 1 else None

    def _new(self, name: str, entry: Mapping[str, object], path: Path) -> Clause:
        if "raise" in entry:
            self.fault("`raise` is for clauses of a standard that is extended", (*path, "raise"))
        ways: tuple[Way, ...] = ()
        if "shown_by" in entry:
            ways = self._ways(entry["shown_by"], (*path, "shown_by"))
        else:
            self.fault("`shown_by` is missing", path, "say what shows it: shown_by = [{ attestation = true }]")
        return Clause(
            self._name,
            name[len(self._name) + 1 :],
            self.text(entry, "title", path),
            self.text(entry, "demands", path),
            self.text(entry, "why", path, default=""),
            ways,
            self._controls(entry, path),
            self._waiver(entry, path),
        )

    def _changed(self, clause: Clause, entry: Mapping[str, object], path: Path) -> Clause:
        ways = clause.shown_by
        if "shown_by" in entry:
            ways = self._ways(entry["shown_by"], (*path, "shown_by"))
            self._check_nothing_lost(clause, ways, (*path, "shown_by"))
        if "raise" in entry:
            ways = raised(ways, self.table(entry["raise"], (*path, "raise"), "`raise`"), (*path, "raise"), self)
        return clause._replace(
            title=self.text(entry, "title", path, default=clause.title),
            demands=self.text(entry, "demands", path, default=clause.demands),
            why=self.text(entry, "why", path, default=clause.why),
            shown_by=ways,
            controls=tuple(dict.fromkeys((*clause.controls, *self._controls(entry, path)))),
            waiver=self._waiver(entry, path) or clause.waiver,
        )

    def _check_nothing_lost(self, clause: Clause, ways: tuple[Way, ...], path: Path) -> None:
        """A clause that is said anew must ask for as much: what showed it before still has to be there."""
        if any(way.means is Means.ATTESTATION for way in ways) and not clause.takes_attestation:
            self.fault(
                f"`{clause.name}` is shown by what can be seen, and nobody can vouch for it instead",
                path,
                "waive it, with a reason and a last day, or write a clause of your own",
            )
        new = {(way.means, name) for way in ways if not way.is_optional for name in way.names}
        lost = [
            name
            for way in clause.shown_by
            if way.means in (Means.RULES, Means.CHECKS) and not way.is_optional
            for name in way.names
            if (way.means, name) not in new
        ]
        kinds = {name for way in ways if way.means is Means.EVIDENCE and not way.is_optional for name in way.names}
        for way in clause.ways(Means.EVIDENCE):
            if not way.is_optional and not kinds.intersection(way.names):
                lost.append(" or ".join(way.names))
        if lost:
            remedy = "name them, too, or waive the clause with a reason and a last day"
            self.fault(f"`{clause.name}` is also shown by {', '.join(f'`{name}`' for name in lost)}", path, remedy)

    def _controls(self, entry: Mapping[str, object], path: Path) -> tuple[str, ...]:
        return tuple(word for _, word in self.texts(entry.get("controls", []), (*path, "controls"), "`controls`"))

    def _waiver(self, entry: Mapping[str, object], path: Path) -> Waiver | None:
        if "waive" not in entry:
            return None
        place: Path = (*path, "waive")
        table = self.table(entry["waive"], place, "`waive`")
        self.keys(table, ("reason", "until"), place)
        reason, until = self.text(table, "reason", place), self.date(table, "until", place)
        return Waiver(reason, until) if reason and until else None

    # What shows a clause

    def _ways(self, value: object, path: Path) -> tuple[Way, ...]:
        entries = self.tables(value, path, "`shown_by`")
        ways = [self._way(entry, place) for place, entry in entries]
        if not entries and isinstance(value, list):
            self.fault("`shown_by` is empty: nothing would ever show the clause", path)
        return tuple(way for way in ways if way is not None)

    def _way(self, entry: Mapping[str, object], path: Path) -> Way | None:
        self.keys(entry, _WAY, path)
        given = [means for means in Means if means.value in entry]
        if len(given) != 1:
            valid = ", ".join(f"`{means.value}`" for means in Means)
            self.fault(f"an entry of `shown_by` has one of {valid}, not {len(given)}", path)
            return None
        means = given[0]
        is_open, is_optional = self.flag(entry, "open", path), self.flag(entry, "optional", path)
        if means is Means.ATTESTATION:
            if not self.flag(entry, means.value, path):
                self.fault("`attestation` can only be true: leave the entry out", path)
            return Way(means)
        names = self._names(entry[means.value], means, (*path, means.value), is_open=is_open)
        thresholds = read_thresholds(entry, names, path, self, is_evidence=means is Means.EVIDENCE)
        return Way(means, names, is_open, is_optional, thresholds) if names else None

    def _names(self, value: object, means: Means, path: Path, *, is_open: bool) -> tuple[str, ...]:
        words = self.texts(value, path, f"`{means.value}`")
        if not words and isinstance(value, list):
            self.fault(f"`{means.value}` is empty", path)
        known = [word for place, word in words if self._is_known(word, means, place, is_open=is_open)]
        return tuple(dict.fromkeys(known))

    def _is_known(self, word: str, means: Means, path: Path, *, is_open: bool) -> bool:
        """Whether there is what a way names; what is marked open need not be there, but has to be well written."""
        if means is Means.RUFF:
            if not _RUFF_CODE.fullmatch(word):
                self.fault(f"`{word}` is no code of a rule of ruff's", path)
            return True
        if means is Means.CLAUSES:
            return True  # the catalogue knows them, once all standards are read
        if is_open:
            if not _NAME.fullmatch(word):
                self.fault(f"`{word}` is not lower-case words joined by hyphens", path)
            return True
        if means is Means.EVIDENCE:
            if word not in FORMATS:
                self.misspelt("format of evidence", word, FORMATS, path)
            return word in FORMATS
        if word == EVERY_RULE and means is Means.RULES:
            return True
        rule = self._registry.find(word)
        if rule is None or rule.name != word:
            self.misspelt("rule" if means is Means.RULES else "check", word, self._registry.by_name, path)
        return rule is not None

    # Gates

    def _gates(self) -> dict[str, tuple[str, ...]]:
        gates = self.table(self._values.get("gates", {}), ("gates",), "`gates`")
        return {gate: self._gate(gate, value) for gate, value in gates.items()}

    def _gate(self, gate: str, value: object) -> tuple[str, ...]:
        names = []
        by_id: dict[str, list[str]] = {}
        for clause in self._clauses.values():
            by_id.setdefault(clause.id, []).append(clause.name)
        for path, word in self.texts(value, ("gates", gate), f"`gates.{gate}`"):
            found = [word] if word in self._clauses else by_id.get(word, [])
            if len(found) == 1:
                names += found
            elif found:
                self.fault(f"`{word}` is a clause of several standards", path, f"write {' or '.join(found)}")
            else:
                self.misspelt("clause", word, [*by_id, *self._clauses], path)
        if not names and not value:
            self.fault(f"the gate `{gate}` is empty, and would always be open", ("gates", gate))
        return tuple(dict.fromkeys(names))
