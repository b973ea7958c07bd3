"""prodlint: the linter that makes a production policy real for Python."""

from __future__ import annotations

from prodlint._version import __version__

TYPE_CHECKING = False  # what `typing` has under this name; importing it would double the time of `prodlint --version`

if TYPE_CHECKING:
    from prodlint.api import (
        check_paths,
        check_source,
        explain,
        fix_source,
        fix_violation,
        load_config,
        merge_reports,
    )
    from prodlint.check import Site
    from prodlint.config.frozen import Config
    from prodlint.fix.rounds import FixedText
    from prodlint.fix.single import ProvedFix
    from prodlint.model import (
        Checked,
        Context,
        Edit,
        Fix,
        Origin,
        Problem,
        Related,
        Report,
        Safety,
        Severity,
        Skipped,
        Span,
        Stale,
        Suppression,
        Violation,
    )
    from prodlint.packs import FaultyPackError, Pack, load_pack
    from prodlint.policy.library import check_policy
    from prodlint.policy.verdict import Assessment, Status, Verdict
    from prodlint.registry import Registry
    from prodlint.rule import Fixed, Rule

_HOMES = {
    "prodlint.api": (
        "check_paths", "check_source", "explain", "fix_source", "fix_violation", "load_config", "merge_reports",
    ),
    "prodlint.check": ("Site",),
    "prodlint.config.frozen": ("Config",),
    "prodlint.fix.rounds": ("FixedText",),
    "prodlint.fix.single": ("ProvedFix",),
    "prodlint.model": (
        "Checked", "Context", "Edit", "Fix", "Origin", "Problem", "Related", "Report", "Safety", "Severity", "Skipped",
        "Span", "Stale", "Suppression", "Violation",
    ),
    "prodlint.packs": ("FaultyPackError", "Pack", "load_pack"),
    "prodlint.policy.library": ("check_policy",),
    "prodlint.policy.verdict": ("Assessment", "Status", "Verdict"),
    "prodlint.registry": ("Registry",),
    "prodlint.rule": ("Fixed", "Rule"),
}  # fmt: skip

__all__ = [
    "Assessment",
    "Checked",
    "Config",
    "Context",
    "Edit",
    "FaultyPackError",
    "Fix",
    "Fixed",
    "FixedText",
    "Origin",
    "Pack",
    "Problem",
    "ProvedFix",
    "Registry",
    "Related",
    "Report",
    "Rule",
    "Safety",
    "Severity",
    "Site",
    "Skipped",
    "Span",
    "Stale",
    "Status",
    "Suppression",
    "Verdict",
    "Violation",
    "__version__",
    "check_paths",
    "check_policy",
    "check_source",
    "explain",
    "fix_source",
    "fix_violation",
    "load_config",
    "load_pack",
    "merge_reports",
]


def __getattr__(name: str) -> object:
    # Imported on first use: `prodlint --version` and the command line need a part of it only.
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
