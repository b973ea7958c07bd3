"""The cache: a run that uses it finds what one without it finds, whatever happened to files, settings or the cache."""

from __future__ import annotations

import builtins
import errno
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import prodlint_rules
import pytest

import prodlint
import prodlint.run
from prodlint import Report, Rule, Site
from prodlint.cache import Cache, Record, program_key
from prodlint.config import Overrides, load
from prodlint.digest import digest
from prodlint.discover import discover
from prodlint.hosts import cli
from prodlint.hosts.cli import main
from prodlint.hosts.surroundings import cache_home
from prodlint.registry import Registry
from prodlint.rule import Module
from prodlint.run import Checker, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint import Violation

PACKAGES = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules))
FILES = {
    "package/__init__.py": "",
    "package/a.py": 'import os\n\n\ndef f(x, y):\n    """Do.\n\n    Args:\n        x: It.\n    """\n    '
    'print("é\t\\n", x)\n',
    "package/b.py": "try:\n    x = 1\nexcept:\n    pass\n# TODO(ABC-1): later\n"
    "print(1)  # prodlint: allow print-call -- a\\b\nprint(2)  # noqa\n",
    "package/broken.py": "def f(:\n",
    "package/clean.py": '"""Nothing here."""\n',
    "package/expiring.py": '"""A."""\nprint(1)  # prodlint: allow print-call until 2998-01-01 -- why\n',
    "run.py": "#!/usr/bin/env python\nprint(1)\n# FIXME now\n",
}


class Run(NamedTuple):
    """What the command line gave."""

    code: int
    files: dict[str, int]
    violations: list[Any]
    problems: list[Any]

    @property
    def cached(self) -> int:
        return self.files["cached"]


class Project:
    """A tree to check, and a cache outside of it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root / "tree"
        self.cache = root / "cache"
        self._capsys = capsys
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def lint(self, *arguments: str, cache: bool = True) -> Run:
        where = ["--cache-dir", str(self.cache)] if cache else ["--no-cache"]
        code = main(["--format", "json", "--show-suppressed", "--jobs", "1", *where, *arguments])
        document = json.loads(self._capsys.readouterr().out)
        return Run(code, document["files"], document["violations"], document["problems"])

    def assert_same(self, *arguments: str) -> Run:
        """Assert that the cached run tells what the uncached one does, and return it."""
        plain, cached = self.lint(*arguments, cache=False), self.lint(*arguments)
        assert cached.violations == plain.violations
        assert cached.problems == plain.problems
        assert cached.code == plain.code
        return cached

    def cache_files(self) -> list[Path]:
        return sorted(path for path in self.cache.rglob("*") if path.is_file())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """A small project, and the current directory in it."""
    made = Project(tmp_path, capsys)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time stamps count however fresh they are: tests do not wait."""
    monkeypatch.setattr("prodlint.cache._RACE_NS", -1)


def forbid_checking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a run fail that checks a file."""

    def refuse(self: Checker, task: object) -> None:
        raise AssertionError(f"checked {task}")

    monkeypatch.setattr(Checker, "check", refuse)


def test_a_second_run_checks_nothing_and_finds_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every field of every violation goes through the cache: excerpts with tabs, reasons, positions, none at all."""
    first = project.assert_same()
    assert first.cached == 0
    assert {v["code"] for v in first.violations} >= {"PRD101", "PRD900", "PRD701", "PRD902"}
    forbid_checking(monkeypatch)
    second = project.lint()
    assert second.cached == second.files["checked"] == len(FILES)
    assert second.violations == first.violations
    assert second.code == 1


@pytest.mark.usefixtures("trusting")
def test_unchanged_files_are_not_even_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what makes an unchanged run cost little more than listing the files."""
    first = project.lint()
    forbid_checking(monkeypatch)
    monkeypatch.setattr(prodlint.run, "_content", lambda file: pytest.fail(f"read {file}"))
    assert project.lint().violations == first.violations


def test_fresh_files_are_compared_by_content(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file written within the clock's tick of being checked may change again under the same time stamp."""
    project.lint()
    read = []
    content = prodlint.run._content
    monkeypatch.setattr(prodlint.run, "_content", lambda file: read.append(file.path) or content(file))
    assert project.lint().cached == len(FILES)
    assert len(read) == len(FILES)


