"""Texts in, findings and edits out: all that judges code, for one thread. Knows documents and folders, no protocol.

A configuration is not for several threads, and Python runs one at a time anyway: requests wait for each other here, and
the event loop goes on reading what the editor sends.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from prodlint.fix.allowing import Grounds, allowing
from prodlint.fix.edits import difference
from prodlint.fix.rounds import SAFE, fix_text
from prodlint.hosts.lsp.documents import UP_TO_SPAN, Finding
from prodlint.hosts.lsp.projects import Project
from prodlint.index import parse
from prodlint.model import Edit, Safety
from prodlint.registry import built_in
from prodlint.source import BOM, Source, Unreadable, encoded
from prodlint.tool_rules import UNREADABLE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prodlint.discover import SourceFile
    from prodlint.model import Checked, Fix, Problem, Span, Violation
    from prodlint.registry import Registry


class Text(NamedTuple):
    """What is to be judged: a text, the absolute path of its file or None, the absolute directory of its project."""

    text: str
    path: str | None
    directory: str


class Outcome(NamedTuple):
    """What judging a text gave.

    ``parses`` tells whether rules have seen it. ``generation`` is that of the settings it was judged by, ``faults`` are
    what is wrong with them, ``problems`` what went wrong with the rules.
    """

    findings: tuple[Finding, ...]
    parses: bool
    generation: int
    faults: tuple[Problem, ...]
    problems: tuple[Problem, ...]


class JudgedFile(NamedTuple):
    """The text of a file, and what judging it gave."""

    text: str
    outcome: Outcome


class Wanted(NamedTuple):
    """Which violations of a text to fix: all of a rule, or with None of all rules, with fixes of these safeties."""

    rule: str | None = None
    safeties: frozenset[Safety] = SAFE

    def includes(self, violation: Violation) -> bool:
        """Whether a violation that is found at first is to be fixed."""
        return violation.suppressed is None and self.rule in (None, violation.rule)


class Engine:
    """The projects of the open folders, and what they say of texts. For one thread."""

    def __init__(self, *, trusted: bool) -> None:
        self._trusted = trusted
        self._built_in: Registry = built_in()
        self.generation = 0
        self._projects: dict[str, Project] = {}
        self._used: dict[str, Project] = {}
        self._made_for: tuple[Text, int] | None = None
        self._made: dict[tuple[object, ...], Fix | None] = {}

    def reload(self) -> int:
        """Forget all settings, so that they are read again; the new generation."""
        self._projects.clear()
        self.generation += 1
        return self.generation

    def project(self, text: Text) -> Project:
        """The project to judge a text by: while the settings on disk are faulty, as they were before."""
        directory = text.directory
        known = self._projects.get(directory)
        if known is not None and not known.is_current_for(text.path or f"{directory}/"):
            self.reload()
            known = None
        if known is None:
            known = self._projects[directory] = Project(directory, self._built_in, trusted=self._trusted)
            known.is_current_for(text.path or f"{directory}/")
        if directory not in self._used or not known.is_faulty:
            self._used[directory] = known
        return self._used[directory]

    def registries(self) -> tuple[Registry, ...]:
        """The rules that come with prodlint, and those that each project knows; for any thread."""
        return (self._built_in, *(project.registry for project in tuple(self._used.values())))

    def generation_for(self, text: Text) -> int:
        """The generation of the settings that hold for a text, as they are on disk now."""
        self.project(text)
        return self.generation

    def faults(self, directory: str) -> tuple[Problem, ...]:
        """What is wrong with the settings of a folder, as they are on disk."""
        project = self._projects.get(directory)
        return project.problems() if project else ()

    def check(self, text: Text) -> Outcome:
        """Run the rules on a text; nothing is found in a file that the settings or git leave out."""
        project = self.project(text)
        if text.path is not None and project.reason_to_leave(text.path):
            return Outcome((), True, self.generation, self.faults(text.directory), ())
        return self._judged(text, _source(text, project), project)

    def check_file(self, path: str, directory: str) -> JudgedFile:
        """Run the rules on what is on disk at an absolute path, as a file of the project of a directory."""
        text = Text("", path, directory)
        project = self.project(text)
        content = project.content(path)
        if isinstance(content, Source):
            text = text._replace(text=_decoded(content))
            return JudgedFile(text.text, self._judged(text, content, project))
        findings = tuple(Finding(violation, ((0, 0),)) for violation in content)
        return JudgedFile("", Outcome(findings, False, self.generation, self.faults(directory), ()))

    def files(self, directory: str) -> list[tuple[str, SourceFile]]:
        """The files of a directory's project, by their absolute paths, in order."""
        discovery = self.project(Text("", None, directory)).discovery()
        return [(os.path.normpath(os.path.join(directory, file.path)), file) for file in discovery.files]

    def _judged(self, text: Text, source: Source, project: Project) -> Outcome:
        checked = project.inspect(source, text.path)
        findings = tuple(_findings(project.reported(checked.violations), source, text.text))
        faults = self.faults(text.directory)
        return Outcome(findings, _parses(checked, source), self.generation, faults, checked.problems)

    def fix(self, text: Text, violation: Violation) -> Fix | None:
        """The fix of one violation that was found in the text, proved, with the offsets of the text."""
        if self._made_for != (text, self.generation):
            self._made_for, self._made = (text, self.generation), {}
        key = violation[:UP_TO_SPAN]
        if key not in self._made:
            project = self.project(text)
            source = _source(text, project)
            made = project.fix(source, text.path, violation) if _is_as_shown(source, text.text) else None
            self._made[key] = made._replace(edits=_shifted(made.edits, text.text)) if made else None
        return self._made[key]

    def allowing(self, text: Text, violation: Violation, reason: str) -> Fix | None:
        """The comment that suppresses one violation of the text, for this reason."""
        project = self.project(text)
        source = _source(text, project)
        if not _is_as_shown(source, text.text):
            return None
        made = allowing(violation, source, project.registry, Grounds(reason))
        return made._replace(edits=_shifted(made.edits, text.text)) if made else None

    def fixed(self, text: Text, wanted: Wanted) -> tuple[Edit, ...]:
        """The edits of the text that fix what is wanted, proved as on the command line; none where nothing can be."""
        project = self.project(text)
        source = _source(text, project)
        if not _is_as_shown(source, text.text):
            return ()
        result = fix_text(
            source,
            wanted.safeties,
            lambda new, fixes: project.inspect(new, text.path, fixes),
            lambda found: [v if wanted.includes(v) else None for v in project.reported(found)],
        )
        if not result.fixed:
            return ()
        return _shifted(difference(source.text, Source(source.path, result.data).text, 0), text.text)


