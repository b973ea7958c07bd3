"""Work left for later in comments.

## What it does
Reports `TODO`, `FIXME`, `XXX`, `HACK` and `BUG` at the start of a comment's text: in capitals as a word, or in any case
when `:` or `(` follows. Strings, names and addresses that contain such a word are none of its business.

## Why
Code that ships with a note "to be done" is not done, and the note has no owner, no date and no place in anybody's plan.

## What to write instead
Do it, or put it where work is planned. With an option a project can allow what is traceable: `tickets` allows
`TODO(ABC-123)` and a link to an issue on the same or the next line, `owners` allows `TODO(alice)`, `expiry` allows
`TODO by 2027-03-01` until that day has passed. `docstrings` looks at the lines of docstrings, too.

## Limits
A ticket is recognised by its form, not looked up.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Severity
from prodlint.rule import ALL, Comments, Docstrings, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.check import Site
    from prodlint.model import Violation


class Options(NamedTuple):
    """What a project can ask of the rule."""

    tickets: bool = False
    """Allow a comment that carries a ticket (`TODO(ABC-123)`) or an issue's address, also on the next line."""
    owners: bool = False
    """Allow a comment that names its owner: `TODO(alice)`."""
    expiry: bool = False
    """Allow a comment with a date that has not passed: `TODO by 2027-03-01`."""
    docstrings: bool = False
    """Look at the lines of docstrings too."""


_WORDS = ("todo", "fixme", "xxx", "hack", "bug")

rule = Rule(
    name="todo-comment",
    code="PRD701",
    family="hygiene",
    since="0.1",
    summary="a comment leaves work for later",
    policy=("priority-0/completion/no-todo",),
    visits=(Comments(_WORDS), Docstrings(_WORDS)),
    contexts=ALL,
    severity=Severity.ERROR,
    options=Options,
)

# Kept as text: `re` compiles an expression when it is first used and remembers it, and most runs use none of these.
_MARK = (
    r"[#:@!\- \t\f]*(?:(?P<capitals>TODO|FIXME|XXX|HACK|BUG)(?!\w)|(?P<any_case>(?i:todo|fixme|xxx|hack|bug))(?=[:(]))"
)
_LINE_MARK = (
    r"[#:@!\- \t\f]*"
    r"(?:(?P<capitals>TODO|FIXME|XXX|HACK|BUG)(?!\w)|(?P<any_case>(?i:todo|fixme|xxx|hack|bug))(?=[:(]))"
)
_TICKET = r"[\s:(\[]*(?:[A-Z][A-Z0-9_]+-\d+|#\d+)\b"
_ISSUE_ADDRESS = r"(?i)https?://\S+/(?:issues?|pull|merge_requests|browse|tickets?|show_bug\.cgi\?id=)\S*\d"
_OWNER = r"\(\s*@?[A-Za-z][\w.+@-]*(?:[\s,]+@?[A-Za-z][\w.+@-]*)*\s*\)"
_DATE = r"(?i)\bby\s+(\d{4}-\d{2}-\d{2})\b"


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the comment, or the line of a docstring."""
    if site.is_comment:
        comment = site.facts.comment
        mark = re.match(_MARK, comment.text)
        if mark:
            yield from _verdict(site, mark, comment.text, comment.line, comment.column)
    elif site.options.docstrings:
        span = site.span
        for line in range(span.line, span.end_line + 1):
            text = site.facts.line(line)
            start = len(text) - len(text.lstrip()) if line > span.line else span.column - 1
            inside = text[start:]
            opening = re.match(r"[a-zA-Z]{0,2}[\"']{1,3}", inside) if line == span.line else None
            start += opening.end() if opening else 0
            mark = re.match(_LINE_MARK, text[start:])
            if mark:
                yield from _verdict(site, mark, text[start:], line, start + 1)


def _verdict(site: Site, mark: re.Match[str], text: str, line: int, column: int) -> Iterator[Violation]:
    word = (mark["capitals"] or mark["any_case"]).upper()
    rest = text[mark.end() :]
    span = site.span._replace(line=line, column=column, end_line=line, end_column=column + len(text.rstrip()))
    if site.options.expiry and (date := re.search(_DATE, rest)) and _is_date(date[1]):
        if date[1] < site.today:
            yield site.violation(f"`{word}` was due by {date[1]}", span=span)
        return
    if site.options.tickets and _has_ticket(rest, site.facts.line(line + 1)):
        return
    if site.options.owners and re.match(_OWNER, rest) and not re.match(_TICKET, rest):
        return
    yield site.violation(f"`{word}` leaves work for later in a place where nobody plans it", span=span)


def _is_date(text: str) -> bool:
    from datetime import date  # only for the rare comment that carries one

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _has_ticket(rest: str, next_line: str) -> bool:
    if re.match(_TICKET, rest) or re.search(_ISSUE_ADDRESS, rest):
        return True
    following = next_line.strip()
    return following.startswith("#") and re.search(_ISSUE_ADDRESS, following) is not None
