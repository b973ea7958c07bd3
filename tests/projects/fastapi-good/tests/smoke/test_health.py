"""The service answers at all."""


def test_health(client):
    """Its health is told without a key."""
    assert client.get("/health").status_code == 200
