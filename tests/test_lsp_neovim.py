"""The language server with Neovim's own client, which is sent diagnostics: the buffer is what its user wants.

Skipped where there is no `nvim`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsp_client import PACKAGES

NEOVIM = shutil.which("nvim")
SESSION = Path(__file__).parent / "neovim/session.lua"
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

pytestmark = pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a session shows, step by step."""
    assert NEOVIM is not None
    folder = tmp_path_factory.mktemp("neovim")
    (folder / "project").mkdir()
    path, outcome = folder / "project/a.py", folder / "seen.json"
    path.write_text(TEXT, encoding="utf-8")
    # Neovim says nothing of standard input to what it starts, and passes its environment on.
    environment = {
        **os.environ,
        "PYTHONPATH": PACKAGES,
        "PRODLINT_CACHE_DIR": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    server = json.dumps([sys.executable, "-m", "prodlint", "lsp"])
    script = f"lua arg = {{ {_lua(server)}, {_lua(str(path))}, {_lua(str(outcome))} }} dofile({_lua(str(SESSION))})"
    subprocess.run(
        [NEOVIM, "--clean", "--headless", "-n", "-c", script],
        env=environment,
        capture_output=True,
        timeout=300,
        check=False,
    )
    told: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    assert "error" not in told, told
    assert told["messages"] == []
    return told["steps"]


def _lua(text: str) -> str:
    return f"[==[{text}]==]"


def test_a_file_that_is_opened_has_its_diagnostics(seen: dict[str, Any]) -> None:
    """Lines and columns count from 0; 1 is an error, 2 a warning."""
    assert seen["opened"]["diagnostics"] == [
        ["bare-except", 7, 0, 1, "prodlint"],
        ["unused-suppression", 9, 7, 2, "prodlint"],
        ["print-call", 12, 0, 1, "prodlint"],
    ]


def test_a_quick_fix_changes_its_place_only(seen: dict[str, Any]) -> None:
    """The cursor is on the line of one violation."""
    assert seen["fixed one"]["text"] == TEXT.replace("except:", "except BaseException:")


def test_fix_all_applies_the_other_safe_fix(seen: dict[str, Any]) -> None:
    """The unused comment goes; what has no safe fix stays."""
    after = TEXT.replace("except:", "except BaseException:").replace(
        "  # prodlint: allow bare-except -- nothing to allow", ""
    )
    assert seen["fixed all"]["text"] == after
    assert [code for code, *_ in seen["fixed all"]["diagnostics"]] == ["print-call"]


def test_a_suppression_hides_what_it_names(seen: dict[str, Any]) -> None:
    """The comment stands behind the call."""
    assert "print(wish)  # prodlint: allow print-call -- say why\n" in seen["suppressed"]["text"]
    assert not seen["suppressed"]["diagnostics"]


def test_what_is_typed_is_checked(seen: dict[str, Any]) -> None:
    """Columns are bytes in Neovim, code units on the way: a character of two units must not move the second call."""
    column = len("print('😋', ".encode())
    assert sorted(place[:3] for place in seen["typed"]["diagnostics"]) == [
        ["print-call", 2, 0],
        ["print-call", 2, column],
    ]
