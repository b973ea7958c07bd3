"""A configuration file or option in, its table and a way to say where its values stand out.

It reads the three files that may hold a configuration and nothing else, and checks no key.
"""

from __future__ import annotations

import os
import re
import sys

from prodlint.discover import CONFIG_NAMES
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prodlint.config.positions import Path, Position

FAULT = "configuration"
"""The code of every problem with the configuration."""


class Source:
    """Where values were written. ``base`` is the absolute directory that patterns count from.

    ``label`` is what messages call it: a file's path, an option, "default". ``text`` is a file's, for places in it, and
    ``prefix`` the way to the table of ours. ``directory`` is the absolute one that names of files count from: that of
    the file itself, or ``base``.
    """

    __slots__ = ("_positions", "base", "directory", "label", "prefix", "text")

    def __init__(
        self, label: str, base: str, text: str | None = None, prefix: tuple[str, ...] = (), directory: str = ""
    ) -> None:
        self.label = label
        self.base = base
        self.text = text
        self.prefix = prefix
        self.directory = directory or base
        self._positions: dict[Path, Position] | None = None

    def position(self, path: Path) -> Position | None:
        """Where the value at ``path`` stands, or the nearest table around it; None outside of files."""
        if self.text is None:
            return None
        if self._positions is None:
            from prodlint.config.positions import positions  # needed for messages and for `config --show` only

            self._positions = positions(self.text)
        place: Path = (*self.prefix, *path)
        while place and place not in self._positions:
            place = place[:-1]
        return self._positions.get(place)

    def describe(self, path: Path) -> str:
        """The place of a value for a reader: ``pyproject.toml:12``, ``--select``, ``default``."""
        position = self.position(path)
        return f"{self.label}:{position.line}" if position else self.label

    def fault(self, message: str, path: Path = (), remedy: str = "") -> Problem:
        """A problem with the value at ``path``."""
        if self.text is None:
            return Problem(FAULT, f"{self.label}: {message}", remedy=remedy)
        position = self.position(path)
        if position is None:
            return Problem(FAULT, message, self.label, remedy=remedy)
        return Problem(FAULT, message, self.label, position.line, remedy, column=position.column)


class Table(NamedTuple):
    """The keys that a source holds, unchecked."""

    values: Mapping[str, object]
    source: Source


def read_directory(directory: str, names: tuple[str, ...], shown: str, problems: list[Problem]) -> Table | None:
    """The configuration that a directory holds in one of its files ``names``; the weightiest file wins.

    ``shown`` is the directory as messages name it, empty or ending in "/".
    """
    found: list[Table] = []
    for name in CONFIG_NAMES:
        if name not in names:
            continue
        table = read_file(os.path.join(directory, name), shown + name, directory, problems)
        if table:
            found.append(table)
    for unused in found[1:]:
        message = f"`{found[0].source.label}` in the same directory wins, so nothing here counts"
        problems.append(
            Problem(FAULT, message, unused.source.label, remedy="keep the settings in one file", fatal=False)
        )
    return found[0] if found else None


def read_file(path: str, shown: str, base: str, problems: list[Problem]) -> Table | None:
    """The configuration in a file; None when it holds none. An unreadable one is a problem, and an empty table."""
    is_project = os.path.basename(path) == "pyproject.toml"
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        problems.append(Problem(FAULT, f"cannot read the file: {error.strerror}", shown, remedy="make it readable"))
        return Table({}, Source(shown, base, ""))
    # Importing a TOML parser costs more than linting a small file; most `pyproject.toml` files do not speak of us.
    if is_project and b"prodlint" not in data:
        return None
    text, document = _parsed(data, shown, problems)
    prefix = ("tool", "prodlint") if is_project else ()
    source = Source(shown, base, text, prefix, os.path.dirname(os.path.abspath(path)))
    return _own_table(document, source, problems) if is_project and document else Table(document, source)


def read_argument(argument: str, base: str, problems: list[Problem]) -> Table | None:
    """The key that ``--config KEY=VALUE`` sets."""
    source = Source(f"--config '{argument}'", base)
    try:
        return Table(toml_parser().loads(argument), source)
    except (ValueError, RecursionError):
        key, _, value = argument.partition("=")
        quoted = value.strip().replace('"', "")
        remedy = f"the value is TOML, where a string has quotes: '{key.strip()}=\"{quoted}\"'"
        problems.append(source.fault("not KEY=VALUE in TOML", remedy=remedy))
        return None


def _own_table(document: dict[str, Any], source: Source, problems: list[Problem]) -> Table | None:
    tool = document.get("tool", {})
    own = tool.get("prodlint") if isinstance(tool, dict) else None
    if own is None:
        return None
    if isinstance(own, dict):
        return Table(own, source)
    problems.append(source.fault("`tool.prodlint` must be a table", remedy="write [tool.prodlint]"))
    return Table({}, source)


def _parsed(data: bytes, shown: str, problems: list[Problem]) -> tuple[str, dict[str, Any]]:
    """The text of a file, and its values: none, and a problem, if it is not TOML."""
    text = ""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        return text, toml_parser().loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem(FAULT, "not UTF-8, so not TOML", shown, line, "save the file as UTF-8"))
    except RecursionError:
        problems.append(Problem(FAULT, "nested too deeply to be read", shown))
    except ValueError as error:
        problems.append(_syntax_fault(str(error), text, shown))
    return text, {}


_PLACE = r" \(at (?:line (\d+), column (\d+)|end of document)\)"


def _syntax_fault(message: str, text: str, shown: str) -> Problem:
    place = re.search(_PLACE, message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    column = int(place[2]) if place and place[2] else None
    what = re.sub(_PLACE, "", message)
    return Problem(FAULT, f"not valid TOML: {what[:1].lower()}{what[1:]}", shown, line, column=column)


def toml_parser() -> Any:
    """The module that parses TOML: ``tomllib``, or its twin below Python 3.11."""
    # Imported here: 15 to 25 ms that a project without settings does not owe.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib
