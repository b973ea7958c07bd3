"""The format `junit`: test results, for build servers that show nothing else.

Source: the schema ``junit-10.xsd`` of Jenkins. A test case is a rule in a file, so that a server can tell how long it
has been failing. A run without violations has one case that passes: servers take a report without any for a mistake.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.report.quoting import xml, xml_lines
from prodlint.report.selection import allowance, shown
from prodlint.report.tally import by_path
from prodlint.report.text import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prodlint.model import Problem, Report, Violation
    from prodlint.report import View


class _Case(NamedTuple):
    """A test case: ``outcome`` is the element that it holds, empty if it passed."""

    classname: str
    name: str
    outcome: str
    message: str = ""
    kind: str = ""
    lines: tuple[str, ...] = ()


def render(report: Report, view: View) -> Iterator[str]:
    """One suite; violations are failures, suppressed ones skipped tests, problems that stop a run errors."""
    cases = [_problem_case(problem) for problem in report.problems if problem.fatal]
    for path, violations in by_path(shown(report, view)).items():
        cases += _cases(path, violations)
    if not cases:
        cases.append(_Case("prodlint", "no-violations", ""))
    outcomes = [case.outcome for case in cases]
    counts = f'tests="{len(cases)}" failures="{outcomes.count("failure")}" errors="{outcomes.count("error")}"'
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="prodlint" {counts}>\n'
    yield f'  <testsuite name="prodlint" {counts} skipped="{outcomes.count("skipped")}">\n'
    yield from map(_element, cases)
    yield "  </testsuite>\n</testsuites>\n"


def _problem_case(problem: Problem) -> _Case:
    said = f"{problem.place} {problem.message}".lstrip()
    lines = (said, problem.remedy) if problem.remedy else (said,)
    return _Case("prodlint", problem.code, "error", problem.message, "problem", lines)


def _cases(path: str, violations: Sequence[Violation]) -> Iterator[_Case]:
    rules: dict[str, list[Violation]] = {}
    for violation in violations:
        rules.setdefault(violation.rule, []).append(violation)
    # Servers build a tree of packages from the dots, as pytest writes them.
    classname = path.removesuffix(".py").replace("/", ".")
    for rule, group in rules.items():
        live = [violation for violation in group if violation.suppressed is None]
        lines = tuple(map(line_of, group))
        if live:
            more = f" (and {len(live) - 1:,} more)" if len(live) > 1 else ""
            yield _Case(classname, rule, "failure", live[0].message + more, live[0].severity.value, lines)
        elif (suppressed := group[0].suppressed) is not None:
            yield _Case(classname, rule, "skipped", allowance(suppressed)[2:-1], "suppressed", lines)


def _element(case: _Case) -> str:
    head = f'    <testcase classname="{xml(case.classname)}" name="{xml(case.name)}"'
    if not case.outcome:
        return f"{head}/>\n"
    attributes = f'type="{xml(case.kind)}" message="{xml(case.message)}"'
    text = xml_lines(case.lines)
    return f"{head}>\n      <{case.outcome} {attributes}>{text}</{case.outcome}>\n    </testcase>\n"
