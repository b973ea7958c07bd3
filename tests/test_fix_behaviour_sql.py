# ruff: noqa: E501  a shape is read as one line
"""Queries with parameters find what they found with values in their text, and no more for whoever tries to get more."""

from __future__ import annotations

import ast
import sqlite3

import pytest

from prodlint import fix_source

CONFIG = {"select": ["unparameterized-sql"], "contexts": {"production": ["*"]}}
HOSTILE = ("' OR 1=1 --", '" OR 1=1 --', "x'; DELETE FROM users; --", "%' OR '1'='1", "' UNION SELECT 1, 2, 3 --")
SHAPES = {
    "percent": "db.execute(\"SELECT * FROM users WHERE name = '%s'\" % name)",
    "percent with a tuple": "db.execute(\"SELECT * FROM users WHERE name = '%s' AND age > %s\" % (name, age))",
    "format": "db.execute(\"SELECT * FROM users WHERE name = '{}'\".format(name))",
    "format with numbers": "db.execute(\"SELECT * FROM users WHERE age > {1} AND name = '{0}'\".format(name, age))",
    "format with names": "db.execute(\"SELECT * FROM users WHERE name = '{n}'\".format(n=name))",
    "f-string": "db.execute(f\"SELECT * FROM users WHERE name = '{name}'\")",
    "f-string of a raw string": "db.execute(rf\"SELECT * FROM users WHERE name = '{name}'\")",
    "sum": 'db.execute("SELECT * FROM users WHERE name = \'" + name + "\'")',
    "sum with a number": 'db.execute("SELECT * FROM users WHERE name = \'" + name + "\' AND age > " + str(age))',
    "sum of an f-string": 'db.execute("SELECT * FROM users " + f"WHERE name = \'{name}\'")',
    "contains": "db.execute(f\"SELECT * FROM users WHERE name LIKE '%{name}%'\")",
    "starts with": 'db.execute("SELECT * FROM users WHERE name LIKE \'" + name + "%\'")',
    "ends with, by percent": "db.execute(\"SELECT * FROM users WHERE name LIKE '%%%s'\" % name)",
    "quotes in quotes": "db.execute(f\"SELECT * FROM users WHERE 'it''s ' || name = 'it''s {name}'\")",
    "double quotes": "db.execute(f'SELECT * FROM users WHERE name = \"{name}\"')",
    "list": "db.execute(f\"SELECT * FROM users WHERE name IN ('{name}', 'nobody')\")",
    "between": "db.execute(f\"SELECT * FROM users WHERE name = '{name}' AND age BETWEEN {age} AND {age + 90} LIMIT 9\")",
    "case": "db.execute(f\"SELECT CASE WHEN name = '{name}' THEN 'it' ELSE 'other' END FROM users\")",
    "function": "db.execute(f\"SELECT * FROM users WHERE name = lower('{name}')\")",
    "subquery": "db.execute(f\"SELECT * FROM users WHERE id IN (SELECT id FROM users WHERE name = '{name}')\")",
    "parameter behind": "db.execute(f\"SELECT * FROM users WHERE name = '{name}' AND age > ?\", (age,))",
    "parameters around": "db.execute(f\"SELECT ? FROM users WHERE name = '{name}' AND age > ?\", [7, age])",
    "named parameters": "db.execute(f\"SELECT * FROM users WHERE name = '{name}' AND age > :age\", {'age': age})",
    "question mark in quotes": "db.execute(f\"SELECT '?' FROM users WHERE name = '{name}' AND age > ?\", (age,))",
    "percent sign": "db.execute(f\"SELECT 7 % 4 FROM users WHERE name = '{name}'\")",
    "comment": "db.execute(f\"SELECT id -- isn't it\\nFROM users WHERE name = '{name}'\")",
    "lines": "db.execute(f'''\n        SELECT *\n        FROM users WHERE name = '{name}'\n    ''')",
    "adjacent": "db.execute(\n        'SELECT * '  # all\n        f\"FROM users WHERE name = '{name}' \"\n        'LIMIT 9',\n    )",
    "constant table": "db.execute(f\"SELECT * FROM {TABLE} WHERE name = '{name}'\")",
    "number left": "db.execute(f\"SELECT * FROM users WHERE name = '{name}' LIMIT {int(age) + 9}\")",
    "cursor": "db.cursor().execute(f\"SELECT * FROM users WHERE name = '{name}'\")",
    "insert": "db.execute(f\"INSERT INTO users VALUES (9, '{name}', {age}) RETURNING *\")",
    "update": "db.execute(f\"UPDATE users SET age = {age} WHERE name = '{name}' RETURNING *\")",
    "with": "db.execute(f\"WITH t AS (SELECT * FROM users WHERE name = '{name}') SELECT * FROM t\")",
}
ASSIGNED = {
    "name": "query = f\"SELECT * FROM users WHERE name = '{name}'\"\n    rows = db.execute(query)",
    "name in brackets": "query = (\n        'SELECT * FROM users '\n        f\"WHERE name = '{name}'\"\n    )\n    rows = db.execute(query)",
    "statement between": "query = \"SELECT * FROM users WHERE name = '%s'\" % name\n    cursor = db.cursor()\n    rows = cursor.execute(query)",
    "try": "query = f\"SELECT * FROM users WHERE name = '{name}'\"\n    try:\n        rows = db.execute(query)\n    finally:\n        pass",
}
TABLE = "TABLE = 'users'\n"


