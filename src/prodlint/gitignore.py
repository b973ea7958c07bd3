"""Patterns in gitignore syntax: the bytes of an ignore file in, verdicts on names out; never touches the file system.

The rules are git's own (``git help gitignore``), down to the ones its page leaves out: bytes are compared and not
characters, only spaces are trimmed, a literal start is split off before ``**`` is read. Two of them need a caller who
walks from the top and enters no ignored directory: a pattern speaks of one directory entry and never of what lies below
it, and the last pattern that matches wins.
"""

from __future__ import annotations

import os
import re

from prodlint.light_typing import NamedTuple


class Rules:
    """The patterns of one ignore file, in force for the directory that holds it and everything below."""

    __slots__ = ("_directories", "_files", "_negated")

    def __init__(self, patterns: list[_Pattern]) -> None:
        self._negated = [pattern.negated for pattern in patterns]
        self._directories = _Table(list(enumerate(patterns)))
        self._files = _Table([(index, pattern) for index, pattern in enumerate(patterns) if not pattern.directory_only])

    def verdict(self, prefix: str, name: str, is_directory: bool) -> bool | None:
        """True: ignored; False: taken in again by a negated pattern; None: no pattern speaks of it.

        ``prefix`` is the path from the ignore file's directory to the one that holds ``name``: empty or ending in "/".
        A link is no directory, whatever it points to.
        """
        last = (self._directories if is_directory else self._files).last_match(prefix, name)
        return None if last < 0 else not self._negated[last]


def rules_of(data: bytes) -> Rules | None:
    """The rules of an ignore file's content; None when it holds no pattern that could ever match."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    patterns = [pattern for line in lines if (pattern := _pattern(line.removesuffix(b"\r")))]
    return Rules(patterns) if patterns else None


class _Pattern(NamedTuple):
    """One line: exactly one of ``literal``, ``suffix`` and ``glob`` is set.

    ``anchored`` patterns are compared with the path from the ignore file's directory, others with the last name of it.
    ``start`` is what every path begins with that an anchored ``glob`` matches.
    """

    negated: bool
    directory_only: bool
    anchored: bool
    literal: str | None = None
    suffix: str | None = None
    glob: bytes | None = None
    start: str = ""


class _Table:
    """Patterns by the cheapest test that decides them, each with its line's rank; lists run from the last line up."""

    __slots__ = ("_by_name", "_name_globs", "_names", "_path_globs", "_paths", "_suffixes")

    def __init__(self, ranked: list[tuple[int, _Pattern]]) -> None:
        last_first = ranked[::-1]
        globs = [(rank, p.start, re.compile(p.glob, re.DOTALL), p.anchored) for rank, p in last_first if p.glob]
        self._names = {p.literal: rank for rank, p in ranked if p.literal and not p.anchored}
        self._paths = {p.literal: rank for rank, p in ranked if p.literal and p.anchored}
        self._suffixes = [(rank, p.suffix) for rank, p in last_first if p.suffix is not None]
        self._name_globs = [(rank, glob) for rank, _, glob, anchored in globs if not anchored]
        self._path_globs = [(rank, start, glob) for rank, start, glob, anchored in globs if anchored]
        self._by_name: dict[str, int] = {}

    def last_match(self, prefix: str, name: str) -> int:
        """The rank of the last pattern that matches, or -1."""
        last = self._by_name.get(name)
        if last is None:  # names recur, a tree has few of them
            last = self._by_name[name] = self._last_for_name(name)
        if self._paths:
            last = max(last, self._paths.get(prefix + name, -1))
        for rank, start, glob in self._path_globs:
            if rank < last:
                break
            path = prefix + name
            if path.startswith(start) and glob.fullmatch(os.fsencode(path)):
                return rank
        return last

    def _last_for_name(self, name: str) -> int:
        suffix = next((rank for rank, suffix in self._suffixes if name.endswith(suffix)), -1)
        encoded = os.fsencode(name)
        glob = next((rank for rank, glob in self._name_globs if glob.fullmatch(encoded)), -1)
        return max(self._names.get(name, -1), suffix, glob)


def _pattern(line: bytes) -> _Pattern | None:
    """The pattern that a line holds; None for a blank line, a comment, and what git accepts but can never match."""
    body = _trimmed(line.partition(b"\0")[0])
    if body.startswith(b"#"):
        return None
    negated = body.startswith(b"!")
    body = body[negated:]
    directory_only = body.endswith(b"/")
    body = body[: len(body) - directory_only]
    anchored = b"/" in body
    body = body.removeprefix(b"/")
    if not body:
        return None
    special = _SPECIAL.search(body)
    if special is None:
        return _Pattern(negated, directory_only, anchored, literal=os.fsdecode(body))
    if not anchored and body[:1] == b"*" and not _SPECIAL.search(body, 1):
        return _Pattern(negated, directory_only, anchored, suffix=os.fsdecode(body[1:]))
    # git compares the literal start of a path by itself and reads the rest as a pattern of its own; so the stars of
    # `lib**/x` stand at a pattern's start and cross slashes, although its page says otherwise.
    start = body[: special.start()] if anchored else b""
    pieces = _pieces(body[len(start) :], anchored)
    if pieces is None:
        return None
    glob = re.escape(start) + _joined(pieces)
    return _Pattern(negated, directory_only, anchored, glob=glob, start=os.fsdecode(start))


