"""The command line: arguments and the environment in, a report on stdout, the rest on stderr, an exit code out."""

from __future__ import annotations

import errno
import gc
import os
import sys
import time

from prodlint._version import __version__

TYPE_CHECKING = False  # what `typing` has under this name; importing it would double the time of `prodlint --version`
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from prodlint.baseline import Baseline
    from prodlint.cache import Cache
    from prodlint.changes import Changes
    from prodlint.config import Configuration
    from prodlint.discover import Discovery
    from prodlint.model import Problem, Report
    from prodlint.registry import Registry
    from prodlint.report import View

CLEAN, FOUND, FAILED = 0, 1, 2
INTERRUPTED, TERMINATED = 130, 143
_PER_RULE_ON_TERMINAL = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Trees are dropped as soon as they are walked; collecting while they grow costs a fifth of the run.
    gc.set_threshold(200_000, 50, 50)
    _prepare_streams()
    try:
        code = _dispatch(given)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except _Terminated:
        return TERMINATED
    except BrokenPipeError:
        # Whoever read the report has seen enough.
        _abandon_streams()
        return FOUND
    except OSError as error:
        if error.errno not in _OUTPUT_ERRORS or error.filename is not None:
            raise
        _abandon_streams()
        _say(f"the report cannot be written: {error.strerror}")
        return FAILED


_OUTPUT_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _prepare_streams() -> None:
    """Make the output streams take every character, and stand in for those that are closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  as long as the process lives
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _abandon_streams() -> None:
    """What is still in the buffer of a stream that nobody reads must not fail at exit either."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Terminated(BaseException):
    """SIGTERM arrived; not an `Exception`, so that no rule's guard can take it for a crash."""


def _terminate(_signal: int, _frame: object) -> NoReturn:
    raise _Terminated


def _dispatch(given: list[str]) -> int:
    if given == ["--version"]:
        sys.stdout.write(f"prodlint {__version__}\n")
        return CLEAN
    command, rest = (given[0], given[1:]) if given and given[0] in _COMMANDS else ("check", given)
    if given and command == given[0] != "check" and os.path.exists(command):
        _say(f"`{command}` is taken for the command; write `./{command}` or `check {command}` for the path")
    try:
        return _COMMANDS[command](rest)
    except SystemExit as stop:  # how argparse ends after `--help`, and after a wrong option
        return int(stop.code or CLEAN)


def _say(text: str) -> None:
    sys.stderr.write(f"prodlint: {text}\n")


def _check(given: list[str]) -> int:
    started = time.perf_counter()
    from prodlint.hosts.arguments import check_parser, overrides_of

    options = check_parser().parse_args(given)
    if fault := _fault_in_paths(options):
        _say(fault)
        return FAILED
    _quieten()
    from prodlint.config import load
    from prodlint.discover import discover
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.registry import built_in
    from prodlint.report import View

    cwd = _cwd()
    registry = built_in()
    configuration = load(overrides_of(options), cwd=cwd, registry=registry)
    if _faults(configuration, options.color):
        return FAILED
    baseline = _baseline_of(options, configuration, cwd)
    changes = discovery = None
    if _is_stdin(options):
        report = _check_stdin(options, configuration, registry, cwd)
    else:
        discovery = discover(
            options.paths or ["."],
            cwd=cwd,
            excludes_at=configuration.excludes_at,
            gitignore=not options.no_gitignore,
            force_exclude=options.force_exclude,
        )
        if _faults(configuration, options.color):
            return FAILED
        if options.changed_since is not None:
            changes = _changes_of(options, discovery, cwd)
            discovery = changes.discovery
        if options.show_files:
            return _show_files(options, discovery, is_unchanged=changes is not None and changes.unchanged > 0)
        report = _check_files(options, configuration, registry, cwd, discovery)
        if _faults(configuration, options.color):
            return FAILED
    if baseline is not None:
        from prodlint.hosts.baselining import marked  # loaded with the baseline

        report = marked(report, baseline, options, configuration, discovery, changes, cwd)
    if changes is not None:
        report = changes.only(report)
    out = terminal_of(sys.stdout, options.color)
    format_name = options.format or ("full" if out.is_terminal else "text")
    per_rule = options.max_per_rule
    if per_rule is None:
        per_rule = _PER_RULE_ON_TERMINAL if out.is_terminal and format_name == "full" else 0
    view = View(out.colour, out.width, per_rule, options.show_suppressed)
    may_advise = baseline is None and not options.no_baseline and changes is None and not _is_stdin(options)
    advice = _ADVICE if may_advise and _is_legacy(report) else ""
    return _tell(report, format_name, view, options, configuration, time.perf_counter() - started, advice)


