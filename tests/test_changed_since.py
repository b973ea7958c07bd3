"""`--changed-since`: the lines that real git says have changed, and nothing run, missed or guessed on the way."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from prodlint import check_paths
from prodlint.git import Git, IncomparableError
from prodlint.hosts.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = '"""A module."""\n\nprint(1)\n\nX = 1\n\nprint(2)\n'


class Told(NamedTuple):
    """What a run gave; ``places`` are the paths and lines of a report in the format `text`."""

    code: int
    out: str
    err: str

    @property
    def places(self) -> list[tuple[str, int]]:
        """Path and line of each violation."""
        return [(line.split(":")[0], int(line.split(":")[1])) for line in self.out.splitlines()]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in a repository of one commit, without anybody's configuration of git."""
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path / "cache"))
    git("init", "-q", "-b", "main")
    plant("a.py", OLD)
    plant("sub/b.py", OLD)
    commit()

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def git(*arguments: str, cwd: str = ".", ok: bool = True) -> str:
    """Run git as nobody in particular."""
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *settings, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not ok, done.stderr
    return done.stdout


def commit(cwd: str = ".") -> None:
    """Commit everything."""
    git("add", "-A", cwd=cwd)
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=cwd)


def plant(path: str | bytes, text: str | bytes) -> None:
    """A file in the current directory."""
    name = os.fsdecode(path)
    if os.path.dirname(name):
        os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "wb") as handle:
        handle.write(text.encode() if isinstance(text, str) else text)


# What counts as changed


def test_only_changed_lines_are_reported(cli):
    """Committed, staged and neither: a reviewer of the branch sees them all as its changes."""
    git("checkout", "-q", "-b", "feature")
    plant("a.py", OLD.replace("X = 1\n", "X = 1\nprint(3)\n"))
    commit()
    plant("a.py", OLD.replace("X = 1\n", "X = 1\nprint(3)\n") + "print(4)\n")
    git("add", "a.py")
    plant("a.py", "# new\n" + OLD.replace("X = 1\n", "X = 1\nprint(3)\n") + "print(4)\nprint(5)\n")
    told = cli("--changed-since", "main")
    assert (told.code, told.places) == (1, [("a.py", 7), ("a.py", 10), ("a.py", 11)])
    assert "checked 1 file" in told.err
    assert "; 1 file unchanged, " in told.err


def test_new_files_are_changed_whole(cli):
    """Untracked, added, only intended to be added, or committed: no line of them was there before."""
    git("checkout", "-q", "-b", "feature")
    plant("committed.py", OLD)
    commit()
    for name in ("added.py", "intended.py", "sub/new/untracked.py"):
        plant(name, OLD)
    git("add", "added.py")
    git("add", "-N", "intended.py")
    told = cli("--changed-since", "main")
    assert {path for path, _ in told.places} == {"committed.py", "added.py", "intended.py", "sub/new/untracked.py"}
    assert len(told.places) == 8
    plant(".gitignore", "ignored.py\n")
    plant("ignored.py", OLD)
    assert "ignored.py" in cli("--changed-since", "main", "ignored.py").out


def test_nothing_changed_is_clean(cli):
    """A branch that touches no Python is no failure, and no unchanged file is even opened."""
    plant("README", "text\n")
    commit()
    os.chmod("a.py", 0o755)
    os.utime("sub/b.py", (1, 1))
    told = cli("--changed-since", "HEAD~1")
    assert (told.code, told.out) == (0, "")
    assert told.err == "all clear: nothing has changed; 2 files unchanged\n"
    document = json.loads(cli("--changed-since", "HEAD~1", "--format", "json").out)
    assert document["files"] == {"checked": 0, "cached": 0, "skipped": 0, "unchanged": 2}
    told = cli("--changed-since", "HEAD~1", "--show-files")
    assert (told.code, told.out) == (0, "")


def test_since_the_merge_base(cli):
    """What the other branch has done meanwhile is not this one's: not even where it changed the same file."""
    git("checkout", "-q", "-b", "feature")
    plant("a.py", OLD + "print(3)\n")
    commit()
    git("checkout", "-q", "main")
    plant("a.py", OLD.replace("print(1)", "print(0)\nprint(1)"))
    plant("sub/b.py", "print(0)\n")
    commit()
    git("checkout", "-q", "feature")
    assert cli("--changed-since", "main").places == [("a.py", 8)]
    git("merge", "-q", "--no-edit", "main")
    assert cli("--changed-since", "main").places == [("a.py", 9)]


