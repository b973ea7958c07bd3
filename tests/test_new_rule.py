"""`prodlint new-rule`: what it writes works at once, and nothing that exists is lost."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import prodlint_rules
import pytest

import prodlint
from prodlint.hosts.cli import main
from prodlint.registry import built_in
from prodlint.scaffold import (
    NewRule,
    RefusedError,
    has_rules,
    next_code,
    refuse_code,
    refuse_name,
    refuse_package,
    with_rule,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def new_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """Run the command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*given: str) -> Told:
        code = main(["new-rule", *given])
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


def files(folder: Path) -> dict[str, str]:
    """All files below a folder with their text."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with prodlint to be found."""
    homes = [str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(homes), "PRODLINT_CACHE_DIR": str(folder / ".cache")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_what_is_written_works_at_once(new_rule: Callable[..., Told], tmp_path: Path) -> None:
    """A first rule begins a pack, a second one joins it; the tests pass, and all of it is clean for two linters."""
    told = new_rule("naive-datetime", "--pack", "acme_rules")
    assert told.code == 0
    assert "`naive-datetime` is ACM101 of `acme_rules`. Test it: cd acme-rules && python -m pytest" in told.err
    folder = tmp_path / "acme-rules"
    assert set(told.out.split()) == {f"acme-rules/{name}" for name in files(folder)}
    assert new_rule("second-rule", "--pack", "acme_rules").code == 0
    os.chdir(folder)
    assert "`third` is ACM103" in new_rule("third", "--family", "times").err
    assert (folder / "acme_rules/__init__.py").read_text() == (
        '"""Rules of our own for prodlint."""\n\nfrom acme_rules import naive_datetime, second_rule, third\n\n'
        "RULES = (\n    naive_datetime.rule,\n    second_rule.rule,\n    third.rule,\n)\n"
    )
    tested = python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "9 passed" in tested.stdout, tested.stdout + tested.stderr
    linted = python(folder, "-m", "prodlint", "--format", "text")
    assert (linted.returncode, linted.stdout) == (0, ""), linted.stdout + linted.stderr
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I,B,RUF", "--line-length", "120"]
    checked = subprocess.run([*ruff, "."], cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_pack_below_src_is_found(new_rule: Callable[..., Told], tmp_path: Path) -> None:
    """The package is where it is; fixtures lie in the folder of the pack, as its tests expect."""
    (tmp_path / "src/acme_rules").mkdir(parents=True)
    (tmp_path / "src/acme_rules/__init__.py").write_text("RULES = ()\n")
    assert new_rule("naive-datetime").code == 0
    assert set(files(tmp_path)) == {
        "src/acme_rules/__init__.py",
        "src/acme_rules/naive_datetime.py",
        "fixtures/naive-datetime/bad.py",
        "fixtures/naive-datetime/good.py",
    }


@pytest.mark.parametrize("existing", ["acme_rules/naive_datetime.py", "fixtures/naive-datetime/good.py"])
def test_nothing_is_replaced(new_rule: Callable[..., Told], tmp_path: Path, existing: str) -> None:
    """One file in the way, and none is written: half a rule would be worse than none."""
    for name, text in (("acme_rules/__init__.py", "RULES = ()\n"), (existing, "mine = 1\n")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = files(tmp_path)
    told = new_rule("naive-datetime")
    assert told == Told(2, "", f"prodlint: {existing} exists, so nothing was written: take another name\n")
    assert files(tmp_path) == before


def test_a_folder_in_the_way_of_a_new_pack(new_rule: Callable[..., Told], tmp_path: Path) -> None:
    """It may hold somebody's project that is no pack."""
    (tmp_path / "acme-rules").mkdir()
    (tmp_path / "acme-rules/pyproject.toml").write_text("[project]\n")
    assert new_rule("naive-datetime", "--pack", "acme_rules").code == 2
    assert files(tmp_path) == {"acme-rules/pyproject.toml": "[project]\n"}


def test_which_pack_is_asked_where_it_cannot_be_told(new_rule: Callable[..., Told], tmp_path: Path) -> None:
    """Neither a guess nor a pack that nobody wanted."""
    assert "there is no pack of rules here: `--pack acme_rules` begins one" in new_rule("naive-datetime").err
    for name in ("one_rules", "two_rules"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("RULES: tuple = ()\n")
    assert "several packs of rules here: say `--pack one_rules` or `--pack two_rules`" in new_rule("naive-datetime").err
    assert new_rule("naive-datetime", "--pack", "two_rules").code == 0
    (tmp_path / "one_rules/__init__.py").write_text("RULES = tuple(collected())\n")
    told = new_rule("naive-date", "--pack", "one_rules")
    assert "`RULES` is not written out as a tuple" in told.err
    assert not (tmp_path / "one_rules/naive_date.py").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Naive_Datetime", "for example `naive-datetime`"),
        ("../evil", "is no name of a rule"),
        ("", "is no name of a rule"),
        ("1st", "is no name of a rule"),
        ("class", "is a keyword"),
        ("bare-except", "is taken"),
        ("errors", "is taken"),
        ("a--b", "is no name of a rule"),
    ],
)
def test_names_are_judged_before_anything_is_written(name: str, told: str) -> None:
    """A name is a module, a folder, a key and a word in comments at once."""
    with pytest.raises(RefusedError, match=told):
        refuse_name(name, built_in())


def test_packages_and_codes_are_judged() -> None:
    """They go into paths and into every report."""
    for package in ("Acme-Rules", "../x", "class", ""):
        with pytest.raises(RefusedError):
            refuse_package(package)
    for code in ("ACM1", "acm101", "PRD801", "ACME10"):
        with pytest.raises(RefusedError):
            refuse_code(code, built_in())


@pytest.mark.parametrize(
    ("package", "modules", "code"),
    [
        ("acme_rules", [], "ACM101"),
        ("a", [], "AXX101"),
        ("acme_rules", ['code="ACM101",', "code = 'ACM207'"], "ACM208"),
        ("acme_rules", ['code="HRB301"', 'code="HRB302"', 'code="ACM999"'], "HRB303"),
    ],
)
def test_the_next_code(package: str, modules: list[str], code: str) -> None:
    """It follows the letters that the pack uses; gaps stay, for a code once given is never given again."""
    assert next_code(package, modules) == code


@pytest.mark.parametrize("modules", [['code="ACM999"'], ['code="PRD101"']])
def test_there_may_be_no_next_code(modules: list[str]) -> None:
    """The author has to say which one, then."""
    with pytest.raises(RefusedError, match="--code"):
        next_code("acme_rules", modules)


NEW = NewRule("naive-datetime", "ACM101", "acme", "acme_rules")
INITS = {
    "RULES = ()\n": "from acme_rules import naive_datetime\n\nRULES = (\n    naive_datetime.rule,\n)\n",
    '"""é."""; RULES = []\n': (
        '"""é."""\n\nfrom acme_rules import naive_datetime; RULES = [\n    naive_datetime.rule,\n]\n'
    ),
    "import os\n\nRULES = (os.rule,)\n": (
        "import os\nfrom acme_rules import naive_datetime\n\nRULES = (os.rule, naive_datetime.rule,)\n"
    ),
    "from acme_rules import b as c\nRULES: tuple[R, ...] = (\n    c.rule,  # first\n)\n": (
        "from acme_rules import b as c, naive_datetime\n"
        "RULES: tuple[R, ...] = (\n    c.rule,\n    naive_datetime.rule,  # first\n)\n"
    ),
    "from acme_rules import x\r\nRULES = (\r\n    x.rule,\r\n)\r\n": (
        "from acme_rules import naive_datetime, x\r\nRULES = (\r\n    x.rule,\n    naive_datetime.rule,\r\n)\r\n"
    ),
}


@pytest.mark.parametrize("init", INITS)
def test_a_rule_joins_the_list(init: str) -> None:
    """Behind the others, in the order that the author chose, with its import; the rest stays as it is."""
    assert has_rules(init)
    changed = with_rule(init, NEW)
    assert changed == INITS[init]
    ast.parse(changed)


def test_a_long_import_is_broken() -> None:
    """As formatters do it: a name a line."""
    names = ", ".join(f"a_rather_long_name_{number}" for number in range(5))
    changed = with_rule(f"from acme_rules import {names}\nRULES = ()\n", NEW)
    assert "from acme_rules import (\n    a_rather_long_name_0,\n" in changed
    ast.parse(changed)
