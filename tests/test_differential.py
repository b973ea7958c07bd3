"""The index misses nothing: every rule run on every node finds what it finds on the sites that the index nominates.

The exhaustive side shares no code with the index: its own walk over all fields of all nodes gives every call,
handler and definition with its scope, and `tokenize` the comments. Rules run with options that make them say the most.
"""

from __future__ import annotations

import ast
import io
import itertools
import os
import re
import tokenize

import corpus
import pytest

from prodlint.check import Site, inspect_source
from prodlint.config import Overrides, load
from prodlint.facts import Comment, FileFacts
from prodlint.index import Index, Scope, build, holes, parse
from prodlint.registry import built_in
from prodlint.rule import (
    Assignments,
    Calls,
    Classes,
    Comments,
    Docstrings,
    Functions,
    Handlers,
    Module,
    Secrets,
    Strings,
)
from prodlint.run import Checker
from prodlint.source import Source

CONFIG = {
    "contexts": {"production": ["*"]},
    "rules": {
        "swallowed-exception": {"typed": True},
        "incomplete-docstring": {"require-sections": True},
        "todo-comment": {"docstrings": True},
        "unstructured-log": {"style": "structlog"},
    },
}
REGISTRY = built_in()
CONFIGURATION = load(Overrides(), cwd=os.getcwd(), registry=REGISTRY, table=CONFIG)
INSPECTION = Checker(CONFIGURATION, REGISTRY, "2026-01-01").inspection
SETTINGS = CONFIGURATION.settings_for(os.path.join(os.getcwd(), "package", "module.py"))
PATH = "package/module.py"
PARTS = 12
LEAST = 2000


@pytest.mark.parametrize("part", range(PARTS))
def test_index_misses_nothing_in_real_files(part):
    """Sites of the index and all nodes give the same findings; an over-eager filter in the walk would lose some."""
    compared = sum(assert_same(data, path) for path, data in corpus.sources(part, PARTS))
    assert compared >= LEAST // PARTS, "this Python comes with too few files to prove anything"


def assert_same(data: bytes, name: str) -> bool:
    """Assert that the indexed and the exhaustive run find the same; False for a file that neither can read."""
    indexed = found_by_index(data)
    if [finding[0] for finding in indexed] == ["PRD900"]:
        return False
    exhaustive = found_on_every_node(data)
    missed = [finding for finding in exhaustive if finding not in indexed]
    extra = [finding for finding in indexed if finding not in exhaustive]
    assert not missed, f"{name}: the index misses {missed[:3]}"
    assert not extra, f"{name}: only indexed sites give {extra[:3]}"
    assert len(indexed) == len(exhaustive), f"{name}: one is found more often than the other"
    return True


def found_by_index(data: bytes) -> list[tuple]:
    """What the engine finds, whether or not a comment hides it."""
    checked = inspect_source(Source("m.py", data), PATH, SETTINGS, INSPECTION)
    assert not checked.problems, checked.problems
    return sorted(
        key(violation) for violation in checked.violations if violation.family != "tool" or violation.code == "PRD900"
    )


def key(violation) -> tuple:
    """What makes two findings the same one."""
    return violation.code, tuple(violation.span or ()), violation.message, violation.fingerprint


def found_on_every_node(data: bytes) -> list[tuple]:
    """What the rules find when they are run on all nodes of the kinds they visit."""
    source = Source("m.py", data)
    index = exhaustive_index(parse(source))
    file = FileFacts(source, index, INSPECTION.plan(SETTINGS), PATH)
    nodes = {
        Calls: list(itertools.chain.from_iterable(index.calls.values())),
        Handlers: index.handlers,
        Functions: [(scope.node, scope) for scope in index.scopes if scope.kind == "function"],
        Classes: [(scope.node, scope) for scope in index.scopes if scope.kind == "class"],
        Module: [(index.tree, index.scopes[0])],
        Assignments: index.assignments,
        Strings: index.strings,
        Docstrings: docstrings(index),
        Comments: [(comment, index.scopes[0]) for comment in comments(source)],
        Secrets: file.secrets.places,  # the walk has no part in them; `tests/test_secrets.py` compares their gate
    }
    found = []
    for active in SETTINGS.active:
        rule = active.rule
        for kind in {type(visit) for visit in rule.visits} if rule.check_function else ():
            visits = [visit for visit in rule.visits if type(visit) is kind]
            for node, scope in nodes[kind]:
                if any(is_promised(visit, node) for visit in visits):
                    site = Site(node, scope, file, active, SETTINGS, "2026-01-01")
                    found += [key(violation) for violation in rule.check_function(site)]
    return sorted(found)


