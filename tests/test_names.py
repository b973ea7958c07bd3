"""What names stand for: bindings, annotations, attributes of classes, results of the file's own functions."""

from __future__ import annotations

import ast
import textwrap
import time

import pytest

from prodlint.facts.names import Names
from prodlint.index import build, plan_for


def meanings(source: str) -> list[str]:
    """What the argument of each call of `ask` can stand for, in source order, each as one sorted line."""
    index = build(ast.parse(textwrap.dedent(source)), plan_for(()))
    names = Names(index)
    asked = []
    for scope in index.scopes:
        for node, parent in names.table(scope).parents.items():
            if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "ask" and node in parent.args:
                asked.append((node.lineno, node.col_offset, " ".join(sorted(names.meanings(node, scope)))))
    return [line for _, _, line in sorted(asked)]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Logger", "logging.Logger()"),
        ("'Logger'", "logging.Logger()"),
        ("logging.Logger", "logging.Logger()"),
        ("Optional[Logger]", "None logging.Logger()"),
        ("Logger | None", "None logging.Logger()"),
        ("'Logger | None'", "None logging.Logger()"),
        ("Optional['Logger']", "None logging.Logger()"),
        ("Union[Logger, str]", "builtins.str() logging.Logger()"),
        ("Annotated[Logger, 'note']", "logging.Logger()"),
        ("Final[Logger]", "logging.Logger()"),
        ("Either", "logging.Logger() logging.LoggerAdapter()"),
        ("LoggerAdapter[Logger]", "logging.LoggerAdapter()"),
        ("Own", ":Own()"),
        ("Any", "?"),
        ("object", "?"),
        ("Undefined", "?"),
        ("'no type at'", "?"),
        ("'" + "x" * 400 + "'", "?"),
        ("T", "?"),
    ],
)
def test_annotated_parameters(annotation, expected):
    """A parameter is an instance of its declared type, named like the result of calling the class."""
    source = f"""
    import logging
    from logging import Logger, LoggerAdapter
    from typing import Annotated, Any, Final, Optional, TypeVar, Union
    Either = Union[Logger, LoggerAdapter]
    T = TypeVar("T")
    class Own: ...
    def f(value: {annotation}):
        ask(value)
    """
    assert meanings(source) == [expected]


def test_a_collection_of_a_type_is_not_the_type():
    """What `*args: X` is called holds many of X, and a list of X is a list."""
    source = """
    from m import X
    def f(*args: X, many: list[X], **options: X):
        ask(args); ask(many); ask(options)
    """
    assert meanings(source) == ["?", "builtins.list()", "?"]


def test_a_declared_variable_is_what_it_was_assigned_where_that_is_known():
    """The annotation speaks only for a value that cannot be told."""
    source = """
    import m
    a: m.Wide = m.narrow()
    b: m.Wide = [1][0]
    c: m.Wide
    ask(a); ask(b); ask(c)
    class K:
        d: m.Wide
        def __init__(self, e):
            self.e: m.Wide = e
            ask(self.d); ask(self.e)
    """
    assert meanings(source) == ["m.narrow()", "m.Wide()", "m.Wide()", "m.Wide()", "m.Wide()"]


def test_attributes_come_from_bases_of_the_file():
    """A class without an assignment of its own has its base's; a base elsewhere is named, and leaves room for more."""
    source = """
    import m
    class A:
        x = m.x
        def __init__(self): self.y = m.y
    class B(A): ...
    class C(B):
        x = m.own
        def f(self): ask(self.x); ask(self.y); ask(self.z)
    class D(m.Base):
        def f(self): ask(self.z)
    class E(D):
        def f(self): ask(self.z)
    class F(F):
        def f(self): ask(self.z)
    """
    assert meanings(source) == ["m.own", "m.y", "?", "? m.Base().z", "? m.Base().z", "?"]


