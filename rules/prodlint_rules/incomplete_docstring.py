"""Docstrings whose sections and whose function disagree.

## What it does
Where a public function's docstring lists its arguments, what it returns or what it raises, in Google, NumPy or Sphinx
style, the rule compares the lists with the function: parameters that are missing or unknown, a value that is returned
and not described, exceptions raised in the function's own body and not described.

## Why
A section that is nearly complete is believed; the parameter that it forgets, or still lists after a rename, misleads.

## Options
`require-sections` demands the sections of every documented public function that has something to list.

## Limits
An exception that the function catches itself, `NotImplementedError`, and what called functions raise are not asked
for. `*args`, `**kwargs` and parameters that start with an underscore may be left out.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Severity
from prodlint.rule import PRODUCTION, Functions, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.check import Site
    from prodlint.facts import DefinitionFacts
    from prodlint.model import Violation
    from prodlint_rules._docstrings import Sections


class Options(NamedTuple):
    """What a project can ask of the rule."""

    require_sections: bool = False
    """Ask for sections in every documented public function, not only in those that have some."""


rule = Rule(
    name="incomplete-docstring",
    code="PRD402",
    family="documentation",
    since="0.1",
    summary="a docstring's sections do not match its function",
    policy=(
        "production-standards/gates/documentation",
        "production-standards/documentation/code",
    ),
    visits=Functions(documented=True, public=True),
    contexts=PRODUCTION,
    severity=Severity.WARNING,
    options=Options,
)

MAY_HAVE_SECTIONS = r"(?im)^[ \t]*(?:[:@]\w|[*_]{0,2}(?:arg|param|keyword|kwarg|other|return|yield|raise|except|throw))"
"""Matches every docstring in which `_docstrings` finds a section, and others; reading them all would cost more."""

_TELLS_RESULT = r"(?i)\W*(?:returns?|yields?|generates?|iterates?)\b"


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the function once, at its name, with all that is amiss."""
    definition = site.facts.definition
    docstring = definition.docstring
    strict = site.options.require_sections
    if docstring is None or not (strict or re.search(MAY_HAVE_SECTIONS, docstring)) or not definition.is_public:
        return
    from prodlint_rules._docstrings import sections  # its expressions take 3 ms to compile

    documented = sections(docstring)
    if not documented.style and not strict:
        return
    if definition.name == "__init__":
        # Its class may describe the arguments instead; what it lists itself has to be right all the same.
        strict = strict and not sections(definition.owner_docstring or "").arguments
    elif definition.is_exempt:
        return
    faults = list(_faults(definition, documented, docstring, strict))
    if faults:
        yield site.violation(f"docstring of `{definition.name}` {' and '.join(faults)}")


def _faults(definition: DefinitionFacts, documented: Sections, docstring: str, strict: bool) -> Iterator[str]:
    if documented.arguments is not None or (strict and definition.parameters):
        yield from _argument_faults(definition, documented)
    tells_result = documented.returns or documented.yields or (not strict and re.match(_TELLS_RESULT, docstring))
    if not tells_result and not definition.is_property and not definition.is_stub:
        if definition.yields:
            yield "does not say what it yields"
        elif definition.returns_value:
            yield "does not say what it returns"
    named = {raised.name.rpartition(".")[2] for raised in documented.raises or ()}
    missing = [name for name in definition.raised if name not in named]
    if missing:
        yield f"does not say that it raises {_listed(missing)}"


def _argument_faults(definition: DefinitionFacts, documented: Sections) -> Iterator[str]:
    listed = {argument.name for argument in documented.arguments or ()}
    parameters = definition.parameters
    missing = [p.name for p in parameters if not p.stars and not p.name.startswith("_") and p.name not in listed]
    if missing:
        yield f"leaves out {_listed(missing)}"
    known = {*(parameter.name for parameter in parameters), definition.receiver}
    if not any(parameter.stars == "**" for parameter in parameters):
        unknown = [a.name for a in documented.arguments or () if a.name not in known]
        if unknown:
            yield f"lists {_listed(unknown)}, which it does not take"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
