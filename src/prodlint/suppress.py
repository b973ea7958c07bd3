"""Suppression comments: violations in, the same out with the hidden ones marked, and findings about the comments.

Reads ``# prodlint: allow …`` (with ``allow-file``, ``off``, ``on``), ``# noqa: PRD101`` and bare ``# noqa``. A comment
covers a unit: a simple statement, or the header of a compound one from its decorators to the colon. It stands at the
end of any line of the unit or alone before it. Decides nothing about code.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from prodlint.facts.statements import end_line, first_line
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Suppression, Violation
from prodlint.tool_rules import BLANKET_SUPPRESSION, EXPIRED_SUPPRESSION, UNUSED_SUPPRESSION
from prodlint.tool_rules import RULES as TOOL_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.facts import Comment, FileFacts
    from prodlint.registry import Registry
    from prodlint.rule import Rule

    Report = Callable[[Rule, Comment, str, str], Violation | None]

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
_TOOL_NAMES = frozenset(rule.name for rule in TOOL_RULES)
_OUR_CODES = "PRD"
_SECURITY = "security"


class Directive(NamedTuple):
    """One suppression comment as read: where it stands, what it does, for which rules (None: for all).

    ``fault`` says what is wrong with a comment that cannot be understood; such a one hides nothing.
    """

    comment: Comment
    verb: str
    names: tuple[str, ...] | None
    until: str | None = None
    reason: str | None = None
    fault: str = ""


def suppress(
    violations: list[Violation],
    file: FileFacts,
    ran: set[str],
    registry: Registry,
    today: str,
    report: Report,
) -> list[Violation]:
    """Mark what a file's comments hide, and add what is wrong with the comments themselves.

    ``ran`` names the rules that ran on the file; ``today`` is an ISO date. ``report`` makes a violation of one of the
    tool's own rules at a comment, or None where that rule is switched off; its last argument is the name of the rule
    which the comment allows in vain, or empty.
    """
    directives = [directive for comment in file.comments for directive in read_directives(comment, registry)]
    if not directives:
        return violations
    return _Pass(directives, file, today).apply(violations, ran, report)


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
    hint = f"; did you mean `{nearest}`?" if nearest and registry.find(nearest) else ""
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


_Key = tuple[str, int, "str | None"]
"""A place that comments cover, for one rule (None: for all): the kind of place, its line or its comment's number."""


