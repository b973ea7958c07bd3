"""Where a module's new imports and statements go: imports where isort would put them, statements behind the imports.

isort's defaults (https://pycqa.github.io/isort/docs/configuration/options.html): sections future, standard library,
third party, first party, local, an empty line between them; in a section ``import x`` before ``from x import y``, each
sorted by module without regard to case. Only what is new is put in: what is there is not sorted.
"""

from __future__ import annotations

import _ast

from prodlint.facts.statements import is_docstring, opening, statements_above
from prodlint.fix.module_top import (
    THIRD,
    Key,
    early_imports,
    end_of_line,
    following,
    import_block,
    import_lines,
    key_of,
    name_key,
    newline_at,
    top_of_code,
)
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.source import Source


class _Line(NamedTuple):
    """An import statement to add."""

    key: Key
    text: str


def insertions(
    source: Source, tree: _ast.Module, imports: Iterable[str], statements: Iterable[str]
) -> tuple[Edit, ...]:
    """The edits that add these import statements and module-level statements, each a line without its newline.

    What the module has already is not added again. Raises ValueError for an import that is none.
    """
    block = import_block(tree)
    edits: dict[int, Edit] = {}
    lines: list[_Line] = []
    for statement, alias, text in import_lines(imports):
        if any(_has(node, statement, alias) for node in early_imports(tree)):
            continue
        same = next((node for node in block if _may_extend(node, statement, alias)), None)
        if same is None:
            lines.append(_Line(key_of(statement, source), text))
        else:
            _add(edits, _extension(same, alias, source))
    wanted = [line for line in statements if not _has_statement(line, tree, source)]
    if not block:
        if lines or wanted:
            _add_first(edits, sorted(set(lines)), wanted, source, tree)
        return tuple(sorted(edits.values()))
    places: dict[tuple[int, bool], list[_Line]] = {}
    for line in sorted(set(lines)):
        places.setdefault(_place(line.key, block, source), []).append(line)
    for (number, is_after), group in places.items():
        _add(edits, _import_edit(group, number, is_after, block, source, tree))
    if wanted:
        _add(edits, _statement_edit(wanted, source, tree))
    return tuple(sorted(edits.values()))


def _add(edits: dict[int, Edit], edit: Edit) -> None:
    """One edit for each place: two insertions at one place would have no order."""
    known = edits.get(edit.start)
    edits[edit.start] = edit if known is None else known._replace(text=known.text + edit.text)


def _has(node: Any, wanted: Any, alias: Any) -> bool:
    """Whether an import statement binds what is wanted under the name that is wanted."""
    return _module(node) == _module(wanted) and any(
        (known.name, known.asname) == (alias.name, alias.asname) for known in node.names
    )


def _module(node: Any) -> tuple[int, str] | None:
    return (node.level, node.module or "") if isinstance(node, _ast.ImportFrom) else None


def _may_extend(node: Any, wanted: Any, alias: Any) -> bool:
    """Whether isort would put a name into this `from` import; renamed names and stars it keeps apart."""
    return (
        isinstance(wanted, _ast.ImportFrom)
        and _module(node) == _module(wanted)
        and not any(name.asname or name.name == "*" for name in (*node.names, alias))
    )


def _extension(node: Any, alias: Any, source: Source) -> Edit:
    """The edit that adds a name to a `from` import, in its order, and on a line of its own where the others are so."""
    new = name_key(alias.name)
    above = [known for known in node.names if name_key(known.name) < new]
    is_spread = len({known.lineno for known in node.names}) == len(node.names) and node.lineno < node.names[0].lineno
    indent = source.line(node.names[0].lineno)[: node.names[0].col_offset]
    gap = f"{newline_at(source, node.lineno)}{indent}" if is_spread else " "
    if above:
        last = above[-1]
        offset = source.offset(last.end_lineno, source.column(last.end_lineno, last.end_col_offset))
        return Edit(offset, offset, f",{gap}{alias.name}")
    first = node.names[0]
    offset = source.offset(first.lineno, source.column(first.lineno, first.col_offset))
    return Edit(offset, offset, f"{alias.name},{gap}")


def _place(key: Key, block: list[Any], source: Source) -> tuple[int, bool]:
    """The number of the statement in the block that a new one goes next to, and whether it goes behind it."""
    keys = [key_of(node, source) for node in block]
    own = [number for number, known in enumerate(keys) if known.section == key.section]
    if own:
        # Where a section is in several parts the first is meant. An empty line may part third from first party, which
        # nothing else tells apart.
        is_third = key.section == THIRD
        parted = (
            n
            for n in range(1, len(own))
            if own[n] != own[n - 1] + 1 or (is_third and _are_parted(block, own[n], source))
        )
        own = own[: next(parted, len(own))]
        smaller = [number for number in own if keys[number] < key]
        return (smaller[-1], True) if smaller else (own[0], False)
    lower = [number for number, known in enumerate(keys) if known.section < key.section]
    return (lower[-1], True) if lower else (0, False)


