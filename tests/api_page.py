"""``docs/api.md``: the public names with their signatures, fields and docstrings, read from the source.

From the source and not from the objects: annotations and defaults are shown as they are written, whatever Python runs
this, and a field's docstring is there only.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from typing import TYPE_CHECKING, NamedTuple

import prodlint
import prodlint.facts
import prodlint.project
import prodlint.registry
import prodlint.report
import prodlint.rule
import prodlint.testing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_HEAD = """\
# API

Every public name, made from the docstrings. The [library](library.md) page shows by examples how they are used, and
[writing a rule](writing-a-rule.md) those for authors of rules. All values are frozen and can be pickled.
"""
_RULES = (
    "Rule", "Fixed", "Docstring", "Addition", "Calls", "Handlers", "Functions", "Classes", "Assignments", "Strings",
    "Docstrings", "Comments", "Secrets", "Module", "WholeTree", "ProjectFiles", "Project",
)  # fmt: skip
_LONGEST = 100
"""The characters of a signature that stay on one line."""


class _Part(NamedTuple):
    title: str
    module: ModuleType
    names: tuple[str, ...]


def _parts() -> list[_Part]:
    """What is public, functions first: with `prodlint`, what its `__all__` says."""
    rules = ("Rule", "Fixed", "Site")
    names = [name for name in prodlint.__all__ if not name.startswith("_") and name not in rules]
    functions = [name for name in names if inspect.isfunction(getattr(prodlint, name))]
    values = [name for name in names if name not in functions]
    return [
        _Part("Check, fix, explain", prodlint, tuple(functions)),
        _Part("What goes in and comes out", prodlint, tuple(values)),
        _Part("Reports as text", prodlint.report, ("render", "View", "RulePage")),
        _Part("Known rules", prodlint.registry, ("built_in",)),
        _Part("Rules and their visits", prodlint.rule, _RULES),
        _Part("What a rule sees", prodlint, ("Site",)),
        _Part("What a rule can ask", prodlint.facts, _public(prodlint.facts, {"FileFacts"})),
        _Part("Rules about other files", prodlint.project, _public(prodlint.project, set())),
        _Part("Tests of rules", prodlint.testing, _defined(prodlint.testing)),
    ]


def _public(module: ModuleType, without: set[str]) -> tuple[str, ...]:
    names = getattr(module, "__all__", None) or _defined(module)
    return tuple(name for name in names if name not in without and callable(getattr(module, name)))


def _defined(module: ModuleType) -> tuple[str, ...]:
    return tuple(
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    )


def api_page() -> str:
    """The whole page."""
    parts = _parts()
    known = {name for part in parts for name in part.names}
    lines = [_HEAD]
    for part in parts:
        lines += [f"## {part.title}", "", f"From `{part.module.__name__}`.", ""]
        for name in part.names:
            lines += [f"### `{name}`", "", *_entry(getattr(part.module, name), name, known)]
    return "\n".join(lines)


def _entry(value: object, name: str, known: set[str]) -> Iterator[str]:
    node, source = _written(value, name)
    if isinstance(node, ast.FunctionDef):
        yield from ("```python", _signature(node, source), "```", "")
        yield from (_prose(node, known), "")
        return
    assert isinstance(node, ast.ClassDef)
    made = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if made is not None and name in ("Rule", "Config", "Registry"):  # which callers make themselves
        yield from ("```python", _signature(made, source, name), "```", "")
    yield from (_prose(node, known), "")
    members = [*_members(node, source)]
    if any(text for _, text in members):
        yield from ("| member | what it is |", "|---|---|", *(_row(shown, text, known) for shown, text in members), "")
    elif members:
        yield from ("```python", *(shown for shown, _ in members), "```", "")


def _written(value: object, name: str) -> tuple[ast.stmt, str]:
    """The definition of a public name, and the source of its module."""
    module = sys.modules[value.__module__]
    source = inspect.getsource(module)
    return next(n for n in ast.parse(source).body if getattr(n, "name", "") == name), source


def _members(node: ast.ClassDef, source: str) -> Iterator[tuple[str, str]]:
    """Each field, property, method and member of an enumeration, with its docstring."""
    for statement, after in zip(node.body, [*node.body[1:], None], strict=True):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=field)) if not field.startswith("_"):
                default = f" = {_text(statement.value, source)}" if statement.value else ""
                yield f"{field}: {_text(statement.annotation, source)}{default}", _docstring_after(after)
            case ast.Assign(targets=[ast.Name(id=member)]) if member.isupper():
                yield f"{member} = {_text(statement.value, source)}", _docstring_after(after)
            case ast.FunctionDef(name=method) if not method.startswith("_"):
                is_property = any(_text(d, source) == "property" for d in statement.decorator_list)
                shown = f"{method}: {_text(statement.returns, source)}" if is_property else _line(statement, source)
                yield shown, ast.get_docstring(statement) or ""


def _docstring_after(statement: ast.stmt | None) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
    return ""


def _row(shown: str, text: str, known: set[str]) -> str:
    cell = _linked(" ".join(text.split()), known)
    return f"| `{_escaped(shown)}` | {_escaped(cell)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _signature(node: ast.FunctionDef, source: str, name: str = "") -> str:
    line = _line(node, source, name)
    if len(line) <= _LONGEST:
        return line
    parameters = ",\n    ".join(_parameters(node, source))
    return f"{name or node.name}(\n    {parameters},\n){_result(node, source, name)}"


def _line(node: ast.FunctionDef, source: str, name: str = "") -> str:
    return f"{name or node.name}({', '.join(_parameters(node, source))}){_result(node, source, name)}"


def _result(node: ast.FunctionDef, source: str, name: str) -> str:
    return "" if name or node.returns is None else f" -> {_text(node.returns, source)}"


def _parameters(node: ast.FunctionDef, source: str) -> list[str]:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(positional) - len(given.defaults)) + given.defaults
    shown = [_parameter(*pair, source) for pair in zip(positional, defaults, strict=True) if pair[0].arg != "self"]
    if given.vararg:
        shown.append("*" + _parameter(given.vararg, None, source))
    elif given.kwonlyargs:
        shown.append("*")
    return shown + [_parameter(*pair, source) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True)]


def _parameter(argument: ast.arg, default: ast.expr | None, source: str) -> str:
    annotation = f": {_text(argument.annotation, source)}" if argument.annotation else ""
    equals = " = " if annotation else "="
    return argument.arg + annotation + (f"{equals}{_text(default, source)}" if default else "")


def _text(node: ast.expr | None, source: str) -> str:
    return " ".join((ast.get_source_segment(source, node) or "").split()) if node else "None"


def _prose(node: ast.FunctionDef | ast.ClassDef, known: set[str]) -> str:
    return _linked(textwrap.dedent(ast.get_docstring(node) or ""), known - {node.name})


def _linked(text: str, known: set[str]) -> str:
    """Docstring to Markdown: names of this page become links to their places."""
    text = text.replace("``", "`")

    def link(match: re.Match[str]) -> str:
        return f"[{match[0]}](#{match[1].lower()})" if match[1] in known and match[1] != "Module" else match[0]

    return re.sub(r"`(\w+)`", link, text)
