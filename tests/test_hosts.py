"""prodlint in other programs: flake8's plugin, pre-commit's hooks, the action of a forge and a pipeline's job."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import prodlint_rules
import pytest

import prodlint

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
HOMES = [str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules)]
FAULTY = '"""A module."""\ntry:\n    x = 1\nexcept:\n    raise\nprint("é"); print(2)\n'


def run(directory: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a directory, with prodlint to be found, and settings of no user."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(HOMES), "HOME": str(directory.parent), **variables}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


# --- flake8


@pytest.fixture
def flake8(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the real flake8 with the plugin in a project of one file."""
    if importlib.util.find_spec("flake8") is None:
        pytest.skip("flake8 is not installed")
    (tmp_path / "cart.py").write_text(FAULTY, encoding="utf-8")
    config = "[flake8]\nselect = PRD,E722\n"
    points = importlib.metadata.entry_points(group="flake8.extension")
    if not any(point.value.startswith("prodlint") for point in points):  # it was installed before it had a plugin
        config += "[flake8:local-plugins]\nextension =\n  PRD = prodlint.hosts.flake8:Flake8Plugin\n"
    (tmp_path / ".flake8").write_text(config)
    return lambda *given: run(tmp_path, sys.executable, "-m", "flake8", *(given or ("cart.py",)))


def test_the_plugin_is_an_entry_point() -> None:
    """flake8 finds it by the letters that its codes begin with."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points."flake8.extension"]\nPRD = "prodlint.hosts.flake8:Flake8Plugin"\n' in text


def test_flake8_reports_what_prodlint_finds(flake8: Any) -> None:
    """Beside its own, with positions in characters, in one report and one exit code."""
    done = flake8()
    assert (done.returncode, done.stderr) == (1, "")
    shown = [line.split(" ")[:2] for line in done.stdout.splitlines()]
    assert sorted(shown) == [
        ["cart.py:4:1:", "E722"],
        ["cart.py:4:1:", "PRD101"],
        ["cart.py:6:13:", "PRD201"],
        ["cart.py:6:1:", "PRD201"],
    ]


def test_flake8_selects_and_ignores(flake8: Any, tmp_path: Path) -> None:
    """By prefixes of codes, on the command line, by file, and by comments of either kind."""
    assert {line.split()[1] for line in flake8("--select", "PRD2", "cart.py").stdout.splitlines()} == {"PRD201"}
    assert "PRD201" not in flake8("--extend-ignore", "PRD201", "cart.py").stdout
    assert "PRD" not in flake8("--per-file-ignores", "cart.py:PRD", "cart.py").stdout
    assert "PRD" not in flake8("--select", "E", "cart.py").stdout
    (tmp_path / "cart.py").write_text("print(1)  # noqa: PRD201\nprint(2)  # prodlint: allow print-call -- known\n")
    assert flake8("--extend-ignore", "PRD4", "cart.py").stdout == ""
    told = flake8("--disable-noqa", "--select", "PRD2", "cart.py").stdout
    assert [line.split(":")[1] for line in told.splitlines()] == ["1", "2"]


def test_flake8_uses_prodlints_configuration(flake8: Any, tmp_path: Path) -> None:
    """Rules that are off there are off here; what is wrong with it is told once, and ends the run."""
    (tmp_path / "prodlint.toml").write_text('ignore = ["print-call"]\n')
    assert "PRD201" not in flake8().stdout
    (tmp_path / "prodlint.toml").write_text('ignore = ["print-cal"]\nplugins = ["acme_rules"]\n')
    done = flake8()
    assert done.returncode == 1
    assert "pack `acme_rules` is not installed" in done.stdout
    assert "cart.py" not in done.stdout


def test_flake8_takes_other_encodings_and_processes(flake8: Any, tmp_path: Path) -> None:
    """It hands over text: positions and findings must be those of the file."""
    (tmp_path / "latin.py").write_bytes('# coding: latin-1\n"""é."""\nx = "é"; print(1)\n'.encode("latin-1"))
    (tmp_path / "marked.py").write_bytes(b'\xef\xbb\xbf"""A module."""\nprint(1)\n')
    (tmp_path / "faulty.py").write_text("def f(:\n")
    done = flake8("--jobs", "2", "--extend-select", "E9", ".")
    assert "./latin.py:3:10: PRD201" in done.stdout
    assert "./marked.py:2:1: PRD201" in done.stdout
    assert "./faulty.py" in done.stdout
    assert "PRD900" not in done.stdout


# --- pre-commit


def hooks() -> list[dict[str, Any]]:
    """The hooks that the project offers."""
    yaml = pytest.importorskip("yaml")
    loaded: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return loaded


def git(directory: Path, *given: str) -> None:
    """Run git as nobody in particular."""
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *given], cwd=directory, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a faulty file, one that is excluded, and one of another language."""
    if importlib.util.find_spec("pre_commit") is None or shutil.which("git") is None:
        pytest.skip("pre-commit or git is not installed")
    folder = tmp_path / "shop"
    (folder / "generated").mkdir(parents=True)
    (folder / "cart.py").write_text(FAULTY, encoding="utf-8")
    (folder / "generated/x.py").write_text(FAULTY, encoding="utf-8")
    (folder / "notes.txt").write_text("except:\n")
    (folder / "prodlint.toml").write_text('exclude = ["generated/"]\nselect = ["bare-except"]\n')
    git(folder, "init", "--quiet")
    return folder


