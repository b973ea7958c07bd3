"""What holds of a clause is told truly: nothing is met by what did not run, or was hidden, old or empty."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from prodlint import check_policy
from prodlint.hosts.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

CLEAN = '"""A module."""\n'
BARE = '"""A module."""\n\ntry:\n    import one\nexcept:  # {comment}\n    raise\n'
CLEANUP = "production-standards/errors/cleanup"
FALLBACK = "production-standards/errors/graceful-fallback"
JUNIT = '<testsuite name="t"><testcase classname="{name}" name="a"/></testsuite>'
OWN = '[standard]\nname = "own"\n[[clause]]\nid = "a"\ntitle = "A"\ndemands = "A."\nshown_by = [{way}]\n'


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def clauses(self) -> dict[str, Any]:
        """The clauses of a report as JSON, by name."""
        return {each["clause"]: each for each in json.loads(self.out)["clauses"]}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in an empty project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    plant("prodlint.toml", "")

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def plant(path: str, text: str | dict[str, Any] | list[Any], *, age: float = 0.0) -> None:
    """A file in the current directory, some seconds old; objects are written as JSON."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    moment = time.time() - age
    os.utime(file, (moment, moment))


def judged(cli: Callable[..., Told], *arguments: str) -> dict[str, Any]:
    """The clauses of the project, by name."""
    return cli("policy", "--format", "json", *arguments).clauses


def own(cli: Callable[..., Told], way: str, *arguments: str) -> dict[str, Any]:
    """What holds of a clause that is shown by one way."""
    plant("policy/own.toml", OWN.replace("{way}", way))
    clause: dict[str, Any] = judged(cli, "--standard", "policy/own.toml", *arguments)["own/a"]
    return clause


def status(clause: dict[str, Any]) -> str:
    """A clause's status."""
    return str(clause["status"])


# Rules


def test_a_rule_that_ran_and_found_nothing(cli: Callable[..., Told]) -> None:
    """The report says what shows it, and on how many files."""
    plant("a.py", CLEAN)
    plant("b.py", CLEAN)
    clause = judged(cli)[CLEANUP]
    assert (clause["status"], clause["reason"]) == ("met", "missing-cleanup on 2 files")


def test_a_violated_clause_says_where(cli: Callable[..., Told]) -> None:
    """The worst files come first."""
    plant("a.py", BARE)
    plant("b.py", BARE + BARE)
    told = cli("policy", "--format", "json")
    clause = told.clauses[FALLBACK]
    assert told.code == 1
    assert (clause["status"], clause["findings"]) == ("violated", 3)
    assert clause["worst"] == [{"path": "b.py", "findings": 2}, {"path": "a.py", "findings": 1}]
    assert clause["shown_by"][1]["findings"][0]["line"] == 5


@pytest.mark.parametrize(
    ("configured", "comment", "expected"),
    [
        ('ignore = ["bare-except"]', "", "evidence missing"),
        ('select = ["missing-cleanup"]', "", "evidence missing"),
        ('per-file-ignores = { "a.py" = ["bare-except"] }', "", "evidence missing"),
        ('rules.bare-except.contexts = ["script"]', "", "evidence missing"),
        ('[[overrides]]\npaths = ["a.py"]\nignore = ["bare-except"]', "", "evidence missing"),
        ("", "prodlint: allow bare-except -- SHOP-1, the import decides", "met"),
        ("", "prodlint: allow bare-except", "violated"),
        ("", "noqa: PRD101", "violated"),
        ("", "noqa", "violated"),
        ("", "prodlint: allow-file bare-except -- SHOP-1, legacy", "evidence missing"),
        ("", "prodlint: allow bare-except until 2020-01-01 -- SHOP-1", "violated"),
    ],
)
def test_what_hides_violations(cli: Callable[..., Told], configured: str, comment: str, expected: str) -> None:
    """Only an exception beside its place, with a reason, leaves a clause met; and then it is counted."""
    plant("prodlint.toml", configured + "\n")
    plant("a.py", BARE.replace("{comment}", comment))
    plant("b.py", CLEAN)
    clause = judged(cli)[FALLBACK]
    assert status(clause) == expected
    if expected == "met":
        assert "bare-except on 2 files, 1 exception with a reason" in clause["reason"]


def test_an_off_comment_switches_a_rule_off(cli: Callable[..., Told]) -> None:
    """From there to the end of the file nobody has looked, whatever the reason."""
    plant("a.py", "# prodlint: off bare-except -- SHOP-1\n" + BARE)
    clause = judged(cli)[FALLBACK]
    assert clause["reason"] == "bare-except is switched off by a comment in a.py"
    assert status(clause) == "evidence missing"


