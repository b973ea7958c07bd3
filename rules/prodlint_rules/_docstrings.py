"""Docstring text in, its sections out: Google, NumPy, Sphinx and Epytext, also mixed in one docstring.

Pure text work on the evaluated docstring: no tree, no signature, no verdict. Every step reads a line a constant number
of times, so the cost is linear in the text. Code in a docstring (doctests, fences, literal blocks, whatever is indented
below a line that ends in a colon) is skipped, because an example of a docstring is no section of this one.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Documented(NamedTuple):
    """A name that a section documents, without stars; ``line`` counts from 0 within the docstring text."""

    name: str
    line: int


class Sections(NamedTuple):
    """What a docstring documents.

    ``style`` is that of the first section, "google", "numpy" or "sphinx", and "" when there is none. ``arguments`` and
    ``raises`` are None without such a section, and also when the section is prose that names nothing; exceptions are
    named as written (``ValueError``, ``pkg.Error``). ``:rtype:`` alone counts as documenting the returned value.
    ``only_keywords`` holds where arguments have a section for keywords and no other.
    """

    style: str
    arguments: tuple[Documented, ...] | None
    returns: bool
    yields: bool
    raises: tuple[Documented, ...] | None
    only_keywords: bool = False


def sections(docstring: str) -> Sections:
    """Read the sections of an evaluated docstring, whose lines may still carry the indentation of the source."""
    blocks = list(_blocks([*_outermost(_without_code(_cleaned(docstring)))]))
    kinds = {block.kind for block in blocks}
    return Sections(
        style=blocks[0].style if blocks else "",
        arguments=_named(blocks, *_ARGUMENTS),
        returns="returns" in kinds,
        yields="yields" in kinds,
        raises=_named(blocks, "raises"),
        only_keywords="arguments" not in kinds and "keywords" in kinds,
    )


class Section(NamedTuple):
    """A section of a docstring, or a field; ``first`` and ``last`` are its lines, counted from 0.

    ``kind`` is "arguments", "keywords", "returns", "yields" or "raises"; ``names`` is None for prose that names
    nothing.
    """

    style: str
    kind: str
    names: tuple[Documented, ...] | None
    first: int
    last: int


def outline(docstring: str) -> list[Section]:
    """The sections and fields of an evaluated docstring, each with all of its lines, in order."""
    lines = docstring.split("\n")
    return [
        Section(block.style, block.kind, block.names, block.first, _end_of(block, lines))
        for block in _blocks([*_outermost(_without_code(_cleaned(docstring)))])
    ]


def _end_of(block: _Block, lines: list[str]) -> int:
    """The last line of a section: what is deeper belongs to it, also code, which the sections are read without."""
    depth = _depth(lines[block.last])
    last = block.last
    is_field = block.style == "sphinx"
    for at in range(block.last + 1, len(lines)):
        text = lines[at].strip()
        if not text:
            continue
        # A field goes on in lines that are not deeper, up to an empty one; its type has a field of its own.
        goes_on = is_field and at == last + 1 and (text[0] not in ":@" or text[1:].startswith("type "))
        if _depth(lines[at]) <= depth and not goes_on:
            break
        last = at
    return last


def _depth(line: str) -> int:
    return len(line.expandtabs()) - len(line.expandtabs().lstrip())


class Prose(NamedTuple):
    """What a docstring says in any way.

    ``text`` is all of it but code examples, without indentation. ``entries`` are the names that open an entry at any
    depth, also in lists that are no section; only sections on something else than arguments do not count.
    """

    text: str
    entries: frozenset[str]


NOTHING_SAID = Prose("", frozenset())


def prose(docstring: str) -> Prose:
    """Read an evaluated docstring for what may stand outside its sections, or in a section of an unusual shape."""
    lines = [*_without_code(_cleaned(docstring))]
    return Prose("\n".join(line.text for line in lines), frozenset(_opened(lines)))


class _Line(NamedTuple):
    number: int
    indent: int
    text: str


class _Block(NamedTuple):
    """One section or field: what it documents, the names in it (None: prose that names nothing), and its lines."""

    style: str
    kind: str
    names: tuple[Documented, ...] | None
    first: int = 0
    last: int = 0


_KINDS = {
    **dict.fromkeys(
        ("arg", "args", "argument", "arguments", "param", "params", "parameter", "parameters"), "arguments"
    ),
    **dict.fromkeys(("kwargs", "keyword args", "keyword arguments", "keyword parameters"), "keywords"),
    **dict.fromkeys(("other args", "other arguments", "other params", "other parameters"), "arguments"),
    **dict.fromkeys(("return", "returns"), "returns"),
    **dict.fromkeys(("yield", "yields"), "yields"),
    **dict.fromkeys(("raise", "raises", "except", "exceptions", "throws"), "raises"),
}
_FIELDS = {
    **dict.fromkeys(("param", "parameter", "arg", "argument"), "arguments"),
    **dict.fromkeys(("key", "keyword", "kwarg", "kwparam"), "keywords"),
    **dict.fromkeys(("return", "returns", "rtype"), "returns"),
    **dict.fromkeys(("yield", "yields", "ytype"), "yields"),
    **dict.fromkeys(("raise", "raises", "except", "exception", "throws"), "raises"),
}
_ARGUMENTS = ("arguments", "keywords")
# Words that open a remark between the entries; in lower case they may be parameters.
_REMARKS = frozenset(
    "Note Notes Warning Warnings Example Examples Default Defaults Todo TODO Tip Hint Important Deprecated Optional "
    "Required Otherwise None See Usage Choices Options".split()
)

_NAME = r"[*`]*[^\W\d]\w*[`*]*"
_NAMES = rf"{_NAME}(?:(?:\s*[,/|]\s*|\s+(?:and|or)\s+){_NAME})*"
_ENTRY = re.compile(rf"(?:[-+*•]\s+)?({_NAMES})(?:=[^\s:(]*)?\s*")
_AFTER_NAMES = re.compile(r":|--?\s|[–—]")
_OPENED = re.compile(
    r":(\w+):|[:@](?:param|parameter|arg|argument|key|keyword|kwarg|kwparam) +[^\w\s]*(\w+ +\w+)(?=$| +\w)"
    r"|(?:[-+•|*] *[*`'\"]*|[*`'\"]+)(\w+)"
    rf"|({_NAMES})(?= *[:=(\[–—]| +--?\s|  |$)"
)
_WORD = re.compile(r"[^\W\d]\w*")
_FIELD = re.compile(r"[:@](\w+)\b\s*")
_BRACED = re.compile(r"\{[^{}]*\}\s*")
_TYPE_JOINT = re.compile(r"[\[(][^\[\]()]*[\])]|\s*(?:[,|]|\b(?:or|of)\b)\s*")
_TYPES = frozenset("str int bool float list dict tuple set bytes".split())
_OPENS_CODE = re.compile(
    r"(?!\.\. ).*::$|(?:\w+ )?(?:examples?|usage):$|\.\. (?:code|sourcecode|parsed|test|doctest|prompt|highlight)",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"(-{3,}|={3,}|~{3,})$")
_ROLE = r":\w+(?::\w+)?:(?=`)"
_EXCEPTION = rf"(?:{_ROLE})?`*[~!]?[^\W\d][\w.]*`*"
_EXCEPTIONS = re.compile(
    rf"(?:[-+*•]\s+)?({_EXCEPTION}(?:(?:\s*[,/|]\s*(?:or\s+)?|\s+(?:and|or)\s+){_EXCEPTION})*)"
    r"(?=\s*(?:[:(,;–—]|--?\s|\.?$)|\s+(?:if|when|whenever|on|unless|for|in|is|as|because|upon|where|otherwise)\b)"
)
_DOTTED = re.compile(r"[^\W\d][\w.]*")
_ERROR_ENDINGS = ("Error", "Exception", "Warning", "Interrupt", "Exit", "Iteration")


def _cleaned(docstring: str) -> list[_Line]:
    """The lines without the common margin, as ``inspect.cleandoc`` leaves them, and without the escapes of RST."""
    lines = [line.rstrip() for line in docstring.replace("\\", "").expandtabs().split("\n")]
    indents = [len(line) - len(line.lstrip()) for line in lines]
    margin = min((indent for indent, line in zip(indents[1:], lines[1:], strict=True) if line), default=0)
    return [
        _Line(number, max(0, indent - margin) if number and line else 0, line.lstrip())
        for number, (indent, line) in enumerate(zip(indents, lines, strict=True))
    ]


def _without_code(lines: Iterable[_Line]) -> Iterator[_Line]:
    """The lines outside doctests, fences, literal blocks and examples; blank lines stay."""
    below: int | None = None
    closing = ""
    depth = 0
    for line in lines:
        text = line.text
        if closing:
            # A doctest ends at a blank line or further out, a fence at its closing fence.
            closing = (
                "" if (not text or line.indent < depth if closing == ">>>" else text.startswith(closing)) else closing
            )
            if closing or not text or line.indent >= depth:
                continue
        if text and below is not None:
            if line.indent > below:
                continue
            below = None
        if text.startswith((">>>", "```", "~~~")) and not _UNDERLINE.match(text):
            closing, depth = text[:3], line.indent
            continue
        if _OPENS_CODE.match(text):
            below = line.indent
        yield line


def _opened(lines: list[_Line]) -> Iterator[str]:
    beyond: int | None = None
    for at, line in enumerate(lines):
        if beyond is not None and line.text and line.indent <= beyond:
            beyond = None
        if _is_underlined(lines, at):
            beyond = None if _kind(line.text) in _ARGUMENTS else line.indent - 1
        elif beyond is None and (kind := _google_header(lines, at)):
            beyond = None if kind in _ARGUMENTS else line.indent
        elif beyond is None and (match := _OPENED.match(line.text)):
            yield from _WORD.findall(match[0])


def _outermost(lines: Iterable[_Line]) -> Iterator[_Line]:
    """The lines that are not indented below one that ends in a colon, unless that is a section's."""
    below: int | None = None
    for line in lines:
        if line.text and below is not None:
            if line.indent > below:
                continue
            below = None
        if (line.text.endswith(":") and not _google_kind(line.text)) or line.text.startswith(".. "):
            below = line.indent
        yield line


