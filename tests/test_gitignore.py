"""Patterns in gitignore syntax must give exactly git's answers; git itself is asked wherever it is installed."""

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from prodlint.discover import Excludes, discover
from prodlint.gitignore import rules_of

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git is the oracle of these tests")

TREE = """
a.py b.py c.py ab.py abc.py é.py !x.py #x.py [a].py a\\b.py
x y.py|x .py|-.py|].py|^.py
lib/a.py lib/b.py lib/x/a.py lib/x/y/a.py lib/x/y/b.py library/x/a.py library/a.py libx/a.py
src/gen/a.py src/gen/keep/a.py src/gen/keep/b.py src/app/gen/a.py src/app/a.py src/a.py
docs/out/a.py docs/out/b/c/a.py docs/a.py foo/bar/a.py foo/x/bar/a.py foobar/a.py foobar/x/bar/a.py
1.py 12.py A.py z/1.py z/a.py z/z/z/a.py tmp/a.py tmp/tmp/a.py new\nline/a.py
"""

SHAPES = [
    "a.py",
    "/a.py",
    "*.py\n!a.py",
    "*.py\n!/lib/**",
    "lib",
    "lib/",
    "/lib/",
    "lib/*",
    "lib/**",
    "lib/**\n!lib/x/",
    "lib/*\n!lib/x",
    "lib/*\n!lib/x\nlib/x/*\n!lib/x/y/",
    "lib/\n!lib/a.py",
    "/*\n!/src",
    "*\n!*/\n!a.py",
    "**/gen",
    "**/gen/",
    "src/**/a.py",
    "src/**/gen/**",
    "**/x/**/a.py",
    "lib**/a.py",
    "/lib**",
    "lib**/x",
    "foo**/bar",
    "foo/**/bar",
    "f*/**/bar/",
    "f*o**/bar",
    "***/a.py",
    "**",
    "**/",
    "*/",
    "/**",
    "/",
    "//",
    "!",
    "!a.py",
    "# a.py\n\\#x.py",
    "\\!x.py",
    "a.py   ",
    "x\\ .py",
    "x .py  ",
    "a.py\t",
    "x\\ ",
    "a.py\\",
    "a\\\\b.py",
    "\\a.py",
    "\\[a\\].py",
    "[ab].py",
    "[!ab].py",
    "[^ab]*.py",
    "[a-c].py",
    "[c-a].py",
    "[]].py",
    "[]-].py",
    "[!]a].py",
    "[a-].py",
    "[\\]].py",
    "[a",
    "[[:digit:]].py",
    "[[:alpha:][:digit:]]*.py",
    "[[:nonsense:]].py",
    "[[:upper:]-a].py",
    "[^[:lower:]].py",
    "?.py",
    "??.py",
    "a?.py",
    "lib[/]a.py",
    "lib?a.py",
    "lib*a.py",
    "l*/x/y",
    "*b*.py",
    "*a*b*.py",
    "tmp/tmp",
    "tmp/",
    "z/z/",
    "\ufeffa.py",
    "a.py\r\nb.py\r",
    "new*",
    "**/a.py\n!**/x/a.py",
    "*.py\n!lib/x/**/*.py",
    "docs/out/*\n!docs/out/b/",
    "**\\/a.py",
    "lib/./a.py",
    "./a.py",
    "lib//a.py",
    "src/*/a.py",
]


@needs_git
@pytest.mark.parametrize("content", SHAPES)
def test_every_shape_of_pattern_means_what_it_means_to_git(tmp_path: Path, content: str) -> None:
    """Each form of the syntax keeps the files git keeps; a library of such patterns gets a good part of them wrong."""
    names = [name for line in TREE.strip().split("\n") for name in (line.split("|") if "|" in line else line.split())]
    plant(tmp_path, [*names, "new\nline/a.py"])
    (tmp_path / ".gitignore").write_bytes(content.encode())
    assert found_by_us(tmp_path) == found_by_git(tmp_path)


