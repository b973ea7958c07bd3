"""The format `markdown`: counts and a table of clauses for each standard, in GitHub's dialect."""

from __future__ import annotations

import re

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.report.grouping import by_area
from prodlint.policy.verdict import Status
from prodlint.report.markdown import code
from prodlint.report.outcome import plural
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Problem
    from prodlint.policy.verdict import Assessment, Verdict

MARKS = {
    Status.MET: "✅",
    Status.VIOLATED: "❌",
    Status.MISSING: "❔",
    Status.STALE: "⌛",
    Status.ATTESTED: "✍️",
    Status.EXPIRED: "❌",
    Status.WAIVED: "➖",
    Status.OPEN: "◻️",
}


def render(assessment: Assessment) -> Iterator[str]:
    """A heading that says how it stands, what was judged, and the clauses, those without violations included."""
    counts = ", ".join(f"{number:,} {status.value}" for status, number in assessment.counts().items() if number)
    title = f"gate {code(assessment.gate)}" if assessment.gate else "policy"
    yield f"## prodlint {title}: {counts or 'no clauses'}\n\n"
    commit = f" at commit {code(assessment.commit[:12])}" if assessment.commit else ""
    changed = ", with changes that are not committed" if assessment.is_changed else ""
    checked = plural(assessment.checked, "file")
    yield f"{checked} checked on {assessment.today}{commit}{changed} by prodlint {__version__}.\n"
    for problem in assessment.problems:
        yield f"\n- {code(f'{_told(problem)}')}\n"
    for standard, areas in by_area(assessment):
        yield f"\n### {_prose(standard.title)}\n\n| | clause | status | what shows it |\n|---|---|---|---|\n"
        for _, verdicts in areas:
            yield "".join(map(_row, verdicts))
    yield from _attestations(assessment)


def _row(verdict: Verdict) -> str:
    clause = f"{code(verdict.clause.id)} {_prose(verdict.clause.title)}"
    return f"| {MARKS[verdict.status]} | {clause} | {verdict.status.value} | {_prose(verdict.reason)} |\n"


def _attestations(assessment: Assessment) -> Iterator[str]:
    if not assessment.attestations:
        return
    yield "\n### Attestations\n\n| clauses | by | until | link | note |\n|---|---|---|---|---|\n"
    for each in assessment.attestations:
        clauses = ", ".join(map(code, each.clauses))
        until = each.until if each.holds(assessment.today) else f"{each.until} (expired)"
        link = code(each.link) if each.link else ""
        yield f"| {clauses} | {_prose(each.by)} | {until} | {link} | {_prose(each.note)} |\n"


def _prose(text: str) -> str:
    """Foreign text that reads as it is, in a table's cell: markup is escaped.

    What GitHub makes a link or a mention of, escaped or not, becomes code.
    """
    if _LINKED.search(text):
        return code(text)
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", visible(text))


_LINKED = re.compile(r"[@#]|://|www\.|\b[0-9a-f]{7,40}\b", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*_{}\[\]<>|&~$]")


def _told(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message
