"""A string with its names in, the credentials in it out."""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.secrets import tokens
from prodlint.secrets.names import PASSWORD, named, words_of
from prodlint.secrets.names import Named as Name
from prodlint.secrets.tokens import Match
from prodlint.secrets.values import LONGEST, are_random_bytes, is_random, is_secret

if TYPE_CHECKING:
    from prodlint.facts.strings import Named
    from prodlint.secrets.own import Own

NAMED = "named"
_CARD_WORDS = frozenset({"card", "cards", "cc", "pan", "creditcard", "cardnumber", "visa", "mastercard", "amex"})


def judge(text: Named, own: Own | None) -> list[Match]:
    """The credentials in a string, as places in its value."""
    value = text.value
    found = tokens.find(value, own.formats if own is not None else ())
    if text.is_prose:
        return [match for match in found if match.is_proved and match.what != "JWT"]
    if found:
        return found
    if _is_card(text):
        return [Match(tokens.CARD, "", 0, len(value), 0)]
    if wrapped := _unwrapped(text, own):
        return wrapped
    for given in text.names:
        name = _named(given, own)
        if name is not None and _is_given(text, name):
            provider = "" if text.is_compared else tokens.provider_of(given, value)
            if provider:
                return [Match(tokens.TOKEN, provider, 0, len(value), 0)]
            return [Match(NAMED, given, 0, len(value), 0)]
    return []


def _named(given: str, own: Own | None) -> Name | None:
    if own is not None:
        if given in own.not_names:
            return None
        if any(word in own.names for word in words_of(given)) or given in own.names:
            return Name(PASSWORD, True, given)
    return named(given)


def _is_given(text: Named, name: Name) -> bool:
    value = text.value[:LONGEST]
    if text.is_bytes and not value.isprintable():
        return not text.is_compared and not text.is_strict and are_random_bytes(value, name)
    if not text.is_whole or text.is_strict:
        # A piece of a text, or one of many values, has to look like a credential by itself.
        return is_random(value) and is_secret(value, name, is_compared=text.is_compared)
    return is_secret(value, name, is_compared=text.is_compared)


def _is_card(text: Named) -> bool:
    value = text.value
    if not 13 <= len(value) <= 23 or not value[:1].isdigit() or not value[-1:].isdigit():
        return False
    is_named = any(_CARD_WORDS.intersection(words_of(name)) for name in text.names)
    return tokens.card_number(value, is_named)


def _unwrapped(text: Named, own: Own | None) -> list[Match]:
    """The whole of a value in base 64 that holds a token or private key."""
    value = text.value
    if not 24 <= len(value) <= 8000 or not re.fullmatch(r"[0-9A-Za-z+/_-]+={0,2}", value):
        return []
    from prodlint.secrets.checks import base64_bytes

    decoded = base64_bytes(value)
    if decoded is None or not decoded.isascii():
        return []
    inner = [
        m
        for m in tokens.find(decoded.decode(), own.formats if own else ())
        if m.kind in (tokens.TOKEN, tokens.PRIVATE_KEY)
    ]
    return [Match(inner[0].kind, inner[0].what, 0, len(value), 0, inner[0].is_proved)] if inner else []
