"""The checked values of one configuration in, what holds for a file of a given context out.

A scope is what one configuration file, the defaults and the command line make together; all files below it share it.
"""

from __future__ import annotations

import os

from prodlint.config.contexts import PRECEDENCE, Judgement
from prodlint.config.options import build, shown
from prodlint.config.overrides import layer_of
from prodlint.config.selection import Decision, decide
from prodlint.discover import Excludes
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Severity
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from prodlint.config.overrides import CommandLine
    from prodlint.config.patterns import Patterns
    from prodlint.config.source import Source
    from prodlint.config.values import Value, Values
    from prodlint.model import Context, Problem
    from prodlint.registry import Registry
    from prodlint.rule import Rule


class Active(NamedTuple):
    """A rule that runs on a file, as configured; ``options`` is an instance of ``rule.options``, or None."""

    rule: Rule
    severity: Severity
    options: Any


class Suppressing(NamedTuple):
    """What holds for a file's suppression comments.

    With ``are_ignored`` there might be none. A reason is needed with ``needs_reason``, and has to hold what the regular
    expression ``ticket`` looks for, unless that is empty. Violations of ``locked`` rules, by name, stay.
    """

    are_ignored: bool = False
    needs_reason: bool = False
    ticket: str = ""
    locked: frozenset[str] = frozenset()


class FileSettings(NamedTuple):
    """What holds for one file.

    ``active`` has the rules that run, in the registry's order, the tool's own included, and ``severities`` what they
    weigh, by name. ``key`` differs whenever anything that can change the file's findings differs, and is the same in
    every process.
    """

    context: Context
    active: tuple[Active, ...]
    key: str
    severities: dict[str, Severity]
    suppressing: Suppressing = Suppressing()


class RuleSettings(NamedTuple):
    """What a scope says of a rule, whatever the file."""

    rule: Rule
    decision: Decision
    severity: Severity
    contexts: frozenset[Context]
    options: Any


class PerFile(NamedTuple):
    """One entry of ``per-file-ignores``: the files that match (or do not, if ``inverted``) and what is off there."""

    base: str
    patterns: Patterns
    inverted: bool
    rules: frozenset[Rule]
    decision: Decision


class ContextPatterns(NamedTuple):
    """One entry of ``contexts``: the files that match are of the judgement's context."""

    base: str
    patterns: Patterns
    judgement: Judgement


class Scope:
    """What one configuration means, worked out once. ``source`` is its file, or None without one."""

    def __init__(
        self,
        values: Values,
        source: Source | None,
        command_line: CommandLine,
        registry: Registry,
        problems: list[Problem],
    ) -> None:
        self.values: Values = _merged(values, command_line)
        self.source = source
        self.command_line = command_line
        self.excludes = _excludes(self.values, command_line.extend_exclude)
        self.per_file = _per_file(self.values, registry)
        self.contexts = _contexts(self.values)
        decisions = decide((command_line.layer, layer_of(self.values)), registry)
        self.rules = tuple(self._rule_settings(rule, decisions[rule], problems) for rule in registry.rules)
        self._settings: dict[tuple[Context, tuple[PerFile, ...]], FileSettings] = {}

    @property
    def fail_on(self) -> Severity:
        """The least severity that fails a run."""
        value = self.values.get(("fail-on",))
        return value.value if value else Severity.WARNING

    @property
    def baseline(self) -> str | None:
        """The absolute path of the file of known violations, where one is named."""
        value = self.values.get(("baseline",))
        return os.path.normpath(os.path.join(value.source.base, value.value)) if value else None

    @property
    def skips_generated(self) -> bool:
        """Whether files that a program wrote are left out."""
        value = self.values.get(("generated",))
        return bool(value and value.value == "skip")

    @property
    def max_age(self) -> int | None:
        """How many days old a suppression comment may get, where that is limited."""
        value = self.values.get(("max-age",))
        return value.value if value else None

    def suppressing(self, locked: frozenset[str]) -> Suppressing:
        """What holds for suppression comments; ``locked`` is what the root configuration says."""
        reason, ticket = self.values.get(("require-reason",)), self.values.get(("require-ticket",))
        return Suppressing(
            self.command_line.no_suppressions,
            bool(reason and reason.value),
            ticket.value if ticket else "",
            locked,
        )

    def settings(
        self, context: Context, per_file: tuple[PerFile, ...], locked: frozenset[str] = frozenset()
    ) -> FileSettings:
        """What holds for a file of that context which these entries of ``per-file-ignores`` concern.

        ``locked`` names the rules that the root configuration locks: the same ones for every file of a run.
        """
        known = self._settings.get((context, per_file))
        if known is None:
            active = tuple(
                Active(settings.rule, settings.severity, settings.options)
                for settings in self.rules
                if verdict(settings, context, per_file).is_on
            )
            severities = {each.rule.name: each.severity for each in active}
            suppressing = self.suppressing(locked)
            key = _key(context, active, suppressing)
            known = self._settings[context, per_file] = FileSettings(context, active, key, severities, suppressing)
        return known

    def _rule_settings(self, rule: Rule, decision: Decision, problems: list[Problem]) -> RuleSettings:
        own = {path[2]: value for path, value in self.values.items() if path[:2] == ("rules", rule.name)}
        severity, contexts = own.pop("severity", None), own.pop("contexts", None)
        return RuleSettings(
            rule,
            decision,
            severity.value if severity else rule.severity,
            contexts.value if contexts else rule.contexts,
            _options(rule, own, problems),
        )