def _are_parted(block: list[Any], number: int, source: Source) -> bool:
    """Whether an empty line stands above a statement of the block."""
    first, last = block[number].lineno, block[number - 1].end_lineno
    return any(not source.line(line).strip() for line in range(last + 1, first))


def _import_edit(
    group: list[_Line], number: int, is_after: bool, block: list[Any], source: Source, tree: _ast.Module
) -> Edit:
    near = block[number]
    newline = newline_at(source, near.lineno)
    section = key_of(near, source).section
    text = ""
    if is_after:
        text, last = _joined(group, section, newline)
        is_last = number + 1 == len(block)
        if not is_last and last != section and not _are_parted(block, number + 1, source):
            text += newline
        return _at_line(end_of_line(near, tree, source), text, source, newline)
    offset = _above(near, tree, source)
    text, last = _joined(group, group[0].key.section, newline)
    # An empty line also above a comment, so that it is seen to be about the import below it.
    if last != section or source.text.startswith("#", offset):
        text += newline
    return Edit(offset, offset, text)


def _joined(group: list[_Line], section: int, newline: str) -> tuple[str, int]:
    """The lines, an empty one between sections, behind one of this section; and the section of the last."""
    text = ""
    for line in group:
        if line.key.section != section:
            text += newline
            section = line.key.section
        text += line.text + newline
    return text, section


def _above(node: Any, tree: _ast.Module, source: Source) -> int:
    """The offset above the first import and the comments that belong to it, but below what heads the file."""
    first = tree.body[0]
    line = node.lineno
    if is_docstring(first):
        if first.end_lineno == line:
            return end_of_line(first, tree, source)
        while source.line(line - 1).lstrip().startswith("#"):
            line -= 1
    return source.offset(line, 1)


def _at_line(offset: int, text: str, source: Source, newline: str) -> Edit:
    """The insertion of whole lines at the beginning of a line, or at the end of a file that has no last newline."""
    if offset == len(source.text) and not source.text.endswith(("\n", "\r")) and source.text:
        return Edit(offset, offset, newline + text.removesuffix(newline))
    return Edit(offset, offset, text)


def _add_first(
    edits: dict[int, Edit], lines: list[_Line], statements: list[str], source: Source, tree: _ast.Module
) -> None:
    """Imports, and statements unless others open the module, below what heads the file, above everything else."""
    offset, is_below_docstring = top_of_code(tree, source)
    newline = newline_at(source, source.position(offset)[0] - 1)
    text = _joined(lines, lines[0].key.section, newline)[0] if lines else ""
    if statements and not opening(tree):
        text += (newline if lines else "") + newline.join(statements) + newline
    elif statements:
        _add(edits, _statement_edit(statements, source, tree))
    if text:
        blank = newline if is_below_docstring else ""
        _add(edits, _at_line(offset, blank + text + newline * _missing_lines(offset, tree, source), source, newline))


def _missing_lines(offset: int, tree: _ast.Module, source: Source) -> int:
    """How many empty lines are missing between an offset and the code behind it: two before definitions, else one."""
    if offset == len(source.text):
        return 0
    number = line = source.position(offset)[0]
    while number <= source.line_count and not source.line(number).strip():
        number += 1
    if number > source.line_count:
        return 0
    code = following(tree, line)
    wanted = 2 if isinstance(code, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)) else 1
    return max(0, wanted - (number - line))


def _has_statement(line: str, tree: _ast.Module, source: Source) -> bool:
    if line not in source.text:
        return False
    for node in tree.body:
        if isinstance(node, (_ast.Assign, _ast.AnnAssign, _ast.Expr)):
            start = source.offset(node.lineno, source.column(node.lineno, node.col_offset))
            if source.text.startswith(line, start) and source.slice(source.span(node)) == line:
                return True
    return False


def _statement_edit(lines: list[str], source: Source, tree: _ast.Module) -> Edit:
    """The insertion below the imports, and below what else binds the names that the statements use."""
    last = statements_above(tree, lines)[-1]
    newline = newline_at(source, last.lineno)
    offset = end_of_line(last, tree, source)
    text = newline + newline.join(lines) + newline
    return _at_line(offset, text + newline * _missing_lines(offset, tree, source), source, newline)
