"""The format `html`: one page for an auditor, which loads nothing, runs nothing, and prints as it reads.

First what was judged and how it stands, then every clause with its evidence, then who vouches for what, and at the end
the findings that clauses lead to. ASCII only: no encoding can be mistaken.
"""

from __future__ import annotations

from prodlint._version import __version__
from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.report.grouping import by_area, spots_of, worst
from prodlint.policy.report.html_style import POLICY_STYLE
from prodlint.policy.verdict import Status
from prodlint.report.html_assets import STYLE
from prodlint.report.outcome import plural
from prodlint.report.prose import with_code
from prodlint.report.quoting import xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prodlint.model import Problem
    from prodlint.policy.attestations import Attestation
    from prodlint.policy.verdict import Assessment, Shown, Spot, Verdict

    Anchors = dict[Spot, str]

_MOST_OF_A_RULE = 200
_MOST_PATHS = 5
_LONGEST = 300

_CLASSES = {
    Status.MET: "met",
    Status.VIOLATED: "violated",
    Status.MISSING: "missing",
    Status.STALE: "stale",
    Status.ATTESTED: "attested",
    Status.EXPIRED: "expired",
    Status.WAIVED: "waived",
    Status.OPEN: "open",
}


def render(assessment: Assessment) -> Iterator[str]:
    """The page, its parts in reading order."""
    groups = _by_rule(assessment)
    anchors = _anchors(groups)
    yield _head(assessment)
    yield from _cover(assessment)
    yield from _problems(assessment)
    yield from _overview(assessment)
    yield from _clauses(assessment, anchors)
    yield from _attestations(assessment)
    yield from _findings(groups, anchors)
    yield _end()


def _by_rule(assessment: Assessment) -> dict[tuple[str, str], list[Spot]]:
    """All places where clauses are violated, each once, by what found them."""
    groups: dict[tuple[str, str], dict[Spot, None]] = {}
    for verdict in assessment.verdicts:
        for spot in spots_of(verdict):
            groups.setdefault((spot.code, spot.name), {})[spot] = None
    return {rule: list(groups[rule]) for rule in sorted(groups)}


def _anchors(groups: dict[tuple[str, str], list[Spot]]) -> Anchors:
    """The fragments of the findings that the page shows."""
    shown = (spot for spots in groups.values() for spot in spots[:_MOST_OF_A_RULE])
    return {spot: f"f{number}" for number, spot in enumerate(shown, 1)}


def _head(assessment: Assessment) -> str:
    title = f"Gate {assessment.gate}" if assessment.gate else "Policy report"
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{xml(title)} {xml(assessment.today)}</title>\n<style>{STYLE}{POLICY_STYLE}</style>\n"
        f"</head>\n<body>\n<header>\n<h1>{xml(title)}</h1>\n"
    )


def _cover(assessment: Assessment) -> Iterator[str]:
    """What was judged, by what, when, and how many clauses stand how."""
    changed = " with changes that are not committed" if assessment.is_changed else ""
    facts = [
        ("date", assessment.today),
        ("commit", f"{assessment.commit}{changed}" if assessment.commit else "not in a git repository"),
        ("tool", f"prodlint {__version__}"),
        ("checked", f"{plural(assessment.checked, 'file')} below {', '.join(assessment.paths)}"),
        *(("standard", _standard_words(each.title, each.name, each.label)) for each in assessment.standards),
    ]
    yield '<dl class="facts">\n'
    for name, text in facts:
        yield f"<div><dt>{name}</dt><dd>{xml(text)}</dd></div>\n"
    yield '</dl>\n<ul class="tiles">\n'
    yield f"<li><b>{len(assessment.verdicts):,}</b> {'clause' if len(assessment.verdicts) == 1 else 'clauses'}</li>\n"
    for status, number in assessment.counts().items():
        state = f' class="{_CLASSES[status]}"' if number else ""
        yield f"<li{state}><b>{number:,}</b> {status.value}</li>\n"
    yield "</ul>\n</header>\n<main>\n"


def _standard_words(title: str, name: str, label: str) -> str:
    return f"{title} ({name}, {label})" if label else f"{title} ({name})"


