"""Text to tree to candidate sites for every rule, in one walk. Decides no violation, calls no rule.

Over the standard library's C parser, used through ``_ast`` because importing ``ast`` costs as much as linting a file.
The walk keeps an explicit list of nodes, so that no nesting is too deep for it, and goes scope by scope, so that every
site knows the function or class it stands in.
"""

from __future__ import annotations

import _ast
import re
import sys
from bisect import bisect_left

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.rule import Assignments, Calls, Comments, Handlers, Strings
from prodlint.source import Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.rule import Visit
    from prodlint.source import Source

_PYCF_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, of the interpreter's stable C API

# Fields that never hold a node which the walk has to see.
_BARREN_FIELDS = frozenset(
    "ctx op ops kind type_comment n s level name asname module id attr arg conversion is_async simple tag kwd_attrs "
    "rest type_ignores".split()
)
_NAMED_NODES = ("TypeAlias",)  # classes whose `name` is an expression


class Scope:
    """A module, class or function, its docstring as Python sees it, and the scope it is defined in."""

    __slots__ = ("docstring", "is_documented", "is_hidden", "kind", "name", "node", "parent")

    def __init__(self, kind: str, name: str, node: Any, parent: Scope | None) -> None:
        self.kind = kind
        self.name = name
        self.node = node
        self.parent = parent
        # Inside a function, or with an underscore somewhere in the dotted path.
        self.is_hidden: bool = parent is not None and (
            parent.is_hidden or parent.kind == "function" or (name[0] == "_" and is_private(name))
        )
        self.docstring: str | None = None
        if node.body:
            first = node.body[0]
            if first.__class__ is _ast.Expr and first.value.__class__ is _ast.Constant:
                text = first.value.value
                self.docstring = text if text.__class__ is str else None
        # Whether the docstring says something.
        self.is_documented = bool(self.docstring) and not self.docstring.isspace()  # type: ignore[union-attr]

    @property
    def qualified(self) -> str:
        """The dotted path from the module down, without `<locals>`; empty for the module."""
        names = []
        scope = self
        while scope.parent is not None:
            names.append(scope.name)
            scope = scope.parent
        return ".".join(reversed(names))


def is_private(name: str) -> bool:
    """Whether a name says by its underscore that it is not for users; special names are not private."""
    return name[:1] == "_" and not (name[:2] == "__" and name[-2:] == "__")


CATCH_ALL = frozenset({"Exception", "BaseException"})
"""The classes whose handlers catch everything; their aliases are collected wherever handlers are wanted."""


class Plan(NamedTuple):
    """What the active rules together want nominated; ``calls`` also has the other names whose aliases are wanted.

    Without one of the ``needles`` in its text a file holds no wanted call, and without one of the ``words``, in any
    case, no wanted string; no words at all want every string. Words stand with those that they share a text with, which
    is looked for first. ``comments`` is the expression of the wanted ones.
    """

    calls: frozenset[str]
    handlers: bool
    assignments: bool
    strings: bool
    comments: bytes
    needles: tuple[bytes, ...]
    words: tuple[tuple[bytes, tuple[bytes, ...]], ...] = ()


class Index:
    """The tree of one file and what the walk found in it: nodes paired with their scope, in no particular order.

    ``aliases`` are the names that stand, somewhere in the file, for one that some rule looks for, ``data`` is the
    text, where it is known.
    """

    __slots__ = (
        "_saying", "_walruses", "aliases", "assignments", "calls", "data", "globals", "handlers", "imports", "scopes",
        "strings", "tree",
    )  # fmt: skip

    def __init__(self, tree: _ast.Module) -> None:
        self.tree = tree
        self.aliases: frozenset[str] = frozenset()
        self.data: bytes | None = None
        self._saying: dict[str, list[Scope]] = {}
        self._walruses: tuple[list[int] | None] | None = None
        self.scopes = [Scope("module", "", tree, None)]
        self.calls: dict[str, list[tuple[_ast.Call, Scope]]] = {}
        self.handlers: list[tuple[_ast.ExceptHandler, Scope]] = []
        self.assignments: list[tuple[Any, Scope]] = []
        self.strings: list[tuple[Any, Scope]] = []
        self.imports: list[tuple[Any, Scope]] = []
        self.globals: list[tuple[Any, Scope]] = []

    def has_walrus(self, scope: Scope) -> bool:
        """Whether an expression of a scope, or of what is defined in it, may bind a name."""
        if self._walruses is None:
            self._walruses = (None if self.data is None else _lines_with(b":=", self.data),)
        lines = self._walruses[0]
        return lines is None or _has_line(lines, scope)

    def scopes_saying(self, name: str) -> list[Scope]:
        """The scopes in whose lines a name stands, as a part of a longer one too: no other can use it.

        All of them where that cannot be told.
        """
        found = self._saying.get(name)
        if found is None:
            # Other letters may stand for those of a name.
            is_told = self.data is not None and self.data.isascii()
            lines = _lines_with(name.encode(), self.data) if is_told and self.data is not None else None
            found = self.scopes if lines is None else [scope for scope in self.scopes if _has_line(lines, scope)]
            self._saying[name] = found
        return found


