"""Violations that a project has had and may keep for now: marked in a report, so that only new ones count.

``file`` reads and writes them, ``matching`` finds them again in a report.
"""

from prodlint.baseline.file import FILE_NAME, Baseline, FaultyBaselineError, read, write
from prodlint.baseline.matching import Extent, Matched, entries_of, match, may_be_hidden

__all__ = [
    "FILE_NAME",
    "Baseline",
    "Extent",
    "FaultyBaselineError",
    "Matched",
    "entries_of",
    "match",
    "may_be_hidden",
    "read",
    "write",
]
