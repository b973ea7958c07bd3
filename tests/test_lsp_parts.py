"""Parts of the language server without a server: positions, what a client says, the command, the settings' pages."""

from __future__ import annotations

import importlib.util
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from prodlint.hosts.cli import main
from prodlint.hosts.lsp import command
from prodlint.hosts.lsp.actions import KINDS
from prodlint.hosts.lsp.documents import Document, Finding, is_python, path_of
from prodlint.hosts.lsp.positions import Places
from prodlint.hosts.lsp.settings import Options, abilities_of, read_options

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
ENCODINGS = ["utf-8", "utf-16", "utf-32"]
TEXTS = st.text(alphabet="ab\n\r\x0c\u2028é😋\ud800", max_size=40)
_WIDTH = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


# --- Positions


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, order=st.randoms(use_true_random=False))
def test_offsets_come_back(encoding: str, text: str, order: object) -> None:
    """In whatever order places are asked for; only within a CRLF there is no position."""
    places = Places(text, encoding)
    offsets = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    order.shuffle(offsets)  # type: ignore[attr-defined]
    for at in offsets:
        position = places.position(at)
        before = re.split(r"\r\n|\r|\n", text[:at])
        codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        width = len(before[-1].encode(codec, "surrogatepass")) // _WIDTH[encoding]
        assert position == types.Position(len(before) - 1, width)
        assert places.offset(position) == at


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_beyond_an_end_are_that_end(encoding: str) -> None:
    """So the protocol says of lines; clients say the last line's number plus one for the end of a text."""
    places = Places("é\r\nab", encoding)
    assert places.offset(types.Position(0, 99)) == 1
    assert places.offset(types.Position(1, 99)) == 5
    assert places.offset(types.Position(9, 0)) == 5
    assert places.offsets(types.Range(types.Position(1, 1), types.Position(0, 0))) == (4, 4)


# --- Documents


def document(text: str) -> Document:
    """An open document."""
    return Document(types.TextDocumentItem("file:///x.py", "python", 1, text), "utf-16")


@pytest.mark.parametrize(
    ("start", "end", "text", "moved"),
    [
        (0, 0, "12", (7, 9)),  # before it
        (5, 5, "x", None),  # at its beginning
        (5, 5, "x\n", (7, 9)),  # a line before it
        (6, 6, "x", None),  # within it
        (7, 7, "x", None),  # at its end
        (7, 7, "\nx", (5, 7)),  # a line behind it
        (8, 9, "", (5, 7)),  # behind it
        (4, 5, "\n", (5, 7)),
        (4, 6, "", None),
        (0, 10, "", None),
    ],
)
def test_findings_follow_the_text(start: int, end: int, text: str, moved: tuple[int, int] | None) -> None:
    """They stay with the part that did not change, and go with that which did."""
    opened = document("0123456789")
    violation = SimpleNamespace()
    opened.take((Finding(violation, ((5, 7),)),), 0, parses=True)
    region = types.Range(types.Position(0, start), types.Position(0, end))
    opened.change([types.TextDocumentContentChangePartial(region, text)], 2)
    assert [finding.places for finding in opened.kept] == ([(moved,)] if moved else [])


def test_a_whole_new_text_moves_findings_as_its_difference_does() -> None:
    """Some clients send nothing else."""
    opened = document("a\nb\nc\n")
    opened.take((Finding(SimpleNamespace(), ((0, 1),)), Finding(SimpleNamespace(), ((4, 5),))), 0, parses=True)
    opened.change([types.TextDocumentContentChangeWholeDocument("a\nxyz\nc\n")], 2)
    assert [finding.places for finding in opened.kept] == [((0, 1),), ((6, 7),)]
    assert opened.text == "a\nxyz\nc\n"


@pytest.mark.parametrize(
    ("uri", "language", "path", "python"),
    [
        ("file:///a%20b/x.py", "python", "/a b/x.py", True),
        ("file:///x.pyi", "plaintext", "/x.pyi", True),
        ("file:///script", "python", "/script", True),
        ("file:///x.toml", "toml", "/x.toml", False),
        ("untitled:Untitled-1", "python", None, True),
        ("untitled:Untitled-1", "markdown", None, False),
        ("file://", "python", None, True),
        ("git:/x.py", "python", None, False),
        ("vscode-notebook-cell:/x.ipynb#1", "python", None, False),
    ],
)
def test_which_documents_are_checked(uri: str, language: str, path: str | None, python: bool) -> None:
    """By their language, as the editor says; a file's name counts too."""
    assert path_of(uri) == path
    assert is_python(uri, path, language) is python


# --- What a client says


def test_a_client_that_says_nothing_can_do_nothing() -> None:
    """Capabilities are all optional, and so are the parts of them."""
    assert not any(abilities_of(types.ClientCapabilities()))
    assert read_options(None) == (Options(), [])
    assert read_options([1])[1] == ["the initialization options are no object"]


def test_the_page_has_every_option() -> None:
    """What a user can set, here and in the extension."""
    text = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(Options._fields)
    assert all(f"`{kind}`" in text for kind in KINDS if "." in kind)
    settings = EXTENSION["contributes"]["configuration"]["properties"]
    assert {name.partition(".")[2] for name in settings} == {
        "path", "interpreter", "run", "workspace", "baseline", "trace.server",
    }  # fmt: skip
    readme = (ROOT / "editors/vscode/README.md").read_text(encoding="utf-8")
    assert [name for name in settings if f"`{name}`" not in readme] == []


def test_the_extension_hands_over_options_that_exist() -> None:
    """A misspelt one would be a message at every start."""
    source = (ROOT / "editors/vscode/src/settings.ts").read_text(encoding="utf-8")
    (handed,) = re.findall(r"export function initializationOptions\(.*?return \{(.*?)\};", source, re.DOTALL)
    assert {part.partition(":")[0].strip() for part in handed.split(",")} == set(Options._fields)


# --- The command


def test_without_pygls_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The extra is named as it is typed."""
    found = importlib.util.find_spec
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "pygls" else found(name))
    assert main(["lsp"]) == 2
    assert "pip install 'prodlint[lsp]'" in capsys.readouterr().err


def test_a_person_is_told_who_it_is_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """At a terminal it would wait for messages that nobody types."""
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    assert main(["lsp", "--stdio"]) == 2
    assert "editor" in capsys.readouterr().err
