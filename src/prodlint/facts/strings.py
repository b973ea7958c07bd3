"""The strings of a statement, each with the names that it is given to or compared with.

Looks no further than the statement itself: what a function returns or a variable holds is another statement's.
"""

from __future__ import annotations

import _ast

from prodlint.facts.statements import BLOCK_FIELDS
from prodlint.light_typing import Any, NamedTuple


class Named(NamedTuple):
    """A string expression: ``value`` is its text as far as it is constant, ``names`` what it is given to, as written.

    ``is_whole`` is false for the constant pieces of a longer text; ``is_compared`` says that the names are those of
    what it is compared with, ``is_strict`` that they say it of several values, ``is_prose`` that the string is a
    statement.
    """

    node: Any
    value: str
    names: tuple[str, ...] = ()
    is_whole: bool = True
    is_compared: bool = False
    is_strict: bool = False
    is_prose: bool = False

    @property
    def is_bytes(self) -> bool:
        """Whether it is a bytes literal, of which each character of the value is a byte."""
        return self.node.__class__ is _ast.Constant and self.node.value.__class__ is bytes


class _At(NamedTuple):
    node: Any
    names: tuple[str, ...] = ()
    is_compared: bool = False
    is_strict: bool = False


def named_strings(statement: Any) -> list[Named]:
    """The strings and bytes of a statement, or of a compound statement's header, in no particular order."""
    found: list[Named] = []
    if statement.__class__ is _ast.Expr and statement.value.__class__ is _ast.Constant:
        return [text._replace(is_prose=True) for text in _constant(_At(statement.value))]
    pending = [_At(child) for child in _header(statement)]
    if statement.__class__ in _OPENERS:
        pending = _OPENERS[statement.__class__](_At(statement))
    while pending:
        at = pending.pop()
        kind = at.node.__class__
        if kind is _ast.Constant:
            found += _constant(at)
        elif kind is _ast.JoinedStr:
            found += _joined(at, pending)
        elif kind is _ast.BinOp and (text := _concatenated(at.node)) is not None:
            found.append(Named(at.node, text, at.names, True, at.is_compared, at.is_strict))
        elif kind in _OPENERS:
            pending += _OPENERS[kind](at)
        else:
            pending += [_At(child) for child in _children(at.node)]
    return found


def _header(statement: Any) -> list[Any]:
    return [
        child
        for field in statement._fields
        if field not in BLOCK_FIELDS
        for child in _as_list(getattr(statement, field))
        if isinstance(child, _ast.AST)
    ]


def _children(node: Any) -> list[Any]:
    return [
        child
        for field in node._fields
        for child in _as_list(getattr(node, field))
        if isinstance(child, _ast.AST) and not isinstance(child, _ast.stmt)
    ]


def _as_list(value: Any) -> list[Any]:
    return value if value.__class__ is list else [value]