_BASELINE = ".prodlint-baseline.json"  # `baseline.FILE_NAME`: a run without the file does not load that
_MANY = 50
_ADVICE = "`prodlint baseline` records these, so that only new ones are reported"


def _is_legacy(report: Report) -> bool:
    """Whether there is so much to mend that nobody will do it all at once."""
    return len(report.violations) > _MANY and sum(v.suppressed is None for v in report.violations) > _MANY


def _baseline_of(options: argparse.Namespace, configuration: Configuration, cwd: str) -> Baseline | None:
    """What is known of the project's violations; None without a baseline. Exits for one that cannot be read."""
    path = _baseline_path(options, configuration, cwd)
    is_named = options.baseline is not None or configuration.baseline is not None
    if options.no_baseline or (not is_named and (options.isolated or not os.path.lexists(path))):
        return None
    if _is_stdin(options) and options.stdin_filename is None:  # of no file, so nothing is known of it
        return None
    from prodlint.baseline import FaultyBaselineError, read
    from prodlint.hosts.baselining import shown_from

    try:
        return read(path, shown_from(path, cwd))
    except FaultyBaselineError as fault:
        _print_problems([fault.problem], options.color)
        raise SystemExit(FAILED) from None


def _baseline_path(options: argparse.Namespace, configuration: Configuration, cwd: str) -> str:
    """The absolute path of the run's baseline, whether it is there or not."""
    if options.baseline is not None:
        return os.path.normpath(os.path.join(cwd, options.baseline))
    return configuration.baseline or f"{configuration.root.rstrip('/')}/{_BASELINE}"


def _changes_of(options: argparse.Namespace, discovery: Discovery, cwd: str) -> Changes:
    """What has changed since the revision that was named; exits where that cannot be found out."""
    from prodlint.changes import changes_since
    from prodlint.git import IncomparableError

    try:
        return changes_since(options.changed_since, discovery, paths=options.paths or ["."], cwd=cwd)
    except IncomparableError as fault:
        _print_problems([fault.problem], options.color)
        raise SystemExit(FAILED) from None


def _is_stdin(options: argparse.Namespace) -> bool:
    return options.paths == ["-"] or (options.stdin_filename is not None and not options.paths)


def _fault_in_paths(options: argparse.Namespace) -> str:
    """What is wrong with the paths before one looks at the disk; empty if nothing."""
    if "-" in options.paths and len(options.paths) > 1:
        return "`-` reads stdin and cannot be mixed with paths (write `./-` for a file of that name)"
    if _is_stdin(options) and options.changed_since is not None:
        return "`--changed-since` compares files, so stdin cannot be checked with it"
    if options.baseline is not None and options.no_baseline:
        return "`--baseline` and `--no-baseline` contradict each other"
    if options.stdin_filename is not None and not _is_stdin(options):
        return "`--stdin-filename` names what stdin holds, so no path but `-` can be given"
    if _is_stdin(options) and sys.stdin is None:
        return "stdin is closed"
    return ""


def _cwd() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        _say("the current directory does not exist any more")
        raise SystemExit(FAILED) from None


