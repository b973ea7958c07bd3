"""Evidence of every format is read for what it says; what is broken, hostile or empty is refused by name."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodlint.evidence import FORMATS, BrokenEvidenceError, Evidence, Level, read_evidence
from prodlint.evidence.documents import time_of
from prodlint.evidence.formats import LARGEST_FILE

if TYPE_CHECKING:
    from pathlib import Path

JUNIT = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="99" failures="0" timestamp="2026-11-22T05:00:00+00:00">
<properties><property name="commit" value="abc1234"/></properties>
<testcase classname="tests.unit.test_cart" name="test_a"/>
<testcase classname="tests.unit.test_cart" name="test_b"><skipped message="later"/></testcase>
<testcase classname="tests.integration.test_cart" name="test_c" file="tests/c.py" line="7">
<failure message="assert 1 == 2&#10;more">trace</failure><error message="tear-down"/></testcase>
</testsuite></testsuites>
"""
COVERAGE = {
    "meta": {"format": 3, "version": "7.6.1", "timestamp": "2026-11-22T05:00:00.123456"},
    "files": {
        "shop/cart.py": {"executed_lines": [1], "summary": {"covered_lines": 9, "num_statements": 10}},
        "shop\\rate.py": {"executed_lines": [], "summary": {"covered_lines": 0, "num_statements": 10}},
    },
    "totals": {"percent_covered": 100.0},
}
COBERTURA = """\
<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage version="7.6" timestamp="1795323600000" line-rate="1"><packages><package><classes>
<class name="cart.py" filename="shop/cart.py"><methods><method name="f"><lines><line number="1" hits="1"/></lines>
</method></methods><lines><line number="1" hits="0"/><line number="2" hits="0"/></lines></class>
</classes></package></packages></coverage>
"""
MYPY = '{"file": "a.py", "line": 2, "column": 1, "message": "bad", "hint": null, "code": "misc", "severity": "error"}\n'
PYRIGHT = {
    "version": "1.1.400", "time": "1795323600000",
    "generalDiagnostics": [
        {"file": "a.py", "severity": "error", "message": "bad", "range": {"start": {"line": 1, "character": 0}},
         "rule": "reportX"},
        {"file": "a.py", "severity": "warning", "message": "meh"},
    ],
    "summary": {"filesAnalyzed": 3, "errorCount": 1, "warningCount": 1},
}  # fmt: skip
RUFF = [{"code": "S304", "filename": "a.py", "location": {"row": 3, "column": 1}, "message": "bad"}]
SARIF: dict[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "Scanner",
                    "version": "2",
                    "rules": [
                        {"id": "sqli", "properties": {"security-severity": "9.8", "tags": ["external/cwe/cwe-089"]}},
                        {"id": "style", "defaultConfiguration": {"level": "note"}},
                    ],
                }
            },
            "invocations": [{"executionSuccessful": True, "startTimeUtc": "2026-11-22T05:00:00Z"}],
            "versionControlProvenance": [{"repositoryUri": "x", "revisionId": "abc1234"}],
            "results": [
                {
                    "ruleId": "sqli",
                    "ruleIndex": 0,
                    "level": "warning",
                    "message": {"text": "sql"},
                    "locations": [
                        {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 4}}}
                    ],
                },
                {"ruleId": "style", "message": {"text": "meh"}},
                {"ruleId": "sqli", "message": {"text": "hidden"}, "suppressions": [{"kind": "inSource"}]},
                {"ruleId": "sqli", "kind": "pass", "message": {"text": "fine"}},
                {"ruleId": "sqli", "baselineState": "absent", "message": {"text": "gone"}},
            ],
        }
    ],
}
BANDIT = {
    "generated_at": "2026-11-22T05:00:00Z", "errors": [], "metrics": {"_totals": {"loc": 120}},
    "results": [{"filename": "a.py", "line_number": 3, "issue_severity": "MEDIUM", "issue_text": "sql",
                 "test_id": "B608", "issue_cwe": {"id": 89}}],
}  # fmt: skip
PIP_AUDIT = {
    "dependencies": [
        {"name": "flask", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.3"]}]},
        {"name": "own", "skip_reason": "not on an index"},
        {"name": "ok", "version": "1", "vulns": []},
    ]
}
LOAD_TEST = {
    "version": 1, "tool": "k6 0.50", "commit": "abc1234", "finished": "2026-11-22T05:00:00Z",
    "measurements": [{"name": "GET /", "kind": "endpoint", "count": 100, "p95": 143.5, "errors": 0.5}],
}  # fmt: skip
GOOD: dict[str, Any] = {
    "junit": JUNIT, "coverage": COVERAGE, "cobertura": COBERTURA, "mypy": MYPY, "pyright": PYRIGHT, "ruff": RUFF,
    "flake8": "a.py:1:2: E501 line too long\n", "sarif": SARIF, "bandit": BANDIT, "pip-audit": PIP_AUDIT,
    "load-test": LOAD_TEST,
}  # fmt: skip
MOMENT = 1795323600.0


def written(value: Any) -> str:
    """The text of a file that holds a value."""
    return value if isinstance(value, str) else json.dumps(value)


def read(name: str, value: Any, directory: Path) -> Evidence:
    """What a file with this text, or with this value as JSON, says."""
    path = directory / "file"
    path.write_bytes(value if isinstance(value, bytes) else written(value).encode())
    return read_evidence(FORMATS[name], str(path), "reports/file")


def test_every_format_has_a_case() -> None:
    """A new format has to come with its cases, or nothing below would try it."""
    assert set(GOOD) == set(FORMATS)


def test_junit(tmp_path: Path) -> None:
    """Tests are counted, not believed; a skipped one did not run; a test that fails twice is one."""
    evidence = read("junit", JUNIT, tmp_path)
    assert evidence.looked_at == 2
    assert evidence.commit == "abc1234"
    assert evidence.recorded == MOMENT
    (failed,) = evidence.findings
    assert (failed.path, failed.line) == ("tests/c.py", 7)
    assert failed.message == "tests.integration.test_cart::test_c failed: assert 1 == 2"
    assert [(each.name, each.values) for each in evidence.measures] == [
        ("pytest/tests.unit.test_cart", {"ran": 1, "skipped": 1}),
        ("pytest/tests/c.py/tests.integration.test_cart", {"ran": 1, "skipped": 0}),
    ]


def test_coverage(tmp_path: Path) -> None:
    """Totals are added up from the files, whatever the report says of itself; a time without a zone is none."""
    evidence = read("coverage", COVERAGE, tmp_path)
    assert evidence.looked_at == 20
    assert evidence.recorded is None
    assert [(each.name, each.values) for each in evidence.measures] == [
        ("shop/cart.py", {"covered": 9, "total": 10}),
        ("shop/rate.py", {"covered": 0, "total": 10}),
    ]


def test_cobertura(tmp_path: Path) -> None:
    """A line that a method repeats is one line; a document type may be named, and is not fetched."""
    evidence = read("cobertura", COBERTURA, tmp_path)
    (measure,) = evidence.measures
    assert (measure.name, measure.values) == ("shop/cart.py", {"covered": 1, "total": 2})
    assert evidence.recorded == MOMENT


@pytest.mark.parametrize(
    ("text", "looked_at", "findings"),
    [
        (MYPY, None, 1),
        ("Success: no issues found in 12 source files\n", 12, 0),
        ("a.py:1: error: x\nFound 1 error in 1 file (checked 12 source files)\n", 12, 1),
        ('<testsuite errors="0" failures="0" name="mypy" tests="1"><testcase name="mypy-py3"/></testsuite>', 1, 0),
        ('<testsuite name="mypy"><testcase name="a.py"><failure message="x"/></testcase></testsuite>', 1, 1),
    ],
)
def test_mypy(tmp_path: Path, text: str, looked_at: int | None, findings: int) -> None:
    """Of the forms that mypy writes, JSON cannot say that nothing is wrong; the others can."""
    evidence = read("mypy", text, tmp_path)
    assert (evidence.looked_at, len(evidence.findings)) == (looked_at, findings)


def test_pyright(tmp_path: Path) -> None:
    """Lines count from 0 there."""
    evidence = read("pyright", PYRIGHT, tmp_path)
    assert evidence.looked_at == 3
    assert evidence.recorded == MOMENT
    assert [(each.level, each.line) for each in evidence.findings] == [(Level.ERROR, 2), (Level.WARNING, None)]


def test_sarif(tmp_path: Path) -> None:
    """The grade of security beats the level; what is suppressed, passed or gone does not count."""
    evidence = read("sarif", SARIF, tmp_path)
    assert [(each.code, each.level, each.cwe, each.path, each.line) for each in evidence.findings] == [
        ("sqli", Level.ERROR, (89,), "a.py", 4),
        ("style", Level.NOTE, (), "", None),
    ]
    assert (evidence.tool, evidence.commit, evidence.recorded) == ("Scanner 2", "abc1234", MOMENT)


@pytest.mark.parametrize(
    ("name", "codes", "looked_at"),
    [
        ("ruff", ["S304"], None),
        ("flake8", ["E501"], None),
        ("bandit", ["B608"], 120),
        ("pip-audit", ["PYSEC-1", "skipped"], 2),
        ("load-test", ["errors"], 100),
    ],
)
def test_the_other_formats(tmp_path: Path, name: str, codes: list[str], looked_at: int | None) -> None:
    """Each gives its findings and, where it says so, how much was looked at."""
    evidence = read(name, GOOD[name], tmp_path)
    assert [each.code for each in evidence.findings] == codes
    assert evidence.looked_at == looked_at


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'
FETCHES = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase name="x">&a;</testcase></testsuite>'
)
PARAMETER = '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.org/x">%a;]><testsuite/>'


