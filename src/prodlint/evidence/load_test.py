"""A summary of a load test, in a form of prodlint's own that any tool's result can be turned into.

``docs/policy.md`` describes it: an object with ``version`` 1, a list ``measurements``, and optionally ``tool``,
``commit`` and ``finished``. A measurement has a ``name``, a ``kind`` (endpoint, query, page, job, deployment), a
``count`` of samples, and statistics in milliseconds (``p50``, ``p95``, ``p99``, ``maximum``), optionally ``errors``,
the share of samples that failed.
"""

from __future__ import annotations

from prodlint.evidence.documents import items, json_document, number, table, text_of, time_of, whole
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Measure

STATISTICS = ("p50", "p90", "p95", "p99", "maximum")


def read(data: bytes) -> Evidence:
    """What was measured. Raises BrokenEvidenceError."""
    document = table(json_document(data), "the document")
    if document.get("version") != 1:
        raise BrokenEvidenceError("its `version` is not 1", "see the page on the policy for the form of the summary")
    measured = [table(each, "a measurement") for each in items(document.get("measurements"), "`measurements`")]
    measures = tuple(_measure(each) for each in measured)
    return Evidence(
        "load-test",
        "",
        text_of(document.get("tool")),
        sum(int(measure.values["count"]) for measure in measures),
        "samples",
        tuple(_failure(measure) for measure in measures if measure.values.get("errors", 0) > _TOLERATED),
        measures,
        text_of(document.get("commit")) or None,
        time_of(document.get("finished")),
    )


_TOLERATED = 0.01
"""The share of samples that may fail: more of them, and the times of the others say nothing."""


def _measure(each: dict[str, object]) -> Measure:
    name = text_of(each.get("name"))
    if not name or not text_of(each.get("kind")):
        raise BrokenEvidenceError("a measurement has no `name` or no `kind`")
    values: dict[str, float] = {"count": whole(each.get("count"), f"`count` of `{name[:80]}`")}
    for statistic in (*STATISTICS, "errors"):
        if statistic in each:
            values[statistic] = number(each[statistic], f"`{statistic}` of `{name[:80]}`")
    return Measure(name, text_of(each["kind"]), values)


def _failure(measure: Measure) -> Finding:
    return Finding("errors", f"{measure.name}: {measure.values['errors']:.2%} of the samples failed")