def test_renames_are_followed(cli):
    """A file that was moved is not new, also when it was changed on the way."""
    text = "".join(f"print({number})\n" for number in range(30))
    plant("long.py", text)
    commit()
    os.makedirs("other")
    os.rename("long.py", "other/name.py")
    os.rename("a.py", "other/same.py")
    git("add", "-A")
    assert cli("--changed-since", "HEAD").places == []
    plant("other/name.py", text.replace("print(7)\n", "print(77)\n"))
    assert cli("--changed-since", "HEAD").places == [("other/name.py", 1), ("other/name.py", 8)]  # line 1: no docstring


def test_findings_about_a_file_count_if_it_changed(cli):
    """A module without a docstring has it on no line."""
    plant("c.py", "X = 1\n")
    plant("d.py", "X = 1\n")
    commit()
    plant("c.py", "X = 1\nY = 2\n")
    told = cli("--changed-since", "HEAD")
    assert told.places == [("c.py", 1)]
    assert "PRD401" in told.out
    plant("c.py", "X = 1\nY = (2\n")
    told = cli("--changed-since", "HEAD")
    assert told.code == 1
    assert "PRD900" in told.out


def test_a_statement_counts_by_any_of_its_lines(cli):
    """The call that is reported begins on a line that nobody has touched."""
    plant("a.py", '"""A module."""\nprint(\n    1,\n    2,\n)\nprint(3)\n')
    commit()
    plant("a.py", '"""A module."""\nprint(\n    1,\n    22,\n)\nprint(3)\n')
    assert cli("--changed-since", "HEAD").places == [("a.py", 2)]


def test_a_merge_under_way(cli):
    """Files in conflict do not parse: that must be told, too."""
    git("checkout", "-q", "-b", "feature")
    plant("a.py", OLD.replace("X = 1", "X = 2"))
    commit()
    git("checkout", "-q", "main")
    plant("a.py", OLD.replace("X = 1", "X = 3"))
    commit()
    git("merge", "feature", ok=False)
    told = cli("--changed-since", "main")
    assert told.code == 1
    assert "PRD900" in told.out
    plant("a.py", OLD.replace("X = 1", "X = 4\nprint(4)"))
    assert ("a.py", 6) in cli("--changed-since", "main").places


def test_together_with_a_baseline(cli):
    """Of two equal ones, the one that the branch has added is new, wherever it stands."""
    cli("baseline")
    commit()
    plant("a.py", OLD.replace("print(1)", "print(2)\n\nprint(1)"))
    told = cli("--changed-since", "HEAD")
    assert (told.code, told.places) == (1, [("a.py", 3)])
    plant("a.py", OLD.replace("print(1)\n", ""))
    assert "stale" not in cli("--changed-since", "HEAD").err


# Places


def test_from_a_subdirectory(cli, monkeypatch):
    """Paths are those that the user sees."""
    plant("sub/b.py", OLD + "print(3)\n")
    plant("sub/c.py", '"""C."""\nprint(3)\n')
    plant("a.py", OLD + "print(3)\n")
    monkeypatch.chdir("sub")
    assert cli("--changed-since", "HEAD").places == [("b.py", 8), ("c.py", 2)]
    below = [("../a.py", 8), ("../sub/b.py", 8), ("../sub/c.py", 2)]
    assert cli("--changed-since", "HEAD", "..").places == below
    git("config", "diff.relative", "true")
    assert cli("--changed-since", "HEAD", "..").places == below


