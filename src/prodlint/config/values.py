"""An unchecked table in, checked values out; every fault in it becomes a problem that says where and what is valid."""

from __future__ import annotations

import re
from collections.abc import Mapping

from prodlint.config.keys import (
    CONTEXT,
    ENTRY,
    EVERYWHERE,
    EVIDENCE_FORMATS,
    FORMAT,
    GATE,
    OPTION,
    OVERRIDES,
    PATTERN,
    RULE,
    Key,
    Kind,
)
from prodlint.config.options import fields_of, to_toml, type_name
from prodlint.config.patterns import is_pattern
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Context, Severity
from prodlint.suggest import nearest
from prodlint.tool_rules import FAMILY, RULES, UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.config.positions import Path
    from prodlint.config.source import Source, Table
    from prodlint.model import Problem
    from prodlint.registry import Registry


class Value(NamedTuple):
    """A checked value, and where it was written: ``path`` is its place in ``source``."""

    value: Any
    source: Source
    path: Path = ()

    @property
    def origin(self) -> str:
        """Where it was written, for a reader."""
        return self.source.describe(self.path)


Values = dict["Path", Value]
"""Checked values by the path of their key: ``("rules", "print-call", "severity")``, ``("overrides", 0, "select")``."""


def read_table(table: Table, registry: Registry, problems: list[Problem], *, is_root: bool = True) -> Values:
    """The checked values of a table. What is wrong is left out, and added to ``problems``.

    Where the table is not the root's, ``is_root`` is False, and keys that count in the root only are wrong.
    """
    reader = _Reader(table.source, registry, is_root)
    reader.table(table.values, (), ())
    problems += [problem for _, problem in sorted(reader.faults, key=lambda fault: fault[0])]
    return reader.values


def of_all_files(values: Values) -> Values:
    """The values without those that count in the root configuration only."""
    return {path: value for path, value in values.items() if path[0] not in _ROOT_ONLY}


def unknown_selector(word: str, registry: Registry) -> tuple[str, str]:
    """What to say of a selector that selects nothing: the message and the remedy."""
    return f"unknown rule, code or family `{word}`", did_you_mean(registry.nearest(word))


def did_you_mean(word: str | None) -> str:
    """The remedy for a misspelt word; empty when nothing is near."""
    return f"did you mean `{word}`?" if word else ""