@pytest.mark.parametrize("text", [LAUGHS, FETCHES, PARAMETER], ids=["bomb", "external", "parameter"])
@pytest.mark.parametrize("name", ["junit", "cobertura", "mypy"])
def test_entities_are_refused(tmp_path: Path, name: str, text: str) -> None:
    """A report never declares one: nothing is expanded, and nothing fetched."""
    with pytest.raises(BrokenEvidenceError, match="entity"):
        read(name, text, tmp_path)


def test_deep_xml_is_read(tmp_path: Path) -> None:
    """It is a stream, so that depth costs nothing."""
    started = time.process_time()
    deep = "<testsuite>" * 100_000 + '<testcase name="a"/>' + "</testsuite>" * 100_000
    assert read("junit", deep, tmp_path).looked_at == 1
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", [name for name in GOOD if not isinstance(GOOD[name], str)])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a": ' * 100_000,
        "NaN",
        "[Infinity]",
        "1e999",
        "9" * 100_000,
        "null",
        "{}",
        "[[]]",
        '"x"',
        "[1]",
    ],
    ids=lambda text: text[:8],
)
def test_hostile_json_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """Depth, numbers that are none, numbers that take minutes, and values of another kind."""
    with pytest.raises(BrokenEvidenceError):
        read(name, text, tmp_path)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("coverage", ("files", "shop/cart.py", "summary", "covered_lines"), float("nan")),
        ("coverage", ("files", "shop/cart.py", "summary", "num_statements"), -1),
        ("coverage", ("files", "shop/cart.py", "summary", "num_statements"), "many"),
        ("coverage", ("totals", "percent_covered"), None),
        ("coverage", ("meta",), 3),
        ("pyright", ("summary", "errorCount"), 0),
        ("pyright", ("generalDiagnostics", 0, "severity"), "none"),
        ("sarif", ("runs", 0, "results"), None),
        ("sarif", ("runs", 0, "invocations", 0, "executionSuccessful"), False),
        ("sarif", ("runs",), []),
        ("sarif", ("version",), "1.0.0"),
        ("bandit", ("errors",), [{"filename": "a.py", "reason": "syntax error"}]),
        ("bandit", ("results", 0, "issue_severity"), "LOUD"),
        ("pip-audit", ("dependencies", 0, "vulns"), None),
        ("load-test", ("version",), 2),
        ("load-test", ("measurements", 0, "p95"), float("nan")),
        ("load-test", ("measurements", 0, "p95"), -5),
        ("load-test", ("measurements", 0, "count"), 0.5),
        ("load-test", ("measurements", 0, "kind"), ""),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, name: str, place: tuple[str | int, ...], value: object) -> None:
    """A number that is none, a summary that contradicts its list, a run that failed: none of them proves anything."""
    document = json.loads(json.dumps(GOOD[name]))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(BrokenEvidenceError):
        read(name, document, tmp_path)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe\x00", b"\x00" * 100, b"\x80abc", b"<a", b'{"a"'])
