"""A site's libcst node is the place's own source, at the place's own position, or the site is unreadable: no third.

Judged against `ast`: the span of the node, and the source in it, are those of the `ast` node that the index nominated.
"""

from __future__ import annotations

import ast
import itertools
import os
import time

import corpus
import libcst
import pytest

from prodlint import cst
from prodlint.check import inspect_source
from prodlint.config import Overrides, load
from prodlint.facts import FileFacts
from prodlint.index import build, parse, plan_for
from prodlint.registry import Registry
from prodlint.rule import (
    Assignments,
    Calls,
    Classes,
    Comments,
    Docstrings,
    Functions,
    Handlers,
    Rule,
    Strings,
    WholeTree,
)
from prodlint.run import Checker
from prodlint.source import Source, Unreadable

PLAN = plan_for([Handlers(), Strings(), Assignments(), Comments(("todo",))])
PARTS = 8
EVERY = 9  # of the corpus's files, and of each file's places, one is looked at
SLOWEST = 2.0  # seconds of processor time for any one file


def facts(text: str | bytes) -> FileFacts:
    """The facts of one text."""
    data = text.encode() if isinstance(text, str) else text
    source = Source("m.py", data)
    return FileFacts(source, build(parse(source), PLAN), PLAN, "m.py")


def places(file: FileFacts) -> list[ast.AST]:
    """Every node that some visit could nominate, in order of place; calls are found by a walk of its own."""
    index = file.index
    found = [node for node, _ in itertools.chain(index.handlers, index.strings, index.assignments)]
    found += [scope.node for scope in index.scopes[1:]]
    found += [node for node in ast.walk(index.tree) if isinstance(node, ast.Call)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset, -node.end_lineno, -node.end_col_offset))


def within_f_strings(file: FileFacts) -> set[int]:
    """The nodes whose `ast` positions cannot be trusted: before Python 3.12, those inside f-strings."""
    if corpus.has(3, 12):
        return set()
    strings = [node for node, _ in file.index.strings if isinstance(node, ast.JoinedStr)]
    return {id(inner) for string in strings for inner in ast.walk(string) if inner is not string}


def assert_node(node: ast.AST, file: FileFacts, *, is_placed: bool = True) -> None:
    """Assert that a node's region holds its own source at its own place."""
    source = file.source
    region = cst.region_of(node, file)
    code = region.module.code_for_node(region.node)
    if not is_placed:
        assert ast.dump(ast.parse(f"({code}\n)", mode="eval").body) == ast.dump(node)
        return
    span, found = source.span(node), cst.span_of(region.node, region, None)
    if isinstance(node, ast.ClassDef):
        # Its body is cut away.
        assert region.node.name.value == node.name
        assert (found.line, found.column) == (span.line, span.column)
        return
    assert found == span
    text = source.slice(span)
    if isinstance(node, (ast.stmt, ast.ExceptHandler)):
        # libcst gives a statement out without the indentation around it.
        text, code = without_indentation(text), without_indentation(code)
    elif "\n" in text or "\r" in text:
        # Within brackets too it leaves out the indentation of the block.
        text, code = without_indentation(text), without_indentation(code)
    assert text in code


