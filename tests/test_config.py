"""Configuration files and the command line: what holds for a file, where it comes from, what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodlint.config import Configuration, FileSettings, Overrides, load, values
from prodlint.config.keys import KEYS
from prodlint.config.patterns import Patterns, rebased
from prodlint.config.positions import positions
from prodlint.config.reference import reference
from prodlint.discover import Excludes, discover
from prodlint.gitignore import rules_of
from prodlint.model import Context, Problem, Severity
from prodlint.registry import Registry, built_in
from prodlint.rule import ALL, PRODUCTION, PRODUCTION_AND_SCRIPT, Rule


class Style(Enum):
    """A choice."""

    AUTO = "auto"
    EXTRA = "extra"


class Options(NamedTuple):
    """One option of each type."""

    typed: bool = False
    most: int = 3
    prefix: str = "x"
    front_ends: tuple[str, ...] = ()
    style: Style = Style.AUTO
    owner: str | None = None


class Refusing:
    """Options that accept each value and refuse them together."""

    low: int
    high: int

    def __init__(self, low: int = 0, high: int = 9) -> None:
        if low > high:
            raise ValueError("`low` is above `high`")
        self.low, self.high = low, high


def _rule(name: str, code: str, family: str, **more: Any) -> Rule:
    return Rule(name=name, code=code, family=family, since="0.1", summary="a summary", **more)


REGISTRY = Registry(
    [
        _rule("bare-except", "PRD101", "errors", contexts=ALL),
        _rule("swallowed-exception", "PRD102", "errors", contexts=PRODUCTION_AND_SCRIPT, options=Options),
        _rule("print-call", "PRD201", "observability", contexts=PRODUCTION, options=Refusing),
        _rule("undocumented-public", "PRD401", "documentation", contexts=ALL, severity=Severity.WARNING),
    ]
)
TOOL = ["PRD900", "PRD901", "PRD902", "PRD903", "PRD904", "PRD905"]
NOT_UNUSED = [code for code in TOOL if code != "PRD901"]
EVERYTHING = ["PRD101", "PRD102", "PRD201", "PRD401", *TOOL]


def write(root: Path, files: dict[str, str]) -> None:
    """Write files by their paths below a directory."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def loaded(root: Path, text: str = "", cwd: str = ".", **overrides: Any) -> Configuration:
    """A configuration with ``text`` as the project's prodlint.toml, if any."""
    if text:
        write(root, {"prodlint.toml": text})
    return load(Overrides(**overrides), cwd=os.path.normpath(root / cwd), registry=REGISTRY)


def codes(configuration: Configuration, root: Path, path: str = "src/app.py", **more: bool) -> list[str]:
    """The codes of the rules that run on a file."""
    return [active.rule.code for active in settings(configuration, root, path, **more).active]


def settings(configuration: Configuration, root: Path, path: str, **more: bool) -> FileSettings:
    """The settings of a file, none of whose configuration has faults."""
    found = configuration.settings_for(f"{root}/{path}", **more)
    assert configuration.problems == []
    return found


def faults(configuration: Configuration) -> list[tuple[int | None, str]]:
    """Line of each problem, and its message with the column."""
    return [(problem.line, _with_column(problem)) for problem in configuration.problems]


def _with_column(problem: Problem) -> str:
    return f"{problem.message} (column {problem.column})" if problem.column else problem.message


# Where the configuration is


def test_without_a_configuration_every_rule_runs(tmp_path: Path) -> None:
    """Nobody has to configure anything, and the root is then where the command was called."""
    configuration = loaded(tmp_path)
    assert codes(configuration, tmp_path) == EVERYTHING
    assert configuration.root == str(tmp_path)
    assert configuration.fail_on is Severity.WARNING


def test_the_root_is_the_repository_without_a_configuration(tmp_path: Path) -> None:
    """A call from a subdirectory judges the same paths as one from the top."""
    write(tmp_path, {"repository/.git/HEAD": "", "repository/tests/x/a.py": ""})
    configuration = loaded(tmp_path, cwd="repository/tests/x")
    assert configuration.root == str(tmp_path / "repository")
    assert settings(configuration, tmp_path, "repository/tests/x/a.py").context is Context.TEST


def test_the_root_is_the_directory_of_the_root_configuration(tmp_path: Path) -> None:
    """The closest file from the current directory upward is the root's, beyond a `.git` on the way too."""
    write(tmp_path, {"pyproject.toml": "[tool.prodlint]\n", "a/.git/HEAD": ""})
    assert loaded(tmp_path, cwd="a").root == str(tmp_path)


def test_the_closest_file_wins_whole(tmp_path: Path) -> None:
    """A file further up must not leak one key into a directory that has its own file."""
    write(
        tmp_path,
        {
            "prodlint.toml": 'select = ["PRD1"]\nignore = ["bare-except"]\n',
            "sub/pyproject.toml": '[tool.prodlint]\nignore = ["PRD4"]\n',
        },
    )
    configuration = loaded(tmp_path)
    assert codes(configuration, tmp_path, "src/app.py") == ["PRD102", *TOOL]
    assert codes(configuration, tmp_path, "sub/deep/app.py") == ["PRD101", "PRD102", "PRD201", *TOOL]


def test_a_project_file_without_our_table_is_no_configuration(tmp_path: Path) -> None:
    """Most `pyproject.toml` files are not for us, even one that mentions the name; the search goes on upward."""
    write(
        tmp_path,
        {
            "prodlint.toml": 'select = ["PRD1"]\n',
            "a/pyproject.toml": "[tool.other]\nx = 1\n",
            "b/pyproject.toml": '[project]\ndependencies = ["prodlint"]\n',
            "c/pyproject.toml": "[tool.prodlint]\n",
            "d/pyproject.toml": "this is not TOML\n",
        },
    )
    configuration = loaded(tmp_path)
    for directory in "abd":
        assert codes(configuration, tmp_path, f"{directory}/x.py") == ["PRD101", "PRD102", *TOOL]
    assert codes(configuration, tmp_path, "c/x.py") == EVERYTHING


