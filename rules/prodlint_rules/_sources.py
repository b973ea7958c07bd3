"""What brings outside input in, and what makes a value harmless: tables, and what they say of an origin.

Names are dotted names as facts give them. A table's entry stands for itself and for all that is taken from it.
"""

from __future__ import annotations

import re

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodlint.facts import Origin

SOURCES: dict[str, str] = {
    **dict.fromkeys(
        (
            "flask.request",
            "quart.request",
            "bottle.request",
            "sanic.request",
            "flask.globals.request",
            "django.http.HttpRequest()",
            "django.http.request.HttpRequest()",
            "django.core.handlers.wsgi.WSGIRequest()",
            "rest_framework.request.Request()",
            "starlette.requests.Request()",
            "fastapi.Request()",
            "fastapi.requests.Request()",
            "aiohttp.web.Request()",
            "aiohttp.web_request.Request()",
            "sanic.Request()",
            "sanic.request.Request()",
            "tornado.httputil.HTTPServerRequest()",
            "werkzeug.wrappers.Request()",
            "falcon.Request()",
            "pyramid.request.Request()",
            "cgi.FieldStorage()",
            "webob.Request()",
        ),
        "a request",
    ),
    "sys.argv": "the command line",
    "argparse.ArgumentParser().parse_args()": "the command line",
    "argparse.ArgumentParser().parse_known_args()": "the command line",
    "optparse.OptionParser().parse_args()": "the command line",
    "docopt.docopt()": "the command line",
    "getopt.getopt()": "the command line",
    "builtins.input()": "a person at the terminal",
    "click.prompt()": "a person at the terminal",
    "getpass.getpass()": "a person at the terminal",
    "sys.stdin": "standard input",
    "fileinput.input()": "standard input",
    "os.environ": "the environment",
    "os.environb": "the environment",
    "os.getenv()": "the environment",
    "socket.socket().recv()": "a socket",
    "socket.socket().recvfrom()": "a socket",
    "websockets.connect().recv()": "a socket",
    "requests.get()": "another service's answer",
    "requests.post()": "another service's answer",
    "httpx.get()": "another service's answer",
    "urllib.request.urlopen()": "another service's answer",
}
"""What brings input in, with the words for it."""

_REQUEST_NAMES = frozenset({"request", "req", "http_request"})
_REQUEST_PARTS = frozenset(
    "GET POST FILES COOKIES META body query_params path_params data args form values json cookies headers get_json "
    "get_data query match_info rel_url query_string params forms matchdict json_body get_argument get_arguments "
    "get_query_argument get_body_argument get_cookie url path_info FORM session user stream raw_args".split()
)
_HANDLER_TRAILS = (
    ".request.", ".get_argument()", ".get_query_argument()", ".get_body_argument()", ".get_arguments()",
    ".path_kwargs", ".kwargs[",
)  # fmt: skip
_ROUTE_METHODS = frozenset("route get post put patch delete head options websocket api_route".split())
_ROUTERS = frozenset("app router api blueprint bp application web routes blp server".split())
_COMMAND_DECORATORS = frozenset({"click.argument()", "click.option()", "typer.Typer().command()", "click.command()"})