def _problems(assessment: Assessment) -> Iterator[str]:
    if not assessment.problems:
        return
    yield '<h2>Evidence that proves nothing</h2>\n<ul class="faults">\n'
    for problem in assessment.problems:
        remedy = f" ({problem.remedy})" if problem.remedy else ""
        yield f"<li>{with_code(f'{_told(problem)}{remedy}')}</li>\n"
    yield "</ul>\n"


def _overview(assessment: Assessment) -> Iterator[str]:
    """A table of areas, each with how its clauses stand, so that one sees where to read on."""
    yield "<h2>Overview</h2>\n"
    for standard, areas in by_area(assessment):
        yield f'<div class="scroll"><table class="overview">\n<caption>{xml(standard.title)}</caption>\n<thead><tr>'
        yield '<th>area</th><th class="n">clauses</th><th>how they stand</th></tr></thead>\n<tbody>\n'
        for area, verdicts in areas:
            counts: dict[Status, int] = {}
            for verdict in verdicts:
                counts[verdict.status] = counts.get(verdict.status, 0) + 1
            badges = " ".join(_badge(status, number) for status in Status if (number := counts.get(status)))
            link = f'<a href="#{_area_anchor(standard.name, area)}">{xml(standard.areas.get(area, area))}</a>'
            yield f'<tr><td>{link}</td><td class="n">{len(verdicts):,}</td><td>{badges}</td></tr>\n'
        yield "</tbody></table></div>\n"


def _badge(status: Status, number: int = 0) -> str:
    count = f"{number:,} " if number else ""
    return f'<span class="badge {_CLASSES[status]}">{count}{status.value}</span>'


def _area_anchor(standard: str, area: str) -> str:
    return xml(f"{standard}.{area}")


def _clauses(assessment: Assessment, anchors: Anchors) -> Iterator[str]:
    for standard, areas in by_area(assessment):
        yield f"<h2>{xml(standard.title)}</h2>\n"
        if standard.about:
            yield f'<p class="lead">{xml(standard.about)}</p>\n'
        for area, verdicts in areas:
            name = xml(standard.areas.get(area, area))
            yield f'<section><h3 id="{_area_anchor(standard.name, area)}">{name}</h3>\n'
            for verdict in verdicts:
                yield from _clause(verdict, anchors, assessment.today)
            yield "</section>\n"


def _clause(verdict: Verdict, anchors: Anchors, today: str) -> Iterator[str]:
    clause = verdict.clause
    anchor = xml(clause.name.replace("/", "."))
    yield f'<article class="clause {_CLASSES[verdict.status]}" id="{anchor}">\n'
    name = f'<a class="name" href="#{anchor}">{xml(clause.id)}</a>'
    yield f"<h4>{_badge(verdict.status)} {xml(clause.title)} {name}</h4>\n"
    why = f' <span class="why">{with_code(clause.why)}</span>' if clause.why else ""
    yield f"<p>{with_code(clause.demands)}{why}</p>\n"
    if clause.controls:
        yield f'<p class="controls">{"".join(f"<span>{xml(control)}</span> " for control in clause.controls)}</p>\n'
    yield '<ul class="evidence">\n'
    if verdict.clause.waiver is not None:
        waiver = verdict.clause.waiver
        state = Status.WAIVED if today <= waiver.until else Status.EXPIRED
        yield f"<li>{_badge(state)} until {xml(waiver.until)}: {xml(waiver.reason)}</li>\n"
    for shown in _in_one(verdict.shown):
        yield f"<li>{_badge(shown.status)} {with_code(_words(shown))}</li>\n"
    if verdict.attestation is not None:
        yield f"<li>{_vouched(verdict.attestation, today)}</li>\n"
    elif clause.takes_attestation:
        yield "<li>Nobody vouches for it.</li>\n"
    yield "</ul>\n"
    yield from _places(verdict, anchors)
    yield "</article>\n"


def _in_one(shown: Iterable[Shown]) -> Iterator[Shown]:
    """What each thing shows; those of which there is only to say that prodlint does not have them in one line."""
    lacking: list[Shown] = []
    for each in shown:
        if each.status is Status.OPEN:
            lacking.append(each)
        elif each.is_needed or each.status is not Status.MISSING:  # nobody has to look for what is not needed
            yield each
    if lacking:
        yield lacking[0]._replace(name=", ".join(each.name for each in lacking))


