"""Whether an expression builds a text out of values where it stands, and how.

Only what is written at the place counts, not what a name was assigned before. An expression that is made of literals
and constants, and so always gives the same text, builds nothing.
"""

from __future__ import annotations

import _ast

from prodlint.facts.bindings import children_in_scope
from prodlint.facts.constants import NOT_CONSTANT
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from prodlint.facts import FileFacts
    from prodlint.index import Scope
    from prodlint.model import Span

_MOST_NODES = 200
# Methods that give the text back in another shape.
_RESHAPING = frozenset(
    "strip lstrip rstrip lower upper title capitalize casefold swapcase replace ljust rjust center expandtabs encode "
    "removeprefix removesuffix zfill translate".split()
)
_WRAPPERS = frozenset({"builtins.str", "textwrap.dedent", "inspect.cleandoc", "textwrap.shorten", "textwrap.indent"})
_WRAPPER_NAMES = frozenset(name.rpartition(".")[2] for name in _WRAPPERS)
_TRANSLATIONS = frozenset(
    "_ _lazy gettext gettext_lazy gettext_noop lgettext ngettext ngettext_lazy npgettext pgettext pgettext_lazy "
    "ugettext ugettext_lazy ungettext lazy_gettext".split()
)
_TEMPLATES = frozenset({"string.Template().substitute", "string.Template().safe_substitute"})


class Interpolation(NamedTuple):
    """How a text is built out of values, in words (``an f-string``), and the region of the expression that does it.

    ``is_literal`` says that the text around the values is written there.
    """

    form: str
    span: Span
    is_literal: bool


def find_interpolation(node: Any, scope: Scope, file: FileFacts) -> Interpolation | None:
    """The part of an expression that builds its text, through branches and reshaping calls; None where none does."""
    pending = [node]
    for _ in range(_MOST_NODES):
        if not pending:
            break
        at = pending.pop()
        match at:
            case _ast.IfExp(body=body, orelse=orelse):
                pending += (orelse, body)
            case _ast.BoolOp(values=values):
                pending += reversed(values)
            case _ast.NamedExpr(value=inner) | _ast.Subscript(value=inner):
                pending.append(inner)
            case _ast.BinOp(op=_ast.Mult(), left=left, right=right):
                pending += (right, left)
            case _ast.JoinedStr() | _ast.BinOp():
                form = _operation(at, scope, file)
                if form:
                    return Interpolation(form, file.source.span(at), _is_literal(at))
            case _ast.Call():
                form = _call(at, scope, file, pending)
                if form:
                    return Interpolation(form, file.source.span(at), _is_literal(at))
    return None


def _is_literal(node: Any) -> bool:
    """Whether a literal text stands in an expression that builds one, or is what it translates."""
    for _ in range(_MOST_NODES):
        match node:
            case _ast.Constant(value=str()) | _ast.JoinedStr():
                return True
            case _ast.BinOp(op=_ast.Add(), left=left, right=right):
                if right.__class__ is _ast.JoinedStr or isinstance(getattr(right, "value", None), str):
                    return True
                node = left
            case _ast.BinOp(left=inner) | _ast.Call(func=_ast.Attribute(value=inner)):
                node = inner
            case _ast.Call(func=_ast.Name(id=name), args=[inner]) if name in _TRANSLATIONS:
                node = inner
            case _:
                return False
    return False


def _operation(node: Any, scope: Scope, file: FileFacts) -> str:
    form = ""
    match node:
        case _ast.JoinedStr(values=values):
            form = "an f-string" if any(value.__class__ is _ast.FormattedValue for value in values) else ""
        case _ast.BinOp(op=_ast.Mod(), left=left, right=right):
            is_modulo = isinstance(right, _ast.Constant) and not isinstance(right.value, (str, bytes))
            is_text = isinstance(left, (_ast.JoinedStr, _ast.Constant)) or isinstance(right, (_ast.Tuple, _ast.Dict))
            form = "`%`" if is_text or not is_modulo else ""
        case _ast.BinOp(op=_ast.Add()):
            form = "" if _is_sum(node, scope, file) else "`+`"
    return form if form and not _is_constant(node, scope, file) else ""