@needs_git
@pytest.mark.parametrize("seed", range(60))
def test_random_trees_with_nested_ignore_files_are_listed_as_git_lists_them(tmp_path: Path, seed: int) -> None:
    """Shapes combine: negations across files of several depths, and ``info/exclude`` below them all."""
    chance = random.Random(seed)
    plant(tmp_path, {random_path(chance) for _ in range(40)})
    directories = [
        tmp_path,
        *sorted(path for path in tmp_path.rglob("*") if path.is_dir() and ".git" not in path.parts),
    ]
    for directory in chance.sample(directories, min(3, len(directories))):
        lines = [random_pattern(chance) for _ in range(chance.randint(1, 5))]
        (directory / ".gitignore").write_text("\n".join(lines))
    (tmp_path / ".git/info").mkdir(exist_ok=True)
    (tmp_path / ".git/info/exclude").write_text(random_pattern(chance))
    assert found_by_us(tmp_path) == found_by_git(tmp_path)


def test_a_directory_pattern_never_matches_a_file() -> None:
    """The slash at a pattern's end is the only thing that tells; a link to a directory counts as a file here."""
    rules = rules_of(b"build/\n")
    assert rules is not None
    assert rules.verdict("", "build", True) is True
    assert rules.verdict("", "build", False) is None


def test_the_last_pattern_that_matches_decides_whatever_kind_it_is_of() -> None:
    """Names, paths, endings and globs are looked up separately, so their order must survive."""
    lines = [b"*.py", b"!a.py", b"/a.py", b"![a].py", b"a.p[y]"]
    expected = [True, False, True, False, True]
    for count, verdict in enumerate(expected, start=1):
        rules = rules_of(b"\n".join(lines[:count]))
        assert rules is not None
        assert rules.verdict("", "a.py", False) is verdict


def test_content_without_patterns_has_no_rules() -> None:
    """Comments and blank lines must not cost a look at every file."""
    assert rules_of(b"# nothing\n\n   \n!\n/\n[\n") is None


@pytest.mark.parametrize("pattern", [b"*a" * 40 + b"b", b"**/a*/" * 12 + b"b", b"x/" + b"**/" * 200 + b"b"])
def test_a_hostile_pattern_takes_no_time(pattern: bytes) -> None:
    """Every further star of a naive expression multiplies the time; an ignore file of a stranger must not hang us."""
    rules = rules_of(pattern)
    assert rules is not None
    start = time.process_time()
    assert rules.verdict("a/" * 60, "a" * 250, False) is None
    assert time.process_time() - start < 1


def plant(root: Path, names: "list[str] | set[str]") -> None:
    """A repository at ``root`` with empty files of these names; one that collides with another is left out."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run([str(GIT), "init", "-q", str(root)], check=True, env=environment)
    for name in sorted(names):
        path = root / name
        if not any(parent.is_file() for parent in path.parents) and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def found_by_us(root: Path) -> list[str]:
    """All files below ``root``, the default excludes being negated where git has none."""
    files = discover(
        ["."], cwd=str(root), excludes_at=lambda directory, names: Excludes(str(root), ("!*", ".git"))
    ).files
    return sorted(file.path for file in files)


def found_by_git(root: Path) -> list[str]:
    """What git would add, by its own listing."""
    command = [str(GIT), "-c", f"core.excludesFile={os.devnull}", "ls-files", "-coz", "--exclude-standard"]
    listing = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
    return sorted(os.fsdecode(name) for name in listing.split(b"\0") if name.endswith(b".py"))


def random_path(chance: random.Random) -> str:
    """A path of one to four names, few enough that patterns meet them."""
    names = ["a", "b", "ab", "lib", "a.b", "x y"]
    return "/".join([*(chance.choice(names) for _ in range(chance.randint(0, 3))), chance.choice(names) + ".py"])


def random_pattern(chance: random.Random) -> str:
    """A line of one to three segments, with a taste for stars, negation and slashes."""
    segments = [
        "a",
        "b",
        "lib",
        "*",
        "**",
        "*.py",
        "a*",
        "*b",
        "a.py",
        "[ab]",
        "[!a]*",
        "?",
        "ab*",
        "a**",
        "**b",
        "\\a",
    ]
    body = "/".join(chance.choice(segments) for _ in range(chance.choice([1, 1, 2, 3])))
    return chance.choice(["", "", "!"]) + chance.choice(["", "", "/"]) + body + chance.choice(["", "", "/", "  "])
