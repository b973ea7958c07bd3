"""ruff's configuration in (``ruff.toml``, ``.ruff.toml``, ``pyproject.toml``), what it says as `Foreign` out.

The format: https://docs.astral.sh/ruff/settings/.
"""

from __future__ import annotations

import os

from prodlint.config.foreign import Foreign
from prodlint.config.foreign_patterns import as_gitignore
from prodlint.config.source import toml_parser
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES = (".ruff.toml", "ruff.toml", "pyproject.toml")
_MOST_EXTENDED = 10


def from_ruff(path: str) -> Foreign:
    """What a file, or the first of ruff's files in a directory that has its settings, says; what it extends included.

    Raises ValueError, worded for the user, where there is none or it cannot be read.
    """
    candidates = [os.path.join(path, name) for name in _NAMES] if os.path.isdir(path) else [path]
    for candidate in candidates:
        if not os.path.isfile(candidate) and os.path.isdir(path):
            continue
        settings = _settings(candidate, 0)
        if settings is not None:
            return _foreign(os.path.relpath(candidate), settings)
    raise ValueError(f"no settings of ruff's in {' or '.join(map(os.path.relpath, candidates))}")


def _settings(path: str, depth: int) -> dict[str, Any] | None:
    """The settings in a file over those that it extends; None where it has none."""
    try:
        with open(path, "rb") as file:
            document = toml_parser().loads(file.read().decode("utf-8-sig"))
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"cannot read {path}: {error}") from None
    if os.path.basename(path) == "pyproject.toml":
        tool = document.get("tool")
        document = tool.get("ruff") if isinstance(tool, dict) else None
    if not isinstance(document, dict):
        return None
    above = document.pop("extend", None)
    if not isinstance(above, str) or depth >= _MOST_EXTENDED:
        return document
    inherited = _settings(os.path.normpath(os.path.join(os.path.dirname(path), os.path.expanduser(above))), depth + 1)
    return _joined(inherited or {}, document)


def _joined(above: dict[str, Any], below: dict[str, Any]) -> dict[str, Any]:
    """Settings over inherited ones: tables are joined, and what extends adds up. Two levels are all that ruff has."""
    joined = dict(above)
    for name, value in below.items():
        old = joined.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            joined[name] = {**old, **value} if name != "lint" else _joined(old, value)
        elif isinstance(old, list) and isinstance(value, list) and name.startswith("extend-"):
            joined[name] = [*old, *value]
        else:
            joined[name] = value
    return joined


def _foreign(label: str, settings: dict[str, Any]) -> Foreign:
    # What is now in the table `lint` once stood at the top, and still may.
    lint = settings.pop("lint", {})
    lint = {**settings, **lint} if isinstance(lint, dict) else dict(settings)
    select, more = _words(lint, "select"), _words(lint, "extend-select")
    ignore = (*_words(lint, "ignore"), *_words(lint, "extend-ignore"))
    excludes = [*_words(settings, "exclude"), *_words(settings, "extend-exclude")]
    if lint.get("exclude") is not settings.get("exclude"):
        excludes += _words(lint, "exclude")
    per_file: dict[str, tuple[str, ...]] = {}
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        table = lint.get(key)
        if not isinstance(table, dict):
            continue
        for pattern in table:
            name = as_gitignore(pattern)
            per_file[name] = (*per_file.get(name, ()), *_words(table, pattern))
    names = dict(_flat({**_without(settings), "lint": _without(lint, settings)}))
    return Foreign(
        "ruff",
        f"ruff's configuration in {label}",
        (*select, *more) if "select" in lint else None,
        ignore,
        per_file,
        tuple(as_gitignore(pattern) for pattern in excludes),
        names,
        _words(lint, "external"),
    )


_TOLD = {
    "select", "extend-select", "ignore", "extend-ignore", "per-file-ignores", "extend-per-file-ignores", "exclude",
    "extend-exclude", "external",
}  # fmt: skip


def _without(settings: Mapping[str, Any], *others: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are not told otherwise."""
    return {name: value for name, value in settings.items() if name not in _TOLD and not any(name in o for o in others)}


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Settings by their dotted names; the formatter's are no linter's."""
    for name, value in settings.items():
        if name == "format":
            continue
        if isinstance(value, dict):
            for inner, what in value.items():
                if isinstance(what, dict):
                    yield from ((f"{name}.{inner}.{last}", each) for last, each in what.items())
                else:
                    yield f"{name}.{inner}", what
        else:
            yield name, value


def _words(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key)
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
