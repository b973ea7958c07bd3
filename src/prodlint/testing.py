"""The fixture harness for rule authors: files marked with what must be found, checked both ways and in variants.

A fixture is a Python file. ``# expect: RULE`` at the end of a line says that the rule must report that line, and
``# expect-next: RULE`` alone on a line says so of the next one. A first line ``# fixture: python=3.12 path=pkg/x.py
context=test module=expect options={"key": true}`` sets the stage: the oldest Python that parses the file, the path the
rule believes in, a context, that the module itself is reported, and the rule's options as JSON (last). Without it the
file is production code. Markers are taken out before the file is checked, so that no rule can read them.

Every fixture also runs in `VARIANTS`, in which the same places must be found.

What fixing makes of ``bad.py`` stands beside it, without markers: in ``fixed_safe.py`` after the safe fixes, in
``fixed.py`` after those and the unsafe ones; of ``bad_x.py`` in ``fixed_safe_x.py`` and ``fixed_x.py``. Where nothing
is fixed there is no such file.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tokenize

from prodlint.api import check_source, fix_source
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.registry import Registry
from prodlint.report import View, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prodlint.model import Report, Violation
    from prodlint.rule import Rule

_EXPECT = re.compile(r"[ \t]*# expect(-next)?: ([\w-]+)[ \t]*$")
_STAGE = re.compile(r"# fixture:(.*)")
_DEFAULT_PATH = "package/module.py"


class Fixture(NamedTuple):
    """One fixture as read: the text without markers, the 1-based lines that must be reported, and its stage."""

    path: str
    text: str
    expected: tuple[int, ...]
    rule: str
    checked_path: str
    context: str | None
    python: tuple[int, int]
    options: dict[str, object]

    @property
    def is_readable(self) -> bool:
        """Whether the Python that runs this can parse the file."""
        return sys.version_info[:2] >= self.python


def read_fixture(path: str) -> Fixture:
    """Read a fixture file; the folder it lies in is named after its rule.

    Raises ValueError for a marker of another rule, or a stage that cannot be understood.
    """
    with open(path, encoding="utf-8", newline="") as handle:
        text = handle.read()
    rule = os.path.basename(os.path.dirname(os.path.abspath(path)))
    lines = text.split("\n")
    stage = _read_stage(lines[0], path)
    if lines[0].startswith("# fixture:"):
        lines[0] = ""
    expected = [1] if stage.get("module") == "expect" else []
    for number, line in enumerate(lines, 1):
        marker = _EXPECT.search(line)
        if marker is None:
            continue
        if marker[2] != rule:
            raise ValueError(f"{path}:{number}: the marker names `{marker[2]}`, the folder is {rule}")
        lines[number - 1] = line[: marker.start()]
        expected.append(number + 1 if marker[1] else number)
    version = tuple(map(int, str(stage.get("python", "3.10")).split(".")))
    return Fixture(
        path,
        "\n".join(lines),
        tuple(sorted(expected)),
        rule,
        str(stage.get("path", _DEFAULT_PATH)),
        str(stage["context"])
        if "context" in stage
        else None
        if "path" in stage or text.startswith("#!")
        else "production",
        (version[0], version[1]),
        dict(stage.get("options", {})),  # type: ignore[call-overload]
    )


def _read_stage(line: str, path: str) -> dict[str, object]:
    match = _STAGE.match(line)
    if match is None:
        return {}
    words, _, options = match[1].partition("options=")
    stage: dict[str, object] = {}
    for word in words.split():
        key, equals, value = word.partition("=")
        if not equals or key not in ("python", "path", "context", "module"):
            raise ValueError(f"{path}:1: `{word}` is no part of a stage")
        stage[key] = value
    if options:
        stage["options"] = json.loads(options)
    return stage


def check_fixture(fixture: Fixture, rule: Rule, text: str | bytes | None = None) -> Report:
    """Run one rule, alone, on a fixture's text, or on another text on the same stage."""
    return check_source(
        fixture.text if text is None else text,
        fixture.checked_path,
        config=_config(fixture, rule),
        registry=Registry([rule]),
    )


