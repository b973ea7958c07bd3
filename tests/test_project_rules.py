"""The rules about a project's files: what each finds in its fixtures, and how such findings behave like all others.

``fixtures/<rule>/`` holds whole small projects: ``bad*`` ones, whose report stands in ``report.txt``, and ``good*``
ones, in which nothing may be found.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prodlint import check_paths
from prodlint.config.patterns import Patterns
from prodlint.hosts.cli import main
from prodlint.model import Severity
from prodlint.project.files import Files, ProjectFile
from prodlint.registry import built_in
from prodlint.report import View, render

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
RULES = [rule for rule in built_in().rules if rule.is_about_projects]
BAD = [path for rule in RULES for path in sorted((FIXTURES / rule.name).glob("bad*"))]
GOOD = [path for rule in RULES for path in sorted((FIXTURES / rule.name).glob("good*"))]


def staged(project: Path, folder: Path) -> Path:
    """A copy of a fixture's project as a repository of its own, in which git tracks everything."""
    copy = folder / "project"
    shutil.copytree(project, copy)
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    subprocess.run(["git", "add", "--all", "--force"], cwd=copy, check=True)
    return copy


def found_in(project: Path, monkeypatch: pytest.MonkeyPatch, **config: object):
    """The report on a project, checked as a whole."""
    monkeypatch.chdir(project)
    return check_paths(["."], config=config)


def case(path: Path) -> str:
    """What a fixture's project is called in the list of tests."""
    return path.relative_to(FIXTURES).as_posix()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_report(rule, tmp_path, monkeypatch, request):
    """Messages, places and order are what users read; `pytest --refresh-reports` writes what they have become."""
    shown = []
    for project in sorted((FIXTURES / rule.name).glob("bad*")):
        folder = tmp_path / project.name
        folder.mkdir()
        report = found_in(staged(project, folder), monkeypatch, select=[rule.name])
        assert not report.problems
        assert report.violations, f"nothing is found in {case(project)}"
        shown.append(f"{project.name}/\n" + "".join(render(report, "full", View(width=100))))
    expected = FIXTURES / rule.name / "report.txt"
    if request.config.getoption("--refresh-reports"):
        expected.write_text("\n".join(shown), encoding="utf-8")
    assert "\n".join(shown) == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("project", GOOD, ids=case)
def test_good(project, tmp_path, monkeypatch):
    """Nothing is found in what only looks like a violation."""
    report = found_in(staged(project, tmp_path), monkeypatch, select=[project.parent.name])
    assert not report.problems
    assert not report.violations


@pytest.mark.parametrize("project", BAD, ids=case)
def test_bad_with_other_newlines(project, tmp_path, monkeypatch):
    """The same places are found where lines end as on Windows and files begin with a byte order mark."""
    copy = staged(project, tmp_path)
    rule = project.parent.name
    before = [(v.path, v.span, v.message) for v in found_in(copy, monkeypatch, select=[rule]).violations]
    for path in copy.rglob("*"):
        if path.is_file() and ".git" not in path.parts and path.suffix != ".py":
            data = path.read_bytes()
            path.write_bytes((b"\xef\xbb\xbf" if data else b"") + data.replace(b"\n", b"\r\n"))
    after = [(v.path, v.span, v.message) for v in found_in(copy, monkeypatch, select=[rule]).violations]
    assert after == before


def test_they_run_only_where_they_are_selected(tmp_path, monkeypatch):
    """A linter of Python code that suddenly speaks of containers would be switched off."""
    (tmp_path / "Dockerfile").write_text("FROM python\n")
    assert not found_in(tmp_path, monkeypatch).violations
    named = found_in(tmp_path, monkeypatch, **{"extend-select": ["unpinned-base-image"]})
    assert [violation.rule for violation in named.violations] == ["unpinned-base-image"]
    assert not found_in(tmp_path, monkeypatch, select=["ALL"]).violations
    family = found_in(tmp_path, monkeypatch, select=["project"])
    assert {"unpinned-base-image", "missing-document"} <= {violation.rule for violation in family.violations}


