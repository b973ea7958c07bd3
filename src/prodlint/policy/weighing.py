"""Evidence and thresholds in, whether they are reached out. All files of one format are weighed together.

Nothing is shown by nothing: no tests, no lines, no measurements are no evidence, whatever the threshold.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from prodlint.evidence import Evidence, Finding, Level, Measure
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.policy.verdict import Spot, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prodlint.policy.standard import Thresholds

    Weigh = Callable[["tuple[Evidence, ...]", "Thresholds", "Code"], "Weighed"]


class Weighed(NamedTuple):
    """What evidence of one format says: met, violated or missing, in words, with the places of what is wrong."""

    status: Status
    text: str
    spots: tuple[Spot, ...] = ()


class Code(NamedTuple):
    """The production code that evidence should speak of: absolute paths, and the absolute root of the project."""

    paths: frozenset[str]
    root: str


def weigh(name: str, evidence: tuple[Evidence, ...], thresholds: Thresholds, code: Code) -> Weighed:
    """What fresh evidence of the format ``name``, at least one file of it, says."""
    for each in evidence:
        if each.looked_at == 0:
            return Weighed(Status.MISSING, f"{each.path}: no {each.unit} in it, and nothing is shown by nothing")
    return _WEIGHERS.get(name, _findings)(evidence, thresholds, code)


def _tests(evidence: tuple[Evidence, ...], thresholds: Thresholds, _code: Code) -> Weighed:
    groups = [measure for each in evidence for measure in each.measures if _is_wanted(measure.name, thresholds.suites)]
    ran = sum(int(measure.values["ran"]) for measure in groups)
    skipped = sum(int(measure.values["skipped"]) for measure in groups)
    failed = [
        _spot(each, finding)
        for each in evidence
        for finding in each.findings
        if _is_wanted(finding.group, thresholds.suites) or not finding.group
    ]
    where = _where(evidence)
    about = f" of {' or '.join(f'`{pattern}`' for pattern in thresholds.suites)}" if thresholds.suites else ""
    if failed:
        return Weighed(Status.VIOLATED, f"{where}: {len(failed):,} of {ran:,} tests{about} failed", tuple(failed))
    if not ran:
        return Weighed(Status.MISSING, f"{where}: no test{about} ran")
    least = thresholds.tests or 1
    if ran < least:
        return Weighed(Status.VIOLATED, f"{where}: {ran:,} tests{about} ran, and {least:,} are asked for")
    text = f"{where}: {ran:,} tests{about} passed" if ran > 1 else f"{where}: 1 test{about} passed"
    return Weighed(Status.MET, text + (f", {skipped:,} skipped" if skipped else ""))


def _is_wanted(group: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(group.lower(), pattern.lower()) for pattern in patterns)


def _coverage(evidence: tuple[Evidence, ...], thresholds: Thresholds, code: Code) -> Weighed:
    measures = [measure for each in evidence for measure in each.measures]
    where = _where(evidence)
    known = _known(measures, code)
    if code.paths and not known:
        return Weighed(Status.MISSING, f"{where}: it speaks of none of the files that were checked")
    spots: list[Spot] = []
    told: list[str] = []
    wanted = [("", thresholds.minimum), *thresholds.paths]
    for pattern, least in wanted:
        chosen = [measure for measure in measures if not pattern or _is_below(measure.name, pattern, code.root)]
        total, covered = (sum(int(measure.values[key]) for measure in chosen) for key in ("total", "covered"))
        if not total:
            what = f"no line of `{pattern}`" if pattern else "no line"
            return Weighed(Status.MISSING, f"{where}: {what} was measured")
        percent = 100 * covered / total
        name = f"`{pattern}`" if pattern else "all"
        told.append(f"{_floor(percent)} % of {name}" if thresholds.paths else f"{_floor(percent)} % of {total:,} lines")
        if least is not None and percent < least:
            told[-1] += f", and {least:g} % are asked for"
            spots += _worst(chosen, least)
    left = len(code.paths) - len(known)
    if left > 0:
        told.append(f"{left:,} of {len(code.paths):,} production files were not measured")
    status = Status.VIOLATED if spots else Status.MET
    return Weighed(status, f"{where}: {'; '.join(told)}", tuple(spots))


def _known(measures: Iterable[Measure], code: Code) -> set[str]:
    """Those of the checked files that were measured, by their paths or, where sources lie deeper, the ends of them."""
    by_name: dict[str, list[str]] = {}
    for path in code.paths:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    known: set[str] = set()
    for measure in measures:
        name = measure.name.removeprefix("./")
        for path in by_name.get(name.rpartition("/")[2], ()):
            if path == name or path.endswith("/" + name.lstrip("/")):
                known.add(path)
    return known


def _is_below(path: str, pattern: str, root: str) -> bool:
    path = path.removeprefix(root.rstrip("/") + "/").removeprefix("./")
    return path.startswith(pattern.rstrip("/") + "/") or path == pattern or fnmatchcase(path, pattern)


def _worst(measures: Iterable[Measure], least: float) -> list[Spot]:
    """The files below the threshold, those with the most lines that were not run first."""
    below = [each for each in measures if each.values["covered"] * 100 < least * each.values["total"]]
    below.sort(key=lambda each: (each.values["covered"] - each.values["total"], each.name))
    return [
        Spot(
            "coverage",
            "coverage",
            f"{_floor(_percent(each))} % of {each.values['total']:,.0f} lines were run",
            each.name,
            None,
        )
        for each in below
    ]


def _percent(measure: Measure) -> float:
    return 100 * measure.values["covered"] / measure.values["total"]


def _floor(percent: float) -> str:
    """One decimal, never rounded up: 89.96 are not 90."""
    return f"{int(percent * 10) / 10:g}"


def _measurements(evidence: tuple[Evidence, ...], thresholds: Thresholds, _code: Code) -> Weighed:
    where = _where(evidence)
    kind, statistic, most = thresholds.kind, thresholds.statistic, thresholds.maximum
    chosen = [measure for each in evidence for measure in each.measures if kind in (None, measure.kind)]
    if not chosen or not all(measure.values["count"] for measure in chosen):
        return Weighed(Status.MISSING, f"{where}: nothing was measured" + (f" of the kind `{kind}`" if kind else ""))
    spots = [
        _spot(each, finding)
        for each in evidence
        for finding in each.findings
        if any(finding.message.startswith(f"{measure.name}: ") for measure in chosen)
    ]
    worst = 0.0
    for measure in chosen if statistic is not None and most is not None else ():
        value = measure.values.get(str(statistic))
        if value is None:
            return Weighed(Status.MISSING, f"{where}: `{measure.name}` has no `{statistic}`")
        worst = max(worst, value)
        if most is not None and value > most:
            message = f"{statistic} is {value:g} ms, and at most {most:g} ms are asked for"
            spots.append(Spot("load-test", measure.name, message, measure.name, None))
    limit = f", {statistic} {worst:g} ms at most" if worst else ""
    status = Status.VIOLATED if spots else Status.MET
    return Weighed(status, f"{where}: {len(chosen):,} measured{limit}", tuple(spots))


def _findings(evidence: tuple[Evidence, ...], thresholds: Thresholds, _code: Code) -> Weighed:
    level = Level(thresholds.level) if thresholds.level else _LEVELS.get(evidence[0].format, Level.NOTE)
    counted = [
        _spot(each, finding)
        for each in evidence
        for finding in each.findings
        if finding.level.rank >= level.rank and _concerns(finding, thresholds)
    ]
    tools = ", ".join(dict.fromkeys(each.tool for each in evidence if each.tool))
    looked = sum(each.looked_at or 0 for each in evidence)
    what = f" in {_count(looked, evidence[0].unit)}" if looked else ""
    where = _where(evidence)
    if counted:
        return Weighed(Status.VIOLATED, f"{where}: {_count(len(counted), 'findings')} of {tools}{what}", tuple(counted))
    return Weighed(Status.MET, f"{where}: {tools} found nothing{what}")


def _count(number: int, units: str) -> str:
    unit = {"dependencies": "dependency"}.get(units, units.removesuffix("s"))
    return f"{number:,} {unit if number == 1 else units}"


_LEVELS = {
    "mypy": Level.ERROR,
    "pyright": Level.ERROR,
    "sarif": Level.WARNING,
    "bandit": Level.WARNING,
    "pip-audit": Level.ERROR,
}
"""From which level on findings count where the standard does not say: of linters all do."""


def _concerns(finding: Finding, thresholds: Thresholds) -> bool:
    if thresholds.cwe and not set(thresholds.cwe).intersection(finding.cwe):
        return False
    return not thresholds.codes or any(fnmatchcase(finding.code, f"{code}*") for code in thresholds.codes)


_WEIGHERS: dict[str, Weigh] = {
    "junit": _tests,
    "coverage": _coverage,
    "cobertura": _coverage,
    "load-test": _measurements,
}


def ruff_spots(evidence: Iterable[Evidence], codes: tuple[str, ...]) -> tuple[Spot, ...]:
    """What ruff found by its rules of these codes or prefixes."""
    return tuple(
        _spot(each, finding) for each in evidence for finding in each.findings if finding.code.startswith(codes)
    )


def places_of(name: str, places: tuple[str, ...]) -> str:
    """A format and where it was looked for, for whoever has to put it there."""
    return f"{name} ({', '.join(places[:_FEW])}{', …' if len(places) > _FEW else ''})"


_FEW = 2


def _where(evidence: tuple[Evidence, ...]) -> str:
    return evidence[0].path + (f" and {len(evidence) - 1:,} more" if len(evidence) > 1 else "")


def _spot(evidence: Evidence, finding: Finding) -> Spot:
    name = evidence.tool.partition(" ")[0] or evidence.format
    return Spot(finding.code, name, finding.message, finding.path or evidence.path, finding.line)