def without_indentation(text: str) -> str:
    """The text without what lines begin with; a form feed there may have become a space."""
    return "\n".join(line.lstrip(" \t\f") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


@pytest.mark.parametrize("part", range(PARTS))
def test_places_of_real_files(part):
    """Source and span of a place's libcst node are the place's, whatever stands around it in real code."""
    count = unreadable = 0
    for path, data in corpus.sources(part, PARTS * EVERY):
        try:
            file = facts(data)
        except Unreadable:
            continue
        untrusted = within_f_strings(file)
        for node in places(file)[part::EVERY]:
            count += 1
            try:
                assert_node(node, file, is_placed=id(node) not in untrusted)
            except Unreadable:
                unreadable += 1
            except AssertionError as error:
                pytest.fail(f"{path}:{node.lineno}: {type(node).__name__}: {error}")
    assert count > 100
    # libcst has faults that real code meets, but rarely: `except A :`.
    assert unreadable <= count / 200


SHAPES = {
    "elif": "if f(1):\n    g(2)\nelif f(3):\n    g(4)\nelif (\n    f(5)\n):\n    x = g(6)\nelse:\n    g(7)\n",
    "else: if": "if f(1):\n    g(2)\nelse:\n    if f(3):\n        g(4)\n    else:\n        g(5)\n",
    "else: if and more": "if a:\n    g(2)\nelse:\n    if f(3): g(4)\n    g(5)\n",
    "if 1": "if 1:\n    f(1)\nelif f(2):\n    f(3)\n",
    "if 1 indented": "def f():\n    if 1:\n        f(1)\n    elif f(2):\n        f(3)\n    else: f(4)\n",
    "elif on a name": "if a: pass\nelif_ = f(1)\nelif_(2)\n",
    "match": (
        "match f(0):\n    case A(1) if f(2): g(3)\n    case 'a' | \"b\": x = 'c'\n    case {'k': B(), **r}:\n"
        "        try: f(4)\n        except E(5): f('6')\n    case [1, (2, 3), *_]:\n        g(7)\n    case _: g(8)\n"
    ),
    "try": (
        "try:\n    f(1)\nexcept A(2): g(3)\nexcept (B, C('4')) as e:\n    g(5)\n"
        "    # last\nexcept: pass\nelse:\n    g(6)\n"
        "finally:\n    try: g(7)\n    except E: g(8)\n"
    ),
    "one-line suites": "if x: f(1); y = g(2)\nelse: f(3); f(4);\nfor i in f(5): f(6)\nelse: f(7)\nwhile f(8): f(9)\n",
    "class on one line": "class A(f(1), metaclass=g(2)): x = f(3); y = 'a'\nclass B: pass\nclass C(): 'doc'\n",
    "function on one line": "def f(a=g(1)) -> h('2'): return f(3)\nasync def k(): await f(4); return 'x'\n",
    "semicolons": "x = f(1); y = f(2) ; f(3);\n    \nz = '''a\nb'''; f(4); w = ('''c\nd'''); f(5)\n",
    "decorators": (
        "@f(1)\n@ g (2) # c\n@a.b(3).c('4')\nclass A:\n    @f(5)\n"
        "    # c @\n    @(g(6))\n    def m(self, x=f(7)): g(8)\n\n"
        "    @property\n    async def n(self): return f(9)\n\n    @h(10)\n    class B(f(11)): pass\n"
    ),
    "decorator in brackets": "@(\n    f(1)\n)\ndef g():\n    f(2)\n\n@(\n    f(1)\n)\nclass A(f(2)):\n    f(3)\n",
    "tabs": "class A:\n\tdef f(self):\n\t\tif x:\n\t\t\tf(1)\n\t\telif f(2):\n\t\t\tx = 'a'; f(3)\n",
    "tabs and blanks": "if a:\n    if b:\n\tf(1)\n\tx = f(2)\n    f(3)\n",
    "comments at odd places": (
        "def f():\n# a\n    x = f(1)\n  # b\n    if f(2):\n# c\n        # d\n        f(3)\n            # e\n"
        "    # f\n"
    ),
    "continuation": (
        "x = \\\n  f(1) + \\\n    g(2)\nif f(3) and \\\n   f(4): \\\n    f(5)\nwith f(6) as a, \\\n"
        "     f(7): pass\n"
    ),
    "non-ASCII": (
        "é = f('ü', 'é€😀'); g('ß', ü=h('😀')); ñ(1)\n"
        "class Ä(f('ö')):\n    x = 'é'; y = f(f'é{f(1)}é')\n"
    ),
    "strings": (
        "x = 'a' \"b\" r'c'\ny = (b'a'\n  # c\n  b'b')\nz = f'a' 'b' f'{f(1)}{\"x\"}' 'c'\n'''doc'''\n"
        "f('a' 'b')\n"
    ),
    "f-strings": (
        "x = f'{f(1)} {f(2)!r:>{f(3)}} {f(4):{f(5)}.{f(6)}} {{f(7)}}' f'{f(8)}' + g('s', f\"{h('t')}{f'{k(9)}'}\")\n"
        "y = f'''\n{f(1)}\n  {g(\n"
        "  h(2), f(3))}'''\nz = f'{a(b(1), k=c(2)) if d(3) else e(4)}{[f(5) for x in g(6)]}{x=}'\n"
    ),
    "with": (
        "with f(1) as a, g(2): pass\nwith (f(3) as a, g(4)): pass\nwith (f(5), g(6)) as b: x = f(7)\n"
        "with (f(8)): pass\n"
    ),
    "async": (
        "async def f():\n    async with f(1) as a: f(2)\n    async for x in f(3): await f(4)\n    else: f(5)\n"
        "    return [y async for y in f(6) if await f(7)]\n"
    ),
    "lambda": "x = lambda a=f(1), *b, c=f(2), **d: f(3)(f(4))\ny = [lambda: f(5), lambda a=lambda: f(6): f(7)]\n",
    "parameters": (
        "def f(a: g(1) = g(2), /, b=g(3), *args: g(4), c: g(5), d: g(6) = g(7), **k: g(8)) -> g(9): g(10)\n"
    ),
    "displays": (
        "x = {f(1): f(2), **f(3), 'k': [f(4), *f(5)], **{f(6): {f(7), f(8)}}}\n"
        "y = {f(1): f(2) for a in f(3) if f(4)}\n"
    ),
    "comprehensions": (
        "x = [f(1) for a in f(2) if f(3) if f(4) for b in f(5)]\n"
        "y = (f(1) for a in f(2)); z = g(f(3) for b in f(4))\n"
    ),
    "arguments": (
        "f(a(1), *b(2), k=c(3), *d(4), **e(5), m=g(6), **h(7))\nclass A(a(1), *b(2), k=c(3), **e(5)): pass\n"
    ),
    "conditional": "x = f(1) if f(2) else f(3) if f(4) else f(5)\n",
    "comparison": (
        "x = f(1) < f(2) <= f(3) is not f(4)\nassert f(5), f(6)\nraise f(7) from f(8)\n"
        "del f(9).x, f(10)[f(11)]\n"
    ),
    "walrus": "if (n := f(1)) and (m := g(n := h(2))): pass\nwhile x := f(3): f(4)\n",
    "subscripts": "x = f(1)[f(2):f(3):f(4), f(5)](f(6))[f(7)]\nx[f(1)] = y[f(2)] = f(3)\nx.y(f(4)).z += f(5)\n",
    "chains": "a.b(1).c(2)(3).d[f(4)].e(5)\n(a(1))(b(2))((c)(3))\n((f)((g)(1)))\n( f (1) . g (2) )\n",
    "annotations": "x: f(1) = f(2)\ny: 'str' = 'a'\nf(3).x: int = f(4)\nz: g('5')\n",
    "star targets": "a, *b[f(1)] = *f(2), f(3)\nfor x[f(4)], y in f(5), f(6): pass\nprint(*f(7), sep='a')\n",
    "yield": "def f():\n    x = yield f(1), f(2)\n    yield from f(3)\n    return (yield f(4))\n",
    "global": "def f():\n    global x; f(1); import a.b as c; f(2)\n    from a import (b, c); nonlocal_ = f(3)\n",
    "docstrings": (
        "'''m'''\nclass A:\n    '''c'''\n    def f(self):\n        \"\"\"f\n  two\n        \"\"\"\n"
        "    def g(self): '''g'''\n"
    ),
    "nested": (
        "def a():\n    def b():\n        class C:\n            def d(self):\n                for x in f(1):\n"
        "                    f('2')\n"
    ),
    "slash n in strings": "x = 'a\\nb'; y = f(1)\nz = '''a\\\nb'''; f(2)\n",
    "line separators": "x = 'a\u2028b\x85c'; f(1)\n# \u2028 c\nf('\x0c\x0b\x1c'); f(2)\n",
    "empty lines": "\n\n  \n\t\nf(1)\n\n   \n\n\ndef g():\n\n    f(2)\n\n  \n    \n\n\n",
    "no last newline": "def f():\n    x = f(1)  # c",
    "ellipsis and constants": "x = [..., None, True, 1, 1.0, 2j, b'', '', f'']\ndef f(): ...\n",
    "print": "print('a', f(1), end='')\nprint(f(2)) or exec('x')\nmatch = f(3); case = match(4); type = case('5')\n",
}  # fmt: skip
NEW_SHAPES = {
    (3, 11): {
        "except*": "try:\n    f(1)\nexcept* A(2) as e:\n    g('3')\nexcept* (B, C(4)): g(5)\nelse: f(6)\n",
        "star in subscript": "x[*f(1), f(2)] = f(3)\ndef f(*a: *g(1)): pass\n",
    },
    (3, 12): {
        "type parameters": (
            "def f[T: g(1), *U, **V](a: T = g(2)) -> g(3): g(4)\nclass A[T: (f(1), f(2))](f(3)): f(4)\n"
            "type X[T: f(1)] = f(2)\ndef h[T: 'a'](x: 'b'): 'c'\n"
        ),
        "quotes in f-strings": "x = f'{f('a')} {g(f'{h('b')!r:{k('c')}}')}' 'd' f'{'e'}'\n",
        "comments in f-strings": "x = f'''{\n    f(1)  # c\n} {\n    g('2')}'''\nf('3')\n",
    },
    (3, 13): {
        "defaults of type parameters": "def f[T = g(1), *U = *g(2)](a=g(3)): pass\nclass A[T: f(1) = f(2)]: pass\n"
    },
}
KNOWN = {
    **SHAPES,
    **{name: text for version, shapes in NEW_SHAPES.items() if corpus.has(*version) for name, text in shapes.items()},
}
FORMS = {
    "plain": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "in a block": lambda text: ("if a:\n" + indented(text)).encode(),
    "in a class by tabs": lambda text: ("class A:\n" + indented(text, "\t")).encode(),
    "in a method": lambda text: ("class Ä:\n  def f(self):\n" + indented(text, "     ")).encode(),
    "latin-1": lambda text: ("# coding: latin-1\n" + text).encode("latin-1", "replace"),
    "behind form feeds": lambda text: ("\f\n" + text.replace("\n\n", "\n\f\n")).encode(),
    "without last newline": lambda text: text.rstrip("\n").encode(),
}


def indented(text: str, by: str = "    ") -> str:
    """The text one level deeper; what stands in strings too, which are other strings then."""
    return "".join(by + line if line.strip() else line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_every_place_of_a_shape(text, form):
    """Each call, string, handler, assignment and definition of a shape has its own source and span, in every form."""
    try:
        file = facts(form(text))
    except Unreadable:
        pytest.skip("no Python in this form")
    untrusted = within_f_strings(file)
    assert places(file)
    for node in places(file):
        assert_node(node, file, is_placed=id(node) not in untrusted)


UNREADABLE = {
    "backslash opens a block": "def f():\n    \\\n    x = 1\n    return print(x)\n",
    "star behind a keyword in a class": "class A(k=1, *print(2)): pass\n",
    "annotation of brackets": "(z): int = print(1)\n",
    "blank before an except's colon": "try:\n    print(1)\nexcept A :\n    x = print(2)\n",
    "form feed within indentation": "def f():\n    x = 1\n  \f    print(x)\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_libcst_cannot_read(text):
    """Python that libcst 1.9 refuses or changes is a finding, and the other rule's findings stay."""
    checked = probed(text + "print('beside')\n")
    codes = [violation.code for violation in checked.violations]
    assert "PRD900" in codes
    assert codes.count("ABC002") >= 2


def seen_by(*rules: Rule, text: str):
    """The outcome of running rules of the test's own."""
    registry = Registry(rules)
    configuration = load(Overrides(), cwd=os.getcwd(), registry=registry, table={})
    settings = configuration.settings_for(os.path.join(os.getcwd(), "m.py"))
    inspection = Checker(configuration, registry, "2026-01-01").inspection
    return inspect_source(Source("m.py", text.encode()), "m.py", settings, inspection)


def probe(code: str, visits, check) -> Rule:
    """A rule that runs ``check``."""
    rule = Rule(name=code.lower(), code=code, family="probes", since="0", summary="", visits=visits)
    rule.check(check)
    return rule


def touch_node(site):
    """Report the source and the place of the site's libcst node."""
    node = site.node
    yield site.violation(site.region.module.code_for_node(node), span=site.span_of(node))


def touch_nothing(site):
    """Report the site, without a look at its tree."""
    yield site.violation("seen")


def probed(text: str):
    """The outcome of a rule that wants every node, and of one that wants none."""
    visits = (Calls(("print",)), Assignments(), Functions(), Handlers(), Classes())
    return seen_by(probe("ABC001", visits, touch_node), probe("ABC002", visits, touch_nothing), text=text)


MONSTERS = {
    "square brackets": lambda n: "x = " + "[" * n + "]" * n,
    "brackets": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "braces": lambda n: "x = " + "{1:" * n + "2" + "}" * n,
    "unary": lambda n: "x = " + "not " * n + "1",
    "minus": lambda n: "x = " + "-" * n + "1",
    "sum": lambda n: "x = " + "+".join(["1"] * n),
    "power": lambda n: "x = " + "**".join(["1"] * n),
    "or": lambda n: "x = " + " or ".join(["a"] * n),
    "and in or": lambda n: "x = " + " or ".join(["a and b"] * n),
    "comparison": lambda n: "x = " + "<".join(["a"] * min(n, 1000)),
    "calls": lambda n: "x = a" + ".b()" * n,
    "nested calls": lambda n: "x = " + "f(" * n + ")" * n,
    "attributes": lambda n: "x = a" + ".b" * n,
    "subscripts": lambda n: "x = a" + "[0]" * n,
    "elif": lambda n: "if a: x = 1\n" + "elif b: pass\n" * n + "elif print(2): x = print(3)",
    "lambda": lambda n: "x = " + "lambda: " * n + "0",
    "conditional": lambda n: "x = " + "a if b else " * n + "c",
    "comprehension": lambda n: "x = [a" + " for a in b" * n + "]",
    "conditions": lambda n: "x = [a for a in b" + " if c" * n + "]",
    "adjacent strings": lambda n: "x = (" + "\n'a'" * n + ")",
    "adjacent f-strings": lambda n: "x = (" + "\nf'{a}'" * n + ")",
    "dotted import": lambda n: "def f():\n import " + ".".join(["a"] * n),
    "from a dotted import": lambda n: "def f():\n from " + ".".join(["a"] * n) + " import b",
    "decorators": lambda n: "@d\n" * min(n, 1000) + "def f(): pass",
    "nested decorators": lambda n: "@" + "d(" * n + ")" * n + "\ndef f(): pass",
    "targets": lambda n: "x = " * min(n, 1000) + "1",
    "handlers": lambda n: "try: pass\n" + "except A: pass\n" * min(n, 1000),
    "statements of one line": lambda n: "; ".join(["x = 1" if i % 50 == 0 else "x" for i in range(n)]),
    "patterns of lists": lambda n: in_case("[" * n + "]" * n),
    "patterns of tuples": lambda n: in_case("(" * n + "a" + ",)" * n),
    "patterns of mappings": lambda n: in_case("{1:" * n + "a" + "}" * n),
    "patterns of classes": lambda n: in_case("A(" * n + ")" * n),
    "patterns in brackets": lambda n: in_case("(" * n + "1" + ")" * n),
    "patterns with brackets in strings": lambda n: in_case("(')'," * n + "a" + ")" * n),
    "alternatives": lambda n: in_case("|".join(["A()"] * min(n, 1000))),
    "deleted tuples": lambda n: "def f():\n del " + "(" * n + "a" + ",)" * n,
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(n)) + " " * n + "x = 1",
    "functions": lambda n: "".join(" " * i + "def f():\n" for i in range(min(n, 40))) + " " * n + "x = 1",
    "walrus": lambda n: "x = " + "(a := " * n + "1" + ")" * n,
    "union": lambda n: "x: " + "|".join(["A"] * n) + " = 1",
    "continuations": lambda n: "x = 1" + " + \\\n1" * n,
    "comments": lambda n: "x = [\n" + "# c\n" * n + "]",
}
SIZES = (12, 90, 190, 1000, 5000)


def in_case(pattern: str) -> str:
    """A function with a `match` on the pattern, and one more case."""
    return f"def f():\n match x:\n  case {pattern}: pass\n  case 1: pass"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", MONSTERS.values(), ids=MONSTERS)
def test_monsters(shape, size):
    """What libcst would die of, or never finish, is refused before libcst sees it, in time and as a finding."""
    started = time.process_time()
    checked = probed(shape(size) + "\n")
    assert time.process_time() - started < SLOWEST
    assert not checked.problems
    found = [violation.code for violation in checked.violations]
    nodes, sites = found.count("ABC001"), found.count("ABC002")
    # What Python itself cannot read no rule has seen; else the other rule's findings stay.
    assert found == ["PRD900"] or (sites > 0 and (nodes == sites) is ("PRD900" not in found))


@pytest.mark.parametrize(
    ("shape", "size", "codes"),
    [
        ("or", 300, ["ABC001"]),
        ("or", 9000, ["PRD900"]),
        ("patterns of mappings", 20, ["PRD900"]),
        ("deleted tuples", 30, ["PRD900"]),
        ("dotted import", 10_000, ["PRD900"]),
    ],
)
def test_whole_tree_is_guarded(shape, size, codes):
    """A visitor's whole tree is guarded as a statement is: the same shapes would kill it."""
    checked = seen_by(
        probe("ABC001", WholeTree(), lambda site: iter([site.violation(site.wrapper.module.code)])),
        text=MONSTERS[shape](size) + "\n",
    )
    assert [violation.code for violation in checked.violations] == codes
    assert not checked.problems


ENDS = ["", "\n", "\r", "\r\n", "\n\n   \n\t\n", "\n   ", "\r\r  \r", "\n\f\n", "\n# c  \n \n", "\n    # c", "\n\f"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("text", ["x = 1", "def f():\n    return 1  # c", "if a:\n  if b:\n    f()", ""])
def test_whole_tree(text, end):
    """A visitor gets the file, whatever white space it ends in: libcst loses some of it."""
    code = cst.whole_tree(facts(text + end)).module.code
    assert (text + end).startswith(code)
    assert not (text + end)[len(code) :].strip()


def test_whole_tree_positions():
    """Spans of a whole tree's nodes count as those of a region do."""
    text = "\n\nclass A:\n    def ü(self): é(1)\n"
    checked = seen_by(probe("ABC001", WholeTree(), functions_and_calls), text=text)
    assert [tuple(violation.span) for violation in checked.violations] == [(4, 5, 4, 22), (4, 18, 4, 22)]


def functions_and_calls(site):
    """Report every function and call, as a libcst visitor would."""
    pending = [site.wrapper.module]
    while pending:
        node = pending.pop()
        if isinstance(node, (libcst.FunctionDef, libcst.Call)):
            yield site.violation("here", span=site.span_of(node))
        pending += reversed(node.children)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("", ""),
        ("# a\n\n# b\n\nx = 1\n", "# a\n\n# b"),
        ("#!/bin/python\n'''Doc.\n\nMore.'''  # c\nx = 1\n", "#!/bin/python\n'''Doc.\n\nMore.'''  # c"),
        ("'doc'; x = (\n1)\n", "'doc'"),
        ("x = 1\n", ""),
        ("# a\n@d\ndef f(): pass\n", "# a"),
        ("# a\n('doc' # b\n 'c')\nx = 1", "# a\n('doc' # b\n 'c')"),
        ("# only\n", "# only"),
        ("\f\n# a\n1\n", " \n# a"),
        ("# a\r'''b\rc'''\r", "# a\r'''b\rc'''"),
    ],
)
def test_module_header(text, header):
    """A module's node is its comments and its docstring, cut before what stands behind the docstring."""
    file = facts(text)
    region = cst.region_of(file.index.tree, file)
    assert isinstance(region.node, libcst.Module)
    assert region.node.code.replace("\f", " ") == header
    assert (region.node.get_docstring() is None) == (ast.get_docstring(file.index.tree) is None)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("class A(B): # c\n    # d\n    x = 1\n    y = 2\n", "class A(B): # c\n    # d\n    pass"),
        ("class A: x = 1; y = 2\n", "class A: pass"),
        ("@d\nclass A:\n    'doc'\n    @p\n    def f(self): ...\n", "@d\nclass A:\n    pass"),
        ("@(\n d)\nclass A:\n    @(\n   p)\n    def f(self): ...\n", "@(\n d)\nclass A:\n    pass"),
        ("class A(\n  B,  # c\n):\n\n    x = [\n1]\n", "class A(\n  B,  # c\n):\n\n    pass"),
    ],
)
def test_class_header(text, header):
    """A class's node is its header with `pass` below, so that a class of a thousand lines costs no more than one."""
    file = facts(text)
    region = cst.region_of(file.index.scopes[1].node, file)
    assert region.module.code_for_node(region.node).rstrip("\n") == header