def _blocks(lines: list[_Line]) -> Iterator[_Block]:
    """All sections and fields in order.

    The first header decides how deep headers stand: what looks like one further in belongs to a section's text.
    """
    depth: int | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        outermost = depth is None or line.indent <= depth
        if outermost and _is_underlined(lines, at):
            depth = line.indent
            end = _end_of_numpy(lines, at + 2, depth)
            kind = _KINDS.get(line.text.rstrip(":").lower(), "")
            if kind:
                names = _names(kind, lines[at + 2 : end], numpy=True)
                yield _Block("numpy", kind, names, line.number, _last_number(lines[at:end]))
        elif outermost and (kind := _google_header(lines, at)):
            depth = line.indent
            end = _end_of_google(lines, at + 1, depth, kind)
            body = lines[at + 1 : end]
            unread = not any(line.text for line in body) and end < len(lines) and not _starts_block(lines, end, depth)
            names = None if unread else _names(kind, body, numpy=False)
            yield _Block("google", kind, names, line.number, _last_number(lines[at:end]))
        else:
            end = at + 1
            if block := _field(line) or (_inline(lines, at) if outermost else None):
                yield block._replace(first=line.number, last=line.number)
        at = end


def _last_number(lines: list[_Line]) -> int:
    return max(line.number for line in lines if line.text)


