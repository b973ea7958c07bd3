"""A safe fix of missing-cleanup does what the code did, and nothing is left open; shapes are run before and after."""

from __future__ import annotations

import textwrap

import pytest
from behaviour import Behaviour, behaviour

from prodlint import fix_source

# What the shapes open is told when it is closed; `open` itself stays the builtin that the rule knows.
TRACKING = """
import asyncio, csv, io, json, os, shutil, socket, sqlite3, tempfile, threading, weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

folder = tempfile.mkdtemp()
path = os.path.join(folder, "text")
other = os.path.join(folder, "other")
LOCK = threading.Lock()
with open(path, "w") as written:
    written.write('["a", "b"]')
with open(other, "w") as written:
    written.write("1,2")
opened = []
_open = io.open

def tracked(*given, **named):
    file = _open(*given, **named)
    opened.append(weakref.ref(file))  # the interpreter is to close what nobody holds
    return file

io.open = tracked

def still_open():
    return sum(file() is not None and not file().closed for file in opened), LOCK.locked()

def fails(*given):
    raise ValueError("fails")

def run():
    try:
        result = shape()
        return list(result) if hasattr(result, "__next__") else result
    finally:
        events.append(("open in the end", still_open()))
        io.open = _open
        shutil.rmtree(folder)
"""

