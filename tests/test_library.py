"""The library: what a program gives and gets is plain, frozen data, and nothing of the program's process is touched."""

from __future__ import annotations

import gc
import inspect
import os
import pickle
import signal
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from probes import renaming

import prodlint
from prodlint import (
    Checked,
    Config,
    Pack,
    Report,
    check_paths,
    check_source,
    explain,
    fix_source,
    load_config,
    load_pack,
    merge_reports,
)

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = "def f(a):\n    try:\n        print(a)\n    except:\n        return open(a).read()\n"
PACK = Pack("probes", (renaming("no-old", "new", "ACM101"),))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project that is not the current directory."""
    (tmp_path / "shop").mkdir()
    for number in range(6):
        (tmp_path / f"shop/m{number}.py").write_text(FAULTY + f"print({number})\n" * number)
    (tmp_path / "pyproject.toml").write_text('[tool.prodlint]\nselect = ["bare-except", "print-call"]\n')
    return tmp_path


def test_every_public_name_is_there_and_documented() -> None:
    """A name in `__all__` that cannot be imported breaks `from prodlint import *` only, so nobody would see it."""
    for name in prodlint.__all__:
        value = getattr(prodlint, name)
        assert name == "__version__" or inspect.getdoc(value), name
    for name in ("check_paths", "check_source", "fix_source", "load_config", "explain", "merge_reports", "load_pack"):
        signature = inspect.signature(getattr(prodlint, name))
        assert "Any" not in str(signature)
        assert all(p.annotation is not p.empty for p in signature.parameters.values())
        assert signature.return_annotation is not signature.empty


def test_files_are_told_as_they_finish(tree: Path) -> None:
    """A program with a view of its own need not wait for the end; the report is the same."""
    seen: list[tuple[str, Checked]] = []
    report = check_paths(["shop"], cwd=str(tree), on_file=lambda path, checked: seen.append((path, checked)))
    assert [path for path, _ in seen] == [f"shop/m{number}.py" for number in range(6)]
    assert tuple(violation for _, checked in seen for violation in checked.violations) == report.violations
    in_workers: dict[str, Checked] = {}
    for number in range(4):
        (tree / f"shop/large{number}.py").write_text(FAULTY + "x = 1\n" * 30_000)
    report = check_paths(["shop"], cwd=str(tree), jobs=2, on_file=in_workers.__setitem__)
    assert len(in_workers) == report.checked == 10
    assert all(violation in in_workers[violation.path].violations for violation in report.violations)


def test_a_callback_can_end_the_run(tree: Path) -> None:
    """What it raises comes out, so that a program can stop for a reason of its own."""
    seen = []

    def stop(path: str, _: Checked) -> None:
        seen.append(path)
        raise TimeoutError

    with pytest.raises(TimeoutError):
        check_paths(["shop"], cwd=str(tree), on_file=stop)
    assert len(seen) == 1


def test_the_directory_is_an_argument(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Threads share the process's current directory, so that none can change it."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    before = os.getcwd()
    here = check_paths(["shop"], cwd=str(tree))
    assert {violation.rule for violation in here.violations} == {"bare-except", "print-call"}
    assert here == check_paths(["shop"], cwd=os.path.relpath(tree))
    assert check_source(FAULTY, "shop/new.py", cwd=str(tree)).violations
    assert check_source(FAULTY, "tests/new.py", cwd=str(tree)).violations != check_source(
        FAULTY, "shop/new.py", cwd=str(tree)
    ).violations  # fmt: skip
    assert check_paths(["."], cwd=str(elsewhere)).checked == 0
    assert os.getcwd() == before


def test_everything_pickles_and_is_frozen(tree: Path) -> None:
    """Any engine can send arguments and results to other processes and machines, and nobody changes them there."""
    config = load_config(str(tree))
    report = check_paths(["shop"], cwd=str(tree), config=config)
    fixed = fix_source(FAULTY, "shop/x.py", config=config)
    for value in (config, report, fixed, *report.violations):
        assert pickle.loads(pickle.dumps(value)) == value
    assert report.violations
    with pytest.raises(AttributeError):
        report.checked = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match="never changes"):
        config.root = "/"
    with pytest.raises(TypeError):
        config["select"] = ()  # type: ignore[index]
    assert isinstance(config["select"], tuple)


def test_rules_pickle_with_their_functions() -> None:
    """A pack can be sent along: its functions go by their names, as functions do."""
    (rule,) = [rule for rule in load_pack("prodlint_rules").rules if rule.name == "bare-except"]
    copy = pickle.loads(pickle.dumps(rule))
    assert (copy.name, copy.check_function, copy.visits) == (rule.name, rule.check_function, rule.visits)


def test_a_loaded_configuration_means_what_its_file_means(tree: Path) -> None:
    """Its patterns count from its own directory, wherever it is used."""
    (tree / "pyproject.toml").write_text(
        '[tool.prodlint]\nselect = ["print-call"]\n[tool.prodlint.per-file-ignores]\n"shop/m1.py" = ["print-call"]\n'
        '[tool.prodlint.rules.print-call]\nseverity = "info"\n'
    )
    config = load_config(str(tree / "shop"))
    assert config.root == str(tree)
    assert config == {
        "select": ("print-call",),
        "per-file-ignores": {"shop/m1.py": ("print-call",)},
        "rules": {"print-call": {"severity": "info"}},
    }
    for cwd, path in ((tree, "shop"), (tree / "shop", ".")):
        report = check_paths([path], cwd=str(cwd), config=config)
        assert report.checked == 6
        assert {os.path.basename(v.path) for v in report.violations} == {f"m{n}.py" for n in (0, 2, 3, 4, 5)}
        assert {violation.severity.value for violation in report.violations} == {"info"}
    changed = Config({**config, "select": ["bare-except"]}, root=config.root)
    assert {v.rule for v in check_paths(["."], cwd=str(tree), config=changed).violations} == {"bare-except"}
    assert load_config(os.path.abspath(os.sep)) == {}


def test_a_faulty_configuration_is_told_with_its_place(tree: Path) -> None:
    """As the command line tells it."""
    (tree / "pyproject.toml").write_text('[tool.prodlint]\nselct = ["errors"]\n')
    with pytest.raises(ValueError, match=r"pyproject\.toml:2:1: unknown key `selct`"):
        load_config(str(tree))
    with pytest.raises(ValueError, match="unknown key `selct`"):
        check_source("", "shop/x.py", cwd=str(tree))


def test_packs_are_given_as_objects() -> None:
    """Rules that a program makes itself stand beside the others; what is wrong with one is in the report."""
    report = check_source("old(1)\nprint(1)\n", "shop/x.py", config={"select": ["probes", "print-call"]}, packs=[PACK])
    assert [violation.code for violation in report.violations] == ["ACM101", "PRD201"]
    fixed = fix_source("x = old(1)\n", "shop/x.py", config={}, packs=[PACK])
    assert fixed.data == b"x = new(1)\n"
    twice = [PACK, Pack("again", PACK.rules)]
    for problems in (
        check_source("", config={}, packs=twice).problems,
        fix_source("", config={}, packs=twice).problems,
    ):
        (problem,) = problems
        assert problem.message.startswith("pack `again`: rule `no-old`")
    assert explain("no-old", packs=[PACK]).startswith("# no-old (ACM101)\n")


def test_the_library_imports_no_pack_by_name(tree: Path) -> None:
    """A service that checks foreign code reads foreign configurations: those must not choose what it imports."""
    (tree / "pyproject.toml").write_text('[tool.prodlint]\nplugins = ["this"]\n')
    message = "the configuration asks for the pack `this`: give it in `packs`"
    with pytest.raises(ValueError, match=message):
        check_paths(["shop"], cwd=str(tree))
    config = load_config(str(tree))
    assert config["plugins"] == ("this",)
    with pytest.raises(ValueError, match=message):
        check_source("", config=config)
    assert "this" not in sys.modules
    assert check_source("", config=config, packs=[Pack("this", ())]).problems == ()


def test_a_rule_is_explained_by_name_and_code() -> None:
    """The page that `prodlint explain` prints; a slip is answered with what was meant."""
    assert explain("PRD101") == explain("bare-except")
    with pytest.raises(ValueError, match="no rule `bare-exept`; did you mean `bare-except`"):
        explain("bare-exept")


def test_reports_are_merged_below_their_directories(tree: Path) -> None:
    """Nothing is lost, and every path says which report it came from."""
    one = check_paths(["shop"], cwd=str(tree))
    two = check_paths(["missing"], cwd=str(tree))
    merged = merge_reports({"one": one, "two/": two, "": one})
    assert merged.checked == 12
    assert len(merged.violations) == 2 * len(one.violations)
    assert merged.violations[0].path == "one/shop/m0.py"
    assert merged.violations[len(one.violations) :] == one.violations
    assert [problem.path for problem in merged.problems] == ["two/missing"]
    assert merge_reports({}) == Report(0, 0, (), (), ())


def test_threads_do_not_see_each_other(tree: Path) -> None:
    """The same results from many threads at once, with settings and directories that differ."""

    def work(number: int) -> tuple[object, ...]:
        config = {"select": ["print-call" if number % 2 else "bare-except"]}
        name = f"shop/m{number % 6}.py"
        text = (tree / name).read_text()
        return (
            check_source(text, name, config=config, cwd=str(tree)),
            check_paths(["shop"], cwd=str(tree)),
            fix_source(text, name, config=config, cwd=str(tree), unsafe=True),
        )

    alone = [work(number) for number in range(6)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(work, range(6)))
    assert together == alone


@pytest.mark.filterwarnings("ignore:invalid escape")
def test_the_process_is_left_as_it_was(tree: Path) -> None:
    """A program's collector, signals, warnings, import path and streams are its own, also from another thread."""

    def state() -> list[object]:
        handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]
        return [
            gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), handlers, list(warnings.filters),
            warnings.showwarning, list(sys.path), sys.stdout, sys.stderr, sys.excepthook, sys.getrecursionlimit(),
            sys.getswitchinterval(), dict(os.environ), os.getcwd(), threading.active_count(), signal.getitimer(0),
        ]  # fmt: skip

    before = state()
    check_paths(["shop"], cwd=str(tree), jobs=2)
    check_source("x = '\\d'\n", config={})
    fix_source(FAULTY, config={}, unsafe=True)
    assert state() == before
