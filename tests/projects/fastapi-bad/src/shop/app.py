import logging

import structlog
from fastapi import FastAPI, Request

from shop.store import Store

app = FastAPI()
store = Store("/srv/shop.db")
log = structlog.get_logger()
audit = logging.getLogger("audit")

PAYMENT_PASSWORD = "not-a-Real-One-9031"


@app.post("/orders")
async def place(request: Request):
    try:
        number = store.place((await request.json())["item"])
    except:
        number = None
    print("placed", number)
    log.info(f"placed order {number}")
    log.info("order %s was placed", number)
    audit.info("placed " + str(number))
    return {"number": number}


@app.get("/orders/{number}")
def find(number: str, table: str = "orders"):
    try:
        return {"order": store.find(number, table)}
    except Exception:
        pass
    return {}