# Each with `io.open`, which is the same function as `open` and can be replaced.
SHAPES = {
    "read": "f = io.open(path)\ntext = json.load(f)\nf.close()\nreturn text, still_open()",
    "comments": "f = io.open(path)  # a\n# b\ntext = json.load(f)\n# c\nf.close()  # d\nreturn text, still_open()",
    "used after": "f = io.open(path)\ntext = json.load(f)\nf.close()\nreturn text, f.closed, f.name == path",
    "written": "f = io.open(other, 'w')\nf.write(json.dumps(1))\nf.close()\nreturn still_open()",
    "written and read back": (
        'f = io.open(other, "w")\nprint("x", file=f)\nwork = json.dumps([1])\nf.close()\n'
        "with io.open(other) as g:\n    return g.read(), work"
    ),
    "loop": "f = io.open(path)\nn = 0\nfor line in f:\n    n += len(line)\nf.close()\nreturn n, still_open()",
    "many": (
        "found = []\nfor p in (path, other):\n    f = io.open(p)\n    found.append(f.read())\n    f.close()\n"
        "    events.append(still_open())\nreturn found"
    ),
    "two": (
        "f = io.open(path)\ng = io.open(other)\ntext = f.read() + g.read()\nf.close()\ng.close()\n"
        "return text, still_open()"
    ),
    "two nested": (
        "f = io.open(path)\ng = io.open(other)\ntext = f.read() + g.read()\ng.close()\nf.close()\n"
        "return text, still_open()"
    ),
    "twice": (
        "f = io.open(path)\na = f.read()\nf.close()\nf = io.open(other)\nb = f.read()\nf.close()\n"
        "return a, b, still_open()"
    ),
    "guarded": "f = io.open(path)\nn = int('3')\ntry:\n    return f.read(n)\nfinally:\n    f.close()",
    "guarded with a handler": (
        "f = io.open(path)\nn = int('3')\ntry:\n    fails()\nexcept ValueError as error:\n"
        "    return str(error), f.read(n)\n"
        "finally:\n    f.close()"
    ),
    "guarded and not caught": (
        "f = io.open(path)\nn = int('3')\ntry:\n    fails(n)\nexcept KeyError:\n    return 1\nfinally:\n    f.close()"
    ),
    "guarded with else": (
        "f = io.open(path)\nn = int('3')\ntry:\n    text = f.read(n)\nexcept KeyError:\n    return 1\n"
        "else:\n    events.append(still_open())\nfinally:\n    f.close()\nreturn text, still_open()"
    ),
    "no such file": "f = io.open(path + 'x')\ntext = f.read()\nf.close()\nreturn text",
    "in try": (
        "try:\n    f = io.open(path)\n    text = json.load(f)\n    f.close()\nexcept OSError:\n    text = ''\n"
        "return text, still_open()"
    ),
    "in elif": (
        "if not path:\n    return 1\nelif path:\n    f = io.open(path)\n    text = f.read()\n    f.close()\n"
        "else:\n    return 2\nreturn text, still_open()"
    ),
    "in a match": (
        "match 1:\n    case 1:\n        f = io.open(path)\n        text = f.read()\n        f.close()\n"
        "return text, still_open()"
    ),
    "in finally": (
        "try:\n    int('1')\nfinally:\n    f = io.open(path)\n    text = json.load(f)\n    f.close()\n"
        "return text, still_open()"
    ),
    "in a handler": (
        "try:\n    fails()\nexcept ValueError:\n    f = io.open(path)\n    text = json.load(f)\n    f.close()\n"
        "return text, still_open()"
    ),
    "generator": "f = io.open(path)\nfor line in f:\n    yield line\nf.close()\nyield still_open()",
    "several lines": (
        'f = io.open(\n    path,\n    encoding="utf-8",\n)\ntext = """a\n  b\n""" + f.read()\nf.close()\n'
        'return text, still_open()'
    ),
    "archive": (
        "import tarfile\nt = tarfile.open(other, 'w')\nt.add(path, 'p')\nt.close()\n"
        "with tarfile.open(other) as r:\n    return r.getnames()"
    ),
    "inline": "return json.load(io.open(path))",
    "inline assigned": "text = io.open(path).read().strip()\nreturn text, still_open()",
    "inline written": "io.open(other, 'w').write('12')\nwith io.open(other) as g:\n    return g.read()",
    "inline loop": "n = []\nfor line in io.open(path):\n    n.append(line)\nreturn n, still_open()",
    "inline loop left": "for line in io.open(path):\n    break\nelse:\n    return 1\nreturn line, still_open()",
    "inline comprehension": "x = [len(line) for line in io.open(path)]\nreturn x, still_open()",
    "inline failing": (
        "try:\n    x = int(io.open(path).read())\nexcept ValueError as error:\n    x = str(error)\n"
        "return x"
    ),
    "inline missing": "return io.open(path + 'x').read()",
    "lock": "LOCK.acquire()\nn = int('3')\nLOCK.release()\nreturn n, LOCK.locked()",
    "lock around a loop": (
        "n = 0\nwhile n < 3:\n    LOCK.acquire()\n    n = int(n) + int('1')\n    LOCK.release()\n"
        "    events.append(LOCK.locked())\nreturn n"
    ),
    "database": (
        "c = sqlite3.connect(other + 'db')\nc.execute('CREATE TABLE t (x)')\nc.execute('INSERT INTO t VALUES (1)')\n"
        "c.close()\nd = sqlite3.connect(other + 'db')\nn = d.execute('SELECT count(*) FROM t').fetchall()\nd.close()\n"
        "return n"
    ),
    "database committed": (
        "c = sqlite3.connect(other + 'db')\nc.execute('CREATE TABLE t (x)')\nc.execute('INSERT INTO t VALUES (1)')\n"
        "c.commit()\nc.close()\nd = sqlite3.connect(other + 'db')\n"
        "n = d.execute('SELECT count(*) FROM t').fetchall()\nd.close()\nreturn n"
    ),
    "directory": (
        "d = tempfile.TemporaryDirectory()\nfound = os.listdir(d.name)\nd.cleanup()\n"
        "return found, os.path.exists(d.name)"
    ),
    "executor": "p = ThreadPoolExecutor(1)\nx = list(p.map(str, [1, 2]))\np.shutdown()\nreturn x",
    "sockets": (
        "s = socket.create_server(('127.0.0.1', 0))\nc = socket.create_connection(s.getsockname())\n"
        "a, address = s.accept()\na.sendall(b'hello')\na.close()\ntext = c.recv(9)\nc.close()\ns.close()\n"
        "return text, s.fileno(), c.fileno(), a.fileno()"
    ),
}  # fmt: skip

# What raises while the thing is open: that it stays open is what the rule reports, all else is to be as it was.
FAILING = {
    "file": "f = io.open(path)\nx = fails(f)\nf.close()\nreturn x",
    "file in try": (
        "try:\n    f = io.open(path)\n    x = fails(f)\n    f.close()\nexcept ValueError as e:\n"
        "    x = str(e)\nreturn x"
    ),
    "guarded late": "f = io.open(path)\nfails()\ntry:\n    return f.read()\nfinally:\n    f.close()",
    "lock": "LOCK.acquire()\nfails()\nLOCK.release()",
    "early return": "f = io.open(path)\nif path:\n    return 3\nf.close()",
    "closed generator": "f = io.open(path)\nfor line in f:\n    raise KeyError(line)\nf.close()",
    "interrupted": "f = io.open(path)\nx = json.load(f)\nraise KeyboardInterrupt\nf.close()",
}  # fmt: skip