def test_a_long_body_is_not_parsed_for_its_header():
    """A call in a header costs the header: a decorator of a long class, the condition of a long branch."""
    body = "    x = print(1)\n" * 3000
    headers = [
        "@print(2)\nclass A(print(3)):",
        "if print(4):",
        "with print(5):",
        "def f(a=print(6)):",
        "while print(7):",
    ]
    file = facts("".join(f"{header}\n{body}" for header in headers))
    calls = [node for node in ast.walk(file.index.tree) if isinstance(node, ast.Call) and node.args[0].value != 1]
    assert len(calls) == 6
    for call in calls:
        assert len(cst.region_of(call, file).module.code) < 60


def test_many_places_of_one_statement():
    """The thousands of calls and strings of one table are parsed once: parsed for each they would take an hour."""
    text = "x = {\n" + "".join(f"    'k{number}': print('v{number}'),\n" for number in range(2000)) + "}\n"
    started = time.process_time()
    checked = seen_by(probe("ABC001", (Strings(), Calls(("print",))), touch_node), text=text)
    assert len(checked.violations) == 6000
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # TODO a\n",
        "# TODO a",
        "def f():\n\t# TODO a\n\tpass\n",
        "x = [  # c # TODO é\n]\n",
        "é = '😀'  # TODO a\r\ny = 1\r\n",
        "\f# TODO a\n",
    ],
)
def test_comment(text):
    """A comment's node is the comment, at its place, although no statement holds it."""
    (violation,) = seen_by(probe("ABC001", Comments(("todo",)), touch_node), text=text).violations
    assert Source("m.py", text.encode()).slice(violation.span) == violation.message
    assert violation.message.startswith("# TODO")


