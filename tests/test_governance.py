"""What a project asks of suppressions: reasons, tickets, locked rules; the audit of them, and adding them in bulk."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from prodlint import check_source
from prodlint.fix.allowing import Grounds, allow, allowing, fault_in_reason
from prodlint.fix.edits import apply
from prodlint.hosts.cli import main
from prodlint.registry import built_in
from prodlint.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TODAY = "2026-06-15"
KEY = "AKIA" + "QYLPMN5HHHFPZAM2"  # prodlint: allow hardcoded-secret -- in the form of a real one, and of nobody


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the command line in this process, in an empty project, without a cache and anybody's git configuration."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path / "cache"))
    Path("prodlint.toml").write_text('ignore = ["documentation"]\n')

    def run(*arguments: str) -> Told:
        code = main(arguments)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def told(source: str, config: Mapping[str, object]) -> list[str]:
    """Every violation of a text as ``line rule`` and whether it is hidden."""
    report = check_source(source, "shop/x.py", config={"ignore": ["documentation"], **config}, today=TODAY)
    assert not report.problems
    return [
        f"{v.span.line if v.span else 0} {v.code if v.family == 'tool' else v.rule}{' hidden' if v.suppressed else ''}"
        for v in report.violations
    ]


# Reasons and tickets

REASONS = {
    "print(1)  # prodlint: allow print-call\n": ["1 print-call hidden", "1 PRD903"],
    "print(1)  # prodlint: allow print-call -- because\n": ["1 print-call hidden"],
    "print(1)  # prodlint: allow print-call --\n": ["1 print-call hidden", "1 PRD903"],
    "print(1)  # noqa: PRD201\n": ["1 print-call hidden", "1 PRD903"],
    "print(1)  # noqa: T201\n": ["1 print-call"],
    "# prodlint: allow-file print-call\nprint(1)\n": ["1 PRD903", "2 print-call hidden"],
    "# prodlint: off print-call\nprint(1)\n# prodlint: on print-call\n": ["1 PRD903", "2 print-call hidden"],
    "# prodlint: off print-call -- a banner\nprint(1)\n# prodlint: on print-call\n": ["2 print-call hidden"],
    "x = 1  # prodlint: allow print-call\n": ["1 PRD901"],
    "print(1)  # prodlint: allow print-call until 2026-01-01\n": ["1 print-call", "1 PRD904"],
    "print(1)  # noqa\n": ["1 print-call hidden", "1 PRD902"],
}


@pytest.mark.parametrize("source", REASONS)
def test_reasons_are_asked_for(source: str) -> None:
    """The comment still hides: one finding, about what is missing, and none where it has to go in any case."""
    assert sorted(told(source, {"require-reason": True})) == sorted(REASONS[source])


@pytest.mark.parametrize(
    ("reason", "is_enough"),
    [("SHOP-12: it has to be", True), ("see SHOP-7", True), ("because", False), ("shop-12", False), ("", False)],
)
def test_tickets_are_asked_for(reason: str, is_enough: bool) -> None:
    """Somewhere in the reason; a ticket that is asked for asks for a reason, too."""
    source = f"print(1)  # prodlint: allow print-call{f' -- {reason}' if reason else ''}\n"
    expected = ["1 print-call hidden"] if is_enough else ["1 print-call hidden", "1 PRD903"]
    assert told(source, {"require-ticket": "SHOP-[0-9]+"}) == expected


def test_nothing_is_asked_for_by_default() -> None:
    """A reason is good manners until the project makes it a rule."""
    assert told("print(1)  # prodlint: allow print-call\n", {}) == ["1 print-call hidden"]


# Locked rules

LOCKED = {
    "print(1)  # prodlint: allow print-call -- why\n": ["1 print-call", "1 PRD905"],
    "# prodlint: allow PRD201 until 2027-01-01\nprint(1)\n": ["1 PRD905", "2 print-call"],
    "# prodlint: allow-file print-call\nprint(1)\n": ["1 PRD905", "2 print-call"],
    "# prodlint: off print-call\nprint(1)\n# prodlint: on print-call\n": ["1 PRD905", "2 print-call"],
    "print(1)  # noqa: PRD201\n": ["1 print-call", "1 PRD905"],
    "print(1)  # noqa\n": ["1 print-call"],
    "x = 1  # prodlint: allow print-call\n": ["1 PRD905"],
    "try:\n    f()\nexcept: print(1)  # prodlint: allow bare-except, print-call\n": [
        "3 PRD905",
        "3 bare-except hidden",
        "3 print-call",
    ],
}


@pytest.mark.parametrize("source", LOCKED)
def test_no_comment_hides_a_locked_rule(source: str) -> None:
    """In whatever form: the finding stays, and the comment is told of, for it misleads."""
    config = {"select": ["print-call", "bare-except", "tool"], "ignore": [], "locked": ["print-call"]}
    assert sorted(told(source, config)) == sorted(LOCKED[source])


def test_a_family_can_be_locked() -> None:
    """As everywhere, what selects several rules stands for all of them."""
    source = f'key = "{KEY}"  # prodlint: allow hardcoded-secret -- a test\n'
    assert told(source, {"locked": ["security"]}) == ["1 hardcoded-secret", "1 PRD905"]


def test_no_baseline_hides_a_locked_rule(cli) -> None:
    """Neither one that is written now, nor one that was written before the rule was locked."""
    Path("a.py").write_text("print(1)\ntry:\n    f()\nexcept:\n    raise\n")
    assert cli("baseline").code == 0
    assert cli().code == 0
    Path("prodlint.toml").write_text('ignore = ["documentation"]\nlocked = ["print-call"]\n')
    ran = cli("--no-cache")
    assert (ran.code, ran.out.splitlines()[0].split(" ")[1:3]) == (1, ["PRD201", "print-call"])
    ran = cli("baseline", "--no-cache")
    assert ran.code == 1
    assert "1 violation above cannot be hidden" in ran.err
    assert "print-call" not in Path(".prodlint-baseline.json").read_text()


def test_locks_count_in_the_root_configuration_only(cli) -> None:
    """Else a folder could lock what the project has not locked, or be thought to."""
    Path("sub").mkdir()
    Path("sub/prodlint.toml").write_text('locked = ["print-call"]\n')
    Path("sub/a.py").write_text("x = 1\n")
    ran = cli()
    assert ran.code == 2
    assert "sub/prodlint.toml:1:" in ran.err
    assert "root configuration" in ran.err


def test_what_the_root_locks_is_locked_everywhere(cli) -> None:
    """Also below another configuration file, which could not unlock it."""
    Path("prodlint.toml").write_text('ignore = ["documentation"]\nlocked = ["print-call"]\n')
    Path("sub").mkdir()
    Path("sub/prodlint.toml").write_text('ignore = ["documentation"]\n')
    Path("sub/a.py").write_text("print(1)  # prodlint: allow print-call -- why\n")
    for _ in range(2):  # from the cache, too
        assert [line.split(" ")[1] for line in cli().out.splitlines()] == ["PRD201", "PRD905"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('require-reason = "yes"', "`require-reason` must be true or false, not a string"),
        ('require-ticket = "("', "`require-ticket` is no regular expression"),
        ("require-ticket = 1", "`require-ticket` must be a regular expression, in Python's syntax, not an integer"),
        ("max-age = 0", "`max-age` must be a number of days, 1 or more, not 0"),
        ("max-age = true", "`max-age` must be a number of days, 1 or more, not a boolean"),
        ('locked = ["print-cal"]', "unknown rule, code or family `print-cal`"),
        ('locked = ["PRD901"]', "`PRD901` cannot be hidden in any case"),
        ('generated = "no"', '`generated` must be "check" or "skip", not "no"'),
    ],
)
def test_faults_in_the_keys_are_told(cli, text: str, message: str) -> None:
    """With their places, as all faults of a configuration."""
    Path("a.py").write_text("x = 1\n")
    Path("prodlint.toml").write_text(text + "\n")
    ran = cli()
    assert ran.code == 2
    assert message in ran.err
    assert "prodlint.toml:1" in ran.err


# The module's own finding, whose place is before the first character

HEADERS = {
    "on the first line": "# prodlint: allow undocumented-public\n\nx = 1\n",
    "below a shebang": "#!/usr/bin/python\n# prodlint: allow undocumented-public\n\nx = 1\n",
    "below a licence": "# A licence\n# of two lines\n# prodlint: allow undocumented-public\nx = 1\n",
    "behind a statement on the first line": "x = 1  # prodlint: allow undocumented-public\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_comment_in_the_header_covers_the_module(name: str) -> None:
    """Nobody can put a comment above a shebang."""
    config = {"select": ["undocumented-public"], "ignore": [], "contexts": {"production": ["*"]}}
    assert told(HEADERS[name], config)[-1] == "1 undocumented-public hidden"


def test_a_comment_further_down_does_not_cover_the_module() -> None:
    """It is about what follows it."""
    source = "# A licence\n\n# prodlint: allow undocumented-public\nx = 1\n"
    assert told(source, {"select": ["undocumented-public"], "ignore": []}) == ["1 undocumented-public", "3 PRD901"]


# Edits that allow

R = "agreed in SHOP-1"
ADDED = {
    "at the end": ("print(1)\n", f"print(1)  # prodlint: allow print-call -- {R}\n"),
    "before blanks at the end": ("print(1)  \n", f"print(1)  # prodlint: allow print-call -- {R}\n"),
    "without a newline": ("print(1)", f"print(1)  # prodlint: allow print-call -- {R}"),
    "behind a comment": ("print(1)  # noqa: E501\n", f"print(1)  # noqa: E501  # prodlint: allow print-call -- {R}\n"),
    "once for a statement": (
        "f(print(1), print(2))\n",
        f"f(print(1), print(2))  # prodlint: allow print-call -- {R}\n",
    ),
    "too long": (
        f"print('{'x' * 90}')\n",
        f"# prodlint: allow print-call -- {R}\nprint('{'x' * 90}')\n",
    ),
    "too long, indented": (
        f"if x:\n    print('{'x' * 90}')\n",
        f"if x:\n    # prodlint: allow print-call -- {R}\n    print('{'x' * 90}')\n",
    ),
    "in a string of several lines": (
        'print("""\n""")\n',
        f'# prodlint: allow print-call -- {R}\nprint("""\n""")\n',
    ),
    "in a formatted string of several lines": (
        'print(f"""{a}\n""")\n',
        f'# prodlint: allow print-call -- {R}\nprint(f"""{{a}}\n""")\n',
    ),
    "before a backslash": ("print(1) + \\\n    2\n", f"# prodlint: allow print-call -- {R}\nprint(1) + \\\n    2\n"),
    "before a backslash with a sign": (
        "print('#') + \\\n  2\n",
        f"# prodlint: allow print-call -- {R}\nprint('#') + \\\n  2\n",
    ),
    "with a decorator": (
        "@a(print(1))\ndef f(): ...\n",
        f"@a(print(1))  # prodlint: allow print-call -- {R}\ndef f(): ...\n",
    ),
    "into the same": (
        f"try:\n    f()\nexcept: print(1)  # prodlint: allow bare-except -- {R}\n",
        f"try:\n    f()\nexcept: print(1)  # prodlint: allow bare-except, print-call -- {R}\n",
    ),
    "into the same above": (
        f"try:\n    f()\n# prodlint: allow bare-except -- {R}\nexcept: print(1)\n",
        f"try:\n    f()\n# prodlint: allow bare-except, print-call -- {R}\nexcept: print(1)\n",
    ),
    "beside another reason": (
        "try:\n    f()\nexcept: print(1)  # prodlint: allow bare-except -- why\n",
        f"try:\n    f()\nexcept: print(1)  # prodlint: allow bare-except -- why  # prodlint: allow print-call -- {R}\n",
    ),
    "above a comment that is complained of": (
        "# TODO: a\n# TODO: b\nx = 1\n",
        f"# prodlint: allow todo-comment -- {R}\n# TODO: a\n# TODO: b\nx = 1\n",
    ),
    "above code with such a comment": (
        "x = 1  # TODO: a\n",
        f"# prodlint: allow todo-comment -- {R}\nx = 1  # TODO: a\n",
    ),
    "CRLF": ('print("""\r\n""")\r\n', f'# prodlint: allow print-call -- {R}\r\nprint("""\r\n""")\r\n'),
    "a tab": ("if x:\n\tprint('''\n''')\n", f"if x:\n\t# prodlint: allow print-call -- {R}\n\tprint('''\n''')\n"),
    "suite of an else": (
        "if x: f()\nelse: print(1)\n",
        f"if x: f()\nelse: print(1)  # prodlint: allow print-call -- {R}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_where_a_comment_goes(name: str) -> None:
    """At the end of the line, where it can stand there and be read; else above; and never twice."""
    source, expected = ADDED[name]
    config = {"select": ["print-call", "bare-except", "todo-comment"], "ignore": ["unused-suppression"]}

    def visible(text: str) -> list:
        return [v for v in check_source(text, "shop/x.py", config=config).violations if v.suppressed is None]

    before = Source("shop/x.py", source.encode())
    text = apply(before.text, allow(visible(source), before, built_in(), Grounds(R), limit=120))
    assert text == expected
    assert not visible(text)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(source))


TOPS = {
    "x = 1\n": f"# prodlint: allow undocumented-public -- {R}\n\nx = 1\n",
    "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nx = 1\n": (
        f"#!/usr/bin/python\n# -*- coding: utf-8 -*-\n# prodlint: allow undocumented-public -- {R}\n\nx = 1\n"
    ),
    "# -*- coding: latin-1 -*-\n# A licence\nx = 1\n": (
        f"# -*- coding: latin-1 -*-\n# prodlint: allow undocumented-public -- {R}\n# A licence\nx = 1\n"
    ),
    "\nx = 1\n": f"# prodlint: allow undocumented-public -- {R}\n\nx = 1\n",
}


@pytest.mark.parametrize("source", TOPS)
def test_what_is_said_of_the_module_goes_to_its_header(source: str) -> None:
    """Below what has to stay on the first lines, and apart from code that it is not about."""
    config = {"select": ["undocumented-public"], "contexts": {"production": ["*"]}}
    before = Source("x.py", source.encode())
    (violation,) = check_source(source, "x.py", config=config).violations
    fix = allowing(violation, before, built_in(), Grounds(R))
    assert fix is not None
    text = apply(source, fix.edits)
    assert text == TOPS[source]
    (again,) = check_source(text, "x.py", config=config).violations
    assert again.suppressed is not None


@pytest.mark.parametrize("reason", ["", "  ", "a\nb", "a # b", "# b", "a\tb", "\x1b[0m"])
def test_reasons_that_would_not_be_read_are_refused(reason: str) -> None:
    """A comment that says something else than was meant is worse than none."""
    assert fault_in_reason(reason)
    assert not fault_in_reason("see #12, it's so")


# In bulk


def test_everything_that_is_reported_is_allowed(cli) -> None:
    """And nothing else changes: same tree, clean run, and nothing to add the second time."""
    Path("a.py").write_text("try:\n    print(1)\nexcept:\n    pass\n\n\ndef f(x):  # TODO: mend\n    print(x)\n")
    Path("b.py").write_text("x = 1\n")
    before = {path: Path(path).read_text() for path in ("a.py", "b.py")}
    ran = cli("--add-suppressions", "SHOP-1: known", "--until", "2099-01-01")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("5 violations allowed in 1 file\n")
    assert Path("b.py").read_text() == before["b.py"]
    text = Path("a.py").read_text()
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(before["a.py"]))
    assert text.count("until 2099-01-01 -- SHOP-1: known") == 4
    ran = cli("--add-suppressions", "SHOP-1: known")
    assert (ran.code, Path("a.py").read_text()) == (0, text)
    assert "allowed" not in ran.err


def test_a_diff_writes_nothing(cli) -> None:
    """Whoever wants to see first can, in the form that `git apply` takes."""
    Path("a.py").write_text("print(1)\n")
    ran = cli("--add-suppressions", "known", "--diff")
    assert ran.code == 1
    assert "+print(1)  # prodlint: allow print-call -- known" in ran.out
    assert Path("a.py").read_text() == "print(1)\n"


def test_only_what_is_reported_is_allowed(cli) -> None:
    """What the baseline knows, or is locked, keeps its lines."""
    Path("a.py").write_text("print(1)\n")
    assert cli("baseline").code == 0
    Path("a.py").write_text("print(1)\nprint(2)\nx = 1  # TODO: mend\n")
    Path("prodlint.toml").write_text('ignore = ["documentation"]\nlocked = ["todo-comment"]\n')
    ran = cli("--add-suppressions", "known")
    assert ran.code == 1
    assert [line.split(" ")[1] for line in ran.out.splitlines()] == ["PRD701"]
    assert Path("a.py").read_text() == (
        "print(1)\nprint(2)  # prodlint: allow print-call -- known\nx = 1  # TODO: mend\n"
    )


def test_a_reason_that_the_project_would_not_take_is_not_added(cli) -> None:
    """Else the one finding would only become another."""
    Path("prodlint.toml").write_text('ignore = ["documentation"]\nrequire-ticket = "SHOP-[0-9]+"\n')
    Path("a.py").write_text("print(1)\n")
    ran = cli("--add-suppressions", "known")
    assert ran.code == 1
    why = "the suppression names no ticket in its reason (`SHOP-[0-9]+`)"
    assert f"`suppression-without-reason` would be found: {why}" in ran.err
    assert Path("a.py").read_text() == "print(1)\n"


def test_a_withheld_diff_names_the_option_that_makes_it(cli) -> None:
    """`--fix` would mend the code, and add no comment."""
    Path("a.py").write_text("PASSWORD = 'hunter2-8f3kdk2kAA'\nprint(1)\n")
    ran = cli("--add-suppressions", "known", "--diff")
    assert "withheld from the diff" in ran.err
    assert "`--add-suppressions` makes them all" in ran.err
    assert "hunter2" not in ran.out + ran.err


def test_a_character_that_the_file_cannot_hold_is_told(cli) -> None:
    """The encoding is the file's business, and nothing is written."""
    Path("a.py").write_bytes(b"# -*- coding: latin-1 -*-\nprint(1)\n")
    ran = cli("--add-suppressions", "kaputt \N{EURO SIGN}")
    assert ran.code == 1
    assert "encoding has no" in ran.err


