"""Bytes of JSON and XML from outside in, values and events out; whatever is hostile or broken is refused by name.

Nothing is resolved or expanded: an XML document that declares an entity is refused, external ones are never opened.
Numbers that are no numbers (NaN, Infinity) or too long to be read in linear time are refused. XML is read as a stream,
so that its depth costs nothing.
"""

from __future__ import annotations

import re

from prodlint.evidence.value import BrokenEvidenceError
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Start = Callable[[str, dict[str, str]], None]
    End = Callable[[str], None]

_LONGEST_NUMBER = 40
_RUN_AGAIN = "run the tool again, and see whether it ended well"


def json_document(data: bytes) -> Any:
    """The value that a whole JSON document holds. Raises BrokenEvidenceError."""
    return _json(_text(data))


def json_lines(data: bytes) -> list[Any]:
    """The values of a document with one JSON value a line, empty lines aside. Raises BrokenEvidenceError."""
    lines = (line.strip() for line in _text(data).split("\n"))
    return [_json(line, f" in line {number}") for number, line in enumerate(lines, 1) if line]


def xml_events(data: bytes, start: Start, end: End) -> None:
    """Call ``start`` with each element's name, without namespace, and attributes, and ``end`` with its name.

    Raises BrokenEvidenceError.
    """
    from xml.parsers import expat

    if not data.strip():
        raise BrokenEvidenceError("the file is empty", _RUN_AGAIN)
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.EntityDeclHandler = _refuse_entity
    parser.ExternalEntityRefHandler = _refuse_entity
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code] if error.code in expat.errors.messages else str(error)
        raise BrokenEvidenceError(f"not valid XML: {message} in line {error.lineno}", _RUN_AGAIN) from None
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        if isinstance(error, BrokenEvidenceError):
            raise
        raise BrokenEvidenceError(f"not valid XML: {error}", _RUN_AGAIN) from None


def _refuse_entity(*_declaration: object) -> int:
    raise BrokenEvidenceError("it declares an XML entity, as reports never do and attacks do", "do not trust the file")


def whole(value: object, what: str) -> int:
    """A count: a number of 0 or more, without a fraction, or its digits. Raises BrokenEvidenceError."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,15}\s*", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BrokenEvidenceError(f"{what} is no count: {_shown(value)}")
    return value


def number(value: object, what: str) -> float:
    """A finite number of 0 or more. Raises BrokenEvidenceError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
        raise BrokenEvidenceError(f"{what} is no number of 0 or more: {_shown(value)}")
    return float(value)


def table(value: object, what: str) -> dict[str, Any]:
    """A JSON object. Raises BrokenEvidenceError for any other value, ``what`` being its name."""
    if not isinstance(value, dict):
        raise BrokenEvidenceError(f"{what} is missing or no object")
    return value


def items(value: object, what: str) -> list[Any]:
    """A JSON array. Raises BrokenEvidenceError for any other value, ``what`` being its name."""
    if not isinstance(value, list):
        raise BrokenEvidenceError(f"{what} is missing or no list")
    return value


def text_of(value: object, default: str = "") -> str:
    """A string as it is; of anything else the default, for members that only people read."""
    return value if isinstance(value, str) else default


def line_of(value: object) -> int | None:
    """A line number, where the value is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def time_of(value: object) -> float | None:
    """The seconds since the epoch of an ISO 8601 time that has a zone; None for all else.

    A time without one is the local time of a machine that nobody knows.
    """
    from datetime import datetime  # only evidence has times

    if not isinstance(value, str):
        return None
    # `fromisoformat` knows neither `Z` nor other than three or six decimals before Python 3.11.
    text = re.sub(r"\.\d+", "", value.strip()).replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"  # as PowerShell redirects
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise BrokenEvidenceError("not UTF-8, so not JSON", _RUN_AGAIN) from None
    if not text.strip():
        raise BrokenEvidenceError("the file is empty", _RUN_AGAIN)
    return text


def _json(text: str, place: str = "") -> Any:
    import json  # only evidence in JSON

    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer, parse_float=_float)
    except RecursionError:
        raise BrokenEvidenceError(f"nested too deeply to be read{place}") from None
    except json.JSONDecodeError as error:
        where = place or f" in line {error.lineno}, column {error.colno}"
        message = f"not valid JSON{where}: {error.msg[:1].lower()}{error.msg[1:]}"
        raise BrokenEvidenceError(message, _RUN_AGAIN) from None


def _refuse_constant(name: str) -> None:
    raise BrokenEvidenceError(f"it holds `{name}`, which is no number")


def _integer(digits: str) -> int:
    return int(_short(digits))


def _float(digits: str) -> float:
    value = float(_short(digits))
    if value in (float("inf"), float("-inf")):
        raise BrokenEvidenceError(f"it holds `{digits}`, which is no number")
    return value


def _short(digits: str) -> str:
    if len(digits) > _LONGEST_NUMBER:
        raise BrokenEvidenceError(f"it holds a number of {len(digits):,} digits")
    return digits


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str | int | float) else type(value).__name__
    return f"`{text[:40]}`"
