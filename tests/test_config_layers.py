"""What a configuration inherits, what it says of some paths only, and what an edition keeps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from test_config import REGISTRY, TOOL, Options, codes, faults, loaded, settings, write

from prodlint.config import Configuration, Overrides, load
from prodlint.model import Severity
from prodlint.registry import Registry, built_in
from prodlint.rule import Edition
from prodlint.tool_rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

# Inheritance


def test_what_a_file_does_not_say_the_extended_one_says(tmp_path: Path) -> None:
    """Keys are replaced, tables are joined, and a rule's options too: a part of a project adjusts what it has to."""
    write(
        tmp_path,
        {
            "prodlint.toml": 'select = ["errors"]\nfail-on = "info"\n'
            '[rules.swallowed-exception]\ntyped = true\nmost = 7\nseverity = "info"\n',
            "lib/prodlint.toml": 'extend = "../prodlint.toml"\n[rules.swallowed-exception]\nmost = 1\n',
        },
    )
    configuration = loaded(tmp_path, cwd="lib")
    found = settings(configuration, tmp_path, "lib/app.py").active
    assert [active.rule.code for active in found] == ["PRD101", "PRD102", *TOOL]
    assert found[1].options == Options(typed=True, most=1)
    assert found[1].severity is configuration.fail_on is Severity.INFO


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ('select = ["errors"]', 'extend-select = ["PRD201"]', ["PRD101", "PRD102", "PRD201"]),
        ('ignore = ["PRD101"]', 'ignore = ["PRD102"]', ["PRD201", "PRD401"]),
        ('ignore = ["PRD101"]', 'extend-select = ["errors"]', ["PRD101", "PRD102", "PRD201", "PRD401"]),
        ('extend-select = ["PRD201"]', 'select = ["PRD4"]', ["PRD401"]),
        ('select = ["PRD201"]', 'ignore = ["ALL"]', []),
    ],
)
def test_what_a_file_says_of_a_rule_beats_what_it_inherits(
    tmp_path: Path, above: str, below: str, expected: list[str]
) -> None:
    """Selections are heard one file after the other, however closely the inherited words aim."""
    write(tmp_path, {"up.toml": above, "prodlint.toml": f'extend = "up.toml"\n{below}\n'})
    found = [code for code in codes(loaded(tmp_path), tmp_path) if not code.startswith("PRD9")]
    assert found == expected


def test_three_generations_and_a_project_file(tmp_path: Path) -> None:
    """An extended file may extend another one, from its own directory, and may be a project file."""
    write(
        tmp_path,
        {
            "base/rules.toml": 'ignore = ["PRD101"]\n[rules.print-call]\nlow = 2\n',
            "base/pyproject.toml": '[tool.prodlint]\nextend = "rules.toml"\nrules.print-call.low = 1\n',
            "app/.prodlint.toml": 'extend = "../base/pyproject.toml"\n',
        },
    )
    configuration = loaded(tmp_path, cwd="app")
    assert codes(configuration, tmp_path, "app/a.py") == ["PRD102", "PRD201", "PRD401", *TOOL]
    shown = configuration.show(f"{tmp_path}/app/a.py")
    assert "configuration  .prodlint.toml < ../base/pyproject.toml < ../base/rules.toml\n" in shown
    assert "rules.print-call.low                  1                          ../base/pyproject.toml:3\n" in shown


def test_patterns_of_an_inherited_file_count_from_where_they_can_match(tmp_path: Path) -> None:
    """From its own directory if the heir lies below that; a shared file elsewhere speaks of the heir's tree."""
    patterns = (
        'extend-exclude = ["/app/gen/", "/gen/"]\n[per-file-ignores]\n"/app/src/" = ["PRD1"]\n"/src/" = ["PRD2"]\n'
    )
    write(
        tmp_path,
        {
            "prodlint.toml": patterns,
            "shared/prodlint.toml": patterns,
            "app/prodlint.toml": 'extend = "../prodlint.toml"\nextend-exclude = ["/own/"]\n',
            "tool/prodlint.toml": 'extend = "../shared/prodlint.toml"\n',
        },
    )
    configuration = loaded(tmp_path)
    assert codes(configuration, tmp_path, "app/src/a.py")[0] == "PRD201"
    assert codes(configuration, tmp_path, "tool/src/a.py")[:3] == ["PRD101", "PRD102", "PRD401"]
    excludes = configuration.excludes_at(f"{tmp_path}/app", ("prodlint.toml",))
    assert excludes is not None
    assert (excludes.base, excludes.patterns) == (str(tmp_path), ("/app/gen/", "/gen/", "/app/own/"))
    excludes = configuration.excludes_at(f"{tmp_path}/tool", ("prodlint.toml",))
    assert excludes is not None
    assert (excludes.base, excludes.patterns) == (f"{tmp_path}/tool", ("/app/gen/", "/gen/"))