def module(shape: str) -> str:
    """A function that runs a query of a shape and gives its rows."""
    body = shape if "rows = " in shape else f"rows = {shape}"
    return f"import sqlite3\n{TABLE}\ndef run(db: sqlite3.Connection, name, age):\n    {body}\n    return rows.fetchall()\n"


def rows(code: str, name: str) -> list[object]:
    """What the function finds in a table of three."""
    space: dict[str, object] = {}
    exec(compile(code, "<shape>", "exec"), space)
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE users (id INTEGER, name TEXT, age INTEGER)")
        db.executemany("INSERT INTO users VALUES (?, ?, ?)", [(1, "ann", 30), (2, "bob", 40), (3, "o'neil", 50)])
        found = space["run"](db, name, 20)  # type: ignore[operator]
        assert db.execute("SELECT count(*) FROM users WHERE id < 4").fetchone() == (3,)
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("shape", [*SHAPES.values(), *ASSIGNED.values()], ids=[*SHAPES, *ASSIGNED])
def test_the_same_rows_and_nothing_else(shape):
    """Harmless values find what they found; hostile ones, and quotes, what a value of that name would."""
    code = module(shape)
    fixed = fix_source(code, "app/m.py", config=CONFIG, unsafe=True)
    assert len(fixed.fixed) == 1, fixed.data.decode()
    after = fixed.data.decode()
    assert rows(after, "ann") == rows(code, "ann")
    assert rows(after, "nobody at all") == rows(code, "nobody at all")
    nothing = rows(after, "nobody at all")
    for name in HOSTILE:
        assert len(rows(after, name)) == len(nothing)
    assert len(rows(after, "o'neil")) == len(rows(code, "ann"))


STYLES = {
    "psycopg2": ("import psycopg2\ndb = psycopg2.connect('').cursor()", "SELECT 1 FROM t WHERE a = %s", "(x,)"),
    "psycopg": ("import psycopg\ndb = psycopg.connect('')", "SELECT 1 FROM t WHERE a = %s", "(x,)"),
    "MySQLdb": ("import MySQLdb\ndb = MySQLdb.connect().cursor()", "SELECT 1 FROM t WHERE a = %s", "(x,)"),
    "pymysql": ("import pymysql\ndb = pymysql.connect().cursor()", "SELECT 1 FROM t WHERE a = %s", "(x,)"),
    "mysql": (
        "import mysql.connector\ndb = mysql.connector.connect().cursor()",
        "SELECT 1 FROM t WHERE a = %s",
        "(x,)",
    ),
    "Django": ("from django.db import connection\ndb = connection.cursor()", "SELECT 1 FROM t WHERE a = %s", "(x,)"),
    "asyncpg": ("import asyncpg\ndb = asyncpg.connect()", "SELECT 1 FROM t WHERE a = $1", "x"),
    "oracledb": ("import oracledb\ndb = oracledb.connect().cursor()", "SELECT 1 FROM t WHERE a = :1", "(x,)"),
    "cx_Oracle": ("import cx_Oracle\ndb = cx_Oracle.connect().cursor()", "SELECT 1 FROM t WHERE a = :1", "(x,)"),
    "sqlite3": ("import sqlite3\ndb = sqlite3.connect('')", "SELECT 1 FROM t WHERE a = ?", "(x,)"),
}


