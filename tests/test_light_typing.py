"""The named tuples that are made without `typing` behave as those that `typing` makes."""

from __future__ import annotations

import pickle
import typing

import pytest

from prodlint.light_typing import NamedTuple
from prodlint.model import Span


class Point(NamedTuple):
    """A value with a default."""

    x: int
    y: int = 2


class Positive(Point):
    """A value that refuses some, as the options of a rule do."""

    __slots__ = ()

    def __new__(cls, *values: int, **named: int) -> Positive:  # noqa: PYI034  `Self` is newer than Python 3.10
        """Refuse what is negative."""
        made = super().__new__(cls, *values, **named)
        if made.x < 0:
            raise ValueError("x is negative")
        return made


class Typed(typing.NamedTuple):
    x: int
    y: int


def test_they_are_made_as_others_are():
    """The constructor is made at the first call; by then all ways of calling it must work."""
    assert Point(1) == Point(x=1) == Point(1, y=2) == (1, 2)
    assert Point(1)._replace(y=5) == Typed(1, 5)
    assert Point(1)._asdict() == {"x": 1, "y": 2}
    assert repr(Point(1)) == "Point(x=1, y=2)"
    for wrong in ((), (1, 2, 3)):
        with pytest.raises(TypeError):
            Point(*wrong)
    with pytest.raises(TypeError):
        Point(1, z=3)


def test_a_subclass_keeps_its_own_constructor():
    """Options are checked in theirs: the first faulty ones were refused, and all later ones let through."""
    for _ in range(2):
        assert Positive(1) == (1, 2)
        with pytest.raises(ValueError, match="negative"):
            Positive(-1)
        with pytest.raises(ValueError, match="negative"):
            Positive(1)._replace(x=-1)


def test_they_pickle():
    """Reports go to other processes."""
    assert pickle.loads(pickle.dumps(Span(1, 2, 3, 4))) == Span(1, 2, 3, 4)
