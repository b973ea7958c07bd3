"""Which values of a query could be passed as parameters: what the driver calls them, and what stands in their places.

Facts only, so that a check can say whether a query has a fix.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules._paramstyles import Style, spelling_of
from prodlint_rules._sources import is_harmless
from prodlint_rules._sql import Position, is_statement, placed_holes, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.facts import ExpressionFacts, SiteFacts, Template
    from prodlint_rules._sql import Placed


class Query(NamedTuple):
    """A query that could take parameters.

    ``text`` is its expression as the call is given it, ``built`` the one that puts it together: the same one, or what
    is assigned to that name. ``keyword`` is the one for the values. ``has_loose_quotes`` says that the database reads
    double quotes as a text where a value is expected.
    """

    style: Style
    keyword: str
    text: ExpressionFacts
    built: ExpressionFacts
    template: Template
    placed: tuple[Placed, ...]
    is_kept: tuple[bool, ...]
    has_loose_quotes: bool


_METHODS = {
    Style.QMARK: frozenset({"execute", "execute_fetchall", "execute_insert"}),
    Style.FORMAT: frozenset({"execute"}),
    Style.NUMERIC: frozenset({"execute"}),
    Style.DOLLAR: frozenset({"execute", "fetch", "fetchrow", "fetchval", "cursor"}),
    Style.TEXT: frozenset({"text"}),
}
_TAKING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "MERGE", "VALUES"})
_MOST_HOLES = 30


def find_query(facts: SiteFacts, trusted: Iterable[str] = ()) -> Query | None:
    """The query that a site's call runs, if all that is wrong with it are values that could be parameters."""
    call = facts.call
    spelling = spelling_of(call, facts)
    if spelling is None:
        return None
    style = spelling.style
    text = call.argument(0, "text" if style is Style.TEXT else "sql")
    if text is None or (call.last_name not in _METHODS[style] and style is not Style.TEXT):
        return None
    built = _built(text)
    templates = text.templates
    if built is None or len(templates) != 1 or not 0 < len(templates[0].holes) <= _MOST_HOLES:
        return None
    template = templates[0]
    placed = tuple(placed_holes(template))
    if len(placed) != len(template.holes) or not _is_plain(template, built):
        return None
    is_kept = tuple(_is_kept(each, trusted) for each in placed)
    if not all(kept or each.position is Position.VALUE for kept, each in zip(is_kept, placed, strict=True)):
        return None
    return Query(style, spelling.keyword, text, built, template, placed, is_kept, spelling.has_loose_quotes)


def _built(text: ExpressionFacts) -> ExpressionFacts | None:
    """What puts the text together: itself, or the one expression that is assigned to the name that it is."""
    if not text.is_name:
        return text
    assigned = text.assigned
    return assigned[0] if len(assigned) == 1 else None


def _is_plain(template: Template, built: ExpressionFacts) -> bool:
    """Whether it is one statement that takes parameters, with all of its holes put in where it is built."""
    if not is_statement(template, strictly=False):
        return False
    found = tokens(template)
    ends = [at for at, token in enumerate(found) if token.text == ";" and token.kind == "mark"]
    if found[0].text.upper() not in _TAKING or any(at < len(found) - 1 for at in ends):
        return False
    outer = built.span
    return all(
        hole.passed is None and outer[:2] <= hole.span[:2] and hole.span[2:] <= outer[2:] for hole in template.holes
    )


def _is_kept(placed: Placed, trusted: Iterable[str]) -> bool:
    """Whether a hole may stay: a number, a name that was checked."""
    return is_harmless(placed.hole.origin, trusted, is_name=placed.position is Position.IDENTIFIER)
