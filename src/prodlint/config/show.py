"""A configuration in, the text of ``prodlint config --show`` out: every value in force and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodlint.config.keys import KEYS, Key
from prodlint.config.options import shown, to_toml
from prodlint.config.scope import verdict
from prodlint.config.settings import per_file
from prodlint.model import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prodlint.config.scope import PerFile, RuleSettings, Scope
    from prodlint.config.settings import Configuration
    from prodlint.config.values import Value


def show(configuration: Configuration, path: str | None, has_shebang: bool) -> str:
    """The values in force for the file of this absolute path; without one, for the files below the project's root."""
    context: Context | None = None
    entries: tuple[PerFile, ...] = ()
    facts = [("project root", configuration.root)]
    if path is None:
        scope = configuration.scope_at(configuration.root)
    else:
        directory, _, name = path.rpartition("/")
        place = configuration.place(directory)
        judgement = configuration.judgement(place, name, has_shebang)
        scope, context, entries = place.scope, judgement.context, per_file(place, name)
        facts = [("file", path), ("context", f"{context.value}: {judgement.reason}"), *facts]
    facts.append(("configuration", scope.source.label if scope.source else "no file"))
    parts = [
        _table(facts),
        _table([("KEY", "VALUE", "ORIGIN"), *_values(scope)]),
        _table([("RULE", "RUNS", "SEVERITY", "CONTEXTS", "WHY", "OPTIONS"), *_rules(scope, context, entries)]),
    ]
    return "\n".join(parts)


def _values(scope: Scope) -> Iterable[tuple[str, str, str]]:
    """Every key with its value and origin: the command line's, then the file's, then the default's."""
    layer = scope.command_line.layer
    spoken = {("select",): layer.select, ("extend-select",): layer.extend_select}
    spoken |= {("ignore",): layer.ignore, ("extend-ignore",): layer.extend_ignore}
    spoken[("extend-exclude",)] = scope.command_line.extend_exclude
    for key in KEYS:
        given = [(path, value) for path, value in spoken.items() if path == key.path and value]
        given += [(path, value) for path, value in scope.values.items() if _is_of(path, key)]
        for path, value in given[:1] if key.path == ("select",) else given:
            yield _written(path), _text(value), value.origin
        if not given and "<" not in key.name:
            yield key.name, key.default, "default"


def _is_of(path: tuple[str, ...], key: Key) -> bool:
    """Whether a value's path is one of this key and of none that names more of it."""
    fits = [
        other
        for other in KEYS
        if len(other.path) == len(path)
        and all(part == word or word.startswith("<") for part, word in zip(path, other.path, strict=True))
    ]
    return bool(fits) and min(fits, key=lambda other: other.name.count("<")) is key


def _rules(
    scope: Scope, context: Context | None, entries: tuple[PerFile, ...]
) -> Iterable[tuple[str, str, str, str, str, str]]:
    for settings in scope.rules:
        decision = verdict(settings, context, entries) if context else settings.decision
        yield (
            f"{settings.rule.code} {settings.rule.name}",
            "on" if decision.is_on else "off",
            settings.severity.value,
            _contexts(settings),
            decision.reason,
            shown(settings.options),
        )


def _contexts(settings: RuleSettings) -> str:
    names = [context.value for context in Context if context in settings.contexts]
    return "all" if len(names) == len(Context) else ", ".join(names) or "none"


def _text(value: Value) -> str:
    if isinstance(value.value, frozenset):
        return to_toml([context for context in Context if context in value.value])
    return to_toml(value.value)


def _written(path: tuple[str, ...]) -> str:
    """A key's path as TOML writes it."""
    return ".".join(part if part.replace("-", "").replace("_", "").isalnum() else f'"{part}"' for part in path)


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as left-aligned columns, two spaces apart; nothing follows a row's last word."""
    cells = [[_visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "".join(line + "\n" for line in lines)


def _visible(text: str) -> str:
    # File names and patterns are foreign text: nothing in them may steer a terminal.
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
