"""The results of files that have not changed since they were last checked.

One file of text per set of settings, in the user's cache directory and never in the checked tree, where a repository
could bring its own. A record counts only if the file's size and times are those recorded (or, where these differ, its
content is), and the settings for the file are the same; the whole file only if its checksum holds. The same lines carry
the results from worker processes to their parent. Anything unexpected reads as "not cached"; nothing fails for it.
"""

from __future__ import annotations

import os
import sys

from prodlint._version import __version__
from prodlint.digest import digest
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Checked, Problem, Related, Safety, Span, Suppression, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from prodlint.config import FileSettings
    from prodlint.discover import SourceFile
    from prodlint.registry import Registry

_FORMAT = "prodlint-cache-2"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_RACE_NS = 2_000_000_000  # a file written within this time of being checked may change again without a new time stamp
_OLD_CACHES = 12  # how many sets of settings a project keeps


class Record(NamedTuple):
    """What is known of one checked file: its state on disk, the settings, and its results as lines."""

    size: int
    mtime_ns: int
    ctime_ns: int
    digest: str
    settings: str
    has_shebang: bool
    lines: tuple[str, ...]


def encode(checked: Checked) -> tuple[str, ...]:
    """One file's results as lines of fields parted by tabs; no line holds a line break."""
    violations = [_fields("V", _violation_fields(violation)) for violation in checked.violations]
    problems = [
        _fields("P", (p.code, p.message, str(p.line or ""), p.remedy, "1" if p.fatal else "")) for p in checked.problems
    ]
    return (*violations, *problems)


def decode(lines: Iterable[str], path: str, settings: FileSettings, registry: Registry) -> Checked:
    """The results that `encode` wrote, as of a file at ``path`` with these settings.

    Raises ValueError or LookupError for lines that it did not write.
    """
    severities = settings.severities
    rules = registry.by_name
    context = settings.context
    violations = []
    problems = []
    for line in lines:
        fields = line.split("\t")
        if "\\" in line:
            fields = [_unescape(field) for field in fields]
        if fields[0] == "V":
            _, name, fingerprint, message, excerpt, span, fixable, suppressed, cell, *related = fields
            rule = rules[name]
            violations.append(
                Violation(
                    name,
                    rule.code,
                    rule.family,
                    severities[name],
                    message,
                    path,
                    _span(span) if span else None,
                    context,
                    rule.policy,
                    fingerprint,
                    excerpt,
                    _related(related, path) if related else (),
                    _SAFETIES[fixable] if fixable else None,
                    None,
                    _suppression(suppressed) if suppressed else None,
                    int(cell) if cell else None,
                )
            )
        elif fields[0] == "P":
            _, code, message, at, remedy, fatal = fields
            problems.append(Problem(code, message, path, int(at) if at else None, remedy, bool(fatal)))
        else:
            raise ValueError(f"unknown line {line[:20]!r}")
    return Checked(tuple(violations), tuple(problems))


def _fields(kind: str, fields: Sequence[str]) -> str:
    line = "\t".join((kind, *fields))
    if line.count("\t") == len(fields) and "\\" not in line and "\n" not in line and "\r" not in line:
        return line
    return "\t".join((kind, *(field.translate(_ESCAPES) for field in fields)))


_SAFETIES = {safety.value: safety for safety in Safety}


def _violation_fields(violation: Violation) -> list[str]:
    hidden = violation.suppressed
    suppressed = (
        "" if hidden is None else f"S{hidden.until or ''}|{'' if hidden.reason is None else '=' + hidden.reason}"
    )
    fields = [
        violation.rule,
        violation.fingerprint,
        violation.message,
        violation.excerpt,
        "" if violation.span is None else ":".join(map(str, violation.span)),
        "" if violation.fixable is None else violation.fixable.value,
        suppressed,
        "" if violation.cell is None else str(violation.cell),
    ]
    for related in violation.related:
        path = "" if related.path == violation.path else related.path
        cell = "" if related.cell is None else str(related.cell)
        fields += (path, ":".join(map(str, related.span)), related.message, cell)
    return fields


def _suppression(text: str) -> Suppression:
    until, _, reason = text[1:].partition("|")
    return Suppression(reason[1:] if reason else None, until or None)


def _related(fields: list[str], path: str) -> tuple[Related, ...]:
    places = (fields[at : at + 4] for at in range(0, len(fields), 4))
    return tuple(Related(at or path, _span(span), said, int(cell) if cell else None) for at, span, said, cell in places)


def _span(text: str) -> Span:
    line, column, end_line, end_column = map(int, text.split(":"))
    return Span(line, column, end_line, end_column)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r") for part in parts)


