"""Files of settings and keys that git tracks.

## What it does
Reports files in the repository that hold the settings or keys of one machine: `.env` and `.env.production` with a value
in it, private keys (by what the file holds, under any name that keys have), keystores, and the files in which tools
keep credentials (`.netrc`, `.pgpass`, `.pypirc`, `.npmrc`, `.git-credentials`, keys of service accounts).

## Why
Everybody who can read the repository reads them, in every clone and for ever: removing the file leaves it in the
history.

## What to write instead
Put the file's name into `.gitignore`, its keys without values into `.env.example`, and the values into the
environment or a store of secrets. A credential that was committed is burnt: replace it.

## Not reported
Examples (`.env.example`, `.env.sample`, `.env.template`, `.env.dist`), settings for tests (`.env.test`), certificates
and public keys, files in which all values are empty or encrypted (sops, dotenvx), and keys of tests.

## Limits
Without git, or outside of a repository, there is no verdict. Earlier commits are not searched.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.project import NotCheckedError
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation
    from prodlint.project import ProjectFile, ProjectSite

_ENVIRONMENTS = (".env", ".env.*", "*.env", ".envrc")
_EXAMPLE = re.compile(
    r"(?i)(?:^|[.\-_])(?:examples?|samples?|templates?|tmpl|dist|defaults?|schema|tests?|testing|vault)(?:[.\-_]|$)"
)
_KEYS = (
    "*.pem", "*.key", "*.ppk", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*_rsa", "*_ed25519", "*.p8",
)  # fmt: skip
_STORES = ("*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx")
_CREDENTIALS = (".netrc", "_netrc", ".pgpass", ".pypirc", ".npmrc", ".git-credentials", "*.json")
_TESTS = ("test/", "tests/", "testing/", "fixtures/", "testdata/")

_ASSIGNED = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?!sops_|DOTENV_PUBLIC_KEY)[A-Za-z_][\w.]*[ \t]*="
    r"[ \t]*[\"']?(?!ENC\[|encrypted:)[^\s\"'#]",
    re.MULTILINE,
)
_PRIVATE = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----|^PuTTY-User-Key-File-", re.MULTILINE)
_HELD = {
    ".netrc": r"\bpassword\s+\S",
    "_netrc": r"\bpassword\s+\S",
    ".pgpass": r"^[^#\n]*(?::[^:\n]*){3}:[^:\s]",
    ".pypirc": r"^\s*password\s*[:=]\s*\S",
    ".npmrc": r"_(?:authToken|auth|password)\s*=\s*[^\s$]",
    ".git-credentials": r"://[^:/\s]+:[^@\s]+@",
}


def check(site: ProjectSite) -> Iterator[Violation]:
    """Report the file."""
    tracked = site.project.tracked
    if tracked is None:
        raise NotCheckedError("git cannot tell which files are tracked")

    def candidates(patterns: tuple[str, ...]) -> Iterator[ProjectFile]:
        held_for_tests = set(tracked.matching(_TESTS))
        return (file for file in tracked.matching(patterns) if file not in held_for_tests)

    for file in candidates(_ENVIRONMENTS):
        if not _EXAMPLE.search(_name(file)) and _holds(file, _ASSIGNED):
            message = "git tracks the settings of one machine, which everybody who has the repository can read"
            yield site.violation(message, file=file)
    for file in candidates(_KEYS):
        if _holds(file, _PRIVATE):
            yield site.violation("git tracks a private key, which everybody who has the repository can use", file=file)
    for file in candidates(_STORES):
        yield site.violation("git tracks a store of keys, which everybody who has the repository can try", file=file)
    for file in candidates(_CREDENTIALS):
        if _holds_credentials(file):
            yield site.violation("git tracks credentials, which everybody who has the repository can use", file=file)


def _name(file: ProjectFile) -> str:
    return file.path.rpartition("/")[2]


def _holds(file: ProjectFile, pattern: re.Pattern[str]) -> bool:
    try:
        return pattern.search(file.text()) is not None
    except Unreadable:
        return False  # neither settings nor a key in text


def _holds_credentials(file: ProjectFile) -> bool:
    known = _HELD.get(_name(file))
    if known is not None:
        return _holds(file, re.compile(known, re.MULTILINE))
    # A key of a service account says what it is, in a file of any name.
    return _holds(file, _SERVICE_ACCOUNT) and _holds(file, _KEY_FIELD)


_SERVICE_ACCOUNT = re.compile(r'"type"\s*:\s*"service_account"')
_KEY_FIELD = re.compile(r'"private_key"\s*:\s*"-----BEGIN')
