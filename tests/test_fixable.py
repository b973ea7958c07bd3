"""What the summary calls fixable is what `--fix` fixes: the check knows where its rule's fix would do nothing."""

from __future__ import annotations

import pytest

from prodlint import Safety, check_source, fix_source

LONG = "one two three four five six seven eight nine"
CODE = {
    "event": 'import structlog\nlog = structlog.get_logger()\nlog.info("user %s paid %s", a, b)\n',
    "long event": f'import structlog\nlog = structlog.get_logger()\nlog.info("{LONG} %s", a)\n',
    "long prose": f'import structlog\nlog = structlog.get_logger()\nlog.info("{LONG}")\n',
    "words of values": 'import structlog\nlog = structlog.get_logger()\nlog.info("%s %d %s %r %.2f %s %s %s %s", *a)\n',
    "built": 'import structlog\nlog = structlog.get_logger()\nlog.info(f"paid {a}")\n',
    "built and long": f'import structlog\nlog = structlog.get_logger()\nlog.info("{LONG} {{}}".format(a))\n',
    "built of parts": f'import structlog\nlog = structlog.get_logger()\nlog.info("{LONG} " + a)\n',
    "lazy and long": f'import logging\nlogging.info(f"{LONG} {{a}}")\n',
    "braces": f'from loguru import logger\nlogger.info("{LONG} {{}}", a)\n',
    "print": "print(a)\n",
    "empty line": "print()\n",
    "only a line's end": 'print("\\n")\n',
    "joined with the next": 'print(a, end="")\n',
    "two ends": 'print(a, end="\\n\\n")\n',
    "separator": "print(a, b, sep=c)\n",
    "unpacked": "print(*a)\n",
    "value of a call": "x = print(a)\n",
    "written line": 'import sys\nsys.stdout.write("done\\n")\n',
    "written part": 'import sys\nsys.stdout.write("done")\n',
    "written value": "import sys\nsys.stdout.write(a)\n",
    "part that ends in a value": 'import sys\nsys.stderr.write("could not: %s" % a)\n',
    "lines": "import sys\nsys.stdout.writelines(a)\n",
    "no name for a logger": "logger = _logger = 1\nprint(a)\n",
    "own builtins": "def str(x): pass\nprint(a)\n",
}


@pytest.mark.parametrize("text", CODE.values(), ids=CODE)
def test_what_is_called_fixable_is_fixed(text) -> None:
    """Both ways: a promise is kept, and what gets a fix was promised."""
    config = {"select": ["observability"]}
    promised = [
        (violation.rule, violation.span)
        for violation in check_source(text, "shop/cart.py", config=config).violations
        if violation.fixable in (Safety.SAFE, Safety.UNSAFE)
    ]
    result = fix_source(text, "shop/cart.py", unsafe=True, config=config)
    assert [(violation.rule, violation.span) for violation in result.fixed] == promised
    assert not result.problems
