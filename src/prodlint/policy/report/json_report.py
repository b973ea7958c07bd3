"""The format `json`: everything that an assessment holds, for programs, but for findings beyond the first hundred.

``docs/policy.schema.json`` describes it. ASCII only, one clause a line, keys always in the same order.
"""

from __future__ import annotations

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.report.grouping import spots_of, worst
from prodlint.report.json_report import array, encoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Problem
    from prodlint.policy.attestations import Attestation
    from prodlint.policy.standard import Standard
    from prodlint.policy.verdict import Assessment, Shown, Spot, Verdict

    Object = dict[str, object]

SCHEMA_VERSION = 1
_MOST_FINDINGS = 100
_MOST_PATHS = 20


def render(assessment: Assessment) -> Iterator[str]:
    """One JSON object."""
    encode = encoder()
    yield f'{{\n  "version": {SCHEMA_VERSION},\n'
    yield f'  "tool": {encode({"name": "prodlint", "version": __version__})},\n'
    for key, value in (
        ("date", assessment.today),
        ("commit", assessment.commit),
        ("changed", assessment.is_changed),
        ("gate", assessment.gate or None),
        ("paths", assessment.paths),
        ("checked", assessment.checked),
        ("counts", {status.value: number for status, number in assessment.counts().items()}),
    ):
        yield f'  "{key}": {encode(value)},\n'
    yield '  "standards": '
    yield from array(map(_standard, assessment.standards), encode, indent="  ")
    yield ',\n  "problems": '
    yield from array(map(_problem, assessment.problems), encode, indent="  ")
    yield ',\n  "attestations": '
    told = (_attestation(each, assessment.today) for each in assessment.attestations)
    yield from array(told, encode, indent="  ")
    yield ',\n  "clauses": '
    yield from array((_clause(each, assessment.today) for each in assessment.verdicts), encode, indent="  ")
    yield "\n}\n"


def _standard(standard: Standard) -> Object:
    return {"name": standard.name, "title": standard.title, "file": standard.label or None}


def _problem(problem: Problem) -> Object:
    return {"code": problem.code, "message": problem.message, "path": problem.path, "remedy": problem.remedy}


def _attestation(attestation: Attestation, today: str) -> Object:
    return {
        "clauses": attestation.clauses,
        "by": attestation.by,
        "until": attestation.until,
        "expired": not attestation.holds(today),
        "link": attestation.link or None,
        "note": attestation.note or None,
        "origin": attestation.origin,
    }


def _clause(verdict: Verdict, today: str) -> Object:
    clause, waiver, attestation = verdict.clause, verdict.clause.waiver, verdict.attestation
    return {
        "clause": clause.name,
        "title": clause.title,
        "demands": clause.demands,
        "why": clause.why,
        "controls": clause.controls,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "findings": len(spots_of(verdict)),
        "worst": [{"path": path, "findings": number} for path, number in worst(verdict)[:_MOST_PATHS]],
        "shown_by": [_shown(each) for each in verdict.shown],
        "attestation": _attestation(attestation, today) if attestation else None,
        "waiver": {"reason": waiver.reason, "until": waiver.until} if waiver else None,
    }


def _shown(shown: Shown) -> Object:
    return {
        "means": shown.means.value,
        "name": shown.name,
        "status": shown.status.value,
        "needed": shown.is_needed,
        "text": shown.text,
        "files": shown.files,
        "findings": [_finding(spot) for spot in shown.spots[:_MOST_FINDINGS]],
        "findings_left_out": max(0, len(shown.spots) - _MOST_FINDINGS),
    }


def _finding(spot: Spot) -> Object:
    return {
        "code": spot.code,
        "name": spot.name,
        "message": spot.message,
        "path": spot.path,
        "line": spot.line,
        "column": spot.column,
    }
