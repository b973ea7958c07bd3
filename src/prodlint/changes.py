"""A revision and files in, the files and lines that changed since.

Compared is the working tree, with what is not committed and not tracked, against the merge base of the revision and
``HEAD``.
"""

from __future__ import annotations

import os
from bisect import bisect_left

from prodlint.git import Git, IncomparableError
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prodlint.discover import Discovery, SourceFile
    from prodlint.model import Report, Violation


class Changes(NamedTuple):
    """The changed files among those discovered: ``discovery`` without all others, ``unchanged`` how many those are.

    ``lines`` has the numbers of the lines that are new or different, sorted, by the file's path as reports show it;
    None for a file that is new as a whole.
    """

    discovery: Discovery
    unchanged: int
    lines: dict[str, tuple[int, ...] | None]

    def touches(self, violation: Violation) -> bool:
        """Whether a violation, or a place that explains it, is on a changed line; for a whole file, if that changed."""
        if violation.path not in self.lines:
            return False
        span, lines = violation.span, self.lines[violation.path]
        if lines is None or span is None or span[:2] == span[2:] or violation.cell is not None:
            return True  # a notebook's lines are not those that git counts
        spans = [span, *(place.span for place in violation.related if place.path == violation.path)]
        return any(_any_within(lines, span.line, span.end_line) for span in spans)

    def only(self, report: Report) -> Report:
        """The report without the violations that no change touches."""
        violations = tuple(violation for violation in report.violations if self.touches(violation))
        return report._replace(violations=violations, unchanged=self.unchanged, stale=())


def changes_since(revision: str, discovery: Discovery, *, paths: Sequence[str], cwd: str) -> Changes:
    """Find what has changed since the merge base of a revision and ``HEAD``.

    ``discovery`` is what was found below ``paths``, which are relative to the absolute directory ``cwd``. Files of
    other repositories that lie in this one are skipped, and said to be. Raises IncomparableError, also for ``paths``
    outside of the repository.
    """
    git = Git(cwd)
    top = git.top()
    base = git.base_of(revision)
    _require_within(top, paths, cwd)
    inside = [file for file in discovery.files if file.real.startswith(top)]
    skipped = [_outside(file) for file in discovery.files if not file.real.startswith(top)]
    by_path = {file.real[len(top) :]: file for file in inside}
    changed = git.changed_files(base)
    tracked = git.tracked_files()
    new = {path for path in by_path if path not in tracked and path not in changed}
    foreign = _foreign(new, top)
    skipped += [Skipped(by_path[path].path, f"of another repository, `{foreign[path]}`") for path in sorted(foreign)]
    new.update(path for path, old in changed.items() if old is None and path in by_path)
    lines: dict[str, tuple[int, ...] | None] = {by_path[path].path: None for path in new if path not in foreign}
    pairs = [(old, path) for path, old in changed.items() if old is not None and path in by_path]
    for path, numbers in git.changed_lines(base, pairs).items():
        if path in by_path:
            lines[by_path[path].path] = _as_python_counts(numbers, by_path[path])
    files = tuple(file for file in discovery.files if file.path in lines)
    both = tuple(sorted({*discovery.skipped, *skipped}))
    unchanged = len(inside) - len(files) - len(foreign)
    return Changes(discovery._replace(files=files, skipped=both), unchanged, lines)


def _any_within(lines: tuple[int, ...], first: int, last: int) -> bool:
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= last


def _outside(file: SourceFile) -> Skipped:
    return Skipped(file.path, "a link to outside of the repository, which cannot tell whether it changed")


def _require_within(top: str, paths: Sequence[str], cwd: str) -> None:
    for path in paths:
        real = os.path.realpath(os.path.join(cwd, path)).rstrip("/") + "/"
        if not real.startswith(top):
            message = f"`{path}` lies outside of the repository `{top.rstrip('/')}`, which does not know its changes"
            raise IncomparableError(message, "check it by a run of its own, in its own repository")
        own = _nested_top(real, top)
        if own:
            message = f"`{path}` is of another repository, `{own}`, whose changes this one does not have"
            raise IncomparableError(message, "run prodlint in that directory")


def _nested_top(real: str, top: str) -> str:
    """The repository within ``top`` that a directory is of; empty if that is ``top`` itself."""
    if not real.startswith(top):
        return ""
    directory = real.rstrip("/")
    while len(directory) >= len(top):
        if os.path.lexists(f"{directory}/.git"):
            return directory[len(top) :]
        directory = directory.rpartition("/")[0]
    return ""


def _foreign(paths: Iterable[str], top: str) -> dict[str, str]:
    """The repositories of those files that are not this one's."""
    known: dict[str, str] = {}
    foreign = {}
    for path in paths:
        directory = path.rpartition("/")[0]
        if directory not in known:
            known[directory] = _nested_top(top + directory, top)
        if known[directory]:
            foreign[path] = known[directory]
    return foreign


def _as_python_counts(lines: Sequence[int], file: SourceFile) -> tuple[int, ...] | None:
    """git's line numbers as Python counts, which ends a line at a lone CR, too; None, all lines, where those differ."""
    try:
        with open(file.real, "rb") as handle:
            data = handle.read()
    except OSError:
        return None  # whoever checks the file will report it
    return None if data.count(b"\r") > data.count(b"\r\n") else tuple(lines)
