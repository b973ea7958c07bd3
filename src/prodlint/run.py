"""Many files to one report: settings for each, cached results, worker processes, stable order. Prints nothing.

Used as a library it is serial unless asked and changes no process state.
"""

from __future__ import annotations

import os
import sys
import time

from prodlint.cache import Cache, Record, decode, encode, matches
from prodlint.digest import digest
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Checked, Problem, Report, Safety
from prodlint.source import Source
from prodlint.time_limit import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from prodlint.check import Inspection
    from prodlint.config import Configuration, FileSettings
    from prodlint.discover import Discovery, SourceFile
    from prodlint.fix.single import ProvedFix
    from prodlint.model import Violation
    from prodlint.registry import Registry
    from prodlint.secrets.own import Own

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes above which a file is not read: its tree would take gigabytes of memory."""

NOTEBOOK = ".ipynb"
"""What the names of notebooks end in."""

# Starting workers takes about as long as checking this many bytes (measured: 6 ms, and 12 MB/s on one core).
_WORTH_WORKERS = 300_000


class Task(NamedTuple):
    """One file to check and the places it is known by."""

    file: SourceFile
    absolute: str
    project_path: str


class Outcome(NamedTuple):
    """What checking one file gave, as lines for the cache and for the parent process; an empty digest is unknown."""

    digest: str
    has_shebang: bool
    lines: tuple[str, ...]


class Checker:
    """Checks files one by one with everything that a run's files share.

    The modules that check are imported with the first file: a run in which nothing has changed needs none of them.
    ``digests`` asks for that of each file's content, which a cache needs. ``limit`` is what rules may take of time,
    where it has been entered: in the process of a caller that wants it, and in those of workers.
    """

    def __init__(
        self,
        configuration: Configuration,
        registry: Registry,
        today: str,
        *,
        digests: bool = False,
        limit: TimeLimit | None = None,
    ) -> None:
        self.configuration = configuration
        self.registry = registry
        self.limit = limit or TimeLimit()
        self._today = today
        self._digests = digests
        self._inspection: Inspection | None = None

    def prepare(self) -> None:
        """Import what checks and make what the files share, so that processes which part from here have it."""
        self._inspection = self.inspection

    @property
    def inspection(self) -> Inspection:
        """What all files of the run share."""
        if self._inspection is None:
            from prodlint.check import Inspection

            self._inspection = Inspection(self.registry, self._today, self.limit, {})
        return self._inspection

    def settings(self, task: Task, has_shebang: bool) -> FileSettings:
        """The settings for a file; its first line can make it a script."""
        return self.configuration.settings_for(task.absolute, has_shebang)

    def check(self, task: Task) -> Outcome:
        """Read a file and run its rules; a file that cannot be read is a violation."""
        checked, data = self.examine(task)
        if data is None:
            return Outcome("", False, encode(checked))
        return Outcome(digest(data) if self._digests else "", has_shebang(data), encode(checked))

    def examine(self, task: Task) -> tuple[Checked, bytes | None]:
        """As ``check``, in values that nobody has to carry or keep, with what was read."""
        try:
            data = self._read(task)
        except OSError as error:
            return self._unread(task, f"cannot be read: {error.strerror or error}"), None
        if data is None:
            return self._unread(task, f"larger than {LARGEST_FILE:,} bytes"), None
        return self.inspect(Source(task.file.path, data), task.absolute), data

    def inspect(
        self,
        source: Source,
        absolute: str,
        fixes: frozenset[Safety] = frozenset(),
        only: Violation | None = None,
    ) -> Checked:
        """Run the rules on what stands, or would stand, in the file of this absolute path.

        The fixes of these safeties are made, or ``only`` the one of this violation; most take a libcst tree of their
        places. A fault of our own in it is a problem like a rule's, so that the other files go on.
        """
        from prodlint.check import Wanted, inspect_source

        settings = self.configuration.settings_for(absolute, has_shebang(source.data))
        wanted = Wanted(fixes, only)
        try:
            if source.path.endswith(NOTEBOOK):
                from prodlint.notebook import inspect_notebook  # reads JSON; few projects have one

                return inspect_notebook(source, self.configuration.relative(absolute), settings, self.inspection)
            return inspect_source(source, self.configuration.relative(absolute), settings, self.inspection, wanted)
        except Exception as error:  # noqa: BLE001  the file guard: no file may take the others' results along
            return Checked((), (_crash(source.path, error),))

    def fix(self, source: Source, absolute: str, violation: Violation) -> ProvedFix:
        """The fix of one violation, of whatever safety, in what stands in the file of this absolute path."""
        from prodlint.fix.single import prove_fix  # an editor asks for it when a user does

        checked = self.inspect(source, absolute, frozenset(Safety), violation)
        return prove_fix(source, checked, lambda text, fixes: self.inspect(text, absolute, fixes))

    def own_secrets(self, absolute: str, data: bytes) -> Own | None:
        """What the project says of its own credentials, for the file of this absolute path."""
        from prodlint.rule import Secrets  # only for what is shown of fixes
        from prodlint.secrets.own import own_of

        settings = self.configuration.settings_for(absolute, has_shebang(data))
        return own_of(next((a.options for a in settings.active if Secrets() in a.rule.visits), None))

    def failed(self, task: Task, reason: str) -> Outcome:
        """The outcome of a file that no rule has seen, and why."""
        return Outcome("", False, encode(self._unread(task, reason)))

    def _unread(self, task: Task, reason: str) -> Checked:
        from prodlint.check import unreadable_violation

        violation = unreadable_violation(task.file.path, self.settings(task, False), reason, None)
        return Checked((violation,) if violation else (), ())

    def _read(self, task: Task) -> bytes | None:
        return None if task.file.size > LARGEST_FILE else _content(task.file)


def _content(file: SourceFile) -> bytes:
    with open(file.real, "rb", buffering=0) as handle:  # a buffer would be another object, and a system call
        return handle.read()


def has_shebang(data: bytes) -> bool:
    """Whether a file says in its first line what runs it."""
    return data.startswith(b"#!")


def _crash(path: str, error: Exception) -> Problem:
    from prodlint.secrets.masking import masked_quotes  # an exception may quote the file

    return Problem(
        "file-crash",
        f"checking the file crashed: {type(error).__name__}: {masked_quotes(str(error))}",
        path,
        remedy="report it to the authors of prodlint, with the file",
    )


def run(
    discovery: Discovery,
    configuration: Configuration,
    registry: Registry,
    *,
    cwd: str,
    today: str,
    jobs: int = 1,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] | None = None,
    on_file: Callable[[str, Checked], None] | None = None,
    limit: TimeLimit | None = None,
) -> Report:
    """Check what was discovered.

    ``cwd`` is the absolute directory that relative paths start from, ``today`` an ISO date. More than one job starts
    worker processes where there is enough to do. ``progress`` is told how many of how many files are done, and
    ``on_file`` each file's path and results as they come. The report is the same, byte for byte, whatever the number of
    jobs and whatever was cached.
    """
    checker = Checker(configuration, registry, today, digests=cache is not None, limit=limit)
    tasks = [task_of(file, cwd, configuration) for file in discovery.files]
    started_ns = time.time_ns()
    results: list[Checked | None] = [_remembered(checker, task, cache) if cache is not None else None for task in tasks]
    pending = [number for number, known in enumerate(results) if known is None]
    cached = len(tasks) - len(pending)
    if on_file is not None:
        for task, known in zip(tasks, results, strict=True):
            if known is not None:
                on_file(task.file.path, known)
    fresh = _fresh(checker, tasks, pending, jobs, cache)
    try:
        for done, (number, checked) in enumerate(fresh, cached + 1):
            results[number] = checked
            if on_file is not None:
                on_file(tasks[number].file.path, checked)
            if progress is not None:
                progress(done, len(tasks))
    finally:
        fresh.close()  # at once: there may be processes behind it
    problems: list[Problem] = [*registry.problems, *discovery.problems]
    violations: list[Violation] = []
    for found in results:
        if found is not None:
            violations += found.violations
            problems += found.problems
    if cache is not None and (unwritten := cache.save(started_ns)) is not None:
        problems.append(unwritten)
    return Report(len(tasks), cached, discovery.skipped, tuple(violations), tuple(problems))


_CLEAN = Checked((), ())


def _remembered(checker: Checker, task: Task, cache: Cache) -> Checked | None:
    """What the cache has for a file as it is now; None if that has to be found out."""
    record = cache.get(task.absolute)
    if record is None:
        return None
    settings = checker.settings(task, record.has_shebang)
    if record.settings != _settings_key(settings, task):
        return None
    if not matches(record, task.file):
        if not _has_content(record, task.file):
            return None
        cache.put(task.absolute, record._replace(mtime_ns=task.file.mtime_ns, ctime_ns=task.file.ctime_ns))
    if not record.lines:
        return _CLEAN
    try:
        return decode(record.lines, task.file.path, settings, checker.registry)
    except (ValueError, LookupError):
        return None


def _has_content(record: Record, file: SourceFile) -> bool:
    """Whether a file holds what it held when the record was made: it was only touched, copied or checked out again."""
    if record.size != file.size or file.size > LARGEST_FILE:
        return False
    try:
        return digest(_content(file)) == record.digest
    except OSError:
        return False  # whoever checks the file will report it


def _settled(checker: Checker, task: Task, outcome: Outcome, cache: Cache | None) -> Checked:
    """The results of a file that was checked now, remembered unless something went wrong."""
    settings = checker.settings(task, outcome.has_shebang)
    checked = decode(outcome.lines, task.file.path, settings, checker.registry) if outcome.lines else _CLEAN
    if cache is not None and outcome.digest and not checked.problems:
        file = task.file
        record = Record(
            file.size,
            file.mtime_ns,
            file.ctime_ns,
            outcome.digest,
            _settings_key(settings, task),
            outcome.has_shebang,
            outcome.lines,
        )
        cache.put(task.absolute, record)
    return checked


def _settings_key(settings: FileSettings, task: Task) -> str:
    """What decides a file's results beside its content: some rules ask where in the project it lies."""
    return f"{settings.key}; {task.project_path}"


