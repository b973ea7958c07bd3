"""The format `markdown`: an overview for the summary page of a build server or a comment on a change.

The dialect is GitHub's. The length is bounded, since servers refuse long summaries; other formats hold everything.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.outcome import counted, plural
from prodlint.report.safety import visible
from prodlint.report.selection import shown
from prodlint.report.tally import by_path, by_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prodlint.model import Problem, Report, Violation
    from prodlint.report import View
    from prodlint.report.tally import RuleTally

_MOST_RULES = 30
_MOST_FILES = 10
_MOST_PROBLEMS = 10
_LONGEST = 300


def render(report: Report, view: View) -> Iterator[str]:
    """A heading that says how it went, a table of rules, one of the worst files, and the problems."""
    violations = shown(report, view)
    yield f"## prodlint: {_outcome(report, violations)}\n"
    if violations:
        yield from _rules(by_rule(violations, view))
        yield from _files(violations)
    yield from _problems(report.problems)


def _outcome(report: Report, violations: Sequence[Violation]) -> str:
    checked = plural(report.checked, "file")
    live = [violation for violation in violations if violation.suppressed is None]
    if live:
        paths = len({violation.path for violation in live})
        text = f"{counted(live)} in {paths:,} of {checked}"
    elif report.problems:
        text = f"no violations in {checked}"
    else:
        text = f"all clear, {checked} checked" if report.checked else "no files checked"
    allowed = len(violations) - len(live)
    return f"{text}, {allowed:,} allowed" if allowed else text


def _rules(tallies: Sequence[RuleTally]) -> Iterator[str]:
    yield "\n| violations | files | rule | severity | what it reports |\n|---:|---:|---|---|---|\n"
    for tally in tallies[:_MOST_RULES]:
        rule = f"{code(tally.code)} {code(tally.name)}"
        summary = _prose(tally.page.rule.summary) if tally.page else ""
        yield f"| {tally.violations:,} | {tally.files:,} | {rule} | {tally.severity.value} | {summary} |\n"
    if rest := tallies[_MOST_RULES:]:
        number = sum(tally.violations for tally in rest)
        yield f"\n… and {plural(number, 'violation')} of {plural(len(rest), 'other rule')}.\n"


def _files(violations: Sequence[Violation]) -> Iterator[str]:
    counts = [(len(group), path) for path, group in by_path(violations).items()]
    counts.sort(key=lambda count: (-count[0], count[1]))
    yield "\n### Worst files\n\n| violations | file |\n|---:|---|\n"
    for number, path in counts[:_MOST_FILES]:
        yield f"| {number:,} | {code(path)} |\n"
    if rest := counts[_MOST_FILES:]:
        number = sum(count for count, _ in rest)
        yield f"\n… and {plural(number, 'violation')} in {plural(len(rest), 'other file')}.\n"


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    if not problems:
        return
    yield "\n### Problems\n\n"
    for problem in problems[:_MOST_PROBLEMS]:
        remedy = f" ({problem.remedy})" if problem.remedy else ""
        yield f"- {code(f'{problem.place} {problem.message}{remedy}'.strip())}\n"
    if rest := problems[_MOST_PROBLEMS:]:
        yield f"\n… and {plural(len(rest), 'other problem')}.\n"


def code(text: str) -> str:
    """Foreign text as code: in backticks if nothing in it can end them or a table's cell, else as HTML.

    In HTML every character that could be Markdown is a reference, since Markdown is read between tags, too.
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    if re.fullmatch(r"\w[\w ./-]*", text, re.ASCII):
        return f"`{text}`"
    quoted = re.sub(r"[^\w ./:()-]|_", _reference, visible(text), flags=re.ASCII)
    # A link is made of anything that looks like one.
    return f"<code>{quoted.replace('://', '&#58;//').replace('www.', 'www&#46;')}</code>"


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};" if match[0].isascii() else match[0]


def _prose(text: str) -> str:
    """A rule's summary: Markdown by its author, kept in its cell, with code and without HTML."""
    parts = visible(text).replace("|", "\\|").split("`")
    if not len(parts) % 2:
        return code(text)
    return "`".join(part if number % 2 else part.replace("<", "&lt;") for number, part in enumerate(parts))
