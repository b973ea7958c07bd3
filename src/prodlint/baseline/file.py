"""The file of known violations: its text in, entries out, and back; it knows nothing of reports.

The file is JSON with a line for each entry: path from the project's root, rule, fingerprint, count. Between entries
stand empty lines, and the one behind an entry stays when the entry goes: git takes changes of lines that touch each
other for a conflict, and two branches that each mend what they know would have one in every other merge. Nothing else
that changes is in it, neither line numbers nor dates nor versions of the program.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE_NAME = ".prodlint-baseline.json"
"""The file at the project's root that is read without being named."""

FAULT = "baseline"
"""The code of every problem with the file."""

Entry = tuple[str, str, str]
"""What is known: the path from the project's root with "/" between the names, the rule's name, the fingerprint."""

_VERSION = 1
_HEAD = f'{{"version": {_VERSION}, "known": ['
_TAIL = ["[]", "]}"]  # an empty last item, so that every entry ends with a comma and can be the last
_FINGERPRINT = 16
_HEXADECIMAL = frozenset("0123456789abcdef")
# Gaps that entries have left are closed when they make up most of the file, which can cost one conflict.
_MOST_GAPS = 100
_REMEDY = "restore it from version control, or remove it and run `prodlint baseline` to record what there is"


class Baseline(NamedTuple):
    """What is known, by path and then by rule and fingerprint: how many violations of each."""

    known: dict[str, dict[tuple[str, str], int]]

    def entries(self) -> dict[Entry, int]:
        """The same, flat."""
        return {(path, *key): count for path, keys in self.known.items() for key, count in keys.items()}


class FaultyBaselineError(ValueError):
    """A baseline cannot be read or written; ``problem`` says where and what to do about it."""

    def __init__(self, problem: Problem) -> None:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        super().__init__(f"{place}: {problem.message}")
        self.problem = problem


def read(path: str, shown: str, *, resolve: bool = False) -> Baseline:
    """Read the file at ``path``, which messages call ``shown``.

    With ``resolve`` the conflict markers of a merge are no fault: what either side knows counts. Entries may stand in
    any order and more than once, where the greatest count holds. Raises FaultyBaselineError.
    """
    text = _text(path, shown)
    lines = text.split("\n")
    marked = 0
    if "<<<<<<< " in text or ">>>>>>> " in text:
        marked = next((number for number, line in enumerate(lines, 1) if line.startswith(_MARKS)), 0)
    if marked and not resolve:
        remedy = "`prodlint baseline` resolves it: it keeps what either side knows and is still found"
        raise _fault("has conflict markers of a merge", shown, marked, remedy)
    if marked:
        return _from_lines(list(_without_marks(lines)), shown)
    if lines[0] != _HEAD:  # a formatter or a person has been at it
        return _from_json(text, shown)
    return _from_lines(lines, shown)


def write(path: str, shown: str, entries: dict[Entry, int]) -> None:
    """Make the file hold these entries, all at once; what can stay as it is stays. Raises FaultyBaselineError."""
    real = os.path.realpath(path)
    old = _text(real, shown).split("\n") if os.path.lexists(real) else []
    text = "\n".join(_lines(old, entries)) + "\n"
    temporary = f"{real}.{os.urandom(6).hex()}"
    try:
        mode = os.stat(real).st_mode & 0o777 if old else None
        with open(temporary, "w", encoding="ascii", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, real)
    except OSError as error:
        remedy = "make its directory writable, or name another file with `--baseline`"
        raise _fault(f"cannot be written: {error.strerror}", shown, None, remedy) from None
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


# Reading

_MARKS = ("<<<<<<< ", ">>>>>>> ")


def _fault(message: str, shown: str, line: int | None, remedy: str = _REMEDY) -> FaultyBaselineError:
    return FaultyBaselineError(Problem(FAULT, f"the baseline {message}", shown, line, remedy))


def _text(path: str, shown: str) -> str:
    try:
        with open(path, "rb") as handle:
            data = handle.read()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise _fault("does not exist", shown, None, "`prodlint baseline` writes it") from None
    except OSError as error:
        raise _fault(f"cannot be read: {error.strerror}", shown, None, "make it readable") from None
    except UnicodeDecodeError as error:
        raise _fault("is not UTF-8", shown, data.count(b"\n", 0, error.start) + 1) from None


def _without_marks(lines: Iterable[str]) -> Iterator[str]:
    """The lines of both sides of each conflict, without those that were there before."""
    within = is_old = False
    for line in lines:
        if line.startswith("<<<<<<< "):
            within = True
        elif within and line.startswith("||||||| "):
            is_old = True
        elif within and line == "=======":
            is_old = False
        elif within and line.startswith(">>>>>>> "):
            within = False
        elif not is_old:
            yield line


