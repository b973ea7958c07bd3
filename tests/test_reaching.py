"""Reaching definitions: which values a name can have at a place, written as the marked uses of small functions."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest

from prodlint.facts.flow import Flows
from prodlint.facts.names import Names
from prodlint.facts.reaching import Definition, Reaching
from prodlint.index import Index, Scope, build, plan_for


class Module:
    """A source text, its scopes and its reaching definitions."""

    def __init__(self, source: str) -> None:
        self.source = textwrap.dedent(source)
        self.index: Index = build(ast.parse(self.source), plan_for(()))
        names = Names(self.index)
        self.flows = Flows(names)
        self.reaching = Reaching(self.index, names, self.flows)
        self.names = names

    def uses(self) -> list[tuple[ast.Name, Scope]]:
        """The arguments of calls of `use`, in source order, with the scope they stand in."""
        found = []
        for scope in self.index.scopes:
            table = self.names.table(scope)
            for node, parent in table.parents.items():
                is_argument = isinstance(node, ast.Name) and isinstance(parent, ast.Call) and node in parent.args
                if is_argument and isinstance(parent.func, ast.Name) and parent.func.id == "use":
                    found.append((node, scope))
        return sorted(found, key=lambda use: (use[0].lineno, use[0].col_offset))

    def at_uses(self) -> list[str]:
        """What reaches each use, shortened."""
        return [self.shown(self.reaching.definitions(node, scope)) for node, scope in self.uses()]

    def shown(self, definitions: tuple[Definition, ...] | None) -> str:
        """Definitions as one sorted line; `?` where the analysis gave up."""
        if definitions is None:
            return "?"
        return ", ".join(sorted(map(self._one, definitions)))

    def _one(self, definition: Definition) -> str:
        value = definition.value
        text = value if isinstance(value, str) else ast.unparse(value) if value is not None else ""
        return f"{definition.kind} {text}".strip()


def reaching(source: str) -> list[str]:
    """What reaches each `use(name)` of a module."""
    return Module(source).at_uses()


def test_an_assignment_replaces_the_one_before() -> None:
    """Straight lines: each use sees the last definition only."""
    assert reaching("x = 1\nuse(x)\nx = 2\nuse(x)\n") == ["assigned 1", "assigned 2"]


def test_branches_meet() -> None:
    """Behind a conditional the definitions of both branches, or of one and the time before, can arrive."""
    source = """
    def f(a, x):
        if a:
            x = 1
        use(x)
        if a:
            x = 2
        else:
            x = 3
        use(x)
    """
    assert reaching(source) == ["assigned 1, parameter", "assigned 2, assigned 3"]


def test_a_loop_brings_its_definitions_round() -> None:
    """The end of a loop's body reaches its beginning, and its `else` sees what the loop left."""
    source = """
    def f(items):
        x = 0
        for item in items:
            use(x)
            x = item
            if item:
                x = 9
                break
        else:
            use(x)
        use(x)
        use(item)
    """
    assert reaching(source) == [
        "assigned 0, assigned item",
        "assigned 0, assigned item",
        "assigned 0, assigned 9, assigned item",
        "iterated items",
    ]


def test_while_true_is_left_by_break_only() -> None:
    """What stands behind an endless loop is reached only from its `break`."""
    assert reaching("x = 0\nwhile True:\n    x = 1\n    if c():\n        break\n    x = 2\nuse(x)\n") == ["assigned 1"]


def test_an_exception_finds_the_value_before_and_after() -> None:
    """A handler may run before or after each definition in the body; an assignment that fails assigns nothing."""
    source = """
    def f():
        x = 0
        try:
            x = g()
            h()
        except ValueError as error:
            use(x)
            use(error)
        else:
            use(x)
        finally:
            use(x)
    """
    assert reaching(source) == [
        "assigned 0, assigned g()",
        "caught ValueError",
        "assigned g()",
        "assigned 0, assigned g()",
    ]


def test_a_failed_import_defines_nothing() -> None:
    """The usual fallback: behind it either the module or the value of the handler is there."""
    source = """
    try:
        import json as j
    except ImportError:
        use(j)
        j = None
    use(j)
    """
    assert reaching(source) == ["", "assigned None, import json"]


def test_return_in_try_runs_finally_with_its_own_values() -> None:
    """`finally` is reached from every way out, and what follows it only from the normal one."""
    source = """
    def f(a):
        x = 1
        try:
            if a:
                x = 2
                return
            x = 3
        finally:
            use(x)
        use(x)
    """
    assert reaching(source) == ["assigned 2, assigned 3", "assigned 3"]


def test_targets_of_every_kind() -> None:
    """Pairs give their values; what is taken apart, entered or caught gives where it came from."""
    source = """
    import os.path
    from . import sibling as s
    from .pkg import thing
    a, (b, *c) = 1, g()
    d = e = 5
    with open("p") as f, h() as (i, j):
        use(f)
        use(i)
    use(a)
    use(b)
    use(c)
    use(d)
    use(e)
    use(os)
    use(s)
    use(thing)
    k: int = 7
    k += 1
    use(k)
    def m(): pass
    use(m)
    """
    assert reaching(source) == [
        "with open('p')",
        "unpacked h()",
        "assigned 1",
        "unpacked g()",
        "unpacked g()",
        "assigned 5",
        "assigned 5",
        "import os",
        "import .sibling",
        "import .pkg.thing",
        "augmented 1",
        "defined",
    ]


