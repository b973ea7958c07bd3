"""Packs of rules that a project names: where they may come from, and that their faults cost nothing but themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import prodlint_rules
import pytest

import prodlint
from prodlint import Context, Rule, Safety
from prodlint.hosts.cli import main
from prodlint.packs import FaultyPackError, Pack, fault_of, is_in_tree, load_pack, load_packs, with_packs
from prodlint.registry import Registry, built_in
from prodlint.rule import Calls, Module
from prodlint.time_limit import OverdueError, TimeLimit

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = '''\
"""Calls of {called}.

## What it does
Reports them.
"""
from prodlint import Rule, Safety
from prodlint.rule import Calls, Fixed

rule = Rule(name="{name}", code="{code}", family="acme", since="1.0", summary="a call", visits=Calls(("{called}",)))


@rule.check
def check(site):
    {body}
'''
FINDS = 'yield site.violation(f"`{site.facts.call.last_name}` is called")'


class Told(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """Line and code of each violation in a report of the format `text`."""
        return [f"{line.split(':')[1]} {line.split(': ')[1].split()[0]}" for line in self.out.splitlines()]


class Place:
    """A project, as the current directory, and a directory of installed packs beside it."""

    def __init__(self, project: Path, installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self.installed = installed
        self._capsys = capsys

    def pack(self, *rules: str, name: str = "acme_rules", top: Path | None = None, init: str = "") -> None:
        """Write a pack; each rule is the text of its module."""
        folder = (top or self.installed) / name
        folder.mkdir(parents=True)
        names = [f"rule{number}" for number in range(len(rules))]
        for module, text in zip(names, rules, strict=True):
            (folder / f"{module}.py").write_text(text)
        imports = f"from {name} import {', '.join(names)}\n" if names else ""
        listed = "".join(f"{module}.rule, " for module in names)
        (folder / "__init__.py").write_text(init or f"{imports}RULES = ({listed})\n")

    def config(self, text: str, directory: str = ".") -> None:
        """Write a configuration."""
        (self.project / directory / "prodlint.toml").write_text(text)

    def __call__(self, *arguments: str) -> Told:
        self._capsys.readouterr()
        code = main(["--format", "text", *arguments] if not arguments[0].isalpha() else arguments)
        captured = self._capsys.readouterr()
        return Told(code, captured.out, captured.err)


def rule_text(body: str = FINDS, *, name: str = "acme-call", code: str = "ACM101", called: str = "acme") -> str:
    """The module of a rule about the calls of a function."""
    return RULE.format(body=body, name=name, code=code, called=called)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Place]:
    """A project with one file, which names a pack that is not there yet."""
    project, installed = tmp_path / "project", tmp_path / "installed"
    project.mkdir()
    installed.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("PRODLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "path", [*sys.path, str(installed)])
    made = Place(project, installed, capsys)
    made.config('plugins = ["acme_rules"]\nselect = ["acme", "print-call"]\n')
    (project / "cart.py").write_text('"""A cart."""\nacme()\nprint(1)\n')
    before = set(sys.modules)
    yield made
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("acme_rules", "harbour_rules", "single_rules"):
            del sys.modules[name]


def test_a_pack_runs_because_the_project_names_it(place: Place) -> None:
    """Its rules stand beside the others, are selected by family, code and name, configured and suppressed."""
    place.pack(rule_text())
    assert place("cart.py").codes == ["2 ACM101", "3 PRD201"]
    assert place("--select", "ACM1", "cart.py").codes == ["2 ACM101"]
    assert place("--config", 'rules.acme-call.severity="info"', "--select", "acme-call", "cart.py").code == 0
    assert "acme-call" in place("rules").out
    assert "Calls of acme." in place("explain", "ACM101").out
    assert "acme-call" in place("config", "--show", "cart.py").out
    (place.project / "cart.py").write_text("acme()  # noqa: ACM101\nacme()  # prodlint: allow acme-call -- known\n")
    told = place("cart.py")
    assert (told.code, told.out) == (0, "")
    assert "2 suppressed" in told.err
    (place.project / "cart.py").write_text("x = 1  # noqa: ACM101, BLE001\n")
    assert place("cart.py").codes == ["1 PRD901"]


def test_nothing_is_imported_that_no_project_names(place: Place) -> None:
    """What is installed is not searched for packs: they run code."""
    place.pack(init="raise SystemExit('imported')\n")
    place.config("")
    assert place("--select", "print-call", "cart.py").codes == ["3 PRD201"]
    assert "acme_rules" not in sys.modules


@pytest.mark.parametrize("on_path", [False, True])
def test_a_pack_in_the_checked_tree_needs_consent(place: Place, on_path: bool) -> None:
    """Whoever sends code to be checked must not get code run by it, whatever `PYTHONPATH` says."""
    place.pack(rule_text(), top=place.project)
    if on_path:
        sys.path.append(str(place.project))
    told = place("cart.py")
    assert (told.code, told.codes) == (2, ["3 PRD201"])
    assert "prodlint.toml:1:12: pack `acme_rules` lies in the checked tree" in told.err
    assert "--allow-local-plugins" in told.err
    assert "acme_rules" not in sys.modules
    assert str(place.project) not in sys.path
    assert place("--allow-local-plugins", "cart.py").codes == ["2 ACM101", "3 PRD201"]


def test_modules_of_the_tree_stand_in_for_no_other(place: Place) -> None:
    """With consent the tree comes last on the path: its `json` is not what an installed pack imports."""
    place.pack(rule_text().replace('"""\nfrom', '"""\nimport colorsys\nfrom', 1), top=place.project)
    (place.project / "colorsys.py").write_text("raise SystemExit('the wrong one')\n")
    assert place("--allow-local-plugins", "cart.py").codes == ["2 ACM101", "3 PRD201"]


def test_what_is_installed_within_the_tree_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment in the project is the user's own; a link into the tree is the tree."""
    site_packages = tmp_path / ".venv/lib/site-packages"
    site_packages.mkdir(parents=True)
    (tmp_path / "acme_rules").mkdir()
    (site_packages / "linked").symlink_to(tmp_path / "acme_rules")
    monkeypatch.setattr("site.getsitepackages", lambda: [str(site_packages)])
    tree = [str(tmp_path)]
    assert not is_in_tree(str(site_packages / "acme_rules"), tree)
    assert is_in_tree(str(site_packages / "linked"), tree)
    assert is_in_tree(str(tmp_path / "acme_rules"), tree)
    assert not is_in_tree(str(tmp_path) + "-other/acme_rules", tree)


