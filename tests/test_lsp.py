"""The language server over stdio: what an editor is sent, and what its actions make of a text."""

from __future__ import annotations

import asyncio
import os
import random
import re
from typing import TYPE_CHECKING

import lsp_client
import pytest
from lsp_client import abilities, editor, offset, position, soon
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from prodlint import check_source

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_client import Editor

pytestmark = pytest.mark.asyncio

RULES = '[tool.prodlint]\nextend-ignore = ["documentation"]\n'
QUIET = RULES.replace('"doc', '"errors", "doc')
BARE = "try:\n    go()\nexcept:\n    raise\n"
FIXED = BARE.replace("except:", "except BaseException:")
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(10_000, 0))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project without rules about documentation."""
    made = tmp_path / "project"
    made.mkdir()
    (made / "pyproject.toml").write_text(RULES)
    return made


def codes(diagnostics: list[types.Diagnostic]) -> list[object]:
    """The names of the rules that found something."""
    return [diagnostic.code for diagnostic in diagnostics]


def titles(actions: list[types.CodeAction]) -> list[str]:
    """What is offered."""
    return [action.title for action in actions]


def named(actions: list[types.CodeAction], title: str) -> types.CodeAction:
    """The action of that title."""
    return next(action for action in actions if action.title == title)


# --- Diagnostics


async def test_a_diagnostic_says_what_the_command_line_says(folder):
    """The same engine and settings: rule, place, severity; and what only an editor can show."""
    text = "def f(path):\n    handle = open(path)\n    data = handle.read()\n    handle.close()\n    return data\n"
    async with editor(folder) as opened:
        opened.open("shop/leak.py", text)
        (diagnostic,) = await opened.pull("shop/leak.py")
    (violation,) = check_source(text, "shop/leak.py", config={"extend-ignore": ["documentation"]}).violations
    assert (diagnostic.code, diagnostic.message, diagnostic.source) == (
        "missing-cleanup",
        violation.message,
        "prodlint",
    )
    assert diagnostic.severity is types.DiagnosticSeverity.Error
    span = violation.span
    assert diagnostic.range == types.Range(
        types.Position(span.line - 1, span.column - 1), types.Position(span.end_line - 1, span.end_column - 1)
    )
    assert [place.message for place in diagnostic.related_information] == [r.message for r in violation.related]
    assert {place.location.uri for place in diagnostic.related_information} == {(folder / "shop/leak.py").as_uri()}


async def test_the_code_leads_to_the_page(folder):
    """It is of this version and needs no network: a file in the user's cache."""
    async with editor(folder) as opened:
        opened.open("a.py", BARE)
        (diagnostic,) = await opened.pull("a.py")
    path = diagnostic.code_description.href.removeprefix("file://")
    with open(path, encoding="utf-8") as page:
        assert page.readline() == "# bare-except (PRD101)\n"


async def test_severities_and_tags(folder):
    """Each severity has its own; what is unused is shown as such."""
    (folder / "prodlint.toml").write_text(
        'select = ["print-call", "bare-except", "todo-comment", "unused-suppression"]\n'
        '[rules.print-call]\nseverity = "info"\n[rules.bare-except]\nseverity = "warning"\n'
    )
    (folder / "pyproject.toml").unlink()
    text = f"{BARE}print(1)\n# TODO mend\nx = 1  # prodlint: allow bare-except\n"
    async with editor(folder) as opened:
        opened.open("a.py", text)
        found = {diagnostic.code: diagnostic for diagnostic in await opened.pull("a.py")}
    assert found["print-call"].severity is types.DiagnosticSeverity.Information
    assert found["bare-except"].severity is types.DiagnosticSeverity.Warning
    assert found["unused-suppression"].tags == (types.DiagnosticTag.Unnecessary,)
    assert not found["print-call"].tags


async def test_a_client_that_asks_is_sent_nothing(folder):
    """Both would show each finding twice."""
    async with editor(folder) as opened:
        assert opened.server.capabilities.diagnostic_provider.workspace_diagnostics
        opened.open("a.py", BARE)
        assert await opened.pull("a.py")
        opened.close("a.py")
        opened.open("a.py", BARE)
        assert await opened.pull("a.py")
        assert opened.sent == []


