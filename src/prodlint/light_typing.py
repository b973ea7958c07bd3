"""The few names of `typing` that are needed at run time, without importing it.

`typing` and the named tuples made through it take a fifth of the time of checking a small file: it compiles every
annotation. To a type checker these are the names of `typing` themselves.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:
    Any = object

    class _NamedTupleMeta(type):
        """Turns an annotated class into a named tuple, as `typing.NamedTuple` does."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = namespace.get("__annotations__", {})
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            base = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])  # noqa: PYI024
            return type(name, (base,), {"__slots__": (), **namespace})

    class NamedTuple(metaclass=_NamedTupleMeta):
        """A frozen value with named fields; those with a default come last."""


__all__ = ["TYPE_CHECKING", "Any", "NamedTuple"]
