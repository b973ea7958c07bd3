"""Known violations: recorded, found again when code moves, merged by git, shrunk; a faulty file is no clean run."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from prodlint import check_paths, check_source
from prodlint.baseline import FILE_NAME, Extent, FaultyBaselineError, entries_of, match, read, write
from prodlint.hosts.cli import main
from prodlint.model import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.baseline.file import Entry

PRINTS = '"""A module."""\n\n\ndef greet(name: str) -> None:\n    """Say hello."""\n    print("hello", name)\n'
BARE = '"""A module."""\n\n\ndef load() -> None:\n    """Load."""\n    try:\n        go()\n    except:\n        raise\n'


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in an empty project, without a cache."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path / "cache"))
    Path("prodlint.toml").write_text("")

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def plant(path: str, text: str) -> None:
    """A file in the current directory."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def recorded() -> list[list[object]]:
    """The entries of the project's baseline, as any reader of JSON sees them."""
    return [entry for entry in json.loads(Path(FILE_NAME).read_text())["known"] if entry]


# Recording, and what it hides


def test_what_is_recorded_counts_no_more(cli):
    """The first run over legacy code is the one that decides whether a team keeps the tool."""
    plant("a.py", PRINTS)
    assert cli().code == 1
    told = cli("baseline")
    assert (told.code, told.out) == (0, "")
    assert told.err == f"prodlint: {FILE_NAME} is written and knows 1 violation in 1 file\n"
    told = cli()
    assert (told.code, told.out) == (0, "")
    assert "all clear: 1 file checked" in told.err
    assert told.err.endswith("; 1 known from the baseline\n")
    assert [(path, rule, count) for path, rule, _, count in recorded()] == [("a.py", "print-call", 1)]


def test_what_is_known_is_shown_on_demand(cli):
    """It is debt, not an exception that somebody argued for: it is told apart from what a comment allows."""
    plant("a.py", PRINTS + 'print("x")  # prodlint: allow print-call -- SHOP-1\n')
    cli("baseline")
    shown = cli("--show-suppressed").out
    assert shown.count("(known from the baseline)") == 1
    assert shown.count("(allowed: SHOP-1)") == 1
    origins = [
        v["suppressed"]["origin"] for v in json.loads(cli("--show-suppressed", "--format", "json").out)["violations"]
    ]
    assert origins == ["baseline", "comment"]
    assert json.loads(cli("--format", "json").out)["violations"] == []
    assert cli("--no-baseline").code == 1
    assert cli("--isolated").code == 1


@pytest.mark.parametrize("format_name", ["text", "full", "json", "statistics"])
def test_new_ones_are_reported(cli, format_name):
    """A file with known violations is not a file where everything is allowed."""
    plant("a.py", PRINTS)
    cli("baseline")
    plant("a.py", PRINTS + "\n\ndef add() -> None:\n    '''Add.'''\n    print('new')\n")
    told = cli("--format", format_name)
    assert told.code == 1
    assert told.out.count("print-call") == 1
    assert "1 error; 1 known from the baseline" in told.err


def test_of_equal_ones_the_last_is_new(cli):
    """Which of them is new nobody can tell; the same one must be reported by every run."""
    plant("a.py", "print(1)\nprint(1)\n")
    cli("baseline", "--select", "print-call")
    plant("a.py", "print(1)\nprint(1)\n\nprint(1)\nprint(1)\n")
    lines = [line.split(":")[1] for line in cli("--select", "print-call").out.splitlines()]
    assert lines == ["4", "5"]


def test_an_unread_file_is_never_hidden(cli):
    """It has violations that nobody knows; and while it cannot be read, nothing of it can be said to be gone."""
    plant("a.py", PRINTS)
    plant("b.py", "def f(:\n")
    told = cli("baseline")
    assert told.code == 1
    assert re.fullmatch(r"b\.py:1:\d+: PRD900 .*\n", told.out)
    assert "1 violation above cannot be hidden" in told.err
    assert {path for path, *_ in recorded()} == {"a.py"}
    plant("a.py", "def f(:\n")
    told = cli()
    assert (told.code, told.out.count("PRD900")) == (1, 2)
    assert "stale" not in told.err
    cli("baseline")
    assert {path for path, *_ in recorded()} == {"a.py"}