def test_packs_are_named_in_the_root_configuration_only(place: Place) -> None:
    """A part of the tree must not decide what code runs for the whole."""
    place.pack(rule_text())
    (place.project / "part").mkdir()
    place.config('plugins = ["acme_rules"]\n', "part")
    (place.project / "part/cart.py").write_text("x = 1\n")
    told = place("part/cart.py")
    assert told.code == 2
    assert "part/prodlint.toml:1:1: `plugins` counts in the root configuration only" in told.err


FAULTS: dict[str, tuple[str, str]] = {
    "raises": (
        "import os\n1 / 0\n",
        "cannot be imported: ZeroDivisionError: division by zero (in `acme_rules`, line 2)",
    ),
    "exits": ("import sys\nsys.exit(3)\n", "cannot be imported: SystemExit: 3 (in `acme_rules`, line 2)"),
    "needs": ("import not_there\n", "cannot be imported: ModuleNotFoundError: No module named 'not_there'"),
    "syntax": ("def\n", "cannot be imported: SyntaxError"),
    "no rules": ("x = 1\n", "has no `RULES`"),
    "one rule": ("RULES = 3\n", "has in `RULES` a int, and no tuple of rules"),
    "no rule": ("RULES = (3,)\n", "has in `RULES` 3, which is no rule"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_pack_that_cannot_be_loaded_stops_nothing(place: Place, fault: str) -> None:
    """The other rules run; what is said of the pack's rules elsewhere is not taken for a mistake."""
    init, message = FAULTS[fault]
    place.pack(init=init)
    place.config('plugins = ["acme_rules"]\nselect = ["acme-call", "print-call"]\nrules.acme-call.severity = "info"\n')
    (place.project / "cart.py").write_text("acme()  # prodlint: allow acme-call -- known\nprint(1)  # noqa: ACM101\n")
    told = place("cart.py")
    assert (told.code, told.codes) == (2, ["2 PRD201"])
    assert f"prodlint.toml:1:12: pack `acme_rules` {message}" in told.err
    assert "Traceback" not in told.err


def test_a_pack_that_is_not_installed_is_told_with_its_place(place: Place) -> None:
    """The usual fault in CI: the remedy names the Python that needs it."""
    told = place("cart.py")
    assert "prodlint.toml:1:12: pack `acme_rules` is not installed: there is no module `acme_rules`" in told.err
    assert sys.executable in told.err
    place.config('plugins = ["acme-rules", ""]\n')
    told = place("cart.py")
    assert told.code == 2
    assert (
        "prodlint.toml:1:12: `acme-rules` in `plugins` is no name of a module (did you mean `acme_rules`?)" in told.err
    )
    assert told.out == ""


def test_a_misspelt_rule_is_told_its_name_though_a_pack_is_missing(place: Place) -> None:
    """Most such words are typing errors, whatever else the pack may have."""
    place.config('plugins = ["acme_rules"]\nselect = ["bare-exept"]\n')
    told = place("cart.py")
    assert "did you mean `bare-except`? It may also be a rule of `acme_rules`, which could not be loaded" in told.err


def test_what_a_pack_prints_is_not_in_the_report(place: Place) -> None:
    """Standard output carries the report and nothing else."""
    place.pack(init='print("loaded")\nRULES = ()\n')
    place.config('plugins = ["acme_rules"]\n')
    told = place("--select", "print-call", "cart.py")
    assert told.codes == ["3 PRD201"]
    assert "loaded" in told.err


def test_a_crashing_rule_is_named_with_its_place(place: Place) -> None:
    """Whoever wrote the pack needs the line; the pack's other rule still runs."""
    place.pack(rule_text("yield site.nothing"), rule_text(name="acme-two", code="ACM102"))
    told = place("cart.py")
    assert told.codes == ["2 ACM102", "3 PRD201"]
    message = "rule `acme-call` crashed: AttributeError: 'Site' object has no attribute 'nothing'"
    assert f"cart.py:2: {message} (in `acme_rules.rule0`, line 14)" in told.err


ENDLESS = {
    "silent": "while True:\n        pass\n    yield",
    "stubborn": "while True:\n        try:\n            id(0)\n        except Exception:\n            pass\n    yield",
    "sleeping": "import time\n    time.sleep(600)\n    yield",
    "regular expression": "import re\n    re.match('(a+)+$', 'a' * 60 + 'b')\n    yield",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_check_is_stopped(place: Place, body: str) -> None:
    """The other rules' results stay, for this file and for the next; the exit code says that something is missing."""
    place.pack(rule_text(body))
    started = time.monotonic()
    told = place("--time-limit", "0.2", "cart.py")
    assert time.monotonic() - started < 20
    assert (told.code, told.codes) == (2, ["3 PRD201"])
    assert "cart.py:2: rule `acme-call` took more than 0.2 s and was stopped" in told.err


def test_an_endless_check_ends_in_worker_processes(place: Place) -> None:
    """Each file that it was at is named, and after three of them a process does not try any more."""
    place.pack(rule_text(ENDLESS["silent"]))
    for number in range(24):
        (place.project / f"m{number:02}.py").write_text("acme()\n" + "x = 1\n" * 4000)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*_homes(), str(place.installed)])}
    command = [sys.executable, "-m", "prodlint", "--time-limit", "0.1", "--jobs", "3", "--no-cache", "--format", "text"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [line for line in done.stdout.splitlines() if "cart.py:3" in line]
    stopped = [line for line in done.stderr.splitlines() if "was stopped" in line]
    left_out = [line for line in done.stderr.splitlines() if "is left out" in line]
    assert 3 <= len(stopped) <= 9
    assert len(stopped) + len(left_out) == 25


def _homes() -> list[str]:
    return [str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules)]


