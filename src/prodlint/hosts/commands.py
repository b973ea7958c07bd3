"""The commands that tell about prodlint itself: a rule's page, the rules, the configuration."""

from __future__ import annotations

import os
import sys

from prodlint.hosts.cli import CLEAN, FAILED, configured, current_directory, print_problems, say
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

    options = rules_parser().parse_args(given)
    registry = _registry(options)
    sys.stdout.write((rules_json if options.format == "json" else rules_table)(registry))
    return FAILED if registry.problems else CLEAN


def _registry(options: Namespace) -> Registry:
    """The rules of the project around the current directory; what is wrong with its packs is told."""
    from prodlint.config import Overrides

    cwd = current_directory()
    found = configured(Overrides(), cwd, ["."], allow_local_plugins=options.allow_local_plugins).registry
    print_problems(found.problems, None)
    return found


def config(given: list[str]) -> int:
    """Describe the keys of the configuration, or show what holds for a file."""
    from prodlint.hosts.arguments import config_parser
    from prodlint.hosts.plain import overrides_of

    options = config_parser().parse_args(given)
    cwd = current_directory()
    if options.show is None:
        from prodlint.config.reference import describe, nearest_key

        text = describe(options.key)
        if text is None:
            meant = nearest_key(options.key)
            say(f"no key `{options.key}`" + (f"; did you mean `{meant}`?" if meant else ""))
            return FAILED
        sys.stdout.write(text)
        return CLEAN
    configuration = configured(
        overrides_of(options), cwd, [options.show], allow_local_plugins=options.allow_local_plugins
    )
    absolute = os.path.normpath(os.path.join(cwd, options.show))
    text = configuration.show(absolute, _has_shebang(absolute))
    problems = [*configuration.registry.problems, *configuration.problems]
    print_problems(problems, None)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return FAILED if any(problem.fatal for problem in problems) else CLEAN


def _has_shebang(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as handle:
        return handle.read(2) == b"#!"