@pytest.mark.parametrize(("age", "kept"), [(0, False), (1_000_000_000, False), (3_000_000_000, True)])
def test_a_time_stamp_counts_only_if_it_was_old_when_the_run_began(tmp_path: Path, age: int, kept: bool) -> None:
    """Judged by the end of the run, a slow run would trust a file that changed in the tick in which it was listed."""
    cache = Cache(str(tmp_path), "key")
    stamp = 1_700_000_000_000_000_000
    cache.get("/x.py")
    cache.put("/x.py", Record(1, stamp, stamp - 5, "digest", "settings", False, ()))
    assert cache.save(stamp + age) is None
    record = Cache(str(tmp_path), "key").get("/x.py")
    assert record is not None
    assert (record.mtime_ns == stamp) is kept


def test_a_run_judges_time_stamps_by_its_beginning(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changes after that is changed after the time stamp that was listed, or is read."""
    times = []
    check, save = Checker.check, Cache.save

    def timed(self: Checker, task: Any) -> Any:
        times.append(time.time_ns())
        return check(self, task)

    def saved(self: Cache, started_ns: int) -> Any:
        times.insert(0, started_ns)
        return save(self, started_ns)

    monkeypatch.setattr(Checker, "check", timed)
    monkeypatch.setattr(Cache, "save", saved)
    project.lint()
    assert len(times) == len(FILES) + 1
    assert times == sorted(times)


@pytest.mark.usefixtures("trusting")
def test_changed_content_of_the_same_size_and_time(project: Project) -> None:
    """Build tools and `touch -r` set times back."""
    path = project.root / "package/clean.py"
    project.lint()
    before = path.stat()
    path.write_text('print("thing here")\n')
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert project.assert_same().cached == len(FILES) - 1


@pytest.mark.usefixtures("trusting")
def test_a_touched_file_is_compared_and_not_checked(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh checkout or copy has new times and old content; and the new times are remembered."""
    project.lint()
    for path in project.root.rglob("*.py"):
        os.utime(path, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    forbid_checking(monkeypatch)
    assert project.lint().cached == len(FILES)
    monkeypatch.setattr(prodlint.run, "_content", lambda file: pytest.fail(f"read {file}"))
    assert project.lint().cached == len(FILES)


def test_a_file_that_vanishes_before_it_is_compared(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a finding, as it is without a cache."""
    project.lint()

    def gone(file: Any) -> bytes:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr(prodlint.run, "_content", gone)
    result = project.lint()
    assert {v["code"] for v in result.violations} == {"PRD900"}
    assert len(result.violations) == len(FILES)


SETTINGS = {
    "selection": 'select = ["print-call"]',
    "ignore": 'ignore = ["print-call"]',
    "severity": '[tool.prodlint.rules.print-call]\nseverity = "info"',
    "option": "[tool.prodlint.rules.todo-comment]\ntickets = true\ndocstrings = true",
    "contexts of a rule": '[tool.prodlint.rules.print-call]\ncontexts = ["test"]',
    "contexts": '[tool.prodlint.contexts]\ntest = ["package/"]',
    "per-file-ignores": '[tool.prodlint.per-file-ignores]\n"b.py" = ["ALL"]',
    "exclude": 'exclude = ["b.py"]',
}


@pytest.mark.parametrize("name", SETTINGS)
def test_changed_configuration(project: Project, name: str) -> None:
    """Results under other settings are other results; and those under the first ones are still there."""
    plain = project.assert_same()
    project.write("pyproject.toml", f"[tool.prodlint]\n{SETTINGS[name]}\n")
    changed = project.assert_same()
    assert (changed.violations, changed.files["checked"]) != (plain.violations, plain.files["checked"])
    project.write("pyproject.toml", "")
    assert project.assert_same().violations == plain.violations


ARGUMENTS = [
    ("--select", "print-call"),
    ("--ignore", "print-call"),
    ("--select", "errors", "--extend-select", "PRD701"),
    ("--extend-ignore", "errors"),
    ("--context", "test"),
    ("--per-file-ignores", "b.py:ALL"),
    ("--config", 'rules.print-call.severity="info"'),
    ("--isolated",),
]


def test_changed_command_line(project: Project) -> None:
    """Each command line has its own results, and remembers them."""
    project.write("pyproject.toml", '[tool.prodlint]\nignore = ["bare-except"]\n')
    for arguments in [(), *ARGUMENTS, ()]:
        project.assert_same(*arguments)
    for arguments in [(), *ARGUMENTS]:
        assert project.lint(*arguments).cached == len(FILES), arguments


def test_another_day(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suppression ends without any file being touched."""
    assert not [v for v in project.lint().violations if v["code"] == "PRD904"]
    monkeypatch.setattr(cli, "_today", lambda: "2999-01-01")
    assert [v["path"] for v in project.assert_same().violations if v["code"] == "PRD904"] == ["package/expiring.py"]


def test_another_python(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """It parses other files."""
    project.lint()
    monkeypatch.setattr(sys, "version", "3.99.0 (of another day)")
    assert project.assert_same().cached == 0


def test_the_program_is_known_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version number does not change while somebody works on a rule; nor need a program consist of files."""
    package = tmp_path / "fakepackage"
    (package / "below").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "below/rule.py").write_text("x = 1")
    module = type(sys)("fakepackage")
    module.__file__ = str(package / "__init__.py")
    monkeypatch.setitem(sys.modules, "fakepackage", module)
    keys = [program_key(["fakepackage"])]
    assert program_key(["fakepackage"]) == keys[0]
    (package / "below/rule.py").write_text("x = 12")
    keys.append(program_key(["fakepackage"]))
    os.utime(package / "below/rule.py", ns=(1, 1))
    keys.append(program_key(["fakepackage"]))
    (package / "below/rule.py").rename(package / "below/other.py")
    keys.append(program_key(["fakepackage"]))
    (package / "below/other.py").rename(package / "other.py")
    keys.append(program_key(["fakepackage"]))
    assert len(set(keys)) == len(keys)
    module.__file__ = str(tmp_path / "program.pyz/fakepackage/__init__.py")
    assert program_key(["fakepackage"]) not in keys


def test_a_run_from_elsewhere_spells_paths_in_its_own_way(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are known by absolute paths and hold no spelled ones."""
    project.write("pyproject.toml", "[tool.prodlint]\n")
    project.lint()
    monkeypatch.chdir(project.root / "package")
    result = project.assert_same("../run.py", ".", str(project.root / "package/b.py"))
    assert {v["path"] for v in result.violations} >= {"../run.py", "a.py"}
    assert result.cached == len(FILES)


def test_odd_names(project: Project) -> None:
    """Names hold tabs, newlines and bytes that are no text, and so do the cache's lines."""
    for name in (b"a\tb.py", b"a\nb.py", b"a\\tb.py", b"a\\\nb.py", b"\xff\xfe.py", "é\u2028.py".encode(), b"F\t1.py"):
        Path(os.fsdecode(os.path.join(os.fsencode(project.root), name))).write_text("print(1)\n")
    project.assert_same()
    assert project.assert_same().cached == len(FILES) + 7


# A cache that is not what was written


def test_random_corruption_changes_no_finding(project: Project) -> None:
    """Five hundred ways to damage the file: cut, flipped, overwritten, swapped, doubled."""
    plain = project.lint()
    (path,) = project.cache_files()
    good = path.read_bytes()
    chance = random.Random(20260615)
    for _ in range(500):
        bad = bytearray(good)
        start = chance.randrange(len(bad))
        end = min(len(bad), start + chance.choice((1, 1, 2, 10, 200)))
        how = chance.randrange(5)
        if how == 0:
            del bad[start:]
        elif how == 1:
            bad[start] ^= 1 << chance.randrange(8)
        elif how == 2:
            bad[start:end] = chance.randbytes(end - start)
        elif how == 3:
            bad[start:end] = b""
        else:
            bad[start:start] = bad[start:end] or b"x"
        path.write_bytes(bad)
        result = project.lint()
        assert result.violations == plain.violations
        assert (result.problems, result.code) == (plain.problems, plain.code)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\0" * 1000, b"prodlint-cache-0 0 0\n", b"prodlint-cache-99 0 0\nF\t", b"\xff" * 100, b"{}", b"F\t"],
)
def test_another_versions_file(project: Project, content: bytes) -> None:
    """Whatever lies under the name of the cache's file."""
    project.lint()
    (path,) = project.cache_files()
    path.write_bytes(content)
    assert project.assert_same().cached == 0
    assert project.lint().cached == len(FILES)


HOSTILE: list[tuple[str, Callable[[str], str]]] = [
    ("unknown rule", lambda text: text.replace("V\tprint-call", "V\tno-such-rule")),
    ("unknown kind", lambda text: text.replace("V\t", "X\t")),
    ("missing fields", lambda text: "\n".join(line[:12] if line[0] == "V" else line for line in text.split("\n"))),
    ("positions that are no numbers", lambda text: text.replace(":", ";")),
    ("positions of too few numbers", lambda text: text.replace(":", "")),
    ("records without times", lambda text: text.replace("F\t", "F\tx\t")),
    ("a problem", lambda text: text.replace("V\t", "P\t")),
    ("no path", lambda text: text.replace("F\t/", "F\n/")),
]


@pytest.mark.parametrize(("name", "change"), HOSTILE)
def test_nonsense_under_a_correct_checksum(project: Project, name: str, change: Callable[[str], str]) -> None:
    """The checksum is no secret; what cannot be understood is checked again."""
    plain = project.lint()
    (path,) = project.cache_files()
    head, _, body = path.read_text().partition("\n")
    data = change(body).encode()
    assert data != body.encode()
    path.write_bytes(f"{head.split()[0]} {digest(data)} {len(data)}\n".encode() + data)
    result = project.lint()
    assert result.code == plain.code
    assert result.violations == plain.violations, name


def test_a_directory_in_the_files_place(project: Project) -> None:
    """It can neither be read nor replaced."""
    plain = project.lint()
    (path,) = project.cache_files()
    path.unlink()
    path.mkdir()
    result = project.lint()
    assert result.violations == plain.violations
    assert [p["code"] for p in result.problems] == ["cache-not-written"]
    assert result.code == plain.code


# A cache that cannot be written


def assert_unwritten(project: Project) -> None:
    """Assert that a run tells of the cache, finds everything, and leaves nothing half-written."""
    plain = project.lint(cache=False)
    for _ in range(2):
        result = project.lint()
        assert result.violations == plain.violations
        assert result.code == plain.code
        assert [p["code"] for p in result.problems] == ["cache-not-written"]
        assert "--no-cache" in result.problems[0]["remedy"]
    assert project.cache_files() == []


def test_no_directory_can_be_made(project: Project) -> None:
    """The place is below a file."""
    project.cache.parent.joinpath("file").write_text("")
    project.cache = project.cache.parent / "file" / "below"
    assert_unwritten(project)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_directory(project: Project) -> None:
    """A container's home."""
    project.cache.mkdir(mode=0o500)
    assert_unwritten(project)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES])
@pytest.mark.parametrize("call", ["open", "write", "replace", "makedirs"])
def test_full_or_read_only_disk(project: Project, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    """At whichever system call it shows."""

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(number, os.strerror(number))

    if call in ("replace", "makedirs"):
        monkeypatch.setattr(os, call, refuse)
    else:
        real = builtins.open

        def fake(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if "w" not in mode or str(project.cache) not in str(path):
                return real(path, mode, *arguments, **options)
            if call == "open":
                refuse()
            handle = real(path, mode, *arguments, buffering=0, **options)
            return _Full(handle, refuse)

        monkeypatch.setattr(builtins, "open", fake)
    assert_unwritten(project)


class _Full:
    """A file on a full disk."""

    def __init__(self, handle: Any, refuse: Callable[..., None]) -> None:
        self._handle = handle
        self.write = refuse

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()


# Other runs


def test_runs_at_the_same_time(project: Project) -> None:
    """Six processes over one cache, cold and then warm: each finds everything, and nothing is left lying about."""
    plain = project.lint(cache=False)
    environment = {**os.environ, "PYTHONPATH": PACKAGES}
    command = [sys.executable, "-m", "prodlint", "--format", "json", "--show-suppressed", "--cache-dir"]
    for _ in range(2):
        started = [
            subprocess.Popen(
                [*command, str(project.cache), *extra], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
            )
            for extra in ([], [], ["--select", "ALL"], ["."], ["--jobs", "2"], [])
        ]
        for process in started:
            out, errors = process.communicate(timeout=60)
            assert process.returncode == 1, errors
            document = json.loads(out)
            assert document["violations"] == plain.violations
            assert document["problems"] == []
    assert {path.suffix for path in project.cache_files()} == {".txt"}


def test_another_run_removes_old_caches_at_the_same_time(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it removed first is no problem of this run."""
    project.lint()
    directory = project.cache_files()[0].parent
    for number in range(20):
        (directory / f"{number}.txt").write_text("")
        os.utime(directory / f"{number}.txt", ns=(number, number))
    unlink = os.unlink

    def twice(path: Any) -> None:
        unlink(path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", twice)
    project.write("package/clean.py", "x = 1\n")
    assert project.lint().problems == []
    assert len(project.cache_files()) == 12
    monkeypatch.undo()


def test_the_newest_caches_are_kept(project: Project) -> None:
    """Every selection has a file of its own; a project that is checked in many ways must not fill the disk."""
    for number in range(15):
        project.lint("--per-file-ignores", f"b{number}.py:ALL")
    assert len(project.cache_files()) == 12
    assert project.lint("--per-file-ignores", "b14.py:ALL").cached == len(FILES)


# What is in it


def records(project: Project) -> dict[str, Record]:
    """The records of the only cache file."""
    (path,) = project.cache_files()
    cache = Cache(str(path.parent), "")
    cache._path = str(path)
    cache.get("")
    assert cache._records is not None
    return cache._records


def test_vanished_files_are_forgotten(project: Project) -> None:
    """Otherwise the cache of a busy project grows for ever."""
    project.lint()
    (project.root / "package/a.py").unlink()
    project.write("package/clean.py", "x = 1\n")
    project.lint()
    assert sorted(os.path.relpath(path, project.root) for path in records(project)) == sorted(
        name for name in FILES if name != "package/a.py"
    )


def test_a_run_over_a_part_keeps_the_rest(project: Project) -> None:
    """Editors and hooks check one file at a time."""
    project.lint()
    project.write("package/clean.py", "x = 1\n")
    project.lint("package/clean.py")
    assert len(records(project)) == len(FILES)
    assert project.lint().cached == len(FILES)


def test_what_could_not_be_read_is_not_remembered(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network file system comes back without a trace in sizes and times."""
    content = prodlint.run._content

    def refuse(file: Any) -> bytes:
        if file.path == "package/a.py":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return content(file)

    monkeypatch.setattr(prodlint.run, "_content", refuse)
    assert [v["code"] for v in project.lint().violations if v["path"] == "package/a.py"] == ["PRD900"]
    assert len(records(project)) == len(FILES) - 1
    monkeypatch.undo()
    monkeypatch.chdir(project.root)
    assert project.assert_same().cached == len(FILES) - 1


def crashing(text: str) -> Registry:
    """Rules of which one raises in files that contain a text."""
    crash = Rule(name="crash", code="PRD801", family="errors", since="0.1", summary="s", visits=Module())
    fine = Rule(name="fine", code="PRD802", family="errors", since="0.1", summary="s", visits=Module())

    @crash.check
    def check(site: Site) -> Iterator[Violation]:
        if text in site.facts.line(1):
            raise ZeroDivisionError("a fault in the rule")
        return iter(())

    @fine.check
    def check_fine(site: Site) -> Iterator[Violation]:
        yield site.violation("found")

    return Registry([crash, fine])


def test_files_with_a_crashed_rule_are_not_remembered(project: Project) -> None:
    """The next run must fail too, until somebody mends the rule."""

    def lint(registry: Registry) -> Report:
        cwd = str(project.root)
        configuration = load(Overrides(isolated=True), cwd=cwd, registry=registry)
        found = discover(["."], cwd=cwd, excludes_at=configuration.excludes_at)
        cache = Cache(str(project.cache), "key")
        return run(found, configuration, registry, cwd=cwd, today="2026-01-01", cache=cache)

    for expected_cached in (0, len(FILES) - 1):
        report = lint(crashing("import os"))
        assert [(p.code, p.path, p.fatal) for p in report.problems] == [("rule-crash", "package/a.py", True)]
        assert report.cached == expected_cached
        assert "package/a.py" in [v.path for v in report.violations]
    assert lint(crashing("no such text")).problems == ()
    assert lint(crashing("no such text")).cached == len(FILES)


# Where it is


def test_the_default_place_is_the_users_and_never_the_tree(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository could bring a cache of its own that says "nothing found"."""
    home = project.root.parent / "home"
    for name in ("XDG_CACHE_HOME", "PRODLINT_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    before = sorted(project.root.rglob("*"))
    assert main(["--quiet"]) == 1
    assert sorted(project.root.rglob("*")) == before
    assert [path.suffix for path in home.rglob("*") if path.is_file()] == [".txt"]
    assert all(path.is_relative_to(home / ".cache/prodlint") for path in home.rglob("*") if path.is_file())


@pytest.mark.skipif(sys.platform != "linux", reason="the custom of another system")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/h"}, "/h/.cache/prodlint"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/prodlint"),
        ({"HOME": "/h", "XDG_CACHE_HOME": ""}, "/h/.cache/prodlint"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "relative"}, "/h/.cache/prodlint"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x", "PRODLINT_CACHE_DIR": "/p"}, "/p"),
        ({"HOME": ""}, None),
        ({}, None),
    ],
)
def test_where_the_platform_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str | None
) -> None:
    """A relative place would be inside of whatever is checked, and the standard says to ignore it."""
    for name in ("HOME", "XDG_CACHE_HOME", "PRODLINT_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache_home() == expected


def test_two_projects_do_not_share_records(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same relative names, other files."""
    project.lint()
    other = project.root.parent / "other"
    (other / "package").mkdir(parents=True)
    (other / "package/clean.py").write_text("print(1)\n")
    monkeypatch.chdir(other)
    assert project.assert_same().cached == 0


def test_the_cache_is_for_the_user_only(project: Project) -> None:
    """It holds lines of the checked code."""
    project.lint()
    assert project.cache_files()[0].parent.stat().st_mode & 0o077 == 0
