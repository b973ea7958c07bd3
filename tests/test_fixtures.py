"""Every rule finds what its fixtures mark, and nothing else, in every variant."""

import os

import pytest

from prodlint.registry import built_in
from prodlint.testing import assert_fixture, fixture_files, read_fixture, report_of

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


@pytest.mark.parametrize("name", sorted(os.listdir(FIXTURES)))
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
