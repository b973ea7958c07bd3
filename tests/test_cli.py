"""The command line: exit codes, what goes to which stream, every option, and ends that come from outside."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import prodlint_rules
import pytest

import prodlint
from prodlint import __version__
from prodlint.hosts import plain
from prodlint.hosts.arguments import check_parser
from prodlint.hosts.cli import main
from prodlint.hosts.surroundings import terminal_of
from prodlint.report import FORMAT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGES = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules))
FORMATS = FORMAT_NAMES
CLEAN = '"""A module."""\n'
PRINTS = '"""A module."""\nprint(1)\n'
BARE = '"""A module."""\ntry:\n    x = 1\nexcept:\n    raise\n'
UNDOCUMENTED = "def f():\n    return 1\n"


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """The codes in a report of the format `text`."""
        return [line.split(": ")[1].split()[0] for line in self.out.splitlines()]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in an empty directory, with an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def plant(**files: str) -> None:
    """Python files in the current directory; two underscores in a name are a slash."""
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def environment(**changes: str | None) -> dict[str, str]:
    """An environment for a process of its own; None takes a variable out."""
    unwanted = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "HOME", "PYTHONUNBUFFERED")
    base = {name: value for name, value in os.environ.items() if name not in unwanted}
    merged: dict[str, str | None] = {**base, "PYTHONPATH": PACKAGES, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def spawn(*arguments: str, flags: tuple[str, ...] = (), **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own and wait for it."""
    options.setdefault("env", environment())
    command = [sys.executable, *flags, "-m", "prodlint", *arguments]
    return subprocess.run(command, capture_output="stdout" not in options, check=False, timeout=60, **options)


# Exit codes


@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        ({"a": CLEAN}, (), 0),
        ({"a": PRINTS}, (), 1),
        ({"a": PRINTS}, ("a.py",), 1),
        ({"a": PRINTS}, ("check",), 1),
        ({"a": PRINTS}, ("check", "a.py"), 1),
        ({"a": PRINTS}, ("--exit-zero",), 0),
        ({"a": PRINTS}, ("--ignore", "print-call"), 0),
        ({"a": PRINTS}, ("--fail-on", "error"), 1),
        ({"a": UNDOCUMENTED}, (), 1),
        ({"a": UNDOCUMENTED}, ("--fail-on", "warning"), 1),
        ({"a": UNDOCUMENTED}, ("--fail-on", "error"), 0),
        ({"a": UNDOCUMENTED}, ("--config", 'rules.undocumented-public.severity="info"', "--select", "PRD401"), 0),
        (
            {"a": UNDOCUMENTED},
            ("--config", 'rules.undocumented-public.severity="info"', "--select", "PRD401", "--fail-on", "info"),
            1,
        ),
        ({"a": PRINTS + "# prodlint: allow-file print-call -- a script\n"}, (), 0),
        ({"a": "def f(:\n"}, (), 1),
        ({"a": "def f(:\n"}, ("--select", "print-call"), 1),
        ({"a": "def f(:\n"}, ("--ignore", "ALL"), 1),
        ({}, (), 2),
        ({}, ("--allow-empty",), 0),
        ({"a": PRINTS}, ("--exclude", "a.py"), 2),
        ({"a": PRINTS}, ("--exclude", "a.py", "--allow-empty"), 0),
        ({"a": PRINTS}, ("missing.py",), 2),
        ({"a": PRINTS}, ("a.py", "missing.py"), 2),
        ({"a": PRINTS}, ("missing.py", "--allow-empty"), 2),
        ({"a": PRINTS}, ("missing.py", "--exit-zero"), 2),
        ({"a": CLEAN}, ("--no-such-option",), 2),
        ({"a": CLEAN}, ("--select", "no-such-rule"), 2),
        ({"a": CLEAN}, ("--config", "no-such-file.toml"), 2),
        ({"a": CLEAN}, ("--version",), 0),
        ({"a": CLEAN}, ("--help",), 0),
        ({"a": CLEAN}, ("check", "--help"), 0),
        ({"a": CLEAN}, ("explain", "--help"), 0),
        ({"a": CLEAN}, ("explain", "bare-except"), 0),
        ({"a": CLEAN}, ("explain", "PRD101"), 0),
        ({"a": CLEAN}, ("explain", "no-such-rule"), 2),
        ({"a": CLEAN}, ("explain",), 2),
        ({"a": CLEAN}, ("rules",), 0),
        ({"a": CLEAN}, ("rules", "more"), 2),
        ({"a": CLEAN}, ("config",), 0),
        ({"a": CLEAN}, ("config", "select"), 0),
        ({"a": CLEAN}, ("config", "no-such-key"), 2),
        ({"a": CLEAN}, ("config", "--show", "a.py"), 0),
        ({"a": CLEAN}, ("--show-files",), 0),
        ({}, ("--show-files",), 2),
    ],
)
def test_exit_code(cli: Callable[..., Told], files: dict[str, str], arguments: tuple[str, ...], code: int) -> None:
    """0 clean, 1 violations that count, 2 what makes the answer worthless: whoever automates relies on it."""
    plant(**files)
    told = cli(*arguments)
    assert told.code == code, told
    assert "Traceback" not in told.err


