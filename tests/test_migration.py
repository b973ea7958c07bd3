"""`prodlint config --from-ruff` and `--from-flake8`: what another linter's configuration means here."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prodlint.config import Overrides, load
from prodlint.config.foreign import as_toml
from prodlint.config.foreign_patterns import as_gitignore
from prodlint.config.from_flake8 import from_flake8
from prodlint.config.from_ruff import from_ruff
from prodlint.config.patterns import Patterns
from prodlint.hosts.cli import main
from prodlint.registry import built_in, equivalents

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRY = built_in()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def translated(directory: Path, name: str, text: str) -> tuple[dict[str, Any], str]:
    """The table that a configuration becomes, which prodlint itself accepts, and the whole text."""
    (directory / name).write_text(text, encoding="utf-8")
    foreign = from_ruff(str(directory)) if name.endswith(".toml") else from_flake8(str(directory))
    printed = as_toml(foreign, equivalents(), REGISTRY)
    table = tomllib.loads(printed)["tool"]["prodlint"]
    assert load(Overrides(), cwd=str(directory), registry=REGISTRY, table=table).problems == []
    assert all(len(line) <= 100 for line in printed.splitlines() if line.startswith("#"))
    return table, printed


def test_the_codes_are_of_rules_that_there_are() -> None:
    """A rule that is renamed, or an option, would otherwise print a configuration that is an error."""
    known = equivalents()
    assert {*known.parts, *known.further} <= {*REGISTRY.by_name}
    for targets in known.options.values():
        for target in targets:
            rule, _, option = target.partition(".")
            assert hasattr(REGISTRY.by_name[rule].default_options(), option.replace("-", "_"))


@pytest.mark.parametrize(
    ("lint", "expected"),
    [
        ("", {}),
        ('ignore = ["E722", "E501"]', {"ignore": ["bare-except"]}),
        (
            'select = ["ALL"]\nignore = ["D", "T20"]',
            {"ignore": ["print-call", "undocumented-public", "incomplete-docstring"]},
        ),
        ('select = ["E", "F", "B"]', {"select": ["bare-except"]}),
        ('select = ["E"]\nignore = ["E7"]', {}),
        ('select = ["E7"]\nignore = ["E"]', {"select": ["bare-except"]}),
        ('select = ["F"]\nextend-select = ["T201", "SIM115"]', {"select": ["missing-cleanup", "print-call"]}),
        ('select = ["S"]\nextend-ignore = ["S1"]', {"select": ["unparameterized-sql", "sql-identifier-interpolation"]}),
        ('select = ["SIM", "BLE"]', {"select": ["swallowed-exception", "missing-cleanup"]}),
        ('select = ["G", "FIX", "DOC"]', {"select": ["interpolated-log", "incomplete-docstring", "todo-comment"]}),
        ('select = ["PL", "W", "C", "D4"]', {"select": ["incomplete-docstring"]}),
    ],
)
def test_rules_run_where_a_code_of_theirs_does(tmp_path: Path, lint: str, expected: dict[str, Any]) -> None:
    """The longest selector that covers a code decides, as in ruff; `S` is no prefix of `SIM115`."""
    assert translated(tmp_path, "ruff.toml", f"[lint]\n{lint}\n")[0] == expected


def test_a_part_of_a_rule_is_told_and_not_ignored(tmp_path: Path) -> None:
    """More is reported rather than less: who ignores passwords as defaults has said nothing of those in the code."""
    table, printed = translated(tmp_path, ".flake8", "[flake8]\nextend-ignore = S107, D104\n")
    assert table == {}
    assert "# It ignores `S107`: only a part of hardcoded-secret, which is not ignored for it.\n" in printed
    assert translated(tmp_path, ".flake8", "[flake8]\nignore = S105 S106,S107\n")[0] == {"ignore": ["hardcoded-secret"]}


FLAKE8 = """\
[metadata]
name = shop
[flake8]
max-line-length = 100
exclude =
    .git, build
    ./vendor
    docs/*.py   # generated
    */migrations/*
extend_ignore = T201,E203
    W503
per-file-ignores =
    # scripts talk
    tests/*: D101,D102,D103,S608
    __init__.py: F401 setup.py: E722,
        B001
    a.py,b.py: F401
"""


def test_a_setup_cfg_as_projects_have_it(tmp_path: Path) -> None:
    """Commas, newlines and spaces part values, in lists and between files; underscores are hyphens."""
    table, printed = translated(tmp_path, "setup.cfg", FLAKE8)
    assert table == {
        "ignore": ["print-call"],
        "exclude": ["/vendor", "docs/**/*.py", "**/migrations/"],
        "per-file-ignores": {
            "tests/": ["unparameterized-sql", "undocumented-public"],
            "setup.py": ["bare-except"],
        },
    }
    assert "# Settings without an equivalent: `max-line-length`.\n" in printed
    assert "# No rule of prodlint's decides `E203`, `W503`.\n" in printed
    assert "# 3 patterns: no equivalent for `F401`.\n" in printed
    assert "external" not in printed


