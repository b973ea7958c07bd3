"""A text in, the credentials in it that their form alone proves out: tokens, private keys, addresses with a password.

Works on any text: the value of a literal, a comment, a message. Every search is linear in the text's length.
"""

from __future__ import annotations

import re
from functools import cache

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.secrets import checks
from prodlint.secrets.formats import CLASSES, FORMATS, NAMED_FORMATS
from prodlint.secrets.values import is_placeholder, is_repetitive, reads_as_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prodlint.secrets.formats import Format

LONGEST_TEXT = 64 * 1024
"""Characters of a text that are looked at; what comes behind them in one literal is data."""

TOKEN = "provider token"  # noqa: S105  the name of a kind
PRIVATE_KEY = "private key"
ADDRESS = "address"
HEADER = "header"
CARD = "card number"


class Match(NamedTuple):
    """A credential in a text: the half-open range of it, and of what may be shown, from its start to ``shown``."""

    kind: str
    what: str
    start: int
    end: int
    shown: int
    is_proved: bool = False


def find(text: str, own: tuple[tuple[str, str], ...] = ()) -> list[Match]:
    """The credentials that a text shows by their form, in order and without overlap.

    ``own`` are the project's own formats: what each begins with, and the expression for what follows.
    """
    text = text[:LONGEST_TEXT]
    if len(text) < _SHORTEST:
        return []
    found = [*_own_tokens(text, own)] if own else []
    if _RUN.search(text):
        found += _tokens(text)
    if "://" in text and "@" in text:
        found += _addresses(text)
    if "eyJ" in text:
        found += _jwts(text)
    if "PRIVATE KEY" in text:
        found += _private_keys(text)
    if "asic " in text:
        found += _headers(text)
    return _disjoint(found)


def provider_of(name: str, value: str) -> str:
    """The provider that a name speaks of, where the value has the form of its tokens; empty if there is none."""
    flat = name.lower().replace("_", "").replace("-", "")
    for known in NAMED_FORMATS:
        if known.keyword in flat and re.fullmatch(expression(known.shape), value):
            return known.provider
    return ""


def card_number(text: str, is_named: bool) -> bool:
    """Whether a whole text is the number of a payment card: an issuer's range and length, and a check digit that fits.

    Without a name that speaks of a card the digits have to be written in the card's groups. The numbers that payment
    providers publish for tests are none. Source: ISO/IEC 7812-1; https://www.bincodes.com/bin-list/
    """
    if not (_CARD_GROUPS if not is_named else _CARD).fullmatch(text):
        return False
    digits = text.replace(" ", "").replace("-", "")
    return (
        any(re.match(start, digits) and len(digits) in lengths for start, lengths in _ISSUERS)
        and len(set(digits)) > 4
        and digits not in _TEST_CARDS
        and checks.luhn(digits)
    )


_SHORTEST = 12
_RUN = re.compile(r"[0-9A-Za-z_-]{14}")
_CARD = re.compile(r"\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{5}")
_CARD_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}")
_ISSUERS = (
    (r"4", (13, 16, 19)),  # Visa
    (r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)", (16,)),  # Mastercard
    (r"3[47]", (15,)),  # American Express
    (r"6(?:011|4[4-9]|5)", (16, 19)),  # Discover
    (r"35(?:2[89]|[3-8])", (16, 19)),  # JCB
    (r"3(?:0[0-5]|[689])", (14, 16, 19)),  # Diners Club
    (r"62", (16, 17, 18, 19)),  # UnionPay
)
_TEST_CARDS = frozenset(
    """
    4111111111111111 4012888888881881 4222222222222 4242424242424242 4000056655665556 5555555555554444 2223003122003222
    5200828282828210 5105105105105100 378282246310005 371449635398431 6011111111111117 6011000990139424
    6011981111111113 3056930009020004 36227206271667 6555900000604105 3566002020360505 6200000000000005
    30569309025904 38520000023237 4000000000000002 4000000000009995 4000002500003155 4000000000000077 4917610000000000
    3530111333300000 5610591081018250 4005519200000004 4009348888881881 5431111111111111 4007000000027 4988438843884305
    """.split()
)