def test_a_path_outside_is_an_error(cli, tmp_path):
    """The repository knows nothing of it, so that it would look unchanged."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x.py").write_text("print(1)\n")
    for path in ("../elsewhere", str(tmp_path / "elsewhere/x.py"), ".."):
        told = cli("--changed-since", "HEAD", path)
        assert (told.code, told.out) == (2, "")
        assert "lies outside of the repository" in told.err
    os.symlink("../elsewhere/x.py", "link.py")
    told = cli("--changed-since", "HEAD", ".", "--format", "json")
    assert [skipped["path"] for skipped in json.loads(told.out)["skipped_files"]] == ["link.py"]


def test_other_repositories_are_skipped_and_named(cli, tmp_path):
    """A submodule has changes of its own, against a commit that this repository does not know."""
    (tmp_path / "library").mkdir()
    git("init", "-q", "-b", "main", cwd="../library")
    (tmp_path / "library/x.py").write_text("print(1)\n")
    commit("../library")
    git("submodule", "add", "-q", "../library", "vendored")
    commit()
    git("init", "-q", "nested")
    plant("nested/y.py", "print(1)\n")
    plant("vendored/z.py", "print(1)\n")
    plant("a.py", OLD + "print(3)\n")
    document = json.loads(cli("--changed-since", "HEAD", "--format", "json").out)
    assert [violation["path"] for violation in document["violations"]] == ["a.py"]
    assert document["skipped_files"] == [
        {"path": "nested/y.py", "reason": "of another repository, `nested`"},
        {"path": "vendored/x.py", "reason": "of another repository, `vendored`"},
        {"path": "vendored/z.py", "reason": "of another repository, `vendored`"},
    ]
    assert document["files"] == {"checked": 1, "cached": 0, "skipped": 3, "unchanged": 1}
    for path in ("vendored", "vendored/x.py", "nested"):
        told = cli("--changed-since", "HEAD", path)
        assert (told.code, told.out) == (2, "")
        assert "run prodlint in that directory" in told.err
    git("commit", "-q", "--allow-empty", "-m", "y", cwd="vendored")
    assert cli("--changed-since", "HEAD").places == [("a.py", 8)]


NAMES = [
    b"with space.py", b"tab\there.py", b'quo"te.py', b"back\\slash.py", b"new\nline.py", b"\xff\xfe.py",
    "é.py".encode(), b"b/b.py", b" lead.py", b"-dash.py", b":colon.py", b"*.py", b"[a].py", b"a.py => c.py",
    b"\x07bell.py", b"trail\t.py",
]  # fmt: skip


def test_names_of_any_kind(cli):
    """Quoted by git unless told not to, and taken for patterns and options: each is some file's name."""
    for name in NAMES:
        plant(name, OLD)
    commit()
    for name in NAMES:
        plant(name, OLD.replace("X = 1\n", "X = 1\nprint(3)\n"))
    for setting in ("false", "true"):
        git("config", "core.quotePath", setting)
        report = check_paths(["."], changed_since="HEAD", config={})
        assert {(os.fsencode(v.path), v.span.line) for v in report.violations if v.span} == {
            (name, 6) for name in NAMES
        }
        assert report.unchanged == 2


def test_line_ends(cli):
    """CRLF is one end of a line to both; a lone CR is one to Python only, so that the numbers would be off."""
    plant("crlf.py", OLD.replace("\n", "\r\n"))
    plant("cr.py", '"""A module."""\rprint(1)\r\nprint(2)\nprint(3)\n')
    plant("end.py", OLD.rstrip("\n"))
    commit()
    plant("crlf.py", OLD.replace("X = 1\n", "X = 1\nprint(3)\n").replace("\n", "\r\n"))
    plant("cr.py", '"""A module."""\rprint(1)\r\nprint(2)\nprint(33)\n')
    plant("end.py", OLD.rstrip("\n") + "\nprint(3)")
    assert cli("--changed-since", "HEAD").places == [("cr.py", n) for n in (2, 3, 4)] + [
        ("crlf.py", 6),
        ("end.py", 7),
        ("end.py", 8),
    ]
    git("config", "core.autocrlf", "true")
    assert ("crlf.py", 6) in cli("--changed-since", "HEAD").places


def test_text_that_looks_like_a_patch(cli):
    """Lines of a file that pass for headers must not shift what follows."""
    plant("a.py", '"""A module."""\nT = """\n-- a/x\n++ b/y\n"""\n')
    commit()
    plant("a.py", '"""A module."""\nT = """\n++ b/sub/b.py\n@@ -1 +1,9 @@\ndiff --git a/x b/x\n"""\nprint(1)\n')
    assert cli("--changed-since", "HEAD").places == [("a.py", 7)]