class Cache:
    """The records of one project under one set of settings.

    ``directory`` is the project's own place in the cache; ``key`` is whatever else than the file's content and its
    settings decides the results: the program, its rules, the Python that runs it.
    """

    def __init__(self, directory: str, key: str) -> None:
        self._directory = directory
        self._path = os.path.join(directory, digest(key.encode(), 8) + ".txt")
        self._records: dict[str, Record] | None = None
        self._asked: set[str] = set()
        self._changed = False

    def get(self, path: str) -> Record | None:
        """The record of a file by its absolute path."""
        if self._records is None:
            self._records = _read_records(self._path)
        self._asked.add(path)
        return self._records.get(path)

    def put(self, path: str, record: Record) -> None:
        """Remember a file's results until `save`."""
        if self._records is None:
            self._records = _read_records(self._path)
        self._records[path] = record
        self._changed = True

    def save(self, started_ns: int) -> Problem | None:
        """Write what is new, all at once; a cache that cannot be written is a problem to tell of, not to fail for.

        ``started_ns`` is a time before the first file was read and after the last one was listed. Files that were not
        asked for and are gone are forgotten.
        """
        if not self._changed or self._records is None:
            return None
        kept = {path: record for path, record in self._records.items() if path in self._asked or os.path.lexists(path)}
        data = "\n".join(_record_lines(kept, started_ns)).encode("utf-8", "surrogatepass")
        try:
            os.makedirs(self._directory, mode=0o700, exist_ok=True)  # excerpts of the checked code are in it
            _replace(self._path, f"{_FORMAT} {digest(data)} {len(data)}\n".encode() + data)
            _drop_old(self._directory)
        except OSError as error:
            return Problem(
                "cache-not-written",
                f"the cache cannot be written: {error.strerror or error}",
                self._directory,
                remedy="pass `--cache-dir` with a directory that can be written, or `--no-cache`",
                fatal=False,
            )
        return None


def _replace(path: str, data: bytes) -> None:
    # A random name: runs in two containers can share both the cache and the number of their process.
    temporary = f"{path}.{os.urandom(6).hex()}"
    try:
        with open(temporary, "wb") as handle:
            handle.write(data)
        os.replace(temporary, path)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def matches(record: Record, file: SourceFile) -> bool:
    """Whether a file is as it was when the record was made, judged by its size and times."""
    return record.mtime_ns == file.mtime_ns and record.size == file.size and record.ctime_ns == file.ctime_ns


def program_key(modules: Iterable[str]) -> str:
    """What identifies the program: the Python that parses, and the state of every source file of these packages."""
    parts = [sys.version, sys.implementation.name]
    for name in modules:
        for top in _places(sys.modules[name]):
            try:
                parts += [_state(top, os.stat(top))] if top.endswith(".py") else _file_states(top)
            except OSError:  # a program in one file, such as a zip archive, is known by its version and its place
                parts.append(f"{top} {__version__}")
    return "\0".join(parts)


def _places(module: ModuleType) -> list[str]:
    """The directories of a package, or the file of a module that is none."""
    if module.__file__ is None:  # a package without an `__init__`
        return list(module.__path__)
    folder, name = os.path.split(module.__file__)
    return [folder] if name.startswith("__init__.") else [module.__file__]


def _state(path: str, state: os.stat_result) -> str:
    return f"{path} {state.st_size} {state.st_mtime_ns}"


def _file_states(top: str) -> list[str]:
    states = []
    pending = [top]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir():
                    pending.append(entry.path)
                elif entry.name.endswith(".py"):
                    states.append(_state(entry.path, entry.stat()))
    return states


def _record_lines(records: dict[str, Record], started_ns: int) -> Iterable[str]:
    for path, record in sorted(records.items()):
        # A time stamp this fresh proves nothing: recorded as 0 it sends the next run to compare the content.
        mtime = record.mtime_ns if started_ns - max(record.mtime_ns, record.ctime_ns) > _RACE_NS else 0
        yield "\t".join(
            (
                "F",
                path.translate(_ESCAPES),
                str(record.size),
                str(mtime),
                str(record.ctime_ns),
                record.digest,
                record.settings.translate(_ESCAPES),
                "1" if record.has_shebang else "",
            )
        )
        yield from record.lines


def _read_records(path: str) -> dict[str, Record]:
    try:
        with open(path, "rb") as handle:
            header, _, data = handle.read().partition(b"\n")
        if header.decode("ascii", "replace") != f"{_FORMAT} {digest(data)} {len(data)}":
            return {}
        return _parse_records(data.decode("utf-8", "surrogatepass"))
    except (OSError, ValueError, LookupError):
        return {}


def _parse_records(text: str) -> dict[str, Record]:
    records = {}
    path = ""
    head: list[str] = []
    lines: list[str] = []
    for line in [*text.split("\n"), "F\t"]:
        if line.startswith("F\t"):
            if head:
                size, mtime, ctime, content, settings, shebang = head
                settings = _unescape(settings)
                records[path] = Record(
                    int(size), int(mtime), int(ctime), content, settings, bool(shebang), tuple(lines)
                )
            _, path, *head = line.split("\t")
            path = _unescape(path)
            lines = []
        elif line:
            lines.append(line)
    return records


def _drop_old(directory: str) -> None:
    """Keep the newest caches; what other runs are at the same time writing or removing is theirs."""
    caches = []
    with os.scandir(directory) as entries:
        for entry in entries:
            try:
                caches.append((entry.stat().st_mtime_ns, entry.path))
            except FileNotFoundError:
                continue
    for _, path in sorted(caches)[:-_OLD_CACHES]:
        try:
            os.unlink(path)
        except FileNotFoundError:
            continue