def test_what_the_baseline_knows_is_violated(cli: Callable[..., Told]) -> None:
    """It makes a check pass, and no clause hold."""
    plant("a.py", BARE)
    assert cli("baseline").code == 0
    assert cli().code == 0
    told = cli("policy", "--format", "json")
    assert told.code == 1
    assert "1 in the baseline" in told.clauses[FALLBACK]["reason"]


def test_a_file_that_no_rule_has_seen(cli: Callable[..., Told]) -> None:
    """The others were clean, and nobody knows about this one."""
    plant("a.py", CLEAN)
    plant("b.py", "def\n")
    clauses = judged(cli)
    assert status(clauses[CLEANUP]) == "evidence missing"
    assert "did not see 1 file that it is meant for, such as b.py" in clauses[CLEANUP]["reason"]
    assert status(clauses["production-standards/gates/lint"]) == "violated"


def test_nothing_checked_shows_nothing(cli: Callable[..., Told]) -> None:
    """No file, and no file of the context that a rule is about."""
    assert cli("policy").code == 2
    told = cli("policy", "--allow-empty", "--format", "json")
    assert "met" not in {each["status"] for each in told.clauses.values()}
    plant("tests/test_a.py", CLEAN)
    assert status(judged(cli)["production-standards/documentation/code"]) == "evidence missing"


def test_rules_prove_nothing_that_somebody_has_to_vouch_for(cli: Callable[..., Told]) -> None:
    """They can show that it is violated."""
    plant("a.py", CLEAN)
    name = "production-standards/data/key-management"
    assert status(judged(cli)[name]) == "evidence missing"
    vouched = f'[[attestations]]\nclause = "{name}"\nby = "Ada"\nuntil = 2999-01-01\n'
    plant("prodlint.toml", vouched)
    clause = judged(cli)[name]
    assert (clause["status"], clause["reason"]) == ("attested", "by Ada until 2999-01-01")
    plant("a.py", CLEAN + 'password = "hunter2-Quux-77"\n')
    assert status(judged(cli)[name]) == "violated"


def test_rules_to_come_leave_a_clause_open(cli: Callable[..., Told]) -> None:
    """A clause is not met on the strength of half of what shows it."""
    plant("a.py", CLEAN)
    clauses = judged(cli)
    handling = clauses["production-standards/gates/error-handling"]
    assert handling["reason"] == "not in prodlint yet: unreachable-except, ruff B012, ruff B904"
    assert [each["status"] for each in handling["shown_by"][:3]] == ["met"] * 3
    assert status(handling) == "open"
    assert status(clauses["production-standards/vulnerabilities/csrf"]) == "open"


# Checks of other files


def test_a_clause_asks_for_its_checks(cli: Callable[..., Told]) -> None:
    """They run on request, and a standard that names them requests them; a plain check goes on without."""
    plant("a.py", CLEAN)
    plant("Dockerfile", "FROM python:3.12\nCOPY . .\n")
    clauses = judged(cli)
    least = clauses["production-standards/practice/least-privilege"]
    assert (least["status"], least["worst"]) == ("violated", [{"path": "Dockerfile", "findings": 1}])
    assert cli().code == 0
    assert status(clauses["production-standards/gates/lint"]) == "met"
    plant("prodlint.toml", 'extend-select = ["container-runs-as-root"]\n')
    assert cli().code == 1
    assert status(judged(cli)["production-standards/gates/lint"]) == "violated"


def test_a_check_that_looked_at_nothing_shows_nothing(cli: Callable[..., Told]) -> None:
    """A project without a Dockerfile does not run in containers that are well made."""
    plant("a.py", CLEAN)
    assert status(judged(cli, "--standard", "priority-0")["priority-0/deployment/containers"]) == "evidence missing"
    good = "FROM python:3.12\nUSER app\nHEALTHCHECK CMD true\n"
    plant("Dockerfile", good)
    assert status(judged(cli, "--standard", "priority-0")["priority-0/deployment/containers"]) == "met"


@pytest.mark.parametrize("text", ["openapi: 3.1.0\n", "apiVersion: v1\nkind: ConfigMap\n", ""])
def test_a_file_that_is_not_the_concern_of_a_check_shows_nothing(cli: Callable[..., Told], text: str) -> None:
    """YAML without a workload is no manifest that has all its limits."""
    plant("a.py", CLEAN)
    plant("deploy/api.yaml", text)
    clauses = judged(cli, "--standard", "priority-0")
    assert status(clauses["priority-0/reliability/limits"]) == "evidence missing"
    assert status(clauses["priority-0/deployment/kubernetes"]) == "evidence missing"
    assert status(judged(cli)["production-standards/alerting/shape"]) == "evidence missing"


