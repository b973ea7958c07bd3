"""The commands that tell about prodlint itself: a rule's page, the rules, the configuration."""

from __future__ import annotations

import os
import sys

from prodlint.hosts.cli import CLEAN, FAILED, current_directory, print_problems, say


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


def config(given: list[str]) -> int:
    """Describe the keys of the configuration, or show what holds for a file."""
    from prodlint.config import load
    from prodlint.hosts.arguments import config_parser
    from prodlint.hosts.plain import overrides_of
    from prodlint.registry import built_in

    options = config_parser().parse_args(given)
    registry = built_in()
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
    configuration = load(overrides_of(options), cwd=cwd, registry=registry)
    absolute = os.path.normpath(os.path.join(cwd, options.show))
    text = configuration.show(absolute, _has_shebang(absolute))
    print_problems(configuration.problems, None)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return FAILED if any(problem.fatal for problem in configuration.problems) else CLEAN


def _has_shebang(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as handle:
        return handle.read(2) == b"#!"