def test_what_is_no_report_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    """An empty file is what a tool that did not run leaves behind its `>`."""
    with pytest.raises(BrokenEvidenceError):
        read(name, data, tmp_path)


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ("flake8", "mypy")])
def test_truncated_reports_are_refused(tmp_path: Path, name: str) -> None:
    """A tool that was killed leaves a part, which must not look like a small whole."""
    text = written(GOOD[name]).rstrip()
    for end in range(1, len(text), max(1, len(text) // 40)):
        with pytest.raises(BrokenEvidenceError):
            read(name, text[:end], tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all values within a JSON value."""
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += places(inner, (*path, step))
    return found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_value_anywhere_crashes_a_reader(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever stands in the place of whatever: a value comes out, or the one error that is meant to."""
    name = data.draw(st.sampled_from([name for name in GOOD if not isinstance(GOOD[name], str)]))
    document = json.loads(json.dumps(GOOD[name]))
    place = data.draw(st.sampled_from(places(document)))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = data.draw(JSON)
    try:
        evidence = read(name, document, tmp_path_factory.getbasetemp())
    except BrokenEvidenceError:
        return
    assert all(isinstance(each.path, str) and isinstance(each.code, str) for each in evidence.findings)
    hash(evidence.findings)


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    """A pipe would never end, a sparse file would fill the memory, a directory is no file."""
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    for name in ("pipe", "huge", "none", "."):
        with pytest.raises(BrokenEvidenceError):
            read_evidence(FORMATS["junit"], str(tmp_path / name), name)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T05:00:00Z", MOMENT),
        ("2026-11-22T05:00:00.1234567Z", MOMENT),
        ("2026-11-22T06:00:00+01:00", MOMENT),
        ("2026-11-22T05:00:00", None),
        ("yesterday", None),
        (5, None),
    ],
)
def test_times(text: object, moment: float | None) -> None:
    """Only a time that has a zone is one: another machine's clock on the wall says nothing."""
    assert time_of(text) == moment