def fixed_call(setting: str, call: str) -> ast.Call:
    """The call of a fixed module, which is the last statement in it."""
    code = f"{setting}\ndef run(x, y):\n    {call}\n"
    fixed = fix_source(code, "app/m.py", config=CONFIG, unsafe=True)
    assert len(fixed.fixed) == 1, fixed.data.decode()
    statement = ast.parse(fixed.data).body[-1].body[-1]  # type: ignore[attr-defined]
    assert isinstance(statement.value, ast.Call)
    return statement.value


@pytest.mark.parametrize(("setting", "text", "values"), STYLES.values(), ids=STYLES)
def test_every_driver_has_its_spelling(setting, text, values):
    """The text has the driver's placeholder, and the values come as the driver takes them."""
    call = fixed_call(setting, "db.execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")")
    assert ast.literal_eval(call.args[0]) == text
    assert [ast.unparse(argument) for argument in call.args[1:]] == [values]


@pytest.mark.parametrize(
    ("call", "text", "values"),
    [
        ("f\"SELECT 1 FROM t WHERE a LIKE '%{x}%'\"", "SELECT 1 FROM t WHERE a LIKE %s", ["(f'%{x}%',)"]),
        ("f\"SELECT 5 % 2 FROM t WHERE a = '{x}'\"", "SELECT 5 %% 2 FROM t WHERE a = %s", ["(x,)"]),
        ("f\"SELECT '5%' FROM t WHERE a = '{x}'\"", "SELECT '5%%' FROM t WHERE a = %s", ["(x,)"]),
        ("f\"SELECT 5 %% 2 FROM t WHERE b = %s AND a = '{x}'\", (y,)", "SELECT 5 %% 2 FROM t WHERE b = %s AND a = %s", ["(y, x)"]),
        ("f\"SELECT 1 FROM t WHERE b LIKE '5%%{x}' AND a = %s\", (y,)", "SELECT 1 FROM t WHERE b LIKE %s AND a = %s", ["(f'5%{x}', y)"]),
        ("f\"SELECT 1 FROM t WHERE b = %(b)s AND a = '{x}'\", {'b': y}", "SELECT 1 FROM t WHERE b = %(b)s AND a = %(x)s", ["{'b': y, 'x': x}"]),
    ],
)  # fmt: skip
def test_percent_signs(call, text, values):
    """What was a sign before there were parameters is doubled; between quotes that go, it is one again."""
    made = fixed_call("import psycopg2\ndb = psycopg2.connect('').cursor()", f"db.execute({call})")
    assert ast.literal_eval(made.args[0]) == text
    assert [ast.unparse(argument) for argument in made.args[1:]] == values


def test_sqlalchemy():
    """`text` takes names: with the values where it is run, or bound where that is elsewhere."""
    setting = "from sqlalchemy import text"
    call = fixed_call(setting, "y.execute(text(f\"SELECT 1 FROM t WHERE a = '{x}'\"))")
    assert ast.unparse(call) == "y.execute(text('SELECT 1 FROM t WHERE a = :x'), {'x': x})"
    call = fixed_call(setting, "text(f\"SELECT 1 FROM t WHERE a = '{x.name}' AND b = '{y}'\")")
    assert ast.unparse(call) == "text('SELECT 1 FROM t WHERE a = :x_name AND b = :y').bindparams(x_name=x.name, y=y)"


TOLD = {
    "import": ("import psycopg2", "y.execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")", "SELECT 1 FROM t WHERE a = %s"),
    "same style": (
        "import pymysql, MySQLdb",
        "y.cursor().execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")",
        "SELECT 1 FROM t WHERE a = %s",
    ),
    "question marks": (
        "def other(db, x):\n    db.execute('SELECT ?', (x,))",
        "y.execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")",
        "SELECT 1 FROM t WHERE a = ?",
    ),
    "percent signs": (
        "from app import db\nimport sqlalchemy\ndb.execute('SELECT %(a)s', {'a': 1})",
        "db.connect().execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")",
        "SELECT 1 FROM t WHERE a = %s",
    ),
}