def task_of(file: SourceFile, cwd: str, configuration: Configuration) -> Task:
    """A file with its absolute path and its path in the project, for a run from the directory ``cwd``."""
    path = file.path
    absolute = path if os.path.isabs(path) else f"{cwd}/{path}"
    if "/.." in absolute:
        absolute = os.path.normpath(absolute)
    return Task(file, absolute, configuration.relative(absolute))


def _fresh(
    checker: Checker, tasks: Sequence[Task], pending: Sequence[int], jobs: int, cache: Cache | None
) -> Generator[tuple[int, Checked], None, None]:
    """The results of the files that have to be checked, by their numbers, as they come."""
    size = sum(tasks[number].file.size for number in pending)
    if jobs > 1 and len(pending) > 1 and size > _WORTH_WORKERS and _may_fork():
        from prodlint.workers import check_in_workers

        checker.prepare()
        outcomes = check_in_workers(checker, tasks, pending, jobs)
        try:
            for number, outcome in outcomes:
                yield number, _settled(checker, tasks[number], outcome, cache)
        finally:
            outcomes.close()
    elif cache is None:  # to make lines of the results and read them again takes as long as a rule
        for number in pending:
            yield number, checker.examine(tasks[number])[0]
    else:
        for number in pending:
            yield number, _settled(checker, tasks[number], checker.check(tasks[number]), cache)


def _may_fork() -> bool:
    """Whether a forked process would work: what another thread has locked at that moment stays locked in it."""
    threading = sys.modules.get("threading")
    return hasattr(os, "fork") and (threading is None or threading.active_count() == 1)
