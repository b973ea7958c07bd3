"""Docstrings whose sections and whose function disagree.

## What it does
Where a public function's docstring lists its arguments, what it returns or what it raises, in Google, NumPy or Sphinx
style, the rule compares the lists with the function: parameters that are missing or unknown, a value that is returned
and not described, exceptions raised in the function's own body and not described.

## Why
A section that is nearly complete is believed; the parameter that it forgets, or still lists after a rename, misleads.

## Options
`require-sections` demands the sections of every documented public function that has something to list.

## Fix
Manual, for editors and formats with edits: entries and sections for what is missing, in the style of the docstring.
What only a person can say is `TODO` in them. What the docstring lists in vain stays: it may be a renamed parameter.

## Limits
An exception that the function catches itself, `NotImplementedError`, and what called functions raise are not asked
for. `*args`, `**kwargs` and parameters that start with an underscore may be left out. What the docstring says in
sentences about the value or an exception is believed, unless sections are required.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION, Docstring, Functions, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.check import Site
    from prodlint.facts import DefinitionFacts
    from prodlint.model import Violation
    from prodlint_rules._docstrings import Prose, Sections


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
    fixes=(Safety.MANUAL,),
    options=Options,
)

_STEMS = ("arg", "param", "kw", "key", "return", "yield", "raise", "except", "throw", "rtype", "ytype")
# The engine leaps from one line feed to the next; it would try every character for the start of a line.
_OPENS_SECTION = (
    r"(?im)\n[ \t]*(?:[:@](?:param|arg|key|kw|return|rtype|yield|ytype|raise|except|throw)"
    r"|[*_]{0,2}(?:(?:keyword|other)[ \t]+)?(?:arg|param|kwarg|return|yield|raise|except|throw)\w*[*_]{0,2}[ \t]*"
    r"(?:[:(\-]|$))"
)

# Looked for in what the docstring says outside code; kept as text, because `re` remembers what it has compiled.
_TELLS_RESULT = (
    r"(?m)(?:\A|\n\n|[.!?;:]\s+)[*`\s-]{0,4}(?i:returns?|yields?|generates?|iterates?)\b(?! *:)"
    r"|^[*`\s-]{0,4}(?:Returns?|Yields?|Generates?|Iterates?)\b(?! *:)"
    r"|\b(?:and|will|function|method) (?:also |then |only )?(?:returns?|yields?)\s+[\w`*'\":({\[]"
    r"|\b(?:is|are|be)\s+(?:also |then |always |only )?returned\b"
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the function once, at its name, with all that is amiss."""
    faults = _faults_at(site)
    if faults is not None and any(faults):
        told = " and ".join(faults.told())
        is_missing = faults.missing or faults.gives or faults.raised
        yield site.violation(
            f"docstring of `{site.facts.definition.name}` {told}", fixable=Safety.MANUAL if is_missing else None
        )


class _Faults(NamedTuple):
    """What the sections leave out and the rest of the docstring does not say either, and what they list in vain."""

    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    gives: str = ""
    raised: tuple[str, ...] = ()

    def told(self) -> Iterator[str]:
        """Each fault as a part of the message."""
        if self.missing:
            yield f"leaves out {_listed(self.missing)}"
        if self.unknown:
            yield f"lists {_listed(self.unknown)}, which it does not take"
        if self.gives:
            yield f"does not say what it {self.gives}"
        if self.raised:
            yield f"does not say that it raises {_listed(self.raised)}"


def _faults_at(site: Site) -> _Faults | None:
    """The faults of the site's docstring; None where it owes nothing."""
    definition = site.facts.definition
    docstring = definition.docstring
    strict = site.options.require_sections
    if docstring is None or not (strict or may_have_sections(docstring)) or not definition.is_public:
        return None
    from prodlint_rules._docstrings import NOTHING_SAID, prose, sections  # its expressions take 3 ms to compile

    documented = sections(docstring)
    strict = strict and _owes_sections(definition, sections)
    if not (documented.style or strict) or definition.is_accessory:
        return None
    faults = _faults(definition, documented, NOTHING_SAID, strict)
    return _faults(definition, documented, prose(docstring), strict) if any(faults) else faults


def may_have_sections(docstring: str) -> bool:
    """Whether `_docstrings` can find a section in a docstring; reading them all would cost more."""
    lowered = docstring.lower()
    if not any(map(lowered.__contains__, _STEMS)) or _is_sentence(docstring):
        return False
    return re.search(_OPENS_SECTION, "\n" + docstring) is not None


def _is_sentence(docstring: str) -> bool:
    """Whether a docstring is one line of several words without a sign that a section could open with."""
    return "\n" not in docstring and not any(map(docstring.__contains__, ":(-@")) and len(docstring.split()) > _HEADING


_HEADING = 2  # words: `Keyword arguments`


def _owes_sections(definition: DefinitionFacts, sections: Callable[[str], Sections]) -> bool:
    """Whether no other docstring speaks for it; what it lists itself has to be right all the same."""
    if definition.name == "__init__":
        return not sections(definition.owner_docstring or "").arguments
    return not definition.is_exempt


def _faults(definition: DefinitionFacts, documented: Sections, said: Prose, strict: bool) -> _Faults:
    faults = _Faults()
    if documented.arguments is not None or (strict and definition.parameters):
        faults = _argument_faults(definition, documented, said)
    gives = ""
    names_result = definition.is_property or definition.name == "__new__"
    if not (documented.returns or documented.yields or names_result or definition.is_stub):
        gives = "yields" if definition.yields else "returns" if definition.returns_value else ""
        if gives and not strict and re.search(_TELLS_RESULT, said.text):
            gives = ""
    named = {raised.name.rpartition(".")[2] for raised in documented.raises or ()}
    missing = [name for name in definition.raised if name not in named]
    if missing and not strict:
        named.update(re.findall(r"\w+", said.text))
    return faults._replace(gives=gives, raised=tuple(name for name in missing if name not in named))


def _argument_faults(definition: DefinitionFacts, documented: Sections, said: Prose) -> _Faults:
    listed = {argument.name for argument in documented.arguments or ()}
    parameters = definition.parameters
    missing = [
        parameter.name
        for parameter in parameters
        if not parameter.stars and not parameter.name.startswith("_") and parameter.name not in listed
        if (parameter.is_keyword or not documented.only_keywords) and parameter.name not in said.entries
    ]
    known = {*(parameter.name for parameter in parameters), definition.receiver}
    if any(parameter.stars == "**" for parameter in parameters):
        return _Faults(tuple(missing))
    unknown = [argument.name for argument in documented.arguments or () if argument.name not in known]
    return _Faults(tuple(missing), tuple(unknown))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


@rule.fix_docstring
def fix(site: Site, _violation: Violation) -> Docstring | None:
    """Entries to fill in."""
    from prodlint_rules._skeletons import Wanted, completion, style_of

    faults = _faults_at(site)
    if faults is None:
        return None
    wanted = Wanted(tuple(dict.fromkeys(faults.missing)), faults.gives, tuple(dict.fromkeys(faults.raised)))
    additions = completion(site.facts.definition, wanted, style_of(site))
    return Docstring("Add what the docstring leaves out", additions) if additions else None
