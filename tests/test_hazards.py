"""What real trees hold: files that go away, names and sizes of all kinds. One finding each, and the rest goes on."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from prodlint import check_source
from prodlint.hosts.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.discover import Discovery

FORMATS = ("text", "full", "json", "statistics")
PRINTS = '"""A module."""\nprint(1)\n'


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def found(self) -> list[tuple[str, str]]:
        """Path and code of each violation in a JSON report."""
        return [(violation["path"], violation["code"]) for violation in json.loads(self.out)["violations"]]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in an empty directory; JSON unless told otherwise."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, format_name: str = "json") -> Told:
        code = main(["--no-cache", "--isolated", "--jobs", "1", "--format", format_name, *arguments])
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        return Told(code, captured.out, captured.err)

    return run


def after_the_walk(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen between the listing of the files and their reading."""
    import prodlint.discover

    discover = prodlint.discover.discover

    def late(*arguments: object, **options: object) -> Discovery:
        found = discover(*arguments, **options)  # type: ignore[arg-type]
        act()
        return found

    monkeypatch.setattr(prodlint.discover, "discover", late)


# Files that are not what they were


def test_a_file_that_vanishes(lint: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """A build cleans up meanwhile."""
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text(PRINTS)
    after_the_walk(monkeypatch, Path("b.py").unlink)
    told = lint()
    assert (told.code, told.found) == (1, [("a.py", "PRD201"), ("b.py", "PRD900"), ("c.py", "PRD201")])
    assert "No such file" in told.out


def test_a_file_that_becomes_a_directory(lint: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it fails in another way."""

    def swap() -> None:
        Path("a.py").unlink()
        Path("a.py").mkdir()

    for name in ("a.py", "b.py"):
        Path(name).write_text(PRINTS)
    after_the_walk(monkeypatch, swap)
    assert lint().found == [("a.py", "PRD900"), ("b.py", "PRD201")]


def test_a_file_that_grows_and_shrinks(lint: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read counts, not what was listed."""
    for name in ("a.py", "b.py"):
        Path(name).write_text(PRINTS)

    def change() -> None:
        Path("a.py").write_text(PRINTS + "print(2)\n" * 100)
        Path("b.py").write_text("")

    after_the_walk(monkeypatch, change)
    assert [path for path, _ in lint("--select", "print-call").found] == ["a.py"] * 101


def test_a_directory_that_vanishes(lint: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    """With every file in it."""
    Path("below").mkdir()
    for name in ("below/a.py", "below/b.py", "c.py"):
        Path(name).write_text(PRINTS)

    def remove() -> None:
        Path("below/a.py").unlink()
        Path("below/b.py").unlink()
        Path("below").rmdir()

    after_the_walk(monkeypatch, remove)
    assert lint().found == [("below/a.py", "PRD900"), ("below/b.py", "PRD900"), ("c.py", "PRD201")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(lint: Callable[..., Told]) -> None:
    """A file is a finding, a directory a problem: what is in it is not known."""
    Path("a.py").write_text(PRINTS)
    Path("b.py").write_text(PRINTS)
    Path("b.py").chmod(0)
    told = lint()
    assert (told.code, told.found) == (1, [("a.py", "PRD201"), ("b.py", "PRD900")])
    Path("closed").mkdir(0)
    told = lint()
    Path("closed").chmod(0o700)
    assert told.code == 2
    assert [problem["path"] for problem in json.loads(told.out)["problems"]] == ["closed"]


def test_a_directory_with_a_files_name(lint: Callable[..., Told]) -> None:
    """It is a directory, and its files are checked."""
    Path("x.py").mkdir()
    Path("x.py/y.py").write_text(PRINTS)
    for arguments in ((), ("x.py",), (".",)):
        assert lint(*arguments).found == [("x.py/y.py", "PRD201")]


def test_special_files_are_not_opened(lint: Callable[..., Told]) -> None:
    """Reading from a pipe that nobody writes to would wait for ever."""
    os.mkfifo("pipe.py")
    os.symlink("nowhere.py", "dangling.py")
    os.symlink("loop.py", "loop.py")
    Path("a.py").write_text(PRINTS)
    told = lint()
    assert told.found == [("a.py", "PRD201")]
    assert {skipped["path"] for skipped in json.loads(told.out)["skipped_files"]} == {
        "dangling.py",
        "loop.py",
        "pipe.py",
    }


# Syntax

OTHER_SYNTAX = {
    "a statement of Python 2": 'print "x"\n',
    "an operator of Python 2": "if a <> b: pass\n",
    "a number of Python 2": "x = 0777\n",
    "a raise of Python 2": 'raise E, "x"\n',
    "back quotes": "x = `y`\n",
    "exec of Python 2": 'exec "x"\n',
    "a keyword as a name": "async = 1\n",
    "an operator to come": "x = a ?? b\n",
    "a statement to come": "unless x:\n    pass\n",
    "an unclosed bracket": "x = (\n1\n",
    "an unclosed string": 'x = """\n',
    "mixed indentation": "if 1:\n\tx\n        y\n",
    "indentation that does not fit": "if 1:\n    x\n  y\n",
    "a merge conflict": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> branch\n",
    "a template": "{% if x %}\nx = 1\n{% endif %}\n",
    "a notebook": '{"cells": [], "metadata": null}}\n',
}
if sys.version_info < (3, 11):
    OTHER_SYNTAX["exception groups"] = "try:\n    x\nexcept* E:\n    y\n"
if sys.version_info < (3, 12):
    OTHER_SYNTAX |= {"type aliases": "type X = int\n", "type parameters": "def f[T](x: T): ...\n"}
if sys.version_info < (3, 14):
    OTHER_SYNTAX |= {"template strings": "x = t'{y}'\n", "several exceptions": "try:\n    x\nexcept A, B:\n    y\n"}


@pytest.mark.parametrize("name", OTHER_SYNTAX)
def test_syntax_of_another_python(lint: Callable[..., Told], name: str) -> None:
    """One finding with the line, whatever is selected; and the files beside it are checked."""
    Path("b.py").write_text("x = 1\n" + OTHER_SYNTAX[name])
    for other in ("a.py", "c.py"):
        Path(other).write_text(PRINTS)
    told = lint("--select", "print-call")
    assert (told.code, told.found) == (1, [("a.py", "PRD201"), ("b.py", "PRD900"), ("c.py", "PRD201")])
    finding = json.loads(told.out)["violations"][1]
    assert finding["message"].startswith("not checked: ")
    assert finding["line"] >= 1
    assert json.loads(told.out)["problems"] == []


# Names

NAMES = [
    b"with space.py",
    b" leading.py",
    b"new\nline.py",
    b"return\rhere.py",
    b"tab\there.py",
    b"-dash.py",
    b"--select.py",
    b"quote'\".py",
    b"back\\slash.py",
    b"colon:1:2.py",
    b"percent%0A,comma.py",
    b"star*[a]?.py",
    b"escape\x1b[31mred.py",
    b"not-utf8-\xff\xfe.py",
    b"half-\xe2\x82.py",
    "é日😀.py".encode(),
    "bidi-\u202egnp.py".encode(),
    "line-\u2028\u0085.py".encode(),
    b"##[error]vso.py",
    b"::error ::x.py",
    b"x" * 252 + b".py",
    b"#.py",
    b"~.py",
    b"$HOME.py",
]


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes text only")
@pytest.mark.parametrize("format_name", FORMATS)
def test_names(lint: Callable[..., Told], format_name: str) -> None:
    """Found in a directory and named one by one; every format stays in shape, and JSON gives the name back."""
    for name in NAMES:
        Path(os.fsdecode(name)).write_text(PRINTS)
    for arguments in ((), ("--", *map(os.fsdecode, NAMES)), tuple("./" + os.fsdecode(name) for name in NAMES)):
        told = lint(*arguments, format_name=format_name)
        assert told.code == 1, told.err
        assert "\x1b" not in told.out + told.err
        if format_name == "json":
            assert sorted(os.fsencode(path) for path, _ in told.found) == sorted(NAMES)
            assert told.out.isascii()
            assert "##" not in told.out
        elif format_name == "text":
            assert len(told.out.splitlines()) == len(NAMES)
            assert all(": PRD201 print-call " in line for line in told.out.splitlines())
            assert "not-utf8-\\xff\\xfe.py:2:1:" in told.out
            assert "new\\x0aline.py:2:1:" in told.out
        elif format_name == "full":
            assert told.out.count("PRD201") == len(NAMES)
        else:
            assert told.out.splitlines()[0].split() == [
                str(len(NAMES)),
                "PRD201",
                "print-call",
                str(len(NAMES)),
                "files",
            ]
        assert not any(line.startswith(("::", "##")) for line in told.out.splitlines())


@pytest.mark.parametrize("name", [b"missing \xff.py", b"missing\n.py", b"missing\x1b[31m.py"])
def test_names_of_files_that_are_not_there(lint: Callable[..., Told], name: bytes) -> None:
    """A message holds them too."""
    told = lint(os.fsdecode(name))
    assert told.code == 2
    assert "\x1b" not in told.err
    assert len(told.err.splitlines()) == 1


# Sizes


def seconds(text: str) -> float:
    """Processor time for one file."""
    data = text.encode()
    started = time.process_time()
    report = check_source(data, "package/x.py", config={})
    taken = time.process_time() - started
    assert not report.problems
    return taken


LARGE: dict[str, tuple[int, Callable[[int], str]]] = {
    "lines": (25_000, lambda n: "x = f(1, a.b)\n" * n),
    "functions": (5_000, lambda n: "".join(f'def f{i}(a):\n    """Do."""\n    return a\n' for i in range(n))),
    "classes": (3_000, lambda n: "".join(f"class C{i}:\n    x = 1\n\n    def f(self): ...\n" for i in range(n))),
    "methods": (5_000, lambda n: "class C:\n" + "".join(f"    def f{i}(self, a):\n        pass\n" for i in range(n))),
    "comments": (50_000, lambda n: "# a comment\n" * n),
    "suppressions": (3_000, lambda n: "x = 1  # noqa: E501\n" * n),
    "blank lines": (500_000, lambda n: "\n" * n),
    "one string": (2_500_000, lambda n: "x = '" + "a" * n + "'\n"),
    "one line of numbers": (150_000, lambda n: "x = [" + "1, " * n + "]\n"),
    "one line of strings": (50_000, lambda n: "x = [" + "'# noqa', " * n + "]\n"),
    "one comment": (2_500_000, lambda n: "# " + "a" * n + "\n"),
    "one row of signs": (1_000_000, lambda n: "#" * n + "\n"),
    "one comment of words": (30_000, lambda n: "# TODO " * n + "\n"),
    "one docstring": (40_000, lambda n: '"""A.\n\n' + "Args: x y z TODO\n" * n + '"""\n'),
    "imports": (10_000, lambda n: "".join(f"import a{i}\n" for i in range(n))),
    "a table": (20_000, lambda n: "X = {\n" + "".join(f"    'key {i}': ('a', {i}),  # é\n" for i in range(n)) + "}\n"),
    "names to export": (10_000, lambda n: "__all__ = [\n" + "".join(f"    'f{i}',\n" for i in range(n)) + "]\n"),
    "blocks": (5_000, lambda n: "if x:\n    try:\n        y()\n    finally:\n        z()\n" * n),
}  # fmt: skip


@pytest.mark.parametrize("shape", LARGE)
def test_time_is_linear_in_the_size_of_a_file(shape: str) -> None:
    """Generated code, data in code, one line of megabytes: twice as much takes twice as long, and seconds at most."""
    size, make = LARGE[shape]
    once, twice = min(seconds(make(size)) for _ in range(2)), seconds(make(2 * size))
    assert twice < 10
    assert twice < 4 * once + 0.2


FINDINGS: dict[str, Callable[[int], str]] = {
    "bare-except": lambda n: "try:\n    x\nexcept:\n    raise\n" * n,
    "swallowed-exception": lambda n: "try:\n    x\nexcept Exception:\n    pass\n" * n,
    "print-call": lambda n: "print(1)\n" * n,
    "undocumented-public": lambda n: '"""A."""\n' + "".join(f"def f{i}():\n    pass\n" for i in range(n)),
    "incomplete-docstring": lambda n: "".join(
        f'def f{i}(a, b):\n    """Do.\n\n    Args:\n        a: It.\n    """\n    return a\n' for i in range(n)
    ),
    "todo-comment": lambda n: "x = 1  # TODO: y\n" * n,
    "unused-suppression": lambda n: "x = 1  # prodlint: allow print-call\n" * n,
    "blanket-suppression": lambda n: "print(1)  # noqa\n" * n,
    "expired-suppression": lambda n: "x = 1  # prodlint: allow print-call until 2020-01-01\n" * n,
}


@pytest.mark.parametrize("rule", FINDINGS)
def test_time_is_linear_in_the_number_of_findings(rule: str) -> None:
    """A legacy file has thousands; each costs what the first one cost."""
    make = FINDINGS[rule]
    times = {}
    for number in (100, 200, 400, 1_000, 10_000):
        data = make(number).encode()
        started = time.process_time()
        report = check_source(data, "package/x.py", config={}, today="2026-01-01")
        times[number] = time.process_time() - started
        assert sum(violation.rule == rule for violation in report.violations) == number
    assert times[10_000] < 25 * times[1_000] + 0.2
    assert times[10_000] < 10


@pytest.mark.parametrize("format_name", FORMATS)
def test_ten_thousand_findings_are_reported_in_time(lint: Callable[..., Told], format_name: str) -> None:
    """The report must not cost more than the check; the edits of fixes, which `json` holds, are a cost of their own."""
    Path("a.py").write_text('"""A."""\n' + "# TODO x\n" * 10_000)
    started = time.process_time()
    told = lint(format_name=format_name)
    assert time.process_time() - started < 5
    assert told.code == 1
    assert told.out.count("PRD701") == (1 if format_name == "statistics" else 10_000)