LIMITED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
    "    - name: a\n      resources: {limits: {memory: 1Gi, cpu: 1}}\n"
)


@pytest.mark.parametrize(
    ("other", "config"),
    [
        (LIMITED.replace("1Gi", "{{ memory }}"), ""),
        (LIMITED + "  - :\n -", ""),
        (LIMITED, 'per-file-ignores = { "deploy/b.yaml" = ["container-without-limits"] }\n'),
    ],
    ids=["template", "broken", "switched-off"],
)
def test_a_check_has_to_see_all_that_it_is_meant_for(cli: Callable[..., Told], other: str, config: str) -> None:
    """One manifest that nobody has judged is one too many."""
    plant("a.py", CLEAN)
    plant("prodlint.toml", config)
    plant("deploy/a.yaml", LIMITED)
    assert status(judged(cli, "--standard", "priority-0")["priority-0/reliability/limits"]) == "met"
    plant("deploy/b.yaml", other)
    limits = judged(cli, "--standard", "priority-0")["priority-0/reliability/limits"]
    assert (limits["status"], "deploy/b.yaml" in limits["reason"]) == ("evidence missing", True)


def test_a_check_that_is_switched_off_shows_nothing(cli: Callable[..., Told]) -> None:
    """Who ignores it has not kept what it checks."""
    plant("a.py", CLEAN)
    plant("Dockerfile", "FROM python:3.12\nUSER app\nHEALTHCHECK CMD true\n")
    plant("prodlint.toml", 'ignore = ["container-runs-as-root"]\n')
    assert status(judged(cli, "--standard", "priority-0")["priority-0/deployment/containers"]) == "evidence missing"


def test_a_violation_counts_for_the_clauses_it_is_about(cli: Callable[..., Told]) -> None:
    """One rule looks for all documents, and each that is missing is about its own clause."""
    plant("a.py", CLEAN)
    plant("docs/architecture.md", "# Architecture\n\nTwo parts.\n")
    clauses = judged(cli, "--standard", "priority-0")
    assert status(clauses["priority-0/documentation/architecture"]) == "met"
    assert status(clauses["priority-0/documentation/deployment"]) == "violated"
    assert clauses["priority-0/documentation/deployment"]["findings"] == 1


def test_a_clause_of_ones_own_may_name_a_check(cli: Callable[..., Told]) -> None:
    """No rule knows of it, so that whatever the rule finds is about it."""
    plant("a.py", CLEAN)
    assert status(own(cli, '{ checks = ["missing-document"] }')) == "violated"


# For readers and programs


def test_explain_shows_a_clause(cli: Callable[..., Told]) -> None:
    """One of prodlint's standards whether or not it is the project's, and one of the project's own as it has it."""
    told = cli("explain", "priority-0/testing/unit-coverage")
    assert (told.code, told.out.split("\n")[0]) == (0, "# priority-0/testing/unit-coverage")
    assert "at least 80 %" in told.out
    assert cli("explain", "deployment/health-checks").out.count("# production-standards/deployment/health-checks") == 1
    plant("policy/own.toml", OWN.replace("{way}", "{ attestation = true }"))
    plant("prodlint.toml", 'standards = ["policy/own.toml"]\n')
    assert cli("explain", "own/a").out.startswith("# own/a\n\n**A.** A.")
    wrong = cli("explain", "gates/tets")
    assert (wrong.code, wrong.out) == (2, "")
    assert "no clause `gates/tets`" in wrong.err


def test_check_policy_judges_as_the_command_does(cli: Callable[..., Told]) -> None:
    """The same statuses, as values that pickle; a gate's clauses alone; faults are told by ValueError."""
    plant("a.py", BARE)
    plant("Dockerfile", "FROM python:3.12\nCOPY . .\n")
    plant("junit.xml", JUNIT.format(name="tests.test_a"))
    assessment = check_policy()
    assert pickle.loads(pickle.dumps(assessment)) == assessment
    told = {verdict.clause.name: verdict.status.value for verdict in assessment.verdicts}
    assert told == {name: clause["status"] for name, clause in judged(cli).items()}
    assert {told["production-standards/gates/tests"], told["production-standards/practice/least-privilege"]} == {
        "met",
        "violated",
    }
    (tests,) = check_policy(gate="now", config={"gates": {"now": ["gates/tests"]}}).verdicts
    assert (tests.clause.id, tests.status.value) == ("gates/tests", "met")
    for faulty in ({"standards": ["no-such-standard"]}, {"gate": "no-such-gate"}):
        with pytest.raises(ValueError, match="no-such-"):
            check_policy(**faulty)