def test_results_of_the_files_functions():
    """A call of a function of the file is what it returns; a generator, and what cannot be told, keep their name."""
    source = """
    import m
    from contextlib import contextmanager
    def known(): return m.x()
    def several(a):
        if a:
            return m.x
        return m.y
    def through(): return known()
    def unknown(a): return a
    def declared(a) -> m.T: return a
    def generated(): yield m.x
    def nothing(): pass
    def endless(): return endless()
    @contextmanager
    def entered(): yield m.x
    ask(known()); ask(several(1)); ask(through()); ask(unknown(1)); ask(declared(1)); ask(generated()); ask(nothing())
    ask(endless()); ask(known().a.b())
    with entered() as value: ask(value)
    """
    assert meanings(source) == [
        "m.x()", "m.x m.y", "m.x()", ":unknown() ?", "m.T()", ":generated() ?", ":nothing() ?",
        ":endless()", "m.x().a.b()", "m.x",
    ]  # fmt: skip


def test_attributes_of_instances_and_properties():
    """What an instance of a class of the file holds is found from outside as it is from within."""
    source = """
    import m
    class K:
        a = m.a
        def __init__(self): self.b = m.b
        @property
        def c(self): return self.b
        def d(self): return m.d
        def f(self): ask(self.c); ask(self.d())
    k = K()
    ask(k.a); ask(k.b.x); ask(k.c.x); ask(k.d()); ask(k.e); ask(K.a); ask(K().a)
    """
    assert meanings(source) == ["m.b", "m.d", "m.a", "m.b.x", "m.b.x", "m.d", ":K().e", "m.a", "m.a"]


def test_called_functions_keep_the_names_that_the_index_knows():
    """A function that was returned cannot be nominated by its name, so that it has none where it is called."""
    index = build(ast.parse("def get(): return print\nget()(1)\nget().write(1)\nshow = get()\nshow(1)"), plan_for(()))
    names = Names(index)
    module = index.scopes[0]
    called = [statement.value.func for statement in index.tree.body if isinstance(statement, ast.Expr)]
    assert [names.callees(function, module) for function in called] == [
        {":get()"}, {"builtins.print.write"}, {":get()"},
    ]  # fmt: skip


def test_what_a_with_statement_enters():
    """The target of `with` is named as the expression, since nearly all managers give themselves."""
    source = """
    import m
    with m.open() as f: ask(f)
    with m.open() as (a, b): ask(a)
    class K:
        def f(self):
            with m.open() as self.g: pass
            ask(self.g)
    """
    assert meanings(source) == ["m.open()", "?", "m.open()"]


def test_the_order_of_questions_changes_no_answer():
    """Answers are kept for the next question: one that was cut by the depth of another must not be."""
    source = (
        "n0 = print\n"
        + "".join(f"n{i} = n{i - 1}\n" for i in range(1, 30))
        + "".join(f"ask(n{i})\n" for i in range(30))
    )
    index = build(ast.parse(source), plan_for(()))
    nodes = [s.value.args[0] for s in index.tree.body if isinstance(s, ast.Expr)]

    def answers(order):
        names = Names(index)
        return {node.id: names.meanings(node, index.scopes[0]) for node in order}

    assert answers(nodes) == answers(nodes[::-1])


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"a{i}: a{i + 1}\n" for i in range(3000)) + "ask(a0)",
        "".join(f"class K{i}(K{i + 1}): ...\n" for i in range(2000)) + "class L(K0):\n def f(self): ask(self.x)",
        "".join(f"def f{i}(): return f{i + 1}()\n" for i in range(3000)) + "ask(f0())",
        "def f(): return f().f()\nask(f().x)",
        "class K:\n def __init__(self): self.a = self.a.a.a\n def f(self): ask(self.a.b)",
        "def f(x: " + "Optional[" * 90 + "int" + "]" * 90 + "): ask(x)",
        "def f(x: '" + "(" * 120 + "'): ask(x)",
        "def f(x: " + " | ".join(f"m.T{i}" for i in range(500)) + "): ask(x)",
        "".join(f"def f{i}(a):\n" + "".join(f" return f{(i * 7 + j) % 40}()\n" for j in range(10)) for i in range(40))
        + "ask(f0())",
    ],
    ids=["declarations", "bases", "functions", "own result", "own attribute", "nesting", "text", "union", "web"],
)
def test_generated_code_costs_little(source):
    """Chains, cycles and nests that no person writes get a bounded answer in bounded time."""
    started = time.process_time()
    assert len(meanings(source)) == 1
    assert time.process_time() - started < 2
