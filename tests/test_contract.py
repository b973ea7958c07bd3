"""Every rule keeps the contract: one name everywhere, a code of its family, a whole page, fixtures, options told."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import get_args

import generate_docs
import prodlint_rules
import pytest
from rule_examples import example

from prodlint import __version__
from prodlint.config.options import fields_of
from prodlint.model import Context, Severity
from prodlint.pages import page
from prodlint.registry import built_in
from prodlint.rule import Docstrings, Rule, Visit, WholeTree
from prodlint.testing import check_fixture, fixture_files, read_fixture
from prodlint.tool_rules import PAGES
from prodlint.tool_rules import RULES as TOOL_RULES

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
PACK = Path(prodlint_rules.__file__).parent
REGISTRY = built_in()
RULES = prodlint_rules.RULES
FAMILIES = {
    "errors": "PRD1", "observability": "PRD2", "security": "PRD3", "documentation": "PRD4", "reliability": "PRD5",
    "performance": "PRD5", "web": "PRD6", "configuration": "PRD6", "hygiene": "PRD7", "project": "PRD8",
    "tool": "PRD9",
}  # fmt: skip
"""The range of codes of every family."""


def rule_name(rule: Rule) -> str:
    """What the rule's cases are called."""
    return rule.name


every_rule = pytest.mark.parametrize("rule", REGISTRY.rules, ids=rule_name)
every_built_in_rule = pytest.mark.parametrize("rule", RULES, ids=rule_name)


def source_of(rule: Rule) -> ast.Module:
    """The tree of the rule's module."""
    file = importlib.import_module(rule.module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding="utf-8"))


@every_built_in_rule
def test_one_name_everywhere(rule):
    """Module, fixtures, page and key have the rule's name: whoever knows one of them finds all others."""
    folder = "project." if rule.is_about_projects else ""
    assert rule.module == f"prodlint_rules.{folder}{rule.name.replace('-', '_')}"
    if not rule.is_about_projects:
        assert importlib.import_module(rule.module).rule is rule
    assert (FIXTURES / rule.name).is_dir()
    assert REGISTRY.find(rule.name) is rule
    assert REGISTRY.find(rule.code) is rule


def test_every_module_of_the_pack_is_listed():
    """A rule that is written but not listed would never run; shared knowledge has an underscore in front."""
    folders = (PACK, PACK / "project")
    modules = {path.stem for top in folders for path in top.glob("*.py") if not path.name.startswith("_")}
    assert modules == {rule.module.rpartition(".")[2] for rule in RULES}


def test_every_fixture_folder_has_a_rule():
    """Fixtures of a rule that was renamed would never be run."""
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} == {rule.name for rule in RULES}


@every_rule
def test_code_and_family(rule):
    """The code says the family, so that selecting by a prefix selects what belongs together."""
    assert re.fullmatch(r"PRD\d{3}", rule.code)
    assert rule.code.startswith(FAMILIES[rule.family])
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)


def test_codes_stand_in_reading_order():
    """Lists of rules read from the first family to the last."""
    codes = [rule.code for rule in REGISTRY.rules]
    assert codes == sorted(codes)


@every_rule
def test_values_are_complete(rule):
    """What reports, documents and the policy need of a rule is there, and of its kind."""
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.summary[0] == "`" or rule.summary[0].islower()
    assert re.fullmatch(r"\d+\.\d+", rule.since)
    assert tuple(map(int, rule.since.split("."))) <= tuple(map(int, __version__.split(".")[:2]))
    assert rule.policy
    assert all(re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)+", clause) for clause in rule.policy)
    assert len(set(rule.policy)) == len(rule.policy)
    assert isinstance(rule.severity, Severity)
    assert rule.contexts <= frozenset(Context)
    assert rule.contexts


@every_built_in_rule
def test_rule_looks_somewhere_and_decides(rule):
    """A rule has visits of the index's vocabulary and a check; none of ours takes the slow path."""
    assert rule.visits
    assert all(isinstance(visit, get_args(Visit)) for visit in rule.visits)
    assert not any(isinstance(visit, WholeTree) for visit in rule.visits)
    # Those about projects are imported with the first run that asks for them.
    check = importlib.import_module(rule.module).check if rule.is_about_projects else rule.check_function
    assert check is not None
    assert check.__module__ == rule.module
    assert (rule.fix_function is not None or rule.docstring_function is not None) is bool(rule.fixes)