def pre_commit(folder: Path, config: str, *given: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the real pre-commit on all files of a repository."""
    (folder / ".pre-commit-config.yaml").write_text(config)
    git(folder, "add", "--all")
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", *given)
    return run(folder, *command, PRE_COMMIT_HOME=str(folder.parent / "store"), **variables)


def test_the_hooks_do_their_work(repository: Path) -> None:
    """Each hook as it is declared, but run by the Python at hand instead of one that pre-commit has to install."""
    declared = hooks()
    config = "repos:\n- repo: local\n  hooks:\n"
    for hook in declared:
        here = {**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"}
        config += "  - " + json.dumps(here) + "\n"
    checked = pre_commit(repository, config, "prodlint")
    assert checked.returncode == 1
    assert "cart.py:4:1: PRD101" in checked.stdout
    assert "generated" not in checked.stdout
    fixed = pre_commit(repository, config, "prodlint-fix")
    assert "files were modified by this hook" in fixed.stdout
    assert "except BaseException:" in (repository / "cart.py").read_text(encoding="utf-8")
    assert "except:" in (repository / "generated/x.py").read_text(encoding="utf-8")
    for hook in declared:
        assert pre_commit(repository, config, hook["id"]).returncode == 0


def test_pre_commit_installs_the_project(repository: Path) -> None:
    """From a repository, at a revision, as users name it; without a network, with what is installed here."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds prodlint, is not installed")
    source = repository.parent / "prodlint"
    for name in ("src", "rules"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "README.md", "pyproject.toml", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source / name)
    git(source, "init", "--quiet")
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "--message", "all")
    config = f"repos:\n- repo: {source}\n  rev: HEAD\n  hooks:\n  - id: prodlint\n"
    site = os.pathsep.join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    offline = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PYTHONPATH": site}
    offline["PIP_NO_COMPILE"] = "1"
    done = pre_commit(repository, config, **offline)
    if "Failed" not in done.stdout:
        pytest.skip(f"pre-commit cannot install here: {done.stdout[-300:]}{done.stderr[-300:]}")
    assert "cart.py:4:1: PRD101" in done.stdout, done.stdout + done.stderr


# --- Build servers


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with one faulty file, where `prodlint` and `pip` are programs."""
    programs = tmp_path / "prodlint/bin"
    programs.mkdir(parents=True)
    (programs / "prodlint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m prodlint "$@"\n')
    (programs / "pip").write_text("#!/bin/sh\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    (tmp_path / "project/src").mkdir(parents=True)
    (tmp_path / "project/src/cart.py").write_text(FAULTY, encoding="utf-8")
    return tmp_path / "project"


def documented(language: str) -> list[str]:
    """The blocks of the page about CI."""
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the action's steps are for bash")
def test_the_action_checks_and_annotates(shop: Path) -> None:
    """Its script, with its inputs as the forge hands them over: nothing in them is run by the shell."""
    yaml = pytest.importorskip("yaml")
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (script,) = [step["run"] for step in action["runs"]["steps"] if step.get("name") == "Check"]
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "inputs reach scripts as variables"
        assert run(shop, "bash", "-n", "-c", step.get("run", "")).returncode == 0
    inputs = {"PATHS": "src", "ARGS": "--select PRD101", "CHANGED_SINCE": "", "SARIF": "a report.sarif"}
    done = run(shop, "bash", "-e", "-c", script, RUNNER_TEMP=str(shop.parent), **inputs)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error ")
    assert "file=src/cart.py,line=4" in done.stdout
    assert json.loads((shop / "a report.sarif").read_text())["runs"][0]["results"]
    evil = {**inputs, "PATHS": "$(touch evil) src", "ARGS": "--select PRD101;touch evil", "SARIF": ""}
    assert run(shop, "bash", "-e", "-c", script, RUNNER_TEMP=str(shop.parent), **evil).returncode == 2
    assert not (shop / "evil").exists()
    variables = {name for step in action["runs"]["steps"] for name in step.get("env", {}).values()}
    used = set(re.findall(r"inputs\.([\w-]+)", str(variables) + str(action["runs"]["steps"][0])))
    assert used == set(action["inputs"])
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) == set(action["inputs"])


def test_the_gitlab_job_writes_its_report(shop: Path) -> None:
    """The commands of the page's job, and the file that it names."""
    yaml = pytest.importorskip("yaml")
    (job,) = [yaml.safe_load(block)["prodlint"] for block in documented("yaml") if block.startswith("prodlint:")]
    path = os.pathsep.join([str(shop.parent / "prodlint/bin"), os.environ["PATH"]])
    done = run(shop, "sh", "-e", "-c", "\n".join(job["script"]), PATH=path)
    assert done.returncode == 1, done.stderr
    report = json.loads((shop / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {entry["check_name"] for entry in report} >= {"PRD101"}


def test_the_pages_blocks_are_read_by_their_readers() -> None:
    """Hooks that exist, inputs that the action has, and settings that flake8 knows."""
    yaml = pytest.importorskip("yaml")
    blocks = [yaml.safe_load(block) for block in documented("yaml")]
    named = [hook["id"] for hook in blocks[0]["repos"][0]["hooks"]] + [hook["id"] for hook in blocks[1]]
    assert named == [hook["id"] for hook in hooks()]
    (step,) = [step for step in blocks[2]["jobs"]["prodlint"]["steps"] if "prodlint@" in step["uses"]]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(step["with"]) <= set(action["inputs"])
