"""The texts that string expressions make: every way of making them, every way to them, bounded whatever the input."""

from __future__ import annotations

import time

import pytest

from prodlint.facts import FileFacts, OriginKind
from prodlint.facts.pieces import MOST_ALTERNATIVES
from prodlint.index import build, parse, plan_for
from prodlint.rule import Calls
from prodlint.source import Source

PLAN = plan_for([Calls(("show",))])


def file_of(text: str) -> FileFacts:
    """The facts of a file with this text."""
    source = Source("m.py", text.encode())
    return FileFacts(source, build(parse(source), PLAN), PLAN, "m.py")


def shown(text: str) -> list[str]:
    """The values of the argument of the last call of `show`: holes as `{text}`, numbers as `#`."""
    file = file_of(text)
    node, scope = max(file.index.calls["show"], key=lambda place: place[0].lineno)
    built = file.templates.built(node.args[0], scope)
    return ["".join(map(piece_text, template.pieces)) for template in built.templates]


def piece_text(piece) -> str:
    """A piece of a template as these tests write it."""
    if isinstance(piece, str):
        return piece
    marks = {OriginKind.NUMBER: "#", OriginKind.CHECKED: "!"}
    return marks.get(piece.origin.kind) or "{" + piece.text + "}"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a' 'b'", "ab"),
        ("f'a {x} b'", "a {x} b"),
        ("f'{x!r} {x:>3} {x:d} {x:.2f}'", "{x} {x} # #"),
        ("f'{x:{w}}'", "{x}"),
        ("f'a {f\"b {x}\"}'", "a b {x}"),
        ("'a %s b' % x", "a {x} b"),
        ("'%s %d %% %(y)s' % (x, x)", "{x} # % {}"),
        ("'%(a)s %(b)s' % {'a': x, 'b': 1}", "{x} 1"),
        ("'%(a)s' % y", "{y[a]}"),
        ("'%*d %s' % (3, x, y)", "# {y}"),
        ("'{} {}'.format(x, 'y')", "{x} y"),
        ("'{1} {0} {a}'.format(x, y, a=1)", "{y} {x} 1"),
        ("'{a.b} {a[0]}'.format(a=x)", "{x.b} {x[0]}"),
        ("'{:d} {:,}'.format(x, y)", "# #"),
        ("'{a}'.format(**{'a': x})", "{x}"),
        ("'{x}'.format(**locals())", "{x}"),
        ("'{{}} {}'.format(x)", "{} {x}"),
        ("'{a}'.format_map({'a': x})", "{x}"),
        ("str.format('{}', x)", "{x}"),
        ("'a' + x + 'b'", "a{x}b"),
        ("'a' + str(x)", "a{str(…)}"),
        ("', '.join(['a', x])", "a, {x}"),
        ("', '.join('?' * len(x))", "?"),
        ("', '.join(['%s'] * len(x))", "%s"),
        ("', '.join('?' for _ in x)", "?"),
        ("', '.join(f'{k} = ?' for k in ('a', 'b'))", "a = ?, b = ?"),
        ("', '.join(k + ' = ?' for k in x)", "{k} = ?"),
        ("', '.join(map(str, x))", "{x[]}"),
        ("', '.join(str(int(k)) for k in x)", "#"),
        ("', '.join(map(int, x))", "#"),
        ("', '.join(sorted({'a': 1}))", "a"),
        ("', '.join(map(lambda k: k + '!', ['a', 'b']))", "a!, b!"),
        ("', '.join(x)", "{x}"),
        ("'a @x b'.replace('@x', x)", "a {x} b"),
        ("x.replace('a', 'b')", "{x}"),
        ("(' a ' + x + ' ').strip()", "a {x}"),
        ("('a, ' * 2)[:-2]", "a, a"),
        ("('?, ' * len(x)).rstrip(', ')", "?"),
        ("f'a {x}'.upper()", "A {x}"),
        ("f'a {x}'.encode().decode()", "a {x}"),
        ("x if 0 else 'b'", "b"),
        ("(z := 'a' + x)", "a{x}"),
        ("f'{len(x)} {int(x)} {1 < 2} {x - 1} {-x}'", "# # True # #"),
        ("f'{3} {None} {True}'", "3 None True"),
        ("x % 3", "#"),
    ],
)
def test_every_way_to_make_a_text(expression, value):
    """Formatting, adding, joining and replacing give literal pieces and the holes between them."""
    assert shown(f"def f(x, y):\n    show({expression})\n") == [value]


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("q = 'a' + x\nshow(q)", ["a{x}"]),
        ("q = 'a'\nif x:\n    q = 'b' + x\nshow(q)", ["a", "b{x}"]),
        ("q = 'a'\nif x:\n    q += x\nshow(q)", ["a", "a{x}"]),
        ("q = x\nq = 'a'\nshow(q)", ["a"]),
        ("q = 'a'\nfor k in x:\n    q += k\nshow(q)", ["a", "a{k}"]),
        ("for k in ('a', 'b'):\n    show(k)", ["a", "b"]),
        ("for k, v in [('a', 1), ('b', 2)]:\n    show(f'{k}{v}')", ["a1", "a2", "b1", "b2"]),
        ("for n, k in enumerate(['a']):\n    show(f'{n}{k}')", ["#a"]),
        ("for k, v in {'a': 'b'}.items():\n    show(k + v)", ["ab"]),
        ("for k, v in zip(('a',), x):\n    show(f'{k}')", ["a"]),
        ("p = ['a']\np.append(x)\np += ['b']\nshow(' '.join(p))", ["a b {x}"]),
        ("a, b = 'x', y\nshow(a + b)", ["x{b}"]),
        ("t = {'a': 'b' + x, 'c': 'd'}\nshow(t[y])", ["b{x}", "d"]),
        ("t = {'a': 'b'}\nshow(t.get(y, x))", ["b", "{x}"]),
        ("t = ('a', 'b')\nshow(t[0])", ["a"]),
        ("q = 'a' if y else x\nshow(q)", ["a", "{x}"]),
        ("q = x or 'a'\nshow(q)", ["{x}", "a"]),
        ("def g():\n    show(x)", ["{x}"]),
        ("show((lambda k: k)(x))", ["{…}"]),
        ("from string import Template\nshow(Template('a $x ${y} $$').substitute(x=x, y='b'))", ["a {x} b $"]),
        ("from textwrap import dedent\nshow(dedent('a') + x)", ["a{x}"]),
        ("if not x.isdigit():\n    return\nshow('a' + x)", ["a#"]),
        ("if x not in ('a', 'b'):\n    raise ValueError\nshow('a' + x)", ["a!"]),
        ("if x in ('a', 'b'):\n    show('a' + x)", ["a!"]),
        ("if x not in ('a', 'b'):\n    print(x)\nshow('a' + x)", ["a{x}"]),
        ("if x not in ('a', 'b'):\n    x = 'a'\nshow('a' + x)", ["aa", "a!"]),
        ("if x not in ('a', 'b'):\n    raise ValueError\nx = y\nshow('a' + x)", ["a{x}"]),
        ("assert isinstance(x, int)\nshow('a%s' % x)", ["a#"]),
    ],
)
def test_every_way_to_a_text(body, values):
    """Names, branches, loops, tables, lists and checks lead to the values that may get there, and to no others."""
    indented = "\n".join("    " + line for line in body.split("\n"))
    assert sorted(shown(f"def f(x, y):\n{indented}\n")) == sorted(values)


