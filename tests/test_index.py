"""One walk finds the sites of every position, follows aliases to their end, and survives whatever Python can parse."""

from __future__ import annotations

import ast
import contextlib
import re
import time

import corpus
import pytest

from prodlint.index import CHILDREN, build, holes, parse, plan_for
from prodlint.rule import Assignments, Calls, Comments, Docstrings, Handlers, Strings
from prodlint.source import Source, Unreadable

SLOWEST = 2.0  # seconds of processor time


def index_of(text: str, *visits):
    """The index of a text for some visits."""
    return build(parse(Source("m.py", text.encode())), plan_for(visits))


def lines_of_calls(text: str, *names: str) -> list[int]:
    """The lines of the nominated calls under these names and under their aliases, and of no others."""
    index = index_of(text, Calls(names))
    return sorted(node.lineno for places in index.calls.values() for node, _ in places)


POSITIONS = {
    "statement": "f()",
    "argument": "g(f())",
    "star argument": "g(*f())",
    "keyword argument": "g(a=f())",
    "double star": "g(**f())",
    "argument of itself": "f(1)",
    "called result": "f()()",
    "called result's attribute": "f().a.b",
    "attribute of a called attribute": "f().a.b(1).c",
    "subscripted": "f()[0]",
    "in a subscript": "a[f()]",
    "in a slice": "a[1:f():2, 3]",
    "method": "a.b.f()",
    "method of a call": "g().f()",
    "method of a string": "''.f()",
    "method of a subscript": "a[0].f()",
    "called subscript": "a[f()]()",
    "called lambda": "(lambda: f())()",
    "conditional call": "(a if f() else b)()",
    "walrus": "(a := f())",
    "walrus in a condition": "if (a := f()): pass",
    "assigned": "a = f()",
    "target's subscript": "a[f()] = 1",
    "target's attribute": "f().a = 1",
    "annotated": "a: int = f()",
    "annotation": "a: f()",
    "target of an annotation": "f().a: int",
    "augmented": "a += f()",
    "augmented target": "a[f()] += 1",
    "deleted": "del a[f()]",
    "returned": "def g(): return f()",
    "yielded": "def g(): yield f()",
    "yielded from": "def g(): yield from f()",
    "awaited": "async def g(): await f()",
    "raised": "raise f()",
    "cause": "raise a from f()",
    "asserted": "assert f()",
    "assertion's message": "assert a, f()",
    "if": "if f(): pass",
    "elif": "if a: pass\nelif f(): pass",
    "else": "if a: pass\nelse: f()",
    "while": "while f(): pass",
    "while's else": "while a: pass\nelse: f()",
    "for": "for a in f(): pass",
    "for's target": "for a[f()] in b: pass",
    "for's body": "for a in b: f()",
    "for's else": "for a in b: pass\nelse: f()",
    "async for": "async def g():\n  async for a in f(): pass",
    "with": "with f(): pass",
    "with's target": "with a as b[f()]: pass",
    "with's body": "with a: f()",
    "async with": "async def g():\n  async with f(): pass",
    "try": "try: f()\nfinally: pass",
    "handler": "try: pass\nexcept a: f()",
    "handler's type": "try: pass\nexcept f(): pass",
    "try's else": "try: pass\nexcept a: pass\nelse: f()",
    "finally": "try: pass\nfinally: f()",
    "match": "match f():\n  case 1: pass",
    "guard": "match a:\n  case 1 if f(): pass",
    "case": "match a:\n  case 1: f()",
    "cases with constants": "match a:\n  case True: f()\n  case None | False: pass",
    "cases of all kinds": "match a:\n  case {'k': [*_, b.C(x=1)], **r} | -1 | (1+2j) | ('a' as s): f()",
    "binary": "a + f()",
    "unary": "-f()",
    "boolean": "a and f()",
    "comparison": "a < b < f()",
    "conditional": "a if b else f()",
    "list": "[f()]",
    "tuple": "(a, f())",
    "set": "{f()}",
    "starred": "[*f()]",
    "dictionary's key": "{f(): 1}",
    "dictionary's value": "{1: f()}",
    "dictionary merged": "{**f()}",
    "list comprehension": "[f() for a in b]",
    "set comprehension": "{f() for a in b}",
    "generator": "(f() for a in b)",
    "dictionary comprehension": "{f(): 1 for a in b}",
    "dictionary comprehension's value": "{1: f() for a in b}",
    "comprehension's source": "[a for a in f()]",
    "comprehension's condition": "[a for a in b if f()]",
    "comprehension's second source": "[a for a in b for c in f()]",
    "lambda": "lambda: f()",
    "lambda's default": "lambda a=f(): a",
    "lambda's keyword default": "lambda *, a=f(): a",
    "f-string": "f'{f()}'",
    "f-string's format": "f'{a:{f()}}'",
    "f-string's format's format": "f'{a:{b:{f()}}}'" if corpus.has(3, 12) else "f'{a:{f()}}'",
    "nested f-string": "f'{f\"{f()}\"}'",
    "joined f-string": "'a' f'{f()}' 'b'",
    "decorator": "@f()\ndef g(): pass",
    "decorator of a class": "@a\n@f()\nclass A: pass",
    "default": "def g(a=f()): pass",
    "keyword default": "def g(*, a=f()): pass",
    "positional default": "def g(a=f(), /): pass",
    "parameter's annotation": "def g(a: f()): pass",
    "annotations of stars": "def g(*a: f(), **k: b): pass",
    "annotation of double star": "def g(**k: f()): pass",
    "keyword's annotation": "def g(*, a: f()): pass",
    "positional's annotation": "def g(a: f(), /): pass",
    "result's annotation": "def g() -> f(): pass",
    "base": "class A(f()): pass",
    "metaclass": "class A(metaclass=f()): pass",
    "class body": "class A: f()",
    "method's body": "class A:\n  def g(self): f()",
    "nested function": "def g():\n  def h():\n    def i(): f()",
    "class in a function": "def g():\n  class A:\n    a = f()",
    "async function": "async def g(): f()",
    "after a docstring": "'''doc'''; f()",
    "print-like": "f ()",
    "in brackets": "((f)())",
    "ellipsis before": "...; f()",
}
NEW_POSITIONS = {
    (3, 11): {"except*": "try: pass\nexcept* f(): pass", "star in a subscript": "a[*f()]"},
    (3, 12): {
        "bound": "def g[T: f()](): pass",
        "bound of a class": "class A[T: f()]: pass",
        "alias": "type A = f()",
        "alias's bound": "type A[T: f()] = int",
    },
    (3, 13): {"default of a type parameter": "class A[T = f()]: pass"},
}
KNOWN = {
    **POSITIONS,
    **{name: text for version, more in NEW_POSITIONS.items() if corpus.has(*version) for name, text in more.items()},
}


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_call_in_every_position(text):
    """A call is found once wherever it can stand; short cuts of the walk leave out fields on purpose."""
    index = index_of(text + "\n", Calls(("f",)))
    assert [len(places) for places in index.calls.values()] == [1]
    ((found, _),) = index.calls["f"]
    assert isinstance(found, ast.Call)