def _text_of(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return value.decode("latin-1") if isinstance(value, bytes) else None


def _constant(at: _At) -> list[Named]:
    text = _text_of(at.node.value)
    return [] if text is None else [Named(at.node, text, at.names, True, at.is_compared, at.is_strict)]


def _joined(at: _At, pending: list[_At]) -> list[Named]:
    """The constant text of an f-string: whole where it has no fields, else in pieces."""
    fields = [part for part in at.node.values if part.__class__ is not _ast.Constant]
    pieces = [str(part.value) for part in at.node.values if part.__class__ is _ast.Constant]
    pending += [_At(part) for part in fields]
    if not fields:
        return [Named(at.node, "".join(pieces), at.names, True, at.is_compared, at.is_strict)]
    # A field stands for something that no form of a credential has.
    whole = "".join(str(part.value) if part.__class__ is _ast.Constant else "{}" for part in at.node.values)
    pieces_named = [Named(at.node, piece, at.names, False, at.is_compared, at.is_strict) for piece in pieces]
    return [Named(at.node, whole, (), False), *pieces_named]


def _concatenated(node: Any) -> str | None:
    """The text of constants joined by `+`; None where something else is among them."""
    parts: list[str] = []
    while node.__class__ is _ast.BinOp and node.op.__class__ is _ast.Add:
        right = _plain(node.right)
        if right is None:
            return None
        parts.append(right)
        node = node.left
    left = _plain(node)
    return None if left is None else left + "".join(reversed(parts))


def _plain(node: Any) -> str | None:
    if node.__class__ is _ast.JoinedStr:
        parts: list[Any] = node.values
        is_constant = all(part.__class__ is _ast.Constant for part in parts)
        return "".join(str(part.value) for part in parts) if is_constant else None
    return _text_of(node.value) if node.__class__ is _ast.Constant else None


def names_in(target: Any) -> tuple[str, ...]:
    """The names by which an expression says what it holds: of a variable, an attribute, a key."""
    match target:
        case _ast.Name(id=name) | _ast.Attribute(attr=name):
            return (str(name),)
        case _ast.Subscript(slice=_ast.Constant(value=str() as key)):
            return (key,)
        case _ast.Subscript(value=inner) | _ast.Starred(value=inner) | _ast.Await(value=inner):
            return names_in(inner)
        case _ast.NamedExpr(target=inner):
            return names_in(inner)
        case _ast.Call(func=_ast.Attribute(attr="encode" | "decode" | "strip" | "lower", value=inner), args=_):
            return names_in(inner)
        case _ast.Call(args=[_ast.Constant(value=str() as key), *_], func=function) if _last(function) in _ASKING:
            return (key,)
        case _ast.Call(func=function, args=[]) if _last(function).startswith("get_"):
            return (_last(function)[4:],)
    return ()


def _is_text(node: Any) -> bool:
    return node.__class__ is _ast.Constant and node.value.__class__ is str


def _last(function: Any) -> str:
    match function:
        case _ast.Name(id=name) | _ast.Attribute(attr=name):
            return str(name)
    return ""


def _assignment(at: _At) -> list[_At]:
    node = at.node
    pending = [_At(target) for target in node.targets]
    for target in node.targets:
        pending += _paired(target, node.value)
    return pending


def _paired(target: Any, value: Any) -> list[_At]:
    """A value with the names of its target, element by element where both are written out."""
    if isinstance(target, (_ast.Tuple, _ast.List)):
        if isinstance(value, (_ast.Tuple, _ast.List)) and len(target.elts) == len(value.elts):
            return [pair for t, v in zip(target.elts, value.elts, strict=True) for pair in _paired(t, v)]
        return [_At(value)]
    return [_At(value, names_in(target))]


def _binding(at: _At) -> list[_At]:
    """Annotated and augmented assignments, and `:=`."""
    node = at.node
    return [_At(node.target), _At(node.value, names_in(node.target))] if node.value is not None else [_At(node.target)]


def _call(at: _At) -> list[_At]:
    node = at.node
    function = node.func
    last = _last(function)
    keys: list[str] = [argument.value for argument in node.args if _is_text(argument)]
    asked = keys[:1] if node.args and node.args[0].__class__ is _ast.Constant else []
    pending = []
    for keyword in node.keywords:
        names: tuple[str, ...] = (keyword.arg,) if keyword.arg else ()
        if keyword.arg in ("default", "fallback", "value", "initial", "const"):
            # `env("SECRET", default="…")`, `add_argument("--password", default="…")`
            names = (*keys[:3], *at.names) if last in _ASKING or last in _DECLARING else ()
        pending.append(_At(keyword.value, names))
    match function:
        case _ast.Attribute(value=receiver, attr="encode" | "decode" | "strip"):
            pending.append(_At(receiver, at.names, at.is_compared, at.is_strict))
        case _ast.Attribute(value=receiver):
            pending.append(_At(receiver))
        case _ast.Name():
            pass
        case _:
            pending.append(_At(function))
    for position, argument in enumerate(node.args):
        pending.append(_At(argument, _names_of_argument(at, last, position, asked, node.args), at.is_compared))
    return pending


def _names_of_argument(at: _At, last: str, position: int, asked: list[str], arguments: list[Any]) -> tuple[str, ...]:
    if last in _WRAPPING and position == 0:
        return at.names
    if last in _ASKING and position == 1 and asked:
        return (asked[0], *at.names) if last in _ENVIRONMENT or _is_environment(arguments) else (asked[0],)
    if last in _STORING and position == 1 and asked:
        return (asked[0],)
    if last in ("setattr", "getattr") and position == 2 and arguments[1].__class__ is _ast.Constant:
        return (str(arguments[1].value),)
    if last in _LOGINS and position == 1:
        return ("password",)
    return ()


def _is_environment(arguments: list[Any]) -> bool:
    """Whether the key that is asked for is written like a variable of the environment."""
    key = arguments[0].value if arguments[0].__class__ is _ast.Constant else ""
    return isinstance(key, str) and key.isupper()


_ENVIRONMENT = frozenset({"getenv", "env", "environ"})
_ASKING = _ENVIRONMENT | {"get", "pop", "setdefault", "config", "str", "get_secret", "get_config", "conf"}
_DECLARING = frozenset({"add_argument", "option", "add_option", "Option", "argument", "define"})
_STORING = frozenset({"setdefault", "put", "set", "setenv", "set_option", "__setitem__"})
_WRAPPING = frozenset(
    "b64decode b64encode urlsafe_b64decode standard_b64decode b32decode unhexlify a2b_hex a2b_base64 fromhex SecretStr "
    "SecretBytes Secret Password bytes bytearray str force_bytes force_str to_bytes to_text quote "
    "quote_plus Fernet".split()
)
_LOGINS = frozenset(
    {"HTTPBasicAuth", "BasicAuth", "HTTPDigestAuth", "HTTPProxyAuth", "login", "set_basic_auth", "basic_auth"}
)


def _dictionary(at: _At) -> list[_At]:
    pending = []
    plural = tuple(name for name in at.names if name.lower().endswith(_PLURALS))
    for key, value in zip(at.node.keys, at.node.values, strict=True):
        if key.__class__ is _ast.Constant and key.value.__class__ is str:
            pending.append(_At(value, (key.value, *plural), is_strict=bool(plural)))
        elif key.__class__ is _ast.Constant and key.value.__class__ is bytes:
            pending.append(_At(value, (key.value.decode("latin-1"),)))
        else:
            pending.append(_At(value, names_in(key) or plural, is_strict=bool(plural)))
        if key is not None:
            pending.append(_At(key))
    return pending


_PLURALS = ("passwords", "secrets", "tokens", "keys", "credentials", "passwds")


def _sequence(at: _At) -> list[_At]:
    elements = at.node.elts
    if at.node.__class__ is _ast.Tuple and len(elements) == 2 and any(n.lower().endswith("auth") for n in at.names):
        return [_At(elements[0]), _At(elements[1], ("password",))]  # `auth=("user", "…")`
    names = tuple(name for name in at.names if name.lower().endswith(_PLURALS))
    if len(elements) == 2 and elements[0].__class__ is _ast.Constant and elements[0].value.__class__ is str:
        return [_At(elements[0]), _At(elements[1], (elements[0].value, *names), is_strict=True)]  # `("password", "…")`
    return [_At(element, names, is_strict=True) for element in elements]


def _comparison(at: _At) -> list[_At]:
    node = at.node
    sides = [node.left, *node.comparators]
    if len(sides) != 2 or node.ops[0].__class__ not in (_ast.Eq, _ast.NotEq):
        return [_At(side) for side in sides]
    left, right = sides
    return [_At(left, names_in(right), True), _At(right, names_in(left), True)]


def _alternatives(at: _At) -> list[_At]:
    """`a or b`: what the one is, the other is instead."""
    values = at.node.values
    names = at.names
    if at.node.op.__class__ is _ast.Or:
        names = (*names, *(name for value in values for name in names_in(value)))
        return [_At(value, names, at.is_compared, at.is_strict) for value in values]
    return [_At(value) for value in values]


def _conditional(at: _At) -> list[_At]:
    node = at.node
    return [
        _At(node.test),
        at._replace(node=node.body),
        at._replace(node=node.orelse),
    ]


def _parameters(at: _At) -> list[_At]:
    parameters = at.node
    positional = [*parameters.posonlyargs, *parameters.args]
    given = positional[len(positional) - len(parameters.defaults) :]
    pairs = [
        *zip(given, parameters.defaults, strict=True),
        *zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True),
    ]
    pending = [_At(default, (parameter.arg,)) for parameter, default in pairs if default is not None]
    every = [*positional, *parameters.kwonlyargs, parameters.vararg, parameters.kwarg]
    return pending + [_At(p.annotation) for p in every if p is not None and p.annotation is not None]


def _sum(at: _At) -> list[_At]:
    """`"abc" + rest` and `"…" % x`: pieces of a text."""
    names = at.names if at.node.op.__class__ is _ast.Add else ()
    return [_At(at.node.left, names, is_strict=True), _At(at.node.right, names, is_strict=True)]


_OPENERS: dict[type[Any], Any] = {
    _ast.Assign: _assignment,
    _ast.AnnAssign: _binding,
    _ast.AugAssign: _binding,
    _ast.NamedExpr: _binding,
    _ast.Call: _call,
    _ast.Dict: _dictionary,
    _ast.Tuple: _sequence,
    _ast.List: _sequence,
    _ast.Set: _sequence,
    _ast.Compare: _comparison,
    _ast.BoolOp: _alternatives,
    _ast.IfExp: _conditional,
    _ast.arguments: _parameters,
    _ast.BinOp: _sum,
    _ast.Await: lambda at: [at._replace(node=at.node.value)],
}