# Attestations and waivers


@pytest.mark.parametrize(("until", "expected", "code"), [("2999-01-01", "attested", 0), ("2020-01-01", "expired", 1)])
def test_attestations_expire(cli: Callable[..., Told], until: str, expected: str, code: int) -> None:
    """A word that was good until last year fails the run."""
    plant("a.py", CLEAN)
    plant("prodlint.toml", f'[[attestations]]\nclause = "own/a"\nby = "Ada"\nuntil = {until}\n')
    plant("policy/own.toml", OWN.replace("{way}", "{ attestation = true }"))
    told = cli("policy", "--standard", "policy/own.toml", "--format", "json")
    assert (status(told.clauses["own/a"]), told.code) == (expected, code)
    report = json.loads(told.out)
    assert report["attestations"][0]["by"] == "Ada"
    assert report["attestations"][0]["expired"] is bool(code)


def test_nobody_can_vouch_for_what_can_be_seen(cli: Callable[..., Told]) -> None:
    """Tests that pass are shown by their report, and by nobody's word."""
    plant("a.py", CLEAN)
    plant("prodlint.toml", '[[attestations]]\nclause = "gates/tests"\nby = "Ada"\nuntil = 2999-01-01\n')
    clause = judged(cli)["production-standards/gates/tests"]
    assert status(clause) == "evidence missing"
    assert clause["reason"].endswith("; the word of Ada does not count, since this can be seen")


def test_somebody_can_vouch_until_prodlint_can_see(cli: Callable[..., Told]) -> None:
    """Until a rule exists, a person is the only one who can know."""
    plant("a.py", CLEAN)
    plant("prodlint.toml", '[[attestations]]\nclause = "vulnerabilities/csrf"\nby = "Ada"\nuntil = 2999-01-01\n')
    assert status(judged(cli)["production-standards/vulnerabilities/csrf"]) == "attested"


@pytest.mark.parametrize(
    ("until", "text", "expected"),
    [
        ("2999-01-01", BARE, "waived"),
        ("2999-01-01", CLEAN, "met"),
        ("2020-01-01", BARE, "violated"),
        ("2020-01-01", CLEAN, "met"),
    ],
)
def test_waivers(cli: Callable[..., Told], until: str, text: str, expected: str) -> None:
    """A waiver hides a violation for as long as it says, and is not needed where the clause holds."""
    plant("a.py", text)
    waiver = f'{{ reason = "SHOP-77", until = {until} }}'
    plant("policy/own.toml", OWN.replace("{way}", '{ rules = ["bare-except"] }') + f"waive = {waiver}\n")
    told = cli("policy", "--standard", "policy/own.toml", "--format", "json")
    assert status(told.clauses["own/a"]) == expected
    assert told.code == (1 if expected == "violated" else 0)


def test_an_expired_waiver_of_what_is_missing(cli: Callable[..., Told]) -> None:
    """It fails as an expired word does."""
    plant("a.py", CLEAN)
    waiver = '{ reason = "SHOP-77", until = 2020-01-01 }'
    plant("policy/own.toml", OWN.replace("{way}", '{ evidence = ["junit"] }') + f"waive = {waiver}\n")
    told = cli("policy", "--standard", "policy/own.toml", "--format", "json")
    assert (status(told.clauses["own/a"]), told.code) == ("expired", 1)


# Evidence


def coverage(covered: int, path: str = "a.py") -> dict[str, Any]:
    """coverage.py's report on a file of a hundred lines, and one that is covered whole."""
    files = {path: covered, "tests/x.py": 100}
    summaries = {name: {"summary": {"covered_lines": number, "num_statements": 100}} for name, number in files.items()}
    return {"meta": {}, "files": summaries, "totals": {"percent_covered": 99.9}}


def load_test(**values: float) -> dict[str, Any]:
    """A load test of one endpoint."""
    return {"version": 1, "measurements": [{"name": "GET /", "kind": "endpoint", **values}]}


def sarif(level: str, cwe: int) -> dict[str, Any]:
    """A scanner's run with one result."""
    rule = {"id": "x", "properties": {"tags": [f"external/cwe/cwe-{cwe:03}"]}}
    driver = {"name": "Scanner", "rules": [rule]}
    results = [{"ruleId": "x", "level": level, "message": {"text": "x"}}]
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def audit(*advisories: str) -> dict[str, Any]:
    """pip-audit's report on one dependency."""
    return {"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": each} for each in advisories]}]}


