"""A Jupyter notebook in, its Python as one text out, and where each line of it stands; and the notebook's violations.

Only cells of code are read, never what they have put out (nbformat 4, https://nbformat.readthedocs.io). Cells follow
each other, parted by an empty line, so that names of one are known in the next. What IPython takes beside Python is
made neutral without moving any line: magics (``%time``), commands (``!ls``), help (``name?``). A cell of another
language (``%%bash``) is empty.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from prodlint.check import inspect_source, unreadable_violation
from prodlint.index import parse
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Checked, Span
from prodlint.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.check import Inspection
    from prodlint.config import FileSettings
    from prodlint.model import Violation

_NEWLINE = re.compile(r"\r\n|\r|\n")
_OPENING = "\n\n"
"""Nothing in a cell may be taken for the encoding of the text, which the first two lines would say."""

# The magics of cells whose body is still Python.
_PYTHON_MAGICS = frozenset({"capture", "prun", "pypy", "python", "python3", "time", "timeit"})
_LINE_MAGIC = re.compile(r"[ \t]*(?:%{1,2}[A-Za-z_]|!|\?{1,2}[\w.%]|[\w.%]+(?:\[[^\]]*\])?\?{1,2}[ \t]*(?:#.*)?$)")
_ASSIGNED_MAGIC = re.compile(r"([ \t]*[\w., \t*]+=[ \t]*)(?:%[A-Za-z_]|!(?!=))")
_PASS = "pass"  # noqa: S105  the statement
_VALUE = "get_ipython()"  # what IPython itself writes there: something that nobody knows


class _Cell(NamedTuple):
    """One cell of code: its number among all cells, from 1, the first line of it in the text, and its lines."""

    number: int
    first: int
    lines: tuple[str, ...]


class Notebook:
    """The code of a notebook as one text. ``faults`` are the cells that are no Python, each with reason and line."""

    def __init__(self, path: str, data: bytes) -> None:
        """Read a notebook; raises Unreadable for what is none."""
        self.faults: list[tuple[_Cell, Unreadable]] = []
        self._cells = list(self._read(path, data))
        self._firsts = [cell.first for cell in self._cells]
        text = _OPENING + "".join("\n".join(cell.lines) + "\n\n" for cell in self._cells)
        self.source = Source(path, text.encode("utf-8", "replace"))

    def _read(self, path: str, data: bytes) -> Iterator[_Cell]:
        first = _OPENING.count("\n") + 1
        for number, code in _code_cells(data):
            cell = _Cell(number, first, tuple(_NEWLINE.split(code)))
            fault = _fault(path, cell.lines)
            if fault is not None:
                cell = cell._replace(lines=tuple(_neutral(cell.lines)))
                fault = _fault(path, cell.lines)
            if fault is not None:
                self.faults.append((cell, fault))
                cell = cell._replace(lines=("",) * len(cell.lines))
            yield cell
            first += len(cell.lines) + 1

    def place(self, span: Span) -> tuple[int | None, Span]:
        """The cell that a region of the text is in, and the region there; the first one where it is in none."""
        if not self._cells:
            return None, span
        cell = self._cells[max(bisect_right(self._firsts, span.line) - 1, 0)]
        before = min(cell.first, span.line) - 1
        return cell.number, Span(span.line - before, span.column, max(span.end_line - before, 1), span.end_column)


def inspect_notebook(source: Source, project_path: str, settings: FileSettings, inspection: Inspection) -> Checked:
    """Run a file's rules on a notebook; lines and columns of what is found count in its cell.

    Nothing is fixable: an edit would have to be one of JSON. A cell that is no Python is a violation of
    `unreadable-source`, and the others are checked.
    """
    try:
        notebook = Notebook(source.path, source.data)
    except Unreadable as unreadable:
        violation = unreadable_violation(source.path, settings, unreadable.reason, unreadable.line)
        return Checked((violation,) if violation else (), ())
    checked = inspect_source(notebook.source, project_path, settings, inspection)
    found = [_placed(violation, notebook) for violation in checked.violations]
    for cell, fault in notebook.faults:
        violation = unreadable_violation(source.path, settings, fault.reason, fault.line or 1)
        if violation is not None:
            found.append(violation._replace(cell=cell.number))
    found.sort(key=lambda v: (v.cell or 0, v.span or (0,), v.code))
    problems = (problem._replace(line=None) for problem in checked.problems)
    return Checked(tuple(found), tuple(problems))


def _placed(violation: Violation, notebook: Notebook) -> Violation:
    if violation.span is None:
        return violation._replace(fixable=None)
    cell, span = notebook.place(violation.span)
    related = []
    for place in violation.related:
        at, region = notebook.place(place.span)
        related.append(place._replace(span=region, cell=at))
    return violation._replace(span=span, cell=cell, related=tuple(related), fixable=None)


def _code_cells(data: bytes) -> Iterator[tuple[int, str]]:
    """The cells of Python code with their numbers; raises Unreadable for what is no notebook of format 4."""
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not a notebook: not valid JSON: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not a notebook: {error}") from None
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("not a notebook of format 4: it has no list `cells`")
    if not _is_python(document):
        return
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            code = cell.get("source", "")
            parts = code if isinstance(code, list) else [code]
            yield number, "".join(part for part in parts if isinstance(part, str))


def _is_python(document: dict[str, Any]) -> bool:
    """Whether the notebook's cells are Python, which those are that do not say."""
    metadata = document.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        told = metadata.get(key) if isinstance(metadata, dict) else None
        language = told.get(name) if isinstance(told, dict) else None
        if isinstance(language, str):
            return language.lower() in ("python", "ipython")
    return True


