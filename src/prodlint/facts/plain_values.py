"""What gives values of Python's own unchangeable types, by name: they are shown the same at any time, in any way.

The exact types are `str`, `int`, `float`, `bool`, None, and those of dates, UUIDs and paths, whose classes show
themselves by `str` whatever asks for it.
"""

from __future__ import annotations

import re

MADE_PLAIN = frozenset(
    {
        *(f"builtins.{name}" for name in "str repr ascii len int float bool hash id ord chr hex oct bin".split()),
        *(f"builtins.{name}" for name in "isinstance issubclass callable hasattr input format".split()),
        *(f"time.{name}" for name in "time monotonic perf_counter process_time time_ns monotonic_ns ctime".split()),
        *(f"time.{name}" for name in "perf_counter_ns process_time_ns strftime asctime".split()),
        *(f"os.path.{name}" for name in "exists lexists isfile isdir islink isabs ismount getsize getmtime".split()),
        *("os.getpid", "os.getppid", "os.getcwd", "os.cpu_count", "os.getenv", "os.environ.get", "os.getuid"),
        *("traceback.format_exc", "socket.gethostname", "platform.python_version", "platform.system", "platform.node"),
        *("platform.machine", "platform.release", "platform.platform"),
        *("threading.get_ident", "threading.active_count", "sys.getsizeof", "json.dumps", "random.random"),
        *("uuid.uuid1", "uuid.uuid4", "secrets.token_hex", "secrets.token_urlsafe"),
        *("datetime.datetime.utcnow", "datetime.date.today"),
        *("pathlib.Path", "pathlib.PurePath", "pathlib.Path.cwd", "pathlib.Path.home"),
        *(f"hashlib.{name}().hexdigest" for name in "md5 sha1 sha224 sha256 sha384 sha512 blake2b blake2s new".split()),
    }
)  # fmt: skip
"""Functions whose result is plain whatever they are given."""

MADE_OF = frozenset(
    {
        *(f"os.path.{name}" for name in "join basename dirname abspath normpath realpath normcase relpath".split()),
        *("os.path.expanduser", "os.path.expandvars", "os.fspath", "urllib.parse.quote", "urllib.parse.unquote"),
        "datetime.datetime.now",
        *(f"builtins.{name}" for name in "min max abs round pow".split()),
        *("math.floor", "math.ceil", "math.sqrt", "math.log"),
    }
)
"""Functions whose result is plain if all that they are given is."""

WITH_DEFAULT = frozenset({"os.getenv", "os.environ.get"})
"""Functions whose result may be what they are given behind the first argument."""

PLAIN_NAMES = frozenset(
    {
        "datetime.timezone.utc",
        "datetime.UTC",
        "sys.platform",
        "sys.executable",
        "sys.version",
        "os.name",
        "os.sep",
        "os.linesep",
    }
)
"""Names of the standard library that stand for plain values."""

METHODS = frozenset(
    "capitalize casefold center count endswith expandtabs find format format_map index isalnum isalpha isascii "
    "isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip "
    "removeprefix removesuffix replace rfind rindex rjust rstrip startswith strip swapcase title translate upper zfill "
    "bit_length is_integer isoformat strftime timestamp total_seconds "
    "absolute as_posix as_uri exists expanduser is_dir is_file read_text relative_to resolve with_name "
    "with_suffix".split()
)
"""Methods of plain values that give plain ones."""

ATTRIBUTES = frozenset("name stem suffix parent anchor drive hex year month day hour minute second days".split())
"""Attributes of plain values that are plain."""

PARTS = frozenset("split rsplit splitlines partition rpartition".split())
"""Methods of texts that give sequences of them."""

SEQUENCES = frozenset(f"builtins.{name}" for name in "sorted list tuple set frozenset reversed".split())
"""Functions whose result has the elements of their first argument."""

ELEMENTS_OF = frozenset({"os.path.split", "os.path.splitext", "os.path.splitdrive", "glob.glob", "glob.iglob"})
"""Functions whose result has plain elements if all that they are given is plain."""

MODULE_TEXTS = frozenset({"__name__", "__file__", "__qualname__"})
"""Names that every module has."""

SPECIFICATION = re.compile(r"\{[^{}]*:")
"""A field of a text for `str.format` that has a specification."""
