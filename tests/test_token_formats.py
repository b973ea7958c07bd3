"""The formats of providers' tokens: found, checked, sourced, reached by the gate, and matched in linear time."""

from __future__ import annotations

import gc
import re
import time

import pytest
from made_up_tokens import shape_text, token_of

from prodlint.secrets import checks, gate, tokens
from prodlint.secrets.formats import CLASSES, FORMATS, NAMED_FORMATS, Format, NamedFormat

every_format = pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.id)
every_named_format = pytest.mark.parametrize("known", NAMED_FORMATS, ids=lambda known: known.id)


def test_there_are_enough() -> None:
    """The formats that scanners publish are a couple of hundred; a short list would look whole."""
    assert len(FORMATS) + len(NAMED_FORMATS) >= 150
    assert len(FORMATS) >= 150
    names = [known.id for known in (*FORMATS, *NAMED_FORMATS)]
    assert len(set(names)) == len(names)


@every_format
def test_format_is_well_formed(known: Format) -> None:
    """A mistyped class would be literal text, and a format without a source nobody could check."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", known.id)
    assert known.source.startswith("https://")
    assert known.check in ("", *checks.CHECKS)
    for shape in (known.shape, known.before):
        for part in shape.split():
            assert "{" not in part or re.fullmatch(rf"({'|'.join(CLASSES)})\{{\d+(,\d+)?\}}", part), part


@every_format
def test_made_up_token_is_found(known: Format) -> None:
    """A token built as described is found whole, amid other text, and nothing of it but its prefix shows."""
    for seed in range(3):
        token = token_of(known, seed)
        text = f"see {token} for more"
        found = [match for match in tokens.find(text) if match.kind == tokens.TOKEN]
        assert [text[match.start : match.end] for match in found] == [token], token
        assert text[found[0].start : found[0].shown] in (known.prefix, "", *_prefixes_of(token))


def _prefixes_of(token: str) -> set[str]:
    return {other.prefix for other in FORMATS if token.startswith(other.prefix) and not other.before}


@every_format
def test_gate_lets_tokens_through(known: Format) -> None:
    """The gate repeats what formats begin with: one that it does not know would never be looked for."""
    missed = [token for token in (token_of(known, seed) for seed in range(20)) if not _passes(token)]
    # Underscores in the random part may break a short token's run; a name beside it then leads there.
    assert len(missed) <= (8 if "url{20" in known.shape or known.id == "logic-app-webhook" else 3), missed


def _passes(token: str) -> bool:
    places = gate.places(f"x = (\n    '{token}'\n)\n".encode())
    return bool(places.formed or places.named)


@every_format
def test_tokens_for_show_are_silent(known: Format) -> None:
    """Documentation is full of tokens that nobody could use."""
    body = known.shape
    if not body or known.id == "azure-devops-token":
        return
    for fill in ("x", "0", "A"):
        text = known.prefix + re.sub(r"[0-9A-Za-z]", fill, token_of(known).removeprefix(known.prefix))
        assert not tokens.find(text), text


def test_known_examples_are_silent() -> None:
    """Examples that providers publish."""
    for text in ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "sk_test_" + "x" * 24):
        assert not tokens.find(text), text


@pytest.mark.parametrize("prefix", ["ghp_", "gho_", "ghu_", "ghs_", "npm_"])
def test_wrong_checksum_is_silent(prefix: str) -> None:
    """A checksum tells a token from what only looks like one."""
    known = next(known for known in FORMATS if known.prefix == prefix)
    token = token_of(known)
    last = "a" if token[-1] != "a" else "b"
    assert tokens.find(token)
    assert not tokens.find(token[:-1] + last)


def test_aws_account_numbers() -> None:
    """Forty bits of an id are an account's number, of twelve digits; older ids hold none."""
    assert not checks.aws_account("AKIA" + "7777777777777777")
    assert checks.aws_account("AKIA" + "QAAAAAAAAAAAAAAA")
    assert checks.aws_account("AKIA" + "I777777777777777")