def test_a_key_on_the_command_line_replaces_that_of_the_whole_line(tmp_path: Path) -> None:
    """`--config KEY=VALUE` means the same whichever of the files had the key."""
    entry = '[[overrides]]\npaths = ["x.py"]\nselect = ["PRD4"]\n'
    write(
        tmp_path,
        {
            "up.toml": f'ignore = ["PRD1"]\nextend-exclude = ["a/"]\n{entry}',
            "prodlint.toml": 'extend = "up.toml"\nignore = ["PRD2"]\nextend-exclude = ["b/"]\n',
        },
    )
    configuration = loaded(tmp_path, config=('ignore = ["PRD4"]', 'extend-exclude = ["c/"]', "overrides = []"))
    assert codes(configuration, tmp_path, "x.py") == ["PRD101", "PRD102", "PRD201", *TOOL]
    excludes = configuration.excludes_at(str(tmp_path), ("prodlint.toml",))
    assert excludes is not None
    assert excludes.patterns == ("c/",)
    configuration = loaded(tmp_path, config=('overrides = [{paths = ["x.py"], ignore = ["PRD4"]}]',))
    assert codes(configuration, tmp_path, "x.py") == TOOL


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.toml", "cannot extend `missing.toml`: No such file or directory (column 1)"),
        (".", "cannot extend `.`: it is no regular file (column 1)"),
        ("pipe", "cannot extend `pipe`: it is no regular file (column 1)"),
        ("huge.toml", "cannot extend `huge.toml`: it is larger than 1,048,576 bytes (column 1)"),
        ("pyproject.toml", "cannot extend `pyproject.toml`: it has no table [tool.prodlint] (column 1)"),
        ("", "`extend` must be the path of a file, from the configuration's directory, not empty (column 1)"),
    ],
)
def test_what_cannot_be_extended_is_a_fault(tmp_path: Path, name: str, message: str) -> None:
    """A hostile repository must not make prodlint wait for a pipe or read a device to its end."""
    write(tmp_path, {"pyproject.toml": "[project]\n", "huge.toml": "#" * (1 << 20) + "\n"})
    os.mkfifo(tmp_path / "pipe")
    assert faults(loaded(tmp_path, f'extend = "{name}"\n')) == [(1, message)]


def test_files_that_extend_each_other_end(tmp_path: Path) -> None:
    """A circle, and a line longer than anybody means, are told where they are written."""
    write(tmp_path, {"a.toml": '\nextend = "prodlint.toml"\n', "prodlint.toml": 'extend = "a.toml"\n'})
    (problem,) = loaded(tmp_path).problems
    assert "extend each other in a circle" in problem.message
    files = {f"{number}.toml": f'extend = "{number + 1}.toml"\n' for number in range(20)}
    write(tmp_path, files | {"prodlint.toml": 'extend = "0.toml"\n', "20.toml": ""})
    (problem,) = loaded(tmp_path).problems
    assert (problem.path, problem.line) == ("9.toml", 1)
    assert "more than 10 files extend one another" in problem.message


def test_a_fault_of_an_inherited_file_is_told_once_and_in_its_place(tmp_path: Path) -> None:
    """Several parts share a file: its faults are its own, wherever they come to light."""
    write(tmp_path, {"up.toml": "\nselct = 1\n", **{f"{n}/prodlint.toml": 'extend = "../up.toml"\n' for n in "ab"}})
    configuration = loaded(tmp_path)
    for part in "ab":
        configuration.settings_for(f"{tmp_path}/{part}/x.py")
    (problem,) = configuration.problems
    assert (problem.path, problem.line) == ("up.toml", 2)


def test_extend_is_no_key_of_the_command_line(tmp_path: Path) -> None:
    """There is no file that it could inherit to."""
    (problem,) = loaded(tmp_path, config=('extend = "x.toml"',)).problems
    assert "`extend` counts in a file only" in problem.message


# Overrides

OVERRIDES = """\
ignore = ["PRD101"]
[rules.swallowed-exception]
most = 1
[[overrides]]
paths = ["lib/*", "!lib/keep.py"]
ignore = ["PRD2"]
rules.swallowed-exception = { most = 2, typed = true }
[[overrides]]
paths = ["lib/deep/"]
select = ["PRD1", "PRD2"]
rules.swallowed-exception.most = 3
rules.bare-except.severity = "info"
"""


