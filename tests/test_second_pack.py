"""A third party's pack, built as a wheel and installed: what its rules find, fix and say is what prodlint's own do."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import prodlint_rules
import pytest

import prodlint

if TYPE_CHECKING:
    from collections.abc import Callable

PACK = Path(__file__).parent / "packs/harbour-rules"
HOMES = [str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules)]
SHIP = """\
import os
from datetime import datetime


def sail(dock):
    if not dock:
        exit(1)
    for ship in dock:
        if ship:
            with ship:
                if os.name:
                    return datetime.now()
"""

if importlib.util.find_spec("hatchling") is None:
    pytest.skip("hatchling, which builds the pack's wheel, is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack's wheel, built by its own build backend without a network."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=PACK, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The directory that pip has installed the wheel into, and nothing else."""
    target = wheel.parent / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile", "--target"]
    subprocess.run([*pip, str(target), str(wheel)], check=True, capture_output=True)
    return target


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run prodlint in a project that names the pack."""
    (tmp_path / "ship.py").write_text(SHIP)
    (tmp_path / "prodlint.toml").write_text(
        'plugins = ["harbour_rules"]\nselect = ["times", "programs", "deep-nesting"]\n'
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*HOMES, str(installed)])}
    environment["PRODLINT_CACHE_DIR"] = str(tmp_path / ".cache")

    def prodlint(*given: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "prodlint", *given]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return prodlint


def test_the_wheel_holds_the_pack_and_nothing_else(wheel: Path) -> None:
    """Fixtures and tests stay at home."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"harbour_rules", "harbour_rules-1.2.0.dist-info"}
    assert "harbour_rules/py.typed" in names


def test_an_installed_pack_reports_beside_the_others(run: Any) -> None:
    """With facts, with a visitor of the whole tree, with its own severities; the same from the cache."""
    expected = [
        "ship.py:7:9: HRB102 exit-call `exit` is made for the prompt",
        "ship.py:11:17: HRB201 deep-nesting the block stands within 3 others",
        "ship.py:12:28: HRB101 naive-datetime `now` without a time zone gives a local time that does not say so",
    ]
    for _ in range(2):
        done = run("--format", "text", "ship.py")
        assert (done.returncode, done.stdout.splitlines()) == (1, expected), done.stderr
    report = json.loads(run("--format", "json", "ship.py").stdout)
    fixes = {violation["name"]: violation["fix"] for violation in report["violations"]}
    assert fixes["exit-call"]["safety"] == "safe"


def test_an_installed_pack_is_configured_and_fixed(run: Any, tmp_path: Path) -> None:
    """Its options are checked like any, its fix is proved like any."""
    with (tmp_path / "prodlint.toml").open("a") as config:
        config.write('rules.deep-nesting.most = 4\nrules.naive-datetime.allowed-in = ["ship.py"]\n')
    done = run("--fix", "--format", "text", "ship.py")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    fixed = SHIP.replace("import os\n", "import os\nimport sys\n", 1).replace("exit(1)", "sys.exit(1)")
    assert (tmp_path / "ship.py").read_text() == fixed
    wrong = run("--config", "rules.deep-nesting.most='many'", "ship.py")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "`rules.deep-nesting.most` must be an integer" in wrong.stderr


def test_an_installed_pack_is_explained(run: Any) -> None:
    """Lists and pages know it where the project names it."""
    assert "HRB201" in run("rules").stdout
    page = run("explain", "HRB201").stdout
    assert page.startswith("# deep-nesting (HRB201)\n")
    assert "`most = 3`" in page


def test_the_packs_own_tests_pass() -> None:
    """They need nothing of ours but `prodlint.testing`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(HOMES)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=PACK, env=environment, capture_output=True, text=True, check=False)
    assert "8 passed" in done.stdout, done.stdout + done.stderr
