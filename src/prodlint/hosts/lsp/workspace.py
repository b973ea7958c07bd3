"""Folders in, the diagnostics of all their files out, file by file, with progress and an end when the client wants it.

What was found in a file is remembered with the file's times, so that whoever asks again gets what has changed. A client
that takes results in parts is one that asks all the time: it gets its answer once there is something new to say.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from lsprotocol.types import (
    DiagnosticOptions,
    DiagnosticServerCancellationData,
    LSPErrorCodes,
    WorkDoneProgressBegin,
    WorkDoneProgressEnd,
    WorkDoneProgressReport,
    WorkspaceDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
)
from pygls.exceptions import JsonRpcException
from pygls.uris import from_fs_path

from prodlint.hosts.lsp.documents import identity_of
from prodlint.hosts.lsp.positions import Places

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lsprotocol.types import ProgressToken, WorkspaceDiagnosticParams

    from prodlint.discover import SourceFile
    from prodlint.hosts.lsp.documents import Document, Finding
    from prodlint.hosts.lsp.session import Session

OPTIONS = DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=True, identifier="prodlint")

_WORTH_TELLING = 50
"""How many files make a client show progress: fewer are done before anybody could read it."""

Full = WorkspaceFullDocumentDiagnosticReport
Item = Full | WorkspaceUnchangedDocumentDiagnosticReport


async def report(session: Session, params: WorkspaceDiagnosticParams) -> WorkspaceDiagnosticReport:
    """The diagnostics of all files of the session's folders, as far as the client does not have them."""
    had = {item.uri: item.value for item in params.previous_result_ids}
    while True:
        session.changed.clear()
        items = [item async for item in _Survey(session, params.work_done_token).items(had)]
        is_new = any(isinstance(item, Full) for item in items)
        if is_new or params.partial_result_token is None:
            return WorkspaceDiagnosticReport(items)
        await session.changed.wait()


class Known(NamedTuple):
    """What was found in a file, as it is sent, while the file and the settings are the same."""

    state: tuple[int, ...]
    generation: int
    report: Full


class _Survey:
    """One look at all files."""

    def __init__(self, session: Session, token: ProgressToken | None) -> None:
        self._session = session
        self._open = {document.path: document for document in session.documents.values() if document.path}
        self._token = token
        self._percent = -1

    async def items(self, had: dict[str, str]) -> AsyncIterator[Item]:
        """What has to be said of each file, the client having these results."""
        files = [file for folder in self._session.folders for file in await self._files_in(folder)]
        await self._begin(len(files))
        try:
            for number, (path, directory, state) in enumerate(files):
                self._tell(number, len(files))
                document = self._open.get(path)
                if document is None:
                    found = await self._of_file(path, directory, state)
                else:
                    found = await self._of_document(document)
                yield _as_news(found, had.pop(found.uri, None))
        finally:
            self._end(len(files))
        for uri in had:  # it is gone, or left out now
            yield Full(uri, [])

    async def _files_in(self, folder: str) -> list[tuple[str, str, tuple[int, ...]]]:
        """The files of a folder that are of no folder within it: their absolute paths, the folder, their states."""
        session = self._session
        files = await session.run(partial(session.engine.files, folder))
        return [(path, folder, _state(file)) for path, file in files if session.directory_of(path) == folder]

    async def _of_file(self, path: str, directory: str, state: tuple[int, ...]) -> Full:
        session = self._session
        known = session.surveyed.get(path)
        if known is not None and (known.state, known.generation) == (state, session.generation):
            return known.report
        judged = await session.run(partial(session.engine.check_file, path, directory))
        session.note(judged.outcome, directory)
        uri = from_fs_path(path) or ""
        places = Places(judged.text, session.encoding)
        made = self._report(uri, judged.outcome.findings, places, None)
        session.surveyed[path] = Known(state, judged.outcome.generation, made)
        return made

    async def _of_document(self, document: Document) -> Full:
        found = await self._session.found(document.uri)
        findings = found.findings if found else ()
        return self._report(document.uri, findings, document.places, document.version)

    def _report(self, uri: str, findings: tuple[Finding, ...], places: Places, version: int | None) -> Full:
        diagnostics = self._session.shape.diagnostics(findings, uri, places)
        return Full(uri, diagnostics, version, result_id=identity_of(findings))

    # Progress

    async def _begin(self, number: int) -> None:
        session = self._session
        progress = session.server.work_done_progress
        if self._token is None:
            if number < _WORTH_TELLING or not session.abilities.progress or session.surveyed:
                return
            self._token = str(uuid4())
            await progress.create_async(self._token)
        begin = WorkDoneProgressBegin("prodlint", cancellable=True, message=f"{number:,} files", percentage=0)
        progress.begin(self._token, begin)

    def _tell(self, done: int, number: int) -> None:
        """Tell how far it is. Raises JsonRpcException where the client does not want the rest."""
        if self._token is None:
            return
        progress = self._session.server.work_done_progress
        if progress.tokens[self._token].cancelled():
            again = DiagnosticServerCancellationData(retrigger_request=False)
            raise JsonRpcException("cancelled by the user", LSPErrorCodes.ServerCancelled.value, again)
        percent = 100 * done // number
        if percent > self._percent:
            self._percent = percent
            told = WorkDoneProgressReport(message=f"{done:,} of {number:,} files", percentage=percent)
            progress.report(self._token, told)

    def _end(self, number: int) -> None:
        if self._token is not None:
            progress = self._session.server.work_done_progress
            if progress.tokens.pop(self._token, None) is not None:
                progress.end(self._token, WorkDoneProgressEnd(message=f"{number:,} files"))


def _as_news(found: Full, had: str | None) -> Item:
    """A report, short where the client has the same."""
    if had is None or had != found.result_id:
        return found
    return WorkspaceUnchangedDocumentDiagnosticReport(found.uri, had, found.version)


def _state(file: SourceFile) -> tuple[int, ...]:
    return file.mtime_ns, file.ctime_ns, file.size, file.inode
