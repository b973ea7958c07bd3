"""Which `with` block releases what a call acquired, and whether it does just what the code did."""

from __future__ import annotations

from prodlint.facts.derivation import Eager
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules import _resources as known

if TYPE_CHECKING:
    from prodlint.facts import CallFacts, SiteFacts
    from prodlint.facts.custody import Terms
    from prodlint.facts.extents import Extent
    from prodlint_rules._resources import Resource


class WithBlock(NamedTuple):
    """The `with` block for an acquisition.

    ``manner`` is ``with`` (the call's result), ``async`` (likewise, by `async with`; ``awaits`` keeps the `await`),
    ``closing`` (the result in `contextlib.closing`) or ``held`` (the assignment stays, and the name is entered).
    ``is_exact`` says that the program does the same on every way that released before.
    """

    manner: str
    extent: Extent
    is_exact: bool
    awaits: bool = False
    words: tuple[str, ...] = ()


class _Leaving(NamedTuple):
    """What a `with` of some manner does on leaving: the methods it equals, and those that it more or less equals."""

    manner: str
    equals: frozenset[str]
    resembles: frozenset[str] = frozenset()


_CLOSE = frozenset({"close"})
_NONE: frozenset[str] = frozenset()
_CLOSING = _Leaving("closing", _CLOSE)
_AWAITED = frozenset({"aiofiles.open", "anyio.open_file", "aiosqlite.connect"})
_NO_WITH = frozenset({"asyncpg.connect", "aiomysql.connect"})
# The `with` of a pool terminates it, of IMAP and FTP sessions it passes over what goes wrong at the farewell.
_LEAVING: tuple[tuple[Resource, _Leaving], ...] = (
    (known.FILES, _Leaving("with", _CLOSE)),
    (known.DIRECTORIES, _Leaving("held", frozenset({"cleanup"}))),
    (known.SOCKETS, _Leaving("with", _CLOSE)),
    (known.ACCEPTED, _Leaving("with", _CLOSE)),
    (known.RESPONSES, _Leaving("with", _CLOSE)),
    (known.MAPS, _Leaving("with", _CLOSE)),
    (known.CONNECTIONS, _CLOSING),
    (known.TRANSACTIONS, _CLOSING),
    (known.PROCESSES, _Leaving("with", _NONE)),
    (known.EXECUTORS, _Leaving("with", frozenset({"shutdown"}))),
    (known.POOLS, _CLOSING),
    (known.SESSIONS, _Leaving("async", _CLOSE)),
    (known.MAILERS, _Leaving("with", _NONE, frozenset({"quit"}))),
    (known.MAILBOXES, _Leaving("with", _NONE, frozenset({"logout"}))),
    (known.LOCKS, _Leaving("held", frozenset({"release"}))),
)
# A second release of these does nothing.
_REPEATABLE = (known.FILES, known.DIRECTORIES, known.SOCKETS, known.ACCEPTED, known.RESPONSES, known.MAPS,
               known.SESSIONS, known.EXECUTORS)  # fmt: skip
_WORDS = {
    known.FILES: ("file", "opened", "opened_file", "stream", "handle"),
    known.RESPONSES: ("response", "opened", "opened_url", "reply"),
    known.TRANSACTIONS: ("connection", "opened_connection", "database"),
    known.CONNECTIONS: ("connection", "opened_connection", "database"),
}

_FUNCTIONS = frozenset(
    "json.load json.dump pickle.load pickle.dump marshal.load marshal.dump tomllib.load plistlib.load plistlib.dump "
    "yaml.load yaml.safe_load yaml.dump yaml.safe_dump toml.load tomli.load shutil.copyfileobj hashlib.file_digest "
    "ast.literal_eval copy.deepcopy os.fstat".split()
).union(
    f"builtins.{name}"
    for name in "list tuple set frozenset dict sorted sum min max any all len str int float bytes bytearray repr print "
    "bool isinstance type hasattr id".split()
)
_METHODS = frozenset(
    "read readline readlines readinto write writelines tell seek truncate fileno isatty getvalue flush close "
    "recv recvfrom recv_into send sendall sendto getsockname getpeername fetchone fetchall fetchmany commit rollback "
    "poll wait communicate namelist infolist getnames getmembers getinfo testzip extract extractall writestr add "
    "info getcode geturl getheader getheaders decode encode strip splitlines split join format".split()
)
_ATTRIBUTES = frozenset(
    "name mode closed encoding newlines status code reason headers msg url returncode pid lastrowid rowcount".split()
)
_OPENINGS = frozenset(
    "load loads parse read readlines decode dump dumps write save copy count is has hash md5 sha256 checksum".split()
)