def test_lines_are_as_long_as_the_formatter_allows(cli) -> None:
    """The closest file that says it decides."""
    Path("pyproject.toml").write_text("[tool.ruff]\nline-length = 50\n")
    Path("sub").mkdir()
    Path("sub/ruff.toml").write_text("line-length = 120\n")
    for path in ("a.py", "sub/a.py"):
        Path(path).write_text("print('a somewhat longer text')\n")
    assert cli("--add-suppressions", "known").code == 0
    assert Path("a.py").read_text().count("\n") == 2
    assert Path("sub/a.py").read_text().count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--add-suppressions", " "),
        ("--add-suppressions", "a # b"),
        ("--add-suppressions", "a", "--until", "tomorrow"),
        ("--add-suppressions", "a", "--until", "2020-01-01"),
        ("--add-suppressions", "a", "--fix"),
        ("--add-suppressions", "a", "--no-suppressions"),
        ("--add-suppressions", "a", "-"),
        ("--until", "2099-01-01"),
        ("--no-suppressions", "--fix"),
        ("--no-suppressions", "--diff"),
    ],
)
def test_contradictions_are_refused(cli, arguments: tuple[str, ...]) -> None:
    """Before anything is read or written."""
    Path("a.py").write_text("print(1)\n")
    assert cli(*arguments).code == 2
    assert Path("a.py").read_text() == "print(1)\n"