async def test_a_client_that_does_not_ask_is_sent_all(folder):
    """When a document is opened, with each change, and nothing of it once it is closed."""
    async with editor(folder, abilities(pulls=False)) as opened:
        assert opened.server.capabilities.diagnostic_provider is None
        opened.open("a.py", BARE)
        assert codes(await opened.pushed("a.py")) == ["bare-except"]
        opened.rewrite("a.py", FIXED)
        assert codes(await opened.pushed("a.py")) == []
        opened.rewrite("a.py", BARE)
        assert codes(await opened.pushed("a.py")) == ["bare-except"]
        opened.close("a.py")
        assert codes(await opened.pushed("a.py")) == []


async def test_stale_diagnostics_are_never_sent(folder):
    """Many changes in one go: whatever is sent says its version, and fits the text of that version."""
    async with editor(folder, abilities(pulls=False)) as opened:
        opened.open("a.py", "")
        for number in range(1, 60):
            opened.rewrite("a.py", "print(1)\n" * number)
        await opened.until(lambda: bool(opened.sent) and opened.sent[-1].version == 60)
        versions = [(sent.version, len(sent.diagnostics)) for sent in opened.sent]
    # Version 1 is the empty text, version n + 1 has n calls.
    assert [count for _, count in versions] == [version - 1 for version, _ in versions]
    assert [version for version, _ in versions] == sorted({version for version, _ in versions})
    assert len(versions) < 60


async def test_the_same_again_is_told_shortly(folder):
    """A client that has the result is not sent it again, whatever was changed and changed back."""
    async with editor(folder) as opened:
        opened.open("a.py", BARE)
        asked = types.DocumentDiagnosticParams(opened.identifier("a.py"))
        first = await opened.client.text_document_diagnostic_async(asked)
        opened.rewrite("a.py", FIXED)
        opened.rewrite("a.py", BARE)
        asked.previous_result_id = first.result_id
        again = await opened.client.text_document_diagnostic_async(asked)
        assert again == types.RelatedUnchangedDocumentDiagnosticReport(first.result_id)
        opened.rewrite("a.py", FIXED)
        assert (await opened.client.text_document_diagnostic_async(asked)).items == ()


async def test_what_a_walk_leaves_out_is_left_out(folder):
    """What git ignores, what is excluded, and other languages; a cell of a notebook is no module."""
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("generated/\n")
    async with editor(folder) as opened:
        for name in ("generated/a.py", ".venv/lib/a.py", "vscode-notebook-cell:/x.ipynb#1", "git:/x.py"):
            opened.open(name, BARE)
            assert await opened.pull(name) == [], name
        opened.open("a.toml", BARE, language="toml")
        assert await opened.pull("a.toml") == []


async def test_unsaved_and_untitled_documents(folder):
    """What the editor has counts, not what is on disk; a text without a name is judged as one of the project."""
    (folder / "a.py").write_text(BARE)
    async with editor(folder) as opened:
        opened.open("a.py", FIXED)
        assert await opened.pull("a.py") == []
        opened.open("untitled:Untitled-1", BARE)
        (diagnostic,) = await opened.pull("untitled:Untitled-1")
        assert diagnostic.code == "bare-except"
        (fix, *_) = await opened.actions("untitled:Untitled-1", diagnostic.range)
        assert opened.after("untitled:Untitled-1", fix) == FIXED


# --- Positions and texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_positions_are_in_the_agreed_unit(folder, encoding):
    """One character outside of the basic plane is four bytes, two units, or one; a CRLF ends a line in all."""
    before = 'x = "é😋"; '
    text = f"y = 1\r\n{before}print(x)\r\nprint('😋')\r\n"
    width = {"utf-8": len(before.encode()), "utf-16": len(before) + 1, "utf-32": len(before)}[encoding]
    async with editor(folder, abilities(encodings=["x-other", encoding])) as opened:
        assert opened.server.capabilities.position_encoding == encoding
        opened.open("a.py", text)
        first, second = await opened.pull("a.py")
        assert first.range.start == types.Position(1, width)
        assert second.range.start == types.Position(2, 0)
        # A change beyond those characters, in the same unit.
        region = types.Range(types.Position(1, width), types.Position(1, width + len("print")))
        opened.change("a.py", types.TextDocumentContentChangePartial(region, "hash"))
        (left,) = await opened.pull("a.py")
        assert left.range.start == types.Position(2, 0)


