"""Which calls write to a log: found by what the logger is bound to, and only where that is unknown by its name.

A logger is known when it is made by `logging`, `structlog`, `loguru` or a library that wraps one of them. What another
module of the project gives, a parameter, an attribute that no class of the file sets, is a logger when its name ends
in the word `log`, `logger` or `logging`, in any spelling, and it is called by the name of a level.
"""

from __future__ import annotations

import re
from enum import Enum

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint_rules._log_styles import LEVELS, LIBRARIES, METHODS, Style

if TYPE_CHECKING:
    from prodlint.facts import CallFacts, ExpressionFacts, SiteFacts

_NAMES = frozenset(METHODS)
_AWAITED = {f"a{name}": name for name in (*LEVELS, "msg")}


class Kind(Enum):
    """What is known of a logger, which decides how it takes values."""

    STANDARD = "logging"
    STRUCTLOG = "structlog"
    LOGURU = "loguru"
    FIELDS = "fields"
    """A logger of another library that takes fields under keywords."""
    NAMED = "named"
    """Something that is known by its name only."""


class Form(Enum):
    """How values are written into a log call."""

    PERCENT = "percent"
    """As arguments that the message has a `%s` for."""
    EXTRA = "extra"
    FIELDS = "fields"
    """Under keywords, beside the name of an event."""
    BRACES = "braces"
    """Under keywords, and the message has a field of that name."""


class LogCall(NamedTuple):
    """A call that writes to a log.

    ``values`` are the positional arguments behind the message, ``keywords`` the names of the others, the message's own
    and the level's left out. ``raises_on_fields`` says that the logger can only be one of the standard library, which
    refuses unknown keywords; ``has_context``, that the logger was given fields before. ``place`` is the position of the
    message among the arguments, or its keyword.
    """

    kinds: frozenset[Kind]
    method: str
    message: ExpressionFacts | None
    values: tuple[ExpressionFacts, ...]
    keywords: tuple[str, ...]
    raises_on_fields: bool
    has_context: bool
    place: int | str


def first_arguments(call: CallFacts) -> list[ExpressionFacts]:
    """Whatever can be the message of a call if that writes to a log: told without resolving a name."""
    keywords = [call.keyword(name) for name in _MESSAGE_KEYWORDS]
    return [*call.arguments[:2], *(keyword for keyword in keywords if keyword is not None)]


def log_call(call: CallFacts, own: tuple[str, ...] = ()) -> LogCall | None:
    """What a call writes to a log; None for a call that does not.

    ``own`` are the names of the project's own loggers: dotted ones by their definition, single words by their name.
    """
    names = call.names
    found = [known for name in names if (known := _by_binding(name, names, own)) is not None]
    if not found or all(kind is Kind.NAMED for kind, _ in found):
        found += _by_name(call, names, own)
    if not found:
        return None
    method = found[0][1]
    kinds = frozenset(kind for kind, _ in found)
    return _described(call, kinds, _AWAITED.get(method, method), names)


def form_of(written: LogCall, names: frozenset[str], style: Style, imports: frozenset[str]) -> Form | None:
    """How a call's logger takes values in the project's style; None where that cannot be told.

    ``names`` are those of the called function, ``imports`` the modules that the file imports.
    """
    kinds = written.kinds - {Kind.NAMED}
    if len(kinds) > 1 or (imports & LIBRARIES and any(name.startswith("absl.") for name in names)):
        return None
    return form_by_kind(next(iter(kinds), Kind.NAMED), names, style, imports)


def form_by_kind(kind: Kind, names: frozenset[str], style: Style, imports: frozenset[str]) -> Form:
    """The same for a logger of one kind, by the names that it can stand for."""
    if kind is Kind.NAMED and style is Style.AUTO and imports & LIBRARIES:
        kind = Kind.LOGURU if imports & LIBRARIES == {"loguru"} else Kind.STRUCTLOG
    match kind:
        case Kind.LOGURU:
            return Form.BRACES
        case Kind.FIELDS:
            is_braced = any(name.startswith(("twisted.", "logbook.")) for name in names)
            return Form.BRACES if is_braced else Form.FIELDS
        case Kind.STRUCTLOG:
            return Form.PERCENT if style is Style.PERCENT else Form.FIELDS
        case Kind.NAMED if style is Style.STRUCTLOG:
            return Form.FIELDS
    return Form.EXTRA if style in (Style.EXTRA, Style.STRUCTLOG) else Form.PERCENT


