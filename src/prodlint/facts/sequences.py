"""The elements of lists, tuples, tables and generators as texts, through comprehensions, `map`, appends and loops."""

from __future__ import annotations

import _ast

from prodlint.facts import pieces as p
from prodlint.facts.constants import NOT_CONSTANT
from prodlint.facts.functions import Call
from prodlint.facts.guards import expression_text
from prodlint.light_typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prodlint.facts.pieces import Alternatives
    from prodlint.facts.templates import Place, Templates
    from prodlint.index import Scope

_MOST_ELEMENTS = 40
_MOST_EXPANDED = 6
_MOST_DEFINITIONS = 12
_SAME_ELEMENTS = frozenset(
    f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter")
) | {"dict.fromkeys", "builtins.dict.fromkeys"}
_TEXT_OF = frozenset({"builtins.str", "builtins.repr", "builtins.format"})
_NUMBER_OF = frozenset({"builtins.int", "builtins.float", "builtins.bool", "builtins.len"})
_ADDING = frozenset({"append", "add", "insert", "extend", "appendleft", "update"})


class Sequences:
    """The elements, on behalf of the evaluator that asks for each element's value."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._added: dict[Scope, dict[str, list[tuple[str, Any]]]] = {}

    def elements(self, node: Any, place: Place, depth: int) -> list[Alternatives] | None:
        """The values of each element of an iterable; None where they cannot be told."""
        match node:
            case _ast.List(elts=elements) | _ast.Tuple(elts=elements) | _ast.Set(elts=elements):
                return self._display(elements, place, depth)
            case _ast.Dict(keys=keys) if None not in keys:
                return self._display(keys, place, depth)
            case _ast.Constant(value=str() as text):
                self._templates.note_literal(node)
                return [p.text(character) for character in text[:_MOST_ELEMENTS]]
            case _ast.ListComp() | _ast.GeneratorExp() | _ast.SetComp():
                return self._comprehension(node, place, depth)
            case _ast.BinOp():
                return self._operation(node, place, depth)
            case _ast.IfExp(body=body, orelse=orelse):
                return self._either([body, orelse], place, depth)
            case _ast.BoolOp(values=values):
                return self._either(values, place, depth)
            case _ast.NamedExpr(value=inner) | _ast.Await(value=inner):
                return self._templates.sequence(inner, place, depth)
            case _ast.Call():
                return self._called(node, place, depth)
            case _ast.Subscript(value=inner, slice=_ast.Slice()):
                return self._templates.sequence(inner, place, depth)
            case _ast.Name():
                return self._named(node, place, depth)
            case _ast.Attribute() | _ast.Subscript():
                return self._in_display(node, place, depth)
        return None

    def iterated(self, loop: Any, name: str, place: Place, depth: int) -> Alternatives:
        """The values that a loop gives one of its variables."""
        path = _path_to(loop.target, name)
        found = self._column(loop.iter, path, place, depth) if path is not None else None
        if not found:
            return self._templates.hole(loop.iter, place, depth, "[]")
        return p.limited(found)

    def unpacked(self, target: Any, value: Any, place: Place, depth: int) -> Alternatives:
        """The values that an unpacking gives one of its targets."""
        tuple_ = self._templates.names.parent(target, place.scope)
        elements = getattr(tuple_, "elts", [])
        place_of = next((number for number, element in enumerate(elements) if element is target), None)
        if place_of is not None and not any(element.__class__ is _ast.Starred for element in elements):
            found = self.item(value, place_of, place, depth)
            if found:
                return found
        return self._templates.hole(value, place, depth, "[]")

    def item(self, value: Any, number: int, place: Place, depth: int) -> Alternatives:
        """One item of a value that is unpacked; empty where it cannot be told."""
        templates = self._templates
        if value.__class__ is _ast.Await:
            value = value.value
        match value:
            case _ast.Tuple(elts=elements) | _ast.List(elts=elements):
                if number < len(elements) and not any(e.__class__ is _ast.Starred for e in elements):
                    return templates.value(elements[number], place, depth)
            case _ast.Call():
                function = templates.functions.called(value, place.scope)
                if function is not None and place.calls < 3:
                    return templates.returned(value, function, place, depth, number)
            case _ast.IfExp(body=body, orelse=orelse) if depth < 30:
                return self.item(body, number, place, depth + 1) + self.item(orelse, number, place, depth + 1)
            case _ast.Name() if depth < 30:
                found: Alternatives = []
                for definition in templates.definitions(value, place.scope)[:_MOST_DEFINITIONS]:
                    if definition.kind != "assigned":
                        return []
                    found += self.item(definition.value, number, place._replace(scope=definition.scope), depth + 6)
                return found
        return []

    def looked_up(self, table: Any, key: Any, place: Place, depth: int) -> Alternatives | None:
        """The entries of a table written in the file that a subscript can give; None where it is no such table."""
        templates = self._templates
        folded = templates.constants.value(table, place.scope)
        if folded is not NOT_CONSTANT and folded.__class__ is not str:
            wanted = templates.constants.value(key, place.scope)
            return _entries(folded, wanted)
        displays = self._displays(table, place, depth)
        if not displays:
            return None
        wanted = templates.constants.value(key, place.scope)
        found: Alternatives = []
        for display, at in displays:
            keys = getattr(display, "keys", None)
            values = display.values if keys is not None else display.elts
            if keys is not None and None in keys:
                return None
            for number, value in enumerate(values[:_MOST_ELEMENTS]):
                own = templates.constants.value(keys[number], at.scope) if keys is not None else number
                if wanted is NOT_CONSTANT or own is NOT_CONSTANT or own == wanted:
                    found += templates.value(value, at, depth)
        return p.limited(found) or None

    def _displays(self, table: Any, place: Place, depth: int) -> list[tuple[Any, Place]]:
        """The displays that a name or attribute stands for; empty when it can be something else."""
        if table.__class__ in (_ast.Dict, _ast.Tuple, _ast.List):
            return [(table, place)]
        templates = self._templates
        values: list[tuple[Any, Scope]] = []
        if table.__class__ is _ast.Name:
            for definition in templates.definitions(table, place.scope)[:_MOST_DEFINITIONS]:
                if definition.kind == "iterated":
                    values += self._looped(definition, table.id, place, depth)
                    continue
                if definition.kind == "parameter":
                    values += self._passed(definition) or [(None, definition.scope)]
                    continue
                if definition.kind != "assigned":
                    return []
                values.append((definition.value, definition.scope))
        elif table.__class__ is _ast.Attribute and table.value.__class__ is _ast.Name:
            owner = templates.functions.class_of(table.value, place.scope)
            if owner is None:
                return []
            for at in templates.functions.family(owner):
                values += [(d.value, at) for d in templates.reaching.all_definitions(table.attr, at)]
            values += templates.functions.stores(owner, table.attr)
        elif table.__class__ is _ast.Subscript:
            return self._inner_displays(table, place, depth)
        if not values or any(value.__class__ not in (_ast.Dict, _ast.Tuple, _ast.List) for value, _ in values):
            return []
        return [(value, place._replace(scope=scope)) for value, scope in values]

    def _passed(self, definition: Any) -> list[tuple[Any, Scope]]:
        """What the callers of a function pass for a parameter; empty where not all of them are known."""
        functions, parameter, function = self._templates.functions, definition.node, definition.scope
        if function.kind != "function" or not function.is_hidden or not functions.is_only_called(function):
            return []
        callers = functions.callers(function)
        found = [(functions.argument(Call(*caller), function, parameter), caller.scope) for caller in callers]
        return found if all(argument is not None for argument, _ in found) else []

    def _looped(self, definition: Any, name: str, place: Place, depth: int) -> list[tuple[Any, Scope]]:
        """What a loop over displays gives one of its variables; a None where that is not written down."""
        loop, path = definition.node, _path_to(definition.node.target, name)
        outer = self._displays(loop.iter, place._replace(scope=definition.scope), depth + 1) if depth < 30 else []
        found: list[tuple[Any, Scope]] = []
        for display, at in outer if path is not None else ():
            for element in getattr(display, "elts", ())[:_MOST_ELEMENTS]:
                item = element
                for number in path or ():
                    inner = getattr(item, "elts", ())
                    item = inner[number] if number < len(inner) else None
                found.append((item, at.scope))
        return found or [(None, definition.scope)]

    def _inner_displays(self, table: Any, place: Place, depth: int) -> list[tuple[Any, Place]]:
        """The displays that stand in another one, under whatever key."""
        if depth > 30:
            return []
        found: list[tuple[Any, Place]] = []
        for display, at in self._displays(table.value, place, depth + 1):
            inner = display.values if display.__class__ is _ast.Dict else display.elts
            if any(value.__class__ not in (_ast.Dict, _ast.Tuple, _ast.List) for value in inner):
                return []
            found += [(value, at) for value in inner[:_MOST_ELEMENTS]]
        return found

    def _display(self, elements: list[Any], place: Place, depth: int) -> list[Alternatives]:
        templates = self._templates
        found: list[Alternatives] = []
        for element in elements[:_MOST_ELEMENTS]:
            if element.__class__ is _ast.Starred:
                inner = templates.sequence(element.value, place, depth)
                found += [templates.hole(element.value, place, depth, "[]")] if inner is None else inner
            else:
                found.append(templates.put(templates.value(element, place, depth), element, place))
        return found

    def _either(self, nodes: list[Any], place: Place, depth: int) -> list[Alternatives] | None:
        known = [self._templates.sequence(node, place, depth) for node in nodes[:_MOST_EXPANDED]]
        if any(elements is None for elements in known):
            return None
        return [element for elements in known if elements is not None for element in elements]

    def _operation(self, node: Any, place: Place, depth: int) -> list[Alternatives] | None:
        templates = self._templates
        if node.op.__class__ is _ast.BitAnd:  # what two sets share is in the one that is known
            known = (templates.sequence(side, place, depth) for side in (node.left, node.right))
            return next((elements for elements in known if elements is not None), None)
        if node.op.__class__ in (_ast.Add, _ast.BitOr):
            return self._either([node.left, node.right], place, depth)
        if node.op.__class__ is _ast.Mult:
            for side in (node.left, node.right):
                if side.__class__ in (_ast.List, _ast.Tuple):
                    return templates.sequence(side, place, depth)
                text = templates.constants.value(side, place.scope)
                if text.__class__ is str:
                    return [p.text(character) for character in text[:_MOST_ELEMENTS]]
        return None

    def _comprehension(self, node: Any, place: Place, depth: int) -> list[Alternatives] | None:
        """The element once for each known element of the first iterable, or once for all that are not known."""
        templates = self._templates
        first = node.generators[0]
        known = (
            templates.sequence(first.iter, place, depth)
            if first.target.__class__ is _ast.Name and len(node.generators) == 1
            else None
        )
        if not known:
            return [templates.put(templates.value(node.elt, place, depth), node.elt, place)]
        found: list[Alternatives] = []
        for element in dict.fromkeys(map(tuple, known)):
            if len(found) == _MOST_EXPANDED:
                break
            bound = {**place.bound, (first, first.target.id): list(element)}
            at = place._replace(bound=bound)
            found.append(templates.put(templates.value(node.elt, at, depth), node.elt, place))
        return found

    def _called(self, call: Any, place: Place, depth: int) -> list[Alternatives] | None:
        templates = self._templates
        names = templates.names.meanings(call.func, place.scope)
        given = [argument for argument in call.args if argument.__class__ is not _ast.Starred]
        if names & _SAME_ELEMENTS and given:
            return templates.sequence(given[0], place, depth)
        if names & {"builtins.range", "builtins.enumerate"}:
            return [templates.number(call, place)]
        if "builtins.map" in names and len(given) >= 2:
            return self._mapped(given[0], given[1], place, depth)
        if "builtins.filter" in names and len(given) == 2:
            return templates.sequence(given[1], place, depth)
        if "itertools.repeat" in names and given:
            return [templates.value(given[0], place, depth)]
        if "itertools.chain" in names:
            return self._either(given, place, depth)
        if call.func.__class__ is _ast.Attribute and call.func.attr in ("keys", "values", "copy", "split"):
            return self._of_table(call, place, depth)
        function = templates.functions.called(call, place.scope)
        if function is None or place.calls >= 3:
            return None
        inside = place._replace(
            scope=function, bound=templates._arguments(call, function, place, depth), calls=place.calls + 1
        )
        returned = [templates.sequence(value, inside, depth) for value in templates.functions.returns(function)]
        if not returned or any(elements is None for elements in returned):
            return None
        return [element for elements in returned if elements is not None for element in elements]

    def _of_table(self, call: Any, place: Place, depth: int) -> list[Alternatives] | None:
        """The keys or values of a dictionary, the words of a constant."""
        templates = self._templates
        folded = templates.constants.value(call, place.scope)
        if isinstance(folded, tuple):
            return [p.text(str(element)) for element in folded[:_MOST_ELEMENTS]]
        if call.func.attr == "split":
            return None
        displays = self._displays(call.func.value, place, depth)
        found: list[Alternatives] = []
        for display, at in displays:
            if display.__class__ is not _ast.Dict or None in display.keys:
                return None
            found += self._display(display.values if call.func.attr == "values" else display.keys, at, depth)
        return found or None

    def _mapped(self, function: Any, iterable: Any, place: Place, depth: int) -> list[Alternatives] | None:
        """What a function makes of each element."""
        templates = self._templates
        if function.__class__ is _ast.Lambda:
            return self._by_lambda(function, iterable, place, depth)
        names = templates.names.meanings(function, place.scope)
        if names and names <= _NUMBER_OF:
            return [templates.number(iterable, place)]
        elements = templates.sequence(iterable, place, depth)
        if names & _TEXT_OF:
            return [templates.hole(iterable, place, depth, "[]")] if elements is None else elements
        if function.__class__ is _ast.Attribute and function.value.__class__ is _ast.Constant:
            # `"{} = ?".format` of each element
            call = _ast.Call(func=function, args=[iterable], keywords=[])
            _ast_copy(call, iterable)
            return [templates.value(call, place, depth)]
        call = _ast.Call(func=function, args=[iterable], keywords=[])
        _ast_copy(call, iterable)
        return [templates.value(call, place, depth)]

    def _by_lambda(self, function: Any, iterable: Any, place: Place, depth: int) -> list[Alternatives] | None:
        templates = self._templates
        parameters = function.args.args
        if len(parameters) != 1:
            return None
        elements = templates.sequence(iterable, place, depth) or [templates.hole(iterable, place, depth, "[]")]
        found = []
        for element in elements[:_MOST_EXPANDED]:
            at = place._replace(bound={**place.bound, (parameters[0], parameters[0].arg): element})
            found.append(templates.put(templates.value(function.body, at, depth), function.body, place))
        return found

    def _named(self, name: Any, place: Place, depth: int) -> list[Alternatives] | None:
        """The elements that the definitions of a name give it, and those that are added to it later."""
        templates = self._templates
        found: list[Alternatives] = []
        definitions = templates.definitions(name, place.scope)[:_MOST_DEFINITIONS]
        if not definitions:
            return None
        for definition in definitions:
            key = (definition.node, name.id, "elements")
            if key in templates._open:
                templates._cuts += 1
                continue
            templates._open.add(key)
            known = self._defined(definition, name.id, place._replace(scope=definition.scope), depth)
            templates._open.discard(key)
            if known is None:
                return None
            found += known
        added = self._added_to(name.id, definitions[0].scope, place, depth)
        return None if added is None else found + added

    def _defined(self, definition: Any, name: str, place: Place, depth: int) -> list[Alternatives] | None:
        templates = self._templates
        if definition.kind == "assigned":
            return templates.sequence(definition.value, place, depth)
        if definition.kind == "iterated":
            return self._of_items(definition.node, name, place, depth)
        if definition.kind == "parameter" and place.calls < 3 and (definition.node, name) not in place.bound:
            passed = self._passed(definition)
            known = [
                templates.sequence(argument, place._replace(scope=scope, calls=place.calls + 1), depth)
                for argument, scope in passed
            ]
            return [one for each in known for one in each or ()] if passed and None not in known else None
        if definition.kind == "augmented" and definition.node.op.__class__ is _ast.Add:
            found = templates.sequence(definition.value, place, depth)
            for earlier in templates.reaching.definitions_before(definition.node, name, definition.scope) or ():
                key = (earlier.node, name, "elements")
                if earlier is definition or key in templates._open:
                    templates._cuts += 1
                    continue
                templates._open.add(key)
                before = self._defined(earlier, name, place._replace(scope=earlier.scope), depth + 1)
                templates._open.discard(key)
                if before is None or found is None:
                    return None
                found = before + found
            return found
        return None

    def _of_items(self, loop: Any, name: str, place: Place, depth: int) -> list[Alternatives] | None:
        """The elements of what a loop takes from each element of a table that is written in the file."""
        path = _path_to(loop.target, name)
        if path is None:
            return None
        folded = self._templates.constants.value(loop.iter, place.scope)
        if not isinstance(folded, tuple):
            return None
        found: list[Alternatives] = []
        for item in folded[:_MOST_ELEMENTS]:
            inner: object = item
            for number in path:
                inner = inner[number] if isinstance(inner, tuple) and number < len(inner) else None
            if not isinstance(inner, (tuple, frozenset, dict)):
                return None
            found += [p.text(str(element)) for element in inner]
        return found[:_MOST_ELEMENTS]

    def _in_display(self, node: Any, place: Place, depth: int) -> list[Alternatives] | None:
        displays = self._displays(node, place, depth)
        found: list[Alternatives] = []
        for display, at in displays:
            found += self._display(display.keys if display.__class__ is _ast.Dict else display.elts, at, depth)
        return found or None

    def _added_to(self, name: str, scope: Scope, place: Place, depth: int) -> list[Alternatives] | None:
        """The elements that calls of ``append`` and its like add to a list in the scope that defines it."""
        templates = self._templates
        here = place._replace(scope=scope)
        found: list[Alternatives] = []
        for method, argument in self._additions(scope).get(name, [])[:_MOST_ELEMENTS]:
            if method in ("extend", "update"):
                inner = templates.sequence(argument, here, depth)
                found += [templates.hole(argument, here, depth, "[]")] if inner is None else inner
            else:
                found.append(templates.put(templates.value(argument, here, depth), argument, here))
        return found

    def _additions(self, scope: Scope) -> dict[str, list[tuple[str, Any]]]:
        found = self._added.get(scope)
        if found is None:
            calls: list[Any] = [
                node
                for node in self._templates.names.table(scope).parents
                if node.__class__ is _ast.Call
                and node.func.__class__ is _ast.Attribute
                and node.func.attr in _ADDING
                and node.args
            ]
            found = self._added[scope] = {}
            for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
                added = (call.func.attr, call.args[-1])
                found.setdefault(expression_text(call.func.value), []).append(added)
        return found

    def _column(self, iterable: Any, path: tuple[int, ...], place: Place, depth: int) -> Alternatives | None:
        """What a loop takes from each element of an iterable: the element itself, or by numbers, an item of an item."""
        templates = self._templates
        if not path:
            elements = templates.sequence(iterable, place, depth)
            return None if elements is None else [one for element in elements for one in element]
        folded = templates.constants.value(iterable, place.scope)
        if isinstance(folded, (tuple, frozenset)):
            return [one for element in folded for one in _folded_item(element, path)] or None
        names = (
            templates.names.meanings(iterable.func, place.scope)
            if iterable.__class__ is _ast.Call
            else frozenset[str]()
        )
        if "builtins.enumerate" in names and iterable.args:
            return (
                templates.number(iterable, place)
                if path[0] == 0
                else self._column(iterable.args[0], path[1:], place, depth)
            )
        if "builtins.zip" in names and path[0] < len(iterable.args):
            return self._column(iterable.args[path[0]], path[1:], place, depth)
        if names & {"builtins.sorted", "builtins.reversed", "builtins.list"} and iterable.args:
            return self._column(iterable.args[0], path, place, depth)
        if (
            iterable.__class__ is _ast.Call
            and iterable.func.__class__ is _ast.Attribute
            and iterable.func.attr in ("items", "iteritems")
        ):
            return self._entry(iterable.func.value, path, place, depth)
        return self._in_displays(iterable, path, place, depth)

    def _entry(self, table: Any, path: tuple[int, ...], place: Place, depth: int) -> Alternatives | None:
        found: Alternatives = []
        for display, at in self._displays(table, place, depth):
            if display.__class__ is not _ast.Dict or None in display.keys or len(path) > 1:
                return None
            for entry in (display.values if path[0] else display.keys)[:_MOST_ELEMENTS]:
                found += self._templates.value(entry, at, depth)
        return found or None

    def _in_displays(self, iterable: Any, path: tuple[int, ...], place: Place, depth: int) -> Alternatives | None:
        found: Alternatives = []
        for display, at in self._displays(iterable, place, depth):
            for element in getattr(display, "elts", [])[:_MOST_ELEMENTS]:
                item = element
                for number in path:
                    if item.__class__ not in (_ast.Tuple, _ast.List) or number >= len(item.elts):
                        return None
                    item = item.elts[number]
                found += self._templates.value(item, at, depth)
        return found or None


def _ast_copy(call: Any, place: Any) -> None:
    """Give a made-up call the position of what stands in its place."""
    call.lineno, call.col_offset = place.lineno, place.col_offset
    call.end_lineno, call.end_col_offset = place.end_lineno, place.end_col_offset


def _path_to(target: Any, name: str) -> tuple[int, ...] | None:
    """Where in a loop's target a name stands, as numbers of items of items."""
    pending: list[tuple[Any, tuple[int, ...]]] = [(target, ())]
    while pending:
        node, path = pending.pop()
        if node.__class__ is _ast.Name and node.id == name:
            return path
        elements = getattr(node, "elts", [])
        if any(element.__class__ is _ast.Starred for element in elements):
            return None
        pending += [(element, (*path, number)) for number, element in enumerate(elements)]
    return None


def _folded_item(element: Any, path: tuple[int, ...]) -> Alternatives:
    for number in path:
        if not isinstance(element, tuple) or number >= len(element):
            return []
        element = element[number]
    return p.text(str(element))


def _entries(table: Any, key: object) -> Alternatives | None:
    """The entries of a folded table under a key, all where the key is not known."""
    if isinstance(table, dict):
        if key is not NOT_CONSTANT:
            return p.text(str(table[key])) if key in table else None
        values = list(table.values())
    elif isinstance(table, tuple):
        if key.__class__ is int:
            return p.text(str(table[key])) if -len(table) <= key < len(table) else None
        values = list(table)
    else:
        return None
    if any(value.__class__ not in (str, int, float, bool) and value is not None for value in values):
        # Entries that are containers themselves: what is taken from them is written in the file.
        values = [value if value.__class__ is str else "…" for value in values]
    return p.limited([one for value in dict.fromkeys(values) for one in p.text(str(value))]) or None
