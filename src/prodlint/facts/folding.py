"""Operations on constants, each with a bound on the size of its result. Values in, values out; no syntax here.

Whatever would raise, grow past a bound or depend on the process raises `NotFoldable` instead of being computed.
"""

from __future__ import annotations

import _ast
import re

from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 20_000
_MOST_ELEMENTS = 1_000
_LARGEST_NUMBER = 10**60
_LARGEST_EXPONENT = 64
_WIDE = re.compile(r"\d{4}")  # a field wide enough to be a way of asking for a very long text
_FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


class NotFoldable(Exception):
    """An expression has no value that could be told."""


class FrozenList(tuple[Any, ...]):
    """A folded list: equal to no tuple, and never the argument tuple of a `%`."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other.__class__ is FrozenList and tuple.__eq__(self, other)

    __hash__ = tuple.__hash__


class Folding:
    """How displays and subscripts are folded."""

    @staticmethod
    def as_list(elements: tuple[Any, ...]) -> Any:
        """A list of these elements."""
        return bounded(FrozenList(elements))

    @staticmethod
    def as_set(elements: tuple[Any, ...]) -> Any:
        """A set of these elements."""
        return bounded(_guarded(frozenset, elements))

    @staticmethod
    def as_dict(keys: list[Any], values: list[Any]) -> Any:
        """A dictionary of these keys and values."""
        return bounded(_guarded(lambda: dict(zip(keys, values, strict=True))))

    @staticmethod
    def item(value: Any, key: Any) -> Any:
        """One element or a slice of a value."""
        found = _guarded(lambda: value[key])
        return FrozenList(found) if value.__class__ is FrozenList and key.__class__ is slice else found


def bounded(value: Any) -> Any:
    """The value, if it is of a kind and size that is folded. Raises NotFoldable otherwise."""
    kind = value.__class__
    if kind is str or kind is bytes:
        fits = len(value) <= LONGEST
    elif kind is int:
        fits = -_LARGEST_NUMBER < value < _LARGEST_NUMBER
    elif kind in (tuple, frozenset, dict, FrozenList):
        fits = len(value) <= _MOST_ELEMENTS
    else:
        fits = kind in (bool, float, complex) or value is None or value is Ellipsis
    if not fits:
        raise NotFoldable
    return value


def operate(operator: type[Any], left: Any, right: Any) -> Any:
    """The result of a binary operator."""
    if operator is _ast.Mult and not _is_number(left) and not _is_number(right):
        raise NotFoldable
    if operator is _ast.Mult:
        _check_product(left, right)
    elif operator is _ast.Pow:
        if not (_is_number(left) and _is_number(right) and abs(left) < 10**9 and 0 <= right <= _LARGEST_EXPONENT):
            raise NotFoldable
    elif operator in (_ast.LShift, _ast.RShift):
        if not (_is_number(right) and 0 <= right <= _LARGEST_EXPONENT):
            raise NotFoldable
    elif operator is _ast.Mod and left.__class__ in (str, bytes):
        _check_format(left)
        if right.__class__ is FrozenList:
            raise NotFoldable
    elif operator is _ast.Add and (left.__class__ is FrozenList) is not (right.__class__ is FrozenList):
        raise NotFoldable
    apply = _OPERATORS.get(operator)
    if apply is None:
        raise NotFoldable
    value = _guarded(apply, left, right)
    return bounded(FrozenList(value) if left.__class__ is FrozenList and value.__class__ is tuple else value)


def compare(operator: type[Any], left: Any, right: Any) -> bool:
    """Whether a comparison holds. Identity is folded for None, True and False only."""
    if operator in (_ast.Is, _ast.IsNot):
        if not any(side is None or side is True or side is False for side in (left, right)):
            raise NotFoldable
        return (left is right) is (operator is _ast.Is)
    return bool(_guarded(_COMPARISONS[operator], left, right))


def render(value: Any, conversion: int, spec: str) -> str:
    """The text of a field of an f-string: ``conversion`` is the letter's code, or -1."""
    _check_format(spec)
    if conversion == ord("r") or conversion == ord("a"):
        value = _guarded(repr if conversion == ord("r") else ascii, _renderable(value))
    elif conversion == ord("s"):
        value = _guarded(str, _renderable(value))
    return str(bounded(_guarded(format, _renderable(value), spec)))


