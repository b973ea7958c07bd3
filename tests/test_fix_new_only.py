"""Fixes beside a baseline and `--changed-since`: what is reported is fixed, and what is not stays as it is, untold."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from prodlint.fix import files
from prodlint.hosts.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[int]:
        """The lines of a report in the format `text`."""
        return [int(line.split(":")[1]) for line in self.out.splitlines()]


def attempt(name: str) -> str:
    """A function with a violation that has a safe fix."""
    return f"def {name}():\n    try:\n        go()\n    except:\n        raise\n\n\n"


OLD, NEW = attempt("old"), attempt("new")
NEW_FIXED = NEW.replace("except:", "except BaseException:")


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Told]:
    """Run `--select bare-except` in this process, in an empty project which is a repository."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    Path("prodlint.toml").write_text('select = ["bare-except", "unused-suppression"]\n')

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsysbinary.readouterr()
        return Told(code, captured.out.decode(), captured.err.decode())

    return run


def commit() -> None:
    """Make a repository with everything in it."""
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *names, *arguments], check=True, capture_output=True)


def test_what_the_baseline_knows_is_not_fixed(cli) -> None:
    """It stays known after the fixes above and below it, and known to the next run."""
    Path("a.py").write_text(OLD)
    cli("baseline")
    Path("a.py").write_text(NEW + OLD + attempt("newer"))
    told = cli("--fix")
    assert (told.code, told.out) == (0, "")
    assert Path("a.py").read_text() == NEW_FIXED + OLD + NEW_FIXED.replace("new()", "newer()")
    assert "2 violations fixed in 1 file" in told.err
    assert "1 known from the baseline" in told.err
    again = cli("--fix")
    assert (again.code, "fixed" in again.err, "stale" in again.err) == (0, False, False)
    assert cli("--no-baseline", "--fix").code == 0
    assert "except:" not in Path("a.py").read_text()


def test_of_equal_ones_the_new_one_is_fixed(cli) -> None:
    """As the report tells them apart: the last is new."""
    one = "    try:\n        go()\n    except:\n        raise\n"
    Path("a.py").write_text("def f():\n" + one)
    cli("baseline")
    Path("a.py").write_text("def f():\n" + one + one)
    assert cli("--fix").code == 0
    assert Path("a.py").read_text() == "def f():\n" + one + one.replace("except:", "except BaseException:")


def test_lines_that_have_not_changed_are_not_fixed(cli) -> None:
    """Nor reported once others have moved them; the same with a baseline on top."""
    Path("a.py").write_text(OLD)
    Path("b.py").write_text(OLD)
    commit()
    Path("a.py").write_text(NEW + OLD)
    told = cli("--fix", "--changed-since", "HEAD")
    assert (told.code, told.out) == (0, "")
    assert Path("a.py").read_text() == NEW_FIXED + OLD
    assert Path("b.py").read_text() == OLD
    assert cli("--no-cache").lines == [11, 4]


def test_both_together(cli) -> None:
    """New is what no baseline knows and stands on a changed line."""
    Path("a.py").write_text(OLD + attempt("committed"))
    commit()
    Path("a.py").write_text(OLD + attempt("committed") + NEW)
    cli("baseline")
    Path("a.py").write_text(OLD + attempt("committed") + NEW + attempt("newest"))
    assert cli("--fix", "--changed-since", "HEAD").code == 0
    assert Path("a.py").read_text().count("except BaseException:") == 1
    assert Path("a.py").read_text().endswith(NEW_FIXED.replace("new()", "newest()"))


def test_a_fix_that_is_not_wanted_stays_reported(cli) -> None:
    """What no safe fix removes is told in its new place, beside what is hidden."""
    unsafe = NEW.replace("raise", "x = 1")
    Path("a.py").write_text(OLD)
    cli("baseline")
    Path("a.py").write_text(NEW + unsafe + OLD)
    told = cli("--fix", "--show-suppressed")
    assert told.code == 1
    assert told.lines == [11, 18]
    assert told.out.splitlines()[1].endswith(" (known from the baseline)")


def test_diff_has_the_new_ones_only(cli) -> None:
    """Exit 1 means that it would change something, and there is nothing else to change."""
    Path("a.py").write_text(OLD)
    cli("baseline")
    assert (cli("--diff").code, cli("--diff").out) == (0, "")
    Path("a.py").write_text(OLD + NEW)
    told = cli("--diff")
    assert told.code == 1
    assert "@@ -8,7 +8,7 @@\n def new():\n" in told.out
    assert told.out.count("\n-    except:\n+    except BaseException:\n") == told.out.count("\n@@ ") == 1
    assert "1 violation would be fixed in 1 file" in told.err


def test_standard_input_is_fixed_as_its_file(cli, monkeypatch) -> None:
    """An editor that fixes when it saves leaves alone what it does not show."""
    Path("a.py").write_text(OLD)
    cli("baseline")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((OLD + NEW).encode())))
    told = cli("--fix", "--stdin-filename", "a.py", "-")
    assert (told.code, told.out, told.err) == (0, OLD + NEW_FIXED, "")


@pytest.mark.parametrize("format_name", ["json", "jsonl", "sarif"])
def test_reports_have_the_fixes_of_what_they_show(cli, format_name: str) -> None:
    """Edits are made for what is new, and for what is known where that is shown; the origin says which is which."""
    Path("a.py").write_text(OLD)
    commit()
    cli("baseline")
    Path("a.py").write_text(OLD + NEW + OLD.replace("except:", "except:  # prodlint: allow bare-except"))
    for options, origins in (
        ([], [None]),
        (["--show-suppressed"], ["baseline", None, "comment"]),
        (["--show-suppressed", "--changed-since", "HEAD"], [None, "comment"]),
    ):
        out = cli("--format", format_name, *options).out
        assert _origins(out, format_name) == origins
        assert out.count("BaseException") >= len(origins)


def _origins(out: str, format_name: str) -> list[str | None]:
    if format_name == "sarif":
        kinds = {"external": "baseline", "inSource": "comment"}
        [run] = json.loads(out)["runs"]
        assert all(result["fixes"] for result in run["results"])
        shown = [result.get("suppressions") for result in run["results"]]
        return [kinds[each[0]["kind"]] if each else None for each in shown]
    violations = [json.loads(line) for line in out.splitlines()] if format_name == "jsonl" else None
    violations = violations or json.loads(out)["violations"]
    assert all(violation["fix"] for violation in violations)
    return [violation["suppressed"] and violation["suppressed"]["origin"] for violation in violations]


def test_a_file_that_changed_since_it_was_checked_is_left_alone(cli, monkeypatch) -> None:
    """Which of its violations are known was said of another text."""
    Path("a.py").write_text(OLD)
    cli("baseline")
    Path("a.py").write_text(OLD + NEW)
    content = files.content

    def meddled(file: object) -> bytes:
        Path("a.py").write_text(NEW)
        return content(file)

    monkeypatch.setattr(files, "content", meddled)
    told = cli("--fix")
    assert told.code == 2
    assert "the file is not fixed: it changed since it was checked (run prodlint again)" in told.err
    assert Path("a.py").read_text() == NEW


def test_a_comment_that_the_baseline_knows_stays(cli) -> None:
    """Fixes of the tool's own rules are hidden like those of any."""
    comment = "x = 1  # prodlint: allow bare-except\n"
    Path("a.py").write_text(comment)
    cli("baseline")
    Path("a.py").write_text(comment + "\n\n" + comment.replace("x =", "y ="))
    assert cli("--fix").code == 0
    assert Path("a.py").read_text() == comment + "\n\ny = 1\n"
