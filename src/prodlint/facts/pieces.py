"""Texts as literal pieces and holes, and what text operations make of them. Values only; no syntax here."""

from __future__ import annotations

from itertools import islice

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prodlint.facts.origins import Origin, OriginKind
    from prodlint.model import Span

    Pieces = tuple["str | Hole", ...]
    """One value that a string expression can have."""
    Alternatives = list[Pieces]
    """The values that it can have."""

MOST_ALTERNATIVES = 8
_MOST_PIECES = 240
_LONGEST = 20_000


class Hole(NamedTuple):
    """A place in a text where a value is put that is not written in the file.

    ``span`` and ``text`` are the expression there; of a long one ``text`` is its beginning. ``passed`` is where the
    whole text is handed, as an argument, to the function that is asked about; None where that makes it itself.
    """

    span: Span
    text: str
    origin: Origin
    passed: Span | None = None


class Template(NamedTuple):
    """One value that a string expression can have: literal text and holes, in order.

    No two texts are neighbours, and none is empty.
    """

    pieces: tuple[str | Hole, ...]

    @property
    def holes(self) -> list[Hole]:
        """The holes in order."""
        return [piece for piece in self.pieces if piece.__class__ is Hole]

    @property
    def literal(self) -> str:
        """The literal text, with the holes left out."""
        return "".join(piece for piece in self.pieces if piece.__class__ is str)


def text(value: str) -> Alternatives:
    """A text without holes."""
    return [(value,)] if value else [()]


def is_whole_hole(pieces: Pieces) -> bool:
    """Whether a value is nothing but one hole."""
    return len(pieces) == 1 and pieces[0].__class__ is Hole


def has_holes(pieces: Pieces) -> bool:
    """Whether something in a value is not written in the file."""
    return Hole in map(type, pieces)


def holes_of(alternatives: Alternatives) -> list[Hole]:
    """All holes of some values."""
    return [piece for pieces in alternatives for piece in pieces if piece.__class__ is Hole]


def checked(alternatives: Alternatives, checks: frozenset[str], kind: OriginKind | None = None) -> Alternatives:
    """The values after their holes passed checks, or functions; ``kind`` says what that makes of their origins."""
    return [tuple(_checked(piece, checks, kind) for piece in pieces) for pieces in alternatives]


def _checked(piece: str | Hole, checks: frozenset[str], kind: OriginKind | None) -> str | Hole:
    if isinstance(piece, str):
        return piece
    origin = piece.origin
    return piece._replace(origin=origin._replace(kind=kind or origin.kind, checks=origin.checks | checks))


def limited(alternatives: Alternatives) -> Alternatives:
    """At most as many values as are followed, each once; those with holes that the others do not have stay."""
    if len(alternatives) <= 1:
        return list(alternatives)
    unique = list(dict.fromkeys(alternatives))
    if len(unique) <= MOST_ALTERNATIVES:
        return unique
    seen: set[tuple[object, str]] = set()
    kept: Alternatives = []
    rest: Alternatives = []
    for pieces in sorted(unique, key=len, reverse=True):
        places = {(piece.span, piece.text) for piece in pieces if piece.__class__ is Hole}
        (kept if places - seen else rest).append(pieces)
        seen |= places
    return (kept + rest)[:MOST_ALTERNATIVES]


def joined(parts: Iterable[Alternatives]) -> Alternatives:
    """Every way of putting one value of each part behind the other."""
    found: Alternatives = [()]
    for part in parts:
        if len(part) == 1:
            found = [merged((*pieces, *part[0])) for pieces in found]
        else:
            found = limited([merged((*pieces, *after)) for pieces in found for after in part])
    return found


def separated(separator: Alternatives, elements: list[Alternatives]) -> Alternatives:
    """The elements with a separator between them."""
    parts: list[Alternatives] = []
    for number, element in enumerate(islice(elements, _MOST_PIECES)):
        if number:
            parts.append(separator)
        parts.append(element)
    return joined(parts)


def merged(pieces: Pieces) -> Pieces:
    """The same value with neighbouring texts made one, cut where it is too long to be followed."""
    if len(pieces) == 1 and pieces[0]:
        return pieces if pieces[0].__class__ is Hole or len(pieces[0]) <= _LONGEST else ()
    found: list[str | Hole] = []
    length = 0
    for piece in pieces:
        if piece.__class__ is str:
            length += len(piece)
            if not piece or length > _LONGEST:
                continue
            if found and found[-1].__class__ is str:
                found[-1] += piece
                continue
        found.append(piece)
    return tuple(found[:_MOST_PIECES])


def mapped(alternatives: Alternatives, change: Callable[[str], str]) -> Alternatives:
    """The values with a change made to all literal text."""
    return [merged(tuple(change(p) if p.__class__ is str else p for p in pieces)) for pieces in alternatives]


def stripped(alternatives: Alternatives, method: str, characters: str | None) -> Alternatives:
    """The values after ``strip``, ``lstrip``, ``rstrip``, ``removeprefix`` or ``removesuffix``."""
    found: Alternatives = []
    for pieces in alternatives:
        parts = list(pieces)
        if parts and parts[0].__class__ is str and method in ("strip", "lstrip", "removeprefix"):
            parts[0] = _cut(parts[0], method if method == "removeprefix" else "lstrip", characters)
        if parts and parts[-1].__class__ is str and method in ("strip", "rstrip", "removesuffix"):
            parts[-1] = _cut(parts[-1], method if method == "removesuffix" else "rstrip", characters)
        found.append(merged(tuple(parts)))
    return found


def _cut(value: str, method: str, characters: str | None) -> str:
    cut: str = getattr(value, method)(characters) if method[0] != "r" or characters is not None else value.rstrip()
    return cut


def replaced(alternatives: Alternatives, old: str, new: Alternatives) -> Alternatives:
    """The values with a text replaced by another value."""
    found: Alternatives = []
    for pieces in alternatives:
        parts: list[Alternatives] = []
        for piece in pieces:
            if piece.__class__ is not str or not old or old not in piece:
                parts.append([(piece,)])
                continue
            for number, rest in enumerate(piece.split(old, _MOST_PIECES)):
                if number:
                    parts.append(new)
                parts.append(text(rest))
        found += joined(parts)
    return limited(found)


def shortened(alternatives: Alternatives, start: int, stop: int) -> Alternatives:
    """The values without ``start`` characters in front and ``stop`` (not negative) at the end, as far as those are
    literal."""
    found: Alternatives = []
    for pieces in alternatives:
        parts = list(pieces)
        if parts and stop and parts[-1].__class__ is str:
            parts[-1] = parts[-1][:-stop]
        if parts and start and parts[0].__class__ is str:
            parts[0] = parts[0][start:]
        found.append(merged(tuple(parts)))
    return found