def test_of_several_files_in_a_directory_one_counts_and_the_others_are_named(tmp_path: Path) -> None:
    """Two configurations side by side are a trap: the weightier one wins, and the run says so without failing."""
    write(
        tmp_path,
        {
            "pyproject.toml": '[tool.prodlint]\nselect = ["PRD4"]\n',
            ".prodlint.toml": 'select = ["PRD2"]\n',
            "prodlint.toml": 'select = ["PRD1"]\n',
        },
    )
    configuration = loaded(tmp_path)
    found = configuration.settings_for(f"{tmp_path}/x.py")
    assert [active.rule.code for active in found.active] == ["PRD101", "PRD102", *TOOL]
    assert [(problem.path, problem.fatal) for problem in configuration.problems] == [
        (".prodlint.toml", False),
        ("pyproject.toml", False),
    ]
    assert "`prodlint.toml` in the same directory wins" in configuration.problems[0].message


def test_what_discovery_says_of_a_directory_is_believed(tmp_path: Path) -> None:
    """A walk knows which directories hold configurations: asking the file system again would cost milliseconds."""
    write(tmp_path, {"sub/prodlint.toml": 'select = ["PRD1"]\n'})
    configuration = loaded(tmp_path)
    assert configuration.excludes_at(f"{tmp_path}/sub", ()) is None
    assert codes(configuration, tmp_path, "sub/x.py") == EVERYTHING
    configuration = loaded(tmp_path)
    configuration.excludes_at(f"{tmp_path}/sub", ("prodlint.toml",))
    assert codes(configuration, tmp_path, "sub/x.py") == ["PRD101", "PRD102", *TOOL]


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    """Only what the command line says holds, in subdirectories too."""
    write(tmp_path, {"sub/prodlint.toml": 'select = ["PRD1"]\n'})
    configuration = loaded(tmp_path, 'select = ["PRD9"]\nfail-on = "error"\n', isolated=True, ignore=("PRD4",))
    for path in ("x.py", "sub/x.py"):
        assert codes(configuration, tmp_path, path) == ["PRD101", "PRD102", "PRD201", *TOOL]
    assert configuration.fail_on is Severity.WARNING


def test_a_named_file_is_read_instead_of_all_others(tmp_path: Path) -> None:
    """Its patterns count from the project's root, wherever the file itself lies."""
    write(
        tmp_path,
        {
            "project/prodlint.toml": 'select = ["PRD9"]\n',
            "shared.toml": 'select = ["PRD1"]\nper-file-ignores = { "/src/" = ["bare-except"] }\n',
        },
    )
    configuration = loaded(tmp_path, cwd="project", config=("../shared.toml",))
    assert codes(configuration, tmp_path, "project/src/x.py") == ["PRD102", *TOOL]
    assert codes(configuration, tmp_path, "project/x.py") == ["PRD101", "PRD102", *TOOL]


def test_a_named_project_file_must_hold_our_table(tmp_path: Path) -> None:
    """Who names a file means it: one without settings is a slip, not an empty configuration."""
    write(tmp_path, {"pyproject.toml": "[project]\n"})
    assert faults(loaded(tmp_path, config=("pyproject.toml",))) == [
        (None, "--config: `pyproject.toml` has no table [tool.prodlint]")
    ]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"config": ("nowhere.toml",)}, "--config: no file `nowhere.toml`"),
        ({"config": ("a.toml", "a.toml")}, "--config: `a.toml` is one file too many: one file is enough"),
        (
            {"config": ("a.toml",), "isolated": True},
            "--config: `a.toml` is one file too many: `--isolated` reads no file",
        ),
        ({"config": ("fail-on=error",)}, "--config 'fail-on=error': not KEY=VALUE in TOML"),
        ({"config": ("selct=[]",)}, "--config 'selct=[]': unknown key `selct`"),
        ({"select": ("PRD1", "bare-exept")}, "--select: unknown rule, code or family `bare-exept`"),
        (
            {"ignore": ("PRD900",)},
            "--ignore: `PRD900` cannot be ignored: a file that no rule has seen would look clean; exclude the file "
            "instead",
        ),
        ({"fail_on": "warn"}, '--fail-on: `fail-on` must be "error", "warning" or "info", not "warn"'),
        ({"context": "tests"}, "--context: unknown context `tests`"),
        ({"per_file_ignores": ("tests",)}, "--per-file-ignores: `tests` is not PATTERN:NAMES"),
        ({"per_file_ignores": ("a.py:PRD8",)}, "--per-file-ignores: unknown rule, code or family `PRD8`"),
        ({"exclude": ("[",)}, "--exclude: `[` is a pattern that matches nothing"),
    ],
)
def test_faults_of_the_command_line_name_the_option(tmp_path: Path, overrides: dict[str, Any], message: str) -> None:
    """The message says which option is wrong; there is no file to point to."""
    write(tmp_path, {"a.toml": ""})
    configuration = loaded(tmp_path, **overrides)
    assert faults(configuration) == [(None, message)]
    assert configuration.problems[0].fatal


