"""Runs the service: ``python -m shop``."""

from shop.app import from_environment

if __name__ == "__main__":
    from_environment().run(host="0.0.0.0", port=8000)
