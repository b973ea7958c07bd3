"""The commands that tell about prodlint itself: a rule's page, the rules."""

from __future__ import annotations

import sys

from prodlint.hosts.cli import CLEAN, FAILED, configured, current_directory, print_problems, say
from prodlint.hosts.surroundings import terminal_of
from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from prodlint.model import Problem
    from prodlint.registry import Registry


def explain(given: list[str]) -> int:
    """Show the page of a rule, or of a clause of a standard."""
    from prodlint.hosts.arguments import explain_parser

    options = explain_parser().parse_args(given)
    word, registry = options.rule, _registry(options)
    rule = registry.find(word)
    if rule is None and "/" in word:
        return _explain_clause(word, registry)
    if rule is None:
        nearest = registry.nearest(word)
        say(f"no rule `{word}`" + (f"; did you mean `{nearest}`?" if nearest else "; `prodlint rules` lists them"))
        return FAILED
    from prodlint.pages import page

    _show(page(rule, registry))
    return CLEAN


def _explain_clause(word: str, registry: Registry) -> int:
    """Show the pages of the clauses that a word names, in the project's standards or in those of prodlint."""
    from prodlint.config import Overrides, load
    from prodlint.policy.assessing import read_policy  # most words are names of rules
    from prodlint.policy.reference import clause_page
    from prodlint.registry import STANDARDS

    cwd = current_directory()
    configuration = load(Overrides(), cwd=cwd, registry=registry)
    problems: list[Problem] = []
    catalog = read_policy(configuration, registry, cwd, problems).catalog
    if problems:
        print_problems(problems, None)
        return FAILED
    found = catalog.find(word) or read_policy(configuration, registry, cwd, problems, STANDARDS).catalog.find(word)
    if not found:
        say(f"no clause `{visible(word)}`" + (f"; {meant}" if (meant := catalog.nearest(word)) else ""))
        return FAILED
    _show("\n".join(clause_page(clause) for clause in found))
    return CLEAN


def _show(text: str) -> None:
    if terminal_of(sys.stdout, None).colour and sys.stdout.isatty():
        _show_page(text)
    else:
        sys.stdout.write(text)


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
