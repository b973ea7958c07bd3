"""How long the language server takes: until it has answered `initialize`, and from a change to its diagnostics.

    python -m pip install -e '.[dev]' && python tests/benchmarks/language_server.py

Speaks to a server over its pipes, without a client library, whose time would be counted. Wall-clock times; the server's
processor time stands beside them, since it is what stays the same on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PLAIN = '''

def lines_of_{number}(order, limit={number}):
    """The lines of an order above a limit, by article."""
    found = {{}}
    for line in order.lines:
        if line.amount <= limit:
            continue
        known = found.get(line.article)
        found[line.article] = line if known is None else known.merged(line)
    if not found and order.is_open:
        raise LookupError(order.name)
    total = sum(line.amount for line in found.values())
    return {{"lines": found, "total": total, "limit": max(limit, {number})}}
'''
BUSY = '''

def handle_{number}(order, store, log):
    """Handle an order."""
    try:
        store.reserve(order.article, order.amount)
    except KeyError as error:
        log.warning("article_unknown", article=order.article, number={number})
        raise LookupError(order.article) from error
    query = "SELECT price FROM articles WHERE name = ?"
    total = store.fetch(query, (order.article,)) * order.amount
    if total > {number}:
        print("expensive", total)
    with open(f"orders/{{order.name}}.txt") as handle:
        return total, handle.read()
'''
LINES = 2000


def module() -> str:
    """A module of so many lines, in which every fifth function has what rules look at closely."""
    functions = ((PLAIN if number % 5 else BUSY).format(number=number) for number in range(LINES))
    return "".join(('"""Orders."""\n' + "".join(functions)).splitlines(keepends=True)[:LINES])


class Server:
    """A server and the pipes to it."""

    def __init__(self, directory: str) -> None:
        environment = {**os.environ, "PRODLINT_CACHE_DIR": f"{directory}/cache"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "prodlint", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._number = 0

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: object) -> Any:
        """Send a request and wait for its result."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self.until(lambda message: message.get("id") == self._number and "method" not in message)["result"]

    def until(self, holds: Any) -> dict[str, Any]:
        """The next message of which something holds."""
        while not holds(message := self._receive()):
            pass
        return message

    def processor_seconds(self) -> float:
        """How much of a processor's time the server has had; 0 where the system does not tell."""
        path = Path(f"/proc/{self.process.pid}/stat")
        if not path.exists():
            return 0.0
        user, system = path.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _send(self, message: dict[str, object]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self.process.stdout
        assert stream is not None
        length = 0
        while (line := stream.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        message: dict[str, Any] = json.loads(stream.read(length))
        return message


def started(directory: str, *, pulls: bool) -> tuple[Server, float]:
    """A server that has answered `initialize`, and the seconds that took."""
    capabilities = {"textDocument": {"diagnostic": {}} if pulls else {"publishDiagnostics": {"versionSupport": True}}}
    uri = Path(directory).as_uri()
    begun = time.perf_counter()
    server = Server(directory)
    folders = [{"uri": uri, "name": "x"}]
    server.request("initialize", {"processId": None, "capabilities": capabilities, "workspaceFolders": folders})
    seconds = time.perf_counter() - begun
    server.notify("initialized", {})
    return server, seconds


def ended(server: Server) -> None:
    """End a server as an editor does."""
    server.request("shutdown", None)
    server.notify("exit", None)
    server.process.wait()


def changes(directory: str, number: int, *, pulls: bool) -> tuple[list[float], float]:
    """The seconds from each of so many changes to its diagnostics, and the server's processor seconds for one."""
    server, _ = started(directory, pulls=pulls)
    uri = Path(directory, "orders.py").as_uri()
    item = {"uri": uri, "languageId": "python", "version": 1, "text": module()}
    server.notify("textDocument/didOpen", {"textDocument": item})
    _diagnosed(server, uri, 1, pulls=pulls)
    before = server.processor_seconds()
    times = []
    for version in range(2, number + 2):
        place = {"line": 100 + version, "character": 0}
        change = {"range": {"start": place, "end": place}, "text": "#" if version % 2 else "# what is typed\n"}
        begun = time.perf_counter()
        document = {"uri": uri, "version": version}
        server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        _diagnosed(server, uri, version, pulls=pulls)
        times.append(time.perf_counter() - begun)
    spent = server.processor_seconds() - before
    ended(server)
    return times, spent / number


def _diagnosed(server: Server, uri: str, version: int, *, pulls: bool) -> None:
    if pulls:
        server.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    else:
        server.until(lambda message: message.get("params", {}).get("version") == version)


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--starts", type=int, default=7, help="how many servers to start")
    parser.add_argument("--changes", type=int, default=40, help="how many changes to make")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        starts, spent = [], []
        for _ in range(options.starts):
            server, seconds = started(directory, pulls=True)
            spent.append(server.processor_seconds())
            starts.append(seconds)
            ended(server)
        _tell("initialize", starts, statistics.median(spent))
        for pulls in (True, False):
            times, each = changes(directory, options.changes, pulls=pulls)
            _tell(f"change to diagnostics, {LINES:,} lines, {'pull' if pulls else 'push'}", times, each)


def _tell(what: str, seconds: list[float], processor: float) -> None:
    median, worst = statistics.median(seconds), max(seconds)
    sys.stdout.write(f"{what}: median {median * 1e3:.0f} ms, longest {worst * 1e3:.0f} ms")
    sys.stdout.write(f", processor {processor * 1e3:.0f} ms\n")


if __name__ == "__main__":
    main()
