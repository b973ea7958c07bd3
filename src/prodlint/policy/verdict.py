"""The values that judging gives: what holds of each clause, what shows that, and where it does not."""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prodlint.model import Problem
    from prodlint.policy.attestations import Attestation
    from prodlint.policy.standard import Clause, Means, Standard


class Status(Enum):
    """What holds of a clause, or of one thing that could show it, in the words that reports use."""

    MET = "met"
    VIOLATED = "violated"
    MISSING = "evidence missing"
    STALE = "stale"
    ATTESTED = "attested"
    EXPIRED = "expired"
    WAIVED = "waived"
    OPEN = "open"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: it holds, somebody vouches for it, or it is waived."""
        return self in (Status.MET, Status.ATTESTED, Status.WAIVED)


class Spot(NamedTuple):
    """One place where a clause is violated. Positions are 1-based, and None where the finding has none."""

    code: str
    name: str
    message: str
    path: str
    line: int | None
    column: int | None = None
    excerpt: str = ""


class Shown(NamedTuple):
    """What one thing that could show a clause says of it.

    ``files`` counts those that a rule ran on. ``is_needed`` is False for what can only show that it is violated.
    """

    means: Means
    name: str
    status: Status
    text: str
    is_needed: bool = True
    files: int = 0
    spots: tuple[Spot, ...] = ()


class Verdict(NamedTuple):
    """What holds of a clause, why in one line, and everything that was looked at."""

    clause: Clause
    status: Status
    reason: str
    shown: tuple[Shown, ...]
    attestation: Attestation | None = None


class Assessment(NamedTuple):
    """What holds of all clauses, as of a day (ISO date). ``gate`` names the one that was asked for, if one was.

    ``commit`` is the revision that is checked out, and ``is_changed`` whether files differ from it; None without git.
    ``paths`` are what was checked, and ``checked`` how many files those are.
    """

    standards: tuple[Standard, ...]
    verdicts: tuple[Verdict, ...]
    attestations: tuple[Attestation, ...]
    today: str
    checked: int
    paths: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    gate: str = ""
    commit: str | None = None
    is_changed: bool = False

    def counts(self) -> dict[Status, int]:
        """How many clauses have each status, those that none has included."""
        counts = dict.fromkeys(Status, 0)
        for verdict in self.verdicts:
            counts[verdict.status] += 1
        return counts
