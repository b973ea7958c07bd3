"""A module's tree in, what stands at its top out: imports in isort's order of sections, and where code begins."""

from __future__ import annotations

import _ast
import re
import sys

from prodlint.facts.statements import first_line, is_docstring
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prodlint.source import Source

FUTURE, STANDARD, THIRD, FIRST, LOCAL = range(5)
_ONLY_AST = 0x400  # `ast.PyCF_ONLY_AST`, without the import of `ast`


class Key(NamedTuple):
    """What isort sorts an import by: section, ``import`` before ``from``, module in lower case, numbers as numbers.

    Several of one module, which it keeps apart where names are renamed, go by their first names.
    """

    section: int
    is_from: bool
    module: tuple[tuple[int, int, str], ...]
    name: tuple[int, str]


def key_of(node: Any, source: Source) -> Key:
    """The key of an import statement; one of several modules is sorted by its first."""
    is_from = isinstance(node, _ast.ImportFrom)
    module = "." * node.level + (node.module or "") if is_from else node.names[0].name
    # isort sorts `.._x` before `.x`, and a module's own package before what is in it.
    dots = re.sub(r"^\.+", lambda found: found[0] + "_", module)
    return Key(_section(module, source), is_from, _natural(dots), name_key(node.names[0].name) if is_from else (0, ""))


def name_key(name: str) -> tuple[int, str]:
    """isort's order of names in a `from` import: constants, classes, the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.split(r"(\d+)", text.lower())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def _section(module: str, source: Source) -> int:
    if module == "__future__":
        return FUTURE
    if module.startswith("."):
        return LOCAL
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return STANDARD
    # First party is what the file itself lies in; of anything else no other file is asked.
    return FIRST if top in re.split(r"[\\/]", source.path)[:-1] else THIRD


def import_lines(lines: Iterable[str]) -> Iterator[tuple[Any, Any, str]]:
    """Each name that import statements, given as lines, bring in: the statement, the alias, and a line of its own.

    Raises ValueError for a line that is no import.
    """
    for line in lines:
        body = compile(line, "<import>", "exec", _ONLY_AST, dont_inherit=True).body
        if len(body) != 1 or not isinstance(body[0], (_ast.Import, _ast.ImportFrom)):
            raise ValueError(f"{line!r} is no import statement")
        statement = body[0]
        for alias in statement.names:
            renamed = f" as {alias.asname}" if alias.asname else ""
            lead = "import "
            if isinstance(statement, _ast.ImportFrom):
                lead = f"from {'.' * statement.level}{statement.module or ''} import "
            yield statement, alias, f"{lead}{alias.name}{renamed}"


def import_block(tree: _ast.Module) -> list[Any]:
    """The imports at the top: those before the first statement that is neither import nor docstring."""
    found = []
    for position, node in enumerate(tree.body):
        if isinstance(node, (_ast.Import, _ast.ImportFrom)):
            found.append(node)
        elif not (position == 0 and is_docstring(node)):
            break
    return found


def early_imports(tree: _ast.Module) -> Iterator[Any]:
    """The module's own imports above its first definition, whatever stands between them."""
    for node in tree.body:
        if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
            return
        if isinstance(node, (_ast.Import, _ast.ImportFrom)):
            yield node


def following(tree: _ast.Module, line: int) -> Any:
    """The first statement that begins at or behind a line, or None."""
    for node in tree.body:
        decorators = getattr(node, "decorator_list", None)
        if (decorators[0] if decorators else node).lineno >= line:
            return node
    return None


def end_of_line(node: Any, tree: _ast.Module, source: Source) -> int:
    """The offset behind the line that a module's statement ends on, and behind others that `;` joins to it."""
    last: int = node.end_lineno
    for other in tree.body:
        if other.lineno > last:
            break
        last = max(last, other.end_lineno or 0)
    return source.offset(last + 1, 1)


def top_of_code(tree: _ast.Module, source: Source) -> tuple[int, bool]:
    """Where a module without imports has its first: below docstring or heading comments; and whether below a docstring.

    A comment right above code heads the file, too, as isort sees it, unless it hides a violation of that code.
    """
    body = tree.body
    if body and is_docstring(body[0]):
        return end_of_line(body[0], tree, source), True
    number = 1
    while source.line(number).lstrip().startswith("#") and not _SUPPRESSION.match(source.line(number).lstrip()):
        number += 1
    while 1 < number < source.line_count and not source.line(number).strip():
        number += 1
    return source.offset(number, 1), False


_SUPPRESSION = re.compile(r"#+[ \t]*(?:prodlint:|noqa\b)", re.IGNORECASE)


def indentation(tree: _ast.Module, source: Source) -> str:
    """What a module indents by: what stands before the first statement in one of its own."""
    for statement in tree.body:
        block = getattr(statement, "body", None)
        if block and first_line(block[0]) > statement.lineno:
            line = source.line(first_line(block[0]))
            return line[: len(line) - len(line.lstrip(" \t\f"))].lstrip("\f") or "    "
    return "    "


def newline_at(source: Source, line: int) -> str:
    """The newline that ends a line, or the file's first if that has none."""
    found = re.compile(r"\r\n|\r|\n").search(source.text, source.offset(max(line, 1), 1))
    found = found or re.search(r"\r\n|\r|\n", source.text)
    return found[0] if found else "\n"
