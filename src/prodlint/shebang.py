"""First lines of files: read without waiting, and judged whether they call Python."""

from __future__ import annotations

import os
import re


def first_line(path: str, limit: int = 256) -> bytes:
    """At most ``limit`` bytes of it, without its newline; raises ``OSError``.

    It does not wait, should the file have become a pipe since it was listed.
    """
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        return os.read(file, limit).partition(b"\n")[0]
    finally:
        os.close(file)


def calls_python(line: bytes) -> bool:
    """Whether a first line is a shebang that runs Python, maybe through ``env``, ``uv run`` or ``pipx run``."""
    if not line.startswith(b"#!"):
        return False
    words = line[2:].replace(b"--split-string=", b" ").split()
    if words and _program(words[0]) == b"env":
        words = _command_of_env(words[1:])
    program = _program(words[0]) if words else b""
    return bool(re.fullmatch(_PYTHON, program)) or (program in _RUNNERS and b"run" in words)


_PYTHON = rb"(?:python|pypy|graalpy)[0-9.]*[a-z]?(?:\.exe)?"
_RUNNERS = {b"uv", b"pipx"}
_SPLIT = rb"-[iv0]*S(.+)"


def _program(word: bytes) -> bytes:
    return word.rpartition(b"/")[2]


def _command_of_env(words: list[bytes]) -> list[bytes]:
    """What ``env`` runs, without its options and variables."""
    while words and (words[0].startswith(b"-") or b"=" in words[0]):
        takes_value = words[0] in (b"-u", b"-C", b"--unset", b"--chdir")
        glued = re.fullmatch(_SPLIT, words[0])
        words = [*([glued[1]] if glued else []), *words[1 + takes_value :]]
    return words
