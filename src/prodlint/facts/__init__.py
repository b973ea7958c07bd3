"""What a place in a file means: lazily computed, shared by all rules of the file, never importing libcst.

`FileFacts` owns the parts of one file; `SiteFacts` is the view of them that a rule gets for one site.
"""

from __future__ import annotations

import _ast

from prodlint.facts.calls import CallFacts
from prodlint.facts.comments import Comment, find_comments
from prodlint.facts.definitions import DefinitionFacts, Definitions
from prodlint.facts.expressions import ExpressionFacts
from prodlint.facts.handlers import HandlerFacts
from prodlint.facts.names import UNKNOWN, Names
from prodlint.facts.statements import Statements
from prodlint.index import mentions_any
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts.names import Binding
    from prodlint.index import Index, Plan, Scope
    from prodlint.source import Source

__all__ = [
    "UNKNOWN",
    "CallFacts",
    "Comment",
    "DefinitionFacts",
    "ExpressionFacts",
    "FileFacts",
    "HandlerFacts",
    "SiteFacts",
]


class FileFacts:
    """The facts of one file, each part made when it is first asked for.

    ``path`` is relative to the project's root, because that decides what a module's own name says about it.
    """

    def __init__(self, source: Source, index: Index, plan: Plan, path: str) -> None:
        self.source = source
        self.path = path
        self.index = index
        self.names = Names(index)
        self.statements = Statements(index)
        self.definitions = Definitions(source, index, self.names, path)
        self._plan = plan
        self._comments: list[Comment] | None = None
        self._mentions: dict[bytes, bool] = {}

    @property
    def comments(self) -> list[Comment]:
        """The comments that open with a word which some rule, or the reader of suppressions, looks for."""
        if self._comments is None:
            self._comments = find_comments(self.source, self._plan, self.statements)
        return self._comments

    def mentions(self, text: bytes) -> bool:
        """Whether the file's bytes hold a text, searched for once: what needs it is asked of every call."""
        known = self._mentions.get(text)
        if known is None:
            known = self._mentions[text] = text in self.source.data
        return known

    def mentions_any(self, words: tuple[str, ...]) -> bool:
        """Whether the file's bytes hold one of these words in any case."""
        return mentions_any(self.source.data, tuple(word.lower().encode() for word in words))

    def matches(self, patterns: tuple[str, ...]) -> bool:
        """Whether the file's path matches patterns in gitignore's syntax, relative to the project's root."""
        from prodlint.config.patterns import Patterns  # read only where somebody configured patterns

        directory, slash, name = self.path.rpartition("/")
        return Patterns(patterns).match(directory + slash, name)

    def scope_at(self, line: int) -> str:
        """The dotted path of the innermost definition around a line; empty at module level."""
        return ".".join(node.name for node in self.statements.around(line) if hasattr(node, "decorator_list"))


class SiteFacts:
    """What is known about one site.

    Each property fits one kind of site and raises TypeError on any other: the mistake is in the rule's ``visits``.
    """

    __slots__ = ("_file", "_node", "_scope")

    def __init__(self, file: FileFacts, node: Any, scope: Scope) -> None:
        self._file = file
        self._node = node
        self._scope = scope

    @property
    def call(self) -> CallFacts:
        """The call that a ``Calls`` visit nominated."""
        self._require(_ast.Call)
        return CallFacts(self._node, self._scope, self._file)

    @property
    def expression(self) -> ExpressionFacts:
        """The call or string that a ``Calls`` or ``Strings`` visit nominated, as a value."""
        self._require(_ast.Call, _ast.Constant, _ast.JoinedStr)
        return ExpressionFacts(self._node, self._scope, self._file)

    @property
    def handler(self) -> HandlerFacts:
        """The `except` clause that a ``Handlers`` visit nominated."""
        self._require(_ast.ExceptHandler)
        return HandlerFacts(self._node, self._scope, self._file)

    @property
    def definition(self) -> DefinitionFacts:
        """The module, class or function that a ``Module``, ``Classes`` or ``Functions`` visit nominated."""
        self._require(_ast.FunctionDef, _ast.ClassDef, _ast.AsyncFunctionDef, _ast.Module)
        return DefinitionFacts(self._scope, self._file.definitions, self._file.names)

    @property
    def comment(self) -> Comment:
        """The comment that a ``Comments`` visit nominated."""
        self._require(Comment)
        comment: Comment = self._node
        return comment

    def meaning(self, name: str) -> frozenset[str]:
        """Every dotted name that a plain name would stand for if it were written here."""
        return self._file.names.meanings(_ast.Name(id=name, ctx=_ast.Load()), self._scope)

    def module_values(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The names that the module assigns, each with every dotted name that it can stand for at the site.

        Those are left out that something else hides at the site, or that are assigned only below it.
        """
        names, module = self._file.names, self._file.index.scopes[0]
        for name, bindings in sorted(names.table(module).bindings.items()):
            if names.owner(name, self._scope) is module and self._is_bound_before(bindings):
                yield name, self.meaning(name)

    def _is_bound_before(self, bindings: list[Binding]) -> bool:
        """Whether code of the module that stands above has bound a name; functions run when all of it has run."""
        if self._scope.kind == "function":
            return True
        lines = [getattr(binding.value, "lineno", 0) for binding in bindings]
        return bool(lines) and min(lines) < self._node.lineno

    def is_free(self, word: str) -> bool:
        """Whether no name of the file is this word, and nothing in it says the word at all."""
        import re

        return re.search(rf"\b{re.escape(word)}\b", self._file.source.text) is None

    @property
    def scope_name(self) -> str:
        """The name of the function or class around the site; of the file, without its ending, at module level."""
        return self._scope.name or self._file.path.rpartition("/")[2].partition(".")[0]

    def line(self, number: int) -> str:
        """The text of a line of the file without its newline; empty past the end."""
        return self._file.source.line(number)

    def _require(self, *kinds: type[Any]) -> None:
        kind = self._node.__class__
        if kind not in kinds:
            raise TypeError(f"this site is a {kind.__name__}, so it has no facts of a {kinds[0].__name__}")
