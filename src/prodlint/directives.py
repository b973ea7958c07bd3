"""Comments in, what they ask to be hidden out: the grammar of ``# prodlint: …`` and ``# noqa``, and what each covers.

A comment covers a unit: a simple statement, or the header of a compound one from its decorators to the colon. It stands
at the end of any line of the unit or alone before it. What is hidden by it is for `prodlint.suppress` to say.
"""

from __future__ import annotations

import re

from prodlint.facts.statements import Unit, end_line, first_line
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts import Comment
    from prodlint.facts.statements import Statements
    from prodlint.registry import Registry
    from prodlint.source import Source

_PRODLINT = re.compile(r"#+[ \t]*prodlint:[ \t]*(.*)", re.IGNORECASE)
_NOQA = re.compile(r"#+[ \t]*noqa(?![\w-])[ \t]*(?P<colon>:)?[ \t]*(?P<rest>.*)", re.IGNORECASE)
_ALLOW = re.compile(
    r"(?P<verb>allow-file|allow|off|on)(?![\w-])[ \t]*"
    r"(?P<names>\w+(?:-\w+)*(?:[ \t]*,[ \t]*\w+(?:-\w+)*)*)?"
    r"(?P<until>[ \t]+until(?![\w-])[ \t]*(?P<date>[^\s-]\S*)?)?"
    r"(?:[ \t]*--(?P<reason>.*))?"
    r"(?P<rest>.*)"
)
# A second comment may follow on the line; `#12` in a reason is a ticket.
_NEXT_COMMENT = re.compile(r"[ \t]#(?!\d)")
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,5}", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OUR_CODES = "PRD"


class Directive(NamedTuple):
    """One suppression comment as read: where it stands, what it does, for which rules (None: for all).

    ``fault`` says what is wrong with a comment that cannot be understood; such a one hides nothing. ``until`` is an ISO
    date.
    """

    comment: Comment
    verb: str
    names: tuple[str, ...] | None
    until: str | None = None
    reason: str | None = None
    fault: str = ""


def read_directives(comment: Comment, registry: Registry) -> Iterator[Directive]:
    """The directives that a comment holds, if it is a suppression; their names are the rules' names."""
    if match := _PRODLINT.match(comment.text):
        yield _read_prodlint(comment, match[1], registry)
    elif match := _NOQA.match(comment.text):
        if match["colon"]:
            yield from _read_codes(comment, match["rest"], registry)
        else:
            yield Directive(comment, "noqa", None)


def _read_codes(comment: Comment, text: str, registry: Registry) -> Iterator[Directive]:
    names = []
    for word in re.split(r"[,\s]+", text):
        if not _CODE.fullmatch(word):
            break
        code = word.upper()
        if (rule := registry.find(code)) is not None:
            names.append(rule.name)
        elif code.startswith(_OUR_CODES):  # what else is unknown is for another tool to know
            yield Directive(comment, "noqa", (), fault=_unknown(code, registry))
    if names:
        yield Directive(comment, "noqa", tuple(dict.fromkeys(names)))


def _read_prodlint(comment: Comment, text: str, registry: Registry) -> Directive:
    match = _ALLOW.match(_NEXT_COMMENT.split(text, maxsplit=1)[0])
    if match is None:
        return Directive(comment, "", (), fault="is not `allow`, `allow-file`, `off` or `on` with names of rules")
    verb, until, reason = match["verb"], match["date"], (match["reason"] or "").strip()
    fault = _fault(match)
    names = []
    for word in re.split(r"[ \t]*,[ \t]*", match["names"] or "") if not fault else ():
        rule = registry.find(word)
        if rule is None and registry.missing:  # it may be one of a pack that could not be loaded
            continue
        if rule is None:
            fault = _unknown(word, registry)
            break
        names.append(rule.name)
    if fault:
        return Directive(comment, verb, (), fault=fault)
    return Directive(comment, verb, tuple(dict.fromkeys(names)), until, reason or None)


def _fault(match: re.Match[str]) -> str:
    """What is wrong with a suppression apart from the names in it; empty if nothing."""
    if not match["names"]:
        return "names no rule"
    if match["until"] and not _is_date(match["date"] or ""):
        return f"gives `{match['date'] or ''}` where a date like 2027-03-01 is needed"
    if rest := match["rest"].strip():
        return f"has `{rest}` after its names: a reason follows ` -- `"
    return ""


def _unknown(word: str, registry: Registry) -> str:
    nearest = registry.nearest(word)
    # Families and prefixes select rules; a suppression says which one it means.
    hint = f" (did you mean `{nearest}`?)" if nearest and registry.find(nearest) else ""
    return f"names `{word}`, which is no rule{hint}"


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    from datetime import date  # few files have a suppression with a date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def unit_around(line: int, statements: Statements, source: Source) -> Unit:
    """The lines of the unit that a line belongs to; a header ends at its colon, or with the suite on that line."""
    unit = statements.unit(line)
    around = statements.around(line)
    if len(around) > 1 and _is_beside_header(around[-1], around[-2], source):
        return Unit(first_line(around[-2]), end_line(around[-2].body[-1]))
    if unit.first == unit.last == line and around:
        code = source.line(line).strip()
        first = first_line(around[-1])
        # What is no statement of its own, and no keyword between two blocks, closes a header: `):`.
        if code and not _OUTSIDE_HEADER.match(code) and first < line < end_line(around[-1]):
            return Unit(first, line)
    return unit


def _is_beside_header(statement: Any, owner: Any, source: Source) -> bool:
    """Whether a statement is of a suite that stands on the line of its header's colon: `def f(): ...`."""
    suite: list[Any] = getattr(owner, "body", [])  # a `match` has cases
    if not any(statement is member for member in suite):
        return False
    opening = suite[0]
    before = source.line(opening.lineno)[: source.column(opening.lineno, opening.col_offset) - 1]
    return first_line(opening) == opening.lineno and bool(before.strip())


_OUTSIDE_HEADER = re.compile(r"#|(?:else|finally|case)\b")
