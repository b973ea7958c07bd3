"""Writes what is made from code and data: pages of rules, standards and the configuration, and its JSON schema.

``python tests/generate_docs.py`` writes them, ``python tests/generate_docs.py --check`` only says which are out of date
and exits with 1 if any is.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prodlint.config.reference import reference
from prodlint.config.schema import schema_text
from prodlint.config.source import Source
from prodlint.pages import contexts_of, page
from prodlint.policy.catalog import load_catalog
from prodlint.policy.reference import page as standard_page
from prodlint.registry import STANDARDS, Registry, built_in
from prodlint.testing import read_fixture, report_of, shortest_case

if TYPE_CHECKING:
    from prodlint.model import Problem
    from prodlint.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def pages(registry: Registry) -> dict[Path, str]:
    """Every generated page and what it must hold."""
    rules = {DOCS / "rules" / f"{rule.name}.md": page(rule, registry) + example(rule) for rule in registry.rules}
    problems: list[Problem] = []
    words = [((number,), name) for number, name in enumerate(STANDARDS)]
    catalog = load_catalog(words, Source("", ""), registry, problems)
    assert not problems
    standards = {DOCS / "standards" / f"{name}.md": standard_page(catalog.standards[name]) for name in STANDARDS}
    return {
        DOCS / "configuration.md": reference(),
        DOCS / "configuration.schema.json": schema_text(registry),
        DOCS / "rules" / "README.md": overview(registry),
        **rules,
        **standards,
    }


def example(rule: Rule) -> str:
    """The shortest case of a rule's fixture and what prodlint says of it; empty for the tool's own rules."""
    path = ROOT / "fixtures" / rule.name / "bad.py"
    if rule.is_about_projects:
        report = (path.parent / "report.txt").read_text(encoding="utf-8").partition("\n\nbad-")[0]
        shown = report.removeprefix("bad/\n").rstrip()
        return f"\n## Example\n\nIn `fixtures/{rule.name}/bad` this is reported:\n\n```console\n{shown}\n```\n"
    if not path.is_file():
        return ""
    case = shortest_case(read_fixture(str(path)))
    report = report_of(case, rule).rstrip()
    return f"\n## Example\n\n```python\n{case.text}```\n\nis reported as\n\n```console\n{report}\n```\n"


def overview(registry: Registry) -> str:
    """The table of all rules, in reading order."""
    rows = [
        (rule.code, f"[{rule.name}]({rule.name}.md)", rule.severity.value, contexts_of(rule), rule.summary)
        for rule in registry.rules
    ]
    head = ["# Rules", "", "| code | name | severity | contexts | reports |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows), ""])


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
