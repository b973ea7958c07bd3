"""Versions that are not semantic, or that disagree.

## What it does
Reports a project whose version (`[project]` or `[tool.poetry]` of `pyproject.toml`, else `[metadata]` of `setup.cfg`)
is not `MAJOR.MINOR.PATCH`, and one whose version is not that of the newest release in its `CHANGELOG.md`.

## Why
Tools and people decide by the number whether an upgrade is safe. A release under one number that the changelog calls by
another cannot be found again.

## What to write instead
`version = "1.4.0"`, and a heading `## [1.4.0] - 2026-03-01` in the changelog.

## Not reported
A version that is made while the package is built (`dynamic = ["version"]`, or `tool.poetry-dynamic-versioning`) is not
compared; the changelog's own are
still judged by [malformed-changelog](malformed-changelog.md). A development or pre-release version (`1.5.0.dev0`,
`1.5.0rc1`) may be ahead of the changelog.

## Limits
Only the project at the root is looked at.
"""

from __future__ import annotations

import re

from prodlint.config.source import toml_parser
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.project import NothingToJudgeError
from prodlint.source import Unreadable
from prodlint_rules.project._changelog import VERSION, changelog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectFile, ProjectSite, ProjectTree
    from prodlint_rules.project._changelog import Release


class Stated(NamedTuple):
    """A version, and the 1-based line of the file that states it."""

    version: str
    file: ProjectFile
    line: int


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the line of the version."""
    stated, changelog = _stated(site.project), changelog_of(site.project)
    if stated is None:
        if changelog is None or not any(each.version for each in changelog.releases or ()):
            raise NothingToJudgeError
        return
    match = re.fullmatch(VERSION, stated.version)
    if match is None:
        yield site.violation(f"`{stated.version}` is no semantic version", line=stated.line, file=stated.file)
        return
    if match["pre"] or changelog is None or not changelog.releases:
        return
    released = [each for each in changelog.releases if each.version and not each.is_unreleased]
    if released and stated.version not in [each.version for each in _newest(released, changelog.releases)]:
        newest = max(released, key=lambda each: each.order).version
        message = f"the version is `{stated.version}`, and the changelog's newest release `{newest}`"
        yield site.violation(message, line=stated.line, file=stated.file)


def _newest(released: list[Release], told: tuple[Release, ...]) -> Iterator[Release]:
    """The releases whose version the project may have: the newest one, the newest final one, and the one to come."""
    yield max(released, key=lambda each: each.order)
    yield from [each for each in told if each.is_unreleased][:1]
    final = [each for each in released if re.fullmatch(r"[\d.]+", each.version)]
    if final:
        yield max(final, key=lambda each: each.order)


def _stated(project: ProjectTree) -> Stated | None:
    for file in project.matching(("/pyproject.toml",)):
        if version := _of_pyproject(file.text()):
            return Stated(version, file, _line_of(file.text(), version))
    for file in project.matching(("/setup.cfg",)):
        if version := _of_setup(file.text()):
            return Stated(version, file, _line_of(file.text(), version))
    return None


def _of_pyproject(text: str) -> str:
    parser = toml_parser()
    try:
        table = parser.loads(text)
    except parser.TOMLDecodeError as error:
        raise Unreadable(f"not TOML: {error}") from None
    tool = table.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    if isinstance(tool, dict) and "poetry-dynamic-versioning" in tool:
        return ""  # what stands there is replaced when the package is built
    for owner in (table.get("project"), poetry):
        if isinstance(owner, dict) and isinstance(version := owner.get("version"), str):
            return version
    return ""


def _of_setup(text: str) -> str:
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except Error:
        return ""  # setuptools would refuse it, too
    version = parser.get("metadata", "version", fallback="")
    return "" if version.startswith(("attr:", "file:")) else version


def _line_of(text: str, version: str) -> int:
    """The line that states a version; 1 where it is written in some other way."""
    pattern = re.compile(rf"^\s*version\s*=\s*[\"']?{re.escape(version)}", re.MULTILINE)
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 + found[0].count("\n") if found else 1
