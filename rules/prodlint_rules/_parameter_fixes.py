"""A query with values in its text in, the same with placeholders and the values beside it out. For fixes only.

Nothing is made of a query of which one character, value or placeholder is not understood.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from prodlint_rules._built_texts import (
    Built,
    Character,
    Joined,
    Literal,
    Part,
    field,
    literals,
    put_together,
    take_apart,
)
from prodlint_rules._messages import Value, field_names
from prodlint_rules._paramstyles import Style

if TYPE_CHECKING:
    from prodlint_rules._parameters import Query


class Slot(NamedTuple):
    """A stretch of the text that a placeholder is to take: its places, and the value that is passed for it."""

    start: int
    end: int
    value: cst.BaseExpression
    name: str


class Parameters(NamedTuple):
    """A text with placeholders, and the values for all of them, in the form that they are to be passed in.

    ``values`` is a tuple, a list or a dictionary; for asyncpg the new arguments, as a tuple.
    """

    text: cst.BaseExpression
    values: cst.BaseExpression
    added: tuple[tuple[str, cst.BaseExpression], ...]


class _Place(NamedTuple):
    """A character or value of the text, with the literal that it stands in and its number there."""

    unit: Character | int
    literal: Literal | None
    number: int


class _Marked(NamedTuple):
    """A placeholder that the text has already."""

    place: int
    name: str


def parameters(query: Query, expression: cst.BaseExpression, given: cst.BaseExpression | None) -> Parameters | None:
    """The query with the values of its text passed as parameters; ``given`` are those that it has already.

    None where the text, the values or those that it has are not understood.
    """
    built = take_apart(expression)
    if built is None:
        return None
    places = _places(built.parts)
    wanted = _wanted(query, places)
    if wanted is None or not wanted:
        return None
    given = None if given is not None and _is_nothing(given) else given
    slots = _slots(query, places, wanted, built.values, is_doubled=given is not None)
    if slots is None:
        return None
    quoted = _quoted(places)
    marked = _marked(query.style, places, quoted) if given is not None else []
    return _filled(query, built, places, slots, marked, given)


def _places(part: Part) -> list[_Place]:
    found: list[_Place] = []
    for each in literals(part):
        if isinstance(each, int):
            found.append(_Place(each, None, 0))
        else:
            found += [_Place(unit, each, number) for number, unit in enumerate(each.units)]
    return found


def _wanted(query: Query, places: list[_Place]) -> set[int] | None:
    """The values that have to become parameters, told by what the analysis of the text made of each."""
    shown = "".join("\0" if isinstance(place.unit, int) else place.unit.text for place in places)
    known = "".join("\0" if not isinstance(piece, str) else piece for piece in query.template.pieces)
    pattern = "".join("(\0|[^\0]*)" if sign == "\0" else re.escape(sign) for sign in shown)
    match = re.fullmatch(pattern, known) if shown.count("\0") <= _MOST_VALUES else None
    if match is None:
        return None
    numbers = [place.unit for place in places if isinstance(place.unit, int)]
    holes = iter(query.is_kept)
    return {number for number, text in zip(numbers, match.groups(), strict=True) if text == "\0" and not next(holes)}


_MOST_VALUES = 30


def _text(places: list[_Place]) -> str:
    """The text with one sign for each place: U+0000 for a value, U+0001 for a character that is none of its own."""
    return "".join(
        "\0" if isinstance(place.unit, int) else place.unit.text if len(place.unit.text) == 1 else "\1"
        for place in places
    )


def _quoted(places: list[_Place]) -> list[tuple[int, int, str]]:
    """The stretches in quotes, and the comments: from the opening sign to behind the closing one."""
    return [(match.start(), match.end(), match[0][0]) for match in _QUOTED.finditer(_text(places))]


_QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|--[^\n]*|\#[^\n]*|/\*(?:[^*]|\*(?!/))*\*/", re.DOTALL
)
_BEFORE = re.compile(r"([\w$]+|[^\w\s])\s*\Z")
_WORDS_BEFORE = frozenset("LIKE ILIKE RLIKE REGEXP GLOB MATCH THEN ELSE AND BETWEEN LIMIT OFFSET ESCAPE SELECT".split())
_LISTS = re.compile(r"\b(?:IN|ANY|ALL|SOME)\s*\(\s*\Z", re.IGNORECASE)


def _slots(
    query: Query, places: list[_Place], wanted: set[int], values: list[Value], *, is_doubled: bool
) -> list[Slot] | None:
    """The stretches that become placeholders; None where one of the wanted values stands where none can be."""
    text = _text(places)
    found: list[tuple[int, int, cst.BaseExpression | None, int]] = []
    inside: set[int] = set()
    for start, end, quote in _quoted(places):
        numbers = [unit for place in places[start:end] if isinstance(unit := place.unit, int)]
        inside.update(number for number in numbers if number in wanted)
        if not wanted & set(numbers):
            continue
        if quote != "'" and not (quote == '"' and query.has_loose_quotes):
            return None
        is_percent = is_doubled and query.style is Style.FORMAT
        pattern = _pattern(places[start + 1 : end - 1], values, quote, is_percent)
        found.append((start, end, pattern, numbers[0]))
    for at, place in enumerate(places):
        if isinstance(place.unit, int) and place.unit in wanted - inside:
            if _LISTS.search(text[:at]) and text[at + 1 :].lstrip().startswith(")"):
                return None  # a list in one text, by all that can be told
            found.append((at, at + 1, _plain(values[place.unit]), place.unit))
    found.sort(key=lambda each: each[0])
    if any(value is None or not _takes_placeholder(text, start, end) for start, end, value, _ in found):
        return None
    names = field_names([values[number] for *_, number in found], re.findall(r"[:(]([A-Za-z_]\w*)", text))
    return [
        Slot(start, end, value, name)
        for (start, end, value, _), name in zip(found, names, strict=True)
        if value is not None
    ]


def _takes_placeholder(text: str, start: int, end: int) -> bool:
    before = _BEFORE.search(text[:start])
    word = before[1] if before is not None else ""
    is_word = bool(re.match(r"[\w$]", word))
    if not word or word in "\0\1.)%:;'\"`" or (is_word and word.upper() not in _WORDS_BEFORE):
        return False
    if is_word and before is not None and before.end(1) == start:
        return False
    following = text[end : end + 1]
    return not following or following.isspace() or following in "),;=<>!+-*/|:"


def _plain(value: Value) -> cst.BaseExpression | None:
    """A value that stands without quotes: `repr` did no more than to put them there."""
    if value.spec:
        return None
    return _unwrapped(value.expression) if value.conversion in ("s", "r") else None


def _unwrapped(expression: cst.BaseExpression) -> cst.BaseExpression | None:
    if isinstance(expression, cst.Tuple) and not expression.lpar:
        return None
    is_bare = isinstance(expression, (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.BinaryOperation))
    return expression.with_changes(lpar=[], rpar=[]) if is_bare and len(expression.lpar) == 1 else expression


def _pattern(places: list[_Place], values: list[Value], quote: str, is_percent: bool) -> cst.BaseExpression | None:
    """What stands between quotes as a value: the one that is all of it, or an f-string."""
    if len(places) == 1 and isinstance(number := places[0].unit, int):
        value = values[number]
        if not value.spec and value.conversion == "s":
            return _unwrapped(value.expression)
    text = ""
    for own in ('"', "'"):
        text = _formatted(places, values, own)
        if text:
            break
    if not text:
        return None
    doubled = text.replace(quote * 2, quote) if quote != text[1] else text
    doubled = doubled.replace("%%", "%") if is_percent else doubled
    return cst.parse_expression(doubled)


def _formatted(places: list[_Place], values: list[Value], quote: str) -> str:
    """An f-string in these quotes; empty where that cannot be written."""
    source = ""
    for place in places:
        if isinstance(place.unit, int):
            shown = field(values[place.unit], quote)
            if shown is None:
                return ""
            source += shown
        elif place.unit.text in ("\\", "", quote) or len(place.unit.text) > 1 or not place.unit.text.isprintable():
            return ""
        else:
            source += place.unit.text.replace("{", "{{").replace("}", "}}")
    return f"f{quote}{source}{quote}"


_MARKS = {
    Style.QMARK: re.compile(r"\?|(?<![:\w]):(\w+)"),
    Style.FORMAT: re.compile(r"(?<!%)(?:%%)*%(?:s|\((\w+)\)s)"),
    Style.NUMERIC: re.compile(r"(?<![:\w]):(\w+)"),
    Style.DOLLAR: re.compile(r"\$(\d+)"),
    Style.TEXT: re.compile(r"(?<![:\w]):(\w+)"),
}


def _marked(style: Style, places: list[_Place], quoted: list[tuple[int, int, str]]) -> list[_Marked]:
    """The placeholders of the text, without what stands in quotes."""
    text = list(_text(places))
    for start, end, _ in quoted:
        text[start:end] = " " * (end - start)
    return [_Marked(match.start(), match[1] or "") for match in _MARKS[style].finditer("".join(text)) if match]


def _is_nothing(given: cst.BaseExpression) -> bool:
    match given:
        case cst.Name("None") | cst.Tuple(elements=[]) | cst.List(elements=[]) | cst.Dict(elements=[]):
            return True
    return False


def _filled(
    query: Query,
    built: Built,
    places: list[_Place],
    slots: list[Slot],
    marked: list[_Marked],
    given: cst.BaseExpression | None,
) -> Parameters | None:
    style = query.style
    count = 0
    if style is Style.DOLLAR:
        count = len(given.elements) if isinstance(given, cst.Tuple) else 0
        values: cst.BaseExpression | None = _row([*_elements(given), *(slot.value for slot in slots)])
        is_named = False
    elif style is Style.TEXT or isinstance(given, cst.Dict):
        if given is not None and not isinstance(given, cst.Dict):
            return None
        values, is_named = _extended(given, slots), True
    else:
        values, is_named = _in_order(style, slots, marked, given), False
        count = len(marked)
    if values is None:
        return None
    spelt = {
        slot.start: _placeholder(style, slot.name if is_named else "", count + number)
        for number, slot in enumerate(slots, 1)
    }
    is_doubling = style is Style.FORMAT and given is None
    text = put_together(_changed(built.parts, places, slots, spelt, is_doubling), built.values)
    added = tuple((slot.name, slot.value) for slot in slots)
    return None if text is None else Parameters(text, values, added)


def _placeholder(style: Style, name: str, number: int) -> str:
    match style:
        case Style.QMARK:
            return f":{name}" if name else "?"
        case Style.FORMAT:
            return f"%({name})s" if name else "%s"
        case Style.NUMERIC:
            return f":{name or number}"
        case Style.DOLLAR:
            return f"${number}"
        case Style.TEXT:
            return f":{name}"


def _elements(given: cst.BaseExpression | None) -> list[cst.BaseExpression]:
    return [each.value for each in given.elements] if isinstance(given, (cst.Tuple, cst.List)) else []


def _row(values: list[cst.BaseExpression]) -> cst.Tuple:
    blank = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    elements = [cst.Element(value, blank) for value in values[:-1]]
    last = cst.Element(values[-1], cst.Comma()) if len(values) == 1 else cst.Element(values[-1])
    return cst.Tuple([*elements, last], [cst.LeftParen()], [cst.RightParen()])


def _in_order(
    style: Style, slots: list[Slot], marked: list[_Marked], given: cst.BaseExpression | None
) -> cst.BaseExpression | None:
    """The values of old and new placeholders as they stand in the text."""
    if given is None:
        return _row([slot.value for slot in slots])
    if not isinstance(given, (cst.Tuple, cst.List)):
        return None
    old = list(given.elements)
    if len(old) != len(marked) or any(isinstance(each, cst.StarredElement) for each in old):
        return None
    if style is Style.NUMERIC and marked and marked[-1].place > slots[0].start:
        return None
    if style is not Style.NUMERIC and any(mark.name for mark in marked):
        return None
    pairs = [(mark.place, each.value) for mark, each in zip(marked, old, strict=True)]
    pairs += [(slot.start, slot.value) for slot in slots]
    values = [value for _, value in sorted(pairs, key=lambda pair: pair[0])]
    row = _row(values)
    if isinstance(given, cst.Tuple):
        return row
    elements = [row.elements[at] for at in range(len(values))]
    return given.with_changes(elements=[*elements[:-1], elements[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


def _extended(given: cst.Dict | None, slots: list[Slot]) -> cst.Dict | None:
    """A dictionary with the new values behind those that it has."""
    blank = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    new = [cst.DictElement(cst.SimpleString(f'"{slot.name}"'), slot.value, comma=blank) for slot in slots]
    new[-1] = new[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    if given is None:
        return cst.Dict(new)
    keys = set()
    for element in given.elements:
        if not isinstance(element, cst.DictElement) or not isinstance(element.key, cst.SimpleString):
            return None
        keys.add(element.key.evaluated_value)
    if keys & {slot.name for slot in slots}:
        return None
    *before, last = given.elements
    if not isinstance(last.comma, cst.Comma):
        last = last.with_changes(comma=blank)
    return given.with_changes(elements=[*before, last, *new])


def _changed(part: Part, places: list[_Place], slots: list[Slot], spelt: dict[int, str], is_doubling: bool) -> Part:
    """The parts with the placeholders in them: each stands where its stretch began, and the rest of that is gone."""
    kept: dict[int, list[Character | int]] = {}
    covered = {at for slot in slots for at in range(slot.start, slot.end)}
    last: Literal | None = None
    for at, place in enumerate(places):
        last = place.literal or last
        if at in spelt:
            # A value that was added stands in no literal: its placeholder goes to the end of the one before.
            assert last is not None, "a statement begins with a word of its own"
            kept.setdefault(id(last.units), []).append(Character(spelt[at], spelt[at]))
        elif at not in covered and place.literal is not None:
            is_sign = is_doubling and isinstance(place.unit, Character) and place.unit.text == "%"
            kept.setdefault(id(place.literal.units), []).append(Character("%%", "%%") if is_sign else place.unit)
    gone = {place.unit for at, place in enumerate(places) if at in covered and place.literal is None}
    return _rebuilt(part, kept, gone)


def _rebuilt(part: Part, units: dict[int, list[Character | int]], gone: set[Character | int]) -> Part:
    if isinstance(part, Joined):
        return part._replace(left=_rebuilt(part.left, units, gone), right=_rebuilt(part.right, units, gone))
    if isinstance(part, Literal):
        return part._replace(units=units.get(id(part.units), []))
    if part in gone:
        return Literal(cst.SimpleString('""'), "", '"', [])
    return part
