"""Suppression comments: violations in, the same out with the hidden ones marked, and findings about the comments.

Works on the directives that `prodlint.directives` reads. Decides nothing about code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum

from prodlint.directives import read_directives, unit_around
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import MODULE_SPAN, Suppression, Violation
from prodlint.tool_rules import (
    BLANKET_SUPPRESSION,
    EXPIRED_SUPPRESSION,
    FORBIDDEN_SUPPRESSION,
    SUPPRESSION_WITHOUT_REASON,
    UNUSED_SUPPRESSION,
)
from prodlint.tool_rules import RULES as TOOL_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.config import Suppressing
    from prodlint.directives import Directive
    from prodlint.facts import Comment, FileFacts
    from prodlint.registry import Registry
    from prodlint.rule import Rule

    Report = Callable[[Rule, Comment, str, str], Violation | None]

_TOOL_NAMES = frozenset(rule.name for rule in TOOL_RULES)
_SECURITY = "security"


class State(Enum):
    """What has become of a suppression comment; where several hold, the first one is told."""

    INVALID = "invalid"
    LOCKED = "locked"
    EXPIRED = "expired"
    UNUSED = "unused"
    REASONLESS = "reasonless"
    OLD = "old"
    BLANKET = "blanket"
    IDLE = "idle"
    ACTIVE = "active"


class Verdict(NamedTuple):
    """One comment, how many violations it hides, and its state (``OLD`` is for who knows its age).

    A comment is idle that hides nothing because its rules did not run on the file.
    """

    directive: Directive
    hides: int
    state: State


def suppress(
    violations: list[Violation],
    file: FileFacts,
    ran: set[str],
    registry: Registry,
    suppressing: Suppressing,
    today: str,
    report: Report,
    tell: Callable[[Verdict], None] | None = None,
) -> list[Violation]:
    """Mark what a file's comments hide, and add what is wrong with the comments themselves.

    ``ran`` names the rules that ran on the file, ``suppressing`` says what the project asks of comments, and ``today``
    is an ISO date. ``report`` makes a violation of one of the
    tool's own rules at a comment, or None where that rule is switched off; its last argument is the name of the rule
    which the comment allows in vain, or empty. ``tell`` is told of every comment that asks for something to be hidden.
    """
    directives = [directive for comment in file.comments for directive in read_directives(comment, registry)]
    if not directives:
        return violations
    done = _Pass(directives, file, suppressing, today)
    marked = done.apply(violations, ran, report)
    if tell is not None:
        for verdict in done.verdicts(ran):
            tell(verdict)
    return marked


def fault_in_grounds(directive: Directive, suppressing: Suppressing) -> str:
    """What a comment's reason lacks that the project asks for, worded to follow "the suppression"; empty if nothing."""
    reason = directive.reason or ""
    if not reason and (suppressing.needs_reason or suppressing.ticket):
        how = "a `noqa` cannot; write `# prodlint: allow`" if directive.verb == "noqa" else "it follows ` -- `"
        return f"gives no reason ({how})"
    if suppressing.ticket and not re.search(suppressing.ticket, reason[:_LONGEST_REASON]):
        return f"names no ticket in its reason (`{suppressing.ticket}`)"
    return ""


# Whose expression this is may be anybody's, and it may take more than linear time.
_LONGEST_REASON = 500

_Key = tuple[str, int, "str | None"]
"""A place that comments cover, for one rule (None: for all): the kind of place, its line or its comment's number."""