def test_endless_violations_end(place: Place) -> None:
    """A check that yields for ever must not take all memory before its time is over."""
    place.pack(rule_text("found = site.violation('again')\n    while True:\n        yield found"))
    told = place("cart.py")
    assert "rule `acme-call` crashed: OverflowError: it yields 200,000 violations at one place" in told.err
    assert told.codes == ["3 PRD201"]


def test_a_changed_pack_makes_cached_results_worthless(place: Place) -> None:
    """The same path, size and times of the checked file mean nothing where the rule is another."""
    place.pack(rule_text())
    assert "1 cached" not in place("cart.py").err
    os.utime(place.project / "cart.py", ns=(10**18, 10**18))
    place("cart.py")
    assert "(1 cached)" in place("cart.py").err
    module = place.installed / "acme_rules/rule0.py"
    module.write_text(module.read_text() + "\n# changed\n")
    assert "cached" not in place("cart.py").err


def test_a_pack_of_one_file_is_known_to_the_cache(place: Place) -> None:
    """Not the whole directory that it is installed in, which may be large."""
    place.config('plugins = ["single_rules"]\n')
    (place.installed / "single_rules.py").write_text(rule_text() + "\n\nRULES = (rule,)\n")
    (place.installed / "unrelated").mkdir()
    assert "2 ACM101" in place("cart.py").codes
    os.utime(place.project / "cart.py", ns=(10**18, 10**18))
    place("cart.py")
    (place.installed / "unrelated/module.py").write_text("x = 1\n")
    assert "(1 cached)" in place("cart.py").err


