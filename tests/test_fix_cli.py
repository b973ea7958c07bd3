"""Fixing from the command line: what is written and what is said, exit codes, and diffs that git takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import prodlint_rules
import pytest

import prodlint
from prodlint.fix import files
from prodlint.hosts.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules))
SAFE = b"try:\n    x = 1\nexcept:\n    raise\n"
SAFE_FIXED = SAFE.replace(b"except:", b"except BaseException:")
UNSAFE = b"try:\n    x = 1\nexcept:\n    x = 2\n"
UNSAFE_FIXED = UNSAFE.replace(b"except:", b"except Exception:")


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Told]:
    """Run `--select bare-except` in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))

    def run(*arguments: str) -> Told:
        code = main(("--isolated", "--select", "bare-except", *arguments))
        captured = capsysbinary.readouterr()
        return Told(code, captured.out.decode("utf-8", "surrogateescape"), captured.err.decode())

    return run


def stdin(data: bytes, *arguments: str) -> tuple[int, bytes, str]:
    """The same in a process of its own, with something on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "prodlint", "--isolated", "--select", "bare-except", "--no-cache", *arguments, "-"],
        input=data, capture_output=True, env={**os.environ, "PYTHONPATH": PACKAGES}, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr.decode()


def test_fix_writes_safe_fixes_and_reports_what_is_left(cli, tmp_path: Path) -> None:
    """Exit 1 as long as something is left; the summary says how it can be fixed."""
    (tmp_path / "a.py").write_bytes(SAFE)
    (tmp_path / "b.py").write_bytes(SAFE + UNSAFE)
    told = cli("--fix")
    assert (tmp_path / "a.py").read_bytes() == SAFE_FIXED
    assert (tmp_path / "b.py").read_bytes() == SAFE_FIXED + UNSAFE
    assert told.code == 1
    assert [line.split()[0] for line in told.out.splitlines()] == ["b.py:7:1:"]
    assert "2 violations fixed in 2 files\n" in told.err
    assert "1 fixable with --fix --unsafe-fixes" in told.err
    told = cli("--fix", "--unsafe-fixes")
    assert (told.code, told.out) == (0, "")
    assert (tmp_path / "b.py").read_bytes() == SAFE_FIXED + UNSAFE_FIXED
    again = cli("--fix", "--unsafe-fixes")
    assert (again.code, "fixed" in again.err) == (0, False)


def test_a_plain_run_writes_nothing_and_counts(cli, tmp_path: Path) -> None:
    """Cached results count as well."""
    (tmp_path / "a.py").write_bytes(SAFE + UNSAFE)
    for _ in range(2):
        told = cli()
        assert told.code == 1
        assert "1 fixable with --fix, 1 with --unsafe-fixes" in told.err
    assert (tmp_path / "a.py").read_bytes() == SAFE + UNSAFE


def test_fix_after_a_cached_run(cli, tmp_path: Path) -> None:
    """What the cache remembers is enough to know which files to fix, and does not outlive the fix."""
    (tmp_path / "a.py").write_bytes(SAFE)
    cli()
    assert cli("--fix").code == 0
    assert (tmp_path / "a.py").read_bytes() == SAFE_FIXED
    assert (cli().code, cli().out) == (0, "")


def test_fix_only_says_nothing_of_what_is_left(cli, tmp_path: Path) -> None:
    """Exit 0: whoever formats on save does not want to hear of the rest."""
    (tmp_path / "a.py").write_bytes(SAFE + UNSAFE)
    told = cli("--fix-only")
    assert (told.code, told.out) == (0, "")
    assert told.err == "1 violation fixed in 1 file\n"
    assert (tmp_path / "a.py").read_bytes() == SAFE_FIXED + UNSAFE
    assert cli("--fix-only", "--quiet") == (0, "", "")


def test_show_fixes_names_each(cli, tmp_path: Path) -> None:
    """By its place before fixing, on stderr."""
    (tmp_path / "a.py").write_bytes(SAFE + UNSAFE)
    told = cli("--fix", "--unsafe-fixes", "--show-fixes")
    assert told.out == ""
    assert "a.py:3: PRD101 bare-except Catch `BaseException` instead\n" in told.err
    assert "a.py:7: PRD101 bare-except Catch `Exception` instead\n" in told.err


def test_diff_writes_nothing(cli, tmp_path: Path) -> None:
    """Exit 1 when something would change, 0 when not, whatever is left."""
    (tmp_path / "a.py").write_bytes(SAFE)
    (tmp_path / "b.py").write_bytes(UNSAFE)
    told = cli("--diff")
    assert told.code == 1
    assert told.out == (
        "--- a/a.py\n+++ b/a.py\n@@ -1,4 +1,4 @@\n try:\n     x = 1\n-except:\n+except BaseException:\n     raise\n"
    )
    unsafe = "1 violation can be fixed with --unsafe-fixes only\n"
    assert told.err == f"1 violation would be fixed in 1 file\n{unsafe}"
    assert (tmp_path / "a.py").read_bytes() == SAFE
    assert cli("--diff", "--exit-zero").code == 0
    assert cli("--diff", "b.py") == (0, "", unsafe)
    assert cli("--diff", "--quiet", "b.py") == (0, "", "")
    assert cli("--diff", "--fix", "--unsafe-fixes", "b.py").code == 1
    assert (tmp_path / "b.py").read_bytes() == UNSAFE


def test_json_has_edits(cli, tmp_path: Path) -> None:
    """Of every safety, with offsets into the text; also of what `--fix` has left."""
    (tmp_path / "a.py").write_bytes(SAFE + UNSAFE)
    found = json.loads(cli("--format", "json").out)["violations"]
    assert [violation["fix"]["safety"] for violation in found] == ["safe", "unsafe"]
    assert found[0]["fix"] == {
        "title": "Catch `BaseException` instead",
        "safety": "safe",
        "edits": [{"start": 21, "end": 21, "text": " BaseException"}],
    }
    (left,) = json.loads(cli("--fix", "--format", "json").out)["violations"]
    assert left["fix"]["safety"] == "unsafe"
    code, out, _ = stdin(SAFE, "--format", "json")
    (found,) = json.loads(out)["violations"]
    assert (code, found["fix"]["safety"]) == (1, "safe")


def test_stdin_goes_to_stdout(tmp_path: Path) -> None:
    """Byte for byte, whatever its newlines and its codec are; what is left is told on stderr."""
    data = b"\xef\xbb\xbf" + SAFE.replace(b"\n", b"\r\n") + UNSAFE.replace(b"\n", b"\r\n")
    code, out, err = stdin(data, "--fix", "--stdin-filename", "shop/cart.py")
    assert (code, out) == (1, data.replace(b"except:\r\n    raise", b"except BaseException:\r\n    raise"))
    assert err.startswith("shop/cart.py:7:1: PRD101 bare-except ")
    latin = b"# coding: latin-1\nx = '\xe4'\n" + SAFE
    assert stdin(latin, "--fix")[:2] == (0, latin.replace(SAFE, SAFE_FIXED))
    assert stdin(UNSAFE, "--fix-only") == (0, UNSAFE, "")
    assert stdin(UNSAFE, "--fix", "--exit-zero")[0] == 0
    assert stdin(b"", "--fix") == (0, b"", "")


def test_stdin_that_cannot_be_read_comes_back() -> None:
    """An editor puts in the buffer what it gets: broken code must come back as it was."""
    code, out, err = stdin(b"def f(:\n", "--fix")
    assert (code, out) == (1, b"def f(:\n")
    assert "PRD900" in err


def test_stdin_as_a_diff() -> None:
    """Under the name that it is given."""
    code, out, _ = stdin(SAFE, "--diff", "--stdin-filename", "shop/cart.py")
    assert code == 1
    assert out.startswith(b"--- a/shop/cart.py\n+++ b/shop/cart.py\n@@ ")


def test_what_cannot_be_written_is_told(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other files are fixed, and the exit code says that not all is well."""
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_bytes(SAFE)
    replace = files.replace

    def meddled(path: str, old: bytes, new: bytes) -> str:
        if path.endswith("a.py"):
            raise OSError(28, "No space left on device")
        if path.endswith("b.py"):
            Path(path).write_bytes(b"theirs = 1\n")
        return replace(path, old, new)

    monkeypatch.setattr(files, "replace", meddled)
    told = cli("--fix")
    assert told.code == 2
    assert "prodlint: a.py: the file is not fixed: No space left on device\n" in told.err
    assert "b.py: the file is not fixed: it changed while it was being fixed (run prodlint again)\n" in told.err
    assert (tmp_path / "a.py").read_bytes() == SAFE
    assert (tmp_path / "b.py").read_bytes() == b"theirs = 1\n"
    assert (tmp_path / "c.py").read_bytes() == SAFE_FIXED