def test_findings_are_like_any_other(tmp_path, monkeypatch):
    """Severity, per-file ignores and excludes of the configuration hold for files that are not Python, too."""
    (tmp_path / "old").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM python\n")
    (tmp_path / "old" / "Dockerfile").write_text("FROM python\n")
    rule = "unpinned-base-image"
    report = found_in(tmp_path, monkeypatch, select=[rule], rules={rule: {"severity": "info"}})
    assert [(v.path, v.severity) for v in report.violations] == [
        ("Dockerfile", Severity.INFO),
        ("old/Dockerfile", Severity.INFO),
    ]
    ignored = found_in(tmp_path, monkeypatch, select=[rule], **{"per-file-ignores": {"old/": [rule]}})
    assert [violation.path for violation in ignored.violations] == ["Dockerfile"]
    excluded = found_in(tmp_path, monkeypatch, select=[rule], exclude=["old/"])
    assert [violation.path for violation in excluded.violations] == ["Dockerfile"]


def test_a_part_of_the_project_lacks_nothing(tmp_path, monkeypatch):
    """Whoever checks one folder has not asked whether the project has a changelog."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Dockerfile").write_text("FROM python\n")
    (tmp_path / "pyproject.toml").write_text("[tool.prodlint]\nselect = ['project']\n")
    monkeypatch.chdir(tmp_path)
    part = {violation.rule for violation in check_paths(["src"]).violations}
    whole = {violation.rule for violation in check_paths(["."]).violations}
    assert part == {"container-runs-as-root", "unpinned-base-image", "container-without-health-check"}
    assert whole > part
    assert {"missing-document", "malformed-changelog"} <= whole


def test_a_document_names_its_own_clauses(tmp_path, monkeypatch):
    """A missing runbook says nothing of the page about security: each is told of the clause that asks for it."""
    violations = found_in(tmp_path, monkeypatch, select=["missing-document"]).violations
    clauses = {violation.path: violation.policy for violation in violations}
    assert clauses["docs/runbook.md"] == ("production-standards/gates/rollback-plan",)
    assert clauses["docs/security.md"] == ("priority-0/documentation/security",)


def test_options_of_documents(tmp_path, monkeypatch):
    """A project says which documents it must have and where they are; what it cannot have meant is told."""
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "nights.md").write_text("Call the owner.\n")

    def checked(**options: object):
        return found_in(tmp_path, monkeypatch, select=["missing-document"], rules={"missing-document": options})

    assert not checked(required=["runbook"], places=["runbook=ops/*.md"]).violations
    assert [violation.path for violation in checked(required=["security"]).violations] == ["docs/security.md"]
    (problem,) = checked(places=["nightbook=ops/*.md"]).problems
    assert "`nightbook=ops/*.md` is not `DOCUMENT=PATTERN`" in problem.message
    assert problem.remedy == "mend `rules.missing-document.places` in the configuration"


def test_a_ticket_is_what_the_project_calls_one(tmp_path, monkeypatch):
    """The pattern is the project's; one that is no expression is told of."""
    (tmp_path / "CHANGELOG.md").write_text("## 1.0.0 - 2026-01-01\n\n### Added\n- Orders (order/17).\n")
    rule = "change-without-ticket"

    def checked(pattern: str):
        return found_in(tmp_path, monkeypatch, select=[rule], rules={rule: {"pattern": pattern}})

    assert not checked(r"order/\d+").violations
    assert checked(r"bill/\d+").violations
    (problem,) = checked("(").problems
    assert "no regular expression" in problem.message


