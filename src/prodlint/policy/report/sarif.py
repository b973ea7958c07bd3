"""The format `sarif`: SARIF 2.1.0 in which the rules are clauses, and every clause has a result of its kind.

A clause that is met or attested is ``pass``, one that prodlint cannot judge yet ``open``, one that waits for evidence
``review``; a violated one is a ``fail`` at each of its places, up to a thousand, a waived one a suppressed ``fail``.
"""

from __future__ import annotations

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.report.grouping import spots_of
from prodlint.policy.verdict import Status
from prodlint.report.json_report import array, encoder
from prodlint.report.quoting import uri
from prodlint.report.safety import visible
from prodlint.report.sarif import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.policy.standard import Clause
    from prodlint.policy.verdict import Assessment, Spot, Verdict

    Object = dict[str, object]

_KINDS = {
    Status.MET: "pass",
    Status.ATTESTED: "pass",
    Status.OPEN: "open",
    Status.MISSING: "review",
    Status.STALE: "review",
    Status.EXPIRED: "fail",
    Status.VIOLATED: "fail",
    Status.WAIVED: "fail",
}
_MOST_PLACES = 1_000


def render(assessment: Assessment) -> Iterator[str]:
    """One run."""
    encode = encoder()
    driver = {"name": "prodlint", "version": __version__, "rules": [_rule(each.clause) for each in assessment.verdicts]}
    yield f'{{\n  "$schema": {encode(SCHEMA)},\n  "version": "2.1.0",\n  "runs": [\n    {{\n'
    yield f'      "tool": {encode({"driver": driver})},\n'
    yield '      "automationDetails": {"id": "prodlint/policy/"},\n'
    if assessment.commit:
        # The standard wants the repository's address, too, which nobody has told.
        yield f'      "properties": {encode({"commit": assessment.commit, "changed": assessment.is_changed})},\n'
    yield '      "columnKind": "unicodeCodePoints",\n      "results": '
    results = (result for index, verdict in enumerate(assessment.verdicts) for result in _results(verdict, index))
    yield from array(results, encode, indent="      ")
    yield "\n    }\n  ]\n}\n"


def _rule(clause: Clause) -> Object:
    descriptor: Object = {
        "id": visible(clause.name),
        "name": visible(clause.title),
        "shortDescription": {"text": visible(clause.title)},
        "fullDescription": {"text": visible(clause.demands)},
        "help": {"text": visible(clause.why or clause.demands)},
        "defaultConfiguration": {"level": "error"},
    }
    if clause.controls:
        descriptor["properties"] = {"tags": [visible(control) for control in clause.controls]}
    return descriptor


def _results(verdict: Verdict, index: int) -> Iterator[Object]:
    kind = _KINDS[verdict.status]
    result: Object = {
        "ruleId": visible(verdict.clause.name),
        "ruleIndex": index,
        "kind": kind,
        "level": "error" if kind == "fail" else "none",
        "message": _message(f"{verdict.status.value}: {verdict.reason}"),
        "properties": {"status": verdict.status.value},
    }
    if verdict.status is Status.WAIVED and verdict.clause.waiver:
        waiver = verdict.clause.waiver
        justification = {"kind": "external", "justification": visible(waiver.reason)}
        result["suppressions"] = [{**justification, "properties": {"until": waiver.until}}]
    spots = spots_of(verdict)[:_MOST_PLACES] if verdict.status in (Status.VIOLATED, Status.WAIVED) else []
    if not spots:
        yield result
    for spot in spots:
        message = _message(f"{spot.code} {spot.name}: {spot.message}")
        yield {**result, "message": message, "locations": [{"physicalLocation": _place(spot)}]}


def _place(spot: Spot) -> Object:
    place: Object = {"artifactLocation": {"uri": uri(spot.path)}}
    if spot.line is not None:
        place["region"] = {"startLine": spot.line} | ({"startColumn": spot.column} if spot.column else {})
    return place


def _message(text: str) -> Object:
    # `[text](target)` is a link in a message (section 3.11.6 of the standard), and foreign text must make none.
    return {"text": visible(text).replace("](", "] (")}
