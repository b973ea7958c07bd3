"""What a place in a file means: lazily computed, shared by all rules of the file, never importing libcst.

`FileFacts` owns the parts of one file; `SiteFacts` is the view of them that a rule gets for one site.
"""

from __future__ import annotations

import _ast

from prodlint.facts.calls import CallFacts
from prodlint.facts.comments import Comment, find_comments
from prodlint.facts.definitions import DefinitionFacts, Definitions
from prodlint.facts.expressions import ExpressionFacts
from prodlint.facts.names import UNKNOWN, Names
from prodlint.facts.statements import Statements
from prodlint.index import mentions_any
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prodlint.facts.constants import Constants
    from prodlint.facts.flow import Flows
    from prodlint.facts.functions import Functions
    from prodlint.facts.handlers import HandlerFacts
    from prodlint.facts.names import Binding
    from prodlint.facts.origins import Origin, OriginKind
    from prodlint.facts.pieces import Hole, Template
    from prodlint.facts.reaching import Reaching
    from prodlint.facts.secrets import Secret, Secrets
    from prodlint.facts.templates import Templates
    from prodlint.index import Index, Plan, Scope
    from prodlint.secrets.own import Own
    from prodlint.source import Source

__all__ = [
    "UNKNOWN",
    "CallFacts",
    "Comment",
    "DefinitionFacts",
    "ExpressionFacts",
    "FileFacts",
    "HandlerFacts",
    "Hole",
    "Origin",
    "OriginKind",
    "SiteFacts",
    "Template",
]

_HOMES = {
    "HandlerFacts": "prodlint.facts.handlers",
    "Hole": "prodlint.facts.pieces",
    "Origin": "prodlint.facts.origins",
    "OriginKind": "prodlint.facts.origins",
    "Template": "prodlint.facts.pieces",
}


