"""What becomes of the value of a call that somebody has to release: the path on which nobody does.

Functions without a graph, and searches that take too many steps, are answered with ``unknown``.
"""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import last_name
from prodlint.facts.custody import (
    DOUBTFUL,
    KEPT,
    LENT,
    PASSED,
    RELEASED,
    USED,
    Custody,
    dotted,
    is_captured,
    occurrences,
)
from prodlint.facts.leaks import leak_by, search
from prodlint.facts.raising import raisers
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.facts.custody import Terms
    from prodlint.facts.leaks import Leak
    from prodlint.index import Scope
    from prodlint.model import Span


class Lifetime(NamedTuple):
    """What becomes of a value.

    ``end`` is one of ``released`` (by a ``with``, too), ``kept`` (handed over), ``lent`` (given to a function of which
    nothing is known, whose last name is the ``cause``, and nobody else releases it), ``used`` (gone in the expression
    that made it), ``dropped`` (a statement of its own), ``unknown``, or how the path ends on which nobody releases it:
    ``returns``, ``breaks`` or ``continues`` (by that statement), ``true`` or ``false`` (what the condition ``cause``
    comes to), ``ends`` (at the end of the scope), ``rebound``, ``deleted``, ``raises`` (the evaluation ``cause``),
    ``raised`` (a ``raise`` statement). ``name`` is the variable that holds it. ``is_released`` and ``is_kept`` say that
    some place releases it or hands it over. ``cause`` is text, and ``span`` where the path leaves. ``is_entered``: a
    ``with`` is entered with it. ``is_lent``: the path leaves before it is lent to a function of which nothing is known.
    """

    end: str
    name: str = ""
    is_released: bool = False
    is_kept: bool = False
    cause: str = ""
    span: Span | None = None
    is_entered: bool = False
    is_lent: bool = False


def lifetime(call: Any, scope: Scope, file: FileFacts, terms: Terms) -> Lifetime:
    """The fate of a call's value that is handled on these terms."""
    custody = _custody(file, terms)
    is_entered = _consumer(call, scope, file).__class__ is _ast.withitem
    return _lifetime(call, scope, file, custody)._replace(is_entered=is_entered)


def _lifetime(call: Any, scope: Scope, file: FileFacts, custody: Custody) -> Lifetime:
    effect = custody.effect(call, scope)
    if effect.kind == USED:
        return Lifetime("dropped" if _consumer(call, scope, file).__class__ is _ast.Expr else "used")
    if effect.kind not in (PASSED, DOUBTFUL) or not effect.targets:
        borrower = last_name(effect.at.func) if effect.kind == LENT and effect.at.__class__ is _ast.Call else ""
        return Lifetime(LENT if effect.kind == DOUBTFUL else effect.kind, cause=borrower)
    if scope.kind == "class":
        return Lifetime(KEPT)
    held = frozenset(effect.targets)
    kinds, names = file.shared((custody, scope, held), lambda: _fates(custody, scope, file, held))
    name = min(effect.targets)
    if _outlives_scope(names, scope, file):
        return Lifetime(KEPT, name)
    if RELEASED not in kinds:
        if effect.kind == DOUBTFUL or (scope.kind == "module" and not kinds):  # the latter is for others to import
            return Lifetime(KEPT, name)
        if kinds & {LENT, DOUBTFUL}:
            before = search(call, scope, file, custody, held, until_lent=True)
            is_leak = before is not None and not isinstance(before, str) and before.end in ("raises", "raised")
            return _told(before, name, kinds, file)._replace(is_lent=True) if is_leak else Lifetime(LENT, name)
    found = _beside(call, scope, file) or search(call, scope, file, custody, held)
    return _told(found, name, kinds, file)


def holding(call: Any, scope: Scope, file: FileFacts, terms: Terms) -> Lifetime:
    """The fate of what a method call makes its receiver hold, such as a lock.

    It is ``kept`` where the scope never releases, or only after an error: whoever takes a lock in one function and
    releases it in another means to.
    """
    name = dotted(call.func.value) if call.func.__class__ is _ast.Attribute else None
    if name is None:
        return Lifetime("unknown")
    custody = _custody(file, terms)
    effects = [custody.use(use, scope) for use in occurrences(name, scope, file)]
    releases = [effect.at for effect in effects if effect.kind == RELEASED]
    if all(_is_in_handler(release, scope, file) for release in releases):
        return Lifetime(KEPT, name)
    found = search(call, scope, file, custody, frozenset({name}), is_receiver=True)
    return _told(found, name, {effect.kind for effect in effects}, file)


def _is_in_handler(node: Any, scope: Scope, file: FileFacts) -> bool:
    return any(at.__class__ is _ast.ExceptHandler for at in file.names.ancestors(node, scope))


def _custody(file: FileFacts, terms: Terms) -> Custody:
    made: Custody = file.shared(terms, lambda: Custody(file, terms))
    return made


def _told(found: Leak | str | None, name: str, kinds: set[str], file: FileFacts) -> Lifetime:
    if isinstance(found, str):
        return Lifetime(found, name)
    if found is None:
        return Lifetime(RELEASED if RELEASED in kinds else KEPT, name)
    if not found.is_likely and RELEASED not in kinds:
        return Lifetime(KEPT, name)
    span = None if found.node is None else file.source.span(found.node)
    return Lifetime(found.end, name, RELEASED in kinds, KEPT in kinds, found.cause, span)


def _fates(custody: Custody, scope: Scope, file: FileFacts, held: frozenset[str]) -> tuple[set[str], set[str]]:
    """All that is done with a value in whatever order, and the variables that may come to hold it."""
    kinds: set[str] = set()
    names: set[str] = set()
    pending = list(held)
    while pending:
        name = pending.pop()
        if name in names:
            continue
        names.add(name)
        for use in occurrences(name, scope, file):
            effect = custody.use(use, scope)
            kinds.add(effect.kind)
            pending += effect.targets
    return kinds, names


def _outlives_scope(names: set[str], scope: Scope, file: FileFacts) -> bool:
    table = file.names.table(scope)
    declared = table.declared_global | table.declared_nonlocal
    return any(name in declared or is_captured(name, scope, file) for name in names)


def _consumer(call: Any, scope: Scope, file: FileFacts) -> Any:
    parent = file.names.parent(call, scope)
    while parent.__class__ is _ast.Await:
        parent = file.names.parent(parent, scope)
    return parent


def _beside(call: Any, scope: Scope, file: FileFacts) -> Leak | None:
    """The leak where a later element of the same tuple raises: ``a, b = open(p), open(q)``."""
    child, parent = call, file.names.parent(call, scope)
    while parent.__class__ is _ast.Await:
        child, parent = parent, file.names.parent(parent, scope)
    if parent.__class__ is not _ast.Tuple:
        return None
    later = parent.elts[parent.elts.index(child) + 1 :]
    raiser = next((raiser for element in later for raiser in raisers(element)), None)
    return None if raiser is None else leak_by(raiser, file)
