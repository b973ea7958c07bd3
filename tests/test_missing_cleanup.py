"""What missing-cleanup says about a path, and what bounds it; which places it finds is told by its fixtures."""

from __future__ import annotations

import textwrap
import time

import pytest
from prodlint_rules import missing_cleanup

from prodlint import Report, check_source
from prodlint.registry import Registry

RAISES_ON_LINE_4 = "`f` is not closed when `parse()` raises on line 4"
REGISTRY = Registry([missing_cleanup.rule])


def checked(source: str) -> Report:
    """The report of the rule on a text."""
    report = check_source(textwrap.dedent(source), config={}, registry=REGISTRY)
    assert not report.problems, report.problems
    return report


def messages(source: str) -> list[str]:
    """What the rule says about a text."""
    return [violation.message for violation in checked(source).violations]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x = f.read()", "`f` is never closed"),
        ("x = parse()\nf.close()", "`f` is not closed when `parse()` raises on line 3"),
        ("x = a.b.parse()\nf.close()", "`f` is not closed when `a.b.parse()` raises on line 3"),
        ("if p:\n    return\nf.close()", "`f` is not closed when the function returns on line 4"),
        ("if p:\n    f.close()", "`f` is not closed when `p` on line 3 is false"),
        ("if p:\n    raise KeyError(p)\nf.close()", "`f` is not closed when `raise KeyError` leaves on line 4"),
        ("f = 1\nf.close()", "`f` gets another value on line 3 before it is closed"),
        ("if p:\n    del f\nelse:\n    f.close()", "`f` is deleted on line 4 before it is closed"),
        ("for x in f:\n    p = 1\nf.close()", "`f` is not closed when `f` raises on line 3"),
        ("yield p\nf.close()", "`f` is not closed when `yield` raises on line 3"),
        ("g = open(q)\ng.close()\nf.close()", "`f` is not closed when `open()` raises on line 3"),
        ("x = p[0]\nf.close()", "`f` is not closed when `p[0]` raises on line 3"),
        ("try:\n    parse()\nexcept KeyError:\n    raise\nf.close()", RAISES_ON_LINE_4),
        ("try:\n    parse()\nexcept KeyError:\n    return 1\nf.close()", RAISES_ON_LINE_4),
    ],
)  # fmt: skip
def test_the_message_names_the_path(body: str, message: str) -> None:
    """Whoever reads it must see which way the resource goes past its release."""
    source = "def function(p, q):\n    f = open(p)\n" + textwrap.indent(body, "    ")
    assert messages(source) == [message]


def test_the_path_has_its_places() -> None:
    """A report and an editor show where the resource was acquired and where the path leaves."""
    [violation] = checked("def a(p):\n    f = open(p)\n    x = parse()\n    f.close()\n").violations
    assert [(place.span.line, place.span.column, place.message) for place in violation.related] == [
        (2, 9, "acquired here"),
        (3, 9, "leaves here by an exception"),
    ]


def test_a_path_without_an_exception_is_named_first() -> None:
    """A branch that forgets the release is the clearer fault, whatever can raise besides."""
    assert messages("def a(p):\n    f = open(p)\n    x = parse()\n    if x:\n        f.close()\n") == [
        "`f` is not closed when `x` on line 4 is false"
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("lock = Lock()\nlock.acquire()\nx()\nlock.release()", "`lock` is not released when `x()` raises on line 6"),
        ("child = subprocess.Popen(p)\nx = child.stdout.read()", "`child` is never waited for"),
        ("pool = ThreadPoolExecutor()\nx = list(pool.map(p, p))", "`pool` is never shut down"),
        ("folder = TemporaryDirectory()\nwork(folder.name)", "`folder` is never cleaned up"),
        ("with connect(p): pass", "`with connect()` ends a transaction but does not close the connection"),
        ("return json.load(open(p))", "what `open()` returns is never closed: no name holds it"),
    ],
)  # fmt: skip
def test_each_kind_has_its_words(code: str, message: str) -> None:
    """A lock is released, a process waited for, a folder cleaned up."""
    imports = (
        "import json, subprocess; from sqlite3 import connect; from threading import Lock\n"
        "from concurrent.futures import ThreadPoolExecutor; from tempfile import TemporaryDirectory\n"
    )
    body = textwrap.indent(code, "    ")
    assert messages(f"{imports}def a(p):\n{body}\n") == [message]


@pytest.mark.parametrize(
    "source",
    [
        # One resource, more paths than anybody counts.
        "def a(p):\n    f = open(p)\n"
        + "".join(f"    if p.x{number}:\n        y{number} = parse()\n" for number in range(300))
        + "    f.close()\n",
        # Conditions that are checked twice make states multiply.
        "def a(p):\n    f = open(p)\n    try:\n"
        + "".join(f"        if p.x{number}:\n            y = parse()\n" for number in range(40)) * 2
        + "    finally:\n        f.close()\n",
        # Many resources in one large function.
        "def a(p):\n"
        + "".join(f"    f{number} = open(p)\n    parse(f{number})\n    f{number}.close()\n" for number in range(400)),
        # One name for many resources.
        "def a(p):\n" + "    f = open(p)\n    parse(f)\n    f.close()\n" * 400,
        # Too large for a graph.
        "def a(p):\n    f = open(p)\n" + "    parse()\n" * 6000 + "    f.close()\n",
        # Nested too deeply for one.
        "def a(p):\n    f = open(p)\n"
        + "".join("    " * depth + "if p:\n" for depth in range(1, 80))
        + "    " * 80
        + "f.close()\n",
        # A name that goes from hand to hand.
        "def a(p):\n    f0 = open(p)\n" + "".join(f"    f{n + 1} = f{n}\n" for n in range(900)) + "    return f900\n",
        # Functions that pass their parameter on and on.
        "".join(f"def g{n}(f):\n    g{n + 1}(f)\n" for n in range(500)) + "def a(p):\n    f = open(p)\n    g0(f)\n",
    ],
    ids=["branches", "conditions", "resources", "one name", "long", "deep", "aliases", "calls"],
)
def test_it_is_bounded(source: str) -> None:
    """No function of whatever size takes more than two seconds."""
    begun = time.process_time()
    checked(source)
    assert time.process_time() - begun < 2


def test_every_acquiring_name_is_nominated() -> None:
    """A table entry whose last name no visit looks for would never be found."""
    from prodlint_rules._resources import ACQUIRING_NAMES, LOCKS, RESOURCES

    assert {name.rpartition(".")[2] for name in (*RESOURCES, *LOCKS.names)} == set(ACQUIRING_NAMES)


def test_a_scope_is_part_of_the_fingerprint_of_own_openers_too() -> None:
    """What the option names is found by another way, and must be found where it stands."""
    from prodlint import check_source as check

    source = "from shop import take\n\ndef a():\n    thing = take()\n    thing.use()\n"
    config = {"rules": {"missing-cleanup": {"acquires": ["shop.take"]}}}
    report = check(source, config=config, registry=REGISTRY)
    assert [(violation.span.line, violation.message) for violation in report.violations if violation.span] == [
        (4, "`thing` is never closed")
    ]
