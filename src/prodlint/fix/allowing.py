"""Violations and a reason in, the comments that allow them out, as edits: where they stand, and what they join.

A comment goes to the end of the violation's line; alone on the line before where that line would get too long, goes on
(a backslash, a string of several lines), or is the comment that is complained of. A comment with the same reason that
is there already gets the name. A finding about the module or the file goes to the file's opening comments.
"""

from __future__ import annotations

import re

from prodlint.config.line_limit import USUAL_LIMIT
from prodlint.directives import read_directives, unit_around
from prodlint.facts.comments import find_comments
from prodlint.facts.statements import Statements
from prodlint.fix.suppressions import listed_names
from prodlint.index import Index, parse, plan_for
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import MODULE_SPAN, Edit, Fix, Safety
from prodlint.source import Unreadable
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.directives import Directive
    from prodlint.model import Span, Violation
    from prodlint.registry import Registry
    from prodlint.source import Source


class Grounds(NamedTuple):
    """What a comment says beside the names: the reason, and the last day (ISO date) it holds, None: for good."""

    reason: str
    until: str | None = None


def fault_in_reason(reason: str) -> str:
    """Why a text cannot be a suppression's reason; empty if it can."""
    if not reason.strip():
        return "a reason says something"
    if not reason.isprintable():
        return "a reason is one line of text without control characters"
    if _NEXT_COMMENT.search(f" {reason}"):
        return "a reason cannot hold ` #`, which would begin another comment"
    return ""


# As `prodlint.directives` reads comments: `#12` is a ticket.
_NEXT_COMMENT = re.compile(r"[ \t]#(?!\d)")


def allowing(
    violation: Violation, source: Source, registry: Registry, grounds: Grounds, limit: int = USUAL_LIMIT
) -> Fix | None:
    """The fix that suppresses one violation with a comment; None where no comment can.

    ``source`` is the text that the violation was found in, ``limit`` how many characters a line may have.
    """
    edits = allow([violation], source, registry, grounds, limit)
    return Fix(f"Allow `{violation.rule}` here, with a reason", Safety.MANUAL, edits) if edits else None


def allow(
    violations: Iterable[Violation], source: Source, registry: Registry, grounds: Grounds, limit: int = USUAL_LIMIT
) -> tuple[Edit, ...]:
    """The edits, sorted and disjoint, that suppress these violations of one text, as far as comments can.

    Findings about suppressions, and about code that no rule has seen, are left. Raises ValueError for a reason that
    `fault_in_reason` refuses.
    """
    if fault := fault_in_reason(grounds.reason):
        raise ValueError(fault)
    wanted = [violation for violation in violations if violation.family != TOOL]
    if not wanted:
        return ()
    try:
        return _Allowing(source, registry, grounds._replace(reason=grounds.reason.strip()), limit).edits(wanted)
    except Unreadable:
        return ()  # whoever found the violations has reported that


class _Line(NamedTuple):
    """What tokens say of a line: the column of its comment (0 for none), and whether a comment can follow its end."""

    comment: int
    is_open: bool


