"""Notebooks: the Python in their cells, where it stands, and that nothing else in the file can matter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from prodlint import check_paths
from prodlint.hosts.cli import main
from prodlint.notebook import Notebook
from prodlint.report import FORMAT_NAMES, View, render
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in an empty project with a cache of its own."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path / "cache"))
    Path("prodlint.toml").write_text("")

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def notebook(*cells: str | tuple[str, str], **metadata: object) -> str:
    """A notebook with these cells of code, or of the kind that stands before their text."""
    made = []
    for cell in cells:
        kind, text = cell if isinstance(cell, tuple) else ("code", cell)
        outputs = {"outputs": [{"output_type": "stream", "text": ["except:\n"]}]} if kind == "code" else {}
        made.append({"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True), **outputs})
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made}, indent=1)


BARE = "try:\n    go()\nexcept:\n    raise\n"


def places(cells: str) -> list[tuple[int | None, int, str]]:
    """Cell, line and code of everything that is found in a notebook."""
    Path("a.ipynb").write_text(cells, encoding="utf-8")
    report = check_paths(["."])
    assert not report.problems
    return [(v.cell, v.span.line if v.span else 0, v.code) for v in report.violations]


def test_places_are_those_in_the_cell(cli) -> None:
    """Cells are counted as they are seen, text among them; both lines and columns begin anew in each."""
    Path("a.ipynb").write_text(notebook("x = 1\ny = 2", ("markdown", "except:"), "x\n" + BARE, BARE))
    ran = cli()
    assert ran.code == 1
    assert [line.split(" PRD101")[0] for line in ran.out.splitlines()] == ["a.ipynb:cell 3:4:1:", "a.ipynb:cell 4:3:1:"]
    document = json.loads(cli("--format", "json").out)
    assert [(v["path"], v["cell"], v["line"], v["column"]) for v in document["violations"]] == [
        ("a.ipynb", 3, 4, 1),
        ("a.ipynb", 4, 3, 1),
    ]
    assert document["files"]["cached"] == 1, "the second run knows the result"


@pytest.mark.usefixtures("cli")
def test_a_cell_may_be_one_text() -> None:
    """The format allows a list of lines and a string."""
    document = json.loads(notebook(BARE))
    document["cells"][0]["source"] = "".join(document["cells"][0]["source"])
    assert places(json.dumps(document)) == [(1, 3, "PRD101")]


NEUTRAL = {
    "%matplotlib inline": "pass",
    "%load_ext a\nx = 1": "pass\nx = 1",
    "!pip install x": "pass",
    "if a:\n    !ls -l": "if a:\n    pass",
    "!pip install \\\n    x\ny = 1": "pass\n\ny = 1",
    "%timeit f((x for x in y),\n   z)\ny = 2": "pass\n\ny = 2",
    "!echo don't\ny = 2": "pass\ny = 2",
    "x = !ls\nx": "x = get_ipython()\nx",
    "x = %timeit -o f()": "x = get_ipython()",
    "x?": "pass",
    "a.b??": "pass",
    "?x": "pass",
    "%%time\nx = 1": "\nx = 1",
    "\n%%timeit -n 10\n%time x = 1\ny = 2": "\n\npass\ny = 2",
    "%%bash\nls | grep except:\n": "\n\n",
    "%%html\n<a>": "\n",
    "!ls\nx = (a\n     % b)\n": "pass\nx = (a\n     % b)\n",
    "!ls\nx = '''\n!ls\n%time\n'''\n": "pass\nx = '''\n!ls\n%time\n'''\n",
    "!ls\nx = a \\\n  % b\n": "pass\nx = a \\\n  % b\n",
    "!ls\nx = '(' # ( \n%time y": "pass\nx = '(' # ( \npass",
    "!ls\nx = a % b; y = a != b": "pass\nx = a % b; y = a != b",
    "x = a % b\n": "x = a % b\n",
    "await f()": "await f()",
    "df.head();": "df.head();",
}


@pytest.mark.parametrize("code", NEUTRAL)
def test_what_only_ipython_understands_is_neutral(code: str) -> None:
    """And no line moves, nor anything that is Python."""
    made = Notebook("a.ipynb", notebook(code).encode())
    assert not made.faults
    assert made.source.text == f"\n\n{NEUTRAL[code]}\n\n"


@pytest.mark.usefixtures("cli")
def test_names_of_one_cell_are_known_in_the_next() -> None:
    """What is imported above is what is called below."""
    cells = notebook("import sqlite3\nc = sqlite3.connect('a')", "name = input()\nc.execute(f\"SELECT '{name}'\")")
    assert (2, 2, "PRD302") in places(cells)


@pytest.mark.usefixtures("cli")
def test_a_notebook_is_a_script_that_nobody_imports() -> None:
    """It may print, and owes no documentation; a credential is a credential."""
    key = "AKIA" + "QYLPMN5HHHFPZAM2"  # prodlint: allow hardcoded-secret -- nobody's
    assert places(notebook("def f(x):\n    print(x)", f"key = '{key}'", "f(1)")) == [(2, 1, "PRD301")]


@pytest.mark.usefixtures("cli")
def test_comments_hide_in_cells() -> None:
    """On the line, above it in the cell and not in the cell before, and in the whole notebook."""
    hidden = BARE.replace("except:", "except:  # prodlint: allow bare-except -- why")
    above = "# prodlint: allow todo-comment -- why"
    Path("a.ipynb").write_text(notebook(hidden, above, "# TODO: a"))
    report = check_paths(["."])
    assert [(v.cell, v.rule, v.suppressed is not None) for v in report.violations] == [
        (1, "bare-except", True),
        (2, "unused-suppression", False),
        (3, "todo-comment", False),
    ]
    assert places(notebook("# prodlint: allow-file todo-comment", "# TODO: a"))[0][2] == "PRD701"


@pytest.mark.usefixtures("cli")
def test_a_cell_that_is_no_python_is_told_and_the_others_are_checked() -> None:
    """One cell that was never run is no reason to be silent about the rest."""
    assert places(notebook("x = 1\nx = = 2", BARE)) == [(1, 2, "PRD900"), (2, 3, "PRD101")]


BROKEN = [b"", b"{", b"[]", b"{}", b'{"cells": 1}', b"[" * 100_000, b"\xff\xfe", b'{"worksheets": []}', b"nul", b"NaN"]


@pytest.mark.parametrize("data", BROKEN, ids=lambda data: repr(data[:20]))
def test_what_is_no_notebook_is_unreadable(cli, data: bytes) -> None:
    """Never a clean run, and never a crash."""
    Path("a.ipynb").write_bytes(data)
    with pytest.raises(Unreadable):
        Notebook("a.ipynb", data)
    ran = cli("--no-cache")
    assert ran.code == 1
    assert "PRD900" in ran.out


STRANGE = [
    notebook(),
    notebook(""),
    notebook("# -*- coding: latin-1 -*-\nx = 'é'"),
    notebook("x = '\ud800'"),
    notebook("x = 1\r\ny = 2\rz = 3"),
    json.dumps({"cells": [1, None, {"cell_type": "code"}, {"cell_type": "code", "source": [1, None]}]}),
    notebook("puts 1 +", language_info={"name": "ruby"}),
    notebook("println(", kernelspec={"language": "scala"}),
]


@pytest.mark.parametrize("text", STRANGE)
@pytest.mark.usefixtures("cli")
def test_strange_notebooks_are_read(text: str) -> None:
    """Whatever the format allows, and a bit more; another language's cells are not ours."""
    assert places(text) == []


