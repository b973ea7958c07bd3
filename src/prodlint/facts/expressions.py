"""What an expression at a place stands for: the names it can mean and where it is written."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.index import Scope
    from prodlint.model import Span


class ExpressionFacts:
    """An expression and the scope it stands in: an argument, a receiver, a string."""

    __slots__ = ("_file", "_scope", "node")

    def __init__(self, node: Any, scope: Scope, file: FileFacts) -> None:
        self.node = node
        self._scope = scope
        self._file = file

    @property
    def names(self) -> frozenset[str]:
        """Every dotted name it can stand for (see `prodlint.facts.names`)."""
        return self._file.names.meanings(self.node, self._scope)

    @property
    def span(self) -> Span:
        """Where it is written."""
        return self._file.source.span(self.node)

    @property
    def text(self) -> str:
        """Its source text."""
        return self._file.source.slice(self.span)
