"""Discovery: which files are found, under which name, in which order, and what is said of the rest."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prodlint.discover import DEFAULT_EXCLUDES, Discovery, Excludes, discover

SRC = Path(__file__).resolve().parents[1] / "src"


def find(
    root: Path, *paths: str, exclude: tuple[str, ...] = (), gitignore: bool = True, force: bool = False
) -> Discovery:
    """Discover below ``root`` with the same excludes everywhere."""
    excludes = Excludes(str(root), exclude)
    return discover(
        paths or (".",),
        cwd=str(root),
        excludes_at=lambda directory, names: excludes,
        gitignore=gitignore,
        force_exclude=force,
    )


def names(discovery: Discovery) -> list[str]:
    """The reported paths, in their order."""
    return [file.path for file in discovery.files]


def plant(root: Path, *files: str, text: str = "") -> None:
    """Files with the same text, and the directories that they need."""
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)


# Names and order


def test_files_are_python_by_their_extension_only_those(tmp_path: Path) -> None:
    """A look-alike extension must not be enough, and a stub is a file to check."""
    plant(tmp_path, "a.py", "b.pyi", "c.pyc", "d.txt", "e.py.bak", "f.ipynb", "gpy", "h.ipynb.bak")
    assert names(find(tmp_path)) == ["a.py", "b.pyi", "f.ipynb"]


def test_order_is_that_of_the_components_whatever_the_file_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain string order puts ``a-b`` before ``a/``, and directories list in any order at all."""
    plant(tmp_path, "a/z.py", "a-b/c.py", "a.py", "b/a/a.py", "b/a.py", "B.py")
    expected = ["B.py", "a/z.py", "a-b/c.py", "a.py", "b/a/a.py", "b/a.py"]
    assert names(find(tmp_path)) == expected
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: reversed(list(scandir(path))))
    assert names(find(tmp_path)) == expected


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (".", "pkg/a.py"),
        ("./", "pkg/a.py"),
        ("pkg", "pkg/a.py"),
        ("./pkg//", "pkg/a.py"),
        ("./pkg/a.py", "pkg/a.py"),
        ("pkg/../pkg/a.py", "pkg/a.py"),
        ("../{root}/pkg", "../{root}/pkg/a.py"),
        ("{absolute}/pkg", "{absolute}/pkg/a.py"),
    ],
)
def test_a_path_is_reported_as_the_user_spelled_it(tmp_path: Path, argument: str, expected: str) -> None:
    """Editors and CI match on the path they gave; only dots and doubled slashes may go."""
    plant(tmp_path, "pkg/a.py")
    fill = {"root": tmp_path.name, "absolute": str(tmp_path)}
    assert names(find(tmp_path, argument.format(**fill))) == [expected.format(**fill)]


def test_dots_behind_a_link_lead_to_the_parent_of_its_target(tmp_path: Path) -> None:
    """``link/..`` is not where the link stands, so folding the text would name another file."""
    plant(tmp_path, "far/sub/x.py", "far/a.py", "near/a.py")
    (tmp_path / "near/link").symlink_to(tmp_path / "far/sub")
    found = find(tmp_path / "near", "link/../a.py").files
    assert [file.path for file in found] == [str(tmp_path / "far/a.py")]


def test_overlapping_and_repeated_paths_give_each_file_once(tmp_path: Path) -> None:
    """The same file is reached by its name, its directory and the directory above."""
    plant(tmp_path, "src/a.py", "src/sub/b.py")
    assert names(find(tmp_path, "src/sub", "src/a.py", "src", "src", "./src/a.py")) == ["src/a.py", "src/sub/b.py"]


def test_what_a_file_is_comes_from_its_status(tmp_path: Path) -> None:
    """The cache decides by these numbers, so a wrong one hides a change."""
    plant(tmp_path, "a.py", text="x = 1\n")
    (file,) = find(tmp_path).files
    status = os.stat(tmp_path / "a.py")
    assert file.real == str(tmp_path / "a.py")
    assert file[2:] == (
        6,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
        status.st_dev,
    )


STRANGE = [
    b"with space.py",
    b"new\nline.py",
    b"caf\xe9.py",
    b"-rf.py",
    b"n" * 252 + b".py",
    b"'\"`$.py",
    b"\x1b[31m.py",
]


