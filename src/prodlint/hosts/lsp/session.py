"""One client's session: its documents and folders, what is found in them, and when it is sent.

On the event loop. What is found for a revision of a text that has changed meanwhile is dropped and looked for again, so
that nothing is ever sent about an older text; changes that come while one revision is judged cost one more judgement,
not one each.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from lsprotocol.types import (
    Diagnostic,
    DiagnosticSeverity,
    Position,
    PositionEncodingKind,
    PublishDiagnosticsParams,
    Range,
)
from pygls.uris import from_fs_path

from prodlint.hosts.lsp.diagnostics import SOURCE, Shape
from prodlint.hosts.lsp.documents import Document, path_of
from prodlint.hosts.lsp.engine import Engine, Outcome, Text
from prodlint.hosts.lsp.guard import Notices, guarding
from prodlint.hosts.lsp.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor

    from lsprotocol.types import WorkspaceFolder
    from pygls.lsp.server import LanguageServer

    from prodlint.hosts.lsp.documents import Found
    from prodlint.hosts.lsp.positions import Encoding
    from prodlint.hosts.lsp.settings import Abilities, Options
    from prodlint.hosts.lsp.workspace import Known
    from prodlint.model import Problem

    Result = TypeVar("Result")


class Session:
    """What the server knows of its client. ``generation`` is that of the settings of the last judgement.

    ``changed`` is set whenever somebody who has all diagnostics may have to get new ones; ``surveyed`` has what was
    found in files that are not open.
    """

    def __init__(
        self,
        server: LanguageServer,
        notices: Notices,
        abilities: Abilities,
        options: Options,
        thread: ThreadPoolExecutor,
    ) -> None:
        self.server = server
        self.notices = notices
        self.abilities = abilities
        self.options = options
        self.engine = Engine(trusted=options.trusted)
        self.pages = Pages(self.engine.registries)
        self.shape = Shape(abilities, options, self.pages)
        self.documents: dict[str, Document] = {}
        self.folders: list[str] = []
        self.surveyed: dict[str, Known] = {}
        self.generation = 0
        self.changed = asyncio.Event()
        self._thread = thread
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._publishing: dict[str, asyncio.Task[None]] = {}
        self._faults: dict[str, tuple[Problem, ...]] = {}

    @property
    def encoding(self) -> Encoding:
        """The unit of positions that client and server have agreed upon."""
        return self.server.workspace.position_encoding or PositionEncodingKind.Utf16

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do something in the engine's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # Documents and folders

    def add_folders(self, folders: Iterable[WorkspaceFolder]) -> None:
        """Know further folders, of those that are directories."""
        self.folders += [path.rstrip("/") or "/" for folder in folders if (path := path_of(folder.uri))]

    def remove_folders(self, folders: Iterable[WorkspaceFolder]) -> None:
        """Forget folders."""
        gone = {path.rstrip("/") or "/" for folder in folders if (path := path_of(folder.uri))}
        self.folders = [folder for folder in self.folders if folder not in gone]

    def directory_of(self, path: str | None) -> str:
        """Where prodlint would be called for a file: in the innermost folder around it, else in its own directory."""
        if path is None:
            return self.folders[0] if self.folders else os.getcwd()
        around = [folder for folder in self.folders if path.startswith(folder.rstrip("/") + "/")]
        return max(around, key=len, default=path.rpartition("/")[0] or "/")

    def text_of(self, document: Document) -> Text:
        """What the engine is given of a document."""
        return Text(document.text, document.path, self.directory_of(document.path))

    # What is found

    async def found(self, uri: str) -> Found | None:
        """What there is in the document as it is now; None for one that is not open or no Python."""
        is_fresh = False
        while True:
            document = self.documents.get(uri)
            if document is None or not document.is_python:
                return None
            found = document.found
            if found is None or (found.revision, found.generation) != (document.revision, self.generation):
                looking = self._looking.get(uri)
                if looking is None:
                    looking = self._looking[uri] = asyncio.create_task(self._look(uri, document))
                # A request that is cancelled must not take along what others wait for.
                await asyncio.shield(looking)
                is_fresh = True
            elif is_fresh:
                return found
            else:
                self._settle(await self.run(partial(self.engine.generation_for, self.text_of(document))))
                is_fresh = True

    async def _look(self, uri: str, document: Document) -> None:
        revision, text = document.revision, self.text_of(document)

        def look() -> Outcome | None:
            # It may have waited for others long enough to be out of date.
            return self.engine.check(text) if document.revision == revision else None

        try:
            outcome = await self.run(look)
        finally:
            del self._looking[uri]
        if outcome is None:
            return
        self.note(outcome, text.directory)
        if document.revision == revision:
            document.take(outcome.findings, outcome.generation, parses=outcome.parses)

    def note(self, outcome: Outcome, directory: str) -> None:
        """Tell of what went wrong, and have all documents judged anew once settings turn out to have changed."""
        self.notices.tell_problems(outcome.problems)
        self._tell_faults(outcome.faults, directory)
        self._settle(outcome.generation)

    async def reload(self) -> None:
        """Read all settings again, and judge all documents by them."""
        self._settle(await self.run(self.engine.reload))

    def _settle(self, generation: int) -> None:
        """Have everything judged anew if the settings turn out to be others."""
        if generation > self.generation:
            self.generation = generation
            self.renew()

    def renew(self) -> None:
        """Have the client get the diagnostics of all documents as they are now."""
        self.changed.set()
        if not self.abilities.pulls:
            for uri in self.documents:
                self.publish(uri)
        elif self.abilities.refreshes:
            self.server.workspace_diagnostic_refresh(None)

    # What is sent to a client that does not ask

    def publish(self, uri: str) -> None:
        """Send a document's diagnostics as soon as they are known, unless that is under way already."""
        if uri not in self._publishing:
            self._publishing[uri] = asyncio.create_task(self._publish(uri))

    async def _publish(self, uri: str) -> None:
        try:
            with guarding(self.notices, "checking a document"):
                found = await self.found(uri)
                document = self.documents.get(uri)
                if found is not None and document is not None:
                    diagnostics = self.shape.diagnostics(found.findings, uri, document.places)
                    self._send(uri, diagnostics, document.version if self.abilities.versions else None)
        finally:
            del self._publishing[uri]

    def withdraw(self, uri: str) -> None:
        """Take back what was sent of a document that is closed."""
        if not self.abilities.pulls:
            self._send(uri, [], None)

    def _send(self, uri: str, diagnostics: list[Diagnostic], version: int | None) -> None:
        self.server.text_document_publish_diagnostics(PublishDiagnosticsParams(uri, diagnostics, version))

    # Settings

    def _tell_faults(self, faults: tuple[Problem, ...], directory: str) -> None:
        """Show what is wrong with a folder's settings, in the files where it is: nobody asks for their diagnostics."""
        before = self._faults.get(directory, ())
        if faults == before:
            return
        self._faults[directory] = faults
        self.notices.tell_problems(fault for fault in faults if fault not in before)
        files = {fault.path: fault for fault in (*before, *faults) if fault.path}
        for path in files:
            diagnostics = [_fault(fault) for fault in faults if fault.path == path]
            self._send(from_fs_path(os.path.join(directory, path)) or "", diagnostics, None)


def _fault(problem: Problem) -> Diagnostic:
    line = (problem.line or 1) - 1
    severity = DiagnosticSeverity.Error if problem.fatal else DiagnosticSeverity.Warning
    message = f"{problem.message} ({problem.remedy})" if problem.remedy else problem.message
    whole = Range(Position(line, 0), Position(line + 1, 0))
    return Diagnostic(whole, message, severity, code=problem.code, source=SOURCE)