@pytest.mark.parametrize(
    ("path", "expected", "options"),
    [
        ("app.py", ["PRD102", "PRD201", "PRD401", *TOOL], Options(most=1)),
        ("lib/keep.py", ["PRD102", "PRD201", "PRD401", *TOOL], Options(most=1)),
        ("lib/a.py", ["PRD102", "PRD401", *TOOL], Options(most=2, typed=True)),
        ("lib/deep/a.py", ["PRD101", "PRD102", "PRD201", *TOOL], Options(most=3, typed=True)),
    ],
)
def test_the_last_entry_that_matches_holds(tmp_path: Path, path: str, expected: list[str], options: Options) -> None:
    """Later entries are the exceptions to earlier ones, for selections, severities and each option by itself."""
    found = settings(loaded(tmp_path, OVERRIDES), tmp_path, path).active
    assert [active.rule.code for active in found] == expected
    assert next(active.options for active in found if active.rule.code == "PRD102") == options
    if path == "lib/deep/a.py":
        assert found[0].severity is Severity.INFO


def test_overrides_lie_between_the_file_and_the_command_line(tmp_path: Path) -> None:
    """Whoever calls has the last word, and per-file-ignores take off what an entry selects."""
    configuration = loaded(tmp_path, OVERRIDES, extend_select=("PRD2",), config=("rules.swallowed-exception.most=9",))
    found = settings(configuration, tmp_path, "lib/a.py").active
    assert [active.rule.code for active in found] == ["PRD102", "PRD201", "PRD401", *TOOL]
    assert found[0].options == Options(most=9, typed=True)
    configuration = loaded(tmp_path, OVERRIDES + '[per-file-ignores]\n"lib/" = ["PRD1"]\n')
    assert codes(configuration, tmp_path, "lib/deep/a.py") == ["PRD201", *TOOL]


def test_entries_of_an_inherited_file_come_first(tmp_path: Path) -> None:
    """What a part of the project says of its paths is an exception to what the whole says of them."""
    write(tmp_path, {"up.toml": '[[overrides]]\npaths = ["*.py"]\nignore = ["PRD1", "PRD2"]\n'})
    text = 'extend = "up.toml"\n[[overrides]]\npaths = ["a.py"]\nextend-select = ["PRD1"]\n'
    assert codes(loaded(tmp_path, text), tmp_path, "a.py") == ["PRD101", "PRD102", "PRD401", *TOOL]


def test_faults_of_overrides_have_their_places(tmp_path: Path) -> None:
    """They are checked by the same table, at once with everything else."""
    text = """\
[[overrides]]
ignore = ["PRD900"]
[[overrides]]
paths = ["#"]
selct = ["PRD1"]
fail-on = "info"
rules.print-cal.low = 1
rules.print-call.low = "x"
"""
    assert faults(loaded(tmp_path, text)) == [
        (1, "an entry of `overrides` without `paths` holds for no file (column 1)"),
        (
            2,
            "`PRD900` cannot be ignored: a file that no rule has seen would look clean; exclude the file instead"
            " (column 11)",
        ),
        (4, "`#` in `overrides.paths` is a pattern that matches nothing (column 10)"),
        (5, "unknown key `selct` in `overrides` (column 1)"),
        (6, "unknown key `fail-on` in `overrides` (column 1)"),
        (7, "unknown rule `print-cal` in `overrides.rules` (column 7)"),
        (8, '`overrides.rules.print-call.low` must be an integer, not "x" (column 18)'),
    ]
    assert faults(loaded(tmp_path, "[overrides]\npaths = []\n")) == [
        (1, "`overrides` must be a list of tables, not a table (column 1)")
    ]
    assert faults(loaded(tmp_path, "overrides = [1]\n")) == [
        (1, "`overrides` must hold tables only, not an integer (column 14)")
    ]


def test_options_that_refuse_each_other_in_overrides_are_found_without_a_file(tmp_path: Path) -> None:
    """A fault must not wait for a file that the entry matches."""
    text = '[rules.print-call]\nlow = 3\n[[overrides]]\npaths = ["x"]\nrules.print-call.high = 2\n'
    assert faults(loaded(tmp_path, text)) == [(2, "options of `print-call`: `low` is above `high` (column 1)")]


