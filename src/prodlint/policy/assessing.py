"""A checked project in, what holds of each clause of its standards out."""

from __future__ import annotations

import os

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.model import Context
from prodlint.policy.attestations import Attestation, read_attestations
from prodlint.policy.catalog import DEFAULT_STANDARDS, Catalog, load_catalog
from prodlint.policy.freshness import CodeFile, Freshness, dependency_files
from prodlint.policy.gathering import gather
from prodlint.policy.judging import Ground, formats_needed, judge, with_referred
from prodlint.policy.running import blanket_names, runs_of
from prodlint.policy.standard import Means
from prodlint.policy.tables import Reader
from prodlint.policy.verdict import Assessment
from prodlint.policy.weighing import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prodlint.config import Configuration, FileSettings, Overrides
    from prodlint.config.values import Value
    from prodlint.discover import Discovery, SourceFile
    from prodlint.model import Problem, Report
    from prodlint.project import ProjectChecked
    from prodlint.registry import Registry


class Policy(NamedTuple):
    """What a project says of its policy: the clauses, who vouches for some of them, and where evidence is."""

    catalog: Catalog
    attestations: tuple[Attestation, ...]
    evidence: dict[str, Value]


def read_policy(
    configuration: Configuration, registry: Registry, cwd: str, problems: list[Problem], standards: tuple[str, ...] = ()
) -> Policy:
    """The policy of the project around the absolute directory ``cwd``. Faults are added to ``problems``.

    ``standards`` takes the place of those that the configuration names.
    """
    from prodlint.config.source import Source

    values = configuration.scope_at(cwd).values
    given = values.get(("standards",))
    if standards or given is None:
        source, path = Source("--standard" if standards else "default", cwd), ()
        words: tuple[str, ...] = standards or DEFAULT_STANDARDS
    else:
        source, path, words = given.source, given.path, given.value  # type: ignore[assignment]
    named = [((*path, number), word) for number, word in enumerate(words)]
    if not named:
        problems.append(source.fault("`standards` is empty, so that there is nothing to judge by", path))
    catalog = load_catalog(named, source, registry, problems)
    if any(problem.fatal for problem in problems):  # clauses of a standard that was not read are no faults
        return Policy(catalog, (), {})
    attestations = read_attestations(values.get(("attestations",)), catalog, problems)
    gates = dict(catalog.gates)
    for key, value in values.items():
        if key[0] == "gates":
            gates[str(key[1])] = _gate(value, str(key[1]), catalog, problems)
    evidence = {str(key[1]): value for key, value in values.items() if key[0] == "evidence"}
    return Policy(catalog._replace(gates=gates), attestations, evidence)


def _gate(value: Value, name: str, catalog: Catalog, problems: list[Problem]) -> tuple[str, ...]:
    """The clauses of a gate of the project's configuration."""
    reader = Reader(value.source)
    found: list[str] = []
    for number, word in enumerate(value.value):
        clauses = catalog.find(word)
        if not clauses:
            reader.fault(f"unknown clause `{word}`", (*value.path, number), catalog.nearest(word))
        found += [clause.name for clause in clauses]
    if not value.value:
        reader.fault(f"the gate `{name}` is empty, and would always be open", value.path)
    problems += reader.problems()
    return tuple(dict.fromkeys(found))


class Looked(NamedTuple):
    """What came of the checks of files that are not Python: the report with what they found.

    By the names of their rules, ``examined`` counts the files that they gave a verdict on, and ``left_out`` has those
    that they are meant for and gave none on. ``asked`` names those that ran for their clauses only.
    """

    report: Report
    examined: Mapping[str, int] = {}
    left_out: Mapping[str, tuple[str, ...]] = {}
    asked: frozenset[str] = frozenset()


class Run(NamedTuple):
    """A check that is done: what was found, on which files, with which settings, from the absolute directory ``cwd``.

    ``today`` is an ISO date, ``now`` in seconds since the epoch. ``looked`` is what files that are not Python were
    looked at for.
    """

    report: Report
    discovery: Discovery
    configuration: Configuration
    registry: Registry
    cwd: str
    paths: tuple[str, ...]
    today: str
    now: float
    looked: Looked