@pytest.mark.parametrize("name", STRANGE)
def test_strange_names_survive_and_can_be_opened(tmp_path: Path, name: bytes) -> None:
    """Bytes that are not UTF-8, newlines, dashes and the longest name there is must come back byte for byte."""
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    except OSError:
        pytest.skip("this file system refuses the name")
    plant(tmp_path, "sub/.gitignore", text="*.py\n")
    (file,) = find(tmp_path).files
    assert os.fsencode(file.path) == name
    assert os.path.isfile(file.real)
    assert names(find(tmp_path, file.path)) == [file.path]


def test_a_directory_called_like_a_module_is_walked(tmp_path: Path) -> None:
    """``x.py`` as a directory would otherwise be opened as a file."""
    plant(tmp_path, "x.py/a.py")
    assert names(find(tmp_path)) == ["x.py/a.py"]


# Scripts without an extension

PYTHON = [
    "#!/usr/bin/env python3",
    "#!/usr/bin/env python3.12",
    "#!/usr/bin/python -I",
    "#! /usr/bin/python2.7",
    "#!/usr/bin/env -S python3 -u",
    "#!/usr/bin/env -Spython3 -u",
    "#!/usr/bin/env --split-string=python3 -u",
    "#!/usr/bin/env PYTHONPATH=. python",
    "#!/usr/bin/env -i -u HOME A=b python3\r",
    "#!/opt/pypy/bin/pypy3",
    "#!/usr/bin/env -S uv run --script",
    "#!/usr/bin/env -S uv run python",
    "#!/usr/bin/python3.13t",
    "#!python",
    "#!/usr/bin/env python3 " + "x" * 300,
]
OTHER = [
    "",
    "#!",
    "#!/bin/sh",
    "#!/usr/bin/env",
    "#!/usr/bin/env bash",
    "#!/usr/bin/env -S uv tool",
    "#!/bin/sh python",
    "#!/usr/bin/pythonic-shell",
    "#!/usr/bin/env -u python ruby",
    "# /usr/bin/python3",
    " #!/usr/bin/python3",
    "import os",
    "\n#!/usr/bin/python3",
    "\0\xff#!python",
]


@pytest.mark.parametrize("line", PYTHON)
def test_a_python_shebang_makes_a_script_a_file_to_check(tmp_path: Path, line: str) -> None:
    """``env`` alone has four ways to call Python, and the first line may be longer than what is read of it."""
    plant(tmp_path, "bin/tool", text=line + "\nprint()\n")
    assert names(find(tmp_path)) == ["bin/tool"]


@pytest.mark.parametrize("line", OTHER)
def test_any_other_first_line_does_not(tmp_path: Path, line: str) -> None:
    """The word may stand elsewhere in the line, or the line may be no shebang."""
    plant(tmp_path, "bin/tool", "tool.d", text=line + "\nprint()\n")
    assert names(find(tmp_path)) == []


def test_only_the_first_line_of_only_extensionless_files_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading more would cost a run over data files their size."""
    plant(tmp_path, "a.py", "data.bin", "script", ".hidden", text="#!/usr/bin/env python3\n" * 1000)
    plant(tmp_path, "build/tool", "ignored", text="#!/usr/bin/env python3\n")
    plant(tmp_path, ".gitignore", text="/ignored\n")
    opened: list[str] = []
    sizes: list[int] = []
    system_open, system_read = os.open, os.read

    def recording_open(path: str, flags: int) -> int:
        opened.append(os.path.basename(path))
        return system_open(path, flags)

    def recording_read(file: int, size: int) -> bytes:
        sizes.append(size)
        return system_read(file, size)

    monkeypatch.setattr(os, "open", recording_open)
    monkeypatch.setattr(os, "read", recording_read)
    assert names(find(tmp_path)) == ["a.py", "script"]
    assert opened == ["script"]
    assert sizes == [256]


def test_an_extensionless_file_that_cannot_be_read_is_accounted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is Python cannot be known, and silence would look like "checked"."""
    plant(tmp_path, "script")
    monkeypatch.setattr(
        os, "open", refusing(os.open, str(tmp_path / "script"), PermissionError(13, "Permission denied"))
    )
    discovery = find(tmp_path)
    assert [(skipped.path, "Permission denied" in skipped.reason) for skipped in discovery.skipped] == [
        ("script", True)
    ]