async def test_without_an_agreement_positions_are_in_utf_16(folder):
    """What the protocol says for clients that do not speak of it, or of none that exists."""
    async with editor(folder, abilities(encodings=["x-other"])) as opened:
        assert opened.server.capabilities.position_encoding == "utf-16"
        opened.open("a.py", 'x = "😋"; print(x)\n')
        (diagnostic,) = await opened.pull("a.py")
        assert diagnostic.range.start.character == len('x = "😋"; ') + 1


async def test_lines_end_where_the_protocol_says(folder):
    """Form feeds, vertical tabs and separators of Unicode end no line, whatever `str.splitlines` says."""
    text = 'x = "\u2028\x1c"\n\x0cy = 1\x0c\n# \x85 \x0b\nprint(x, y)\n'
    async with editor(folder) as opened:
        opened.open("a.py", text)
        (diagnostic,) = await opened.pull("a.py")
        assert diagnostic.range.start == types.Position(3, 0)
        opened.replace("a.py", text.index("print"), text.index("print"), "z = 2\n")
        (diagnostic,) = await opened.pull("a.py")
        assert diagnostic.range.start == types.Position(4, 0)


SMALL = (
    "\n", "\r\n", "\r", " ", "    ", "\x0c", "x", "é", "😋", "\u2028", "\\", '"""', "'", "(", ")", ":", "#",
)  # fmt: skip
LINES = (
    "\n",
    "print(1)\n",
    "print('😋')  # é\r\n",
    "# 😋\r",
    "try:\n    go()\nexcept:\n    pass\n",
    "# TODO mend\n",
    "def f(a):\n    return a\n",
    'password = "hunter2-hunter2"\n',
    "# prodlint: allow print-call\n",
    "x = 1\r\n",
    "except:\n",
)


async def random_edits(opened: Editor, number: int, seed: int) -> int:
    """Edit a document at random; after each edit its diagnostics are those of the same text opened afresh.

    Returns how many of the texts could be parsed.
    """
    chance = random.Random(seed)
    opened.open("edited.py", BARE)
    parsed = 0
    for step in range(number):
        text = opened.texts[opened.uri("edited.py")]
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 0, 1, 2, 5, 20)))
        if step % 16 == 15 or len(text) > 3000:
            opened.rewrite("edited.py", BARE + "print('😋')\n")
        elif chance.random() < 0.7:  # a line where one may stand, so that the text can stay one that parses
            at = chance.choice([0, len(text), *(match.end() for match in re.finditer(r"\n(?=[^ ])", text))])
            opened.replace("edited.py", at, at, chance.choice(LINES))
        elif "\r\n" not in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
            opened.replace("edited.py", start, end, chance.choice(SMALL))
        opened.open("fresh.py", opened.texts[opened.uri("edited.py")])
        edited, fresh = await opened.pull("edited.py"), await opened.pull("fresh.py")
        opened.close("fresh.py")
        if "unreadable-source" in codes(fresh):
            assert all(diagnostic in edited for diagnostic in fresh), step
        else:
            parsed += 1
            assert edited == [_in_file(diagnostic, "edited.py") for diagnostic in fresh], step
    return parsed


def _in_file(diagnostic: types.Diagnostic, name: str) -> types.Diagnostic:
    for place in diagnostic.related_information or ():
        place.location.uri = place.location.uri.replace("fresh.py", name)
    return diagnostic


async def test_random_edits_give_what_a_fresh_document_gives(folder):
    """Incremental changes in any order, over lines of every kind; PRODLINT_RANDOM_EDITS says how many."""
    number = int(os.environ.get("PRODLINT_RANDOM_EDITS", "200"))
    async with editor(folder) as opened:
        parsed = await random_edits(opened, number, seed=20260301)
    assert parsed > number / 10


# --- Files that do not parse


