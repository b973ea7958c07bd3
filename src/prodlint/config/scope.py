"""The checked values of one configuration in, what holds for a file of a given context out.

A scope is what one configuration file and those it extends, the defaults and the command line make together; all files
below it share it.
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
    from collections.abc import Iterable, Sequence

    from prodlint.config.overrides import CommandLine
    from prodlint.config.path_overrides import PathOverride
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
    """What a scope says of a rule, whatever the file.

    ``given`` has the configured values of its own options, ``configured`` the options made of them, None without any.
    """

    rule: Rule
    decision: Decision
    severity: Severity
    contexts: frozenset[Context]
    configured: Any
    given: dict[str, Value]

    @property
    def options(self) -> Any:
        """The rule's options; an instance of ``rule.options``, or None."""
        return self.rule.default_options() if self.configured is None else self.configured


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
    """What one configuration means, worked out once.

    ``source`` is its file, or None without one; ``files`` are the names of it and of those that it extends, ``line``
    has their values, the farthest first. Of keys in several the last one holds, in ``values``, but ``layers`` has all
    selections, the weightiest first, and the entries of ``overrides`` and the patterns of ``extend-exclude`` add up.
    """

    def __init__(
        self,
        line: Sequence[Values],
        files: Sequence[str],
        source: Source | None,
        command_line: CommandLine,
        registry: Registry,
        problems: list[Problem],
    ) -> None:
        self.source = source
        self.files = tuple(files)
        self.command_line = command_line
        self._registry = registry
        self._problems = problems
        line = _with_keys_set(line, command_line.values) if command_line.values else line
        self._line = line
        edition = next((values[_EDITION] for values in reversed(line) if _EDITION in values), None)
        self._later, defaults = _held_in(edition, registry, problems)
        self.values: Values = _merged((defaults, *line), command_line.per_file_ignores)
        self.layers = (command_line.layer, *(layer_of(values) for values in reversed(line)))
        self.edition_default = Decision(False, f"later than edition {edition.value}") if edition else None
        self.excludes = _excludes(self.values.get(("exclude",)), self.extend_excludes)
        self.per_file = _per_file(self.values, registry)
        self.contexts = _contexts(self.values)
        self.overrides = _path_overrides(line)
        self._rules: dict[tuple[int, ...], tuple[RuleSettings, ...]] = {}
        self._settings: dict[tuple[Context, tuple[PerFile, ...], tuple[int, ...]], FileSettings] = {}
        self.rules = self.rules_for(())
        if self.overrides:  # so that options which refuse each other are found, whatever files there are
            self.rules_for(tuple(range(len(self.overrides))))

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
    def extend_excludes(self) -> tuple[Value, ...]:
        """The lists that add to the excludes, the weightiest last."""
        key = ("extend-exclude",)
        found = [values[key] for values in self._line if key in values]
        last = self.command_line.extend_exclude
        return (*found, last) if last else tuple(found)

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
        self,
        context: Context,
        per_file: tuple[PerFile, ...],
        overrides: tuple[int, ...] = (),
        locked: frozenset[str] = frozenset(),
    ) -> FileSettings:
        """What holds for a file of that context which these entries of ``per-file-ignores`` concern.

        ``overrides`` are the indexes of the entries of ``overrides`` that match it. ``locked`` names the rules that the
        root configuration locks: the same ones for every file of a run.
        """
        known = self._settings.get((context, per_file, overrides))
        if known is None:
            active = tuple(
                Active(settings.rule, settings.severity, settings.options)
                for settings in (self.rules_for(overrides) if overrides else self.rules)
                if verdict(settings, context, per_file).is_on
            )
            severities = {each.rule.name: each.severity for each in active}
            suppressing = self.suppressing(locked)
            known = FileSettings(context, active, _key(context, active, suppressing), severities, suppressing)
            self._settings[context, per_file, overrides] = known
        return known

    def rules_for(self, overrides: tuple[int, ...]) -> tuple[RuleSettings, ...]:
        """What holds of each rule where these entries of ``overrides`` match, given by their indexes."""
        known = self._rules.get(overrides)
        if known is None:
            entries = [self.overrides[index] for index in overrides]
            own, *inherited = self.layers
            layers = (own, *(layer_of(entry.values) for entry in reversed(entries)), *inherited)
            decisions = decide(layers, self._registry, self._later, self.edition_default)
            values = [*(entry.values for entry in entries), self.command_line.values]
            known = self._rules[overrides] = tuple(
                self._rule_settings(rule, decisions[rule], values) for rule in self._registry.rules
            )
        return known

    def _rule_settings(self, rule: Rule, decision: Decision, overrides: Sequence[Values]) -> RuleSettings:
        own: dict[str, Value] = {}
        for values in (self.values, *overrides):
            own |= {str(path[2]): value for path, value in values.items() if path[:2] == ("rules", rule.name)}
        severity, contexts = own.pop("severity", None), own.pop("contexts", None)
        return RuleSettings(
            rule,
            decision,
            severity.value if severity else rule.severity,
            contexts.value if contexts else rule.contexts,
            _options(rule, own, self._problems),
            own,
        )