HOSTILE = {
    "binary": b"\xff\xfe\x00apiVersion: v1\nkind: Pod\n",
    "deep": b"apiVersion: v1\nkind: Pod\nspec: " + b"[" * 100_000,
    "aliases": b"apiVersion: v1\nkind: Pod\na: &a [x]\n"
    + b"".join(b"%c: &%c [*%c,*%c,*%c,*%c]\n" % (c, c, *[c - 1] * 4) for c in range(ord("b"), ord("z"))),
    "tag": b"apiVersion: v1\nkind: Pod\nspec: !!python/object/apply:os.system ['touch here']\n",
    "broken": b"apiVersion: v1\nkind: Pod\nspec: {a: [\n",
    "huge": b"apiVersion: v1\nkind: Pod\n" + b"# padding\n" * 500_000,
    "null": b"apiVersion: v1\nkind: Pod\nspec:\n",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_manifests(name, tmp_path, monkeypatch):
    """What cannot be read is a violation of its own, never a crash, an execution or a file that counts as clean."""
    (tmp_path / "pod.yaml").write_bytes(HOSTILE[name])
    report = found_in(tmp_path, monkeypatch, select=["container-without-limits"])
    assert not report.problems
    assert not (tmp_path / "here").exists()
    codes = [violation.code for violation in report.violations]
    assert codes == (["PRD900"] if name in ("binary", "deep", "broken", "huge") else [])


def test_a_template_is_accounted_for(tmp_path, monkeypatch):
    """A template of a manifest is not checked, and said to be skipped: it is neither clean nor broken."""
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\n{{- if .Values.on }}\nspec: {}\n{{- end }}\n")
    report = found_in(tmp_path, monkeypatch, select=["container-without-limits"])
    assert not report.violations
    assert [tuple(skipped) for skipped in report.skipped] == [("pod.yaml", "a template: render it to have it checked")]


@pytest.mark.parametrize("text", ["FROM\n", "FROM a b c d\n", "FOO bar\n", "RUN <<EOF\nnever ends\n"])
def test_broken_dockerfiles(text, tmp_path, monkeypatch):
    """A Dockerfile that Docker would refuse is a violation, with the parser's reason."""
    (tmp_path / "Dockerfile").write_text(text)
    report = found_in(tmp_path, monkeypatch, select=["unpinned-base-image", "container-runs-as-root"])
    assert not report.problems
    if text.startswith("FROM a"):
        return  # BuildKit's parser leaves the number of words to the builder
    assert {violation.code for violation in report.violations} <= {"PRD900"}


def test_empty_dockerfile(tmp_path, monkeypatch):
    """A Dockerfile without an instruction builds nothing that could be wrong."""
    (tmp_path / "Dockerfile").write_text("# nothing yet\n")
    report = found_in(tmp_path, monkeypatch, select=["PRD81"])
    assert not report.violations
    assert not report.problems


def test_without_the_parser(tmp_path, monkeypatch):
    """Where the parser of Dockerfiles is not installed, the run says so and does not call the file clean."""
    (tmp_path / "Dockerfile").write_text("FROM python\n")
    monkeypatch.setitem(sys.modules, "dockerfile", None)
    report = found_in(tmp_path, monkeypatch, select=["PRD81"])
    assert not report.violations
    (problem,) = report.problems
    assert problem[:2] == ("missing-extra", "Dockerfiles are not checked: there is no parser for them here")
    rules = "container-runs-as-root,unpinned-base-image,container-without-health-check,secret-in-image"
    assert problem.remedy == f"`pip install 'prodlint[project]'`, or `--ignore {rules}`"


def test_private_keys_in_the_repository(tmp_path, monkeypatch):
    """A key is told by what the file holds, in a repository only, and not among the tests."""
    key = "-----BEGIN {} KEY-----\nZmFrZQ==\n-----END {} KEY-----\n"
    project = tmp_path / "project"
    (project / "tests").mkdir(parents=True)
    for path in ("server.key", "deploy_ed25519", "tests/server.key"):
        (project / path).write_text(key.format("OPENSSH PRIVATE", "OPENSSH PRIVATE"))
    (project / "public.pem").write_text(key.format("PUBLIC", "PUBLIC"))
    (project / "robot.json").write_text(
        json.dumps({"type": "service_account", "private_key": key.format("PRIVATE", "PRIVATE")})
    )
    report = found_in(project, monkeypatch, select=["env-file-committed"])
    assert not report.violations
    assert [tuple(skipped) for skipped in report.skipped] == [(".", "git cannot tell which files are tracked")]
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    assert not found_in(project, monkeypatch, select=["env-file-committed"]).violations
    subprocess.run(["git", "add", "--all"], cwd=project, check=True)
    found = found_in(project, monkeypatch, select=["env-file-committed"]).violations
    assert [violation.path for violation in found] == ["deploy_ed25519", "robot.json", "server.key"]


def test_ignored_and_yet_tracked(tmp_path, monkeypatch):
    """A file that was tracked before it was ignored is still in everybody's clone."""
    (tmp_path / ".env").write_text("MODE=live\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    found = found_in(tmp_path, monkeypatch, select=["env-file-committed"]).violations
    assert [violation.path for violation in found] == [".env"]


def test_no_output_holds_the_secret(tmp_path, monkeypatch):
    """A credential in a Dockerfile is in no format of the report."""
    secret = "not-a-Real-One-9031-" + "k3x9" * 4
    (tmp_path / "Dockerfile").write_text(f'FROM scratch\nENV A=1 DB_PASSWORD="{secret}"\n')
    report = found_in(tmp_path, monkeypatch, select=["project"])
    assert "secret-in-image" in {violation.rule for violation in report.violations}
    for format_name in ("text", "full", "json", "sarif", "html", "markdown", "gitlab"):
        assert secret not in "".join(render(report, format_name, View()))


def test_on_the_command_line(tmp_path):
    """The command line reports them in order among the others, knows them in a baseline, and exits with 1."""
    (tmp_path / "app.py").write_text('"""An app."""\n\ntry:\n    pass\nexcept:\n    raise\n')
    (tmp_path / "Dockerfile").write_text("FROM python\n")
    (tmp_path / "pyproject.toml").write_text("[tool.prodlint]\nselect = ['bare-except', 'unpinned-base-image']\n")
    command = [sys.executable, "-m", "prodlint", "--no-cache"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run("--format", "text", ".")
    assert done.returncode == 1, done.stderr
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["Dockerfile:1:1", "app.py:5:1"]
    subprocess.run([sys.executable, "-m", "prodlint", "baseline"], cwd=tmp_path, check=True, capture_output=True)
    again = run(".")
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize(
    "patterns",
    [
        ("Dockerfile", "*.[Dd]ockerfile", "!*.md"), ("docs/",), ("/docs/**/adr/*.*",), ("**/migrations/**/*.py",),
        ("docs/**",), ("**",), ("a**b",), (r"\!x",), ("[^a]b*",), ("[!a]b*", "!bb"), ("docs/*", "!docs/adr/"), ("/",),
    ],
)  # fmt: skip
def test_files_are_found_as_if_each_was_tried(patterns):
    """What is left out beforehand is what no pattern matches."""
    parts = ("docs", "adr", "Dockerfile", "x.Dockerfile", "a.md", "migrations", "a.py", "!x", "bb", "ab", "axb")
    paths = sorted({"/".join(each) for depth in (1, 2, 3) for each in itertools.product(parts, repeat=depth)})
    tried = Patterns(patterns).match
    expected = [path for path in paths if tried(path[: path.rfind("/") + 1], path.rpartition("/")[2])]
    found = Files(tuple(ProjectFile(path, path, path) for path in paths)).matching(patterns)
    assert [file.path for file in found] == expected


def test_a_project_without_python(tmp_path, monkeypatch, capsys):
    """What its other files violate counts, whether or not there is a Python file beside them."""
    monkeypatch.chdir(tmp_path)
    Path("Dockerfile").write_text("FROM python:3.13.1-slim\n", encoding="utf-8")
    assert main(["--isolated", "--select", "container-runs-as-root", "--format", "text"]) == 1
    assert capsys.readouterr().out.startswith("Dockerfile:1:1: PRD811 ")


def test_a_subfolder_names_paths_from_where_it_is(tmp_path, monkeypatch):
    """From below the root, what is missing is named by the way to where it should be."""
    (tmp_path / "src").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.prodlint]\nselect = ['malformed-changelog']\n")
    monkeypatch.chdir(tmp_path / "src")
    assert [v.path for v in check_paths([".."]).violations] == [os.path.join("..", "CHANGELOG.md")]
