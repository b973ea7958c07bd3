"""mypy: its JSON (``--output json``), its JUnit XML (``--junit-xml FILE``), or the text that it prints.

As JSON mypy writes nothing when it finds nothing, and an empty file is what a mypy that was never run leaves, too. So
that proves nothing: a clean run is shown by the JUnit report, or by the line ``Success: no issues found in N source
files``. Source: mypy's documentation, and its ``main.py`` and ``util.py``.
"""

from __future__ import annotations

import re

from prodlint.evidence.documents import json_lines, line_of, table, text_of, xml_events
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Level

_SUCCESS = re.compile(rb"^Success: no issues found in (\d{1,9}) source files?\s*\Z", re.MULTILINE)
_FOUND = re.compile(rb"^Found (\d{1,9}) errors? in .*\(checked (\d{1,9}) source files?\)\s*\Z", re.MULTILINE)
_REMEDY = "let mypy write `--junit-xml FILE`, which says so when nothing is wrong"


def read(data: bytes) -> Evidence:
    """The errors, and how many files were checked where that is told. Raises BrokenEvidenceError."""
    if not data.strip():
        raise BrokenEvidenceError("the file is empty, as it also is when mypy did not run", _REMEDY)
    if data.lstrip()[:1] == b"<":
        return _from_xml(data)
    if match := _SUCCESS.search(data):
        return _evidence(int(match[1]), ())
    if match := _FOUND.search(data):
        return _evidence(int(match[2]), (Finding("mypy", f"mypy found {int(match[1]):,} errors"),))
    return _evidence(None, tuple(_finding(table(line, "a line")) for line in json_lines(data)))


def _evidence(checked: int | None, findings: tuple[Finding, ...]) -> Evidence:
    return Evidence("mypy", "", "mypy", checked, "files", findings)


def _finding(line: dict[str, object]) -> Finding:
    if not isinstance(line.get("file"), str) or not isinstance(line.get("message"), str):
        raise BrokenEvidenceError("a line has no `file` or no `message`, so it is not mypy's")
    level = Level.NOTE if line.get("severity") == "note" else Level.ERROR
    code = text_of(line.get("code"), "mypy")
    return Finding(code, text_of(line["message"]), level, text_of(line["file"]), line_of(line.get("line")))


def _from_xml(data: bytes) -> Evidence:
    """mypy's own report: one test a file that has errors, or a single one for a clean run."""
    suites: list[dict[str, str]] = []
    tests: list[str] = []
    failed: list[Finding] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "testsuite":
            suites.append(attributes)
        elif name == "testcase":
            tests.append(attributes.get("file") or attributes.get("name") or "mypy")
        elif name in ("failure", "error"):
            failed.append(Finding("mypy", attributes.get("message") or "mypy found errors", path=tests[-1]))

    xml_events(data, start, lambda _name: None)
    if not suites or suites[0].get("name", "mypy") != "mypy":
        raise BrokenEvidenceError("it is no report of mypy's", _REMEDY)
    return _evidence(len(tests), tuple(failed))
