"""Clauses and all that they can be judged by in, verdicts out.

- Whatever shows that a clause is violated decides, unless it is waived.
- A clause that nobody can vouch for is met when all that it needs shows it: each rule and check, and of each entry of
  evidence at least one format.
- A clause that somebody can vouch for is about more than code: rules and checks can only show that it is violated.
  It is met by evidence, or attested.
- What prodlint does not have yet shows nothing: the clause is open.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.policy.reading import EVERY_RULE
from prodlint.policy.standard import Means, Waiver, Way
from prodlint.policy.verdict import Shown, Spot, Status, Verdict
from prodlint.policy.weighing import Code, places_of, ruff_spots, weigh
from prodlint.tool_rules import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prodlint.evidence import Evidence
    from prodlint.model import Violation
    from prodlint.policy.attestations import Attestation
    from prodlint.policy.catalog import Catalog
    from prodlint.policy.freshness import Freshness
    from prodlint.policy.gathering import Gathered
    from prodlint.policy.running import RuleRun
    from prodlint.policy.standard import Clause

    Verdicts = dict[str, Verdict]


class Ground(NamedTuple):
    """All that clauses are judged by, as of the day ``today`` (ISO date).

    ``asked`` names the rules that ran only because clauses name them: to all others they are nothing.
    """

    runs: Mapping[str, RuleRun]
    gathered: Gathered
    freshness: Freshness
    code: Code
    attestations: tuple[Attestation, ...]
    today: str
    asked: frozenset[str] = frozenset()


def formats_needed(clauses: Iterable[Clause]) -> tuple[str, ...]:
    """The formats of evidence that these clauses are judged by; ruff's, where a clause names its rules."""
    found: dict[str, None] = {}
    for clause in clauses:
        for way in clause.shown_by:
            if way.means is Means.EVIDENCE and not way.is_open:
                found.update(dict.fromkeys(way.names))
            elif way.means is Means.RUFF:
                found["ruff"] = None
    return tuple(found)


def with_referred(names: Iterable[str], catalog: Catalog) -> dict[str, Clause]:
    """These clauses, and those that they stand on, by name."""
    found = {name: catalog.clauses[name] for name in names}
    for clause in list(found.values()):
        for way in clause.ways(Means.CLAUSES):
            for word in way.names:
                found |= {other.name: other for other in catalog.find(word)}
    return found


def judge(names: Iterable[str], catalog: Catalog, ground: Ground) -> tuple[Verdict, ...]:
    """What holds of the clauses of these names, in their order."""
    wanted = tuple(names)
    clauses = with_referred(wanted, catalog)
    verdicts: Verdicts = {}
    # Those that stand on others last: these stand on none themselves.
    for clause in sorted(clauses.values(), key=lambda clause: bool(clause.ways(Means.CLAUSES))):
        verdicts[clause.name] = _verdict(clause, catalog, ground, verdicts)
    return tuple(verdicts[name] for name in wanted)


def _verdict(clause: Clause, catalog: Catalog, ground: Ground, verdicts: Verdicts) -> Verdict:
    shown = tuple(
        each
        for way in clause.shown_by
        if way.means is not Means.ATTESTATION
        for each in _shown(way, clause, catalog, ground, verdicts)
    )
    attestation = _attestation(clause, ground)
    status = _status(clause, shown, attestation, ground.today)
    counts = attestation is not None and (clause.takes_attestation or status is Status.ATTESTED)
    verdict = Verdict(clause, status, "", shown, attestation if counts else None)
    verdict = verdict._replace(reason=_reason(verdict))
    if attestation is not None and not counts and status in (Status.VIOLATED, Status.MISSING, Status.STALE):
        ignored = f"the word of {attestation.by} does not count, since this can be seen"
        verdict = verdict._replace(reason=f"{verdict.reason}; {ignored}")
    return _waived(verdict, clause.waiver, ground.today) if clause.waiver else verdict


def _attestation(clause: Clause, ground: Ground) -> Attestation | None:
    """The one that holds for longest."""
    found = [each for each in ground.attestations if clause.name in each.clauses]
    return max(found, key=lambda each: each.until) if found else None


def _status(clause: Clause, shown: tuple[Shown, ...], attestation: Attestation | None, today: str) -> Status:
    statuses = [each.status for each in shown]
    if Status.VIOLATED in statuses:
        return Status.VIOLATED
    holds = attestation is not None and attestation.holds(today)
    if clause.takes_attestation:
        proofs = [each for each in shown if each.is_needed and each.means in (Means.EVIDENCE, Means.CLAUSES)]
        if proofs and all(each.status is Status.MET for each in proofs):
            return Status.MET
        if attestation is not None:
            return Status.ATTESTED if holds else Status.EXPIRED
        if Status.STALE in statuses:
            return Status.STALE
        is_open = bool(shown) and all(each.status is Status.OPEN for each in shown)
        return Status.OPEN if is_open else Status.MISSING
    needed = [each.status for each in shown if each.is_needed] or [each for each in statuses if each is Status.MET]
    for status in (Status.EXPIRED, Status.STALE, Status.MISSING):
        if status in needed:
            return status
    if Status.OPEN in needed:
        # Nobody else can tell, until prodlint can.
        return Status.ATTESTED if holds else Status.OPEN
    if not needed:
        return Status.MISSING
    return Status.MET if all(status is Status.MET for status in needed) else Status.ATTESTED