def bandit(severity: str, lines: int = 10) -> dict[str, Any]:
    """bandit's report with one finding."""
    result = {"filename": "a.py", "issue_severity": severity, "issue_text": "x", "test_id": "B1"}
    return {"errors": [], "metrics": {"_totals": {"loc": lines}}, "results": [result]}


PYRIGHT = {"generalDiagnostics": [], "summary": {"filesAnalyzed": 0, "errorCount": 0}}
QUICK = 'evidence = ["load-test"], statistic = "p95", maximum = 200'
WAYS = [
    ('evidence = ["junit"]', "junit.xml", JUNIT, "met"),
    ('evidence = ["junit"]', "junit.xml", "<testsuite/>", "evidence missing"),
    ('evidence = ["junit"]', "junit.xml", JUNIT.replace("/></", "><skipped/></testcase></"), "evidence missing"),
    ('evidence = ["junit"]', "junit.xml", JUNIT.replace("/></", "><failure/></testcase></"), "violated"),
    ('evidence = ["junit"]', "junit.xml", "<testsuite><error/></testsuite>", "evidence missing"),
    ('evidence = ["junit"], tests = 2', "junit.xml", JUNIT, "violated"),
    ('evidence = ["junit"], suites = ["*integration*"]', "junit.xml", JUNIT, "evidence missing"),
    ('evidence = ["junit"], suites = ["*Na*"]', "junit.xml", JUNIT, "met"),
    ('evidence = ["coverage"], minimum = 90', "coverage.json", coverage(80), "met"),
    ('evidence = ["coverage"], minimum = 90', "coverage.json", coverage(79), "violated"),
    ('evidence = ["coverage"], minimum = 90', "coverage.json", coverage(100, "elsewhere.py"), "evidence missing"),
    ('evidence = ["coverage"], paths = { "a.py" = 90 }', "coverage.json", coverage(80), "violated"),
    ('evidence = ["coverage"], paths = { "tests/" = 90 }', "coverage.json", coverage(80), "met"),
    ('evidence = ["coverage"], paths = { "none/" = 90 }', "coverage.json", coverage(80), "evidence missing"),
    ('evidence = ["mypy", "pyright"]', "pyright.json", PYRIGHT, "evidence missing"),
    ('evidence = ["mypy", "pyright"]', "mypy.txt", "Success: no issues found in 3 source files\n", "met"),
    ('evidence = ["mypy", "pyright"]', "mypy.json", "", "evidence missing"),
    ('evidence = ["ruff"]', "ruff.json", [], "met"),
    ('evidence = ["ruff"]', "ruff.json", [{"code": "E1", "filename": "a.py", "message": "x"}], "violated"),
    ('evidence = ["ruff"], codes = ["S"]', "ruff.json", [{"code": "E1", "filename": "a.py", "message": ""}], "met"),
    ('evidence = ["sarif"]', "x.sarif", sarif("warning", 89), "violated"),
    ('evidence = ["sarif"], level = "error"', "x.sarif", sarif("warning", 89), "met"),
    ('evidence = ["sarif"], cwe = 89', "x.sarif", sarif("error", 89), "violated"),
    ('evidence = ["sarif"], cwe = 89', "x.sarif", sarif("error", 79), "met"),
    ('evidence = ["bandit"]', "bandit.json", bandit("LOW"), "met"),
    ('evidence = ["bandit"]', "bandit.json", bandit("MEDIUM"), "violated"),
    ('evidence = ["bandit"]', "bandit.json", bandit("LOW", 0), "evidence missing"),
    ('evidence = ["pip-audit"]', "pip-audit.json", audit(), "met"),
    ('evidence = ["pip-audit"]', "pip-audit.json", audit("PYSEC-1"), "violated"),
    ('evidence = ["pip-audit"]', "pip-audit.json", {"dependencies": []}, "evidence missing"),
    (QUICK, "load-test.json", load_test(count=9, p95=200), "met"),
    (QUICK, "load-test.json", load_test(count=9, p95=201), "violated"),
    (QUICK, "load-test.json", load_test(count=9, p99=1), "evidence missing"),
    ('evidence = ["load-test"]', "load-test.json", load_test(count=0), "evidence missing"),
    ('evidence = ["load-test"]', "load-test.json", load_test(count=9, errors=0.5), "violated"),
    ('evidence = ["load-test"], kind = "query"', "load-test.json", load_test(count=9), "evidence missing"),
    ('ruff = ["S3"], open = true', "ruff.json", [{"code": "S304", "filename": "a.py", "message": "x"}], "violated"),
    ('ruff = ["S3"], open = true', "ruff.json", [], "open"),
]  # fmt: skip