async def test_findings_stay_while_a_file_does_not_parse(folder):
    """Those of the part that did not change, where they are now; the syntax error is shown with them."""
    text = f"print(1)\n\n{BARE}\nx = 1\nprint(2)\n"
    async with editor(folder) as opened:
        opened.open("a.py", text)
        assert codes(await opened.pull("a.py")) == ["print-call", "bare-except", "print-call"]
        # In one place somebody writes a call; in another the handler goes away.
        at = text.index("x = 1")
        opened.replace("a.py", at, at, "y = call(\n")
        found = await opened.pull("a.py")
        assert codes(found).count("unreadable-source") == 1
        places = [(each.code, each.range.start.line) for each in found if each.code != "unreadable-source"]
        assert places == [("print-call", 0), ("bare-except", 4), ("print-call", 9)]
        at = text.index("except:")
        opened.replace("a.py", at, at + len("except:"), "finally:")
        assert codes(await opened.pull("a.py")).count("bare-except") == 0
        at = opened.texts[opened.uri("a.py")].index("y = call(\n")
        opened.replace("a.py", at, at + len("y = call(\n"), "")
        assert codes(await opened.pull("a.py")) == ["print-call", "print-call"]


async def test_a_syntax_error_has_something_to_mark(folder):
    """A region without length would not be seen."""
    async with editor(folder) as opened:
        opened.open("a.py", "x = 1\n    y = = 2\n")
        (diagnostic,) = await opened.pull("a.py")
    assert diagnostic.code == "unreadable-source"
    assert diagnostic.range == types.Range(types.Position(1, 4), types.Position(1, 11))


# --- Actions


async def test_a_quick_fix_fixes_one_violation(folder):
    """The safe one is preferred, and belongs to its diagnostic."""
    text = BARE + BARE
    async with editor(folder) as opened:
        opened.open("a.py", text)
        first, second = await opened.pull("a.py")
        found = await opened.actions("a.py", second.range, "quickfix")
        fix = named(found, "Catch `BaseException` instead")
        assert opened.after("a.py", fix) == BARE + FIXED
        assert fix.is_preferred
        assert [each.range for each in fix.diagnostics] == [second.range]
        rest = named(found, "Fix all `bare-except` in this file")
        assert opened.after("a.py", rest) == FIXED + FIXED
        assert await opened.actions("a.py", types.Range(types.Position(0, 0), types.Position(0, 1)), "quickfix") == []
        assert first.range != second.range


async def test_a_client_that_cannot_wait_gets_the_edits_at_once(folder):
    """Older clients take an action for what it is when the menu opens."""
    async with editor(folder, abilities(resolves=False)) as opened:
        opened.open("a.py", BARE + BARE)
        (first, _) = await opened.pull("a.py")
        context = types.CodeActionContext([])
        asked = types.CodeActionParams(opened.identifier("a.py"), first.range, context)
        found = await opened.client.text_document_code_action_async(asked)
        assert found
        assert all(action.edit for action in found)


async def test_unsafe_fixes_say_so(folder):
    """They are offered, never preferred, and no part of what is done on save."""
    text = "import logging\n\nlog = logging.getLogger(__name__)\n\n\ndef f(name):\n    log.info(f'a {name()}')\n"
    async with editor(folder) as opened:
        opened.open("a.py", text)
        (diagnostic,) = await opened.pull("a.py")
        found = await opened.actions("a.py", diagnostic.range)
        fixes = [action for action in found if "(unsafe)" in action.title]
        assert fixes
        assert not any(action.is_preferred for action in fixes)
        assert not await opened.actions("a.py", EVERYWHERE, "source.fixAll.prodlint")


@pytest.mark.parametrize("kind", ["source.fixAll.prodlint", "source.fixAll", "source", ""])
async def test_fix_all_applies_the_safe_fixes(folder, kind):
    """On save, editors ask for it by name or as a part of all that fixes; it is not asked for by other names."""
    text = f"{BARE}print(1)\nx = 1  # prodlint: allow bare-except\n"
    async with editor(folder) as opened:
        opened.open("a.py", text)
        assert not await opened.actions("a.py", EVERYWHERE, "source.fixAll.other", "source.organizeImports")
        found = await opened.actions("a.py", EVERYWHERE, kind)
        (action,) = [action for action in found if action.kind == "source.fixAll.prodlint"]
        assert opened.after("a.py", action) == f"{FIXED}print(1)\nx = 1\n"


