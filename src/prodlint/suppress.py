"""Suppression comments: violations in, the same out with the hidden ones marked, and findings about the comments.

Reads ``# prodlint: allow …`` (with ``allow-file``, ``off``, ``on``), ``# noqa: PRD101`` and bare ``# noqa``. A comment
covers a unit: a simple statement, or the header of a compound one from its decorators to the colon. It stands at the
end of any line of the unit or alone before it. Decides nothing about code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prodlint.model import Suppression, Violation
from prodlint.tool_rules import BLANKET_SUPPRESSION, EXPIRED_SUPPRESSION, UNUSED_SUPPRESSION
from prodlint.tool_rules import RULES as TOOL_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.facts import Comment, FileFacts
    from prodlint.registry import Registry
    from prodlint.rule import Rule

_PRODLINT = re.compile(r"#+[ \t]*prodlint:[ \t]*(.*)", re.IGNORECASE)
_NOQA = re.compile(r"#+[ \t]*noqa(?![\w-])[ \t]*(?P<colon>:)?[ \t]*(?P<rest>.*)", re.IGNORECASE)
_ALLOW = re.compile(
    r"(?P<verb>allow-file|allow|off|on)(?![\w-])[ \t]*"
    r"(?P<names>[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)?"
    r"(?:[ \t]+until[ \t]+(?P<until>\S+))?"
    r"(?:[ \t]*--[ \t]*(?P<reason>.*?))?[ \t]*$"
)
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,5}", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
_TOOL_NAMES = frozenset(rule.name for rule in TOOL_RULES)
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
    report: Callable[[Rule, Comment, str], Violation | None],
) -> list[Violation]:
    """Mark what a file's comments hide, and add what is wrong with the comments themselves.

    ``ran`` names the rules that ran on the file; ``today`` is an ISO date. ``report`` makes a violation of one of the tool's own rules at a comment, or None where
    that rule is switched off.
    """
    directives = [directive for comment in file.comments for directive in read_directives(comment, registry)]
    if not directives:
        return violations
    return _Pass(directives, file, today).apply(violations, ran, report)


def read_directives(comment: Comment, registry: Registry) -> Iterator[Directive]:
    """The directive that a comment holds, if it is a suppression; its names as the rules' names."""
    if match := _PRODLINT.match(comment.text):
        yield _read_prodlint(comment, match[1], registry)
    elif match := _NOQA.match(comment.text):
        if not match["colon"]:
            yield Directive(comment, "noqa", None)
            return
        codes = []
        for word in re.split(r"[,\s]+", match["rest"]):
            if not _CODE.fullmatch(word):
                break
            codes.append(word.upper())
        rules = [registry.find(code) for code in codes if code.startswith("PRD")]
        names = tuple(rule.name for rule in rules if rule is not None)
        if names:
            yield Directive(comment, "noqa", names)


def _read_prodlint(comment: Comment, text: str, registry: Registry) -> Directive:
    # A second comment may follow on the line: `# prodlint: allow bare-except -- reason  # noqa: E722`.
    body = re.split(r"[ \t]#", text, maxsplit=1)[0]
    match = _ALLOW.match(body)
    if match is None:
        return Directive(comment, "", (), fault="is not `allow`, `allow-file`, `off` or `on` with names of rules")
    verb, until = match["verb"], match["until"]
    if not match["names"]:
        return Directive(comment, verb, (), fault="names no rule")
    if until is not None and not _DATE.match(until):
        return Directive(comment, verb, (), fault=f"gives `{until}` where a date like 2027-03-01 is needed")
    names = []
    for word in re.split(r"[ \t]*,[ \t]*", match["names"]):
        rule = registry.find(word)
        if rule is None:
            nearest = registry.nearest(word)
            hint = f"; did you mean `{nearest}`?" if nearest else ""
            return Directive(comment, verb, (), fault=f"names `{word}`, which is no rule{hint}")
        names.append(rule.name)
    return Directive(comment, verb, tuple(names), until, match["reason"] or None)