# Links, and files that are none


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    """To itself, to its parent, out of the start path and back, and two that point at each other."""
    plant(tmp_path, "pkg/a.py", "pkg/sub/b.py", "outside.py")
    (tmp_path / "pkg/self").symlink_to(".")
    (tmp_path / "pkg/sub/up").symlink_to("..")
    (tmp_path / "pkg/sub/out").symlink_to("../..")
    (tmp_path / "pkg/ring.py").symlink_to("ring.py")
    (tmp_path / "pkg/sub/one").symlink_to("two")
    (tmp_path / "pkg/sub/two").symlink_to("one")
    discovery = find(tmp_path, "pkg")
    assert names(discovery) == ["pkg/a.py", "pkg/sub/b.py"]
    assert [skipped.path for skipped in discovery.skipped] == ["pkg/ring.py", "pkg/sub/one", "pkg/sub/two"]


def test_linked_directories_are_followed_once_and_after_the_real_ones(tmp_path: Path) -> None:
    """The link sorts first and leads to the same files; they must appear below the real directory."""
    plant(tmp_path, "proj/real/a.py", "far/b.py", "far/deep/c.py")
    (tmp_path / "proj/alias").symlink_to("real")
    (tmp_path / "proj/outside").symlink_to(tmp_path / "far")
    (tmp_path / "proj/outside_again").symlink_to(tmp_path / "far")
    (tmp_path / "far/back").symlink_to(tmp_path / "proj")
    discovery = find(tmp_path / "proj")
    assert names(discovery) == ["outside/b.py", "outside/deep/c.py", "real/a.py"]
    assert [file.real for file in discovery.files][:2] == [str(tmp_path / "far/b.py"), str(tmp_path / "far/deep/c.py")]


def test_a_link_to_a_file_is_that_file_and_yields_to_its_own_name(tmp_path: Path) -> None:
    """Checking both would report all twice; a link whose target is not walked is the only name there is."""
    plant(tmp_path, "proj/z.py", "far/other.py", "far/script", text="#!/usr/bin/python\n")
    (tmp_path / "proj/a.py").symlink_to("z.py")
    (tmp_path / "proj/b.py").symlink_to(tmp_path / "far/other.py")
    (tmp_path / "proj/c.py").symlink_to(tmp_path / "far/other.py")
    (tmp_path / "proj/tool").symlink_to(tmp_path / "far/script")
    discovery = find(tmp_path / "proj")
    assert [(file.path, os.path.basename(file.real)) for file in discovery.files] == [
        ("b.py", "other.py"),
        ("tool", "script"),
        ("z.py", "z.py"),
    ]


def test_hard_links_are_one_file(tmp_path: Path) -> None:
    """Neither name is a link to the other, so only device and inode tell."""
    plant(tmp_path, "b.py", "sub/c.py")
    os.link(tmp_path / "b.py", tmp_path / "a.py")
    os.link(tmp_path / "b.py", tmp_path / "sub/d.py")
    assert names(find(tmp_path)) == ["a.py", "sub/c.py"]


def test_a_link_to_nothing_is_skipped_with_its_reason(tmp_path: Path) -> None:
    """Editors leave such links as locks; they must neither fail the run nor go unmentioned."""
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "data.csv").symlink_to("nowhere.csv")
    discovery = find(tmp_path)
    assert [(skipped.path, "nowhere" in skipped.reason) for skipped in discovery.skipped] == [("gone.py", True)]
    assert discovery.problems == ()


def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a pipe waits for a writer for ever, whether it was met, linked or named."""
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "script")
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "link.py").symlink_to("pipe.py")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        discovery = find(tmp_path, ".", "pipe.py", "/dev/null")
    reasons = {skipped.path: skipped.reason.partition(",")[0] for skipped in discovery.skipped}
    assert reasons == {
        "/dev/null": "a device",
        "link.py": "a named pipe",
        "pipe.py": "a named pipe",
        "script": "a named pipe",
        "socket.py": "a socket",
    }
    assert discovery.files == ()


# What goes wrong


@pytest.mark.parametrize("path", ["nope", "a.py/nope", "", "gone.py", "x" * 300, "nul\0.py"])
def test_a_path_that_does_not_exist_is_a_fatal_problem(tmp_path: Path, path: str) -> None:
    """A misspelt path must not pass for a clean run; an empty one comes from an unset variable."""
    plant(tmp_path, "a.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    discovery = find(tmp_path, "a.py", path)
    (problem,) = discovery.problems
    expected = "unreadable-path" if len(path) > 255 else "path-not-found"
    assert (problem.code, problem.fatal, problem.path) == (expected, True, path)
    assert problem.remedy
    assert names(discovery) == ["a.py"]


def test_an_unreadable_directory_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated, because the superuser may read everything."""
    plant(tmp_path, "a.py", "closed/b.py", "open/c.py")
    closed = str(tmp_path / "closed") + "/"
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, closed, PermissionError(13, "Permission denied")))
    discovery = find(tmp_path)
    assert [(problem.code, problem.path, problem.fatal) for problem in discovery.problems] == [
        ("unreadable-directory", "closed", True)
    ]
    assert names(discovery) == ["a.py", "open/c.py"]


