"""The command ``completion``: the commands, their options and what these take in, a script for a shell out."""

from __future__ import annotations

import sys

from prodlint.hosts.cli import CLEAN, COMMANDS
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prodlint.registry import Registry


class Value(NamedTuple):
    """What an option or an argument takes: one of some words, several of them with commas, or a file; else anything."""

    words: tuple[str, ...] = ()
    is_list: bool = False
    is_file: bool = False


class Option(NamedTuple):
    """An option with all its spellings; ``value`` is None for one that takes none."""

    names: tuple[str, ...]
    meaning: str
    value: Value | None


class Command(NamedTuple):
    """A command with its options, and what its arguments are, if it takes any."""

    name: str
    meaning: str
    options: tuple[Option, ...]
    argument: Value | None


def completion(given: list[str]) -> int:
    """Print the script that completes command lines in a shell."""
    from prodlint.hosts import completion_scripts
    from prodlint.hosts.arguments import completion_parser
    from prodlint.registry import built_in

    scripts: Mapping[str, Callable[[tuple[Command, ...]], str]] = {
        "bash": completion_scripts.bash,
        "zsh": completion_scripts.zsh,
        "fish": completion_scripts.fish,
    }
    shell = completion_parser().parse_args(given).shell
    sys.stdout.write(scripts[shell](commands(built_in())))
    return CLEAN


def commands(registry: Registry) -> tuple[Command, ...]:
    """All commands, by the parsers that read their arguments."""
    from prodlint.hosts import arguments

    values = _values(registry)
    found = []
    for name in COMMANDS:
        parser: Any = getattr(arguments, f"{name.replace('-', '_')}_parser")()
        actions = parser._actions  # argparse has no public way to ask a parser for its options
        options = tuple(
            Option(tuple(action.option_strings), _meaning(action.help), _value(action, values))
            for action in actions
            if action.option_strings
        )
        argument = next((_value(action, values) for action in actions if not action.option_strings), None)
        found.append(Command(name, _meaning(parser.description), options, argument))
    return tuple(found)


def _meaning(text: str | None) -> str:
    """The help in a few words: menus have one line for it."""
    words = (text or "").replace("%%", "%").rstrip(".")
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(" ")[0] + " …"


_LONGEST = 70


def _value(action: Any, values: Mapping[str, Value]) -> Value | None:
    if action.nargs == 0:
        return None
    if action.choices:
        return Value(tuple(map(str, action.choices)))
    return values.get(action.metavar or "", Value())


def _values(registry: Registry) -> Mapping[str, Value]:
    """What the words stand for that the parsers use for values."""
    from prodlint.config.keys import KEYS
    from prodlint.model import Context, Severity
    from prodlint.registry import EVERYTHING
    from prodlint.report import FORMAT_NAMES

    names = [rule.name for rule in registry.rules]
    codes = [rule.code for rule in registry.rules]
    families = list(dict.fromkeys(rule.family for rule in registry.rules))
    file = Value(is_file=True)
    return {
        "NAMES": Value((EVERYTHING, *families, *names, *codes), is_list=True),
        "RULE": Value((*names, *codes)),
        "CONTEXT": Value(tuple(context.value for context in Context)),
        "SEVERITY": Value(tuple(severity.value for severity in Severity)),
        "FORMAT": Value(FORMAT_NAMES),
        "FORMAT=FILE": Value(tuple(f"{name}=" for name in FORMAT_NAMES)),
        "KEY": Value(tuple(dict.fromkeys(key.path[0] for key in KEYS))),
        "FILE|KEY=VALUE": file,
        "FILE": file,
        "PATH": file,
        "DIR": file,
    }