def module(shape: str) -> str:
    """A module whose function `shape` has these lines."""
    return TRACKING + "\ndef shape():\n" + _indented(shape)


def _indented(shape: str) -> str:
    lines, is_in_text = [], False
    for line in shape.split("\n"):
        lines.append(line if is_in_text else textwrap.indent(line, "    "))
        is_in_text ^= line.count('"""') % 2 == 1
    return "\n".join(lines) + "\n"


def fixed(code: str) -> str:
    """The code after the safe fixes of the rule."""
    result = fix_source(code, config={"select": ["missing-cleanup"]})
    assert not result.problems
    assert result.fixed, "nothing was fixed"
    again = fix_source(result.data, config={"select": ["missing-cleanup"]})
    assert again.data == result.data
    return result.data.decode()


def in_the_end(done: Behaviour) -> str:
    """What `run` told of the things that are open when it is over."""
    return str(done.events[-1])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_safe_fix_keeps_what_the_code_does(shape: str) -> None:
    """Results, output, exceptions and what is open at every point that the shape looks at."""
    code = module(shape)
    before, after = behaviour(code), behaviour(fixed(code))
    assert after == before
    assert in_the_end(after) == "('open in the end', (0, False))"


@pytest.mark.parametrize("shape", FAILING.values(), ids=FAILING)
def test_a_safe_fix_closes_what_an_error_left_open(shape: str) -> None:
    """The one difference is the one that was asked for."""
    code = module(shape)
    before, after = behaviour(code), behaviour(fixed(code))
    assert after._replace(events=()) == before._replace(events=())
    assert after.events[:-1] == before.events[:-1]
    assert in_the_end(after) == "('open in the end', (0, False))"


NOT_SAFE = {
    "goes elsewhere": "f = io.open(path)\nif path:\n    return csv.reader(f)\nf.close()",
    "lazy": "f = io.open(path)\nif path:\n    return (line for line in f)\nf.close()",
    "kept": "f = io.open(path)\nevents.append(f)\nfails()\nf.close()",
    "rebound": "f = io.open(path)\nx = f.read()\nf = io.StringIO(x)\nfails()\nf.close()",
    "released twice": "LOCK.acquire()\nif not path:\n    LOCK.release()\n    return 1\nfails()\nLOCK.release()",
    "asked how": "LOCK.acquire(False)\nfails()\nLOCK.release()",
    "used in the handler": (
        "try:\n    f = io.open(path)\n    fails()\n    f.close()\nexcept ValueError:\n"
        "    return f.read()"
    ),
    "truncated": "f = io.open(other, 'w')\nfails()",
    "not first": "return max(fails(), io.open(path).read())",
    "only on one way": "x = path and io.open(path).read()\nreturn x",
    "in a lambda": "return (lambda: io.open(path).read())()",
    "by number": "fd = os.open(path, os.O_RDONLY)\nfails()\nos.close(fd)",
    "two on a line": "f = io.open(path); g = io.open(other)\nfails()\nf.close(); g.close()",
    "left and used": (
        "for p in (path, other):\n    f = io.open(p)\n    if fails:\n        break\n    f.close()\n"
        "return f.read()"
    ),
    "left and released": (
        "for n in (1, 2):\n    LOCK.acquire()\n    if int('1'):\n        break\n    LOCK.release()\nfails()\n"
        "LOCK.release()"
    ),
    "left and lazy": (
        "for p in (path, other):\n    f = io.open(p)\n    r = csv.reader(f)\n    if fails:\n        break\n"
        "    f.close()\n"
        "return list(r)"
    ),
    "deleted": "f = io.open(path)\nfails()\ndel f",
}  # fmt: skip


@pytest.mark.parametrize("shape", NOT_SAFE.values(), ids=NOT_SAFE)
def test_what_is_doubtful_is_left_alone(shape: str) -> None:
    """A `with` block would close too early, too often, or something else."""
    code = module(shape)
    result = fix_source(code, config={"select": ["missing-cleanup"]})
    assert not result.problems
    assert result.data.decode() == code