def is_promised(visit, node) -> bool:
    """Whether a node keeps what the visit promises its rule about every node; names are a mere pre-selection."""
    match visit:
        case Handlers(bare=bare) if bare is not None:
            return (node.type is None) is bare
        case Functions() | Classes() if visit.documented is not None:
            return bool((ast.get_docstring(node, clean=False) or "").strip()) is visit.documented
    return True


def exhaustive_index(tree: ast.Module) -> Index:
    """An index of every node, made by a walk of its own."""
    index = Index(tree)
    index.aliases = AnyName()
    calls = index.calls.setdefault("", [])
    pending = [(child, index.scopes[0]) for child in tree.body]
    while pending:
        node, scope = pending.pop()
        body = None
        if isinstance(node, ast.Call):
            calls.append((node, scope))
        elif isinstance(node, ast.ExceptHandler):
            index.handlers.append((node, scope))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            index.imports.append((node, scope))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            index.globals.append((node, scope))
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
            index.assignments.append((node, scope))
        elif isinstance(node, ast.JoinedStr):
            index.strings.append((node, scope))
            pending += [(hole, scope) for hole in holes(node)]
            continue
        elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            index.strings.append((node, scope))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kind, body = "class" if isinstance(node, ast.ClassDef) else "function", node.body
            index.scopes.append(Scope(kind, node.name, node, scope))
            pending += [(child, index.scopes[-1]) for child in body]
        for field in node._fields:
            value = getattr(node, field)
            if isinstance(value, ast.AST):
                pending.append((value, scope))
            elif isinstance(value, list) and value is not body:
                pending += [(child, scope) for child in value if isinstance(child, ast.AST)]
    return index


class AnyName(frozenset):
    """Takes every name for an alias, so that no look at aliases can save a rule its work."""

    def __contains__(self, name: object) -> bool:
        return True


def docstrings(index: Index) -> list[tuple]:
    """Every docstring with the scope that it describes."""
    return [
        (scope.node.body[0].value, scope)
        for scope in index.scopes
        if ast.get_docstring(scope.node, clean=False) is not None
    ]


ANY_WORD = re.compile(r"todo|fixme|xxx|hack|bug|noqa|prodlint", re.IGNORECASE)


def comments(source: Source) -> list[Comment]:
    """Every comment that the tokenizer sees, and every comment within one, where there can be one that matters."""
    if not ANY_WORD.search(source.text):
        return []
    found = []
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            for start in re.finditer(r"#[#:@!\- \t\f]*", token.string):
                is_alone = not token.line[:column].strip() and start.start() == 0
                found.append(
                    Comment(line, column + start.start() + 1, token.string[start.start() :].rstrip(), is_alone)
                )
    return found


def comment_places(found: list[Comment]) -> list[tuple[int, int, str]]:
    """Line, column and text of those comments that a rule or a suppression looks for."""
    wanted = re.compile(r"#[#:@!\- \t\f]*(?:" + ANY_WORD.pattern + ")", re.IGNORECASE)
    return [(comment.line, comment.column, comment.text) for comment in found if wanted.match(comment.text)]


def assert_same_comments(text: str) -> None:
    """Assert that the pattern and the spans of strings tell the same comments as the tokenizer."""
    source = Source("m.py", text.encode())
    index = build(parse(source), INSPECTION.plan(SETTINGS), source.data)
    file = FileFacts(source, index, INSPECTION.plan(SETTINGS), PATH)
    assert comment_places(file.comments) == comment_places(comments(source))