def test_functions_of_the_module():
    """A call's result is what the function returns for its arguments; a private parameter is what callers pass."""
    text = (
        "def _make(table, *, limit=3):\n    return f'FROM {table} LIMIT {limit}'\n"
        "def _pair(x):\n    return 'a' + x, 1\n"
        "def _run(q):\n    show(q)\n"
        "def go(x):\n    w, n = _pair(x)\n    _run(_make('t') + w)\n"
    )
    file = file_of(text)
    node, scope = file.index.calls["show"][0]
    (template,) = file.templates.built(node.args[0], scope).templates
    assert "".join(map(piece_text, template.pieces)) == "FROM t LIMIT 3a{x}"
    assert template.holes[0].passed is not None, "the text is handed over by another function"


def test_attributes_of_classes():
    """`self.x` is what the class and its methods give it, a property what it returns, a base's constant is found."""
    text = (
        "class B:\n    table = 't'\n"
        "class C(B):\n    def __init__(self, name):\n        self.name = name\n        self.where = 'a' + name\n"
        "    @property\n    def q(self):\n        return f'{self.table} {self.where} {self.name}'\n"
        "    def f(self):\n        show(self.q)\n"
    )
    assert shown(text) == ["t a{name} {self.name}"]


def test_literals_tell_what_a_text_is_made_of():
    """A rule can tell that a string somewhere reaches a call, through whatever."""
    file = file_of("def f(x):\n    q = 'a'\n    q += f'b {x}'\n    r = 'c'\n    show(q)\n")
    node, scope = file.index.calls["show"][0]
    body = file.index.scopes[1].node.body
    literals = file.templates.built(node.args[0], scope).literals
    assert [statement.value in literals for statement in body[:3]] == [True, True, False]


def test_alternatives_are_bounded_and_keep_every_hole():
    """Of the many values that branches make, so many are kept that each hole is in one of them."""
    branches = "".join(f"    if y:\n        q += x[{n}]\n" for n in range(7))
    file = file_of(f"def f(x, y):\n    q = 'a'\n{branches}    show(q)\n")
    node, scope = file.index.calls["show"][0]
    templates = file.templates.built(node.args[0], scope).templates
    assert len(templates) <= MOST_ALTERNATIVES
    assert {hole.text for template in templates for hole in template.holes} == {f"x[{n}]" for n in range(7)}


HOSTILE = {
    "doubling": lambda n: (
        "".join(f"def f{k}(x):\n    return f{k + 1}(x) + f{k + 1}(x)\n" for k in range(n))
        + f"def f{n}(x):\n    return x\n"
        "def g(x):\n    show(f0(x))\n"
    ),
    "recursion": lambda n: (
        "def f(x):\n    return 'a' + f(x) + g(x)\ndef g(x):\n    return f(x)\ndef h(x):\n    show(f(x))\n"
    ),
    "copies": lambda n: (
        "def f(x):\n    q0 = x\n" + "".join(f"    q{k + 1} = q{k} + q{k}\n" for k in range(n)) + f"    show(q{n})\n"
    ),
    "branches": lambda n: (
        "def f(x):\n    q = ''\n"
        + "".join(f"    if x:\n        q += f'{{x}}{k}'\n" for k in range(n))
        + "    show(q)\n"
    ),
    "sum": lambda n: "def f(x):\n    show(" + " + ".join(["x", "'a'"] * (n // 2)) + ")\n",
    "calls": lambda n: "def f(x):\n    q = 'a' + x\n" + "    show(q)\n" * n,
    "fields": lambda n: "def f(x):\n    show(f'" + "{x}" * n + "')\n",
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_bounded_time(shape):
    """Code that makes its text in exponentially or quadratically many ways gets an answer all the same."""
    file = file_of(HOSTILE[shape](400))
    started = time.perf_counter()
    for node, scope in file.index.calls["show"]:
        file.templates.built(node.args[0], scope)
    assert time.perf_counter() - started < 6