async def test_a_violation_is_suppressed_with_a_reason(folder):
    """The comment is one that the command line reads; what it hides is gone."""
    async with editor(folder) as opened:
        opened.open("a.py", BARE)
        (diagnostic,) = await opened.pull("a.py")
        found = await opened.actions("a.py", diagnostic.range, "quickfix")
        allow = named(found, "Allow `bare-except` here, with a reason")
        after = opened.after("a.py", allow)
        assert after == BARE.replace("except:", "except:  # prodlint: allow bare-except -- say why")
        opened.rewrite("a.py", after)
        assert await opened.pull("a.py") == []


async def test_a_reason_is_typed_where_the_client_has_snippets(folder):
    """The cursor is put where the reason belongs; what else is in the comment stays what it is."""
    client = abilities()
    client.workspace.workspace_edit.snippet_edit_support = True
    async with editor(folder, client) as opened:
        opened.open("a.py", BARE)
        (diagnostic,) = await opened.pull("a.py")
        allow = named(await opened.actions("a.py", diagnostic.range), "Allow `bare-except` here, with a reason")
        ((edit,),) = [change.edits for change in allow.edit.document_changes]
        assert edit.snippet.value == "  # prodlint: allow bare-except -- ${1:say why}"


async def test_an_action_for_an_older_text_does_nothing(folder):
    """It would be applied at places that have moved."""
    async with editor(folder) as opened:
        opened.open("a.py", BARE + BARE)
        (first, _) = await opened.pull("a.py")
        asked = types.CodeActionParams(opened.identifier("a.py"), first.range, types.CodeActionContext([]))
        found = await opened.client.text_document_code_action_async(asked)
        lazy = named([*found], "Fix all `bare-except` in this file")
        opened.rewrite("a.py", BARE)
        with pytest.raises(JsonRpcException, match="changed") as error:
            await opened.client.code_action_resolve_async(lazy)
        assert error.value.code == types.LSPErrorCodes.ContentModified


async def test_edits_keep_newlines_and_byte_order_mark(folder):
    """Offsets count from behind the mark in the engine, and with it in an editor that shows it."""
    text = "\ufeff" + BARE.replace("\n", "\r\n")
    async with editor(folder) as opened:
        opened.open("a.py", text)
        (diagnostic,) = await opened.pull("a.py")
        assert (diagnostic.range.start, diagnostic.range.end) == (types.Position(2, 0), types.Position(2, 6))
        fix = named(await opened.actions("a.py", diagnostic.range), "Catch `BaseException` instead")
        assert opened.after("a.py", fix) == "\ufeff" + FIXED.replace("\n", "\r\n")


# --- Hover


async def test_hover_shows_the_page(folder):
    """On what is found, and on the names in suppressions; nowhere else."""
    text = f"{BARE}print(1)  # prodlint: allow print-call -- it is fine\n"
    text += BARE.replace("except:", "except:  # noqa: PRD101")
    async with editor(folder) as opened:
        opened.open("a.py", text)

        async def page_at(word: str) -> str | None:
            asked = types.HoverParams(opened.identifier("a.py"), position(text, text.index(word) + 1))
            hover = await opened.client.text_document_hover_async(asked)
            return hover.contents.value.splitlines()[0] if hover else None

        assert await page_at("except:") == "# bare-except (PRD101)"
        assert await page_at("print-call") == "# print-call (PRD201)"
        assert await page_at("PRD101") == "# bare-except (PRD101)"
        assert await page_at("go()") is None
        assert await page_at("it is fine") is None


# --- Settings


async def test_settings_are_read_again(folder):
    """Whether the client watches the files or not; a client that asks is told to ask again."""
    async with editor(folder) as opened:
        opened.open("a.py", BARE)
        assert codes(await opened.pull("a.py")) == ["bare-except"]
        (folder / "pyproject.toml").write_text(QUIET)
        assert await opened.pull("a.py") == []  # nobody has told the server
        (folder / "pyproject.toml").write_text(RULES)
        opened.refreshed.clear()
        event = types.FileEvent((folder / "pyproject.toml").as_uri(), types.FileChangeType.Changed)
        opened.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await soon(opened.refreshed.wait())
        assert codes(await opened.pull("a.py")) == ["bare-except"]
        (registration,) = opened.registered
        globs = [watcher["globPattern"] for watcher in _plain(registration.register_options)["watchers"]]
        assert {"**/pyproject.toml", "**/.prodlint-baseline.json"} <= set(globs)


