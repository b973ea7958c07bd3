"""``docs/options.md``: every command with all that it takes, made from the parsers that read the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodlint.hosts import arguments
from prodlint.hosts.cli import COMMANDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_HEAD = """\
# Options at a glance

Every command with all that it takes, made from the parsers that read the command line. [Command line](command-line.md)
says what the options do together, and has exit codes, streams and the environment.
"""


def options_page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(line for name in COMMANDS for line in _command(name))])


def _command(name: str) -> Iterator[str]:
    parser: argparse.ArgumentParser = getattr(arguments, f"{name.replace('-', '_')}_parser")()
    yield from (f"## `prodlint {name}`", "", parser.description or "", "")
    for group in parser._action_groups:
        actions = [action for action in group._group_actions if action.dest not in ("help", "version")]
        if not actions:
            continue
        if group.title not in ("positional arguments", "options"):  # which argparse makes
            yield from (f"**{group.title}**" + (f": {group.description}" if group.description else ""), "")
        rows = [f"| {_called(action)} | {_effect(action, parser)} |" for action in actions]
        yield from ("| given | effect |", "|---|---|", *rows, "")


def _called(action: argparse.Action) -> str:
    """How it is written: `--jobs N`, `-j N`."""
    takes = f" {_taken(action)}" if action.nargs != 0 else ""
    if not action.option_strings:
        return f"`{_taken(action)}`"
    return ", ".join(f"`{option}{takes}`" for option in action.option_strings)


def _taken(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar.replace("|", "\\|")
    if action.choices is not None:
        return "\\|".join(map(str, action.choices))
    return action.dest.upper()


def _effect(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    text = (action.help or "what is printed") % {"default": action.default, "prog": parser.prog}
    return text.replace("|", "\\|").replace("<", "&lt;")