def __getattr__(name: str) -> object:
    # Few places are asked for them: what no file of a run needs is not loaded.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


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
        self._definition_places: dict[tuple[str, bool, bool], list[tuple[Any, Scope]]] | None = None
        self._flows: Flows | None = None
        self._reaching: Reaching | None = None
        self._constants: Constants | None = None
        self._functions: Functions | None = None
        self._templates: Templates | None = None
        self._secrets: Secrets | None = None
        self.secret_options: Any = None
        """The options of the rule that visits credentials, where one runs."""
        self._shared: dict[Any, Any] = {}

    def release(self) -> None:
        """Let go of the tree and of all that is known of it, after which nothing may be asked.

        The parts know each other, so that without this only a collection would free them: half of all parsing.
        """
        for part in (self.names, self._templates, self):
            if part is not None:
                vars(part).clear()

    @property
    def comments(self) -> list[Comment]:
        """The comments that open with a word which some rule, or the reader of suppressions, looks for."""
        if self._comments is None:
            self._comments = find_comments(self.source, self._plan, self.statements)
        return self._comments

    @property
    def definition_places(self) -> dict[tuple[str, bool, bool], list[tuple[Any, Scope]]]:
        """The file's scopes with their nodes, by kind, whether they are documented and whether they are hidden."""
        if self._definition_places is None:
            self._definition_places = {}
            for scope in self.index.scopes:
                key = scope.kind, scope.is_documented, scope.is_hidden
                self._definition_places.setdefault(key, []).append((scope.node, scope))
        return self._definition_places

    @property
    def secrets(self) -> Secrets:
        """The credentials in the file's literals."""
        if self._secrets is None:
            from prodlint.facts.secrets import Secrets  # a run without findings, and without the rule, asks for none

            self._secrets = Secrets(self.source, self.index, self.statements, _own(self.secret_options))
        return self._secrets

    @property
    def flows(self) -> Flows:
        """The control-flow graphs of the file's scopes."""
        if self._flows is None:
            from prodlint.facts.flow import Flows  # most files are judged without a graph

            self._flows = Flows(self.names, self.constants.truth)
        return self._flows

    @property
    def reaching(self) -> Reaching:
        """Which definitions of a name may reach a place."""
        if self._reaching is None:
            from prodlint.facts.reaching import Reaching

            self._reaching = Reaching(self.index, self.names, self.flows)
        return self._reaching

    @property
    def constants(self) -> Constants:
        """What expressions are worth that are worth the same in every run."""
        if self._constants is None:
            from prodlint.facts.constants import Constants

            self._constants = Constants(self.index, self.names)
        return self._constants

    @property
    def functions(self) -> Functions:
        """The calls among the file's own functions."""
        if self._functions is None:
            from prodlint.facts.functions import Functions

            self._functions = Functions(self.index, self.names, self.source)
        return self._functions

    @property
    def templates(self) -> Templates:
        """The texts that string expressions make."""
        if self._templates is None:
            from prodlint.facts.guards import Guards  # most files build no text that anybody asks about
            from prodlint.facts.templates import Templates

            guards = Guards(self.names, self.constants, self.reaching)
            self._templates = Templates(self.source, self.names, self.constants, self.reaching, self.functions, guards)
        return self._templates

    def calls(self, names: frozenset[str]) -> list[tuple[Any, Scope]]:
        """The calls with one of these last names or an alias of one, each with its scope."""
        is_indexed = names <= self._plan.calls
        found = self.index.calls if is_indexed else self.functions.calls()
        aliases = self.index.aliases if is_indexed else _renamed(names, self.index)
        return [place for name in sorted(found) if name in names or name in aliases for place in found[name]]

    def shared(self, key: Any, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, once a file and key."""
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]

    def mentions(self, text: bytes) -> bool:
        """Whether the file's bytes hold a text, searched for once: what needs it is asked of every call."""
        known = self._mentions.get(text)
        if known is None:
            known = self._mentions[text] = text in self.source.data
        return known

    def mentions_any(self, words: tuple[str, ...]) -> bool:
        """Whether the file's bytes hold one of these words in any case."""
        found: bool = self.shared(
            ("mentions", words), lambda: mentions_any(self.source.data, tuple(word.lower().encode() for word in words))
        )
        return found

    def matches(self, patterns: tuple[str, ...]) -> bool:
        """Whether the file's path matches patterns in gitignore's syntax, relative to the project's root."""
        from prodlint.config.patterns import Patterns  # read only where somebody configured patterns

        directory, slash, name = self.path.rpartition("/")
        return Patterns(patterns).match(directory + slash, name)

    def scope_at(self, line: int) -> str:
        """The dotted path of the innermost definition around a line; empty at module level."""
        return ".".join(node.name for node in self.statements.around(line) if hasattr(node, "decorator_list"))


def _own(options: Any) -> Own | None:
    """What a project says of its own credentials, if anything."""
    if not any(getattr(options, field, ()) for field in ("names", "not_names", "formats")):
        return None
    from prodlint.secrets.own import own_of  # few projects have any

    return own_of(options)


def _says(word: str, text: str) -> bool:
    import re  # asked by fixes only

    return re.search(rf"\b{re.escape(word)}\b", text) is not None


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
        from prodlint.facts.handlers import HandlerFacts  # a run without such a place does not load its facts

        self._require(_ast.ExceptHandler)
        return HandlerFacts(self._node, self._scope, self._file)

    @property
    def definition(self) -> DefinitionFacts:
        """The module, class or function that a ``Module``, ``Classes`` or ``Functions`` visit nominated."""
        if self._node is not self._scope.node:  # asked of every definition of a file: a call would be a tenth of it
            self._require(_ast.FunctionDef, _ast.ClassDef, _ast.AsyncFunctionDef, _ast.Module)
        return DefinitionFacts(self._scope, self._file.definitions, self._file.names)

    @property
    def comment(self) -> Comment:
        """The comment that a ``Comments`` visit nominated."""
        self._require(Comment)
        comment: Comment = self._node
        return comment

    def shared(self, key: Any, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, asked once a file and key: for what several rules or sites need of the same file.

        The key says what is made, and holds all options that it depends on.
        """
        return self._file.shared(key, make)

    def calls(self, names: Iterable[str]) -> list[CallFacts]:
        """The calls of the file with one of these last names or an alias of one, in no particular order.

        Cheap for names that a ``Calls`` visit of the rule has too; for others the file is walked once more.
        """
        return [CallFacts(node, at, self._file) for node, at in self._file.calls(frozenset(names))]

    @property
    def imports(self) -> frozenset[str]:
        """The top-level names of the modules that the file imports, wherever it does so; not relative ones."""
        found: frozenset[str] = self._file.shared("imports", lambda: _imported(self._file.index))
        return found

    def mentions(self, text: str) -> bool:
        """Whether the file holds a text."""
        return self._file.mentions(text.encode())

    @property
    def secret(self) -> Secret:
        """The credential that a ``Secrets`` visit nominated."""
        from prodlint.facts.secrets import Secret  # only a rule about credentials asks

        self._require(Secret)
        secret: Secret = self._node
        return secret

    @property
    def docstrings(self) -> Iterator[str]:
        """The docstrings of the file, as Python sees them, in order."""
        return (scope.docstring for scope in self._file.index.scopes if scope.docstring is not None)

    def meaning(self, name: str) -> frozenset[str]:
        """Every dotted name that a plain name would stand for if it were written here."""
        return self._file.names.meanings(_ast.Name(id=name, ctx=_ast.Load()), self._scope)

    def module_values(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The names that the module binds, each with every dotted name that it can stand for in it."""
        names, module = self._file.names, self._file.index.scopes[0]
        for name, bindings in sorted(names.table(module).bindings.items()):
            if not all(hasattr(binding.value, "decorator_list") for binding in bindings):
                yield name, names.meanings(_ast.Name(id=name, ctx=_ast.Load()), module)

    def is_module_value(self, name: str) -> bool:
        """Whether a name would stand for what the module has bound by then if it were written here."""
        names, module = self._file.names, self._file.index.scopes[0]
        bindings = names.table(module).bindings.get(name, [])
        return names.owner(name, self._scope) is module and self._is_bound_before(name, bindings)

    def _is_bound_before(self, name: str, bindings: list[Binding]) -> bool:
        """Whether code of the module that stands above has bound a name; functions run when all of it has run."""
        if self._scope.kind == "function":
            return True
        from prodlint.facts.statements import imported

        lines = [getattr(binding.value, "lineno", 0) for binding in bindings if binding.kind != "import"]
        # What is assigned in a branch, which is indented, may not have been.
        sure = [line for line in lines if line and not self.line(line)[:1].isspace()]
        imports = [node for node in self._file.index.tree.body if node.__class__ in (_ast.Import, _ast.ImportFrom)]
        sure += [node.lineno for node in imports if name in imported(node)]
        return bool(sure) and min(sure) < self._node.lineno

    def runs_before(self, lines: Iterable[str]) -> bool:
        """Whether the site's code runs before statements that a fix adds to the module, given as lines."""
        from prodlint.facts.statements import end_line, statements_above

        if self._scope.kind == "function":
            return False
        key = tuple(lines)
        above = self._file.shared(("above", key), lambda: statements_above(self._file.index.tree, key))
        return bool(above) and self._node.lineno <= end_line(above[-1])

    def is_free(self, word: str) -> bool:
        """Whether no name of the file is this word, and nothing in it says the word at all."""
        free: bool = self._file.shared(("free", word), lambda: not _says(word, self._file.source.text))
        return free

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


def _renamed(names: frozenset[str], index: Index) -> set[str]:
    """The names under which the file imports one of these."""
    return {
        alias.asname
        for node, _ in index.imports
        for alias in node.names
        if alias.asname and alias.name.rpartition(".")[2] in names
    }


def _imported(index: Index) -> frozenset[str]:
    modules: set[str] = set()
    for node, _ in index.imports:
        if node.__class__ is _ast.Import:
            modules.update(alias.name for alias in node.names)
        elif not node.level:
            modules.add(node.module)
    return frozenset(module.partition(".")[0] for module in modules)