def test_augmented_assignments_keep_what_was_before() -> None:
    """`definitions_before` tells what an augmented assignment started from."""
    module = Module("x = 1\nx += 2\nx += 3\nuse(x)\n")
    [(node, scope)] = module.uses()
    [last] = module.reaching.definitions(node, scope) or ()
    [middle] = module.reaching.definitions_before(last.node, "x", scope) or ()
    [first] = module.reaching.definitions_before(middle.node, "x", scope) or ()
    assert [ast.unparse(d.value) for d in (last, middle, first)] == ["3", "2", "1"]


def test_comprehensions_and_lambdas_have_names_of_their_own() -> None:
    """A loop variable or parameter of an expression hides the scope's name inside it, and only there."""
    source = """
    def f(rows):
        x = 0
        a = [use(x) for x in rows if use(x)]
        b = [use(y) for x in rows for y in use2(x)]
        c = lambda x: use(x)
        d = [1 for x in g(use(x))]
        e = [1 for y in rows for z in [use(y)]]
        use(x)
        h = lambda: use(x)
        x = 2
    """
    assert reaching(source) == [
        "iterated rows",
        "iterated rows",
        "iterated use2(x)",
        "parameter",
        "assigned 0",
        "iterated rows",
        "assigned 0",
        "assigned 0, assigned 2",
    ]


def test_walrus() -> None:
    """It binds in the scope around, surely only where it is evaluated whenever the expression is."""
    source = """
    def f(a):
        if (x := g()) and (y := h()):
            use(x)
            use(y)
        use(y)
        z = 0
        t = a or (z := 1)
        use(z)
        [v := i for i in a]
        use(v)
    """
    assert reaching(source) == [
        "assigned g()",
        "assigned h()",
        "assigned h()",
        "assigned 0, assigned 1",
        "assigned i",
    ]


def test_outer_names_are_reached_by_all_their_definitions() -> None:
    """A function may be called at any time, so that it sees whatever its module assigns."""
    source = """
    x = 1
    def f():
        use(x)
        use(len)
        use(nowhere)
    x = 2
    """
    assert reaching(source) == ["assigned 1, assigned 2", "", ""]


def test_global_and_nonlocal_make_order_meaningless() -> None:
    """Where another function rebinds the name, every definition counts everywhere."""
    source = """
    x = 1
    def f():
        global x
        x = 2
        use(x)
    use(x)
    def g():
        y = 1
        def h():
            nonlocal y
            y = 2
            use(y)
        h()
        use(y)
    """
    assert reaching(source) == ["assigned 1, assigned 2"] * 2 + ["assigned 1, assigned 2"] * 2


def test_del_and_dead_code() -> None:
    """What is deleted or behind a `return` is not reached by values."""
    assert reaching("def f():\n    x = 1\n    del x\n    use(x)\n    return\n    use(x)\n") == ["deleted", ""]


def test_class_bodies() -> None:
    """A class's own names are seen in its body in order, and not by its methods."""
    source = """
    x = 0
    class C:
        x = x
        use(x)
        y = use(y)
        def m(self):
            use(x)
        z = [use(x) for i in ()]
    """
    assert reaching(source) == ["assigned x", "", "assigned 0", "assigned 0"]


def test_match() -> None:
    """A capture binds where its pattern fits, and may stay bound where the rest of the pattern does not."""
    source = """
    def f(a):
        x = 0
        match a:
            case [x, 1]:
                use(x)
            case {"k": y, **z}:
                use(y)
                use(z)
            case _:
                use(x)
    """
    assert reaching(source) == ["assigned 0, matched", "matched", "matched", "assigned 0, matched"]


def test_parameters_have_their_defaults() -> None:
    """Positional defaults belong to the last parameters, keyword-only ones to their own."""
    source = "def f(a, b=1, *c, d=2, e, **g):\n" + "".join(f"    use({name})\n" for name in "abcdeg")
    assert reaching(source) == ["parameter", "parameter 1", "parameter", "parameter 2", "parameter", "parameter"]


def test_async_forms() -> None:
    """`async for` and `async with` bind as their plain forms do."""
    source = """
    async def f(a):
        async for x in a:
            use(x)
        async with a as y:
            use(y)
    """
    assert reaching(source) == ["iterated a", "with a"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are new in 3.12")
def test_type_parameters() -> None:
    """A type parameter is a definition of which nothing is known."""
    assert reaching("def f[T](a):\n    use(T)\n") == ["unknown"]


def test_a_huge_function_is_not_answered() -> None:
    """Past the bound on the graph there is no answer; the caller then takes all bindings."""
    body = "    x = 1\n" * 5000
    module = Module(f"def f():\n{body}    use(x)\n")
    [(node, scope)] = module.uses()
    assert module.reaching.definitions(node, scope) is None
    assert len(module.reaching.all_definitions("x", scope)) == 5000


def test_far_definitions_stay_bounded() -> None:
    """Questions that look back through a large function share a budget, and past it there is no answer."""
    far = "".join(f"    x{number} = {number}\n" for number in range(1900))
    uses = "".join(f"    use(x{number})\n" for number in range(1900))
    module = Module(f"def f():\n{far}{uses}")
    answers = [module.reaching.definitions(node, scope) for node, scope in module.uses()]
    assert len(answers[0] or ()) == 1
    assert answers[-1] is None