# --- Metadata


def rule(**changed: object) -> Rule:
    """A rule that is all right, but for what is changed."""
    metadata: dict[str, object] = {
        "name": "acme-call",
        "code": "ACM101",
        "family": "acme",
        "since": "1.0",
        "summary": "a call",
        "visits": Calls(("acme",)),
    }
    made = Rule(**{**metadata, **changed})  # type: ignore[arg-type]
    made.check(lambda site: iter(()))
    return made


class Unreadable(NamedTuple):
    """Options of a type that no configuration can give."""

    table: dict[str, int] = {}


class WithoutDefault(NamedTuple):
    """Options that nobody has to give, and that have no default."""

    words: tuple[str, ...]


class Clashing(NamedTuple):
    """Options one of which is a key of every rule."""

    severity: str = "high"


METADATA = {
    "has no check": Rule(name="x", code="ACM101", family="f", since="1", summary="s", visits=Module()),
    "codes in PRD are prodlint's own": rule(code="PRD801"),
    "has the family 'Errors'": rule(family="Errors"),
    "has the family 'all'": rule(family="all"),
    "has in `summary` ''": rule(summary=""),
    "has in `since` 1.0": rule(since=1.0),
    "has in `policy`": rule(policy=(3,)),
    "has in `cwe`": rule(cwe=("CWE-1",)),
    "has in `contexts`": rule(contexts="production"),
    "has the severity 'error'": rule(severity="error"),
    "has in `fixes`": rule(fixes=("safe",)),
    "registers none with `@rule.fix`": rule(fixes=(Safety.SAFE,)),
    "visits nothing": rule(visits=()),
    "visits 'print'": rule(visits=("print",)),
    "names='print', which is no tuple": rule(visits=Calls("print")),  # type: ignore[arg-type]
    "has the unsupported type": rule(options=Unreadable),
    "has options without a default each": rule(options=WithoutDefault),
    "has an option `severity`": rule(options=Clashing),
}


