"""What has to be released: the functions that acquire it, by dotted name, and how it is let go.

Data for missing-cleanup. Dotted names are those of `prodlint.facts.names`: a method of what a function returned is
written ``socket.socket().accept``.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Resource(NamedTuple):
    """A kind of thing that has to be released.

    ``releases`` are its methods that do, ``with_releases`` is false where ``with`` does something else, ``element`` is
    its place in the tuple that its functions return, ``errors`` are what operations on it raise. ``is_number``: a file
    descriptor; ``only_never``: only one that no path releases is a fault. ``verb`` completes "is not …".
    """

    names: frozenset[str]
    releases: frozenset[str]
    with_releases: bool = True
    element: int | None = None
    errors: frozenset[str] = frozenset()
    is_number: bool = False
    only_never: bool = False
    verb: str = "closed"


OS_ERRORS = frozenset(
    {"builtins.OSError", "builtins.IOError", "builtins.EnvironmentError", "socket.error", "select.error"}
)
CLOSE = frozenset({"close", "aclose"})


def _under(modules: str, names: str) -> frozenset[str]:
    return frozenset(f"{module}.{name}" for module in modules.split() for name in names.split())


# Whose `with` closes the connection, and whose ends a transaction only.
_CLOSING_DRIVERS = (
    "psycopg pymysql MySQLdb mysql.connector cx_Oracle oracledb asyncpg aiosqlite aiomysql duckdb pymssql"
)
_OTHER_DRIVERS = "sqlite3 sqlite3.dbapi2 psycopg2 pyodbc pysqlite2.dbapi2 fdb ibm_db_dbi snowflake.connector"
_PATHS = "pathlib.Path() pathlib.PosixPath() pathlib.WindowsPath()"
_POOLS = "multiprocessing multiprocessing.pool multiprocessing.dummy multiprocessing.get_context()"

FILES = Resource(
    names=frozenset({"builtins.open", "os.fdopen", "os.popen", "aiofiles.open", "anyio.open_file", "io.FileIO"})
    | _under("io gzip bz2 lzma codecs tarfile shelve dbm dbm.gnu dbm.ndbm dbm.dumb wave", "open")
    | _under("tarfile.TarFile", "open gzopen bz2open xzopen taropen")
    | frozenset({"gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile", "tarfile.TarFile", "zipfile.ZipFile"})
    | _under(_PATHS, "open")
    | _under("tempfile", "TemporaryFile NamedTemporaryFile SpooledTemporaryFile"),
    releases=CLOSE,
    errors=OS_ERRORS,
)
PATHS = frozenset(_PATHS.split()) | {"pathlib.Path.cwd()", "pathlib.Path.home()"}
PATH_MEMBERS = frozenset(
    "parent absolute resolve expanduser joinpath with_name with_stem with_suffix relative_to readlink rename".split()
)
PATH_ITERATORS = frozenset({"iterdir", "glob", "rglob"})
ARCHIVES = frozenset({"ZipFile", "TarFile", "GzipFile", "BZ2File", "LZMAFile", "open"})
IN_MEMORY = frozenset({"io.BytesIO()", "io.StringIO()"})
DIRECTORIES = Resource(_under("tempfile", "TemporaryDirectory"), frozenset({"cleanup"}), verb="cleaned up")
DESCRIPTORS = Resource(frozenset({"os.open"}), CLOSE, is_number=True, errors=OS_ERRORS)
TEMPORARY_DESCRIPTORS = Resource(frozenset({"tempfile.mkstemp"}), CLOSE, element=0, is_number=True, errors=OS_ERRORS)
SOCKETS = Resource(_under("socket", "socket create_connection create_server fromfd"), CLOSE, errors=OS_ERRORS)
ACCEPTED = Resource(_under("socket.socket() socket.create_server()", "accept"), CLOSE, element=0, errors=OS_ERRORS)
RESPONSES = Resource(
    frozenset({"urllib.request.urlopen", "urllib2.urlopen"}),
    CLOSE,
    errors=OS_ERRORS | {"urllib.error.URLError", "urllib.error.HTTPError"},
)
CONNECTIONS = Resource(_under(_CLOSING_DRIVERS, "connect"), CLOSE | {"terminate"})
TRANSACTIONS = Resource(_under(_OTHER_DRIVERS, "connect"), CLOSE, with_releases=False)
PROCESSES = Resource(
    frozenset({"subprocess.Popen"}),
    frozenset({"communicate", "wait", "poll", "terminate", "kill", "send_signal"}),
    only_never=True,
    verb="waited for",
)
EXECUTORS = Resource(
    _under("concurrent.futures concurrent.futures.thread concurrent.futures.process", "ThreadPoolExecutor")
    | _under("concurrent.futures concurrent.futures.process", "ProcessPoolExecutor"),
    frozenset({"shutdown"}),
    verb="shut down",
)
POOLS = Resource(_under(_POOLS, "Pool ThreadPool"), frozenset({"close", "terminate"}))
SESSIONS = Resource(frozenset({"aiohttp.ClientSession"}), CLOSE)
MAILERS = Resource(
    _under("smtplib", "SMTP SMTP_SSL LMTP") | _under("ftplib", "FTP FTP_TLS") | _under("poplib", "POP3 POP3_SSL"),
    CLOSE | {"quit"},
    errors=OS_ERRORS | {"smtplib.SMTPException", "poplib.error_proto"},
)
MAILBOXES = Resource(
    _under("imaplib", "IMAP4 IMAP4_SSL IMAP4_stream"), frozenset({"logout", "shutdown"}), errors=OS_ERRORS
)
STREAMS = Resource(
    _under("asyncio asyncio.streams", "open_connection open_unix_connection"), CLOSE, element=1, errors=OS_ERRORS
)
MAPS = Resource(frozenset({"mmap.mmap"}), CLOSE, errors=OS_ERRORS)
LOCKS = Resource(
    frozenset(
        f"{module}.{kind}().acquire"
        for module in ("threading", "multiprocessing", "asyncio", "anyio", "trio", "_thread")
        for kind in ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "allocate_lock")
    ),
    frozenset({"release"}),
    with_releases=False,
    verb="released",
)
OWN = Resource(frozenset(), CLOSE | {"release", "shutdown", "disconnect", "cleanup", "quit", "stop", "terminate"})
"""What the option `acquires` names."""

RESOURCES = {
    name: resource
    for resource in (
        FILES, DIRECTORIES, DESCRIPTORS, TEMPORARY_DESCRIPTORS, SOCKETS, ACCEPTED, RESPONSES, CONNECTIONS, TRANSACTIONS,
        PROCESSES, EXECUTORS, POOLS, SESSIONS, MAILERS, MAILBOXES, STREAMS, MAPS,
    )
    for name in resource.names
}  # fmt: skip
"""The resource that each acquiring function makes."""

ACQUIRING_NAMES = tuple(sorted({name.rpartition(".")[2] for name in (*RESOURCES, *LOCKS.names)}))

RELEASERS = frozenset({"os.close", "os.closerange", "socket.close"})
"""Functions that release what they are given."""

KEEPERS = frozenset(
    {
        "contextlib.closing", "contextlib.aclosing", "atexit.register", "weakref.finalize", "functools.partial",
        "builtins.setattr", "builtins.super().__init__", "logging.StreamHandler", "logging.basicConfig",
        "faulthandler.enable", "asyncio.start_server", "asyncio.open_connection", "types.SimpleNamespace",
        "argparse.Namespace", "builtins.dict", "builtins.memoryview", "os.dup2",
    }
).union(FILES.names, SOCKETS.names)  # fmt: skip
"""Functions of the standard library that see to the release of what they are given, or keep it.

