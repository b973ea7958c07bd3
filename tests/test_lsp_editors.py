"""The language server with real editors, which are sent diagnostics: the buffer is what its user wants.

Neovim with its own client, and Emacs with eglot; each is skipped where it is not installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsp_client import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

SESSIONS = Path(__file__).parent / "editors"
SERVER = [sys.executable, "-m", "prodlint", "lsp"]
TEXT = '''\
"""A module with what has to be fixed."""

wish = "😋"


try:
    go()
except:
    raise
x = 1  # prodlint: allow bare-except -- nothing to allow


print(wish)
'''
FIXED_ONE = TEXT.replace("except:", "except BaseException:")
FIXED_ALL = FIXED_ONE.replace("  # prodlint: allow bare-except -- nothing to allow", "")
_NO_EGLOT = 77


def seen_by(command: Sequence[str], folder: Path) -> dict[str, Any]:
    """What a session of an editor shows, step by step; it opens ``project/a.py`` and writes ``seen.json``."""
    (folder / "project").mkdir()
    (folder / "project/a.py").write_text(TEXT, encoding="utf-8")
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PYTHONPATH": PACKAGES,
        "PRODLINT_CACHE_DIR": str(folder / "cache"),
        "LC_ALL": "C.UTF-8",
    }
    ran = subprocess.run(command, env=environment, capture_output=True, timeout=300, check=False)
    if ran.returncode == _NO_EGLOT:
        pytest.skip("Emacs has no eglot")
    told: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    assert "error" not in told, told
    return told


# --- Neovim


@pytest.fixture(scope="module")
def neovim(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Neovim shows."""
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("Neovim is not installed")
    folder = tmp_path_factory.mktemp("neovim")
    given = [json.dumps(SERVER), str(folder / "project/a.py"), str(folder / "seen.json")]
    quoted = ", ".join(f"[==[{argument}]==]" for argument in given)
    script = f"lua arg = {{ {quoted} }} dofile([==[{SESSIONS / 'neovim.lua'}]==])"
    told = seen_by([program, "--clean", "--headless", "-n", "-c", script], folder)
    assert told["messages"] == []
    steps: dict[str, Any] = told["steps"]
    return steps


def test_neovim_shows_diagnostics(neovim: dict[str, Any]) -> None:
    """Lines and columns count from 0; 1 is an error, 2 a warning."""
    assert neovim["opened"]["diagnostics"] == [
        ["bare-except", 7, 0, 1, "prodlint"],
        ["unused-suppression", 9, 7, 2, "prodlint"],
        ["print-call", 12, 0, 1, "prodlint"],
    ]


def test_a_quick_fix_in_neovim_changes_its_place_only(neovim: dict[str, Any]) -> None:
    """The cursor is on the line of one violation."""
    assert neovim["fixed one"]["text"] == FIXED_ONE


def test_fix_all_in_neovim_applies_the_other_safe_fix(neovim: dict[str, Any]) -> None:
    """The unused comment goes; what has no safe fix stays."""
    assert neovim["fixed all"]["text"] == FIXED_ALL
    assert [code for code, *_ in neovim["fixed all"]["diagnostics"]] == ["print-call"]


def test_a_suppression_in_neovim_hides_what_it_names(neovim: dict[str, Any]) -> None:
    """The comment stands behind the call."""
    assert "print(wish)  # prodlint: allow print-call -- say why\n" in neovim["suppressed"]["text"]
    assert not neovim["suppressed"]["diagnostics"]


def test_what_is_typed_in_neovim_is_checked(neovim: dict[str, Any]) -> None:
    """Columns are bytes in Neovim, code units on the way: a character of two units must not move the second call."""
    column = len("print('😋', ".encode())
    places = sorted(place[:3] for place in neovim["typed"]["diagnostics"])
    assert places == [["print-call", 2, 0], ["print-call", 2, column]]


# --- Emacs


@pytest.fixture(scope="module")
def emacs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Emacs shows."""
    program = shutil.which("emacs")
    if program is None:
        pytest.skip("Emacs is not installed")
    folder = tmp_path_factory.mktemp("emacs")
    arguments = [str(folder / "project/a.py"), str(folder / "seen.json"), *SERVER]
    # Packages of the distribution, such as eglot before Emacs 29, are found by their autoloads only.
    script = ["--eval", "(package-initialize)", "-l", str(SESSIONS / "emacs.el")]
    return seen_by([program, "--batch", "--no-init-file", *script, "--", *arguments], folder)


def test_emacs_shows_diagnostics(emacs: dict[str, Any]) -> None:
    """Lines count from 1."""
    assert sorted(line for line, _ in emacs["opened"]["diagnostics"]) == [8, 10, 13]


def test_fixes_in_emacs_change_their_places_only(emacs: dict[str, Any]) -> None:
    """This client cannot ask for edits later, so that all actions come with theirs."""
    assert emacs["fixed one"]["text"] == FIXED_ONE
    assert emacs["fixed all"]["text"] == FIXED_ALL
