"""Images that run as root.

## What it does
Reports a Dockerfile whose last stage ends as root: its last `USER` is `root` or `0`, or there is none, in it and in the
stages that it builds on.

## Why
Whoever breaks out of a process that runs as root is root on the host if anything else fails, and inside the container
nothing keeps them from changing the program itself.

## What to write instead
`RUN useradd --system app` and, behind the last command that needs root, `USER app`.

## Not reported
A base image whose tag says that it does not run as root (`…:nonroot`), those of Chainguard, and a user whose name the
build decides (`USER $NAME` without a default).

## Limits
Of a base image only its name is known: one that sets a user of its own is reported until the Dockerfile says so too.
Stages that are only built with `--target` are not judged.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint_rules.project._dockerfiles import filled, image_of, pairs_of, stages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite
    from prodlint_rules.project._dockerfiles import Image


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the `USER`, or the `FROM` of the last stage."""
    image = image_of(stages_of(site))
    user, line = _last_user(image)
    if user is None:
        if image.base.lower() != "scratch" and _may_be_root(image.base):
            message = f"the image runs as the user of `{image.base}`, most likely root; name one with `USER`"
            yield site.violation(message, line=image.line)
        elif image.base.lower() == "scratch":
            yield site.violation("the image runs as root; name another user with `USER`", line=image.line)
    elif user.split(":")[0] in ("root", "0"):
        yield site.violation("the image runs as root; name another user behind what needs root", line=line)


def _last_user(image: Image) -> tuple[str | None, int]:
    """Who the image runs as, with the variables that have a value filled in, and the line that says so."""
    known: dict[str, str] = {}
    user, line = None, image.line
    for instruction in image.instructions:
        for name, value in pairs_of(instruction):
            given = value if value is not None else image.arguments.get(name)
            if given:
                known[name] = filled(given, known)
        if instruction.name == "USER" and instruction.words:
            user, line = filled(instruction.words[0], known), instruction.line
    return user, line


def _may_be_root(base: str) -> bool:
    tag = base.rpartition("/")[2].partition("@")[0]
    return "nonroot" not in tag and "rootless" not in tag and not base.startswith("cgr.dev/")
