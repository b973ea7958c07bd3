"""What goes wrong in the server in, one notice for the user out: nothing ends it but the client."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from lsprotocol.types import LogMessageParams, MessageType, ShowMessageParams
from pygls.exceptions import JsonRpcException, JsonRpcInternalError

from prodlint.secrets.masking import masked_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pygls.lsp.server import LanguageServer

    from prodlint.model import Problem


class Notices:
    """What the user has been told: each thing once, for a document is judged with every key that is pressed."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._shown: set[str] = set()

    def tell(self, message: str, kind: MessageType = MessageType.Warning, *, key: str = "") -> None:
        """Show a message, unless one of this key, by default its text, has been shown before."""
        key = key or message
        if key not in self._shown:
            self._shown.add(key)
            self._server.window_show_message(ShowMessageParams(kind, f"prodlint: {message}"))
            self._server.window_log_message(LogMessageParams(kind, message))

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Show what went wrong while a text was judged: of each rule that crashes, the first time."""
        for problem in problems:
            place = f"{problem.place} " if problem.path else ""
            remedy = f" ({problem.remedy})" if problem.remedy else ""
            what = problem.message.partition(":")[0] if problem.code == "rule-crash" else f"{place}{problem.message}"
            kind = MessageType.Error if problem.fatal else MessageType.Warning
            self.tell(f"{place}{problem.message}{remedy}", kind, key=what)


@contextmanager
def guarding(notices: Notices, what: str) -> Iterator[None]:
    """Let nothing that goes wrong in answering the client end the server: it is told, and the request fails.

    Raises JsonRpcException.
    """
    try:
        yield
    except JsonRpcException:
        raise
    except Exception as error:  # noqa: BLE001  the request guard: whatever one request does, the server goes on
        told = f"{what} failed: {type(error).__name__}: {masked_quotes(str(error))}"  # it may quote the file
        notices.tell(f"{told} (report it to the authors of prodlint)", MessageType.Error, key=told)
        raise JsonRpcInternalError(told) from None