def test_show_names_the_entries_that_match(tmp_path: Path) -> None:
    """Of several overrides a reader sees which hold for the file, and what each says."""
    configuration = loaded(tmp_path, OVERRIDES)
    shown = [line.split() for line in configuration.show(f"{tmp_path}/lib/a.py").splitlines()]
    assert "overrides that match prodlint.toml:4".split() in shown
    assert 'overrides[0].paths ["lib/*", "!lib/keep.py"] prodlint.toml:4'.split() in shown
    assert "overrides[0].rules.swallowed-exception.most 2 prodlint.toml:7".split() in shown
    assert "rules.swallowed-exception.most 2 prodlint.toml:7".split() in shown
    assert "PRD201 print-call off error production `PRD2` in ignore (prodlint.toml:6)".split() in shown
    assert "overrides that match  none of them\n" in configuration.show(f"{tmp_path}/app.py")
    assert "overrides      2\n" in configuration.show()


# Editions

YEARS = Registry(
    [rule for rule in REGISTRY.rules if rule not in RULES],
    [
        Edition("2026"),
        Edition("2027", added=("print-call",), before={"bare-except": {"severity": "warning"}}),
        Edition(
            "2028",
            before={"bare-except": {"severity": "info"}, "swallowed-exception": {"most": 1, "contexts": ["test"]}},
        ),
    ],
)


def in_edition(root: Path, text: str, **overrides: object) -> Configuration:
    """The configuration of a tool that has seen three years."""
    write(root, {"prodlint.toml": text})
    return load(Overrides(**overrides), cwd=str(root), registry=YEARS)  # type: ignore[arg-type]


def test_an_edition_keeps_the_defaults_of_its_year(tmp_path: Path) -> None:
    """Of changes in several years, the first after the edition knows what held in it."""
    for edition, severity, most, has_print in (
        ("2026", Severity.WARNING, 1, False),
        ("2027", Severity.INFO, 1, True),
        ("2028", Severity.ERROR, 3, True),
    ):
        configuration = in_edition(tmp_path, f'edition = "{edition}"\n')
        found = settings(configuration, tmp_path, "app.py").active
        assert found[0].severity is severity
        assert ("PRD201" in [active.rule.code for active in found]) == has_print
        scope = configuration.scope_at(str(tmp_path))
        assert next(each.options.most for each in scope.rules if each.rule.code == "PRD102") == most
    newest = in_edition(tmp_path, "").settings_for(f"{tmp_path}/app.py")
    assert newest.key == in_edition(tmp_path, 'edition = "2028"\n').settings_for(f"{tmp_path}/app.py").key


@pytest.mark.parametrize("words", ['["ALL"]', '["observability"]', '["PRD2"]'])
def test_a_later_rule_runs_by_its_own_name_only(tmp_path: Path, words: str) -> None:
    """A newer prodlint must report the same, whatever the project selects; who names a new rule wants it."""
    configuration = in_edition(tmp_path, f'edition = "2026"\nselect = {words}\n')
    assert "PRD201" not in codes(configuration, tmp_path, "app.py")
    for word in ("print-call", "PRD201"):
        named = in_edition(tmp_path, f'edition = "2026"\nextend-select = ["{word}"]\n')
        assert "PRD201" in codes(named, tmp_path, "app.py")
    assert "later than edition 2026" in in_edition(tmp_path, 'edition = "2026"\n').show()


def test_what_is_configured_beats_the_edition_and_show_names_it(tmp_path: Path) -> None:
    """An edition only changes what nobody has set."""
    configuration = in_edition(tmp_path, 'edition = "2026"\n[rules.bare-except]\nseverity = "info"\n')
    assert settings(configuration, tmp_path, "app.py").active[0].severity is Severity.INFO
    shown = configuration.show()
    assert 'rules.bare-except.severity            "info"                     prodlint.toml:3\n' in shown
    assert "rules.swallowed-exception.most        1                          edition 2026\n" in shown


def test_an_unknown_edition_is_a_fault_that_names_the_known_ones(tmp_path: Path) -> None:
    """A year that this version does not know would otherwise change nothing, in silence."""
    configuration = in_edition(tmp_path, 'edition = "2031"\n')
    assert faults(configuration) == [(1, 'unknown edition "2031" (column 1)')]
    assert configuration.problems[0].remedy == 'valid are "2026", "2027", "2028"'
    assert faults(in_edition(tmp_path, "edition = 2026\n")) == [(1, "unknown edition: an integer (column 1)")]


def test_the_editions_of_the_built_in_pack_are_well_formed() -> None:
    """A later version adds a line; a name in it that no rule has would fail in users' runs only."""
    registry = built_in()
    assert [edition.name for edition in registry.editions] == sorted({edition.name for edition in registry.editions})
    assert registry.editions
    for edition in registry.editions:
        configuration = load(Overrides(config=(f'edition = "{edition.name}"',)), cwd="/", registry=registry, table={})
        assert not configuration.problems
        assert all(name in registry.by_name for name in (*edition.added, *(edition.before or {})))
