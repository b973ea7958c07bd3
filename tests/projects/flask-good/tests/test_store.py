"""Orders come back as they were placed."""

from shop.store import Store


def test_place_and_find(tmp_path):
    """What was placed is found, and nothing else."""
    store = Store(str(tmp_path / "shop.db"))
    order = store.place("tea")
    assert store.find(order.number) == order
    assert store.find(order.number + 1) is None


def test_hostile_items_are_only_items(tmp_path):
    """Text that looks like SQL is kept as text."""
    store = Store(str(tmp_path / "shop.db"))
    item = "tea'); DROP TABLE orders; --"
    assert store.find(store.place(item).number).item == item


def test_cancel_once(tmp_path):
    """An order is cancelled once."""
    store = Store(str(tmp_path / "shop.db"))
    number = store.place("tea").number
    assert store.cancel(number)
    assert not store.cancel(number)


def test_an_item_has_a_name(tmp_path):
    """An order of nothing is refused."""
    store = Store(str(tmp_path / "shop.db"))
    try:
        store.place(" ")
    except ValueError:
        return
    raise AssertionError("an order of nothing was taken")