def test_a_faulty_configuration_stops_the_run(cli: Callable[..., Told]) -> None:
    """All faults at once, each with its place; and no report that looks as if all were well."""
    plant(a=PRINTS)
    Path("pyproject.toml").write_text('[tool.prodlint]\nselct = ["ALL"]\nignore = ["bare-excpt"]\n')
    told = cli()
    assert (told.code, told.out) == (2, "")
    assert "pyproject.toml:2:1: unknown key `selct`" in told.err
    assert "did you mean `select`?" in told.err
    assert "pyproject.toml:3:11: unknown rule, code or family `bare-excpt`" in told.err
    assert "did you mean `bare-except`?" in told.err


def test_a_faulty_configuration_further_down_stops_the_run_too(cli: Callable[..., Told]) -> None:
    """It comes to light while the tree is walked."""
    plant(a=PRINTS, below__b=PRINTS)
    Path("below/prodlint.toml").write_text("no-such-key = 1\n")
    for arguments in ((), ("--show-files",), ("below/b.py",), ("config", "--show", "below/b.py")):
        told = cli(*arguments)
        assert told.code == 2, arguments
        assert "below/prodlint.toml:1:1: unknown key `no-such-key`" in told.err


# Words that are wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--selct", "x"), "unknown option `--selct`; did you mean `--select`?"),
        (("--selct=x",), "unknown option `--selct`; did you mean `--select`?"),
        (("a.py", "--quite"), "unknown option `--quite`; did you mean `--quiet`?"),
        (("--zzzzzzzzzzzz",), "unknown option `--zzzzzzzzzzzz`"),
        (("-x",), "unknown option `-x`"),
        (("--sel", "print-call"), "unknown option `--sel`"),
        (("--format", "jsn"), "unknown value `jsn`; did you mean `json`?"),
        (("--format", "xml"), "unknown value `xml`; "),
        (("--format", "%(pth)s"), "no field `pth` in a template; did you mean `path`?"),
        (("--select",), "expected one argument"),
        (("--jobs", "many"), "`many` is not a number of 0 or more"),
        (("--jobs", "-1"), "is not a number of 0 or more"),
        (("--max-per-rule", "1.5"), "`1.5` is not a number of 0 or more"),
        (("--select", "bare-excpt"), "unknown rule, code or family `bare-excpt` (did you mean `bare-except`?)"),
        (("--ignore", "PRD999"), "unknown rule, code or family `PRD999`"),
        (("--extend-select", "erors"), "did you mean `errors`?"),
        (("--per-file-ignores", "a.py:prnt-call"), "did you mean `print-call`?"),
        (("--per-file-ignores", "nonsense"), "`nonsense` is not PATTERN:NAMES"),
        (("--fail-on", "eror"), "did you mean `error`?"),
        (("--context", "tst"), "unknown context `tst` (did you mean `test`?)"),
        (("--config", "selct=1"), "unknown key `selct` (did you mean `select`?)"),
        (("--config", "select=errors"), "not KEY=VALUE in TOML"),
        (("--config", "no-file.toml"), "no file `no-file.toml`"),
        (("explain", "bare-excpt"), "no rule `bare-excpt`; did you mean `bare-except`?"),
        (("explain", "zzzzzzzz"), "no rule `zzzzzzzz`; `prodlint rules` lists them"),
        (("explain", "bare-except", "more"), "unknown argument `more`"),
        (("rules", "--format", "jso"), "unknown value `jso`; did you mean `json`?"),
        (("config", "selct"), "no key `selct`; did you mean `select`?"),
        (("config", "--shw", "a.py"), "unknown option `--shw`; did you mean `--show`?"),
        (("missing.py",), "`missing.py` does not exist (check the spelling, and the directory the command runs in)"),
        (("",), "`` does not exist"),
        (("polcy",), "`polcy` is no command and no path; did you mean `policy`?"),
        (("a.py", "-"), "`-` reads stdin and cannot be mixed with paths"),
        (("--stdin-filename", "x.py", "a.py"), "`--stdin-filename` names what stdin holds"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_right_word(
    cli: Callable[..., Told], arguments: tuple[str, ...], message: str
) -> None:
    """On stderr, in one line, and nothing else happens."""
    plant(a=PRINTS)
    told = cli(*arguments)
    assert told.code == 2
    assert message in told.err
    assert told.out == ""
    assert told.err.startswith("prodlint: ")
    assert len(told.err.splitlines()) <= 2


# Selection and configuration


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ((), ["PRD401", "PRD201", "PRD101"]),
        (("--select", "print-call"), ["PRD201"]),
        (("--select", "PRD1,PRD2"), ["PRD201", "PRD101"]),
        (("--select", "errors"), ["PRD101"]),
        (("--select", "errors", "--extend-select", "print-call"), ["PRD201", "PRD101"]),
        (("--ignore", "print-call,PRD4"), ["PRD101"]),
        (("--ignore", "print-call", "--extend-ignore", "errors"), ["PRD401"]),
        (("--select", "ALL", "--ignore", "bare-except"), ["PRD401", "PRD201"]),
        (("--per-file-ignores", "a.py:print-call,errors"), ["PRD401"]),
        (("--per-file-ignores", "b.py:ALL"), ["PRD401", "PRD201", "PRD101"]),
        (("--context", "test"), ["PRD101"]),
        (("--config", 'select=["print-call"]'), ["PRD201"]),
        (("--config", 'rules.print-call.contexts=["test"]'), ["PRD401", "PRD101"]),
        (("--config", 'select=["print-call"]', "--config", 'extend-select=["errors"]'), ["PRD201", "PRD101"]),
    ],
)
def test_selection(cli: Callable[..., Told], arguments: tuple[str, ...], codes: list[str]) -> None:
    """The options do what their names say, together too."""
    plant(a="x = 1\nprint(1)\ntry:\n    x = 1\nexcept:\n    raise\n")
    assert cli(*arguments).codes == codes


