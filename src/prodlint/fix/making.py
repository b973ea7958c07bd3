"""A violation and its site in, the violation with the fix that its rule has for it out.

A fix that crashes becomes a `Problem`, and its violation stays: what a rule has found does not depend on its fix.
"""

from __future__ import annotations

from prodlint.fix.edits import are_disjoint
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Fix, Problem
from prodlint.rule import Docstring, Fixed
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from prodlint.check import Site
    from prodlint.model import Violation
    from prodlint.rule import Rule


def with_fix(violation: Violation, site: Site, rule: Rule) -> tuple[Violation, Problem | None]:
    """A violation that its rule called fixable, with its fix; and what went wrong with that.

    It is not fixable where there is no fix after all: the rule knows better when it sees the node, or libcst cannot
    read the code.
    """
    try:
        fix = _fix_of(violation, site, rule)
    except Unreadable as unreadable:
        told = site.without_secrets(str(unreadable))
        return violation._replace(fixable=None), _problem("fix-refused", "cannot be made", told, violation)
    except (Exception, SystemExit) as error:  # noqa: BLE001  as the rule guard: whatever a fix does, the others go on
        told = site.without_secrets(f"{type(error).__name__}: {error}")
        return violation._replace(fixable=None), _problem("fix-crash", "crashed", told, violation)
    return violation._replace(fix=fix, fixable=None if fix is None else fix.safety), None


def _fix_of(violation: Violation, site: Site, rule: Rule) -> Fix | None:
    assert violation.fixable is not None, "only what is fixable is fixed"
    if rule.docstring_function is not None:
        return _docstring_fix(violation, site, rule.docstring_function(site, violation))
    if rule.fix_function is None:
        raise LookupError("the rule calls a violation fixable and has no fix")
    fixed = rule.fix_function(site.node, site, violation)
    if fixed is None:
        return None
    if fixed.__class__ is not Fixed:
        raise TypeError(f"it gives {fixed!r:.60}, which is no `Fixed`")
    edits = site.edits_of(fixed)
    if not are_disjoint(edits):
        raise ValueError("its edits overlap: what it changes is where its imports or statements go")
    return Fix(site.without_secrets(fixed.title), violation.fixable, edits)


def _docstring_fix(violation: Violation, site: Site, docstring: Docstring | None) -> Fix | None:
    assert violation.fixable is not None, "only what is fixable is fixed"
    if docstring is None:
        return None
    if docstring.__class__ is not Docstring:
        raise TypeError(f"it gives {docstring!r:.60}, which is no `Docstring`")
    edits = site.docstring_edits(docstring)
    return Fix(site.without_secrets(docstring.title), violation.fixable, edits) if edits else None


def _problem(code: str, what: str, error: str, violation: Violation) -> Problem:
    return Problem(
        code,
        f"the fix of `{violation.rule}` {what}: {error}",
        violation.path,
        violation.span.line if violation.span else None,
        f"report it to the author of `{violation.rule}`",
        fatal=False,
    )