def _waived(verdict: Verdict, waiver: Waiver, today: str) -> Verdict:
    if verdict.status in (Status.MET, Status.ATTESTED):
        return verdict
    if today <= waiver.until:
        return verdict._replace(status=Status.WAIVED, reason=f"until {waiver.until}: {waiver.reason}")
    reason = f"the waiver was good until {waiver.until}; {verdict.reason}"
    status = verdict.status if verdict.status is Status.VIOLATED else Status.EXPIRED
    return verdict._replace(status=status, reason=reason)


def _reason(verdict: Verdict) -> str:
    """Why the status is what it is, in one line."""
    attestation, status = verdict.attestation, verdict.status
    if attestation is not None and status is Status.ATTESTED:
        return f"by {attestation.by} until {attestation.until}"
    if attestation is not None and status is Status.EXPIRED:
        return f"the word of {attestation.by} was good until {attestation.until}"
    said = [each for each in verdict.shown if each.status is status and (each.is_needed or status is Status.VIOLATED)]
    said = said or [each for each in verdict.shown if each.status is status]
    if status is Status.MET:
        return _together(said)
    if status is Status.OPEN:
        lacking = f"not in prodlint yet: {', '.join(each.name for each in said)}"
        return f"{lacking}; nobody vouches for it" if verdict.clause.takes_attestation else lacking
    texts = list(dict.fromkeys(each.text for each in said))
    if status is Status.MISSING and verdict.clause.takes_attestation:
        texts = [each.text for each in said if each.means is Means.EVIDENCE]
        texts.append("nobody vouches for it")
    return "; ".join(texts)


def _together(shown: list[Shown]) -> str:
    """What shows a clause: rules that ran on as many files in one piece."""
    by_text: dict[str, list[str]] = {}
    for each in shown:
        is_rule = each.means in (Means.RULES, Means.CHECKS)
        by_text.setdefault(each.text, []).append(each.name if is_rule else "")
    return "; ".join(" ".join(filter(None, [", ".join(filter(None, names)), text])) for text, names in by_text.items())


# What each way shows


def _shown(way: Way, clause: Clause, catalog: Catalog, ground: Ground, verdicts: Verdicts) -> Iterable[Shown]:
    needed = not way.is_optional
    match way.means:
        case Means.RULES | Means.CHECKS:
            # Where somebody has to vouch for a clause, no rule can show that it holds.
            needed = needed and not clause.takes_attestation
            for name in way.names:
                yield _by_rule(name, way.means, clause.name, ground)._replace(is_needed=needed)
        case Means.RUFF:
            yield _by_ruff(way, ground)._replace(is_needed=needed and not clause.takes_attestation)
        case Means.EVIDENCE:
            yield _by_evidence(way, ground)._replace(is_needed=needed)
        case Means.CLAUSES:
            for word in way.names:
                for other in catalog.find(word):
                    yield _by_clause(verdicts[other.name])._replace(is_needed=needed)


def _by_rule(name: str, means: Means, clause: str, ground: Ground) -> Shown:
    if name == EVERY_RULE:
        return _by_all_rules(ground)
    run = ground.runs.get(name)
    if run is None:
        return Shown(means, name, Status.OPEN, "not in prodlint yet")
    run = run.about(clause)
    status, text = _told(run)
    return Shown(means, name, status, text, files=run.files, spots=_spots_of(run))


def _told(run: RuleRun) -> tuple[Status, str]:
    """What a rule's run shows, and in words."""
    found = len(run.live) + len(run.known) + len(run.unexplained)
    if found:
        parts = [
            f"{len(run.known):,} in the baseline" if run.known else "",
            f"{len(run.unexplained):,} hidden without a reason" if run.unexplained else "",
        ]
        detail = f" ({', '.join(filter(None, parts))})" if any(parts) else ""
        paths = len({violation.path for violation in (*run.live, *run.known, *run.unexplained)})
        where = _files(paths)
        return Status.VIOLATED, f"{run.rule.name}: {_plural(found, 'violation')} in {where}{detail}"
    if not run.files:
        why = (
            f"it is off in {run.example} (`prodlint config --show` says why)"
            if run.left_out
            else "no file is its concern"
        )
        return Status.MISSING, f"{run.rule.name} ran on no file: {why}"
    if run.left_out:
        where = _files(run.left_out)
        return Status.MISSING, f"{run.rule.name} did not see {where} that it is meant for, such as {run.example}"
    if run.blanket:
        return Status.MISSING, f"{run.rule.name} is switched off by a comment in {run.blanket[0]}"
    exceptions = f", {_plural(run.allowed, 'exception')} with a reason" if run.allowed else ""
    return Status.MET, f"on {_files(run.files)}{exceptions}"


