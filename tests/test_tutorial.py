"""The tutorial's project is built as its page says, and every command there prints what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).resolve().parent.parent / "docs/tutorial.md"
WIDTH = 100


def test_the_tutorial_comes_out_as_shown(tmp_path: Path) -> None:
    """Whoever types it in must see what they read; only times may differ."""
    project = tmp_path / "project"
    project.mkdir()
    codes = []
    for info, text in re.findall(
        r"^```([^\n]+)\n(.*?)^```$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        language, _, name = info.partition(" file=")
        if name:
            path = project / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif language == "diff":
            subprocess.run(["git", "apply", "-"], input=text, text=True, cwd=project, check=True)
        else:
            assert language == "console"
            command, _, shown = text.partition("\n")
            ran = run(command, project, tmp_path / "cache")
            assert not shown or without_time(ran.stdout + ran.stderr) == without_time(shown)
            codes.append(ran.returncode)
    assert codes == [1, 0, 0, 1, 1, 0, 0]


def run(command: str, directory: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the page as in a terminal of this width, without colours."""
    dollar, program, *given = command.split()
    assert (dollar, program) == ("$", "prodlint")
    if given[:1] != ["explain"]:
        given += ["--format", "full"]  # which a terminal gets
    environment = {**os.environ, "COLUMNS": str(WIDTH), "PRODLINT_CACHE_DIR": str(cache)}
    environment.pop("FORCE_COLOR", None)
    return subprocess.run(
        [sys.executable, "-m", "prodlint", *given],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def without_time(text: str) -> str:
    """The output without the time that the run took."""
    return re.sub(r" in [\d.,]+ m?s\b", " in TIME", text)
