"""A place in a document in, the page of the rule that has something to say there out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import Hover, MarkupContent, MarkupKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.hosts.lsp.documents import Document, Finding
    from prodlint.hosts.lsp.pages import Pages

_SUPPRESSION = re.compile(r"#+[ \t]*(?:prodlint:|noqa[ \t]*:)[^\r\n]*", re.IGNORECASE)
_NAME = re.compile(r"\w+(?:-\w+)*")


def hover(
    document: Document, offset: int, findings: Iterable[Finding], pages: Pages, *, markdown: bool
) -> Hover | None:
    """What is found at an offset, with the rules' pages, or the page of a rule that a suppression names there."""
    here = [finding for finding in findings if finding.start <= offset <= finding.end]
    kind = MarkupKind.Markdown if markdown else MarkupKind.PlainText
    if here:
        texts = {finding.violation.rule: pages.text(finding.violation.rule) for finding in here}
        text = "\n---\n\n".join(page for page in texts.values() if page)
        start, end = min((finding.end - finding.start, finding.places[0]) for finding in here)[1]
        return Hover(MarkupContent(kind, text), document.places.range(start, end)) if text else None
    return _named(document, offset, pages, kind)


def _named(document: Document, offset: int, pages: Pages, kind: MarkupKind) -> Hover | None:
    first, last = document.places.line_at(offset)
    comment = _SUPPRESSION.search(document.text, first, last)
    for word in _NAME.finditer(document.text, *comment.span()) if comment else ():
        if word.start() <= offset <= word.end() and (text := pages.text(word[0])):
            return Hover(MarkupContent(kind, text), document.places.range(*word.span()))
    return None
