"""Changelogs that are missing, or that do not tell what changed in which release.

## What it does
Reports a project without a changelog at its root, one that is not Markdown, and in a `CHANGELOG.md`: a release whose
heading has no semantic version or no ISO date; versions and dates that do not go down; a release told twice, or
without a change; changes under no heading or under one that is no kind of change; and a breaking change in a release
that is not a major one.

## Why
Whoever upgrades reads what will change for them, and whoever looks for the release that broke something reads what
changed when. Neither can be told from the commits.

## What to write instead
The form of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/):
```markdown
## [1.4.0] - 2026-03-01

### Added
- Orders can be cancelled (SHOP-123).
```

## Not reported
A heading that says `Unreleased`, with a version or without; versions below 1.0.0 with breaking changes; a patch of an
older line (`1.4.3` beside `1.5.0`), whether the list goes by version or by date; a release `[YANKED]` without a change;
headings of the second level that name no release, such as a table of contents.

The headings of release-please, standard-version and towncrier are read as well: releases on the first to third level,
with links, and with the project's name before the version. Kinds of their own are for `sections`.

## Options
`sections` names kinds of changes besides added, changed, deprecated, removed, fixed, security and performance.

## Limits
That an entry says enough is for a reviewer. Changelogs that are put together from fragments are judged as they are in
the repository.
"""

from __future__ import annotations

import re
from itertools import pairwise

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules.project._changelog import changelog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite
    from prodlint_rules.project._changelog import Release


class Options(NamedTuple):
    """What a project can say of its changelog."""

    sections: tuple[str, ...] = ()
    """Sections of a release besides added, changed, deprecated, removed, fixed, security and performance."""


_SECTIONS = ("added", "changed", "deprecated", "removed", "fixed", "security", "performance")
_BREAKING = re.compile(r"(?i:^\W*breaking(?: changes?)?\W*[:!—–])|(?i:\*\*breaking)|\bBREAKING\b")


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the heading or the entry, or the file that is missing."""
    changelog = changelog_of(site.project)
    if changelog is None:
        yield site.violation("the project has no changelog", path="CHANGELOG.md")
        return
    if changelog.releases is None:
        yield site.violation("the changelog is not Markdown, so nothing can tell its releases", file=changelog.file)
        return
    if not changelog.releases:
        yield site.violation("the changelog tells of no release", file=changelog.file)
    for line, message in sorted(_faults(changelog.releases, (*_SECTIONS, *map(str.lower, site.options.sections)))):
        yield site.violation(message, line=line, file=changelog.file)


def _faults(releases: tuple[Release, ...], sections: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    told: set[str] = set()
    for release in releases:
        yield from _of_heading(release, told)
        yield from _of_changes(release, sections)
    dated = [release for release in releases if release.version and not release.is_unreleased]
    for newer, older in pairwise(dated):
        is_maintenance = newer.order[:2] != older.order[:2]
        if older.order > newer.order and not (is_maintenance and newer.order[2] and older.date <= newer.date):
            yield older.line, f"`{older.version}` stands below the older `{newer.version}`"
        if newer.date and older.date > newer.date and not (is_maintenance and older.order[2]):
            yield older.line, f"`{older.version}` has a later date than the release above it"
        yield from _of_breaking(newer, older)


def _of_heading(release: Release, told: set[str]) -> Iterator[tuple[int, str]]:
    if release.is_unreleased:
        return
    if not release.version:
        yield release.line, f"`{release.heading}` names no semantic version"
    elif release.version in told:
        yield release.line, f"`{release.version}` is told of twice"
    elif not release.date:
        yield release.line, f"`{release.version}` has no date; write it as 2026-03-01"
    told.add(release.version)


def _of_changes(release: Release, sections: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    if not release.sections and not release.is_unreleased and "[yanked]" not in release.heading.lower():
        yield release.line, f"`{release.version or release.heading}` lists no change"
    for section in release.sections:
        if not section.name and section.entries:
            yield section.line, "changes stand under no kind, such as `### Added` or `### Fixed`"
        elif section.name and section.name.lower() not in sections:
            yield section.line, f"`{section.name}` is no kind of change; the known ones are {', '.join(sections)}"
        elif section.name and not section.entries:
            yield section.line, f"`{section.name}` lists no change"


def _of_breaking(release: Release, older: Release) -> Iterator[tuple[int, str]]:
    """The breaking changes of a release that is not a major one; of the first release nothing can break."""
    major, minor, patch = release.order
    if major == 0 or major > older.order[0] or (minor, patch) == (0, 0):
        return
    for section in release.sections:
        for entry in section.entries:
            if "breaking" in section.name.lower() or _BREAKING.search(entry.text.split("\n")[0].lstrip("*-+ ")):
                yield entry.line, f"a breaking change takes a new major version, and `{release.version}` is none"
