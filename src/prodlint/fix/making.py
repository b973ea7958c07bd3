"""A violation and its site in, the fix that its rule has for it out."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Fix
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from prodlint.check import Site
    from prodlint.model import Violation
    from prodlint.rule import Rule


def fix_of(violation: Violation, site: Site, rule: Rule) -> Fix | None:
    """The fix of a violation that its rule called fixable.

    None where there is none after all: the rule knows better when it sees the node, or libcst cannot read the code.
    """
    if violation.fixable is None or rule.fix_function is None:
        return None
    try:
        fixed = rule.fix_function(site.node, site, violation)
        if fixed is None:
            return None
        return Fix(fixed.title, violation.fixable, site.edits_of(fixed))
    except Unreadable:
        return None
