"""Fixed files to a unified diff that `git apply` takes.

The diff is made of the files' bytes: it has to match them, whatever their encodings and newlines are.
"""

from __future__ import annotations

import os
import re

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.fix.files import FixedFile

# As each byte is one character of it, text in this codec stands for bytes.
_BYTES = "latin-1"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTED = re.compile(r'["\\\x00-\x1f\x7f]')


def diff(file: FixedFile, cwd: str) -> Iterator[bytes]:
    """The lines of one file's diff, each with its line feed; a carriage return before that is part of the line.

    Paths count from the absolute directory ``cwd``, where `git apply` is to be called; those outside of it from the
    root of the file system.
    """
    from difflib import unified_diff  # only a diff needs it

    before, after = (_LINE.findall(data.decode(_BYTES)) for data in (file.before, file.after))
    path = _path(file.path, cwd)
    names = (_name("a/" + path), _name("b/" + path))
    for line in unified_diff(before, after, *names, lineterm="\n"):
        whole = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        yield whole.encode(_BYTES)


def _path(path: str, cwd: str) -> str:
    absolute = os.path.normpath(os.path.join(cwd, path))
    inside = os.path.join(cwd, "")
    path = absolute[len(inside) :] if absolute.startswith(inside) else absolute.lstrip(os.sep)
    return os.fsencode(path.replace(os.sep, "/")).decode(_BYTES)


def _name(path: str) -> str:
    """A path as git reads it: quoted, with escapes, where it has a quote, a backslash or a control character."""
    if _QUOTED.search(path):
        escaped = _QUOTED.sub(lambda found: "\\" + (found[0] if found[0] in '"\\' else f"{ord(found[0]):03o}"), path)
        return f'"{escaped}"'
    # Without a tab behind it, what follows a blank could be taken for a date.
    return f"{path}\t" if " " in path else path
