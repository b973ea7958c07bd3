"""The formats of build servers and review tools, read back by real parsers or by their documented grammar."""

from __future__ import annotations

import json
import os
import re
from xml.etree import ElementTree

import pytest
from reports import ALLOWED, EXCEPT, HOSTILE, LEAK, PRINT, PROBLEM, WHOLE_FILE, assert_harmless, hostile, report, shown

from prodlint.model import Problem, Severity, Span, Suppression, Violation
from prodlint.report import View

ALL = View(show_suppressed=True)
INFO = EXCEPT._replace(severity=Severity.INFO)
NAMES = ["a b.py", "a,b:c;d]e%f.py", "two\nlines\r.py", "\"<&>'.py", "名é.py", "-rf.py", "##vso[x].py", "::set.py"]
"""Names that need quoting in some format, all of them Unicode."""


# GitHub


def github_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands in a log, as the runner reads them: command, properties, message."""
    commands = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert match, line
        pairs = (pair.partition("=")[::2] for pair in match[2].split(","))
        commands.append((match[1], {key: unescaped(value) for key, value in pairs}, unescaped(match[3])))
    return commands


def unescaped(text: str) -> str:
    """What the runner makes of an escaped value."""
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_github_annotates_the_region() -> None:
    """Columns are dropped where the region has several lines, as GitHub demands."""
    several = EXCEPT._replace(span=Span(12, 5, 14, 2))
    warning = EXCEPT._replace(severity=Severity.WARNING)
    commands = github_commands(shown(report(EXCEPT, several, WHOLE_FILE, warning, INFO, ALLOWED), "github", ALL))
    assert [command for command, _, _ in commands] == ["error", "error", "error", "warning", "notice", "notice"]
    place = {"file": "src/cart.py", "line": "12", "endLine": "12", "col": "5", "endColumn": "11"}
    assert commands[0][1] == {"title": "PRD101 bare-except", **place}
    assert commands[0][2] == "src/cart.py:12:5: PRD101 bare-except `except:` also catches `SystemExit`"
    assert commands[1][1] == {"title": "PRD101 bare-except", "file": "src/cart.py", "line": "12", "endLine": "14"}
    assert commands[2][1]["line"] == "1"
    assert commands[5][2].endswith("(allowed until 2026-12-31: legacy, SHOP-12)")


def test_github_escapes() -> None:
    """The exact bytes: a name must not end its property, nor a message its command."""
    text = shown(report(EXCEPT._replace(path="a,b:c%\n.py", message="100% of\nit")), "github")
    assert ",file=a%2Cb%3Ac%25%0A.py,line=12," in text
    assert text.endswith("100%25 of\\x0ait\n")
    assert text.count("\n") == 1


@pytest.mark.parametrize("name", NAMES)
def test_github_gives_names_back(name: str) -> None:
    """The annotation is attached to the file of that name and no other."""
    if name.startswith("##"):
        return  # the older command syntax is neutralised, at the price of the name
    [(_, properties, _)] = github_commands(shown(report(EXCEPT._replace(path=name)), "github"))
    assert properties["file"] == name


# Azure


def test_azure_issues() -> None:
    """The grammar of logging commands, with what ends a property escaped."""
    text = shown(report(EXCEPT, PRINT, INFO, ALLOWED), "azure", ALL)
    assert text.splitlines()[0] == (
        "##vso[task.logissue type=error;sourcepath=src/cart.py;linenumber=12;columnnumber=5;code=PRD101;]"
        "bare-except: `except:` also catches `SystemExit`"
    )
    assert re.findall(r"type=(\w+)", text) == ["error", "warning", "warning", "warning"]
    odd = shown(report(EXCEPT._replace(path="a;b]c%\n.py", message="x]\n##vso[task.complete]y")), "azure")
    assert "sourcepath=a%3Bb%5Dc%AZP25%0A.py;" in odd
    assert odd.count("##vso[") == 1
    assert odd.count("\n") == 1


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(("name", "own"), [("azure", r"^##vso\[task\.logissue "), ("github", "^::(error|notice) ")])
def test_each_line_is_the_one_command_that_we_mean(name: str, own: str, text: str) -> None:
    """No foreign text opens a second one, on its line or on a new one."""
    rule = EXCEPT._replace(rule=text, code=text)
    lines = shown(report(hostile(text), rule), name, ALL).split("\n")[:-1]
    assert len(lines) == 2
    for line in lines:
        rest, number = re.subn(own, "", line)
        assert number == 1
        assert_harmless(rest)


# GitLab


def test_gitlab_issues_have_what_the_widget_needs() -> None:
    """Description, name, fingerprint, severity, path and first line, all of them required."""
    first, *rest = json.loads(shown(report(EXCEPT, PRINT, INFO, ALLOWED, WHOLE_FILE), "gitlab", ALL))
    assert list(first) == ["description", "check_name", "fingerprint", "severity", "location"]
    assert first["check_name"] == "PRD101"
    assert first["location"] == {"path": "src/cart.py", "lines": {"begin": 12, "end": 12}}
    assert [first["severity"], *[issue["severity"] for issue in rest]] == ["major", "minor", "info", "info", "major"]
    assert rest[3]["location"]["lines"] == {"begin": 1, "end": 1}
    assert json.loads(shown(report(), "gitlab")) == []


def test_gitlab_fingerprints_are_unique_and_ignore_lines() -> None:
    """Of equal ones GitLab shows one; with the line in them a blank line above would make all findings new."""

    def prints(*violations: Violation) -> list[str]:
        return [issue["fingerprint"] for issue in json.loads(shown(report(*violations), "gitlab"))]

    elsewhere = EXCEPT._replace(path="src/other.py")
    moved = EXCEPT._replace(span=Span(90, 5, 90, 12))
    assert len(set(prints(EXCEPT, EXCEPT, elsewhere))) == 3
    assert prints(EXCEPT, EXCEPT) == prints(EXCEPT, moved)
    assert prints(elsewhere) == prints(EXCEPT, elsewhere)[1:]


# reviewdog


def test_rdjson_diagnostics() -> None:
    """Ranges are half-open as ours are; a finding about a whole file has none."""
    document = json.loads(shown(report(LEAK, WHOLE_FILE, ALLOWED), "rdjson", ALL))
    assert document["source"] == {"name": "prodlint"}
    leak, whole, allowed = document["diagnostics"]
    assert leak["location"] == {
        "path": "src/cart.py",
        "range": {"start": {"line": 12, "column": 5}, "end": {"line": 12, "column": 12}},
    }
    assert (leak["severity"], leak["code"]) == ("ERROR", {"value": "PRD101"})
    assert leak["relatedLocations"] == [
        {"message": "opened here", "location": {"path": "src/pool.py", "range": {"start": {"line": 3}}}}
    ]
    assert whole["location"] == {"path": "src/cart.py"}
    assert allowed["severity"] == "INFO"


@pytest.mark.parametrize(
    ("excerpt", "span", "start", "end"),
    [
        ("x = call()", Span(1, 5, 1, 9), 5, 9),
        ("é = call()", Span(1, 5, 1, 9), 6, 10),
        ("s = '東京'; call()", Span(1, 11, 1, 15), 15, 19),
        ("x = '𐐀'", Span(1, 6, 1, 7), 6, 10),
    ],
)
def test_rdjson_columns_are_bytes(excerpt: str, span: Span, start: int, end: int) -> None:
    """reviewdog cuts lines by UTF-8 bytes."""
    [diagnostic] = json.loads(shown(report(EXCEPT._replace(excerpt=excerpt, span=span)), "rdjson"))["diagnostics"]
    place = diagnostic["location"]["range"]
    assert (place["start"]["column"], place["end"]["column"]) == (start, end)
    assert excerpt.encode()[start - 1 : end - 1].decode() == excerpt[span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize("name", ["sarif", "gitlab", "rdjson"])
@pytest.mark.parametrize("text", [*HOSTILE, "\ud83d\ude00", "\udcff"])
def test_strict_parsers_accept_the_json(name: str, text: str) -> None:
    """Ruby's and Go's parsers refuse or mangle lone surrogates, which Python's lets pass."""

    def check(value: object) -> None:
        if isinstance(value, str):
            value.encode()
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    check(json.loads(shown(report(hostile(text)._replace(fix=None)), name, ALL)))


