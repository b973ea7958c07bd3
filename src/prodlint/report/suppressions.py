"""An audit of suppression comments in, its text out: lines for people, JSON for programs, Markdown for a summary.

Deterministic: the same files, history and day give the same bytes.
"""

from __future__ import annotations

from collections import Counter

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.json_report import array, encoder
from prodlint.report.markdown import code
from prodlint.report.outcome import plural
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.audit import Audit, Audited

_SCHEMA_VERSION = 1
_MOST_ROWS = 500


def render(audit: Audit, format_name: str) -> Iterator[str]:
    """The audit as `text`, `json` or `markdown`."""
    return {"text": _text, "json": _json, "markdown": _markdown}[format_name](audit)


def summary(audit: Audit) -> str:
    """One line: how many there are, in which states, and how old the oldest one is."""
    found = audit.suppressions
    if not found:
        return f"no suppressions in {plural(audit.files, 'file')}"
    states = Counter(entry.state for entry in found)
    # In the order of the states, the gravest first.
    counts = ", ".join(f"{states[state]:,} {state.value}" for state in type(found[0].state) if state in states)
    hidden = plural(sum(entry.hides for entry in found), "violation")
    text = f"{plural(len(found), 'suppression')} in {plural(len({e.path for e in found}), 'file')}: {counts}"
    ages = [entry.age for entry in found if entry.age is not None]
    oldest = f"; the oldest is {plural(max(ages), 'day')} old" if ages else ""
    return f"{text}; {hidden} hidden{oldest}"


def _text(audit: Audit) -> Iterator[str]:
    for entry in audit.suppressions:
        rules = ", ".join(entry.rules) or _unnamed(entry)
        facts = [f"hides {entry.hides:,}", *_history(entry)]
        reason = f" -- {entry.reason}" if entry.reason else ""
        place = f"{_path(entry)}:{entry.line}:{entry.column}:"
        yield visible(f"{place} {entry.state.value} {entry.verb} {rules}: {', '.join(facts)}{reason}") + "\n"


def _unnamed(entry: Audited) -> str:
    """What a comment hides that names no rule that there is."""
    return "everything" if entry.verb == "noqa" else "no rule"


def _path(entry: Audited) -> str:
    return entry.path if entry.cell is None else f"{entry.path}:cell {entry.cell}"


def _history(entry: Audited) -> Iterator[str]:
    if entry.until:
        yield f"until {entry.until}"
    if entry.since and entry.age is not None:
        yield f"since {entry.since} ({plural(entry.age, 'day')})"
    if entry.owner:
        yield f"by {entry.owner}"


def _json(audit: Audit) -> Iterator[str]:
    encode = encoder()
    yield f'{{\n  "version": {_SCHEMA_VERSION},\n'
    yield f'  "tool": {encode({"name": "prodlint", "version": __version__})},\n'
    yield f'  "files": {audit.files},\n  "problems": '
    problems = (
        {"code": p.code, "message": p.message, "path": p.path, "line": p.line, "column": p.column}
        for p in audit.problems
    )
    yield from array(problems, encode, indent="  ")
    yield ',\n  "suppressions": '
    yield from array(map(_object, audit.suppressions), encode, indent="  ")
    yield "\n}\n"


def _object(entry: Audited) -> dict[str, object]:
    return {**entry._asdict(), "rules": list(entry.rules), "state": entry.state.value}


def _markdown(audit: Audit) -> Iterator[str]:
    yield f"## prodlint: {summary(audit)}\n"
    if not audit.suppressions:
        return
    yield "\n| state | rules | place | hides | age | owner | until | ticket | reason |\n"
    yield "|---|---|---|---:|---:|---|---|---|---|\n"
    for entry in audit.suppressions[:_MOST_ROWS]:
        rules = " ".join(map(code, entry.rules)) or _unnamed(entry)
        age = "" if entry.age is None else plural(entry.age, "day")
        texts = (entry.owner, entry.until, entry.ticket, entry.reason)
        cells = (code(text) if text else "" for text in texts)
        place = code(f"{_path(entry)}:{entry.line}")
        yield f"| {entry.state.value} | {rules} | {place} | {entry.hides:,} | {age} | {' | '.join(cells)} |\n"
    if rest := audit.suppressions[_MOST_ROWS:]:
        yield f"\n… and {plural(len(rest), 'other one')}.\n"
