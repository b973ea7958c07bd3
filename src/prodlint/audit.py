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
from prodlint.model import Problem
from prodlint.run import LARGEST_FILE, has_shebang, task_of
from prodlint.source import Source
from prodlint.suppress import State, Verdict
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prodlint.discover import Discovery
    from prodlint.git import Blame
    from prodlint.run import Checker, Task

_WORDS = re.compile(rb"(?i)prodlint|noqa")
_TICKET = re.compile(r"\b[A-Z][A-Z0-9]+-\d+\b|#\d+\b")
"""What is taken for a ticket where the configuration does not say what one looks like."""

SETTLED = frozenset({State.ACTIVE, State.IDLE})
"""The states of comments that nobody has to look at."""


class Audited(NamedTuple):
    """One suppression comment. ``since`` is an ISO date, ``age`` counts days; both are None where nobody knows."""

    path: str
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


def _verdicts(task: Task, checker: Checker) -> tuple[list[Verdict], list[Problem]]:
    """A file's suppression comments; a problem if it could not be read."""
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
    checked = inspect_source(Source(path, data), task.project_path, settings, inspection)
    unread = [violation for violation in checked.violations if violation.rule == UNREADABLE_SOURCE.name]
    problems = [
        Problem("unreadable-source", v.message, path, v.span.line if v.span else None, fatal=False) for v in unread
    ]
    return verdicts, [*problems, *checked.problems]


def _audited(task: Task, verdicts: Sequence[Verdict], checker: Checker, history: _History) -> list[Audited]:
    configuration = checker.configuration
    blames = history.of(task.file.real, sorted({verdict.directive.comment.line for verdict in verdicts}))
    most = configuration.max_age_for(task.absolute)
    ticket = configuration.settings_for(task.absolute).suppressing.ticket
    return [_entry(task.file.path, verdict, blames, history, most, ticket) for verdict in verdicts]


def _entry(
    path: str, verdict: Verdict, blames: dict[int, Blame], history: _History, most: int | None, ticket: str
) -> Audited:
    directive = verdict.directive
    blame = blames.get(directive.comment.line)
    since = datetime.fromtimestamp(blame.seconds, timezone.utc).date() if blame else None
    age = max((history.today - since).days, 0) if since else None
    state = verdict.state
    if state in (State.ACTIVE, State.IDLE, State.BLANKET) and age is not None and most is not None and age > most:
        state = State.OLD
    reason = directive.reason
    named = re.search(ticket or _TICKET, reason) if reason else None
    return Audited(
        path,
        directive.comment.line,
        directive.comment.column,
        directive.verb or "?",
        directive.names or (),
        state,
        verdict.hides,
        reason,
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
        return git.blame(path[len(top) :], lines)

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
