"""Handlers that name no exception.

## What it does
Reports every `except:` without a type, whatever its body does.

## Why
`except:` also catches `KeyboardInterrupt`, `SystemExit` and `GeneratorExit`: the program cannot be stopped, and a
mistyped name is taken for the failure that the author had in mind.

## What to write instead
Name what the code can handle. At a boundary, where anything may fail, write `except Exception:` and log the traceback;
to clean up and pass the exception on, write `except BaseException:` and end with `raise`.

## Fix
Safe: `except BaseException:` where the handler always ends in a bare `raise`, which is the same program. Unsafe:
`except Exception:` elsewhere, after which `KeyboardInterrupt` and `SystemExit` pass the handler. There is none where
the file gives the name another meaning.

## Limits
None known: the clause is found by the grammar.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Safety, Severity
from prodlint.rule import ALL, Fixed, Handlers, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from prodlint.check import Site
    from prodlint.model import Violation

rule = Rule(
    name="bare-except",
    code="PRD101",
    family="errors",
    since="0.1",
    summary="`except:` names no exception",
    policy=(
        "production-standards/gates/error-handling",
        "production-standards/errors/graceful-fallback",
        "priority-0/code/error-handling",
    ),
    cwe=(703,),
    visits=Handlers(bare=True),
    contexts=ALL,
    severity=Severity.ERROR,
    fixes=(Safety.SAFE, Safety.UNSAFE),
)


@rule.check
def check(site: Site) -> Iterator[Violation]:
    """Report the clause at its keyword."""
    handler = site.facts.handler
    if handler.always_reraises:
        message = "`except:` names no exception; what it means is `except BaseException:`"
    elif handler.raises or handler.keeps_exception:
        message = (
            "`except:` names no exception; write `except BaseException:` if it is to catch `KeyboardInterrupt` too"
        )
    else:
        message = "`except:` names no exception, so it also catches `KeyboardInterrupt` and `SystemExit`"
    safety = Safety.SAFE if handler.always_reraises else Safety.UNSAFE
    is_free = site.facts.meaning(_CAUGHT[safety]) == {f"builtins.{_CAUGHT[safety]}"}
    yield site.violation(message, span=handler.header, fixable=safety if is_free else None)


_CAUGHT = {Safety.SAFE: "BaseException", Safety.UNSAFE: "Exception"}


@rule.fix
def fix(handler: cst.ExceptHandler, site: Site, violation: Violation) -> Fixed:
    """Name the exception."""
    import libcst as cst  # only where a fix is made

    assert violation.fixable is not None
    name = _CAUGHT[violation.fixable]
    space = cst.SimpleWhitespace(" ")
    return Fixed(f"Catch `{name}` instead", handler.with_changes(type=cst.Name(name), whitespace_after_except=space))
