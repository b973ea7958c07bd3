"""A file's bytes in, the places where a credential may stand out: over-approximate, and cheap enough for every file.

A credential that can be recognised has a word such as ``password`` near it, is an unbroken run of letters and digits,
or has one of a few marks. Words are looked for one by one, which is faster than one expression for all; runs in a copy
of the text in which every letter and digit is the same letter, where a row of them is one search.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_RUN = 14
"""Characters of the shortest unbroken run that a token without a name of its own has."""

_WORDS = (b"secret", b"pwd", b"auth=(", b"basicauth")
_TOKEN = b"token"  # what is given to one counts only with digits in it, which few lines have
_PASS = b"pass"
_PREVIOUS = b"_-"
_NEXT = b"wpc_\"'-"

# Not the underscore, which would make runs of most names; where one stands before a run, the run is looked at whole.
_ONE_LETTER = bytes(97 if code < 128 and (chr(code).isalnum() or code == 45) else 32 for code in range(256))
_RUN = b"a" * SHORTEST_RUN
_NO_DIGITS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"


class Places(NamedTuple):
    """Offsets of bytes, in no particular order: of words that name credentials, and of what may be one by its form."""

    named: list[int]
    formed: list[int]


def places(data: bytes, words: tuple[bytes, ...] = (), prefixes: tuple[bytes, ...] = ()) -> Places:
    """Where a credential may stand; nowhere in most files.

    ``words`` are further words of names, in lower case; ``prefixes`` are what a project's own tokens begin with.
    """
    lowered = data.lower()
    named: list[int] = []
    formed: list[int] = []
    for word in (*_WORDS, *words) if words else _WORDS:
        if word in lowered:
            named += _all(lowered, word)
    if _TOKEN in lowered:
        named += (at for at in _all(lowered, _TOKEN) if _has_digit(data, at))
    if _PASS in lowered:
        named += _passes(lowered)
    for prefix in prefixes:
        formed += _all(data, prefix)
    if b"@" in data:
        formed += _addresses(data)
    for shared, marks in _WITHOUT_RUNS:
        if shared in data:
            for mark in marks:
                formed += _all(data, mark)
    letters = data.translate(_ONE_LETTER)
    if _RUN in letters:
        formed += _runs(data, lowered, letters)
    digits = data.translate(_ONE_DIGIT)
    if _CARD in digits:
        for groups in _CARDS:
            formed += _all(digits, groups)
    return Places(named, formed)


# Beginnings of tokens that are looked for by themselves: of AWS, as people split those, and of GitLab, as underscores
# break the run of its short ones.
# First what they share, which most files do not have.
_WITHOUT_RUNS = ((b"IA", (b"AKIA", b"ASIA")), (b"glpat-", (b"glpat-",)))
# The digits of cards in groups set apart by blanks; dashes are part of a run.
_CARD = b"1111 1111"
_CARDS = (b"1111 1111 1111 1111", b"1111 111111 11111")
_ONE_DIGIT = bytes(49 if 48 <= code <= 57 else 32 if code == 32 else 10 for code in range(256))


def _all(data: bytes, word: bytes) -> Iterator[int]:
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + len(word))


def _has_digit(data: bytes, at: int) -> bool:
    """Whether the line of an offset, or the one after it, has a digit."""
    last = at + _NEAR
    end = data.find(b"\n", at, last)
    end = data.find(b"\n", end + 1, last) if end >= 0 else -1
    start = data.rfind(b"\n", max(0, at - _NEAR), at) + 1 or max(0, at - _NEAR)
    return re.search(rb"[0-9]", data[start : end if end >= 0 else last]) is not None


def _passes(lowered: bytes) -> Iterator[int]:
    """Where ``pass`` is a name, or begins or ends one, and is not the statement."""
    for at in _all(lowered, _PASS):
        if lowered[at + 4 : at + 5] in _NEXT_BYTES or lowered[at - 1 : at] in _PREVIOUS_BYTES:
            yield at


_NEXT_BYTES = frozenset(bytes((code,)) for code in _NEXT)
_PREVIOUS_BYTES = frozenset(bytes((code,)) for code in _PREVIOUS)


def _addresses(data: bytes) -> Iterator[int]:
    """The `@` signs behind ``scheme://user:password``."""
    for at in _all(data, b"@"):
        if (
            data[at - 1 : at].strip(b" \t\r\n\"'")
            and b":" in data[max(0, at - 200) : at]
            and b"://" in data[max(0, at - 430) : at]
        ):
            yield at


