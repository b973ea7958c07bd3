"""Which statements of its block use a value that somebody has to release: those that a ``with`` block would hold.

The statements are counted from the one that acquires the value. A value that lives on in what was made of it, as a
file does in the reader over it, is followed through the variables that hold that.
"""

from __future__ import annotations

import _ast
from itertools import pairwise

from prodlint.facts.custody import DOUBTFUL, KEPT, RELEASED, Custody, dotted, is_captured, occurrences
from prodlint.facts.derivation import Eager, is_derived, is_derived_surely, targets_of
from prodlint.facts.names import children_in_scope
from prodlint.facts.raising import raisers
from prodlint.facts.statements import BLOCK_FIELDS
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from prodlint.facts import FileFacts
    from prodlint.facts.custody import Terms
    from prodlint.index import Scope

_MOST_STATEMENTS = 80
_MOST_USES = 100
_MOST_BLOCKS = 10  # Python nests twenty, those of the statements inside too


class Extent(NamedTuple):
    """What a ``with`` block would hold in the place of an acquisition.

    ``shape`` is ``closed`` (a statement of the block releases the value), ``guarded`` (the ``finally`` of the last
    statement does, and nothing else), ``open`` (no statement of the block does), ``inline`` (the value has no name) or
    ``entered`` (a ``with`` has it, and gives it the name). ``inside`` is the number of statements behind the first that
    go in, ``release`` the position of the one that releases, 0 for none, and ``method`` the method by which it does.
    ``is_same`` says that a ``with`` releases at the same point, wherever the release was reached. ``is_plain``: the
    first statement is an assignment of the value to the name and nothing else; ``is_awaited`` and
    ``is_release_awaited`` tell of the call and of the release.
    """

    shape: str
    name: str
    inside: int
    release: int = 0
    method: str = ""
    is_same: bool = False
    is_plain: bool = True
    is_awaited: bool = False
    is_release_awaited: bool = False


def extent(
    call: Any, scope: Scope, file: FileFacts, terms: Terms, eager: Eager, *, may_repeat: bool, is_receiver: bool = False
) -> Extent | None:
    """The statements that use a call's value, or with ``is_receiver`` that hold what it made its receiver hold.

    ``may_repeat`` says that a second release does nothing. None where a ``with`` could not hold them, or the file would
    mean something else.
    """
    block = _block(call, scope, file)
    if block is None:
        return None
    custody = file.shared(terms, lambda: Custody(file, terms))
    return _Finder(call, scope, file, custody, eager, block, may_repeat, is_receiver).find()


def _block(call: Any, scope: Scope, file: FileFacts) -> list[Any] | None:
    """The statements of the block from the one around a call on; None where they share lines."""
    around = list(file.names.ancestors(call, scope))
    depth = next((at for at, node in enumerate(around) if isinstance(node, _ast.stmt)), None)
    if depth is None or sum(isinstance(node, _ast.stmt) for node in around) > _MOST_BLOCKS:
        return None
    statement = around[depth]
    owner = around[depth + 1] if depth + 1 < len(around) else scope.node
    blocks: list[list[Any]] = [getattr(owner, field, None) or [] for field in BLOCK_FIELDS]
    block = next((block for block in blocks if statement in block), None)
    if block is None:
        return None
    at = block.index(statement)
    if at and block[at - 1].end_lineno == statement.lineno:
        return None
    column = file.source.column(statement.lineno, statement.col_offset)
    if file.source.line(statement.lineno)[: column - 1].strip():
        return None
    following: list[Any] = block[at : at + _MOST_STATEMENTS]
    for number, (one, other) in enumerate(pairwise(following)):
        if one.end_lineno == other.lineno:
            # What shares a line goes into one libcst statement: only what stands above can be counted.
            return following[:number]
    return following


