"""Changes that no ticket tells of.

## What it does
Reports an entry of the changelog that names no ticket. A `CHANGELOG.md` is read as
[malformed-changelog](malformed-changelog.md) says.

## Why
The entry says what changed; the ticket says who asked for it, what was decided, and who accepted it.

## What to write instead
`- Orders can be cancelled (SHOP-123).`

## Options
`pattern` is the regular expression of a ticket's id. By default it takes `SHOP-123`, `#123`
and links with `/issues/123`, `/pull/123` or `/merge_requests/123`; `UTF-8`, `SHA-256`, `CVE-2026-1` and their like are
none.

## Limits
Whether the ticket exists is not asked.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.project import FaultyOptionError, NothingToJudgeError
from prodlint_rules.project._changelog import changelog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


class Options(NamedTuple):
    """What a project's tickets are called."""

    pattern: str = (
        r"\b(?!(?:AES|CVE|CWE|HTTP|ISO|MD|PEP|RFC|RSA|SHA|TLS|UTF)-)[A-Z][A-Z0-9]+-\d+\b"
        r"|#\d+\b|/(?:issues|pull|merge_requests)/\d+\b"
    )
    """The regular expression of a ticket's id."""


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the entry's first line."""
    changelog = changelog_of(site.project)
    if changelog is None or not changelog.releases:
        raise NothingToJudgeError
    try:
        ticket = re.compile(site.options.pattern)
    except re.error as error:
        raise FaultyOptionError("pattern", f"`{site.options.pattern}` is no regular expression: {error}") from None
    for release in changelog.releases:
        for entry in release.entries:
            if not ticket.search(entry.text):
                yield site.violation("the change names no ticket", line=entry.line, file=changelog.file)
