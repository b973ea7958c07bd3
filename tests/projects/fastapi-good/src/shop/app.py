"""The web service: orders over HTTP."""

from __future__ import annotations

import hmac
import os
from typing import Annotated

import structlog
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

from shop.store import Order, Store

log = structlog.get_logger()


class NewOrder(BaseModel):
    """What a client sends to order something."""

    item: Annotated[str, Field(min_length=1, max_length=200)]


def create_app(database: str, key: str) -> FastAPI:
    """Make the service.

    Args:
        database: The path of the database.
        key: The key that clients send.

    Returns:
        The FastAPI application.
    """
    app = FastAPI(title="Shop", version="1.1.0")
    store = Store(database)

    def authenticate(x_key: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(x_key, key):
            log.warning("request_refused", reason="key")
            raise HTTPException(401, "the key is missing or wrong")

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/orders", status_code=201, dependencies=[Depends(authenticate)])
    def place(new: NewOrder) -> Order:
        try:
            order = store.place(new.item)
        except ValueError as error:
            log.info("order_refused", reason=str(error))
            raise HTTPException(400, str(error)) from error
        log.info("order_placed", number=order.number)
        return order

    @app.get("/orders/{number}", dependencies=[Depends(authenticate)])
    def find(number: int) -> Order:
        order = store.find(number)
        if order is None:
            raise HTTPException(404, "there is no such order")
        return order

    @app.delete("/orders/{number}", dependencies=[Depends(authenticate)])
    def cancel(number: int) -> dict[str, int]:
        if not store.cancel(number):
            raise HTTPException(404, "there is no such order to cancel")
        log.info("order_cancelled", number=number)
        return {"number": number}

    return app


def from_environment() -> FastAPI:
    """Make the service as the environment says.

    Returns:
        The FastAPI application.
    """
    return create_app(os.environ["SHOP_DATABASE"], os.environ["SHOP_API_KEY"])
