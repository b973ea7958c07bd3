"""Questions to git about what has changed; the only module that runs another program.

Whatever the user's or the repository's configuration says, git is told to run no other program, to write nothing, to
fetch nothing, and to give the same answer.
"""

from __future__ import annotations

import os
import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_RANGES = 500  # of lines of one file in one call; a file with more is blamed as a whole
_ARGUMENT_BYTES = 60_000  # of paths in one call; the least that systems allow is twice that

_NO_PROGRAMS = (
    "--no-pager", "--no-optional-locks", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.untrackedCache=false",
    "-c", "diff.external=", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false",
    "-c", "diff.suppressBlankEmpty=false", "-c", "core.quotePath=false",
    "-c", "submodule.recurse=false", "-c", "protocol.allow=never",
)  # fmt: skip
_SAME_ANSWER = (
    "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--ignore-submodules=all", "--find-renames=50%",
    "-l1000", "--diff-algorithm=myers", f"-O{os.devnull}", "--diff-filter=AMRTU",
)  # fmt: skip
_AS_PATCH = ("--patch", "--text", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short")
_NAMED = re.compile(rb"(filter|protocol)\.(.*)\.[a-z]+\Z", re.DOTALL)
_OFF = {b"filter": ("clean=", "smudge=", "process=", "required=false"), b"protocol": ("allow=never",)}

FAULT = "changed-since"
"""The code of every problem with finding out what has changed."""


class IncomparableError(ValueError):
    """What changed cannot be found out; ``problem`` says why, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.problem = Problem(FAULT, message, remedy=remedy)


class Blame(NamedTuple):
    """Who made a line what it is, and when, in seconds since 1970."""

    author: str
    seconds: int


class Git:
    """git in one repository, with everything switched off that would run other programs; `top` comes first."""

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._program = _program()
        self._options = list(_NO_PROGRAMS)
        self._options += self._switches()

    def top(self) -> str:
        """The absolute top directory of the repository, without links and with a slash behind it."""
        code, out, message = self._run("rev-parse", "--show-toplevel")
        if code or not out.strip():
            why = f": {message}" if message else ""
            raise IncomparableError(
                f"the current directory is not in the working tree of a git repository{why}",
                "run prodlint in the repository, or without `--changed-since`",
            )
        self._cwd = os.path.realpath(os.fsdecode(out.removesuffix(b"\n")))  # where paths start from the top
        return self._cwd.rstrip("/") + "/"

    def base_of(self, revision: str) -> str:
        """The merge base of a revision and ``HEAD``."""
        if not self._commit("HEAD"):
            raise IncomparableError("the repository has no commit yet", "commit first, or leave out `--changed-since`")
        commit = "" if revision.startswith("-") else self._commit(revision)
        if not commit:
            remedy = "check the spelling, and fetch it if it is a branch of a remote repository"
            if self.is_shallow():
                remedy = f"this clone is shallow, so fetch it first, with its history: {_DEEPEN}"
            raise IncomparableError(f"git knows no revision `{revision}`", remedy)
        code, out, message = self._run("merge-base", commit, "HEAD")
        if code or not out:
            why = f": {message}" if message else ""
            remedy = "name another one"
            if self.is_shallow():
                remedy = f"this clone is shallow, so fetch more history: {_DEEPEN}"
            raise IncomparableError(f"`{revision}` and `HEAD` have no common commit here{why}", remedy)
        return out.strip().decode("ascii")

    def head(self) -> tuple[str, float] | None:
        """The commit that is checked out, and its time in seconds since the epoch; None where there is none yet."""
        code, out, _ = self._run("rev-list", "--max-count=1", "--timestamp", "HEAD", "--")
        time, _, commit = out.strip().decode("ascii").partition(" ")
        return None if code or not commit else (commit, float(time))

    def last_commit(self, path: str) -> str:
        """The last commit that changed the file at a path from the top; empty where there is none."""
        code, out, _ = self._run("rev-list", "--max-count=1", "HEAD", "--", path)
        return "" if code else out.strip().decode("ascii")

    def is_shallow(self) -> bool:
        """Whether the clone lacks history."""
        return self._run("rev-parse", "--is-shallow-repository")[1].strip() == b"true"

    def changed_files(self, base: str) -> dict[str, str | None]:
        """The paths, from the top, of tracked files that may not be as in ``base``, with those that they had there.

        None stands for a file that is new, or is being merged.
        """
        out = self._required("diff", *_SAME_ANSWER, "--raw", "-z", base, "--")
        return dict(_raw_entries(out))

    def tracked_files(self) -> frozenset[str]:
        """The paths, from the top, of all tracked files."""
        out = self._required("ls-files", "--cached", "-z")
        return frozenset(os.fsdecode(path) for path in out.split(b"\0"))

    def changed_lines(self, base: str, pairs: Sequence[tuple[str, str]]) -> dict[str, list[int]]:
        """The changed lines of files, given by their old and new paths from the top; those with the same text lack."""
        lines: dict[str, list[int]] = {}
        for chunk in _chunks(pairs):
            paths = dict.fromkeys(path for pair in chunk for path in pair)
            lines.update(_patched(self._required("diff", *_SAME_ANSWER, *_AS_PATCH, base, "--", *paths)))
        return lines

    def blame(self, path: str, lines: Sequence[int]) -> dict[int, Blame]:
        """Who last changed lines of a file, by its path from the top; what is not committed is left out.

        Empty for a file of which the last commit knows nothing.
        """
        ranges = [f"-L{line},{line}" for line in lines[:_MOST_RANGES]] if len(lines) <= _MOST_RANGES else []
        code, out, _ = self._run("blame", "--line-porcelain", "--no-textconv", *ranges, "--", path)
        return {} if code else {line: blame for line, blame in _blamed(out) if line in set(lines)}

    def _commit(self, revision: str) -> str:
        code, out, _ = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return "" if code else out.strip().decode("ascii")

    def _required(self, *arguments: str) -> bytes:
        """What a command prints; any failure of it is raised."""
        code, out, message = self._run(*arguments)
        if code:
            raise IncomparableError(
                f"`git {arguments[0]}` failed: {message or f'exit code {code}'}",
                "see whether `git status` works here; a partial clone has to be fetched whole",
            )
        return out

    def _switches(self) -> list[str]:
        """Options against what the configuration names itself: filters, which git runs on files, and transports."""
        _, out, _ = self._run("config", "--null", "--name-only", "--get-regexp", r"^(filter|protocol)\..*\.")
        named = sorted({(match[1], match[2]) for each in out.split(b"\0") if (match := _NAMED.match(each))})
        if any(b"=" in name for _, name in named):
            message = "git's configuration has a filter with `=` in its name, which git cannot be told not to run"
            raise IncomparableError(message, "rename the filter")
        keys = [f"{kind.decode()}.{os.fsdecode(name)}.{off}" for kind, name in named for off in _OFF[kind]]
        return [word for key in keys for word in ("-c", key)]

    def _run(self, *arguments: str) -> tuple[int, bytes, str]:
        """A command's exit code, output and last line of complaint."""
        import subprocess  # as slow to import as a small file is to check

        try:
            done = subprocess.run(  # noqa: S603  no shell, and no argument that git could take for another option
                [self._program, *self._options, *arguments],
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise IncomparableError(f"git cannot be run: {error.strerror}", _INSTALL) from None
        complaint = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        return done.returncode, done.stdout, complaint.removeprefix("fatal: ")


_DEEPEN = "`git fetch --unshallow`, or `fetch-depth: 0` where a build server checks out"
_INSTALL = "install git, or leave out `--changed-since`"


def _program() -> str:
    """Where git is; never in the current directory, which a relative part of the search path would mean."""
    name = "git.exe" if os.name == "nt" else "git"
    for directory in os.get_exec_path():
        path = os.path.join(directory, name)
        if os.path.isabs(directory) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise IncomparableError("there is no program `git` to ask what has changed", _INSTALL)


def _chunks(pairs: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Pairs of paths, as many at a time as fit on a command line."""
    chunk: list[tuple[str, str]] = []
    size = 0
    for pair in pairs:
        size += sum(len(os.fsencode(path)) + 1 for path in pair)
        if chunk and size > _ARGUMENT_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(pair)
    if chunk:
        yield chunk


def _raw_entries(out: bytes) -> Iterator[tuple[str, str | None]]:
    """The new and old paths in what ``git diff --raw -z`` prints (git-diff(1), "raw output format")."""
    fields = iter(out.split(b"\0"))
    for head in fields:
        if head:
            status = head.split(b" ")[4][:1]
            old = os.fsdecode(next(fields))
            if status == b"R":
                yield os.fsdecode(next(fields)), old
            else:
                yield old, old if status == b"M" else None


def _blamed(out: bytes) -> Iterator[tuple[int, Blame]]:
    """What ``git blame --line-porcelain`` prints (git-blame(1), "the porcelain format"), for committed lines."""
    commit, line, author, seconds = b"", 0, "", 0
    is_head = True
    for text in out.split(b"\n"):
        if is_head:
            if not text:
                return
            commit, _, number, *_ = text.split(b" ")
            line, is_head = int(number), False
        elif text.startswith(b"\t"):
            if commit.strip(b"0"):
                yield line, Blame(author, seconds)
            is_head = True
        elif text.startswith(b"author "):
            author = text[len(b"author ") :].decode("utf-8", "replace")
        elif text.startswith(b"author-time "):
            seconds = int(text[len(b"author-time ") :])


_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def _patched(patch: bytes) -> dict[str, list[int]]:
    """The new or different lines of each file in a patch (git-diff(1), "generating patch text with -p").

    The text of a file is told from the patch's own lines by counting, so that nothing in it can pass for a header.
    """
    changed: dict[str, list[int]] = {}
    lines: list[int] = []
    old_left = new_left = number = 0
    for line in patch.split(b"\n"):
        if old_left > 0 or new_left > 0:
            mark = line[:1]
            if mark == b"+":
                lines.append(number)
            if mark in (b"+", b" ", b""):
                number += 1
                new_left -= 1
            if mark in (b"-", b" ", b""):
                old_left -= 1
        elif hunk := _HUNK.match(line):
            old_left, number, new_left = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
        elif line.startswith(b"+++ "):
            lines = changed.setdefault(_named(line[4:]), [])
    return changed


def _named(text: bytes) -> str:
    """The path in a ``+++`` line, whose quoting is that of C strings."""
    # A tab stands behind a name with spaces.
    text = _ESCAPE.sub(_unescaped, text[1:-1]) if text.startswith(b'"') else text.removesuffix(b"\t")
    return os.fsdecode(text.removeprefix(b"b/"))


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if len(code) == _OCTAL else _LETTERS.get(code, code)


_OCTAL = 3