class _Pass:
    """One file's suppression: which comment covers which place, and what was hidden there.

    Everything is looked up by place and rule, so that the time is linear in the number of comments and violations.
    """

    def __init__(self, directives: list[Directive], file: FileFacts, suppressing: Suppressing, today: str) -> None:
        self._directives = directives
        self._file = file
        self._suppressing = suppressing
        self._today = today
        self._chosen: dict[_Key, Directive] = {}
        self._keys: dict[tuple[int, str | None], list[_Key]] = {}
        self._hidden: dict[_Key, dict[str, int]] = {}
        # By rule, sorted and disjoint: the first and last line, and the key.
        self._chains: dict[str, list[tuple[int, int, _Key]]] = {}
        self._ranges: dict[str, list[tuple[int, int, _Key]]] = {}
        self._chain = (0, 0)
        self._opening = 0
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
        if comment.line <= self._end_of_opening():
            self._cover(number, directive, ("module", 0))
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

    def _end_of_opening(self) -> int:
        """The last of the comment lines that the file begins with: a finding about the module stands on its line 1.

        -1 without such lines. A comment below ``#!`` could not be put before line 1.
        """
        if not self._opening:
            is_comment = self._file.source.line(1).startswith("#")
            self._opening = self._end_of_chain(1) if is_comment else -1
        return self._opening

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
        """The first line of the unit that a line belongs to."""
        return unit_around(line, self._file.statements, self._file.source).first

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
        if violation.rule in _TOOL_NAMES or violation.rule in self._suppressing.locked:
            return violation
        for key in self._covering(violation):
            directive = self._chosen.get(key)
            if directive is not None:
                hidden = self._hidden.setdefault(key, {})
                hidden[violation.rule] = hidden.get(violation.rule, 0) + 1
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
            if violation.span == MODULE_SPAN:
                yield "module", 0, rule
        yield "file", 0, rule

    def verdicts(self, ran: set[str]) -> Iterator[Verdict]:
        """What has become of each comment, after `apply`; bare ``noqa`` that hide nothing are somebody else's."""
        for number, directive in enumerate(self._directives):
            names = directive.names if directive.names is not None else (None,)
            keys = {key for name in names for key in self._keys.get((number, name), ())}
            hides = sum(sum(self._hidden[key].values()) for key in keys if key in self._hidden)
            if directive.verb != "on" and (hides or directive.names is not None):
                yield Verdict(directive, hides, self._state(number, ran))

    def _state(self, number: int, ran: set[str]) -> State:
        directive = self._directives[number]
        names = directive.names
        if directive.fault:
            return State.INVALID
        if names is None:
            return State.BLANKET
        if not self._suppressing.locked.isdisjoint(names):
            return State.LOCKED
        if self._is_expired(directive):
            return State.EXPIRED
        if any(name in ran and not self._hidden_by(number, name) for name in names):
            return State.UNUSED
        if fault_in_grounds(directive, self._suppressing):
            return State.REASONLESS
        return State.ACTIVE if not ran.isdisjoint(names) else State.IDLE

    def _findings(self, ran: set[str], report: Report) -> Iterator[Violation | None]:
        for number, directive in enumerate(self._directives):
            comment = directive.comment
            if directive.fault:
                yield report(UNUSED_SUPPRESSION, comment, f"the suppression {directive.fault}, so it hides nothing", "")
            elif directive.names is None:
                hidden = self._hidden_by(number, None)
                if hidden:
                    names = ", ".join(f"`{name}`" for name in sorted(hidden))
                    yield report(
                        BLANKET_SUPPRESSION, comment, f"a bare `noqa` hides {names}: name what it may hide", ""
                    )
            elif directive.verb != "on":
                yield from self._findings_at(number, directive.names, ran, report)

    def _findings_at(
        self, number: int, names: tuple[str, ...], ran: set[str], report: Report
    ) -> Iterator[Violation | None]:
        """What is wrong with a comment that names rules."""
        directive = self._directives[number]
        comment = directive.comment
        for name in names:
            if name in self._suppressing.locked:
                message = f"`{name}` is locked: no comment can hide what violates it"
                yield report(FORBIDDEN_SUPPRESSION, comment, message, "")
        if self._is_expired(directive):
            yield report(EXPIRED_SUPPRESSION, comment, f"the suppression expired on {directive.until}", "")
            return
        allowed = [name for name in names if name not in self._suppressing.locked]
        unused = [name for name in allowed if name in ran and not self._hidden_by(number, name)]
        for name in unused:
            yield report(UNUSED_SUPPRESSION, comment, f"unused suppression: nothing here violates `{name}`", name)
        if len(unused) < len(allowed) and (fault := fault_in_grounds(directive, self._suppressing)):
            yield report(SUPPRESSION_WITHOUT_REASON, comment, f"the suppression {fault}", "")

    def _hidden_by(self, number: int, name: str | None) -> set[str]:
        return {rule for key in self._keys.get((number, name), ()) for rule in self._hidden.get(key, ())}


def _key_at(ranges: list[tuple[int, int, _Key]], line: int) -> _Key | None:
    position = bisect_right(ranges, line, key=lambda place: place[0]) - 1
    if position < 0 or ranges[position][1] < line:
        return None
    return ranges[position][2]
