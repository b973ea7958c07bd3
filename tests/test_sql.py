"""What a hole stands for in SQL, what is SQL at all, and where the two rules report it."""

from __future__ import annotations

import time

import pytest
from prodlint_rules import sql_identifier_interpolation, unparameterized_sql
from prodlint_rules._sql import is_fragment, is_statement, placed_holes, tokens

from prodlint import check_source
from prodlint.facts import Hole, Origin, OriginKind, Template
from prodlint.facts.origins import Step
from prodlint.model import Span
from prodlint.registry import Registry

REGISTRY = Registry([unparameterized_sql.rule, sql_identifier_interpolation.rule])
SPAN = Span(1, 1, 1, 2)


def template(text: str) -> Template:
    """A template of a text with `{}` for its holes."""
    pieces: list[str | Hole] = []
    for number, literal in enumerate(text.split("{}")):
        if number:
            pieces.append(Hole(SPAN, f"x{number}", Origin(OriginKind.VALUE, (Step(SPAN, f"x{number}"),))))
        if literal:
            pieces.append(literal)
    return Template(tuple(pieces))


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("SELECT * FROM t WHERE a = {}", "v"),
        ("SELECT * FROM t WHERE a = '{}'", "v"),
        ("SELECT * FROM t WHERE a LIKE '%{}%'", "v"),
        ("SELECT * FROM t WHERE a IN ({}, {})", "vv"),
        ("SELECT * FROM t WHERE a IN {}", "v"),
        ("SELECT * FROM t WHERE a BETWEEN {} AND {}", "vv"),
        ("SELECT * FROM t WHERE {} = %s", "i"),
        ("SELECT * FROM t WHERE {} IN (?)", "i"),
        ("SELECT * FROM t WHERE {}", "f"),
        ("SELECT * FROM t WHERE a = 1 AND {}", "f"),
        ("SELECT * FROM t WHERE a = 1 {}", "f"),
        ("SELECT * FROM t {}", "f"),
        ("SELECT * FROM {}", "i"),
        ("SELECT * FROM {}.{}", "ii"),
        ("SELECT * FROM t{}", "i"),
        ('SELECT * FROM "{}" WHERE b = 1', "i"),
        ("SELECT * FROM `{}`", "i"),
        ("SELECT * FROM [{}]", "i"),
        ('SELECT * FROM t WHERE a = "{}"', "v"),
        ("SELECT {} FROM t", "i"),
        ("SELECT a, {} FROM t", "i"),
        ("SELECT count({}) FROM t", "i"),
        ("SELECT lower({}) FROM t", "i"),
        ("SELECT lower({}, {}) FROM t", "vv"),
        ("SELECT pg_sleep({})", "v"),
        ("SELECT * FROM t ORDER BY {} {}", "ii"),
        ("SELECT * FROM t GROUP BY a, {}", "i"),
        ("SELECT * FROM t LIMIT {} OFFSET {}", "vv"),
        ("SELECT * FROM t JOIN {} ON t.a = {}.b", "ii"),
        ("SELECT * FROM t WHERE a = {}.b", "i"),
        ("SELECT * FROM t WHERE a = (SELECT b FROM u WHERE c = {})", "v"),
        ("SELECT * FROM (SELECT a, {} FROM u) s", "i"),
        ("SELECT * FROM ({}) s", "s"),
        ("SELECT CASE WHEN a = {} THEN {} ELSE {} END FROM t", "vvv"),
        ("INSERT INTO t VALUES ({}, {})", "vv"),
        ("INSERT INTO t (a) VALUES ({}), ({})", "vv"),
        ("INSERT INTO t VALUES {}", "v"),
        ("INSERT INTO {} ({}) VALUES (?)", "ii"),
        ("UPDATE t SET a = {}, {} = 1", "vi"),
        ("UPDATE t SET {}", "f"),
        ("UPDATE {} SET a = 1", "i"),
        ("DELETE FROM {} WHERE a < now() - interval '{} days'", "iv"),
        ("CREATE TABLE {} ({})", "ii"),
        ("CREATE VIEW v AS {}", "s"),
        ("DROP TABLE {}", "i"),
        ("ALTER TABLE t ADD COLUMN {} {}", "ii"),
        ("PRAGMA table_info({})", "i"),
        ("SET search_path TO {}", "i"),
        ("CREATE USER u WITH PASSWORD '{}'", "v"),
        ("EXPLAIN {}", "s"),
        ("SELECT 1; DELETE FROM t WHERE a = {}", "v"),
        ("SELECT 'it''s {}' FROM t", "v"),
        ("SELECT a -- {}\nFROM t WHERE b = {}", "iv"),
        ("SELECT /* {} */ a FROM t", "i"),
        ("UPDATE t SET {} = :{} WHERE a = 1", "ii"),
        ("UPDATE t SET a = {}(b)", "c"),
        ("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 FROM t WHERE a = '{}' $$", "i"),
        ("{} DESC", "i"),
        ("age > {}", "v"),
        ("{} WHERE a = 1", "s"),
        ("{} AND a = 1", "f"),
        ("INSERT INTO t ({}) VALUES ({})", "if"),
    ],
)
def test_positions(text, positions):
    """What stands before and behind a hole tells a value from a name from a clause."""
    found = placed_holes(template(text))
    assert "".join(placed.position.value[0] for placed in found) == positions


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t",
        "select a, b from t where c = {}",
        "SELECT {} FROM {}",
        "SELECT count(*) AS n FROM t",
        "SELECT DISTINCT a FROM t",
        "INSERT INTO t (a) VALUES (1)",
        "insert into t select * from u",
        "UPDATE t SET a = 1",
        "UPDATE {} SET a = 1",
        "DELETE FROM t WHERE a = 1",
        "DELETE FROM {}",
        "CREATE TABLE t (a INT)",
        "DROP TABLE {}",
        "ALTER TABLE t ADD COLUMN a INT",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "  (SELECT a FROM t)",
        "-- find\nSELECT a FROM t",
        "/* find */ SELECT a FROM t",
        "TRUNCATE TABLE {}",
        "SELECT at FROM logins WHERE username = '{}'",
        "SELECT your, any, please FROM logins WHERE it = '{}'",
    ],
)
def test_statements(text):
    """Queries and changes, in any case, with comments and parentheses before them."""
    assert is_statement(template(text), strictly=True)