def _is_constant(node: Any, scope: Scope, file: FileFacts) -> bool:
    """Whether a text is made of literals and of names that are meant to be constant, which are in capitals.

    A variable that the file happens to assign once is a value all the same.
    """
    if file.constants.value(node, scope) is NOT_CONSTANT:
        return False
    pending = [node]
    while pending:
        at = pending.pop()
        if at.__class__ is _ast.Name and not (at.id.isupper() or at.id in ("str", "repr", "len", "format")):
            return False
        if at.__class__ is not _ast.Attribute:
            pending += children_in_scope(at)
        elif not at.attr.isupper():
            pending.append(at.value)
    return True


def _is_sum(node: Any, scope: Scope, file: FileFacts) -> bool:
    """Whether a chain of `+` adds numbers or lists, by what is known of one of its operands."""
    for _ in range(_MOST_NODES):
        for operand in (node.left, node.right):
            match operand:
                case _ast.Constant(value=str() | bytes()) | _ast.JoinedStr():
                    return False
                case _ast.Constant() | _ast.List() | _ast.Tuple() | _ast.ListComp():
                    return True
                case _ast.Call(func=_ast.Name(id="len" | "int" | "float" | "sum" | "list" | "tuple")):
                    return bool(file.names.meanings(operand.func, scope) & _NUMBERS)
        if not (node.left.__class__ is _ast.BinOp and node.left.op.__class__ is _ast.Add):
            return False
        node = node.left
    return False


_NUMBERS = frozenset(f"builtins.{name}" for name in ("len", "int", "float", "sum", "list", "tuple"))


def _call(node: Any, scope: Scope, file: FileFacts, pending: list[Any]) -> str:
    """How a call builds a text; else, where it gives back the text of another expression, that is looked at too."""
    function = node.func
    last = getattr(function, "attr", None) or getattr(function, "id", "")
    if last in _TRANSLATIONS:
        pending += reversed(node.args)
        return ""
    if function.__class__ is not _ast.Attribute:
        # Resolving every called name would cost more than all else here.
        if node.args and last in _WRAPPER_NAMES and file.names.meanings(function, scope) & _WRAPPERS:
            pending.append(node.args[0])
        return ""
    match last:
        case "format" | "format_map":
            form = f"`.{last}()`" if (node.args or node.keywords) and _is_text(function.value, scope, file) else ""
        case "join":
            is_separator = isinstance(file.constants.value(function.value, scope), (str, bytes))
            # What is joined stands elsewhere mostly: a constant list is one line of a text that was split for reading.
            is_same = file.constants.value(node, scope) is not NOT_CONSTANT
            form = "`.join()`" if node.args and is_separator and not is_same else ""
        case "substitute" | "safe_substitute":
            form = f"`.{last}()`" if file.names.meanings(function, scope) & _TEMPLATES else ""
        case _:
            form = ""
            if last in _RESHAPING:
                pending.append(function.value)
            elif node.args and last in _WRAPPER_NAMES and file.names.meanings(function, scope) & _WRAPPERS:
                pending.append(node.args[0])
    return form if form and not _is_constant(node, scope, file) else ""


def _is_text(node: Any, scope: Scope, file: FileFacts) -> bool:
    """Whether what `format` is called on is a text: unless it is known to be something else, such as a module."""
    if isinstance(node, (_ast.Constant, _ast.JoinedStr, _ast.BinOp)):
        return True
    if isinstance(file.constants.value(node, scope), (str, bytes)):
        return True
    written = node.func if node.__class__ is _ast.Call else node
    last = str(getattr(written, "attr", None) or getattr(written, "id", ""))
    if last in _TRANSLATIONS:
        return True
    if last.lower().endswith(("formatter", "locale")):
        return False
    meanings = file.names.meanings(node, scope)
    # An imported constant is a text, an imported module or function is none.
    return all(
        meaning in {"?", "None", "builtins.str"} or meaning[0] == ":" or meaning.rpartition(".")[2].isupper()
        for meaning in meanings
    )
