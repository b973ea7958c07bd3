"""Reports as files: several from one run, each whole or not there, and what goes wrong is told and counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

import pytest

from prodlint.hosts.cli import main
from prodlint.hosts.outputs import Output, faults, parsed, written

if TYPE_CHECKING:
    from pathlib import Path

PRINTS = '"""A module."""\nprint(1)\n'


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one violation, as the current directory."""
    (tmp_path / "a.py").write_text(PRINTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *given: str) -> Told:
    """A run of the command line in this process."""
    code = main([*given, "--isolated", "--no-cache", "a.py"])
    return Told(code, *capsys.readouterr())


def test_one_run_writes_several_reports(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is what it would have been without them."""
    told = run(capsys, "--output", "sarif=out.sarif", "--output=junit=j=1.xml", "--output", "%(row)d=%(col)d=t.txt")
    assert told.out == run(capsys).out
    assert told.code == 1
    [result] = json.loads((project / "out.sarif").read_text())["runs"][0]["results"]
    assert result["ruleId"] == "PRD201"
    assert ElementTree.parse(project / "j=1.xml").getroot().get("failures") == "1"
    assert (project / "t.txt").read_text() == "2=1\n"
    assert sorted(path.name for path in project.iterdir()) == ["a.py", "j=1.xml", "out.sarif", "t.txt"]


def test_files_are_without_colour_and_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Colour that is asked for is meant for the terminal; a limit that is asked for is meant for both."""
    (project / "a.py").write_text('"""A."""\n' + "print(1)\n" * 50)
    run(capsys, "--color", "--format", "full", "--output", "full=f.txt")
    text = (project / "f.txt").read_text()
    assert "\x1b" not in text
    assert text.count("PRD201") == 50
    run(capsys, "--max-per-rule", "3", "--output", "text=f.txt")
    assert (project / "f.txt").read_text().count("PRD201") == 3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("sarif", "`sarif` is not FORMAT=FILE"),
        ("sarif=", "`sarif=` is not FORMAT=FILE"),
        ("=x", "unknown value ``"),
        ("srif=x", "unknown value `srif`; did you mean `sarif`?"),
        ("sarif=-", "`--output` writes files; `--format` says what standard output gets"),
        ("%(pth)s=x", "no field `pth` in a template; did you mean `path`?"),
        ("sarif=no/such/out", "prodlint: no/such/out: the report cannot be written: its directory does not exist"),
        ("sarif=.", "the report cannot be written to a directory"),
        ("sarif=a.py/x", "its directory does not exist"),
    ],
)
def test_what_cannot_be_written_is_told_before_the_run(
    project: Path, capsys: pytest.CaptureFixture[str], given: str, message: str
) -> None:
    """Not after minutes of checking; and nothing is printed that looks like a report."""
    told = run(capsys, "--output", given)
    assert message in told.err
    assert (told.code, told.out) == (2, "")
    assert [path.name for path in project.iterdir()] == ["a.py"]


def test_two_reports_in_one_file_are_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second would silently replace the first, under whatever name."""
    told = run(capsys, "--output", "sarif=x", "--output", "junit=./x")
    assert told.code == 2
    assert "two outputs cannot be written to one file" in told.err


def test_a_checked_file_can_be_no_report(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip such as `--output text=a.py` must not replace source by a report."""
    told = run(capsys, "--output", "text=a.py")
    assert told.code == 2
    assert "a Python file, which may be source" in told.err
    assert (project / "a.py").read_text() == PRINTS


def test_a_failing_output_counts_and_leaves_the_others(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2, a line with the reason, the old content in place, no rest of the new, and the report on stdout."""
    (project / "old.sarif").write_text("old")
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        if target.endswith("old.sarif"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    told = run(capsys, "--exit-zero", "--output", "sarif=old.sarif", "--output", "text=new.txt")
    assert told.code == 2
    assert "prodlint: old.sarif: the report cannot be written: No space left on device" in told.err
    assert "PRD201" in told.out
    assert (project / "old.sarif").read_text() == "old"
    assert sorted(path.name for path in project.iterdir()) == ["a.py", "new.txt", "old.sarif"]


@pytest.mark.skipif(os.name != "posix", reason="modes and links as POSIX has them")
def test_links_and_modes_stay(project: Path) -> None:
    """A file that is replaced would otherwise lose its group's permission, and a link its target."""
    target = project / "real.txt"
    target.write_text("old")
    target.chmod(0o640)
    (project / "link.txt").symlink_to("real.txt")
    assert written(Output("text", str(project / "link.txt")), "new\n") is None
    assert (project / "link.txt").is_symlink()
    assert target.read_text() == "new\n"
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not os.path.exists("/dev/stderr"), reason="no such device")
def test_devices_are_written_to_and_not_replaced(project: Path) -> None:
    """`/dev/null` replaced by a file breaks a machine; `/dev/stderr` leads to a file that the shell holds open."""
    with open(project / "log", "wb") as log:
        log.write(b"before\n")
        log.flush()
        done = subprocess.run(
            [sys.executable, "-m", "prodlint", "--isolated", "--no-cache", "-q", "a.py",
             "--output", "%(code)s=/dev/stderr", "--output", "sarif=/dev/null"],
            stdout=subprocess.DEVNULL, stderr=log, check=False, cwd=project,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    assert done.returncode == 1
    assert (project / "log").read_text() == "before\nPRD201\n"
    assert not os.path.isfile("/dev/null")


def test_a_file_name_of_any_length_and_kind(tmp_path: Path) -> None:
    """The temporary name is made from the name, and names are at most 255 bytes."""
    for name in ("x" * 255, "é" * 127, " ", "a\nb"):
        assert written(Output("text", str(tmp_path / name)), "x\n") is None
        assert (tmp_path / name).read_text() == "x\n"
    assert len(list(tmp_path.iterdir())) == 4


def test_parsing() -> None:
    """A format ends at the first equals sign, a template at the last."""
    assert parsed("json=a=b") == Output("json", "a=b")
    assert parsed("%(path)s=%(row)d=x") == Output("%(path)s=%(row)d", "x")
    assert faults([]) == []


@pytest.mark.parametrize("name", ["text", "json", "%(path)s"])
def test_modules_of_formats_are_loaded_when_asked_for(project: Path, name: str) -> None:
    """Fifteen formats must not cost the start of a run that prints one."""
    code = (
        "import sys; from prodlint.hosts.cli import main; main(sys.argv[1:]);"
        "sys.stderr.write(' '.join(sorted(m for m in sys.modules if m.startswith('prodlint.report.'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--isolated", "--no-cache", "-q", "a.py", "--format", name],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {module.rpartition(".")[2] for module in done.stderr.split()}
    own = {"text": set(), "json": {"json_report"}, "%(path)s": {"template"}}[name]
    assert loaded - {"text"} == own | {"colour", "outcome", "safety", "selection"}
