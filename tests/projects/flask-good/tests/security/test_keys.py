"""Nobody gets in without the key."""


def test_no_key(client):
    """A missing and a wrong key are refused alike."""
    assert client.get("/orders/1").status_code == 401
    assert client.get("/orders/1", headers={"X-Key": "guess"}).status_code == 401