def test_options_stand_anywhere(cli: Callable[..., Told]) -> None:
    """Before, between and after the paths; what follows `--` is a path."""
    plant(a=PRINTS, b=PRINTS, c=PRINTS)
    Path("-d.py").write_text(PRINTS)
    assert cli("a.py", "--quiet", "b.py", "--format", "text", "c.py").out.count("PRD201") == 3
    assert cli("a.py", "--quiet", "--", "-d.py").out.count("PRD201") == 2
    assert cli("./-d.py").out.startswith("-d.py:2:1:")


def test_plain_arguments_mean_what_the_parser_says() -> None:
    """Arguments that are read without the parser give what it would give; those that it refuses are left to it."""
    options = [*plain._FLAGS, *plain._LISTS, *plain._WORDS, "--format=json", "--select=", "--ignore=PRD1,print-call"]
    words = [*options, "a.py", "b/", "", "PRD1, errors", "text", "-", "--", "-j2", "--no-color", "a=b", "--format=odd"]
    parser = check_parser()
    chance = Random(7)
    read = 0
    for _ in range(3000):
        given = chance.choices(words, k=chance.randint(0, 4))
        found = plain.read_plain(given)
        if found is not None:
            read += 1
            parsed = parser.parse_args(given, plain.CheckOptions())
            names = vars(parser.parse_args([]))
            assert {name: getattr(found, name) for name in names} == {name: getattr(parsed, name) for name in names}
            assert {name: getattr(plain.CheckOptions(), name) for name in names} == names
    assert read > 300


def test_isolated_reads_no_file(cli: Callable[..., Told]) -> None:
    """The same answer on every machine."""
    plant(a=PRINTS)
    Path("prodlint.toml").write_text('ignore = ["print-call"]\n')
    assert cli().code == 0
    assert cli("--isolated").codes == ["PRD201"]
    assert cli("--config", "prodlint.toml").code == 0


def test_excludes(cli: Callable[..., Told]) -> None:
    """Replaced or added to; what is named is checked unless excludes are forced."""
    plant(a=PRINTS, b=PRINTS, c__d=PRINTS)
    Path("prodlint.toml").write_text('exclude = ["b.py"]\n')

    def paths(*arguments: str) -> list[str]:
        return [line.split(":")[0] for line in cli(*arguments).out.splitlines()]

    assert paths() == ["a.py", "c/d.py"]
    assert paths("--exclude", "a.py") == ["b.py", "c/d.py"]
    assert paths("--extend-exclude", "a.py") == ["c/d.py"]
    assert paths("--extend-exclude", "a.py,c") == []
    assert paths("b.py") == ["b.py"]
    assert paths("b.py", "--force-exclude", "--allow-empty") == []
    assert cli("--show-files").out == "a.py\nc/d.py\n"


def test_gitignore(cli: Callable[..., Told]) -> None:
    """What git ignores is left out unless asked for."""
    plant(a=PRINTS, b=PRINTS)
    Path(".gitignore").write_text("a.py\n")
    assert cli("--show-files").out == "b.py\n"
    assert cli("--show-files", "--no-gitignore").out == "a.py\nb.py\n"


