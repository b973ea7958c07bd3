"""The little languages that put values into texts: `%`, `str.format`, `string.Template`. Texts in, fields out."""

from __future__ import annotations

import re

from prodlint.light_typing import Any, NamedTuple

NUMERIC_CODES = frozenset("diouxXeEfFgGcn%")
_PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?[-#0 +]*(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?[hlL]?(?P<code>.)")
_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})")
_FIRST = re.compile(r"[^.\[]*")


class Field(NamedTuple):
    """A place in a text that a value is put into.

    ``key`` is the name or number by which the value is passed, empty for the next in the row; ``rest`` is what is
    taken from that value (``.name``, ``[0]``), ``is_number`` says that only numbers can be put there, and ``stars``
    counts the further values that a width and a precision take.
    """

    key: str
    rest: str = ""
    is_number: bool = False
    stars: int = 0


def percent_fields(text: str) -> list[str | Field]:
    """The parts of the left side of a `%`."""
    parts: list[str | Field] = []
    at = 0
    for match in _PERCENT.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
        if match["code"] == "%":
            parts.append("%")
        else:
            stars = (match["width"] == "*") + (match["precision"] == "*")
            is_number = match["code"] in NUMERIC_CODES and match["code"] not in "c%"
            parts.append(Field(match["key"] or "", "", is_number, stars))
    parts.append(text[at:])
    return parts


def brace_fields(text: str) -> list[str | Field] | None:
    """The parts of a text for `str.format`; None where it is none."""
    try:
        parsed = list(_formatter_parser(text))
    except ValueError:
        return None
    parts: list[str | Field] = []
    for literal, name, spec, conversion in parsed:
        parts.append(literal)
        if name is not None:
            first = _FIRST.match(name)
            key = first[0] if first else ""
            parts.append(Field(key, name[len(key) :], not conversion and spec_is_numeric(spec or "")))
    return parts


def _formatter_parser(text: str) -> Any:
    # What `string.Formatter.parse` calls: few files have such a text, and none needs the rest of `string`.
    return __import__("_string").formatter_parser(text)


def dollar_fields(text: str) -> list[str | Field]:
    """The parts of a text for `string.Template`."""
    parts: list[str | Field] = []
    at = 0
    for match in _DOLLAR.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
        parts.append("$" if match["escaped"] else Field(match["name"] or match["braced"]))
    parts.append(text[at:])
    return parts


def spec_is_numeric(spec: str) -> bool:
    """Whether a format specification can be applied to numbers only: `d`, `.2f`, `,`."""
    return bool(spec) and (spec[-1] in "bdoxXeEfFgGn%" or spec[-1] in ",_") and "{" not in spec
