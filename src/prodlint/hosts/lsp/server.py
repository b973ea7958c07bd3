"""The protocol's messages in, the session's answers out: which of them there are, and what the client is told of it."""

from __future__ import annotations

import inspect
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from prodlint._version import __version__
from prodlint.discover import CONFIG_NAMES
from prodlint.hosts.lsp import actions, hover, workspace
from prodlint.hosts.lsp.documents import Document, identity_of
from prodlint.hosts.lsp.guard import Notices, guarding
from prodlint.hosts.lsp.session import Session
from prodlint.hosts.lsp.settings import abilities_of, read_options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import BinaryIO

    Handler = Callable[[Any], Any]

_WATCHED = (*(f"**/{name}" for name in CONFIG_NAMES), "**/*.toml", "**/.gitignore", "**/.prodlint-baseline.json")


class _Protocol(LanguageServerProtocol):
    """pygls without its own copy of the documents: it parts lines at form feeds and other characters that do not."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand the message on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand the message on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand the message on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class _Pygls(LanguageServer):
    """pygls that leaves it to the guard to tell what went wrong, once and without what files hold."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Say nothing."""


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer one client until it is done."""
    # pygls logs whole messages with what fails, and so the texts of files.
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False
    server = _Pygls("prodlint", __version__, protocol_cls=_Protocol)
    # One thread for all that judges code, as settings are not for several at once.
    thread = ThreadPoolExecutor(1, "prodlint")
    try:
        _Handlers(server, thread).register()
        server.start_io(incoming, outgoing)
    finally:
        thread.shutdown(wait=False, cancel_futures=True)


class _Handlers:
    """What answers each message. ``session`` exists from the first one on, which the protocol says is `initialize`."""

    def __init__(self, server: LanguageServer, thread: ThreadPoolExecutor) -> None:
        self._server = server
        self._thread = thread
        self._notices = Notices(server)
        self.session: Session

    def register(self) -> None:
        """Make the server know the handlers that every client gets."""
        self._add(types.INITIALIZE, self.initialize)
        self._add(types.INITIALIZED, self.initialized)
        self._add(types.TEXT_DOCUMENT_DID_OPEN, self.open)
        self._add(types.TEXT_DOCUMENT_DID_CHANGE, self.change)
        self._add(types.TEXT_DOCUMENT_DID_CLOSE, self.close)
        self._add(types.TEXT_DOCUMENT_DID_SAVE, self.save)
        self._add(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.files_changed)
        self._add(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.folders_changed)
        self._add(types.TEXT_DOCUMENT_HOVER, self.hover)
        options = types.CodeActionOptions(code_action_kinds=[*actions.KINDS], resolve_provider=True)
        self._add(types.TEXT_DOCUMENT_CODE_ACTION, self.code_actions, options)
        self._add(types.CODE_ACTION_RESOLVE, self.resolve)

    def _add(self, method: str, handler: Handler, options: Any = None) -> None:
        self._server.feature(method, options)(_guarded(self._notices, method, handler))

    # The life of the session

    def initialize(self, params: types.InitializeParams) -> None:
        """Begin the session; only a client that asks for diagnostics is told that it can."""
        options, faults = read_options(params.initialization_options)
        abilities = abilities_of(params.capabilities)
        self.session = session = Session(self._server, self._notices, abilities, options, self._thread)
        folders = params.workspace_folders
        if folders is None and params.root_uri:
            folders = [types.WorkspaceFolder(params.root_uri, "")]
        session.add_folders(folders or ())
        self._faults = faults
        if abilities.pulls:
            self._add(types.TEXT_DOCUMENT_DIAGNOSTIC, self.diagnostic, workspace.OPTIONS)
            if options.workspace:
                self._add(types.WORKSPACE_DIAGNOSTIC, self.workspace_diagnostic)

    def initialized(self, _params: types.InitializedParams) -> None:
        """Have the client watch what settings are made of."""
        for fault in self._faults:
            self._notices.tell(fault)
        if self.session.abilities.watches:
            globs = (*_WATCHED, "**/*.py", "**/*.pyi") if self.session.abilities.pulls else _WATCHED
            watchers = [types.FileSystemWatcher(glob) for glob in globs]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration("watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self._server.client_register_capability(types.RegistrationParams([registration]))

    async def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Read the settings again if a file of theirs has changed."""
        self.session.changed.set()
        if any(not event.uri.endswith((".py", ".pyi")) for event in params.changes):
            await self.session.reload()

    def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Judge each file by the folder that it is in now."""
        self.session.remove_folders(params.event.removed)
        self.session.add_folders(params.event.added)
        for document in self.session.documents.values():
            document.found = None
        self.session.renew()

    # Documents

    def open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Begin to judge a document."""
        item = params.text_document
        self.session.documents[item.uri] = Document(item, self.session.encoding)
        self._look_at(item.uri)

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Follow a document's changes."""
        document = self.session.documents.get(params.text_document.uri)
        if document is not None:
            document.change(params.content_changes, params.text_document.version)
            self._look_at(document.uri)

    def close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a document."""
        if self.session.documents.pop(params.text_document.uri, None) is not None:
            self.session.withdraw(params.text_document.uri)

    def save(self, params: types.DidSaveTextDocumentParams) -> None:
        """Have whoever waits for changes on disk look again."""
        self.session.changed.set()

    def _look_at(self, uri: str) -> None:
        if not self.session.abilities.pulls:
            self.session.publish(uri)

    # Requests

    async def diagnostic(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """The diagnostics of a document as it is now."""
        uri = params.text_document.uri
        found = await self.session.found(uri)
        if found is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        identity = identity_of(found.findings)
        if identity == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(identity)
        places = self.session.documents[uri].places
        diagnostics = self.session.shape.diagnostics(found.findings, uri, places)
        return types.RelatedFullDocumentDiagnosticReport(diagnostics, result_id=identity)

    async def workspace_diagnostic(self, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        """The diagnostics of all files of all folders."""
        return await workspace.report(self.session, params)

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """The page of the rule that has something to say at a place."""
        found = await self.session.found(params.text_document.uri)
        if found is None:
            return None
        document = self.session.documents[params.text_document.uri]
        offset = document.places.offset(params.position)
        seen = self.session.shape.shown(found.findings)
        return hover.hover(document, offset, seen, self.session.pages, markdown=self.session.abilities.markdown)

    async def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done about what is found at a place."""
        return await actions.actions(self.session, params)

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """An action with its edits."""
        return await actions.resolved(self.session, action)


def _guarded(notices: Notices, what: str, handler: Handler) -> Handler:
    if inspect.iscoroutinefunction(handler):

        async def answer(params: Any) -> Any:
            with guarding(notices, what):
                return await handler(params)

        return answer

    def take(params: Any) -> Any:
        with guarding(notices, what):
            return handler(params)

    return take
