"""Base images without a version.

## What it does
Reports a `FROM`, `COPY --from` or `RUN --mount=…,from=` of an image without a tag, or with a tag that is made to move:
`latest`, `stable`, `lts`, `edge`, `nightly` and their like, also as `stable-slim`. With `digests` an image without a
digest is reported.

## Why
What the name stands for changes from one build to the next: nobody can tell what is running, and a build of last
month cannot be made again.

## What to write instead
`FROM python:3.13.1-slim`, or with a digest, which no one can move: `FROM python:3.13.1-slim@sha256:…`. Tools such as
Renovate and Dependabot keep both current.

## Options
`digests` asks for a digest.

## Limits
An image whose name or tag the build decides (`FROM python:${VERSION}` without a default) is not judged. That a tag such
as `3` moves further than `3.13.1` is not weighed.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules.project._dockerfiles import external_images, stages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


class Options(NamedTuple):
    """How exactly a project names base images."""

    digests: bool = False
    """Ask for a digest (`@sha256:…`), where a tag would do otherwise."""


_MOVING = ("latest", "stable", "mainline", "lts", "current", "edge", "rolling", "nightly", "dev", "main", "master")


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the line that names the image."""
    for image, line in external_images(stages_of(site)):
        name, _, digest = image.partition("@")
        if "$" in image or digest:
            continue
        tag = name.rpartition("/")[2].partition(":")[2]
        if not tag:
            yield site.violation(f"`{name}` has no tag, so every build may get another image", line=line)
        elif tag.lower().partition("-")[0] in _MOVING:
            yield site.violation(f"the tag of `{name}` moves, so every build may get another image", line=line)
        elif site.options.digests:
            yield site.violation(f"`{name}` has no digest, and a tag can be moved", line=line)
