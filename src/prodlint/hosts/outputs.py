"""Reports as files: ``--output FORMAT=FILE`` in, each file whole and new or as it was out."""

from __future__ import annotations

import os
import stat

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem
from prodlint.report import FORMATS, fault_in_format

if TYPE_CHECKING:
    from collections.abc import Iterable


class Output(NamedTuple):
    """A format or template, and the file that gets the report in it."""

    format: str
    path: str


def parsed(text: str) -> Output:
    """What ``FORMAT=FILE`` asks for; raises ValueError, with a sentence, for what cannot be meant.

    A template may hold equals signs itself: its file's name starts behind the last one.
    """
    name, sign, path = text.partition("=")
    if name not in FORMATS and "%(" in text:
        name, sign, path = text.rpartition("=")
    if not sign or not path:
        raise ValueError(f"`{text}` is not FORMAT=FILE")
    if path == "-":
        raise ValueError("`--output` writes files; `--format` says what standard output gets")
    if fault := fault_in_format(name):
        raise ValueError(fault)
    return Output(name, path)


def faults(outputs: Iterable[Output]) -> list[Problem]:
    """What will prevent files from being written, as far as one can see before a run that may take minutes."""
    problems = []
    seen: set[str] = set()
    for output in outputs:
        real = os.path.realpath(output.path)
        folder = os.path.dirname(real)
        if real in seen:
            problems.append(_problem(output.path, "two outputs cannot be written to one file"))
        elif real.endswith((".py", ".pyi")):
            problems.append(_problem(output.path, "a report is not written to a Python file, which may be source"))
        elif os.path.isdir(real):
            problems.append(_problem(output.path, "the report cannot be written to a directory"))
        elif not os.path.isdir(folder):
            problems.append(_problem(output.path, "the report cannot be written: its directory does not exist"))
        seen.add(real)
    return problems


def written(output: Output, text: str) -> Problem | None:
    """Write the file, or say why it could not be written, and then it is as it was.

    A link stays a link, and its target is replaced. Devices and pipes are written to: they cannot be replaced.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        mode = os.stat(output.path).st_mode if os.path.exists(output.path) else None
        # `/dev/stdout` is a link to whatever file the shell has opened, which has to stay the one it is.
        is_stream = os.path.abspath(output.path).startswith(("/dev/", "/proc/"))
        if is_stream or not (mode is None or stat.S_ISREG(mode)):
            with open(output.path, "ab") as handle:
                handle.write(data)
        else:
            _replace(os.path.realpath(output.path), data, mode)
    except OSError as error:
        return _problem(output.path, f"the report cannot be written: {error.strerror}")
    return None


def _replace(path: str, data: bytes, mode: int | None) -> None:
    """Put the data into a new file beside the old one, and in its place when it is on the disk."""
    folder, name = os.path.split(path)
    # Names may be 255 bytes long, and hidden files are not taken for reports by a pattern such as `*.sarif`.
    temporary = os.path.join(folder, f".prodlint-{os.getpid()}-{name[:40]}.tmp")
    try:
        with open(temporary, "xb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _problem(path: str, message: str) -> Problem:
    return Problem("output", message, path)
