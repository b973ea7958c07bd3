"""The library: source text or paths in, a `Report` out. No printing, no exit, no global state."""

from __future__ import annotations

import os
import time

from prodlint.config import Overrides, load
from prodlint.config.frozen import Config
from prodlint.discover import discover
from prodlint.fix.rounds import SAFE, UNSAFE, FixedText, fix_text
from prodlint.light_typing import TYPE_CHECKING
from prodlint.model import Problem, Report
from prodlint.packs import with_packs
from prodlint.registry import built_in
from prodlint.run import Checker, run
from prodlint.source import Source, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from prodlint.baseline import Baseline
    from prodlint.config import Configuration
    from prodlint.fix.single import ProvedFix
    from prodlint.model import Checked, Violation
    from prodlint.packs import Pack
    from prodlint.registry import Registry
    from prodlint.rule import Rule


def check_source(
    source: str | bytes,
    path: str = "<string>",
    *,
    config: Mapping[str, object] | None = None,
    packs: Iterable[Pack] = (),
    registry: Registry | None = None,
    cwd: str | None = None,
    today: str | None = None,
) -> Report:
    """Check the text of one file.

    ``path`` is what violations name; relative to ``cwd``, by default the current directory, it decides the file's
    context. ``config`` holds the keys of ``[tool.prodlint]``; without it the configuration files that apply to ``path``
    are read. ``packs`` are rules to know besides those that come with prodlint; ``registry`` stands in for the latter.
    ``today`` is the ISO date to judge by, instead of the clock's.

    Raises ValueError for a faulty configuration, and for one that names a pack which is not among ``packs``: the
    library imports none by name.
    """
    cwd = os.path.abspath(cwd or "")
    registry = with_packs(registry or built_in(), packs)
    configuration = configuration_of(config, cwd, registry)
    data = encoded(source) if isinstance(source, str) else source
    checker = Checker(configuration, registry, today or time.strftime("%Y-%m-%d"))
    checked = checker.inspect(Source(path, data), os.path.normpath(os.path.join(cwd, path)))
    raise_faults(configuration)
    return Report(1, 0, (), checked.violations, (*registry.problems, *checked.problems))


def fix_source(
    source: str | bytes,
    path: str = "<string>",
    *,
    unsafe: bool = False,
    config: Mapping[str, object] | None = None,
    packs: Iterable[Pack] = (),
    registry: Registry | None = None,
    cwd: str | None = None,
    today: str | None = None,
) -> FixedText:
    """Fix the text of one file and return its new content, with what was fixed; nothing is written.

    Safe fixes only, unless ``unsafe`` asks for those too that a reviewer should see. The other arguments are those of
    `check_source`. Every fix is proved: the result parses, differs in nothing but the fixed places, keeps every
    comment, and has the violation no more and no new one. Raises ValueError for a faulty configuration.
    """
    cwd = os.path.abspath(cwd or "")
    registry = with_packs(registry or built_in(), packs)
    configuration = configuration_of(config, cwd, registry)
    data = encoded(source) if isinstance(source, str) else source
    checker = Checker(configuration, registry, today or time.strftime("%Y-%m-%d"))
    absolute = os.path.normpath(os.path.join(cwd, path))
    safeties = UNSAFE if unsafe else SAFE
    fixed = fix_text(Source(path, data), safeties, lambda text, fixes: checker.inspect(text, absolute, fixes))
    raise_faults(configuration)
    return fixed._replace(problems=(*registry.problems, *fixed.problems))


def fix_violation(
    source: str | bytes,
    path: str,
    violation: Violation,
    *,
    config: Mapping[str, object] | None = None,
    packs: Iterable[Pack] = (),
    registry: Registry | None = None,
    cwd: str | None = None,
    today: str | None = None,
) -> ProvedFix:
    """The fix of one violation that `check_source` found in this text, as edits: for editors. Nothing is written.

    Unlike `fix_source` it also makes those that are manual, such as the skeleton of a docstring, which a person has to
    finish. It is proved as that one's are; of a manual one's result only that it parses, differs in nothing but its
    place and keeps every comment. The other arguments are those of `check_source`. Raises ValueError for a faulty
    configuration.
    """
    cwd = os.path.abspath(cwd or "")
    registry = with_packs(registry or built_in(), packs)
    configuration = configuration_of(config, cwd, registry)
    data = encoded(source) if isinstance(source, str) else source
    checker = Checker(configuration, registry, today or time.strftime("%Y-%m-%d"))
    made = checker.fix(Source(path, data), os.path.normpath(os.path.join(cwd, path)), violation)
    raise_faults(configuration)
    return made