Those that make a resource of it, as ``os.fdopen`` does, are followed for that resource. ``os.dup2`` puts a standard
stream in another place for the rest of the process, as Python's page on SIGPIPE shows.
"""

KEEPING_METHODS = frozenset(
    {
        "append", "appendleft", "add", "insert", "extend", "put", "put_nowait", "push", "update", "setdefault", "set",
        "register", "enter_context", "enter_async_context", "push_async_exit", "callback", "push_async_callback",
        "addCleanup", "addAsyncCleanup", "addfinalizer", "enterContext", "call_on_close", "set_result", "submit",
        "create_server", "create_datagram_endpoint", "connect_accepted_socket", "make_response", "start_soon",
    }
)  # fmt: skip
"""Methods, of whatever object, that keep what they are given."""

WRAPPERS = (
    _under("io", "TextIOWrapper BufferedReader BufferedWriter BufferedRandom BufferedRWPair")
    | _under("codecs", "getreader() getwriter() StreamReader StreamWriter StreamReaderWriter EncodedFile StreamRecoder")
    | _under("mailbox", "UnixMailbox PortableUnixMailbox MmdfMailbox MHMailbox BabylMailbox")
    | frozenset({"typing.cast", "typing_extensions.cast"})
    | _under("ssl", "wrap_socket SSLContext().wrap_socket create_default_context().wrap_socket")
)
"""Functions whose result closes, as far as anybody does, what they were given."""

WRAPPING_METHODS = frozenset({"wrap_socket", "start_tls"})


BORROWERS = frozenset(
    "yaml ruamel toml tomli tomlkit simplejson ujson orjson rapidjson msgpack numpy pandas requests httpx torch joblib "
    "dill cloudpickle lxml bs4 markdown chardet unicodecsv configobj docutils polars pyarrow boto3 botocore".split()
)
"""Packages whose functions, as those of the standard library, read or write what they are given and leave it open."""

MAKERS = ("from_", "make_", "create_", "build_", "new_", "wrap_", "register_", "add_", "set_", "attach_")
"""How functions are called that keep what they are given in what they make."""


def acquired(names: Iterable[str], own: tuple[str, ...]) -> Resource | None:
    """The resource that a function known by these dotted names makes, if it can be nothing else."""
    found = None
    for name in sorted(names):
        found = RESOURCES.get(name) or (OWN if name in own else None)
        if found is None and name != "None":
            return None
    return found
