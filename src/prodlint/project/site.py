"""What the check of a rule about a project's files sees."""

from __future__ import annotations

from prodlint.check import fingerprint
from prodlint.light_typing import TYPE_CHECKING, Any
from prodlint.model import Span, Violation
from prodlint.secrets.masking import MASK, masked_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.config import Active, FileSettings
    from prodlint.model import Context
    from prodlint.project.files import ProjectFile, ProjectTree

_LONGEST_EXCERPT = 500


class ProjectSite:
    """A file of a project, or the project itself, and all that a rule may see of it.

    ``project`` has all files of the project, ``today`` is the date of the run in ISO form. ``text`` and ``lines`` raise
    Unreadable where the file cannot be read.
    """

    def __init__(
        self, file: ProjectFile | None, project: ProjectTree, active: Active, settings: FileSettings, today: str
    ) -> None:
        self._file = file
        self._active = active
        self._settings = settings
        self._text: str | None = None
        self.project = project
        self.today = today

    @property
    def file(self) -> ProjectFile:
        """The file that a ``ProjectFiles`` visit nominated. Raises ValueError where the site is the project itself."""
        if self._file is None:
            raise ValueError("a `Project` visit nominates no file")
        return self._file

    @property
    def options(self) -> Any:
        """The rule's options in force for this file: an instance of its ``options`` class."""
        return self._active.options

    @property
    def context(self) -> Context:
        """What the file is for."""
        return self._settings.context

    @property
    def text(self) -> str:
        """What the file holds, with its newlines as ``\\n``."""
        if self._text is None:
            self._text = self.project.shared(("text", self.file.path), self.file.text)
        return self._text

    def violation(
        self,
        message: str,
        *,
        line: int | None = None,
        file: ProjectFile | None = None,
        path: str | None = None,
        policy: Iterable[str] | None = None,
        hides: Iterable[str] = (),
    ) -> Violation:
        """A violation of the rule on a 1-based line, or of the whole file.

        ``file`` is another file of the project than the site's; ``path`` is that of one, from the root, that is not
        there but should be. ``policy`` names the clauses that this one violates, where they are not all of the rule's.
        ``hides`` are credentials, which no part of the violation will hold.
        """
        subject = file or (self.file if path is None else None)
        excerpt = ""
        if subject is not None and line is not None:
            lines = (self.text if file is None else file.text()).split("\n")
            excerpt = masked_text(lines[line - 1][:_LONGEST_EXCERPT], hides) if line <= len(lines) else ""
        rule = self._active.rule
        width = len(excerpt.rstrip())
        start = width - len(excerpt.strip())
        return Violation(
            rule.name,
            rule.code,
            rule.family,
            self._active.severity,
            masked_text(message, hides),
            subject.shown if subject is not None else self.project.shown(path or ""),
            Span(line, start + 1, line, max(width, start + 1) + 1) if line is not None else None,
            self._settings.context,
            tuple(policy) if policy is not None else rule.policy,
            fingerprint(rule.name, "", excerpt.replace(MASK, "") or message),
            excerpt,
        )