def _plain(value: object) -> dict:
    return value if isinstance(value, dict) else {k: _plain_value(getattr(value, k)) for k in dir(value) if k[0] != "_"}


def _plain_value(value: object) -> object:
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


async def test_other_documents_are_sent_anew_when_settings_change(folder):
    """A change of settings is found with one document and holds for all."""
    async with editor(folder, abilities(pulls=False)) as opened:
        opened.open("a.py", BARE)
        assert codes(await opened.pushed("a.py")) == ["bare-except"]
        opened.open("b.py", BARE)
        assert codes(await opened.pushed("b.py")) == ["bare-except"]
        (folder / "pyproject.toml").write_text(QUIET)
        opened.replace("b.py", 0, 0, "\n")
        await opened.until(lambda: not opened.shown("a.py") and not opened.shown("b.py"))


async def test_faulty_settings_are_shown_and_the_last_good_ones_stay(folder):
    """In a message once, and in the file at the line; they go when the file is mended."""
    uri = (folder / "pyproject.toml").as_uri()
    async with editor(folder) as opened:
        opened.open("a.py", f"{BARE}print(1)\n")
        assert codes(await opened.pull("a.py")) == ["bare-except", "print-call"]
        (folder / "pyproject.toml").write_text('[tool.prodlint]\nselct = ["print-call"]\n')
        for _ in range(3):
            assert codes(await opened.pull("a.py")) == ["bare-except", "print-call"]
        (message,) = opened.client.messages
        assert "pyproject.toml:2:1: " in message.message
        assert "select" in message.message
        (fault,) = opened.shown(uri)
        assert fault.range.start.line == 1
        (folder / "pyproject.toml").write_text('[tool.prodlint]\nselect = ["print-call"]\n')
        assert codes(await opened.pull("a.py")) == ["print-call"]
        assert opened.shown(uri) == []


@pytest.mark.parametrize(("choice", "severity"), [("hide", None), ("hint", 4), ("show", 1)])
async def test_the_baseline(folder, choice, severity):
    """Known debt is hidden, a hint, or shown as all else; what is new is always an error."""
    (folder / "a.py").write_text(BARE)
    (violation,) = check_source(BARE, "a.py", config={"select": ["bare-except"]}).violations
    (folder / ".prodlint-baseline.json").write_text(
        f'{{"version": 1, "known": [\n["a.py", "bare-except", "{violation.fingerprint}", 1],\n[]\n]}}\n'
    )
    async with editor(folder, options={"baseline": choice}) as opened:
        opened.open("a.py", BARE)
        assert [each.severity for each in await opened.pull("a.py")] == ([severity] if severity else [])
        opened.rewrite("a.py", f"{BARE}print(1)\n")
        assert (await opened.pull("a.py"))[-1].severity is types.DiagnosticSeverity.Error
        (folder / ".prodlint-baseline.json").unlink()
        assert codes(await opened.pull("a.py")) == ["bare-except", "print-call"]


async def test_options_that_do_not_exist_are_told(folder):
    """A misspelt option would do nothing, silently."""
    async with editor(folder, options={"baselin": "hint", "trusted": "yes"}) as opened:
        opened.open("a.py", BARE)
        assert await opened.pull("a.py")
        told = sorted(message.message for message in opened.client.messages)
    assert told == [
        "prodlint: `trusted` must be true or false",
        "prodlint: unknown option `baselin`; did you mean `baseline`?",
    ]


PACK = """\
from prodlint import Rule, Severity
from prodlint.rule import Module

open({mark!r}, "w").close()
rule = Rule(name="any-file", code="ACM001", family="acme", since="1.0", summary="every file", visits=Module())


@rule.check
def check(site):
    yield site.violation("a file")


RULES = (rule,)
"""