@pytest.mark.parametrize("error", [FileNotFoundError(2, "gone"), PermissionError(13, "denied")])
def test_a_file_that_vanishes_or_closes_after_it_was_listed_is_accounted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """Between the listing and the look at it anything may happen to a file."""
    plant(tmp_path, "a.py", "b.py")
    monkeypatch.setattr(os, "stat", refusing(os.stat, str(tmp_path / "a.py"), error))
    discovery = find(tmp_path)
    assert names(discovery) == ["b.py"]
    told = [skipped.path for skipped in discovery.skipped] + [problem.path for problem in discovery.problems]
    assert told == ["a.py"]


def test_an_unreadable_ignore_file_is_a_problem_that_does_not_fail_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git warns and goes on too; more is checked then, never less."""
    plant(tmp_path, "a.py")
    plant(tmp_path, ".gitignore", text="a.py")
    ignore_file = str(tmp_path / ".gitignore")
    monkeypatch.setattr("builtins.open", refusing(open, ignore_file, PermissionError(13, "Permission denied")))
    discovery = find(tmp_path)
    assert [(problem.path, problem.fatal) for problem in discovery.problems] == [(ignore_file, False)]
    assert names(discovery) == ["a.py"]


def refusing(function: Callable[..., object], path: str, error: OSError) -> Callable[..., object]:
    """The same function, but for one path."""

    def refuse(first: object, *rest: object, **options: object) -> object:
        if first == path:
            raise error
        return function(first, *rest, **options)

    return refuse


# Excludes


@pytest.mark.parametrize("name", sorted(DEFAULT_EXCLUDES))
def test_default_excludes_are_left_out_at_any_depth_but_not_as_files_or_when_named(tmp_path: Path, name: str) -> None:
    """Only directories are meant, and a user who names one wants it."""
    plant(tmp_path, f"{name}/a.py", f"pkg/{name}/b.py", f"other/{name}.py")
    assert names(find(tmp_path)) == [f"other/{name}.py"]
    assert names(find(tmp_path, name)) == [f"{name}/a.py"]


def test_a_negated_pattern_takes_a_default_exclude_in_again(tmp_path: Path) -> None:
    """A package may well be called ``build``."""
    plant(tmp_path, "src/build/a.py", "build/b.py", "dist/c.py")
    assert names(find(tmp_path, exclude=("!/src/build/",))) == ["src/build/a.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
def test_an_environment_is_left_out_under_any_name(tmp_path: Path, mark: str) -> None:
    """Nobody wants ten thousand findings in ``env39``; who names it gets them."""
    plant(tmp_path, "env39/lib/a.py", f"env39/{mark}", "b.py")
    assert names(find(tmp_path)) == ["b.py"]
    assert names(find(tmp_path, "env39")) == ["env39/lib/a.py"]


def test_excludes_are_gitignore_patterns_relative_to_their_base(tmp_path: Path) -> None:
    """Anchored ones count from the base, wherever the walk starts."""
    plant(tmp_path, "gen/a.py", "src/gen/b.py", "src/c_pb2.py", "src/keep_pb2.py", "src/d.py")
    exclude = ("/gen", "*_pb2.py", "!keep_pb2.py")
    assert names(find(tmp_path, exclude=exclude)) == ["src/d.py", "src/gen/b.py", "src/keep_pb2.py"]
    assert names(find(tmp_path / "src", "..", exclude=("/src/../gen", "*_pb2.py"))) == [
        "../gen/a.py",
        "../src/d.py",
        "../src/gen/b.py",
    ]
    outside = discover(["."], cwd=str(tmp_path), excludes_at=lambda *_: Excludes(str(tmp_path / "src"), ("c*", "/gen")))
    assert names(outside) == ["gen/a.py", "src/d.py", "src/keep_pb2.py"]


def test_nested_configuration_changes_the_excludes_of_its_subtree(tmp_path: Path) -> None:
    """Each directory is asked for once, its parent before it, with the configuration files it holds."""
    plant(
        tmp_path, "a_x.py", "one/b_x.py", "one/c_y.py", "one/deep/d_y.py", "two/e_x.py", "two/f_y.py", "pyproject.toml"
    )
    plant(tmp_path, "one/prodlint.toml", "one/pyproject.toml")
    asked: list[str] = []

    def excludes_at(directory: str, config_names: tuple[str, ...]) -> Excludes:
        asked.append(directory)
        if directory == str(tmp_path / "one"):
            assert config_names == ("prodlint.toml", "pyproject.toml")
        in_one = directory.startswith(str(tmp_path / "one"))
        return Excludes(str(tmp_path), ("*_y.py",) if in_one else ("*_x.py",))

    paths = ["one/deep/d_y.py", "one/deep", "two", "."]
    discovery = discover(paths, cwd=str(tmp_path), excludes_at=excludes_at)
    assert names(discovery) == ["one/b_x.py", "one/deep/d_y.py", "two/f_y.py"]
    assert len(asked) == len(set(asked))
    assert all(os.path.dirname(directory) in asked[:index] for index, directory in enumerate(asked) if index)
    assert asked[0] == "/"
    assert discovery.config_files[str(tmp_path)] == ("pyproject.toml",)
    assert discovery.config_files[str(tmp_path / "one")] == ("prodlint.toml", "pyproject.toml")
    assert str(tmp_path / "two") not in discovery.config_files


def test_configuration_above_a_named_file_is_found(tmp_path: Path) -> None:
    """The directories above are not walked, yet a look-up of its own would cost the configuration time."""
    plant(tmp_path, "pyproject.toml", "pkg/sub/a.py", "pkg/.prodlint.toml")
    (tmp_path / "pkg/pyproject.toml").mkdir()
    discovery = find(tmp_path / "pkg/sub", "a.py")
    below = {key: value for key, value in discovery.config_files.items() if key.startswith(str(tmp_path))}
    assert below == {str(tmp_path): ("pyproject.toml",), str(tmp_path / "pkg"): (".prodlint.toml",)}


def test_a_named_file_is_taken_whatever_speaks_against_it(tmp_path: Path) -> None:
    """Extension, excludes, ignore files and default names are for what the walk meets."""
    plant(tmp_path, "build/a.py", "b.py", "c.py", "d.txt", ".git/HEAD")
    plant(tmp_path, ".gitignore", text="c.py")
    paths = ["build/a.py", "b.py", "c.py", "d.txt"]
    assert names(find(tmp_path, *paths, exclude=("b.py",))) == ["b.py", "build/a.py", "c.py", "d.txt"]


def test_force_exclude_skips_named_paths_and_says_why(tmp_path: Path) -> None:
    """Hooks name every changed file; the reason must say which of the four ways kept one out."""
    plant(tmp_path, "build/sub/a.py", "b.py", "gen/c.py", "env/pyvenv.cfg", "env/e.py", "ok.py", ".git/HEAD")
    plant(tmp_path, ".gitignore", text="gen/\n")
    paths = ["build/sub/a.py", "b.py", "gen/c.py", "env/e.py", "gen", "ok.py"]
    discovery = find(tmp_path, *paths, exclude=("b.py",), force=True)
    assert names(discovery) == ["ok.py"]
    assert {skipped.path: skipped.reason for skipped in discovery.skipped} == {
        "b.py": "`b.py` is excluded by the configuration",
        "build/sub/a.py": "`build` is excluded by default",
        "env/e.py": "`env` is a Python environment",
        "gen": "`gen` is ignored by git",
        "gen/c.py": "`gen` is ignored by git",
    }


def test_a_default_name_above_the_current_directory_excludes_nothing(tmp_path: Path) -> None:
    """A checkout below ``/home/ci/build`` would be empty otherwise."""
    plant(tmp_path, "build/project/pkg/a.py")
    assert names(find(tmp_path / "build/project", "pkg/a.py", force=True)) == ["pkg/a.py"]
    assert names(find(tmp_path / "build/project")) == ["pkg/a.py"]


# Ignore files


def test_ignore_files_count_outside_of_a_repository_but_not_those_above_the_start(tmp_path: Path) -> None:
    """Archives carry ``.gitignore`` without ``.git``; one in a home directory must not reach a project."""
    plant(tmp_path, "pkg/a.py", "pkg/b.py")
    plant(tmp_path, ".gitignore", text="a.py\n")
    plant(tmp_path, "pkg/.gitignore", text="b.py\n")
    assert names(find(tmp_path)) == []
    assert names(find(tmp_path, "pkg")) == ["pkg/a.py"]
    (tmp_path / ".git").mkdir()
    assert names(find(tmp_path, "pkg")) == []


def test_a_named_directory_is_checked_though_it_is_ignored(tmp_path: Path) -> None:
    """Its entries are judged one by one: a pattern for what is in it still counts, one for itself does not."""
    plant(tmp_path, "gen/a.py", "gen/b.py", "gen/sub/c.py", ".git/HEAD")
    plant(tmp_path, ".gitignore", text="gen/\nb.py\n")
    assert names(find(tmp_path)) == []
    assert names(find(tmp_path, "gen")) == ["gen/a.py", "gen/sub/c.py"]


def test_a_nested_repository_has_its_own_rules_only(tmp_path: Path) -> None:
    """A submodule's files are not the outer repository's to ignore."""
    plant(tmp_path, "a.py", "sub/a.py", "sub/b.py", ".git/HEAD", "sub/.git/HEAD")
    plant(tmp_path, ".gitignore", text="a.py\n")
    plant(tmp_path, "sub/.git/info/exclude", text="/b.py\n")
    assert names(find(tmp_path)) == ["sub/a.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git makes the work tree")
def test_a_work_tree_reads_the_exclude_file_of_its_repository(tmp_path: Path) -> None:
    """There ``.git`` is a file that leads to the repository in two steps."""
    main = tmp_path / "main"
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q", str(main)], check=True)
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "first"], cwd=main, check=True)
    subprocess.run(["git", "worktree", "add", "-q", "../tree"], cwd=main, check=True, capture_output=True)
    plant(tmp_path, "main/.git/info/exclude", text="a.py\n")
    plant(tmp_path, "tree/a.py", "tree/b.py")
    assert names(find(tmp_path / "tree")) == ["b.py"]


def test_no_gitignore_means_none(tmp_path: Path) -> None:
    """Neither the nested ones nor the repository's own; excludes still count."""
    plant(tmp_path, "a.py", "sub/b.py", "c.py", ".git/HEAD")
    plant(tmp_path, ".gitignore", "sub/.gitignore", ".git/info/exclude", text="*.py\n")
    assert names(find(tmp_path, gitignore=False, exclude=("c.py",))) == ["a.py", "sub/b.py"]
    assert names(find(tmp_path)) == []