@every_built_in_rule
def test_words_are_in_lower_case(rule):
    """The words of docstrings and comments are compared in lower case: another word would never be met."""
    for visit in rule.visits:
        words = getattr(visit, "words", ())
        assert all(word == word.lower() for word in words)
        assert words or not isinstance(visit, Docstrings)


@every_built_in_rule
def test_page_is_whole(rule):
    """The page says what is reported, why, and where the rule ends; with options also what they do."""
    text = REGISTRY.page(rule)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[:2] == ["What it does", "Why"]
    assert headings[-1] == "Limits"
    assert len(set(headings)) == len(headings)
    sections = re.split(r"^## .+$", text, flags=re.MULTILINE)
    assert all(section.strip() for section in sections)
    first = text.strip().split("\n")[0]
    assert first.endswith(".")
    assert not text.startswith("\n")
    for key in fields_of(rule):
        assert f"`{key}`" in text, f"the page does not say what `{key}` does"


@pytest.mark.parametrize("rule", TOOL_RULES, ids=rule_name)
def test_tool_rules_have_pages(rule):
    """The tool's own rules are explained like any other."""
    headings = re.findall(r"^## (.+)$", PAGES[rule.name], re.MULTILINE)
    assert headings[0] == "What it does"
    assert rule.family == "tool"
    assert rule.check_function is None


@every_built_in_rule
def test_options_are_documented(rule):
    """Every option has a default and a docstring of one line behind it, which editors and the docs show."""
    classes = [node for node in source_of(rule).body if isinstance(node, ast.ClassDef) and node.name == "Options"]
    if rule.options is None:
        assert not classes
        return
    (options,) = classes
    assert ast.get_docstring(options)
    body = options.body[1:]
    documented = []
    for field, docstring in zip(body[::2], body[1::2], strict=True):
        assert isinstance(field, ast.AnnAssign)
        assert field.value is not None
        assert isinstance(docstring, ast.Expr)
        assert isinstance(docstring.value, ast.Constant)
        assert "\n" not in docstring.value.value
        assert docstring.value.value.endswith(".")
        documented.append(field.target.id.replace("_", "-"))
    assert documented == list(fields_of(rule))
    assert rule.default_options() == rule.options()


@every_built_in_rule
def test_fixtures(rule):
    """A rule has bad and good cases that can be read; the first bad ones are its shortest telling case."""
    if rule.is_about_projects:
        kinds = {path.name.partition("-")[0] for path in (FIXTURES / rule.name).iterdir()}
        assert kinds == {"bad", "good", "report.txt"}
        return
    names = {Path(path).name for path in fixture_files(str(FIXTURES / rule.name))}
    assert {"bad.py", "good.py"} <= names
    for path in fixture_files(str(FIXTURES / rule.name)):
        fixture = read_fixture(path)
        assert bool(fixture.expected) is Path(path).name.startswith("bad"), path


@every_rule
def test_generated_page(rule):
    """The page in the repository is the one that the code gives, with name, code, policy, options and suppression."""
    text = page(rule, REGISTRY)
    assert text.startswith(f"# {rule.name} ({rule.code})\n")
    for needed in (*rule.policy, *(f"`{key} = " for key in fields_of(rule))):
        assert needed in text
    path = ROOT / "docs" / "rules" / f"{rule.name}.md"
    assert path.is_file(), "run `python tests/generate_docs.py`"
    assert path.read_text(encoding="utf-8").endswith(text.partition("\n## ")[2]), "run `python tests/generate_docs.py`"


@every_built_in_rule
def test_what_is_put_right_by_hand_is_right(rule):
    """A page that shows the cure must not show one that the rule reports, and must show one or say that none is."""
    path = FIXTURES / rule.name / "by_hand.py"
    if path.is_file():
        fixture = read_fixture(str(path))
        assert not check_fixture(fixture, rule).violations
    elif not rule.is_about_projects:
        assert "and put right by `--fix" in example(rule)


def test_generated_pages_are_current():
    """No page that is made from the code is out of date, missing or left over."""
    assert not generate_docs.outdated(REGISTRY)


def test_changelog_opens_with_this_version():
    """The newest section of the changelog is about the version that the code says it is."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__
