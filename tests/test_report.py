"""The formats: their exact shapes, that they hold all findings, and that foreign text cannot steer what reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import (
    ALLOWED,
    EXCEPT,
    HOSTILE,
    LEAK,
    PRINT,
    PROBLEM,
    WHOLE_FILE,
    assert_harmless,
    hostile,
    pages,
    report,
    shown,
)

from prodlint.model import Problem, Related, Report, Severity, Skipped, Span, Suppression, Violation
from prodlint.report import FORMAT_NAMES, FORMATS, View, problem_lines, render, summary
from prodlint.report.excerpt import mark
from prodlint.report.safety import visible

SCHEMA = Path(__file__).parent.parent / "docs" / "report.schema.json"
HUMAN = ("text", "full", "statistics")


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_every_registered_format_renders(name: str) -> None:
    """A registry of lazy references can name a module or a function that does not exist."""
    assert shown(report(EXCEPT), name).endswith("\n")
    assert FORMATS[name].count(":") == 1


def test_the_page_has_every_format_and_field() -> None:
    """A format that no page tells of is used by nobody; nor is a template's field."""
    import re

    from prodlint.report.template import FIELDS

    page = (SCHEMA.parent / "formats.md").read_text(encoding="utf-8")
    formats, fields = re.findall(r"^\|.*\n\|[-|]+\n((?:\|.*\n)*)", page, re.MULTILINE)
    assert sorted(re.findall(r"^\| `(\w+)`", formats, re.MULTILINE)) == sorted(FORMAT_NAMES)
    told = {name for row in fields.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert told == set(FIELDS)


def test_an_unknown_format_is_refused_at_once() -> None:
    """A lazy renderer would fail only at its first piece, when the host has begun to write."""
    with pytest.raises(ValueError, match=r"unknown report format 'xml'.*text"):
        render(report(), "xml", View())
    with pytest.raises(ValueError, match="no field `pth` in a template; did you mean `path`"):
        render(report(), "%(pth)s", View())


def test_text_is_flake8s_shape() -> None:
    """Editors parse these lines; a finding about a whole file must have a position too."""
    assert shown(report(WHOLE_FILE, EXCEPT), "text") == (
        "src/cart.py:1:1: PRD900 not-analysed invalid syntax\n"
        "src/cart.py:12:5: PRD101 bare-except `except:` also catches `SystemExit`\n"
    )


def test_text_tells_the_path_of_a_violation() -> None:
    """Without the places between cause and effect a finding about flow is a riddle; a place elsewhere has its path."""
    elsewhere = Related("src/other.py", Span(9, 1, 9, 2), "raises here")
    leak = LEAK._replace(related=(Related(LEAK.path, Span(3, 1, 3, 4), "opened here"), elsewhere))
    assert shown(report(leak), "text").endswith(" (opened here: line 3; raises here: src/other.py:9)\n")


def test_text_of_nothing_is_nothing() -> None:
    """A clean run prints an empty report, so that `test -z` works."""
    assert shown(report(), "text") == ""
    assert shown(report(), "full") == ""


def test_text_is_the_same_whatever_the_view_looks_like() -> None:
    """Programs read it: colour and width belong to `full`."""
    assert shown(report(EXCEPT), "text", View(colour=True, width=20)) == shown(report(EXCEPT), "text")


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_suppressed_violations_appear_only_on_demand(name: str) -> None:
    """An allowed finding that shows up uninvited makes people stop allowing with a reason."""
    assert "print-call" not in shown(report(EXCEPT, ALLOWED), name)
    assert "print-call" in shown(report(EXCEPT, ALLOWED), name, View(show_suppressed=True))


def test_suppressed_violations_say_why() -> None:
    """Shown without their reason they would look like open ones."""
    text = shown(report(ALLOWED), "text", View(show_suppressed=True))
    assert text.endswith("`print` in a service (allowed until 2026-12-31: legacy, SHOP-12)\n")
    bare = ALLOWED._replace(suppressed=Suppression(None, None))
    assert shown(report(bare), "text", View(show_suppressed=True)).endswith("in a service (allowed)\n")


def test_full_shows_source_carets_and_related_places() -> None:
    """The exact look, since nobody notices when a caret moves by one."""
    leak = LEAK._replace(message="`except:` also catches `KeyboardInterrupt` and `SystemExit`")
    assert shown(report(WHOLE_FILE, leak), "full", View(width=60)) == (
        "src/cart.py:1:1: PRD900 not-analysed invalid syntax\n"
        "\n"
        "src/cart.py:12:5: PRD101 bare-except `except:` also catches\n"
        "    `KeyboardInterrupt` and `SystemExit`\n"
        "    12 |     except:\n"
        "       |     ^^^^^^^\n"
        "       = src/pool.py:3:1: opened here\n"
    )


@pytest.mark.parametrize("width", [0, 20, 40, 80, 120])
def test_full_keeps_to_the_width(width: int) -> None:
    """A line one cell too long wraps and tears the caret from its place; a very narrow view is treated as 40."""
    violation = EXCEPT._replace(message="several words " * 20, excerpt="value = call(argument) " * 30)
    for column in (1, 30, 333, 600):
        text = shown(report(violation._replace(span=Span(1, column, 1, column + 9))), "full", View(width=width))
        assert max(map(len, text.splitlines())) <= max(width, 40)
        assert "^" * 9 in text


def test_full_without_colour_has_no_escape_sequence_and_with_it_the_same_text() -> None:
    """Colour may add sequences and nothing else; without it not one may remain."""
    import re

    everything = report(WHOLE_FILE, LEAK, ALLOWED, *[PRINT] * 3)
    view = View(max_per_rule=1, show_suppressed=True)
    plain, coloured = shown(everything, "full", view), shown(everything, "full", view._replace(colour=True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b[1;31mPRD101 bare-except\x1b[0m" in coloured


def test_a_region_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    """The end column belongs to another line and says nothing about this one."""
    violation = EXCEPT._replace(span=Span(12, 5, 14, 2), excerpt="    call(one,  ")
    assert shown(report(violation), "full").splitlines()[-1] == "       |     ^^^^^^^^^"


@pytest.mark.parametrize("name", ["text", "full"])
def test_what_the_limit_leaves_out_is_counted_most_first(name: str) -> None:
    """Leaving out silently would read as "the rest is fine"; the limit is per rule and not for all."""
    violations = [EXCEPT] * 3 + [PRINT] * 1203
    text = shown(report(*violations), name, View(max_per_rule=2))
    assert text.count("PRD101") == text.count("PRD301") == 2
    assert text.splitlines()[-2:] == [
        "… 1,201 more print-call (--max-per-rule 0 shows all)",
        "… 1 more bare-except (--max-per-rule 0 shows all)",
    ]
    assert "more" not in shown(report(*violations), name)


def test_statistics_count_violations_and_files() -> None:
    """Ties are broken by code, or two equal runs could differ."""
    elsewhere = EXCEPT._replace(path="src/other.py")
    assert shown(report(EXCEPT, EXCEPT, elsewhere, PRINT, WHOLE_FILE), "statistics") == (
        "3  PRD101  bare-except   2 files\n"
        "1  PRD301  print-call    1 file\n"
        "1  PRD900  not-analysed  1 file\n"
        "5  total   3 rules       3 files\n"
    )
    assert shown(report(), "statistics") == "0  total  0 rules  0 files\n"


def test_json_is_the_documented_contract() -> None:
    """Programs depend on names, order and nulls; the schema leaves the order open."""
    text = shown(report(WHOLE_FILE, LEAK, problems=(PROBLEM,), skipped=(Skipped("a.py", "generated"),)), "json")
    data = json.loads(text)
    assert list(data) == ["version", "tool", "files", "skipped_files", "stale_entries", "problems", "violations"]
    assert data["version"] == 1
    assert list(data["tool"]) == ["name", "version"]
    assert data["files"] == {"checked": 7, "cached": 2, "skipped": 1, "unchanged": 0}
    assert data["skipped_files"] == [{"path": "a.py", "reason": "generated"}]
    assert list(data["problems"][0].items()) == [
        ("code", "cache"),
        ("message", "cannot be written"),
        ("path", ".cache"),
        ("line", None),
        ("column", None),
        ("remedy", "pass --no-cache"),
    ]
    assert list(data["violations"][1].items()) == [
        ("code", "PRD101"),
        ("name", "bare-except"),
        ("family", "errors"),
        ("severity", "error"),
        ("message", "`except:` also catches `SystemExit`"),
        ("path", "src/cart.py"),
        ("cell", None),
        ("line", 12),
        ("column", 5),
        ("end_line", 12),
        ("end_column", 12),
        ("context", "production"),
        ("policy", ["ERR-1"]),
        ("fingerprint", "0123456789abcdef"),
        ("related", [{"path": "src/pool.py", "cell": None, "line": 3, "column": 1, "message": "opened here"}]),
        (
            "fix",
            {
                "title": "Catch `Exception` instead",
                "safety": "unsafe",
                "edits": [{"start": 10, "end": 16, "text": "except Exception"}],
            },
        ),
        ("suppressed", None),
    ]
    whole = data["violations"][0]
    assert [whole[key] for key in ("line", "column", "end_line", "end_column", "fix")] == [None] * 5


def test_json_holds_one_violation_per_line_and_ignores_the_limit() -> None:
    """`diff` and `grep` work by lines, and a program must get everything."""
    text = shown(report(*[EXCEPT] * 30), "json", View(max_per_rule=2, colour=True))
    assert sum('"PRD101"' in line for line in text.splitlines()) == 30
    assert text.isascii()


@pytest.mark.parametrize("violations", [(), (WHOLE_FILE, EXCEPT, LEAK, ALLOWED, hostile("x\udcff\n"))])
def test_json_satisfies_its_schema(violations: tuple[Violation, ...]) -> None:
    """The schema is written by hand and can drift from what is printed."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    everything = report(*violations, problems=(PROBLEM, Problem("x", "y")), skipped=(Skipped("a.py", "generated"),))
    data = json.loads(shown(everything, "json", View(show_suppressed=True)))
    jsonschema.Draft202012Validator(schema).validate(data)


def test_the_schema_refuses_half_a_position() -> None:
    """A schema that accepts everything would pass the test above as well."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    data = json.loads(shown(report(EXCEPT), "json"))
    data["violations"][0]["column"] = None
    assert not validator.is_valid(data)
    del data["violations"][0]["fix"], data["violations"][0]["column"]
    assert not validator.is_valid(data)


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
@pytest.mark.parametrize("name", [b"caf\xe9.py", b"a b\n.py", b'"\\x0a".py', b"-rf.py", "名.py".encode(), b"x" * 255])
def test_json_gives_any_file_name_back(name: bytes) -> None:
    """A consumer must be able to open the file, whatever bytes its name has."""
    [violation] = json.loads(shown(report(EXCEPT._replace(path=os.fsdecode(name))), "json"))["violations"]
    assert os.fsencode(violation["path"]) == name


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_foreign_text_steers_nothing(name: str, text: str) -> None:
    """The checked tree may be hostile: no format may pass on what terminals or build servers obey."""
    rule = EXCEPT._replace(rule=text, code=text)
    printed = shown(report(hostile(text), rule), name, View(show_suppressed=True, max_per_rule=5))
    if name == "azure":
        printed = printed.replace("##vso[task.logissue type=", "")
    assert_harmless(printed.replace("\n", ""))
    commands = [line for line in printed.splitlines() if line.lstrip().startswith("::")]
    assert all(line.startswith(("::error title=", "::notice title=")) for line in commands)
    assert len(commands) == (2 if name == "github" else 0)


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_on_its_line(text: str) -> None:
    """A file name with a line end could otherwise forge a finding about another file."""
    printed = shown(report(hostile(text)), "text", View(show_suppressed=True))
    assert printed.splitlines() == [printed[:-1]]


@pytest.mark.parametrize("text", HOSTILE)
def test_problems_and_summary_are_harmless(text: str) -> None:
    """They quote paths and exceptions' messages too."""
    problems = (Problem("x", text, text, 3, text),)
    [line] = problem_lines(report(problems=problems), View())
    assert_harmless(line)
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[0m\x07", "\\x1b[0m\\x07"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\u202e\u2066", "\\u202e\\u2066"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("::error", "\\x3a:error"),
        ("##vso[x", "\\x23#vso[x"),
    ],
)
def test_escapes_are_those_of_python(text: str, expected: str) -> None:
    """Engineers can read these without a manual; an undecodable byte is shown as the byte."""
    assert visible(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "naïve café",
        "東京",
        "שלום",
        "\u0645\u06cc\u200c\u062e\u0648",
        "👩\u200d💻",
        "x[::2]",
        "std::string",
        "## title",
        "a\\nb",
        "no\u00a0break",
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    """Scripts that need joiners, emoji, slices and headings are not hostile."""
    assert visible(text) == text


@given(st.text(st.characters(exclude_categories=[])))
def test_visible_text_is_one_encodable_line(text: str) -> None:
    """Any text at all: a character forgotten in the list would show here."""
    result = visible(text)
    assert len((result + "x").splitlines()) == 1
    result.encode()
    assert visible(result) == result


@pytest.mark.parametrize(
    ("line", "start", "end", "expected"),
    [
        ("x = call()", 4, 8, ("x = call()", 4, 4)),
        ("\tcall()", 1, 5, ("    call()", 4, 4)),
        ("ab\tcall()", 3, 7, ("ab  call()", 4, 4)),
        ('s = "東京"; call()', 10, 14, ('s = "東京"; call()', 12, 4)),
        ("東\tx", 2, 3, ("東  x", 4, 1)),
        ("f = '東'", 5, 6, ("f = '東'", 5, 2)),
        ("e\u0301 = x", 5, 6, ("e\u0301 = x", 4, 1)),
        ("\x1b = x", 4, 5, ("\\x1b = x", 7, 1)),
        ("abc", 3, 3, ("abc", 3, 1)),
        ("abc", 40, 50, ("abc", 3, 1)),
        ("\tabc", 4, 4, ("    abc", 7, 1)),
        ("", 0, 0, ("", 0, 1)),
        ("0123456789" * 3, 2, 4, ("0123456789012345678…", 2, 2)),
        ("0123456789" * 3, 28, 30, ("…1234567890123456789", 18, 2)),
        ("0123456789" * 3, 2, 29, ("…234567890123456789…", 1, 18)),
        ("0123456789" * 9, 50, 52, ("…234567890123456789…", 9, 2)),
    ],
)
def test_carets_stand_under_their_region(line: str, start: int, end: int, expected: tuple[str, int, int]) -> None:
    """Tabs, wide, combining and escaped characters and cut lines all move the caret."""
    assert mark(line, start, end, 20) == expected


@given(
    st.text(st.sampled_from("ab \t東é\u0301\x1b\u202e#:["), max_size=200),
    st.integers(0, 210),
    st.integers(0, 30),
    st.integers(20, 60),
)
def test_marked_lines_fit_and_carets_lie_on_them(line: str, start: int, length: int, room: int) -> None:
    """Whatever mix of characters is cut, the line fits its room and the caret ends on it or one cell behind."""
    marked = mark(line, start, start + length, room)
    cells = sum(0 if character == "\u0301" else 2 if character == "東" else 1 for character in marked.text)
    assert cells <= room
    assert 0 <= marked.before <= cells
    assert marked.under >= 1
    assert marked.before + marked.under <= cells + 1
    assert not set("\t\x1b\u202e") & set(marked.text)


def test_a_huge_line_costs_as_little_as_a_long_one() -> None:
    """A minified line of megabytes with thousands of findings must not be walked for each of them."""
    line = "x = [" + "東," * 2_000_000
    for start in range(0, 4_000_000, 4_000):
        assert len(mark(line, start, start + 3, 70).text) <= 70


@pytest.mark.parametrize(
    ("given_report", "expected"),
    [
        (Report(885, 12, (), (), ()), "all clear: 885 files checked (12 cached) in 0.4 s"),
        (Report(1, 0, (), (), ()), "all clear: 1 file checked in 0.4 s"),
        (
            Report(1885, 0, (), (EXCEPT, *[PRINT] * 1612, PRINT._replace(severity=Severity.INFO)), ()),
            "checked 1,885 files in 0.4 s: 1 error, 1,612 warnings, 1 info",
        ),
        (
            Report(9, 0, (Skipped("a", "b"),), (ALLOWED,), ()),
            "all clear: 9 files checked in 0.4 s; 1 suppressed, 1 file skipped",
        ),
        (Report(9, 0, (), (), (PROBLEM,)), "checked 9 files in 0.4 s: no violations; 1 problem"),
        (Report(9, 0, (), (WHOLE_FILE,), ()), "checked 9 files in 0.4 s: 1 error; 1 file not analysed"),
        (Report(0, 0, (Skipped("a", "b"),), (), ()), "no files checked; 1 file skipped"),
        (Report(0, 0, (), (WHOLE_FILE,), ()), "no files checked: 1 error; 1 file not analysed"),
    ],
)
def test_the_summary_accounts_for_every_file(given_report: Report, expected: str) -> None:
    """It says that all is clear only if everything was read, and never hides what was left out."""
    assert summary(given_report, seconds=0.42, view=View()) == expected


def test_a_suppressed_unread_file_is_not_all_clear() -> None:
    """Allowing PRD900 silences the finding, but the file has still not been analysed."""
    allowed = WHOLE_FILE._replace(suppressed=Suppression("vendored", None))
    text = summary(report(allowed), seconds=1, view=View())
    assert "all clear" not in text
    assert "1 file not analysed" in text


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.004, "4 ms"), (0.42, "0.4 s"), (59.94, "59.9 s"), (59.96, "1 min 0 s"), (75.2, "1 min 15 s")],
)
def test_durations_are_short(seconds: float, expected: str) -> None:
    """No "60.0 s", no digits that nobody can use."""
    assert summary(report(), seconds=seconds, view=View()).endswith(f" in {expected}")


def test_problems_name_place_and_remedy_where_they_have_them() -> None:
    """A missing part must not leave its punctuation behind."""
    problems = (Problem("x", "broken key", "pyproject.toml", 4, "did you mean `select`?"), Problem("x", "no space"))
    assert list(problem_lines(report(problems=problems), View())) == [
        "prodlint: pyproject.toml:4: broken key (did you mean `select`?)",
        "prodlint: no space",
    ]


def test_colour_of_summary_and_problems_is_optional() -> None:
    """Standard error may be a log file as well."""
    given_report = report(EXCEPT, problems=(PROBLEM,))
    for colour in (False, True):
        view = View(colour=colour)
        lines = [summary(given_report, seconds=1, view=view), *problem_lines(given_report, view)]
        assert all(("\x1b[" in line) is colour for line in lines)


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_findings_cost_linear_time(name: str) -> None:
    """Ten thousand findings are common in legacy code; the bound is loose, a quadratic format exceeds it by far."""
    from time import process_time

    violations = [EXCEPT._replace(path=f"src/module_{number // 9}.py") for number in range(10_000)]
    started = process_time()
    shown(report(*violations), name, View(colour=True, rules=pages()))
    assert process_time() - started < 1


def test_start_up_imports_nothing_heavy() -> None:
    """The clean run pays for every import at top level; JSON and Unicode tables are for those who use them."""
    code = (
        "import sys; from prodlint.model import Report; from prodlint.report import *;"
        "r = Report(1, 0, (), (), ()); [*render(r, 'text', View())], [*render(r, 'full', View())];"
        "summary(r, seconds=1, view=View());"
        "print([m for m in ('json', 'rich', 'dataclasses', 'inspect', 'unicodedata', 'pathlib') if m in sys.modules])"
    )
    # -S: site-packages may import some of these for their own reasons.
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