def test_an_entry_cannot_hide_an_unread_file(cli):
    """Not even one that was written by hand."""
    plant("b.py", "def f(:\n")
    (violation,) = check_source("def f(:\n", "b.py", config={}).violations
    write(FILE_NAME, FILE_NAME, {("b.py", violation.rule, violation.fingerprint): 1})
    assert cli().code == 1


def test_a_rule_that_crashes_leaves_the_baseline_alone(cli, monkeypatch):
    """Its violations are missing, not mended."""
    plant("a.py", PRINTS)
    cli("baseline")
    before = Path(FILE_NAME).read_bytes()
    monkeypatch.setattr("prodlint_rules.print_call.rule.check_function", None, raising=False)
    import prodlint_rules.print_call as module

    def crash(_site: object) -> list[object]:
        raise RuntimeError("out of order")

    monkeypatch.setattr(module.rule, "check_function", crash)
    told = cli("baseline", "--no-cache")
    assert told.code == 2
    assert "left as it is" in told.err
    assert Path(FILE_NAME).read_bytes() == before
    assert "stale" not in cli("--no-cache").err


def test_many_findings_without_a_baseline_are_met_with_advice(cli):
    """Whoever sees 5,000 lines on the first day must learn of the way out from the last one."""
    plant("a.py", "print(1)\n" * 60)
    assert cli().err.endswith("; `prodlint baseline` records these, so that only new ones are reported\n")
    assert "prodlint baseline" not in cli("--no-baseline").err
    cli("baseline")
    plant("a.py", "print(2)\n" * 60)
    assert "records these" not in cli().err
    Path(FILE_NAME).unlink()
    plant("a.py", "print(2)\n" * 20)
    assert "prodlint baseline" not in cli().err


# Shrinking and growing


def test_it_only_shrinks(cli):
    """A baseline that grows by itself hides whatever is written next."""
    plant("a.py", "print(1)\nprint(2)\nprint(3)\n")
    cli("baseline", "--select", "print-call")
    plant("a.py", "print(1)\nprint(4)\n")
    told = cli("--select", "print-call")
    assert (told.code, told.out.count("PRD201")) == (1, 1)
    assert "1 known from the baseline, 2 stale entries of the baseline" in told.err
    told = cli("baseline", "--select", "print-call")
    assert told.code == 0
    assert told.err.endswith("knows 1 violation in 1 file: 2 removed; 1 new one left out (`--add` adds them)\n")
    assert cli("--select", "print-call").code == 1
    assert "1 added" in cli("baseline", "--add", "--select", "print-call").err
    assert cli("--select", "print-call").code == 0
    assert cli("baseline", "--select", "print-call").err.endswith("knows 2 violations in 1 file: nothing changed\n")


def test_an_emptied_baseline_stays(cli):
    """Without the file the next `prodlint baseline` would record everything anew."""
    plant("a.py", PRINTS)
    cli("baseline")
    plant("a.py", '"""A module."""\n')
    cli("baseline")
    assert recorded() == []
    plant("a.py", PRINTS)
    cli("baseline")
    assert recorded() == []
    assert cli().code == 1


def test_stale_entries_fail_on_demand_only(cli):
    """Mending a violation must not break anybody's build, unless the team wants the file kept exact."""
    plant("a.py", PRINTS)
    cli("baseline")
    plant("a.py", '"""A module."""\n')
    assert cli().code == 0
    assert cli("--fail-on-stale").code == 1
    assert cli("--fail-on-stale", "--exit-zero").code == 0
    (entry,) = json.loads(cli("--format", "json").out)["stale_entries"]
    assert (entry["path"], entry["rule"], entry["gone"]) == ("a.py", "print-call", 1)
    cli("baseline")
    assert cli("--fail-on-stale").code == 0