@pytest.mark.parametrize("trusted", [True, False])
async def test_packs_are_imported_in_a_trusted_workspace_only(folder, tmp_path, monkeypatch, trusted):
    """Opening somebody's folder in an editor must not run their code."""
    mark = tmp_path / "imported"
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/acme_pack.py").write_text(PACK.format(mark=str(mark)))
    monkeypatch.setattr(lsp_client, "PACKAGES", os.pathsep.join([lsp_client.PACKAGES, str(tmp_path / "packs")]))
    (folder / "prodlint.toml").write_text('plugins = ["acme_pack"]\nselect = ["any-file", "bare-except"]\n')
    async with editor(folder, options={"trusted": trusted}) as opened:
        opened.open("a.py", BARE)
        assert codes(await opened.pull("a.py")) == (["any-file", "bare-except"] if trusted else ["bare-except"])
    assert mark.exists() is trusted


async def test_each_folder_has_its_own_settings(tmp_path, folder):
    """The innermost folder around a file counts; a file outside of all is judged by what lies around it."""
    other = tmp_path / "other"
    for made in (other, folder / "inner", tmp_path / "alone"):
        made.mkdir()
    (other / "prodlint.toml").write_text('select = ["print-call"]\n')
    (tmp_path / "alone/prodlint.toml").write_text('select = ["todo-comment"]\n')
    text = f"{BARE}print(1)\n# TODO mend\n"
    async with editor(folder, folders=[folder, other]) as opened:
        found = {}
        for path in (folder / "a.py", other / "a.py", tmp_path / "alone/a.py"):
            opened.open(path.as_uri(), text)
            found[path.parent.name] = codes(await opened.pull(path.as_uri()))
        assert found == {
            "project": ["bare-except", "print-call", "todo-comment"],
            "other": ["print-call"],
            "alone": ["todo-comment"],
        }
        event = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(other.as_uri(), "other")])
        opened.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        assert codes(await opened.pull((other / "a.py").as_uri())) == ["print-call"]


# --- Whole folders


async def test_workspace_diagnostics(folder):
    """All files of all folders, open ones as they are in the editor; who asks again gets what is new."""
    for name in ("a", "b", "c"):
        (folder / f"{name}.py").write_text(BARE)
    (folder / "clean.py").write_text(FIXED)
    async with editor(folder) as opened:
        opened.open("a.py", FIXED)

        async def ask(had: dict[str, str]) -> dict[str, object]:
            previous = [types.PreviousResultId(uri, value) for uri, value in had.items()]
            asked = types.WorkspaceDiagnosticParams(previous, work_done_token="job")
            report = await soon(opened.client.workspace_diagnostic_async(asked))
            return {item.uri.rpartition("/")[2]: item for item in report.items}

        first = await ask({})
        assert {name: codes(item.items) for name, item in first.items()} == {
            "a.py": [],
            "b.py": ["bare-except"],
            "c.py": ["bare-except"],
            "clean.py": [],
        }
        assert first["a.py"].version == 1
        kinds = [value.kind for value in opened.client.progress_reports["job"]]
        assert (kinds[0], kinds[-1]) == ("begin", "end")
        (folder / "b.py").write_text(f"{FIXED}\n")
        (folder / "c.py").unlink()
        again = await ask({item.uri: item.result_id for item in first.values()})
        assert {name: item.kind for name, item in again.items()} == {
            "a.py": "unchanged",
            "b.py": "full",
            "c.py": "full",
            "clean.py": "unchanged",
        }
        assert again["b.py"].items == again["c.py"].items == ()


async def test_who_asks_all_the_time_waits_for_news(folder):
    """A client that takes parts asks again at once: it is answered when something has changed."""
    (folder / "a.py").write_text(BARE)
    async with editor(folder) as opened:
        asked = types.WorkspaceDiagnosticParams([], partial_result_token="parts")
        (item,) = (await soon(opened.client.workspace_diagnostic_async(asked))).items
        asked.previous_result_ids = [types.PreviousResultId(item.uri, item.result_id)]
        waiting = asyncio.ensure_future(opened.client.workspace_diagnostic_async(asked))
        opened.open("b.py", FIXED)
        assert await opened.pull("b.py") == []
        assert not waiting.done()
        (folder / "a.py").write_text(FIXED)
        event = types.FileEvent(item.uri, types.FileChangeType.Changed)
        opened.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        (item,) = (await soon(waiting)).items
        assert item.items == ()