# Output


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("source", [CLEAN, PRINTS, "def f(:\n"])
def test_stdout_holds_the_report_and_nothing_else(cli: Callable[..., Told], format_name: str, source: str) -> None:
    """Programs read it: summaries, problems and warnings belong elsewhere."""
    plant(a=source)
    Path("a.py").write_text(source + 'x = "\\d"\n')  # a warning of the parser's
    told = cli("--format", format_name, "a.py", "missing.py")
    assert told.code == 2
    assert "missing.py" in told.err
    assert "Warning" not in told.err
    assert "checked 1 file" in told.err
    assert "checked 1 file" not in told.out
    if format_name == "json":
        document = json.loads(told.out)
        assert document["files"] == {"checked": 1, "cached": 0, "skipped": 0, "unchanged": 0}
        assert [problem["path"] for problem in document["problems"]] == ["missing.py"]
    elif source == CLEAN:
        empty = dict.fromkeys(("text", "full", "jsonl", "github", "azure", "pylint"), "")
        empty["statistics"] = "0  total  0 rules  0 files\n"
        assert told.out == empty.get(format_name, told.out)
    else:
        assert "\x1b" not in told.out
    assert cli("--output-format", format_name, "--quiet", "a.py").err == ""


def test_the_default_format_is_text_and_statistics_has_an_option(cli: Callable[..., Told]) -> None:
    """Off a terminal: a pipe's reader wants lines."""
    plant(a=PRINTS)
    assert cli("a.py").out == cli("--format", "text", "a.py").out
    assert cli("a.py").out.startswith("a.py:2:1: PRD201 print-call ")
    assert cli("--statistics", "a.py").out == cli("--format", "statistics", "a.py").out


def test_max_per_rule(cli: Callable[..., Told]) -> None:
    """The rest is counted, and the exit code and the summary count all."""
    plant(a='"""A."""\n' + "print(1)\n" * 10)
    told = cli("--max-per-rule", "3")
    assert len(told.out.splitlines()) == 4
    assert told.out.splitlines()[-1] == "… 7 more print-call (--max-per-rule 0 shows all)"
    assert "10 errors" in told.err
    assert len(cli("--max-per-rule", "0").out.splitlines()) == 10
    assert len(json.loads(cli("--max-per-rule", "3", "--format", "json").out)["violations"]) == 10


def test_quiet_and_summary(cli: Callable[..., Told]) -> None:
    """One line at the end, which says that all is clear only if it is; none when asked for silence."""
    plant(a=CLEAN)
    assert cli().err.startswith("all clear: 1 file checked in ")
    assert "(1 cached)" in cli().err
    assert cli("-q").err == ""
    plant(a=PRINTS + "# prodlint: allow-file no-such-rule\n")
    assert "1 error, 1 warning" in cli().err


def test_suppressed_ones_are_shown_when_asked_for(cli: Callable[..., Told]) -> None:
    """With the reason, and without failing the run."""
    plant(a='"""A."""\nprint(1)  # prodlint: allow print-call -- a tool\n')
    assert cli()[:2] == (0, "")
    told = cli("--show-suppressed")
    assert told.code == 0
    assert told.out.rstrip().endswith("(allowed: a tool)")


def test_show_files_lists_and_stops(cli: Callable[..., Told]) -> None:
    """One a line, neutralised like all foreign text; nothing is checked."""
    plant(a="def f(:\n", b__c=PRINTS)
    Path("evil\x1b[31m\n.py").write_text("")
    told = cli("--show-files")
    assert told == (0, "a.py\nb/c.py\nevil\\x1b[31m\\x0a.py\n", "")
    told = cli("--show-files", "a.py", "missing.py")
    assert (told.code, told.out) == (2, "a.py\n")
    assert "missing.py" in told.err


def test_jobs_and_cache_options(cli: Callable[..., Told], tmp_path: Path) -> None:
    """None of them changes what is found."""
    plant(a=PRINTS, b=BARE, c=UNDOCUMENTED)
    expected = cli("--no-cache").out
    cache = tmp_path.parent / "own-cache"
    for arguments in (["--jobs", "1"], ["-j", "2"], ["-j0"], ["--cache-dir", str(cache)], ["--no-cache", "-j2"]):
        assert cli(*arguments).out == expected
    assert cache.is_dir()


def test_version_and_help(cli: Callable[..., Told]) -> None:
    """On stdout, since they were asked for; every option is in the help."""
    assert cli("--version") == (0, f"prodlint {__version__}\n", "")
    assert cli("check", "--version") == (0, f"prodlint {__version__}\n", "")
    told = cli("--help")
    assert (told.code, told.err) == (0, "")
    for option in (
        "--select --extend-select --ignore --extend-ignore --per-file-ignores --exclude --extend-exclude "
        "--no-gitignore --force-exclude --config --isolated --format --output-format --output --show-suppressed "
        "--max-per-rule --statistics --quiet --context --fail-on --exit-zero --jobs --no-cache --cache-dir "
        "--show-files --allow-empty --color "
        "--no-color --stdin-filename --stdin-display-name --version --help explain rules config"
    ).split():
        assert option in told.out, option


