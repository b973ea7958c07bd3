"""Findings in, the protocol's diagnostics out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
)

from prodlint.model import Origin, Severity
from prodlint.tool_rules import UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.hosts.lsp.documents import Finding
    from prodlint.hosts.lsp.pages import Pages
    from prodlint.hosts.lsp.positions import Places
    from prodlint.hosts.lsp.settings import Abilities, Options

SOURCE = "prodlint"
"""What the editor says that a diagnostic is from."""

SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.INFO: DiagnosticSeverity.Information,
}


class Shape:
    """How a client wants its diagnostics, and where the pages of rules are for it."""

    def __init__(self, abilities: Abilities, options: Options, pages: Pages) -> None:
        self._abilities = abilities
        self._options = options
        self._pages = pages

    def diagnostics(self, findings: Iterable[Finding], uri: str, places: Places) -> list[Diagnostic]:
        """The diagnostics of the document of this URI, in which the findings' places are."""
        return [self.diagnostic(finding, uri, places) for finding in self.shown(findings)]

    def shown(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that the user gets to see: none that a comment hides, those of the baseline by the options."""
        hides_known = self._options.baseline == "hide"
        return [
            finding
            for finding in findings
            if (hidden := finding.violation.suppressed) is None
            or (hidden.origin is Origin.BASELINE and not hides_known)
        ]

    def diagnostic(self, finding: Finding, uri: str, places: Places) -> Diagnostic:
        """One finding as a diagnostic."""
        violation = finding.violation
        page = self._pages.uri(violation.rule) if self._abilities.descriptions else None
        is_unused = violation.rule == UNUSED_SUPPRESSION.name
        return Diagnostic(
            range=places.range(finding.start, finding.end),
            message=violation.message,
            severity=self._severity(finding),
            code=violation.rule,
            code_description=CodeDescription(page) if page else None,
            source=SOURCE,
            tags=[DiagnosticTag.Unnecessary] if is_unused and self._abilities.tags else None,
            related_information=_related(finding, uri, places) if self._abilities.related else None,
            data={"code": violation.code, "fingerprint": violation.fingerprint},
        )

    def _severity(self, finding: Finding) -> DiagnosticSeverity:
        is_known = finding.violation.suppressed is not None
        if is_known and self._options.baseline == "hint":
            return DiagnosticSeverity.Hint
        return SEVERITIES[finding.violation.severity]


def _related(finding: Finding, uri: str, places: Places) -> list[DiagnosticRelatedInformation] | None:
    """The further places that explain a finding; no rule sees more than one file, so all are in it."""
    found = [
        DiagnosticRelatedInformation(Location(uri, places.range(start, end)), related.message)
        for related, (start, end) in zip(finding.violation.related, finding.places[1:], strict=True)
    ]
    return found or None
