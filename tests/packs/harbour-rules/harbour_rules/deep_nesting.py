"""Blocks within too many others.

## What it does
Reports a block that stands within more than `most` others of its function.

## Why
Whoever reads it has to keep all conditions around it in mind.

## What to write instead
Return early, or give the inner part a name of its own.

## Limits
An existing visitor of libcst: it reads every file whole, which takes a hundred times as long as other rules do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prodlint import Rule, Severity
from prodlint.rule import WholeTree

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint import Site, Violation


class Options(NamedTuple):
    """What a project can ask of the rule."""

    most: int = 3
    """How many blocks may stand within each other."""


rule = Rule(
    name="deep-nesting",
    code="HRB201",
    family="structure",
    since="1.1",
    summary="a block stands within too many others",
    visits=WholeTree(),
    severity=Severity.INFO,
    options=Options,
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report what the visitor finds."""
    for node, depth in _deep_blocks(site.wrapper, site.options.most):
        span = site.span_of(node)
        yield site.violation(f"the block stands within {depth - 1} others", span=span._replace(
            end_line=span.line, end_column=span.column + 1
        ))  # fmt: skip


def _deep_blocks(wrapper: cst.MetadataWrapper, most: int) -> list[tuple[cst.CSTNode, int]]:
    import libcst as cst  # the visitor is a class of libcst: importing it takes longer than most runs

    class Nesting(cst.CSTVisitor):
        """Collects the blocks that are too deep."""

        def __init__(self) -> None:
            self.found: list[tuple[cst.CSTNode, int]] = []
            self._depths = [0]

        def on_visit(self, node: cst.CSTNode) -> bool:
            """Go one deeper; a function counts anew."""
            if isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
                self._depths.append(0)
            elif isinstance(node, cst.If | cst.For | cst.While | cst.With | cst.Try | cst.Match):
                self._depths[-1] += 1
                if self._depths[-1] == most + 1:
                    self.found.append((node, self._depths[-1]))
            return True

        def on_leave(self, original_node: cst.CSTNode) -> None:
            """Come back."""
            if isinstance(original_node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
                self._depths.pop()
            elif isinstance(original_node, cst.If | cst.For | cst.While | cst.With | cst.Try | cst.Match):
                self._depths[-1] -= 1

    nesting = Nesting()
    wrapper.visit(nesting)
    return nesting.found
