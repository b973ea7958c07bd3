"""The name of a new rule in, the files that it begins with out: module, fixtures, test, and a pack where there is none.

What it gives is a rule that works, passes its own tests and is clean, for its author to change. It writes nothing and
imports no pack: what is in one is read from its source.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections import Counter

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prodlint.registry import Registry

_FIRST_NUMBER = 101
_LARGEST_NUMBER = 999
_WIDEST_IMPORT = 88


class RefusedError(ValueError):
    """The rule cannot be made; the message says why, and what to do instead."""


class NewRule(NamedTuple):
    """What a rule is called: in lower-case words joined by hyphens, by its code, and the package it goes into."""

    name: str
    code: str
    family: str
    package: str

    @property
    def module(self) -> str:
        """The rule's module in its package."""
        return self.name.replace("-", "_")


def refuse_name(name: str, registry: Registry) -> None:
    """Raise RefusedError for a name that no rule can have, or that one of these rules has."""
    words = name.lower().replace("_", "-").strip("-")
    if not re.fullmatch(_NAME, name):
        meant = f"; for example `{words}`" if re.fullmatch(_NAME, words) else ""
        raise RefusedError(f"`{name}` is no name of a rule: those are lower-case words joined by hyphens{meant}")
    if keyword.iskeyword(name):
        raise RefusedError(f"`{name}` is a keyword of Python, and the rule's module would be called so")
    if registry.resolve(name):
        raise RefusedError(f"`{name}` is taken: `prodlint rules` lists what there is")


def refuse_package(package: str) -> None:
    """Raise RefusedError for a name that a pack's package cannot have."""
    if not re.fullmatch(_PACKAGE, package) or keyword.iskeyword(package):
        meant = package.lower().replace("-", "_")
        hint = f"; for example `{meant}`" if re.fullmatch(_PACKAGE, meant) else ""
        raise RefusedError(f"`{package}` is no name of a package in lower case{hint}")


def refuse_code(code: str, registry: Registry) -> None:
    """Raise RefusedError for a code that no rule of a pack can have, or that one of these rules has."""
    if not re.fullmatch(_CODE, code):
        raise RefusedError(f"`{code}` is no code: three capital letters and three digits, such as ACM101")
    if code.startswith("PRD"):
        raise RefusedError(f"`{code}`: codes in PRD are prodlint's own")
    if registry.find(code):
        raise RefusedError(f"`{code}` is taken: `prodlint rules` lists what there is")


_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_PACKAGE = r"[a-z][a-z0-9_]*"
_CODE = r"[A-Z]{3}[0-9]{3}"


def next_code(package: str, modules: Iterable[str]) -> str:
    """The code after the last one that the source of a pack's modules gives; the first of a pack without rules.

    Raises RefusedError where that is none of a pack's.
    """
    used = [code for text in modules for code in re.findall(rf"\bcode\s*=\s*[\"']({_CODE})[\"']", text)]
    letters = Counter(code[:3] for code in used).most_common(1)
    own = letters[0][0] if letters else (re.sub(r"[^a-z]", "", package) + "xxx")[:3].upper()
    number = max((int(code[3:]) for code in used if code.startswith(own)), default=_FIRST_NUMBER - 1) + 1
    if number > _LARGEST_NUMBER or own == "PRD":
        raise RefusedError(f"there is no next code in {own}: give one with `--code`")
    return f"{own}{number}"


def has_rules(init: str) -> bool:
    """Whether the `__init__` of a package lists rules, as a pack's does."""
    try:
        return _listing(ast.parse(init)) is not None
    except SyntaxError:
        return False


def rule_files(new: NewRule) -> Mapping[str, str]:
    """The files of the rule alone, by their path from the pack's folder; that of its package is left to the caller."""
    words = {"name": new.name, "code": new.code, "family": new.family}
    return {
        f"{new.package}/{new.module}.py": _filled(_RULE, words),
        f"fixtures/{new.name}/bad.py": _filled(_BAD, words),
        f"fixtures/{new.name}/good.py": _GOOD,
    }


def pack_files(package: str) -> Mapping[str, str]:
    """The files of a pack that has no rule yet, by their path from its folder."""
    words = {"package": package, "project": package.replace("_", "-")}
    return {
        "pyproject.toml": _filled(_PROJECT, words),
        f"{package}/__init__.py": _filled(_INIT, words),
        f"{package}/py.typed": "",
        "tests/test_rules.py": _filled(_TESTS, words),
    }


def with_rule(init: str, new: NewRule) -> str:
    """The `__init__` of a pack with a rule imported and listed, behind those it has.

    Raises RefusedError where `RULES` is no tuple or list that is written out.
    """
    tree = ast.parse(init)
    listing = _listing(tree)
    if not isinstance(listing, ast.Tuple | ast.List):
        raise RefusedError("`RULES` is not written out as a tuple, so the rule cannot be added to it")
    edits = [_import_edit(tree, init, new), _listing_edit(listing, init, new)]
    for start, end, text in sorted(edits, reverse=True):
        init = init[:start] + text + init[end:]
    return init


