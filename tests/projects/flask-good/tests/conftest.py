"""A service with an empty database."""

import pytest

from shop.app import create_app

KEY = "a key for tests"


@pytest.fixture
def client(tmp_path):
    """A client of a fresh service."""
    app = create_app(str(tmp_path / "shop.db"), KEY)
    return app.test_client()
