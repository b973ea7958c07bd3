"""Resources that some path through the code does not release.

## What it does
Follows what is opened, connected, started or locked through the function (or module) that does it, and reports it when
some path leaves without a release and without handing it over: an early `return`, an exception between the opening and
the `close()`, a branch that closes nothing, a second value for the same variable. The message names that path.

Resources are files and archives, temporary files and directories, file descriptors, sockets and streams, mail and FTP
sessions, database connections, HTTP responses and sessions, memory maps, executors and process pools, child processes
that nobody waits for, and locks that the same function releases. An object that is used at once without a name
(`json.load(open(path))`) is reported too: nothing can close it. So is `with sqlite3.connect(path)`, which ends a
transaction and leaves the connection open.

## Why
What is not closed is closed when the interpreter happens to find it: data stays unwritten, locks stay taken, and a
service that runs for weeks runs out of descriptors. The paths that are missed are those that an error takes.

## What to write instead
`with open(path) as file:`, `contextlib.closing(…)` for what has no `with`, an `ExitStack` for a number of things, or
`try: … finally: file.close()`.

## Not reported
What is returned, yielded to a caller, stored on an object, in a container or in a global, used by a nested function,
or passed to something that takes it over: a class, a wrapper, `enter_context`, `callback(file.close)`,
`atexit.register`. A release under the condition under which the thing was opened (`if file:`,
`if file is not sys.stdin`, a flag). `file = open(path); file.close()` with nothing between that can raise. A name of a
module that its functions use. A lock that another function releases. A descriptor that `os.dup2` has put in the place
of a standard stream.

## Fix
What the block of the acquisition uses goes into a `with` block: `with open(path) as file:`, `with lock:`,
`async with` for what is closed by `await`, and `with closing(…)` for what has no `with` that closes, such as a database
connection. Safe where the release stays at its point on the way without an exception: a `close()` in the same block,
a `finally` that holds nothing else, or an object without a name in a function, which the interpreter closes when the
statement is done. Unsafe where the release comes earlier (nothing closes in the block: the `with` ends after the last
use), where leaving the block does more than the release did, and for a new name in a module. There is none for file
descriptors, where the thing goes elsewhere on some way, and where it is released in other places too.

## Options
`acquires`: functions of the project that open something, as dotted names: `shop.db.cursor`, `.db.cursor` for a
relative import, `requests.Session`. `releases`: further methods that release. `owners`: functions and methods that take
over what they are given, as dotted names or as the last name alone.

## Limits
A function of another module that is given the resource is believed to take it over, unless the resource is released
here too. Two conditions that read the same are taken to come to the same. An exception of the operating system in an
operation on the thing itself is taken to be the only one that this operation raises.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Safety, Severity
from prodlint.rule import PRODUCTION_AND_SCRIPT, Calls, Module, Rule
from prodlint_rules._resources import (
    ACQUIRING_NAMES,
    ARCHIVES,
    BORROWERS,
    FILES,
    IN_MEMORY,
    KEEPERS,
    KEEPING_METHODS,
    LOCKS,
    MAKERS,
    PATH_ITERATORS,
    PATH_MEMBERS,
    PATHS,
    RELEASERS,
    RESOURCES,
    WRAPPERS,
    WRAPPING_METHODS,
    Resource,
    acquired,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.facts import CallFacts
    from prodlint.facts.custody import Terms
    from prodlint.facts.lifetimes import Lifetime
    from prodlint.model import Related, Violation
    from prodlint.rule import Fixed
    from prodlint_rules._with_blocks import WithBlock


class Options(NamedTuple):
    """What a project can ask of the rule."""

    acquires: tuple[str, ...] = ()
    """Dotted names of further functions whose result has to be released."""
    releases: tuple[str, ...] = ()
    """Names of further methods that release what they are called on."""
    owners: tuple[str, ...] = ()
    """Functions and methods that take over what they are given: dotted names, or the last name alone."""


rule = Rule(
    name="missing-cleanup",
    code="PRD103",
    family="errors",
    since="0.1",
    summary="a resource is not released on every path",
    policy=(
        "production-standards/gates/error-handling",
        "production-standards/errors/cleanup",
        "priority-0/code/error-handling",
    ),
    cwe=(772,),
    visits=(
        Calls(
            ACQUIRING_NAMES,
            # No `accept` or `fromfd`: they count on a socket, and then the file names the module.
            needles=(
                "open", "connect", "socket", "Temporary", "mkstemp", "Executor", "Pool", "acquire", "File", "mmap",
                "ClientSession", "SMTP", "LMTP", "FTP", "IMAP4", "POP3",
            ),
        ),
        Module(),
    ),
    contexts=PRODUCTION_AND_SCRIPT,
    severity=Severity.ERROR,
    fixes=(Safety.SAFE, Safety.UNSAFE),
    options=Options,
)  # fmt: skip

_FINE = frozenset({"released", "kept", "lent", "unknown"})
_MAY_STAY_OPEN = frozenset(
    name.rpartition(".")[2] for name, resource in RESOURCES.items() if not resource.with_releases
)
_LEAVING = {
    "returns": "returns here", "breaks": "leaves here", "continues": "leaves here", "rebound": "another value here",
    "deleted": "deleted here", "true": "if this holds", "false": "if this does not hold",
}  # fmt: skip
_PROCESS_DETACHED = ("start_new_session", "creationflags", "preexec_fn", "process_group")


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the call that acquires."""
    if site.is_call:
        yield from _check_call(site, site.facts.call)
    elif site.options.acquires:
        # The names are the project's own, so that no visit could nominate their calls.
        own = {name.rpartition(".")[2] for name in site.options.acquires}
        for call in site.facts.calls(own.difference(ACQUIRING_NAMES)):
            yield from _check_call(site, call)


