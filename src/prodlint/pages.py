"""A rule in, its page out; the registry in, the list of rules out. For `prodlint explain`, the docs and editors."""

from __future__ import annotations

from enum import Enum

from prodlint.config.options import fields_of, to_toml
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Context
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from prodlint.registry import Registry
    from prodlint.rule import Rule


def page(rule: Rule, registry: Registry) -> str:
    """The rule's page in Markdown: what it is called, what holds by default, and its author's text."""
    text = registry.page(rule).strip()
    first, _, rest = text.partition("\n")
    lines = [f"# {rule.name} ({rule.code})", "", rule.summary, ""]
    lines += [f"*Family* {rule.family} · *severity* {rule.severity.value} · *contexts* {contexts_of(rule)}", ""]
    if rule.policy:
        lines += ["*Shows* " + ", ".join(rule.policy), ""]
    lines += [first, rest.rstrip(), ""]
    if options := option_lines(rule):
        lines += ["## Option defaults", "", *options, ""]
    if rule.family != TOOL:  # which no comment hides
        lines += ["## Silence it in one place", "", f"`# prodlint: allow {rule.name} -- reason`", ""]
    return "\n".join(lines)


def option_lines(rule: Rule) -> list[str]:
    """Each option of a rule as a Markdown item: its key and default as TOML, and what it does."""
    return [f"- `{key} = {to_toml(value)}`" for key, value in _defaults(rule).items()]


def _defaults(rule: Rule) -> dict[str, object]:
    options = rule.default_options()
    if options is None:
        return {}
    values = {key: getattr(options, field.name) for key, field in fields_of(rule).items()}
    return {key: value.value if isinstance(value, Enum) else value for key, value in values.items()}


def contexts_of(rule: Rule) -> str:
    """The contexts a rule applies in, as words."""
    if len(rule.contexts) == len(Context):
        return "all"
    return ", ".join(context.value for context in Context if context in rule.contexts)


def rules_table(registry: Registry, width: int | None = None) -> str:
    """One aligned line a rule: code, name, severity, contexts, summary.

    Where that is more than ``width`` cells, the summaries have lines of their own, below the names.
    """
    rows = [(r.code, r.name, r.severity.value, contexts_of(r), r.summary) for r in registry.rules]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [[cell.ljust(wide) for cell, wide in zip(row, widths, strict=False)] for row in rows]
    longest = sum(widths) + 8 + max(len(row[4]) for row in rows)
    if width is None or longest <= width:
        return "".join(f"{'  '.join([*cells, row[4]])}\n" for cells, row in zip(lines, rows, strict=True))
    from textwrap import fill  # for terminals only

    indent = " " * (widths[0] + 2)
    return "".join(
        f"{'  '.join(cells).rstrip()}\n{fill(row[4], width, initial_indent=indent, subsequent_indent=indent)}\n"
        for cells, row in zip(lines, rows, strict=True)
    )


def rules_json(registry: Registry) -> str:
    """The rules as a JSON array of objects, in reading order."""
    import json  # for this format only

    rules = [
        {
            "name": rule.name,
            "code": rule.code,
            "family": rule.family,
            "by_default": rule.by_default,
            "severity": rule.severity.value,
            "contexts": [context.value for context in Context if context in rule.contexts],
            "summary": rule.summary,
            "policy": list(rule.policy),
            "since": rule.since,
            "fixes": sorted(safety.value for safety in rule.fixes),
            "options": _defaults(rule),
        }
        for rule in registry.rules
    ]
    return json.dumps(rules, indent=2, default=lambda value: value.value) + "\n"  # of an enumeration
