"""A call that runs SQL in, how its driver spells parameters out.

Drivers are known by the dotted names of what the receiver comes from. Of a receiver that comes from elsewhere the file
tells it: by the placeholders of its other calls, or by the only driver that it imports.
"""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules import _sinks

if TYPE_CHECKING:
    from prodlint.facts import CallFacts, SiteFacts


class Style(Enum):
    """How a driver spells parameters and takes their values: the DB-API's names, and two of their own."""

    QMARK = "qmark"
    FORMAT = "format"
    NUMERIC = "numeric"
    DOLLAR = "dollar"
    """asyncpg's `$1`, with the values as further arguments."""
    TEXT = "text"
    """SQLAlchemy's `text(":name")`, with the values in a dictionary."""


class Spelling(NamedTuple):
    """How a driver takes parameters.

    ``keyword`` is the one for the values. ``has_loose_quotes`` says that the database reads double quotes as a text
    where a value is expected.
    """

    style: Style
    keyword: str
    has_loose_quotes: bool = False


_STYLES: dict[str, tuple[Style, str]] = {
    **dict.fromkeys(("sqlite3", "aiosqlite", "pysqlite2", "pyodbc", "aioodbc", "duckdb"), (Style.QMARK, "parameters")),
    **dict.fromkeys(("psycopg2", "aiopg"), (Style.FORMAT, "vars")),
    "psycopg": (Style.FORMAT, "params"),
    "psycopg_pool": (Style.FORMAT, "params"),
    **dict.fromkeys(("MySQLdb", "pymysql", "aiomysql", "asyncmy", "pg8000"), (Style.FORMAT, "args")),
    "mysql": (Style.FORMAT, "params"),
    "django": (Style.FORMAT, "params"),
    **dict.fromkeys(("oracledb", "cx_Oracle"), (Style.NUMERIC, "parameters")),
    "asyncpg": (Style.DOLLAR, "args"),
    "sqlalchemy": (Style.TEXT, "parameters"),
}
"""By the package that an object comes from."""
_LOOSE_QUOTES = frozenset({"sqlite3", "aiosqlite", "pysqlite2", "MySQLdb", "pymysql", "aiomysql", "asyncmy", "mysql"})
_OTHER_DRIVERS = frozenset(
    "adodbapi cassandra clickhouse_connect clickhouse_driver databases databricks firebird google hdbcli ibm_db "
    "ibm_db_dbi impala pandas peewee phoenixdb pony pyathena pyhive pymssql redshift_connector snowflake sqlalchemy "
    "sqlobject teradatasql tortoise trino turbodbc vertica_python".split()
)
"""Packages that bring connections too: a file that imports one of them may have any driver."""


def spelling_of(call: CallFacts, facts: SiteFacts) -> Spelling | None:
    """How the driver that runs a site's call spells parameters; None where nobody can tell."""
    drivers = _drivers(call)
    known = {_STYLES.get(driver, (None, ""))[0] for driver in drivers}
    if known == {None} and "sqlalchemy" not in drivers:
        return _told_by_file(call, facts)
    if len(known) != 1 or None in known:
        return None
    return Spelling(*_STYLES[min(drivers)], drivers <= _LOOSE_QUOTES)


def _drivers(call: CallFacts) -> frozenset[str]:
    """The packages that the object which runs the query may come from."""
    names = frozenset(name for name in call.names if not name.startswith("None"))
    is_text = all(_sinks.FUNCTIONS.get(name) is _sinks.FUNCTIONS["sqlalchemy.text"] for name in names)
    packages = frozenset(name.partition(".")[0] for name in names)
    return packages if is_text else packages - {"sqlalchemy"} or frozenset({"?"})


def _told_by_file(call: CallFacts, facts: SiteFacts) -> Spelling | None:
    if call.last_name != "execute" or call.receiver is None:
        return None
    imported = facts.imports
    drivers = imported & _STYLES.keys()
    placeholders: frozenset[Style] = facts.shared("placeholders", lambda: _placeholders(facts))
    by_import = {_STYLES[driver][0] for driver in drivers} if not imported & _OTHER_DRIVERS else set()
    told = placeholders or by_import
    if len(told) != 1 or (placeholders and by_import and by_import != placeholders):
        return None
    (style,) = told
    is_loose = bool(by_import) and drivers <= _LOOSE_QUOTES
    return Spelling(style, "params" if style is Style.FORMAT else "parameters", is_loose)


def _placeholders(facts: SiteFacts) -> frozenset[Style]:
    """The styles of the file's calls of `execute` that are given a constant text and values."""
    found = set()
    for other in facts.calls(("execute",)):
        arguments = other.arguments
        text = arguments[0].constant if len(arguments) == 2 else None
        if isinstance(text, str):
            is_format = "%s" in text or "%(" in text
            if is_format or "?" in text:
                found.add(Style.FORMAT if is_format else Style.QMARK)
    return frozenset(found)