def test_docstrings_are_strings():
    """A docstring's node is its literal, of a module, a class and a function."""
    text = "'''TODO a'''\nclass A:\n    'TODO b'\n    def f(self): ('TODO'\n  ' c')\n"
    checked = seen_by(probe("ABC001", Docstrings(("todo",)), touch_node), text=text)
    assert [violation.message for violation in checked.violations] == ["'''TODO a'''", "'TODO b'", "('TODO'\n  ' c')"]


@pytest.mark.parametrize(
    "text",
    [
        "\fprint(1)\n",
        "x = 1\n\fprint(1)\n",
        "if a:\n    x = 1\n\f\n    print(1)\n",
        "print('''\n\f''')\n",
        "\f\fprint(1)\n",
        "x = 1; \fprint(1)\n",
    ],
)
def test_form_feeds(text):
    """libcst drops a form feed that opens a line: the place is right all the same, or it is said to be unreadable."""
    (violation,) = seen_by(probe("ABC001", Calls(("print",)), touch_node), text=text).violations
    if violation.code == "ABC001":
        assert Source("m.py", text.encode()).slice(violation.span) == violation.message


def test_form_feed_in_a_string_stays():
    """Where one form feed is dropped and another stands in a string, the string is never changed unnoticed."""
    file = facts("def f():\n\f\n    return print('''\n\fa''')\n")
    try:
        code = cst.region_of(file.index.scopes[1].node, file).module.code
    except Unreadable:
        return
    assert "\n\fa'''" in code


def test_nodes_of_other_trees_have_no_place():
    """A rule that asks for the place of a node of its own making is told at once."""

    def check(site):
        yield site.violation("", span=site.span_of(libcst.Name(site.node.func.value)))

    checked = seen_by(probe("ABC001", Calls(("print",)), check), text="print(1)\n")
    assert [problem.code for problem in checked.problems] == ["rule-crash"]
