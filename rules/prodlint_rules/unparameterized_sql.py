"""Values that are formatted into the text of a query.

## What it does
Follows the text of a query from where it runs back to how it was made, and reports the call that runs it when a value
that is not written in the file became a part of the text: by f-string, `%`, `.format`, `+`, `join`, `replace` or
`string.Template`, in whatever branch, name, attribute or function of the module. Text that reaches no such call in the
module is reported where it is made, when it reads as a complete statement. Where the value comes from a request, the
command line or another known source, the message says so and the finding lists the way it takes.

What counts as running: `execute`, `executemany`, `executescript`, `fetch`, `fetchrow`, `fetchval`, `prepare` and the
like on any object, when the text reads as SQL; Django's `raw`, `extra` and `RawSQL`; SQLAlchemy's `text`,
`literal_column`, `exec_driver_sql` and strings given to `filter`, `where`, `having` and `order_by`; `read_sql` and
`read_sql_query` of pandas; psycopg's `SQL`.

## Why
Whoever chooses the value can end the literal and go on with SQL of their own: read every table, or drop it. Values
that nobody chose to attack with, such as the name O'Brien, break the query all the same.

## What to write instead
`cursor.execute("SELECT … WHERE name = %s", (name,))`: the driver passes the value beside the text. A list takes as many
placeholders as it has elements: `", ".join(["%s"] * len(names))`.

## Fix
Unsafe: the values become parameters in the way that the driver spells them, told by where the connection or cursor
comes from (sqlite3, psycopg, MySQL's, Django's, Oracle's, asyncpg) or by `sqlalchemy.text`. Where it comes from
elsewhere the file tells it: the placeholders in its other calls of `execute`, if all are alike, or the only driver that
it imports. Quotes around a value go;
what else stands between them becomes a part of the value, as in `LIKE ?` with `f"%{name}%"`; parameters that were there
keep their order. A driver passes a value by its type, which text did not: look at numbers that stood in quotes. There
is none where the driver is not known, for names and clauses, and for text that is made neither in the call nor by one
assignment above it.

## Not reported
Text that consists of constants, also after arithmetic and in tables of the module; branches that are never taken;
numbers (`int(…)`, `len(…)`, `:d`, parameters annotated `int`) and values of other types that cannot hold a quote, such
as dates and UUIDs; placeholders, however they are put together; values that were compared with ones written in the
file, or checked by a pattern or by a function whose name says so (`validate_…`, `check_…`); what `psycopg.sql`, an
SQLAlchemy construct or a quoting function made, and clauses that come from another module's function whose name says
that it makes such (`build_where`, `to_sql`); messages: text that is printed, logged, raised or asserted. Names of
tables and columns are judged by `sql-identifier-interpolation`.

## Options
`sinks`: further calls that run SQL, as dotted names (`app.db.run`) or methods (`.run_report`), with `:1` or `:keyword`
when the text is not the first argument. `sources`: dotted names of what brings outside input in. `trusted`: functions,
by dotted or last name, whose result is safe to put into SQL and whose approval makes a value so.

## Limits
Another module's functions and constants are not looked into: an imported name in capitals counts as a constant. A
statement that is a parameter as a whole is not reported, unless it comes from outside.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Context, Safety, Severity
from prodlint.rule import Rule
from prodlint_rules._sinks import VISITS, may_run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.model import Violation
    from prodlint.rule import Fixed
    from prodlint_rules._queries import Finding


class Options(NamedTuple):
    """What a project can ask of the rule."""

    sinks: tuple[str, ...] = ()
    """Further calls that run SQL: dotted names, or methods as `.run`; `:1` or `:query` says which argument."""
    sources: tuple[str, ...] = ()
    """Dotted names of what brings outside input in, such as `app.context.payload`."""
    trusted: tuple[str, ...] = ()
    """Functions, by dotted or last name, whose result or approval makes a value safe in SQL."""


rule = Rule(
    name="unparameterized-sql",
    code="PRD302",
    family="security",
    since="0.1",
    summary="a value is formatted into the text of a query",
    policy=(
        "production-standards/vulnerabilities/sql-injection",
        "priority-0/security/sql-injection",
    ),
    cwe=(89,),
    visits=VISITS,
    contexts=frozenset({Context.PRODUCTION, Context.SCRIPT, Context.EXAMPLE}),
    severity=Severity.ERROR,
    fixes=(Safety.UNSAFE,),
    options=Options,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call that runs the text, or the text that no call runs."""
    if not may_run_sql(site):
        return
    from prodlint_rules._queries import findings, violation  # what tells SQL: few files hold any

    for finding in findings(site):
        if not finding.is_name:
            yield violation(site, finding, _message(finding), _fixable(site, finding))


def _fixable(site: Site, finding: Finding) -> Safety | None:
    if not site.is_call or finding.span is not None or finding.is_whole or not finding.is_value:
        return None
    from prodlint_rules._parameters import find_query  # only a violation asks for it

    return None if find_query(site.facts, site.options.trusted) is None else Safety.UNSAFE


@rule.fix
def fix(call: cst.Call, site: Site, violation: Violation) -> Fixed | None:
    """Pass the values beside the text."""
    from prodlint_rules._parameters import find_query
    from prodlint_rules._query_calls import fixed_call  # it imports libcst

    query = find_query(site.facts, site.options.trusted)
    return None if query is None else fixed_call(call, site, query)


def _message(finding: Finding) -> str:
    text = finding.hole.text
    runs = f"the SQL that `{finding.call}` runs" if finding.call else "SQL"
    comes = f", which comes from {finding.source}," if finding.source else ""
    if finding.is_whole:
        return f"`{finding.call}` runs SQL that comes from {finding.source}: whoever sends it chooses the statement"
    if finding.is_clause:
        return f"`{text}`{comes} becomes a clause of {runs}, with the values in it: pass them as parameters"
    return f"`{text}`{comes} is formatted into {runs}: pass it as a parameter"