# Which rules run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('select = ["errors"]', ["PRD101", "PRD102", *TOOL]),
        ("select = []", TOOL),
        ('select = ["PRD1"]\nextend-select = ["print-call"]', ["PRD101", "PRD102", "PRD201", *TOOL]),
        ('ignore = ["errors"]', ["PRD201", "PRD401", *TOOL]),
        ('ignore = ["errors"]\nextend-select = ["bare-except"]', ["PRD101", "PRD201", "PRD401", *TOOL]),
        ('select = ["bare-except"]\nignore = ["PRD1"]', ["PRD101", *TOOL]),
        ('select = ["PRD10"]\nignore = ["PRD1"]', ["PRD101", "PRD102", *TOOL]),
        ('select = ["PRD1"]\nignore = ["errors"]', ["PRD101", "PRD102", *TOOL]),
        ('select = ["PRD1"]\nextend-ignore = ["PRD1"]', TOOL),
        ('select = ["bare-except"]\nignore = ["PRD101"]', TOOL),
        ('ignore = ["PRD9"]', ["PRD101", "PRD102", "PRD201", "PRD401", "PRD900"]),
        ('select = ["PRD1"]\nignore = ["unused-suppression"]', ["PRD101", "PRD102", *NOT_UNUSED]),
        ('ignore = ["ALL"]', ["PRD900"]),
        ('ignore = ["tool"]\nselect = ["PRD902"]', ["PRD900", "PRD902"]),
    ],
)
def test_the_closest_aim_wins_whichever_list_it_stands_in(tmp_path: Path, text: str, expected: list[str]) -> None:
    """ALL, families, prefixes by length, names: order of lists must not matter, and of equals the ignoring one wins."""
    assert codes(loaded(tmp_path, text), tmp_path) == expected


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"select": ("PRD1",)}, ["PRD101", "PRD102", *TOOL]),
        ({"select": ("ALL",)}, EVERYTHING),
        ({"extend_select": ("ALL",)}, EVERYTHING),
        ({"extend_select": ("errors",)}, ["PRD101", "PRD102", "PRD201", *TOOL]),
        ({"ignore": ("ALL",)}, ["PRD900"]),
        ({"ignore": ("PRD2",)}, TOOL),
        ({"extend_ignore": ("PRD9",), "extend_select": ("PRD902",)}, ["PRD201", "PRD900", "PRD902"]),
    ],
)
def test_the_command_line_beats_the_configuration(
    tmp_path: Path, overrides: dict[str, Any], expected: list[str]
) -> None:
    """What is asked for now beats what is configured, however closely the configuration aims."""
    text = 'select = ["print-call"]\nignore = ["bare-except"]\n'
    assert codes(loaded(tmp_path, text, **overrides), tmp_path) == expected


def test_rules_run_in_their_contexts_only(tmp_path: Path) -> None:
    """A rule for production code is silent in tests unless its contexts are configured otherwise."""
    text = '[rules.print-call]\ncontexts = ["test"]\n'
    configuration = loaded(tmp_path, text)
    assert codes(configuration, tmp_path, "src/app.py") == ["PRD101", "PRD102", "PRD401", *TOOL]
    assert codes(configuration, tmp_path, "tests/x.py") == ["PRD101", "PRD201", "PRD401", *TOOL]


def test_per_file_ignores_take_rules_off_where_a_pattern_matches(tmp_path: Path) -> None:
    """Patterns are gitignore's, counted from the file's directory; a leading `!` means all other files."""
    text = """\
[per-file-ignores]
"vendored/" = ["errors"]
"/a*.py" = ["PRD2"]
"__init__.py" = ["undocumented-public"]
"!src/" = ["PRD902"]
"""
    configuration = loaded(tmp_path, text)
    without = {
        "src/x.py": set(),
        "src/vendored/deep/x.py": {"PRD101", "PRD102"},
        "src/a1.py": set(),
        "a1.py": {"PRD201", "PRD902"},
        "src/__init__.py": {"PRD401"},
        "src/vendored/__init__.py": {"PRD101", "PRD102", "PRD401"},
    }
    for path, off in without.items():
        assert set(EVERYTHING) - set(codes(configuration, tmp_path, path)) == off, path


def test_the_option_replaces_per_file_ignores_and_counts_from_the_current_directory(tmp_path: Path) -> None:
    """A pattern that is typed means what the shell means by it; names after a comma belong to the pattern before."""
    text = '[per-file-ignores]\n"x.py" = ["ALL"]\n'
    configuration = loaded(tmp_path, text, cwd="src", per_file_ignores=("/a.py:PRD1,PRD2,tests/:PRD4", "/a.py:PRD901"))
    assert codes(configuration, tmp_path, "src/x.py") == EVERYTHING
    assert codes(configuration, tmp_path, "src/a.py") == ["PRD401", *NOT_UNUSED]
    assert codes(configuration, tmp_path, "a.py") == EVERYTHING


def test_an_unread_file_is_reported_whatever_is_ignored(tmp_path: Path) -> None:
    """PRD900 must survive every way to switch rules off, or an unread file would look clean."""
    text = 'ignore = ["ALL"]\nper-file-ignores = { "*" = ["ALL"] }\n'
    configuration = loaded(tmp_path, text, ignore=("PRD9",))
    assert codes(configuration, tmp_path) == ["PRD900"]


# Contexts


@pytest.mark.parametrize(
    ("path", "context"),
    [
        ("src/app.py", Context.PRODUCTION),
        ("src/latest.py", Context.PRODUCTION),
        ("src/contest_data.py", Context.PRODUCTION),
        ("src/testing/app.py", Context.PRODUCTION),
        ("tests.py", Context.PRODUCTION),
        ("app/__main__.py", Context.SCRIPT),
        ("scripts/release.py", Context.SCRIPT),
        ("app/bin/deep/x.py", Context.SCRIPT),
        ("tools/x.py", Context.SCRIPT),
        ("test/x.py", Context.TEST),
        ("app/tests/data/x.py", Context.TEST),
        ("app/test_x.py", Context.TEST),
        ("app/x_test.py", Context.TEST),
        ("conftest.py", Context.TEST),
        ("examples/x.py", Context.EXAMPLE),
        ("docs/conf.py", Context.EXAMPLE),
        ("docs/tests/x.py", Context.TEST),
        ("tools/docs/x.py", Context.EXAMPLE),
        ("examples/__main__.py", Context.EXAMPLE),
        ("scripts/test_x.py", Context.TEST),
    ],
)
def test_the_path_says_what_a_file_is_for(tmp_path: Path, path: str, context: Context) -> None:
    """Whole directory names count, not parts of them; test beats example beats script."""
    assert settings(loaded(tmp_path), tmp_path, path).context is context


