"""The control-flow graph: which statements can follow each other, told as the paths of marked calls."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest

from prodlint.facts.flow import ENTRY, EXIT, FAILED, MOST_NODES, Flow, Flows
from prodlint.facts.names import Names
from prodlint.facts.raising import raisers
from prodlint.index import build, plan_for


def flow_of(source: str) -> Flow | None:
    """The graph of the first function of a module, or of the module if it has none."""
    index = build(ast.parse(textwrap.dedent(source)), plan_for(()))
    return Flows(Names(index)).of(index.scopes[1 if len(index.scopes) > 1 else 0])


def paths(source: str, loops: int = 1) -> set[str]:
    """All paths through a function, as the one-letter calls on them and how they end: `.` normally, `!` by exception.

    A call that raises is followed by `*`. No position is passed more than `loops` + 1 times.
    """
    flow = flow_of(source)
    assert flow is not None
    found: set[str] = set()
    stack: list[tuple[int, str, tuple[int, ...]]] = [(ENTRY, "", ())]
    while stack:
        at, trail, passed = stack.pop()
        if at in (EXIT, FAILED):
            found.add(trail + (".", "!")[at == FAILED])
            continue
        if passed.count(at) > loops:
            continue
        node = flow.nodes[at]
        letters = "".join(
            call.func.id
            for part in node.parts
            for call in ast.walk(part)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        )
        if node.kind == "leave":
            letters = "<"
        for edge in node.next:
            stack.append((edge.target, trail + letters, (*passed, at)))
        if node.raised is not None:
            stack.append((node.raised, trail + (letters and letters + "*"), (*passed, at)))
    return found


def test_a_call_can_raise_and_a_name_cannot() -> None:
    """Only what the documented notion names gives an exceptional way."""
    assert paths("def f(): a(); x = 1; y = x.z; b()") == {"a*!", "ab*!", "ab."}


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("x", 0), ("x.y = z.w", 0), ("x = 1 + 2 * -3", 0), ("x is None", 0), ("x == y < z", 0), ("f'{x!r}'", 0),
        ("x = lambda: f()", 0), ("def g(a=1): f()", 0), ("x = [1, y]", 0), ("not x", 0), ("a, b = 1, 2", 0),
        ("x: f() = 1", 0), ("global x", 0), ("del x", 0), ("x = y if z else w", 0),
        ("f()", 1), ("f(g())", 2), ("x[0]", 1), ("x[0] = 1", 1), ("del x[0]", 1), ("x + 1", 1), ("-x", 1),
        ("x += 1", 1), ("import x", 1), ("from x import y", 1), ("a, b = x", 1), ("[a for a in x]", 1),
        ("x = lambda a=f(): 0", 1),
        ("def g(a=f()): pass", 1), ("@f()\ndef g(): pass", 1), ("class C(f()): x = g()", 2), ("x = y % 2", 1),
    ],
)  # fmt: skip
def test_what_can_raise(code: str, count: int) -> None:
    """Each kind of evaluation on its own; what runs later does not count."""
    assert len(list(raisers(ast.parse(code).body[0]))) == count


def test_conditions_are_taken_apart() -> None:
    """`and`, `or` and `not` evaluate their parts in order, each deciding the way."""
    assert paths("""
    def f():
        try:
            if a() and not (b() or c()):
                d()
        except: pass
    """) == {"a*.", "a.", "ab*.", "ab.", "abc*.", "abc.", "abcd*.", "abcd."}


def test_edges_carry_their_conditions() -> None:
    """The two ways out of a condition say what it was."""
    flow = flow_of("def f(x):\n    if not x:\n        return 1\n    return 2")
    assert flow is not None
    [test] = [node for node in flow.nodes if node.kind == "test"]
    assert isinstance(test.node, ast.Name)
    found = {edge.truth: flow.nodes[edge.target].node.lineno for edge in test.next}
    assert found == {False: 3, True: 4}


def test_return_in_try_runs_finally_first() -> None:
    """Each way out of a `try` passes its `finally` and goes on to where it was going."""
    assert paths("""
    def f(x):
        try:
            if x:
                return 1
            a()
        finally:
            b()
        c()
    """) == {"b.", "b*!", "ab*!", "abc*!", "abc.", "a*b!", "a*b*!"}


def test_nested_finally_blocks_run_inside_out() -> None:
    """`break` and `continue` pass exactly the `finally` blocks inside the loop."""
    assert paths("""
    def f(x):
        try:
            while x:
                try:
                    if x.y:
                        break
                    continue
                finally:
                    x = 1 ; m
        finally:
            y = 1
        z
    """) == {"."}
    assert paths(
        """
    def f(x):
        for i in a():
            try:
                try:
                    break
                finally:
                    b()
            except KeyError:
                c()
        else:
            d()
    """,
        loops=0,
    ) == {"ab.", "ad.", "ad*!", "ab*c*!", "ab*!", "a*!", "a!"}


def test_handlers() -> None:
    """A narrow handler may be passed by, one for everything may not; `else` runs outside of the `try`."""
    narrow = """
    def f():
        try:
            a()
        except ValueError:
            b()
        else:
            c()
        d()
    """
    assert paths(narrow) == {"a*!", "a*b*!", "a*bd.", "a*bd*!", "ac*!", "acd.", "acd*!"}
    for everything in ("except:", "except Exception:", "except (KeyError, BaseException) as e:"):
        assert paths(narrow.replace("except ValueError:", everything)) == paths(narrow) - {"a*!"}


def test_a_shadowed_exception_class_is_narrow() -> None:
    """The name alone says nothing: a module may have an `Exception` of its own."""
    assert "a*!" in paths("""
    def f():
        from mine import Exception
        try:
            a()
        except Exception:
            pass
    """)


def test_raise_and_assert() -> None:
    """`raise` goes nowhere else, `assert` may."""
    assert paths("def f(x): raise x") == {"!"}
    assert paths("def f(x):\n    assert x\n    a()") == {"!", "a*!", "a."}
    assert paths("def f(x):\n    assert False\n    a()") == {"!"}
    assert paths("def f(x):\n    try:\n        raise x\n    except:\n        a()") == {"a.", "a*!"}


def test_with_leaves_on_every_way_out() -> None:
    """The exit of a context manager runs on `return` and on exceptions in its body, but not if entering failed."""
    assert paths("""
    def f(x):
        with a() as y:
            if x:
                return 1
            b()
        c()
    """) == {"a*!", "a<.", "ab*<!", "ab<c*!", "ab<c."}


def test_several_items_nest() -> None:
    """The second manager is entered under the protection of the first."""
    assert paths("def f():\n    with a(), b():\n        c()") == {"a*!", "ab*<!", "abc*<<!", "abc<<."}


def test_suppress_goes_on_behind_the_block() -> None:
    """`contextlib.suppress` may swallow what its block raises."""
    source = "def f():\n    from contextlib import suppress\n    with suppress(OSError):\n        x[0]\n    y"
    flow = flow_of(source)
    assert flow is not None
    assert any(len(node.next) == 2 for node in flow.nodes if node.kind == "leave")


def test_loops() -> None:
    """A loop runs never, once or again; its `else` runs unless it was broken out of."""
    assert paths(
        """
    def f(x):
        while a():
            if x:
                break
            if x.y:
                continue
            b()
        else:
            c()
    """,
        loops=0,
    ) >= {"a*!", "a.", "ac.", "ac*!", "ab*!"}
    assert paths("def f(x):\n    for i in x:\n        a()", loops=1) >= {"!", ".", "a*!", "a.", "a!"}


def test_endless_loops_end_by_break_only() -> None:
    """The normal end of `while True` is not reached, and neither is what stands behind it."""
    assert paths("def f():\n    while True:\n        a()\n    b()") == {"a*!", "aa*!"}
    assert paths("def f():\n    while 1:\n        a()\n        break\n    b()") == {"a*!", "ab*!", "ab."}


def test_match() -> None:
    """Cases are tried in order; one that takes everything ends the search."""
    assert paths("""
    def f(x):
        match x:
            case 1 if x.y:
                a()
            case [y]:
                b()
        c()
    """) == {"c.", "c*!", "a*!", "ac.", "ac*!", "b*!", "bc.", "bc*!"}
    assert paths("def f(x):\n    match x:\n        case 1: return\n        case y: a()\n    b()") == {
        ".", "a*!", "ab*!", "ab.",
    }  # fmt: skip


def test_generators_and_coroutines() -> None:
    """Whoever resumes a generator can throw into it, and what is awaited can fail."""
    assert paths("def f():\n    yield\n    a()") == {"!", "a*!", "a."}
    assert paths("async def f(x):\n    await x\n    async with x:\n        async for y in x:\n            a()") >= {
        "!",
        "<!",
    }


def test_what_ends_the_process() -> None:
    """Nothing follows `sys.exit`, which raises, or `os._exit`, which does not; a name of one's own is no exit."""
    assert paths("def f():\n    import sys\n    sys.exit(1)\n    a()") == {"!"}
    assert paths("def f():\n    import os\n    os._exit(1)\n    a()") == {"!"}  # the import may fail
    assert "exit." in paths("def f(exit):\n    exit()")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`except*` is new in 3.11")
