"""A run of many files: one order whatever the number of processes, and no file, rule or process takes others along."""

from __future__ import annotations

import gc
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import prodlint_rules
import pytest

import prodlint
import prodlint.check
import prodlint.run
from prodlint import Report, Rule, Site, check_paths, check_source
from prodlint.registry import Registry
from prodlint.rule import Calls, Module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint import Violation

PACKAGES = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules))
PARENT = os.getpid()
LONG = 200_000

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")


def _acting(name: str, code: str, act: Any) -> Rule:
    """A rule that does something to the process in files whose name says so, and reports the module."""
    rule = Rule(name=name, code=code, family="errors", since="0.1", summary="a summary", visits=Module())

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        act(site)
        yield site.violation(f"seen by `{name}`")

    return rule


def _kill(site: Site) -> None:
    for number in (signal.SIGKILL, signal.SIGSEGV):
        if number.name.lower() in site.path and os.getpid() != PARENT:
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), number)
    if "exits" in site.path and os.getpid() != PARENT:
        os._exit(7)


def _raise(site: Site) -> None:
    if "raises" in site.path:
        raise ZeroDivisionError("a fault\nof two lines")


def _chatty() -> Rule:
    rule = Rule(name="chatty", code="PRD804", family="errors", since="0.1", summary="a summary", visits=Calls(("f",)))

    @rule.check
    def check(site: Site) -> Iterator[Violation]:
        yield site.violation("x" * LONG)

    return rule


REGISTRY = Registry([_acting("kills", "PRD801", _kill), _acting("raises", "PRD802", _raise), _chatty()])


@pytest.fixture(autouse=True)
def _workers_pay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prodlint.run, "_WORTH_WORKERS", 0)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """No test may leave a process or a descriptor behind."""
    before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    if before:
        assert len(os.listdir("/proc/self/fd")) == len(before)


def plant(*names: str, text: str = "x = 1\n") -> None:
    """Files in the current directory, with the same text."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def varied(count: int) -> None:
    """Files of different sizes with findings of every kind."""
    chance = random.Random(7)
    for number in range(count):
        parts = [
            "print(1)\n",
            "# TODO: x\n",
            "try:\n    x\nexcept:\n    pass\n",
            "def f(a):\n    return a\n",
            "x = (\n",
        ]
        text = "".join(chance.choices(parts, (9, 9, 9, 9, 0.2), k=chance.randrange(60)))
        plant(f"d{number % 7}/m{number}.py", text=text)


def configured(jobs: int, *paths: str, registry: Registry | None = None) -> Report:
    """A run without any configuration file."""
    return check_paths(paths or ["."], config={}, jobs=jobs, registry=registry, today="2026-01-01")


# Order


def test_the_report_is_the_same_whatever_the_number_of_processes() -> None:
    """Workers finish when they like; the report is in the order of the files."""
    varied(120)
    alone = configured(1)
    assert len(alone.violations) > 1000
    assert {v.code for v in alone.violations} >= {"PRD101", "PRD701", "PRD900"}
    for jobs in (2, 3, 4, 50):
        assert configured(jobs) == alone
    places = [(v.path.replace("/", "\0"), v.span or (0,)) for v in alone.violations]
    assert places == sorted(places)


def test_the_order_of_the_arguments_does_not_matter() -> None:
    """A shell's glob, `find` and `xargs` give other orders, and name some files twice."""
    varied(40)
    plain = configured(1)
    names = [f"d{number}" for number in range(7)]
    for seed in range(5):
        shuffled = [*names, *names[:3]]
        random.Random(seed).shuffle(shuffled)
        assert configured(1 + seed % 3, *shuffled).violations == plain.violations