def test_directories_above_the_root_say_nothing(tmp_path: Path) -> None:
    """A checkout below a directory `tests` or `tools` is production code all the same."""
    write(tmp_path, {"tests/tools/project/.git/HEAD": "", "tests/tools/project/app.py": ""})
    configuration = loaded(tmp_path, cwd="tests/tools/project")
    assert settings(configuration, tmp_path, "tests/tools/project/app.py").context is Context.PRODUCTION


def test_a_file_outside_of_the_project_is_judged_below_its_own_root(tmp_path: Path) -> None:
    """An installed package or another checkout that is named on the command line has tests and scripts of its own."""
    write(
        tmp_path,
        {
            "here/x.py": "",
            "tests/package/__init__.py": "",
            "tests/package/tests/__init__.py": "",
            "tests/other/setup.py": "",
        },
    )
    configuration = loaded(tmp_path, cwd="here")
    assert settings(configuration, tmp_path, "tests/package/app.py").context is Context.PRODUCTION
    assert settings(configuration, tmp_path, "tests/package/tests/app.py").context is Context.TEST
    assert settings(configuration, tmp_path, "tests/other/src/app.py").context is Context.PRODUCTION
    assert settings(configuration, tmp_path, "tests/other/scripts/app.py").context is Context.SCRIPT


def test_a_shebang_makes_production_code_a_script_and_nothing_else(tmp_path: Path) -> None:
    """An executable test stays a test."""
    configuration = loaded(tmp_path)
    assert settings(configuration, tmp_path, "run", has_shebang=True).context is Context.SCRIPT
    assert settings(configuration, tmp_path, "tests/run", has_shebang=True).context is Context.TEST
    assert settings(configuration, tmp_path, "docs/run", has_shebang=True).context is Context.EXAMPLE


def test_configured_contexts_beat_the_path_and_the_option_beats_both(tmp_path: Path) -> None:
    """A project knows better than its directory names; whoever calls knows best."""
    text = '[contexts]\ntest = ["qa/"]\nproduction = ["tests/helpers/", "qa/x.py"]\nscript = ["*", "!src/"]\n'
    configuration = loaded(tmp_path, text)
    expected = {
        "qa/a.py": Context.TEST,
        "qa/x.py": Context.TEST,
        "tests/helpers/a.py": Context.SCRIPT,
        "src/app.py": Context.SCRIPT,
    }
    # `src/` itself is taken in again by `!src/`, but its files match `*`, as git would have it.
    assert {path: settings(configuration, tmp_path, path).context for path in expected} == expected
    configuration = loaded(tmp_path, text, context="example")
    assert settings(configuration, tmp_path, "qa/a.py").context is Context.EXAMPLE


def test_a_configured_context_can_lower_a_test_to_production(tmp_path: Path) -> None:
    """Helpers below `tests/` that are shipped owe what production code owes."""
    configuration = loaded(tmp_path, '[contexts]\nproduction = ["tests/helpers/"]\n')
    assert settings(configuration, tmp_path, "tests/helpers/test_a.py").context is Context.PRODUCTION
    assert settings(configuration, tmp_path, "tests/test_a.py").context is Context.TEST


# Severities, options, keys


def test_severities_and_options_reach_the_rules(tmp_path: Path) -> None:
    """Each type of option is converted; a key with hyphens is the field with underscores."""
    text = """\
fail-on = "info"
[rules.swallowed-exception]
severity = "info"
typed = true
most = 7
prefix = "é"
front-ends = ["a", "b"]
style = "extra"
owner = "me"
"""
    configuration = loaded(tmp_path, text)
    active = {each.rule.code: each for each in settings(configuration, tmp_path, "x.py").active}
    assert active["PRD102"].options == Options(True, 7, "é", ("a", "b"), Style.EXTRA, "me")
    assert active["PRD102"].severity is Severity.INFO
    assert active["PRD101"].options is None
    assert active["PRD101"].severity is Severity.ERROR
    assert configuration.fail_on is Severity.INFO
    assert {each.rule.code: each for each in settings(loaded(tmp_path, isolated=True), tmp_path, "x.py").active}[
        "PRD102"
    ].options == Options()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("typed = 1", "`rules.swallowed-exception.typed` must be true or false, not an integer (column 1)"),
        ("most = true", "`rules.swallowed-exception.most` must be an integer, not a boolean (column 1)"),
        ("prefix = 1.5", "`rules.swallowed-exception.prefix` must be a string, not a float (column 1)"),
        (
            'front-ends = ["a", 1]',
            "`rules.swallowed-exception.front-ends` must be a list, each item a string, not a list (column 1)",
        ),
        ('style = "extr"', '`rules.swallowed-exception.style` must be "auto" or "extra", not "extr" (column 1)'),
        ("owner = 1979-05-27", "`rules.swallowed-exception.owner` must be a string, not a date or time (column 1)"),
        ("front_ends = []", "unknown option `front_ends` in `rules.swallowed-exception` (column 1)"),
    ],
)
def test_options_of_the_wrong_type_are_faults(tmp_path: Path, line: str, message: str) -> None:
    """True is an int for Python and not for a reader; nothing is converted by guessing."""
    assert faults(loaded(tmp_path, f"[rules.swallowed-exception]\n{line}\n")) == [(2, message)]