def assess(policy: Policy, run: Run, names: Iterable[str], gate: str = "") -> Assessment:
    """What holds of the clauses of these names."""
    wanted = tuple(names)
    configuration = run.configuration
    settings = list(_settings(run))
    production = [file for file, each in settings if each.context is Context.PRODUCTION]
    clauses = with_referred(wanted, policy.catalog)
    gathered = gather(formats_needed(clauses.values()), policy.evidence, configuration.root, run.cwd)
    files = [CodeFile(file.path, file.real, file.mtime_ns / 1e9) for file in run.discovery.files]
    freshness = Freshness(files, dependency_files(configuration.root), run.cwd, run.now)
    blankets = _Blankets(run)
    looked = run.looked
    files_with = ((file.path, each) for file, each in settings)
    runs = runs_of(run.report, files_with, run.registry, blankets.names, looked.examined, looked.left_out)
    code = Code(frozenset(file.real for file in production), configuration.root)
    ground = Ground(runs, gathered, freshness, code, policy.attestations, run.today, looked.asked)
    verdicts = judge(wanted, policy.catalog, ground)
    concerned = {verdict.clause.standard for verdict in verdicts}
    return Assessment(
        tuple(each for each in policy.catalog.standards.values() if each.name in concerned),
        verdicts,
        policy.attestations,
        run.today,
        run.report.checked,
        run.paths,
        gathered.problems,
        gate,
    )


def look(
    report: Report,
    policy: Policy,
    names: Iterable[str],
    configuration: Configuration,
    paths: Sequence[str],
    cwd: str,
    today: str,
    overrides: Overrides,
    table: Mapping[str, object] | None = None,
) -> Looked:
    """Check what these clauses ask for in files that are not Python.

    They run on request, and a clause that names one is a request; what a configuration ignores stays off. That of
    these runs is made of ``overrides`` and ``table``, of which ``configuration`` was made as well.
    """
    clauses = with_referred(names, policy.catalog).values()
    named = {name for clause in clauses for way in clause.shown_by if way.means in _CHECKING for name in way.names}
    checks = tuple(rule for rule in configuration.registry.rules if rule.is_about_projects and rule.name in named)
    if not checks:
        return Looked(report)
    from prodlint.config import load
    from prodlint.project import check_project  # most projects' clauses ask for some, and many gates for none

    settings = configuration.scope_at(configuration.root).rules
    asked = [each.rule.name for each in settings if each.rule in checks and each.decision.is_on_request]
    more = (*(overrides.extend_select or ()), *asked)
    base = cwd if table is None else configuration.root
    asking = load(overrides._replace(extend_select=more), cwd=base, registry=configuration.registry, table=table)
    found = check_project(paths, asking, checks, cwd=cwd, today=today)
    return Looked(_merged(report, found), found.examined, found.left_out, frozenset(asked))


_CHECKING = (Means.RULES, Means.CHECKS)


def _merged(report: Report, found: ProjectChecked) -> Report:
    """The report with what these checks have found, each violation once."""
    violations = dict.fromkeys((*report.violations, *found.violations))
    ordered = sorted(violations, key=lambda each: (each.path, each.span or (0, 0), each.code))
    skipped = tuple(sorted({*report.skipped, *found.skipped}))
    problems = tuple(dict.fromkeys((*report.problems, *found.problems)))
    return report._replace(violations=tuple(ordered), skipped=skipped, problems=problems)


def with_commit(assessment: Assessment, cwd: str) -> Assessment:
    """The same with the commit that is checked out, for reports that name it: git is asked for it."""
    repository = Freshness((), (), cwd, 0).repository
    if repository is None:
        return assessment
    return assessment._replace(commit=repository.commit, is_changed=repository.is_changed)


def _settings(run: Run) -> Iterator[tuple[SourceFile, FileSettings]]:
    """Each file with what holds for it. Files that say what runs them are scripts, so that their first bytes count."""
    configuration = run.configuration
    for file in run.discovery.files:
        absolute = file.path if file.path.startswith("/") else f"{run.cwd}/{file.path}"
        if "/." in absolute:
            absolute = os.path.normpath(absolute)
        settings = configuration.settings_for(absolute)
        if settings.context is Context.PRODUCTION and _has_shebang(file):
            settings = configuration.settings_for(absolute, True)
        yield file, settings


def _has_shebang(file: SourceFile) -> bool:
    try:
        with open(file.real, "rb", buffering=0) as handle:
            return handle.read(2) == b"#!"
    except OSError:
        return False  # the report has said that it cannot be read


class _Blankets:
    """Tells of a file which rules its comments allow in more than one place, reading it when that is first asked."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[str, frozenset[str]] = {}
        self._real: dict[str, str] | None = None

    def names(self, path: str) -> frozenset[str]:
        """The names of those rules, for a file as the report names it."""
        known = self._known.get(path)
        if known is None:
            if self._real is None:
                self._real = {file.path: file.real for file in self._run.discovery.files}
            known = self._known[path] = self._read(self._real.get(path))
        return known

    def _read(self, real: str | None) -> frozenset[str]:
        from prodlint.source import Source, Unreadable

        registry = self._run.registry
        try:
            with open(real or "", "rb") as file:
                text = Source("", file.read()).text
        except (OSError, Unreadable):
            return frozenset(registry.by_name)  # what cannot be read vouches for nothing
        return blanket_names(text, registry)
