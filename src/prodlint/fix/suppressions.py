"""An unused suppression comment in, the edit that takes it out, or the one name in it that hides nothing."""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Edit, Fix, Safety

if TYPE_CHECKING:
    from collections.abc import Callable

    from prodlint.facts import Comment
    from prodlint.model import Violation
    from prodlint.registry import Registry
    from prodlint.source import Source

_WORD = re.compile(r"[\w-]+")
_NAMES = re.compile(r"#+[ \t]*(?:prodlint:[ \t]*(?:allow-file|allow|off|on)|noqa[ \t]*:)[ \t]*", re.IGNORECASE)
# Names up to whatever no list of names holds: `until`, ` -- reason`, a second comment.
_LIST = re.compile(r"[\w-]+(?:[ \t]*(?:,[ \t]*|[ \t](?=[A-Za-z]+[0-9]))[\w-]+)*")
_NEXT_COMMENT = re.compile(r"[ \t]*#(?!\d)")


def removals(
    unused: list[tuple[Violation, Comment, str]], registry: Registry, source: Source
) -> dict[Violation, Fix | None]:
    """The fix of each violation, given with its comment and the name of the rule that this allows in vain."""
    in_vain: dict[Comment, set[str]] = {}
    for _, comment, name in unused:
        in_vain.setdefault(comment, set()).add(name)

    def allows(word: str) -> str:
        rule = registry.find(word)
        return "" if rule is None else rule.name

    return {violation: _removal(comment, in_vain[comment], name, allows, source) for violation, comment, name in unused}


def _removal(
    comment: Comment, in_vain: set[str], name: str, allows: Callable[[str], str], source: Source
) -> Fix | None:
    """The fix that takes a name out of a comment, or the comment when nothing in it hides anything.

    ``allows`` gives the rule's name for a word as written. None for a comment that has not the form of a list of names.
    """
    opening = _NAMES.match(comment.text)
    names = _LIST.match(comment.text, opening.end()) if opening else None
    if names is None:
        return None
    words = list(_WORD.finditer(comment.text, names.start(), names.end()))
    if all(allows(word[0]) in in_vain for word in words):
        return Fix("Remove the unused suppression", Safety.SAFE, (_whole(comment, names.end(), source),))
    at = next((position for position, word in enumerate(words) if allows(word[0]) == name), None)
    if at is None:
        return None
    # With the separator behind it, or before it where it is the last.
    start, end = (
        (words[at].start(), words[at + 1].start()) if at + 1 < len(words) else (words[at - 1].end(), names.end())
    )
    offset = source.offset(comment.line, comment.column)
    if len(words) < 2:
        return None
    return Fix(f"Remove `{name}` from the suppression", Safety.SAFE, (Edit(offset + start, offset + end, ""),))


def _whole(comment: Comment, names_end: int, source: Source) -> Edit:
    """The removal of a comment up to a second one on its line; of a line that holds nothing else, with its newline."""
    offset = source.offset(comment.line, comment.column)
    following = _NEXT_COMMENT.search(comment.text, names_end)
    if following is not None:
        return Edit(offset, offset + comment.text.index("#", following.start()), "")
    end = source.offset(comment.line, 1) + len(source.line(comment.line))
    before = source.line(comment.line)[: comment.column - 1]
    if not before.strip():
        return Edit(source.offset(comment.line, 1), source.offset(comment.line + 1, 1), "")
    return Edit(offset - (len(before) - len(before.rstrip())), end, "")