def test_nothing_is_written_to_a_notebook(cli) -> None:
    """Fixes and comments would have to be edits of JSON; what could be fixed elsewhere is not called fixable."""
    text = notebook("try:\n    go()\nexcept:\n    pass\n")
    Path("a.ipynb").write_text(text)
    for arguments in (["--fix", "--unsafe-fixes"], ["--add-suppressions", "why"], ["--diff", "--unsafe-fixes"]):
        ran = cli(*arguments)
        assert Path("a.ipynb").read_text() == text
        assert ran.out.count("PRD1") or "--diff" in arguments
        assert "fixable" not in ran.err


def test_every_format_says_the_cell(cli) -> None:
    """As a member, in the place, or at the beginning of the message."""
    Path("a.ipynb").write_text(notebook("x = 1", BARE))
    report = check_paths(["."])
    for name in (*FORMAT_NAMES, "%(path)s:%(row)d"):
        text = "".join(render(report, name, View()))
        if name not in ("markdown", "statistics"):
            assert "cell 2" in text or '"cell": 2' in text, name
    assert cli("--format", "full").out


def test_the_audit_looks_into_cells(cli) -> None:
    """A comment in a notebook hides as much as any other."""
    Path("a.ipynb").write_text(notebook("x = 1", "\n# TODO: a  # prodlint: allow todo-comment -- why"))
    ran = cli("suppressions")
    assert ran.out.startswith("a.ipynb:cell 2:2:12: active allow todo-comment: hides 1")
    assert ran.code == 0


def test_a_baseline_knows_notebooks(cli) -> None:
    """By what is violated, not by the cell, which moves."""
    Path("a.ipynb").write_text(notebook(BARE))
    assert cli("baseline").code == 0
    Path("a.ipynb").write_text(notebook("x = 1", BARE))
    assert cli().code == 0


def test_a_run_without_notebooks_does_not_load_what_reads_them(tmp_path: Path) -> None:
    """JSON takes as long to import as a small file takes to check."""
    (tmp_path / "a.py").write_text("x = 1\n")
    code = "import sys; from prodlint.hosts.cli import main; main(['--no-cache', '-q']); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "prodlint.run" in loaded
    assert {"prodlint.notebook", "prodlint.audit", "json"}.isdisjoint(loaded)
