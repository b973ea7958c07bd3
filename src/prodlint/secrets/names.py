"""A name in, whether what it is given is a credential out.

Names are taken apart into words, camel case as snake case, so that ``compassion``, ``monkey`` and ``author`` hold none.
"""

from __future__ import annotations

import re

from prodlint.light_typing import NamedTuple

PASSWORD = "password"  # noqa: S105  the name of a kind
TOKEN = "token"  # noqa: S105  as above
KEY = "key"


class Named(NamedTuple):
    """What a name says: its kind, and whether it ends in the word that says so.

    What is given to a ``PASSWORD`` may be any word; to a ``TOKEN`` nothing that is a plain word; to a ``KEY`` only what
    looks random.
    """

    kind: str
    is_last: bool
    name: str


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_LONGEST_NAME = 100


def words_of(name: str) -> list[str]:
    """The words of a name in lower case, without the numbers in it: ``dbPassword2`` is ``db``, ``password``."""
    return [word.lower() for word in _WORD.findall(name[:_LONGEST_NAME]) if not word.isdigit()]


def named(name: str) -> Named | None:
    """What a name says of its value; None if nothing, or that the value is something about a credential."""
    words = words_of(name)
    if not words or words[-1] in _ABOUT or words[0] in _ABOUT_FIRST:
        return None
    for position in range(len(words) - 1, -1, -1):
        kind = _kind(words, position)
        if kind:
            is_last = all(word in _QUALIFIERS for word in words[position + 1 :])
            return Named(kind, is_last, name)
    return None


def _kind(words: list[str], position: int) -> str:
    word = words[position]
    before = words[position - 1] if position else ""
    if word in _PASSWORDS or word.endswith(_PASSWORD_ENDINGS):
        return PASSWORD
    if word in ("token", "tokens") or word.endswith("token"):
        return "" if before in _OTHER_TOKENS else TOKEN
    if word in ("apikey", "apikeys", "accesskey", "privatekey", "authkey", "consumerkey"):
        return TOKEN
    if word in ("key", "keys"):
        if before in _OTHER_KEYS or before in _PASSWORDS:
            return ""
        return TOKEN if before in ("api", "private", "access", "consumer") else KEY
    if word in ("auth", "authorization", "bearer", "credential", "credentials", "cred", "creds"):
        return KEY
    return ""


_PASSWORDS = frozenset(
    {"password", "passwords", "passwd", "pwd", "passphrase", "passcode", "pass", "secret", "secrets"}
)
_PASSWORD_ENDINGS = ("password", "passwd", "pwd", "secret", "passphrase")

# Behind the word that counts these change nothing.
_QUALIFIERS = frozenset(
    """
    key keys base raw plain value str string bytes b64 base64 default prod production dev development staging stage
    test live main master root admin user local current old new a b c x y v text
    """.split()
)

# Tokens of a parser, a language model, a page or a form, and keys of a table or a lock.
_OTHER_TOKENS = frozenset(
    """
    next page pagination continuation sync cursor stop start end eos bos pad unk sep cls mask special csrf xsrf syntax
    lexer parser string comment name current previous prev last first expected template block tag cancel cancellation
    """.split()
)
_OTHER_KEYS = frozenset(
    """
    public pub foreign primary sort cache lookup dict partition sorting index row column group grouping unique natural
    composite candidate registry reg hot arrow object idempotency routing ordering session_cookie config settings
    translation message locale i18n label map mapping hash range json
    """.split()
)

# What ends in such a word is something about a credential.
_ABOUT = frozenset(
    """
    type types url urls uri uris path paths file files filename dir directory folder name names field fields prefix
    suffix id ids version versions placement label labels header headers format formats formatter form forms class
    classes cls model models method methods func function algorithm algorithms alg algo hasher hashers hashing param
    params parameter parameters arg args argument arguments var vars variable variables env environ envvar endpoint
    endpoints scope scopes length len size sizes min max minimum maximum timeout expiry expire expires expired
    expiration ttl lifetime age count counter limit limits policy policies regex regexp pattern patterns re rx
    validator validators validation prompt message messages msg error errors err exception help hint hints title
    description desc doc docs docstring placeholder template templates widget widgets input inputs output column
    columns col attr attrs attribute attributes property properties prop index idx status state mode modes kind kinds
    role roles source sources backend backends provider providers store storage storages manager managers service
    services server host hosts hostname domain location locations cookie cookies flag flags enabled enable disabled
    required strategy strategies handler handlers generator generators factory callback event events action actions
    signal signals view views page pages link links tag tags separator delimiter sep chars charset characters alphabet
    encoding encodings cipher ciphers encryption schema schemas table tables group groups category categories check
    checker checks set reset change changed confirmation question permission permissions usage option options opt opts
    info spec specs specification getter setter loader reader writer parser lexer expr expression identifier
    identifiers issuer audience response request requests grant grants flow language lang protocol scheme schemes
    style styles syntax keyword keywords operation operations resolver rule rules level strength score salt nonce iv
    arn reference ref refs address command cmd callable module package library client clients context authority
    selector query queries statement sql uuid guid serial number num no date time timestamp created updated modified
    at by hash digest checksum fingerprint thumbprint bits bytes_length rotation rotator cache caches registry plugin
    interface base_url mask masked redacted hidden removed only plaintext needed missing invalid wrong
    """.split()
)
NO_VALUES = _ABOUT
"""Words that say, at the end of a name or in a value, that something about a credential is meant."""

_ABOUT_FIRST = frozenset(
    """
    no not has is are was use uses needs need require requires required allow allows forgot forgotten reset change
    invalid missing wrong empty hide show masked mask unusable test_no without verify validate check set get generate
    create public csrf xsrf update remember save store
    """.split()
)
