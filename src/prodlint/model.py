"""The values that pass between all parts: positions, findings, fixes, reports.

Frozen and picklable, without behaviour that needs a file, and importing nothing of ours. They are named tuples and not
data classes because importing ``dataclasses`` costs more than linting a small file does.
"""

from __future__ import annotations

from enum import Enum

from prodlint.light_typing import NamedTuple


class Severity(Enum):
    """How much a violation weighs; the user's configuration decides it, a rule only proposes."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error, so that thresholds compare as numbers."""
        return _RANKS[self.value]

    @property
    def and_graver(self) -> tuple[Severity, ...]:
        """This severity and those that weigh more."""
        return tuple(severity for severity in Severity if severity.rank >= self.rank)


_RANKS = {"info": 0, "warning": 1, "error": 2}


class Context(Enum):
    """What a file is for, judged on its path relative to the project's root."""

    PRODUCTION = "production"
    SCRIPT = "script"
    TEST = "test"
    EXAMPLE = "example"


class Safety(Enum):
    """How far a fix can be trusted.

    ``SAFE``: the program does the same for every run that did not hit the violation's own bug. ``UNSAFE``: a reviewer
    should see it first. ``MANUAL``: shown and offered in an editor, never applied in bulk.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


class Span(NamedTuple):
    """A region of a file: lines and columns are 1-based, columns count characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


MODULE_SPAN = Span(1, 1, 1, 1)
"""Where findings about a module stand: before its first character."""


class Related(NamedTuple):
    """A further place that explains a violation, such as where a leaked resource was opened."""

    path: str
    span: Span
    message: str
    cell: int | None = None


class Edit(NamedTuple):
    """The replacement of the half-open range of 0-based character offsets ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that remove one violation, applied together or not at all."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


class Origin(Enum):
    """What hides a violation: a comment beside it, or the project's baseline, which knows it."""

    COMMENT = "comment"
    BASELINE = "baseline"


class Suppression(NamedTuple):
    """Why a violation is hidden: the reason and the last day (ISO date) that its comment gives, where it gives them."""

    reason: str | None
    until: str | None
    origin: Origin = Origin.COMMENT


class Violation(NamedTuple):
    """One place where the policy is broken.

    ``span`` is None for a finding about a whole file. ``excerpt`` is the source line of ``span.line``, already masked,
    so that no report has to open the file. ``fixable`` says how far the fix can be trusted that the rule has for it,
    and ``fix`` is that fix, made only where it is asked for. ``fingerprint`` stays the same when code moves or is
    reformatted. ``cell`` is the number of a notebook's cell, from 1, in which lines and columns count.
    """

    rule: str
    code: str
    family: str
    severity: Severity
    message: str
    path: str
    span: Span | None
    context: Context
    policy: tuple[str, ...]
    fingerprint: str
    excerpt: str
    related: tuple[Related, ...] = ()
    fixable: Safety | None = None
    fix: Fix | None = None
    suppressed: Suppression | None = None
    cell: int | None = None


class Problem(NamedTuple):
    """Whatever went wrong that is not a violation: a crashed rule, an unreadable folder, an unwritable cache.

    ``fatal`` problems make the run exit with 2. ``line`` and ``column`` are 1-based.
    """

    code: str
    message: str
    path: str | None = None
    line: int | None = None
    remedy: str = ""
    fatal: bool = True
    column: int | None = None

    @property
    def place(self) -> str:
        """Where it is, as editors and terminals follow it: ``path:line:column:``, or as much of it as is known."""
        return "".join(f"{part}:" for part in (self.path, self.line, self.column) if part is not None)


class Checked(NamedTuple):
    """What checking one file gave: violations in order of position, suppressed ones marked, and problems."""

    violations: tuple[Violation, ...]
    problems: tuple[Problem, ...]


class Skipped(NamedTuple):
    """A file that was found but not checked, and why."""

    path: str
    reason: str


class Stale(NamedTuple):
    """An entry of the baseline of whose violations some are ``gone``; ``path`` is from the project's root."""

    path: str
    rule: str
    fingerprint: str
    gone: int


class Report(NamedTuple):
    """What a run found. ``checked`` counts files and includes the ``cached`` ones, but no ``unchanged`` ones.

    ``violations`` are ordered by path, line, column and code; suppressed ones are among them, marked. ``unchanged``
    counts the files that were left out because nothing in them had changed.
    """

    checked: int
    cached: int
    skipped: tuple[Skipped, ...]
    violations: tuple[Violation, ...]
    problems: tuple[Problem, ...]
    stale: tuple[Stale, ...] = ()
    unchanged: int = 0