def _fault(path: str, lines: tuple[str, ...]) -> Unreadable | None:
    """Why lines are no Python; None if they are."""
    text = _OPENING + "\n".join(lines) + "\n"
    try:
        parse(Source(path, text.encode("utf-8", "replace")))
    except Unreadable as unreadable:
        line = None if unreadable.line is None else min(max(unreadable.line - len(_OPENING), 1), len(lines))
        return Unreadable(unreadable.reason, line)
    return None


def _neutral(lines: tuple[str, ...]) -> Iterator[str]:
    """The lines of a cell as Python: what only IPython understands does nothing there."""
    opening = next((line for line in lines if line.strip()), "")
    if cell_magic := re.match(r"%%(\w+)", opening):
        is_python = cell_magic[1] in _PYTHON_MAGICS
        at = lines.index(opening)
        yield from ("",) * (at + 1)
        yield from (_neutral(lines[at + 1 :]) if is_python else ("",) * (len(lines) - at - 1))
        return
    logical = _LogicalLines()
    is_neutral = False
    for line in lines:
        new = _neutral_line(line) if logical.is_start else None
        is_neutral = new is not None or (is_neutral and not logical.is_start)
        logical.read(line)
        # What goes on in the next lines, by a backslash or a bracket, goes with its first one.
        yield line if not is_neutral else new or ""


def _neutral_line(line: str) -> str | None:
    """Python in place of a line that only IPython understands; None for any other."""
    if _LINE_MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + _PASS
    if assigned := _ASSIGNED_MAGIC.match(line):
        return assigned[1] + _VALUE
    return None


class _LogicalLines:
    """Tells whether the next line begins a logical one: not within brackets, a string, or below a backslash."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""
        self._goes_on = False

    @property
    def is_start(self) -> bool:
        """Whether nothing is open."""
        return not (self._depth or self._quote or self._goes_on)

    def read(self, line: str) -> None:
        """Take notice of what a line opens and closes."""
        for match in _TOKEN.finditer(line):
            token = match[0]
            if self._quote:
                self._quote = "" if token == self._quote else self._quote
            elif token[0] == "#":
                break
            elif token[0] in "\"'":
                self._quote = token
            elif token[0] in "([{":
                self._depth += 1
            elif token[0] in ")]}":
                self._depth = max(self._depth - 1, 0)
        if len(self._quote) == 1:  # which ends with its line, unless a backslash carries it over
            self._quote = self._quote if line.endswith("\\") else ""
        self._goes_on = line.endswith("\\")


_TOKEN = re.compile(r"\\.|\"{3}|'{3}|[\"'#()\[\]{}]")