def test_many_files_in_many_calls(cli, monkeypatch):
    """The paths of a large change do not fit on one command line."""
    monkeypatch.setattr("prodlint.git._ARGUMENT_BYTES", 40)
    for number in range(30):
        plant(f"dir{number}/m.py", OLD)
    commit()
    for number in range(30):
        plant(f"dir{number}/m.py", OLD + "print(3)\n")
    assert cli("--changed-since", "HEAD").places == sorted((f"dir{number}/m.py", 8) for number in range(30))


# What cannot be known


@pytest.mark.parametrize(
    "revision", ["no-such-branch", "--output=x", "-p", "", "HEAD:a.py", "main..main", "HEAD^{tree}"]
)
def test_an_unknown_revision_is_an_error(cli, revision):
    """A mistyped one must not pass for one without changes, nor for an option."""
    told = cli(f"--changed-since={revision}")
    assert (told.code, told.out) == (2, "")
    assert f"git knows no revision `{revision}` (check the spelling" in told.err
    assert sorted(os.listdir(".")) == [".git", "a.py", "sub"]


def test_a_shallow_clone_says_what_to_fetch(cli, monkeypatch):
    """What build servers make: it has neither the branch to compare with nor the history up to it."""
    git("checkout", "-q", "-b", "feature")
    for number in range(5):
        plant("a.py", OLD + f"print({number})\n")
        commit()
    git("clone", "-q", "--depth", "2", "-b", "feature", "file://" + os.getcwd(), "../clone")
    monkeypatch.chdir("../clone")
    told = cli("--changed-since", "origin/main")
    assert told.code == 2
    assert (
        "no revision `origin/main` (this clone is shallow, so fetch it first, with its history: `git fetch" in told.err
    )
    git("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    told = cli("--changed-since", "origin/main")
    assert told.code == 2
    assert (
        "have no common commit here (this clone is shallow, so fetch more history: `git fetch --unshallow`" in told.err
    )
    git("fetch", "-q", "--unshallow", "origin")
    assert cli("--changed-since", "origin/main").places == [("a.py", 8)]


def test_what_else_git_cannot_tell(cli, monkeypatch, tmp_path):
    """Each has its own words, and none is a clean run."""
    git("checkout", "-q", "--orphan", "stranger")
    plant("c.py", OLD)
    commit()
    told = cli("--changed-since", "main")
    assert (told.code, "no common commit here (name another one)" in told.err) == (2, True)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    plant("x.py", "print(1)\n")
    told = cli("--changed-since", "main")
    assert (told.code, "not in the working tree of a git repository" in told.err) == (2, True)
    git("init", "-q")
    told = cli("--changed-since", "main")
    assert (told.code, "the repository has no commit yet" in told.err) == (2, True)
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path}")
    plant("git", "#!/bin/sh\ntouch was-run\n")
    os.chmod("git", 0o755)
    told = cli("--changed-since", "main")
    assert (told.code, "there is no program `git`" in told.err) == (2, True)
    assert not os.path.exists("was-run")


def test_stdin_cannot_be_compared(cli):
    """It may be any version of the file."""
    told = cli("-", "--changed-since", "HEAD")
    assert (told.code, "stdin cannot be checked with it" in told.err) == (2, True)


# What git's configuration would do


HARMFUL = {
    "core.fsmonitor": "{trap}",
    "core.hooksPath": "{hooks}",
    "core.pager": "{trap}",
    "core.sshCommand": "{trap}",
    "core.editor": "{trap}",
    "diff.external": "{trap}",
    "diff.trap.command": "{trap}",
    "diff.trap.textconv": "{trap}",
    "diff.trap.cachetextconv": "true",
    "filter.trap.clean": "{trap}",
    "filter.trap.smudge": "{trap}",
    "filter.trap.process": "{trap}",
    "filter.trap.required": "true",
    "filter.Odd.clean": "{trap}",
}
MISLEADING = {
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.renames": "false",
    "diff.context": "5",
    "diff.interHunkContext": "9",
    "diff.orderFile": "{order}",
    "diff.ignoreSubmodules": "none",
    "diff.submodule": "log",
    "diff.algorithm": "patience",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "diff.colorMoved": "zebra",
    "diff.srcPrefix": "x/",
    "diff.dstPrefix": "y/",
    "color.ui": "always",
    "color.diff": "always",
    "core.quotePath": "true",
    "core.abbrev": "4",
    "diff.statGraphWidth": "1",
    "status.relativePaths": "true",
    "core.safecrlf": "true",
    "diff.indentHeuristic": "false",
    "diff.trap.binary": "true",
    "diff.trap.xfuncname": "x",
}