@pytest.mark.parametrize("name", NAMES)
def test_json_formats_give_names_back(name: str) -> None:
    """They are looked up among the files of a change."""
    given = report(EXCEPT._replace(path=name))
    assert json.loads(shown(given, "gitlab"))[0]["location"]["path"] == name
    assert json.loads(shown(given, "rdjson"))["diagnostics"][0]["location"]["path"] == name


# Checkstyle and JUnit


@pytest.mark.parametrize("name", ["checkstyle", "junit"])
@pytest.mark.parametrize("text", [*HOSTILE, "]]>", "<!--", "&amp;&#0;", "\x00", "\ufffe\uffff", "'\"<>&"])
def test_xml_is_well_formed_whatever_is_in_it(name: str, text: str) -> None:
    """XML has no way to hold most control characters, and one of them makes a parser refuse the report."""
    rule = EXCEPT._replace(rule=text, code=text)
    given = report(hostile(text), rule, problems=(Problem(text, text, text, 1, text),))
    printed = shown(given, name, ALL)
    assert printed.isascii()
    ElementTree.fromstring(printed)


@pytest.mark.parametrize("name", NAMES)
def test_checkstyle_gives_names_back(name: str) -> None:
    """A consumer opens the file of that name."""
    [file] = ElementTree.fromstring(shown(report(EXCEPT._replace(path=name)), "checkstyle"))
    assert file.get("name") == name


