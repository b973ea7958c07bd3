"""The call that runs a query, and the statements from where its text is made, with the values as parameters.

For fixes only: it imports libcst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from prodlint.rule import Fixed
from prodlint_rules._parameter_fixes import Parameters, parameters
from prodlint_rules._paramstyles import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.check import Site
    from prodlint_rules._parameters import Query

TITLE = "Pass the values as parameters"
_KEYWORDS = frozenset({"params", "parameters", "args", "vars"})
_RUNNING = frozenset({"execute", "scalar", "scalars", "stream", "stream_scalars"})


def fixed_call(call: cst.Call, site: Site, query: Query) -> Fixed | None:
    """The call, or the statements from where the text is assigned up to it, with the values beside the text."""
    if query.text.is_name:
        return _fixed_block(site, query)
    running = _running(call, site.region.module) if query.style is Style.TEXT else None
    changed = _changed(call, running, query, _text_of(call))
    if changed is None:
        return None
    old, new, _ = changed
    return Fixed(TITLE, new, of=None if old is call else old)


def _changed(
    call: cst.Call, running: cst.Call | None, query: Query, expression: cst.BaseExpression | None
) -> tuple[cst.Call, cst.Call, Parameters] | None:
    """What is changed, what it becomes, and the parameters of the query."""
    if expression is None:
        return None
    given: cst.BaseExpression | None = None
    if query.style is Style.DOLLAR:
        rest = call.args[1:]
        positional = [argument for argument in rest if argument.keyword is None]
        if any(argument.star for argument in call.args) or call.args[0].keyword is not None:
            return None
        given = cst.Tuple([cst.Element(argument.value) for argument in positional]) if positional else None
        made = parameters(query, expression, given)
        return None if made is None else (call, _with_arguments(call, made, len(positional)), made)
    if query.style is Style.TEXT:
        made = parameters(query, expression, None)
        return None if made is None else (*_of_text(call, running, made), made)
    place = _values_of(call)
    if place is None or any(argument.star for argument in call.args):
        return None
    if place < len(call.args):
        given = call.args[place].value
    made = parameters(query, expression, given)
    return None if made is None else (call, _with_values(call, made, place, query.keyword), made)


def _text_of(call: cst.Call) -> cst.BaseExpression | None:
    return call.args[0].value if call.args and not call.args[0].star else None


def _values_of(call: cst.Call) -> int | None:
    """The number of the argument for the values, that of a new one if there is none; None where it is not known."""
    for number, argument in enumerate(call.args[1:], 1):
        if argument.keyword is None or argument.keyword.value in _KEYWORDS:
            return number if number == 1 or argument.keyword is not None else None
    is_plain = all(argument.keyword is not None and argument.keyword.value == "timeout" for argument in call.args[1:])
    return len(call.args) if len(call.args) == 1 or is_plain else None


def _with_values(call: cst.Call, made: Parameters, place: int, keyword: str) -> cst.Call:
    text, *rest = call.args
    text = text.with_changes(value=made.text)
    if place < len(call.args):
        changed = [text, *rest]
        changed[place] = changed[place].with_changes(value=made.values)
        return call.with_changes(args=changed)
    name = None if text.keyword is None and not rest else cst.Name(keyword)
    return _appended(call.with_changes(args=[text, *rest]), [_argument(made.values, name)])


def _argument(value: cst.BaseExpression, name: cst.Name | None = None) -> cst.Arg:
    blank = cst.SimpleWhitespace("")
    return cst.Arg(value, name, cst.AssignEqual(blank, blank) if name is not None else cst.MaybeSentinel.DEFAULT)


def _with_arguments(call: cst.Call, made: Parameters, count: int) -> cst.Call:
    """asyncpg's: every value is an argument of its own."""
    first = call.args[0].with_changes(value=made.text)
    new = [_argument(value) for _, value in made.added]
    changed = call.with_changes(args=[first, *call.args[1:]])
    if len(call.args) == count + 1:
        return _appended(changed, new)
    blank = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    between = [argument.with_changes(comma=blank) for argument in new]
    return changed.with_changes(args=[*changed.args[: count + 1], *between, *changed.args[count + 1 :]])


