"""Makes the pictures in ``docs/images/`` from real runs: ``python tests/make_screenshots.py``.

A terminal and Neovim run in tmux, on the project of the tutorial. What they show is captured with its colours and
written as SVG by rich. Needs tmux and Neovim, and the extra `lsp`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from tutorial_project import write_first_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IMAGES = Path(__file__).resolve().parent.parent / "docs/images"
WIDTH = 100
_PATIENCE = 30.0
"""Seconds for what is waited for to appear."""
_THEME = TerminalTheme(
    (30, 30, 36),
    (224, 224, 224),
    [(40, 40, 48), (240, 98, 98), (130, 200, 110), (229, 192, 98), (97, 170, 240), (200, 130, 230), (90, 200, 200),
     (200, 200, 205)],
    [(120, 120, 130), (255, 120, 120), (150, 225, 130), (245, 210, 120), (130, 190, 255), (220, 150, 250),
     (120, 220, 220), (255, 255, 255)],
)  # fmt: skip
_EDITOR = """
set termguicolors number nowrap laststatus=0 signcolumn=yes noswapfile noshowmode updatetime=100 background=dark
syntax on
highlight Normal guibg=#1e1e24 guifg=#e0e0e0
highlight SignColumn guibg=#1e1e24
highlight LineNr guifg=#6b6b78
highlight Todo guibg=#1e1e24 guifg=#e5c062
highlight DiagnosticError guifg=#f06262
highlight DiagnosticWarn guifg=#e5c062
lua <<LUA
local client = vim.lsp.start_client({ name = "prodlint", cmd = { "prodlint", "lsp" }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, client)
vim.diagnostic.config({ virtual_text = { prefix = "■" }, underline = false })
LUA
"""


def main() -> int:
    """Make all pictures; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "shop"
        project.mkdir()
        write_first_files(project)
        IMAGES.mkdir(exist_ok=True)
        _terminal(project)
        _editor(project, Path(folder) / "editor.vim")
    return 0


def _terminal(project: Path) -> None:
    """Two commands, typed at a prompt."""
    commands = ("prodlint --select errors", "prodlint --select errors --diff")
    with opened("terminal", project, "env 'PS1=$ ' bash --norc", height=50) as terminal:
        terminal.wait(_is_at_prompt)
        for command in commands:
            terminal.type(command, "Enter")
            terminal.wait(_is_at_prompt)
        _write("terminal", terminal.capture())


def _is_at_prompt(shown: str) -> bool:
    return shown.rstrip().endswith("$")


def _editor(project: Path, settings: Path) -> None:
    """A file with what was found in it, and what can be done about one finding."""
    settings.write_text(_EDITOR, encoding="utf-8")
    command = f"nvim -u NONE shop/orders.py -S {shlex.quote(str(settings))}"
    with opened("editor", project, command, height=46) as terminal:
        terminal.wait(lambda shown: "credential" in shown)
        terminal.type(":14", "Enter")
        terminal.type(":lua vim.lsp.buf.code_action()", "Enter")
        terminal.wait(lambda shown: "Code actions:" in shown)
        _write("editor", terminal.capture())


@contextmanager
def opened(name: str, directory: Path, command: str, *, height: int) -> Iterator[Terminal]:
    """A program in a terminal of tmux's, on a server of its own that ends with it."""
    terminal = Terminal(f"screenshot-{name}-{os.getpid()}")
    path = f"PATH={Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    size = ["-x", str(WIDTH), "-y", str(height)]
    terminal.tell("new-session", "-d", *size, "-c", str(directory), "-e", path, command)
    try:
        yield terminal
    finally:
        terminal.tell("kill-server")


class Terminal(NamedTuple):
    """A terminal, by the name of its tmux server."""

    server: str

    def tell(self, *given: str) -> str:
        """Have tmux do something; what it prints."""
        command = ["tmux", "-L", self.server, "-f", os.devnull, *given]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def type(self, *keys: str) -> None:
        """Press keys; words that tmux knows, such as `Enter`, are keys too."""
        self.tell("send-keys", *keys)

    def wait(self, is_there: Callable[[str], bool]) -> None:
        """Until the screen's text is as wanted and has stood still; raises TimeoutError when that takes too long."""
        end = time.monotonic() + _PATIENCE
        before = ""
        while time.monotonic() < end:
            time.sleep(0.5)  # a screen is only ever looked at
            shown = self.tell("capture-pane", "-p")
            if shown == before and is_there(shown):
                return
            before = shown
        raise TimeoutError(before)

    def capture(self) -> str:
        """The screen with its colours, as escape sequences, without empty lines at the end."""
        return self.tell("capture-pane", "-e", "-p").rstrip()


def _write(name: str, screen: str) -> None:
    console = Console(width=WIDTH, record=True, file=open(os.devnull, "w", encoding="utf-8"), color_system="truecolor")  # noqa: SIM115
    console.print(Text.from_ansi(screen))
    drawn = console.export_svg(title="", theme=_THEME, code_format=_SVG, unique_id=name)
    path = IMAGES / f"{name}.svg"
    path.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", encoding="utf-8", newline="\n")
    print(f"{path.relative_to(IMAGES.parent.parent)}: {path.stat().st_size:,} bytes")


_SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""As rich's own, but for fonts from elsewhere."""

if __name__ == "__main__":
    sys.exit(main())
