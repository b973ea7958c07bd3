"""Where a module's new imports and statements go: imports where isort would put them, statements behind the imports.

isort's defaults (https://pycqa.github.io/isort/docs/configuration/options.html): sections future, standard library,
third party, first party, local, an empty line between them; in a section ``import x`` before ``from x import y``, each
sorted by module without regard to case.
"""

from __future__ import annotations

import _ast
import sys

from prodlint.light_typing import TYPE_CHECKING, Any
from prodlint.model import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.source import Source

_FUTURE, _STANDARD, _THIRD, _LOCAL = range(4)


def insertions(
    source: Source, tree: _ast.Module, imports: Iterable[str], statements: Iterable[str]
) -> tuple[Edit, ...]:
    """The edits that add these import statements and module-level statements, each a line without its newline.

    What the module has already in the same words is not added again.
    """
    block = _import_block(tree)
    present = {_words(node, source) for node in block}
    newline = _newline(source)
    edits: list[Edit] = []
    for line in imports:
        if line not in present:
            edits.append(_import_edit(line, block, source, tree, newline))
    wanted = [line for line in statements if line not in {_words(node, source) for node in tree.body}]
    if wanted:
        edits.append(_statement_edit(wanted, source, tree, newline))
    return _joined(edits)


def _joined(edits: list[Edit]) -> tuple[Edit, ...]:
    """One edit for each place: two insertions at one place would have no order."""
    found: dict[int, Edit] = {}
    for edit in edits:
        known = found.get(edit.start)
        found[edit.start] = edit if known is None else known._replace(text=known.text + edit.text)
    return tuple(sorted(found.values()))


def _import_block(tree: _ast.Module) -> list[Any]:
    """The imports at the top: those before the first statement that is neither import nor docstring nor a guard."""
    found = []
    for position, node in enumerate(tree.body):
        if isinstance(node, (_ast.Import, _ast.ImportFrom)):
            found.append(node)
        elif not (position == 0 and _is_docstring(node)):
            break
    return found


def _is_docstring(node: Any) -> bool:
    return isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant) and isinstance(node.value.value, str)


def _words(node: Any, source: Source) -> str:
    return " ".join(source.slice(source.span(node)).split())


def _newline(source: Source) -> str:
    text = source.text
    at = text.find("\n")
    if at < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if text[at - 1 : at] == "\r" else "\n"


def _import_edit(line: str, block: list[Any], source: Source, tree: Any, newline: str) -> Edit:
    key = _line_key(line)
    before = [node for node in block if _node_key(node) < key]
    if before:
        own_section = [node for node in before if _node_key(node)[0] == key[0]]
        above = own_section[-1] if own_section else before[-1]
        opens_section = not own_section and not any(_node_key(node)[0] == key[0] for node in block)
        text = (newline if opens_section else "") + line + newline
        return _line_edit(source.offset(above.end_lineno + 1, 1), text, source, newline)
    if block:
        below = block[0]
        gap = newline if all(_node_key(node)[0] != key[0] for node in block) else ""
        offset = source.offset(below.lineno, 1)
        return Edit(offset, offset, line + newline + gap)
    return _first_import(line, source, tree, newline)


def _line_edit(offset: int, text: str, source: Source, newline: str) -> Edit:
    if offset == len(source.text) and not source.text.endswith(("\n", "\r")):
        return Edit(offset, offset, newline + text.removesuffix(newline))
    return Edit(offset, offset, text)


def _first_import(line: str, source: Source, tree: Any, newline: str) -> Edit:
    """Below the docstring, or the comments at the top; above everything else."""
    body = tree.body
    if body and _is_docstring(body[0]):
        offset = source.offset(body[0].end_lineno + 1, 1)
        return _line_edit(offset, newline + line + newline, source, newline)
    number = 1
    while number <= source.line_count and source.line(number).lstrip().startswith("#"):
        number += 1
    if not source.line(number).strip() and number > 1 and number < source.line_count:
        number += 1
    offset = source.offset(number, 1)
    return _line_edit(offset, line + newline + newline, source, newline)


def _statement_edit(lines: list[str], source: Source, tree: Any, newline: str) -> Edit:
    text = newline + newline.join(lines) + newline
    opening = _opening(tree)
    if opening:
        return _line_edit(source.offset(opening[-1].end_lineno + 1, 1), text, source, newline)
    only = _first_import("", source, tree, newline)
    return only._replace(text=text if only.text.startswith(newline) else newline.join(lines) + newline + newline)


def _opening(tree: Any) -> list[Any]:
    """The statements at the top behind which a module's own begin: imports, also those in an `if` or `try`."""
    found: list[Any] = []
    for position, node in enumerate(tree.body):
        if isinstance(node, (_ast.Import, _ast.ImportFrom)) or _imports_only(node):
            found.append(node)
        elif not (position == 0 and _is_docstring(node)):
            break
    return found


def _imports_only(node: Any) -> bool:
    if isinstance(node, _ast.If):
        return all(isinstance(inner, (_ast.Import, _ast.ImportFrom)) for inner in node.body)
    return isinstance(node, _ast.Try) and any(isinstance(inner, (_ast.Import, _ast.ImportFrom)) for inner in node.body)


def _line_key(line: str) -> tuple[int, int, str]:
    words = line.split()
    return _section(words[1]), words[0] == "from", words[1].lower()


def _node_key(node: Any) -> tuple[int, int, str]:
    if isinstance(node, _ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return _section(module), 1, module.lower()
    return _section(node.names[0].name), 0, node.names[0].name.lower()


def _section(module: str) -> int:
    if module == "__future__":
        return _FUTURE
    if module.startswith("."):
        return _LOCAL
    return _STANDARD if module.partition(".")[0] in sys.stdlib_module_names else _THIRD