def test_a_run_can_look_behind_the_comments(cli) -> None:
    """What they hide is reported, and nothing about them; the baseline is another matter, and the cache knows it."""
    Path("a.py").write_text("print(1)  # prodlint: allow print-call\nx = 1  # prodlint: allow print-call\n")
    assert [line.split(" ")[1] for line in cli().out.splitlines()] == ["PRD901"]
    for _ in range(2):
        assert [line.split(" ")[1] for line in cli("--no-suppressions").out.splitlines()] == ["PRD201"]
    assert [line.split(" ")[1] for line in cli().out.splitlines()] == ["PRD901"]


# The audit

AUDITED = f"""\
print(1)  # prodlint: allow print-call until 2099-01-01 -- SHOP-12: a banner
x = 1  # prodlint: allow print-call -- gone
print(2)  # prodlint: allow print-call until 2020-01-01
print(3)  # noqa
print(4)  # prodlint: allow print-cal
y = "{KEY}"  # prodlint: allow hardcoded-secret
print(5)  # noqa: PRD201
z = 1  # noqa: E501
w = 1  # noqa
# prodlint: off print-call -- a table
print(6)
print(7)
# prodlint: on print-call
v = 1  # prodlint: allow undocumented-public -- not run here
"""


def _git(*arguments: str, when: str = "2026-01-01T12:00:00Z") -> None:
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    identity = ["-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, env={**os.environ, **dates})


def test_the_audit_tells_of_every_comment(cli) -> None:
    """Why, what it hides, and what is wrong with it; comments for other tools are none of its business."""
    Path("prodlint.toml").write_text(
        'ignore = ["documentation"]\nrequire-reason = true\nlocked = ["hardcoded-secret"]\n'
    )
    Path("a.py").write_text(AUDITED)
    ran = cli("suppressions", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert [(e["line"], e["state"], e["rules"], e["hides"]) for e in document["suppressions"]] == [
        (1, "active", ["print-call"], 1),
        (2, "unused", ["print-call"], 0),
        (3, "expired", ["print-call"], 0),
        (4, "blanket", [], 1),
        (5, "invalid", [], 0),
        (6, "locked", ["hardcoded-secret"], 0),
        (7, "reasonless", ["print-call"], 1),
        (10, "active", ["print-call"], 2),
        (14, "idle", ["undocumented-public"], 0),
    ]
    first = document["suppressions"][0]
    assert (first["reason"], first["ticket"], first["until"]) == ("SHOP-12: a banner", "SHOP-12", "2099-01-01")
    assert (first["since"], first["age"], first["owner"]) == (None, None, None)
    assert "ages and owners are unknown" in ran.err
    assert KEY not in ran.out + cli("suppressions", "--format", "markdown").out + cli("suppressions").out
    assert cli("suppressions", "--exit-zero").code == 0


def test_the_audit_knows_who_and_since_when(cli) -> None:
    """By the line of the comment, in committed history; what is not committed is nobody's yet."""
    _git("init", "-q", "-b", "main")
    Path("a.py").write_text("print(1)  # prodlint: allow print-call -- why\n")
    _git("add", ".")
    _git("commit", "-qm", "one")
    Path("a.py").write_text(
        "x = 1\nprint(1)  # prodlint: allow print-call -- why\nprint(2)  # prodlint: allow print-call\n"
    )
    Path("new.py").write_text("print(1)  # prodlint: allow print-call -- why\n")
    ran = cli("suppressions", "--format", "json")
    known, fresh, untracked = json.loads(ran.out)["suppressions"]
    assert (known["since"], known["owner"]) == ("2026-01-01", "Jane Doe")
    assert known["age"] > 0
    assert fresh["owner"] is untracked["owner"] is None
    assert ran.code == 0
    assert "by Jane Doe" in cli("suppressions").out
    assert "Jane Doe" in cli("suppressions", "--format", "markdown").out


def test_the_audit_tells_of_old_comments(cli) -> None:
    """`max-age` counts days since the commit."""
    _git("init", "-q", "-b", "main")
    Path("prodlint.toml").write_text('ignore = ["documentation"]\nmax-age = 30\n')
    Path("a.py").write_text("print(1)  # prodlint: allow print-call -- why\n")
    _git("add", ".")
    _git("commit", "-qm", "one", when="2020-01-01T12:00:00Z")
    ran = cli("suppressions")
    assert ran.code == 1
    assert ran.out.startswith("a.py:1:11: old allow print-call: hides 1, since 2020-01-01 (")
    Path("prodlint.toml").write_text('ignore = ["documentation"]\nmax-age = 99999\n')
    assert cli("suppressions").code == 0


def test_the_audit_tells_of_files_that_it_could_not_read(cli) -> None:
    """A comment in one might hide anything."""
    Path("a.py").write_text("print(1  # noqa\n")
    ran = cli("suppressions")
    assert (ran.code, ran.out) == (1, "")
    assert "a.py:1" in ran.err


def test_nothing_to_audit(cli) -> None:
    """No comments are fine; no files are not."""
    assert cli("suppressions").code == 2
    Path("a.py").write_text("x = 1\n")
    ran = cli("suppressions")
    assert (ran.code, ran.out) == (0, "")
    assert "no suppressions in 1 file" in ran.err


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_comment_without_a_rule_hides_nothing(cli, form: str) -> None:
    """Only a bare `noqa` is about everything."""
    Path("a.py").write_text("print(1)  # prodlint: allow print-cal -- a typo\nprint(2)  # noqa\n")
    out = cli("suppressions", "--format", form).out
    assert out.count("no rule") == 1
    assert out.count("everything") == 1


def test_foreign_text_in_the_audit_can_do_nothing(cli) -> None:
    """A reason may hold what a terminal, a build server or a table obeys."""
    Path("a.py").write_text("print(1)  # prodlint: allow print-call -- \x1b[31m ::error:: | `x` ##[error]\n")
    assert "\x1b" not in cli("suppressions").out
    text = cli("suppressions", "--format", "markdown").out
    assert "\x1b" not in text
    assert text.splitlines()[-1].count("|") == 10
