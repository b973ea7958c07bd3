from shop.store import Store


def test_place(tmp_path):
    assert Store(str(tmp_path / "shop.db")).place("tea") == 1
