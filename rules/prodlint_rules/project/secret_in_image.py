"""Credentials in images.

## What it does
Reports an `ENV` or `ARG` of a Dockerfile that gives a credential a value, or that takes one from the build
(`ARG NPM_TOKEN`, `ENV API_KEY=$API_KEY`). What is a credential is decided as by
[hardcoded-secret](hardcoded-secret.md): by the form of a value, or by name and value together.

## Why
Both stay in the image's layers and history, where everybody who can pull the image reads them. A build argument does
too, also when no instruction uses it.

## What to write instead
For a build: `RUN --mount=type=secret,id=npm_token …`. For a running container: its environment or a mounted file, from
the platform's store of secrets. A credential that was in an image is burnt: replace it.

## Not reported
Fingerprints of public keys, such as `ENV GPG_KEY=A035C8C1…`.

## Limits
Credentials in the commands of `RUN` and in files that are copied are not looked for.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.secrets import tokens
from prodlint.secrets.names import KEY, named
from prodlint.secrets.values import is_secret
from prodlint_rules.project._dockerfiles import pairs_of, stages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectSite


_PUBLIC = re.compile(r"(?i)(?:gpg|pgp)_?keys?|fingerprint")
_FINGERPRINT = re.compile(r"(?:(?:0x)?[0-9A-Fa-f]{16,40}[\s,]*)+")


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the instruction; the value is in no part of the violation."""
    for stage in stages_of(site):
        for instruction in stage.instructions:
            for name, value in pairs_of(instruction):
                if message := _verdict(instruction.name, name, value):
                    yield site.violation(message, line=instruction.line, hides=(value,) if value else ())


def _verdict(instruction: str, name: str, value: str | None) -> str:
    """What is wrong with setting a name; empty if nothing."""
    said = named(name)
    if value and _PUBLIC.search(name) and _FINGERPRINT.fullmatch(value):
        return ""
    if value:
        if tokens.find(value) or (said is not None and is_secret(value, said)):
            return f"`{name}` holds a credential, which everybody who can pull the image can read"
        is_given = value.startswith("$") and said is not None and said.kind != KEY
    else:
        is_given = value is None and said is not None and said.kind != KEY and said.is_last
    if is_given:
        return f"`{name}` keeps a credential of the build in the image; mount it with `RUN --mount=type=secret`"
    return ""
