"""What the commands about prodlint itself look like: on any terminal, on pipes, in any encoding."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prodlint.hosts.cli import main
from prodlint.pages import rules_table
from prodlint.registry import built_in

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = built_in()
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
WITHOUT_TERMINAL = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo terminals")


def command(*given: str) -> list[str]:
    """The words that call prodlint."""
    return [sys.executable, "-m", "prodlint", *given]


def on_terminal(*given: str, columns: int = 80, **environment: str) -> str:
    """What a command shows on a terminal of that width."""
    import fcntl  # none of them is on every platform
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen(
        command(*given), stdin=theirs, stdout=theirs, env={**ENVIRONMENT, "TERM": "xterm-256color", **environment}
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # the other end is closed, which Linux tells so
            pass
        assert process.wait() == 0
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize("width", [20, 80, 120, 200])
def test_the_list_of_rules_fits(width: int) -> None:
    """A line that wraps by itself ends in the middle of a word; what cannot be cut is a name."""
    table = rules_table(REGISTRY, width)
    longest = max(len(line) for line in rules_table(REGISTRY).splitlines())
    names = max(len(f"{r.code}  {r.name}") for r in REGISTRY.rules)
    summaries = [line for line in table.splitlines() if not line.startswith("PRD")]
    assert bool(summaries) == (width < longest)
    assert all(len(line) <= width for line in (table.splitlines() if width > 2 * names else summaries))
    for rule in REGISTRY.rules:
        assert rule.name in table
        assert rule.summary.split()[-1] in table


def test_a_pipe_gets_a_line_a_rule() -> None:
    """`prodlint rules | grep` finds a rule with all that is said of it."""
    assert len(rules_table(REGISTRY).splitlines()) == len(REGISTRY.rules)


@WITHOUT_TERMINAL
def test_a_page_has_no_colour_that_vanishes() -> None:
    """Light and dark grounds are both in use: words are told apart by weight and lines, not by colour."""
    shown = on_terminal("explain", "bare-except")
    codes = {code for group in re.findall(r"\x1b\[([\d;]*)m", shown) for code in group.split(";") if code}
    assert codes <= {"0", "1", "3", "4", "39", "49"}
    assert all(len(re.sub(r"\x1b\[[\d;]*m", "", line)) <= 80 for line in shown.splitlines())


@WITHOUT_TERMINAL
@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=lambda each: next(iter(each)))
@pytest.mark.parametrize("given", [("explain", "bare-except"), ("rules",), ("config",)], ids=lambda given: given[0])
def test_no_escape_where_none_is_wanted(given: tuple[str, ...], environment: dict[str, str]) -> None:
    """Who says so, or has a terminal that knows none, gets plain text."""
    assert "\x1b" not in on_terminal(*given, **environment)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_another_encoding_gets_punctuation_and_no_escapes(encoding: str, tmp_path: Path) -> None:
    """A Windows console or a container without a locale lacks some characters; what looks alike stands in for them."""
    done = subprocess.run(
        command("explain", "bare-except"),
        capture_output=True,
        check=False,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0
    text = done.stdout.decode(encoding)
    assert "\\x" not in text
    assert "\\u" not in text
    (tmp_path / "a.py").write_text('"""M."""\nx = "日本' + "y" * 200 + '"; print(x)\n', encoding="utf-8")
    done = subprocess.run(
        command("--format", "full", "--no-cache", "--isolated", "a.py"),
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding, "COLUMNS": "80"},
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr.decode(encoding)
    assert "PRD201" in done.stdout.decode(encoding)


@pytest.mark.parametrize(
    "given",
    [
        ("rules",),
        ("explain", "hardcoded-secret"),
        ("config",),
        ("config", "--schema"),
        ("completion", "zsh"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_no_failure(given: tuple[str, ...], tmp_path: Path) -> None:
    """`| head -1` ends most of these before they have written all."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command(*given), stdout=writing, stderr=subprocess.PIPE, check=False, env=ENVIRONMENT, cwd=tmp_path
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode in (0, 1)


HOSTILE = "\x1b[31m\u202e\x9b::set-output name=x::y ##vso[task.complete]"


@pytest.mark.parametrize("given", [("config", "--from-ruff"), ("config", "--show", "a.py")], ids=" ".join)
def test_values_of_configurations_can_do_nothing(
    given: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A repository's patterns and codes reach a terminal or a build's log when somebody asks what they mean."""
    monkeypatch.chdir(tmp_path)
    value = '"' + "".join(f"\\u{ord(c):04x}" if not c.isprintable() else c for c in HOSTILE) + '"'
    (tmp_path / "ruff.toml").write_text(
        f"exclude = [{value}]\n[lint]\nignore = [{value}]\nper-file-ignores.{value} = [{value}]\n"
    )
    (tmp_path / "prodlint.toml").write_text(f"exclude = [{value}]\nper-file-ignores.{value} = []\n")
    assert main(list(given)) == 0
    shown = capsys.readouterr().out
    assert "set-output" in shown
    assert not {"\x1b", "\u202e", "\x9b"} & set(shown)
    assert "##vso[" not in shown
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
