"""Cobertura XML, which coverage.py (``coverage xml``) and most other coverage tools write.

Source: the document type ``coverage-04.dtd`` of Cobertura. Rates are not believed: lines are counted, each once, those
that methods repeat included. A file's path is taken below the report's source where there is one that tells it.
"""

from __future__ import annotations

from prodlint.evidence.documents import xml_events
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Measure

_MILLISECONDS = 100_000_000_000  # as seconds that would be the year 5138


def read(data: bytes) -> Evidence:
    """The covered and total lines of each file. Raises BrokenEvidenceError."""
    run = _Run()
    xml_events(data, run.start, run.end)
    if not run.is_report:
        raise BrokenEvidenceError("its root is no `coverage`, so it is no coverage report")
    measures = tuple(
        Measure(path, "lines", {"covered": sum(lines.values()), "total": len(lines)})
        for path, lines in run.files.items()
    )
    total = sum(len(lines) for lines in run.files.values())
    return Evidence("cobertura", "", run.tool, total, "lines", (), measures, recorded=run.recorded)


class _Run:
    """One pass over the elements: which lines of which file were hit."""

    def __init__(self) -> None:
        self.is_report = False
        self.tool = "Cobertura"
        self.recorded: float | None = None
        self.files: dict[str, dict[int, bool]] = {}
        self._depth = 0
        self._lines: dict[int, bool] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take up an element."""
        if not self._depth:
            self.is_report = name == "coverage"
            self.tool = f"{self.tool} {attributes.get('version', '')}".strip()
            self.recorded = _recorded(attributes.get("timestamp", ""))
        self._depth += 1
        if name == "class":
            path = attributes.get("filename", "").replace("\\", "/")
            if not path:
                raise BrokenEvidenceError("a `class` has no `filename`")
            self._lines = self.files.setdefault(path, {})
        elif name == "line" and self._lines is not None:
            line, hits = attributes.get("number", ""), attributes.get("hits", "")
            if not (line.isdecimal() and hits.isdecimal() and len(line) < 10):
                raise BrokenEvidenceError("a `line` has no number, or its hits are no count")
            number = int(line)
            self._lines[number] = self._lines.get(number, False) or hits.strip("0") != ""

    def end(self, name: str) -> None:
        """Leave an element."""
        self._depth -= 1
        if name == "class":
            self._lines = None


def _recorded(text: str) -> float | None:
    """The time in seconds, of what tools write as seconds or as milliseconds since the epoch."""
    if not (text.isdecimal() and len(text) < 15):
        return None
    moment = float(text)
    return moment / 1000 if moment > _MILLISECONDS else moment