@pytest.mark.parametrize("fault", METADATA)
def test_faulty_metadata_are_told(fault: str) -> None:
    """A rule that would never run, or crash a host that shows it, is refused by name when its pack is loaded."""
    broken = METADATA[fault]
    told = fault_of(broken)
    assert fault in told
    good = rule(name="acme-good", code="ACM199")
    registry = with_packs(Registry(()), [Pack("acme_rules", (broken, good))])
    assert registry.find("ACM199") is good
    (problem,) = registry.problems
    assert (problem.code, problem.fatal) == ("pack", True)
    assert problem.message.startswith(f"pack `acme_rules`: rule `{broken.name}`")
    assert problem.remedy


def test_the_rules_of_the_built_in_pack_have_no_fault() -> None:
    """The same tests hold for prodlint's own rules, but for the letters of their codes."""
    for each in built_in().rules:
        if each.check_function is not None:
            assert "prodlint's own" in fault_of(each)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (rule(name="print-call"), "as is the rule PRD201 `print-call` of `prodlint_rules.print_call`"),
        (rule(name="errors"), "is called what a family of rules is called"),
        (rule(family="bare-except"), "is of the family `bare-except`, which is the name of a rule"),
        (rule(name="unreadable-source"), "is called `unreadable-source`, as is the rule PRD900"),
    ],
)  # fmt: skip
def test_a_name_that_is_taken_is_refused(other: Rule, told: str) -> None:
    """Whoever came first keeps the name: the built-in pack, then the packs in the configuration's order."""
    registry = with_packs(built_in(), [Pack("acme_rules", (other,))])
    assert registry.rules == built_in().rules
    assert told in registry.problems[0].message


def test_two_packs_with_one_code() -> None:
    """The first keeps it; the message names both places."""
    first, second = rule(), rule(name="harbour-call")
    registry = with_packs(
        built_in(), [Pack("acme_rules", (first,)), Pack("harbour_rules", (second, rule(code="ACM102")))]
    )
    assert registry.find("ACM101") is first
    assert [problem.message.split(" (")[0] for problem in registry.problems] == [
        "pack `harbour_rules`: rule `harbour-call`",
        "pack `harbour_rules`: rule `acme-call`",
    ]
    assert registry.missing == "`harbour_rules`"


def test_loading_raises_what_the_command_line_tells() -> None:
    """A library's caller gets one exception with the whole message."""
    with pytest.raises(FaultyPackError, match="pack `no_such_pack` is not installed") as caught:
        load_pack("no_such_pack")
    assert caught.value.problem.remedy
    packs, faults = load_packs(["no_such_pack"], trees=(), allow_local=False)
    assert packs == ()
    assert [name for name, _ in faults] == ["no_such_pack"]


# --- The limit


def test_a_limit_leaves_signals_as_they_were() -> None:
    """It belongs to a stretch of the process's life, not to the process."""
    import signal

    before = signal.getsignal(signal.SIGALRM)
    with TimeLimit(5):
        assert signal.getsignal(signal.SIGALRM) != before
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    with TimeLimit(0):
        assert signal.getsignal(signal.SIGALRM) == before


def test_only_one_long_turn_is_overdue() -> None:
    """Many short turns, and time between turns, are never too long: only ticks in a row of one turn count."""

    def ticks(limit: TimeLimit, number: int) -> None:
        for _ in range(number):
            limit._tick(0, None)

    limit = TimeLimit(1)
    ticks(limit, 20)
    for _ in range(5):
        limit.begin()
        ticks(limit, 4)
        limit.end()
        ticks(limit, 4)
    limit.begin()
    ticks(limit, 4)
    with pytest.raises(OverdueError):
        ticks(limit, 1)
    with pytest.raises(OverdueError):
        ticks(limit, 1)


def test_contexts_of_a_pack_hold(place: Place) -> None:
    """A rule for production code says nothing of tests, in a pack as in prodlint's own rules."""
    assert Context.TEST not in rule(contexts=frozenset({Context.PRODUCTION})).contexts
    place.pack(rule_text().replace("summary=", "contexts=frozenset({Context.PRODUCTION}), summary=").replace(
        "import Rule,", "import Context, Rule,"
    ))  # fmt: skip
    (place.project / "tests").mkdir()
    (place.project / "tests/test_cart.py").write_text("acme()\n")
    assert place("tests/test_cart.py").codes == []