def test_options_that_refuse_each_other_are_one_fault(tmp_path: Path) -> None:
    """A rule's own check of its options is reported like any other fault, once, though several directories share it."""
    write(tmp_path, {"prodlint.toml": "[rules.print-call]\nlow = 5\nhigh = 2\n", "sub/prodlint.toml": ""})
    assert faults(loaded(tmp_path)) == [(2, "options of `print-call`: `low` is above `high` (column 1)")]
    configuration = loaded(tmp_path, isolated=False, config=("rules.print-call.low=99",))
    configuration.settings_for(f"{tmp_path}/sub/x.py")
    assert [message for _, message in faults(configuration)] == [
        "--config 'rules.print-call.low=99': options of `print-call`: `low` is above `high`"
    ]


def test_a_key_on_the_command_line_replaces_that_key_of_every_file(tmp_path: Path) -> None:
    """`--config KEY=VALUE` stands for the key, and leaves its neighbours in the same table alone."""
    text = "[rules.swallowed-exception]\ntyped = true\nmost = 7\n"
    overrides = ("rules.swallowed-exception.most=8", 'rules.swallowed-exception.prefix="y"', 'ignore=["PRD4"]')
    configuration = loaded(tmp_path, text, config=overrides)
    active = {each.rule.code: each.options for each in settings(configuration, tmp_path, "x.py").active}
    assert active["PRD102"] == Options(typed=True, most=8, prefix="y")
    assert "PRD401" not in active


def test_the_key_of_the_settings_differs_when_findings_could(tmp_path: Path) -> None:
    """A cache must not answer with findings of other settings, and should answer where only words differ."""
    plain = settings(loaded(tmp_path), tmp_path, "x.py").key
    changes: list[dict[str, Any]] = [
        {"ignore": ("PRD1",)},
        {"context": "script"},
        {"config": ('rules.bare-except.severity="info"',)},
        {"config": ("rules.swallowed-exception.most=4",)},
        {"config": ('rules.swallowed-exception.front-ends=["a", "b"]',)},
        {"config": ('rules.swallowed-exception.front-ends=["a, b"]',)},
        {"config": ('rules.swallowed-exception.front-ends=["a\\", \\"b"]',)},
    ]
    keys = [settings(loaded(tmp_path, **change), tmp_path, "x.py").key for change in changes]
    assert len({plain, *keys}) == len(changes) + 1
    assert settings(loaded(tmp_path, select=("ALL",), fail_on="error"), tmp_path, "y.py").key == plain


# Faults


def test_all_faults_are_found_at_once_with_their_places(tmp_path: Path) -> None:
    """Mending one fault to see the next wastes a run each; every fault names its line, column and the nearest word."""
    text = """\
[project]
name = "x"

[tool.prodlint]
selct = ["ALL"]
ignore = [
    "print-call",
    7, "bare-exept",
]
exclude = "build"
fail-on = "eror"
per-file-ignores = { "a.py" = ["PRD1", "PRD8"], "[" = [] }

[tool.prodlint.contexts]
tset = ["qa/"]
test = [""]

[tool.prodlint.rules]
print-cal = { severity = "info" }
PRD101.severity = "info"
bare-except = { severity = 3, contexts = ["prod"] }

[tool.prodlint.rules.swallowed-exception]
typd = true
[tool.prodlint.rules.unreadable-source]
severity = "info"
"""
    write(tmp_path, {"pyproject.toml": text})
    configuration = loaded(tmp_path)
    assert [(problem.line, _with_column(problem), problem.remedy) for problem in configuration.problems] == [
        (5, "unknown key `selct` (column 1)", "did you mean `select`?"),
        (8, "`ignore` must hold strings only, not an integer (column 5)", ""),
        (8, "unknown rule, code or family `bare-exept` in `ignore` (column 8)", "did you mean `bare-except`?"),
        (10, "`exclude` must be a list of patterns in gitignore syntax, not a string (column 1)",
         'write exclude = ["build"]'),
        (11, '`fail-on` must be "error", "warning" or "info", not "eror" (column 1)', "did you mean `error`?"),
        (12, "unknown rule, code or family `PRD8` in `per-file-ignores.a.py` (column 40)", "did you mean `PRD101`?"),
        (12, "`[` in `per-file-ignores` is a pattern that matches nothing (column 49)", ""),
        (15, "unknown context `tset` in `contexts` (column 1)", "did you mean `test`?"),
        (16, "`` in `contexts.test` is a pattern that matches nothing (column 9)", ""),
        (19, "unknown rule `print-cal` in `rules` (column 1)", "did you mean `print-call`?"),
        (20, "unknown rule `PRD101` in `rules` (column 1)", "did you mean `bare-except`?"),
        (21, '`rules.bare-except.severity` must be "error", "warning" or "info", not an integer (column 17)', ""),
        (21, "unknown context `prod` in `rules.bare-except.contexts` (column 43)", "did you mean `production`?"),
        (24, "unknown option `typd` in `rules.swallowed-exception` (column 1)", "did you mean `typed`?"),
        (26, "`rules.unreadable-source.severity` is fixed: a file that no rule has seen is always an error (column 1)",
         ""),
    ]  # fmt: skip
    assert {problem.path for problem in configuration.problems} == {"pyproject.toml"}
    assert all(problem.fatal for problem in configuration.problems)


