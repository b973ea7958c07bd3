"""The commands that tell about prodlint itself: a rule's page, the rules."""

from __future__ import annotations

import sys

from prodlint.hosts.cli import CLEAN, FAILED, say
from prodlint.hosts.surroundings import terminal_of


def explain(given: list[str]) -> int:
    """Show the page of a rule."""
    from prodlint.hosts.arguments import explain_parser
    from prodlint.registry import built_in

    registry = built_in()
    word = explain_parser().parse_args(given).rule
    rule = registry.find(word)
    if rule is None:
        nearest = registry.nearest(word)
        say(f"no rule `{word}`" + (f"; did you mean `{nearest}`?" if nearest else "; `prodlint rules` lists them"))
        return FAILED
    from prodlint.explain import page

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
    from prodlint.explain import rules_json, rules_table
    from prodlint.hosts.arguments import rules_parser
    from prodlint.registry import built_in

    options = rules_parser().parse_args(given)
    out = terminal_of(sys.stdout, None)
    width = out.width if out.is_terminal else None  # a pipe gets a line a rule, whatever reads it
    sys.stdout.write(rules_json(built_in()) if options.format == "json" else rules_table(built_in(), width))
    return CLEAN
