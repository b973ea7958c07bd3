"""A rule's page in Markdown in, HTML out: the few constructs that such pages use, everything else as it is written.

Not a Markdown library: the page of a plugin's rule is foreign text, of which no tag and no address may get through.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.quoting import xml, xml_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_INLINE = re.compile(r"(`[^`\n]+`)|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|\[([^\]\n]*)\]\([^)\n]*\)")


def html_of(page: str) -> str:
    """The page without its first heading, which the report writes itself; headings are of the third level."""
    return "".join(_blocks(re.sub(r"\A# .*\n", "", page).splitlines()))


def _blocks(lines: list[str]) -> Iterator[str]:
    number = 0
    while number < len(lines):
        first = number
        line = lines[number]
        number += 1
        if line.startswith("```"):
            while number < len(lines) and not lines[number].startswith("```"):
                number += 1
            yield f"<pre><code>{xml_lines(lines[first + 1 : number])}</code></pre>\n"
            number += 1
        elif line.startswith("#"):
            yield f"<h3>{_inline(line.lstrip('#').strip())}</h3>\n"
        elif line.startswith("- "):
            while number < len(lines) and re.match(r"- |\s+\S", lines[number]):
                number += 1
            items = re.split(r"^- ", "\n".join(lines[first:number]), flags=re.MULTILINE)[1:]
            yield f"<ul>{''.join(f'<li>{_inline(item.rstrip())}</li>' for item in items)}</ul>\n"
        elif line.strip():
            while number < len(lines) and lines[number].strip() and not lines[number].startswith(("- ", "#", "```")):
                number += 1
            yield f"<p>{_inline(' '.join(lines[first:number]))}</p>\n"


def with_code(text: str) -> str:
    """A message or a summary as HTML: what stands in backticks is code, everything else is as it is written."""
    parts = text.split("`")
    if not len(parts) % 2:
        return xml(text)
    return "".join(f"<code>{xml(part)}</code>" if number % 2 else xml(part) for number, part in enumerate(parts))


def _inline(text: str) -> str:
    """Code, strong and emphasised text; of a link its words, since the pages it leads to are elsewhere."""
    pieces = []
    end = 0
    for match in _INLINE.finditer(text):
        pieces.append(_words(text[end : match.start()]))
        code, strong, emphasised, link = match.groups()
        if code:
            pieces.append(f"<code>{xml(code[1:-1])}</code>")
        elif strong:
            pieces.append(f"<strong>{_words(strong)}</strong>")
        elif emphasised:
            pieces.append(f"<em>{_words(emphasised)}</em>")
        else:
            pieces.append(_words(link or ""))
        end = match.end()
    return "".join(pieces) + _words(text[end:])


def _words(text: str) -> str:
    return xml(re.sub(r"\s*\n\s*", " ", text))