REPLACEABLE = {name: text for name, text in KNOWN.items() if re.search(r"(?<![.\w])f\(\)", text) and "f'" not in text}


@pytest.mark.parametrize("text", REPLACEABLE.values(), ids=REPLACEABLE)
def test_alias_in_every_position(text):
    """The same holds for a name bound by `:=`, which another branch of the walk sees."""
    assert "p" in index_of(text.replace("f()", "(p := print)") + "\n", Calls(("print",))).aliases


@pytest.mark.parametrize("text", REPLACEABLE.values(), ids=REPLACEABLE)
def test_string_in_every_position(text):
    """The same holds for strings, which the walk passes over where no rule wants them."""
    strings = index_of(text.replace("f()", "('needle')") + "\n", Strings()).strings
    assert [node.value for node, _ in strings].count("needle") == 1


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_scope_of_every_position(text):
    """A site knows the function or class whose names it sees, as the symbol table's owner of the code would be."""
    index = index_of(text + "\n", Calls(("f",)))
    ((call, scope),) = index.calls["f"]
    owners = [node for node in ast.walk(index.tree) if hasattr(node, "decorator_list") and holds_in_body(node, call)]
    assert scope.node is (owners[-1] if owners else index.tree)
    assert scope.qualified == ".".join(owner.name for owner in owners)


def holds_in_body(definition: ast.AST, node: ast.AST) -> bool:
    """Whether a node is part of a definition's body, not of what stands around it."""
    return any(inner is node for statement in definition.body for inner in ast.walk(statement))


def test_strings_are_whole():
    """An f-string is one site; its constant parts and its format specifications are none of their own."""
    text = "x = f'a{b!r:>{c}d}e' 'f' f'{\"g\"}'\ny = 'h' 'i'\nz = b'j'\nw = 1, ..., None\n"
    found = [node for node, _ in index_of(text, Strings()).strings]
    kinds = sorted((type(node).__name__, getattr(node, "value", "")) for node in found if node.lineno == 1)
    assert kinds == [("Constant", "g"), ("JoinedStr", "")]
    assert sorted(str(node.value) for node in found if node.lineno > 1) == ["b'j'", "hi"]