def test_only_what_was_looked_at_is_judged(cli):
    """A run over half of the project, or with half of the rules, knows nothing of the other half."""
    plant("src/a.py", PRINTS)
    plant("lib/b.py", PRINTS + BARE)
    cli("baseline")
    for arguments in (("src",), ("src/a.py",), ("--ignore", "print-call"), ("--exclude", "lib"), ("--context", "test")):
        assert "stale" not in cli(*arguments).err, arguments
        cli("baseline", *(argument for argument in arguments if argument not in ("--exclude", "lib")))
    assert len(recorded()) == 3
    shutil.rmtree("lib")
    assert "stale" not in cli("src").err
    assert "stale" in cli().err
    cli("baseline", "src")
    assert len(recorded()) == 3
    cli("baseline", ".")
    assert len(recorded()) == 1


def test_from_a_subdirectory(cli, monkeypatch):
    """The root decides where the file is and what its paths mean, not the current directory."""
    plant("src/a.py", PRINTS)
    plant("b.py", PRINTS)
    cli("baseline")
    monkeypatch.chdir("src")
    told = cli()
    assert (told.code, "stale" in told.err) == (0, False)
    plant("a.py", '"""A module."""\n')
    assert "1 removed" in cli("baseline").err
    assert not Path(FILE_NAME).exists()
    monkeypatch.chdir("..")
    assert {path for path, *_ in recorded()} == {"b.py"}


# Moved, reformatted and renamed code


def test_moved_code_is_known(cli):
    """Lines above change every day; a baseline of line numbers is worth nothing the day after."""
    plant("a.py", PRINTS)
    cli("baseline")
    plant(
        "a.py",
        PRINTS.replace('"""A module."""\n', '"""A module."""\n\nimport os\n\nHERE = os.getcwd()\n') + "\nX = 1\n",
    )
    assert cli().code == 0


RAGGED = """\
import os


def first(  a,b  ):
    try:
        print ('a', "it's",  ( a ),
          b)
    except  :
        pass # TODO   mend
    print("one "
          "two" 'three',)
    print("a very long line that has to be broken", "because it does not fit", "into what ruff keeps", a)


class Second :
    def third(self,long_argument_number_one, long_argument_number_two, long_argument_number_three, long_four):
        print( long_argument_number_one , long_argument_number_two, sep = ',' ) ; print( 'x' )
        if (self) : print(f'{ self }')
        #TODO: all of it
"""


def test_reformatted_code_is_known(cli):
    """A team that adopts a formatter must not see its whole debt as new on that day."""
    pytest.importorskip("ruff", reason="the formatter is a development tool")
    plant("a.py", RAGGED)
    cli("baseline")
    assert sum(int(str(entry[3])) for entry in recorded()) >= 10
    subprocess.run([sys.executable, "-m", "ruff", "format", "--isolated", "-q", "a.py"], check=True)
    assert Path("a.py").read_text() != RAGGED
    told = cli("--fail-on-stale")
    assert (told.code, told.out) == (0, ""), told.err


def test_a_renamed_file_is_known(cli):
    """Packages are moved around all the time, with `git mv` or without."""
    plant("shop/cart.py", PRINTS + BARE)
    plant("shop/till.py", PRINTS)
    cli("baseline")
    Path("store").mkdir()
    Path("shop/cart.py").rename("store/cart.py")
    Path("shop/till.py").rename("shop/checkout.py")
    told = cli("--fail-on-stale")
    assert (told.code, told.out) == (0, ""), told.err
    assert cli("baseline").code == 0
    assert sorted({str(path) for path, *_ in recorded()}) == ["shop/checkout.py", "store/cart.py"]
    assert cli("--fail-on-stale").code == 0


def test_a_copy_is_new(cli):
    """Only a file that is gone has been renamed: copied debt is new debt."""
    plant("a.py", PRINTS)
    cli("baseline")
    plant("b.py", PRINTS)
    told = cli()
    assert (told.code, told.out.split(":")[0], told.out.count("\n")) == (1, "b.py", 1)


