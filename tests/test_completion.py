"""Completion scripts in real shells: what pressing the tabulator offers is what the command line takes."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prodlint.hosts import completion_scripts
from prodlint.hosts.cli import COMMANDS, main
from prodlint.hosts.completion import commands
from prodlint.registry import built_in
from prodlint.report import FORMAT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = commands(built_in())
SCRIPTS: dict[str, Callable[..., str]] = {
    "bash": completion_scripts.bash,
    "zsh": completion_scripts.zsh,
    "fish": completion_scripts.fish,
}

CASES = [
    ("prodlint expl", "prodlint explain"),
    ("prodlint explain sw", "prodlint explain swallowed-exception"),
    ("prodlint --format gith", "prodlint --format github"),
    ("prodlint --format=gith", "prodlint --format=github"),
    ("prodlint --stat", "prodlint --statistics"),
    ("prodlint --select bare-except,sw", "prodlint --select bare-except,swallowed-exception"),
    ("prodlint check --context te", "prodlint check --context test"),
    ("prodlint config --from-f", "prodlint config --from-flake8"),
    ("prodlint config edi", "prodlint config edition"),
    ("prodlint baseline --ad", "prodlint baseline --add"),
    ("prodlint completion fi", "prodlint completion fish"),
    ("prodlint uniq", "prodlint unique.py"),
    ("prodlint --fail-on err", "prodlint --fail-on error"),
    ("prodlint rules --format js", "prodlint rules --format json"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one file, the scripts, and no settings of a user's."""
    (tmp_path / "unique.py").touch()
    for shell, script in SCRIPTS.items():
        (tmp_path / f"script.{shell}").write_text(script(TABLE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def shell(name: str) -> str:
    """The path of a shell; a machine without it skips the test and says so."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed: its completion is not tried here")
    return path


def output(*command: str) -> str:
    """What a program prints; it may not fail."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


BASH = """
source script.bash
COMP_WORDS=("$@")
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_prodlint 2>/dev/null  # `compopt` wants to be called by readline
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered_by_bash(line: str) -> list[str]:
    """What bash would offer for the last word of a line, which it parts at spaces and equals signs."""
    words = [word for word in re.split(r" +|(=)", line) if word]
    last = [""] if line.endswith(" ") else []
    return output(shell("bash"), "--norc", "-c", BASH, "bash", *words, *last).split()


@pytest.mark.parametrize(("typed", "wanted"), CASES)
def test_bash_completes(here: Path, typed: str, wanted: str) -> None:
    """The last word, or what stands behind its equals sign, becomes the one that was meant."""
    assert offered_by_bash(typed) == [re.split(r"[ =]", wanted)[-1]]


def test_bash_offers_several(here: Path) -> None:
    """Commands and files where both may stand; every format; nothing for a number."""
    assert {*COMMANDS, "unique.py"} <= set(offered_by_bash("prodlint "))
    assert offered_by_bash("prodlint --format j") == [name for name in FORMAT_NAMES if name.startswith("j")]
    assert offered_by_bash("prodlint --jobs 1") == []


@pytest.mark.parametrize(("typed", "wanted"), CASES)
def test_fish_completes(here: Path, typed: str, wanted: str) -> None:
    """fish tells what it would offer when asked, without a terminal."""
    program = "source script.fish; complete -C $argv[1]"
    lines = output(shell("fish"), "--no-config", "-c", program, typed).splitlines()
    assert [line.partition("\t")[0] for line in lines] == [wanted.rsplit(" ", maxsplit=1)[-1]]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo terminals")
def test_zsh_completes(here: Path) -> None:
    """zsh completes in its line editor only: a terminal types each line and the tabulator, and asks for the line."""
    program = shell("zsh")
    import pty  # not on every platform

    child, terminal = pty.fork()
    if child == 0:
        os.execve(program, [program, "-f", "-i"], {**os.environ, "TERM": "dumb", "PS1": "READY>", "ZDOTDIR": str(here)})
    _until(terminal, "READY>")
    _type(terminal, "autoload -Uz compinit; compinit -u -D; source ./script.zsh; print LOA''DED\n")
    _until(terminal, "LOADED")
    for typed, wanted in CASES:
        # Control-A and Control-E go to the line's ends, to print the line as the editor then has it. The quotes part
        # the words of the line that is typed from those that are printed.
        _type(terminal, f"{typed}\t\x01print -r -- GO''T \x05 EN''D\n")
        shown = _until(terminal, "END\r\n")
        assert re.search(r"GOT (.*?) +END", shown)[1] == wanted, shown  # type: ignore[index]
    _type(terminal, "exit\n")
    os.waitpid(child, 0)
    os.close(terminal)


def _type(terminal: int, keys: str) -> None:
    os.write(terminal, keys.encode())


def _until(terminal: int, mark: str) -> str:
    """All that is shown until the mark."""
    shown = ""
    while mark not in shown:
        assert select.select([terminal], [], [], 60)[0], f"zsh does not go on: {shown!r}"
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_command_prints_the_script(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is generated from the options there are: each command, option, rule and format is in it."""
    assert main(["completion", name]) == 0
    script = capsys.readouterr().out
    assert script == SCRIPTS[name](TABLE)
    for command in TABLE:
        assert command.name in script
        for option in command.options:
            assert all((spelling.lstrip("-") if name == "fish" else spelling) in script for spelling in option.names)
    assert all(word in script for word in (*FORMAT_NAMES, *built_in().by_name))


def test_values_that_are_words_are_known() -> None:
    """An option whose value is one of a few words offers them: a new metavar needs its line in the table."""
    named = {name: option for command in TABLE for option in command.options for name in option.names}
    for name in ("--select", "--ignore", "--format", "--context", "--fail-on"):
        assert named[name].value and named[name].value.words
    for name in ("--baseline", "--cache-dir", "--config", "--stdin-filename"):
        assert named[name].value and named[name].value.is_file
    assert main(["completion", "tcsh"]) == 2