RUFF = """\
[project]
name = "shop"
[tool.ruff]
line-length = 100
extend-exclude = ["vendor", "build"]
[tool.ruff.lint]
extend-select = ["BLE"]
ignore = ["S110", "S112"]
external = ["V"]
logger-objects = ["shop.log.audit"]
[tool.ruff.lint.flake8-bandit]
check-typed-exception = true
[tool.ruff.lint.per-file-ignores]
"!src/**.py" = ["ALL"]
"bin/*" = ["T20"]
[tool.ruff.format]
quote-style = "single"
"""


def test_a_project_file_with_ruff_as_projects_have_it(tmp_path: Path) -> None:
    """Options that mean the same are taken along, and ruff is told not to delete our comments."""
    table, printed = translated(tmp_path, "pyproject.toml", RUFF)
    assert table == {
        "ignore": ["swallowed-exception"],
        "exclude": ["vendor"],
        "per-file-ignores": {"!src/**.py": ["ALL"], "bin/": ["print-call"]},
        "rules": {
            "interpolated-log": {"loggers": ["shop.log.audit"]},
            "unstructured-log": {"loggers": ["shop.log.audit"]},
            "swallowed-exception": {"typed": True},
        },
    }
    assert '# [tool.ruff.lint]\n# external = ["V", "PRD"]\n' in printed
    assert "quote-style" not in printed
    assert "# Settings without an equivalent: `line-length`.\n" in printed
    assert "external" not in translated(tmp_path, "ruff.toml", 'lint.external = ["PRD"]\n')[1]


def test_settings_that_ruff_inherits_and_that_stand_at_the_top(tmp_path: Path) -> None:
    """`extend` is followed, lists that extend add up, and the old places of settings still count."""
    (tmp_path / "base.toml").write_text('extend-exclude = ["a"]\n[lint]\nselect = ["E"]\nextend-select = ["T201"]\n')
    text = 'extend = "base.toml"\nextend-exclude = ["b"]\nignore = ["E722"]\n[lint]\nextend-select = ["SIM"]\n'
    assert translated(tmp_path, "ruff.toml", text)[0] == {
        "select": ["missing-cleanup", "print-call"],
        "exclude": ["a", "b"],
    }
    (tmp_path / "ruff.toml").write_text('extend = "ruff.toml"\n')
    assert from_ruff(str(tmp_path)).select is None


