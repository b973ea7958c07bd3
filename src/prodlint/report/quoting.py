"""Foreign text in, text that is one value of XML, HTML, a URI or a build server's command out.

Two kinds of values: what people read is made harmless first (`prodlint.report.safety`), since whoever decodes the
format would meet the control characters again; names of files, by which a program finds the file, are kept exact
wherever the format has a way to write them. All of it is ASCII where the format can refer to characters by number, so
that the encoding of standard output does not matter.
"""

from __future__ import annotations

import os

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "#": "&#35;"})
_XML_CONTROLS = str.maketrans({"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", "\x7f": "&#127;"})


def xml(text: str) -> str:
    """Harmless text as the content of an element or a quoted attribute, of XML and of HTML."""
    return _ascii(visible(text).translate(_XML))


def xml_lines(lines: Iterable[str]) -> str:
    """Several lines as the content of an element, each harmless."""
    return "\n".join(map(xml, lines))


def xml_name(path: str) -> str:
    """A file's name as a quoted attribute of XML, exact but for the characters that XML cannot hold."""
    if path.isprintable():
        return _ascii(path.translate(_XML))
    exact = (character if _is_xml(character) else visible(character) for character in path)
    return _ascii("".join(exact).translate(_XML).translate(_XML_CONTROLS))


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    # Unassigned characters pass as harmless, and XML forbids two of them in any form.
    text = text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _is_xml(character: str) -> bool:
    """Whether XML 1.0 lets a document hold the character (its production 2, Char)."""
    return character in "\t\n\r" or not ("\x00" <= character < " " or "\ud800" <= character <= "\udfff")


def json_name(path: str) -> str:
    """A file's name as a value of JSON for strict parsers: exact, unless it is no Unicode text."""
    if any("\ud800" <= character <= "\udfff" for character in path):
        return visible(path)
    return path


def uri(path: str) -> str:
    """A file's name as a URI: relative as it is, or with the scheme ``file`` if the path is absolute.

    Its bytes are percent-encoded, so that `urllib.parse.unquote_to_bytes` gives any name back.
    """
    from urllib.parse import quote_from_bytes  # here: only one format has URIs

    quoted = quote_from_bytes(_bytes(path), safe="/~")
    if path[:1] == "/":
        return "file://" + quoted
    if os.name == "nt" and path[1:3] == ":/":
        return "file:///" + quoted.replace("%3A", ":", 1)
    return quoted


def _bytes(path: str) -> bytes:
    """UTF-8, in which lone surrogates are the bytes that they stand for (PEP 383), or else encoded like the others."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def github_message(text: str) -> str:
    """Harmless text as the message of a GitHub workflow command."""
    return visible(text).replace("%", "%25")


def github_property(text: str) -> str:
    """Text as the value of a GitHub workflow command's property: exact for line ends, harmless otherwise."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(text.replace(":", "%3A").replace(",", "%2C"))


def azure_message(text: str) -> str:
    """Harmless text as the message of an Azure Pipelines logging command."""
    return visible(text).replace("%", "%AZP25")


def azure_property(text: str) -> str:
    """Text as the value of an Azure Pipelines logging command's property: exact for line ends, harmless otherwise."""
    text = text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(text.replace("]", "%5D").replace(";", "%3B"))
