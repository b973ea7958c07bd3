"""A client of the language server for tests: what an editor would do, over stdio, with its own idea of positions."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import prodlint_rules
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

import prodlint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    Result = TypeVar("Result")

PACKAGES = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules))


def abilities(*, pulls: bool = True, encodings: Sequence[str] = (), resolves: bool = True) -> types.ClientCapabilities:
    """What a modern client can do; one that does not pull is sent its diagnostics."""
    shown = {"related_information": True, "code_description_support": True}
    tags = types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary])
    action = types.ClientCodeActionResolveOptions(["edit"]) if resolves else None
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[*encodings]) if encodings else None,
        text_document=types.TextDocumentClientCapabilities(
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                version_support=True, tag_support=tags, **shown
            ),
            diagnostic=types.DiagnosticClientCapabilities(tag_support=tags, **shown) if pulls else None,
            code_action=types.CodeActionClientCapabilities(resolve_support=action, data_support=resolves),
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        ),
        window=types.WindowClientCapabilities(work_done_progress=True),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
    )


async def soon(awaitable: Awaitable[Result]) -> Result:
    """A result that must come: without it the test fails instead of hanging."""
    return await asyncio.wait_for(awaitable, 60)


class Editor:
    """One editor with its server. Documents are named by their paths from the first folder, or by their URIs."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.registered: list[types.Registration] = []
        self.refreshed = asyncio.Event()
        self.server: types.InitializeResult
        self.texts: dict[str, str] = {}
        self.sent: list[types.PublishDiagnosticsParams] = []
        self._versions: dict[str, int] = {}
        self._arrived = asyncio.Event()
        self._seen = 0

    def uri(self, name: str) -> str:
        """The URI of a document."""
        return name if re.match(r"[\w-]{2,}:", name) else (self.folder / name).as_uri()

    def identifier(self, name: str) -> types.TextDocumentIdentifier:
        """What requests call a document."""
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str, text: str, language: str = "python") -> None:
        """Open a document, which need not be on disk."""
        uri = self.uri(name)
        self.texts[uri], self._versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Send changes of a document."""
        uri = self.uri(name)
        self._versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [*changes]))

    def replace(self, name: str, start: int, end: int, text: str) -> None:
        """Replace the text between two offsets."""
        uri = self.uri(name)
        old = self.texts[uri]
        region = types.Range(position(old, start), position(old, end))
        self.texts[uri] = old[:start] + text + old[end:]
        self.change(name, types.TextDocumentContentChangePartial(region, text))

    def rewrite(self, name: str, text: str) -> None:
        """Send a document's text as a whole."""
        self.texts[self.uri(name)] = text
        self.change(name, types.TextDocumentContentChangeWholeDocument(text))

    def close(self, name: str) -> None:
        """Close a document."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.identifier(name)))

    async def pull(self, name: str) -> list[types.Diagnostic]:
        """Ask for a document's diagnostics."""
        asked = types.DocumentDiagnosticParams(self.identifier(name))
        report = await soon(self.client.text_document_diagnostic_async(asked))
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return [*report.items]

    async def pushed(self, name: str) -> list[types.Diagnostic]:
        """What is sent next of a document."""
        while True:
            await self.until(lambda: len(self.sent) > self._seen)
            self._seen += 1
            if self.sent[self._seen - 1].uri == self.uri(name):
                return [*self.sent[self._seen - 1].diagnostics]

    def shown(self, name: str) -> list[types.Diagnostic]:
        """What was sent last of a document."""
        return next([*sent.diagnostics] for sent in reversed(self.sent) if sent.uri == self.uri(name))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what was sent."""
        while not holds():
            self._arrived.clear()
            await soon(self._arrived.wait())

    def receive(self, sent: types.PublishDiagnosticsParams) -> None:
        """Take what the server sends."""
        self.sent.append(sent)
        self._arrived.set()

    async def actions(self, name: str, region: types.Range, *only: str) -> list[types.CodeAction]:
        """What is offered for a range, with its edits."""
        context = types.CodeActionContext([], only=[*only] or None)  # type: ignore[list-item]
        asked = types.CodeActionParams(self.identifier(name), region, context)
        found = await soon(self.client.text_document_code_action_async(asked))
        actions = [action for action in found or () if isinstance(action, types.CodeAction)]
        return [
            action if action.edit else await soon(self.client.code_action_resolve_async(action)) for action in actions
        ]

    def after(self, name: str, action: types.CodeAction) -> str:
        """A document's text after an action."""
        assert action.edit
        uri = self.uri(name)
        edits: Sequence[Any]
        if action.edit.document_changes:
            (change,) = action.edit.document_changes
            assert isinstance(change, types.TextDocumentEdit)
            assert (change.text_document.uri, change.text_document.version) == (uri, self._versions[uri])
            edits = change.edits
        else:
            assert action.edit.changes
            edits = action.edit.changes[uri]
        text = self.texts[uri]
        for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
            start, end = offset(text, edit.range.start), offset(text, edit.range.end)
            text = text[:start] + edit.new_text + text[end:]
        return text


@asynccontextmanager
async def editor(
    folder: Path,
    capabilities: types.ClientCapabilities | None = None,
    *,
    options: dict[str, Any] | None = None,
    folders: Sequence[Path] | None = None,
    command: Sequence[str] = ("-m", "prodlint", "lsp"),
) -> AsyncIterator[Editor]:
    """An editor that has some folders open, by default one; its server is ended with it."""
    client = make_test_lsp_client()
    made = Editor(client, folder)

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        made.registered += params.registrations

    def refresh(*_: object) -> None:
        made.refreshed.set()

    client.protocol.fm.features[types.WORKSPACE_DIAGNOSTIC_REFRESH] = refresh
    client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = made.receive
    environment = {**os.environ, "PYTHONPATH": PACKAGES, "PRODLINT_CACHE_DIR": str(folder.parent / "cache")}
    await client.start_io(sys.executable, *command, env=environment)
    roots = [folder] if folders is None else folders
    parameters = types.InitializeParams(
        capabilities or abilities(),
        workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name) for root in roots],
        initialization_options=options,
    )
    made.server = await client.initialize_session(parameters)
    try:
        yield made
    finally:
        await client.shutdown_session()
        await client.stop()


# Positions, as the protocol defines them and not as the server computes them


def units(text: str) -> int:
    """How many code units a text has in UTF-16."""
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def position(text: str, at: int) -> types.Position:
    """The position of an offset, in UTF-16."""
    before = re.split(r"\r\n|\r|\n", text[:at])
    return types.Position(len(before) - 1, units(before[-1]))


def offset(text: str, place: types.Position) -> int:
    """The offset of a position, in UTF-16."""
    starts = [0, *(newline.end() for newline in re.finditer(r"\r\n|\r|\n", text))]
    at, left = starts[place.line], place.character
    while left > 0:
        left -= units(text[at])
        at += 1
    return at
