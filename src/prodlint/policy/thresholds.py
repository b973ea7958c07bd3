"""What evidence has to reach: how it is written in a standard's file, and how an extending one raises it."""

from __future__ import annotations

from prodlint.config.options import type_name
from prodlint.evidence import Level
from prodlint.evidence.load_test import STATISTICS
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.standard import Means, Thresholds, Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prodlint.policy.tables import Path, Reader

_CONCERNS: dict[str, tuple[str, ...]] = {
    "minimum": ("coverage", "cobertura"),
    "paths": ("coverage", "cobertura"),
    "tests": ("junit",),
    "suites": ("junit",),
    "level": ("sarif", "bandit", "mypy", "pyright", "pip-audit", "ruff", "flake8"),
    "cwe": ("sarif", "bandit"),
    "codes": ("sarif", "bandit", "ruff", "flake8", "mypy", "pyright"),
    "kind": ("load-test",),
    "statistic": ("load-test",),
    "maximum": ("load-test",),
}
"""The formats of evidence that each key is about; ``days`` is about all."""

THRESHOLD_KEYS = (*_CONCERNS, "days")
_RAISABLE = ("minimum", "paths", "tests", "level", "maximum", "days")


def read_thresholds(
    entry: Mapping[str, object], formats: tuple[str, ...], path: Path, reader: Reader, *, is_evidence: bool
) -> Thresholds:
    """The thresholds among the keys of a way that is shown by evidence of these formats."""
    given = {key: value for key, value in entry.items() if key in THRESHOLD_KEYS}
    for key in list(given):
        concerned = _CONCERNS.get(key, formats)
        if not is_evidence or (formats and not set(concerned).intersection(formats)):
            about = (
                f"is about evidence in the formats {', '.join(concerned)}" if key in _CONCERNS else "is about evidence"
            )
            reader.fault(f"`{key}` {about}", (*path, key))
            del given[key]
    read = {key: _value(key, value, (*path, key), reader) for key, value in given.items()}
    thresholds = Thresholds(**{key: value for key, value in read.items() if value is not None})  # type: ignore[arg-type]
    if (thresholds.maximum is None) != (thresholds.statistic is None):
        reader.fault("`statistic` and `maximum` go together", path, 'for example statistic = "p95", maximum = 200')
    return thresholds


def raised(ways: tuple[Way, ...], changes: Mapping[str, object], path: Path, reader: Reader) -> tuple[Way, ...]:
    """The ways with thresholds that are at least as hard to reach."""
    reader.keys(changes, _RAISABLE, path)
    for key in _RAISABLE:
        if key not in changes:
            continue
        value = _value(key, changes[key], (*path, key), reader)
        if value is None:
            continue
        found = [way for way in ways if _is_about(way, key)]
        if not found:
            reader.fault(f"nothing that shows the clause has a `{key}`", (*path, key))
        for way in found:
            before = getattr(way.thresholds, key)
            if not _is_harder(key, before, value):
                reader.fault(
                    f"`{key}` would be lower than the standard's {_shown(before)}",
                    (*path, key),
                    "waive the clause, with a reason and a last day",
                )
        ways = tuple(_with(way, key, value) if way in found else way for way in ways)
    return ways


def _is_about(way: Way, key: str) -> bool:
    return way.means is Means.EVIDENCE and bool(set(_CONCERNS.get(key, way.names)).intersection(way.names))


def _with(way: Way, key: str, value: object) -> Way:
    if key == "paths":
        value = tuple({**dict(way.thresholds.paths), **dict(value)}.items())  # type: ignore[call-overload]
    return way._replace(thresholds=way.thresholds._replace(**{key: value}))  # type: ignore[arg-type]


def _is_harder(key: str, before: object, now: object) -> bool:
    if before is None or before == ():
        return True
    if key == "paths":
        old, new = dict(before), dict(now)  # type: ignore[call-overload]
        return all(new.get(pattern, least) >= least for pattern, least in old.items())
    if key == "level":
        return Level(now).rank <= Level(before).rank
    if key in ("maximum", "days"):
        return now <= before  # type: ignore[no-any-return, operator]
    return now >= before  # type: ignore[no-any-return, operator]


def _value(key: str, value: object, path: Path, reader: Reader) -> object:
    """The value of a key; None, and a fault, for one that it cannot have."""
    match key:
        case "minimum":
            return _percentage(value, path, reader)
        case "paths":
            table = reader.table(value, path, "`paths`")
            read = {pattern: _percentage(each, (*path, pattern), reader) for pattern, each in table.items()}
            return tuple((pattern, each) for pattern, each in read.items() if each is not None)
        case "suites" | "codes":
            return tuple(word for _, word in reader.texts(value, path, f"`{key}`"))
        case "cwe":
            numbers = value if isinstance(value, list) else [value]
            return tuple(each for each in (_whole(each, path, reader) for each in numbers) if each is not None)
        case "tests" | "days":
            return _whole(value, path, reader)
        case "maximum":
            return _number(value, path, reader)
        case "level":
            return _word(value, [level.value for level in Level], path, reader)
        case "statistic":
            return _word(value, list(STATISTICS), path, reader)
    if isinstance(value, str) and value:
        return value
    reader.fault(f"`{key}` must be a string, not {type_name(value)}", path)
    return None


def _percentage(value: object, path: Path, reader: Reader) -> float | None:
    number = _number(value, path, reader)
    if number is not None and number > 100:
        reader.fault(f"`{path[-1]}` is a percentage, so 100 at most", path)
        return None
    return number


def _number(value: object, path: Path, reader: Reader) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf"):
        return float(value)
    reader.fault(f"`{path[-1]}` must be a number above 0, not {_shown(value)}", path)
    return None


def _whole(value: object, path: Path, reader: Reader) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    reader.fault(f"`{path[-1]}` must be a whole number above 0, not {_shown(value)}", path)
    return None


def _word(value: object, valid: list[str], path: Path, reader: Reader) -> str | None:
    if isinstance(value, str) and value in valid:
        return value
    if isinstance(value, str):
        reader.misspelt(str(path[-1]), value, valid, path)
    else:
        reader.fault(f"`{path[-1]}` must be a string, not {type_name(value)}", path)
    return None


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return f"{value}" if isinstance(value, int | float | str) else type_name(value)