@pytest.mark.parametrize(("way", "path", "text", "expected"), WAYS)
def test_evidence_is_weighed(cli: Callable[..., Told], way: str, path: str, text: Any, expected: str) -> None:
    """Thresholds hold to the last digit, and what looked at nothing shows nothing."""
    plant("a.py", CLEAN, age=60)
    plant(path, text)
    clause = own(cli, f"{{ {way} }}")
    assert status(clause) == expected, clause


def test_all_formats_that_are_there_have_to_agree(cli: Callable[..., Told]) -> None:
    """One clean type checker does not outweigh another one that found something."""
    plant("a.py", CLEAN, age=60)
    plant("mypy.txt", "Success: no issues found in 3 source files\n")
    error = {"file": "a.py", "severity": "error", "message": "x"}
    plant("pyright.json", {"generalDiagnostics": [error], "summary": {"filesAnalyzed": 1, "errorCount": 1}})
    assert status(own(cli, '{ evidence = ["mypy", "pyright"] }')) == "violated"


def test_broken_evidence_fails_the_run(cli: Callable[..., Told]) -> None:
    """It is told on standard error with its remedy; the clause is not met, and no traceback is shown."""
    plant("a.py", CLEAN, age=60)
    plant("ruff.json", "[{")
    plant("policy/own.toml", OWN.replace("{way}", '{ evidence = ["ruff"] }'))
    told = cli("policy", "--standard", "policy/own.toml", "--format", "json")
    assert told.code == 1
    assert status(told.clauses["own/a"]) == "evidence missing"
    assert "prodlint: ruff.json: ruff evidence: not valid JSON in line 1, column 3" in told.err
    assert len(json.loads(told.out)["problems"]) == 1


def test_where_evidence_is_can_be_told(cli: Callable[..., Told]) -> None:
    """Patterns count from the configuration, and take the place of the usual ones."""
    plant("a.py", CLEAN, age=60)
    plant("prodlint.toml", '[evidence]\njunit = ["out/**/*.xml"]\n')
    plant("junit.xml", JUNIT.replace("/></", "><failure/></testcase></"))
    plant("out/unit/a.xml", JUNIT)
    plant("out/api/b.xml", JUNIT)
    clause = own(cli, '{ evidence = ["junit"] }')
    assert (clause["status"], clause["reason"]) == ("met", "out/api/b.xml and 1 more: 2 tests passed")


def test_what_prodlint_wrote_itself_is_no_evidence(cli: Callable[..., Told]) -> None:
    """Its own report beside the code must not vouch for it."""
    plant("a.py", CLEAN, age=60)
    assert cli("--output", "sarif=x.sarif", "-q").code == 0
    assert status(own(cli, '{ evidence = ["sarif"] }')) == "evidence missing"


def test_more_evidence_than_anybody_meant_is_refused(cli: Callable[..., Told]) -> None:
    """To read the first thousand only would be to choose what is shown."""
    plant("a.py", CLEAN, age=60)
    for number in range(1_001):
        plant(f"out/{number}.xml", JUNIT)
    plant("prodlint.toml", '[evidence]\njunit = ["out/*.xml"]\n')
    clause = own(cli, '{ evidence = ["junit"] }')
    assert (status(clause), clause["reason"]) == ("evidence missing", "junit evidence: 1,001 files match out/*.xml")


# How old evidence may be


def git(*arguments: str) -> str:
    """Run git in the current directory."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(age: float) -> str:
    """Commit all files, some seconds ago; the commit's name."""
    moment = f"{int(time.time() - age)} +0000"
    git("add", "-A")
    environment = {**os.environ, "GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment}
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "commit", "-qm", "x"], env=environment, check=True)
    return git("rev-parse", "HEAD")


TESTS = '{ evidence = ["junit"] }'


def test_files_that_are_newer_make_evidence_stale(cli: Callable[..., Told]) -> None:
    """Without git, times decide."""
    plant("a.py", CLEAN, age=60)
    plant("junit.xml", JUNIT, age=30)
    assert status(own(cli, TESTS)) == "met"
    plant("b.py", CLEAN, age=10)
    clause = own(cli, TESTS)
    assert (clause["status"], clause["reason"]) == ("stale", "junit.xml: b.py is newer")


def test_a_copy_is_as_old_as_what_it_records(cli: Callable[..., Told]) -> None:
    """A report that was fetched from somewhere has the time of its fetching."""
    plant("a.py", CLEAN, age=60)
    plant("junit.xml", JUNIT.replace("<testsuite ", '<testsuite timestamp="2020-01-01T00:00:00Z" '))
    assert status(own(cli, TESTS)) == "stale"


