"""An unused suppression comment in, the edits that take it out, or the one name in it that hides nothing.

With an `off` goes the `on` that ends it.
"""

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

    RuleOf = Callable[[str], str]

_NAME = r"\w+(?:-\w+)*"
_PRODLINT = re.compile(r"#+[ \t]*prodlint:[ \t]*(allow-file|allow|off|on)[ \t]*", re.IGNORECASE)
_PRODLINT_LIST = re.compile(rf"{_NAME}(?:[ \t]*,[ \t]*{_NAME})*")
_NOQA = re.compile(r"#+[ \t]*noqa[ \t]*:[ \t]*", re.IGNORECASE)
# Codes up to the first word that is none, such as that of a reason.
_NOQA_LIST = re.compile(r"(?:[A-Z]{1,3}[0-9]{1,5}(?![^\s,#])[,\s]*)+", re.IGNORECASE)
_WORD = re.compile(_NAME)
# `#12` in a reason is a ticket, as in `prodlint.suppress`.
_NEXT_COMMENT = re.compile(r"[ \t]+#(?!\d)")


def removals(
    unused: list[tuple[Violation, Comment, str]], comments: list[Comment], registry: Registry, source: Source
) -> dict[Violation, Violation]:
    """Each violation with its fix, given with its comment and the name of the rule that this allows in vain.

    ``comments`` are all suppressions of the file, in order.
    """

    def rule_of(word: str) -> str:
        rule = registry.find(word) or registry.find(word.upper())
        return "" if rule is None else rule.name

    ends = _ends(comments, rule_of)
    in_vain: dict[Comment, set[str]] = {}
    for _, comment, name in unused:
        for at in (comment, ends.get((comment, name))):
            if at is not None:
                in_vain.setdefault(at, set()).add(name)
    found = {}
    for violation, comment, name in unused:
        fix = _removal(comment, in_vain[comment], name, rule_of, source)
        end = ends.get((comment, name))
        other = None if end is None else _removal(end, in_vain[end], name, rule_of, source)
        if fix is not None and other is not None:
            fix = fix._replace(edits=(*fix.edits, *other.edits))
        found[violation] = violation._replace(fix=fix, fixable=None if fix is None else fix.safety)
    return found


def _ends(comments: list[Comment], rule_of: RuleOf) -> dict[tuple[Comment, str], Comment]:
    """By comment and name of each `off`: the `on` that ends it, where one does before the next `off`."""
    found: dict[tuple[Comment, str], Comment] = {}
    opened: dict[str, Comment] = {}
    for comment in comments:
        head = _PRODLINT.match(comment.text)
        verb = head[1].lower() if head is not None else ""
        for word in listed_names(comment.text) if verb in ("off", "on") else ():
            name = rule_of(word[0])
            if verb == "off":
                opened[name] = comment
            elif name in opened:
                found[opened.pop(name), name] = comment
    return found


def _removal(comment: Comment, in_vain: set[str], name: str, rule_of: RuleOf, source: Source) -> Fix | None:
    """The fix that takes a name out of a comment, or the comment when nothing in it hides anything.

    ``rule_of`` gives the rule's name for a word as written. None for a comment in which the name is not found.
    """
    words = listed_names(comment.text)
    if not any(rule_of(word[0]) == name for word in words):
        return None
    if all(rule_of(word[0]) in in_vain for word in words):
        return Fix("Remove the unused suppression", Safety.SAFE, (_whole(comment, words[-1].end(), source),))
    offset = source.offset(comment.line, comment.column)
    edits = []
    for position, word in enumerate(words):
        if rule_of(word[0]) == name:
            # With the separator behind it, or before it where all that follow go as well.
            rest = [rule_of(other[0]) for other in words[position:]]
            start, end = word.span()
            if all(other == name for other in rest):
                start = words[position - 1].end()
            else:
                end = words[position + 1].start()
            edits.append(Edit(offset + start, offset + end, ""))
    return Fix(f"Remove `{name}` from the suppression", Safety.SAFE, tuple(edits))


def listed_names(text: str) -> list[re.Match[str]]:
    """The names of rules that a suppression comment lists, as written."""
    for opening, names in ((_PRODLINT, _PRODLINT_LIST), (_NOQA, _NOQA_LIST)):
        if (head := opening.match(text)) and (found := names.match(text, head.end())):
            return list(_WORD.finditer(text, *found.span()))
    return []


def _whole(comment: Comment, names_end: int, source: Source) -> Edit:
    """The removal of a comment up to a second one on its line; of a line that holds nothing else, with its newline."""
    offset = source.offset(comment.line, comment.column)
    following = _NEXT_COMMENT.search(comment.text, names_end)
    if following is not None:
        return Edit(offset, offset + comment.text.index("#", following.start()), "")
    start = source.offset(comment.line, 1)
    before = source.line(comment.line)[: comment.column - 1]
    if not before.strip():
        return Edit(start, source.offset(comment.line + 1, 1), "")
    return Edit(offset - (len(before) - len(before.rstrip())), start + len(source.line(comment.line)), "")