_SPECIAL = re.compile(rb"[*?\[\\]")


def _trimmed(line: bytes) -> bytes:
    """Without the spaces at its end; one behind a backslash stays, and tabs do."""
    body = line.rstrip(b" ")
    backslashes = len(body) - len(body.rstrip(b"\\"))
    return line[: len(body) + backslashes % 2]


_STAR = b"[^/]*"
_STARS = b".*"
_STARS_SLASH = b"(?:.*/)?"
_TOKEN = re.compile(rb"(?P<stars>\*+)|\\(?P<escaped>.)|(?P<any>\?)|(?P<set>\[)|(?P<plain>[^*?\[\\])", re.DOTALL)


def _pieces(body: bytes, anchored: bool) -> list[bytes] | None:
    """A pattern as pieces of regular expression, the three kinds of star being pieces of their own."""
    pieces: list[bytes] = []
    position = 0
    while position < len(body):
        token = _TOKEN.match(body, position)
        if token is None:  # a lone backslash at the end
            return None
        position = token.end()
        if token["stars"]:
            star = _star(body, token.start(), position) if anchored else _STAR
            position += star == _STARS_SLASH
            pieces.append(star)
        elif token["set"]:
            members, position = _members(body, position)
            if not members:
                return None
            pieces.append(b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(members)) + b"]")
        else:
            pieces.append(b"[^/]" if token["any"] else re.escape(token["escaped"] or token["plain"]))
    return pieces


def _star(body: bytes, start: int, end: int) -> bytes:
    """What the run of stars from ``start`` to ``end`` means: two or more, alone between slashes, cross them."""
    alone = end - start > 1 and body[start - 1 : start] in (b"", b"/")
    if alone and body[end : end + 1] == b"/":
        return _STARS_SLASH
    return _STARS if alone and (end == len(body) or body[end : end + 2] == b"\\/") else _STAR


def _joined(pieces: list[bytes]) -> bytes:
    """One expression whose matching time stays polynomial of a low degree, however many stars it has.

    Between two stars the leftmost match is as good as any other (as in ``fnmatch.translate``), so each stretch is put
    in an atomic group: a look-ahead and a reference to it, since Python has no other before 3.11.
    """
    groups = 0

    def atomic(expression: bytes) -> bytes:
        nonlocal groups
        groups += 1
        return b"(?=(?P<g%d>%b))(?P=g%d)" % (groups, expression, groups)

    def within(stretch: list[bytes]) -> bytes:
        head, *tails = _split(stretch, (_STAR,))
        middle = [atomic(b"[^/]*?" + b"".join(tail[1:])) for tail in tails[:-1]]
        return b"".join([*head, *middle, *(tails[-1] if tails else ())])

    head, *tails = _split(pieces, (_STARS, _STARS_SLASH))
    lazy = {_STARS: b".*?", _STARS_SLASH: b"(?:.*?/)??"}
    middle = [atomic(lazy[tail[0]] + within(tail[1:])) for tail in tails[:-1]]
    last = tails[-1][0] + within(tails[-1][1:]) if tails else b""
    return b"".join([within(head), *middle, last])


def _split(pieces: list[bytes], stars: tuple[bytes, ...]) -> list[list[bytes]]:
    """Stretches of ``pieces``, each but the first beginning with one of ``stars``."""
    stretches: list[list[bytes]] = [[]]
    for piece in pieces:
        if piece in stars:
            stretches.append([])
        stretches[-1].append(piece)
    return stretches


_CLASSES = {
    b"alnum": rb"[0-9A-Za-z]",
    b"alpha": rb"[A-Za-z]",
    b"blank": rb"[ \t]",
    b"cntrl": rb"[\x00-\x1f\x7f]",
    b"digit": rb"[0-9]",
    b"graph": rb"[!-~]",
    b"lower": rb"[a-z]",
    b"print": rb"[ -~]",
    b"punct": rb"[!-/:-@\[-`{-~]",
    b"space": rb"[ \t\r\n]",  # git's own idea of it, without form feed and vertical tab
    b"upper": rb"[A-Z]",
    b"xdigit": rb"[0-9A-Fa-f]",
}
_MEMBER = re.compile(rb"\[:(?P<named>[^\]]*):\]|\\(?P<escaped>.)|(?P<plain>[^\\])", re.DOTALL)
_RANGE_END = re.compile(rb"-(?:\\(.)|([^\]\\]))", re.DOTALL)


def _members(body: bytes, position: int) -> tuple[set[int], int]:
    """The bytes that the set opened just before ``position`` allows, and where it ends; nothing if it is malformed."""
    inverted = body[position : position + 1] in (b"!", b"^")
    first = position = position + inverted
    members: set[int] = set()
    while position == first or body[position : position + 1] != b"]":
        token = _MEMBER.match(body, position)
        if token is None or (token["named"] is not None and token["named"] not in _CLASSES):
            return set(), len(body)
        position = token.end()
        if token["named"] is not None:
            members.update(byte[0] for byte in re.findall(_CLASSES[token["named"]], bytes(range(128))))
            continue
        low = high = ord(token["escaped"] or token["plain"])
        if span := _RANGE_END.match(body, position):
            high = ord(span[1] or span[2])
            position = span.end()
        members.update((low, *range(low, high + 1)))  # git takes the start even of a range that runs backwards
    return (set(range(256)) - members if inverted else members) - {ord("/")}, position + 1