def plan_for(visits: Iterable[Visit]) -> Plan:
    """What one walk has to collect for these visits; suppression comments are always looked for."""
    calls: set[str] = set()
    words: set[str] = {"noqa", "prodlint"}
    needles: set[str] = set()
    kinds = set()
    string_words: set[str] = set()
    wants_every_string = False
    for visit in visits:
        kinds.add(type(visit))
        if isinstance(visit, Strings):
            string_words.update(visit.words)
            wants_every_string = wants_every_string or not visit.words
        if isinstance(visit, Handlers):
            calls.update(CATCH_ALL)
        if isinstance(visit, Calls):
            calls.update(visit.names, visit.receivers)
            needles.update(visit.needles or visit.receivers or visit.names)
        elif isinstance(visit, Comments):
            words.update(visit.words)
    return Plan(
        frozenset(calls),
        Handlers in kinds,
        Assignments in kinds,
        Strings in kinds,
        # The literal `#` first lets the engine jump from comment to comment, and what follows fails at once: words
        # looked for anywhere in a comment cost fifteen times as much.
        # After a `#` no other may follow: each of a long row of them would be tried, and all that come after it.
        rb"#[:@!\- \t\f]*(?i:" + b"|".join(re.escape(word.encode()) for word in sorted(words)) + rb")",
        _shortest(needles),
        () if wants_every_string else _grouped(_shortest({word.lower() for word in string_words})),
    )


def _grouped(words: tuple[bytes, ...]) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    """Texts in groups that end in the same word, each under what all of the group begin or end with."""
    groups: dict[bytes, list[bytes]] = {}
    for word in words:
        groups.setdefault((re.findall(rb"\w+", word) or [word])[-1], []).append(word)
    found = []
    for group in groups.values():
        beginning, ending = _beginning(group), _beginning([word[::-1] for word in group])[::-1]
        found.append((max(beginning, ending, key=len), tuple(group)))
    return tuple(found)


def _beginning(texts: list[bytes]) -> bytes:
    """What all of these texts begin with."""
    shared = min(texts, key=len)
    while not all(text.startswith(shared) for text in texts):
        shared = shared[:-1]
    return shared


def _shortest(texts: set[str]) -> tuple[bytes, ...]:
    """The texts without those that hold another of them: what has the longer has the shorter."""
    kept = [text for text in texts if not any(o in text and o != text for o in texts)]
    # Short words in small letters are in more files than others: where one is, no other has to be looked for.
    return tuple(text.encode() for text in sorted(kept, key=lambda text: (not text.islower(), len(text), text)))


def parse(source: Source) -> _ast.Module:
    """The syntax tree of a file.

    Raises Unreadable with CPython's reason and line for what this Python cannot parse, and for nesting or chains that
    are deeper than its parser takes.
    """
    refuse_monsters(source.data)
    try:
        tree: _ast.Module = compile(source.data, source.path, "exec", _PYCF_ONLY_AST, dont_inherit=True)
        return tree
    except SyntaxError as error:
        raise Unreadable(_syntax_reason(error), error.lineno or None) from None
    except (ValueError, LookupError) as error:  # a NUL byte before Python 3.12; a codec that is not for text
        raise Unreadable(str(error)) from None
    except (RecursionError, MemoryError):
        raise Unreadable("nested too deeply for Python's parser") from None


def _syntax_reason(error: SyntaxError) -> str:
    reason = error.msg or "invalid syntax"
    return reason if reason.startswith("(") else f"syntax error: {reason}"


# Python 3.10 dies of a segmentation fault on an expression of some 200,000 operators; newer ones raise RecursionError.
_PARSER_CAN_DIE = sys.version_info < (3, 11)
_MONSTER = 50_000
_OUTSIDE_EXPRESSIONS = rb"[=,:;#]"


def refuse_monsters(data: bytes) -> None:
    """Raise Unreadable for a generated expression so long that parsing it could kill the process."""
    if not _PARSER_CAN_DIE or len(data) < 2 * _MONSTER:
        return
    for stretch in re.split(_OUTSIDE_EXPRESSIONS, data):
        if len(stretch) >= 2 * _MONSTER and sum(map(stretch.count, (b".", b"+", b"-", b"*", b"|", b" "))) > _MONSTER:
            raise Unreadable(f"an expression of more than {_MONSTER:,} terms")