def _named(blocks: list[_Block], *kinds: str) -> tuple[Documented, ...] | None:
    found = [block.names for block in blocks if block.kind in kinds and block.names is not None]
    return tuple(name for names in found for name in names) if found else None


def _kind(title: str) -> str:
    """The kind of section that a title names, as in ``Args`` or ``**Returns** (int)``."""
    if title.endswith(")"):
        title = title.partition("(")[0]
    name, arrow, _ = title.partition("->")
    kind = _KINDS.get(name.strip("*_ ").lower(), "")
    return kind if not arrow or kind in ("returns", "yields") else ""


def _google_kind(text: str) -> str:
    return _kind(text.rstrip(":*_")) if text.endswith((":", ":**", ":*")) or "->" in text else ""


def _google_header(lines: list[_Line], at: int) -> str:
    """The kind of a line that is a header alone; one in lower case may be the end of a sentence that wraps."""
    line = lines[at]
    kind = _google_kind(line.text)
    if not kind and line.text in ("Return", "Returns", "Yield", "Yields") and at + 1 < len(lines):
        kind = _kind(line.text) if lines[at + 1].indent > line.indent else ""
    return kind if kind and (line.text[0] in "*_" or line.text[0].isupper() or _opens_paragraph(lines, at)) else ""


def _is_underlined(lines: list[_Line], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else None
    return bool(
        lines[at].text and following and _UNDERLINE.match(following.text) and not _UNDERLINE.match(lines[at].text)
    )


def _opens_paragraph(lines: list[_Line], at: int) -> bool:
    return at == 0 or not lines[at - 1].text or lines[at - 1].indent > lines[at].indent


def _end_of_numpy(lines: list[_Line], start: int, depth: int) -> int:
    at = start
    while at < len(lines) and not (lines[at].text and (lines[at].indent < depth or _starts_block(lines, at, depth))):
        at += 1
    return at


def _starts_block(lines: list[_Line], at: int, depth: int) -> bool:
    if lines[at].indent > depth:
        return False
    return _is_underlined(lines, at) or bool(_google_header(lines, at) or _field(lines[at]))


def _end_of_google(lines: list[_Line], start: int, depth: int, kind: str) -> int:
    """Where the deeper lines end, or the paragraph when the entries are not indented at all."""
    at = start
    if start < len(lines) and lines[start].indent == depth and _entry(kind, lines[start].text, False, numpy=False):
        while at < len(lines) and lines[at].text and not _starts_block(lines, at, depth):
            at += 1
        return at
    while at < len(lines) and not (lines[at].text and lines[at].indent <= depth):
        at += 1
    return at


def _names(kind: str, body: list[_Line], *, numpy: bool) -> tuple[Documented, ...] | None:
    """The names that the entries of a section document; deeper lines than an entry's are its text."""
    body = [line for line in body if line.text]
    if kind in ("returns", "yields") or not body:
        return ()
    entries = body[0].indent
    found: list[Documented] = []
    for at, line in enumerate(body):
        if line.indent <= entries:
            entries = line.indent
            has_text = at + 1 < len(body) and body[at + 1].indent > line.indent
            found += [Documented(name, line.number) for name in _entry(kind, line.text, has_text, numpy=numpy)]
    return tuple(found) or None


def _entry(kind: str, text: str, has_text: bool, *, numpy: bool) -> list[str]:
    if kind == "raises":
        return _exceptions(text)
    match = _ENTRY.match(text)
    if match is None:
        return []
    names = [name for name in _WORD.findall(match[1]) if name not in ("and", "or")]
    if not names or names[0] in _REMARKS:
        return []
    end = _after_brackets(text, match.end())
    # A word alone on its line is an entry in NumPy style, and elsewhere when its text follows, else a wrapped line.
    alone = end == len(text) and (numpy or has_text or end > match.end())
    return names if alone or _AFTER_NAMES.match(text, end) else []


def _after_brackets(text: str, start: int) -> int:
    """The place after the type in brackets at ``start`` and blanks; a type that goes on in the next line ends there."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth <= 0:
            end = at + (text[at] in ")]}")
            return len(text) - len(text[end:].lstrip())
    return len(text)


def _exceptions(text: str) -> list[str]:
    """The names that open an entry; in prose, whatever is named like an exception."""
    match = _EXCEPTIONS.match(text)
    if match is None:
        names = [name.rstrip(".") for name in _DOTTED.findall(text)]
        return [name for name in names if name.endswith(_ERROR_ENDINGS)]
    names = [name.rstrip(".") for name in _DOTTED.findall(re.sub(_ROLE, "", match[1]))]
    return [name for name in names if name not in _REMARKS and name not in ("and", "or")]


def _field(line: _Line) -> _Block | None:
    """A Sphinx or Epytext field, as ``:param int x: …`` or ``@param x: …``."""
    match = _FIELD.match(line.text)
    kind = _FIELDS.get(match[1], "") if match else ""
    if match is None or not kind:
        return None
    rest = line.text[match.end() :]
    names: list[str] = []
    if kind in _ARGUMENTS:
        names = _field_arguments(rest, is_epytext=match[0][0] == "@")
    elif kind == "raises":
        names = _exceptions(rest.lstrip(": "))
    return _Block("sphinx", kind, tuple(Documented(name, line.number) for name in names))


def _field_arguments(text: str, *, is_epytext: bool) -> list[str]:
    """The word before the colon, after its type; the first word where the colon was forgotten or comes too late."""
    braced = _BRACED.match(text)
    before, colon, _ = text.partition(": ") if ": " in text else text.partition(":")
    parts = before.split(",")
    if colon and len(parts) > 1 and all(re.fullmatch(_NAME, part.strip()) for part in parts):
        return [part.strip("*` ") for part in parts]
    if braced:
        words = text[braced.end() :].split(None, 1)[:1]
    elif colon:
        words = before.partition(" (")[0].split()
        is_late = is_epytext and len(_TYPE_JOINT.sub("", before).split()) > 2
        words = words[:1] if is_late else words[-1:]
    else:
        words = text.split()
        words = words[1:] if len(words) == 2 and words[0] in _TYPES else words[:1]
    found = _WORD.search(words[0]) if words else None
    return [found[0]] if found else []


def _inline(lines: list[_Line], at: int) -> _Block | None:
    """``Returns: the value.`` at the start of a paragraph: a section on one line; ``Args: …`` there is prose."""
    kind = _inline_kind(lines[at].text)
    if not kind or not (_opens_paragraph(lines, at) or _inline_kind(lines[at - 1].text)):
        return None
    found = _exceptions(lines[at].text.partition(": ")[2]) if kind == "raises" else []
    return _Block("google", kind, tuple(Documented(name, lines[at].number) for name in found) or None)


def _inline_kind(text: str) -> str:
    name, colon, _ = text.partition(": ")
    kind = _kind(name) if colon else ""
    return kind if kind not in _ARGUMENTS else ""
