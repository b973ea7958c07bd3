"""The tables of a TOML file in, values out; what is wrong with them is collected with its places, never raised."""

from __future__ import annotations

from collections.abc import Mapping

from prodlint.config.options import type_name
from prodlint.light_typing import TYPE_CHECKING
from prodlint.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.config.source import Source
    from prodlint.model import Problem

    Path = tuple[str | int, ...]


class Reader:
    """Reads the values of one source. ``faults`` has what was wrong, each with its place for sorting."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._faults: list[tuple[tuple[int, ...], Problem]] = []

    def problems(self) -> list[Problem]:
        """What was wrong, in the order of the text."""
        return [problem for _, problem in sorted(self._faults, key=lambda fault: fault[0])]

    def fault(self, message: str, path: Path, remedy: str = "") -> None:
        """Note what is wrong with the value at a path."""
        self._faults.append((self.source.position(path) or (), self.source.fault(message, path, remedy)))

    def misspelt(self, what: str, word: str, valid: Iterable[str], path: Path) -> None:
        """Note a word that is none of the valid ones, with the nearest of them."""
        known = list(valid)
        meant = nearest(word, known)
        few = f"valid are {', '.join(f'`{each}`' for each in known)}" if 0 < len(known) <= _FEW else ""
        self.fault(f"unknown {what} `{word}`", path, f"did you mean `{meant}`?" if meant else few)

    def keys(self, table: Mapping[str, object], known: Iterable[str], path: Path) -> None:
        """Note the keys of a table that are not known."""
        valid = list(known)
        for key in table:
            if key not in valid:
                self.misspelt("key", key, valid, (*path, key))

    def table(self, value: object, path: Path, what: str) -> Mapping[str, object]:
        """A table; an empty one, and a fault, for anything else."""
        if isinstance(value, Mapping):
            return value
        self.fault(f"{what} must be a table, not {type_name(value)}", path)
        return {}

    def tables(self, value: object, path: Path, what: str) -> list[tuple[Path, Mapping[str, object]]]:
        """The tables of a list, each with its path."""
        if not isinstance(value, list | tuple):
            self.fault(f"{what} must be a list of tables, not {type_name(value)}", path)
            return []
        return [((*path, number), self.table(each, (*path, number), what)) for number, each in enumerate(value)]

    def text(self, table: Mapping[str, object], key: str, path: Path, *, default: str | None = None) -> str:
        """The string at a key. Without a default it has to be there and not empty."""
        value = table.get(key, default)
        if value is None:
            self.fault(f"`{key}` is missing", path)
            return ""
        if not isinstance(value, str):
            self.fault(f"`{key}` must be a string, not {type_name(value)}", (*path, key))
            return ""
        if default is None and not value.strip():
            self.fault(f"`{key}` is empty", (*path, key))
        return value.strip()

    def texts(self, value: object, path: Path, what: str) -> list[tuple[Path, str]]:
        """The strings of a list, each with its path."""
        if not isinstance(value, list | tuple):
            example = f'write {path[-1]} = ["{value}"]' if isinstance(value, str) else ""
            self.fault(f"{what} must be a list of strings, not {type_name(value)}", path, example)
            return []
        found: list[tuple[Path, str]] = []
        for number, each in enumerate(value):
            if isinstance(each, str) and each.strip():
                found.append(((*path, number), each.strip()))
            else:
                got = "an empty one" if isinstance(each, str) else type_name(each)
                self.fault(f"{what} must hold strings only, not {got}", (*path, number))
        return found

    def flag(self, table: Mapping[str, object], key: str, path: Path) -> bool:
        """The boolean at a key, false where it is not there."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"`{key}` must be true or false, not {type_name(value)}", (*path, key))
            return False
        return value

    def date(self, table: Mapping[str, object], key: str, path: Path) -> str:
        """The day at a key as an ISO date, whether it is written as TOML's date or as a string."""
        from datetime import date, datetime  # few tables have dates

        value = table.get(key)
        if value is None:
            self.fault(f"`{key}` is missing", path, "give the last day: 2027-03-31")
            return ""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        try:
            return date.fromisoformat(value).isoformat() if isinstance(value, str) else self._no_date(value, key, path)
        except ValueError:
            return self._no_date(value, key, path)

    def _no_date(self, value: object, key: str, path: Path) -> str:
        got = f"`{value}`" if isinstance(value, str) else type_name(value)
        self.fault(f"`{key}` must be a day, not {got}", (*path, key), "write it as 2027-03-31")
        return ""


_FEW = 12