@pytest.mark.parametrize("format_name", ["text", "full", "json", "statistics"])
def test_every_format_is_the_same_bytes(format_name: str, tmp_path: Path) -> None:
    """Whatever the hash seed, the jobs and the working directory."""
    varied(60)
    for number in range(4):
        plant(f"large/m{number}.py", text="# padding\n" * 9_000 + "print(1)\n")
    outputs = set()
    for number, jobs in enumerate((1, 2, 4)):
        elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere-{jobs}"
        elsewhere.mkdir(exist_ok=True)
        command = ["--isolated", "--no-cache", "--format", format_name, "--jobs", str(jobs), str(tmp_path)]
        done = subprocess.run(
            [sys.executable, "-m", "prodlint", *command],
            capture_output=True,
            check=False,
            cwd=elsewhere,
            env={**os.environ, "PYTHONPATH": PACKAGES, "PYTHONHASHSEED": str(number)},
        )
        assert done.returncode == 1, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 100


# Faults of rules and processes


@pytest.mark.parametrize("jobs", [2, 4])
@pytest.mark.parametrize("how", ["sigkill", "sigsegv", "exits"])
def test_a_worker_that_dies_costs_the_file_it_was_at(jobs: int, how: str) -> None:
    """Parsers crash on generated files, and the machine's memory ends; nobody else may pay for it."""
    plant(*(f"m{number}.py" for number in range(100)), f"n_{how}.py")
    report = configured(jobs, registry=REGISTRY)
    lost = [v for v in report.violations if v.rule == "unreadable-source"]
    assert [v.path for v in lost] == [f"n_{how}.py"]
    reason = {"sigkill": "SIGKILL", "sigsegv": "SIGSEGV", "exits": "exit status 7"}[how]
    assert lost[0].message == f"not checked: the process that checked it died ({reason})"
    assert [v.path for v in report.violations if v.rule == "kills"] == sorted(f"m{number}.py" for number in range(100))
    assert report.problems == ()
    assert report.checked == 101


