"""A value in, whether it can be a credential out: placeholders, words and addresses told from what is secret.

Placeholders are judged over the whole value: a real one may hold ``$x`` or ``%(``.
"""

from __future__ import annotations

import re
from itertools import pairwise

from prodlint.light_typing import TYPE_CHECKING
from prodlint.secrets.names import KEY, NO_VALUES, PASSWORD, words_of

if TYPE_CHECKING:
    from prodlint.secrets.names import Named

SHORTEST = 4
LONGEST = 64 * 1024
"""Characters: strings beyond it are judged by their beginning."""
_SHORTEST_RANDOM = 16
_SHORTEST_TOKEN = 8

_PLACEHOLDER = re.compile(
    r"""(?ix)
    # marks of a template
    <[^<>]*> | \[[^\[\]]*\] | \{[^{}]*\} | \{\{[^{}]*\}\} | \$\{?\w+\}? | \$?\([^()]*\) | %\(?\w+\)?[sdr]? | %\w+%
    | \#\{[^{}]*\} | @[\w.]+@ | __\w+__ | (.)\1* | [*.\-_x•#?]+ | \W+
    # what is to be done
    | y?our[\W_].* | my[\W_]?(?:pass|secret|token|api|key|own)\w* | .*change[\W_]?(?:me|this|it).*
    | .*replace[\W_]?(?:me|this|with).* | (?:insert|enter|put|add|fill|paste|set|use)[\W_].* | to[\W_]?do | fix[\W_]?me
    # nothing
    | v?\d+(?:\.\d+)+ | tbd | n/?a | (?:not|un)[\W_]?(?:set|used|known|available|needed|required|specified|defined).*
    | none | null | nil | true | false | undefined | default | empty | blank | redacted
    | hidden | masked | sanitized | removed | secret
    | secrets | always | never | optional | required | disabled | enabled | prompt | ask | auto | anonymous
    # names that mean no value
    | foo\w* | bar | baz | qux | spam | eggs | lorem.* | hogehoge | dummy.* | fake.* | mock.* | sample.* | example.*
    | .*example | placeholder.* | test | tests | testing | some[\W_].* | any | str | string | bytes | text
    | unicode | int | bool | object | (?:pass|passwd|passw0rd|password|pwd|pw|token|key|apikey|api[\W_]key
    |credentials?|auth|bearer
    | basic | digest | user | username | login)
    """
)
_MADE_UP = frozenset(
    """
    your example examples sample placeholder dummy fake mock changeme redacted here insert replace xxx xxxx todo
    """.split()
)
_ADDRESS = re.compile(r"(?:[A-Za-z][\w+.-]*:)?//|(?:\.{0,2}|~|[A-Za-z]:)[/\\]|www\.|mailto:|urn:|data:|arn:|s3:")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
_DOTTED = re.compile(
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?:\(\))?|[\w-]+\.(?:py|json|txt|ya?ml|toml|ini|cfg|pem|key|crt|html|conf)"
)
_TYPE = re.compile(r"[A-Za-z]+ ?\(\d+(?:, ?\d+)?\)")  # of a column, as in VARCHAR(255)
_UUID = re.compile(r"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?")
_INTEGRITY = re.compile(r"(?i)(?:sha|md)\d+[-:$_]")
_PUBLIC_KEY = re.compile(
    r"MII[0-9A-Za-z+/]{3,5}NBgkqhkiG9w0BAQEFAAO|MF[kIM]wEwYHKoZIzj0|MCowBQYDK2Vw|(?:ssh-|ecdsa-)\w+|AAAA[BCE][23][NV]"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTIFIER = re.compile(r"[A-Za-z]+(?:[_.:-]+[A-Za-z]+)+[_:.-]*|[A-Z]+(?:_[A-Z0-9]+)+|_+[A-Za-z_]+|[A-Za-z_-]+[=:]")
_CLASS_NAME = re.compile(r"(?:[A-Z][a-z]+){2,}|[a-z]+(?:[A-Z][a-z]+)+")
_LETTERS_BY_WORD = re.compile(r"[A-Z]?[a-z]{4,}|[A-Z]{5,}")


def is_secret(value: str, name: Named, *, is_compared: bool = False) -> bool:
    """Whether a value that is given to such a name, or compared with it, is a credential."""
    value = value[:LONGEST]
    if len(value) < SHORTEST or not value.isprintable() or any(map(str.isspace, value)):
        return False
    if name.kind == KEY:
        return not is_compared and is_random(value)
    if is_placeholder(value) or is_elsewhere(value) or _restates(value, name.name):
        return False
    if name.kind == PASSWORD:
        if not name.is_last:
            return _is_strong(value)
        return not _is_identifier(value) or (not is_compared and _is_passphrase(value, name.name))
    return not is_compared and (is_random(value) if not name.is_last else _is_strong(value))


def is_placeholder(value: str) -> bool:
    """Whether the value as a whole stands for one that is yet to be filled in."""
    if _PLACEHOLDER.fullmatch(value[:200]):
        return True
    return any(word in _MADE_UP for word in words_of(value)) and not is_random(value)


def is_elsewhere(value: str) -> bool:
    """Whether the value says where something is: an address, a path, a file, a module, a mailbox."""
    return bool(
        _ADDRESS.match(value)
        or _DOTTED.fullmatch(value[:200])
        or _TYPE.fullmatch(value[:200])
        or _MAIL.fullmatch(value[:200])
        or (_PATH.fullmatch(value[:200]) and not is_random(value))
        or _INTEGRITY.match(value)
        or _PUBLIC_KEY.match(value)
    )


def is_random(value: str) -> bool:
    """Whether a value looks drawn by a machine: long, of letters and digits, and of no words."""
    if len(value) < _SHORTEST_RANDOM or not value.isascii() or not value.isprintable() or " " in value:
        return False
    if _UUID.fullmatch(value) or _PUBLIC_KEY.match(value) or _INTEGRITY.match(value) or _ADDRESS.match(value):
        return False
    digits = sum(map(str.isdigit, value[:400]))
    letters = sum(map(str.isalpha, value[:400]))
    length = min(len(value), 400)
    if not letters or digits + letters < length * 0.6 or is_repetitive(value):
        return False
    if not digits:
        return _is_mixed(value)
    wordy = sum(map(len, _LETTERS_BY_WORD.findall(value[:400])))
    if digits >= 3 and digits >= length * 0.15:
        return wordy < length * 0.6 and _longest_piece(value) >= 8
    return wordy < length * 0.35 and _longest_piece(value) >= 12


def are_random_bytes(value: str, name: Named) -> bool:
    """Whether bytes that are no text, one to a character, are a credential under such a name."""
    shortest = _SHORTEST_TOKEN if name.kind == PASSWORD and name.is_last else _SHORTEST_RANDOM
    if len(value) < shortest or value[:_MOST].isspace():
        return False
    codes = [*map(ord, value[:_MOST])]
    steps = {(after - before) % 256 for before, after in pairwise(codes)}
    return len(set(codes)) >= min(len(codes), 32) * 0.7 and len(steps) > len(codes) // 4


_MOST = 400


def reads_as_words(text: str) -> bool:
    """Whether words, and not a machine, made a text: what follows a token's prefix must not."""
    digits = sum(map(str.isdigit, text))
    wordy = sum(map(len, _LETTERS_BY_WORD.findall(text)))
    return (wordy >= len(text) * 0.6 and digits < len(text) * 0.1) or (not digits and text.islower())


def is_repetitive(value: str) -> bool:
    """Whether a value is of few characters, or of ones in a row, as what people type to fill a place."""
    if len(set(value)) < min(8, len(value) // 2):
        return True
    lowered = value.lower()
    return any(
        row in lowered for row in ("1234567890", "0123456789", "abcdefghij", "qwertyuiop", "xxxx", "0000000000")
    ) or (re.search(r"(.)\1{5}|(.{2,8})\2{3}", value[:400]) is not None)


def _is_mixed(value: str) -> bool:
    """Whether letters alone look random: cases alternate without making words."""
    changes = sum(a.islower() != b.islower() for a, b in pairwise(value))
    return changes >= len(value) * 0.35 and len(_LETTERS_BY_WORD.findall(value)) <= len(value) // 20


def _longest_piece(value: str) -> int:
    return max(map(len, re.split(r"[-_./:,+=]", value[:400])))


def _is_strong(value: str) -> bool:
    """Whether a value is no plain word: digits among letters, and long enough to be worth guessing at."""
    if is_random(value):
        return True
    if len(value) < _SHORTEST_TOKEN or _UUID.fullmatch(value) or _is_identifier(value):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    return bool(digits >= 2 and letters >= 2 and value[0].isalnum() and digits + letters >= len(value) * 0.7)


def _is_identifier(value: str) -> bool:
    """Whether a value reads as the name of something: of several words, and without a digit."""
    return bool(_IDENTIFIER.fullmatch(value) or _CLASS_NAME.fullmatch(value)) and len(value) < 80


def _is_passphrase(value: str, name: str) -> bool:
    """Whether words joined by dashes or blanks are what somebody remembers, and not the name of something."""
    if not _PASSPHRASE.fullmatch(value[:200]):
        return False
    words = words_of(value)
    is_asked_for = _PHRASES.intersection(words_of(name)) or len(words) >= _MANY_WORDS
    return bool(is_asked_for) and not any(word in _CREDENTIAL_WORDS or word in NO_VALUES for word in words)


_PASSPHRASE = re.compile(r"(?i)[a-z]{3,}(?:[-_.][a-z]{2,}){2,}")
_PHRASES = frozenset({"passphrase", "phrase", "mnemonic"})
_MANY_WORDS = 4


def _restates(value: str, name: str) -> bool:
    """Whether all words of a value are in its name, or say no more than that it is a credential."""
    words = words_of(value)
    if not words or not _is_worded(value, words):
        return False
    known = {*words_of(name), *_CREDENTIAL_WORDS}
    joined = "".join(words_of(name))
    return all(word in known or (len(word) > 3 and word in joined) for word in words)


def _is_worded(value: str, words: list[str]) -> bool:
    """Whether words make up a value but for a few digits and what parts them."""
    return sum(map(len, words)) >= len(value) * 0.7


_CREDENTIAL_WORDS = frozenset(
    """
    password passwd passwords pwd pass secret secrets token tokens key keys api apikey access refresh auth oauth client
    user users username new old current confirm confirmation repeat again id the a my db database admin value field name
    bearer private public session jwt bot app account type string text credential credentials login hash hashed plain
    """.split()
)