def test_checkstyle_has_an_element_per_file_and_violation() -> None:
    """A file that comes up twice would be shown twice."""
    document = ElementTree.fromstring(shown(report(EXCEPT, WHOLE_FILE, INFO, PRINT, ALLOWED), "checkstyle", ALL))
    cart, log = document
    assert [element.get("severity") for element in cart] == ["error", "error", "info"]
    assert [element.get("severity") for element in log] == ["warning", "info"]
    assert dict(cart[0].attrib) == {
        "line": "12",
        "column": "5",
        "severity": "error",
        "message": "PRD101 `except:` also catches `SystemExit`",
        "source": "prodlint.bare-except",
    }
    assert len(ElementTree.fromstring(shown(report(), "checkstyle"))) == 0


def test_junit_has_a_case_per_file_and_rule() -> None:
    """The identity of a case must not depend on how many findings it has, or servers take it for a new one."""
    fatal = Problem("crash", "rule crashed", "src/cart.py", 3, "report it")
    document = ElementTree.fromstring(
        shown(report(EXCEPT, EXCEPT, PRINT, ALLOWED._replace(path="x.py"), problems=(PROBLEM, fatal)), "junit", ALL)
    )
    [suite] = document
    assert [document.get(key) for key in ("tests", "failures", "errors")] == ["4", "2", "1"]
    assert [suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped")] == [
        "prodlint", "4", "2", "1", "1"
    ]  # fmt: skip
    assert [(case.get("classname"), case.get("name"), case[0].tag) for case in suite] == [
        ("prodlint", "crash", "error"),
        ("src.cart", "bare-except", "failure"),
        ("src.log", "print-call", "failure"),
        ("x", "print-call", "skipped"),
    ]
    failure, skipped = suite[1][0], suite[3][0]
    assert failure.get("message") == "`except:` also catches `SystemExit` (and 1 more)"
    assert (failure.text or "").splitlines() == [
        "src/cart.py:12:5: PRD101 bare-except `except:` also catches `SystemExit`"
    ] * 2
    assert skipped.get("message") == "allowed until 2026-12-31: legacy, SHOP-12"


def test_junit_of_a_clean_run_has_a_case_that_passes() -> None:
    """Jenkins fails a build whose report holds no test."""
    [suite] = ElementTree.fromstring(shown(report(), "junit"))
    [case] = suite
    assert (len(case), suite.get("tests"), suite.get("failures")) == (0, "1", "0")


# Lines


