"""The web service: orders over HTTP."""

from __future__ import annotations

import hmac
import os

import structlog
from flask import Flask, Response, g, jsonify, request

from shop.store import Store

log = structlog.get_logger()


def create_app(database: str, key: str) -> Flask:
    """Make the service.

    Args:
        database: The path of the database.
        key: The key that clients send.

    Returns:
        The Flask application.
    """
    app = Flask(__name__)
    store = Store(database)

    @app.before_request
    def authenticate() -> tuple[Response, int] | None:
        g.request_id = request.headers.get("X-Request-ID", "")
        if request.path != "/health" and not hmac.compare_digest(request.headers.get("X-Key", ""), key):
            log.warning("request_refused", path=request.path, request_id=g.request_id)
            return failure("unauthorized", "the key is missing or wrong", 401)
        return None

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    @app.post("/orders")
    def place() -> tuple[Response, int]:
        given = request.get_json(silent=True)
        item = given.get("item") if isinstance(given, dict) else None
        if not isinstance(item, str):
            return failure("invalid", "an order needs an item", 400)
        try:
            order = store.place(item)
        except ValueError as error:
            log.info("order_refused", reason=str(error), request_id=g.request_id)
            return failure("invalid", str(error), 400)
        log.info("order_placed", number=order.number, request_id=g.request_id)
        return jsonify(order._asdict()), 201

    @app.get("/orders/<int:number>")
    def find(number: int) -> tuple[Response, int]:
        order = store.find(number)
        if order is None:
            return failure("missing", "there is no such order", 404)
        return jsonify(order._asdict()), 200

    @app.delete("/orders/<int:number>")
    def cancel(number: int) -> tuple[Response, int]:
        if not store.cancel(number):
            return failure("missing", "there is no such order to cancel", 404)
        log.info("order_cancelled", number=number, request_id=g.request_id)
        return jsonify(number=number), 200

    return app


def failure(code: str, message: str, status: int) -> tuple[Response, int]:
    """Answer with an error.

    Args:
        code: One word for programs.
        message: What a person is told.
        status: The HTTP status.

    Returns:
        The response and its status.
    """
    error = {
        "code": code,
        "message": message,
        "details": {},
        "request_id": g.request_id,
        "help": f"https://shop.example.com/help/{code}",
    }
    return jsonify(error=error), status


def from_environment() -> Flask:
    """Make the service as the environment says.

    Returns:
        The Flask application.
    """
    return create_app(os.environ["SHOP_DATABASE"], os.environ["SHOP_API_KEY"])
