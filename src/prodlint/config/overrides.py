"""What the command line says in, checked values and selections out."""

from __future__ import annotations

import os

from prodlint.config.selection import Layer
from prodlint.config.source import Source, Table, read_argument, read_file
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Context

if TYPE_CHECKING:
    from prodlint.config.values import Value, Values
    from prodlint.model import Problem
    from prodlint.registry import Registry


class Overrides(NamedTuple):
    """What the command line said; None and empty mean that it did not.

    Items of the selections are selectors, of the excludes patterns in gitignore syntax that count from the current
    directory, of ``per_file_ignores`` "PATTERN:NAMES", and of ``config`` file names or "KEY=VALUE" with a TOML value.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_ignore: tuple[str, ...] | None = None
    per_file_ignores: tuple[str, ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] | None = None
    config: tuple[str, ...] = ()
    isolated: bool = False
    context: str | None = None
    fail_on: str | None = None
    no_suppressions: bool = False


class CommandLine(NamedTuple):
    """The checked overrides.

    ``values`` beat those of a file key by key, ``layer`` beats the file's selection, ``per_file_ignores`` replace all
    of the file's unless empty, ``extend_exclude`` comes after the file's. ``file`` is read in place of all that would
    be found. ``no_suppressions``: comments hide nothing.
    """

    values: Values
    layer: Layer
    per_file_ignores: Values
    extend_exclude: Value | None
    context: Context | None
    file: Table | None
    no_suppressions: bool = False


NOTHING = CommandLine({}, Layer(), {}, None, None, None)


def read_overrides(
    overrides: Overrides, cwd: str, root: str, registry: Registry, problems: list[Problem]
) -> CommandLine:
    """Check what the command line says; patterns in a ``--config`` file count from ``root``."""
    if overrides == Overrides(isolated=overrides.isolated):
        return NOTHING
    from prodlint.config.values import read_table  # the bare command has nothing to check

    file, inline = _config_arguments(overrides, cwd, root, problems)
    values: Values = {}
    for table in inline:
        values |= read_table(table, registry, problems)
        if "extend" in table.values:
            remedy = "give the file itself: --config FILE"
            problems.append(table.source.fault("`extend` counts in a file only", remedy=remedy))
    options: Values = {}
    for key in _OPTIONS:
        options |= read_table(_option(key, getattr(overrides, key.replace("-", "_")), cwd), registry, problems)
    ignores = _per_file_ignores(overrides.per_file_ignores, cwd, problems)
    extend_exclude = options.pop(("extend-exclude",), None)
    values |= {path: value for path, value in options.items() if path in (("exclude",), ("fail-on",))}
    return CommandLine(
        values,
        layer_of(options),
        read_table(_option("per-file-ignores", ignores, cwd), registry, problems),
        extend_exclude,
        _context(overrides.context, cwd, problems),
        file,
        overrides.no_suppressions,
    )


_SELECTION = ("select", "extend-select", "ignore", "extend-ignore")
_OPTIONS = (*_SELECTION, "exclude", "extend-exclude", "fail-on")


def layer_of(values: Values) -> Layer:
    """The selection among checked values."""
    return Layer(*(values.get((key,)) for key in _SELECTION))


def _option(key: str, value: object, cwd: str) -> Table:
    """An option as the table that sets the key of the same name; empty when it was not given."""
    return Table({} if value is None else {key: value}, Source(f"--{key}", cwd))


def _config_arguments(
    overrides: Overrides, cwd: str, root: str, problems: list[Problem]
) -> tuple[Table | None, list[Table]]:
    """The file that ``--config`` names, and the tables of the keys that it sets."""
    file: Table | None = None
    inline: list[Table] = []
    option = Source("--config", cwd)
    for argument in overrides.config:
        path = os.path.join(cwd, argument)
        if not os.path.isfile(path):
            if "=" in argument:
                inline += [table] if (table := read_argument(argument, cwd, problems)) else []
            else:
                problems.append(option.fault(f"no file `{argument}`", remedy="give a file, or KEY=VALUE"))
        elif file is not None or overrides.isolated:
            reason = "`--isolated` reads no file" if overrides.isolated else "one file is enough"
            problems.append(option.fault(f"`{argument}` is one file too many: {reason}"))
        else:
            file = read_file(path, argument, root, problems)
            if file is None:
                remedy = "add the table, or name another file"
                problems.append(option.fault(f"`{argument}` has no table [tool.prodlint]", remedy=remedy))
                file = Table({}, Source(argument, root, ""))
    return file, inline


def _per_file_ignores(arguments: tuple[str, ...], cwd: str, problems: list[Problem]) -> dict[str, list[str]] | None:
    """``PATTERN:NAME,NAME`` as the table of the configuration; a pattern given twice adds up."""
    table: dict[str, list[str]] = {}
    for argument in arguments:
        pattern = ""
        # After a comma comes another name, or another pattern with a colon.
        for piece in argument.split(","):
            before, colon, name = piece.strip().rpartition(":")
            pattern = before.strip() if colon else pattern
            if not pattern or not name:
                fault = Source("--per-file-ignores", cwd).fault(f"`{argument}` is not PATTERN:NAMES")
                problems.append(fault._replace(remedy="for example 'tests/:print-call'"))
                break
            table.setdefault(pattern, []).append(name.strip())
    return table or None


def _context(word: str | None, cwd: str, problems: list[Problem]) -> Context | None:
    names = [context.value for context in Context]
    if word is None or word in names:
        return Context(word) if word else None
    from prodlint.suggest import nearest

    meant = nearest(word, names)
    remedy = f"did you mean `{meant}`?" if meant else f"valid are {', '.join(names)}"
    problems.append(Source("--context", cwd).fault(f"unknown context `{word}`", remedy=remedy))
    return None