def _words(shown: Shown) -> str:
    if shown.status is Status.OPEN:
        return f"not in prodlint yet: {shown.name}"
    if shown.status is Status.MET and shown.files:
        return f"{shown.name} {shown.text}"
    return shown.text


def _vouched(attestation: Attestation, today: str) -> str:
    status = Status.ATTESTED if attestation.holds(today) else Status.EXPIRED
    link = _link(attestation.link)
    note = f": {xml(attestation.note)}" if attestation.note else ""
    return f"{_badge(status)} by {xml(attestation.by)} until {xml(attestation.until)}{note}{link}"


def _link(address: str) -> str:
    # The configuration has been checked: it begins with https:// or http://.
    return f' <a href="{xml(address)}" rel="noreferrer">{xml(address)}</a>' if address else ""


def _places(verdict: Verdict, anchors: Anchors) -> Iterator[str]:
    """The worst files, each leading to its first finding on this page."""
    if not verdict.shown or not (paths := worst(verdict)):
        return
    first: dict[str, str] = {}
    for spot in spots_of(verdict):
        if spot in anchors:
            first.setdefault(spot.path, anchors[spot])
    parts = []
    for path, number in paths[:_MOST_PATHS]:
        name = f"<code>{xml(path)}</code>"
        linked = f'<a href="#{first[path]}">{name}</a>' if path in first else name
        parts.append(f"<li>{linked} {plural(number, 'finding')}</li>")
    rest = paths[_MOST_PATHS:]
    if rest:
        number = sum(count for _, count in rest)
        parts.append(f"<li>and {plural(number, 'finding')} in {plural(len(rest), 'other file')}</li>")
    yield f'<ul class="places">{"".join(parts)}</ul>\n'


def _attestations(assessment: Assessment) -> Iterator[str]:
    if not assessment.attestations:
        return
    yield '<h2>Attestations</h2>\n<div class="scroll"><table>\n<thead><tr><th>clauses</th><th>by</th><th>until</th>'
    yield "<th>note</th><th>written in</th></tr></thead>\n<tbody>\n"
    for each in assessment.attestations:
        names = "<br>".join(f'<a href="#{xml(name.replace("/", "."))}">{xml(name)}</a>' for name in each.clauses)
        expired = "" if each.holds(assessment.today) else f" {_badge(Status.EXPIRED)}"
        yield f"<tr><td>{names}</td><td>{xml(each.by)}</td><td>{xml(each.until)}{expired}</td>"
        yield f"<td>{xml(each.note)}{_link(each.link)}</td><td>{xml(each.origin)}</td></tr>\n"
    yield "</tbody></table></div>\n"


def _findings(groups: dict[tuple[str, str], list[Spot]], anchors: Anchors) -> Iterator[str]:
    if not groups:
        return
    yield "<h2>Findings</h2>\n"
    for (code, name), spots in groups.items():
        yield f"<section><h3>{xml(code)} {xml(name) if name != code else ''} "
        yield f'<span class="at">{plural(len(spots), "finding")}</span></h3>\n<ol class="spots">\n'
        for spot in spots[:_MOST_OF_A_RULE]:
            place = "".join(f":{part}" for part in (spot.line, spot.column) if part is not None)
            message = spot.message if len(spot.message) <= _LONGEST else spot.message[:_LONGEST] + "..."
            yield f'<li id="{anchors[spot]}"><code>{xml(spot.path)}{place}</code> {with_code(message)}</li>\n'
        yield "</ol>\n"
        if len(spots) > _MOST_OF_A_RULE:
            yield f"<p>and {len(spots) - _MOST_OF_A_RULE:,} more, which the tool itself lists.</p>\n"
        yield "</section>\n"


def _end() -> str:
    made = f"Made by prodlint {__version__}. Statuses are as of the date above."
    return f'</main>\n<footer class="lead">{made}</footer>\n</body>\n</html>\n'


def _told(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message
