r"""The format `json`: a contract with programs, described by ``docs/report.schema.json``.

ASCII only, one violation, problem or skipped file per line, keys always in the same order, so that differences between
two reports are differences of lines. Undecodable bytes of file names appear as the lone surrogates of PEP 383
(``\udcff``): after `json.loads`, `os.fsencode` gives the name's bytes back.
"""

from __future__ import annotations

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.selection import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prodlint.model import Fix, Problem, Related, Report, Suppression, Violation
    from prodlint.report import View

    Encode = Callable[[object], str]

SCHEMA_VERSION = 1


def render(report: Report, view: View) -> Iterator[str]:
    """One JSON object with everything the report holds; the view decides only about suppressed violations."""
    encode = _encoder()
    numbers = {"checked": report.checked, "cached": report.cached, "skipped": len(report.skipped)}
    files = {**numbers, "unchanged": report.unchanged}
    yield f'{{\n  "version": {SCHEMA_VERSION},\n'
    yield f'  "tool": {encode({"name": "prodlint", "version": __version__})},\n'
    yield f'  "files": {encode(files)},\n'
    yield from _array("skipped_files", [skipped._asdict() for skipped in report.skipped], encode, end=",\n")
    yield from _array("stale_entries", [stale._asdict() for stale in report.stale], encode, end=",\n")
    yield from _array("problems", map(_problem, report.problems), encode, end=",\n")
    yield from _array("violations", map(_violation, shown(report, view)), encode, end="\n}\n")


def _encoder() -> Encode:
    from json import JSONEncoder  # here: other formats must not pay for it

    encode = JSONEncoder().encode
    # Build servers obey `##vso[…` wherever it stands in a log. In JSON text a `#` is always inside a string, so that
    # escaping it changes no value.
    return lambda value: encode(value).replace("##", "#\\u0023")


def _array(key: str, items: Iterable[object], encode: Encode, *, end: str) -> Iterator[str]:
    """A member of the outermost object, an item a line; ``end`` follows it."""
    yield f'  "{key}": ['
    lead, closing = "\n    ", "]"
    for item in items:
        yield lead + encode(item)
        lead, closing = ",\n    ", "\n  ]"
    yield closing + end


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "message": problem.message,
        "path": problem.path,
        "line": problem.line,
        "remedy": problem.remedy,
    }


def _violation(violation: Violation) -> dict[str, object]:
    line, column, end_line, end_column = violation.span or (None, None, None, None)
    suppressed = violation.suppressed
    return {
        "code": violation.code,
        "name": violation.rule,
        "family": violation.family,
        "severity": violation.severity.value,
        "message": violation.message,
        "path": violation.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "context": violation.context.value,
        "policy": violation.policy,
        "fingerprint": violation.fingerprint,
        "related": [_related(place) for place in violation.related],
        "fix": None if violation.fix is None else _fix(violation.fix),
        "suppressed": None if suppressed is None else _suppression(suppressed),
    }


def _suppression(suppression: Suppression) -> dict[str, object]:
    return {"reason": suppression.reason, "until": suppression.until, "origin": suppression.origin.value}


def _related(place: Related) -> dict[str, object]:
    return {"path": place.path, "line": place.span.line, "column": place.span.column, "message": place.message}


def _fix(fix: Fix) -> dict[str, object]:
    edits = [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety.value, "edits": edits}