def _check_call(site: Site, call: CallFacts) -> Iterator[Violation]:
    if call.is_entered and call.last_name not in _MAY_STAY_OPEN:
        return
    if call.last_name == "acquire":
        yield from _check_lock(site, call)
        return
    resource = acquired(call.names, site.options.acquires) or _opened_path(call)
    if resource is None or _needs_no_release(call, resource):
        return
    lifetime = call.lifetime(_terms(resource, site.options))
    if _is_fine(lifetime) or (resource.only_never and (lifetime.is_released or not lifetime.name)):
        return
    yield _violation(site, call, resource, lifetime)


def _violation(site: Site, call: CallFacts, resource: Resource, lifetime: Lifetime) -> Violation:
    # What the option names is found at the module, where there is no block to rearrange.
    # Nor where somebody may take it over.
    block = _with_block(call, resource, site) if site.is_call and not lifetime.is_lent else None
    return site.violation(
        _message(call, resource, lifetime),
        span=call.span,
        related=_related(site, call, resource, lifetime),
        fixable=None if block is None else Safety.SAFE if block.is_exact else Safety.UNSAFE,
    )


def _with_block(call: CallFacts, resource: Resource, site: Site) -> WithBlock | None:
    from prodlint_rules._with_blocks import closing_of, free_word, with_block  # only a violation asks for it

    block = with_block(call, resource, _terms(resource, site.options))
    if block is None or (block.manner == "closing" and closing_of(site.facts) is None):
        return None
    return None if block.extent.shape == "inline" and free_word(site.facts, block) is None else block


@rule.fix
def fix(node: cst.Call, site: Site, violation: Violation) -> Fixed | None:
    """Put what uses the resource into a `with` block."""
    from prodlint_rules._with_fixes import fixed  # libcst, only where a fix is made

    call = site.facts.call
    resource = LOCKS if call.last_name == "acquire" else acquired(call.names, site.options.acquires)
    block = _with_block(call, resource or FILES, site)
    return None if block is None else fixed(node, site, block)


def _is_fine(lifetime: Lifetime) -> bool:
    if lifetime.end == "lent" and not lifetime.name:
        # An object without a name, given to a function: only what makes an object of it will ever close it.
        borrower = lifetime.cause
        is_class = borrower.lstrip("_")[:1].isupper() or borrower in ("cls", "__class__")
        return not borrower or is_class or borrower.startswith(MAKERS)
    return lifetime.end in _FINE