def _children() -> dict[type[Any], tuple[str, ...]]:
    table = {}
    for name in dir(_ast):
        node_class = getattr(_ast, name)
        if isinstance(node_class, type) and issubclass(node_class, _ast.AST):
            keep = ("name",) if name in _NAMED_NODES else ()
            table[node_class] = tuple(f for f in node_class._fields if f not in _BARREN_FIELDS or f in keep)
    table[_ast.Constant] = table[_ast.MatchSingleton] = ()  # their `value` is no node
    return table


CHILDREN = _children()
"""For every node class, the fields that may hold nodes worth a visit (operators and contexts are not)."""

BARREN = frozenset(node_class for node_class, fields in CHILDREN.items() if not fields)
"""The node classes without such fields."""

_LEAVES = BARREN | {type(None), str}


def build(tree: _ast.Module, plan: Plan, data: bytes | None = None) -> Index:
    """Walk a tree once and sort what the plan wants into an index.

    ``data`` is the file's text, by which expressions may turn out to hold nothing that is wanted: then only statements
    are walked, at a fifth of the cost.

    Calls are nominated by the last name of what is called. A name that the file binds to a wanted one (an import under
    another name, ``out = print``, ``self.write = sys.stdout.write``) is wanted too: when the walk meets such a binding
    it is repeated with the longer list.
    """
    wanted = plan.calls
    if data is not None and plan.words and not _mentions_one_of(data, plan.words):
        plan = plan._replace(strings=False)
    walk = _walk if data is None or _needs_expressions(plan, data) else _walk_statements
    for _ in range(_MOST_WALKS):
        index, aliases = walk(tree, plan, wanted)
        index.aliases = frozenset(aliases)
        if aliases <= wanted:
            break
        wanted |= aliases
    index.data = data
    return index


def _lines_with(mark: bytes, data: bytes) -> list[int] | None:
    """The 1-based lines that hold a mark, in order; None where something else than line feeds may part them."""
    at = data.find(mark)
    if at < 0:
        return []
    if b"\r" in data:
        return None
    lines = []
    line, counted = 1, 0
    while at >= 0:
        line += data.count(b"\n", counted, at)
        counted = at
        lines.append(line)
        at = data.find(mark, at + 1)
    return lines


def _has_line(lines: list[int], scope: Scope) -> bool:
    """Whether one of some lines, which are in order, is among those of a scope."""
    if scope.parent is None:
        return bool(lines)
    first = bisect_left(lines, scope.node.lineno)
    return first < len(lines) and lines[first] <= int(scope.node.end_lineno)