class _Allowing:
    """One text: its units with the names that are to be allowed there, and the edits that say so."""

    def __init__(self, source: Source, registry: Registry, grounds: Grounds, limit: int) -> None:
        self._source = source
        self._grounds = grounds
        self._limit = limit
        self._statements = Statements(Index(parse(source)))
        self._lines = _lines(source)
        self._directives: dict[int, list[Directive]] = {}
        for comment in find_comments(source, plan_for(()), self._statements):
            self._directives.setdefault(comment.line, []).extend(read_directives(comment, registry))
        self._inserted: dict[int, str] = {}
        self._edits: list[Edit] = []

    def edits(self, violations: Iterable[Violation]) -> tuple[Edit, ...]:
        """The edits that allow all of these."""
        top: dict[str, list[str]] = {}
        units: dict[int, list[tuple[Span, str]]] = {}
        for violation in violations:
            span = violation.span
            if span is None or span == MODULE_SPAN:
                top.setdefault("allow" if span else "allow-file", []).append(violation.rule)
            else:
                units.setdefault(self._first(span.line), []).append((span, violation.rule))
        for first in sorted(units):
            self._allow_unit(first, units[first])
        if top:
            self._allow_on_top([self._comment(names, verb) for verb, names in top.items()])
        inserted = (self._insertion(line, text) for line, text in self._inserted.items())
        return tuple(sorted((*self._edits, *inserted)))

    def _first(self, line: int) -> int:
        """The line that stands for all that one comment covers with this one: the first of its unit.

        Lines of comment that follow each other are covered together.
        """
        first = unit_around(line, self._statements, self._source).first
        if first == line:
            while self._is_alone(first) and self._is_alone(first - 1):
                first -= 1
        return first

    def _is_alone(self, line: int) -> bool:
        """Whether nothing but a comment stands on a line."""
        return line > 0 and bool(self._lines[line].comment) and self._source.line(line).lstrip().startswith("#")

    def _allow_unit(self, first: int, places: list[tuple[Span, str]]) -> None:
        names = list(dict.fromkeys(name for _, name in places))
        lines = list(dict.fromkeys(span.line for span, _ in places))
        is_comment = self._is_alone(first)
        last = min(lines) if is_comment else unit_around(first, self._statements, self._source).last
        if self._joins(first, last, names):
            return
        comment = self._comment(names)
        # A comment that is complained of must stay what it is.
        is_about_comment = any(0 < self._lines[span.line].comment <= span.column for span, _ in places)
        line = None if is_about_comment else next((line for line in lines if self._has_room(line, comment)), None)
        if line is None:
            self._insert(min(lines) if is_comment else first, comment)
        else:
            code = self._source.line(line)
            start = self._source.offset(line, 1)
            self._edits.append(Edit(start + len(code.rstrip()), start + len(code), f"  {comment}"))

    def _has_room(self, line: int, comment: str) -> bool:
        length = len(self._source.line(line).rstrip()) + len("  ") + len(comment)
        return not self._lines[line].is_open and length <= self._limit

    def _joins(self, first: int, last: int, names: list[str]) -> bool:
        """Put the names into a comment that says the same of other rules here, if there is one and it has room."""
        while self._is_alone(first - 1):
            first -= 1
        for line in range(first, last + 1):
            for directive in self._directives.get(line, ()):
                new = [name for name in names if name not in (directive.names or ())]
                text = "".join(f", {name}" for name in new)
                comment = directive.comment
                fits = comment.is_alone or len(self._source.line(line)) + len(text) <= self._limit
                if new and fits and self._says_the_same(directive):
                    end = listed_names(comment.text)[-1].end()
                    at = self._source.offset(comment.line, comment.column) + end
                    self._edits.append(Edit(at, at, text))
                    return True
        return False

    def _says_the_same(self, directive: Directive) -> bool:
        if directive.fault or directive.verb != "allow":
            return False
        return Grounds(directive.reason or "", directive.until) == self._grounds

    def _comment(self, names: Iterable[str], verb: str = "allow") -> str:
        until = f" until {self._grounds.until}" if self._grounds.until else ""
        return f"# prodlint: {verb} {', '.join(dict.fromkeys(names))}{until} -- {self._grounds.reason}"

    def _insert(self, line: int, comment: str) -> None:
        code = self._source.line(line)
        indent = code[: len(code) - len(code.lstrip())]
        self._inserted[line] = indent + comment + self._source.newline

    def _allow_on_top(self, comments: list[str]) -> None:
        source = self._source
        line = _after_magic(source)
        newline = source.newline
        text = "".join(comment + newline for comment in comments)
        below = self._inserted.get(line, "")
        if below or source.line(line).strip()[:1] not in ("", "#"):
            text += newline  # else the comment would be one about the code below, too
        self._inserted[line] = text + below

    def _insertion(self, line: int, text: str) -> Edit:
        source = self._source
        at = source.offset(line, 1)
        return Edit(at, at, source.newline + text if line > source.line_count else text)


def _after_magic(source: Source) -> int:
    """The first line that a comment may be put before: below ``#!``, and below the encoding, which must stay."""
    line = 1
    if source.line(1).startswith("#!"):
        line = 2
    if source.line(1).startswith("#") and any(_COOKIE.match(source.line(number)) for number in (1, 2)):
        line = 3 if _COOKIE.match(source.line(2)) else 2
    return line


_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=]")


def _lines(source: Source) -> dict[int, _Line]:
    """What tokens say of each line. Raises Unreadable where the tokenizer is stricter than the parser."""
    import tokenize  # only who allows something pays for it
    from io import StringIO

    lines = {number: _Line(0, text.endswith("\\")) for number, text in enumerate(source.lines, start=1)}
    text = StringIO(source.text.replace("\r\n", "\n").replace("\r", "\n"))
    openings: list[int] = []
    try:
        for token in tokenize.generate_tokens(text.readline):
            first, last = token.start[0], token.end[0]
            name = tokenize.tok_name[token.type]
            if name == "COMMENT":
                lines[first] = _Line(token.start[1] + 1, False)
            elif name.endswith("STRING_START"):
                openings.append(first)
            elif name.endswith("STRING_END"):
                lines.update({number: _Line(0, True) for number in range(openings.pop(), last)})
            elif name == "STRING":
                lines.update({number: _Line(0, True) for number in range(first, last)})
    except (tokenize.TokenError, SyntaxError) as error:
        raise Unreadable(f"its comments cannot be told: {error}") from None
    return lines