class _Pass:
    """One file's suppression: which comment covers which lines, and which of its names hid something."""

    def __init__(self, directives: list[Directive], file: FileFacts, today: str) -> None:
        self._directives = directives
        self._file = file
        self._today = today
        self._used: set[tuple[int, str]] = set()
        self._by_unit: dict[int, list[int]] = {}
        self._ranges: list[tuple[int, int, int]] = []
        self._whole_file: list[int] = []
        for number, directive in enumerate(directives):
            if not directive.fault and not self._is_expired(directive):
                self._place(number, directive)

    def _is_expired(self, directive: Directive) -> bool:
        return directive.until is not None and directive.until < self._today

    def _place(self, number: int, directive: Directive) -> None:
        if directive.verb == "allow-file":
            self._whole_file.append(number)
        elif directive.verb == "off":
            self._ranges.append((directive.comment.line, self._end_of_range(number, directive), number))
        elif directive.verb in ("allow", "noqa"):
            for unit in self._units(directive.comment, directive.verb):
                self._by_unit.setdefault(unit, []).append(number)

    def _end_of_range(self, number: int, directive: Directive) -> int:
        for later in self._directives[number + 1 :]:
            if later.verb == "on" and not later.fault and set(directive.names or ()) <= set(later.names or ()):
                return later.comment.line
        return self._file.source.line_count

    def _units(self, comment: Comment, verb: str) -> Iterator[int]:
        """The first lines of the units that a comment covers."""
        own = self._file.statements.unit(comment.line).first
        yield own
        if not comment.is_alone or verb == "noqa" or own != comment.line:
            return
        source = self._file.source
        line = comment.line + 1
        while source.line(line).lstrip().startswith("#"):
            yield line
            line += 1
        yield self._file.statements.unit(line).first

    def apply(
        self,
        violations: list[Violation],
        ran: set[str],
        report: Callable[[Rule, Comment, str], Violation | None],
    ) -> list[Violation]:
        """The violations, marked where a comment hides them, and then what is wrong with the comments."""
        marked = [self._marked(violation) for violation in violations]
        findings = [found for found in self._findings(ran, report) if found is not None]
        return marked + findings

    def _marked(self, violation: Violation) -> Violation:
        if violation.rule in _TOOL_NAMES:
            return violation
        for numbers in self._covering(violation):
            hits = [number for number in numbers if self._hides(self._directives[number], violation)]
            if hits:
                self._used.update((number, violation.rule) for number in hits)
                first = self._directives[hits[0]]
                return violation._replace(suppressed=Suppression(first.reason, first.until))
        return violation

    def _covering(self, violation: Violation) -> Iterator[list[int]]:
        """The directives that cover a violation's place, the closest first."""
        if violation.span is not None:
            line = violation.span.line
            if self._by_unit:
                yield self._by_unit.get(self._file.statements.unit(line).first, [])
            yield [number for first, last, number in self._ranges if first <= line <= last]
        yield self._whole_file

    def _hides(self, directive: Directive, violation: Violation) -> bool:
        if directive.names is None:
            return violation.family != _SECURITY
        return violation.rule in directive.names

    def _findings(
        self, ran: set[str], report: Callable[[Rule, Comment, str], Violation | None]
    ) -> Iterator[Violation | None]:
        for number, directive in enumerate(self._directives):
            comment = directive.comment
            if directive.fault:
                yield report(UNUSED_SUPPRESSION, comment, f"the suppression {directive.fault}, so it hides nothing")
            elif self._is_expired(directive):
                yield report(EXPIRED_SUPPRESSION, comment, f"the suppression expired on {directive.until}")
            elif directive.names is None:
                hidden = sorted(name for used, name in self._used if used == number)
                if hidden:
                    names = ", ".join(f"`{name}`" for name in hidden)
                    yield report(BLANKET_SUPPRESSION, comment, f"a bare `noqa` hides {names}: name what it may hide")
            elif directive.verb != "on":
                for name in directive.names:
                    if name in ran and (number, name) not in self._used:
                        yield report(UNUSED_SUPPRESSION, comment, f"unused suppression: nothing here violates `{name}`")

