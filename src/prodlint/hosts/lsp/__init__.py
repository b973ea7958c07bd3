"""The language server: what an editor shows as it is typed, in; diagnostics, fixes and pages out.

``command`` starts it; ``server`` and ``session`` answer the protocol on the event loop, and everything that judges code
runs in the one thread of ``engine``. ``documents`` holds the open texts; ``diagnostics``, ``actions`` and ``hover``
make what is sent of what was found, and ``workspace`` checks whole folders. No other command loads any of it.
"""
