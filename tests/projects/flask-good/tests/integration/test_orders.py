"""An order's whole life, over HTTP."""

KEY = {"X-Key": "a key for tests"}


def test_an_orders_life(client):
    """It is placed, read, cancelled, and stays cancelled."""
    placed = client.post("/orders", json={"item": "tea"}, headers=KEY)
    assert placed.status_code == 201
    assert client.get("/orders/1", headers=KEY).status_code == 200
    assert client.delete("/orders/1", headers=KEY).status_code == 200
    assert client.delete("/orders/1", headers=KEY).status_code == 404
    assert client.get("/orders/2", headers=KEY).status_code == 404
