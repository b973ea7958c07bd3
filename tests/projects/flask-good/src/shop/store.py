"""Orders, kept in a SQLite database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import NamedTuple

_SCHEMA = "CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, item TEXT NOT NULL, state TEXT NOT NULL)"


class Order(NamedTuple):
    """One order: its number, what was ordered, and whether it is placed or cancelled."""

    number: int
    item: str
    state: str


class Store:
    """The orders of one database file."""

    def __init__(self, path: str) -> None:
        self._path = path
        with closing(self._connect()) as connection, connection:
            connection.execute(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path)

    def place(self, item: str) -> Order:
        """Keep a new order.

        Args:
            item: What is ordered.

        Returns:
            The order, with its number.

        Raises:
            ValueError: The item has no name.
        """
        if not item.strip():
            raise ValueError("an order needs an item")
        with closing(self._connect()) as connection, connection:
            cursor = connection.execute("INSERT INTO orders (item, state) VALUES (?, 'placed')", (item,))
            return Order(cursor.lastrowid or 0, item, "placed")

    def find(self, number: int) -> Order | None:
        """Read an order.

        Args:
            number: The order's number.

        Returns:
            The order, or None if there is none of that number.
        """
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT number, item, state FROM orders WHERE number = ?", (number,)).fetchone()
        return Order(*row) if row else None

    def cancel(self, number: int) -> bool:
        """Cancel an order.

        Args:
            number: The order's number.

        Returns:
            Whether there was one that was not cancelled yet.
        """
        with closing(self._connect()) as connection, connection:
            cursor = connection.execute(
                "UPDATE orders SET state = 'cancelled' WHERE number = ? AND state = 'placed'", (number,)
            )
            return cursor.rowcount == 1