@pytest.mark.parametrize(
    ("theirs", "ours", "matching", "other"),
    [
        ("vendor", "vendor", "a/vendor/x.py", "a/vendored.py"),
        ("./scripts", "/scripts", "scripts/x.py", "a/scripts/x.py"),
        ("tests/*", "tests/", "tests/a/b.py", "test/a.py"),
        ("tests/**", "tests/", "tests/a/b.py", "test/a.py"),
        ("docs/*.py", "docs/**/*.py", "docs/a/b.py", "docs/a/b.pyi"),
        ("*/migrations/*", "**/migrations/", "a/b/migrations/c.py", "a/migration/c.py"),
        ("**/tests/*.py", "**/tests/**/*.py", "a/tests/b/c.py", "a/test/c.py"),
        ("src/a.py", "src/a.py", "src/a.py", "x/src/a.py"),
        ("!src/*", "!src/", "src/a.py", "a.py"),
    ],
)
def test_patterns_keep_their_meaning(theirs: str, ours: str, matching: str, other: str) -> None:
    """Their star crosses slashes, gitignore's does not."""
    assert as_gitignore(theirs) == ours
    patterns = Patterns([ours.removeprefix("!")])
    for path, expected in ((matching, True), (other, False)):
        above, slash, name = path.rpartition("/")
        assert patterns.match(above + slash, name) is expected


@pytest.mark.parametrize(
    ("option", "name", "text", "message"),
    [
        ("--from-ruff", "pyproject.toml", "[project]\n", "no settings of ruff's in "),
        ("--from-ruff", "ruff.toml", "select = \n", "cannot read "),
        ("--from-flake8", "tox.ini", "[tox]\n", "no section [flake8] in "),
        ("--from-flake8", "setup.cfg", "[flake8\n", "cannot read "),
        ("--from-flake8=gone.cfg", "x", "", "cannot read gone.cfg: No such file or directory"),
    ],
)
def test_what_cannot_be_translated_is_one_message(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    name: str,
    text: str,
    message: str,
) -> None:
    """The file's fault is said in a line, and nothing is printed that somebody might paste."""
    (tmp_path / name).write_text(text)
    assert main(["config", option]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"prodlint: {message}")
    assert err.count("\n") == 1


def test_the_command_prints_what_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the file says, the text is TOML: names of files and codes cannot end a comment or a string."""
    (tmp_path / "ruff.toml").write_text(
        '[lint]\nignore = ["E\\nselect = 1"]\n[lint.per-file-ignores]\n"a\\"b" = ["T201"]\n'
    )
    assert main(["config", "--from-ruff"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["tool"]["prodlint"] == {"per-file-ignores": {'a"b': ["print-call"]}}
    assert main(["config", "--schema"]) == 0
    assert '"title": "prodlint configuration"' in capsys.readouterr().out
    assert main(["config", "--schema", "--show", "x"]) == 2


def test_the_page_shows_what_is_printed_and_names_every_code(tmp_path: Path) -> None:
    """An example that is not what comes out, or a code that only the table of the code knows, would mislead."""
    page = (Path(__file__).parent.parent / "docs" / "migration.md").read_text(encoding="utf-8")
    before = page.partition("```ini\n")[2].partition("```")[0]
    after = page.partition("```toml\n")[2].partition("```")[0]
    assert translated(tmp_path, "setup.cfg", before)[1] == after
    rows = {row[0].strip(" `"): row[1:] for line in page.splitlines() if len(row := line.strip("|").split("|")) == 3}
    known = equivalents()
    for rule in {*known.parts, *known.further}:
        words = " ".join((*known.parts.get(rule, ()), known.further.get(rule, ""))).split()
        for column, codes in enumerate(([w for w in words if ":" not in w], [w[7:] for w in words if ":" in w])):
            assert set(_codes(rows[rule][column])) == set(codes), rule


def _codes(cell: str) -> Iterator[str]:
    """The codes of a cell; "D104 to D107" are four."""
    for first, last in re.findall(r"([A-Z]+\d+)(?: to ([A-Z]+\d+))?", cell):
        letters = first.rstrip("0123456789")
        width = len(first) - len(letters)
        for number in range(int(first[-width:]), int((last or first)[-width:]) + 1):
            yield f"{letters}{number:0{width}}"
