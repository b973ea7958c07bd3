"""Every rule finds what its fixtures mark, and nothing else, in every variant."""

import os

import pytest

from prodlint.registry import built_in
from prodlint.testing import (
    assert_fixed,
    assert_fixture,
    fix_fixture,
    fixed_path,
    fixture_files,
    read_fixture,
    report_of,
)

FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures")
REGISTRY = built_in()
CASES = [path for rule in sorted(os.listdir(FIXTURES)) for path in fixture_files(os.path.join(FIXTURES, rule))]


@pytest.mark.parametrize("path", CASES, ids=lambda path: os.path.relpath(path, FIXTURES))
def test_fixture(path):
    """What is marked is found, what is not marked is not: markers are the rule's specification."""
    fixture = read_fixture(path)
    if not fixture.is_readable:
        pytest.skip(f"needs Python {'.'.join(map(str, fixture.python))}")
    rule = REGISTRY.find(fixture.rule)
    assert rule is not None, f"no rule is called {fixture.rule}"
    assert_fixture(fixture, rule)


BAD = [path for path in CASES if os.path.basename(path).startswith("bad")]


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("path", BAD, ids=lambda path: os.path.relpath(path, FIXTURES))
def test_fixed(path, unsafe, request):
    """A fix gives the text that a reviewer has seen; `pytest --refresh-reports` writes what it has become."""
    fixture = read_fixture(path)
    rule = REGISTRY.find(fixture.rule)
    assert rule is not None
    if not fixture.is_readable:
        pytest.skip(f"needs Python {'.'.join(map(str, fixture.python))}")
    if rule.fix_function is None:
        pytest.skip("the rule has no fix")
    if request.config.getoption("--refresh-reports"):
        write_fixed(fixture, rule, unsafe=unsafe)
    assert_fixed(fixture, rule, unsafe=unsafe)


def write_fixed(fixture, rule, *, unsafe):
    """Write what fixing makes of a fixture, or remove what stands there if that is nothing."""
    expected = fixed_path(fixture, unsafe=unsafe)
    data = fix_fixture(fixture, rule, unsafe=unsafe)
    if data.decode() != fixture.text:
        with open(expected, "wb") as handle:
            handle.write(data)
    elif os.path.exists(expected):
        os.unlink(expected)


@pytest.mark.parametrize("name", sorted({os.path.basename(os.path.dirname(path)) for path in CASES}))
def test_report(name, request):
    """Messages, columns and order are what users read; `pytest --refresh-reports` writes what they have become."""
    rule = REGISTRY.find(name)
    expected = os.path.join(FIXTURES, name, "report.txt")
    shown = report_of(read_fixture(os.path.join(FIXTURES, name, "bad.py")), rule)
    if request.config.getoption("--refresh-reports"):
        with open(expected, "w", encoding="utf-8") as handle:
            handle.write(shown)
    with open(expected, encoding="utf-8") as handle:
        assert shown == handle.read()