class _Reader:
    """One pass over a table. ``faults`` come with their places, since they are not found in the order of the text."""

    def __init__(self, source: Source, registry: Registry, is_root: bool) -> None:
        self.values: Values = {}
        self.faults: list[tuple[tuple[int, ...], Problem]] = []
        self._source = source
        self._registry = registry
        self._is_root = is_root

    def table(self, table: Mapping[str, object], path: Path, template: tuple[str, ...]) -> None:
        """Read a table at ``path``; ``template`` is its path in the table of keys."""
        for name, value in table.items():
            step = self._step(name, path, template)
            if step is not None:
                self._entry(value, (*path, name), (*template, step))

    def _entry(self, value: object, path: Path, template: tuple[str, ...]) -> None:
        key = _BY_PATH.get(template)
        if key is not None:
            self._value(key, value, path)
        elif ENTRY in _STEPS[template]:
            self._tables(value, path, (*template, ENTRY))
        elif isinstance(value, Mapping):
            self.table(value, path, template)
        else:
            self._fault(f"`{_dotted(path)}` must be a table, not {type_name(value)}", path)

    def _tables(self, value: object, path: Path, template: tuple[str, ...]) -> None:
        """Read the tables of a list."""
        if not isinstance(value, list | tuple):
            remedy = f"write [[tool.prodlint.{_dotted(path)}]], with two brackets"
            self._fault(f"`{_dotted(path)}` must be a list of tables, not {type_name(value)}", path, remedy)
            return
        self.values[path] = Value(len(value), self._source, path)  # an empty list says something, too
        for index, entry in enumerate(value):
            here = (*path, index)
            if not isinstance(entry, Mapping):
                self._fault(f"`{_dotted(path)}` must hold tables only, not {type_name(entry)}", here)
                continue
            self.table(entry, here, template)
            if path == (OVERRIDES,) and "paths" not in entry:
                self._fault("an entry of `overrides` without `paths` holds for no file", here, 'add paths = ["…"]')

    def _step(self, name: str, path: Path, template: tuple[str, ...]) -> str | None:
        """The part of a key's path that ``name`` stands for; None, and a problem, for an unknown one."""
        known = _STEPS[template]
        if name in known:
            return name
        if PATTERN in known:
            return self._pattern_step(name, path)
        if RULE in known:
            return self._rule_step(name, path)
        if GATE in known:
            return GATE
        what, step, valid = "key", None, sorted(known)
        if CONTEXT in known:
            what, step, valid = "context", CONTEXT, [context.value for context in Context]
        elif FORMAT in known:
            what, step, valid = "format of evidence", FORMAT, list(EVIDENCE_FORMATS)
        elif OPTION in known:
            what, step, valid = "option", OPTION, sorted({*known - {OPTION}, *self._options_of(str(path[-1]))})
        if step is not None and name in valid:
            return step
        remedy = did_you_mean(nearest(name, valid)) or f"valid are {', '.join(f'`{word}`' for word in valid)}"
        self._fault(f"unknown {what} `{name}`{self._within(path)}", (*path, name), remedy)
        return None

    def _options_of(self, rule: str) -> Iterable[str]:
        return fields_of(self._registry.by_name[rule])

    def _pattern_step(self, name: str, path: Path) -> str | None:
        if is_pattern(name.removeprefix("!")):
            return PATTERN
        self._fault(f"`{name}`{self._within(path)} is a pattern that matches nothing", (*path, name))
        return None

    def _rule_step(self, name: str, path: Path) -> str | None:
        if name in self._registry.by_name:
            return RULE
        rule = self._registry.find(name)
        meant = rule.name if rule else nearest(name, self._registry.by_name)
        self._unknown_rule(f"unknown rule `{name}` in `{_dotted(path)}`", (*path, name), did_you_mean(meant))
        return None

    # Values

    def _value(self, key: Key, value: object, path: Path) -> None:
        if key.root_only and not self._is_root:
            message = f"`{_dotted(path)}` counts in the root configuration only, the one found from where prodlint runs"
            self._fault(message, path, "move it there")
            return
        checked: object = None
        match key.kind:
            case Kind.SELECTORS:
                checked = self._selectors(value, path)
            case Kind.PATTERNS:
                checked = self._patterns(value, path)
            case Kind.SEVERITY:
                checked = self._severity(value, path)
            case Kind.CONTEXTS:
                checked = self._contexts(value, path)
            case Kind.FILE:
                checked = self._file(value, path)
            case Kind.EDITION:
                checked = self._edition(value, path)
            case Kind.MODULES:
                checked = self._modules(value, path)
            case Kind.SWITCH:
                checked = self._switch(value, path)
            case Kind.GENERATED:
                checked = self._generated(value, path)
            case Kind.EXPRESSION:
                checked = self._expression(value, path)
            case Kind.DAYS:
                checked = self._days(value, path)
            case Kind.STANDARDS | Kind.CLAUSES | Kind.FILES:
                checked = self._words(key.kind, value, path)
            case Kind.ATTESTATIONS:
                checked = self._attestations(value, path)
            case Kind.OPTION:
                checked = self._option(value, path)
        if checked is not None and not self._is_fixed(path):
            self.values[path] = Value(checked, self._source, path)

    def _is_fixed(self, path: Path) -> bool:
        """Whether the key would weaken the rule that is always on, which is a fault."""
        if path[-3:-1] != ("rules", UNREADABLE_SOURCE.name):
            return False
        self._fault(f"`{_dotted(path)}` is fixed: a file that no rule has seen is always an error", path)
        return True

    def _strings(self, value: object, path: Path, what: str) -> list[tuple[int, str]] | None:
        """The strings of a list with their indexes; None if it is no list."""
        if not isinstance(value, list | tuple):
            example = f'write {path[-1]} = ["{value}"]' if isinstance(value, str) else ""
            self._fault(f"`{_dotted(path)}` must be {what}, not {type_name(value)}", path, example)
            return None
        strings = []
        for index, item in enumerate(value):
            if isinstance(item, str):
                strings.append((index, item))
            else:
                self._fault(f"`{_dotted(path)}` must hold strings only, not {type_name(item)}", (*path, index))
        return strings

    def _selectors(self, value: object, path: Path) -> tuple[str, ...] | None:
        words = self._strings(value, path, Kind.SELECTORS.value)
        if words is None:
            return None
        known = []
        for index, word in words:
            if not self._registry.resolve(word):
                message, remedy = unknown_selector(word, self._registry)
                self._unknown_rule(message + self._within(path), (*path, index), remedy)
            elif path[0] == "locked" and word in LOCKING_NOTHING:
                self._fault(f"`{word}` cannot be hidden in any case, so it need not be locked", (*path, index))
            elif _is_about_ignoring(path) and (message := refusal_to_ignore(word, self._registry)):
                self._fault(message, (*path, index))
            else:
                known.append(word)
        return tuple(known)

    def _patterns(self, value: object, path: Path) -> tuple[str, ...] | None:
        words = self._strings(value, path, Kind.PATTERNS.value)
        if words is None:
            return None
        for index, word in words:
            if not is_pattern(word):
                self._fault(f"`{word}`{self._within(path)} is a pattern that matches nothing", (*path, index))
        return tuple(word for _, word in words if is_pattern(word))

    def _severity(self, value: object, path: Path) -> Severity | None:
        names = [severity.value for severity in Severity]
        if isinstance(value, str) and value in names:
            return Severity(value)
        got = f'not "{value}"' if isinstance(value, str) else f"not {type_name(value)}"
        remedy = did_you_mean(nearest(value, names)) if isinstance(value, str) else ""
        self._fault(f"`{_dotted(path)}` must be {Kind.SEVERITY.value}, {got}", path, remedy)
        return None

    def _file(self, value: object, path: Path) -> str | None:
        if isinstance(value, str) and value and "\0" not in value:
            return value
        got = "not empty" if isinstance(value, str) else f"not {type_name(value)}"
        self._fault(f"`{_dotted(path)}` must be {Kind.FILE.value}, {got}", path)
        return None

    def _edition(self, value: object, path: Path) -> str | None:
        valid = [edition.name for edition in self._registry.editions]
        if isinstance(value, str) and value in valid:
            return value
        remedy = f"valid are {', '.join(map(to_toml, valid))}"
        got = f'edition "{value}"' if isinstance(value, str) else f"edition: {type_name(value)}"
        self._fault(f"unknown {got}", path, remedy)
        return None

    def _modules(self, value: object, path: Path) -> tuple[str, ...] | None:
        words = self._strings(value, path, Kind.MODULES.value)
        if words is None:
            return None
        for index, word in words:
            if not _is_module(word):
                remedy = did_you_mean(word.replace("-", "_") if _is_module(word.replace("-", "_")) else None)
                self._fault(f"`{word}`{self._within(path)} is no name of a module", (*path, index), remedy)
        return tuple(dict.fromkeys(word for _, word in words if _is_module(word)))

    def _switch(self, value: object, path: Path) -> bool | None:
        if isinstance(value, bool):
            return value
        self._fault(f"`{_dotted(path)}` must be {Kind.SWITCH.value}, not {type_name(value)}", path)
        return None

    def _expression(self, value: object, path: Path) -> str | None:
        if not isinstance(value, str):
            self._fault(f"`{_dotted(path)}` must be {Kind.EXPRESSION.value}, not {type_name(value)}", path)
            return None
        try:
            re.compile(value)
        except (re.error, OverflowError, RecursionError) as error:
            self._fault(f"`{_dotted(path)}` is no regular expression: {error}", path)
            return None
        return value

    def _generated(self, value: object, path: Path) -> str | None:
        if value in ("check", "skip"):
            return str(value)
        got = f'"{value}"' if isinstance(value, str) else type_name(value)
        self._fault(f"`{_dotted(path)}` must be {Kind.GENERATED.value}, not {got}", path)
        return None

    def _days(self, value: object, path: Path) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        got = str(value) if isinstance(value, int) and not isinstance(value, bool) else type_name(value)
        self._fault(f"`{_dotted(path)}` must be {Kind.DAYS.value}, not {got}", path)
        return None

    def _contexts(self, value: object, path: Path) -> frozenset[Context] | None:
        words = self._strings(value, path, Kind.CONTEXTS.value)
        if words is None:
            return None
        names = [context.value for context in Context]
        for index, word in words:
            if word not in names:
                remedy = did_you_mean(nearest(word, names)) or f"valid are {', '.join(names)}"
                self._fault(f"unknown context `{word}` in `{_dotted(path)}`", (*path, index), remedy)
        return frozenset(Context(word) for _, word in words if word in names)

    def _words(self, kind: Kind, value: object, path: Path) -> tuple[str, ...] | None:
        """Words that are looked up where they are needed, which most runs do not."""
        words = self._strings(value, path, kind.value)
        if words is None:
            return None
        for index, word in words:
            if not word.strip() or "\0" in word:
                self._fault(f"`{_dotted(path)}` must hold no empty string", (*path, index))
        return tuple(word for _, word in words)

    def _attestations(self, value: object, path: Path) -> tuple[Mapping[str, object], ...] | None:
        """Tables that `prodlint.policy` reads; here they only have to be tables."""
        if isinstance(value, list | tuple) and all(isinstance(each, Mapping) for each in value):
            return tuple(value)
        remedy = f"write [[tool.prodlint.{_dotted(path)}]], with two brackets"
        self._fault(f"`{_dotted(path)}` must be {Kind.ATTESTATIONS.value}", path, remedy)
        return None

    def _option(self, value: object, path: Path) -> object | None:
        try:
            return fields_of(self._registry.by_name[str(path[-2])])[str(path[-1])].read(value)
        except ValueError as error:
            self._fault(f"`{_dotted(path)}` {error}", path)
            return None

    def _within(self, path: Path) -> str:
        """Where a word stands, unless the source's own name says so already."""
        return "" if not path or self._source.label == f"--{path[0]}" else f" in `{_dotted(path)}`"

    def _unknown_rule(self, message: str, path: tuple[str | int, ...], remedy: str) -> None:
        """A word that names no rule. It may be one of a pack that could not be loaded, which stops nothing."""
        if not self._registry.missing:
            self._fault(message, path, remedy)
            return
        of_pack = f"a rule of {self._registry.missing}, which could not be loaded"
        remedy = f"{remedy} It may also be {of_pack}" if remedy else f"it may be {of_pack}"
        problem = self._source.fault(message, path, remedy)._replace(fatal=False)
        self.faults.append((self._source.position(path) or (), problem))

    def _fault(self, message: str, path: tuple[str | int, ...], remedy: str = "") -> None:
        self.faults.append((self._source.position(path) or (), self._source.fault(message, path, remedy)))


