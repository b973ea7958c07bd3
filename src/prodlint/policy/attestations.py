"""The table ``attestations`` of the configuration in, who vouches for which clauses out."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.policy.tables import Reader

if TYPE_CHECKING:
    from prodlint.config.values import Value
    from prodlint.model import Problem
    from prodlint.policy.catalog import Catalog
    from prodlint.policy.tables import Path

_KEYS = ("clause", "by", "until", "link", "note")


class Attestation(NamedTuple):
    """Somebody's word that clauses hold, up to and with the day ``until`` (ISO date). ``origin`` is where it stands."""

    clauses: tuple[str, ...]
    by: str
    until: str
    link: str
    note: str
    origin: str

    def holds(self, today: str) -> bool:
        """Whether it still counts on a day (ISO date)."""
        return today <= self.until


def read_attestations(value: Value | None, catalog: Catalog, problems: list[Problem]) -> tuple[Attestation, ...]:
    """The attestations that a checked configuration holds; faults in them are added to ``problems``."""
    if value is None:
        return ()
    reader = Reader(value.source)
    found = []
    for number, entry in enumerate(value.value):
        path: Path = (*value.path, number)
        reader.keys(entry, _KEYS, path)
        word = reader.text(entry, "clause", path)
        clauses = catalog.find(word) if word else ()
        if word and not clauses:
            reader.fault(f"unknown clause `{word}`", (*path, "clause"), catalog.nearest(word))
        by, until = reader.text(entry, "by", path), reader.date(entry, "until", path)
        link = reader.text(entry, "link", path, default="")
        if link and not link.startswith(("https://", "http://")):
            reader.fault(f"`link` is no address of the web: `{link}`", (*path, "link"), "begin it with https://")
        note = reader.text(entry, "note", path, default="")
        names = tuple(clause.name for clause in clauses)
        found.append(Attestation(names, by, until, link, note, value.source.describe(path)))
    problems += reader.problems()
    return tuple(found)