@pytest.mark.parametrize(
    "text",
    [
        "select a file from {}",
        "Select a file from {}",
        "select one of the users from {}",
        "Select {} from the list",
        "select your favourite {} from here",
        "Update {} and set it where it belongs",
        "update the {} set",
        "Delete from cart {}",
        "delete from the list: {}",
        "Insert into the slot: {}",
        "insert into {} what you like",
        "with {} as the owner",
        "create a table for {}",
        "drop {}",
        "drop table tennis for {}",
        "selected {} from {}",
        "{} from {}",
        "truncate table {}",
        "SELECT-{} FROM t",
        "select: {} from t",
        "",
    ],
)
def test_prose(text):
    """Sentences for people have the same words, and are no SQL."""
    assert not is_statement(template(text), strictly=True)


def test_fragments():
    """A statement whose beginning is not known is told by the clause that follows."""
    assert is_fragment(template("{} WHERE a = {}"))
    assert is_fragment(template("{} order by {}"))
    assert not is_fragment(template("{} and more {}".replace("and", "plus")))
    assert not is_fragment(template("{}"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT '" + "''" * 20_000 + "{}",
        "SELECT " + "(" * 20_000 + "{}",
        "SELECT " + "a, " * 6_000 + "{} FROM t",
        "SELECT " + "/*" * 10_000 + "{}",
        "SELECT " + "\\'" * 10_000 + "'{}",
        "SELECT " + "-- \n" * 5_000 + "{}",
        "{} " * 4_000,
    ],
)
def test_linear_time(text):
    """No text makes the reader go back over what it has read."""
    made = template(text)
    started = time.perf_counter()
    tokens(made)
    is_statement(made, strictly=True)
    placed_holes(made)
    assert time.perf_counter() - started < 2


def found(text: str, **options: object) -> list[tuple[str, int]]:
    """The codes and lines of what both rules find in production code."""
    rules = {rule.name: options for rule in (unparameterized_sql.rule, sql_identifier_interpolation.rule)}
    config = {"contexts": {"production": ["*"]}, "rules": rules} if options else {"contexts": {"production": ["*"]}}
    report = check_source(text, "app/m.py", config=config, registry=REGISTRY)
    assert not report.problems, report.problems
    return [(violation.code, violation.span.line) for violation in report.violations if violation.code < "PRD9"]


def test_one_statement_can_break_both_rules_once():
    """Of several values, and of several names, one tells; the same call is not reported for each."""
    text = "def f(c, t, u, x, y):\n    c.execute(f'SELECT * FROM {t}, {u} WHERE a = {x} AND b = {y}')\n"
    assert found(text) == [("PRD302", 2), ("PRD303", 2)]


def test_the_way_from_the_request_is_told():
    """Related locations lead from where the value comes in, over every name, to where it is put into the text."""
    text = (
        "from flask import request\n"
        "def f(c):\n"
        "    form = request.form\n"
        "    name = form['name']\n"
        "    q = f\"SELECT * FROM t WHERE a = '{name}'\"\n"
        "    c.execute(q)\n"
    )
    (violation,) = check_source(text, "app/m.py", config={}, registry=REGISTRY).violations
    assert "comes from a request" in violation.message
    assert violation.span.line == 6
    assert [related.span.line for related in violation.related] == [1, 4, 4, 5] or [
        related.span.line for related in violation.related
    ][-1] == 5
    assert violation.related[-1].message == "`name` is put into the text here"


def test_a_wrapper_is_not_reported_for_its_callers():
    """Text that a function of the module runs for others is reported where they make it, each once."""
    text = (
        "def run(c, q):\n    c.execute(q)\n    c.execute(q)\n"
        "def f(c, x):\n    run(c, f'SELECT * FROM t WHERE a = {x}')\n"
        "def g(c, x):\n    run(c, 'SELECT * FROM t WHERE a = ?')\n"
    )
    assert found(text) == [("PRD302", 5)]


def test_options():
    """A project's own sinks, sources and quoting functions count as the built-in ones."""
    text = "from app import db, clean\ndef f(x):\n    db.go('a = %s' % x)\n    db.go('a = %s' % clean(x))\n"
    assert found(text) == []
    assert found(text, sinks=["app.db.go"]) == [("PRD302", 3), ("PRD302", 4)]
    assert found(text, sinks=[".go:0"], trusted=["app.clean"]) == [("PRD302", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "def f(c, x):\n" + "    q = 'SELECT * FROM t WHERE a = ' + x\n    c.execute(q)\n" * 300,
        "X = [\n" + "    f'SELECT * FROM t WHERE b = {b}',\n" * 600 + "]\n",
        "T = {"
        + ",".join(f"'k{n}': 'SELECT {n} FROM t'" for n in range(600))
        + "}\ndef f(c, k):\n"
        + "    c.execute(T[k])\n" * 300,
        "def f(c, x):\n    c.execute(f'SELECT * FROM t WHERE a IN (" + "{x}," * 2_000 + "1)')\n",
    ],
)
def test_bounded_time(text):
    """A file full of queries is judged in time linear in its size."""
    started = time.perf_counter()
    found(text)
    assert time.perf_counter() - started < 8