def _shifted(edits: Sequence[Edit], text: str) -> tuple[Edit, ...]:
    """Edits of what the engine takes for the text, as edits of the text with its byte order mark."""
    lead = _lead(text)
    return tuple(Edit(edit.start + lead, edit.end + lead, edit.text) for edit in edits)


def _source(text: Text, project: Project) -> Source:
    return Source(project.shown(text.path), encoded(text.text))


_MARK = BOM.decode("utf-8")


def _lead(text: str) -> int:
    """How many characters come before those that the engine counts: a byte order mark is no text to it."""
    return 1 if text.startswith(_MARK) else 0


def _decoded(source: Source) -> str:
    """The text as an editor would show it, empty for what cannot be read."""
    try:
        return source.text
    except Unreadable:
        return ""


def _is_as_shown(source: Source, text: str) -> bool:
    """Whether the text would be read as it is shown, which a cookie for another codec can prevent."""
    try:
        return source.text == text[_lead(text) :]
    except Unreadable:
        return False


def _parses(checked: Checked, source: Source) -> bool:
    # A part that one rule could not read is a violation of the same rule, and hides nothing of the others.
    if not all(violation.rule == UNREADABLE_SOURCE.name for violation in checked.violations):
        return True
    if not checked.violations:
        return True
    try:
        parse(source)
    except Unreadable:
        return False
    return True


def _findings(violations: Sequence[Violation], source: Source, text: str) -> Iterator[Finding]:
    lead = _lead(text)
    for violation in violations:
        spans = [violation.span, *(place.span for place in violation.related)]
        yield Finding(violation, tuple(_offsets(span, source, lead) for span in spans))


def _offsets(span: Span | None, source: Source, lead: int) -> tuple[int, int]:
    """The offsets of a span; of its line's text where it has no length, for an editor to have something to mark."""
    try:
        if span is None:
            return lead, lead
        start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
        if start == end:
            line = source.line(span.line)
            start += len(line) - len(line.lstrip())
            end = max(start, end + len(line.rstrip()))
        return start + lead, end + lead
    except Unreadable:
        return lead, lead
