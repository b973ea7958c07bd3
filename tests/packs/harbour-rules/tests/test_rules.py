"""Every rule finds what its fixtures mark and nothing else, and its fixes give the text that stands beside them."""

from pathlib import Path

import pytest
from harbour_rules import RULES

from prodlint.testing import assert_fixed, assert_fixture, fixture_files, read_fixture

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = [(rule, path) for rule in RULES for path in fixture_files(str(FIXTURES / rule.name))]


@pytest.mark.parametrize(("rule", "path"), CASES, ids=[Path(path).name for _, path in CASES])
def test_rule(rule, path):
    """One fixture, also with other newlines, tabs, one level deeper and as coroutines."""
    fixture = read_fixture(path)
    assert_fixture(fixture, rule)
    for unsafe in (False, True):
        assert_fixed(fixture, rule, unsafe=unsafe)
