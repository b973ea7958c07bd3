"""``docs/json.md``: a JSON report as it is printed, and the members that the schemas in ``docs/`` describe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prodlint import check_source, fix_violation
from prodlint.report import View, render

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCS = Path(__file__).resolve().parent.parent / "docs"
_HEAD = """\
# JSON reports

What programs read of prodlint, member by member, made from the schemas. [Formats](formats.md#json) says how a report is
asked for, [the policy](policy.md) how that of a standard is. Members may be added at any time: ignore those you do not
know. `version` rises when one changes its meaning or disappears.

- [report.schema.json](report.schema.json), for `prodlint --format json`; the lines of `jsonl` are its `violations`
- [policy.schema.json](policy.schema.json), for `prodlint policy` and `prodlint gate`
- [configuration.schema.json](configuration.schema.json), for the [configuration](configuration.md), for editors
"""
_EXAMPLE = "try:\n    go()\nexcept:\n    raise\n"


def json_page() -> str:
    """The whole page."""
    config = {"select": ["bare-except"]}
    report = check_source(_EXAMPLE, "shop/cart.py", config=config)
    # A run for this format makes the fixes, too.
    fixes = [fix_violation(_EXAMPLE, "shop/cart.py", violation, config=config).fix for violation in report.violations]
    violations = tuple(v._replace(fix=fix) for v, fix in zip(report.violations, fixes, strict=True))
    report = report._replace(violations=violations)
    shown = json.dumps(json.loads("".join(render(report, "json", View()))), indent=2)
    lines = [_HEAD, "## A report", "", "Here laid out for reading; printed is a line for each violation.", ""]
    lines += ["```json", shown, "```", ""]
    for title, name in (("Members of a report", "report"), ("Members of a policy's report", "policy")):
        schema = json.loads((_DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
        lines += [f"## {title}", "", "| member | type | meaning |", "|---|---|---|", *_rows(schema, schema, ""), ""]
    return "\n".join(lines)


def _rows(node: dict[str, Any], schema: dict[str, Any], prefix: str) -> Iterator[str]:
    """A row for each member of an object, each followed by those of its value."""
    for name, member in node.get("properties", {}).items():
        value = _resolved(member, schema)
        path = prefix + name
        optional = "" if name in node.get("required", ()) else ", may be missing"
        meaning = value.get("description", "").replace("|", "\\|")
        yield f"| `{path}` | {_type(value, schema)}{optional} | {meaning} |"
        yield from _below(value, schema, path)


def _below(value: dict[str, Any], schema: dict[str, Any], path: str) -> Iterator[str]:
    for choice in value.get("oneOf", (value,)):
        kind = _resolved(choice, schema)
        if kind.get("type") == "array":
            yield from _below(_resolved(kind.get("items", {}), schema), schema, f"{path}[]")
        else:
            yield from _rows(kind, schema, f"{path}.")


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to; what it says itself comes first."""
    if "$ref" not in node:
        return node
    referred: dict[str, Any] = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return {**_resolved(referred, schema), **{key: value for key, value in node.items() if key != "$ref"}}


def _type(value: dict[str, Any], schema: dict[str, Any]) -> str:
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(word)}`" for word in value["enum"])
    if "oneOf" in value:
        return " or ".join(_type(_resolved(choice, schema), schema) for choice in value["oneOf"])
    kinds = value.get("type", "anything")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)
