"""The format `html`: one page for a browser, which loads nothing and works without its script.

An overview, the rules, all violations by file, and the pages of the rules. The script only searches; a content security
policy lets no other one run, should any foreign text ever escape its quotes. ASCII only: no encoding can be mistaken.
"""

from __future__ import annotations

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.html_assets import SCRIPT, STYLE
from prodlint.report.outcome import plural
from prodlint.report.prose import html_of, with_code
from prodlint.report.quoting import xml
from prodlint.report.selection import allowance, shown
from prodlint.report.tally import SEVERITIES, by_path, by_rule, severities
from prodlint.report.text import position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prodlint.model import Problem, Related, Report, Span, Violation
    from prodlint.report import View
    from prodlint.report.tally import RuleTally

_WIDEST = 240  # characters of a source line: one of megabytes may be shown thousands of times
_BEFORE = 80


def render(report: Report, view: View) -> Iterator[str]:
    """The page, its parts in reading order."""
    violations = shown(report, view)
    tallies = by_rule(violations, view)
    anchors = {(tally.code, tally.name): f"rule-{number}" for number, tally in enumerate(tallies)}
    yield _head()
    yield from _overview(report, violations)
    yield from _problems(report.problems)
    if violations:
        yield from _rules(tallies, anchors)
        yield from _search(tallies, anchors)
        for path, group in by_path(violations).items():
            yield from _file(path, group, anchors)
        yield '<p id="none" hidden>Nothing fits the search.</p>\n'
        yield from _pages(tallies, anchors)
    yield f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"


def _head() -> str:
    from base64 import b64encode  # here: only this format has a script to vouch for
    from hashlib import sha256

    script = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; base-uri 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}; form-action \'none\'">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>prodlint report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )


def _overview(report: Report, violations: Sequence[Violation]) -> Iterator[str]:
    live = [violation for violation in violations if violation.suppressed is None]
    checked = plural(report.checked, "file")
    skipped = f", {len(report.skipped):,} skipped" if report.skipped else ""
    yield f'<header>\n<h1>prodlint report</h1>\n<p class="lead">{checked} checked{skipped} by prodlint {__version__}'
    if not live:
        clear = report.checked and not report.problems
        yield ": all clear." if clear else ": no violations."
    yield '</p>\n<ul class="tiles">\n'
    for severity, number in severities(live).items():
        colour = f' class="{severity.value}"' if number else ""
        unit = severity.value if number == 1 or severity.value == "info" else f"{severity.value}s"
        yield f"<li{colour}><b>{number:,}</b> {unit}</li>\n"
    paths = len({violation.path for violation in live})
    yield f"<li><b>{paths:,}</b> {'file' if paths == 1 else 'files'} with violations</li>\n"
    if len(violations) > len(live):
        yield f"<li><b>{len(violations) - len(live):,}</b> allowed</li>\n"
    yield "</ul>\n</header>\n<main>\n"


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    if not problems:
        return
    yield "<h2>Problems</h2>\n<ul>\n"
    for problem in problems:
        remedy = f" ({problem.remedy})" if problem.remedy else ""
        weight = "error" if problem.fatal else "warning"
        yield f'<li class="{weight}">{xml(f"{problem.place} {problem.message}{remedy}".strip())}</li>\n'
    yield "</ul>\n"


def _rules(tallies: Sequence[RuleTally], anchors: Mapping[tuple[str, str], str]) -> Iterator[str]:
    yield '<h2>By rule</h2>\n<div class="scroll"><table>\n<thead><tr><th class="n">violations</th>'
    yield '<th class="n">files</th><th>rule</th><th>severity</th><th class="wide">what it reports</th></tr></thead>\n'
    for tally in tallies:
        name = f"{xml(tally.code)} {xml(tally.name)}"
        if tally.page is not None:
            name = f'<a href="#{anchors[tally.code, tally.name]}">{name}</a>'
        summary = with_code(tally.page.rule.summary) if tally.page else ""
        yield f'<tr><td class="n">{tally.violations:,}</td><td class="n">{tally.files:,}</td><td>{name}</td>'
        severity = tally.severity.value
        yield f'<td class="{severity}">{severity}</td><td class="wide">{summary}</td></tr>\n'
    yield "</table></div>\n"


