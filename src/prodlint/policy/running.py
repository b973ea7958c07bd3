"""A report and the settings of its files in; on which files each rule ran, and what it found there, out.

A rule shows something only where it ran. What hides its violations counts by who answers for it: a comment with a
reason beside the place does; the baseline, a comment without a reason, and one that covers a whole file do not.
"""

from __future__ import annotations

import io

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Origin
from prodlint.tool_rules import FAMILY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prodlint.config import FileSettings
    from prodlint.model import Report, Violation
    from prodlint.registry import Registry
    from prodlint.rule import Rule


class RuleRun(NamedTuple):
    """What is known of a rule from one run.

    ``files`` counts those that it ran on. ``left_out`` counts those that it is meant for, by its own contexts, and did
    not run on, such as ``example``. ``live`` are its violations that nothing hides, ``known`` those that the baseline
    knows, ``unexplained`` those that a comment hides without a reason; ``allowed`` counts those with one. ``blanket``
    are files in which a comment hides all that the rule finds from there on.
    """

    rule: Rule
    files: int
    left_out: int
    example: str
    live: tuple[Violation, ...]
    known: tuple[Violation, ...]
    unexplained: tuple[Violation, ...]
    allowed: int
    blanket: tuple[str, ...]

    def about(self, clause: str) -> RuleRun:
        """The same with what concerns a clause: a violation may be about some of its rule's clauses only."""
        if clause not in self.rule.policy:  # a project's own clause, which no rule can know of
            return self
        live, known, unexplained = (
            tuple(violation for violation in found if clause in violation.policy)
            for found in (self.live, self.known, self.unexplained)
        )
        return self._replace(live=live, known=known, unexplained=unexplained)


def runs_of(
    report: Report,
    files: Iterable[tuple[str, FileSettings]],
    registry: Registry,
    blankets: Callable[[str], frozenset[str]],
    looked_at: Mapping[str, int],
    unseen_by: Mapping[str, tuple[str, ...]],
) -> dict[str, RuleRun]:
    """What is known of each rule, by name.

    ``files`` are all that were checked, as the report names them, with their settings. ``blankets`` tells of a file by
    which rules' names its comments allow more than one place. Of rules about files that are not Python,
    ``looked_at`` counts those that they ran on, and ``unseen_by`` has those that they are meant for and did not.
    """
    unseen = {violation.path for violation in report.violations if violation.code == _UNREADABLE}
    unseen |= {problem.path for problem in report.problems if problem.path and problem.fatal}
    groups: dict[int, list[str]] = {}
    settings_of: dict[int, FileSettings] = {}
    left_out: dict[str, list[str]] = {rule.name: [] for rule in registry.rules}
    for path, settings in files:
        key = id(settings)
        settings_of[key] = settings
        groups.setdefault(key, []).append(path)
    ran = dict.fromkeys(left_out, 0)
    for key, paths in groups.items():
        settings = settings_of[key]
        hidden = [path for path in paths if path in unseen]
        active = {each.rule.name for each in settings.active}
        for rule in registry.rules:
            if rule.is_about_projects:
                continue  # `looked_at` tells of those
            if rule.name in active:
                ran[rule.name] += len(paths) - len(hidden)
                left_out[rule.name] += hidden
            elif settings.context in rule.contexts and rule.family != FAMILY:
                left_out[rule.name] += paths
    for name, missed in unseen_by.items():
        left_out[name] += missed
    found = _by_rule(report)
    return {
        rule.name: _run(rule, ran[rule.name] + looked_at.get(rule.name, 0), left_out[rule.name], found, blankets)
        for rule in registry.rules
    }


_UNREADABLE = "PRD900"


def _by_rule(report: Report) -> dict[str, list[Violation]]:
    found: dict[str, list[Violation]] = {}
    for violation in report.violations:
        found.setdefault(violation.rule, []).append(violation)
    return found


def _run(
    rule: Rule,
    files: int,
    left_out: list[str],
    found: dict[str, list[Violation]],
    blankets: Callable[[str], frozenset[str]],
) -> RuleRun:
    violations = found.get(rule.name, [])
    live = tuple(violation for violation in violations if violation.suppressed is None)
    hidden = [violation for violation in violations if violation.suppressed is not None]
    known = tuple(v for v in hidden if v.suppressed is not None and v.suppressed.origin is Origin.BASELINE)
    commented = [v for v in hidden if v.suppressed is not None and v.suppressed.origin is Origin.COMMENT]
    unexplained = tuple(v for v in commented if v.suppressed is not None and not v.suppressed.reason)
    paths = dict.fromkeys(violation.path for violation in commented)
    blanket = tuple(path for path in paths if rule.name in blankets(path))
    example = left_out[0] if left_out else ""
    allowed = len(commented) - len(unexplained)
    return RuleRun(rule, files, len(left_out), example, live, known, unexplained, allowed, blanket)


def blanket_names(text: str, registry: Registry) -> frozenset[str]:
    """The names of the rules that the comments of a Python text allow in more than one place."""
    from tokenize import COMMENT, TokenError, generate_tokens  # only for files in which something is hidden

    from prodlint.directives import read_directives
    from prodlint.facts.comments import Comment

    names: set[str] = set()
    try:
        for token in generate_tokens(io.StringIO(text).readline):
            if token.type == COMMENT and "prodlint" in token.string:
                comment = Comment(token.start[0], token.start[1] + 1, token.string, is_alone=True)
                for directive in read_directives(comment, registry):
                    if directive.verb in _WIDE and not directive.fault:
                        names.update(directive.names or registry.by_name)
    except (TokenError, SyntaxError):
        return frozenset(registry.by_name)  # what cannot be read vouches for nothing
    return frozenset(names)


_WIDE = frozenset({"allow-file", "off"})