def builtins_are_own(facts: SiteFacts) -> bool:
    """Whether what fixes of log calls read and write by name is Python's own at the site."""
    return all(facts.meaning(name) <= {f"builtins.{name}"} for name in ("str", "repr", "ascii", "format"))


# By what the logger is bound to

# Kept as text: `re` compiles it when it is first used and remembers it.
_STANDARD = r"""(?x) (?: logging
        | logging\.(?: getLogger\(\) | Logger\(\) | RootLogger\(\) | root | LoggerAdapter\(\) | getLoggerClass\(\)\(\) )
        | multiprocessing\.(?:util\.)?(?: get_logger | log_to_stderr )\(\)
        | celery\.utils\.log\.(?: get_task_logger | get_logger )\(\)
        | (?: flask | quart )\.(?: current_app | (?: Flask | Quart )\(\) )\.logger
        )(?: \.getChild\(\) | \.root | \.parent | \.logger )*"""
_OTHERS = (
    (r"structlog\..*\(\)", Kind.STRUCTLOG),
    (r"loguru\.(?:_logger\.)?(?:logger|Logger\(\))(?:$|\.)", Kind.LOGURU),
    (r"aws_lambda_powertools\.(?:logging\.(?:logger\.)?)?Logger\(\)", Kind.FIELDS),
    (r"(?:daiquiri\.getLogger|twisted\.logger\.Logger|logbook\.Logger)\(\)", Kind.FIELDS),
)
_CONTEXT = r"\.(?:bind|new|contextualize|append_keys)\(\)"
# Values of builtins are no loggers, but what these give can be anything.
_OPAQUE_BUILTINS = ("builtins.getattr()", "builtins.super()", "builtins.next()", "builtins.vars()")


def _by_binding(name: str, names: frozenset[str], own: tuple[str, ...]) -> tuple[Kind, str] | None:
    """The kind of logger and the method that a dotted name of a function stands for."""
    logger, _, method = name.rpartition(".")
    if method not in _NAMES or not logger:
        return None
    if re.fullmatch(_STANDARD, logger):
        return Kind.STANDARD, method
    for pattern, kind in _OTHERS:
        if re.match(pattern, logger):
            return kind, method
    if _is_own(logger, own) or _is_named(logger, names):
        return Kind.NAMED, method
    return None


def kind_of(logger: str) -> Kind | None:
    """What kind of logger a dotted name stands for; None for what is none, or none that is known."""
    found = _by_binding(f"{logger}.info", frozenset(), ())
    return None if found is None else found[0]


def _is_named(logger: str, names: frozenset[str]) -> bool:
    """Whether what a dotted name leads to is a logger by the last part of it."""
    last = logger.rpartition(".")[2]
    if logger[0] == ":":
        # A class or function of this file is what it is, whatever it is called. The unknown results of its functions
        # and the unknown attributes of its instances are not.
        is_attribute = "()" in logger and not last.endswith("()")
        return _says_logger(last) if is_attribute else "?" in names and _makes_logger(last)
    if logger.startswith("builtins.") and not logger.startswith(_OPAQUE_BUILTINS):
        return False
    return _makes_logger(last) if last.endswith("()") else _says_logger(last)


def _is_own(logger: str, own: tuple[str, ...]) -> bool:
    for name in own:
        head = logger[: len(name)]
        if head == name and logger[len(name) : len(name) + 1] in {"", ".", "("}:
            return True
        last = logger.rpartition(".")[2].removesuffix("()")
        if "." not in name:
            if last == name:
                return True
        elif logger[0] == "." and ("." + name).endswith("." + logger.lstrip(".")):
            return True  # a relative import tells the end of the name only
    return False


# By its name


