"""Names of tables and columns that are formatted into the text of a query.

## What it does
Reports a query whose text gets a name from outside the text: a table after `FROM`, a column in `ORDER BY`, a
schema, a direction, anything that no driver takes as a parameter. Queries are found and followed as
`unparameterized-sql` does it; a value in the same place as a parameter is that rule's business.

## Why
A name cannot be passed as a parameter, so that nothing but the program stands between whoever chooses it and the
statement. `ORDER BY {column}` is enough to read other tables.

## What to write instead
Take the name from a table that is written down, `COLUMNS[key]`, or check it against one first,
`if column not in COLUMNS: raise …`; or let the driver quote it: `psycopg.sql.Identifier(table)`,
`connection.ops.quote_name(table)`.

## Not reported
Names that are constants, come from a table or an enumeration of the module, were compared with such, checked by a
pattern, `isidentifier` or a function whose name says so, or quoted, as a name such as `quoted_table` says; attributes
in capitals and entries of tables in capitals, constants of another class or module; what a module for settings
holds; counters; text from which a substitution took all but letters and digits; the names of Django's and SQLAlchemy's
own models (`_meta.db_table`, `__tablename__`); and what `unparameterized-sql` does not report.

## Options
`sinks`, `sources` and `trusted` as for `unparameterized-sql`; each rule has its own.

## Limits
As for `unparameterized-sql`.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Context, Severity
from prodlint.rule import Rule
from prodlint_rules._sinks import VISITS, may_run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.check import Site
    from prodlint.model import Violation
    from prodlint_rules._queries import Finding


class Options(NamedTuple):
    """What a project can ask of the rule."""

    sinks: tuple[str, ...] = ()
    """Further calls that run SQL: dotted names, or methods as `.run`; `:1` or `:query` says which argument."""
    sources: tuple[str, ...] = ()
    """Dotted names of what brings outside input in, such as `app.context.payload`."""
    trusted: tuple[str, ...] = ()
    """Functions, by dotted or last name, whose result or approval makes a name safe in SQL."""


rule = Rule(
    name="sql-identifier-interpolation",
    code="PRD303",
    family="security",
    since="0.1",
    summary="a table's or column's name is formatted into the text of a query",
    policy=("production-standards/vulnerabilities/sql-injection",),
    cwe=(89,),
    visits=VISITS,
    contexts=frozenset({Context.PRODUCTION, Context.SCRIPT, Context.EXAMPLE}),
    severity=Severity.WARNING,
    options=Options,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call that runs the text, or the text that no call runs."""
    if not may_run_sql(site):
        return
    from prodlint_rules._queries import findings, violation  # what tells SQL: few files hold any

    for finding in findings(site):
        if finding.is_name:
            yield violation(site, finding, _message(finding))


def _message(finding: Finding) -> str:
    runs = f"the SQL that `{finding.call}` runs" if finding.call else "SQL"
    comes = f", which comes from {finding.source}," if finding.source else ""
    return f"`{finding.hole.text}`{comes} becomes a name or keyword of {runs}, and nothing limits it to known ones"