class _Pass:
    """One file's suppression: which comment covers which place, and what was hidden there.

    Everything is looked up by place and rule, so that the time is linear in the number of comments and violations.
    """

    def __init__(self, directives: list[Directive], file: FileFacts, today: str) -> None:
        self._directives = directives
        self._file = file
        self._today = today
        self._chosen: dict[_Key, Directive] = {}
        self._keys: dict[tuple[int, str | None], list[_Key]] = {}
        self._hidden: dict[_Key, set[str]] = {}
        # By rule, sorted and disjoint: the first and last line, and the key.
        self._chains: dict[str, list[tuple[int, int, _Key]]] = {}
        self._ranges: dict[str, list[tuple[int, int, _Key]]] = {}
        self._chain = (0, 0)
        self._covers_units = False
        self._place_all()

    def _is_expired(self, directive: Directive) -> bool:
        return directive.until is not None and directive.until < self._today

    def _place_all(self) -> None:
        opened: dict[str, tuple[int, int]] = {}
        for number, directive in enumerate(self._directives):
            if directive.fault or self._is_expired(directive):
                continue
            if directive.verb in ("off", "on"):
                self._switch(number, directive, opened)
            elif directive.verb == "allow-file":
                self._cover(number, directive, ("file", 0))
            else:
                self._place(number, directive)
        for name, opening in opened.items():
            self._close(name, opening, self._file.source.line_count)

    def _switch(self, number: int, directive: Directive, opened: dict[str, tuple[int, int]]) -> None:
        line = directive.comment.line
        for name in directive.names or ():
            if name in opened:
                self._close(name, opened.pop(name), line)
            if directive.verb == "off":
                opened[name] = (line, number)

    def _close(self, name: str, opening: tuple[int, int], last: int) -> None:
        first, number = opening
        key = ("range", number, name)
        self._add(number, name, key)
        self._ranges.setdefault(name, []).append((first, last, key))

    def _place(self, number: int, directive: Directive) -> None:
        """Cover the unit that the comment stands in, and the one after it if it stands alone before that."""
        comment = directive.comment
        own = self._unit(comment.line)
        self._covers_units = True
        self._cover(number, directive, ("unit", own))
        if not comment.is_alone or directive.verb == "noqa" or own != comment.line:
            return
        end = self._end_of_chain(comment.line)
        following = self._unit(end + 1)
        for name in directive.names or ():
            key = ("unit", following, name)
            self._add(number, name, key)
            self._chains.setdefault(name, []).append((own, end, key))

    def _cover(self, number: int, directive: Directive, place: tuple[str, int]) -> None:
        for name in directive.names if directive.names is not None else (None,):
            self._add(number, name, (*place, name))

    def _add(self, number: int, name: str | None, key: _Key) -> None:
        self._keys.setdefault((number, name), []).append(key)
        directive = self._directives[number]
        chosen = self._chosen.get(key)
        if chosen is None or (directive.reason and not chosen.reason):
            self._chosen[key] = directive

    def _end_of_chain(self, line: int) -> int:
        """The last of the comment lines that begin with this one."""
        first, last = self._chain
        if not first <= line <= last:
            source = self._file.source
            last = line
            while source.line(last + 1).lstrip().startswith("#"):
                last += 1
            self._chain = (line, last)
        return last

    def _unit(self, line: int) -> int:
        """The first line of the unit that a line belongs to; of a header, up to its colon."""
        statements = self._file.statements
        first, last = statements.unit(line)
        if first == last == line and (around := statements.around(line)):
            code = self._file.source.line(line).strip()
            # What is no statement of its own, and no keyword between two blocks, closes a header: `):`.
            if code and not _OUTSIDE_HEADER.match(code) and first_line(around[-1]) < line < end_line(around[-1]):
                return first_line(around[-1])
        return first

    def apply(
        self,
        violations: list[Violation],
        ran: set[str],
        report: Report,
    ) -> list[Violation]:
        """The violations, marked where a comment hides them, and then what is wrong with the comments."""
        marked = [self._marked(violation) for violation in violations]
        findings = [found for found in self._findings(ran, report) if found is not None]
        return marked + findings

    def _marked(self, violation: Violation) -> Violation:
        if violation.rule in _TOOL_NAMES:
            return violation
        for key in self._covering(violation):
            directive = self._chosen.get(key)
            if directive is not None:
                self._hidden.setdefault(key, set()).add(violation.rule)
                return violation._replace(suppressed=Suppression(directive.reason, directive.until))
        return violation

    def _covering(self, violation: Violation) -> Iterator[_Key]:
        """The places that hold a violation, the closest first."""
        rule = violation.rule
        if violation.span is not None:
            line = violation.span.line
            if self._covers_units:
                unit = self._unit(line)
                yield "unit", unit, rule
                if violation.family != _SECURITY:
                    yield "unit", unit, None
            for ranges in (self._chains, self._ranges):
                if rule in ranges and (key := _key_at(ranges[rule], line)) is not None:
                    yield key
        yield "file", 0, rule

    def _findings(self, ran: set[str], report: Report) -> Iterator[Violation | None]:
        for number, directive in enumerate(self._directives):
            comment = directive.comment
            if directive.fault:
                yield report(UNUSED_SUPPRESSION, comment, f"the suppression {directive.fault}, so it hides nothing", "")
            elif self._is_expired(directive):
                yield report(EXPIRED_SUPPRESSION, comment, f"the suppression expired on {directive.until}", "")
            elif directive.names is None:
                hidden = self._hidden_by(number, None)
                if hidden:
                    names = ", ".join(f"`{name}`" for name in sorted(hidden))
                    yield report(
                        BLANKET_SUPPRESSION, comment, f"a bare `noqa` hides {names}: name what it may hide", ""
                    )
            elif directive.verb != "on":
                for name in directive.names:
                    if name in ran and not self._hidden_by(number, name):
                        message = f"unused suppression: nothing here violates `{name}`"
                        yield report(UNUSED_SUPPRESSION, comment, message, name)

    def _hidden_by(self, number: int, name: str | None) -> set[str]:
        return {rule for key in self._keys.get((number, name), ()) for rule in self._hidden.get(key, ())}


_OUTSIDE_HEADER = re.compile(r"#|(?:else|finally|case)\b")


def _key_at(ranges: list[tuple[int, int, _Key]], line: int) -> _Key | None:
    position = bisect_right(ranges, line, key=lambda place: place[0]) - 1
    if position < 0 or ranges[position][1] < line:
        return None
    return ranges[position][2]
