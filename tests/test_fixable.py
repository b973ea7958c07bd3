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


OPENINGS = {
    "print": ("try:\n    import missing_package\nexcept ImportError:\n    print('no package')\n", 0),
    "silent": ("try:\n    import missing_package\nexcept Exception:\n    missing_package = None\n", 0),
    "in a class": ("try:\n    import missing_package\nexcept Exception:\n    class Made:\n        print('none')\n", 0),
    "above a later import": ("import os\nx = 1\ntry:\n    1 / 0\nexcept Exception:\n    x = 2\nimport logging\n", 0),
    "in a function": (
        "try:\n    import missing_package\nexcept ImportError:\n    def run():\n        print(1)\n    DONE = run\n",
        1,
    ),
    "below": ("import os\n\ntry:\n    os.missing()\nexcept Exception:\n    x = 2\n", 1),
}


@pytest.mark.parametrize(("text", "fixed"), OPENINGS.values(), ids=OPENINGS)
def test_what_a_module_runs_before_it_has_a_logger_does_not_use_one(text, fixed) -> None:
    """The logger goes behind the imports: what runs when one of them fails would not find it."""
    config = {"select": ["print-call", "swallowed-exception"]}
    result = fix_source(text, "shop/cart.py", unsafe=True, config=config)
    assert not result.problems
    assert len(result.fixed) == fixed
    variables: dict[str, object] = {"__name__": "shop.cart"}
    exec(compile(result.data, "cart.py", "exec"), variables)
    if "DONE" in variables:
        variables["run"]()


def test_a_swallowed_exception_is_logged_by_a_logger_that_is_added() -> None:
    """In the style of the module: the package that it imports for it, else the standard library's."""
    handler = "def load():\n    try:\n        return 1 / 0\n    except Exception:\n        return None\n"
    config = {"select": ["swallowed-exception"]}
    for text, logger in (
        (handler, "import logging\n\nlogger = logging.getLogger(__name__)\n"),
        (f"import structlog\n\n\n{handler}", "import structlog\n\nlogger = structlog.get_logger()\n"),
        (f"import logging\n\nlog = logging.getLogger()\n\n\n{handler}", "log = logging.getLogger()\n"),
    ):
        result = fix_source(text, "shop/cart.py", unsafe=True, config=config)
        fixed = result.data.decode()
        assert logger in fixed
        assert fixed.count("getLogger") + fixed.count("get_logger") == 1
        assert '.exception("load_failed")\n        return None\n' in fixed


CLEANUPS = {
    "an executor without a name": (
        "from concurrent.futures import ThreadPoolExecutor\n\n"
        "def run(serve):\n    return serve.map(ThreadPoolExecutor())\n",
        "",
    ),
    "no name is left": (
        "def run(path):\n    # file opened opened_file stream handle\n    return open(path).read()\n",
        "",
    ),
    "`closing` is said": (
        "import sqlite3\n\ndef run(path):\n    # closing\n"
        "    db = sqlite3.connect(path)\n    db.commit()\n    db.close()\n",
        "with contextlib.closing(sqlite3.connect(path)) as db:",
    ),
    "over lines in a block": (
        "def run(path):\n    try:\n        return open(\n            path\n        ).read()\n"
        "    except OSError:\n        raise\n",
        "with open(\n            path\n        ) as file:\n            return file.read()",
    ),
}


@pytest.mark.parametrize(("text", "wanted"), CLEANUPS.values(), ids=CLEANUPS)
def test_a_with_block_is_promised_where_it_can_be_written(text, wanted) -> None:
    """It may need a name that means nothing else, and `closing`."""
    config = {"select": ["missing-cleanup"]}
    promised = [violation.fixable for violation in check_source(text, "shop/cart.py", config=config).violations]
    result = fix_source(text, "shop/cart.py", unsafe=True, config=config)
    assert not result.problems
    assert len(result.fixed) == sum(fixable is not None for fixable in promised) == bool(wanted)
    assert wanted in result.data.decode()
