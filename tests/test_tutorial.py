"""Pages that are sessions: their projects are built as they say, and every command prints what they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tutorial_project import steps, write_file, write_first_files

from prodlint import check_source

WIDTH = 100
IMAGES = Path(__file__).resolve().parent.parent / "docs/images"
CELL = 12.2
"""The width of a character in the pictures."""


def test_the_tutorial_comes_out_as_shown(tmp_path: Path) -> None:
    """Whoever types it in must see what they read; only times may differ."""
    project = tmp_path / "project"
    project.mkdir()
    assert played("tutorial.md", project) == [1, 0, 0, 1, 1, 0, 0]


def test_adopting_comes_out_as_shown(tmp_path: Path) -> None:
    """The same project stands for code that is years old."""
    project = tmp_path / "project"
    project.mkdir()
    write_first_files(project)
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    assert played("adopting.md", project) == [1, 0, 0, 0, 1, 0, 0]


def played(page: str, project: Path) -> list[int]:
    """The exit codes of a page's commands, each of which must print what the page shows."""
    codes = []
    for step in steps(page):
        if step.path:
            write_file(project, step)
        elif step.language == "diff":
            subprocess.run(["git", "apply", "-"], input=step.text, text=True, cwd=project, check=True)
        else:
            assert step.language == "console"
            for command, shown in re.findall(r"^(\$ .*)\n((?:(?!\$ ).*\n)*)", step.text, re.MULTILINE):
                ran = run(command, project, project.parent / "cache")
                assert not shown or without_time(ran.stdout + ran.stderr) == without_time(shown)
                codes.append(ran.returncode)
    return codes


def test_the_picture_of_a_terminal_shows_what_is_printed(tmp_path: Path) -> None:
    """`python tests/make_screenshots.py` makes it anew; only times may differ."""
    write_first_files(tmp_path)
    shown = drawn("terminal")
    for command in [line for line in shown if line.startswith("$ p")]:
        ran = run(command, tmp_path, tmp_path / "cache")
        printed = without_time((ran.stdout + ran.stderr).rstrip())
        start = shown.index(command) + 1
        lines = [line.rstrip() for line in printed.split("\n")]
        assert [without_time(line) for line in shown[start : start + len(lines)]] == lines


def test_the_picture_of_an_editor_shows_what_is_found(tmp_path: Path) -> None:
    """`python tests/make_screenshots.py` makes it anew."""
    write_first_files(tmp_path)
    source = (tmp_path / "shop/orders.py").read_text(encoding="utf-8")
    text = "\n".join(drawn("editor"))
    found = check_source(source, "shop/orders.py", config={}).violations
    for violation in found:
        if violation.span is not None and violation.span.line in SEEN:
            assert f"■ {violation.message[:20]}" in text


SEEN = (9, 14, 33, 34, 36, 39, 40)
"""The lines of the file that leave room for a message on the screen."""


def drawn(name: str) -> list[str]:
    """The lines of a picture."""
    rows: dict[str, str] = {}
    for element in ElementTree.parse(IMAGES / f"{name}.svg").iter("{http://www.w3.org/2000/svg}text"):
        row = element.attrib["y"]
        rows[row] = rows.get(row, "").ljust(round(float(element.attrib["x"]) / CELL)) + (element.text or "")
    return [text.replace("\N{NO-BREAK SPACE}", " ").rstrip() for text in rows.values()]


def run(command: str, directory: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the page as in a terminal of this width, without colours."""
    dollar, program, *given = command.split()
    assert (dollar, program) == ("$", "prodlint")
    if not {"explain", "baseline", "--statistics"} & set(given):
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