def test_holes_in_source_order():
    """The fields of an f-string come in order, a format's own fields after what they format."""
    string = ast.parse("f'{a:{b}{c:{d}}}{e}'" if corpus.has(3, 12) else "f'{a:{b}{c}{d}}{e}'").body[0].value
    assert [hole.id for hole in holes(string)] == ["a", "b", "c", "d", "e"]


def test_handlers_and_assignments():
    """Every clause and every assignment with a value is found; a bare annotation gives none."""
    text = "try:\n  a = 1\nexcept A:\n  b: int\nexcept:\n  c: int = 2\n  d += 3\n  (e := 4)\n"
    index = index_of(text, Handlers(), Assignments())
    assert sorted(node.lineno for node, _ in index.handlers) == [3, 5]
    assert sorted(node.lineno for node, _ in index.assignments) == [2, 6, 7]


@pytest.mark.parametrize("visits", [(), (Strings(),), (Assignments(),), (Handlers(),), (Docstrings(("a",)),)])
def test_walk_survives_every_node_class(visits):
    """Whatever else is asked for, the walk knows every field that can hold a node, in real files too."""
    for _, data in corpus.sources(1, 60):
        try:
            tree = parse(Source("m.py", data))
        except Unreadable:
            continue
        index = build(tree, plan_for([Calls(("len", "join")), *visits]))
        expected = sum(
            isinstance(node, ast.Call)
            and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in ("len", "join")
            for node in ast.walk(tree)
        )
        assert sum(len(index.calls.get(name, ())) for name in ("len", "join")) == expected


UNVISITED = (ast.operator, ast.boolop, ast.unaryop, ast.cmpop, ast.expr_context, ast.alias, ast.type_ignore)


def test_children_table_covers_the_grammar():
    """Every field that the grammar gives a node is followed, or known to hold none: a new one must be looked at."""
    for node_class, fields in CHILDREN.items():
        assert set(fields) <= set(node_class._fields)
    for _, data in corpus.sources(2, 40):
        try:
            tree = parse(Source("m.py", data))
        except Unreadable:
            continue
        for node in ast.walk(tree):
            for field, value in ast.iter_fields(node):
                values = value if isinstance(value, list) else [value]
                skipped = (
                    ast.operator,
                    ast.boolop,
                    ast.unaryop,
                    ast.cmpop,
                    ast.expr_context,
                    ast.alias,
                    ast.type_ignore,
                )
                if any(isinstance(item, ast.AST) and not isinstance(item, skipped) for item in values):
                    assert field in CHILDREN[type(node)], f"{type(node).__name__}.{field}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("from builtins import print as p\np()\n", [2]),
        ("p = print\nq = p\nr = q\nr()\nq()\n", [4, 5]),
        ("r()\nr = q\nq = p\np = print\n", [1]),
        ("self.out = print\nself.out()\nout()\n", [2, 3]),
        ("a, b = print, len\na()\nb()\n", [2, 3]),
        ("[a] = [print]\na()\n", [2]),
        ("(a, *b), c = (print, 1), 2\na()\nb()\nc()\n", [2, 3, 4]),
        ("a = b = print\na()\nb()\n", [2, 3]),
        ("a = x if y else print\na()\n", [2]),
        ("a = x or print\na()\n", [2]),
        ("a: object = print\na()\n", [2]),
        ("(a := print)\na()\n", [2]),
        ("f(a := print)\na()\nf()\n", [2]),
        ("import module.print as p\np()\n", [2]),
        ("from a import b as c\nc()\n", []),
        ("p = printer\np()\n", []),
        ("p = f(print)\np()\n", []),
        ("a = b\nb = a\na()\n", []),
        ("a = b\nb = a\nb = print\na()\n", [4]),
        ("print = 1\nprint()\n", [2]),
    ],
)
def test_aliases(text, lines):
    """A name bound to a wanted one is wanted too, whatever the order; others are not, or every call would be a site."""
    assert lines_of_calls(text, "print") == lines


def test_long_alias_chains_are_not_followed_for_ever():
    """A chain longer than any resolution of names costs a bounded number of walks; one for each link takes minutes."""
    lines = ["a0 = print", *(f"a{number} = a{number - 1}" for number in range(1, 5000)), "a3()", "a4999()"]
    started = time.process_time()
    assert 5001 in lines_of_calls("\n".join(lines) + "\n", "print")
    assert time.process_time() - started < SLOWEST


