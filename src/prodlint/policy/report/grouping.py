"""An assessment in, its verdicts by standard and area, and the worst places of one, out: what all formats show."""

from __future__ import annotations

from collections import Counter

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodlint.policy.standard import Standard
    from prodlint.policy.verdict import Assessment, Spot, Verdict

    Areas = list[tuple[str, list[Verdict]]]


def by_area(assessment: Assessment) -> list[tuple[Standard, Areas]]:
    """The verdicts below their standard and the first word of their id, in reading order."""
    groups: dict[str, dict[str, list[Verdict]]] = {}
    for verdict in assessment.verdicts:
        groups.setdefault(verdict.clause.standard, {}).setdefault(verdict.clause.area, []).append(verdict)
    return [
        (standard, list(groups[standard.name].items())) for standard in assessment.standards if standard.name in groups
    ]


def worst(verdict: Verdict) -> list[tuple[str, int]]:
    """The paths of what a clause is violated by, with how many places each has, the worst first."""
    counts = Counter(spot.path for spot in spots_of(verdict))
    return sorted(counts.items(), key=lambda count: (-count[1], count[0]))


def spots_of(verdict: Verdict) -> list[Spot]:
    """The places where a clause is violated, each once."""
    return list(dict.fromkeys(spot for shown in verdict.shown for spot in shown.spots))
