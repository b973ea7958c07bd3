"""Runs the service: ``python -m shop``."""

import uvicorn

from shop.app import from_environment

if __name__ == "__main__":
    uvicorn.run(from_environment(), host="0.0.0.0", port=8000)
