"""The statements around a place, found by bisection, are those that a walk over the whole tree finds."""

from __future__ import annotations

import ast
import time

import corpus
import pytest

from prodlint.facts.statements import BLOCK_FIELDS, Statements, first_line
from prodlint.index import build, parse, plan_for
from prodlint.source import Source, Unreadable

PLAN = plan_for([])
PARTS = 4


def statements_of(text: str | bytes) -> tuple[Statements, ast.Module]:
    """The statements of a text, and its tree."""
    tree = parse(Source("m.py", text.encode() if isinstance(text, str) else text))
    return Statements(build(tree, PLAN)), tree


def chains(tree: ast.Module) -> list[list[ast.AST]]:
    """Every statement, handler and case with those around it, outermost first."""
    found = []
    pending = [[member] for member in tree.body]
    while pending:
        chain = pending.pop()
        found.append(chain)
        for field in BLOCK_FIELDS:
            block = getattr(chain[-1], field, None)
            pending += [[*chain, member] for member in block] if isinstance(block, list) else []
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_around_every_expression_of_real_files(part):
    """Of every tenth name and literal the statements around it are found by its line and offset alone."""
    count = 0
    for _, data in corpus.sources(part, PARTS * 6):
        try:
            statements, tree = statements_of(data)
        except Unreadable:
            continue
        for chain in chains(tree):
            for node in own_expressions(chain[-1])[::10]:
                count += 1
                assert statements.around(node.lineno, node.col_offset) == chain
    assert count > 1000


def own_expressions(statement: ast.AST) -> list[ast.AST]:
    """The names, calls and literals of a statement, without those of statements in it and of f-strings."""
    found = []
    pending = [statement]
    while pending:
        node = pending.pop()
        # Positions within f-strings are wrong before Python 3.12.
        if isinstance(node, (ast.Name, ast.Constant, ast.Call)):
            found.append(node)
        for child in ast.iter_child_nodes(node) if not isinstance(node, ast.JoinedStr) else ():
            if not isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                pending.append(child)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_around_every_statement_of_real_files(part):
    """A statement, a handler and a case are found at the place where they start, behind `;` and `:` too."""
    for _, data in corpus.sources(part, PARTS * 6):
        try:
            statements, tree = statements_of(data)
        except Unreadable:
            continue
        for chain in chains(tree)[::3]:
            node = chain[-1]
            if isinstance(node, ast.match_case):
                assert statements.around(node.body[0].lineno, node.body[0].col_offset)[: len(chain)] == chain
            else:
                assert statements.around(node.lineno, node.col_offset) == chain


@pytest.mark.parametrize("part", range(PARTS))
def test_around_every_line_of_real_files(part):
    """By a line alone: the innermost one that holds it, and of those joined by `;` the first."""
    for _, data in corpus.sources(part, PARTS * 40):
        try:
            statements, tree = statements_of(data)
        except Unreadable:
            continue
        innermost: dict[int, list[ast.AST]] = {}
        # The innermost last; of those joined on a line the first last.
        for chain in sorted(chains(tree), key=lambda chain: (len(chain), -first_line(chain[-1]), -column(chain[-1]))):
            for line in range(first_line(chain[-1]), last_line(chain[-1]) + 1):
                innermost[line] = chain
        for line in range(1, data.count(b"\n") + 3):
            assert statements.around(line) == innermost.get(line, [])


def column(node: ast.AST) -> int:
    """Where a statement begins on its line, as far as it matters: a case shares its line with no other."""
    return 0 if isinstance(node, ast.match_case) else node.col_offset


def last_line(node: ast.AST) -> int:
    """The last line of a statement, a handler or a case."""
    return node.body[-1].end_lineno if isinstance(node, ast.match_case) else node.end_lineno


@pytest.mark.parametrize(
    ("text", "line", "offset", "expected"),
    [
        ("a; b; c\n", 1, None, "a"),
        ("a; b; c\n", 1, 3, "b"),
        ("a; b; c\n", 1, 5, "b"),
        ("a; b; c\n", 1, 100, "c"),
        ("x = '''\n'''; b; c\n", 2, None, "x = '\\n'"),
        ("x = '''\n'''; b; c\n", 2, 0, "x = '\\n'"),
        ("x = '''\n'''; b; c\n", 2, 6, "b"),
        ("if a: b; c\nelse: d\n", 1, 3, "if a:\n    b\n    c\nelse:\n    d"),
        ("if a: b; c\nelse: d\n", 1, 6, "b"),
        ("if a: b; c\nelse: d\n", 1, None, "b"),
        ("if a: b; c\nelse: d\n", 2, 6, "d"),
        ("if a:\n    b\n    # c\n", 3, None, None),
        ("if a:\n    b\n\n    c\n", 3, None, "if a:\n    b\n    c"),
        ("try: a\nexcept b: c\nfinally: d\n", 2, 7, "except b:\n    c"),
        ("try: a\nexcept b: c\nfinally: d\n", 2, 10, "c"),
        ("@d\n@e\ndef f(): a\n", 2, 1, "@d\n@e\ndef f():\n    a"),
        ("@d\n@e\ndef f(): a\n", 1, 0, "@d\n@e\ndef f():\n    a"),
        ("\n\na\n", 1, None, None),
        ("a\n", 9, 3, None),
    ],
)
def test_around(text, line, offset, expected):
    """The shapes that decide: several statements on a line, one that ends where the next begins, gaps."""
    statements, _ = statements_of(text)
    around = statements.around(line, offset)
    assert (ast.unparse(around[-1]).strip() if around else None) == expected


def test_long_elif_chains_cost_no_more_than_their_length():
    """A thousand branches are one look-up each: going down them one by one for every branch takes a minute."""
    text = "if a: b\n" + "elif c: d\n" * 900
    statements, _ = statements_of(text)
    started = time.process_time()
    for _ in range(10):
        for line in range(1, 902):
            assert len(statements.around(line, 8)) >= line
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "line", "first", "last"),
    [
        ("x = [\n1,\n2]\n", 2, 1, 3),
        ("@d\ndef f(\n    a,\n    b=1):\n    c\n", 3, 1, 4),
        ("@d\ndef f(\n    a,\n    b=1):\n    c\n", 5, 5, 5),
        ("with a as b, \\\n        c:\n    d\n", 2, 1, 2),
        ("for x in (\n    y):\n    z\nelse:\n    w\n", 2, 1, 2),
        ("if a:\n    b\n# c\nelse:\n    d\n", 3, 3, 3),
        ("try:\n    a\nexcept (\n    b):\n    c\n", 4, 3, 4),
        ("class A(\n    B,\n    m=c):\n    d\n", 3, 1, 3),
        ("while (a and\n       b):\n    c\n", 2, 1, 2),
        ("a\n\nb\n", 2, 2, 2),
    ],
)
def test_unit(text, line, first, last):
    """A unit is a simple statement, or a compound one's header; a line between statements stands alone."""
    statements, _ = statements_of(text)
    assert statements.unit(line) == (first, last)