def _by_name(call: CallFacts, names: frozenset[str], own: tuple[str, ...]) -> list[tuple[Kind, str]]:
    """The methods of loggers that a call whose names leave it open can be, by how the logger is called here."""
    if not any(_leaves_open(name) for name in names):
        return []
    pending = [call.function]
    if call.last_name not in _NAMES or call.receiver is None:
        pending += call.function.assigned
    return [
        (Kind.NAMED, function.last_name)
        for function in pending
        if function.last_name in _NAMES
        and (receiver := function.receiver) is not None
        and _is_called_logger(receiver, own)
    ]


def _leaves_open(name: str) -> bool:
    """Whether a name leaves it open what the logger is: an unknown value, None, something that an import gave."""
    if name[0] == ":":
        return False
    return not name.startswith("builtins.") or name.startswith(_OPAQUE_BUILTINS)


def _is_called_logger(receiver: ExpressionFacts, own: tuple[str, ...]) -> bool:
    """Whether an expression is a logger as written: ``app.logger``, ``get_logger(x)``, ``loggers[x].bind()``."""
    at: ExpressionFacts | None = receiver
    while at is not None:
        container = at.container
        made_by = at.called
        last = at.last_name
        if last in own or (_makes_logger(last + "()") if made_by is not None else _says_logger(last)):
            return True
        if container is not None and container.last_name.endswith("s") and _says_logger(container.last_name[:-1]):
            return True
        # What a method gives is a logger when it derives one from what it is called on.
        at = made_by.receiver if made_by is not None and last in _DERIVING else None
    return False


_DERIVING = frozenset({"bind", "new", "opt", "unbind", "try_unbind", "getChild", "patch", "with_fields", "child"})
_WORDS = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
_NO_LOGGERS = frozenset({"blogger", "vlogger", "slogger", "clogger", "flogger"})


def _says_logger(name: str) -> bool:
    """Whether a name's last word is log, logger or logging."""
    words = re.findall(_WORDS, name)
    if not words:
        return False
    last = words[-1].lower()
    return last in {"log", "logging"} or (last.endswith("logger") and last not in _NO_LOGGERS)


def _makes_logger(call: str) -> bool:
    """Whether what makes a value says that it makes a logger: ``getLogger()``, ``Logger()``, ``setup_logging()``."""
    words = [word.lower() for word in re.findall(_WORDS, call)]
    return bool(words) and (
        words[-1] in {"log", "getlog"} or any(w.endswith("logger") or w == "logging" for w in words)
    )


# What it writes

_MESSAGE_KEYWORDS = ("msg", "event", "message")
_OPEN_NAMES = frozenset({"?", "None"})


def _described(call: CallFacts, kinds: frozenset[Kind], method: str, names: frozenset[str]) -> LogCall:
    arguments = call.arguments
    given = dict(call.keywords)
    taken = {"level", "lvl"} if method == "log" else set()
    position = 1 if method == "log" and (kinds != {Kind.NAMED} or len(arguments) > 1 or taken & given.keys()) else 0
    if position and taken & given.keys():
        position = 0
    message = arguments[position] if len(arguments) > position else None
    place: int | str = position
    if message is None:
        named = [name for name in _MESSAGE_KEYWORDS if name in given]
        taken |= set(named[:1])
        message = given[named[0]] if named else None
        place = named[0] if named else ""
    known = {name for name in names if name not in _OPEN_NAMES and not name.startswith("None.")}
    return LogCall(
        kinds,
        method,
        message,
        tuple(arguments[position + 1 :]),
        tuple(name for name in given if name not in taken),
        kinds == {Kind.STANDARD} and "?" not in names and all(_is_standard(name) for name in known),
        any(re.search(_CONTEXT, name) for name in names) or _is_made_with_fields(call),
        place,
    )


def _is_made_with_fields(call: CallFacts) -> bool:
    """Whether the logger was made with fields of its own: ``structlog.get_logger(component="shop")``."""
    return any(creator.keywords and creator.last_name in _MAKERS for creator in call.creators())


_MAKERS = frozenset({"get_logger", "getLogger", "bind", "new"})


def _is_standard(name: str) -> bool:
    return re.fullmatch(_STANDARD, name.rpartition(".")[0]) is not None
