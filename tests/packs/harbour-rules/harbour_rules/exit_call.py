"""Calls of `exit`, which is made for the prompt.

## What it does
Reports calls of the builtins `exit` and `quit`.

## Why
The module `site` defines them for people at the prompt; a program that is started without it does not have them.

## Fix
Calls `sys.exit`. Safe: it raises the same exception with the same status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodlint import Fixed, Rule, Safety
from prodlint.rule import Calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint import Site, Violation

ENDINGS = frozenset({"builtins.exit", "builtins.quit"})

rule = Rule(
    name="exit-call",
    code="HRB102",
    family="programs",
    since="1.0",
    summary="a program ends by a builtin of the prompt",
    visits=Calls(("exit", "quit")),
    fixes=(Safety.SAFE,),
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report calls of the builtins."""
    call = site.facts.call
    if call.names and call.names <= ENDINGS:
        yield site.violation(f"`{call.last_name}` is made for the prompt", fixable=Safety.SAFE)


@rule.fix
def fix(call: cst.Call, _site: Site, _violation: Violation) -> Fixed:
    """Call `sys.exit` with the same arguments."""
    import libcst as cst  # only where a fix is made: importing it takes longer than most runs

    function = cst.Attribute(cst.Name("sys"), cst.Name("exit"))
    return Fixed("Call `sys.exit`", call.with_changes(func=function), imports=("import sys",))
