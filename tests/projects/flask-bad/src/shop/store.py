import sqlite3


class Store:
    def __init__(self, path):
        self.path = path

    def place(self, item):
        connection = sqlite3.connect(self.path)
        # TODO: check the item
        cursor = connection.cursor()
        cursor.execute(f"INSERT INTO orders (item, state) VALUES ('{item}', 'placed')")
        connection.commit()
        connection.close()
        return cursor.lastrowid

    def find(self, number, table):
        """Read an order.

        Args:
            order: The order's number.
        """
        connection = sqlite3.connect(self.path)
        row = connection.execute("SELECT * FROM " + table + " WHERE number = %s" % number).fetchone()
        connection.close()
        return row
