"""The options that a rule declares in, how to read each of them out.

A rule's options are a class whose annotated fields all have defaults; the annotations are the schema. In TOML the
fields' names have hyphens.
"""

from __future__ import annotations

from enum import Enum
from types import NoneType, UnionType

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prodlint.rule import Rule


class Field(NamedTuple):
    """One option: its field's name, its key in TOML, and its type."""

    name: str
    key: str
    type: Any

    def read(self, value: object) -> object:
        """The option from what TOML gives. Raises ValueError, worded to follow the option's name."""
        if not _fits(value, self.type):
            got = f'"{value}"' if isinstance(value, str) else type_name(value)
            raise ValueError(f"must be {_expected(self.type)}, not {got}")
        return _converted(value, self.type)

    def schema(self) -> dict[str, object]:
        """The JSON schema of what `read` accepts."""
        return _schema(self.type)


def fields_of(rule: Rule) -> dict[str, Field]:
    """The rule's own options by their keys.

    Raises TypeError for a field of a type that TOML cannot give, and NameError for one that its module cannot resolve.
    """
    if rule.options is None:
        return {}
    from typing import get_type_hints  # costs a tenth of checking a small file; needed where options are configured

    fields = {}
    for name, kind in get_type_hints(rule.options).items():
        if not _is_supported(kind):
            raise TypeError(f"option {name!r} of rule {rule.name} has the unsupported type {kind!r}")
        key = name.replace("_", "-")
        fields[key] = Field(name, key, kind)
    return fields


def build(rule: Rule, values: Mapping[str, object]) -> Any:
    """The rule's options with ``values``, by their keys, in place of the defaults; None for a rule without options.

    Raises ValueError when the options refuse the values.
    """
    if rule.options is None:
        return None
    return rule.options(**{key.replace("-", "_"): value for key, value in values.items()})


def shown(options: Any) -> str:
    """Options as text that depends on nothing but their values: the same in every process."""
    if options is None:
        return ""
    names = getattr(type(options), "_fields", None) or tuple(type(options).__annotations__)
    return ", ".join(f"{name.replace('_', '-')} = {to_toml(getattr(options, name))}" for name in names)


def to_toml(value: object) -> str:
    """A configuration value as it would be written in TOML; None, which TOML lacks, is ``unset``."""
    match value:
        case None:
            return "unset"
        case bool():
            return "true" if value else "false"
        case Enum():
            return to_toml(value.value)
        case str():
            return '"' + "".join(map(_escaped, value)) + '"' if not value.isprintable() else _quoted(value)
        case frozenset() | set():
            return f"[{', '.join(sorted(to_toml(item) for item in value))}]"
        case tuple() | list():
            return f"[{', '.join(to_toml(item) for item in value)}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {to_toml(item)}' for key, item in value.items())} }}"
    return str(value)


def _quoted(text: str) -> str:
    return '"' + text.translate(_ESCAPES) + '"'


def _escaped(character: str) -> str:
    """A character of a string as TOML writes it so that nothing in it can steer a terminal."""
    if character.isprintable():
        return character.translate(_ESCAPES)
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"'}


def type_name(value: object) -> str:
    """The type of a TOML value, with its article."""
    for kind, name in _NAMES:
        if isinstance(value, kind):
            return name
    return "a date or time"


_NAMES: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a float"),
    (str, "a string"),
    ((list, tuple), "a list"),
    (dict, "a table"),
)


def _is_supported(kind: Any) -> bool:
    if kind in (bool, int, float, str) or _is_enum(kind):
        return True
    if item := _item_type(kind):
        return _is_supported(item)
    inner = _without_none(kind)
    return inner is not kind and _is_supported(inner)


def _fits(value: object, kind: Any) -> bool:
    kind = _without_none(kind)
    if item := _item_type(kind):
        return isinstance(value, list | tuple) and all(_fits(each, item) for each in value)
    if _is_enum(kind):
        return value in [member.value for member in kind]
    # True is an int for Python and not for TOML; a whole number is a float for people.
    return isinstance(value, (int, float) if kind is float else kind) and (kind is bool or not isinstance(value, bool))


def _converted(value: Any, kind: Any) -> object:
    kind = _without_none(kind)
    if item := _item_type(kind):
        return tuple(_converted(each, item) for each in value)
    return kind(value) if _is_enum(kind) or kind is float else value


def _expected(kind: Any) -> str:
    kind = _without_none(kind)
    if item := _item_type(kind):
        return f"a list, each item {_expected(item)}"
    if _is_enum(kind):
        *first, last = [to_toml(member) for member in kind]
        return f"{', '.join(first)} or {last}" if first else last
    return {bool: "true or false", int: "an integer", float: "a number", str: "a string"}[kind]


def _schema(kind: Any) -> dict[str, object]:
    kind = _without_none(kind)
    if item := _item_type(kind):
        return {"type": "array", "items": _schema(item)}
    if _is_enum(kind):
        return {"enum": [member.value for member in kind]}
    return {"type": {bool: "boolean", int: "integer", float: "number", str: "string"}[kind]}


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _item_type(kind: Any) -> Any:
    """What a ``tuple[X, ...]`` holds; None for any other type."""
    from typing import get_args, get_origin  # as in `fields_of`

    arguments = get_args(kind)
    return arguments[0] if get_origin(kind) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis else None


def _without_none(kind: Any) -> Any:
    """X of ``X | None``, which a configuration gives or leaves out; any other type as it is."""
    from typing import Union, get_args, get_origin  # as in `fields_of`

    if get_origin(kind) not in (Union, UnionType):
        return kind
    rest = [argument for argument in get_args(kind) if argument is not NoneType]
    return rest[0] if len(rest) == 1 else kind
