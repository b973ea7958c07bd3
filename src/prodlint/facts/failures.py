"""Which of the evaluations that can raise matter to somebody who releases things, and which are likely to.

Told by the names that are written, which is enough to leave out what no reader would guard against: a release of
something else, a line for the log, the length of a list.
"""

from __future__ import annotations

import _ast

from prodlint.facts.custody import dotted
from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def is_harmless(raiser: Any, releases: frozenset[str]) -> bool:
    """Whether what can raise is nothing that a release has to be guarded against.

    ``releases`` are the methods that release values of the kind in question.
    """
    while raiser.__class__ is _ast.Await and raiser.value.__class__ is _ast.Call:
        raiser = raiser.value
    match raiser:
        case _ast.Call(func=_ast.Attribute(value=receiver, attr=method)):
            if method in _RELEASES or method in releases:
                return not raiser.args
            name = dotted(receiver) or ""
            is_logger = method in _LOGS and "log" in name.rpartition(".")[2].lower()
            return is_logger or method in _HARMLESS_METHODS or f"{name}.{method}" in _HARMLESS_FUNCTIONS
        case _ast.Call(func=_ast.Name(id="print"), keywords=keywords):
            return all(keyword.arg in ("end", "sep") for keyword in keywords)
        case _ast.Call(func=_ast.Name(id=name)):
            return name in _HARMLESS_FUNCTIONS or (name in _COLLECTIONS and not raiser.args)
        case _ast.AugAssign(value=_ast.Constant()) | _ast.Assert():
            return True
        case _ast.BinOp():
            return _is_text(raiser)
        case _ast.Raise(exc=_ast.Name(id=name) | _ast.Call(func=_ast.Name(id=name))):
            return bool(name in ("SystemExit", "KeyboardInterrupt"))
    return False


def _is_text(node: Any) -> bool:
    """Whether a sum or `%` makes a text: of operands that are not written as one it may be anything."""
    while node.__class__ is _ast.BinOp and node.op.__class__ in (_ast.Add, _ast.Mod):
        for side in (node.left, node.right) if node.op.__class__ is _ast.Add else (node.left,):
            if side.__class__ is _ast.JoinedStr or (side.__class__ is _ast.Constant and side.value.__class__ is str):
                return True
        node = node.left
    return False


def is_likely(cause: Any) -> bool:
    """Whether a step that raises is more than an operation on values of the program's own."""
    inner = cause
    while inner.__class__ is _ast.Await:
        inner = inner.value
    if inner.__class__ is _ast.Call and inner.func.__class__ is _ast.Attribute:
        return inner.func.attr not in _UNLIKELY_METHODS
    return cause.__class__ in _LIKELY_CAUSES


_LIKELY_CAUSES = frozenset({_ast.Call, _ast.Await, _ast.Yield, _ast.YieldFrom, _ast.Raise})
# Methods of which, by their names, a failure is not what a release is to be guarded against.
_RELEASES = frozenset(
    {"close", "aclose", "release", "shutdown", "terminate", "kill", "cleanup", "disconnect", "quit", "stop", "join"}
)
_HARMLESS_METHODS = frozenset(
    "append lower upper strip lstrip rstrip startswith endswith items keys values settimeout setblocking gettimeout "
    "setDaemon cursor isoformat is_set isdigit isalpha isalnum group groups groupdict".split()
)
_LOGS = frozenset("debug info warning warn error exception critical log trace verbose".split())
_HARMLESS_FUNCTIONS = frozenset(
    "len str repr bool super range enumerate zip reversed isinstance issubclass hasattr "
    "callable id type getattr os.path.join os.path.basename os.path.dirname os.path.splitext os.path.exists "
    "os.path.isfile os.path.isdir os.getpid time.time time.monotonic time.perf_counter datetime.now "
    "datetime.datetime.now os.umask os.getuid os.geteuid os.environ.copy Path pathlib.Path PurePath pathlib.PurePath "
    "csv.writer csv.reader csv.DictWriter csv.DictReader cast typing.cast".split()
)
_COLLECTIONS = frozenset({"dict", "list", "set", "tuple", "frozenset"})
# Methods of texts and mappings: they fail on values that the program does not have.
_UNLIKELY_METHODS = frozenset(
    "get encode decode format join split rsplit splitlines partition replace copy pop setdefault index find count "
    "update extend fileno setsockopt tell".split()
)
