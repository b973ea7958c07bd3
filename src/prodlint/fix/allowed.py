"""A report and its files in, the files with comments that allow its violations out, each proved before it is written.

The new text has the same syntax tree, every violation that it had and no other, and those that were to be allowed are
hidden. Where one cannot be, it is left as it is, with a problem.
"""

from __future__ import annotations

from collections import Counter

from prodlint.fix.allowing import Grounds, allow
from prodlint.fix.attempt import NONE
from prodlint.fix.edits import apply
from prodlint.fix.files import FixedFile, FixedFiles, by_path, content, not_fixed, replaced
from prodlint.fix.hidden import Hidden, as_reported
from prodlint.fix.proof import Shift, is_same
from prodlint.fix.write import replace
from prodlint.index import parse
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import MODULE_SPAN, Problem
from prodlint.source import Source, Unreadable, encoded_like
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prodlint.model import Edit, Report, Violation
    from prodlint.run import Checker, Task

MOST_REFUSALS = 10
"""After as many violations of a file that could not be allowed its others are not tried: finding each takes several
proofs."""


def allow_files(
    report: Report,
    tasks: dict[str, Task],
    checker: Checker,
    grounds: Grounds,
    limit_of: Callable[[str], int],
    *,
    write: bool,
) -> FixedFiles:
    """Put a comment at each violation of a report that nothing hides, in files that are given by their paths.

    ``limit_of`` says of an absolute path how long lines may get there. Without ``write`` nothing is written and the
    report stays what it is. A file that cannot be written, or that changed meanwhile, is a problem; the others go on.
    """
    files: list[FixedFile] = []
    problems = dict.fromkeys(report.problems)
    remaining: dict[str, tuple[Violation, ...]] = {}
    reported = by_path(report)
    for path, shown in reported.items():
        if not any(is_to_be_allowed(violation, checker.configuration.locked) for violation in shown):
            continue
        try:
            task = tasks[path]
            source = Source(path, content(task.file))
            text = _Text(source, task, checker, grounds, limit_of(task.absolute))
            done = text.allowed(shown)
            problems |= dict.fromkeys(done.problems)
            if done.allowed and write and (note := replace(task.file.real, source.data, done.data)):
                problems[Problem("hard-link", note, path, fatal=False)] = None
        except OSError as error:
            problems[not_fixed(path, error)] = None
            continue
        if done.allowed:
            files.append(FixedFile(path, source.data, done.data, done.allowed))
            if write:
                remaining[path] = done.left
    violations = tuple(replaced(report.violations, remaining))
    return FixedFiles(tuple(files), report._replace(violations=violations, problems=tuple(problems)))


def is_to_be_allowed(violation: Violation, locked: frozenset[str]) -> bool:
    """Whether a comment is wanted for a violation: not for a hidden one, nor where none would hide it."""
    if violation.cell is not None:
        return False  # a notebook's edits would have to be those of JSON
    return violation.suppressed is None and violation.family != TOOL and violation.rule not in locked


class _Done(NamedTuple):
    """What became of a text: its new content, the violations that are allowed there, all as they are now, problems."""

    data: bytes
    allowed: tuple[Violation, ...]
    left: tuple[Violation, ...]
    problems: tuple[Problem, ...]


class _Attempt(NamedTuple):
    """A text with comments, the violations in it, the edits that made it; ``fault`` is what speaks against it."""

    source: Source
    found: tuple[Violation, ...]
    edits: tuple[Edit, ...]
    fault: str = ""


class _Text:
    """One text, and what it takes to prove that another one only allows some of its violations."""

    def __init__(self, source: Source, task: Task, checker: Checker, grounds: Grounds, limit: int) -> None:
        self._source = source
        self._grounds = grounds
        self._limit = limit
        self._absolute = task.absolute
        self._checker = checker
        self._locked = checker.configuration.locked
        self._found: tuple[Violation, ...] = self._inspect(source)

    def _inspect(self, source: Source) -> tuple[Violation, ...]:
        return self._checker.inspect(source, self._absolute, NONE).violations

    def allowed(self, reported: Sequence[Violation]) -> _Done:
        """Allow what of the reported violations can be. Raises `Changed` where those are about another text."""
        shown = as_reported(self._found, reported)
        wanted = [violation for violation in shown if violation and is_to_be_allowed(violation, self._locked)]
        hidden = Hidden(self._source, self._found, lambda _: shown)
        best, taken, problems = self._most(wanted)
        if best is None:
            return _Done(self._source.data, (), tuple(v for v in shown if v), tuple(problems))
        hidden.move(Shift(best.edits))
        left = tuple(hidden.applied(best.found, best.source))
        return _Done(best.source.data, tuple(taken), left, tuple(problems))

    def _most(self, wanted: list[Violation]) -> tuple[_Attempt | None, list[Violation], list[Problem]]:
        """The attempt that allows as many as can be, what it allows, and why not the others."""
        taken: list[Violation] = []
        best: _Attempt | None = None
        problems: list[Problem] = []
        pending = [wanted]
        while pending and len(problems) < MOST_REFUSALS:
            part = pending.pop()
            attempt = self._attempt([*taken, *part])
            if not attempt.fault:
                taken += part
                best = attempt
            elif len(part) > 1:
                pending += (part[len(part) // 2 :], part[: len(part) // 2])
            else:
                problems.append(self._refusal(part[0], attempt.fault))
        return best, taken, problems

    def _attempt(self, wanted: list[Violation]) -> _Attempt:
        source = self._source
        edits = allow(wanted, source, self._checker.registry, self._grounds, self._limit)
        text = apply(source.text, edits)
        try:
            new = Source(source.path, encoded_like(source, text))
        except UnicodeEncodeError as error:
            return _Attempt(source, (), (), f"the file's encoding has no {text[error.start : error.end]!a}")
        try:
            if new.text != text or not is_same(parse(source), parse(new)):
                return _Attempt(source, (), (), "the code would change")
        except Unreadable as unreadable:
            return _Attempt(source, (), (), f"the result does not parse: {unreadable.reason}")
        found = self._inspect(new)
        return _Attempt(new, found, edits, self._fault(found, new, Shift(edits), wanted))

    def _fault(self, found: Sequence[Violation], new: Source, shift: Shift, wanted: list[Violation]) -> str:
        """Why what is found in the new text is not what was found before with the wanted ones hidden."""
        source = self._source
        places = {_place(violation, source, shift) for violation in wanted}
        visible = [v for v in found if v.suppressed is None]
        before = Counter(_place(violation, source, shift) for violation in self._found)
        after = Counter(_place(violation, new, None) for violation in found)
        if more := after - before:
            first = min(more)
            told = next(violation.message for violation in found if _place(violation, new, None) == first)
            return f"`{first[0]}` would be found: {told}"
        if gone := before - after:
            return f"`{min(gone)[0]}` would be found no more"
        if any(_place(violation, new, None) in places for violation in visible):
            return "no comment hides it"
        return ""

    def _refusal(self, violation: Violation, why: str) -> Problem:
        line = violation.span.line if violation.span else None
        return Problem(
            "not-allowed", f"`{violation.rule}` is not allowed here: {why}", violation.path, line, fatal=False
        )


def _place(violation: Violation, source: Source, shift: Shift | None) -> tuple[str, int]:
    """A rule and the offset of its violation, in the new text where it is given as one of the old."""
    span = violation.span
    if span is None or span == MODULE_SPAN:
        return violation.rule, -1
    offset = source.offset(span.line, span.column)
    return violation.rule, offset if shift is None else shift(offset)