def test_a_new_file_does_not_inherit_from_many_deleted_ones(cli):
    """Every module without a docstring has the same fingerprint: one file can have been one other only."""
    for name in ("a", "b", "c"):
        plant(f"{name}.py", "x = 1\nprint(x)\n")
    cli("baseline")
    for name in ("a", "b", "c"):
        Path(f"{name}.py").unlink()
    plant("d.py", "x = 1\nprint(x)\nprint(x)\n")
    told = cli()
    assert (told.code, told.out.count("PRD201")) == (1, 1)


def test_a_renamed_package_is_known(cli):
    """Many files with the same names: each has to find its own."""
    generator = random.Random(5)
    for number in range(30):
        lines = "".join(f"print({generator.randrange(6)})\n" for _ in range(generator.randrange(1, 6)))
        plant(f"shop/p{number}/__init__.py", lines)
    cli("baseline")
    Path("shop").rename("store")
    told = cli("--fail-on-stale")
    assert (told.code, told.out) == (0, ""), told.err


# The file


def test_it_holds_nothing_that_changes(cli):
    """Time, version, lines, the machine: each would be a conflict in every merge."""
    plant("a.py", PRINTS)
    plant("é ü.py", BARE)
    cli("baseline")
    first = Path(FILE_NAME).read_bytes()
    Path(FILE_NAME).unlink()
    cli("baseline")
    assert Path(FILE_NAME).read_bytes() == first
    lines = first.decode("ascii").splitlines()
    assert lines[0] == '{"version": 1, "known": ['
    assert re.fullmatch(r'\["a\.py", "print-call", "[0-9a-f]{16}", 1\],', lines[1])
    assert lines[2] == ""
    assert lines[3].startswith('["\\u00e9 \\u00fc.py", "bare-except", "')
    assert lines[-2:] == ["[]", "]}"]
    assert cli().code == 0
    assert cli("--fail-on-stale").code == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"version": 1, "known": [\n', "\x00"])
def test_a_corrupt_file_is_no_clean_run(cli, text):
    """Cut off, emptied, something else: each time the run ends, and says what to do."""
    plant("a.py", '"""A module."""\n')
    Path(FILE_NAME).write_text(text)
    for command in ((), ("baseline",)):
        told = cli(*command)
        assert (told.code, told.out) == (2, "")
        assert told.err.startswith(f"prodlint: {FILE_NAME}:1: the baseline ") or "ends too early" in told.err
        assert "restore it from version control" in told.err
    assert Path(FILE_NAME).read_text() == text


GOOD = '["a.py", "print-call", "0123456789abcdef", 1],'


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        '["a.py", "print-call", "0123456789abcdef"],',
        '["a.py", "print-call", "0123456789abcdef", 0],',
        '["a.py", "print-call", "0123456789abcdef", -1],',
        '["a.py", "print-call", "0123456789abcdef", 1.5],',
        '["a.py", "print-call", "0123456789abcdef", true],',
        '["a.py", "print-call", "0123456789ABCDEF", 1],',
        '["a.py", "print-call", "0123", 1],',
        '["", "print-call", "0123456789abcdef", 1],',
        '["a.py", 1, "0123456789abcdef", 1],',
        '{"a.py": 1},',
        "[" * 100_000,
    ],
)
def test_a_faulty_line_is_named(tmp_path, line):
    """A slip in a merge resolved by hand: the place matters, and nothing may count as unknown in silence."""
    path = tmp_path / "b.json"
    path.write_text(f'{{"version": 1, "known": [\n{GOOD}\n\n{line}\n\n[]\n]}}\n')
    with pytest.raises(FaultyBaselineError) as caught:
        read(str(path), "b.json")
    assert caught.value.problem[1:4] == ("the baseline has a line that is no entry", "b.json", 4)


