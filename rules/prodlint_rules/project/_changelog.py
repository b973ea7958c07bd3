"""A project's changelog in, its releases, sections and entries with their lines out.

The form is that of Keep a Changelog 1.1.0: a heading of the second level for each release, one of the third for each
kind of change, a list item for each change. Read as CommonMark.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prodlint.project import ProjectFile, ProjectTree

_NAMES = ("/CHANGELOG*", "/CHANGES*", "/HISTORY*", "/NEWS*", "/Changelog*", "/changelog*", "/docs/changelog*")
_MARKDOWN = (".md", ".markdown")

# The expression of semver.org, and the pre-releases that PEP 440 writes without a hyphen.
VERSION = (
    r"(?P<major>0|[1-9]\d*)\.(?P<minor>0|[1-9]\d*)\.(?P<patch>0|[1-9]\d*)"
    r"(?P<pre>-[0-9A-Za-z.-]+|(?:a|b|rc)\d+|\.dev\d+)?(?:\+[0-9A-Za-z.-]+)?"
)


class Entry(NamedTuple):
    """One change: what is written of it, and its 1-based first line."""

    text: str
    line: int


class Section(NamedTuple):
    """The changes of one kind; the name is empty for those under no heading of the third level."""

    name: str
    line: int
    entries: tuple[Entry, ...]


class Release(NamedTuple):
    """One release: its heading as written, the version and ISO date in it where they are, and its sections."""

    heading: str
    line: int
    version: str
    date: str
    is_unreleased: bool
    sections: tuple[Section, ...]

    @property
    def order(self) -> tuple[int, int, int]:
        """What versions are compared by: major, minor, patch."""
        match = re.fullmatch(VERSION, self.version)
        return (int(match["major"]), int(match["minor"]), int(match["patch"])) if match else (0, 0, 0)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The changes of all sections."""
        return tuple(entry for section in self.sections for entry in section.entries)


class Changelog(NamedTuple):
    """A changelog: its file, and its releases as they stand; None where the file is no Markdown."""

    file: ProjectFile
    releases: tuple[Release, ...] | None


def changelog_of(project: ProjectTree) -> Changelog | None:
    """The changelog at the project's root; None if there is none. Raises Unreadable."""
    files = project.matching(_NAMES)
    if not files:
        return None
    file = min(files, key=lambda each: (not each.path.lower().endswith(_MARKDOWN), each.path.count("/"), each.path))
    if not file.path.lower().endswith(_MARKDOWN):
        return Changelog(file, None)
    changelog: Changelog = project.shared("changelog", lambda: Changelog(file, releases_of(file.text())))
    return changelog


def releases_of(text: str) -> tuple[Release, ...]:
    """The releases of a changelog's text, in the order in which they stand."""
    from markdown_it import MarkdownIt  # rich's own parser of Markdown

    releases: list[Release] = []
    sections: list[Section] = []
    entries: list[Entry] = []
    depth = level = 0
    tokens = MarkdownIt("commonmark").parse(text)
    for number, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open" and depth == 1:
            if not sections and releases:
                sections.append(Section("", token.map[0] + 1 if token.map else 1, ()))
            entries.append(Entry(_text_of(text, token.map), token.map[0] + 1 if token.map else 1))
        elif token.type == "heading_open" and (kind := _kind_of(token.tag, tokens[number + 1].content, level)):
            heading = tokens[number + 1].content.strip()
            line = token.map[0] + 1 if token.map else 1
            _close_section(sections, entries)
            if kind == "section":
                sections.append(Section(heading, line, ()))
                continue
            _close_release(releases, sections)
            level = 0 if kind == "title" else int(token.tag[1])
            if level:
                releases.append(_release(heading, line))
    _close_section(sections, entries)
    _close_release(releases, sections)
    return tuple(filter(_tells_of_release, releases))


_NUMBER_FIRST = re.compile(r"(?i)\[?(?:version |release )?v?\d+\.\d+")
_VERSION_WITHIN = re.compile(rf"(?<![\w.])[vV]?(?P<version>{VERSION})(?![\w.])")
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_UNRELEASED = re.compile(r"(?i)\bunreleased\b|^\W*(?:upcoming|next|head|main|master|in development)\b")
_TARGET = re.compile(r"\]\([^()]*\)")


def _kind_of(tag: str, heading: str, level: int) -> str:
    """What a heading begins, where the release above it has a heading of this level; empty where that is nothing.

    Some tools give a patch a heading one level deeper than other releases (standard-version), or every release one of
    the first level, with the project's name before the version (towncrier).
    """
    if tag == "h1":
        return "release" if _NUMBER_FIRST.match(heading) or _VERSION_WITHIN.search(heading) else "title"
    if tag == "h2":
        named = _VERSION_WITHIN.search(heading) or _UNRELEASED.search(heading)
        return "section" if level == 1 and not named else "release"
    if tag == "h3":
        return "release" if _NUMBER_FIRST.match(heading) else "section"
    return ""


def _release(heading: str, line: int) -> Release:
    told = _TARGET.sub("]", heading)  # a link may compare with another version
    version = _VERSION_WITHIN.search(told)
    date = _DATE.search(told)
    is_unreleased = _UNRELEASED.search(told) is not None
    return Release(heading, line, version["version"] if version else "", date[1] if date else "", is_unreleased, ())


def _tells_of_release(release: Release) -> bool:
    """Whether a heading is not one of a table of contents, of links or of thanks."""
    is_named = release.version or release.is_unreleased or any(map(str.isdigit, release.heading))
    return bool(is_named) or any(section.name for section in release.sections)


def _close_section(sections: list[Section], entries: list[Entry]) -> None:
    if sections and entries:
        sections[-1] = sections[-1]._replace(entries=(*sections[-1].entries, *entries))
    entries.clear()


def _close_release(releases: list[Release], sections: list[Section]) -> None:
    if releases and sections:
        releases[-1] = releases[-1]._replace(sections=tuple(sections))
    sections.clear()


def _text_of(text: str, lines: list[int] | None) -> str:
    return "\n".join(text.split("\n")[lines[0] : lines[1]]).strip() if lines else ""