HARMLESS_TYPES = frozenset(
    "uuid.UUID datetime.date datetime.datetime datetime.time datetime.timedelta decimal.Decimal ipaddress.IPv4Address "
    "ipaddress.IPv6Address builtins.int builtins.float builtins.bool".split()
)
"""Types whose values have a text without quotes, spaces in a row or comments."""
_HARMLESS_CALLS = frozenset(
    "uuid.uuid4() uuid.uuid1() uuid.UUID() time.time() time.monotonic() time.perf_counter() time.strftime() "
    "os.getpid() "
    "datetime.datetime.now() datetime.datetime.utcnow() datetime.date.today() datetime.datetime.today() "
    "datetime.datetime() datetime.date() datetime.timedelta() decimal.Decimal() random.randint() random.random() "
    "secrets.token_hex() secrets.randbelow() random.randrange() threading.get_ident() "
    "django.utils.timezone.now()".split()
)
_HARMLESS_METHODS = frozenset(
    "hexdigest isoformat strftime timestamp total_seconds fileno toordinal getquoted bit_length getrandbits "
    "rowcount".split()
)
# Kept as text: `re` compiles it when it is first used and remembers it.
_QUOTING = (
    r"(?i)quot|escape|literal|(^|_)q?esc(_|$)|ident(ifier)?s?$|sanitiz|sanitis|"
    r"^(literal|adapt|mogrify|qn|compile|process)$|^format_(table|column|schema|sequence|index|constraint|savepoint|label)"
)
"""Last names of functions that make a value safe in SQL: those that quote, escape, sanitise, or compile."""
_CHECKING = (
    "validate",
    "check",
    "ensure",
    "assert",
    "verify",
    "sanitize",
    "sanitise",
    "is_valid",
    "is_safe",
    "require",
)
_MATCHING = frozenset({"match", "fullmatch", "isidentifier", "isalnum", "isalpha"})
_COMPOSED = ("psycopg.sql.", "psycopg2.sql.", "sqlalchemy.", "sqlmodel.", "pypika.", "peewee.", "aiopg.sa.", "sqlglot.")
_QUOTED = re.compile(r"(?:^|[.\[_])(?:quoted|escaped)(?:_\w*)?\]?$")
"""The end of a name that says that its value was quoted."""
_EXPRESSIONS = frozenset("cast concat coalesce like".split())
"""Methods that put an expression of SQL together out of what they are given."""
_CAPITALS = re.compile(r"\.([A-Z][A-Z\d]*(?:_[A-Z\d]+)*)$")
_SETTING = re.compile(r"(?:^|[._])(?:config|settings|conf|cfg)\.\w")
"""What a module for settings holds: whoever runs the program chose the names of its tables."""
_BUILDING = re.compile(
    r"(?:^|_)(?:sql|sqls|clauses?|conditions?|predicates?|filters?|where|subquery|query|expr|expression)(?:_|$)"
)
"""Last names of functions that make parts of a statement."""
_SCHEMA_TRAILS = ("._meta.", ".__tablename__", ".__table__", "._table.", ".__name__", ".__qualname__", ".db_table")


def outside_source(origin: Origin, sources: Iterable[str] = (), depth: int = 3) -> str | None:
    """The words for the outside input that a value comes from; None where it comes from none that is known.

    ``sources`` are further dotted names that bring input in.
    """
    roots = _ROOTS.union(re.split(_ROOT_END, own, maxsplit=1)[0] for own in sources) if sources else _ROOTS
    # Most names come from nowhere that a source does, which is told at a look.
    names = [name for name in origin.names | origin.parts if re.split(_ROOT_END, name, maxsplit=1)[0] in roots]
    for name, words in () if not names else (*SOURCES.items(), *((own, f"`{own}`") for own in sources)):
        for given in names:
            if given == name or given.startswith((name + ".", name + "[", name + "(")):
                return words
    found = _of_parameter(origin) or _of_handler(origin)
    if found is not None or not depth:
        return found
    return next(filter(None, (outside_source(each, sources, depth - 1) for each in origin.inputs)), None)


_ROOTS = frozenset(name.partition(".")[0] for name in SOURCES)
_ROOT_END = r"[.\[(]"


def _of_parameter(origin: Origin) -> str | None:
    parameter = origin.parameter
    if parameter is None:
        return None
    if parameter.name in _REQUEST_NAMES and origin.trail:
        first = origin.trail.lstrip(".").split(".")[0].split("[")[0].split("(")[0]
        return "a request" if first in _REQUEST_PARTS or origin.trail.startswith("[") else None
    for decorator in parameter.decorators:
        if decorator in _COMMAND_DECORATORS:
            return "the command line"
        receiver, dot, method = decorator.removesuffix("()").removesuffix("(…)").rpartition(".")
        if (
            dot
            and method in _ROUTE_METHODS
            and receiver.rpartition(".")[2].removesuffix("()") in _ROUTERS | _FRAMEWORKS
        ):
            return "a request"
    return None


_FRAMEWORKS = frozenset("Flask Blueprint FastAPI APIRouter Starlette Bottle Quart Sanic RouteTableDef NinjaAPI".split())


def _of_handler(origin: Origin) -> str | None:
    """What a method of a request handler takes from itself."""
    if origin.parameter is None and any(trail in origin.trail + "." for trail in _HANDLER_TRAILS):
        return "a request"
    return None


