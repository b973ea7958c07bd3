"""The value that every format of evidence becomes: what was looked at, what was found, what was measured."""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import NamedTuple


class Level(Enum):
    """How much a finding of another tool weighs, in the words of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error, so that thresholds compare as numbers."""
        return ("note", "warning", "error").index(self.value)


class Finding(NamedTuple):
    """One thing that another tool found: a failed test, a type error, an advisory.

    ``path`` is as the tool wrote it, empty where it names none; ``line`` is 1-based. ``group`` is the suite of a test.
    """

    code: str
    message: str
    level: Level = Level.ERROR
    path: str = ""
    line: int | None = None
    cwe: tuple[int, ...] = ()
    group: str = ""


class Measure(NamedTuple):
    """One thing that another tool measured: the lines of a file, the times of an endpoint, the tests of a suite.

    ``values`` maps the names of statistics to numbers: ``covered`` and ``total`` count lines, ``ran`` counts tests,
    ``p50``, ``p95``, ``p99`` and the like are milliseconds.
    """

    name: str
    kind: str
    values: dict[str, float]


class Evidence(NamedTuple):
    """What one file says.

    ``path`` is the file's as messages name it. ``tool`` is who wrote it, where it says so. ``looked_at`` counts what
    the tool looked at, in ``unit``; None where the format does not say. ``commit`` is the revision that the file
    records, ``recorded`` the time, in seconds since the epoch, that it records with a zone; ``written`` is the file's
    own time.
    """

    format: str
    path: str
    tool: str
    looked_at: int | None
    unit: str
    findings: tuple[Finding, ...] = ()
    measures: tuple[Measure, ...] = ()
    commit: str | None = None
    recorded: float | None = None
    written: float = 0.0

    @property
    def moment(self) -> float:
        """When it was made, at the latest: a copy has a new file time and the old record, of whole seconds."""
        return self.written if self.recorded is None else min(self.recorded + 1, self.written)


class BrokenEvidenceError(ValueError):
    """A file that proves nothing, because it is not what it should be: the message says what is wrong with it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
