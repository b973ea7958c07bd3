"""Handlers that name no exception.

## What it does
Reports every `except:` without a type, whatever its body does.

## Why
`except:` also catches `KeyboardInterrupt`, `SystemExit` and `GeneratorExit`: the program cannot be stopped, and a
mistyped name is taken for the failure that the author had in mind.

## What to write instead
Name what the code can handle. At a boundary, where anything may fail, write `except Exception:` and log the traceback;
to clean up and pass the exception on, write `except BaseException:` and end with `raise`.

## Limits
None known: the clause is found by the grammar.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Severity
from prodlint.rule import ALL, Handlers, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    yield site.violation(message, span=handler.header)
