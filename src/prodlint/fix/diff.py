"""Fixed files to a unified diff that `git apply` takes, without what would show a credential.

The diff is made of the files' bytes: it has to match them, whatever their encodings and newlines are. A hunk cannot be
masked, for it would not apply any more: the whole of it is left out.
"""

from __future__ import annotations

import os
import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.fix.files import FixedFile
    from prodlint.secrets.own import Own

# As each byte is one character of it, text in this codec stands for bytes.
_BYTES = "latin-1"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTED = re.compile(r'["\\\x00-\x1f\x7f]')


class Diff(NamedTuple):
    """The diff of one file, and the 1-based lines of its old content where the hunks begin that are withheld."""

    text: bytes
    withheld: tuple[int, ...]


def diff(file: FixedFile, cwd: str, own: Own | None = None) -> Diff:
    """The diff of one file; a carriage return before a line feed is part of its line.

    Paths count from the absolute directory ``cwd``, where `git apply` is to be called; those outside of it from the
    root of the file system. ``own`` is what the project says of its own credentials.
    """
    from prodlint.fix.withheld import Withheld  # only a diff needs it

    before, after = (_LINE.findall(data.decode(_BYTES)) for data in (file.before, file.after))
    path = _path(file.path, cwd)
    old, new = Withheld(file.path, file.before, own), Withheld(file.path, file.after, own)
    lines = [f"--- {_name('a/' + path)}\n", f"+++ {_name('b/' + path)}\n"]
    header = len(lines)
    withheld = []
    left_out = 0  # how many lines the hunks that are left out would have added
    for hunk in _hunks(before, after):
        if any(map(old.is_hidden, hunk.old)) or any(map(new.is_hidden, hunk.new)):
            withheld.append(hunk.first_change)
            left_out += len(hunk.new) - len(hunk.old)
            continue
        lines.append(f"@@ -{_range(hunk.old, 0)} +{_range(hunk.new, left_out)} @@\n")
        lines += (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in hunk.lines)
    text = "".join(lines).encode(_BYTES) if len(lines) > header else b""
    return Diff(text, tuple(withheld))


class _Hunk(NamedTuple):
    """Lines with their marks, and which ones of the old and of the new content they are, counted from 1."""

    lines: list[str]
    old: range
    new: range
    first_change: int


def _hunks(before: list[str], after: list[str]) -> Iterator[_Hunk]:
    from difflib import SequenceMatcher  # as above

    for group in SequenceMatcher(None, before, after).get_grouped_opcodes():
        lines: list[str] = []
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                lines += (" " + line for line in before[first:last])
                continue
            lines += ("-" + line for line in before[first:last])
            lines += ("+" + line for line in after[new_first:new_last])
        first_change = next(first for tag, first, *_ in group if tag != "equal") + 1
        old = range(group[0][1] + 1, group[-1][2] + 1)
        new = range(group[0][3] + 1, group[-1][4] + 1)
        yield _Hunk(lines, old, new, min(first_change, max(len(before), 1)))


def _range(lines: range, left_out: int) -> str:
    """Lines as the format writes them: the first and how many; of none, the one before."""
    first = lines.start - left_out
    if len(lines) == 1:
        return str(first)
    return f"{first},{len(lines)}" if lines else f"{first - 1},0"


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
