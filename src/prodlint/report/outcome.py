"""What is said about a run beside its report: the closing line and the problems, for standard error."""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Origin, Safety, Severity
from prodlint.report.colour import GREEN, RED, SEVERITY, YELLOW, painter
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prodlint.model import Problem, Report, Violation
    from prodlint.report import View
    from prodlint.report.colour import Paint

NOT_ANALYSED = "PRD900"


def summary(report: Report, *, seconds: float, view: View, advice: str = "") -> str:
    """One line, without line feed, on what was checked and found; ``advice`` ends it.

    It says "all clear" only if at least one file was checked, all could be read and analysed, nothing was found and no
    problem occurred; files that were skipped on purpose and suppressed violations are counted, and do not prevent it.
    """
    paint = painter(colour=view.colour)
    live = [violation for violation in report.violations if violation.suppressed is None]
    unread = {violation.path for violation in report.violations if violation.code == NOT_ANALYSED}
    if report.checked and not (live or unread or report.problems):
        head = f"{paint('all clear', GREEN)}: {_checked(report)} checked{_cached(report)} in {_duration(seconds)}"
    elif report.checked:
        found = _found(live, paint)
        head = f"checked {_checked(report)}{_cached(report)} in {_duration(seconds)}: {found}"
    elif report.unchanged and not (live or report.problems):
        head = f"{paint('all clear', GREEN)}: nothing has changed"
    else:
        found = f": {_found(live, paint)}" if live else ""
        head = f"{paint('no files checked', YELLOW)}{found}"
    known = sum(v.suppressed is not None and v.suppressed.origin is Origin.BASELINE for v in report.violations)
    suppressed = len(report.violations) - len(live) - known
    notes = [
        paint(plural(len(unread), "file") + " not analysed", RED) if unread else "",
        paint(plural(len(report.problems), "problem"), RED) if report.problems else "",
        f"{suppressed:,} suppressed" if suppressed else "",
        f"{known:,} known from the baseline" if known else "",
        _stale(report),
        f"{plural(report.unchanged, 'file')} unchanged" if report.unchanged else "",
        f"{plural(len(report.skipped), 'file')} skipped" if report.skipped else "",
        _fixable(live),
    ]
    return "; ".join(filter(None, (head, ", ".join(filter(None, notes)), advice)))


def _stale(report: Report) -> str:
    if not report.stale:
        return ""
    if len(report.stale) == 1:
        return "1 stale entry of the baseline (`prodlint baseline` removes it)"
    return f"{len(report.stale):,} stale entries of the baseline (`prodlint baseline` removes them)"


def problem_lines(report: Report, view: View) -> Iterator[str]:
    """A line for each problem, without line feed: ``prodlint: path:line: message (remedy)``."""
    paint = painter(colour=view.colour)
    for problem in report.problems:
        place = problem.place
        remedy = f" ({problem.remedy})" if problem.remedy else ""
        text = visible(f"{place}{' ' if place else ''}{problem.message}{remedy}")
        yield f"{paint('prodlint:', _weight(problem))} {text}"


def counted(violations: Sequence[Violation]) -> str:
    """How many violations of each severity, the gravest first, without colour."""
    return _found(violations, painter(colour=False))


def plural(number: int, unit: str) -> str:
    """The number with thousands separated, and the unit, with an `s` unless there is one."""
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def _weight(problem: Problem) -> str:
    return RED if problem.fatal else YELLOW


def _checked(report: Report) -> str:
    return plural(report.checked, "file")


def _cached(report: Report) -> str:
    return f" ({report.cached:,} cached)" if report.cached else ""


def _found(live: Sequence[Violation], paint: Paint) -> str:
    """How many violations of each severity, the gravest first."""
    parts = []
    for severity, unit in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "info")):
        number = sum(violation.severity is severity for violation in live)
        if number:
            text = f"{number:,} info" if severity is Severity.INFO else plural(number, unit)
            parts.append(paint(text, SEVERITY[severity]))
    return ", ".join(parts) or "no violations"


def _fixable(live: Sequence[Violation]) -> str:
    """How many of the violations have a fix, by what applies it."""
    safe = sum(violation.fixable is Safety.SAFE for violation in live)
    unsafe = sum(violation.fixable is Safety.UNSAFE for violation in live)
    parts = [f"{safe:,} fixable with --fix" if safe else "", f"{unsafe:,} with --unsafe-fixes" if unsafe else ""]
    if unsafe and not safe:
        return f"{unsafe:,} fixable with --fix --unsafe-fixes"
    return ", ".join(filter(None, parts))


def _duration(seconds: float) -> str:
    """Two significant digits or so; nobody compares runs by this line."""
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
