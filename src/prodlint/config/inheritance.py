"""A configuration in, it and those that it extends out; it reads files, and checks no key."""

from __future__ import annotations

import os
import stat

from prodlint.config.source import Source, Table, read_file
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodlint.model import Problem

KEY = "extend"
MOST = 10
"""How many files may extend one another: nobody can follow more."""
_LARGEST = 1 << 20


def lineage(table: Table, problems: list[Problem]) -> tuple[Table, ...]:
    """The table and all that it extends, the farthest first: each says what those before it do not.

    Patterns of an inherited file count from its own directory or, where the heir lies elsewhere so that they could not
    match, from the heir's.
    """
    line = [table]
    seen: set[str] = set()
    while isinstance(name := line[0].values.get(KEY), str) and name:
        heir = line[0].source
        path = os.path.normpath(os.path.join(heir.directory, name))
        if fault := _refusal(name, path, seen, len(line)):
            problems.append(heir.fault(fault, (KEY,)))
            break
        seen.add(os.path.realpath(path))
        above = _read(path, name, heir, problems)
        if above is None:
            break
        line.insert(0, above)
    return tuple(line)


def _refusal(name: str, path: str, seen: set[str], length: int) -> str:
    """Why a file is not read; empty if it may be. A pipe would never end, a device neither."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        return f"cannot extend `{name}`: {getattr(error, 'strerror', None) or 'no such file'}"
    if not stat.S_ISREG(status.st_mode):
        return f"cannot extend `{name}`: it is no regular file"
    if status.st_size > _LARGEST:
        return f"cannot extend `{name}`: it is larger than {_LARGEST:,} bytes"
    if os.path.realpath(path) in seen:
        return f"cannot extend `{name}`: the files extend each other in a circle"
    return f"cannot extend `{name}`: more than {MOST} files extend one another" if length > MOST else ""


def _read(path: str, name: str, heir: Source, problems: list[Problem]) -> Table | None:
    directory = os.path.dirname(path)
    above = heir.base == directory or heir.base.startswith(directory.rstrip("/") + "/")
    table = read_file(path, _shown(name, heir), directory if above else heir.base, problems)
    if table is None:
        problems.append(heir.fault(f"cannot extend `{name}`: it has no table [tool.prodlint]", (KEY,)))
    return table


def _shown(name: str, heir: Source) -> str:
    """What messages call an inherited file: the way to it from where they say that its heir is."""
    if os.path.isabs(name) or heir.text is None:
        return name
    return os.path.normpath(os.path.join(os.path.dirname(heir.label), name))