def _is_module(word: str) -> bool:
    return all(part.isidentifier() for part in word.split("."))


def refusal_to_ignore(selector: str, registry: Registry) -> str:
    """Why a selector may not be ignored by its own name; empty if it may. Wider ones just leave that rule on."""
    if registry.find(selector) is not UNREADABLE_SOURCE:
        return ""
    return f"`{selector}` cannot be ignored: a file that no rule has seen would look clean; exclude the file instead"


def _is_about_ignoring(path: Path) -> bool:
    return any("ignore" in part for part in path[:3:2] if isinstance(part, str))


def _dotted(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _steps(keys: Iterable[Key]) -> dict[tuple[str, ...], frozenset[str]]:
    """For each table on the way to a key, the parts that may follow."""
    steps: dict[tuple[str, ...], set[str]] = {}
    for key in keys:
        for depth in range(len(key.path)):
            steps.setdefault(key.path[:depth], set()).add(key.path[depth])
    return {path: frozenset(names) for path, names in steps.items()}


LOCKING_NOTHING = frozenset({FAMILY, *(word for rule in RULES for word in (rule.name, rule.code))})
"""What cannot be locked, since nothing hides it anyway."""
_BY_PATH = {key.path: key for key in EVERYWHERE}
_STEPS = _steps(EVERYWHERE)
_ROOT_ONLY = frozenset(key.path[0] for key in EVERYWHERE if key.root_only)