def _config(fixture: Fixture, rule: Rule) -> dict[str, object]:
    config: dict[str, object] = {"select": [rule.name]}
    own: dict[str, object] = dict(fixture.options)
    if own:
        config["rules"] = {rule.name: own}
    if fixture.context is not None:
        config["contexts"] = {fixture.context: ["*"]}
    return config


def fixed_path(fixture: Fixture, *, unsafe: bool) -> str:
    """Where the fixed text of a ``bad*.py`` fixture stands."""
    folder, name = os.path.split(fixture.path)
    return os.path.join(folder, ("fixed" if unsafe else "fixed_safe") + name.removeprefix("bad"))


def fix_fixture(fixture: Fixture, rule: Rule, text: str | bytes | None = None, *, unsafe: bool) -> bytes:
    """What the rule's fixes, alone, make of a fixture's text; asserts that every fix stood its proof."""
    fixed = fix_source(
        fixture.text if text is None else text,
        fixture.checked_path,
        unsafe=unsafe,
        config=_config(fixture, rule),
        registry=Registry([rule]),
    )
    assert not fixed.problems, fixed.problems
    return fixed.data


def assert_fixed(fixture: Fixture, rule: Rule, *, unsafe: bool) -> None:
    """Assert that fixing a fixture gives the text that stands beside it, with any newlines, and in every variant."""
    data = fix_fixture(fixture, rule, unsafe=unsafe)
    path = fixed_path(fixture, unsafe=unsafe)
    if os.path.exists(path):
        with open(path, "rb") as handle:
            assert data.decode() == handle.read().decode(), f"{path} is not what fixing gives"
    else:
        assert data.decode() == fixture.text, f"{path} is missing: fixing changes the fixture"
    for name, variant in VARIANTS.items():
        changed = variant(fixture.text)
        if changed is None:
            continue
        result = fix_fixture(fixture, rule, changed[0], unsafe=unsafe)
        if name == "crlf":
            assert result == data.replace(b"\n", b"\r\n"), "a newline changed, or is not the file's"
        assert fix_fixture(fixture, rule, result, unsafe=unsafe) == result, f"variant {name}: a second run changes it"


def assert_fixture(fixture: Fixture, rule: Rule) -> None:
    """Assert that a rule reports exactly the marked lines of a fixture, and the same ones in every variant."""
    found = found_lines(check_fixture(fixture, rule), rule)
    assert found == list(fixture.expected), _difference(fixture, found)
    for name, variant in VARIANTS.items():
        changed = variant(fixture.text)
        if changed is None:
            continue
        text, inserted = changed
        back = [line - 1 if inserted and line > inserted else line for line in found_lines(
            check_fixture(fixture, rule, text), rule
        )]  # fmt: skip
        assert back == list(fixture.expected), f"variant {name}: {_difference(fixture, back)}"


def found_lines(report: Report, rule: Rule) -> list[int]:
    """The lines that a rule reports, in order, a line as often as it is reported; no problem may be in the report."""
    assert not report.problems, report.problems
    unread = [violation for violation in report.violations if violation.code == "PRD900"]
    assert not unread, unread
    return sorted(_line(violation) for violation in report.violations if violation.rule == rule.name)


def _line(violation: Violation) -> int:
    return violation.span.line if violation.span is not None else 1


def _difference(fixture: Fixture, found: list[int]) -> str:
    lines = fixture.text.split("\n")
    expected = fixture.expected
    told = [f"{os.path.basename(os.path.dirname(fixture.path))}/{os.path.basename(fixture.path)}"]
    for kind, numbers in (
        ("not found", [n for n in expected if n not in found]),
        ("found but not expected", [n for n in found if n not in expected]),
        ("found more than once", sorted({n for n in found if found.count(n) > 1})),
    ):
        told += [f"  {kind}: {n}: {lines[n - 1].strip()}" for n in numbers]
    return "\n".join(told)