def mentions_any(data: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether a file's bytes hold one of these words in any case."""
    return any(map(data.lower().__contains__, words))


def _mentions_one_of(data: bytes, groups: tuple[tuple[bytes, tuple[bytes, ...]], ...]) -> bool:
    lowered = data.lower()
    return any(shared in lowered and any(map(lowered.__contains__, words)) for shared, words in groups)


# Each walk follows a chain of aliases by one link at least; `facts.names` follows thirteen, so that more serve nobody.
_MOST_WALKS = 14


def _needs_expressions(plan: Plan, data: bytes) -> bool:
    """Whether expressions can hold a call or literal that is wanted, or a binding of a name that is."""
    if plan.strings or b":=" in data or any(map(data.__contains__, plan.needles)):
        return True
    if data.isascii():
        return False
    from unicodedata import normalize  # few files need its table

    # What Python takes for a name is the NFKC form of what is written.
    text = normalize("NFKC", decode(data))
    return any(needle.decode() in text for needle in plan.needles)


def _walk_statements(tree: _ast.Module, plan: Plan, wanted: frozenset[str]) -> tuple[Index, set[str]]:
    index = Index(tree)
    aliases: set[str] = set()
    blocks = _BLOCKS
    for scope in index.scopes:
        nodes = list(scope.node.body)
        extend = nodes.extend
        for node in nodes:  # which grows meanwhile
            kind = node.__class__
            if kind in blocks:
                for field in blocks[kind]:
                    extend(getattr(node, field))
                if kind is _ast.ExceptHandler and plan.handlers:
                    index.handlers.append((node, scope))
            elif kind in _BINDING:
                if plan.assignments and node.value is not None:
                    index.assignments.append((node, scope))
                if wanted and node.value.__class__ in _ALIASING:
                    _collect_aliases(getattr(node, "targets", None) or (node.target,), node.value, wanted, aliases)
            elif kind in _DEFINING:
                index.scopes.append(Scope("class" if kind is _ast.ClassDef else "function", node.name, node, scope))
            elif kind is _ast.Import or kind is _ast.ImportFrom:
                _take_import(node, scope, index, wanted, aliases)
            elif kind is _ast.Global or kind is _ast.Nonlocal:
                index.globals.append((node, scope))
    return index, aliases


_BINDING = frozenset({_ast.Assign, _ast.AnnAssign, _ast.AugAssign})
_DEFINING = frozenset({_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef})
_BLOCK_FIELDS = ("body", "handlers", "orelse", "finalbody", "cases")
_BLOCKS = {
    node_class: fields
    for node_class in CHILDREN
    if node_class not in _DEFINING | {_ast.Lambda, _ast.IfExp}
    and (fields := tuple(field for field in _BLOCK_FIELDS if field in node_class._fields))
}
"""The fields of compound statements, handlers and cases that hold statements."""


def _take_import(node: Any, scope: Scope, index: Index, wanted: frozenset[str], aliases: set[str]) -> None:
    index.imports.append((node, scope))
    for alias in node.names:
        if alias.asname and alias.name.rpartition(".")[2] in wanted:
            aliases.add(alias.asname)


_HAS_TYPE_PARAMETERS = sys.version_info >= (3, 12)


def _walk(  # noqa: PLR0915  it runs for every node of every file: a call for each branch would double its cost
    tree: _ast.Module, plan: Plan, wanted: frozenset[str]
) -> tuple[Index, set[str]]:
    # The branches stand in the order of how often real code takes them.
    index = Index(tree)
    scopes, calls, assignments = index.scopes, index.calls, index.assignments
    wants_handlers, wants_assignments, wants_strings = plan.handlers, plan.assignments, plan.strings
    leaves = _LEAVES if not wants_strings else _LEAVES - {_ast.Constant}
    aliases: set[str] = set()
    children = CHILDREN
    expression, returning, attribute, call, name = _ast.Expr, _ast.Return, _ast.Attribute, _ast.Call, _ast.Name
    assign, condition, rare, aliasing, list_type = _ast.Assign, _ast.If, _RARE, _ALIASING, list
    function, async_function, class_definition = _ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef
    for scope in scopes:
        nodes = list(scope.node.body)
        push, extend = nodes.append, nodes.extend
        for node in nodes:  # which grows meanwhile: to take nodes off a stack costs a tenth of the walk
            kind = node.__class__
            if kind is call:
                called = node.func
                if called.__class__ is name:
                    last = called.id
                elif called.__class__ is attribute:
                    last = called.attr
                    value = called.value
                    while value.__class__ is attribute:
                        value = value.value
                    if value.__class__ not in leaves:
                        push(value)
                else:
                    last = ""
                    push(called)
                if last in wanted:
                    if last in calls:
                        calls[last].append((node, scope))
                    else:
                        calls[last] = [(node, scope)]
                for value in node.args:
                    if value.__class__ not in leaves:
                        push(value)
                for keyword in node.keywords:
                    if keyword.value.__class__ not in leaves:
                        push(keyword.value)
                continue
            if kind is attribute:
                value = node.value
                while value.__class__ is attribute:
                    value = value.value
                if value.__class__ not in leaves:
                    push(value)
                continue
            if kind in leaves:
                continue
            if kind is assign:
                value = node.value
                if wants_assignments:
                    assignments.append((node, scope))
                if value.__class__ is name:
                    if value.id in wanted:
                        _collect_aliases(node.targets, value, wanted, aliases)
                elif value.__class__ is attribute:
                    if value.attr in wanted:
                        _collect_aliases(node.targets, value, wanted, aliases)
                    push(value)
                elif value.__class__ not in leaves:
                    if value.__class__ in aliasing:
                        _collect_aliases(node.targets, value, wanted, aliases)
                    push(value)
                for value in node.targets:
                    if value.__class__ not in leaves:
                        push(value)
                continue
            if kind is expression or kind is returning:
                if node.value.__class__ not in leaves:
                    push(node.value)
                continue
            if kind is condition:
                if node.test.__class__ not in leaves:
                    push(node.test)
                extend(node.body)
                if node.orelse:
                    extend(node.orelse)
                continue
            if kind is function or kind is async_function:
                scopes.append(Scope("function", node.name, node, scope))
                if _HAS_TYPE_PARAMETERS:
                    extend(node.type_params)
                if node.decorator_list:
                    extend(node.decorator_list)
                parameters = node.args
                if parameters.kwarg or parameters.vararg or parameters.kwonlyargs or parameters.posonlyargs:
                    push(parameters)
                else:
                    for parameter in parameters.args:
                        if parameter.annotation.__class__ not in leaves:
                            push(parameter.annotation)
                    if parameters.defaults:
                        extend(parameters.defaults)
                if node.returns.__class__ not in leaves:
                    push(node.returns)
                continue
            if kind is class_definition:
                scopes.append(Scope("class", node.name, node, scope))
                if _HAS_TYPE_PARAMETERS:
                    extend(node.type_params)
                extend(node.decorator_list)
                extend(node.bases)
                extend(node.keywords)
                continue
            if kind in rare:
                if kind is _ast.ExceptHandler:
                    if wants_handlers:
                        index.handlers.append((node, scope))
                elif kind is _ast.Import or kind is _ast.ImportFrom:
                    _take_import(node, scope, index, wanted, aliases)
                    continue
                elif kind is _ast.Global or kind is _ast.Nonlocal:
                    index.globals.append((node, scope))
                    continue
                elif kind is _ast.AnnAssign or kind is _ast.NamedExpr or kind is _ast.AugAssign:
                    if node.value is not None:
                        if wants_assignments and kind is not _ast.NamedExpr:
                            assignments.append((node, scope))
                        _collect_aliases((node.target,), node.value, wanted, aliases)
                elif kind is _ast.JoinedStr:
                    if wants_strings:
                        index.strings.append((node, scope))
                    extend(holes(node))
                    continue
                elif kind is _ast.Constant and node.value.__class__ in (str, bytes):
                    index.strings.append((node, scope))
            for field in children[kind]:
                value = getattr(node, field)
                if value.__class__ is list_type:
                    extend(value)
                elif value.__class__ not in leaves:
                    push(value)
    return index, aliases


def children_of(node: Any) -> list[Any]:
    """The child nodes that are worth a visit, in the order of their fields."""
    children: list[Any] = []
    for field in CHILDREN[node.__class__]:
        value = getattr(node, field)
        if value.__class__ is list:
            children += [child for child in value if child is not None and child.__class__ is not str]
        elif value is not None:
            children.append(value)
    return children


def holes(string: _ast.JoinedStr) -> list[Any]:
    """The expressions in the fields of an f-string, those in format specifications included, in source order."""
    found = []
    pending: list[Any] = [string]
    while pending:
        node = pending.pop()
        if node.__class__ is _ast.JoinedStr:
            pending += reversed(node.values)
        elif node.__class__ is _ast.FormattedValue:
            found.append(node.value)
            if node.format_spec is not None:
                pending.append(node.format_spec)
    return found


_RARE = frozenset(
    {
        _ast.ExceptHandler, _ast.Import, _ast.ImportFrom, _ast.Global, _ast.Nonlocal, _ast.AnnAssign, _ast.NamedExpr,
        _ast.AugAssign, _ast.Constant, _ast.JoinedStr,
    }
)  # fmt: skip

# Expressions whose value can be a function that has another name: what `facts.names` follows.
_ALIASING = frozenset(
    {
        _ast.Name, _ast.Attribute, _ast.IfExp, _ast.BoolOp, _ast.Tuple, _ast.List, _ast.NamedExpr, _ast.Await,
        _ast.BinOp,
    }
)  # fmt: skip


_HOLDING = _ALIASING | {_ast.Starred}


def _collect_aliases(targets: Iterable[Any], value: Any, wanted: frozenset[str], aliases: set[str]) -> None:
    """Add the last names of the targets when the value can be something with a wanted last name."""
    pending = [value]
    found = False
    while pending and not found:
        node = pending.pop()
        kind = node.__class__
        if kind not in _HOLDING:  # long lists have thousands of members, and most are constants
            continue
        if kind is _ast.Name:
            found = node.id in wanted
        elif kind is _ast.Attribute:
            found = node.attr in wanted
        elif kind is _ast.Tuple or kind is _ast.List:
            pending += node.elts
        elif kind is _ast.IfExp:
            pending += (node.body, node.orelse)
        elif kind is _ast.BinOp:
            pending += (node.left, node.right)
        elif kind is _ast.BoolOp:
            pending += node.values
        elif kind is _ast.NamedExpr or kind is _ast.Await or kind is _ast.Starred:
            pending.append(node.value)
    if not found:
        return
    pending = list(targets)
    while pending:
        match pending.pop():
            case _ast.Name(id=last) | _ast.Attribute(attr=last):
                aliases.add(last)
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements):
                pending += elements
            case _ast.Starred(value=inner):
                pending.append(inner)