@pytest.mark.parametrize(
    ("text", "is_wanted"),
    [
        ('x = "SELECT 1"', True),
        ("x = 'drop Table t'", True),
        ('x = "drop tables"', True),
        ("from table import selected", False),
        ('x = "the table"', False),
    ],
)
def test_strings_are_collected_where_a_word_stands(text, is_wanted):
    """What words share is looked for first; it makes none of them."""
    plan = plan_for([Strings(("select ", "select\n", "drop table", "alter table"))])
    found = build(ast.parse(text), plan, text.encode()).strings
    assert bool(found) is is_wanted


def test_comment_pattern_is_anchored():
    """A comment matters by how it begins; one that merely holds the word is no hit."""
    pattern = re.compile(plan_for([Comments(("todo",))]).comments)
    for hit in (
        b"# TODO",
        b"#todo",
        b"#: @ToDo",
        b"# - todo",
        b"#!-todo",
        b"x = 1  # TODO",
        b"# NoQA",
        b"#\tprodlint: a",
    ):
        assert pattern.search(hit), hit
    for miss in (b"# a todo", b"todo", b"# x # y", b"#\n todo", b"# \xc2\xa0", b"# mastodon"):
        assert not pattern.search(miss), miss


MONSTERS = {
    "brackets": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "unary": lambda n: "x = " + "not " * n + "1",
    "minus": lambda n: "x = " + "-" * n + "1",
    "sum": lambda n: "x = " + "+".join(["1"] * n),
    "calls": lambda n: "x = a" + ".b()" * n,
    "attributes": lambda n: "x = a" + ".b" * n + "()",
    "elif": lambda n: "if a: pass\n" + "elif b: print()\n" * n,
    "lambda": lambda n: "x = " + "lambda: " * n + "0",
    "nested f-strings": lambda n: "x = " + "f'{" * n + "1" + "}'" * n if corpus.has(3, 12) else "x = f'{f\"{1}\"}'",
    "format specifications": lambda n: "x = f'{a:" + "{b:" * n + "}" * n + "}'",
    "decorators": lambda n: "@d\n" * n + "def f(): pass",
    "conditional": lambda n: "x = " + "a if b else " * n + "c",
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(n)) + " " * n + "pass",
    "patterns": lambda n: "match a:\n  case " + "[" * n + "]" * n + ": pass",
    "exceptions": lambda n: "try: pass\nexcept " + "+".join(["A"] * n) + ": pass",
    "main guards": lambda n: "if " + " and ".join(["a"] * n) + ":\n  print()",
    "assigned chains": lambda n: "p = print" + ".a" * n + "\np()",
    "strings": lambda n: "x = (" + "\n'a'" * n + ")",
    "spaces": lambda n: "x = " + " " * n + "1",
    "backslashes": lambda n: "x = 1" + " + \\\n 1" * n,
    "semicolons": lambda n: "x; " * n,
    "comments": lambda n: "# TODO\n" * n,
    "marks": lambda n: "#" * n + " TODO",
    "marks and words": lambda n: "# " * n,
}
SIZES = (50, 500, 5_000, 50_000, 200_000)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", MONSTERS.values(), ids=MONSTERS)
def test_monsters(shape, size):
    """Nesting and chains of any length are walked or refused in time: a crash would take all other files along."""
    if shape is MONSTERS["blocks"]:
        size = min(size, 2000)  # the text itself grows with the square
    started = time.process_time()
    with contextlib.suppress(Unreadable):
        index_of(shape(size) + "\n", Calls(("print",)), Strings(), Handlers(), Assignments())
    assert time.process_time() - started < SLOWEST


@pytest.mark.parametrize("size", [50, 500, 3_000, 30_000])
@pytest.mark.parametrize("shape", MONSTERS.values(), ids=MONSTERS)
def test_monsters_in_all_rules(shape, size):
    """The rules and the facts survive what the walk survives, without a crash of any rule."""
    from prodlint import check_source

    if shape is MONSTERS["blocks"]:
        size = min(size, 2000)
    started = time.process_time()
    report = check_source(shape(size) + "\n", "m.py", config={})
    assert not report.problems
    assert time.process_time() - started < SLOWEST


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = (\n", "syntax error"),
        (b"x = 1\n  y = 2\n", "syntax error"),
        (b"\x00", ""),
        (b"x = '\xff'\n", ""),
        (b"# coding: nonsense\n", ""),
        (b"\xff\xfex\x00", ""),
        (b"x = 1 \\", "syntax error"),
        (b"'\\ud800'; x = (", "syntax error"),
        (b"print 'a'\n", "syntax error"),
    ],
)
def test_what_python_cannot_read(data, reason):
    """What Python cannot parse is unreadable with a reason, never an exception of another kind."""
    with pytest.raises(Unreadable) as caught:
        parse(Source("m.py", data))
    assert caught.value.reason.startswith(reason)