def _tokens(text: str) -> Iterator[Match]:
    for opening in _OPENING.finditer(text):
        formats = _BY_OPENING.get(opening[0])
        if formats is None:
            continue
        start = opening.start()
        candidates = (match_format(text, start, known) for known in formats if text.startswith(known.prefix, start))
        longest = max((found for found in candidates if found), key=lambda found: found.end, default=None)
        if longest is not None:
            yield longest
    for known in _INSIDE:
        at = text.find(known.prefix)
        tried = 0
        while at >= 0 and tried < _MOST_TRIED:
            tried += 1
            if found := _match_inside(text, at, known):
                yield found
            at = text.find(known.prefix, at + 1)


def match_format(text: str, start: int, known: Format) -> Match | None:
    """The token of a format that begins at an offset of a text; None where there is none, or only one for show."""
    matched = _following(known).match(text, start + len(known.prefix))
    if matched is None or not _is_real(text[start : matched.end()], matched[0], known):
        return None
    is_proved = known.check != "" and checks.CHECKS[known.check](matched.string[start : matched.end()])
    return Match(TOKEN, known.provider, start, matched.end(), start + len(known.prefix), is_proved)


def _match_inside(text: str, at: int, known: Format) -> Match | None:
    """The token of a format whose mark, at an offset, stands inside it."""
    after = _following(known).match(text, at + len(known.prefix))
    if after is None:
        return None
    beginning = rf"(?<![0-9A-Za-z]){expression(known.before, bounded=False)}\Z" if known.before else r"\Z"
    before = re.search(beginning, text[max(0, at - _LONGEST_BEFORE) : at])
    if before is None:
        return None
    start = at - len(before[0])
    body = text[start:at] + after[0]
    return (
        Match(TOKEN, known.provider, start, after.end(), start, bool(known.check))
        if _is_real(text[start : after.end()], body, known)
        else None
    )


@cache
def _following(known: Format) -> re.Pattern[str]:
    """What has to follow the prefix or mark of a format."""
    return re.compile(expression(known.shape))


_LONGEST_BEFORE = 90
_MOST_TRIED = 2000  # a text that holds a mark more often than this is no code that anybody wrote


def _is_real(token: str, body: str, known: Format) -> bool:
    if is_repetitive(body) or any(word in body.lower() for word in _FOR_SHOW):
        return False
    if known.check in checks.DOUBTFUL:
        return any(map(str.isdigit, body)) or checks.CHECKS[known.check](token)
    if known.check:
        return checks.CHECKS[known.check](token)
    return not known.shape.startswith(_WORDY_CLASSES) or not reads_as_words(body)


_FOR_SHOW = ("example", "placeholder", "redacted", "your", "dummy", "sample", "changeme", "replaceme", "insert")
_WORDY_CLASSES = ("an", "url", "lower", "upper", "tilde", "b64", "az")


def expression(shape: str, *, bounded: bool = True) -> str:
    """A shape as a regular expression; ``bounded`` asks that no letter or digit follows."""
    parts = []
    for part in shape.split():
        found = _PART.fullmatch(part)
        parts.append(CLASSES[found[1]] + found[2] if found else re.escape(part))
    return "".join(parts) + (_NO_MORE if bounded else "")


_NO_MORE = "(?![0-9A-Za-z])"
_PART = re.compile(r"([a-zA-Z]+\d{0,2})(\{\d+(?:,\d+)?\})")
_OPENING = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z][0-9A-Za-z/]")
_INSIDE = tuple(known for known in FORMATS if known.before or not re.match(_OPENING, known.prefix))


def _by_opening(formats: Iterable[Format]) -> dict[str, list[Format]]:
    table: dict[str, list[Format]] = {}
    for known in formats:
        if known not in _INSIDE:
            table.setdefault(known.prefix[:2], []).append(known)
    return table


_BY_OPENING = _by_opening(FORMATS)


def _own_tokens(text: str, own: tuple[tuple[str, str], ...]) -> Iterator[Match]:
    for prefix, rest in own:
        at = text.find(prefix)
        tried = 0
        while at >= 0 and tried < _MOST_TRIED:
            tried += 1
            matched = re.compile(rest + _NO_MORE).match(text, at + len(prefix))
            if matched and not text[at - 1 : at].isalnum():
                yield Match(TOKEN, "", at, matched.end(), at + len(prefix))
            at = text.find(prefix, at + len(prefix))