# Commands


def test_explain(cli: Callable[..., Told]) -> None:
    """Every rule has a page, under its name and its code."""
    rules = json.loads(cli("rules", "--format", "json").out)
    assert len(rules) >= 10
    for rule in rules:
        told = cli("explain", rule["name"])
        assert (told.code, told.err) == (0, "")
        assert told.out == cli("explain", rule["code"]).out
        assert told.out.startswith(f"# {rule['name']} ({rule['code']})\n")
        assert "## " in told.out


def test_rules(cli: Callable[..., Told]) -> None:
    """A line a rule."""
    told = cli("rules")
    names = [rule["name"] for rule in json.loads(cli("rules", "--format", "json").out)]
    assert [line.split()[1] for line in told.out.splitlines()] == names
    assert told.err == ""


def test_config(cli: Callable[..., Told]) -> None:
    """The keys, one key, and what holds for a file with the reason."""
    plant(a=PRINTS)
    Path("prodlint.toml").write_text('ignore = ["print-call"]\n')
    assert "fail-on" in cli("config").out
    assert "fail-on" in cli("config", "fail-on").out
    shown = cli("config", "--show", "a.py").out
    assert "print-call" in shown
    assert "prodlint.toml:1" in shown
    assert "--select" in cli("config", "--show", "a.py", "--select", "print-call").out


@pytest.mark.parametrize("command", ["rules", "config", "explain", "check"])
def test_a_path_with_a_commands_name(cli: Callable[..., Told], command: str) -> None:
    """The word is the command, and stderr says how to name the path."""
    plant(**{f"{command}__a": PRINTS})
    told = cli(command, *(["bare-except"] if command == "explain" else []))
    if command != "check":
        assert (
            f"`{command}` is taken for the command; write `./{command}` or `check {command}` for the path" in told.err
        )
        assert told.code == 0
    assert cli(f"./{command}").codes == ["PRD201"]
    assert cli("check", command).codes == ["PRD201"]
    assert cli("--", command).codes == ["PRD201"]


# stdin


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on stdin."""
    return lambda data: monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("-",), "<stdin>"),
        (("--stdin-filename", "pkg/a.py"), "pkg/a.py"),
        (("--stdin-filename", "pkg/a.py", "-"), "pkg/a.py"),
        (("--stdin-display-name", "pkg/a.py", "-"), "pkg/a.py"),
        (("check", "-"), "<stdin>"),
    ],
)
def test_stdin(cli: Callable[..., Told], stdin: Callable[[bytes], None], arguments: tuple[str, ...], path: str) -> None:
    """What an editor has not saved yet, under the name it will have."""
    stdin(b'"""A."""\nprint(1)\n')
    told = cli(*arguments)
    assert told.code == 1
    assert told.out.startswith(f"{path}:2:1: PRD201 ")
    assert "checked 1 file" in told.err


def test_stdin_is_judged_by_its_name(cli: Callable[..., Told], stdin: Callable[[bytes], None]) -> None:
    """The context and the configuration are those of the file that it will be."""
    stdin(PRINTS.encode())
    assert cli("--stdin-filename", "tests/test_a.py").code == 0
    Path("below").mkdir()
    Path("below/prodlint.toml").write_text('ignore = ["print-call"]\n')
    stdin(PRINTS.encode())
    assert cli("--stdin-filename", "below/a.py").code == 0
    stdin(b"#!/usr/bin/env python\nprint(1)\n")
    assert "PRD201" not in cli("-").out


@pytest.mark.parametrize("data", [b"", b"x = '\xe9'\n", b"def f(:\n", b"# coding: latin-1\nx = '\xe9'\n", b"x\0\n"])
def test_stdin_of_all_kinds(cli: Callable[..., Told], stdin: Callable[[bytes], None], data: bytes) -> None:
    """Bytes are decoded as a file's are."""
    stdin(data)
    told = cli("--stdin-filename", "tests/test_a.py", "--select", "print-call")
    is_read = data == b"" or b"latin" in data
    assert (told.code, told.codes) == ((0, []) if is_read else (1, ["PRD900"]))


