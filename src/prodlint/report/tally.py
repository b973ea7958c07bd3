"""Violations in; how many there are of each rule and in each file out, for the formats that begin with an overview."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prodlint.model import Violation
    from prodlint.report import RulePage, View

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
"""The gravest first."""


class RuleTally(NamedTuple):
    """What a report says of one rule: its names, the gravest severity that it has there, and how often and where.

    ``page`` is what the view knows about the rule, None where a caller gave it no pages.
    """

    code: str
    name: str
    family: str
    policy: tuple[str, ...]
    severity: Severity
    violations: int
    files: int
    page: RulePage | None


def by_rule(violations: Iterable[Violation], view: View) -> list[RuleTally]:
    """A tally for each rule, the most frequent first; ties by code."""
    groups: dict[tuple[str, str], list[Violation]] = {}
    for violation in violations:
        groups.setdefault((violation.code, violation.rule), []).append(violation)
    pages = {page.rule.name: page for page in view.rules}
    tallies = [
        RuleTally(
            code,
            name,
            group[0].family,
            group[0].policy,
            max((violation.severity for violation in group), key=lambda severity: severity.rank),
            len(group),
            len({violation.path for violation in group}),
            pages.get(name),
        )
        for (code, name), group in groups.items()
    ]
    return sorted(tallies, key=lambda tally: (-tally.violations, tally.code, tally.name))


def by_path(violations: Iterable[Violation]) -> Mapping[str, Sequence[Violation]]:
    """The violations of each file, files and violations in the order they are given in."""
    groups: dict[str, list[Violation]] = {}
    for violation in violations:
        groups.setdefault(violation.path, []).append(violation)
    return groups


def numbered(violations: Iterable[Violation]) -> Iterator[tuple[Violation, int]]:
    """Each violation and how many before it are in the same file and have the same fingerprint.

    Fingerprints ignore positions, so that equal code in one function has equal ones; consumers want them unique.
    """
    seen: dict[tuple[str, str], int] = {}
    for violation in violations:
        key = (violation.path, violation.fingerprint)
        number = seen.get(key, 0)
        seen[key] = number + 1
        yield violation, number


def severities(violations: Iterable[Violation]) -> dict[Severity, int]:
    """How many violations of each severity, the gravest first, those without any included."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for violation in violations:
        counts[violation.severity] += 1
    return counts
