"""Writes what is made from code and data: pages of rules, standards and the configuration, and its JSON schema.

``python tests/generate_docs.py`` writes them, ``python tests/generate_docs.py --check`` only says which are out of date
and exits with 1 if any is.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from api_page import api_page
from json_page import json_page
from options_page import options_page
from rule_examples import example

from prodlint.config.reference import reference
from prodlint.config.schema import schema_text
from prodlint.config.source import Source
from prodlint.model import Safety
from prodlint.pages import contexts_of, page
from prodlint.policy.catalog import load_catalog
from prodlint.policy.reference import page as standard_page
from prodlint.registry import STANDARDS, Registry, built_in

if TYPE_CHECKING:
    from prodlint.model import Problem
    from prodlint.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def pages(registry: Registry) -> dict[Path, str]:
    """Every generated page and what it must hold."""
    rules = {DOCS / "rules" / f"{rule.name}.md": rule_page(rule, registry) for rule in registry.rules}
    problems: list[Problem] = []
    words = [((number,), name) for number, name in enumerate(STANDARDS)]
    catalog = load_catalog(words, Source("", ""), registry, problems)
    assert not problems
    standards = {DOCS / "standards" / f"{name}.md": standard_page(catalog.standards[name]) for name in STANDARDS}
    return {
        DOCS / "api.md": api_page(),
        DOCS / "configuration.md": reference(),
        DOCS / "configuration.schema.json": schema_text(registry),
        DOCS / "json.md": json_page(),
        DOCS / "options.md": options_page(),
        DOCS / "rules" / "README.md": overview(registry),
        **rules,
        **standards,
    }


def rule_page(rule: Rule, registry: Registry) -> str:
    """What `prodlint explain` prints, with the example above its first section, and its clauses as links."""
    head, heading, rest = page(rule, registry).partition("\n## ")
    for clause in rule.policy:
        head = head.replace(clause, clause_link(clause), 1)
    shown = example(rule)
    return f"{head}\n{shown}{heading if shown else heading.lstrip()}{rest}"


def clause_link(clause: str) -> str:
    """A clause, named with its standard, and the place that tells of it."""
    standard, _, number = clause.partition("/")
    assert standard in STANDARDS
    return f"[{clause}](../standards/{standard}.md#{number.replace('/', '')})"


def overview(registry: Registry) -> str:
    """The table of all rules, in reading order."""
    rows = [
        (
            rule.code,
            f"[{rule.name}]({rule.name}.md)",
            rule.summary,
            rule.severity.value,
            contexts_of(rule),
            fix_of(rule),
        )
        for rule in registry.rules
    ]
    head = ["# Rules", "", "| code | name | reports | severity | contexts | fix |", "|---|---|---|---|---|---|"]
    tree = ["", "```{toctree}", ":hidden:", "", *(rule.name for rule in registry.rules), "```"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows), *tree, ""])


def fix_of(rule: Rule) -> str:
    """How far its fixes can be trusted, the safest first."""
    return ", ".join(safety.value for safety in Safety if safety in rule.fixes)


def outdated(registry: Registry) -> list[Path]:
    """The generated pages that are missing or not what they must be, and pages of rules that are gone."""
    wanted = pages(registry)
    wrong = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    made = [*sorted((DOCS / "rules").glob("*.md")), *sorted((DOCS / "standards").glob("*.md"))]
    return wrong + [path for path in made if path not in wanted]


def main(arguments: list[str]) -> int:
    """Write or check the pages; the exit code."""
    registry = built_in()
    wrong = outdated(registry)
    if arguments == ["--check"]:
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is not what the code says: run `python tests/generate_docs.py`")
        return 1 if wrong else 0
    if arguments:
        print("usage: python tests/generate_docs.py [--check]", file=sys.stderr)
        return 2
    wanted = pages(registry)
    for path in wrong:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
        else:
            path.unlink()
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
