import logging

import structlog
from flask import Flask, jsonify, request

from shop.store import Store

app = Flask(__name__)
store = Store("/srv/shop.db")
log = structlog.get_logger()
audit = logging.getLogger("audit")

PAYMENT_PASSWORD = "not-a-Real-One-9031"


@app.post("/orders")
def place():
    try:
        number = store.place(request.json["item"])
    except:
        number = None
    print("placed", number)
    log.info(f"placed order {number}")
    log.info("order %s was placed", number)
    audit.info("placed " + str(number))
    return jsonify(number=number)


@app.get("/orders/<number>")
def find(number):
    try:
        return jsonify(store.find(number, request.args.get("table", "orders")))
    except Exception:
        pass
    return jsonify(None)


if __name__ == "__main__":
    app.run(debug=True)