def test_other_faults_of_the_file(tmp_path):
    """A newer version, bytes of another kind, a folder: each is told for what it is."""
    path = tmp_path / "b.json"

    def fault() -> str:
        with pytest.raises(FaultyBaselineError) as caught:
            read(str(path), "b.json")
        return caught.value.problem.message

    assert fault() == "the baseline does not exist"
    path.write_bytes(b'{"version": 1, "known": [\n\xff\n[]\n]}\n')
    assert fault() == "the baseline is not UTF-8"
    path.write_text('{"version": 2, "known": []}')
    assert fault() == "the baseline is of version 2, not 1"
    path.write_text('{"version": 1, "known": [5]}')
    assert fault() == "the baseline holds something that is no entry, as item 1"
    path.unlink()
    path.mkdir()
    assert fault() == "the baseline cannot be read: Is a directory"


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_formatters_of_json_do_no_harm(tmp_path, indent):
    """Hooks reformat every JSON file of a repository, and check that it is valid."""
    path = tmp_path / "b.json"
    entries = {("a.py", "print-call", "0" * 16): 2, ('we"ird\\\n\udcff.py', "bare-except", "1" * 16): 1}
    write(str(path), "b.json", entries)
    assert read(str(path), "b.json").entries() == entries
    path.write_text(json.dumps(json.loads(path.read_text()), indent=indent))
    assert read(str(path), "b.json").entries() == entries
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(str(path), "b.json").entries() == entries
    write(str(path), "b.json", entries)
    assert path.read_text().startswith('{"version": 1, "known": [\n["a.py", ')


def test_it_is_written_all_at_once(cli, monkeypatch):
    """A full disk, a read-only folder: the old file stays, and nothing is left beside it."""
    plant("a.py", PRINTS)
    cli("baseline")
    os.chmod(FILE_NAME, 0o640)
    before = Path(FILE_NAME).read_bytes()
    plant("a.py", '"""A module."""\n')

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        told = cli("baseline")
    assert told.code == 2
    assert "cannot be written: No space left on device" in told.err
    assert Path(FILE_NAME).read_bytes() == before
    assert sorted(os.listdir(".")) == [FILE_NAME, "a.py", "prodlint.toml"]
    cli("baseline")
    assert recorded() == []
    assert os.stat(FILE_NAME).st_mode & 0o777 == 0o640


def test_a_linked_file_stays_a_link(cli):
    """Some keep it elsewhere."""
    plant("a.py", PRINTS)
    Path("ci").mkdir()
    Path(FILE_NAME).symlink_to("ci/known.json")
    write("ci/known.json", "known", {})
    cli("baseline", "--add")
    assert Path(FILE_NAME).is_symlink()
    assert len(recorded()) == 1


def test_another_file_can_be_named(cli, monkeypatch):
    """By option, or in the configuration; its paths are from the root all the same."""
    plant("src/a.py", PRINTS)
    told = cli("--baseline", "known.json")
    assert (told.code, told.out) == (2, "")
    assert "known.json: the baseline does not exist (`prodlint baseline` writes it)" in told.err
    cli("baseline", "--baseline", "known.json")
    assert cli("--baseline", "known.json").code == 0
    assert cli().code == 1
    Path("prodlint.toml").write_text('baseline = "known.json"\n')
    assert cli().code == 0
    assert cli("--no-baseline").code == 1
    monkeypatch.chdir("src")
    assert cli().code == 0
    assert cli("--baseline", "x", "--no-baseline").code == 2
    monkeypatch.chdir("..")
    Path("prodlint.toml").write_text("baseline = 5\n")
    told = cli()
    assert told.code == 2
    assert "`baseline` must be the path of a file" in told.err


def test_stdin_knows_its_file(cli, monkeypatch, tmp_path):
    """An editor shows what is new, as the command line does."""
    plant("a.py", PRINTS)
    cli("baseline")
    source = tmp_path / "source"
    for text, code in ((PRINTS, 0), (PRINTS + "print(1)\n", 1)):
        source.write_text(text)
        with source.open() as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            assert cli("-", "--stdin-filename", "a.py").code == code


def test_nothing_of_it_is_loaded_when_there_is_none(tmp_path):
    """Most runs have no baseline, and none of them pays for it."""
    (tmp_path / "a.py").write_text(PRINTS)
    for has_baseline in (False, True):
        if has_baseline:
            write(str(tmp_path / FILE_NAME), FILE_NAME, {("a.py", "x", "0" * 16): 1})
        script = "import sys; from prodlint.hosts.cli import main; main(['--no-cache']); print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        loaded = done.stdout.split()
        assert ("prodlint.baseline" in loaded) is has_baseline
        assert not {"json", "subprocess", "prodlint.git"} & set(loaded)