_Variant = tuple[str | bytes, int] | None


def _crlf(text: str) -> _Variant:
    return text.replace("\r\n", "\n").replace("\n", "\r\n"), 0


def _bom(text: str) -> _Variant:
    # No system runs a script whose `#!` does not come first.
    return None if text.startswith("#!") else (b"\xef\xbb\xbf" + text.encode(), 0)


def _no_final_newline(text: str) -> _Variant:
    return text.rstrip("\n"), 0


def _tabs(text: str) -> _Variant:
    """Indentation by tabs, outside of strings that span lines."""
    inside = _lines_inside_strings(text)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if number not in inside:
            body = line.lstrip(" ")
            depth, rest = divmod(len(line) - len(body), 4)
            lines[number - 1] = "\t" * depth + " " * rest + body
    return "\n".join(lines), 0


def _indented(text: str) -> _Variant:
    """The code one level deeper, under an `if` below the comments at the top; not for what must stand first."""
    if re.search(r"^(?:from __future__|from \S+ import \*)", text, re.MULTILINE) or _opens_with_docstring(text):
        return None
    lines = text.split("\n")
    top = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), None)
    if top is None:
        return None
    inside = _lines_inside_strings(text)
    lines[top:] = [
        line if number in inside or not line.strip() else "    " + line
        for number, line in enumerate(lines[top:], top + 1)
    ]
    lines.insert(top, "if True:")
    return "\n".join(lines), top + 1


def _opens_with_docstring(text: str) -> bool:
    import ast

    return ast.get_docstring(ast.parse(text)) is not None


def _lines_inside_strings(text: str) -> set[int]:
    """The lines that begin inside a string, where white space is content."""
    inside: set[int] = set()
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name == "STRING":
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif name == "FSTRING_START":
            starts.append(token.start[0])
        elif name == "FSTRING_END":
            inside.update(range(starts.pop() + 1, token.end[0] + 1))
    return inside


def _asynchronous(text: str) -> _Variant:
    """Every function a coroutine."""
    changed = re.sub(r"^([ \t]*)def (?=\w+[\[(])", r"\1async def ", text, flags=re.MULTILINE)
    try:
        compile(changed, "<async>", "exec", dont_inherit=True)
    except SyntaxError:
        return None  # `yield from` and some others cannot stand in a coroutine
    return (changed, 0) if changed != text else None


VARIANTS: dict[str, Callable[[str], _Variant]] = {
    "crlf": _crlf,
    "bom": _bom,
    "no final newline": _no_final_newline,
    "tabs": _tabs,
    "indented": _indented,
    "async": _asynchronous,
}
"""What a fixture's text is changed to, with the line that was inserted (0: none); None where it cannot be."""


def fixture_files(folder: str) -> Iterator[str]:
    """The fixture files of a folder: ``bad*.py`` and ``good*.py``, in order."""
    for name in sorted(os.listdir(folder)):
        if name.endswith((".py", ".pyi")) and name.startswith(("bad", "good")):
            yield os.path.join(folder, name)


def report_of(fixture: Fixture, rule: Rule) -> str:
    """What a user sees of a fixture at a width of 100: the `full` report, with the file's own name for its path."""
    report = check_fixture(fixture, rule)
    name = os.path.basename(fixture.path)
    violations = tuple(violation._replace(path=name) for violation in report.violations)
    return "".join(render(report._replace(violations=violations), "full", View(width=100)))


def shortest_case(fixture: Fixture) -> Fixture:
    """The part of a fixture above its first line that begins with ``# ---``: the case that documentation shows."""
    lines = fixture.text.split("\n")
    end = next((number for number, line in enumerate(lines) if line.startswith("# ---")), len(lines))
    text = "\n".join(lines[:end]).strip("\n") + "\n"
    above = len(fixture.text) - len(fixture.text.lstrip("\n"))
    return fixture._replace(text=text, expected=tuple(line - above for line in fixture.expected if line <= end))