def call_builtin(name: str, given: list[Any]) -> Any:
    """The result of a builtin function."""
    function = _BUILTINS.get(name)
    if function is None or any(value.__class__ is FrozenList for value in given if name in ("str", "repr")):
        raise NotFoldable
    return bounded(_guarded(function, *given))


def call_method(receiver: Any, name: str, given: list[Any], named: dict[str, Any]) -> Any:
    """The result of a method of a text or a container that changes nothing."""
    if receiver.__class__ is dict and name in _DICT_METHODS and not named:
        return bounded(_guarded(_DICT_METHODS[name], receiver, *given))
    if receiver.__class__ not in (str, bytes) or name not in _TEXT_METHODS:
        raise NotFoldable
    if name == "format":
        _check_format(receiver)
        for value in (*given, *named.values()):
            _renderable(value)
    elif name == "replace" and len(given) >= 2 and len(receiver) * (len(given[1]) + 1) > 50 * LONGEST:
        raise NotFoldable
    elif name in ("ljust", "rjust", "center", "zfill", "expandtabs"):
        if not all(_is_number(value) and value <= _MOST_ELEMENTS for value in given[:1]):
            raise NotFoldable
    elif name == "join" and len(receiver) > _MOST_ELEMENTS:
        raise NotFoldable
    value = _guarded(lambda: getattr(receiver, name)(*given, **named))
    return bounded(FrozenList(value) if value.__class__ is list else value)


def _guarded(function: Callable[..., Any], *given: Any) -> Any:
    try:
        return function(*given)
    except _FAULTS:
        raise NotFoldable from None


def _is_number(value: Any) -> bool:
    return value.__class__ in (int, bool, float)


def _check_product(left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        if not _is_number(one) and len(one) * max(0, other) > (LONGEST if isinstance(one, (str, bytes)) else 1_000):
            raise NotFoldable


def _check_format(text: Any) -> None:
    wide = _WIDE.search(text) if text.__class__ is str else b"%" in text
    if wide:
        raise NotFoldable


def _renderable(value: Any) -> Any:
    """A value whose text is the same as that of what it was folded from."""
    if value.__class__ in (FrozenList, frozenset, dict):
        raise NotFoldable
    return value


_OPERATORS: dict[type[Any], Callable[[Any, Any], Any]] = {
    _ast.Add: lambda a, b: a + b,
    _ast.Sub: lambda a, b: a - b,
    _ast.Mult: lambda a, b: a * b,
    _ast.Div: lambda a, b: a / b,
    _ast.FloorDiv: lambda a, b: a // b,
    _ast.Mod: lambda a, b: a % b,
    _ast.Pow: lambda a, b: a**b,
    _ast.LShift: lambda a, b: a << b,
    _ast.RShift: lambda a, b: a >> b,
    _ast.BitOr: lambda a, b: a | b,
    _ast.BitXor: lambda a, b: a ^ b,
    _ast.BitAnd: lambda a, b: a & b,
}
_COMPARISONS: dict[type[Any], Callable[[Any, Any], bool]] = {
    _ast.Eq: lambda a, b: a == b,
    _ast.NotEq: lambda a, b: a != b,
    _ast.Lt: lambda a, b: a < b,
    _ast.LtE: lambda a, b: a <= b,
    _ast.Gt: lambda a, b: a > b,
    _ast.GtE: lambda a, b: a >= b,
    _ast.In: lambda a, b: a in b,
    _ast.NotIn: lambda a, b: a not in b,
}
_BUILTINS: dict[str, Callable[..., Any]] = {
    "len": len,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": sum,
    "round": round,
    "ord": ord,
    "chr": chr,
    "repr": repr,
    "any": any,
    "all": all,
    "tuple": tuple,
    "list": FrozenList,
    "set": frozenset,
    "frozenset": frozenset,
    "sorted": lambda given: FrozenList(sorted(given)),
}
_DICT_METHODS: dict[str, Callable[..., Any]] = {
    "get": lambda table, key, default=None: table.get(key, default),
    "keys": tuple,
    "values": lambda table: tuple(table.values()),
    "items": lambda table: tuple(table.items()),
}
_TEXT_METHODS = frozenset(
    "format join upper lower strip lstrip rstrip replace title capitalize casefold swapcase split rsplit splitlines "
    "partition rpartition startswith endswith removeprefix removesuffix ljust rjust center zfill expandtabs count find "
    "index isdigit isalpha isalnum isidentifier isupper islower isspace encode decode".split()
)