def _from_lines(lines: list[str], shown: str) -> Baseline:
    """The entries of a file as `write` leaves it, without a JSON parser, which would take longer to import."""
    known: dict[str, dict[tuple[str, str], int]] = {}
    text = "\n".join(lines)
    found = _ENTRY.findall(text) if "\\" not in text else []
    if lines[0] == _HEAD and lines[-3:] == [*_TAIL, ""] and len(found) + lines.count("") + len(_TAIL) == len(lines) - 1:
        return Baseline(_grouped(found))
    ended = False
    for number, line in enumerate(lines, 1):
        if not line or line == _HEAD or line in _TAIL:
            ended = ended or line == _TAIL[-1]
            continue
        entry = _entry(line, shown, number)
        if not _is_entry(entry):
            raise _fault("has a line that is no entry", shown, number)
        _add(known, *entry)
    if not ended:
        raise _fault("ends too early", shown, len(lines))
    return Baseline(known)


def _grouped(found: list[tuple[str, str, str, str]]) -> dict[str, dict[tuple[str, str], int]]:
    """The same as `_add` for each, for thousands of them."""
    known: dict[str, dict[tuple[str, str], int]] = {}
    last, keys = None, {}
    for path, rule, fingerprint, number in found:
        if path != last:
            last, keys = path, known.setdefault(path, {})
        key, count = (rule, fingerprint), int(number)
        keys[key] = max(count, keys[key]) if key in keys else count
    return known


# A match that is more than one line takes the place of several, so that their number tells whether all is well.
_ENTRY = re.compile(r'^\["([^"]+)", "([^"]+)", "([0-9a-f]{16})", ([1-9][0-9]{0,8})\],$', re.MULTILINE)


def _entry(line: str, shown: str, number: int) -> list[Any]:
    """The entry on a line that may have escapes, or have been written by hand."""
    import json  # few paths need escapes

    try:
        entry = json.loads(line.rstrip().removesuffix(","))
    except (ValueError, RecursionError):
        raise _fault("has a line that is no entry", shown, number) from None
    return entry if isinstance(entry, list) else []


def _from_json(text: str, shown: str) -> Baseline:
    import json  # the file was reformatted by another program

    try:
        document = json.loads(text)
    except RecursionError:
        raise _fault("is nested too deeply", shown, None) from None
    except json.JSONDecodeError as error:
        raise _fault(f"is not valid JSON: {error.msg}", shown, error.lineno) from None
    if not isinstance(document, dict) or not isinstance(document.get("known"), list):
        raise _fault('has no list "known"', shown, 1)
    if document.get("version") != _VERSION:
        version = document.get("version")
        raise _fault(f"is of version {version!r:.20}, not {_VERSION}", shown, 1, "a newer prodlint may know it")
    known: dict[str, dict[tuple[str, str], int]] = {}
    for number, entry in enumerate(document["known"], 1):
        if entry == []:
            continue
        if not isinstance(entry, list) or not _is_entry(entry):
            raise _fault(f"holds something that is no entry, as item {number}", shown, None)
        _add(known, *entry)
    return Baseline(known)


def _is_entry(entry: list[Any]) -> bool:
    match entry:
        case [str(path), str(rule), str(fingerprint), int(count)]:
            is_identity = len(fingerprint) == _FINGERPRINT and _HEXADECIMAL.issuperset(fingerprint)
            return bool(path and rule and is_identity and count > 0) and count is not True
    return False


def _add(known: dict[str, dict[tuple[str, str], int]], path: str, rule: str, fingerprint: str, count: int) -> None:
    keys = known.setdefault(path, {})
    keys[rule, fingerprint] = max(count, keys.get((rule, fingerprint), 0))


# Writing


def _lines(old: list[str], entries: dict[Entry, int]) -> list[str]:
    """The lines of a file with these entries: the old lines where they still say what is so."""
    from json import dumps  # whoever writes the file has waited for a whole run

    wanted = {dumps(entry)[:-1]: f"{dumps([*entry, count])}," for entry, count in sorted(entries.items())}
    order = {key: number for number, key in enumerate(wanted)}
    if old and old[0] == _HEAD and old[-3:] == [*_TAIL, ""] and old.count("") <= max(_MOST_GAPS, 4 * len(wanted)):
        kept = [(_key(line), line) for line in old[1:-3]]
        kept = [(key, line and wanted[key]) for key, line in kept if not line or key in wanted]
        places = [order[key] for key, line in kept if line]
        if places == sorted(set(places)):  # a merge may have brought disorder
            return [_HEAD, *_filled(kept, wanted, order), *_TAIL]
    return [_HEAD, *(line for entry in wanted.values() for line in (entry, "")), *_TAIL]


def _key(line: str) -> str:
    """A line without its count."""
    return line.rpartition(", ")[0]


def _filled(kept: list[tuple[str, str]], wanted: dict[str, str], order: dict[str, int]) -> list[str]:
    """Put the lines that are missing where they belong, each with a gap behind it; ``kept`` has keys and lines."""
    present = {key for key, _ in kept}
    places = [(order[key], number) for number, (key, line) in enumerate(kept) if line]
    before: dict[int, list[str]] = {}
    for key, line in wanted.items():
        if key not in present:
            at = bisect_left(places, (order[key], 0))
            before.setdefault(places[at][1] if at < len(places) else len(kept), []).extend((line, ""))
    filled = []
    for number, (_, line) in enumerate(kept):
        filled += [*before.get(number, ()), line]
    return filled + before.get(len(kept), [])
