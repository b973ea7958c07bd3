"""What clients are told when something is wrong."""

KEY = {"X-Key": "a key for tests"}


def test_no_item(client):
    """An order without an item is the client's mistake."""
    assert client.post("/orders", json={}, headers=KEY).status_code in (400, 422)
    assert client.post("/orders", json={"item": " "}, headers=KEY).status_code == 400