def test_faults_of_the_command_line_and_of_all_files_come_together(tmp_path: Path) -> None:
    """A nested file's faults join the root's and the command line's as the walk reaches it."""
    write(tmp_path, {"prodlint.toml": "a = 1\n", "sub/prodlint.toml": "b = 1\n"})
    configuration = loaded(tmp_path, select=("nothing",))
    configuration.excludes_at(f"{tmp_path}/sub", ("prodlint.toml",))
    assert [problem.path for problem in configuration.problems] == [None, "prodlint.toml", "sub/prodlint.toml"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('select = ["ALL"]\nignore = [\n', 2, "not valid TOML: "),
        ("a = 1\r\nb = = 2\r\n", 2, "not valid TOML: "),
        ("a = 1\na = 2\n", 2, "not valid TOML: "),
        ("a = " + "[" * 5000, None, "nested too deeply"),
    ],
)
def test_a_file_that_is_not_toml_is_one_problem(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    """The parser's own message is kept, its place becomes the problem's; nothing else of the file is judged."""
    ((found, said),) = faults(loaded(tmp_path, text))
    assert said.startswith(message)
    assert found == line or (line is None and "nested" in said)
    assert "at line" not in said


def test_a_file_in_another_encoding_is_one_problem(tmp_path: Path) -> None:
    """TOML is UTF-8; a byte order mark is not worth an error."""
    (tmp_path / "prodlint.toml").write_bytes('select = ["ALL"] # x\n# caf\xe9\n'.encode("latin-1"))
    assert faults(loaded(tmp_path)) == [(2, "not UTF-8, so not TOML")]
    (tmp_path / "prodlint.toml").write_bytes(b"\xef\xbb\xbf" + b'select = ["PRD1"]\r\n')
    assert codes(loaded(tmp_path), tmp_path) == ["PRD101", "PRD102", *TOOL]


def test_an_unreadable_file_is_a_problem_and_still_a_configuration(tmp_path: Path) -> None:
    """Falling back to the file above would check under rules that this directory does not have."""
    write(tmp_path, {"prodlint.toml": 'select = ["PRD1"]\n'})
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/prodlint.toml").symlink_to("nowhere")
    configuration = loaded(tmp_path)
    assert configuration.excludes_at(f"{tmp_path}/sub", ("prodlint.toml",)) is None
    assert configuration.problems == [
        Problem(
            "configuration",
            "cannot read the file: No such file or directory",
            "sub/prodlint.toml",
            remedy="make it readable",
        )
    ]


@pytest.mark.parametrize(
    "text",
    ["tool = 1  # prodlint\n", "[tool]\nprodlint = 1\n", '[[tool]]\nname = "prodlint"\n', "tool.prodlint = []\n"],
)
def test_odd_project_files_do_no_harm(tmp_path: Path, text: str) -> None:
    """Valid TOML of an unexpected shape is either none of ours or a fault, never a crash."""
    write(tmp_path, {"pyproject.toml": text})
    messages = [message for _, message in faults(loaded(tmp_path))]
    assert messages in (
        [],
        ["`tool.prodlint` must be a table (column 1)"],
        ["`tool.prodlint` must be a table (column 6)"],
    )


# Places in TOML


def test_every_key_and_item_has_its_place() -> None:
    """Headers, dotted keys, inline tables, lists, quotes, comments and strings that look like keys."""
    text = '''\
a = 1 # b = 2
"q.x" = 'it = [1]'
c.d."e\\u0041" = { f = [1, "]", [2]], 'g h' = { i = true } }
long = """
k = 1 \\""" ""
""" # ok
[t.u] # [v]
  w = [ # one
    "x", # two ]
    { y = 1, z = "}" },
  ]
[[l]]
m = 1979-05-27 07:32:00
[[l]]
m = 'x'
[l.n]
o = 1.5
'''
    found = {path: (place.line, place.column) for path, place in positions(text).items()}
    assert found == {
        ("a",): (1, 1),
        ("q.x",): (2, 1),
        ("c",): (3, 1),
        ("c", "d"): (3, 3),
        ("c", "d", "eA"): (3, 5),
        ("c", "d", "eA", "f"): (3, 19),
        ("c", "d", "eA", "f", 0): (3, 24),
        ("c", "d", "eA", "f", 1): (3, 27),
        ("c", "d", "eA", "f", 2): (3, 32),
        ("c", "d", "eA", "f", 2, 0): (3, 33),
        ("c", "d", "eA", "g h"): (3, 38),
        ("c", "d", "eA", "g h", "i"): (3, 48),
        ("long",): (4, 1),
        ("t",): (7, 1),
        ("t", "u"): (7, 1),
        ("t", "u", "w"): (8, 3),
        ("t", "u", "w", 0): (9, 5),
        ("t", "u", "w", 1): (10, 5),
        ("t", "u", "w", 1, "y"): (10, 7),
        ("t", "u", "w", 1, "z"): (10, 14),
        ("l",): (12, 1),
        ("l", 0): (12, 1),
        ("l", 0, "m"): (13, 1),
        ("l", 1): (14, 1),
        ("l", 1, "m"): (15, 1),
        ("l", 1, "n"): (16, 1),
        ("l", 1, "n", "o"): (17, 1),
    }


@given(st.text("ab=[]{}\"'.#,\n\\ 1"))
def test_places_of_any_text_end(text: str) -> None:
    """The scan ends on text that no parser accepts, and places nothing outside of it."""
    lines = text.split("\n")
    for place in positions(text).values():
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1


_VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "]", "}", "#", "a = 1", 'q"', "l\nm", "\\", "'", "'''"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b c", "d.e", 'f"']), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b c", "[x]", "p"]), _VALUES))
def test_places_match_what_a_parser_reads(document: dict[str, object]) -> None:
    """Every key and item that the value has, in inline form, has a place, and no other has."""
    text = "".join(f"{_toml_string(key)} = {_toml(value)}\n" for key, value in document.items())
    assert set(positions(text)) == set(_paths(document, ()))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[ {', '.join(_toml(item) for item in value)} ]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_toml_string(key)} = {_toml(item)}' for key, item in value.items())} }}"
    return _toml_string(value) if isinstance(value, str) else str(value)