def test_closed_streams(tmp_path: Path) -> None:
    """A daemon or a job runner may close any of them."""
    (tmp_path / "a.py").write_text(PRINTS)
    for closing, arguments, code in (
        ("<&-", "-", 2),
        (">&-", "a.py", 1),
        ("2>&-", "a.py", 1),
        ("<&- >&- 2>&-", ".", 1),
    ):
        command = f'exec "{sys.executable}" -m prodlint --no-cache {arguments} {closing}'
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, check=False, cwd=tmp_path, env=environment(), timeout=60
        )
        assert done.returncode == code, (closing, done)
        assert b"Traceback" not in done.stderr
        assert b"Exception" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments", [("a.py",), ("--format", "json", "a.py"), ("rules",), ("--help",), ("--version",)]
)
@pytest.mark.parametrize("unbuffered", [None, "1"])
def test_output_on_a_full_disk(tmp_path: Path, arguments: tuple[str, ...], unbuffered: str | None) -> None:
    """A report that nobody has is no success, and a traceback is no message."""
    (tmp_path / "a.py").write_text(PRINTS)
    variables = environment(PYTHONUNBUFFERED=unbuffered)
    with open("/dev/full", "wb") as full:
        done = spawn(*arguments, stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, env=variables)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == "prodlint: the report cannot be written: No space left on device"
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


BROKEN = [("--format", name, "--quiet", ".") for name in FORMATS]
BROKEN += [("rules",), ("rules", "--format", "json"), ("config",), ("--help",), ("--show-files", "."), ("--version",)]


@pytest.mark.parametrize("arguments", BROKEN, ids=" ".join)
@pytest.mark.parametrize("unbuffered", [None, "1"])
def test_a_broken_pipe_is_silent(tmp_path: Path, arguments: tuple[str, ...], unbuffered: str | None) -> None:
    """`prodlint | head -1`: the reader has what it wanted."""
    (tmp_path / "a.py").write_text('"""A."""\n' + "print(1)\n" * 3_000)
    read, write = os.pipe()
    os.close(read)
    try:
        variables = environment(PYTHONUNBUFFERED=unbuffered)
        done = spawn(*arguments, stdout=write, stderr=subprocess.PIPE, cwd=tmp_path, env=variables)
    finally:
        os.close(write)
    assert done.stderr == b""
    assert done.returncode in (0, 1)


def test_head_gets_its_line(tmp_path: Path) -> None:
    """In a real pipeline, with stderr in the same pipe."""
    (tmp_path / "a.py").write_text('"""A."""\n' + "print(1)\n" * 8_000)
    command = f'"{sys.executable}" -m prodlint --no-cache a.py 2>&1 | head -1'
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False, cwd=tmp_path, env=environment())
    assert done.stdout.startswith(b"a.py:2:1: PRD201 ")
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


# Signals


@pytest.fixture(scope="module")
def large_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tree that takes seconds to check."""
    root = tmp_path_factory.mktemp("large")
    text = '"""A."""\n' + "".join(f"def f{n}(a, b):\n    print(a, [b, {n}], {{a: b}})\n" for n in range(4_000))
    (root / "a0.py").write_text(text)
    for number in range(1, 150):
        shutil.copy(root / "a0.py", root / f"a{number}.py")
    yield root
    shutil.rmtree(root)


def processes_of(group: int) -> list[str]:
    """The numbers of the processes of a group that still run."""
    found = []
    for entry in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it ended meanwhile
            state, _, its_group = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[:3]
            found += [entry] if int(its_group) == group and state != "Z" else []
    return found


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are looked up in /proc")
@pytest.mark.parametrize(
    ("number", "jobs", "codes"),
    [
        (signal.SIGINT, "1", (130,)),
        (signal.SIGINT, "2", (130,)),
        # With nothing to clean up the process dies of the signal itself; shells say 143 of both.
        (signal.SIGTERM, "1", (143, -signal.SIGTERM)),
        (signal.SIGTERM, "2", (143, -signal.SIGTERM)),
    ],
)
def test_a_signal_ends_the_run_at_once(
    large_tree: Path, number: signal.Signals, jobs: str, codes: tuple[int, ...]
) -> None:
    """Within a second, without a traceback, a report of a part, or a process that goes on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prodlint", "--no-cache", "--isolated", "--jobs", jobs, "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=large_tree,
        env=environment(),
        start_new_session=True,
    )
    wanted = 1 if jobs == "1" else 3
    deadline = time.monotonic() + 20
    while len(processes_of(process.pid)) < wanted and time.monotonic() < deadline and process.poll() is None:
        select.select([], [], [], 0.02)
    if jobs == "1":
        select.select([], [], [], 0.5)  # into the checking
    assert process.poll() is None
    sent = time.monotonic()
    process.send_signal(number)
    out, errors = process.communicate(timeout=20)
    assert time.monotonic() - sent < 1.5  # a second, and what a loaded machine adds
    assert process.returncode in codes
    assert (out, errors) == (b"", b"")
    deadline = time.monotonic() + 2
    while (left := processes_of(process.pid)) and time.monotonic() < deadline:
        select.select([], [], [], 0.02)
    assert left == []