def test_a_checkout_makes_nothing_newer(cli: Callable[..., Told]) -> None:
    """What git has unchanged is as old as its commit, though the file was written just now."""
    git("init", "-q")
    plant("a.py", CLEAN)
    commit(age=600)
    plant("junit.xml", JUNIT, age=300)
    assert status(own(cli, TESTS)) == "met"
    plant("a.py", CLEAN + "x = 1\n")
    assert status(own(cli, TESTS)) == "stale"


def test_committed_evidence_is_about_the_code_of_its_commit(cli: Callable[..., Told]) -> None:
    """A checkout writes files in any order, and later than both were made."""
    git("init", "-q")
    plant("a.py", CLEAN)
    plant("junit.xml", JUNIT)
    commit(age=600)
    plant("junit.xml", JUNIT, age=900)
    assert status(own(cli, TESTS)) == "met"
    plant("a.py", CLEAN + "x = 1\n")
    commit(age=300)
    plant("junit.xml", JUNIT, age=900)
    assert status(own(cli, TESTS)) == "stale"


def test_the_commit_that_evidence_records_decides(cli: Callable[..., Told]) -> None:
    """Whatever the times: what differs between it and the working tree is newer."""
    git("init", "-q")
    plant("a.py", CLEAN)
    first = commit(age=600)
    recorded = JUNIT.replace(
        "<testcase", f'<properties><property name="commit" value="{first}"/></properties><testcase'
    )
    plant("junit.xml", recorded)
    assert status(own(cli, TESTS)) == "met"
    plant("README", "x")
    commit(age=300)
    assert status(own(cli, TESTS)) == "met"
    plant("a.py", CLEAN + "x = 1\n", age=1000)
    clause = own(cli, TESTS)
    assert (clause["status"], clause["reason"]) == ("stale", f"junit.xml: a.py has changed since commit {first[:12]}")
    plant("a.py", CLEAN)
    plant("junit.xml", recorded.replace(first, "0" * 40))
    assert "git does not know here" in own(cli, TESTS)["reason"]


def test_evidence_about_dependencies_ages_with_them(cli: Callable[..., Told]) -> None:
    """An audit of dependencies says nothing about the code; and new advisories appear every day."""
    plant("requirements.txt", "x==1\n", age=300)
    plant("pip-audit.json", audit(), age=200)
    plant("a.py", CLEAN)
    assert status(own(cli, '{ evidence = ["pip-audit"] }')) == "met"
    plant("requirements.txt", "x==2\n")
    assert status(own(cli, '{ evidence = ["pip-audit"] }')) == "stale"
    plant("requirements.txt", "x==1\n", age=10 * 86_400)
    plant("pip-audit.json", audit(), age=9 * 86_400)
    assert status(own(cli, '{ evidence = ["pip-audit"], days = 7 }')) == "stale"


def test_a_time_in_the_future_is_none(cli: Callable[..., Told]) -> None:
    """Evidence that is newer than anything will ever be would stay fresh for ever."""
    plant("a.py", CLEAN)
    plant("junit.xml", JUNIT, age=-3 * 86_400)
    assert status(own(cli, TESTS)) == "stale"


# Gates and exit codes


def test_a_gate_opens_when_its_clauses_hold(cli: Callable[..., Told]) -> None:
    """What is missing keeps it shut; what prodlint cannot judge yet only where all is asked for."""
    plant("prodlint.toml", '[gates]\nnightly = ["gates/tests", "vulnerabilities/csrf"]\n')
    plant("a.py", CLEAN, age=60)
    assert cli("gate", "nightly").code == 1
    plant("junit.xml", JUNIT)
    told = cli("gate", "nightly")
    assert told.code == 0
    assert told.out.endswith("gate nightly: 2 clauses: 1 met, 1 open\n")
    assert cli("gate", "nightly", "--require-all").code == 1


def test_a_gate_of_which_nothing_can_be_judged_stays_shut(cli: Callable[..., Told]) -> None:
    """It would otherwise open on nothing."""
    plant("prodlint.toml", '[gates]\nnightly = ["vulnerabilities/csrf"]\n')
    plant("a.py", CLEAN)
    assert cli("gate", "nightly").code == 1


def test_an_unknown_gate(cli: Callable[..., Told]) -> None:
    """The nearest one is named."""
    told = cli("gate", "before-deploymnt")
    assert (told.code, told.out) == (2, "")
    assert "did you mean `before-deployment`?" in told.err


