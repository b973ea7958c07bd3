"""The extension for VS Code: it is built, tests itself against this server, and is packaged with nothing else in it.

Skipped without Node, npm, or a registry that gives the packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lsp_client import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
EXTENSION = ROOT / "editors/vscode"
NOT_COPIED = shutil.ignore_patterns("node_modules", "out", "*.vsix")
# A machine without a network must find out soon, instead of trying again for minutes.
INSTALL = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0", "--fetch-timeout=20000"]


@pytest.fixture
def built() -> Iterator[Path]:
    """A copy of the extension with its packages, which is removed at once: they are large."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node and npm are not installed")
    with tempfile.TemporaryDirectory(prefix="prodlint-vscode-") as folder:
        copy = Path(folder) / "vscode"
        shutil.copytree(EXTENSION, copy, ignore=NOT_COPIED)
        try:
            installed = npm(copy, *INSTALL, seconds=180)
        except subprocess.TimeoutExpired:
            pytest.skip("npm installs the extension's packages too slowly")
        if installed.returncode:
            pytest.skip(f"npm cannot install the extension's packages: {installed.stderr.strip()[-300:]}")
        yield copy


def npm(folder: Path, *arguments: str, seconds: int) -> subprocess.CompletedProcess[str]:
    """One call of npm, for whose server there is this Python."""
    environment = {
        **os.environ,
        "PRODLINT_PYTHON": sys.executable,
        "PYTHONPATH": PACKAGES,
        "PRODLINT_CACHE_DIR": str(folder.parent / "cache"),
    }
    program = shutil.which("npm")
    assert program is not None
    return subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
    )


def test_the_extension_passes_its_tests_and_is_packaged(built: Path) -> None:
    """One test, for each would install the packages again. Tests that are left out would prove nothing."""
    tested = npm(built, "test", seconds=300)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "skipped 0\n" in tested.stdout
    packaged = npm(built, "run", "package", seconds=300)
    assert packaged.returncode == 0, packaged.stdout + packaged.stderr
    with zipfile.ZipFile(built / "prodlint.vsix") as archive:
        names = {name.removeprefix("extension/") for name in archive.namelist()}
    assert names == {
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "package.json",
        "readme.md",
        "changelog.md",
        "LICENSE.txt",
        "out/extension.js",
    }


def test_the_extension_has_the_licence() -> None:
    """The package holds it, and so its folder has to."""
    assert (EXTENSION / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