def test_nothing_to_fix_in_nothing(cli) -> None:
    """As a check: a misspelt path or an empty directory is no success."""
    for option in ("--fix", "--fix-only", "--diff"):
        assert cli(option).code == 2
        assert cli(option, "missing.py").code == 2
        assert cli(option, "--allow-empty").code == 0


def test_links_are_fixed_once(cli, tmp_path: Path) -> None:
    """The file behind them is, and they stay links."""
    (tmp_path / "a.py").write_bytes(SAFE)
    (tmp_path / "b.py").symlink_to("a.py")
    assert cli("--fix").code == 0
    assert (tmp_path / "b.py").is_symlink()
    assert (tmp_path / "a.py").read_bytes() == SAFE_FIXED


# --- git

GIT = shutil.which("git")
NAMES = {
    "plain": "module.py",
    "nested": "a/b c/d.py",
    "blanks": "  a  b .py",
    "quotes": "a\"b'c.py",
    "backslash": "a\\b.py",
    "control": "a\tb\nc.py",
    "non-ascii": "ärger/日本.py",
    "no utf-8": "a\udcffb.py",
    "dash": "-a.py",
    "like a date": "a 2024-01-01 10:00.py",
    "like a name": "b/b.py",
}
CONTENTS = {
    "lf": SAFE * 3,
    "crlf": SAFE.replace(b"\n", b"\r\n"),
    "cr": SAFE.replace(b"\n", b"\r"),
    "mixed": SAFE.replace(b"1\n", b"1\r\n"),
    "no last newline": SAFE[:-1],
    "changed last line": b"try: pass\nexcept: raise",
    "bom": b"\xef\xbb\xbf" + b"try: pass\nexcept: raise\n",
    "latin-1": b"# coding: latin-1\nx = '\xe4'\n" + SAFE,
    "form feed": b"\x0c\n" + SAFE + b"\x0c\nx = '\x85\\\n\x1c'\n".replace(b"\x85", "\u2028".encode()),
    "marks": b"# --- a/x\n# @@ -1 +1 @@\n" + SAFE + b"y = '''\n--- a/x\n+++ b/x\n'''\n",
    "far apart": SAFE + b"x = 1\n" * 50 + SAFE,
}