@pytest.mark.parametrize(("setting", "call", "text"), TOLD.values(), ids=TOLD)
def test_the_file_tells_the_driver(setting, call, text):
    """Of a connection from elsewhere: by the placeholders in the file, else by the only driver it imports."""
    made = fixed_call(setting, call)
    assert ast.literal_eval(made.args[0]) == text
    assert ast.unparse(made.args[1]) == "(x,)"


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "import psycopg2, sqlite3",
        "import psycopg2, sqlalchemy",
        "import sqlite3\ndef other(db, x):\n    db.execute('SELECT %s', (x,))",
        "def other(db, x):\n    db.execute('SELECT %s', (x,))\n    db.execute('SELECT ?', (x,))",
    ],
)
def test_what_the_file_does_not_tell(setting):
    """Nothing, two drivers, another library, other placeholders: nobody knows."""
    code = f"{setting}\ndef run(x, y):\n    y.execute(f\"SELECT 1 FROM t WHERE a = '{{x}}'\")\n"
    fixed = fix_source(code, "app/m.py", config=CONFIG, unsafe=True)
    assert fixed.data.decode() == code


REFUSED = {
    "driver of another": "from sqlalchemy import text\n    y.execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")",
    "other placeholders": "y.execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")\n    y.execute('SELECT %s', (x,))",
    "name": "db.execute(f\"SELECT 1 FROM {y} WHERE a = '{x}'\")",
    "clause": "db.execute(f'SELECT 1 FROM t WHERE {x}')",
    "whole list": "db.execute(f'SELECT 1 FROM t WHERE a IN {x}')",
    "joined list": "db.execute(f\"SELECT 1 FROM t WHERE a IN ({','.join(x)})\")",
    "list in a text": "db.execute(f'SELECT 1 FROM t WHERE a IN ({x})')",
    "typed literal": "db.execute(f\"SELECT 1 FROM t WHERE a > DATE '{x}'\")",
    "interval": "db.execute(f\"SELECT 1 FROM t WHERE a > now() - INTERVAL '{x} days'\")",
    "escape string": "db.execute(f\"SELECT 1 FROM t WHERE a = E'{x}'\")",
    "backslash": "db.execute(f\"SELECT 1 FROM t WHERE a = 'a\\\\\\\\{x}'\")",
    "definition": "db.execute(f\"CREATE USER u WITH PASSWORD '{x}'\")",
    "setting": "db.execute(f\"PRAGMA key = '{x}'\")",
    "two statements": "db.execute(f\"DELETE FROM t WHERE a = '{x}'; SELECT 1\")",
    "script": "db.executescript(f\"DELETE FROM t WHERE a = '{x}'\")",
    "unknown parameters": "db.execute(f\"SELECT 1 FROM t WHERE a = '{x}' AND b = ?\", y)",
    "too few parameters": "db.execute(f\"SELECT 1 FROM t WHERE a = '{x}' AND b = ? AND c = ?\", (y,))",
    "two ways": "q = 'SELECT 1'\n    if y:\n        q = f\"SELECT 1 FROM t WHERE a = '{x}'\"\n    db.execute(q)",
    "run twice": "q = f\"SELECT 1 FROM t WHERE a = '{x}'\"\n    db.execute(q)\n    db.execute(q)",
    "rebound between": "q = f\"SELECT 1 FROM t WHERE a = '{x}'\"\n    x = y\n    db.execute(q)",
    "called between": "q = f\"SELECT 1 FROM t WHERE a = '{x()}'\"\n    y()\n    db.execute(q)",
    "later": "q = f\"SELECT 1 FROM t WHERE a = '{x}'\"\n    return lambda: db.execute(q)",
    "part of a word": 'db.execute(f"SELECT 1 FROM t WHERE a = {x}_1")',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_left_to_a_person(body):
    """What no parameter can stand for, or nobody can tell, stays as it is, without a problem."""
    code = f"import sqlite3\ndb = sqlite3.connect('')\ndef run(x, y):\n    {body}\n"
    fixed = fix_source(code, "app/m.py", config=CONFIG, unsafe=True)
    assert fixed.data.decode() == code
    assert not fixed.problems
