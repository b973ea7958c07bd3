"""Options of the test run."""

collect_ignore = [
    "projects",  # whole services, with tests of their own
    "packs",  # whose tests are run as their authors would: by `test_second_pack.py`
]


def pytest_addoption(parser):
    """`--refresh-reports` writes the fixtures' report.txt anew instead of comparing with them."""
    parser.addoption("--refresh-reports", action="store_true", help="write fixtures/*/report.txt anew")
