"""A safe fix leaves what the program does as it was: shapes of each rule are run before and after."""

from __future__ import annotations

import pytest
from behaviour import behaviour

from prodlint import fix_source

BARE_EXCEPT = {
    "raises an error": "raise ValueError(1)",
    "raises nothing": "events.append(1)",
    "interrupted": "raise KeyboardInterrupt",
    "exits": "raise SystemExit(3)",
    "generator closed": "raise GeneratorExit",
    "name error": "undefined_name",
    "key error": "{}['a']",
    "division": "1 / 0",
    "own base exception": "raise type('Stop', (BaseException,), {})(5)",
    "chained": "raise OSError('a') from KeyError('b')",
    "returns": "return 7",
    "attribute": "None.missing",
    "recursion": "import sys; raise RecursionError('deep')",
    "assertion": "assert False, 'no'",
    "import": "import surely_missing_module",
    "stop iteration": "next(iter([]))",
    "unicode": "b'\\xff'.decode()",
    "overflow": "float(10 ** 400)",
    "nested": "exec('raise LookupError(9)')",
    "index": "[][3]",
}
HANDLERS = {
    "cleans up": "events.append('closed')\n        raise",
    "asks for the exception": "import sys\n        events.append(sys.exc_info()[0].__name__)\n        raise",
    "fails itself": "{}['missing']\n        raise",
    "branches": "if events:\n            events.append('some')\n        raise",
    "tries again": "try:\n            1 / 0\n        except ArithmeticError:\n            events.pop()\n        raise",
}


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS)
@pytest.mark.parametrize("body", BARE_EXCEPT.values(), ids=BARE_EXCEPT)
def test_a_handler_that_reraises_catches_what_it_caught(body, handler):
    """`except BaseException:` is the same program, also for what is no `Exception`."""
    code = f"def run():\n    try:\n        {body}\n    except:  # why\n        {handler}\n"
    fixed = fix_source(code, config={"select": ["bare-except"]})
    assert len(fixed.fixed) == 1
    assert b"except BaseException:  # why" in fixed.data
    assert behaviour(fixed.data.decode()) == behaviour(code)
