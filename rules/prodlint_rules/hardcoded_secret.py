"""Passwords, tokens and keys written into the code.

## What it does
Reports a string that is a credential: by its form alone (a token of one of some 240 formats that providers publish, a
private key, a JSON Web Token, the password in an address like `scheme://user:password@host`, basic authentication, a
payment card's number), or by its name and value together (`password = "…"`, `connect(api_key="…")`, `{"secret": "…"}`,
`os.getenv("TOKEN", "…")`, `token or "…"`, a parameter's default, a comparison). Checksums and inner structure of tokens
are checked where they have any.

## Why
Who can read the code can use the credential: every clone, every backup, every log of a build. It stays in the history
after it is removed, so it must also be changed at its provider. And one that is in the code is the same everywhere.

## What to write instead
`os.environ["SERVICE_TOKEN"]`, or a client of the place where secrets are kept. Then have a new one issued.

## Not reported
Placeholders (`changeme`, `<token>`, `${TOKEN}`, `xxxx`), judged over the whole value, in addresses too, whatever their
host; a value that restates its name; names of something about a credential (`token_type`, `password_field`,
`secret_path`, `public_key`); addresses, paths, messages, identifiers; for tokens and keys also plain words. Docstrings,
unless a token in one has a checksum that fits. In tests only tokens of providers and private keys count.

## Fix
Unsafe: a text that is all of what a name is assigned becomes `os.environ["NAME"]`, in capitals. The program then needs
the variable: without it, it ends with a `KeyError`. There is none for arguments, dictionaries, defaults, texts joined
by `+`, bytes and card numbers, where `os` means something else, and for names of variables that systems set, such as
`pwd`. The credential must be changed at its provider all the same: whoever has read the code has it.

## Options
`names`: further words whose values are secret. `not-names`: whole names whose values are not. `formats`: the project's
own tokens, as a fixed beginning of three characters or more and then classes of characters with their number, of which
one may vary: `acme_[a-f0-9]{32}`. Where this rule runs, the excerpts of every rule are masked by these too.

## Limits
Nothing of a credential is shown, logged or cached beyond the public beginning of a provider's token; the columns of
other findings behind one on its line are true, though. Values that are put together from variables are not followed. A
password without a telling name is found only in an address. Only the first 64 KiB of a string are looked at, and a
token split into pieces of fewer than 15 characters is found only by its name, unless it is an AWS access key id whose
first piece has its first four. `--diff` leaves out the changes that would show a credential, and says which.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Context, Safety, Severity
from prodlint.rule import ALL, Fixed, Rule, Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.facts.secrets import Secret
    from prodlint.model import Violation


class Options(NamedTuple):
    """What a project can tell of its own credentials."""

    names: tuple[str, ...] = ()
    """Further words of names, in lower case, whose values are secret: `pin`, `psk`."""
    not_names: tuple[str, ...] = ()
    """Whole names, as written, whose values are never secret."""
    formats: tuple[str, ...] = ()
    """The project's own tokens: a fixed beginning, then classes with their number: `acme_[a-f0-9]{32}`."""


class _Checked(Options):
    """The options, refused with ValueError where a name is none or a format could not be matched in linear time."""

    __slots__ = ()

    def __new__(cls, *values: Any, **named: Any) -> _Checked:  # noqa: PYI034  `Self` is newer than Python 3.10
        options = super().__new__(cls, *values, **named)
        if options != ((), (), ()):
            from prodlint.secrets.own import require_formats, require_names  # few projects have any

            require_names("names", options.names)
            require_names("not-names", options.not_names)
            require_formats(options.formats)
        return options


rule = Rule(
    name="hardcoded-secret",
    code="PRD301",
    family="security",
    since="0.1",
    summary="a credential is written into the code",
    policy=(
        "production-standards/data/key-management",
        "production-standards/cards/no-storage",
        "priority-0/code/no-secrets",
        "priority-0/deployment/environment",
        "priority-0/secrets/never-committed",
        "priority-0/secrets/environment",
    ),
    cwe=(798,),
    visits=Secrets(),
    contexts=ALL,
    severity=Severity.ERROR,
    fixes=(Safety.UNSAFE,),
    options=_Checked,
)

_KINDS_IN_TESTS = frozenset({"provider token", "private key"})


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the credential."""
    secret = site.facts.secret
    if site.context is not Context.TEST or secret.kind in _KINDS_IN_TESTS:
        fixable = Safety.UNSAFE if _variable(secret) and _has_os(site) else None
        yield site.violation(f"{_said(secret)}: whoever reads the code can use it", fixable=fixable)


def _has_os(site: Site) -> bool:
    """Whether the place knows the module `os`, or nothing stands in the way of importing it."""
    return site.facts.meaning("os") == {"os"} or site.facts.is_free("os")


def _variable(secret: Secret) -> str:
    """The variable of the environment that takes the place of a credential; empty where there is no name for it."""
    name = secret.target.strip("_").upper()
    if secret.kind == "card number" or len(name) < _SHORTEST_NAME or not name.isascii() or name in _SET_BY_SYSTEMS:
        return ""
    return name


_SHORTEST_NAME = 2
_SET_BY_SYSTEMS = frozenset(
    """
    PWD OLDPWD PATH HOME USER USERNAME LOGNAME SHELL LANG TERM EDITOR VISUAL PAGER DISPLAY MAIL TMPDIR TEMP TMP HOSTNAME
    UID TZ PYTHONPATH PYTHONHOME SHLVL COLUMNS LINES PS1 IFS HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
    """.split()
)


@rule.fix
def fix(node: cst.BaseExpression, site: Site, violation: Violation) -> Fixed | None:
    """Read the credential from the environment."""
    import libcst as cst  # only where a fix is made

    variable = _variable(site.facts.secret)
    index = cst.SubscriptElement(cst.Index(cst.SimpleString(f'"{variable}"')))
    value = cst.Subscript(cst.Attribute(cst.Name("os"), cst.Name("environ")), [index])
    title = f"Read it from the variable `{variable}` of the environment, and have a new one issued"
    return Fixed(title, value, imports=("import os",))


def _said(secret: Secret) -> str:
    match secret.kind:
        case "provider token":
            return (
                f"a token of {secret.what} is written into the code"
                if secret.what
                else "a token is written into the code"
            )
        case "address":
            return f"a password is written into a `{secret.what}` address"
        case "named" if secret.is_compared:
            return f"`{secret.what}` is compared with a credential in the code"
        case "named":
            return f"`{secret.what}` is a credential written into the code"
    return f"a {_KINDS[secret.kind]} is written into the code"


_KINDS = {"private key": "private key", "header": "header for basic authentication", "card number": "card number"}