def test_luhn() -> None:
    """The standard's own example, and one digit off."""
    assert checks.luhn("4539148803436467")
    assert not checks.luhn("4539148803436468")


@pytest.mark.parametrize(
    ("text", "is_named", "expected"),
    [
        ("4539148803436467", True, True),
        ("4539148803436467", False, False),
        ("4539 1488 0343 6467", False, True),
        ("4539-1488-0343-6467", False, True),
        ("4539 1488-0343 6467", False, False),
        ("4539148803436468", True, False),
        ("9539148803436460", True, False),
        ("4111111111111111", True, False),
        ("4242 4242 4242 4242", True, False),
        ("371449635398432", True, False),
        ("379354508162306", True, True),
        ("3793 545081 62306", False, True),
        ("1234567890123456", True, False),
        ("0000 0000 0000 0000", True, False),
    ],
)
def test_card_numbers(text: str, is_named: bool, expected: bool) -> None:
    """A number of an order or a phone may pass the check digit: it also needs a name or the card's groups."""
    assert tokens.card_number(text, is_named) is expected


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:s3cr3tpw@db.internal/app",
        "amqp://svc:Tr0ub4dor@mq:5672//",
        "redis://:9f8e7d6c5b@cache:6379/0",
        "mongodb+srv://root:Gr33nTea@cluster0.mongodb.net/app",
        "https://deploy:k3yk3yk3y@git.internal/repo.git",
        "proxy is http://u%40corp:p%40ss7word@proxy:3128 today",
        "postgres://app:s3cr3tpw@db.acme.test/app",
        "postgres://app:Tr0ub4dor@example.com/app",
        "postgres://app:s3cr3tpw@{}/app",
        "postgres://app:s3cr3tpw@%s/app",
        "postgres://app:pa$$w9rd!@db/app",
    ],
)
def test_addresses_with_passwords(text: str) -> None:
    """The password of an address is found, and only it."""
    (found,) = tokens.find(text)
    assert found.kind == tokens.ADDRESS
    assert text[found.end] == "@"
    assert text[found.start - 1] == ":"


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@localhost/db",
        "postgres://user:{password}@host/db",
        "postgres://%s:%s@host/db",
        "https://user:pass@example.com/",
        "https://user:<token>@host.tld/",
        "https://example.org:8080/@me",
        "http://host:80/path@x",
        "postgres://user@host/db",
        "ssh://git:${TOKEN}@host/x",
        "postgresql://scott:tiger@localhost/test",
        "https://user:***@host.tld/",
        "postgres://user:changeme@db.acme.test/app",
        "postgres://user:secret@db.internal/app",
        "postgres://svc:guest@db.internal/app",
        "https://alice:s3cret@example.org/",
        "mailto:someone@host.tld",
        "http://[::1]:8080/a@b",
    ],
)
def test_addresses_without_passwords(text: str) -> None:
    """Templates and examples of addresses hold no password."""
    assert not tokens.find(text)


PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + shape_text("b64{64}") + "\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        PEM.replace("\n", "\\n"),
        PEM.replace("RSA ", ""),
        PEM.replace("RSA", "EC"),
        PEM.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
        PEM.replace("RSA", "OPENSSH"),
        PEM.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F\n\n", 1),
    ],
)
def test_private_keys(text: str) -> None:
    """A private key with a body, whatever its kind and however its lines are written."""
    (found,) = tokens.find(text)
    assert found.kind == tokens.PRIVATE_KEY


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n" + "x" * 64 + "\n-----END PRIVATE KEY-----",
        PEM.replace("PRIVATE", "PUBLIC"),
        "re.compile('-----BEGIN [A-Z ]+PRIVATE KEY-----')",
        "-----BEGIN CERTIFICATE-----\n" + shape_text("b64{64}"),
    ],
)
def test_no_private_keys(text: str) -> None:
    """Markers, masks, patterns and public keys."""
    assert not tokens.find(text)


