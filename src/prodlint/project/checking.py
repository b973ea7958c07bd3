"""Paths and settings in, what the rules about projects find below them out."""

from __future__ import annotations

import os

from prodlint.check import unreadable_violation
from prodlint.discover import discover
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Problem, Skipped, Violation
from prodlint.project.files import (
    FaultyOptionError,
    Files,
    MissingExtraError,
    NotCheckedError,
    NothingToJudgeError,
    ProjectFile,
    ProjectTree,
)
from prodlint.project.site import ProjectSite
from prodlint.rule import Project, ProjectFiles
from prodlint.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prodlint.config import Active, Configuration, FileSettings
    from prodlint.model import Report
    from prodlint.registry import Registry
    from prodlint.rule import Rule


class ProjectChecked(NamedTuple):
    """What checking a project gave.

    ``examined`` counts, by rule, the files or projects that it gave a verdict on; ``left_out`` has those that it is
    meant for and gave none on, because it is off there or cannot read them.
    """

    violations: tuple[Violation, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    examined: dict[str, int]
    left_out: dict[str, tuple[str, ...]]


def with_project(
    report: Report, paths: Sequence[str], configuration: Configuration, registry: Registry, *, cwd: str, today: str
) -> Report:
    """The report, with what the project's rules find below the checked paths; unchanged where none of them is on."""
    rules = [rule for rule in registry.rules if rule.is_about_projects]
    if not rules:
        return report
    checked = check_project(paths, configuration, rules, cwd=cwd, today=today)
    if not any(checked):
        return report
    violations = sorted([*report.violations, *checked.violations], key=_order)
    skipped = sorted({*report.skipped, *checked.skipped})
    problems = (*report.problems, *checked.problems)
    return report._replace(violations=tuple(violations), skipped=tuple(skipped), problems=problems)


def check_project(
    paths: Sequence[str], configuration: Configuration, rules: Iterable[Rule], *, cwd: str, today: str
) -> ProjectChecked:
    """Run the rules about projects that are on.

    ``paths`` are relative to the absolute directory ``cwd``; what lies below them and in the project is looked at.
    Tests of a file's settings decide for each file whether a rule runs on it, as for Python files.
    """
    wanted = [rule for rule in rules if rule.is_about_projects]
    run = _Run(configuration, cwd, today)
    on = run.active_on(f"{configuration.root.rstrip('/')}/-", wanted)
    if on:
        tree = _tree(paths or ["."], configuration, cwd)
        for active in on:
            run.check(active.rule, tree)
    return run.checked()


def _order(violation: Violation) -> tuple[str, tuple[int, ...], str]:
    return violation.path.replace("/", "\0"), violation.span or (0, 0), violation.code


def _tree(paths: Sequence[str], configuration: Configuration, cwd: str) -> ProjectTree:
    """The files below the paths that belong to the project."""
    root = configuration.root.rstrip("/")

    def found(gitignore: bool) -> Files:
        every = ("",)
        at = configuration.excludes_at
        files = discover(paths, cwd=cwd, excludes_at=at, gitignore=gitignore, endings=every).files
        absolute = ((os.path.normpath(os.path.join(cwd, file.path)), file) for file in files)
        inside = [ProjectFile(a[len(root) + 1 :], f.path, f.real) for a, f in absolute if a.startswith(root + "/")]
        return Files(tuple(sorted(inside)))

    tops = [os.path.normpath(os.path.join(cwd, path)).rstrip("/") for path in paths]
    is_whole = any(root == top or root.startswith(top + "/") for top in tops)
    return ProjectTree(root or "/", found, cwd=cwd, is_whole=is_whole)


class _Run:
    """One run of the rules about a project; each rule, and each file of it, fails by itself."""

    def __init__(self, configuration: Configuration, cwd: str, today: str) -> None:
        self._configuration = configuration
        self._cwd = cwd
        self._today = today
        self._violations: dict[Violation, None] = {}
        self._problems: dict[Problem, None] = {}
        self._lacking: dict[tuple[str, str], dict[str, None]] = {}
        self._skipped: set[Skipped] = set()
        self._examined: dict[str, int] = {}
        self._left_out: dict[str, dict[str, None]] = {}

    def checked(self) -> ProjectChecked:
        """Everything found so far, in order."""
        violations = tuple(sorted(self._violations, key=_order))
        skipped = tuple(sorted(self._skipped))
        lacking = [_lacking(what, extra, tuple(rules)) for (what, extra), rules in self._lacking.items()]
        left_out = {name: tuple(paths) for name, paths in self._left_out.items()}
        return ProjectChecked(violations, (*self._problems, *lacking), skipped, self._examined, left_out)

    def active_on(self, absolute: str, rules: Sequence[Rule]) -> list[Active]:
        """Those of the rules that are on for the file of an absolute path."""
        return [active for active in self._configuration.settings_for(absolute).active if active.rule in rules]

    def check(self, rule: Rule, tree: ProjectTree) -> None:
        """Run a rule on all places that its visits nominate."""
        function = _check_of(rule)
        for file in _nominated(rule, tree):
            absolute = f"{tree.root.rstrip('/')}/{file.path if file else '-'}"
            settings = self._configuration.settings_for(absolute)
            active = next((a for a in settings.active if a.rule is rule), None)
            if active is not None:
                self._check_site(function, ProjectSite(file, tree, active, settings, self._today), file, settings, rule)
            elif settings.context in rule.contexts:
                self._leave_out(rule, file)

    def _check_site(
        self,
        function: Callable[[Any], Iterator[Violation]],
        site: ProjectSite,
        file: ProjectFile | None,
        settings: FileSettings,
        rule: Rule,
    ) -> None:
        shown = file.shown if file else None
        try:
            found = list(function(site))
        except Unreadable as unreadable:
            self._leave_out(rule, file)
            violation = unreadable_violation(shown or ".", settings, unreadable.reason, unreadable.line)
            found = [violation] if violation else []
        except NothingToJudgeError:
            return
        except NotCheckedError as reason:
            self._skipped.add(Skipped(shown or ".", str(reason)))
            if reason.is_meant:
                self._leave_out(rule, file)
            return
        except MissingExtraError as missing:
            self._leave_out(rule, file)
            self._lacking.setdefault((str(missing), missing.extra), {})[rule.name] = None
            return
        except FaultyOptionError as fault:
            remedy = f"mend `rules.{rule.name}.{fault.option}` in the configuration"
            self._problems[Problem("configuration", str(fault), remedy=remedy)] = None
            return
        except Exception as error:  # noqa: BLE001  the rule guard: whatever a rule does, the others go on
            self._leave_out(rule, file)
            self._problems[_crash(rule, shown, error)] = None
            return
        else:
            self._examined[rule.name] = self._examined.get(rule.name, 0) + 1
        self._violations.update(dict.fromkeys(violation for violation in found if self._is_wanted(violation, rule)))

    def _leave_out(self, rule: Rule, file: ProjectFile | None) -> None:
        self._left_out.setdefault(rule.name, {})[file.shown if file else "."] = None

    def _is_wanted(self, violation: Violation, rule: Rule) -> bool:
        """Whether the rule is on for the file of a violation, which need not be the one that led to it."""
        absolute = os.path.normpath(os.path.join(self._cwd, violation.path))
        return violation.rule != rule.name or bool(self.active_on(absolute, [rule]))


def _check_of(rule: Rule) -> Callable[[Any], Iterator[Violation]]:
    """A rule's check, from its module where the rule was declared apart from it."""
    if rule.check_function is not None:
        return rule.check_function
    from importlib import import_module

    function: Callable[[Any], Iterator[Violation]] = import_module(rule.module).check
    return function


def _nominated(rule: Rule, tree: ProjectTree) -> Iterator[ProjectFile | None]:
    """The files that a rule's visits nominate, each once, and None for the project itself."""
    patterns = tuple(p for visit in rule.visits if isinstance(visit, ProjectFiles) for p in visit.patterns)
    if patterns:
        yield from tree.matching(patterns)
    if tree.is_whole and any(isinstance(visit, Project) for visit in rule.visits):
        yield None


def _lacking(what: str, extra: str, rules: tuple[str, ...]) -> Problem:
    remedy = f"`pip install 'prodlint[{extra}]'`, or `--ignore {','.join(rules)}`"
    return Problem("missing-extra", what, remedy=remedy)


def _crash(rule: Rule, shown: str | None, error: Exception) -> Problem:
    from prodlint.secrets.masking import masked_quotes  # an exception may quote the file

    return Problem(
        "rule-crash",
        f"rule `{rule.name}` crashed: {type(error).__name__}: {masked_quotes(str(error))}",
        shown,
        remedy=f"report it to the author of `{rule.module}`; `--ignore {rule.name}` leaves it out",
    )