# Terminals and encodings


def test_stdout_that_is_not_utf8(tmp_path: Path) -> None:
    """A message with a character that the terminal has not is escaped, not a crash."""
    (tmp_path / "é.py").write_text('"""A."""\nprint("日本")\n' * 30)
    for format_name in FORMATS:
        for encoding in ("ascii", "latin-1", "cp1252", "utf-8"):
            done = spawn(
                "--format", format_name, "--no-cache", "--max-per-rule", "3", ".",
                cwd=tmp_path, env=environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
            )  # fmt: skip
            assert done.returncode == 1
            assert b"Traceback" not in done.stderr
            done.stdout.decode(encoding)
            if format_name == "text":
                assert done.stdout.startswith(
                    {"ascii": b"\\xe9.py", "utf-8": "é.py".encode()}.get(encoding, b"\xe9.py")
                )


def test_the_c_locale(tmp_path: Path) -> None:
    """Containers have no other."""
    (tmp_path / "é.py").write_text('"""A."""\nprint("日本")\n')
    done = spawn(".", "--no-cache", cwd=tmp_path, env=environment(LC_ALL="C", LANG=None, PYTHONCOERCECLOCALE="0"))
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variables", "arguments", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "0"}, (), False),
        ({"FORCE_COLOR": ""}, (), False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, (), False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, (), True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, (), True),
        ({"NO_COLOR": "1"}, ("--color",), True),
        ({"FORCE_COLOR": "1"}, ("--no-color",), False),
    ],
)
def test_colour_off_a_terminal(
    cli: Callable[..., Told],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    arguments: tuple[str, ...],
    coloured: bool,
) -> None:
    """Only where it was asked for, by option before variable, on both streams."""
    plant(a=PRINTS)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    told = cli("--format", "full", *arguments, "a.py", "missing.py")
    assert ("\x1b[" in told.out) is coloured
    assert ("\x1b[" in told.err) is coloured
    assert "\x1b" not in cli("--format", "json", *arguments, "a.py").out
    if coloured:
        assert all("\x1b" in line for line in told.err.splitlines())


class _Stream:
    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def fileno(self) -> int:
        raise OSError("no descriptor")


@pytest.mark.parametrize(
    ("is_terminal", "variables", "expected"),
    [
        (True, {}, (True, True, 80)),
        (True, {"TERM": "dumb"}, (True, False, 80)),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, (True, False, 80)),
        (True, {"COLUMNS": "20"}, (True, True, 20)),
        (True, {"COLUMNS": "wide"}, (True, True, 80)),
        (False, {}, (False, False, 10_000)),
        (False, {"COLUMNS": "20"}, (False, False, 20)),
    ],
)
def test_what_a_terminal_is(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, variables: dict[str, str], expected: tuple[bool, bool, int]
) -> None:
    """Judged by the stream itself and the variables that everybody sets."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_of(_Stream(is_terminal), None) == expected


def on_terminal(*arguments: str, cwd: Path, **changes: str | None) -> tuple[int, str]:
    """Run on a pseudo-terminal; the exit code and all that appeared."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "prodlint", *arguments],
        stdin=child, stdout=child, stderr=child, cwd=cwd, env=environment(**changes), close_fds=True,
    )  # fmt: skip
    os.close(child)
    pieces = []
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
        while piece := os.read(parent, 65536):
            pieces.append(piece)
    os.close(parent)
    return process.wait(timeout=60), b"".join(pieces).decode(errors="replace")


