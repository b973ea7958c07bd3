"""Rules whose fixes do what a test wants: rename a call, break the file, crash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prodlint import Rule, Safety, fix_source
from prodlint.registry import Registry
from prodlint.rule import Calls, Fixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint import Site, Violation
    from prodlint.fix.rounds import FixedText


def probe(
    name: str, fix: Callable[[Any, Site], Fixed | None], code: str = "PRD801", safety: Safety = Safety.SAFE
) -> Rule:
    """A rule that reports the calls of a function, named like the rule without `no-`, and fixes them like this."""
    called = name.removeprefix("no-")
    rule = Rule(
        name=name, code=code, family="probes", since="0.1", summary="a call", visits=Calls((called,)), fixes=(safety,)
    )

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        if called in site.facts.call.last_name:
            yield site.violation(f"`{called}` is called", fixable=safety)

    rule.fix(lambda node, site, _violation: fix(node, site))
    return rule


def renaming(name: str, to: str, code: str = "PRD801", **needs: Any) -> Rule:
    """A rule whose fix calls another function, with what it needs for that."""
    import libcst as cst

    return probe(name, lambda node, _: Fixed(f"Call `{to}`", node.with_changes(func=cst.Name(to)), **needs), code)


def fixed(text: str | bytes, *rules: Rule, path: str = "package/module.py", unsafe: bool = False) -> FixedText:
    """What fixing makes of a text with these rules, and the tool's own, alone."""
    return fix_source(text, path, unsafe=unsafe, config={}, registry=Registry(rules))
