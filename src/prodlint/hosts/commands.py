"""The commands that tell about prodlint itself: a rule's page, the rules."""

from __future__ import annotations

import sys

from prodlint.hosts.cli import CLEAN, FAILED, say


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
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
    return CLEAN


def rules(given: list[str]) -> int:
    """List the rules."""
    from prodlint.explain import rules_json, rules_table
    from prodlint.hosts.arguments import rules_parser
    from prodlint.registry import built_in

    options = rules_parser().parse_args(given)
    sys.stdout.write((rules_json if options.format == "json" else rules_table)(built_in()))
    return CLEAN
