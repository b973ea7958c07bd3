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
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prodlint.model import Fix, Problem, Related, Report, Suppression, Violation
    from prodlint.report import View

    Encode = Callable[[object], str]

SCHEMA_VERSION = 1


def render(report: Report, view: View) -> Iterator[str]:
    """One JSON object with everything the report holds; the view decides only about suppressed violations."""
    encode = encoder()
    numbers = {"checked": report.checked, "cached": report.cached, "skipped": len(report.skipped)}
    files = {**numbers, "unchanged": report.unchanged}
    yield f'{{\n  "version": {SCHEMA_VERSION},\n'
    yield f'  "tool": {encode({"name": "prodlint", "version": __version__})},\n'
    yield f'  "files": {encode(files)},\n'
    yield '  "skipped_files": '
    yield from array((skipped._asdict() for skipped in report.skipped), encode, indent="  ")
    yield ',\n  "stale_entries": '
    yield from array((stale._asdict() for stale in report.stale), encode, indent="  ")
    yield ',\n  "problems": '
    yield from array(map(_problem, report.problems), encode, indent="  ")
    yield ',\n  "violations": '
    yield from array(map(violation_object, shown(report, view)), encode, indent="  ")
    yield "\n}\n"


def encoder() -> Encode:
    """A function that writes a value as one line of ASCII, the same for all formats that are JSON."""
    from json import JSONEncoder  # here: other formats must not pay for it

    encode = JSONEncoder().encode
    # Build servers obey `##vso[…` wherever it stands in a log. In JSON text a `#` is always inside a string, so that
    # escaping it changes no value.
    return lambda value: encode(value).replace("##", "#\\u0023")


def array(items: Iterable[object], encode: Encode, *, indent: str = "") -> Iterator[str]:
    """An array with an item a line, whose last line is indented as much as the one it starts on."""
    yield "["
    lead, closing = f"\n{indent}  ", "]"
    for item in items:
        yield lead + encode(item)
        lead, closing = f",\n{indent}  ", f"\n{indent}]"
    yield closing


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "message": problem.message,
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "remedy": problem.remedy,
    }


def violation_object(violation: Violation) -> Mapping[str, object]:
    """The members that stand for a violation in the formats `json` and `jsonl`."""
    line, column, end_line, end_column = violation.span or (None, None, None, None)
    suppressed = violation.suppressed
    return {
        "code": violation.code,
        "name": violation.rule,
        "family": violation.family,
        "severity": violation.severity.value,
        "message": violation.message,
        "path": violation.path,
        "cell": violation.cell,
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
    at = {"path": place.path, "cell": place.cell, "line": place.span.line, "column": place.span.column}
    return {**at, "message": place.message}


def _fix(fix: Fix) -> dict[str, object]:
    edits = [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety.value, "edits": edits}
