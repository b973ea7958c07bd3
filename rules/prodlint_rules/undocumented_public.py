"""Public modules, classes, methods and functions without a docstring.

## What it does
Reports what users of the code can reach and nobody has described. Public is what Python calls public: the names in
`__all__` where the module has one, else those with no underscore in front anywhere in their dotted path. What is
defined inside a function is private.

## Why
A name that others build on is a promise; undocumented, everybody reads another one into it.

## Not reported
Overloads, property setters and deleters, special methods, `__init__` of a documented class, methods marked
`@override` or overriding one that a class of the same module documents, definitions that get a `__doc__` by assignment,
stubs under `if TYPE_CHECKING:`, and of the definitions that an `if` or `try` chooses from all but one; private modules,
stub files, migrations, generated files, empty `__init__.py` files.

## Fix
Manual, for editors and formats with edits: a docstring to fill in, with a section for each thing that
[incomplete-docstring](incomplete-docstring.md) would ask for, in the style of the file's other docstrings (Google,
NumPy or Sphinx; Google where there are none). What only a person can say is `TODO` in it.

## Limits
A base class in another module is not read: mark its overrides with `@override`.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION, Classes, Docstring, Functions, Module, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.check import Site
    from prodlint.model import Violation

rule = Rule(
    name="undocumented-public",
    code="PRD401",
    family="documentation",
    since="0.1",
    summary="a public name has no docstring",
    policy=(
        "production-standards/gates/documentation",
        "production-standards/documentation/code",
    ),
    visits=(Module(), Classes(documented=False, public=True), Functions(documented=False, public=True)),
    contexts=PRODUCTION,
    severity=Severity.WARNING,
    fixes=(Safety.MANUAL,),
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the definition at its name, the module at its first line."""
    definition = site.facts.definition
    if definition.is_public and not definition.is_documented and not definition.is_exempt:
        kind = definition.kind
        named = "module" if kind == "module" else f"{kind} `{definition.name}`"
        yield site.violation(f"public {named} has no docstring", fixable=Safety.MANUAL)


@rule.fix_docstring
def fix(site: Site, _violation: Violation) -> Docstring:
    """A docstring to fill in."""
    from prodlint_rules._skeletons import skeleton, style_of

    return Docstring("Add a docstring to fill in", skeleton(site.facts.definition, style_of(site)))
