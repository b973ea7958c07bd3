"""Fixed files to a unified diff that `git apply` takes."""

from __future__ import annotations

import re
from difflib import unified_diff

from prodlint.light_typing import TYPE_CHECKING
from prodlint.source import BOM, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.fix.files import FixedFile

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTED = re.compile(r'["\\\x00-\x1f\x7f]')


def diff(file: FixedFile) -> Iterator[str]:
    """The lines of one file's diff, each with its line feed; carriage returns stay part of the lines."""
    before, after = (_LINE.findall(_text(data)) for data in (file.before, file.after))
    names = (_name("a/" + file.path), _name("b/" + file.path))
    for line in unified_diff(before, after, *names, lineterm="\n"):
        if line.endswith("\n"):
            yield line
        else:
            yield f"{line}\n\\ No newline at end of file\n"


def _text(data: bytes) -> str:
    text = decode(data)
    # A byte order mark is part of the first line, which must match the file's bytes.
    return "\ufeff" + text if data.startswith(BOM) else text


def _name(path: str) -> str:
    """A path as git reads it: quoted, with escapes, where it has a quote, a backslash or a control character."""
    path = path.removeprefix("./")
    if not _QUOTED.search(path):
        return path
    escaped = _QUOTED.sub(lambda found: f"\\{ord(found[0]):03o}" if found[0] not in '"\\' else "\\" + found[0], path)
    return f'"{escaped}"'