def _by_all_rules(ground: Ground) -> Shown:
    """What all rules show together; those about the tool itself can only find something."""
    runs = [run for run in ground.runs.values() if run.rule.name not in ground.asked]
    told = [(run, *_told(run)) for run in runs]
    violated = [run for run, status, _ in told if status is Status.VIOLATED]
    files = max((run.files for run in runs), default=0)
    if violated:
        found = [violation for run in violated for violation in (*run.live, *run.known, *run.unexplained)]
        where = _files(len({violation.path for violation in found}))
        text = f"{_plural(len(found), 'violation')} of {_plural(len(violated), 'rule')} in {where}"
        spots = tuple(spot for run in violated for spot in _spots_of(run))
        return Shown(Means.RULES, "all rules", Status.VIOLATED, text, files=files, spots=spots)
    expected = [each for each in told if each[0].rule.family != FAMILY and each[0].rule.by_default]
    idle = [text for _, status, text in expected if status is Status.MISSING]
    if idle:
        text = idle[0] + (f", and {_plural(len(idle) - 1, 'more rule')} alike" if len(idle) > 1 else "")
        return Shown(Means.RULES, "all rules", Status.MISSING, text, files=files)
    return Shown(Means.RULES, "all rules", Status.MET, f"on {_files(files)}", files=files)


def _by_ruff(way: Way, ground: Ground) -> Shown:
    """What ruff's evidence says of some of its rules: only that they found something, as it does not say which ran."""
    name = ", ".join(f"ruff {code}" for code in way.names)
    evidence = ground.gathered.evidence.get("ruff", ())
    fresh = [each for each in evidence if not _stale(each, "ruff", way, ground)]
    spots = ruff_spots(fresh, way.names)
    if spots:
        found = _plural(len(spots), "finding")
        return Shown(Means.RUFF, name, Status.VIOLATED, f"{fresh[0].path}: {found} of {name}", spots=spots)
    return Shown(Means.RUFF, name, Status.OPEN, "prodlint does not run ruff yet")


def _by_evidence(way: Way, ground: Ground) -> Shown:
    """Of several formats one is enough, and all that are there have to agree."""
    name = " or ".join(way.names)
    if way.is_open:
        return Shown(Means.EVIDENCE, name, Status.OPEN, "not in prodlint yet")
    found = [each for format_name in way.names if (each := _of_format(format_name, way, ground)) is not None]
    for status in (Status.VIOLATED, Status.STALE, Status.MISSING, Status.MET):
        same = [each for each in found if each.status is status]
        if same:
            text = "; ".join(each.text for each in same)
            spots = tuple(spot for each in same for spot in each.spots)
            return Shown(Means.EVIDENCE, ", ".join(each.name for each in same), status, text, spots=spots)
    places = ground.gathered.places
    looked = " or ".join(places_of(each, places.get(each, ())) for each in way.names)
    return Shown(Means.EVIDENCE, name, Status.MISSING, f"no {looked}")


def _of_format(name: str, way: Way, ground: Ground) -> Shown | None:
    """What the evidence in one format says; None where there is none."""
    broken = ground.gathered.broken.get(name, ())
    if broken:
        where = f"{broken[0].path}: " if broken[0].path else ""
        return Shown(Means.EVIDENCE, name, Status.MISSING, f"{where}{broken[0].message}")
    evidence = ground.gathered.evidence.get(name, ())
    if not evidence:
        return None
    for each in evidence:
        if why := _stale(each, name, way, ground):
            return Shown(Means.EVIDENCE, name, Status.STALE, f"{each.path}: {why}")
    weighed = weigh(name, evidence, way.thresholds, ground.code)
    return Shown(Means.EVIDENCE, name, weighed.status, weighed.text, spots=weighed.spots)


def _stale(evidence: Evidence, name: str, way: Way, ground: Ground) -> str:
    from prodlint.evidence import FORMATS

    of_dependencies = FORMATS[name].is_of_dependencies
    return ground.freshness.fault(evidence, of_dependencies=of_dependencies, days=way.thresholds.days)


def _by_clause(verdict: Verdict) -> Shown:
    spots = tuple(spot for each in verdict.shown for spot in each.spots)
    status = Status.MISSING if verdict.status is Status.WAIVED else verdict.status
    text = f"{verdict.clause.name} is {verdict.status.value}"
    return Shown(Means.CLAUSES, verdict.clause.name, status, text, spots=spots)


def _spots_of(run: RuleRun) -> tuple[Spot, ...]:
    return tuple(_spot(violation) for violation in (*run.live, *run.known, *run.unexplained))


def _spot(violation: Violation) -> Spot:
    span = violation.span
    line, column = (span.line, span.column) if span else (None, None)
    return Spot(violation.code, violation.rule, violation.message, violation.path, line, column, violation.excerpt)


def _files(number: int) -> str:
    return _plural(number, "file")


def _plural(number: int, unit: str) -> str:
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"