COMMENTS = {
    "form feed before": "\f# TODO a\nx = 1\n\f\n# FIXME b\n",
    "form feed in an indented block": "def f():\n    x = 1\n\f\n    # TODO a\n    return x  # noqa\n",
    "between adjacent literals": 'x = ("a # TODO no"  # TODO yes\n     "b"  # FIXME yes\n     "# XXX no")\n',
    "after a string with a mark": "x = '# TODO no'  # TODO yes\ny = \"# noqa\"; z = '#'  # noqa\n",
    "inside a docstring": 'def f():\n    """# TODO no\n\n    # FIXME no\n    """  # XXX yes\n',
    "line continuation": "x = 1 + \\\n    2  # TODO yes\ny = '# TODO no \\\n# TODO no either'  # HACK yes\n",
    "statements on one line": "x = 'a # TODO no'; y = 'b # TODO no'  # TODO yes\n",
    "after a multi-line string": 'x = """\n# TODO no\n"""; y = "# BUG no"  # BUG yes\n',
    "in a call over lines": "f(\n    # TODO yes\n    '# TODO no',  # FIXME yes\n    g(\n        # XXX yes\n    ),\n)\n",
    "comment in a comment": "x = 1  # noqa # TODO yes\ny = 1  #: # TODO yes\n## TODO yes\n# a ## FIXME yes\n",
    "adjacent literals of a decorator": "@d('a'  # TODO yes\n   '# FIXME no')\nclass A:\n    pass\n",
    "adjacent literals of a case": "match x:\n    case ('a'  # TODO yes\n          '# XXX no'):\n        pass\n",
    "decorators and headers": (
        "@d  # TODO yes\ndef f(  # TODO yes\n    a='# TODO no',  # FIXME yes\n):  # noqa\n    pass\n"
    ),
    "handlers": "try:  # TODO yes\n    pass  # TODO yes\nexcept ('# XXX no', A):  # TODO yes\n    pass  # noqa\n",
    "else and finally": (
        "if a:\n    pass\n# TODO yes\nelse:  # TODO yes\n    pass\nfor x in y: pass\n"
        "else:  # FIXME yes\n    '# XXX no'\n"
    ),
    "after everything": "x = 1\n# TODO yes\n    # FIXME yes",
    "only comments": "# TODO a\n# FIXME b",
    "non-ASCII before": "x = 'äöü€😀 # TODO no'  # TODO ü yes\ny = 'ß'  # FIXME yes\n",
    "bytes and raw": "x = rb'# TODO no' b'\\'# TODO no'  # TODO yes\n",
    "f-string text": "x = f'# TODO no {a} # FIXME no'  # TODO yes\n",
    "f-string over lines": 'x = f"""\n# TODO no {\n a} # FIXME no\n"""  # TODO yes\n',
    "match": "match x:  # TODO yes\n    # FIXME yes\n    case '# TODO no':  # XXX yes\n        pass\n",
    "brackets in a list": "x = [  # TODO yes\n    '''\n# TODO no\n''',  # HACK yes\n    1,\n]  # BUG yes\n",
    "lambda and comprehension": (
        "x = [\n    # TODO yes\n    lambda: '# TODO no'  # FIXME yes\n    for y in z  # XXX yes\n]\n"
    ),
    "words in other case": "# Todo: yes\n# todo yes\n# tOdO\n# mastodon\n",
}
NEW_COMMENTS = {
    "comment in a field": "x = f'''{\n    a  # TODO yes\n}'''  # FIXME yes\n",
    "string in a field": "x = f'{a['# TODO no']}'  # TODO yes\n",
    "nested f-string": "x = f'{f'{f'# TODO no {a}'}'}'  # TODO yes\ny = f'''{\n  f\"# TODO no {b}\"  # XXX yes\n}'''\n",
    "format specification": "x = f'{a:# TODO no}'  # TODO yes\n",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("name", COMMENTS)
def test_comments_as_the_tokenizer_sees_them(name, newline):
    """No comment is lost and no string is taken for one; spans of strings alone would get adjacent literals wrong."""
    assert_same_comments(COMMENTS[name].replace("\n", newline))


@pytest.mark.skipif(not corpus.has(3, 12), reason="comments within f-strings came with Python 3.12")
@pytest.mark.parametrize("name", NEW_COMMENTS)
def test_comments_within_f_strings(name):
    """Since Python 3.12 a field may hold comments and strings of the same quotes."""
    assert_same_comments(NEW_COMMENTS[name])


WAYS = {
    "import": "from builtins import print as p",
    "import of a module": "import builtins as b; p = b.print",
    "assignment": "p = print",
    "annotated assignment": "p: object = print",
    "walrus": "(p := print)",
    "conditional": "p = print if debug else None",
    "fallback": "p = None or print",
    "tuple": "a, p = 1, print",
    "list": "[a, p] = [1, print]",
    "nested tuple": "(a, (p, b)) = (1, (print, 2))",
    "chained targets": "a = p = print",
    "global": "def set_it():\n    global p\n    p = print",
    "branch": "if debug:\n    p = print\nelse:\n    p = print",
    "fallback import": "try:\n    from rich import print as p\nexcept ImportError:\n    p = print",
    "sum": "p = print + print",
    "self": "class B:\n    def __init__(self): self.p = print\n    def use(self): self.p(1)\np = print",
    "stream": "import sys\np = sys.stdout.write",
    "standard error": "from sys import stderr as e\np = e.write",
    "stream's name": "from sys import stdout as out\nhandle = out\np = handle.writelines",
    "printer": "from pprint import PrettyPrinter\np = PrettyPrinter().pprint",
    "suppress": "from contextlib import suppress as p",
}
USES = {
    "module": "p(Exception)",
    "function": "def use():\n    p(Exception)",
    "method": "class A:\n    def use(self):\n        return [p(Exception) for _ in self]",
    "default": "def use(a=p(Exception)): pass",
    "decorator": "@d(p(Exception))\nclass A(b, metaclass=p(Exception)): pass",
    "lambda": "use = lambda a=p(Exception): p(a)",
    "with": "with p(Exception): pass",
    "f-string": "x = f'{p(Exception)!r:>{p(1)}}'",
    "second alias": "q = p\nq(Exception)",
    "attribute": (
        "class A:\n    def __init__(self):\n        self.out = p\n    def use(self):\n        self.out(Exception)"
    ),
    "class attribute": "class A:\n    out = p\n    def use(self):\n        self.out(Exception)",
    "stream": "import sys\nout = sys.stdout if p else sys.stderr\nout.write('a')\nsys.stdout.writelines(p)",
    "stream of self": "import sys\nclass A:\n    def f(self):\n        self.s = sys.stderr\n        self.s.write(p)",
    "shadowed": "def use(p):\n    p(Exception)",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_aliases(way, use):
    """A name that stands for a wanted one is wanted too, however it got there and wherever it is called."""
    for text in (f"{way}\n{use}\n", f"{use}\n{way}\n"):
        assert assert_same(text.encode(), text)


CAUGHT = {
    "name": "E = Exception",
    "import": "from builtins import Exception as E",
    "tuple": "E = (ValueError, Exception)",
    "sum": "E = (ValueError,) + (Exception,)",
    "sum of names": "OTHER = (Exception,)\nE = (ValueError,) + OTHER",
    "star": "OTHER = [Exception]\nE = (ValueError, *OTHER)",
    "conditional": "E = Exception if debug else ValueError",
    "fallback": "E = None or BaseException",
    "annotated": "E: type = Exception",
    "walrus": "(E := Exception)",
    "unpacked": "E, F = Exception, 1",
    "chain": "A = Exception\nB = A\nE = B",
}
CLAUSES = ["E", "(KeyError, E)", "E as error", "(KeyError,) + (E,)", "(E if a else b)", "module.E", "(*E,)", "(E or b)"]


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("way", CAUGHT.values(), ids=CAUGHT)
def test_aliases_of_exceptions(way, clause):
    """A handler of another name for everything is seen through whichever name and expression it is written in."""
    body = f"try:\n    f()\nexcept {clause}:\n    pass\n"
    for text in (f"{way}\n{body}", f"{body}{way}\n"):
        assert assert_same(text.encode(), text)


@pytest.mark.parametrize("links", [1, 2, 5, 11, 12, 13, 14, 40])
@pytest.mark.parametrize("is_backward", [False, True])
def test_alias_chains(links, is_backward):
    """A chain is followed as far by the index as by the facts, in whatever order its links stand."""
    lines = ["n0 = print", *(f"n{number} = n{number - 1}" for number in range(1, links))]
    if is_backward:
        lines.reverse()
    text = "\n".join([*lines, *(f"n{number}(1)" for number in range(links))]) + "\n"
    assert assert_same(text.encode(), text)


def test_found_aliases_are_findings():
    """The comparison compares something: each way of renaming `print` is reported at its call."""
    for way, code in WAYS.items():
        if way in ("suppress", "sum", "self"):
            continue
        found = found_by_index(f"{code}\np(1)\n".encode())
        assert [finding[0] for finding in found if finding[0] == "PRD201"] == ["PRD201"], way