def test_except_star() -> None:
    """It is caught as by its plain form."""
    assert paths("def f():\n    try:\n        a()\n    except* ValueError:\n        b()") == {
        "a.",
        "a*!",
        "a*b.",
        "a*b*!",
    }


def test_a_long_chain_of_elif_is_no_nesting() -> None:
    """Thousands of branches are built without recursion, and stay under the bound."""
    branches = "".join(f"    elif x == {number}:\n        pass\n" for number in range(1500))
    assert flow_of(f"def f(x):\n    if x:\n        pass\n{branches}") is not None


def test_bounds() -> None:
    """Too many nodes, too deep nesting, and copies of `finally` that multiply: no graph, and no long wait."""
    assert flow_of("def f():\n" + "    a()\n" * (MOST_NODES + 1)) is None
    deep = "".join("    " * depth + "if x:\n" for depth in range(1, 60)) + "    " * 60 + "pass"
    assert flow_of("def f(x):\n" + deep) is None
    multiplying = "pass\n"
    for _ in range(12):
        inner = textwrap.indent(multiplying, "    " * 2)
        multiplying = f"for i in x:\n    try:\n        if i: break\n        a()\n    finally:\n{inner}"
    assert flow_of("def f(x):\n" + textwrap.indent(multiplying, "    ")) is None


def test_dead_branches_are_pruned() -> None:
    """A condition that is known to be false is not taken."""
    assert paths("def f():\n    if 0:\n        a()\n    else:\n        b()") == {"b.", "b*!"}