def test_a_link_is_no_directory_to_git_and_a_linked_ignore_file_is_none(tmp_path: Path) -> None:
    """``gen/`` does not match a link called gen, and git refuses to read ignore files through links."""
    plant(tmp_path, "far/a.py", "proj/b.py")
    plant(tmp_path, "proj/.gitignore", text="gen/\n")
    plant(tmp_path, "rules", text="*.py\n")
    (tmp_path / "proj/gen").symlink_to(tmp_path / "far")
    plant(tmp_path, "proj/sub/c.py")
    (tmp_path / "proj/sub/.gitignore").symlink_to(tmp_path / "rules")
    assert names(find(tmp_path / "proj")) == ["b.py", "gen/a.py", "sub/c.py"]


# Cost


@pytest.mark.parametrize(("ignore", "expected"), [("", set()), ("*.log\n", {"prodlint.gitignore"})])
def test_patterns_are_loaded_only_where_there_are_some(tmp_path: Path, ignore: str, expected: set[str]) -> None:
    """Start-up is most of a small run; nothing outside the standard library may come with discovery at all."""
    plant(tmp_path, "a.py")
    if ignore:
        plant(tmp_path, ".gitignore", text=ignore)
    program = (
        "import sys; from prodlint.discover import discover\n"
        f"found = discover(['.'], cwd={str(tmp_path)!r}, excludes_at=lambda directory, names: None)\n"
        "assert len(found.files) == 1\n"
        "print(*sys.modules.keys() & {'prodlint.gitignore', 'pathspec', 'dataclasses', 'pathlib', 'inspect', 'json'})"
    )
    command = [sys.executable, "-S", "-c", program]
    output = subprocess.run(command, env={"PYTHONPATH": str(SRC)}, check=True, capture_output=True, text=True).stdout
    assert set(output.split()) == expected


def test_a_package_is_source_whatever_it_is_called(tmp_path: Path) -> None:
    """A package called `build` must be checked, what a build left in `build` must not."""
    plant(tmp_path, "tool/build/__init__.py", "tool/build/wheel.py", "build/lib/tool/__init__.py")
    assert names(find(tmp_path)) == ["tool/build/__init__.py", "tool/build/wheel.py"]
    plant(tmp_path, ".gitignore", text="*.log\n")
    assert names(find(tmp_path)) == ["tool/build/__init__.py", "tool/build/wheel.py"]