def _show_files(options: argparse.Namespace, discovery: Discovery, *, is_unchanged: bool) -> int:
    from prodlint.report.safety import visible

    sys.stdout.writelines(f"{visible(file.path)}\n" for file in discovery.files)
    _print_problems(discovery.problems, options.color)
    if not discovery.files and not is_unchanged:
        return _nothing_to_check(options, discovery.problems)
    return FAILED if any(problem.fatal for problem in discovery.problems) else CLEAN


def _quieten() -> None:
    """Silence the parser's warnings about checked code, which only a program may do."""
    import warnings

    warnings.simplefilter("ignore")


def _faults(configuration: Configuration, colour: bool | None) -> bool:
    """Tell of what is wrong with the configuration; whether the run has to stop for it."""
    fatal = [problem for problem in configuration.problems if problem.fatal]
    if fatal:
        _print_problems(configuration.problems, colour)
    return bool(fatal)


def _print_problems(problems: Sequence[Problem], colour: bool | None) -> None:
    if not problems:
        return
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.model import Report
    from prodlint.report import View, problem_lines

    view = View(colour=terminal_of(sys.stderr, colour).colour)
    for line in problem_lines(Report(0, 0, (), (), tuple(problems)), view):
        sys.stderr.write(line + "\n")


def _check_stdin(options: argparse.Namespace, configuration: Configuration, registry: Registry, cwd: str) -> Report:
    from prodlint.model import Report
    from prodlint.run import Checker
    from prodlint.source import Source

    path = options.stdin_filename or "<stdin>"
    checker = Checker(configuration, registry, _today())
    source = Source(path, sys.stdin.buffer.read())
    checked = checker.inspect(source, os.path.normpath(os.path.join(cwd, path)))
    return Report(1, 0, (), checked.violations, checked.problems)


def _check_files(
    options: argparse.Namespace, configuration: Configuration, registry: Registry, cwd: str, discovery: Discovery
) -> Report:
    from prodlint.hosts.surroundings import Progress, processors
    from prodlint.run import run

    jobs = options.jobs or processors()
    if jobs > 1 and len(discovery.files) > 1:
        import signal  # the default, to die at once, is right unless there are workers to take along

        signal.signal(signal.SIGTERM, _terminate)
    progress = Progress(sys.stderr) if not options.quiet and sys.stderr.isatty() else None
    try:
        return run(
            discovery,
            configuration,
            registry,
            cwd=cwd,
            today=_today(),
            jobs=jobs,
            cache=_cache(options, configuration),
            progress=progress,
        )
    finally:
        if progress is not None:
            progress.close()


def _today() -> str:
    return time.strftime("%Y-%m-%d")


def _cache(options: argparse.Namespace, configuration: Configuration) -> Cache | None:
    if options.no_cache:
        return None
    from prodlint.hosts.surroundings import cache_home

    top = options.cache_dir or cache_home()
    if top is None:
        return None
    from prodlint.cache import Cache, program_key
    from prodlint.digest import digest
    from prodlint.hosts.arguments import overrides_of

    project = digest(os.fsencode(configuration.root))
    key = f"{program_key(('prodlint', 'prodlint_rules'))}\0{_today()}\0{overrides_of(options)!r}"
    return Cache(os.path.join(os.path.abspath(top), project), key)


def _tell(
    report: Report,
    format_name: str,
    view: View,
    options: argparse.Namespace,
    configuration: Configuration,
    seconds: float,
    advice: str,
) -> int:
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.report import render, summary

    sys.stdout.write("".join(render(report, format_name, view)))
    sys.stdout.flush()
    _print_problems([*configuration.problems, *report.problems], options.color)
    if not report.checked and not report.unchanged:
        return _nothing_to_check(options, report.problems)
    if not options.quiet:
        error_view = view._replace(colour=terminal_of(sys.stderr, options.color).colour)
        sys.stderr.write(summary(report, seconds=seconds, view=error_view, advice=advice) + "\n")
    if any(problem.fatal for problem in report.problems):
        return FAILED
    threshold = configuration.fail_on.rank
    counted = [v for v in report.violations if v.suppressed is None and v.severity.rank >= threshold]
    is_stale = bool(report.stale) and options.fail_on_stale
    return FOUND if (counted or is_stale) and not options.exit_zero else CLEAN


