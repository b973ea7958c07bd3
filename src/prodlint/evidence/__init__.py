"""What other tools wrote in, one frozen value for all of them out: `Evidence`.

One module a format. None runs a tool, resolves a reference or trusts a number: a file that is not what it says is a
`BrokenEvidenceError`, which names the file, the fault and the remedy, and proves nothing.
"""

from prodlint.evidence.formats import FORMATS, Format, read_evidence
from prodlint.evidence.value import BrokenEvidenceError, Evidence, Finding, Level, Measure

__all__ = ["FORMATS", "BrokenEvidenceError", "Evidence", "Finding", "Format", "Level", "Measure", "read_evidence"]
