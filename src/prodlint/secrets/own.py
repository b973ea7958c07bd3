"""What a project says of its own credentials: names, names that are none, and formats, checked when they are given.

A format is written as a regular expression that can be matched in linear time: a fixed beginning, then classes of
characters with their number, of which one may vary.
"""

from __future__ import annotations

import re

from prodlint.light_typing import Any, NamedTuple


class Own(NamedTuple):
    """The options of a rule that visits credentials, made ready.

    ``names`` are words or whole names in lower case, ``formats`` pairs of a beginning and the expression behind it;
    ``words`` and ``prefixes`` are what the gate looks for.
    """

    names: frozenset[str]
    not_names: frozenset[str]
    formats: tuple[tuple[str, str], ...]
    words: tuple[bytes, ...]
    prefixes: tuple[bytes, ...]


def own_of(options: Any) -> Own | None:
    """What the options of a rule add by their fields ``names``, ``not_names`` and ``formats``; None where nothing."""
    names = getattr(options, "names", ())
    not_names = getattr(options, "not_names", ())
    formats = tuple(read_format(written) for written in getattr(options, "formats", ()))
    if not (names or not_names or formats):
        return None
    return Own(
        frozenset(names),
        frozenset(not_names),
        formats,
        tuple(name.lower().encode() for name in names),
        tuple(prefix.encode() for prefix, _ in formats),
    )


_PIECE = r"(?:\[(?:\\[wd]|[\w.~+/=:@-])+\]|\\[wd])(?:\{\d{1,3}(?:,\d{1,3})?\})?|[\w.~=:/@-]"
_FORMAT = rf"([\w.~=:/@-]{{3,40}})((?=[\[\\])(?:{_PIECE}){{1,40}})"
_MOST_FORMATS = 50


def read_format(written: str) -> tuple[str, str]:
    """The beginning of a format and the expression behind it.

    Raises ValueError for what is no such format, worded to follow the option's name.
    """
    found = re.fullmatch(_FORMAT, written)
    if found is None:
        raise ValueError(
            f"formats: `{written}` is not a fixed beginning of 3 characters or more "
            "followed by classes such as `[a-f0-9]{32}`"
        )
    if len(re.findall(r"\{\d+,\d+\}", found[2])) > 1:
        raise ValueError(f"formats: `{written}` has more than one part of a variable length")
    try:
        re.compile(found[2])
    except re.error as error:
        raise ValueError(f"formats: `{written}`: {error}") from None
    return found[1], found[2]


def require_formats(formats: tuple[str, ...]) -> None:
    """Raise ValueError unless these are formats, and not too many to look for in every file."""
    if len(formats) > _MOST_FORMATS:
        raise ValueError(f"formats: more than {_MOST_FORMATS}")
    for written in formats:
        read_format(written)


def require_names(option: str, names: tuple[str, ...]) -> None:
    """Raise ValueError unless these can be names, or words of names."""
    for name in names:
        if not re.fullmatch(r"[\w.-]{2,100}", name):
            raise ValueError(f"{option}: `{name}` is no name")
