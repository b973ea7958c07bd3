"""The few names of `typing` that are needed at run time, without importing it.

`typing` and the named tuples made through it take a fifth of the time of checking a small file: it compiles every
annotation. To a type checker these are the names of `typing` themselves.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:
    from collections import _tuplegetter

    Any = object

    class _Value(tuple):
        """What all named tuples share: what `collections.namedtuple` would make anew for each of them."""

        __slots__ = ()

        def __new__(cls, *values, **named):
            # Few of the classes that a run loads are used in it: each gets its own constructor when it is first called.
            # A subclass keeps the one that it has written.
            owner = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
            owner.__new__ = _constructor(owner)
            return owner.__new__(cls, *values, **named)

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, /, **named):
            made = type(self)(*map(named.pop, self._fields, self))
            if named:
                raise TypeError(f"unexpected fields: {', '.join(named)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

        def __getnewargs__(self):
            return tuple(self)

    def _constructor(cls):
        fields = "".join(f"{field}, " for field in cls._fields)
        code = f"lambda _cls, {fields}: _new(_cls, ({fields}))"
        made = eval(code, {"_new": tuple.__new__, "__builtins__": {}})  # noqa: S307  field names are identifiers
        made.__defaults__ = tuple(cls._field_defaults.values())
        return staticmethod(made)

    class _NamedTupleMeta(type):
        """Turns an annotated class into a named tuple, as `typing.NamedTuple` does."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", {}))
            defaults = {field: namespace[field] for field in fields if field in namespace}
            getters = {field: _tuplegetter(number, None) for number, field in enumerate(fields)}
            own = {"__slots__": (), "_fields": fields, "__match_args__": fields, "_field_defaults": defaults}
            return type(name, (_Value,), {**namespace, **getters, **own})

    class NamedTuple(metaclass=_NamedTupleMeta):
        """A frozen value with named fields; those with a default come last."""


__all__ = ["TYPE_CHECKING", "Any", "NamedTuple"]