# The library


def test_the_library_knows_it_too(cli):
    """Named, it marks; a faulty one is an error like a faulty configuration."""
    plant("a.py", PRINTS)
    cli("baseline")
    report = check_paths(["."], baseline=FILE_NAME)
    (violation,) = report.violations
    assert violation.suppressed is not None
    assert violation.suppressed.origin is Origin.BASELINE
    assert [v.suppressed for v in check_paths(["."]).violations] == [None]
    plant("a.py", '"""A module."""\n')
    assert [stale.gone for stale in check_paths(["."], baseline=FILE_NAME).stale] == [1]
    with pytest.raises(ValueError, match=r"^none\.json: the baseline does not exist$"):
        check_paths(["."], baseline="none.json")


def test_touched_ones_are_new_before_others(tmp_path):
    """With changed lines only: the known one of two equal ones is that which nobody has touched."""
    report = check_source("print(1)\nprint(1)\n", "a.py", config={"select": ["print-call"]})
    extent = Extent(str(tmp_path), str(tmp_path))
    entries = entries_of(report.violations[:1], extent)
    path = tmp_path / FILE_NAME
    write(str(path), FILE_NAME, entries)
    for line in (1, 2):
        found = match(report, read(str(path), FILE_NAME), extent, lambda v, line=line: v.span.line == line).report
        assert [v.span.line for v in found.violations if v.span and v.suppressed is None] == [line]


# Merging


