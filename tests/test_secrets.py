"""Names and values of credentials, the strings of statements with their names, and the gate before all of them."""

from __future__ import annotations

import ast
import itertools

import corpus
import pytest

from prodlint import check_source
from prodlint.facts.secrets import Secrets
from prodlint.facts.statements import Statements
from prodlint.facts.strings import named_strings
from prodlint.index import build, parse, plan_for
from prodlint.secrets.judgement import judge
from prodlint.secrets.names import KEY, PASSWORD, TOKEN, named, words_of
from prodlint.secrets.own import read_format
from prodlint.secrets.values import is_placeholder, is_random
from prodlint.source import Source, Unreadable

KINDS = {
    PASSWORD: (
        "password passwd pwd db_password DbPassword smtpPassword PGPASSWORD password1 user_pass client_secret "
        "SECRET_KEY secretKey passphrase mysql_pwd x-acc-app-secret PASSWORD_PROD"
    ),
    TOKEN: "token access_token AUTH_TOKEN authToken api_key apiKey API-KEY apikey private_key accessKey X-Api-Key",
    KEY: "signing_key encryptionKey key auth Authorization credentials HMAC_KEY",
}
NO_KINDS = """
    compassion monkey keyword author authority passenger secretary tokenizer bypass keyboard public_key primary_key
    foreign_key cache_key sort_key token_type tokenUrl secret_path password_field passwordLabel secret_name token_prefix
    password_id secret_version password_placement auth_header csrf_token next_token pad_token page_token has_password
    is_secret update_password password_reset_timeout user name value
"""


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in KINDS.items() for name in names.split()])
def test_names_of_credentials(kind: str, name: str) -> None:
    """Whatever the case and the style, whole words tell."""
    found = named(name)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("name", NO_KINDS.split())
def test_names_of_other_things(name: str) -> None:
    """Parts of words are no words, and what is about a credential is none."""
    assert named(name) is None


def test_words() -> None:
    """Camel case is snake case; numbers are no words."""
    assert words_of("dbPassword2") == ["db", "password"]
    assert words_of("HTTPAuthToken") == ["http", "auth", "token"]
    assert words_of("X-Api-Key") == ["x", "api", "key"]


@pytest.mark.parametrize(
    "value",
    [
        "changeme",
        "<token>",
        "${X}",
        "$X",
        "xxxx",
        "********",
        "your-token",
        "{{ x }}",
        "%(x)s",
        "TODO",
        "none",
        "8.10.33",
    ],
)
def test_placeholders(value: str) -> None:
    """What stands for a value that is still to come."""
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["8f$x%(k2)3j9dlq0zz!", "hunter2", "a<b>c77", "pa$$word77", "x{y}z99q"])
def test_no_placeholders(value: str) -> None:
    """A real value may hold the marks of a template."""
    assert not is_placeholder(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("f3a91c7be20d4586af17c3925be8d04a", True),
        ("j88bRXY8DsEqJ9xmTdWhrByVi5Hm", True),
        ("MjQ1NmE3YjhjOWQwZTFmMg==", True),
        ("0b1f6d8e-4a8e-4f5b-9a44-5a2f6f8c1d22", False),
        ("sha256-47DEQpj8HBSa/TImW/5JCeuQeRkm5NMpJWZG3hSuFU=", False),
        ("PBKDF2SHA1PasswordHasher", False),
        ("django.contrib.auth.backends.ModelBackend", False),
        ("https://example.com/a1b2c3d4e5f6", False),
        ("1234567890123456", False),
        ("abcabcabcabcabcabc1", False),
        ("a1b2", False),
    ],
)
def test_random(value: str, expected: bool) -> None:
    """Machines draw letters and digits; people write words, with a number or two."""
    assert is_random(value) is expected


@pytest.mark.parametrize("written", ["acme_[a-f0-9]{32}", r"acme_\w{20}", "tok-[A-Z]{4}-[0-9]{6,9}", "k.v:[a-z]{8}x"])
def test_own_formats(written: str) -> None:
    """A fixed beginning, then classes with their number."""
    prefix, rest = read_format(written)
    assert written == prefix + rest


@pytest.mark.parametrize(
    "written",
    ["", "ab[a-z]{3}", "[a-z]{32}", "acme_(a+)+", "acme_[a-z]*", "acme_[a-z]{1,9}[a-z]{1,9}", "acme_.*", "acme"],
)
def test_formats_that_are_refused(written: str) -> None:
    """What could take more than linear time, or would find everything, is a fault of the configuration."""
    with pytest.raises(ValueError, match="formats"):
        read_format(written)


def test_options_are_checked() -> None:
    """The fault is told where the configuration is read."""
    config = {"rules": {"hardcoded-secret": {"formats": ["acme_(a+)+"]}}}
    with pytest.raises(ValueError, match="formats"):
        check_source("x = 1\n", config=config)


@pytest.mark.parametrize("part", range(4))
def test_gate_loses_nothing_in_real_files(part: int) -> None:
    """What is found at the gate's places is what all strings of all statements hold; short keys are its known loss."""
    compared = 0
    for path, data in itertools.islice(corpus.sources(part * 100, 400), 40):
        source = Source(path, data)
        try:
            tree = parse(source)
            source.text  # noqa: B018
        except Unreadable:
            continue
        index = build(tree, plan_for([]), data)
        found = {(secret.lineno, secret.kind) for secret, _ in Secrets(source, index, Statements(index), None).places}
        for statement in (node for node in ast.walk(tree) if isinstance(node, ast.stmt)):
            for text in named_strings(statement):
                if len(text.value) < 4:
                    continue
                for match in judge(text, None):
                    lines = range(text.node.lineno, (text.node.end_lineno or 0) + 1)
                    assert any((line, match.kind) in found for line in lines), (path, text.node.lineno, match.kind)
        compared += 1
    assert compared > 2