def test_every_worker_dies_again_and_again() -> None:
    """As many deaths as files: the run still ends, and accounts for each file."""
    plant(*(f"m{number}_sigkill.py" for number in range(30)), "fine.py")
    report = configured(3, registry=REGISTRY)
    assert len([v for v in report.violations if v.rule == "unreadable-source"]) == 30
    assert [v.path for v in report.violations if v.rule == "kills"] == ["fine.py"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_rule_that_raises_is_one_problem_for_each_file(jobs: int) -> None:
    """And the other rules go on with that file, that rule with the other files."""
    plant("a.py", "b_raises.py", "c_raises.py", "d.py", text="f()\n")
    report = configured(jobs, registry=REGISTRY)
    assert [(p.code, p.path, p.fatal) for p in report.problems] == [
        ("rule-crash", "b_raises.py", True),
        ("rule-crash", "c_raises.py", True),
    ]
    place = f"(in `{__name__}`, line "
    message = report.problems[0].message
    assert message.startswith(f"rule `raises` crashed: ZeroDivisionError: a fault\nof two lines {place}")
    assert [v.path for v in report.violations if v.rule == "raises"] == ["a.py", "d.py"]
    assert [v.path for v in report.violations if v.rule == "kills"] == ["a.py", "b_raises.py", "c_raises.py", "d.py"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_our_own_is_one_problem_for_the_file(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong in the engine must not lose the other files either."""
    plant("a.py", "b.py", "c.py")
    inspect = prodlint.check.inspect_source

    def faulty(source: Any, *rest: Any) -> Any:
        if source.path == "b.py":
            raise RecursionError("too deep")
        return inspect(source, *rest)

    monkeypatch.setattr(prodlint.check, "inspect_source", faulty)
    report = configured(jobs, registry=REGISTRY)
    assert [(p.code, p.path, p.fatal) for p in report.problems] == [("file-crash", "b.py", True)]
    assert [v.path for v in report.violations if v.rule == "kills"] == ["a.py", "c.py"]


def test_messages_larger_than_a_pipe() -> None:
    """A pipe holds 64 KB; results of megabytes come in pieces, from several workers at once."""
    plant(*(f"m{number}.py" for number in range(6)), text="f()\n" * 10)
    report = configured(3, registry=REGISTRY)
    assert sum(len(v.message) for v in report.violations if v.rule == "chatty") == 60 * LONG
    assert report == configured(1, registry=REGISTRY)


def test_hundreds_of_tiny_and_empty_files() -> None:
    """They are handed out by number, not by size only."""
    plant(*(f"m{number}.py" for number in range(300)), text="")
    plant(*(f"n{number}.py" for number in range(300)))
    report = configured(4, registry=REGISTRY)
    assert report.checked == 600
    assert len([v for v in report.violations if v.rule == "kills"]) == 600


# Where processes cannot be had


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on processes is no reason to fail."""
    varied(20)
    alone = configured(1)
    forked = []

    def refuse() -> int:
        forked.append(1)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert configured(4) == alone
    assert forked == [1]


def test_only_some_processes_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those there are do the work."""
    varied(120)
    alone = configured(1)
    fork, left = os.fork, [1, 1]

    def scarce() -> int:
        if not left:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left.pop()
        return fork()

    monkeypatch.setattr(os, "fork", scarce)
    assert configured(8) == alone
    assert not left


def test_processes_that_die_before_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox may kill whatever is forked: then the files are checked here, and the run ends."""
    varied(20)
    alone = configured(1)
    monkeypatch.setattr("prodlint.workers._work", lambda *arguments: os._exit(9))
    assert configured(3) == alone


def test_no_fork_beside_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that another thread holds at the fork is held in the child for ever."""
    varied(20)
    alone = configured(1)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert configured(4) == alone
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupted_run_leaves_no_process(error: type[BaseException]) -> None:
    """Ctrl-C comes while the parent waits; whoever catches it, traceback and all, must not find children."""
    varied(120)

    def stop(done: int, total: int) -> None:
        raise error

    with pytest.raises(error) as caught:
        check_paths(["."], config={}, jobs=3, progress=stop)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert caught.tb is not None  # which keeps every frame of the run alive until here


# As a library


@pytest.mark.parametrize("jobs", [1, 3])
def test_no_state_of_the_process_is_changed(jobs: int) -> None:
    """Whoever embeds prodlint owns the collector, the signals and the warnings."""
    varied(30)
    plant("warns.py", text='x = "\\d"\nif x is 1: pass\n')

    def state() -> list[Any]:
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        return [gc.get_threshold(), gc.isenabled(), handlers, mask, [*warnings.filters], os.getcwd(), [*sys.path]]

    before = state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        configured(jobs)
    assert state() == before


def test_progress_counts_every_file_once() -> None:
    """A caller draws a bar with it: never backwards, and full at the end."""
    varied(90)
    for jobs in (1, 3):
        calls: list[tuple[int, int]] = []
        check_paths(["."], config={}, jobs=jobs, progress=lambda done, total: calls.append((done, total)))  # noqa: B023
        assert calls == [(done, 90) for done in range(1, 91)]


def test_reports_pickle() -> None:
    """Everything goes in and out of other processes."""
    varied(30)
    plant("raises.py", "hidden.py", text="print(1)  # prodlint: allow print-call until 2999-01-01 -- why\n")
    for report in (configured(1), configured(2, registry=REGISTRY)):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(report, protocol)) == report


def test_sources_are_checked_from_several_threads() -> None:
    """Rules and registry are shared values; nothing of a check is kept in them."""
    sources = [
        f"# TODO: {number}\n" + "print(1)\n" * number + "try:\n    x\nexcept:\n    pass\n" for number in range(40)
    ]
    expected = [check_source(source, "p/x.py", config={}) for source in sources]
    results: list[list[Report]] = []

    def check_all() -> None:
        results.append([check_source(source, "p/x.py", config={}) for source in sources])

    threads = [threading.Thread(target=check_all) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 6


def test_a_file_larger_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tree would take gigabytes; it is told, not left out."""
    plant("large.py", text="x = 1\n" * 100)
    plant("small.py")
    monkeypatch.setattr(prodlint.run, "LARGEST_FILE", 500)
    report = configured(1, registry=REGISTRY)
    assert [(v.path, v.message) for v in report.violations if v.code == "PRD900"] == [
        ("large.py", "not checked: larger than 500 bytes")
    ]
    assert [v.path for v in report.violations if v.rule == "kills"] == ["small.py"]
