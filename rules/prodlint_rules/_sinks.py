"""Where SQL goes: which calls run or build a statement, and which argument of theirs is its text.

A sink's table says which argument matters, so that rules about other sinks can be built on the same facts.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.rule import Calls, Module, Strings

if TYPE_CHECKING:
    from prodlint.check import Site


class Sink(NamedTuple):
    """An argument that is read as SQL: its 0-based position, its keyword, and what has to stand in it.

    ``takes`` is ``statement`` (the text must read as one, whatever the object is), ``sql`` (any part of a statement:
    the function itself says that it is SQL), ``condition`` or ``order``, where the object is SQLAlchemy's.
    ``in_elements`` are keywords whose lists or dictionaries hold such texts.
    """

    position: int = 0
    keyword: str = "sql"
    takes: str = "statement"
    in_elements: tuple[str, ...] = ()


_QUERY = Sink(0, "query")
_SQL = Sink(0, "sql")

METHODS: dict[str, Sink] = {
    "execute": Sink(0, "statement"),
    "executemany": _SQL,
    "executescript": Sink(0, "sql_script"),
    "execute_async": _SQL,
    "execute_sql": _SQL,
    "execute_query": _QUERY,
    "execute_query_dict": _QUERY,
    "execute_script": _QUERY,
    "execute_fetchall": _SQL,
    "execute_insert": _SQL,
    "execute_string": _SQL,
    "exec_driver_sql": Sink(0, "statement"),
    "fetch": _QUERY,
    "fetchrow": _QUERY,
    "fetchval": _QUERY,
    "fetch_all": _QUERY,
    "fetch_one": _QUERY,
    "fetch_val": _QUERY,
    "fetchmany": _QUERY,
    "iterate": _QUERY,
    "cursor": _QUERY,
    "prepare": _QUERY,
    "copy_expert": _SQL,
    "copy_from_query": _QUERY,
    "mogrify": _QUERY,
    "query": _QUERY,
    "raw": Sink(0, "raw_query"),
    "raw_sql": _SQL,
    "run_sql": _SQL,
    "run_query": _QUERY,
    "sql": Sink(0, "sqlQuery"),
    "scalar": Sink(0, "statement"),
    "scalars": Sink(0, "statement"),
    "from_statement": Sink(0, "statement"),
    "read_sql": _SQL,
    "read_sql_query": _SQL,
    "read_gbq": _QUERY,
    "get_pandas_df": _SQL,
    "get_records": _SQL,
    "get_first": _SQL,
    "execute_values": Sink(1, "sql"),
    "execute_batch": Sink(1, "sql"),
    "text": Sink(0, "text"),
    "extra": Sink(0, "select", "condition", ("where", "select", "tables")),
}
"""Methods and functions by their last name: what they are given must read as a statement, or they are no sink."""

FUNCTIONS: dict[str, Sink] = {
    **dict.fromkeys(
        (
            "sqlalchemy.text",
            "sqlalchemy.sql.text",
            "sqlalchemy.sql.expression.text",
            "sqlalchemy.sql.elements.TextClause",
            "sqlalchemy.TextClause",
            "sqlalchemy.literal_column",
            "sqlalchemy.sql.literal_column",
            "sqlalchemy.sql.expression.literal_column",
            "sqlmodel.text",
            "flask_sqlalchemy.SQLAlchemy().text",
        ),
        Sink(0, "text", "sql"),
    ),
    **dict.fromkeys(("sqlalchemy.DDL", "sqlalchemy.schema.DDL"), Sink(0, "statement", "sql")),
    **dict.fromkeys(("psycopg2.sql.SQL", "psycopg.sql.SQL"), Sink(0, "string", "sql")),
    **dict.fromkeys(("peewee.SQL", "playhouse.peewee.SQL"), Sink(0, "sql", "sql")),
    **dict.fromkeys(("django.db.models.expressions.RawSQL", "django.db.models.RawSQL"), Sink(0, "sql", "sql")),
}
"""Functions by their dotted name, whatever they are given."""

FUNCTION_NAMES = ("text", "TextClause", "literal_column", "DDL", "SQL", "RawSQL")
CONDITIONS = {
    **dict.fromkeys(("filter", "where", "having"), Sink(0, "whereclause", "condition")),
    "order_by": Sink(0, "clauses", "order"),
}
"""Methods of SQLAlchemy's; strings in them are SQL."""
ON_QUERIES = frozenset({"query", "select", "session", "scoped_session", "db_session", "select_from", "join"})
"""What stands somewhere before such a method on an object that is SQLAlchemy's."""

NAMES = (*METHODS, *FUNCTION_NAMES, *CONDITIONS)

OPENINGS = (
    "select ", "select\n", "insert into", "insert or", "update ", "delete from", "create table", "alter table",
    "drop table", "truncate table", "replace into", "with ", "merge into",
)  # fmt: skip
_WORDS = (
    "select ", "select\n", "insert into", "delete from", '"update ', "'update ", "truncate table", "drop table",
    "alter table", "create table",
)  # fmt: skip

VISITS = (
    Calls(
        NAMES,
        needles=(
            "execute", "SELECT", "select", "INSERT", "insert into", "UPDATE", "update ", "DELETE", "delete from",
            "WHERE", "where", "RawSQL", "sqlalchemy", "read_sql", "raw(",
        ),
    ),
    Strings(_WORDS, OPENINGS),
    Module(),
)  # fmt: skip
"""What both rules nominate: sinks, strings that may be SQL, and the module for sinks that a project names."""

PARAMETERS = frozenset({"params", "parameters", "args", "values", "vars", "seq_of_parameters", "**"})
"""Keywords under which values are passed beside a text."""
OTHER_LANGUAGES = frozenset({"wmi.WMI().query"})
"""Methods whose queries read like SQL and take no parameters."""

MESSAGES = frozenset(
    "print pprint debug info warning warn error exception critical fatal log trace success notice echo secho write "
    "writelines fail skip exit abort add_argument add_option help confirm prompt input getLogger message flash "
    "print_exc assertEqual assertIn assertRaises assertTrue assertRaisesRegex skipTest log_message log_error "
    "set_status sleep report notify style SUCCESS ERROR WARNING NOTICE show send_message showerror showinfo "
    "log_debug log_info log_warning isinstance len hash search match fullmatch compile sub findall startswith endswith "
    "index find count split md5 sha1 sha256 update cache_key add_event set_attribute set_tag add_breadcrumb "
    "start_span record Exception ValueError HTTPException gettext ugettext gettext_lazy _ format_exception "
    "append_message set_description describe deprecated Option Argument".split()
)
"""Functions by their last name that show a text or look at it, and run nothing."""
MESSAGE_KEYWORDS = frozenset(
    "help description doc docstring msg message title label text placeholder epilog usage prompt detail reason "
    "content caption tooltip html name key".split()
)
"""Keywords under which a text is shown."""


def may_run_sql(site: Site) -> bool:
    """Whether there is something to look into at a site: at a module, only where a project names sinks of its own."""
    return (
        site.is_string or bool(site.options.sinks) or (site.is_call and not site.facts.call.gives_literals(LOOKED_AT))
    )


LOOKED_AT = 2
"""Arguments of a call, one of which is the text; nearly always they are literals, and nothing is to be found out."""