def verdict(settings: RuleSettings, context: Context, per_file: tuple[PerFile, ...]) -> Decision:
    """Whether a rule runs on a file of that context which these entries of ``per-file-ignores`` concern."""
    if not settings.decision.is_on or settings.rule is UNREADABLE_SOURCE:
        return settings.decision
    if context not in settings.contexts:
        return Decision(False, f"not for {context.value} files")
    return next((entry.decision for entry in per_file if settings.rule in entry.rules), settings.decision)


def _with_keys_set(line: Sequence[Values], keys: Values) -> tuple[Values, ...]:
    """The line with keys that ``--config KEY=VALUE`` sets, in place of what any of its files says of them."""
    has_overrides = any(path[0] == _OVERRIDES for path in keys)
    *above, last = [
        {path: value for path, value in values.items() if not (has_overrides and path[0] == _OVERRIDES)}
        for values in line or ({},)
    ]
    above = [{path: value for path, value in values.items() if path not in keys} for values in above]
    return (*above, last | keys)


def _merged(line: Iterable[Values], per_file_ignores: Values) -> Values:
    """What each file says over what those before it say, but for ``overrides``; some replace ``per-file-ignores``."""
    merged: Values = {}
    for values in line:
        merged |= {path: value for path, value in values.items() if path[0] != _OVERRIDES}
    if per_file_ignores:
        kept = {path: value for path, value in merged.items() if path[0] != "per-file-ignores"}
        merged = kept | per_file_ignores
    return merged


def _held_in(edition: Value | None, registry: Registry, problems: list[Problem]) -> tuple[frozenset[Rule], Values]:
    if edition is None or edition.value == registry.editions[-1].name:
        return frozenset(), {}
    from prodlint.config.editions import held_in  # for who stays with an earlier one

    return held_in(edition, registry, problems)


def _path_overrides(line: Sequence[Values]) -> tuple[PathOverride, ...]:
    if not any(path[0] == _OVERRIDES for values in line for path in values):
        return ()
    from prodlint.config.path_overrides import path_overrides  # compiles regular expressions

    return path_overrides(line)


def _options(rule: Rule, values: dict[str, Value], problems: list[Problem]) -> Any:
    if not values:
        return None  # most rules, and those that do not run need no options
    try:
        return build(rule, {key: value.value for key, value in values.items()})
    except ValueError as error:
        first = next(iter(values.values()))
        fault = first.source.fault(f"options of `{rule.name}`: {error}", first.path)
        if fault not in problems:  # the command line is part of every scope
            problems.append(fault)
        return None


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
            written = str(path[1])
            pattern = written.removeprefix("!")
            decision = Decision(False, written, "per-file-ignores", value)
            entries.append(PerFile(value.source.base, Patterns([pattern]), pattern != written, rules, decision))
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


def _excludes(first: Value | None, more: tuple[Value, ...]) -> Excludes | None:
    """The patterns of all origins, counted from one directory; None without any."""
    found = [value for value in (first, *more) if value]
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


_EDITION = ("edition",)
_OVERRIDES = "overrides"  # `path_overrides.KEY`: a run without any does not load that
