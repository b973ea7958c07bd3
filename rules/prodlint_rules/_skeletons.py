"""A definition and the style of its project in, the lines that its docstring lacks out, for a person to fill in."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.rule import Addition
from prodlint_rules._docstrings import outline, sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prodlint.check import Site
    from prodlint.facts.definitions import DefinitionFacts
    from prodlint_rules._docstrings import Documented, Section

SUMMARY = "TODO: describe."
TEXT = "TODO"
"""What stands for what only a person can say."""

_MOST_DOCSTRINGS = 100


class Wanted(NamedTuple):
    """What a docstring is to say of its function: parameters, whether it "returns" or "yields", what it raises."""

    arguments: Sequence[str]
    gives: str
    raised: Sequence[str]


def style_of(site: Site) -> str:
    """How most of the file's docstrings write their sections: "google", "numpy" or "sphinx"; "google" if none does."""
    found: str = site.facts.shared("docstring style", lambda: _commonest(site.facts.docstrings))
    return found


def _commonest(docstrings: Iterable[str]) -> str:
    styles = Counter(sections(docstring).style for docstring in islice(docstrings, _MOST_DOCSTRINGS))
    del styles[""]
    return min(styles, key=lambda style: (-styles[style], style), default="google")


def skeleton(definition: DefinitionFacts, style: str) -> tuple[Addition, ...]:
    """The docstring of a definition that has none: a summary and, of a function, its sections."""
    lines = [SUMMARY]
    if definition.kind in ("function", "method"):
        arguments = [p.name for p in definition.parameters if p.stars or not p.name.startswith("_")]
        wanted = Wanted(arguments, _given(definition), definition.raised)
        for section in _new_sections(definition, wanted, style):
            lines += ("", *section)
    return (Addition(tuple(lines)),)


def _given(definition: DefinitionFacts) -> str:
    if definition.is_property or definition.name == "__new__":
        return ""
    return "yields" if definition.yields else "returns" if definition.returns_value else ""


def completion(definition: DefinitionFacts, wanted: Wanted, style: str) -> tuple[Addition, ...]:
    """The lines that a function's docstring lacks: entries where their sections are, else sections."""
    docstring = definition.docstring or ""
    found = outline(docstring)
    style = found[0].style if found else style
    lines = docstring.split("\n")
    mark = "@" if style == "sphinx" and any(lines[at.first].lstrip().startswith("@") for at in found) else ":"
    written = _Written(definition, lines, found)
    added = list(written.arguments(wanted.arguments, mark)) if written.has("arguments", "keywords") else []
    raises = [at for at in found if at.kind == "raises" and at.names]
    if raises and wanted.raised:
        entries = tuple(line for name in wanted.raised for line in _raised(name, raises[-1].style, mark))
        added.append(Addition(entries, raises[-1].last, _line_of(raises[-1].names)))
    lacking = Wanted(
        () if written.has("arguments", "keywords") else wanted.arguments,
        wanted.gives,
        () if written.has("raises") else wanted.raised,
    )
    return (*added, *written.sections(lacking, style, mark))


def _line_of(names: Sequence[Documented] | None) -> int:
    return names[-1].line if names else 0


