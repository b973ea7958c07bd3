"""The library: source text or paths in, a `Report` out. No printing, no exit, no global state."""

from __future__ import annotations

import os
import time

from prodlint.config import Overrides, load
from prodlint.discover import discover
from prodlint.fix.rounds import SAFE, UNSAFE, FixedText, fix_text
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Report
from prodlint.registry import built_in
from prodlint.run import Checker, run
from prodlint.source import Source, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prodlint.baseline import Baseline
    from prodlint.config import Configuration
    from prodlint.fix.single import ProvedFix
    from prodlint.model import Violation
    from prodlint.registry import Registry


def check_source(
    source: str | bytes,
    path: str = "<string>",
    *,
    config: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    today: str | None = None,
) -> Report:
    """Check the text of one file.

    ``path`` is what violations name; relative to the current directory, it decides the file's context. ``config`` holds
    the keys of ``[tool.prodlint]``; without it the configuration files that apply to ``path`` are read. ``today`` is
    the ISO date to judge by, instead of the clock's. Raises ValueError for a faulty configuration.
    """
    cwd = os.getcwd()
    registry = registry or built_in()
    configuration = _configuration(config, cwd, registry)
    data = encoded(source) if isinstance(source, str) else source
    checker = Checker(configuration, registry, today or time.strftime("%Y-%m-%d"))
    checked = checker.inspect(Source(path, data), os.path.normpath(os.path.join(cwd, path)))
    _raise_faults(configuration)
    return Report(1, 0, (), checked.violations, checked.problems)


def fix_source(
    source: str | bytes,
    path: str = "<string>",
    *,
    unsafe: bool = False,
    config: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    today: str | None = None,
) -> FixedText:
    """Fix the text of one file and return its new content, with what was fixed; nothing is written.

    Safe fixes only, unless ``unsafe`` asks for those too that a reviewer should see. The other arguments are those of
    `check_source`. Every fix is proved: the result parses, differs in nothing but the fixed places, keeps every
    comment, and has the violation no more and no new one. Raises ValueError for a faulty configuration.
    """
    cwd = os.getcwd()
    registry = registry or built_in()
    configuration = _configuration(config, cwd, registry)
    data = encoded(source) if isinstance(source, str) else source
    checker = Checker(configuration, registry, today or time.strftime("%Y-%m-%d"))
    absolute = os.path.normpath(os.path.join(cwd, path))
    safeties = UNSAFE if unsafe else SAFE
    fixed = fix_text(Source(path, data), safeties, lambda text, fixes: checker.inspect(text, absolute, fixes))
    _raise_faults(configuration)
    return fixed


def fix_violation(
    source: str | bytes,
    path: str,
    violation: Violation,
    *,
    config: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    today: str | None = None,
) -> ProvedFix:
    """The fix of one violation that `check_source` found in this text, as edits: for editors. Nothing is written.

    Unlike `fix_source` it also makes those that are manual, such as the skeleton of a docstring, which a person has to
    finish. It is proved as that one's are; of a manual one's result only that it parses, differs in nothing but its
    place and keeps every comment. The other arguments are those of `check_source`. Raises ValueError for a faulty
    configuration.
    """
    cwd = os.getcwd()
    registry = registry or built_in()
    configuration = _configuration(config, cwd, registry)
    data = encoded(source) if isinstance(source, str) else source
    checker = Checker(configuration, registry, today or time.strftime("%Y-%m-%d"))
    made = checker.fix(Source(path, data), os.path.normpath(os.path.join(cwd, path)), violation)
    _raise_faults(configuration)
    return made


def check_paths(
    paths: Sequence[str],
    *,
    config: Mapping[str, object] | None = None,
    registry: Registry | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    today: str | None = None,
    baseline: str | None = None,
    changed_since: str | None = None,
) -> Report:
    """Check files and directories.

    ``config`` and ``today`` are as in `check_source`. Runs in this process unless ``jobs`` asks for more. ``progress``
    is called with how many of how many files are done. Violations that the file ``baseline`` knows are marked as
    suppressed. ``changed_since`` names a revision: only what git says has changed since the merge base with it is
    checked and reported. Raises ValueError for a faulty configuration or baseline, and where git cannot tell.
    """
    cwd = os.getcwd()
    registry = registry or built_in()
    configuration = _configuration(config, cwd, registry)
    known = _known(baseline, cwd)
    discovery = discover(paths, cwd=cwd, excludes_at=configuration.excludes_at)
    changes = None
    if changed_since is not None:
        from prodlint.changes import changes_since  # few callers ask for it, as for a baseline

        changes = changes_since(changed_since, discovery, paths=paths, cwd=cwd)
        discovery = changes.discovery
    report = run(
        discovery,
        configuration,
        registry,
        cwd=cwd,
        today=today or time.strftime("%Y-%m-%d"),
        jobs=jobs,
        progress=progress,
    )
    if configuration.checks_project:
        from prodlint.project import with_project  # as for a baseline

        report = with_project(report, paths, configuration, registry, cwd=cwd, today=today or time.strftime("%Y-%m-%d"))
    _raise_faults(configuration)
    if known is not None:
        from prodlint.baseline import Extent, match

        tops = None if changes else tuple(os.path.normpath(os.path.join(cwd, path)) for path in paths)
        extent = Extent(configuration.root, cwd, tops)
        report = match(report, known, extent, changes.touches if changes else None, configuration.locked).report
    return changes.only(report) if changes else report


def _known(baseline: str | None, cwd: str) -> Baseline | None:
    if baseline is None:
        return None
    from prodlint.baseline import read

    return read(os.path.join(cwd, baseline), baseline)


def _configuration(config: Mapping[str, object] | None, cwd: str, registry: Registry) -> Configuration:
    configuration = load(Overrides(), cwd=cwd, registry=registry, table=config)
    _raise_faults(configuration)
    return configuration


def _raise_faults(configuration: Configuration) -> None:
    faults = [problem for problem in configuration.problems if problem.fatal]
    if faults:
        raise ValueError("; ".join(f"{fault.path or 'configuration'}: {fault.message}" for fault in faults))