async def test_whole_folders_can_be_switched_off(folder):
    """Then a client is not told that it can ask for them."""
    async with editor(folder, options={"workspace": False}) as opened:
        assert opened.server.capabilities.diagnostic_provider.workspace_diagnostics is False


# --- What goes wrong


CRASHING = """
import sys
from prodlint.hosts.lsp import engine
from prodlint.registry import Registry, built_in
from prodlint.rule import Module, Rule

rule = Rule(name="faulty", code="ACM001", family="acme", since="1.0", summary="faulty", visits=Module())

@rule.check
def check(site):
    print("on standard output")
    raise ValueError("hunter2-is-the-password")
    yield

engine.built_in = lambda: Registry([*built_in().rules[:12], rule])
from prodlint.hosts.cli import main
sys.exit(main(["lsp"]))
"""


async def test_a_crashing_rule_is_told_once_and_the_server_lives(folder):
    """With every key that is pressed it crashes again; what it prints is no message of the protocol."""
    async with editor(folder, command=("-c", CRASHING)) as opened:
        opened.open("a.py", BARE)
        for number in range(5):
            assert codes(await opened.pull("a.py")) == ["bare-except"], number
            opened.replace("a.py", 0, 0, "\n")
        opened.open("b.py", BARE)
        assert codes(await opened.pull("b.py")) == ["bare-except"]
        (message,) = opened.client.messages
    assert "rule `faulty` crashed: ValueError" in message.message


FAILING = """
import sys
from prodlint.hosts.lsp import hover

def fail(*_, **__):
    raise LookupError("fell over 'hunter2-is-the-password'")

hover.hover = fail
from prodlint.hosts.cli import main
sys.exit(main(["lsp"]))
"""


async def test_a_failing_request_is_told_once_and_the_server_lives(folder):
    """The client gets an error for each, the user one message, and neither what the file holds."""
    async with editor(folder, command=("-c", FAILING)) as opened:
        opened.open("a.py", BARE)
        asked = types.HoverParams(opened.identifier("a.py"), types.Position(2, 1))
        for _ in range(3):
            with pytest.raises(JsonRpcException, match="textDocument/hover failed: LookupError") as error:
                await opened.client.text_document_hover_async(asked)
            assert "hunter2" not in f"{error.value}{error.value.data}"
        assert codes(await opened.pull("a.py")) == ["bare-except"]
        (message,) = opened.client.messages
    assert "hunter2" not in message.message


async def test_changes_of_unknown_documents_are_no_failure(folder):
    """A client that was late, or is wrong: there is nothing to say."""
    async with editor(folder) as opened:
        opened.texts[opened.uri("x.py")], opened._versions[opened.uri("x.py")] = "", 1
        opened.rewrite("x.py", BARE)
        opened.close("x.py")
        assert await opened.pull("x.py") == []
        assert await opened.actions("x.py", EVERYWHERE) == []
        assert opened.client.messages == []


async def test_a_cancelled_request_is_answered_as_cancelled(folder):
    """And what others wait for goes on."""
    async with editor(folder) as opened:
        opened.open("big.py", "def f(a):\n    print(a)\n" * 3000)
        asked = types.DocumentDiagnosticParams(opened.identifier("big.py"))
        first = opened.client.protocol.send_request(types.TEXT_DOCUMENT_DIAGNOSTIC, asked, msg_id="first")
        second = opened.client.protocol.send_request(types.TEXT_DOCUMENT_DIAGNOSTIC, asked, msg_id="second")
        opened.client.cancel_request(types.CancelParams("first"))
        with pytest.raises(JsonRpcException) as error:
            await soon(asyncio.wrap_future(first))
        assert error.value.code == types.LSPErrorCodes.RequestCancelled
        assert len((await soon(asyncio.wrap_future(second))).items) == 3000


async def test_offsets_of_the_test_client_are_sound():
    """The tests' own positions: each offset comes back, but for that within a CRLF."""
    text = "a😋\r\nb\rc\n\né"
    for at in (at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"):
        assert offset(text, position(text, at)) == at