def test_json_web_tokens() -> None:
    """The header has to decode and to name an algorithm."""
    head, claims = "eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiI3NyJ9"
    signature = shape_text("url{43}")
    assert [m.what for m in tokens.find(f"{head}.{claims}.{signature}")] == ["JWT"]
    assert not tokens.find(f"eyJub3QiOiJhIn0.{claims}.{signature}")
    assert not tokens.find(f"{head}.{claims}.")
    assert not tokens.find(f"eyJhbGciOiJub25lIn0.{claims}.{signature}")


def test_basic_authentication() -> None:
    """What follows `Basic` has to decode to a user and a password."""
    assert [m.kind for m in tokens.find("Authorization: Basic YWRtaW46aHVudGVyMg==")] == [tokens.HEADER]
    assert not tokens.find("Basic authentication")
    assert not tokens.find("Basic dXNlcjpwYXNzd29yZA==")  # user:password
    assert not tokens.find("Basic abcdefghijkl")


@every_named_format
def test_named_formats(known: NamedFormat) -> None:
    """A provider's name with a value of its form tells whose token it is; another name does not."""
    value = shape_text(known.shape, 5)
    assert tokens.provider_of(f"{known.keyword}_api_key", value)
    assert not tokens.provider_of("unrelated_value", value)
    assert known.source.startswith("https://")


SIZE = 1 << 19  # characters; the longer text is a megabyte


def _seconds(*texts: str) -> list[float]:
    """The processor time for each text, the least of several, taken in turn so that a busy machine slows all alike."""
    best = [float("inf")] * len(texts)
    gc.collect()
    gc.disable()  # its cost depends on what the tests before have left behind
    for _ in range(7):
        for number, text in enumerate(texts):
            start = time.process_time()
            tokens.find(text)
            gate.places(text.encode())
            best[number] = min(best[number], time.process_time() - start)
    gc.enable()
    return best


ADVERSARIES = {
    "letters": "a",
    "digits": "7",
    "capitals": "A",
    "mixed": "aB3",
    "underscores": "a_",
    "dashes": "-a",
    "dots": "a.",
    "slashes": "a/",
    "colons": "x://a:b",
    "at signs": "x://a:b@",
    "schemes": "a://",
    "equals": "A=",
    "begins": "-----BEGIN RSA PRIVATE KEY-----",
    "begins over lines": "-----BEGIN PRIVATE KEY-----\n",
    "tokens of the web": "eyJhbGciOiJIUzI1NiJ9.",
    "dots after eyJ": "eyJ.",
    "basic": "Basic YWRtaW46 ",
    "groups": "4539 ",
    "words": "password token secret key = ",
    "quotes": "'password': ",
}


@pytest.mark.parametrize("name", ADVERSARIES)
def test_time_is_linear_in_texts(name: str) -> None:
    """Twice as much of what a pattern nearly matches takes twice the time, up to a megabyte; longer texts are cut."""
    unit = ADVERSARIES[name]
    once, twice = (unit * (size // len(unit)) for size in (SIZE, 2 * SIZE))
    base, doubled = _seconds(once, twice)
    assert doubled / max(base, 0.02) <= 2.3


LENGTH = 8 * 1024


@every_format
def test_time_is_linear_in_each_format(known: Format) -> None:
    """A format's prefix in a row, and tokens cut short, cost no more per character the longer the text is.

    Below the length at which texts are cut, where nothing hides a bad one.
    """
    body = token_of(known).removeprefix(known.prefix)
    for unit in (known.prefix, known.prefix + body[: len(body) // 2]):
        once, twice = (_finding(unit * (length // len(unit))) for length in (LENGTH, 2 * LENGTH))
        assert twice / max(once, 0.03) <= 2.3, (unit[:40], once, twice)


def _finding(text: str) -> float:
    start = time.process_time()
    tokens.find(text)
    return time.process_time() - start