_ADDRESS = re.compile(
    r"(?<![0-9A-Za-z])([A-Za-z][0-9A-Za-z+.-]{1,20}://[^\s:/?#@\"'<>\\]{0,200}:)([^\s/?#@\"'\\]{3,200})@([\w.\[{%$-][\w.-]{0,200}|\Z)"
)


def _addresses(text: str) -> Iterator[Match]:
    for found in _ADDRESS.finditer(text):
        scheme, _, user = found[1].lower().removesuffix(":").partition("://")
        password, host = found[2], found[3].lower().rstrip(".")
        if _is_password(password, user) and (not host.endswith(_EXAMPLE_HOSTS) or _is_chosen(password)):
            yield Match(ADDRESS, scheme, found.start(2), found.end(2), found.start(2))


def _is_password(password: str, user: str) -> bool:
    """Whether what stands for a password in an address is one: the host says nothing of that."""
    lowered = password.lower()
    return not (
        is_placeholder(password)
        or lowered == user
        or lowered in _NO_PASSWORDS
        or _SAYS_PASSWORD.fullmatch(lowered)
        or _TEMPLATE_MARK.search(password)
    )


def _is_chosen(password: str) -> bool:
    """Whether nobody takes a password for a word that only shows where one goes."""
    return len(password) >= _SHORTEST_CHOSEN and any(map(str.isdigit, password)) and any(map(str.isalpha, password))


_SHORTEST_CHOSEN = 8
_NO_PASSWORDS = frozenset("tiger guest abc 123 1234 12345 123456 abc123 user admin root p@ss p@ssword".split())
_SAYS_PASSWORD = re.compile(
    r"(?:my|your|the|user|test|db|some|a|proxy|smtp|http|ftp)?[_-]?(?:p[a@][s5$]{2}(?:w|w[o0]rd|w?d|phrase|code)?|pwo?r?d|pswd?|pw"
    r"|s[e3]cr[e3]t|tok[e3]n)[_-]?\d{0,6}"
)
_TEMPLATE_MARK = re.compile(r"[{}<>]|\*\*|\A\$\w*\Z|\$\(|%[sr(]|%d(?![0-9A-Fa-f])|\A%\w+%\Z|\.\.\.|…")
_EXAMPLE_HOSTS = ("example.com", "example.org", "example.net", "example", "foo.com", "domain.com")

_JWT = re.compile(
    r"(?<![0-9A-Za-z_-])eyJ[0-9A-Za-z_-]{10,4000}\.(?:eyJ[0-9A-Za-z_-]{5,8000})?\.[0-9A-Za-z_-]{20,2000}(?![0-9A-Za-z_-])"
)


def _jwts(text: str) -> Iterator[Match]:
    for found in _JWT.finditer(text):
        if checks.jwt_header(found[0]) and len(set(found[0].rpartition(".")[2])) > 8:
            yield Match(TOKEN, "JWT", found.start(), found.end(), found.start() + 3, True)


_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_BODY = re.compile(
    r"(?:\\?[rnt]|[\s\"'+,()\\]|[A-Z][A-Za-z-]{2,20}: [^\r\n]{1,100}[\r\n]){0,60}?([0-9A-Za-z+/=]{20,80})"
)


def _private_keys(text: str) -> Iterator[Match]:
    for found in _BEGIN.finditer(text):
        body = _BODY.match(text, found.end())
        if body is None or is_repetitive(body[1]) or len(set(body[1])) < 10:
            continue
        if any(word in body[1].lower() for word in _FOR_SHOW):
            continue
        end = text.find("-----END", body.end())
        yield Match(PRIVATE_KEY, "", found.start(), end if end >= 0 else len(text), found.end())


_HEADER = re.compile(r"(?<![0-9A-Za-z])[Bb]asic ([0-9A-Za-z+/]{8,400}={0,2})(?![0-9A-Za-z+/=])")


def _headers(text: str) -> Iterator[Match]:
    for found in _HEADER.finditer(text):
        decoded = checks.base64_bytes(found[1])
        if decoded is None or not decoded.isascii():
            continue
        user, colon, password = decoded.decode().partition(":")
        if colon and user and password.isprintable() and len(password) > 2 and not is_placeholder(password):
            yield Match(HEADER, "Basic", found.start(1), found.end(1), found.start(1))


def _disjoint(found: list[Match]) -> list[Match]:
    """Of matches that overlap the longest, and of equals one that names a provider."""
    if len(found) < 2:
        return found
    kept: list[Match] = []
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept
