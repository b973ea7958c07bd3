"""The programs on the page "prodlint inside your tool" do what it says, as they stand there."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import prodlint_rules
import pytest

import prodlint

PAGE = Path(__file__).resolve().parent.parent / "docs/embedding.md"
HOMES = [str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules)]
FAULTY = '"""A module."""\ntry:\n    import os\nexcept:\n    raise\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A directory with the page's programs."""
    text = PAGE.read_text(encoding="utf-8")
    for name, code in re.findall(r"^```python file=(\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(code, encoding="utf-8")
    return tmp_path


def python(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a directory, with prodlint to be found."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(HOMES)}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_check_in_the_test_run(programs: Path) -> None:
    """Every file is an item; one that breaks the policy fails with its lines, and the configuration counts."""
    (programs / "service.py").unlink()
    (programs / "fleet.py").unlink()
    (programs / "pyproject.toml").write_text('[tool.prodlint]\nselect = ["errors"]\n')
    (programs / "shop").mkdir()
    (programs / "shop/cart.py").write_text(FAULTY)
    (programs / "shop/clean.py").write_text("print(1)\n")
    # pytest-lsp, which comes with the development tools, cannot run items that are no functions.
    done = python(programs, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:pytest-lsp")
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "shop/cart.py:4: PRD101" in done.stdout
    assert "Traceback" not in done.stdout


CLIENT = """
import json, threading, urllib.error, urllib.request
import service

service.MEMORY = {memory}
server = service.ThreadingHTTPServer(("127.0.0.1", 0), service.Handler)

def post(data, **headers):
    url = f"http://127.0.0.1:{{server.server_address[1]}}/"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return answer.status, [v["code"] for v in json.load(answer)["violations"]]
    except urllib.error.HTTPError as error:
        return error.code, error.reason

if __name__ == "__main__":
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.SECONDS = 30
    told = [post({text!r}), post(b"def f(:"), post(b"#" * 1_000_001)]
    service.SECONDS = 0.001
    told.append(post(b"x = 1"))
    server.shutdown()
    print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it limits memory by `resource`")
def test_the_service(programs: Path) -> None:
    """Findings, a file that does not parse, one that is too large, and one that takes too long."""
    (programs / "client.py").write_text(CLIENT.format(memory=10**12, text=FAULTY.encode()))
    done = python(programs, "client.py")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        [200, ["PRD101"]],
        [200, ["PRD900"]],
        [413, "more than 1,000,000 bytes"],
        [422, "checking it takes more than 0.001 s"],
    ]


SCAN = """
import fleet
if __name__ == "__main__":
    found = ["one", "two", "gone"]
    print(fleet.sarif(found, fleet.{engine}(found)))
"""


@pytest.mark.parametrize("engine", ["on_dask", "on_this_machine"])
def test_the_fleet_scan(programs: Path, engine: str) -> None:
    """One SARIF report of all repositories; the policy is the fleet's, whatever a repository's file says."""
    if engine == "on_dask" and importlib.util.find_spec("dask") is None:
        pytest.skip("Dask is not installed; the same functions run in a pool of processes")
    for name in ("one", "two"):
        (programs / name / "src").mkdir(parents=True)
        (programs / name / "src/app.py").write_text(FAULTY + "print(1)\n")
        (programs / name / "pyproject.toml").write_text('[tool.prodlint]\nplugins = ["evil"]\nignore = ["ALL"]\n')
    (programs / "scan.py").write_text(SCAN.format(engine=engine))
    done = python(programs, "scan.py")
    assert done.returncode == 0, done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    found = {
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in run["results"]
    }
    assert found == {("PRD101", "one/src/app.py"), ("PRD101", "two/src/app.py")}
