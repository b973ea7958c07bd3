"""The project's speed targets, as ratios within one run: medians in, a verdict per target out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scenes import FINDINGS
from workspace import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from measure import Outcome

    Results = Mapping[str, Mapping[str, Outcome]]

PEAK_LIMIT = 60_000_000
TREE_LIMIT = 0.5
# Per finding, 10,000 in a file against the fewer ones: what is left over for noise. Quadratic time would show as 25.
GROWTH_LIMIT = 1.25


class Verdict(NamedTuple):
    """A target, what was measured, and whether it is met; None: it was not measured."""

    target: str
    measured: str
    met: bool | None


class _Bound(NamedTuple):
    """A ratio of two medians of one scene, each a contestant and a quantity, and its limit."""

    target: str
    scene: str
    over: tuple[str, str]
    under: tuple[str, str]
    limit: float
    at_least: bool = False


# Not the generated file of 40,000 lines: its tree alone is larger than any limit for a package.
_PACKAGE_NAMES = tuple(package.name for package in PACKAGES)
_BARE = ("python -I -S -c pass", "wall")
_COLD = ("prodlint cold", "wall")

_BOUNDS = (
    _Bound(
        "cold: total CPU ≤ 1.4 × the parsing floor", "django", ("prodlint cold", "cpu"), ("parsing floor", "loop"), 1.4
    ),
    _Bound("cold: wall ≤ 4.5 × ruff cold", "django", _COLD, ("ruff cold", "wall"), 4.5),
    _Bound("warm: wall ≤ 0.6 × ruff warm", "django", ("prodlint warm", "wall"), ("ruff warm", "wall"), 0.6),
    _Bound(
        "warm, nothing found: wall ≤ 3 × ruff warm, nothing found",
        "django",
        ("prodlint warm, nothing found", "wall"),
        ("ruff warm, nothing found", "wall"),
        3,
    ),
    _Bound("cold: ≥ 20 × faster than flake8", "django", ("flake8", "wall"), _COLD, 20, at_least=True),
    _Bound("cold: ≥ 20 × faster than bandit", "django", ("bandit", "wall"), _COLD, 20, at_least=True),
    _Bound("cold: ≥ 150 × faster than Fixit", "django", ("Fixit", "wall"), _COLD, 150, at_least=True),
    _Bound("`--version` ≤ 2 × a bare interpreter", "start", ("prodlint --version", "wall"), _BARE, 2),
    _Bound("8 clean lines ≤ 4 × a bare interpreter", "start", ("prodlint, 8 clean lines", "wall"), _BARE, 4),
    _Bound("8 clean lines, cached ≤ 4 ×", "start", ("prodlint, 8 clean lines, cached", "wall"), _BARE, 4),
    _Bound("1,000 clean lines ≤ 6 ×", "start", ("prodlint, 1,000 clean lines", "wall"), _BARE, 6),
    _Bound("a file with findings ≤ 6 ×", "start", ("prodlint, 5 findings", "wall"), _BARE, 6),
)


def judge(results: Results) -> list[Verdict]:
    """Return a verdict for every target, measured or not."""
    return [*(_judge_bound(bound, results) for bound in _BOUNDS), _judge_peak(results), *_judge_own(results)]


def ratio(over: float | None, under: float | None) -> float | None:
    """Return the quotient of two medians, or None where one is missing."""
    return over / under if over is not None and under else None


def per_finding(results: Results) -> dict[int, float]:
    """Return the CPU seconds of each finding beyond a run on a file without any, by number of findings."""
    start = _median(results, "findings", "prodlint, 0", "cpu")
    times = {count: _median(results, "findings", f"prodlint, {count:,}", "cpu") for count in FINDINGS}
    return {count: (time - start) / count for count, time in times.items() if time is not None and start is not None}


def _judge_bound(bound: _Bound, results: Results) -> Verdict:
    measured = ratio(_median(results, bound.scene, *bound.over), _median(results, bound.scene, *bound.under))
    if measured is None:
        return Verdict(bound.target, "not measured", None)
    if not bound.at_least:
        return Verdict(bound.target, f"{measured:.2f} ×", measured <= bound.limit)
    if not results[bound.scene][bound.over[0]].capped:
        return Verdict(bound.target, f"{measured:.0f} ×", measured >= bound.limit)
    # Stopped at the time limit: enough to prove the target met, never to call it missed.
    return Verdict(bound.target, f"more than {measured:.0f} ×", measured >= bound.limit or None)


def _judge_peak(results: Results) -> Verdict:
    target = "peak memory ≤ 60 MB a process, in every run on a package"
    peaks = [
        (peak, f"{name}, {scene}")
        for scene in _PACKAGE_NAMES
        for name, outcome in results.get(scene, {}).items()
        if name.startswith("prodlint") and (peak := outcome.median("peak")) is not None
    ]
    if not peaks:
        return Verdict(target, "not measured", None)
    peak, place = max(peaks)
    return Verdict(target, f"{peak / 1e6:.0f} MB ({place})", peak <= PEAK_LIMIT)


def _judge_own(results: Results) -> list[Verdict]:
    return [_judge_growth(per_finding(results)), _judge_tree(_median(results, "tree", "prodlint warm", "wall"))]


def _judge_growth(times: Mapping[int, float]) -> Verdict:
    most = FINDINGS[-1]
    target = f"time per finding does not grow up to {most:,} in a file (≤ {GROWTH_LIMIT} × that of fewer)"
    if len(times) < len(FINDINGS):
        return Verdict(target, "not measured", None)
    # The slowest of the short runs: theirs are differences of a few milliseconds, and one may even come out negative.
    growth = times[most] / max(times[count] for count in FINDINGS[:-1])
    listed = ", ".join(f"{count:,}: {times[count] * 1e6:.0f} µs" for count in FINDINGS)
    return Verdict(target, f"{growth:.2f} × ({listed})", growth <= GROWTH_LIMIT)


def _judge_tree(wall: float | None) -> Verdict:
    target = f"5,000 unchanged files ≤ {TREE_LIMIT} s"
    return (
        Verdict(target, "not measured", None) if wall is None else Verdict(target, f"{wall:.2f} s", wall <= TREE_LIMIT)
    )


def _median(results: Results, scene: str, contestant: str, quantity: str) -> float | None:
    outcome = results.get(scene, {}).get(contestant)
    return outcome.median(quantity) if outcome else None
