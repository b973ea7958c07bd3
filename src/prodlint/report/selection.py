"""Which violations of a report a format shows, and what stands for those it leaves out."""

from __future__ import annotations

from collections import Counter

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Origin
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prodlint.model import Report, Suppression, Violation
    from prodlint.report import View


def shown(report: Report, view: View) -> Sequence[Violation]:
    """The report's violations in its order, without the suppressed ones unless the view wants them."""
    if view.show_suppressed:
        return report.violations
    return [violation for violation in report.violations if violation.suppressed is None]


def capped(violations: Sequence[Violation], limit: int) -> tuple[Sequence[Violation], Counter[str]]:
    """The first ``limit`` violations of each rule (0: all), and how many of each rule's name are left out."""
    left_out: Counter[str] = Counter()
    if not limit:
        return violations, left_out
    seen: Counter[str] = Counter()
    kept = []
    for violation in violations:
        seen[violation.rule] += 1
        if seen[violation.rule] <= limit:
            kept.append(violation)
        else:
            left_out[violation.rule] += 1
    return kept, left_out


def more_lines(left_out: Counter[str]) -> Iterator[str]:
    """A line for each rule whose violations were left out, the most frequent first; without line feeds."""
    for rule, number in sorted(left_out.items(), key=lambda item: (-item[1], item[0])):
        yield f"… {number:,} more {visible(rule)} (--max-per-rule 0 shows all)"


def allowance(suppression: Suppression) -> str:
    """What is said after the message of a violation that is shown although suppressed; not neutralised yet."""
    if suppression.origin is Origin.BASELINE:
        return " (known from the baseline)"
    until = f" until {suppression.until}" if suppression.until else ""
    reason = f": {suppression.reason}" if suppression.reason else ""
    return f" (allowed{until}{reason})"
