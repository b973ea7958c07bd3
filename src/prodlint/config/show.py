"""A configuration in, the text of ``prodlint config --show`` out: every value in force and where it comes from."""

from __future__ import annotations

from prodlint.config.keys import KEYS, OPTION, OVERRIDES, Key
from prodlint.config.options import fields_of, to_toml
from prodlint.config.scope import verdict
from prodlint.config.settings import matching, per_file
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prodlint.config.positions import Path
    from prodlint.config.scope import PerFile, RuleSettings, Scope
    from prodlint.config.settings import Configuration
    from prodlint.config.values import Value


def show(configuration: Configuration, path: str | None, has_shebang: bool) -> str:
    """The values in force for the file of this absolute path; without one, for the files below the project's root."""
    context: Context | None = None
    entries: tuple[PerFile, ...] = ()
    overrides: tuple[int, ...] = ()
    facts = [("project root", configuration.root)]
    if path is None:
        scope = configuration.scope_at(configuration.root)
    else:
        directory, _, name = path.rpartition("/")
        place = configuration.place(directory)
        judgement = configuration.judgement(place, name, has_shebang)
        scope, context, entries = place.scope, judgement.context, per_file(place, name)
        overrides = matching(place, name)
        facts = [("file", path), ("context", f"{context.value}: {judgement.reason}"), *facts]
    facts.append(("configuration", " < ".join(scope.files) if scope.files else "no file"))
    if scope.overrides:
        held = ", ".join(scope.overrides[index].origin for index in overrides) or "none of them"
        facts.append(("overrides that match" if path else "overrides", held if path else str(len(scope.overrides))))
    rules = scope.rules_for(overrides)
    parts = [
        _table(facts),
        _table([("KEY", "VALUE", "ORIGIN"), *_values(scope, rules)]),
        _table([("RULE", "RUNS", "SEVERITY", "CONTEXTS", "WHY"), *_rules(rules, context, entries)]),
    ]
    return "\n".join(parts)


def _values(scope: Scope, rules: Sequence[RuleSettings]) -> Iterable[tuple[str, str, str]]:
    """Every key with its value and origin: the command line's, then the files', then the default's."""
    for key in KEYS:
        if key.path[-1] == OPTION:
            yield from _options(rules)
            continue
        if key.path[0] == OVERRIDES:
            yield from _overrides(scope)
            continue
        given = list(_given(scope, key))
        for path, value in given:
            yield _written(path), _text(value), value.origin
        if not given and "<" not in key.name:
            yield key.name, key.default, "default"


def _given(scope: Scope, key: Key) -> Iterable[tuple[Path, Value]]:
    """What all origins say of a key, the weightiest first: where they add up, all of it, else what holds."""
    if key.name in _LISTS:
        found = [value for layer in scope.layers if (value := layer[_LISTS.index(key.name)])]
        return [(key.path, value) for value in (found[:1] if key.name == "select" else found)]
    if key.name == "extend-exclude":
        return [(key.path, value) for value in reversed(scope.extend_excludes)]
    return [(path, value) for path, value in scope.values.items() if _is_of(path, key)]


_LISTS = ("select", "extend-select", "ignore", "extend-ignore")


def _overrides(scope: Scope) -> Iterable[tuple[str, str, str]]:
    """What each entry of `overrides` says, under its number."""
    for index, entry in enumerate(scope.overrides):
        yield f"{OVERRIDES}[{index}].paths", to_toml(entry.paths), entry.origin
        for path, value in entry.values.items():
            yield f"{OVERRIDES}[{index}].{_written(path)}", _text(value), value.origin


def _is_of(path: Path, key: Key) -> bool:
    """Whether a value's path is one that the key, which names no option of a rule, describes."""
    return len(path) == len(key.path) and all(
        part == word or word.startswith("<") for part, word in zip(path, key.path, strict=True)
    )


def _options(rules: Sequence[RuleSettings]) -> Iterable[tuple[str, str, str]]:
    for settings in rules:
        for name, field in fields_of(settings.rule).items():
            given = settings.given.get(name)
            written = _written(("rules", settings.rule.name, name))
            yield written, to_toml(getattr(settings.options, field.name)), given.origin if given else "default"


def _rules(
    rules: Sequence[RuleSettings], context: Context | None, entries: tuple[PerFile, ...]
) -> Iterable[tuple[str, str, str, str, str]]:
    for settings in rules:
        decision = verdict(settings, context, entries) if context else settings.decision
        yield (
            f"{settings.rule.code} {settings.rule.name}",
            "on" if decision.is_on else "off",
            settings.severity.value,
            _contexts(settings),
            decision.reason,
        )


def _contexts(settings: RuleSettings) -> str:
    names = [context.value for context in Context if context in settings.contexts]
    return "all" if len(names) == len(Context) else ", ".join(names) or "none"


def _text(value: Value) -> str:
    if isinstance(value.value, frozenset):
        return to_toml([context for context in Context if context in value.value])
    return to_toml(value.value)


def _written(path: Path) -> str:
    """A key's path as TOML writes it."""
    parts = [str(part) for part in path]
    return ".".join(part if part.replace("-", "").replace("_", "").isalnum() else f'"{part}"' for part in parts)


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as left-aligned columns, two spaces apart; nothing follows a row's last word."""
    cells = [[_visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "".join(line + "\n" for line in lines)


def _visible(text: str) -> str:
    # File names and patterns are foreign text: nothing in them may steer a terminal.
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
