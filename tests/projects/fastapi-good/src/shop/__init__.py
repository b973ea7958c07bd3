"""A shop: orders are placed, read and cancelled over HTTP."""
