"""The commands that tell about prodlint itself: a rule's page, the rules."""

from __future__ import annotations

import sys

from prodlint.hosts.cli import CLEAN, FAILED, configured, current_directory, print_problems, say
from prodlint.hosts.surroundings import terminal_of
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from prodlint.registry import Registry


def explain(given: list[str]) -> int:
    """Show the page of a rule."""
    from prodlint.hosts.arguments import explain_parser

    options = explain_parser().parse_args(given)
    word, registry = options.rule, _registry(options)
    rule = registry.find(word)
    if rule is None:
        nearest = registry.nearest(word)
        say(f"no rule `{word}`" + (f"; did you mean `{nearest}`?" if nearest else "; `prodlint rules` lists them"))
        return FAILED
    from prodlint.pages import page

    text = page(rule, registry)
    if terminal_of(sys.stdout, None).colour and sys.stdout.isatty():
        _show_page(text)
    else:
        sys.stdout.write(text)
    return CLEAN


def _show_page(text: str) -> None:
    from rich.console import Console  # 45 ms, for a page that somebody will read
    from rich.markdown import Markdown
    from rich.theme import Theme

    # rich writes code in cyan on black and headings in magenta: boxes on a light ground, and hard to read on either.
    styles = {"markdown.code": "bold", "markdown.h1": "bold underline", "markdown.h2": "bold", "markdown.h3": "bold"}
    Console(theme=Theme(styles)).print(Markdown(text, code_theme="ansi_dark"))


def rules(given: list[str]) -> int:
    """List the rules."""
    from prodlint.hosts.arguments import rules_parser
    from prodlint.pages import rules_json, rules_table

    options = rules_parser().parse_args(given)
    registry = _registry(options)
    out = terminal_of(sys.stdout, None)
    width = out.width if out.is_terminal else None  # a pipe gets a line a rule, whatever reads it
    sys.stdout.write(rules_json(registry) if options.format == "json" else rules_table(registry, width))
    return FAILED if registry.problems else CLEAN


def _registry(options: Namespace) -> Registry:
    """The rules of the project around the current directory; what is wrong with its packs is told."""
    from prodlint.config import Overrides

    cwd = current_directory()
    found = configured(Overrides(), cwd, ["."], allow_local_plugins=options.allow_local_plugins).registry
    print_problems(found.problems, None)
    return found
