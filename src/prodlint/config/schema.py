"""The table of keys and the rules' options in, a JSON schema of the configuration out (draft 7, as editors read it).

It accepts what the parser accepts, but for two things that no schema can tell: whether the brackets of a pattern close,
and what a rule says of its options together.
"""

from __future__ import annotations

from prodlint.config.keys import (
    CONTEXT,
    ENTRY,
    EVERYWHERE,
    EVIDENCE_FORMATS,
    FORMAT,
    GATE,
    OPTION,
    PATTERN,
    RULE,
    Key,
    Kind,
)
from prodlint.config.options import fields_of
from prodlint.config.values import LOCKING_NOTHING, refusal_to_ignore
from prodlint.light_typing import TYPE_CHECKING, Any
from prodlint.model import Context, Severity
from prodlint.registry import EVERYTHING
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prodlint.registry import Registry
    from prodlint.rule import Rule

Schema = dict[str, Any]


def schema(registry: Registry) -> Schema:
    """The schema of what `prodlint.toml` holds, or the table `[tool.prodlint]`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "prodlint configuration",
        "description": "`prodlint.toml`, `.prodlint.toml`, or the table `[tool.prodlint]` of `pyproject.toml`.",
        **_table((), registry),
        "definitions": _definitions(registry),
    }


def schema_text(registry: Registry) -> str:
    """The schema as the text of a JSON file."""
    import json  # for this only

    return json.dumps(schema(registry), indent=2, ensure_ascii=False) + "\n"


def _table(template: tuple[str, ...], registry: Registry) -> Schema:
    """A table whose keys are those that follow ``template`` in the table of keys."""
    depth = len(template)
    below = [key for key in EVERYWHERE if key.path[:depth] == template and len(key.path) > depth]
    properties: Schema = {}
    found: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    for step in dict.fromkeys(key.path[depth] for key in below):
        path = (*template, step)
        key = next((key for key in below if key.path == path), None)
        if step == PATTERN and key:
            found |= {"additionalProperties": _value(key), "propertyNames": {"pattern": _PATTERN_KEY}}
        elif step == CONTEXT and key:
            properties |= {context.value: _value(key) for context in Context}
        elif step == GATE and key:
            found["additionalProperties"] = _value(key)
        elif step == FORMAT and key:
            properties |= {name: _value(key) for name in EVIDENCE_FORMATS}
        elif step == RULE:
            properties |= {rule.name: _rule(rule, path) for rule in registry.rules}
        elif key:
            properties[step] = _value(key)
        elif any(key.path[depth + 1] == ENTRY for key in below if key.path[depth] == step):
            entry = {**_table((*path, ENTRY), registry), "required": ["paths"]}
            properties[step] = {"type": "array", "items": entry}
        else:
            properties[step] = _table(path, registry)
    if not properties:
        del found["properties"]
    return found


def _rule(rule: Rule, template: tuple[str, ...]) -> Schema:
    """The table of one rule: the keys of every rule, and the options of its own."""
    properties: Schema = {}
    if rule is not UNREADABLE_SOURCE:
        keys = [key for key in EVERYWHERE if key.path[:-1] == template and key.path[-1] != OPTION]
        properties |= {key.path[-1]: _value(key) for key in keys}
    meanings = _meanings(rule)
    for name, field in fields_of(rule).items():
        properties[name] = {**field.schema(), **_described(meanings.get(field.name, ""))}
    return {
        "type": "object",
        "description": f"{rule.code}: {rule.summary}",
        "additionalProperties": False,
        "properties": properties,
    }


def _value(key: Key) -> Schema:
    # In draft 7 nothing counts beside a `$ref`.
    name = key.kind.name.lower()
    if key.kind is Kind.SELECTORS and any("ignore" in part for part in key.path):
        name = "ignored"
    elif key.path[0] == "locked":
        name = "locked"
    return {"allOf": [{"$ref": f"#/definitions/{name}"}], **_described(key.summary)}


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


_PATTERN = r"^(?!#)(?!!?/? *$)[^\n]+$"
_FILLED = r"^[^\0]*[^\s\0][^\0]*$"
_MODULE = r"^[^\W\d]\w*(\.[^\W\d]\w*)*$"
_PATTERN_KEY = r"^(?!!?#)(?!!?!?/? *$)[^\n]+$"


def _definitions(registry: Registry) -> Mapping[str, Schema]:
    words = _selectors(registry)
    harmless = [word for word in words if not refusal_to_ignore(word, registry)]
    listed: Schema = {"type": "array", "items": {"type": "string", "pattern": _FILLED}}
    return {
        Kind.SELECTORS.name.lower(): {"type": "array", "items": {"enum": words}},
        "ignored": {"type": "array", "items": {"enum": harmless}},
        Kind.PATTERNS.name.lower(): {"type": "array", "items": {"type": "string", "pattern": _PATTERN}},
        Kind.SEVERITY.name.lower(): {"enum": [severity.value for severity in Severity]},
        Kind.CONTEXTS.name.lower(): {"type": "array", "items": {"enum": [context.value for context in Context]}},
        Kind.FILE.name.lower(): {"type": "string", "minLength": 1},
        Kind.EDITION.name.lower(): {"enum": [edition.name for edition in registry.editions]},
        Kind.MODULES.name.lower(): {"type": "array", "items": {"type": "string", "pattern": _MODULE}},
        Kind.SWITCH.name.lower(): {"type": "boolean"},
        Kind.EXPRESSION.name.lower(): {"type": "string", "format": "regex"},
        Kind.GENERATED.name.lower(): {"enum": ["check", "skip"]},
        Kind.DAYS.name.lower(): {"type": "integer", "minimum": 1},
        "locked": {"type": "array", "items": {"enum": [word for word in words if word not in LOCKING_NOTHING]}},
        **{kind.name.lower(): listed for kind in (Kind.STANDARDS, Kind.CLAUSES, Kind.FILES)},
        Kind.ATTESTATIONS.name.lower(): {"type": "array", "items": {"type": "object"}},
    }


def _selectors(registry: Registry) -> list[str]:
    """Every word that selects a rule."""
    names = [rule.name for rule in registry.rules]
    families = dict.fromkeys(rule.family for rule in registry.rules)
    codes = sorted({rule.code[:length] for rule in registry.rules for length in (3, 4, 5, 6)})
    return [EVERYTHING, *families, *names, *codes]


def _meanings(rule: Rule) -> dict[str, str]:
    """The docstring below each field of a rule's options, in the source of their class or of one that it extends."""
    meanings: dict[str, str] = {}
    for owner in reversed(rule.options.__mro__ if rule.options else ()):
        meanings |= _field_meanings(owner)
    return meanings


def _field_meanings(owner: type[Any]) -> dict[str, str]:
    import ast  # for this only
    import inspect
    import itertools
    import textwrap

    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    except (OSError, TypeError, SyntaxError):  # a built-in class has no source, and a pack may come without its own
        return {}
    meanings = {}
    for field, text in itertools.pairwise(tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else ()):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as meaning)):
                meanings[name] = " ".join(meaning.replace("``", "`").split())
    return meanings