def git(directory: Path, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
    """Run git as nobody in particular."""
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")
    done = subprocess.run(["git", *settings, *arguments], cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not ok, done.stderr
    return done


def merged(directory: Path, base: dict[Entry, int], ours: dict[Entry, int], theirs: dict[Entry, int]) -> bool:
    """Have git merge two branches' baselines, each written by shrinking or growing the old; whether it could."""
    directory.mkdir()
    git(directory, "init", "-q", "-b", "main")
    path = directory / FILE_NAME

    def commit(entries: dict[Entry, int]) -> None:
        write(str(path), FILE_NAME, entries)
        git(directory, "add", ".")
        git(directory, "commit", "-q", "--allow-empty", "-m", "x")

    commit(base)
    git(directory, "checkout", "-q", "-b", "other")
    commit(theirs)
    git(directory, "checkout", "-q", "main")
    commit(ours)
    return git(directory, "merge", "-q", "--no-edit", "other", ok=False).returncode == 0


def key(number: int) -> Entry:
    """An entry; they are in the order of their numbers."""
    return f"src/f{number:03}.py", "print-call", f"{number:016x}"


def test_branches_that_mend_merge_without_conflict(tmp_path):
    """Whatever each of them takes out or lowers, side by side or not: what is left is what both have left."""
    generator = random.Random(2026)
    for trial in range(12):
        base = {key(number): generator.randrange(1, 4) for number in range(40)}
        sides = []
        for _ in range(2):
            side = dict(base)
            for entry in generator.sample(sorted(base), generator.randrange(1, 30)):
                if generator.random() < 0.7:
                    del side[entry]
                elif side[entry] > 1:
                    side[entry] -= 1
            sides.append(side)
        ours, theirs = sides
        # Both changed the same entry, each in another way: that is a conflict, and meant to be.
        for entry, count in base.items():
            if entry in ours and entry in theirs and count not in (ours[entry], theirs[entry]):
                theirs[entry] = ours[entry]
            elif (entry in ours) != (entry in theirs):
                (ours if entry in ours else theirs)[entry] = count
        directory = tmp_path / str(trial)
        assert merged(directory, base, ours, theirs), f"trial {trial}"
        expected = {entry: min(ours[entry], theirs[entry]) for entry in base if entry in ours and entry in theirs}
        assert read(str(directory / FILE_NAME), FILE_NAME).entries() == expected


def test_neighbours_mended_on_two_branches_merge(tmp_path):
    """Two people clean up one file each, as everyone does: their lines touch."""
    base = {key(number): 1 for number in range(6)}
    ours = {entry: 1 for entry in base if entry not in (key(2), key(3))}
    theirs = {entry: 1 for entry in base if entry not in (key(4), key(5))}
    assert merged(tmp_path / "r", base, ours, theirs)
    assert set(read(str(tmp_path / "r" / FILE_NAME), FILE_NAME).entries()) == {key(0), key(1)}


def test_adding_and_removing_on_two_branches_merges(tmp_path):
    """One adopts a new rule for a part, the other mends another part."""
    base = {key(number): 1 for number in range(0, 40, 4)}
    ours = {**base, key(9): 1, key(22): 3}
    theirs = {entry: 1 for entry in base if entry not in (key(0), key(16), key(36))}
    theirs[key(30)] = 2
    assert merged(tmp_path / "r", base, ours, theirs)
    expected = {entry: 1 for entry in base if entry in theirs} | {key(9): 1, key(22): 3, key(30): 2}
    text = (tmp_path / "r" / FILE_NAME).read_text()
    assert read(str(tmp_path / "r" / FILE_NAME), FILE_NAME).entries() == expected
    paths = [entry[0] for entry in json.loads(text)["known"] if entry]
    assert paths == sorted(paths)


def test_additions_at_one_place_merge_with_the_attribute(tmp_path):
    """The line for `.gitattributes` that the page gives: git takes the lines of both."""
    base = {key(1): 1, key(9): 1}
    directory = tmp_path / "r"
    assert not merged(directory, base, {**base, key(4): 1}, {**base, key(3): 1, key(5): 2})
    git(directory, "merge", "--abort")
    page = (Path(__file__).parent.parent / "docs/baseline.md").read_text()
    (line,) = re.findall(r"^.* merge=union$", page, re.MULTILINE)
    (directory / ".gitattributes").write_text(f"{line}\n")
    git(directory, "merge", "-q", "--no-edit", "other")
    entries = read(str(directory / FILE_NAME), FILE_NAME).entries()
    assert entries == {**base, key(3): 1, key(4): 1, key(5): 2}
    write(str(directory / FILE_NAME), FILE_NAME, entries)
    paths = [entry[0] for entry in json.loads((directory / FILE_NAME).read_text())["known"] if entry]
    assert paths == sorted(paths)


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_a_conflict_is_told_and_resolved(cli, style):
    """Markers of a conflict are no reason to lose what either branch knows, nor to take a run for clean."""
    project = Path.cwd()
    git(project, "init", "-q", "-b", "main")
    plant("a.py", "print(1)\nprint(2)\n")
    cli("baseline", "--select", "print-call")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "x")
    git(project, "checkout", "-q", "-b", "other")
    plant("b.py", "print(3)\n")
    cli("baseline", "--add", "--select", "print-call")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "x")
    git(project, "checkout", "-q", "main")
    plant("c.py", "print(4)\n")
    cli("baseline", "--add", "--select", "print-call")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "x")
    assert git(project, "-c", f"merge.conflictStyle={style}", "merge", "other", ok=False).returncode == 1
    told = cli("--select", "print-call")
    assert (told.code, told.out) == (2, "")
    assert re.search(rf"{re.escape(FILE_NAME)}:\d+: the baseline has conflict markers of a merge \(`prodlint", told.err)
    assert cli("baseline", "--select", "print-call").code == 0
    assert cli("--select", "print-call", "--fail-on-stale").code == 0
    assert [path for path, *_ in recorded()] == ["a.py", "a.py", "b.py", "c.py"]


def test_empty_lines_do_not_pile_up(tmp_path):
    """What is left of entries is swept out before it makes up most of the file."""
    path = tmp_path / FILE_NAME
    entries = {key(number): 1 for number in range(400)}
    write(str(path), FILE_NAME, entries)
    for number in range(400):
        del entries[key(number)]
        write(str(path), FILE_NAME, entries)
        assert path.read_text().count("\n\n") <= max(104, 5 * len(entries) + 4)
    assert read(str(path), FILE_NAME).entries() == {}
