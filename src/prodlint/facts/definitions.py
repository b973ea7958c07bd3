"""What a file's module, classes and functions promise to their readers: which are public, documented, exempt."""

from __future__ import annotations

import _ast
import builtins

from prodlint.facts.bindings import last_name
from prodlint.facts.names import children_in_scope
from prodlint.generated import is_generated
from prodlint.index import is_private
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.facts.names import Names
    from prodlint.index import Index, Scope
    from prodlint.source import Source

_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
_OVERRIDES = frozenset({"typing.override", "typing_extensions.override", "overrides.override", "overrides.overrides"})
_PROPERTY_PARTS = ("setter", "deleter", "getter")
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "classproperty", "hybrid_property"})
_PUBLIC_STEMS = ("__init__", "__main__")
_CALLED_SPECIALS = ("__init__", "__new__", "__call__")
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


class Parameter(NamedTuple):
    """A parameter of a function; ``stars`` is ``*`` for ``*args``, ``**`` for ``**kwargs``, else empty.

    ``is_keyword`` holds for those that callers may leave out or have to give by name.
    """

    name: str
    stars: str
    is_keyword: bool


class Definitions:
    """Questions about a file's definitions as a whole."""

    def __init__(self, source: Source, index: Index, names: Names, path: str) -> None:
        self._source = source
        self._index = index
        self._names = names
        self._parts = path.replace("\\", "/").split("/")
        self._exports: tuple[frozenset[str] | None] | None = None
        self._documented_elsewhere: frozenset[str] | None = None
        self._owes: bool | None = None
        self._own_classes: dict[str, list[Scope]] | None = None
        self._own_class_names: frozenset[str] | None = None
        self._inherited_names: dict[Scope, frozenset[str]] = {}
        self._documented_names: frozenset[str] | None = None
        self._marks_overrides: bool | None = None
        self._branched: _Branched | None = None
        self._owing_twins: dict[Scope, Scope | None] = {}

    def text(self, expression: Any) -> str:
        """An expression as it is written, on one line; empty for None."""
        return "" if expression is None else " ".join(self._source.slice(self._source.span(expression)).split())

    @property
    def owes_documentation(self) -> bool:
        """Whether this file owes docstrings at all.

        Private modules, stubs, notebooks, migrations, generated files and empty ``__init__.py`` files do not.
        """
        if self._owes is None:
            file = self._parts[-1]
            is_private = any(
                part.startswith("_") and part.partition(".")[0] not in _PUBLIC_STEMS for part in self._parts
            )
            self._owes = not (
                is_private
                or file.endswith((".pyi", ".ipynb"))  # nobody imports a notebook
                or "migrations" in self._parts[:-1]
                or (file == "__init__.py" and not self._index.tree.body)
                or self._is_migration_script()
                or is_generated(file, self._source.data)
            )
        return self._owes

    def _is_migration_script(self) -> bool:
        """Whether it is an Alembic revision, which is told by the two names that Alembic reads."""
        bindings = self._names.table(self._index.scopes[0]).bindings if "versions" in self._parts[:-1] else {}
        return "revision" in bindings and "down_revision" in bindings

    @property
    def exports(self) -> frozenset[str] | None:
        """The names in ``__all__``; None where there is none or its value is not written out."""
        if self._exports is None:
            self._exports = (_read_exports(self._index.tree) if b"__all__" in self._source.data else None,)
        return self._exports[0]

    def is_public(self, scope: Scope) -> bool:
        """Whether users of the module may use a definition: by ``__all__``, else by underscores in its dotted path."""
        exports = self.exports
        if exports is None:
            return not scope.is_hidden
        while scope.parent is not None and scope.parent.parent is not None:
            if scope.parent.kind == "function" or is_private(scope.name):
                return False
            scope = scope.parent
        return scope.parent is None or scope.name in exports

    def is_documented_elsewhere(self, scope: Scope) -> bool:
        """Whether an assignment to ``__doc__`` documents a definition, or the module for the module's scope."""
        if self._documented_elsewhere is None:
            has_any = b"__doc__" in self._source.data
            self._documented_elsewhere = frozenset(_doc_assignments(self._index) if has_any else ())
        return bool(self._documented_elsewhere) and scope.qualified in self._documented_elsewhere

    def overrides_documented(self, scope: Scope) -> bool:
        """Whether a method overrides one that a base class of this file documents."""
        owner = scope.parent
        if owner is None or owner.kind != "class" or scope.name not in self._all_documented_methods:
            return False
        return scope.name in self._inherited(owner)

    @property
    def _all_documented_methods(self) -> frozenset[str]:
        if self._documented_names is None:
            self._documented_names = frozenset(
                scope.name
                for scope in self._index.scopes
                if scope.is_documented and scope.parent is not None and scope.parent.kind == "class"
            )
        return self._documented_names

    def is_declared_for_types(self, scope: Scope) -> bool:
        """Whether a definition, or a class around it, stands under ``if TYPE_CHECKING:``."""
        for_types = self._branches.for_types
        return bool(for_types) and any(at.node in for_types for at in _with_owners(scope))

    def is_spare_twin(self, scope: Scope) -> bool:
        """Whether another of the definitions that one ``if`` or ``try`` chooses from has, or owes, the docstring."""
        twins = self._branches.twins.get(scope)
        if twins is None or len(twins) < 2:
            return False
        if twins[0] not in self._owing_twins:
            facts = [DefinitionFacts(twin, self, self._names) for twin in twins]
            is_any_documented = any(twin.is_documented for twin in facts)
            owing = [twin.scope for twin in facts if not (is_any_documented or twin._is_exempt_alone)]
            self._owing_twins[twins[0]] = min(owing, key=lambda twin: twin.node.lineno) if owing else None
        return self._owing_twins[twins[0]] is not scope

    @property
    def _branches(self) -> _Branched:
        if self._branched is None:
            self._branched = _read_branches(self._index)
        return self._branched

    @property
    def marks_overrides(self) -> bool:
        """Whether the file has the words to import the decorators for overloads and overrides, under whatever alias."""
        if self._marks_overrides is None:
            data = self._source.data
            has_mark = b"overload" in data or b"override" in data
            self._marks_overrides = (has_mark and (b"typing" in data or b"overrides" in data)) or not data.isascii()
        return self._marks_overrides

    def _inherited(self, class_scope: Scope) -> frozenset[str]:
        """The names of the methods that a class's bases in this file document."""
        names = self._inherited_names.get(class_scope)
        if names is None:
            names = self._inherited_names[class_scope] = frozenset(
                method.name
                for base in self._bases(class_scope)
                for method in self._names.methods(base)
                if method.is_documented
            )
        return names

    def _bases(self, class_scope: Scope) -> Iterator[Scope]:
        seen = {class_scope}
        pending = [class_scope]
        while pending:
            at = pending.pop()
            for expression in at.node.bases:
                base = expression.value if isinstance(expression, _ast.Subscript) else expression
                if last_name(base) not in self._class_names:
                    continue
                for meaning in self._names.meanings(base, at.parent or at):
                    for found in self._classes_named(meaning):
                        if found not in seen:
                            seen.add(found)
                            pending.append(found)
                            yield found

    @property
    def _class_names(self) -> frozenset[str]:
        if self._own_class_names is None:
            self._own_class_names = frozenset(scope.name for scope in self._index.scopes if scope.kind == "class")
        return self._own_class_names

    def _classes_named(self, meaning: str) -> list[Scope]:
        if self._own_classes is None:
            self._own_classes = {}
            for scope in self._index.scopes:
                if scope.kind == "class":
                    self._own_classes.setdefault(":" + scope.qualified, []).append(scope)
        return self._own_classes.get(meaning, [])


class DefinitionFacts:
    """One module, class or function and what is known about it."""

    __slots__ = ("_definitions", "_names", "scope")

    def __init__(self, scope: Scope, definitions: Definitions, names: Names) -> None:
        self.scope = scope
        self._definitions = definitions
        self._names = names

    @property
    def kind(self) -> str:
        """``module``, ``class``, ``function`` or ``method``."""
        parent = self.scope.parent
        is_method = self.scope.kind == "function" and parent is not None and parent.kind == "class"
        return "method" if is_method else self.scope.kind

    @property
    def name(self) -> str:
        """The name it is defined by; empty for the module."""
        return self.scope.name

    @property
    def docstring(self) -> str | None:
        """Its docstring as Python sees it, or None."""
        return self.scope.docstring

    @property
    def is_documented(self) -> bool:
        """Whether it has a docstring that says something, or is given one by assignment."""
        return self.scope.is_documented or self._definitions.is_documented_elsewhere(self.scope)

    @property
    def is_public(self) -> bool:
        """Whether it is part of the module's public interface, in a file that owes documentation."""
        return self._definitions.owes_documentation and self._definitions.is_public(self.scope)

    @property
    def is_exempt(self) -> bool:
        """Whether readers find its description elsewhere.

        That is so for accessories, special methods, ``__init__`` of a documented class, overrides that are marked or
        whose base is documented in this file, stubs under ``if TYPE_CHECKING:``, and all but one of the definitions
        that the branches of an ``if`` choose from.
        """
        return self.scope.kind != "module" and (self._is_exempt_alone or self._definitions.is_spare_twin(self.scope))

    @property
    def is_accessory(self) -> bool:
        """Whether another definition's docstring speaks for it, even where it has one.

        That is so for overloads, property setters and deleters, and special methods that operators and statements use.
        """
        return (_is_special(self.scope.name) and self.scope.name not in _CALLED_SPECIALS) or self._is_marked(_OVERLOADS)

    @property
    def _is_exempt_alone(self) -> bool:
        scope = self.scope
        if scope.kind == "function":
            if _is_special(scope.name) and (scope.name != "__init__" or self._is_owner_documented):
                return True
            if scope.node.decorator_list and self._is_marked(_OVERLOADS | _OVERRIDES):
                return True
            if self._definitions.overrides_documented(scope):
                return True
        return self._definitions.is_declared_for_types(scope) and self.is_stub

    @property
    def _is_owner_documented(self) -> bool:
        parent = self.scope.parent
        if parent is None or parent.kind != "class":
            return True
        return DefinitionFacts(parent, self._definitions, self._names).is_documented

    def _is_marked(self, marks: frozenset[str]) -> bool:
        """Whether a decorator makes it a property's setter or is one of ``marks``."""
        for decorator in self.scope.node.decorator_list:
            called = decorator.func if isinstance(decorator, _ast.Call) else decorator
            if isinstance(called, _ast.Attribute) and called.attr in _PROPERTY_PARTS:
                return True
            if self._definitions.marks_overrides and marks & self._names.meanings(
                called, self.scope.parent or self.scope
            ):
                return True
        return False

    @property
    def is_property(self) -> bool:
        """Whether it is read as an attribute, so that its summary says what it gives."""
        return any(
            isinstance(d, (_ast.Name, _ast.Attribute)) and (d.id if isinstance(d, _ast.Name) else d.attr) in _PROPERTIES
            for d in self.scope.node.decorator_list
        )

    @property
    def is_stub(self) -> bool:
        """Whether its body does nothing: a docstring, `pass`, `...` or `raise NotImplementedError` alone."""
        for statement in self.scope.node.body:
            match statement:
                case _ast.Pass() | _ast.Expr(value=_ast.Constant()):
                    continue
                case _ast.Raise() if "NotImplementedError" in {name for name, _ in _raised((statement,))}:
                    continue
            return False
        return True

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters in order, without the receiver."""
        arguments = self.scope.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        required = len(positional) - len(arguments.defaults)
        found = [Parameter(argument.arg, "", at >= required) for at, argument in enumerate(positional)]
        if self.receiver is not None:
            del found[0]
        if arguments.vararg is not None:
            found.append(Parameter(arguments.vararg.arg, "*", False))
        found += [Parameter(argument.arg, "", True) for argument in arguments.kwonlyargs]
        if arguments.kwarg is not None:
            found.append(Parameter(arguments.kwarg.arg, "**", True))
        return tuple(found)

    def annotation(self, parameter: str = "") -> str:
        """What a parameter is annotated with, as written, or what the function returns; empty without annotation."""
        arguments = self.scope.node.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        found = next((at.annotation for at in given if at is not None and at.arg == parameter), None)
        return self._definitions.text(found if parameter else self.scope.node.returns)

    @property
    def receiver(self) -> str | None:
        """The first parameter, by which a method calls its object or class, also a method-to-be outside a class."""
        arguments = self.scope.node.args
        first = next(iter([*arguments.posonlyargs, *arguments.args]), None)
        if first is None or (first.arg not in ("self", "cls") and (self.kind != "method" or self._is_static())):
            return None
        name: str = first.arg
        return name

    @property
    def owner_docstring(self) -> str | None:
        """The docstring of the class that a method stands in, where its ``__init__`` may be described."""
        parent = self.scope.parent
        return parent.docstring if parent is not None and parent.kind == "class" else None

    def _is_static(self) -> bool:
        return any(isinstance(d, _ast.Name) and d.id == "staticmethod" for d in self.scope.node.decorator_list)

    def _own_nodes(self) -> Iterator[Any]:
        stack: list[Any] = list(reversed(self.scope.node.body))
        while stack:
            node = stack.pop()
            yield node
            if node.__class__ is not _ast.Lambda:
                stack += reversed(children_in_scope(node))

    @property
    def returns_value(self) -> bool:
        """Whether its own body returns something other than None, and its annotation does not deny it."""
        annotation = self.scope.node.returns
        if isinstance(annotation, _ast.Constant) and annotation.value is None:
            return False
        return any(
            isinstance(node, _ast.Return)
            and node.value is not None
            and not (isinstance(node.value, _ast.Constant) and node.value.value is None)
            for node in self._own_nodes()
        )

    @property
    def yields(self) -> bool:
        """Whether it is a generator that gives values; a bare `yield` only parts a before from an after."""
        return any(
            isinstance(node, _ast.YieldFrom) or (isinstance(node, _ast.Yield) and node.value is not None)
            for node in self._own_nodes()
        )

    @property
    def raised(self) -> tuple[str, ...]:
        """The exception classes that its own body raises and does not catch, by their last name, in order."""
        found: dict[str, None] = {}
        for name, is_caught in _raised(self.scope.node.body):
            if name != "NotImplementedError" and not is_caught:
                found[name] = None
        return tuple(found)


class _Branched(NamedTuple):
    """What the branches of ``if`` and ``try`` define: for type checkers only, or one of several under the same name."""

    for_types: set[Any]
    twins: dict[Scope, list[Scope]]


_BRANCHING = frozenset({_ast.If, _ast.Try})


def _read_branches(index: Index) -> _Branched:
    found = _Branched(set(), {})
    statement_of: dict[Any, Any] = {}
    for scope in index.scopes:
        for statement in scope.node.body if scope.kind != "function" else ():
            if statement.__class__ in _BRANCHING:
                for node, is_for_types in _branch_definitions(statement):
                    statement_of[node] = statement
                    if is_for_types:
                        found.for_types.add(node)
    if not statement_of:  # as in most files
        return found
    groups: dict[tuple[Any, str], list[Scope]] = {}
    for scope in index.scopes:
        around = statement_of.get(scope.node)
        if around is None and scope.parent in found.twins:
            around = id(found.twins[scope.parent])  # a method of one of several classes
        if around is not None:
            found.twins[scope] = groups.setdefault((around, scope.name), [])
            found.twins[scope].append(scope)
    return found


def _branch_definitions(statement: Any) -> Iterator[tuple[Any, bool]]:
    """The definitions anywhere in a statement, each with whether only type checkers get there."""
    pending = [(statement, False)]
    while pending:
        at, is_for_types = pending.pop()
        if isinstance(at, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
            yield at, is_for_types
            continue
        typed = _typed_branch(at.test) if isinstance(at, _ast.If) else ""
        for field in _BLOCKS:
            inner = is_for_types or field == typed
            pending += [(child, inner) for child in getattr(at, field, ())]


def _typed_branch(test: Any) -> str:
    """The branch of an ``if`` that only type checkers enter; empty where there is none."""
    is_negated = isinstance(test, _ast.UnaryOp) and isinstance(test.op, _ast.Not)
    if last_name(test.operand if is_negated else test) != "TYPE_CHECKING":
        return ""
    return "orelse" if is_negated else "body"


def _with_owners(scope: Scope) -> Iterator[Scope]:
    at: Scope | None = scope
    while at is not None:
        yield at
        at = at.parent


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def _read_exports(tree: Any) -> frozenset[str] | None:
    names: set[str] = set()
    is_known = False
    stack = list(tree.body)
    while stack:
        statement = stack.pop()
        match statement:
            case (
                _ast.Assign(targets=[_ast.Name(id="__all__")], value=value)
                | _ast.AnnAssign(target=_ast.Name(id="__all__"), value=value)
                | _ast.AugAssign(target=_ast.Name(id="__all__"), value=value)
            ) if value is not None:
                written = _written_names(value)
            case _ast.Expr(
                value=_ast.Call(
                    func=_ast.Attribute(value=_ast.Name(id="__all__"), attr="extend" | "append" as method), args=[value]
                )
            ):
                written = _written_names(value if method == "extend" else _ast.List(elts=[value]))
            case _ast.If() | _ast.Try():
                stack += [*statement.body, *statement.orelse]
                stack += [inner for handler in getattr(statement, "handlers", ()) for inner in handler.body]
                stack += getattr(statement, "finalbody", [])
                continue
            case _:
                continue
        if written is None:
            return None
        names |= written
        is_known = True
    return frozenset(names) if is_known else None


def _written_names(value: Any) -> set[str] | None:
    """The strings of a written-out list; None for what is computed or another module's."""
    match value:
        case _ast.List(elts=elements) | _ast.Tuple(elts=elements) | _ast.Set(elts=elements):
            names: set[str] = set()
            for element in elements:
                match element:
                    case _ast.Constant(value=str() as name):
                        names.add(name)
                    case _ast.Starred(value=inner):
                        spread = _written_names(inner)
                        if spread is None:
                            return None
                        names |= spread
                    case _:
                        return None
            return names
        case _ast.BinOp(left=left, op=_ast.Add(), right=right):
            sides = _written_names(left), _written_names(right)
            return None if sides[0] is None or sides[1] is None else sides[0] | sides[1]
        case _ast.Call(func=_ast.Name(id="list" | "tuple" | "sorted"), args=[inner]):
            return _written_names(inner)
    return None


def _doc_assignments(index: Index) -> Iterator[str]:
    """The dotted paths of definitions that get a ``__doc__`` by assignment in a module's or class's body."""
    for scope in index.scopes:
        if scope.kind == "function":
            continue
        stack = list(scope.node.body)
        while stack:
            statement = stack.pop()
            match statement:
                case _ast.Assign():
                    targets: list[Any] = statement.targets
                case _ast.AnnAssign() | _ast.AugAssign():
                    targets = [statement.target]
                case _ast.If() | _ast.Try() | _ast.For() | _ast.With():
                    stack += [*statement.body, *getattr(statement, "orelse", [])]
                    continue
                case _:
                    continue
            for target in targets:
                path = _dotted(target)
                if path == "__doc__":
                    yield scope.qualified
                elif path.endswith(".__doc__"):
                    prefix = scope.qualified + "." if scope.qualified else ""
                    yield prefix + path.removesuffix(".__doc__")


def _dotted(node: Any) -> str:
    trail = []
    while isinstance(node, _ast.Attribute):
        trail.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(trail)]) if isinstance(node, _ast.Name) else ""


def _raised(body: Any) -> Iterator[tuple[str, bool]]:
    """Each exception class raised by statements in order, and whether a handler around it takes it."""
    pending: list[tuple[Any, tuple[frozenset[str], ...]]] = [(statement, ()) for statement in reversed(body)]
    while pending:
        statement, caught = pending.pop()
        if isinstance(statement, _ast.Raise):
            name = _exception_name(statement.exc)
            if name:
                yield name, any(_catches(names, name) for names in caught)
        elif not isinstance(statement, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
            inner = (*caught, *map(_handler_names, getattr(statement, "handlers", ())))
            for field in _BLOCKS[1:]:
                pending += [(member, caught) for member in reversed(getattr(statement, field, ()))]
            pending += [(member, inner) for member in reversed(getattr(statement, "body", ()))]


def _exception_name(node: Any) -> str:
    """The last name of a raised class, by the custom that classes start with a capital; empty for anything else."""
    if isinstance(node, _ast.Call):
        node = node.func
    name = _dotted(node).rpartition(".")[2] if node is not None else ""
    return name if name.lstrip("_")[:1].isupper() else ""


def _handler_names(handler: Any) -> frozenset[str]:
    """The classes that a handler keeps from the caller; none when it raises them again somewhere."""
    if _raises_again(handler):
        return frozenset()
    if handler.type is None:
        return frozenset({"BaseException"})
    types = handler.type.elts if isinstance(handler.type, _ast.Tuple) else [handler.type]
    return frozenset(_dotted(node).rpartition(".")[2] for node in types)


def _raises_again(handler: Any) -> bool:
    pending = [(statement, True) for statement in handler.body]
    while pending:
        statement, is_bare_ours = pending.pop()
        if isinstance(statement, _ast.Raise):
            raised = statement.exc
            if is_bare_ours if raised is None else handler.name and _raised_name(raised) == handler.name:
                return True
        elif not isinstance(statement, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
            for field in _BLOCKS:
                # A bare `raise` in a handler within is that one's.
                ours = is_bare_ours and field != "handlers"
                pending += [(child, ours) for child in getattr(statement, field, ())]
    return False


def _raised_name(node: Any) -> str | None:
    """The variable that a ``raise`` raises, also as ``error.with_traceback(...)``."""
    if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute) and node.func.attr == "with_traceback":
        node = node.func.value
    return node.id if isinstance(node, _ast.Name) else None


def _catches(handler_names: frozenset[str], raised: str) -> bool:
    if raised in handler_names or handler_names & {"Exception", "BaseException"}:
        return True
    raised_class = getattr(builtins, raised, None)
    return isinstance(raised_class, type) and any(base.__name__ in handler_names for base in raised_class.__mro__)