def test_pylint_lines_are_those_of_parseable() -> None:
    """The pattern by which Jenkins reads them, from its parser's source."""
    [line] = shown(report(EXCEPT), "pylint").splitlines()
    assert line == "src/cart.py:12: [PRD101(bare-except), ] `except:` also catches `SystemExit`"
    assert re.fullmatch(r"(.*):(\d+): \[(\D\d*).*\] (.*)", line)


def test_templates_fill_in_flake8s_fields_and_ours() -> None:
    """The default of flake8, then everything else."""
    assert shown(report(EXCEPT), "%(path)s:%(row)d:%(col)d: %(code)s %(text)s") == (
        "src/cart.py:12:5: PRD101 `except:` also catches `SystemExit`\n"
    )
    ours = "%(name)s|%(family)s|%(severity)s|%(end_row)d|%(end_col)d|%(fingerprint)s|%(row)4d|100%%"
    assert shown(report(EXCEPT), ours) == "bare-except|errors|error|12|12|0123456789abcdef|  12|100%\n"
    coloured = "%(bold)s%(path)s%(reset)s"
    assert shown(report(EXCEPT), coloured) == "src/cart.py\n"
    assert shown(report(EXCEPT), coloured, View(colour=True)) == "\x1b[1msrc/cart.py\x1b[0m\n"
    assert shown(report(ALLOWED), "%(text)s", ALL).endswith("(allowed until 2026-12-31: legacy, SHOP-12)\n")
    assert shown(report(*[EXCEPT] * 3), "%(row)d", View(max_per_rule=1)).endswith(
        "… 2 more bare-except (--max-per-rule 0 shows all)\n"
    )


@pytest.mark.parametrize("template", ["%(pth)s", "%(path)", "%(path)d", "%(path)s %s", "%(row)q", "%(path"])
def test_faulty_templates_are_refused_with_a_reason(template: str) -> None:
    """A fault in a template must not wait for the first violation."""
    with pytest.raises(ValueError, match="template"):
        shown(report(), template)


@pytest.mark.parametrize("name", ["pylint", "%(path)s %(row)d %(code)s %(name)s %(text)s"])
@pytest.mark.parametrize("text", HOSTILE)
def test_lines_stay_lines(name: str, text: str) -> None:
    """A name with a line end could otherwise forge a finding about another file."""
    printed = shown(report(hostile(text)._replace(code=text, rule=text)), name, ALL)
    assert printed.splitlines() == [printed[:-1]]
    assert_harmless(printed[:-1])


def test_jsonl_holds_the_objects_of_json() -> None:
    """One contract, two framings."""
    given = report(WHOLE_FILE, LEAK, ALLOWED, hostile("x\udcff\n"))
    lines = [json.loads(line) for line in shown(given, "jsonl", ALL).splitlines()]
    assert lines == json.loads(shown(given, "json", ALL))["violations"]
    assert shown(report(), "jsonl") == ""


@pytest.mark.parametrize("reason", [None, "a reason"])
@pytest.mark.parametrize("name", ["github", "azure", "gitlab", "rdjson", "checkstyle", "pylint", "%(text)s"])
def test_suppressed_violations_say_why(name: str, reason: str | None) -> None:
    """Shown without their reason they would look like open ones."""
    allowed = PRINT._replace(suppressed=Suppression(reason, None))
    expected = "(allowed)" if reason is None else "(allowed: a reason)"
    assert expected in shown(report(allowed), name, ALL)


def test_output_is_the_same_in_any_process() -> None:
    """Hash seeds and locales must not show: reports are compared and cached by their bytes."""
    import subprocess
    import sys

    code = (
        "from reports import *; from prodlint.report import FORMAT_NAMES\n"
        "given = report(WHOLE_FILE, EXCEPT, LEAK, PRINT, ALLOWED, hostile('x\\x1b'), problems=(PROBLEM,))\n"
        "view = View(show_suppressed=True, rules=pages())\n"
        "print(ascii([shown(given, name, view) for name in FORMAT_NAMES]))"
    )
    here = os.path.dirname(__file__)
    outputs = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("2", "C")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONPATH": os.pathsep.join([here, *sys.path]),
        }
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1