def with_block(call: CallFacts, resource: Resource, terms: Terms) -> WithBlock | None:
    """The `with` block that can take the place of an acquisition and the release; None where there is none."""
    names = call.names
    leaving = next((leaving for one, leaving in _LEAVING if one is resource), None)
    if leaving is None and resource is known.OWN:
        leaving = _CLOSING
    if leaving is None or names & _NO_WITH:
        return None
    is_temporary = any(name.startswith("tempfile.") for name in names)
    keeps = call.keyword("delete")
    attributes = _ATTRIBUTES - {"name"} if is_temporary and (keeps is None or keeps.text != "False") else _ATTRIBUTES
    extent = call.extent(
        terms,
        Eager(_FUNCTIONS, _METHODS, attributes, _OPENINGS),
        may_repeat=any(one is resource for one in _REPEATABLE) or "sqlite3.connect" in names,
        is_receiver=resource is known.LOCKS,
    )
    if extent is None:
        return None
    found = _in_manner(call, leaving, extent, is_own=resource is known.OWN)
    return found and found._replace(words=_WORDS.get(resource, ()))


def closing_of(facts: SiteFacts) -> tuple[str, str] | None:
    """How `contextlib.closing` is called at a place, and the import for that; None where no name is left for it."""
    if facts.meaning("closing") == {"contextlib.closing"} or facts.is_free("closing"):
        return "closing", "from contextlib import closing"
    if facts.meaning("contextlib") == {"contextlib"} or facts.is_free("contextlib"):
        return "contextlib.closing", "import contextlib"
    return None


def free_word(facts: SiteFacts, block: WithBlock) -> str | None:
    """A name for a value that has none; None where all that fit are taken."""
    return next((word for word in block.words if facts.is_free(word)), None)


def _in_manner(call: CallFacts, leaving: _Leaving, extent: Extent, *, is_own: bool) -> WithBlock | None:
    manner, names = leaving.manner, call.names
    if extent.shape == "entered":
        return WithBlock(manner, extent, False) if manner == "closing" and not extent.is_awaited else None
    is_exact = extent.is_same
    if extent.release:
        if extent.method in leaving.resembles:
            is_exact = False
        elif extent.method not in leaving.equals:
            return _by_other_method(names, extent)
    elif is_own:
        return None
    awaits = False
    if manner == "held":
        is_async = extent.is_awaited
        is_exact = is_exact and all(name in known.LOCKS.names or name in known.DIRECTORIES.names for name in names)
        return None if is_async and not call.is_in_coroutine else WithBlock(manner, extent, is_exact, is_async)
    if manner == "async" or (extent.is_awaited and names <= _AWAITED):
        if not call.is_in_coroutine or (extent.release and not extent.is_release_awaited):
            return None
        manner, awaits = "async", "anyio.open_file" in names
    elif extent.is_awaited or extent.is_release_awaited:
        return None
    if manner == "with" and not extent.is_plain:
        manner = "held"
    if not extent.is_plain and manner != "held":
        return None
    if extent.shape == "inline":
        if manner not in ("with", "closing"):
            return None
        is_exact = is_exact and manner == "with" and call.is_in_function
    return WithBlock(manner, extent, is_exact, awaits)


def _by_other_method(names: frozenset[str], extent: Extent) -> WithBlock | None:
    """`closing` for what has another farewell than its `with`."""
    if extent.method != "close" or extent.is_awaited or extent.is_release_awaited or not extent.is_plain:
        return None
    return WithBlock("closing", extent, extent.is_same) if names <= known.MAILERS.names else None
