"""A configuration as a value: what a program hands to the library, keeps, compares and sends to other processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


class Config(Mapping[str, object]):
    """The keys of ``[tool.prodlint]`` with their values, as a mapping that never changes.

    Its patterns count from the absolute directory ``root``, or, where that is empty, from the directory of the call
    that it is given to. Nothing is checked before it is used. Lists become tuples, tables become `Config`.
    """

    __slots__ = ("_values", "root")

    root: str
    _values: dict[str, object]

    def __init__(self, values: Mapping[str, object] | None = None, *, root: str = "") -> None:
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "_values", {key: _frozen(value, root) for key, value in (values or {}).items()})

    def __getitem__(self, key: str) -> object:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Config never changes: make another one, such as Config({**config, ...})")

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (self._values, self.root)

    def __repr__(self) -> str:
        return f"Config({self._values!r}, root={self.root!r})"


def _remade(values: dict[str, object], root: str) -> Config:
    return Config(values, root=root)


def _frozen(value: object, root: str) -> object:
    match value:
        case Mapping():
            return Config(value, root=root)
        case list() | tuple():
            return tuple(_frozen(item, root) for item in value)
    return value