class _Written(NamedTuple):
    """A docstring that is there: its lines and its sections."""

    definition: DefinitionFacts
    lines: list[str]
    found: list[Section]

    def has(self, *kinds: str) -> bool:
        """Whether there is a section of one of these kinds."""
        return any(section.kind in kinds for section in self.found)

    def arguments(self, names: Sequence[str], mark: str) -> Iterator[Addition]:
        """Entries for parameters, each behind that of the nearest parameter before it."""
        own = [section for section in self.found if section.kind in ("arguments", "keywords") and section.names]
        entries = [(entry, section) for section in own for entry in section.names or ()]
        if not entries:
            empty = next(at for at in self.found if at.kind in ("arguments", "keywords"))
            if empty.names is not None and empty.style != "sphinx":
                deeper = "" if empty.style == "numpy" else "    "
                new = [deeper + line for name in names for line in self._entry(name, empty.style, mark, "")]
                yield Addition(tuple(new), empty.last, empty.first)
            return
        order = [parameter.name for parameter in self.definition.parameters]
        by_name = {entry.name: at for at, (entry, _) in enumerate(entries)}
        behind: dict[int, list[str]] = {}
        for name in names:
            known = [by_name[before] for before in order[: order.index(name)] if before in by_name]
            behind.setdefault(max(known, default=-1), []).append(name)
        for at, told in behind.items():
            entry, section = entries[max(at, 0)]
            sample = self.lines[entry.line]
            added = [line for name in told for line in self._entry(name, section.style, mark, sample)]
            below = entry.line - 1 if at < 0 else self._end(at, entries)
            yield Addition(tuple(added), below, entry.line)

    def _end(self, at: int, entries: list[tuple[Documented, Section]]) -> int:
        """The last line of an entry: the one with text before the next entry, or its section's."""
        entry, section = entries[at]
        later = [other.line for other, of in entries if of is section and other.line > entry.line]
        if not later:
            return section.last
        last = min(later) - 1
        while last > entry.line and not self.lines[last].strip():
            last -= 1
        return last

    def _entry(self, name: str, style: str, mark: str, sample: str) -> tuple[str, ...]:
        annotation = self.definition.annotation(name)
        if style == "google" and not (annotation and re.match(r"\W*\w+ \(", sample)):
            annotation = ""
        bullet = re.match(r"\s*([-+*•]\s+)?", sample)
        lead = bullet[1] or "" if bullet is not None and style == "google" else ""
        first, *rest = _argument(name, "", annotation, style, mark)
        return (lead + first, *rest)

    def sections(self, wanted: Wanted, style: str, mark: str) -> Iterator[Addition]:
        """Sections that are not there, each behind those that come before it."""
        behind: dict[int, list[str]] = {}
        for kind, lines in zip(_KINDS, _sections(self.definition, wanted, style, mark), strict=True):
            if lines:
                place = self._place(kind)
                new = behind.setdefault(place, [])
                # Fields stand together, sections apart.
                goes_on = style == "sphinx" and (new or any(section.last == place for section in self.found))
                new += lines if goes_on else ("", *lines)
        like = min((section.first for section in self.found), default=0)
        return (Addition(tuple(lines), place, like) for place, lines in behind.items())

    def _place(self, kind: str) -> int:
        """The line below which a section of a kind belongs: the others of its docstring decide, else its end."""
        earlier = _ORDER[: _ORDER.index(kind)]
        above = [section.last for section in self.found if section.kind in earlier]
        if above:
            return max(above)
        below = [section.first for section in self.found if section.kind not in earlier]
        last = min(below, default=len(self.lines)) - 1
        while last > 0 and not self.lines[last].strip():
            last -= 1
        return max(last, 0)


_KINDS = ("arguments", "returns", "raises")
_ORDER = ("arguments", "keywords", "returns", "yields", "raises")


def _new_sections(definition: DefinitionFacts, wanted: Wanted, style: str) -> Iterator[tuple[str, ...]]:
    """The sections of a docstring that is new; fields stand together."""
    made = [section for section in _sections(definition, wanted, style, ":") if section]
    if style == "sphinx" and made:
        yield tuple(line for section in made for line in section)
    else:
        yield from made


def _sections(definition: DefinitionFacts, wanted: Wanted, style: str, mark: str) -> list[tuple[str, ...]]:
    """The sections on arguments, on what it gives and on what it raises; empty ones where there is nothing to say."""
    stars = {parameter.name: parameter.stars for parameter in definition.parameters}
    arguments = [
        line
        for name in wanted.arguments
        for line in _argument(
            name, stars.get(name, ""), definition.annotation(name) if style == "numpy" else "", style, mark
        )
    ]
    gives: list[str] = []
    if wanted.gives and style == "sphinx":
        gives = [f"{mark}{'return' if wanted.gives == 'returns' else 'yields'}: {TEXT}"]
    elif wanted.gives:
        gives = [definition.annotation() or TEXT, f"    {TEXT}"] if style == "numpy" else [TEXT]
    raised = [line for name in wanted.raised for line in _raised(name, style, mark)]
    titles = ("Parameters" if style == "numpy" else "Args", wanted.gives.capitalize(), "Raises")
    return [_titled(title, lines, style) for title, lines in zip(titles, (arguments, gives, raised), strict=True)]


def _titled(title: str, lines: list[str], style: str) -> tuple[str, ...]:
    if not lines or style == "sphinx":
        return tuple(lines)
    if style == "numpy":
        return (title, "-" * len(title), *lines)
    return (f"{title}:", *(f"    {line}" for line in lines))


def _argument(name: str, stars: str, annotation: str, style: str, mark: str) -> tuple[str, ...]:
    match style:
        case "numpy":
            return (f"{stars}{name} : {annotation}" if annotation else f"{stars}{name}", f"    {TEXT}")
        case "sphinx":
            return (f"{mark}param {name}: {TEXT}",)
    return (f"{stars}{name} ({annotation}): {TEXT}" if annotation else f"{stars}{name}: {TEXT}",)


def _raised(name: str, style: str, mark: str) -> tuple[str, ...]:
    match style:
        case "numpy":
            return (name, f"    {TEXT}")
        case "sphinx":
            return (f"{mark}raises {name}: {TEXT}",)
    return (f"{name}: {TEXT}",)
