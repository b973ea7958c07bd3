"""Quoting: any text at all gives valid values, and names come back from all that can hold them."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_formats_ci import unescaped

from prodlint.report.quoting import (
    azure_message,
    azure_property,
    github_message,
    github_property,
    json_name,
    uri,
    xml,
    xml_lines,
    xml_name,
)
from prodlint.report.safety import visible

ANY = st.text(st.characters(exclude_categories=[]))
UNICODE = st.text(st.characters(exclude_categories=["Cs"]))
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r\x7f\x85")
)


@given(ANY)
def test_text_is_valid_in_xml(text: str) -> None:
    """As content and as an attribute, ASCII, and read back as what a person is shown."""
    quoted = xml(text)
    assert quoted.isascii()
    element = ElementTree.fromstring(f'<a b="{quoted}">{quoted}</a>')
    shown = visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    assert element.get("b") == shown
    assert (element.text or "") == shown


@given(ANY)
def test_names_are_valid_in_xml(text: str) -> None:
    """A name with characters that XML cannot hold is shown instead."""
    quoted = xml_name(text)
    assert quoted.isascii()
    assert "\n" not in quoted
    ElementTree.fromstring(f'<a b="{quoted}"/>')


@given(XML_TEXT)
def test_xml_gives_names_back(text: str) -> None:
    """Line ends and tabs too, which a parser would turn into spaces."""
    assert ElementTree.fromstring(f'<a b="{xml_name(text)}"/>').get("b") == text


@given(ANY)
def test_uris_are_plain_and_well_formed(text: str) -> None:
    """Only characters that a URI may have, whatever the name."""
    quoted = uri(text)
    assert quoted.isascii()
    assert all(character.isalnum() or character in "-._~/%:" for character in quoted)


@given(UNICODE.filter(lambda text: not text.startswith("/")))
def test_uris_give_names_back(text: str) -> None:
    """By their bytes."""
    assert unquote_to_bytes(uri(text)) == text.encode()


@given(ANY)
def test_json_names_can_be_encoded(text: str) -> None:
    """Strict parsers refuse lone surrogates; every other name is exact."""
    name = json_name(text)
    name.encode()
    assert name == text or any("\ud800" <= character <= "\udfff" for character in text)


@given(ANY)
@pytest.mark.parametrize("quote", [github_property, github_message, azure_property, azure_message, visible])
def test_commands_stay_on_their_line(quote, text: str) -> None:  # type: ignore[no-untyped-def]
    """What a build server splits at is gone, whatever the text."""
    quoted = quote(text)
    assert len(f"{quoted}x".splitlines()) == 1
    quoted.encode()
    if quote is github_property:
        assert not set(quoted) & set(":,")
    if quote is azure_property:
        assert not set(quoted) & set(";]")
    assert "##vso[" not in quoted


@given(st.text("ab%:,;]\r\n0ADC235"))
def test_github_properties_are_reversible(text: str) -> None:
    """Escapes in the name itself, such as `%0A`, are no line ends."""
    assert unescaped(github_property(text)) == text


def test_lines_are_kept() -> None:
    """Several lines of text, each harmless."""
    assert xml_lines(["a<b", "c\x1bd"]) == "a&lt;b\nc\\x1bd"