def is_harmless(origin: Origin, trusted: Iterable[str] = (), depth: int = 2, *, is_name: bool = False) -> bool:
    """Whether a value cannot change what a statement means, whoever chose it.

    ``trusted`` are further functions, by dotted or last name, whose result and whose approval count. ``is_name`` says
    that the value stands where a name does: a function that does no more than put quotes around it is good enough then.
    """
    if origin.kind.value in ("number", "checked", "untold"):
        return True
    trusted = frozenset(trusted)
    checks = origin.checks
    if not is_name:
        checks = frozenset(name for name in checks if f"wrapped {name}" not in checks or _is_named(name, trusted))
    if any(_is_approval(name, trusted) for name in checks if not name.startswith("wrapped ")):
        return True
    names = origin.names - {"?"}
    called = _last_called(origin, names)
    if called and (re.search(_QUOTING, called) or called in trusted or called in _HARMLESS_METHODS):
        return True
    if names and all(_is_constant_name(name) or name in _HARMLESS_CALLS or _is_composed(name) for name in names):
        return True
    if names & trusted or {name.removesuffix("()") for name in names} & trusted:
        return True
    parts = origin.names | origin.parts
    if any(trail in origin.trail + "." for trail in _SCHEMA_TRAILS):
        return True
    # What a value is called here says less than what was done to it: `escaped = text.replace("'", "''")` is no escape.
    named = origin.path if is_name else origin.path[:1]
    if any(_QUOTED.search(step.text) for step in named) or _is_constant_elsewhere(origin):
        return True
    if is_name and any(_SETTING.search(name) and name[0] not in "?:" for name in parts):
        return True
    if any(name.startswith(tuple(_HARMLESS_CALLS)) for name in parts) and called in ("strftime", "replace", ""):
        return True
    parameter = origin.parameter
    if parameter is not None and not origin.trail:
        wanted = parameter.annotation - {"None"}
        if wanted and wanted <= HARMLESS_TYPES:
            return True
    # A text made of harmless ones alone by a function of the language's own, or an expression of constants.
    if depth and ((called == "join" and origin.inputs) or called in _EXPRESSIONS):
        return all(is_harmless(each, trusted, depth - 1) for each in origin.inputs)
    return False


def is_made_as_sql(origin: Origin) -> bool:
    """Whether a value is what a function of another module returned whose name says that it makes SQL."""
    called = _last_called(origin, origin.names - {"?"})
    return bool(called) and _BUILDING.search(called.lower()) is not None


def _is_constant_elsewhere(origin: Origin) -> bool:
    """Whether a value is spelt as a constant of another class, or an entry of such a table, and none of a request."""
    found = _CAPITALS.search(origin.trail)
    if found is None and origin.trail.startswith("[]"):
        tables = [name[:-2] for name in origin.parts if name.endswith("[]")]
        found = _CAPITALS.search(tables[0]) if len(tables) == 1 and _is_constant_name(tables[0]) else None
    return found is not None and found[1] not in _REQUEST_PARTS


def _is_named(name: str, trusted: frozenset[str]) -> bool:
    return name in trusted or name.removesuffix("()").rpartition(".")[2].lstrip(":") in trusted


def _is_approval(name: str, trusted: frozenset[str]) -> bool:
    last = name.removesuffix("()").rpartition(".")[2].lstrip(":")
    if name in trusted or last in trusted or re.search(_QUOTING, last) or last in _MATCHING or name.startswith("in "):
        return True
    return last.lstrip("_").startswith(_CHECKING)


def _last_called(origin: Origin, names: frozenset[str]) -> str:
    """The last name of the function whose result a value is."""
    if origin.trail.endswith("()"):
        return origin.trail[:-2].rpartition(".")[2]
    last = {name[:-2].rpartition(".")[2].lstrip(":") for name in names if name.endswith("()")}
    if len(last) == 1:
        return last.pop()
    if origin.kind.value == "result":
        return origin.path[0].text.partition("(")[0].rpartition(".")[2]
    return ""


def _is_constant_name(name: str) -> bool:
    """Whether an imported name is a constant by the way it is spelt."""
    last = name.removesuffix(".value").removesuffix(".name").rpartition(".")[2]
    return "." in name and not name.startswith(("?", "os.environ")) and last.isupper() and "(" not in name


def _is_composed(name: str) -> bool:
    return name.startswith(_COMPOSED) and "(" in name