def git(*arguments: str, cwd: Path, data: bytes | None = None) -> None:
    """Run git without anybody's configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=cwd, input=data, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode()


def applied(cli, top: Path, cwd: Path, *paths: str) -> None:
    """Assert that git makes of the diff what `--fix` makes of the files."""
    if GIT is None:
        pytest.skip("there is no git")
    git("init", "-q", cwd=top)
    told = cli("--diff", *paths)
    before = {path: path.read_bytes() for path in top.rglob("*.py")}
    assert (told.code, cli("--diff", "--quiet", *paths).err) == (1, "")
    git("apply", "-", cwd=cwd, data=told.out.encode("utf-8", "surrogateescape"))
    after = {path: path.read_bytes() for path in before}
    for path, data in before.items():
        path.write_bytes(data)
    assert cli("--fix", *paths).code == 0
    assert after == {path: path.read_bytes() for path in before} != before


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_git_takes_any_name(cli, tmp_path: Path, name: str) -> None:
    """Quoted where git quotes it."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_bytes(SAFE)
    except OSError as error:
        pytest.skip(f"no such name here: {error}")
    applied(cli, tmp_path, tmp_path)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_git_takes_any_content(cli, tmp_path: Path, content: bytes) -> None:
    """The diff has the file's own bytes."""
    (tmp_path / "module.py").write_bytes(content)
    (tmp_path / "second.py").write_bytes(SAFE)
    applied(cli, tmp_path, tmp_path)


@pytest.mark.parametrize("how", [".", "absolute", "./b.py", "../sub/b.py"])
def test_git_takes_it_where_prodlint_ran(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Paths count from the current directory, as git reads them there, however they were given."""
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "b.py").write_bytes(SAFE)
    monkeypatch.chdir(folder)
    applied(cli, tmp_path, folder, str(folder / "b.py") if how == "absolute" else how)


def test_linting_does_not_load_what_fixes(tmp_path: Path) -> None:
    """What is not asked for costs no run its import; nor does fixing where nothing can be fixed load libcst."""
    (tmp_path / "a.py").write_bytes(SAFE)
    script = (
        "import sys\nfrom prodlint.hosts.cli import main\nmain(sys.argv[1:])\n"
        "print(sorted(n for n in sys.modules if n.startswith('prodlint.fix.') or n in ('libcst', 'difflib')))"
    )
    command = [sys.executable, "-c", script, "--isolated", "--no-cache", "--quiet", "--select"]
    environment = {**os.environ, "PYTHONPATH": PACKAGES}

    def loaded(*arguments: str) -> str:
        done = subprocess.run(
            [*command, *arguments], cwd=tmp_path, capture_output=True, text=True, env=environment, check=True
        )
        return done.stdout.splitlines()[-1]

    assert loaded("bare-except") == "[]"
    assert "libcst" not in loaded("bare-except,print-call", "--fix", "--ignore", "bare-except")
    assert "libcst" in loaded("bare-except", "--fix")