def test_on_a_terminal(tmp_path: Path) -> None:
    """Source lines, colour, at most twenty of a rule; no bar over a run of milliseconds."""
    (tmp_path / "a.py").write_text('"""A."""\n' + "print(1)\n" * 30)
    code, shown = on_terminal("--no-cache", "a.py", cwd=tmp_path, TERM="xterm")
    assert code == 1
    assert "\x1b[" in shown
    assert shown.count("^^^^^^^^") == 20
    assert "… 10 more print-call (--max-per-rule 0 shows all)" in shown
    assert "checking" not in shown
    code, shown = on_terminal("--no-cache", "a.py", cwd=tmp_path, TERM="dumb", COLUMNS="20")
    assert "\x1b" not in shown
    assert "print-call" in shown
    code, shown = on_terminal("--no-cache", "a.py", "--format", "text", cwd=tmp_path, TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in shown
    assert shown.count("PRD201") == 30


def test_a_bar_appears_after_a_second_on_a_terminal_only(large_tree: Path) -> None:
    """And it is taken off the screen before the report."""
    names = [f"a{number}.py" for number in range(12)]
    arguments = ("--no-cache", "--isolated", "--jobs", "1", "--select", "bare-except", *names)
    code, shown = on_terminal(*arguments, cwd=large_tree, TERM="xterm")
    assert code == 0
    assert "checking" in shown
    assert "/12" in shown
    assert ": 12 files checked in " in shown.rstrip().splitlines()[-1]


@pytest.mark.parametrize("width", ["20", "1", "0", "100000", "x"])
def test_any_width(cli: Callable[..., Told], monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    """A terminal in the corner of the screen."""
    plant(a='"""A."""\n' + "x = [" + "1, " * 300 + "]; print('日本語')\n")
    monkeypatch.setenv("COLUMNS", width)
    told = cli("--format", "full")
    assert told.code == 1
    assert "print-call" in told.out


# Surroundings

HIJACKER = 'import os\nos.write(2, b"hijacked")\nraise SystemExit(3)\n'


@pytest.mark.parametrize("flags", [(), ("-OO",), ("-X", "utf8")], ids=str)
def test_modules_of_the_checked_tree_are_never_imported(tmp_path: Path, flags: tuple[str, ...]) -> None:
    """`python -m` puts the current directory first on the import path."""
    names = [
        "json",
        "re",
        "typing",
        "argparse",
        "libcst",
        "rich",
        "prodlint_rules",
        "pathspec",
        "tomllib",
        "sitecustomize",
    ]
    for name in [*names, "tokenize", "signal", "gc", "select", "mmap", "enum", "difflib"]:
        (tmp_path / f"{name}.py").write_text(HIJACKER)
    if sys.version_info < (3, 11):
        (tmp_path / "enum.py").unlink()  # Python's own start imports it from there
    (tmp_path / "prodlint.toml").write_text('ignore = ["print-call"]\n')
    (tmp_path / "bad.py").write_text('"""A."""\ntry:\n    x = 1\nexcept:\n    x = 2\n# TODO: "# noqa"\n')
    for format_name in FORMATS:
        done = spawn("--format", format_name, "--no-cache", flags=flags, cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        assert b"hijacked" not in done.stderr
    for arguments in (("explain", "bare-except"), ("rules", "--format", "json"), ("config", "--show", "bad.py")):
        done = spawn(*arguments, flags=flags, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_without_docstrings_and_assertions(tmp_path: Path) -> None:
    """`python -OO` takes both out of prodlint's own code."""
    (tmp_path / "a.py").write_text(PRINTS + BARE + UNDOCUMENTED + "# TODO: x\n")
    plain = spawn("--no-cache", "a.py", cwd=tmp_path)
    assert spawn("--no-cache", "a.py", flags=("-OO",), cwd=tmp_path).stdout == plain.stdout
    done = spawn("explain", "bare-except", flags=("-OO",), cwd=tmp_path)
    assert done.returncode == 0
    assert b"bare-except" in done.stdout


def test_no_home(tmp_path: Path) -> None:
    """A service without a home directory has no cache and no complaint."""
    (tmp_path / "a.py").write_text(PRINTS)
    for changes in ({"HOME": None}, {"HOME": ""}, {"HOME": "/nonexistent/home"}):
        done = spawn("a.py", cwd=tmp_path, env=environment(XDG_CACHE_HOME=None, PRODLINT_CACHE_DIR=None, **changes))
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        assert done.stdout.startswith(b"a.py:2:1: PRD201 ")
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_read_only_directory(tmp_path: Path) -> None:
    """Nothing is written where prodlint runs."""
    (tmp_path / "a.py").write_text(PRINTS)
    tmp_path.chmod(0o555)
    try:
        done = spawn("a.py", cwd=tmp_path, env=environment(HOME=str(tmp_path.parent / "home")))
        before = sorted(path.name for path in tmp_path.iterdir())
    finally:
        tmp_path.chmod(0o755)
    assert (done.returncode, before) == (1, ["a.py"])


def test_a_directory_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shell in a removed directory."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["."]) == 2
    assert capsys.readouterr().err == "prodlint: the current directory does not exist any more\n"


def test_hostile_environment(tmp_path: Path) -> None:
    """Warnings as errors, a strange umask, no colour of time zone: the same report."""
    (tmp_path / "a.py").write_text(PRINTS + 'x = "\\d"\n')
    plain = spawn("--no-cache", "a.py", cwd=tmp_path)
    for changes in ({"PYTHONWARNINGS": "error"}, {"TZ": "No/Where"}, {"PYTHONDEVMODE": "1"}, {"PYTHONSAFEPATH": "1"}):
        done = spawn("--no-cache", "a.py", cwd=tmp_path, env=environment(**changes))
        assert (done.returncode, done.stdout) == (1, plain.stdout), done.stderr
        assert b"Warning" not in done.stderr
