"""`--shard`, `--show-source` and `--verbose`: one machine's part of a run, and what is told besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodlint.discover import Discovery, SourceFile
from prodlint.hosts.cli import main
from prodlint.model import Skipped
from prodlint.shards import Shard, parsed, share

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = "import os\n\n\ndef f(a):\n    try:\n        print(a)\n    except:\n        return\n"


def discovery(sizes: list[int]) -> Discovery:
    """Files of these sizes."""
    files = tuple(SourceFile(f"{n:04}.py", f"/{n:04}.py", size, 0, 0, n, 0) for n, size in enumerate(sizes))
    return Discovery(files, (Skipped("pipe.py", "a pipe"),), (), {})


@given(st.lists(st.integers(0, 100_000), max_size=60), st.integers(1, 9))
def test_the_shares_are_the_whole_and_about_equal(sizes: list[int], of: int) -> None:
    """No file is checked twice or not at all; the largest share is at most one file above the smallest."""
    whole = discovery(sizes)
    shares = [share(whole, Shard(number, of)) for number in range(1, of + 1)]
    assert sorted(file.path for each in shares for file in each.files) == [file.path for file in whole.files]
    for each in shares:
        assert list(each.files) == sorted(each.files)
    loads = [sum(file.size + 2_000 for file in each.files) for each in shares]
    assert max(loads) - min(loads) <= max(sizes, default=0) + 2_000
    assert [each.skipped for each in shares] == [whole.skipped, *[()] * (of - 1)]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3", "1/1001", "1/x"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    """A typing error in one job of a matrix must not leave files unchecked in silence."""
    with pytest.raises(ValueError, match="is not I/N"):
        parsed(text)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Seven files with findings, and the current directory."""
    for number in range(7):
        (tmp_path / f"m{number}.py").write_text(f'"""M."""\n{"#" * number * 100}\n{FAULTY}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """What a run prints on stdout."""
    assert main(["--format", "text", "--quiet", *options]) in (0, 1)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("cache", [["--no-cache"], ["--cache-dir", ".cache"]], ids=["plain", "cached"])
def test_the_reports_of_the_shares_are_the_report(
    project: Path, capsys: pytest.CaptureFixture[str], cache: list[str]
) -> None:
    """Whoever joins them has what one machine would have found, whether results were remembered or not."""
    whole = lines(capsys, *cache)
    assert len(whole) >= 7
    for _ in range(2):
        parts = [lines(capsys, *cache, "--shard", f"{number}/3") for number in (1, 2, 3)]
        assert all(parts)
        assert sorted(line for part in parts for line in part) == sorted(whole)


def test_a_share_without_files_is_clean(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With more machines than files some have nothing to do; without any file all of them fail."""
    assert main(["--shard", "9/9", "--no-cache"]) == 0
    assert main(["--shard", "1/9", "--no-cache"]) == 1
    assert capsys.readouterr().out
    (project / "empty").mkdir()
    assert main(["--shard", "2/9", "--no-cache", "empty"]) == 2
    assert main(["--shard", "1/2", "-"]) == 2
    assert "`--shard` divides files" in capsys.readouterr().err


def test_the_baseline_is_not_stale_for_other_machines_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a share has not looked at is not gone; what it has looked at and not found is."""
    assert main(["baseline", "--no-cache"]) == 0
    for number in range(1, 4):
        assert main(["--no-cache", "--fail-on-stale", "--shard", f"{number}/3"]) == 0
    (project / "m3.py").write_text('"""M."""\n')
    stale = [main(["--no-cache", "--fail-on-stale", "--shard", f"{number}/3"]) for number in range(1, 4)]
    assert sorted(stale) == [0, 0, 1]
    assert "stale" in capsys.readouterr().err


def test_show_source_puts_the_line_and_a_caret_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In text, as flake8 does; tabs, wide and combining characters keep the caret in its place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text('"""M."""\nif True:\n\tx = "日本é́"; print(x)\n', encoding="utf-8")
    shown = lines(capsys, "--show-source", "--no-cache", "a.py")
    assert shown[1:] == ['        x = "日本é́"; print(x)', " " * 4 + " " * 4 + " " * 13 + "^" * 8]
    assert lines(capsys, "--no-cache", "a.py") == shown[:1]
    assert main(["--format", "json", "--show-source", "--no-cache", "a.py"]) == 1
    assert json.loads(capsys.readouterr().out)["violations"]


def test_verbose_tells_what_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever wonders why a file is not checked, or which configuration holds, sees it without a debugger."""
    (project / "prodlint.toml").write_text('extend = "base.toml"\n')
    (project / "base.toml").write_text("")
    (project / "odd\x1b.py").symlink_to("nowhere")
    assert main(["-v", "--cache-dir", "cache", "--format", "text"]) == 1
    out, err = capsys.readouterr()
    told = [line.removeprefix("prodlint: ") for line in err.splitlines()]
    assert f"project root: {project}" in told
    assert "configuration: prodlint.toml < base.toml for 7 files" in told
    assert "cache: cache" in told
    assert any(line.startswith("skipped: odd\\x1b.py: a link that leads nowhere") for line in told)
    assert any(line.startswith("time: finding files ") for line in told)
    assert "time:" not in out
    assert main(["-v", "-q"]) == 2