def _appended(call: cst.Call, new: Sequence[cst.Arg]) -> cst.Call:
    """The call with further arguments, each on a line of its own where the first one has one."""
    *before, last = call.args
    between: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace):
        own = call.whitespace_before_args
        between = cst.ParenthesizedWhitespace(indent=own.indent, last_line=own.last_line)
    comma = cst.Comma(whitespace_after=between)
    end = new[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    last = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
    return call.with_changes(args=[*before, last, *(each.with_changes(comma=comma) for each in new[:-1]), end])


def _running(text: cst.Call, module: cst.Module) -> cst.Call | None:
    """The call that runs SQLAlchemy's `text(…)` and is given nothing else."""
    found = _Calls(lambda call: bool(call.args) and call.args[0].value is text)
    module.visit(found)
    match found.found:
        case [cst.Call(func=cst.Attribute(attr=cst.Name(name)), args=[_]) as call] if name in _RUNNING:
            return call
    return None


def _of_text(call: cst.Call, running: cst.Call | None, made: Parameters) -> tuple[cst.Call, cst.Call]:
    text = call.with_changes(args=[call.args[0].with_changes(value=made.text), *call.args[1:]])
    if running is not None:
        changed = running.with_changes(args=[running.args[0].with_changes(value=text)])
        return running, _appended(changed, [_argument(made.values)])
    arguments = [_argument(value, cst.Name(name)) for name, value in made.added]
    return call, cst.Call(cst.Attribute(text, cst.Name("bindparams")), arguments)


class _Calls(cst.CSTVisitor):
    """The calls that a condition holds for."""

    def __init__(self, wanted: Callable[[cst.Call], bool]) -> None:
        super().__init__()
        self._wanted = wanted
        self.found: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        if self._wanted(node):
            self.found.append(node)


def _fixed_block(site: Site, query: Query) -> Fixed | None:
    """The statements from the one that makes the text to the one that runs it."""
    name = query.text.last_name
    if query.text.mentions != 2 or query.built.span.line > site.span.line:
        return None
    block = site.block_from(query.built)
    if not isinstance(block, (cst.IndentedBlock, cst.Module)):
        return None
    first, *rest = block.body
    expression = _assigned(first, name)
    found = _Calls(lambda call: isinstance(text := _text_of(call), cst.Name) and text.value == name)
    between: list[cst.CSTNode] = []
    for statement in rest:
        between.append(statement)
        statement.visit(found)
        if found.found:
            break
    if expression is None or len(found.found) != 1:
        return None
    call = found.found[0]
    running = None
    if query.style is Style.TEXT:
        running = _running(call, cst.Module(between))  # type: ignore[arg-type]
    changed = _changed(call, running, query, expression)
    if changed is None:
        return None
    old, new, made = changed
    if not all(_is_same_there(value, between, call) for _, value in made.added):
        return None
    # In the call stands the name as before, and where it is assigned the text.
    named = cst.ensure_type(new.visit(_Put((made.text, cst.Name(name)))), cst.Call)
    return Fixed(TITLE, block.visit(_Put((expression, made.text), (old, named))), of=block)


class _Put(cst.CSTTransformer):
    """Puts nodes in the places of others, which are told by their identity."""

    def __init__(self, *pairs: tuple[cst.CSTNode, cst.CSTNode]) -> None:
        super().__init__()
        self._pairs = pairs

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        return next((new for old, new in self._pairs if original_node is old), updated_node)


def _assigned(statement: cst.CSTNode, name: str) -> cst.BaseExpression | None:
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(target))], value=value)]
        ) if target == name:
            return value
        case cst.SimpleStatementLine(body=[cst.AnnAssign(target=cst.Name(target), value=value)]) if target == name:
            return value
    return None


def _is_same_there(value: cst.BaseExpression, between: Sequence[cst.CSTNode], call: cst.Call) -> bool:
    """Whether a value is at the call what it was where the text was made."""
    if len(between) == 1 and isinstance(between[0], cst.SimpleStatementLine) and not _Scopes.around(call, between[0]):
        return True
    said = _Names()
    value.visit(said)
    bound = _Bound()
    for statement in between:
        statement.visit(bound)
    return said.is_plain and not said.names & bound.names and not any(_Scopes.around(call, each) for each in between)


class _Names(cst.CSTVisitor):
    """The names that an expression says, and whether it does no more than to read them."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.is_plain = True

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Call, cst.Await, cst.NamedExpr, cst.Lambda, cst.BaseComp)):
            self.is_plain = False
        return super().on_visit(node)


class _Bound(cst.CSTVisitor):
    """The names, and the attributes by their names, that statements bind."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        for target in (getattr(node, "target", None), node.name if isinstance(node, cst.AsName) else None):
            if isinstance(target, cst.CSTNode):
                said = _Names()
                target.visit(said)
                self.names |= said.names - {"self", "cls"}
        return super().on_visit(node)


class _Scopes(cst.CSTVisitor):
    """Whether a call stands in a function or comprehension of its own, which may run at another time."""

    def __init__(self, call: cst.Call) -> None:
        super().__init__()
        self._call = call
        self._depth = 0
        self.is_inside = False

    @classmethod
    def around(cls, call: cst.Call, statement: cst.CSTNode) -> bool:
        """Whether one stands around the call within the statement."""
        visitor = cls(call)
        statement.visit(visitor)
        return visitor.is_inside

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._depth += isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.BaseComp))
        self.is_inside = self.is_inside or (node is self._call and self._depth > 0)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._depth -= isinstance(original_node, (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.BaseComp))
        super().on_leave(original_node)
