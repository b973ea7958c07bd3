"""Files in, their suppression comments out: why they are there, since when, by whom, what they hide, what is amiss.

Only files whose bytes hold the word of such a comment are checked. Age and owner are what ``git blame`` says of the
comment's line; they are unknown where git does not know the file.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timezone

from prodlint.check import inspect_source
from prodlint.fix.files import content
from prodlint.git import Git, IncomparableError
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Problem, Span
from prodlint.run import LARGEST_FILE, NOTEBOOK, has_shebang, task_of
from prodlint.source import Source, Unreadable
from prodlint.suppress import State, Verdict
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.check import Inspection
    from prodlint.config import FileSettings
    from prodlint.discover import Discovery
    from prodlint.git import Blame
    from prodlint.run import Checker, Task

_WORDS = re.compile(rb"(?i)prodlint|noqa")
_TICKET = re.compile(r"\b[A-Z][A-Z0-9]+-\d+\b|#\d+\b")
"""What is taken for a ticket where the configuration does not say what one looks like."""

SETTLED = frozenset({State.ACTIVE, State.IDLE})
"""The states of comments that nobody has to look at."""


class Audited(NamedTuple):
    """One suppression comment.

    ``cell`` is that of a notebook. ``since`` is an ISO date, ``age`` counts days; both are None where nobody knows.
    """

    path: str
    cell: int | None
    line: int
    column: int
    verb: str
    rules: tuple[str, ...]
    state: State
    hides: int
    reason: str | None
    ticket: str | None
    until: str | None
    since: str | None
    age: int | None
    owner: str | None


class Audit(NamedTuple):
    """All suppression comments of a run's files, in order, and what went wrong; ``files`` counts those looked at."""

    files: int
    suppressions: tuple[Audited, ...]
    problems: tuple[Problem, ...]


def audit(discovery: Discovery, checker: Checker, *, cwd: str, today: str) -> Audit:
    """Find the suppression comments of what was discovered from the absolute directory ``cwd``; ``today`` is ISO."""
    found: list[Audited] = []
    problems: list[Problem] = list(discovery.problems)
    history = _History(cwd, date.fromisoformat(today))
    for file in discovery.files:
        task = task_of(file, cwd, checker.configuration)
        verdicts, faults = _verdicts(task, checker)
        problems += faults
        if verdicts:
            found += _audited(task, verdicts, checker, history)
    return Audit(len(discovery.files), tuple(found), (*problems, *history.problems))


class _Placed(NamedTuple):
    """A comment and the cell, in a notebook, in which its line counts."""

    cell: int | None
    verdict: Verdict


def _verdicts(task: Task, checker: Checker) -> tuple[list[_Placed], list[Problem]]:
    """A file's suppression comments, with the cells of a notebook's; a problem if it could not be read."""
    path = task.file.path
    try:
        data = content(task.file) if task.file.size <= LARGEST_FILE else b""
    except OSError as error:
        return [], [Problem("unreadable-path", f"cannot be read: {error.strerror or error}", path, fatal=False)]
    if not _WORDS.search(data):
        return [], []
    verdicts: list[Verdict] = []
    settings = checker.configuration.settings_for(task.absolute, has_shebang(data))
    inspection = checker.inspection._replace(tell=verdicts.append)
    if path.endswith(NOTEBOOK):
        return _verdicts_in_notebook(task, data, settings, inspection, verdicts)
    checked = inspect_source(Source(path, data), task.project_path, settings, inspection)
    unread = [violation for violation in checked.violations if violation.rule == UNREADABLE_SOURCE.name]
    problems = [
        Problem("unreadable-source", v.message, path, v.span.line if v.span else None, fatal=False) for v in unread
    ]
    return [_Placed(None, verdict) for verdict in verdicts], [*problems, *checked.problems]


def _verdicts_in_notebook(
    task: Task, data: bytes, settings: FileSettings, inspection: Inspection, verdicts: list[Verdict]
) -> tuple[list[_Placed], list[Problem]]:
    from prodlint.notebook import Notebook  # few projects have one

    path = task.file.path
    try:
        notebook = Notebook(path, data)
    except Unreadable as unreadable:
        return [], [Problem("unreadable-source", unreadable.reason, path, unreadable.line, fatal=False)]
    checked = inspect_source(notebook.source, task.project_path, settings, inspection)
    placed = []
    for verdict in verdicts:
        comment = verdict.directive.comment
        cell, span = notebook.place(Span(comment.line, comment.column, comment.line, comment.column))
        directive = verdict.directive._replace(comment=comment._replace(line=span.line))
        placed.append(_Placed(cell, verdict._replace(directive=directive)))
    return placed, list(checked.problems)


def _audited(task: Task, placed: Sequence[_Placed], checker: Checker, history: _History) -> list[Audited]:
    configuration = checker.configuration
    # Lines of a cell are not those of the file.
    lines = sorted({each.verdict.directive.comment.line for each in placed if each.cell is None})
    blames = history.of(task.file.real, lines)
    asked = _Asked(
        configuration.max_age_for(task.absolute), configuration.settings_for(task.absolute).suppressing.ticket
    )
    return [
        _entry(task.file.path, each, blames.get(each.verdict.directive.comment.line), history.today, asked)
        for each in placed
    ]


class _Asked(NamedTuple):
    """What the configuration says of a file's comments: their most days of age, and what a ticket looks like."""

    max_age: int | None
    ticket: str


def _entry(path: str, placed: _Placed, blame: Blame | None, today: date, asked: _Asked) -> Audited:
    directive, state = placed.verdict.directive, placed.verdict.state
    since = datetime.fromtimestamp(blame.seconds, timezone.utc).date() if blame else None
    age = max((today - since).days, 0) if since else None
    may_be_old = state in SETTLED or state is State.BLANKET
    if may_be_old and age is not None and asked.max_age is not None and age > asked.max_age:
        state = State.OLD
    named = re.search(asked.ticket or _TICKET, directive.reason) if directive.reason else None
    return Audited(
        path,
        placed.cell,
        directive.comment.line,
        directive.comment.column,
        directive.verb or "?",
        directive.names or (),
        state,
        placed.verdict.hides,
        directive.reason,
        named[0] if named else None,
        directive.until,
        since.isoformat() if since else None,
        age,
        blame.author if blame else None,
    )


class _History:
    """What git knows of lines, asked once a file; one problem where it cannot be asked at all."""

    def __init__(self, cwd: str, today: date) -> None:
        self.today = today
        self.problems: list[Problem] = []
        self._cwd = cwd
        self._git: tuple[Git | None, str] | None = None

    def of(self, path: str, lines: Sequence[int]) -> dict[int, Blame]:
        """Who last changed lines of the file of this absolute path, which is free of links."""
        git, top = self._opened()
        if git is None or not path.startswith(top):
            return {}
        return git.blame(path[len(top) :], lines) if lines else {}

    def _opened(self) -> tuple[Git | None, str]:
        if self._git is None:
            try:
                git = Git(self._cwd)
                self._git = git, git.top()
                if git.is_shallow():
                    told = "this clone is shallow, so comments may be older than is said"
                    self._tell(told, "`git fetch --unshallow`")
            except IncomparableError as fault:
                self._git = None, ""
                self._tell(f"ages and owners are unknown: {fault.problem.message}", "")
        return self._git

    def _tell(self, message: str, remedy: str) -> None:
        self.problems.append(Problem("blame", message, remedy=remedy, fatal=False))