def _opened_path(call: CallFacts) -> Resource | None:
    """The file, if this opens a path object."""
    if call.last_name != "open" or call.receiver is None:
        return None
    origins = call.receiver_origins(PATH_MEMBERS, PATH_ITERATORS)
    return FILES if origins and origins <= PATHS | {"None"} else None


def _check_lock(site: Site, call: CallFacts) -> Iterator[Violation]:
    """Report a lock that the scope releases on some other path."""
    names = call.names
    if not names or any(name not in LOCKS.names and not _is_unknown(name) for name in names):
        return
    lifetime = call.holding(_terms(LOCKS, site.options))
    if lifetime.end not in _FINE and lifetime.is_released:
        yield _violation(site, call, LOCKS, lifetime)


def _is_unknown(name: str) -> bool:
    """Whether a name says nothing about what it stands for, as that of a parameter or of another module's object."""
    return name == "?" or not name.startswith(":")


def _needs_no_release(call: CallFacts, resource: Resource) -> bool:
    """Whether this call makes nothing to release: a borrowed descriptor, a process that is meant to live on."""
    if resource.only_never:
        return any(call.keyword(name) is not None for name in _PROCESS_DETACHED)
    closefd = call.keyword("closefd")
    if closefd is not None and closefd.text == "False":
        return True
    return call.last_name in ARCHIVES and _reads_memory(call)


def _reads_memory(call: CallFacts) -> bool:
    """Whether an archive is read from an object that stays its maker's, so that nothing of it is open."""
    mode = call.argument(1, "mode")
    if mode is not None and any(letter in mode.text for letter in "wax"):
        return False
    first = call.argument(0, "file")
    return call.keyword("fileobj") is not None or (
        first is not None and (first.text == "self" or bool(first.names & IN_MEMORY))
    )


def _terms(resource: Resource, options: Options) -> Terms:
    from prodlint.facts.custody import Terms  # a run in which nothing has changed imports the rule, not the facts

    return Terms(
        releases=resource.releases.union(options.releases),
        releasers=RELEASERS,
        with_releases=resource.with_releases,
        keepers=KEEPERS.union(options.owners),
        keeping_methods=KEEPING_METHODS.union(options.owners),
        wrappers=WRAPPERS,
        wrapping_methods=WRAPPING_METHODS,
        borrowers=BORROWERS,
        element=resource.element,
        errors=resource.errors,
        is_number=resource.is_number,
    )


def _message(call: CallFacts, resource: Resource, lifetime: Lifetime) -> str:
    function = f"{call.last_name}()"
    if lifetime.is_entered and not lifetime.is_released:
        return f"`with {function}` ends a transaction but does not close the connection"
    if not lifetime.name:
        return f"what `{function}` returns is never {resource.verb}: no name holds it"
    name = f"`{lifetime.name}`"
    if not lifetime.is_released and not lifetime.is_kept and not lifetime.is_lent:
        return f"{name} is never {resource.verb}"
    line = lifetime.span.line if lifetime.span is not None else 0
    missing = f"{name} is not {resource.verb}"
    match lifetime.end:
        case "returns":
            return f"{missing} when the function returns on line {line}"
        case "breaks" | "continues":
            return f"{missing} when `{lifetime.end[:-1]}` leaves on line {line}"
        case "true" | "false":
            return f"{missing} when `{lifetime.cause}` on line {line} is {lifetime.end}"
        case "rebound":
            return f"{name} gets another value on line {line} before it is {resource.verb}"
        case "deleted":
            return f"{name} is deleted on line {line} before it is {resource.verb}"
        case "raises":
            return f"{missing} when `{lifetime.cause}` raises on line {line}"
        case "raised":
            return f"{missing} when `{lifetime.cause}` leaves on line {line}"
    return f"{missing} on a path to the end"


def _related(site: Site, call: CallFacts, resource: Resource, lifetime: Lifetime) -> Iterator[Related]:
    if lifetime.name and lifetime.span is not None:
        yield site.related(call.span, "acquired here")
        yield site.related(lifetime.span, _LEAVING.get(lifetime.end, "leaves here by an exception"))