def verdict(settings: RuleSettings, context: Context, per_file: tuple[PerFile, ...]) -> Decision:
    """Whether a rule runs on a file of that context which these entries of ``per-file-ignores`` concern."""
    if not settings.decision.is_on or settings.rule is UNREADABLE_SOURCE:
        return settings.decision
    if context not in settings.contexts:
        return Decision(False, f"not for {context.value} files")
    return next((entry.decision for entry in per_file if settings.rule in entry.rules), settings.decision)


def _merged(values: Values, command_line: CommandLine) -> Values:
    """The values of a file under those of the command line."""
    merged = values | command_line.values
    if command_line.per_file_ignores:
        kept = {path: value for path, value in merged.items() if path[0] != "per-file-ignores"}
        merged = kept | command_line.per_file_ignores
    return merged


def _options(rule: Rule, values: dict[str, Value], problems: list[Problem]) -> Any:
    if not values:
        return rule.default_options()
    try:
        return build(rule, {key: value.value for key, value in values.items()})
    except ValueError as error:
        first = next(iter(values.values()))
        fault = first.source.fault(f"options of `{rule.name}`: {error}", first.path)
        if fault not in problems:  # the command line is part of every scope
            problems.append(fault)
        return rule.default_options()


def _key(context: Context, active: tuple[Active, ...], suppressing: Suppressing) -> str:
    if suppressing != Suppressing():
        said = suppressing._replace(locked=frozenset())
        return f"{_key(context, active, Suppressing())}; {tuple(said)!r} {sorted(suppressing.locked)}"
    rules = [f"{each.rule.code} {each.severity.value} {shown(each.options)}" for each in active]
    return "; ".join([context.value, *rules])


def _per_file(values: Values, registry: Registry) -> tuple[PerFile, ...]:
    entries = []
    for path, value in values.items():
        if path[0] == "per-file-ignores":
            from prodlint.config.patterns import Patterns  # compiles regular expressions

            rules = frozenset(rule for word in value.value for rule in registry.resolve(word))
            pattern = path[1].removeprefix("!")
            decision = Decision(False, path[1], "per-file-ignores", value)
            entries.append(PerFile(value.source.base, Patterns([pattern]), pattern != path[1], rules, decision))
    return tuple(entries)


def _contexts(values: Values) -> tuple[ContextPatterns, ...]:
    entries = []
    for context in PRECEDENCE:
        value = values.get(("contexts", context.value))
        if value:
            from prodlint.config.patterns import Patterns  # compiles regular expressions

            judgement = Judgement(context, f"it matches `contexts.{context.value}`")
            entries.append(ContextPatterns(value.source.base, Patterns(value.value), judgement))
    return tuple(entries)


def _excludes(values: Values, last: Value | None) -> Excludes | None:
    """The patterns of all origins, counted from one directory; None without any."""
    found = [value for value in (values.get(("exclude",)), values.get(("extend-exclude",)), last) if value]
    bases = {value.source.base for value in found if value.value}
    if not bases:
        return None
    base = os.path.commonpath(bases)
    return Excludes(base, tuple(pattern for value in found for pattern in _counted_from(base, value)))


def _counted_from(base: str, value: Value) -> tuple[str, ...]:
    """Patterns that mean in ``base``, a directory further up, what they mean where they were written."""
    if value.source.base == base or not value.value:
        return tuple(value.value)
    from prodlint.config.patterns import rebased  # two origins with patterns are rare

    below = os.path.relpath(value.source.base, base).replace(os.sep, "/")
    return tuple(rebased(pattern, below) for pattern in value.value)
