"""flake8's default lines, ``path:line:column: CODE message`` (``flake8 --output-file``).

flake8 writes nothing when it finds nothing, as it does when it did not run: such a file proves nothing, and one with
findings shows that there are some.
"""

from __future__ import annotations

import re

from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding

_LINE = re.compile(
    r"(?P<path>[^\n]{1,4096}?):(?P<line>\d{1,9}):(?:\d{1,9}:)? (?P<code>[A-Z]{1,3}\d{1,6}) (?P<message>.*)"
)
_REMEDY = "use another linter's evidence for what is clean"


def read(data: bytes) -> Evidence:
    """The findings. Raises BrokenEvidenceError."""
    lines = data.decode("utf-8", "replace").splitlines()
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    if not any(line.strip() for line in lines):
        raise BrokenEvidenceError("the file is empty, as it also is when flake8 did not run", _REMEDY)
    if not found:
        raise BrokenEvidenceError("no line is `path:line:column: CODE message`", "use flake8's default format")
    findings = (
        Finding(match["code"], match["message"], path=match["path"], line=int(match["line"])) for match in found
    )
    return Evidence("flake8", "", "flake8", None, "files", tuple(findings))