def test_exit_codes(cli: Callable[..., Told]) -> None:
    """0 where nothing is violated, 1 with `--require-all` while something is missing, 2 for a faulty configuration."""
    plant("a.py", CLEAN)
    plant("policy/own.toml", OWN.replace("{way}", '{ evidence = ["junit"] }'))
    plant("prodlint.toml", 'standards = ["policy/own.toml"]\n')
    assert cli("policy").code == 0
    assert cli("policy", "--require-all").code == 1
    assert cli("policy", "--standard", "priority-0").code == 1
    assert cli("policy", "none.py").code == 2
    plant("prodlint.toml", 'standards = ["none"]\n')
    told = cli("policy")
    assert (told.code, told.out) == (2, "")


def test_both_standards_are_judged(cli: Callable[..., Told]) -> None:
    """Clauses that stand on those of another standard need not have it named."""
    plant("a.py", BARE)
    clauses = judged(cli, "--standard", "priority-0")
    assert all(name.startswith("priority-0/") for name in clauses)
    assert status(clauses["priority-0/completion/error-handling"]) == "violated"
    assert len(judged(cli, "--standard", "priority-0,production-standards")) == 195


def test_a_plain_check_loads_nothing_of_it(cli: Callable[..., Told], tmp_path: Path) -> None:
    """Whoever does not ask for the policy does not pay for it."""
    import sys

    plant("prodlint.toml", 'standards = ["priority-0"]\n')
    plant("a.py", CLEAN)
    paths = [path for path in sys.path if path]
    script = (
        f"import sys; sys.path[:0] = {paths!r}; from prodlint.hosts.cli import main; main([]); "
        "print([name for name in sys.modules if name.startswith(('prodlint.policy', 'prodlint.evidence'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PATTERNS = [
    "/docs/a*",
    "docs/a.md",
    "docs/",
    "/docs",
    "*.md",
    "/*.md",
    "**/docs/*.md",
    "d?cs/*",
    "[d]ocs/a.md",
    "docs/**",
]


@pytest.mark.parametrize("pattern", [(each,) for each in PATTERNS] + [("/docs/*", "!docs/a.md"), ("/x", "*.py")])
def test_directories_that_cannot_match_are_passed_over(pattern: tuple[str, ...]) -> None:
    """It saves most of the time of a check, and must not cost a file."""
    from prodlint.config.patterns import Patterns
    from prodlint.project.files import Files, ProjectFile

    paths = ["a.md", "docs/a.md", "docs/b/a.md", "src/docs/a.md", "src/a.py", "x/a.py", "docs.md"]
    files = Files(tuple(ProjectFile(path, path, path) for path in sorted(paths)))
    plain = Patterns(pattern)
    expected = [path for path in sorted(paths) if plain.match(*_split(path))]
    assert [file.path for file in files.matching(pattern)] == expected


def _split(path: str) -> tuple[str, str]:
    directory, slash, name = path.rpartition("/")
    return directory + slash, name


# Two small services, each once as the standards want it and once not

SERVICES = Path(__file__).resolve().parent / "projects"


def service(name: str, cli: Callable[..., Told], root: Path) -> Told:
    """What is told of a service in a repository of its own, in which its reports are committed with its code."""
    import shutil

    shutil.rmtree(root)
    shutil.copytree(SERVICES / name, root)
    os.chdir(root)
    git("init", "-q")
    git("add", "-f", "-A")
    commit(age=0)
    return cli("policy", "--format", "json")


@pytest.mark.parametrize("name", ["flask-good", "fastapi-good"])
def test_a_service_that_keeps_the_standards(cli: Callable[..., Told], tmp_path: Path, name: str) -> None:
    """Nothing is violated or stale, all that tools can show is met, and the rest waits for somebody's word."""
    told = service(name, cli, tmp_path)
    counts = json.loads(told.out)["counts"]
    assert told.code == 0, told.err
    assert (counts["violated"], counts["stale"], counts["expired"]) == (0, 0, 0)
    for each in ("gates/tests", "gates/coverage", "gates/lint", "gates/types", "gates/security-scan", "latency/api"):
        assert status(told.clauses[f"production-standards/{each}"]) == "met"
    missing = [each for each in told.clauses.values() if each["status"] == "evidence missing"]
    assert all("nobody vouches for it" in each["reason"] or each["shown_by"] for each in missing)


@pytest.mark.parametrize("name", ["flask-bad", "fastapi-bad"])
def test_a_service_that_violates_them(cli: Callable[..., Told], tmp_path: Path, name: str) -> None:
    """Nothing at all is met, and what can be seen is violated, with its places."""
    told = service(name, cli, tmp_path)
    assert told.code == 1
    assert not [each["clause"] for each in told.clauses.values() if each["status"] in ("met", "attested")]
    violated = [each for each in told.clauses.values() if each["status"] == "violated"]
    assert len(violated) > 70
    assert all(each["findings"] and each["worst"] for each in violated)