def _search(tallies: Sequence[RuleTally], anchors: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The form that the script brings to light; without a script there would be nothing to do with it."""
    yield '<h2>By file</h2>\n<form class="search" hidden>\n'
    yield '<input type="search" placeholder="Search path, rule, message, code" aria-label="Search">\n'
    yield '<select name="severity" aria-label="Severity"><option value="">any severity</option>'
    yield "".join(f"<option>{severity.value}</option>" for severity in SEVERITIES)
    yield '</select>\n<select name="rule" aria-label="Rule"><option value="">any rule</option>'
    for tally in sorted(tallies, key=lambda tally: (tally.code, tally.name)):
        yield f'<option value="{anchors[tally.code, tally.name]}">{xml(tally.code)} {xml(tally.name)}</option>'
    yield '</select>\n<output aria-live="polite"></output>\n</form>\n'


def _file(path: str, violations: Sequence[Violation], anchors: Mapping[tuple[str, str], str]) -> Iterator[str]:
    number = plural(len(violations), "violation")
    yield f'<details class="file" open><summary><code>{xml(path)}</code> <span class="at">{number}</span></summary>\n'
    yield '<ol class="found">\n'
    for violation in violations:
        yield from _violation(violation, anchors[violation.code, violation.rule])
    yield "</ol></details>\n"


def _violation(violation: Violation, anchor: str) -> Iterator[str]:
    line, column = position(violation)
    severity = violation.severity.value
    allowed = violation.suppressed is not None
    state = "allowed" if allowed else severity
    yield f'<li data-severity="{severity}" data-rule="{anchor}"><p><span class="at">{line}:{column}</span>'
    yield f'<span class="{state}">{severity} {xml(violation.code)} {xml(violation.rule)}</span> '
    yield with_code(violation.message)
    if violation.suppressed is not None:
        yield f'<span class="allowed">{xml(allowance(violation.suppressed))}</span>'
    yield "</p>"
    if violation.policy:
        yield f'<p class="clauses">{xml(", ".join(violation.policy))}</p>'
    if violation.span is not None and violation.excerpt and not violation.excerpt.isspace():
        yield _picture(violation.excerpt, violation.span)
    if violation.related:
        yield f'<ul class="related">{"".join(map(_related, violation.related))}</ul>'
    yield "</li>\n"


def _picture(excerpt: str, span: Span) -> str:
    """The source line, its region marked, cut around it where the line is very long."""
    first = max(0, min(span.column - 1, len(excerpt)) - _BEFORE) if len(excerpt) > _WIDEST else 0
    last = min(len(excerpt), first + _WIDEST)
    start = min(max(span.column - 1, first), last)
    end = min(max(span.end_column - 1, start), last) if span.end_line == span.line else last
    left = "&#8230;" if first else ""
    right = "&#8230;" if last < len(excerpt) else ""
    before, marked, after = excerpt[first:start], excerpt[start:end].rstrip(), excerpt[end:last].rstrip()
    before = before if left else before.lstrip()
    return f"<pre><code>{left}{xml(before)}<mark>{xml(marked)}</mark>{xml(after)}{right}</code></pre>"


def _related(place: Related) -> str:
    where = f"{place.path}:{place.span.line}:{place.span.column}"
    return f"<li><code>{xml(where)}</code> {with_code(place.message)}</li>"


def _pages(tallies: Sequence[RuleTally], anchors: Mapping[tuple[str, str], str]) -> Iterator[str]:
    explained = [tally for tally in tallies if tally.page is not None]
    if not explained:
        return
    yield "<h2>The rules</h2>\n"
    for tally in explained:
        assert tally.page is not None
        yield f'<details id="{anchors[tally.code, tally.name]}"><summary>{xml(tally.code)} {xml(tally.name)}</summary>'
        yield f"<div>\n{html_of(tally.page.text)}</div></details>\n"
