"""JUnit XML: what pytest, unittest runners and most other test tools write.

Source: the format has no standard; this reads what is common to the schemas of Ant, Surefire and pytest. Tests are
counted one by one: the counts that suites claim are not believed. A suite is called by its own name and, as pytest has
one suite only, its tests by their class or file.
"""

from __future__ import annotations

from prodlint.evidence.documents import time_of, xml_events
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Measure

_OUTCOMES = {"failure": "failed", "error": "broke off"}
_COMMIT_NAMES = frozenset({"commit", "git.commit", "git_commit", "vcs.revision", "revision", "CI_COMMIT_SHA"})


def read(data: bytes) -> Evidence:
    """The tests that ran, by group, and those that did not pass. Raises BrokenEvidenceError."""
    run = _Run()
    xml_events(data, run.start, run.end)
    if not run.is_report:
        raise BrokenEvidenceError("it holds no `testsuite`, so it is no test report")
    measures = tuple(
        Measure(group, "tests", {"ran": ran, "skipped": skipped}) for group, (ran, skipped) in run.groups()
    )
    return Evidence(
        "junit",
        "",
        run.tool,
        run.ran,
        "tests",
        tuple(run.findings),
        measures,
        run.commit,
        run.recorded,
    )


class _Run:
    """One pass over the elements. Skipped tests did not run; a suite's own error is a finding."""

    def __init__(self) -> None:
        self.is_report = False
        self.ran = 0
        self.findings: list[Finding] = []
        self.tool = ""
        self.commit: str | None = None
        self.recorded: float | None = None
        self._groups: dict[str, list[int]] = {}
        self._suites: list[str] = []
        self._test: dict[str, str] | None = None
        self._skipped = False
        self._failed = False

    def groups(self) -> list[tuple[str, list[int]]]:
        """How many tests of each group ran and were skipped, in the order of the report."""
        return list(self._groups.items())

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take up an element."""
        if name in ("testsuite", "testsuites"):
            self.is_report = True
            self._suites.append(attributes.get("name", ""))
            self.tool = self.tool or attributes.get("name", "")
            moment = time_of(attributes.get("timestamp"))
            if moment is not None:
                self.recorded = moment if self.recorded is None else min(self.recorded, moment)
        elif name == "testcase":
            self._test, self._skipped, self._failed = attributes, False, False
        elif name == "skipped":
            self._skipped = True
        elif name in ("failure", "error"):
            self._fail(name, attributes)
        elif name == "property" and attributes.get("name") in _COMMIT_NAMES:
            self.commit = attributes.get("value") or None

    def end(self, name: str) -> None:
        """Leave an element."""
        if name in ("testsuite", "testsuites"):
            self._suites.pop()
        elif name == "testcase" and self._test is not None:
            counts = self._groups.setdefault(self._group(), [0, 0])
            is_skipped = self._skipped and not self._failed
            counts[is_skipped] += 1
            self.ran += not is_skipped
            self._test = None

    def _fail(self, name: str, attributes: dict[str, str]) -> None:
        if self._test is not None and self._failed:
            return  # a test that fails and then breaks in its tear-down is one
        self._failed = True
        message = (attributes.get("message") or "").strip().split("\n")[0][:300]
        test = self._test or {}
        title = "::".join(part for part in (test.get("classname"), test.get("name")) if part) or "suite"
        line = test.get("line", "")
        self.findings.append(
            Finding(
                code=name,
                message=f"{title} {_OUTCOMES[name]}" + (f": {message}" if message else ""),
                path=test.get("file", ""),
                line=int(line) if line.isdecimal() and len(line) < 9 else None,
                group=self._group(),
            )
        )

    def _group(self) -> str:
        """What tests are told apart by: suite, file and class, as far as they are given."""
        test = self._test or {}
        names = (self._suites[-1] if self._suites else "", test.get("file", ""), test.get("classname", ""))
        return "/".join(name for name in names if name)