def _nothing_to_check(options: argparse.Namespace, problems: Sequence[Problem]) -> int:
    if any(problem.fatal for problem in problems):
        return FAILED
    if options.allow_empty:
        return CLEAN
    _say("no Python file to check: nothing matches, or all is excluded (--show-files lists, --allow-empty accepts it)")
    return FAILED


def _baseline(given: list[str]) -> int:
    from prodlint.hosts.arguments import baseline_parser, overrides_of

    options = baseline_parser().parse_args(given)
    _quieten()
    from prodlint.baseline import FaultyBaselineError
    from prodlint.config import load
    from prodlint.discover import discover
    from prodlint.hosts.baselining import extent_of, record
    from prodlint.registry import built_in

    cwd = _cwd()
    registry = built_in()
    configuration = load(overrides_of(options), cwd=cwd, registry=registry)
    if _faults(configuration, None):
        return FAILED
    discovery = discover(options.paths or ["."], cwd=cwd, excludes_at=configuration.excludes_at)
    report = None if _faults(configuration, None) else _check_files(options, configuration, registry, cwd, discovery)
    if report is None or _faults(configuration, None):
        return FAILED
    _print_problems([*configuration.problems, *report.problems], None)
    if any(problem.fatal for problem in report.problems):
        _say("the baseline is left as it is, since not everything could be checked")
        return FAILED
    path = _baseline_path(options, configuration, cwd)
    if not report.checked and not os.path.lexists(path):
        return _nothing_to_check(options, report.problems)
    try:
        return record(report, extent_of(options, configuration, discovery, cwd), path, cwd, add=options.add)
    except FaultyBaselineError as fault:
        _print_problems([fault.problem], None)
        return FAILED


def _explain(given: list[str]) -> int:
    from prodlint.hosts.arguments import explain_parser
    from prodlint.registry import built_in

    registry = built_in()
    word = explain_parser().parse_args(given).rule
    rule = registry.find(word)
    if rule is None:
        nearest = registry.nearest(word)
        _say(f"no rule `{word}`" + (f"; did you mean `{nearest}`?" if nearest else "; `prodlint rules` lists them"))
        return FAILED
    from prodlint.explain import page

    text = page(rule, registry)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
    return CLEAN


def _rules(given: list[str]) -> int:
    from prodlint.explain import rules_json, rules_table
    from prodlint.hosts.arguments import rules_parser
    from prodlint.registry import built_in

    options = rules_parser().parse_args(given)
    sys.stdout.write((rules_json if options.format == "json" else rules_table)(built_in()))
    return CLEAN


def _config(given: list[str]) -> int:
    from prodlint.config import load
    from prodlint.hosts.arguments import config_parser, overrides_of
    from prodlint.registry import built_in

    options = config_parser().parse_args(given)
    registry = built_in()
    cwd = _cwd()
    if options.show is None:
        from prodlint.config.reference import describe, nearest_key

        text = describe(options.key)
        if text is None:
            meant = nearest_key(options.key)
            _say(f"no key `{options.key}`" + (f"; did you mean `{meant}`?" if meant else ""))
            return FAILED
        sys.stdout.write(text)
        return CLEAN
    configuration = load(overrides_of(options), cwd=cwd, registry=registry)
    absolute = os.path.normpath(os.path.join(cwd, options.show))
    text = configuration.show(absolute, _has_shebang(absolute))
    _print_problems(configuration.problems, None)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return FAILED if any(problem.fatal for problem in configuration.problems) else CLEAN


def _has_shebang(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as handle:
        return handle.read(2) == b"#!"


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "check": _check,
    "explain": _explain,
    "rules": _rules,
    "config": _config,
    "baseline": _baseline,
}