def _runs(data: bytes, lowered: bytes, letters: bytes) -> Iterator[int]:
    """The beginnings of runs that may be tokens, or a random value near a name of a key."""
    find = letters.find
    start = find(_RUN)
    while start >= 0:
        end = find(b" ", start + SHORTEST_RUN)
        if end < 0:
            end = len(data)
        run = data[start:end]
        if run.strip(_NO_DIGITS) or run.isupper() or data[start - 3 : start] in _BEFORE_LETTERS:
            first = _whole_start(data, start) if data[start - 1 : start] in _GOING_ON else start
            if _is_marked(data, first, start, end) or (_is_near_key(lowered, start, end) and _may_be_random(run)):
                yield start
        start = find(_RUN, end)


def _whole_start(data: bytes, start: int) -> int:
    """Where what a run belongs to begins: a token may have dots, slashes and underscores in it."""
    before = data[max(0, start - _LONGEST_BEGINNING) : start]
    first = start - (len(before) - len(before.rstrip(_IN_TOKENS)))
    return first + len(data[first:start]) - len(data[first:start].lstrip(b"/.+~-_"))


_LONGEST_BEGINNING = 200
_IN_TOKENS = _NO_DIGITS + b"0123456789_./+~"
_GOING_ON = frozenset({b"_", b".", b"/", b"+", b"~"})
_BEFORE_LETTERS = frozenset({b"hf_", b"rg_"})  # tokens of Hugging Face may be of letters alone


def _is_marked(data: bytes, first: int, start: int, end: int) -> bool:
    """Whether a run begins as a token of some provider does, or holds what one has inside."""
    return (
        data[start : start + 4] in OPENINGS
        or data[start : start + 3] in OPENINGS
        or data[first : first + 4] in OPENINGS
        or data[first : first + 3] in OPENINGS
        or data[start : start + 2] == b"SK"
        or data[max(0, start - 3) : start] in TAILS
        or data[start - 1 : start] == b":"
        or data[max(0, start - 5) : start] == b"asic "
        or b"hook" in data[first:start]
        or (data[end : end + 1] == b"." and 23 <= end - start <= 28)
        or any(mark in data[first : end + 4] for mark in _INSIDE)
    )


_INSIDE = (b"AZDO", b"JQQJ99", b"Q~", b"_mmk", b".atlasv1.")


def _may_be_random(run: bytes) -> bool:
    """Whether words do not make up the run."""
    return sum(map(len, re.findall(rb"[A-Z]?[a-z]{4,}|[A-Z]{5,}", run))) < len(run) * 0.6


def _is_near_key(lowered: bytes, start: int, end: int) -> bool:
    """Whether a run has a name around that may be a key's, or may be the number of a card."""
    around = lowered[max(0, start - _NEAR) : end + _NEAR]
    return b"key" in around or b"auth" in around or b"cred" in around or lowered[start:end].replace(b"-", b"").isdigit()


_NEAR = 300

OPENINGS = frozenset(
    b"""
    1//0 4b1d A3- AAAA ABIA ABSK ACCA AGE- AIza AKCp AKIA AKID APA9 API- AQE AQVN ASIA ATAT ATBB ATCT ATOA Acco
    BBDC CCIP CFPA CLOJ EAA EAAA EZAK EZTK FLWS GOCS GOOG GR13 HRKU IGQV Inc LTAI NRAA NRAK NRII NRIQ PMAK PMAT
    SCW SG. Shar YCAJ acce ak_2 amzn api api- api_ apif bedr bkua cfat cfk_ cfut cio cmVm dapi dckr dnke doo_
    dop_ dor_ dp.a dp.c dp.p dp.s dt0c dt0s duff eyJ eyJr fc- figd fio- fm1a fm1r fm2_ fo1_ gho_ ghp_ ghr_ ghs_
    ghu_ gith glag glc_ glcb gldt glff glft glim gloa glpa glpt glrt glsa glso gsk_ hf_ hook hvb. hvr. hvs. ico-
    jina key- lin_ live lsv2 mlsn napi nfp_ npm_ ntn_ nvap ops_ ory_ oy2 p8e- pat pat- pat. pcsk phx_ pk_ pnb_
    pnu_ pplx psca pubk pul- pypi r8_ rdme re_ rk_l rk_t rnd_ rpa_ ruby rzp_ s-s4 sat. sb_p sb_s sbp_ sdk- secr
    sgp_ sha2 ship shpa shpc shpp shps sk- sk-a sk-o sk-p sk-s sk.e sk_ sk_l sk_t sl. sm_a sm_p sm_s sntr snyk
    sq0a sq0c sqa_ sqp_ squ_ t1. test tfp_ tk-u tske tvly v1.0 vcp_ verc whse xai- xapp xkey xoxa xoxb xoxc xoxe
    xoxp xoxr xoxs xsmt y0_ ya29
    """.split()
)
"""What the runs of the formats in `prodlint.secrets.formats` begin with, so that this module need not import those."""

TAILS = frozenset(
    b"""
    : ey= ig= on$ xe.
    """.split()
)
"""What stands before the runs of formats whose beginning is no part of a run."""