class _Finder:
    def __init__(
        self,
        call: Any,
        scope: Scope,
        file: FileFacts,
        custody: Custody,
        eager: Eager,
        block: list[Any],
        may_repeat: bool,
        is_receiver: bool,
    ) -> None:
        self._call = call
        self._scope = scope
        self._file = file
        self._custody = custody
        self._eager = eager
        self._block = block
        self._may_repeat = may_repeat
        self._is_receiver = is_receiver

    def find(self) -> Extent | None:
        """Tell the shape by the statement that acquires."""
        if not self._block:
            return None
        first, consumer = self._block[0], self._file.names.parent(self._call, self._scope)
        is_awaited = consumer.__class__ is _ast.Await
        if is_awaited:
            consumer = self._file.names.parent(consumer, self._scope)
        if self._is_receiver:
            name = dotted(self._call.func.value)
            is_alone = consumer is first and first.__class__ is _ast.Expr
            found = self._named(name) if name and is_alone and not self._call.args + self._call.keywords else None
            return found and found._replace(is_awaited=is_awaited)
        if self._scope.kind == "class":
            return None
        match consumer:
            case _ast.Assign(targets=[_ast.Name(id=name)]):
                found = self._named(name)
            case _ast.AnnAssign(target=_ast.Name(id=name)):
                found = self._named(name)
                found = found and found._replace(is_plain=False)
            case _ast.Assign(targets=[_ast.Tuple(elts=elements)]):
                found = self._unpacked(elements)
            case _ast.withitem(optional_vars=_ast.Name(id=name)):
                found = self._entered(name)
            case _:
                found = None if is_awaited else self._inline()
        return found and found._replace(is_awaited=is_awaited)

    def _unpacked(self, elements: list[Any]) -> Extent | None:
        place = self._custody.terms.element
        if place is None or place >= len(elements) or elements[place].__class__ is not _ast.Name:
            return None
        found = self._named(elements[place].id)
        return found and found._replace(is_plain=False)

    def _entered(self, name: str) -> Extent | None:
        items = self._block[0].items
        inside = {id(node) for statement in self._block[0].body for node in _walk(statement)}
        is_used_after = any(id(use) not in inside for use in occurrences(name, self._scope, self._file))
        if len(items) != 1 or is_used_after or is_captured(name, self._scope, self._file):
            return None
        return Extent("entered", name, 0)

    def _named(self, name: str) -> Extent | None:
        if is_captured(name.partition(".")[0], self._scope, self._file) and not self._is_receiver:
            return None
        at = next((at for at in range(1, len(self._block)) if self._release(self._block[at], name)), None)
        if at is None:
            return None if self._is_receiver else self._open({name}, name)
        statement: Any = self._block[at]
        shape = "guarded" if statement.__class__ is _ast.Try else "closed"
        release: Any = statement.finalbody[0] if shape == "guarded" else statement
        last = at if shape == "guarded" or self._is_receiver else self._past_crossing(at)
        is_same = self._judged(name, last, release) if at > 1 else None
        if is_same is None:
            return None
        call: Any = release.value.value if release.value.__class__ is _ast.Await else release.value
        return Extent(
            shape,
            name,
            inside=last,
            release=at,
            method=call.func.attr,
            is_same=is_same,
            is_release_awaited=call is not release.value,
        )

    def _release(self, statement: Any, name: str) -> bool:
        """Whether a statement releases the value on every normal way through it, and does nothing else about it."""
        if statement.__class__ is _ast.Try and len(statement.finalbody) == 1:
            statement = statement.finalbody[0]
        value = getattr(statement, "value", None) if statement.__class__ is _ast.Expr else None
        if value.__class__ is _ast.Await:
            value = value.value
        match value:
            case _ast.Call(func=_ast.Attribute(value=receiver, attr=method), args=[], keywords=keywords):
                is_waiting = all(k.arg == "wait" and getattr(k.value, "value", None) is True for k in keywords)
                return is_waiting and method in self._custody.terms.releases and dotted(receiver) == name
        return False

    def _past_crossing(self, at: int) -> int:
        """The position of the last of the releases right behind one, of what was acquired after the value.

        Otherwise that would not be in one block with its own release.
        """
        made = {name for one in self._block[1:at] for _, names in targets_of(one) for name in names}
        while at + 1 < len(self._block) and any(self._release(self._block[at + 1], name) for name in made):
            if self._block[at + 1].__class__ is _ast.Try:
                break
            at += 1
        return at

    def _judged(self, name: str, last: int, release: Any) -> bool | None:
        """Whether the release stays at its point; None where a ``with`` would change what happens."""
        inside = [node for one in self._block[1 : last + 1] for node in _walk(one)]
        nodes = {id(node) for node in inside}
        base = name.partition(".")[0]
        if any(_rebinds(node, name) or _rebinds(node, base) for node in inside):
            return None
        own = {id(node) for node in _walk(release)}
        uses = occurrences(name, self._scope, self._file)
        may_jump = self._may_jump(inside)
        if len(uses) > _MOST_USES and (may_jump or self._guards()):
            return None
        for use in uses:
            if id(use) in own or (id(use) not in nodes and not self._is_on_error(use)):
                if may_jump and id(use) not in own and not self._is_inert(use):
                    return None
                continue
            effect = self._custody.use(use, self._scope)
            is_kept = effect.kind in (KEPT, DOUBTFUL) and not self._is_receiver
            if is_kept and (id(use) in nodes or self._is_reached(use, own)):
                return None
            if effect.kind == RELEASED and not self._may_repeat:
                return None
            if id(use) not in nodes and effect.kind != RELEASED:
                return None
        if self._is_receiver:
            return True
        returned = [node.value for node in inside if node.__class__ is _ast.Return and node.value is not None]
        if not returned and not may_jump:
            return True
        names, is_sure = self._derived({name}, self._block[: last + 1])
        if any(self._escapes(value, names) for value in returned):
            return None
        if may_jump and len(names) > 1:
            return False
        return is_sure and all(is_derived_surely(v, names, self._scope, self._file, self._eager) for v in returned)

    def _may_jump(self, inside: list[Any]) -> bool:
        """Whether a loop around the acquisition is left, or begun anew, before the release."""
        loops = (_ast.For, _ast.AsyncFor, _ast.While)
        nodes = {id(node) for node in inside}
        for node in inside:
            if node.__class__ in (_ast.Break, _ast.Continue):
                around = self._file.names.ancestors(node, self._scope)
                loop = next((at for at in around if at.__class__ in loops), None)
                if id(loop) not in nodes:
                    return True
        return False

    def _is_inert(self, use: Any) -> bool:
        """Whether a use behind a jump is as good when the value is released already, or is of another value."""
        is_release = self._custody.use(use, self._scope).kind == RELEASED
        if self._is_receiver:
            return not is_release
        if is_release:
            return self._may_repeat or not self._is_reached(use, {id(self._block[0].value)})
        attribute = getattr(self._file.names.parent(use, self._scope), "attr", "")
        return attribute in self._eager.attributes or not self._is_reached(use, {id(self._block[0].value)})

    def _is_reached(self, use: Any, inside: Collection[int]) -> bool:
        """Whether a use of a variable may find what these nodes, by identity, gave to it."""
        if use.__class__ is not _ast.Name:
            return True
        definitions = self._file.reaching.definitions(use, self._scope)
        return definitions is None or any(d.value is None or id(d.value) in inside for d in definitions)

    def _guards(self) -> bool:
        """Whether a ``try`` statement is around the acquisition."""
        return any(at.__class__ is _ast.Try for at in self._file.names.ancestors(self._call, self._scope))

    def _is_on_error(self, use: Any) -> bool:
        """Whether a use stands in a handler or ``finally`` of a statement around the acquisition."""
        around = set(self._file.names.ancestors(self._call, self._scope))
        child = use
        for at in self._file.names.ancestors(use, self._scope):
            if at in around and at.__class__ is _ast.Try:
                return child in at.handlers or child in at.finalbody
            child = at
        return False

    def _derived(self, names: set[str], block: list[Any]) -> tuple[set[str], bool]:
        """The variables that hold the value or what may read it later, and whether that is sure."""
        names = set(names)
        is_sure = True
        for _ in range(4):
            before = len(names)
            for statement in block:
                for node in _walk(statement):
                    for value, targets in targets_of(node):
                        if is_derived(value, names, self._scope, self._file, self._eager):
                            names.update(targets)
                        elif not is_derived_surely(value, names, self._scope, self._file, self._eager):
                            is_sure = False
            if len(names) == before:
                return names, is_sure
        return names, False

    def _open(self, held: set[str], name: str, first: Any = None) -> Extent | None:
        """The statements up to the last use of what holds the value."""
        names, _ = self._derived(held, self._block)
        nodes = [_walk(statement) for statement in self._block]
        place = {id(node): at for at, inside in enumerate(nodes) for node in inside}
        last = 0
        for one in sorted(names):
            uses = occurrences(one, self._scope, self._file)
            if len(uses) > _MOST_USES or is_captured(one, self._scope, self._file):
                return None
            for use in uses:
                if not self._is_reached(use, place.keys()):
                    continue
                kind = self._custody.use(use, self._scope).kind
                if id(use) not in place or kind in (KEPT, DOUBTFUL) or (kind == RELEASED and not self._may_repeat):
                    return None
                last = max(last, place[id(use)])
        inside = [node for part in nodes[1 : last + 1] for node in part]
        if (not last and name) or any(_rebinds(node, one) for node in inside for one in held):
            return None
        everything = [*(nodes[0] if first is None else ()), *inside]
        for node in everything:
            is_leaving = node.__class__ is _ast.Return
            value = getattr(node, "value", None)
            if is_leaving and value is not None and self._escapes(value, names):
                return None
            if node.__class__ is _ast.Assign and self._is_stored(node, names):
                return None
        return Extent("open", name, last)

    def _escapes(self, value: Any, names: set[str]) -> bool:
        return is_derived(value, names, self._scope, self._file, self._eager)

    def _is_stored(self, assign: Any, names: set[str]) -> bool:
        is_plain = all(target.__class__ in (_ast.Name, _ast.Tuple) for target in assign.targets)
        return not is_plain and self._escapes(assign.value, names)

    def _inline(self) -> Extent | None:
        """The statement around a value without a name, where nothing else happens before it is acquired."""
        first: Any = self._block[0]
        part: Any = first.iter if first.__class__ is _ast.For else first
        if first.__class__ not in _SIMPLE or not self._comes_first(part):
            return None
        call, scope, file, eager = self._call, self._scope, self._file, self._eager
        if first.__class__ is _ast.For:
            return Extent("inline", "", 0, is_same=first.iter is call)
        value = getattr(first, "value", None)
        if not is_derived(value, {call}, scope, file, eager):
            is_same = is_derived_surely(value, {call}, scope, file, eager)
            return Extent("inline", "", 0, is_same=is_same)
        if first.__class__ is _ast.Expr:
            return Extent("inline", "", 0) if value is not call else None
        targets = {name for _, names in targets_of(first) for name in names}
        plain = first.__class__ is _ast.Assign and all(t.__class__ is _ast.Name for t in first.targets)
        if not plain or not targets:
            return None
        found = self._open(targets, "", first)
        return found and found._replace(shape="inline")

    def _comes_first(self, part: Any) -> bool:
        """Whether the call is what a statement evaluates first of all that can raise or run code."""
        call = self._call
        own = {id(node) for node in _walk(call)}
        child = call
        for at in self._file.names.ancestors(call, self._scope):
            kind = at.__class__
            if kind in (_ast.Lambda, _ast.NamedExpr, _ast.GeneratorExp):
                return False
            if (kind is _ast.IfExp and child is not at.test) or (kind is _ast.BoolOp and child is not at.values[0]):
                return False
            if kind is _ast.comprehension:
                comprehension = self._file.names.parent(at, self._scope)
                if child is not at.iter or at is not comprehension.generators[0]:
                    return False
            if isinstance(at, _ast.stmt):
                break
            child = at
        around = {id(at) for at in self._file.names.ancestors(call, self._scope)}
        place = (call.lineno, call.col_offset)
        for raiser in raisers(part):
            if id(raiser) in own or id(raiser) in around:
                continue
            is_before = (getattr(raiser, "lineno", 0), getattr(raiser, "col_offset", 0)) < place
            if is_before and not self._is_element(raiser):
                return False
        return True

    def _is_element(self, raiser: Any) -> bool:
        """Whether it stands in front of a comprehension's first iterable, or is a target, and so runs after it."""
        around = set(self._file.names.ancestors(self._call, self._scope))
        child = raiser
        for at in self._file.names.ancestors(raiser, self._scope):
            if at in around:
                is_target = at.__class__ is _ast.Assign and child is not at.value
                return is_target or at.__class__ in (_ast.ListComp, _ast.SetComp, _ast.DictComp)
            child = at
        return False


def _rebinds(node: Any, name: str) -> bool:
    """Whether a node gives a variable or attribute another value, or takes it away."""
    kind = node.__class__
    if kind is _ast.Name or kind is _ast.Attribute:
        return node.ctx.__class__ is not _ast.Load and dotted(node) == name
    if kind is _ast.alias:
        return bool((node.asname or node.name.partition(".")[0]) == name)
    return getattr(node, "name", None) == name


_SIMPLE = frozenset({_ast.Assign, _ast.Expr, _ast.Return, _ast.For})


def _walk(node: Any) -> list[Any]:
    """The nodes of a statement that belong to its scope."""
    found, stack = [], [node]
    while stack:
        at = stack.pop()
        found.append(at)
        stack += children_in_scope(at)
    return found
