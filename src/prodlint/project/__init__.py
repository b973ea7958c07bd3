"""Checks of a project's files that are not Python: files in, violations like any other out.

Imported only by runs in which such a rule is on. It finds and reads files; what they mean is for the rules to tell.
"""

from __future__ import annotations

from prodlint.project.checking import ProjectChecked, check_project, with_project
from prodlint.project.files import (
    FaultyOptionError,
    MissingExtraError,
    NotCheckedError,
    NothingToJudgeError,
    ProjectFile,
    ProjectTree,
)
from prodlint.project.site import ProjectSite

__all__ = [
    "FaultyOptionError",
    "MissingExtraError",
    "NotCheckedError",
    "NothingToJudgeError",
    "ProjectChecked",
    "ProjectFile",
    "ProjectSite",
    "ProjectTree",
    "check_project",
    "with_project",
]
