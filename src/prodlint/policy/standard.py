"""The values that a standard is made of: clauses, what shows them, waivers and gates."""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import NamedTuple


class Means(Enum):
    """What can show that a clause holds, or that it does not; the value is its key in a standard's file."""

    RULES = "rules"
    CHECKS = "checks"
    RUFF = "ruff"
    EVIDENCE = "evidence"
    CLAUSES = "clauses"
    ATTESTATION = "attestation"


class Thresholds(NamedTuple):
    """What evidence has to reach; None and empty mean what its format takes for granted.

    ``minimum`` is a percentage of lines, ``paths`` maps patterns of files to such, ``tests`` is the least number that
    ran. ``level`` is the least one that counts. ``suites``, ``cwe`` and ``codes`` leave out what is about something
    else. ``kind`` and ``statistic`` choose measurements, which may be at most ``maximum`` milliseconds. ``days`` is how
    old the evidence may be whatever the code's age.
    """

    minimum: float | None = None
    paths: tuple[tuple[str, float], ...] = ()
    tests: int | None = None
    level: str | None = None
    suites: tuple[str, ...] = ()
    cwe: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    kind: str | None = None
    statistic: str | None = None
    maximum: float | None = None
    days: int | None = None


class Way(NamedTuple):
    """One way of showing a clause, by things of one sort: all of these rules and checks, any of these formats.

    ``is_open`` says that prodlint does not have them yet. What is ``is_optional`` can only show that the clause is
    violated, and is not needed to show that it holds.
    """

    means: Means
    names: tuple[str, ...] = ()
    is_open: bool = False
    is_optional: bool = False
    thresholds: Thresholds = Thresholds()


class Waiver(NamedTuple):
    """A project's decision not to keep a clause for now: why, and up to and with which day (ISO date)."""

    reason: str
    until: str


class Clause(NamedTuple):
    """One demand of a standard. ``standard`` and ``id`` make up its name; ``controls`` are ids of other catalogues."""

    standard: str
    id: str
    title: str
    demands: str
    why: str
    shown_by: tuple[Way, ...]
    controls: tuple[str, ...] = ()
    waiver: Waiver | None = None

    @property
    def name(self) -> str:
        """What it is called everywhere: ``production-standards/gates/tests``."""
        return f"{self.standard}/{self.id}"

    @property
    def area(self) -> str:
        """The part of the standard that it belongs to: the first word of its id."""
        return self.id.partition("/")[0]

    def ways(self, means: Means) -> tuple[Way, ...]:
        """Those of its ways that are of this sort."""
        return tuple(way for way in self.shown_by if way.means is means)

    @property
    def takes_attestation(self) -> bool:
        """Whether somebody may vouch for it. Then rules and checks can only show that it is violated."""
        return any(way.means is Means.ATTESTATION for way in self.shown_by)


class Standard(NamedTuple):
    """A list of clauses under one name, in reading order.

    ``label`` is the file it came from as messages name it, empty for one that comes with prodlint. ``areas`` says what
    the first words of ids stand for. ``gates`` maps names to names of clauses, its own and those of what it extends.
    """

    name: str
    title: str
    about: str
    label: str
    clauses: tuple[Clause, ...]
    areas: dict[str, str]
    gates: dict[str, tuple[str, ...]]