def _listing(tree: ast.Module) -> ast.expr | None:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "RULES" for target in targets):
            value: ast.expr | None = getattr(node, "value", None)
            return value
    return None


_Edit = tuple[int, int, str]


def _import_edit(tree: ast.Module, text: str, new: NewRule) -> _Edit:
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in imports:
        if isinstance(node, ast.ImportFrom) and (node.module, node.level) == (new.package, 0):
            names = [ast.unparse(alias) for alias in node.names]
            line = _import_of(new.package, sorted({*names, new.module}))
            return _offset(text, node.lineno, node.col_offset), _end(text, node), line
    line = _import_of(new.package, [new.module])
    if imports:
        end = _end(text, imports[-1])
        return end, end, f"\n{line}"
    first = tree.body[0]
    if isinstance(first, ast.Expr):  # the docstring
        end = _end(text, first)
        return end, end, f"\n\n{line}"
    start = _offset(text, first.lineno, first.col_offset)
    return start, start, f"{line}\n\n"


def _import_of(package: str, names: list[str]) -> str:
    line = f"from {package} import {', '.join(names)}"
    if len(line) <= _WIDEST_IMPORT:
        return line
    return f"from {package} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _listing_edit(listing: ast.Tuple | ast.List, text: str, new: NewRule) -> _Edit:
    item = f"{new.module}.rule"
    if not listing.elts:
        end = _end(text, listing)
        return end - 1, end - 1, f"\n    {item},\n"
    last = listing.elts[-1]
    end = _end(text, last)
    if last.lineno == listing.lineno:
        return end, end, f", {item}"
    return end, end, f",\n{' ' * last.col_offset}{item}"


def _end(text: str, node: ast.stmt | ast.expr) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _offset(text, node.end_lineno, node.end_col_offset)


def _offset(text: str, line: int, column: int) -> int:
    """Where a place of `ast` is in a text: its columns count bytes."""
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + len(lines[line - 1].encode()[:column].decode())


def _filled(template: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        template = template.replace(f"<{word}>", value)
    return template


_RULE = '''\
"""Calls of `example.forbidden`.

## What it does
Reports every call of `example.forbidden`, under whatever name it was imported.

## Why
Say here what goes wrong in production because of such code.

## What to write instead
`example.allowed()`

## Limits
Say here which places it misses, and which it reports wrongly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodlint import Rule, Severity
from prodlint.rule import Calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint import Site, Violation

FORBIDDEN = frozenset({"example.forbidden"})

rule = Rule(
    name="<name>",
    code="<code>",
    family="<family>",
    since="0.1",
    summary="`example.forbidden` is called",
    visits=Calls(("forbidden",)),
    severity=Severity.WARNING,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call if that is what the name means."""
    if site.facts.call.names & FORBIDDEN:
        yield site.violation("`forbidden` is called, which says nothing yet: change this rule")
'''

_BAD = """\
import example
from example import forbidden as renamed

example.forbidden()  # expect: <name>


def call():
    renamed()  # expect: <name>
"""

_GOOD = """\
import example
from elsewhere import forbidden


def call(tool):
    example.allowed()
    forbidden()
    tool.forbidden()
"""

_INIT = '''\
"""Rules of our own for prodlint."""

RULES = ()
'''

_TESTS = '''\
"""Every rule finds what its fixtures mark and nothing else, and its fixes give the text that stands beside them."""

from pathlib import Path

import pytest
from prodlint.testing import assert_fixed, assert_fixture, fixture_files, read_fixture

from <package> import RULES

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = [(rule, path) for rule in RULES for path in fixture_files(str(FIXTURES / rule.name))]


@pytest.mark.parametrize(("rule", "path"), CASES, ids=[Path(path).name for _, path in CASES])
def test_rule(rule, path):
    """One fixture, also with other newlines, tabs, one level deeper and as coroutines."""
    fixture = read_fixture(path)
    assert_fixture(fixture, rule)
    for unsafe in (False, True):
        assert_fixed(fixture, rule, unsafe=unsafe)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_has_fixtures(rule):
    """A rule is tested both ways: by what it must find, and by what it must leave alone."""
    names = [Path(path).name for case, path in CASES if case is rule]
    assert any(name.startswith("bad") for name in names)
    assert any(name.startswith("good") for name in names)
'''

_PROJECT = """\
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = "<project>"
version = "0.1.0"
description = "Rules of our own for prodlint"
requires-python = ">=3.10"
dependencies = ["prodlint>=0.1"]

[project.optional-dependencies]
dev = ["pytest>=8"]

[tool.hatch.build.targets.wheel]
packages = ["<package>"]

[tool.pytest.ini_options]
pythonpath = ["."]
testpaths = ["tests"]

[tool.prodlint]
extend-exclude = ["fixtures/"]
"""