def check_paths(
    paths: Sequence[str],
    *,
    config: Mapping[str, object] | None = None,
    packs: Iterable[Pack] = (),
    registry: Registry | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    on_file: Callable[[str, Checked], None] | None = None,
    cwd: str | None = None,
    today: str | None = None,
    baseline: str | None = None,
    changed_since: str | None = None,
) -> Report:
    """Check files and directories.

    ``config``, ``packs``, ``registry``, ``cwd`` and ``today`` are as in `check_source`; ``paths`` are relative to
    ``cwd``. Runs in this process unless ``jobs`` asks for more. ``progress`` is called with how many of how many files
    are done, ``on_file`` with each file's path and what was found in it, as files finish, in this thread; what it
    raises ends the run. It sees what the rules find, before ``baseline`` and ``changed_since`` have their say.

    Violations that the file ``baseline`` knows are marked as suppressed. ``changed_since`` names a revision: only what
    git says has changed since the merge base with it is checked and reported. Raises ValueError for a faulty
    configuration or baseline, and where git cannot tell.
    """
    cwd = os.path.abspath(cwd or "")
    registry = with_packs(registry or built_in(), packs)
    configuration = configuration_of(config, cwd, registry)
    known = _known(baseline, cwd)
    discovery = configuration.skipping(discover(paths, cwd=cwd, excludes_at=configuration.excludes_at))
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
        on_file=on_file,
    )
    if configuration.checks_project:
        from prodlint.project import with_project  # as for a baseline

        report = with_project(report, paths, configuration, registry, cwd=cwd, today=today or time.strftime("%Y-%m-%d"))
    raise_faults(configuration)
    if known is not None:
        from prodlint.baseline import Extent, match

        tops = None if changes else tuple(os.path.normpath(os.path.join(cwd, path)) for path in paths)
        extent = Extent(configuration.root, cwd, tops)
        report = match(report, known, extent, changes.touches if changes else None, configuration.locked).report
    return changes.only(report) if changes else report


def load_config(directory: str = ".", *, packs: Iterable[Pack] = (), registry: Registry | None = None) -> Config:
    """The configuration that holds for the files right in a directory, as a value.

    Given to the other functions it takes the place of every configuration file, also below that directory. A directory
    without one gives an empty `Config`. ``packs`` and ``registry`` are as in `check_source`; which packs it asks for is
    in its ``plugins``, and `load_pack` imports them: words that may be names of their rules are no faults until then.
    Raises ValueError for a faulty configuration.
    """
    from prodlint.config.source import read_directory
    from prodlint.discover import CONFIG_NAMES

    cwd = os.path.abspath(directory)
    known = with_packs(registry or built_in(), packs)
    configuration = load(Overrides(), cwd=cwd, registry=known)
    if configuration.plugins:
        # Words that only a pack knows which the caller has yet to load are no faults.
        lacking = [(name, _NOT_GIVEN) for name in configuration.plugins.value if name not in known.packs]
        configuration = load(Overrides(), cwd=cwd, registry=with_packs(known, (), lacking))
    raise_faults(configuration, with_plugins=False)
    source = configuration.scope_at(cwd).source
    if source is None:
        return Config(root=configuration.root)
    base = source.base
    names = tuple(name for name in CONFIG_NAMES if os.path.isfile(os.path.join(base, name)))
    table = read_directory(base, names, base, [])
    return Config(table.values if table else {}, root=base)


_NOT_GIVEN = Problem("pack", "the pack is not given")


def explain(rule: str, *, packs: Iterable[Pack] = (), registry: Registry | None = None) -> str:
    """The page of a rule, by its name or code, in Markdown. Raises ValueError for a word that no rule has."""
    from prodlint.pages import page

    known = with_packs(registry or built_in(), packs)
    found: Rule | None = known.find(rule)
    if found is None:
        nearest = known.nearest(rule)
        raise ValueError(f"no rule `{rule}`" + (f"; did you mean `{nearest}`?" if nearest else ""))
    return page(found, known)


def merge_reports(reports: Mapping[str, Report]) -> Report:
    """Several reports as one, in the order given; each one's paths are put below its key, unless that is empty."""
    moved = [_below(directory, report) for directory, report in reports.items()]
    return Report(
        sum(report.checked for report in moved),
        sum(report.cached for report in moved),
        tuple(skipped for report in moved for skipped in report.skipped),
        tuple(violation for report in moved for violation in report.violations),
        tuple(problem for report in moved for problem in report.problems),
        tuple(stale for report in moved for stale in report.stale),
        sum(report.unchanged for report in moved),
    )


def _below(directory: str, report: Report) -> Report:
    if not directory:
        return report

    def moved(path: str) -> str:
        return f"{directory.rstrip('/')}/{path}"

    return report._replace(
        skipped=tuple(each._replace(path=moved(each.path)) for each in report.skipped),
        violations=tuple(
            each._replace(
                path=moved(each.path),
                related=tuple(place._replace(path=moved(place.path)) for place in each.related),
            )
            for each in report.violations
        ),
        problems=tuple(each._replace(path=moved(each.path)) if each.path else each for each in report.problems),
        stale=tuple(each._replace(path=moved(each.path)) for each in report.stale),
    )


def _known(baseline: str | None, cwd: str) -> Baseline | None:
    if baseline is None:
        return None
    from prodlint.baseline import read

    return read(os.path.join(cwd, baseline), baseline)


def configuration_of(config: Mapping[str, object] | None, cwd: str, registry: Registry) -> Configuration:
    """The configuration that ``config`` makes, else that of the files around ``cwd``. Raises ValueError for faults."""
    base = (config.root if isinstance(config, Config) else "") or cwd
    configuration = load(Overrides(), cwd=base, registry=registry, table=config)
    raise_faults(configuration)
    return configuration


def raise_faults(configuration: Configuration, *, with_plugins: bool = True) -> None:
    """Raise ValueError where the configuration has faults, all of them in its text.

    A pack that the configuration asks for and nobody has given is one of them, but for ``with_plugins``.
    """
    faults = [f"{fault.place or 'configuration:'} {fault.message}" for fault in configuration.problems if fault.fatal]
    if with_plugins and configuration.plugins and (known := configuration.registry.packs):
        lacking = [name for name in configuration.plugins.value if name not in known]
        faults += [f"the configuration asks for the pack `{name}`: give it in `packs`" for name in lacking]
    if faults:
        raise ValueError("; ".join(faults))
