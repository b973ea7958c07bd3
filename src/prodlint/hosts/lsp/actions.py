"""A place in a document in, what can be done about what is found there out: quick fixes, suppressions, fix-all.

The fix of one violation is made when the menu opens, since it says what it does; suppressions and the fixes of many are
made when they are chosen, for clients that can wait for them. All fixes are proved, as on the command line.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CodeActionTriggerKind,
    OptionalVersionedTextDocumentIdentifier,
    SnippetTextEdit,
    StringValue,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)
from pygls.exceptions import JsonRpcContentModified

from prodlint.fix.rounds import SAFE, UNSAFE
from prodlint.hosts.lsp.engine import Wanted
from prodlint.model import Safety
from prodlint.tool_rules import FAMILY as TOOL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from lsprotocol.types import CodeActionContext, CodeActionParams

    from prodlint.hosts.lsp.documents import Document, Finding
    from prodlint.hosts.lsp.session import Session
    from prodlint.model import Edit, Fix

FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.prodlint"
"""The kind of the action that applies all safe fixes; it is one of `source.fixAll`."""

KINDS = (CodeActionKind.QuickFix.value, FIX_ALL)

REASON = "say why"
"""What stands for the reason in a suppression until somebody gives it."""

_MOST_PLACES = 16
"""Each fix of its own is made and proved before the menu opens: for a whole selected file there are those of rules."""

_NOTES = {Safety.SAFE: "", Safety.UNSAFE: " (unsafe)", Safety.MANUAL: " (to be finished)"}


async def actions(session: Session, params: CodeActionParams) -> list[CodeAction]:
    """The actions for a range of a document; none if it changes while they are made, for the client asks again."""
    uri = params.text_document.uri
    found = await session.found(uri)
    if found is None:
        return []
    document = session.documents[uri]
    menu = _Menu(session, document, session.shape.shown(found.findings))
    made = [action async for action in menu.actions(params)]
    return made if document.revision == found.revision else []


async def resolved(session: Session, action: CodeAction) -> CodeAction:
    """An action of a menu with its edits. Raises JsonRpcContentModified where the document is another one by now."""
    match action.data:
        case {"uri": str(uri), "revision": int(revision), "rule": str(rule), **rest}:
            found = await session.found(uri)
            if found is None or found.revision != revision:
                raise JsonRpcContentModified("the document has changed since the action was offered")
            document = session.documents[uri]
            menu = _Menu(session, document, found.findings)
            if isinstance(start := rest.get("start"), int):
                action.edit = await menu.edit_of_suppression(rule, start)
            else:
                action.edit = await menu.edit_of_all(Wanted(rule or None, UNSAFE if rest.get("unsafe") else SAFE))
            if document.revision != revision:
                raise JsonRpcContentModified("the document has changed since the action was chosen")
    return action


class _Menu:
    """What can be done in one document as it is now."""

    def __init__(self, session: Session, document: Document, findings: Sequence[Finding]) -> None:
        self._session = session
        self._document = document
        self._findings = findings
        self._text = session.text_of(document)

    async def actions(self, params: CodeActionParams) -> AsyncIterator[CodeAction]:
        """The actions for a range, of the kinds that are asked for."""
        start, end = self._document.places.offsets(params.range)
        # Some clients ask for the place of the cursor and tell of what is found in its line.
        told = {(each.code, self._document.places.offsets(each.range)) for each in params.context.diagnostics}
        here = [
            finding
            for finding in self._findings
            if (finding.start <= end and start <= finding.end) or (finding.violation.rule, finding.places[0]) in told
        ]
        if _is_wanted(CodeActionKind.QuickFix.value, params.context):
            for finding in here[:_MOST_PLACES]:
                if (action := await self._fix(finding)) is not None:
                    yield action
            async for action in self._of_rules(here):
                yield action
            for finding in here[:_MOST_PLACES]:
                if (action := await self._suppression(finding)) is not None:
                    yield action
        if _is_wanted(FIX_ALL, params.context) and any(self._may_fix(finding) for finding in self._findings):
            action = CodeAction("Apply all safe fixes of prodlint", FIX_ALL)
            if await self._give(action, Wanted()):
                yield action

    async def _fix(self, finding: Finding) -> CodeAction | None:
        violation = finding.violation
        if violation.fixable is None:
            return None
        made = await self._session.run(partial(self._session.engine.fix, self._text, violation))
        if made is None:
            return None
        action = self._quick_fix(f"{made.title}{_NOTES[made.safety]}", finding)
        action.edit = self._workspace_edit(made.edits)
        action.is_preferred = made.safety is Safety.SAFE
        return action

    async def _of_rules(self, here: Iterable[Finding]) -> AsyncIterator[CodeAction]:
        """Fixes of all violations of each rule that has one here and others elsewhere."""
        for rule, finding in {finding.violation.rule: finding for finding in here if finding.violation.fixable}.items():
            safeties = {other.violation.fixable for other in self._findings if other.violation.rule == rule}
            number = sum(other.violation.rule == rule for other in self._findings)
            unsafe = Safety.UNSAFE in safeties
            if number < 2 or not (unsafe or Safety.SAFE in safeties):
                continue
            note = _NOTES[Safety.UNSAFE] if unsafe else ""
            action = self._quick_fix(f"Fix all `{rule}` in this file{note}", finding)
            if await self._give(action, Wanted(rule, UNSAFE if unsafe else SAFE)):
                yield action

    async def _suppression(self, finding: Finding) -> CodeAction | None:
        violation = finding.violation
        if violation.suppressed is not None or violation.family == TOOL:
            return None
        action = self._quick_fix(f"Allow `{violation.rule}` here, with a reason", finding)
        if self._session.abilities.resolves_edits:
            action.data = {**self._data(violation.rule), "start": finding.start}
        else:
            action.edit = await self.edit_of_suppression(violation.rule, finding.start)
        return action if action.edit or action.data else None

    def _quick_fix(self, title: str, finding: Finding) -> CodeAction:
        document = self._document
        diagnostic = self._session.shape.diagnostic(finding, document.uri, document.places)
        return CodeAction(title, CodeActionKind.QuickFix, diagnostics=[diagnostic])

    async def _give(self, action: CodeAction, wanted: Wanted) -> bool:
        """Give an action what it does: its edits, or for a client that asks for them later, what to make them of."""
        if self._session.abilities.resolves_edits:
            action.data = {**self._data(wanted.rule or ""), "unsafe": Safety.UNSAFE in wanted.safeties}
            return True
        action.edit = await self.edit_of_all(wanted)
        return action.edit is not None

    def _data(self, rule: str) -> dict[str, str | int]:
        """What an action's edits are made of later. No null is in it: some clients drop those on the way."""
        return {"uri": self._document.uri, "revision": self._document.revision, "rule": rule}

    async def edit_of_suppression(self, rule: str, start: int) -> WorkspaceEdit | None:
        """The edits that suppress what a rule has found at an offset; None where no comment can."""
        for finding in self._findings:
            if (finding.violation.rule, finding.start) == (rule, start):
                work = partial(self._session.engine.allowing, self._text, finding.violation, REASON)
                made = await self._session.run(work)
                return self._with_reason(made) if made else None
        return None

    async def edit_of_all(self, wanted: Wanted) -> WorkspaceEdit | None:
        """The edits that fix what is wanted in the document; None where nothing can be fixed."""
        edits = await self._session.run(partial(self._session.engine.fixed, self._text, wanted))
        return self._workspace_edit(edits) if edits else None

    def _may_fix(self, finding: Finding) -> bool:
        return finding.violation.fixable is Safety.SAFE and finding.violation.suppressed is None

    # Edits

    def _workspace_edit(self, edits: Iterable[Edit]) -> WorkspaceEdit:
        places = self._document.places
        return self._edit_of([TextEdit(places.range(edit.start, edit.end), edit.text) for edit in edits])

    def _with_reason(self, fix: Fix) -> WorkspaceEdit:
        """The edits of a suppression; a client that can has its cursor put where the reason belongs."""
        if not (self._session.abilities.snippets and self._session.abilities.documents):
            return self._workspace_edit(fix.edits)
        places = self._document.places
        return self._edit_of([_snippet(TextEdit(places.range(e.start, e.end), e.text)) for e in fix.edits])

    def _edit_of(self, edits: Sequence[TextEdit | SnippetTextEdit]) -> WorkspaceEdit:
        document = self._document
        if self._session.abilities.documents:
            identifier = OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
            return WorkspaceEdit(document_changes=[TextDocumentEdit(identifier, [*edits])])
        return WorkspaceEdit(changes={document.uri: [edit for edit in edits if isinstance(edit, TextEdit)]})


def _is_wanted(kind: str, context: CodeActionContext) -> bool:
    """Whether a client asks for actions of a kind: whoever asks for one gets those within it."""
    if context.only is None:
        # Menus that open by themselves are about the place, not the file.
        return kind != FIX_ALL or context.trigger_kind is not CodeActionTriggerKind.Automatic
    wanted = [getattr(only, "value", only) for only in context.only]
    return any(kind == only or not only or kind.startswith(f"{only}.") for only in wanted)


def _snippet(edit: TextEdit) -> TextEdit | SnippetTextEdit:
    """An edit with a place to type the reason in, if it has the reason."""
    before, found, after = edit.new_text.partition(REASON)
    if not found:
        return edit
    return SnippetTextEdit(edit.range, StringValue(f"{_escaped(before)}${{1:{REASON}}}{_escaped(after)}"))


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\$}" else character for character in text)
