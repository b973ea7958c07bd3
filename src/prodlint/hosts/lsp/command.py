"""`prodlint lsp`: its options, and what it needs."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from prodlint.hosts.arguments import lsp_parser
from prodlint.hosts.cli import CLEAN, FAILED, quieten, say

_NEEDED = ("pygls", "lsprotocol")


def lsp(given: list[str]) -> int:
    """Serve one client until it is done."""
    lsp_parser().parse_args(given)
    if any(find_spec(name) is None for name in _NEEDED):
        say("the language server needs pygls: `pip install 'prodlint[lsp]'` where prodlint is installed")
        return FAILED
    if sys.stdin is None or sys.stdin.isatty():
        say("the language server speaks to an editor, which starts it (docs/editors.md says how)")
        return FAILED
    quieten()
    incoming = sys.stdin.buffer
    # Whatever else is written to standard output would be taken for a message.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as outgoing:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        from prodlint.hosts.lsp.server import serve  # pygls: as long as everything else together

        serve(incoming, outgoing)
    return CLEAN