def _toml_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _paths(value: object, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    entries: list[tuple[Any, object]] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    return [found for key, item in entries for found in ((*path, key), *_paths(item, (*path, key)))]


# Patterns and excludes


def test_a_directory_that_matches_takes_its_files_along() -> None:
    """A pattern of a directory is about all below it, as in an ignore file, and the last match wins."""
    patterns = Patterns(["gen/", "*.py", "!keep.py"])
    assert patterns.match("", "a.py")
    assert not patterns.match("", "keep.py")
    assert patterns.match("x/gen/y/", "keep.py")
    assert not patterns.match("x/", "gen")
    assert not patterns.match("../other/", "keep.py")


@given(
    st.sampled_from(["x.py", "/x.py", "a/", "/a/", "a/*.py", "**/x.py", "a/**", "!x.py", "!/a/", "*", "[ab]/x.py"]),
    st.sampled_from(["b", "b/a", "w*/[x]"]),
    st.lists(st.sampled_from(["a", "b", "x.py", "w*", "[x]", "y"]), min_size=1, max_size=3),
)
def test_a_pattern_moved_up_means_the_same(pattern: str, below: str, path: list[str]) -> None:
    """Patterns of two origins are handed on as one list, counted from one directory; none may gain or lose a file."""
    own, moved = rules_of(pattern.encode()), rules_of(rebased(pattern, below).encode())
    assert own is not None and moved is not None
    *directories, name = path
    prefix = "".join(f"{part}/" for part in directories)
    for is_directory in (False, True):
        expected = own.verdict(prefix, name, is_directory)
        assert moved.verdict(f"{below}/{prefix}", name, is_directory) == expected
        assert moved.verdict(f"elsewhere/{prefix}", name, is_directory) is None


def test_excludes_of_the_file_count_from_its_directory(tmp_path: Path) -> None:
    """They hold in all directories below it, until a closer file takes over."""
    write(tmp_path, {"sub/prodlint.toml": 'extend-exclude = ["x/"]\n', "bare/prodlint.toml": ""})
    configuration = loaded(tmp_path, 'exclude = ["gen/"]\nextend-exclude = ["/a.py"]\n')
    names = ("prodlint.toml",)
    assert configuration.excludes_at(str(tmp_path), names) == Excludes(str(tmp_path), ("gen/", "/a.py"))
    assert configuration.excludes_at(f"{tmp_path}/other", ()) == Excludes(str(tmp_path), ("gen/", "/a.py"))
    assert configuration.excludes_at(f"{tmp_path}/sub", names) == Excludes(f"{tmp_path}/sub", ("x/",))
    assert configuration.excludes_at(f"{tmp_path}/bare", names) is None
    assert configuration.problems == []


def test_the_exclude_option_replaces_and_the_other_one_adds(tmp_path: Path) -> None:
    """Options count from the current directory, the file's patterns from its own: one list holds both."""
    text = 'exclude = ["gen/"]\nextend-exclude = ["/a.py"]\n'
    configuration = loaded(tmp_path, text, cwd="src", exclude=("x/",))
    assert configuration.excludes_at(str(tmp_path), ("prodlint.toml",)) == Excludes(
        str(tmp_path), ("/src/**/x/", "/a.py")
    )
    configuration = loaded(tmp_path, text, cwd="src", extend_exclude=("b/c.py",))
    assert configuration.excludes_at(str(tmp_path), ("prodlint.toml",)) == Excludes(
        str(tmp_path), ("gen/", "/a.py", "/src/b/c.py")
    )
    configuration = loaded(tmp_path, cwd="src", isolated=True, extend_exclude=("b/c.py",))
    assert configuration.excludes_at(str(tmp_path), ()) == Excludes(f"{tmp_path}/src", ("b/c.py",))


def test_discovery_leaves_out_what_is_configured(tmp_path: Path) -> None:
    """Excludes, nested configurations and the memory of where those lie must work together over a real walk."""
    write(
        tmp_path,
        {
            "pyproject.toml": '[tool.prodlint]\nexclude = ["gen/", "!build/"]\n',
            "gen/a.py": "",
            "build/a.py": "",
            "src/gen/a.py": "",
            "src/a.py": "",
            "sub/prodlint.toml": 'exclude = ["/a.py"]\nselect = ["PRD1"]\n',
            "sub/a.py": "",
            "sub/gen/a.py": "",
        },
    )
    configuration = loaded(tmp_path, extend_exclude=("src/a.py",))
    found = discover(["."], cwd=str(tmp_path), excludes_at=configuration.excludes_at)
    assert [file.path for file in found.files] == ["build/a.py", "sub/gen/a.py"]
    assert codes(configuration, tmp_path, "sub/gen/a.py") == ["PRD101", "PRD102", *TOOL]


# Library use, explanation, reference, cost


def test_a_mapping_takes_the_place_of_files(tmp_path: Path) -> None:
    """A program configures with its own values, tuples included, and is told its faults the same way."""
    write(tmp_path, {"prodlint.toml": 'select = ["PRD9"]\n'})
    table = {"select": ("PRD1",), "rules": {"swallowed-exception": {"front-ends": ("a",)}}}
    configuration = load(Overrides(), cwd=str(tmp_path), registry=REGISTRY, table=table)
    found = settings(configuration, tmp_path, "x.py").active
    assert [active.rule.code for active in found] == ["PRD101", "PRD102", *TOOL]
    assert found[1].options == Options(front_ends=("a",))
    configuration = load(Overrides(), cwd=str(tmp_path), registry=REGISTRY, table={"selct": 1})
    assert faults(configuration) == [(None, "configuration: unknown key `selct`")]


def test_show_says_where_every_value_comes_from(tmp_path: Path) -> None:
    """Whoever wonders why a rule runs or not reads it here: values, origins, context and reasons."""
    text = """\
[tool.prodlint]
ignore = ["PRD4"]
exclude = ["gen/"]
[tool.prodlint.per-file-ignores]
"qa/" = ["bare-except"]
[tool.prodlint.contexts]
script = ["qa/"]
[tool.prodlint.rules.swallowed-exception]
typed = true
severity = "info"
contexts = ["script", "production"]
"""
    write(tmp_path, {"pyproject.toml": text, "src/x": ""})
    configuration = loaded(tmp_path, cwd="src", extend_ignore=("PRD901",), fail_on="error")
    assert (
        configuration.show(f"{tmp_path}/qa/a.py").replace(str(tmp_path), "ROOT")
        == """\
file           ROOT/qa/a.py
context        script: it matches `contexts.script`
project root   ROOT
configuration  ../pyproject.toml

KEY                                   VALUE                      ORIGIN
extend                                none                       default
edition                               the newest                 default
select                                ["ALL"]                    default
extend-select                         []                         default
ignore                                ["PRD4"]                   ../pyproject.toml:2
extend-ignore                         ["PRD901"]                 --extend-ignore
per-file-ignores."qa/"                ["bare-except"]            ../pyproject.toml:5
exclude                               ["gen/"]                   ../pyproject.toml:3
extend-exclude                        []                         default
generated                             "check"                    default
fail-on                               "error"                    --fail-on
baseline                              ".prodlint-baseline.json"  default
plugins                               []                         default
require-reason                        false                      default
require-ticket                        ""                         default
max-age                               unset                      default
locked                                []                         default
contexts.script                       ["qa/"]                    ../pyproject.toml:7
rules.swallowed-exception.severity    "info"                     ../pyproject.toml:10
rules.swallowed-exception.contexts    ["production", "script"]   ../pyproject.toml:11
rules.swallowed-exception.typed       true                       ../pyproject.toml:9
rules.swallowed-exception.most        3                          default
rules.swallowed-exception.prefix      "x"                        default
rules.swallowed-exception.front-ends  []                         default
rules.swallowed-exception.style       "auto"                     default
rules.swallowed-exception.owner       unset                      default
rules.print-call.low                  0                          default
rules.print-call.high                 9                          default
standards                             ["production-standards"]   default
attestations                          []                         default

RULE                               RUNS  SEVERITY  CONTEXTS            WHY
PRD101 bare-except                 off   error     all                 `qa/` in per-file-ignores (../pyproject.toml:5)
PRD102 swallowed-exception         on    info      production, script  default
PRD201 print-call                  off   error     production          not for script files
PRD401 undocumented-public         off   warning   all                 `PRD4` in ignore (../pyproject.toml:2)
PRD900 unreadable-source           on    error     all                 always on
PRD901 unused-suppression          off   warning   all                 `PRD901` in --extend-ignore
PRD902 blanket-suppression         on    warning   all                 default
PRD903 suppression-without-reason  on    error     all                 default
PRD904 expired-suppression         on    error     all                 default
PRD905 forbidden-suppression       on    error     all                 default
"""
    )


def test_show_names_the_selection_that_leaves_a_rule_out(tmp_path: Path) -> None:
    """The commonest question, why a rule does not run, has the list that lacks it as its answer."""
    shown = loaded(tmp_path, '\nselect = ["PRD1"]\n').show()
    assert (
        "PRD201 print-call                  off   error     production          not in select (prodlint.toml:2)"
        in shown
    )
    assert "file" not in shown.partition("\n")[0]
    shown = loaded(tmp_path, select=("PRD2",)).show(f"{tmp_path}/app.py", has_shebang=True)
    assert "not in --select" in shown
    assert "context        script: it begins with a shebang line" in shown


def test_show_lets_no_foreign_text_steer_a_terminal(tmp_path: Path) -> None:
    """A pattern or a file name of a hostile repository may hold escape sequences."""
    configuration = loaded(tmp_path, '[per-file-ignores]\n"\\u001b[31m\\u202ex" = ["ALL"]\n')
    shown = configuration.show(f"{tmp_path}/\x1b[0m.py")
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_reference_page_is_current() -> None:
    """The page is generated: a key that changes must change it."""
    page = Path(__file__).parent.parent / "docs" / "configuration.md"
    assert page.read_text(encoding="utf-8") == reference()


def test_the_reference_names_every_key_and_its_examples_are_valid(tmp_path: Path) -> None:
    """An example that the tool refuses would be worse than none."""
    page = reference()
    for key in KEYS:
        assert f"### `{key.path[-1]}`" in page
    blocks = page.split("```toml\n")[1:]
    assert len(blocks) == len(KEYS)
    for block in blocks:
        example = block.partition("```")[0].replace("<rule>", "print-call")
        write(tmp_path, {"prodlint.toml": "", "project/pyproject.toml": example})
        assert load(Overrides(), cwd=str(tmp_path / "project"), registry=built_in()).problems == []


def test_a_project_without_settings_pays_for_none() -> None:
    """Parsing TOML and explaining cost more than linting a small file: neither is loaded without need."""
    program = (
        "import sys; from prodlint.config import Overrides, load; from prodlint.registry import Registry;"
        "c = load(Overrides(), cwd='/', registry=Registry(())); c.settings_for('/a.py');"
        "heavy = {'tomllib', 'tomli', 'dataclasses', 'pathlib', 'json', 'pathspec', 'difflib', 'inspect',"
        " 'prodlint.config.values', 'prodlint.config.show', 'prodlint.config.positions'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    result = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert result.stdout == "[]\n"


def test_a_key_of_the_root_only_is_a_fault_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What speaks for the whole run is said once, where the run is called: a part of the tree has no say in it."""
    key = next(key for key in KEYS if key.path == ("fail-on",))._replace(root_only=True)
    monkeypatch.setitem(values._BY_PATH, key.path, key)
    write(tmp_path, {"prodlint.toml": 'fail-on = "error"', "lib/prodlint.toml": 'ignore = []\nfail-on = "info"\n'})
    configuration = load(Overrides(config=('fail-on="error"',)), cwd=str(tmp_path), registry=REGISTRY)
    assert faults(configuration) == []
    configuration.settings_for(f"{tmp_path}/lib/app.py")
    assert faults(configuration) == [
        (2, "`fail-on` counts in the root configuration only, the one found from where prodlint runs (column 1)")
    ]
