"""A standard or a clause in, its page out: for the documentation (``docs/standards/*.md``) and `prodlint explain`."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.policy.standard import Means, Thresholds

if TYPE_CHECKING:
    from prodlint.policy.standard import Clause, Standard, Way


def clause_page(clause: Clause) -> str:
    """The page of one clause, in Markdown: what it demands and why, what shows it, and who else asks for it."""
    shown = [f"- {_way(way, linked=False)}" for way in clause.shown_by]
    lines = [f"# {clause.name}", "", f"**{clause.title}.** {clause.demands} {clause.why}".rstrip(), ""]
    lines += ["## What shows it", "", *shown, ""]
    if clause.controls:
        lines += ["## Controls", "", ", ".join(clause.controls), ""]
    if clause.waiver:
        lines += ["## Waived", "", f"Until {clause.waiver.until}: {clause.waiver.reason}", ""]
    return "\n".join(lines)


def page(standard: Standard) -> str:
    """The page on a standard, in Markdown: its gates, then its clauses by area."""
    lines = [f"# {standard.title}", "", standard.about, ""]
    lines += [
        f"`{standard.name}` has {len(standard.clauses)} clauses. [The policy](../policy.md) says how they are judged."
    ]
    lines += ["", "*open* is what prodlint does not have yet.", "", "## Gates", ""]
    for gate, names in standard.gates.items():
        ids = ", ".join(f"`{name.partition('/')[2]}`" for name in names)
        lines += [f"- `{gate}`: {ids}"]
    for area, title in standard.areas.items():
        lines += ["", f"## {title}", ""]
        for clause in standard.clauses:
            if clause.area == area:
                lines += _clause(clause)
    return "\n".join(lines).rstrip("\n") + "\n"


def _clause(clause: Clause) -> list[str]:
    shown = [f"- {_way(way)}" for way in clause.shown_by]
    controls = [f"- *controls*: {', '.join(clause.controls)}"] if clause.controls else []
    return [
        f"### `{clause.id}`",
        "",
        f"**{clause.title}.** {clause.demands} {clause.why}".rstrip(),
        "",
        *shown,
        *controls,
        "",
    ]


_WORDS = {
    Means.RULES: "rules",
    Means.CHECKS: "checks",
    Means.RUFF: "ruff",
    Means.EVIDENCE: "evidence",
    Means.CLAUSES: "clauses",
}


def _way(way: Way, *, linked: bool = True) -> str:
    if way.means is Means.ATTESTATION:
        return "*attestation*"
    joint = " or " if way.means is Means.EVIDENCE else ", "
    names = joint.join(_name(way, name, linked=linked) for name in way.names)
    notes = [*(["open"] if way.is_open else []), *(["optional"] if way.is_optional else []), *_told(way.thresholds)]
    return f"*{_WORDS[way.means]}*: {names}" + (f" ({', '.join(notes)})" if notes else "")


def _name(way: Way, name: str, *, linked: bool) -> str:
    if linked and way.means is Means.RULES and not way.is_open and name != "ALL":
        return f"[{name}](../rules/{name}.md)"
    return "all" if name == "ALL" else f"`{name}`"


def _told(thresholds: Thresholds) -> list[str]:
    """The thresholds that are set, as words."""
    told = []
    if thresholds.minimum is not None:
        told.append(f"at least {thresholds.minimum:g} %")
    if thresholds.level is not None:
        told.append(f"from level {thresholds.level} on")
    if thresholds.suites:
        told.append(f"tests of {' or '.join(f'`{suite}`' for suite in thresholds.suites)}")
    if thresholds.cwe:
        told.append(", ".join(f"CWE-{number}" for number in thresholds.cwe))
    if thresholds.kind is not None:
        told.append(f"kind {thresholds.kind}")
    if thresholds.maximum is not None:
        told.append(f"{thresholds.statistic} at most {thresholds.maximum:g} ms")
    return told