def test_no_configuration_changes_the_answer_or_runs_a_program(cli, tmp_path, monkeypatch):
    """The repository may come from anywhere, and a user's taste in diffs is no business of a gate."""
    text = "".join(f"print({number})\n\n" for number in range(30))
    plant("moved.py", text)
    plant(".gitattributes", "*.py diff=trap filter=trap\nsub/*.py -diff binary filter=Odd\n")
    commit()
    os.rename("moved.py", "here.py")
    plant("here.py", text.replace("print(7)", "print(77)"))
    plant("a.py", OLD + "print(3)\n")
    plant("sub/b.py", OLD + "print(3)\n")
    git("add", "-A")
    expected = [("a.py", 8), ("here.py", 1), ("here.py", 15), ("sub/b.py", 8)]
    assert cli("--changed-since", "HEAD").places == expected
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    trap = tmp_path / "trap"
    for path in (trap, *(hooks / name for name in ("post-index-change", "fsmonitor-watchman", "post-checkout"))):
        path.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\ncat\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "order").write_text("sub/*\nhere.py\n")
    for key, value in {**HARMFUL, **MISLEADING}.items():
        git("config", key, value.format(trap=trap, hooks=hooks, order=tmp_path / "order"))
    for variable in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_SSH_COMMAND"):
        monkeypatch.setenv(variable, str(trap))
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=4")
    (tmp_path / "was-run").unlink(missing_ok=True)  # git itself has been trapped while this was set up
    index = Path(".git/index").read_bytes()
    os.utime("a.py", (1, 1))
    assert cli("--changed-since", "HEAD").places == expected
    assert not (tmp_path / "was-run").exists()
    assert Path(".git/index").read_bytes() == index
    git("diff", ok=False)
    assert (tmp_path / "was-run").exists(), "the trap does not work"


def test_a_filter_that_cannot_be_switched_off_is_an_error(cli):
    """git takes what follows the first `=` of an option for its value."""
    git("config", "filter.a=b.clean", "cat")
    told = cli("--changed-since", "HEAD")
    assert (told.code, "has a filter with `=` in its name" in told.err) == (2, True)


def test_nothing_is_fetched(cli, tmp_path, monkeypatch):
    """A partial clone asks its origin for what is missing: by a program that its configuration names."""
    plant("a.py", OLD + "print(3)\n")
    commit()
    plant("a.py", OLD + "print(4)\n")
    commit()
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--filter=blob:none", "file://" + os.getcwd(), "../clone")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    trap.chmod(0o755)
    monkeypatch.chdir("../clone")
    git("config", "protocol.ext.allow", "always")
    git("config", "protocol.file.allow", "always")
    git("config", "remote.origin.url", f"ext::{trap}")
    told = cli("--changed-since", "HEAD~1")
    assert told.code == 2
    assert "a partial clone has to be fetched whole" in told.err
    assert not (tmp_path / "was-run").exists()
    git("diff", "HEAD~1", ok=False)
    assert (tmp_path / "was-run").exists(), "the trap does not work"


# The library


def test_the_library_compares_too(cli):
    """With the same errors, as exceptions."""
    plant("a.py", OLD + "print(3)\n")
    report = check_paths(["."], changed_since="HEAD")
    assert [(v.path, v.span.line) for v in report.violations if v.span] == [("a.py", 8)]
    assert (report.checked, report.unchanged) == (1, 1)
    with pytest.raises(ValueError, match="git knows no revision `nope`"):
        check_paths(["."], changed_since="nope")


def test_git_is_not_loaded_unless_asked(cli):
    """Starting programs is slow to import, and no check needs it."""
    script = "import sys; from prodlint.hosts.cli import main; main(['--no-cache']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"subprocess", "prodlint.git", "prodlint.changes", "prodlint.baseline"} & set(done.stdout.split())


def test_git_that_cannot_start_is_an_error(cli, monkeypatch):
    """Found, and yet not to be run: of another machine's kind, or forbidden."""
    monkeypatch.setattr("prodlint.git._program", lambda: os.path.abspath("a.py"))
    os.chmod("a.py", 0o755)
    with pytest.raises(IncomparableError, match="git cannot be run: Exec format error"):
        Git(".").top()
