"""Fixes of log calls and prints: shapes are run before and after, with real logging."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import pytest

from prodlint import Safety, fix_source

PROLOGUE = """\
import enum
import logging

logger = logging.getLogger("shop")
events = []


def seen(value):
    events.append(value)
    return value


class Shown:
    def __repr__(self):
        return "<shown>"


class Colour(str, enum.Enum):
    RED = "red"


def run(order="ORD-1", amount=3, rate=0.125, shown=Shown(), parts=("a", "b")):
    total = 7
    text = "5% off {now}"
"""


class Logged(NamedTuple):
    """What a record says, whatever its template is."""

    level: str
    text: str
    has_exception: bool
    extra: object


class Behaviour(NamedTuple):
    """What running the code did."""

    logged: list[Logged]
    events: list[Any]
    result: object


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[Logged] = []

    def emit(self, record: logging.LogRecord) -> None:
        extra = getattr(record, "extra_field", None)
        self.records.append(Logged(record.levelname, record.getMessage(), bool(record.exc_info), extra))


def run(code: str) -> Behaviour:
    keeper = _Keeper()
    root = logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    space: dict[str, Any] = {"__name__": "shop"}
    try:
        exec(compile(code, "<shape>", "exec"), space)
        result = space["run"]() if "run" in space else None
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)
    return Behaviour(keeper.records, space.get("events", []), result)


def module(*lines: str) -> str:
    return PROLOGUE + "".join(f"    {line}\n" for line in lines)


SAFE = {
    "an int": 'logger.info(f"paid {total}")',
    "a text with a percent sign": 'logger.info(f"100% {text}")',
    "an expression": 'logger.info(f"paid {total * 2 + 1}")',
    "doubled braces": 'logger.info(f"{{paid}} {total}")',
    "repr": 'logger.info(f"{shown!r} {shown!s} {order!a}")',
    "evaluated in order": 'logger.info(f"{len(seen([1]))} {str(seen(2))} {seen(3)!r}")',
    "exc_info": 'logger.error(f"paid {total}", exc_info=True)',
    "extra": 'logger.error(f"paid {total}", extra={"extra_field": seen(1)})',
    "stacklevel": 'logger.error(f"paid {total}", stacklevel=2)',
    "msg": 'logger.error(msg=f"paid {total}", exc_info=None)',
    "log": 'logger.log(seen(30), f"paid {total}")',
    "log by keywords": 'logger.log(level=30, msg=f"paid {total}")',
    "log by one keyword": 'logger.log(30, msg=f"paid {total}")',
    "percent and a tuple": 'logger.info("%s paid %5.2f, %d%%" % (seen(order), rate, total))',
    "percent and a tuple of one": 'logger.info("%-7s|" % (order,))',
    "percent and a dictionary": 'logger.info("%(order)s paid %(total)03d" % {"order": order, "total": total})',
    "percent and a nested tuple": 'logger.info("paid %s" % (parts,))',
    "percent and a number": 'logger.info("paid %05d" % total)',
    "percent and a width": 'logger.info("paid %*d" % (6, total))',
    "format": 'logger.info("{} paid {}".format(text, total))',
    "format behind a colon": 'logger.info("paid: {}".format(total))',
    "format by number": 'logger.info("{0} paid {1}".format(text, total))',
    "format by name": 'logger.info("{order} paid".format(order=str(seen(order))))',
    "a sum": 'logger.info("paid " + str(seen(total)) + " by 5% " + text)',
    "a sum of strings": 'logger.info("paid " + text.upper())',
    "several literals": 'logger.info("paid " f"{total}" " in %")',
    "raw": r'logger.info(rf"\d {total}")',
    "escapes": r'logger.info(f"\t\x41" f"{total}\n")',
    "an escaped percent sign": r'logger.info(f"\x25s {total}")',
    "quotes": """logger.info(f'say "{total}"')""",
    "triple quotes": "logger.info(f'''say \"{total}\"\n  twice''')",
    "equals sign": 'logger.info(f"{total=!r} {order = }")',
    "a choice": "logger.info(f\"{'paid' if amount else 'open'} {total}\")",
    "a loop": 'for i in range(3): logger.info(f"{i} of {total}")',
    "a disabled level": 'logger.log(1, f"{len(seen([]))}")',
    "over lines": 'logger.info(\n        f"paid {total}"  # why\n        f" at {text}",\n        exc_info=False,  # not\n    )',  # noqa: E501
    "the module": 'logging.warning(f"paid {total}")',
    "a child": 'logger.getChild("x").warning(f"paid {total}")',
    "in a lambda": '(lambda: logger.info(f"paid {total}"))()',
    "in an expression": 'return [logger.info(f"paid {n!r}") for n in parts]',
    "a specification": 'logger.info(f"paid {rate:.1f} {order:>8} {order!r:^9} {total:d}")',
    "parts of a text": 'for part in text.split(): logger.info(f"{part}")',
    "one part of a text": 'logger.info(f"{text.split()[1]} {text.partition(chr(32))[2]} {text[:3]} {text[0]}")',
    "parts under names": 'head, sign, tail = text.partition(" ")\n    logger.info(f"{head}{sign}{tail}")',
    "a number and a part": 'for i, part in enumerate(sorted(text.split()), 1): logger.info(f"{i}: {part}")',
    "pairs": 'for one, two in zip([1, 2], (text, None)): logger.info(f"{one} {two}")',
    "constants in a loop": 'for name in ("a", "b"): logger.info(f"{name}")',
    "the larger": 'logger.info(f"{max(total, 3)} {min(total, 8)} {abs(-total)} {round(2.5)}")',
    "a path": 'import os\n    path = os.path.join("a", "b.c")\n    logger.info(f"{os.path.basename(path)} {os.sep}")',
    "an ending": 'import os\n    base, ending = os.path.splitext("a.b")\n    logger.info(f"{base} {ending}")',
    "a path object": 'from pathlib import Path\n    at = Path("a") / "b.c"\n    logger.info(f"{at} {at.name}")',
    "a date": 'import datetime\n    at = datetime.date.today()\n    logger.info(f"{at} {at.year} {at.isoformat()}")',
    "a digest": "import hashlib\n    logger.info(f\"{hashlib.sha256(b'a').hexdigest()}\")",
    "the environment": "import os\n    logger.info(f\"{os.environ['PATH']}\")",
    "a function's result": 'def made(n):\n        return n + 1\n    logger.info(f"{made(total)}")',
    "an exception": 'try:\n        1 / 0\n    except ArithmeticError:\n        logger.exception(f"paid {total}")',
}


@pytest.mark.parametrize("shape", SAFE.values(), ids=SAFE)
def test_a_safe_fix_logs_the_same(shape):
    code = module(shape)
    fixed = fix_source(code, config={"select": ["interpolated-log"]})
    assert not fixed.problems
    assert [violation.fixable for violation in fixed.fixed] == [Safety.SAFE]
    assert run(fixed.data.decode()) == run(code)


UNSAFE = {
    "a parameter": 'logger.info(f"{order} paid {amount}")',
    "a sum with a parameter": 'logger.info("order " + order + ".")',
    "percent and a value": 'logger.info("paid %s" % order)',
    "format and a specification": 'logger.info("{:>4} {:.1%}".format(order, rate))',
    "calls": "logger.info(f\"{seen(1)} {seen('x')} {seen(3)}\")",
    "a call without brackets": 'logger.info(f"{order, amount}")',
    "a conditional": 'logger.info(f"{(order if amount else None)}")',
    "a walrus": 'logger.info(f"{(kept := order)} {kept}")',
    "a generator": 'logger.info(f"{list(p for p in parts)}")',
    "a generator alone": 'logger.info("%s" % sum(n for n in (1, 2)))',
    "an adapter": 'logging.LoggerAdapter(logger, {}).info(f"paid {total}")',
    "another's method": 'say = logger.info\n    say(f"paid {order}")',
}


@pytest.mark.parametrize("shape", UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_fix_says_the_same_of_texts_and_numbers(shape):
    code = module(shape)
    assert not fix_source(code, config={"select": ["interpolated-log"]}).fixed
    fixed = fix_source(code, unsafe=True, config={"select": ["interpolated-log", "unstructured-log"]})
    assert not fixed.problems
    assert len(fixed.fixed) == 1
    assert run(fixed.data.decode()) == run(code)


NOT_SAFE = {
    "an enumeration": 'logger.info(f"{Colour.RED}")',
    "one that was assigned": 'red = Colour.RED\n    logger.info(f"{red}")',
    "a sum with one": 'logger.info("a " + Colour.RED)',
    "a class's own": 'logger.info(f"{shown}")',
    "an annotation": 'def inner(n: int): logger.info(f"{n}")\n    inner(order)',
    "a list": 'found = []\n    logger.info(f"{found}")',
    "what a text is split into": 'found = text.split()\n    logger.info(f"{found}")',
    "a rest of it": 'first, *rest = text.split()\n    logger.info(f"{rest}")',
    "a slice of it": 'logger.info(f"{text.split()[:1]}")',
    "a loop over a parameter": 'for i, part in enumerate(parts): logger.info(f"{part}")',
    "a choice of what is given": 'logger.info(f"{max(1, amount)}")',
    "a function's result": 'def made(): return shown\n    logger.info(f"{made()}")',
    "one of its results": 'def made(): return 1 if amount else shown\n    logger.info(f"{made()}")',
    "a generator's": 'def made(): yield 1\n    logger.info(f"{made()}")',
    "a class": 'logger.info(f"{events.__class__}")',
    "a list of the module": 'logger.info(f"{events}")',
    "a key of a parameter": 'logger.info(f"{parts[0]}")',
    "a format specification that varies": 'logger.info(f"{shown} {total:{total}}")',
    "a shadowed builtin": 'def inner(str): logger.info(f"{str(1)}")\n    inner(repr)',
}


@pytest.mark.parametrize("shape", NOT_SAFE.values(), ids=NOT_SAFE)
def test_what_is_not_proved_is_not_safe(shape):
    assert not fix_source(module(shape), config={"select": ["interpolated-log"]}).fixed


NONE = {
    "arguments behind": 'logger.info(f"{order}: %s", amount)',
    "unpacked arguments": 'logger.info(f"{order}: %s", *parts)',
    "join": 'logger.info(", ".join(parts))',
    "reshaped": 'logger.info(f"{order}"[:3])',
    "a branch": 'logger.info(f"{order}" if amount else "none")',
    "a nested specification": 'logger.info(f"{rate:.{amount}f}")',
    "a repeated field": 'logger.info("{0} {0}".format(seen(1)))',
    "another order": 'logger.info("{1} {0}".format(seen(1), seen(2)))',
    "an attribute in a field": 'logger.info("{0.real}".format(amount))',
    "an argument without a field": 'logger.info("{}".format(1, seen(2)))',
    "a missing argument": 'logger.info("%s %s" % order)',
    "a named character": r'logger.info(f"\N{BULLET} {order}")',
    "a sum without a text": "logger.info(order + text)",
    "a comment inside": 'logger.info(\n        "a "  # one\n        + order\n    )',
    "what is evaluated before": 'logger.info(extra=dict(a=seen(1)), msg=f"{seen(2)}")',
}


@pytest.mark.parametrize("shape", NONE.values(), ids=NONE)
def test_what_cannot_be_taken_out_is_left(shape):
    code = module(shape)
    fixed = fix_source(code, unsafe=True, config={"select": ["interpolated-log"]})
    assert not fixed.problems
    assert not fixed.fixed
    assert len(fixed.left) == 1
    assert fixed.data.decode() == code


RAISING = {
    "fields": ('logger.info("paid", user=order)', "paid"),
    "names of a record": ('logger.info("paid", name=order, filename=order, message=order)', "paid"),
    "fields and extra": ('logger.info("paid", extra={"extra_field": 1}, user=order)', "paid"),
    "fields and values": ('logger.info("paid %s", order, user=order, exc_info=False)', "paid ORD-1"),
    "fields before a message": ('logger.info(user=order, msg="paid")', "paid"),
    "unpacked": ('logger.info("paid", **{}, user=order)', "paid"),
}


@pytest.mark.parametrize(("shape", "text"), RAISING.values(), ids=RAISING)
def test_fields_that_raise_go_into_extra(shape, text):
    code = module(shape)
    with pytest.raises(TypeError):
        run(code)
    fixed = fix_source(code, unsafe=True, config={"select": ["unstructured-log"]})
    assert not fixed.problems
    assert [record.text for record in run(fixed.data.decode()).logged] == [text]


STRUCTURED = {
    "values": (
        "structlog",
        'log.info("user %s paid %.2f", user, order.amount)',
        'log.info("user_paid", user=user, amount=order.amount)',
    ),
    "a name twice": ("structlog", 'log.info("%s and %s met", a.id, a.id)', 'log.info("and_met", a_id=a.id, a_id_2=a.id)'),  # noqa: E501
    "reserved names": (
        "structlog",
        'log.info("%s %s went", event, self)',
        'log.info("went", event_2=event, instance=self)',
    ),
    "prose": ("structlog", 'log.info("payment was received")', 'log.info("payment_was_received")'),
    "bound fields stay": ("structlog", 'log.info("user %s", user, n=1)', 'log.info("user", user=user, n=1)'),
    "a field of that name": ("structlog", 'log.info("user %s", user, user=1)', 'log.info("user", user_2=user, user=1)'),
    "loguru by number": ("loguru", 'logger.info("{1!r} {0}", user, n)', 'logger.info("{n!r} {user}", n=n, user=user)'),
    "numbers and none": ("loguru", 'logger.info("user {} paid {1!r}", user, n)', None),
    "loguru": ("loguru", 'logger.info("user {} paid {:.2f}", user, n)', 'logger.info("user {user} paid {n:.2f}", user=user, n=n)'),  # noqa: E501
    "loguru's percent": ("loguru", 'logger.info("{a} %s %5.1f%%", user, n)', 'logger.info("{{a}} {user} {n:5.1f}%", user=user, n=n)'),  # noqa: E501
    "lazy": ("loguru", 'logger.opt(lazy=True).info("user {}", lambda: user)', None),
    "a template": ("structlog", "log.info(template, user)", None),
    "too many words": ("structlog", 'log.info("a b c d e f g h i %s", user)', None),
}  # fmt: skip
HEADS = {
    "structlog": "import structlog\n\nlog = structlog.get_logger()\n",
    "loguru": "from loguru import logger\n\n",
}


@pytest.mark.parametrize(("library", "line", "expected"), STRUCTURED.values(), ids=STRUCTURED)
def test_values_become_fields(library, line, expected):
    fixed = fix_source(HEADS[library] + line + "\n", unsafe=True, config={"select": ["unstructured-log"]})
    assert not fixed.problems
    assert fixed.data.decode() == HEADS[library] + (expected or line) + "\n"


STYLED = {
    "values": ('logger.info("user %s paid", user)', 'logger.info("user_paid", extra={"user": user})'),
    "an f-string": ('logger.info(f"user {user.id} paid")', 'logger.info("user_paid", extra={"user_id": user.id})'),
    "extra is there": (
        'logger.info("user %s paid", user, extra={"n": 1})',
        'logger.info("user_paid", extra={"user": user, "n": 1})',
    ),
    "fields too": ('logger.info("user %s", user, n=1)', 'logger.info("user", extra={"user": user, "n": 1})'),
    "a record's name": ('logger.info("%s paid", name)', 'logger.info("paid", extra={"name_2": name})'),
    "extra that is no literal": ('logger.info("user %s paid", user, extra=more)', None),
}


@pytest.mark.parametrize(("line", "expected"), STYLED.values(), ids=STYLED)
def test_fields_of_standard_loggers_go_into_extra(line, expected):
    head = "import logging\n\nlogger = logging.getLogger(__name__)\n"
    rules = {name: {"style": "extra"} for name in ("interpolated-log", "unstructured-log")}
    config = {"select": ["interpolated-log", "unstructured-log"], "rules": rules}
    fixed = fix_source(head + line + "\n", unsafe=True, config=config)
    assert not fixed.problems
    assert fixed.data.decode() == head + (expected or line) + "\n"


PRINTS = {
    "a text": 'print("100%")',
    "values": 'print("100%", seen(1), seen("x"), shown)',
    "a separator": 'print("a", 1, "b", sep="-%-")',
    "a separator of None": 'print("a", 1, sep=None, end=None)',
    "flushed": 'print("a", flush=True)',
    "lines": 'print("""a\n  %s {b}""", amount)',
    "bytes": 'print(b"a", amount)',
    "a sum of numbers": 'print("total", amount + seen(4))',
    "a sum of numbers alone": "print(amount + seen(4))",
    "a sum of texts": 'print("a" + order + "%")',
    "a tuple": 'print("pair", (1, 2))',
    "a dictionary": 'print({"a": 1})',
    "a dictionary behind a text": 'print("got", {"a": 1})',
    "percent": 'print("%5.2f%% of %-4d|" % (rate, seen(2)))',
    "percent and one": 'print("%d%%" % seen(2))',
    "percent and a dictionary": 'print("%(a)s %(b)r" % {"a": seen(1), "b": seen(2)})',
    "percent and a name": 'print(("%s" + order) % order)',
    "format": 'print("{:>4}{{}}".format(seen(2)))',
    "an f-string": "print(f\"{rate:.1f} {order!r:>8} {amount=} {'a' if amount else 'b'}\")",
    "a generator": 'print("".join(p for p in parts))',
    "a walrus": "print(kept := amount)",
    "a conditional": 'print("a" if amount else "b")',
    "an enumeration": 'print(Colour.RED, "paint")',
    "a list that changes": "print(parts, [seen(1)])",
    "one line": 'if amount: print("a")',
    "semicolons": 'print("a"); print("b"); total = 2',
    "a loop": "for n in range(2): print(n)",
    "a stream": 'import sys\n    sys.stdout.write("a %s\\n" % seen(1))',
    "a stream and a sum": 'import sys\n    sys.stdout.write("a " + str(seen(1)) + "\\n")',
    "a stream over lines": 'import sys\n    sys.stdout.write("""a\nb\n""")',
    "the other stream": 'import sys\n    print("a", amount, file=sys.stderr)',
    "pprint": 'from pprint import pprint\n    pprint({"a": [1, order]})',
    "pprint to a stream": 'import sys\n    from pprint import pprint\n    pprint({"a": 1}, sys.stdout)',
    "a parameter called logger": 'def inner(logger): print("a", logger)\n    inner(1)',
    "a local called logger": 'def inner():\n        logger = 2\n        print("a", logger)\n    inner()',
    "a class": 'class Inner:\n        print("a")\n        __log = 1',
}


def printed(code: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[Any]]:
    """The lines that the code prints or logs, and its events."""
    done = run(code)
    shown = capsys.readouterr()
    text = shown.out + shown.err + "".join(f"{record.text}\n" for record in done.logged)
    return text.splitlines(), [event for event in done.events if not isinstance(event, list)]


@pytest.mark.parametrize("shape", PRINTS.values(), ids=PRINTS)
@pytest.mark.parametrize("has_logger", [True, False], ids=["own logger", "added logger"])
def test_a_print_is_logged_with_the_same_text(shape, has_logger, capsys):
    code = module(shape)
    if not has_logger:
        code = code.replace('import logging\n\nlogger = logging.getLogger("shop")\n', "")
    select = ["print-call", "interpolated-log", "unstructured-log"]
    fixed = fix_source(code, unsafe=True, config={"select": select})
    assert not fixed.problems
    assert {violation.rule for violation in fixed.fixed} == {"print-call"}
    assert not fixed.left
    assert printed(fixed.data.decode(), capsys) == printed(code, capsys)


KEPT_PRINTS = {
    "nothing": "print()",
    "an empty text": "print('')",
    "an empty line to a stream": "import sys; sys.stderr.write('\\n')",
    "unpacked": "print(*parts)",
    "options unpacked": 'print("a", **{})',
    "an end that joins": 'print("a", end="")',
    "an end that is told elsewhere": 'print("a", end=order)',
    "something that happens for it": 'print("a", flush=seen(True))',
    "a lambda": 'return lambda: print("a")',
    "a comprehension": "[print(part) for part in parts]",
    "a result": 'return print("a")',
    "a branch": 'amount and print("a")',
    "a comment within": 'print(  # why\n        "a",\n    )',
    "half a line": 'import sys\n    sys.stdout.write("a")',
    "lines": 'import sys\n    sys.stdout.writelines(["a"])',
    "pprint with a width": "from pprint import pprint\n    pprint(parts, width=1)",
}


@pytest.mark.parametrize("shape", KEPT_PRINTS.values(), ids=KEPT_PRINTS)
def test_a_print_that_is_no_message_is_left(shape):
    code = module(shape)
    fixed = fix_source(code, unsafe=True, config={"select": ["print-call"]})
    assert not fixed.problems
    assert fixed.data.decode() == code
    assert fixed.left


PLACES = {
    "before the imports": 'print("a")\nimport os\n\nprint(os.sep)\n',
    "below a docstring": '"""Doc."""\nprint("a")\n',
    "below an import of the future": '"""Doc."""\nfrom __future__ import annotations\nprint("a")\nimport os\n',
    "before the logger": 'import logging\n\nprint("a")\nlogger = logging.getLogger("b")\n',
    "beside the logger's branch": (
        'import logging\n\nif not __name__:\n    logger = logging.getLogger("b")\nelse:\n    print("a")\n'
    ),
    "another name": 'import logging\n\njournal = logging.getLogger("b")\nprint("a")\n',
    "a mangled name": 'import logging\n\n__log = logging.getLogger("b")\n\n\nclass A:\n    print("a")\n',
    "an attribute": 'import logging\n\n\nclass A:\n    log = logging.getLogger("b")\n    print("a")\n',
    "imported for types": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import logging\n\nprint('a')\n",
    "the word is taken": 'logger = None\nprint("a")\n',
    "in a function": 'def f():\n    print("a")\n\n\nf()\n',
}  # fmt: skip


@pytest.mark.parametrize("code", PLACES.values(), ids=PLACES)
def test_a_print_finds_a_logger_wherever_it_stands(code, capsys):
    fixed = fix_source(code, unsafe=True, config={"select": ["print-call", "interpolated-log", "unstructured-log"]})
    assert not fixed.problems
    assert not fixed.left
    assert printed(fixed.data.decode(), capsys) == printed(code, capsys)


def test_a_print_in_a_handler_logs_the_exception():
    code = module('try: 1 / 0\n    except ArithmeticError as error: print("failed:", error)')
    fixed = fix_source(code, unsafe=True, config={"select": ["print-call"]})
    assert run(fixed.data.decode()).logged == [Logged("ERROR", "failed: division by zero", True, None)]


LIBRARIES = {
    "loguru": ('print("{x} 5%", order)', 'logger.info("{{x}} 5% {order}", order=order)'),
    "loguru without values": ('print("{x}")', 'logger.info("{x}")'),
    "structlog": ('print("order paid:", order.id)', 'log.info("order_paid", order_id=order.id)'),
    "structlog and self": ("print(self)", 'log.info("mod", instance=self)'),
}


@pytest.mark.parametrize(("line", "expected"), LIBRARIES.values(), ids=LIBRARIES)
def test_a_print_is_logged_as_the_library_has_it(line, expected, request):
    head = HEADS["structlog" if "log.info" in expected and "logger" not in expected else "loguru"]
    select = ["print-call", "interpolated-log", "unstructured-log"]
    fixed = fix_source(head + line + "\n", "mod.py", unsafe=True, config={"select": select})
    assert not fixed.problems
    assert fixed.data.decode() == head + expected + "\n"
