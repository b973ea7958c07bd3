"""Results as Markdown, for the terminal and for the page alike; and the page's marked part replaced by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets import ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from measure import Outcome, Scene
    from targets import Verdict

_BEGIN = "<!-- table -->"
_END = "<!-- end of table -->"
_WORDS = {True: "ok", False: "MISSED", None: "-"}


class PageError(Exception):
    """The page has no pair of markers to write between."""


def scene_table(scene: Scene, outcomes: Mapping[str, Outcome], least_peak: int) -> str:
    """Return a scene's table; `least_peak` is the smallest peak memory, in bytes, that could be told."""
    first, second = _references(outcomes)
    head = ("", "rounds", "wall", "CPU", "peak memory", "findings", f"wall ÷ {first}", f"wall ÷ {second}")
    rows = [_row(outcome, outcomes[first], outcomes[second], least_peak) for outcome in outcomes.values()]
    ruler = ("---", *["---:"] * (len(head) - 1))
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ruler, *rows))
    return f"### {scene.name}: {scene.title}\n\n{table}\n"


def target_table(verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts as a table."""
    rows = "\n".join(f"| {target} | {measured} | {_WORDS[met]} |" for target, measured, met in verdicts)
    return f"### Targets\n\n| target | measured | |\n| --- | ---: | --- |\n{rows}\n"


def write_page(page: Path, text: str) -> None:
    """Replace what stands between the page's markers; PageError when they are missing."""
    content = page.read_text(encoding="utf-8")
    before, begin, rest = content.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise PageError(f"{page}: no {_BEGIN} followed by {_END}")
    page.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")


def _references(outcomes: Mapping[str, Outcome]) -> tuple[str, str]:
    """Return the two contestants that all others are divided by: ruff and prodlint cold, or the first and the next."""
    wanted = [name for name in ("ruff cold", "prodlint cold") if name in outcomes]
    others = [name for name in outcomes if name not in wanted]
    first, second = ([*wanted, *others] * 2)[:2]
    return first, second


def _row(outcome: Outcome, first: Outcome, second: Outcome, least_peak: int) -> tuple[str, ...]:
    wall, cpu, peak = (outcome.median(quantity) for quantity in ("wall", "cpu", "peak"))
    if outcome.problem or wall is None:
        return (outcome.name, "0", f"failed: {outcome.problem}", "", "", "", "", "")
    more = "> " if outcome.capped else ""
    quotients = (ratio(wall, reference.median("wall")) for reference in (first, second))
    return (
        outcome.name if outcome.median("loop") is None else f"{outcome.name} (CPU of its loop)",
        str(len(outcome.samples)),
        more + _duration(wall),
        "-" if outcome.capped else _duration(outcome.median("loop") or cpu or 0.0),
        "-" if outcome.capped else _memory(peak or 0.0, least_peak),
        "-" if outcome.findings is None else f"{outcome.findings:,}",
        *("-" if quotient is None else more + _quotient(quotient) for quotient in quotients),
    )


def _duration(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"


def _memory(peak: float, least_peak: int) -> str:
    return f"≤ {least_peak / 1e6:.0f} MB" if peak <= least_peak else f"{peak / 1e6:.0f} MB"


def _quotient(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}"
