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
    from collections.abc import Callable, Mapping, Sequence
    from typing import NoReturn

    from prodlint.cache import Cache
    from prodlint.config import Configuration, Overrides
    from prodlint.discover import Discovery
    from prodlint.hosts.baselining import Focus
    from prodlint.hosts.plain import CheckOptions
    from prodlint.model import Problem, Report
    from prodlint.registry import Registry
    from prodlint.report import RulePage, View

CLEAN, FOUND, FAILED = 0, 1, 2
INTERRUPTED, TERMINATED = 130, 143
_PER_RULE_ON_TERMINAL = 20
_FILE_WIDTH = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_memory()
    _prepare_streams()
    try:
        code = _dispatch(given)
        sys.stdout.flush()
        # What is left goes with the process: looking through it for cycles would be a tenth of a small file's run.
        gc.freeze()
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
        say(f"the report cannot be written: {error.strerror}")
        return FAILED


_OUTPUT_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _prepare_memory() -> None:
    # Trees are dropped as soon as they are walked; collecting while they grow costs a fifth of the run.
    gc.set_threshold(200_000, 50, 50)
    # To free so large a block, which is never touched, teaches glibc to keep what the parser frees after each file;
    # else it is given back to the system and fetched again, page by page, for the next one.
    bytes(_KEPT_MEMORY)


_KEPT_MEMORY = 16 << 20


def _prepare_streams() -> None:
    """Make the output streams take every character, and stand in for those that are closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  as long as the process lives
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_errors_for(stream.encoding))


def _errors_for(encoding: str) -> str:
    """What a stream does with a character that it cannot write: in UTF-8, a lone surrogate; elsewhere, punctuation."""
    if encoding.lower() in ("utf-8", "utf8"):
        return "backslashreplace"
    from prodlint.hosts.lookalikes import registered  # for terminals of another age

    return registered()


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
    command, rest = (given[0], given[1:]) if given and given[0] in COMMANDS else ("check", given)
    if given and command == given[0] != "check" and _may_be_meant(command):
        say(f"`{command}` is taken for the command; write `./{command}` or `check {command}` for the path")
    elif given and given[0] not in COMMANDS and (meant := _misspelt(given[0])):
        say(f"`{given[0]}` is no command and no path; did you mean `{meant}`?")
        return FAILED
    try:
        return _command(command)(rest)
    except SystemExit as stop:  # how argparse ends after `--help`, and after a wrong option
        return int(stop.code or CLEAN)


def _misspelt(word: str) -> str | None:
    """The command that a word is most like; None for an option, and for what may well be a path."""
    if not word.replace("-", "").isalpha() or word.startswith("-") or os.path.lexists(word):
        return None
    from prodlint.suggest import nearest  # for a run that ends here

    return nearest(word, COMMANDS)


def _may_be_meant(path: str) -> bool:
    """Whether a word that is a command is also something to check: a directory of policies is not."""
    if not os.path.isdir(path):
        return os.path.exists(path)
    return any(name.endswith((".py", ".pyi")) for _, _, names in os.walk(path) for name in names)


def _command(name: str) -> Callable[[list[str]], int]:
    from importlib import import_module

    module, function = COMMANDS[name].split(":")
    command: Callable[[list[str]], int] = getattr(import_module(module), function)
    return command


def say(text: str) -> None:
    """Tell the user something on standard error."""
    sys.stderr.write(f"prodlint: {text}\n")


def _check(given: list[str]) -> int:
    started = time.perf_counter()
    from prodlint.hosts.plain import overrides_of, read_plain

    options = read_plain(given) or _parsed(given)
    if fault := _fault_in_paths(options):
        say(fault)
        return FAILED
    if _fault_in_outputs(options):
        return FAILED
    quieten()
    cwd = current_directory()
    configuration = configured(
        overrides_of(options), cwd, options.paths or ["."], allow_local_plugins=options.allow_local_plugins
    )
    registry = configuration.registry
    if faults(configuration, options.color):
        return FAILED
    focus = focus_of_run(options, configuration, cwd)
    discovery = None
    if _is_stdin(options):
        if _fixes(options):
            from prodlint.hosts.fixing import fix_stdin  # as below

            return fix_stdin(options, configuration, registry, cwd, _today(), focus)
        report = _check_stdin(options, configuration, registry, cwd)
    else:
        discovery = _discovered(options, configuration, cwd)
        if faults(configuration, options.color):
            return FAILED
        found_at = time.perf_counter()
        focus, discovery = _narrowed(options, focus, discovery)
        if options.show_files:
            return _show_files(options, discovery, is_unchanged=focus is not None and focus.unchanged > 0)
        report = check_files(options, configuration, registry, cwd, discovery)
        if faults(configuration, options.color):
            return FAILED
        if options.verbose:
            seconds = {"finding files": found_at - started, "checking": time.perf_counter() - found_at}
            _tell_more(options, configuration, discovery, cwd, seconds)
    if focus is not None:
        report = focus.of(report)
    if discovery is not None and options.add_suppressions is not None:
        from prodlint.hosts.allowing import allowed_report  # as below
        from prodlint.hosts.fixing import Run

        _end_tidily()
        narrowed = Run(report, discovery, configuration, registry, cwd, _today(), narrowed=focus is not None)
        report, code = allowed_report(options, narrowed)
        if code is not None:
            return code
    elif discovery is not None and (_fixes(options) or _shows_fixes(options)):
        from prodlint.hosts.fixing import Run, fixed_report  # what writes to code is loaded only when asked for

        _end_tidily()
        done = Run(report, discovery, configuration, registry, cwd, _today(), narrowed=focus is not None)
        report, code = fixed_report(options, done, shows_fixes=_shows_fixes(options))
        if code is not None:
            return code
    may_advise = focus is None and not options.no_baseline and discovery is not None
    advice = _ADVICE if may_advise and _is_legacy(report) else ""
    return _reported(report, options, configuration, registry, started, advice)


def configured(
    overrides: Overrides, cwd: str, paths: Sequence[str], *, allow_local_plugins: bool = False
) -> Configuration:
    """The configuration of a run, and in its registry the rules of all packs that it names."""
    from prodlint.config import load
    from prodlint.registry import built_in

    configuration = load(overrides, cwd=cwd, registry=built_in())
    if configuration.plugins is None:
        return configuration
    from prodlint.hosts.packs import with_plugins  # few projects have packs of their own

    return with_plugins(configuration, overrides, cwd=cwd, paths=paths, allow_local=allow_local_plugins)


def _discovered(options: CheckOptions, configuration: Configuration, cwd: str) -> Discovery:
    from prodlint.discover import discover

    discovery = discover(
        options.paths or ["."],
        cwd=cwd,
        excludes_at=configuration.excludes_at,
        gitignore=not options.no_gitignore,
        force_exclude=options.force_exclude,
    )
    return configuration.skipping(discovery)


def _narrowed(options: CheckOptions, focus: Focus | None, discovery: Discovery) -> tuple[Focus | None, Discovery]:
    """The files that are to be checked of those that were found: changed ones, this machine's share."""
    if focus is not None:
        focus, discovery = focus.on(discovery)
    if options.shard is None:
        return focus, discovery
    from prodlint.shards import share  # for one machine of several

    options.allow_empty |= bool(discovery.files)  # a share may be empty where the whole is not
    discovery = share(discovery, options.shard)
    return focus._replace(discovery=discovery) if focus is not None else None, discovery


def _tell_more(
    options: CheckOptions, configuration: Configuration, discovery: Discovery, cwd: str, seconds: Mapping[str, float]
) -> None:
    from prodlint.hosts.surroundings import cache_home
    from prodlint.hosts.verbose import lines  # only for who wants to know

    places = {"cache": "off" if options.no_cache else options.cache_dir or cache_home() or "off"}
    if _has_baseline(options, configuration):
        places["baseline"] = baseline_path(options, configuration, cwd)
    for line in lines(configuration, discovery.files, discovery.skipped, cwd, places, seconds):
        say(line)


def focus_of_run(options: CheckOptions, configuration: Configuration, cwd: str) -> Focus | None:
    """What of the run's violations counts; None where all do. Exits for a baseline that cannot be read."""
    if options.changed_since is None and not _has_baseline(options, configuration):
        return None
    from prodlint.hosts.baselining import focus_of

    return focus_of(options, configuration, cwd, with_baseline=_has_baseline(options, configuration))


def _has_baseline(options: CheckOptions, configuration: Configuration) -> bool:
    if options.no_baseline or (_is_stdin(options) and options.stdin_filename is None):  # it knows nothing of no file
        return False
    if options.baseline is not None or configuration.baseline is not None:
        return True
    return not options.isolated and os.path.lexists(_usual_baseline(configuration))


def baseline_path(options: CheckOptions, configuration: Configuration, cwd: str) -> str:
    """The absolute path of the run's baseline, whether it is there or not."""
    if options.baseline is not None:
        return os.path.normpath(os.path.join(cwd, options.baseline))
    return configuration.baseline or _usual_baseline(configuration)


def _usual_baseline(configuration: Configuration) -> str:
    return f"{configuration.root.rstrip('/')}/{_BASELINE}"


_BASELINE = ".prodlint-baseline.json"  # `baseline.FILE_NAME`: a run without the file does not load that
_MANY = 50
_ADVICE = "`prodlint baseline` records these, so that only new ones are reported"


def _is_legacy(report: Report) -> bool:
    """Whether there is so much to mend that nobody will do it all at once."""
    return len(report.violations) > _MANY and sum(v.suppressed is None for v in report.violations) > _MANY


def _reported(
    report: Report,
    options: CheckOptions,
    configuration: Configuration,
    registry: Registry,
    started: float,
    advice: str,
) -> int:
    """Give the report in all the forms that are asked for; the exit code."""
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.report import View

    out = terminal_of(sys.stdout, options.color)
    format_name = options.format or ("full" if out.is_terminal else "text")
    per_rule = options.max_per_rule
    if per_rule is None:
        per_rule = _PER_RULE_ON_TERMINAL if out.is_terminal and format_name == "full" else 0
    view = View(out.colour, out.width, per_rule, options.show_suppressed, show_source=options.show_source)
    formats = {format_name, *(output.format for output in options.output)}
    view = view._replace(rules=_pages(report, registry, formats))
    unwritten = _write_outputs(report, view, options)
    code = _tell(report, format_name, view, options, configuration, time.perf_counter() - started, advice)
    return FAILED if unwritten else code


def _fault_in_outputs(options: CheckOptions) -> bool:
    """Tell of files that cannot become reports, before the run; whether there are any."""
    if not options.output:
        return False
    from prodlint.hosts.outputs import faults as faults_of

    problems = faults_of(options.output)
    print_problems(problems, options.color)
    return bool(problems)


def _pages(report: Report, registry: Registry, formats: set[str]) -> tuple[RulePage, ...]:
    """The pages of the rules that found something, if one of the formats shows them."""
    from prodlint.report import FORMATS_WITH_PAGES, RulePage

    if not formats & FORMATS_WITH_PAGES:
        return ()
    from prodlint.pages import page

    found = {violation.rule for violation in report.violations}
    return tuple(RulePage(rule, page(rule, registry)) for rule in registry.rules if rule.name in found)


def _write_outputs(report: Report, view: View, options: CheckOptions) -> bool:
    """Write the reports that go to files, before a reader of standard output can go away; whether one failed."""
    if not options.output:
        return False
    from prodlint.hosts.outputs import written
    from prodlint.report import render

    plain = view._replace(colour=False, width=_FILE_WIDTH, max_per_rule=options.max_per_rule or 0)
    texts = ((output, "".join(render(report, output.format, plain))) for output in options.output)
    problems = [problem for output, text in texts if (problem := written(output, text))]
    print_problems(problems, options.color)
    return bool(problems)


def _parsed(given: list[str]) -> CheckOptions:
    from prodlint.hosts.arguments import check_options  # argparse: 4 ms

    return check_options(given)


def _end_tidily() -> None:
    """Let SIGTERM unwind what runs, so that it leaves no worker and no temporary file."""
    import signal  # the default, to die at once, is right where there is nothing to take along

    signal.signal(signal.SIGTERM, _terminate)


def _fixes(options: CheckOptions) -> bool:
    return bool(options.fix or options.fix_only or options.diff)


def _shows_fixes(options: CheckOptions) -> bool:
    """Whether one of the reports holds the edits of fixes."""
    from prodlint.report import FORMATS_WITH_FIXES

    return options.format in FORMATS_WITH_FIXES or any(o.format in FORMATS_WITH_FIXES for o in options.output)


def _is_stdin(options: CheckOptions) -> bool:
    return options.paths == ["-"] or (options.stdin_filename is not None and not options.paths)


def _fault_in_paths(options: CheckOptions) -> str:
    """What is wrong with the paths before one looks at the disk; empty if nothing."""
    if "-" in options.paths and len(options.paths) > 1:
        return "`-` reads stdin and cannot be mixed with paths (write `./-` for a file of that name)"
    if _is_stdin(options) and options.shard is not None:
        return "`--shard` divides files, so stdin cannot be checked with it"
    if _is_stdin(options) and options.changed_since is not None:
        return "`--changed-since` compares files, so stdin cannot be checked with it"
    if options.baseline is not None and options.no_baseline:
        return "`--baseline` and `--no-baseline` contradict each other"
    if options.no_suppressions and (_fixes(options) or options.add_suppressions is not None):
        return "`--no-suppressions` reports what comments hide, which is not to be changed"
    if options.until is not None and options.add_suppressions is None:
        return "`--until` is the last day of what `--add-suppressions` adds, and counts only with it"
    if options.add_suppressions is not None and (fault := _fault_in_adding(options)):
        return fault
    if options.stdin_filename is not None and not _is_stdin(options):
        return "`--stdin-filename` names what stdin holds, so no path but `-` can be given"
    if _is_stdin(options) and sys.stdin is None:
        return "stdin is closed"
    return ""


def _fault_in_adding(options: CheckOptions) -> str:
    from prodlint.hosts.allowing import fault_in_grounds  # what writes to code is loaded only when asked for

    if options.fix or options.fix_only:
        return "`--add-suppressions` allows what `--fix` would mend: fix first, then allow what is left"
    if _is_stdin(options):
        return "`--add-suppressions` changes files, so stdin cannot be checked with it"
    return fault_in_grounds(options)


def current_directory() -> str:
    """Where the run is; exits where that does not exist any more."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        say("the current directory does not exist any more")
        raise SystemExit(FAILED) from None


def _show_files(options: CheckOptions, discovery: Discovery, *, is_unchanged: bool) -> int:
    from prodlint.report.safety import visible

    sys.stdout.writelines(f"{visible(file.path)}\n" for file in discovery.files)
    sys.stdout.flush()
    for skipped in discovery.skipped:
        say(visible(f"{skipped.path} is left out: {skipped.reason}"))
    print_problems(discovery.problems, options.color)
    if not discovery.files and not is_unchanged:
        return nothing_to_check(options, discovery.problems)
    return FAILED if any(problem.fatal for problem in discovery.problems) else CLEAN


def quieten() -> None:
    """Silence the parser's warnings about checked code, which only a program may do."""
    import warnings

    warnings.simplefilter("ignore")


def faults(configuration: Configuration, colour: bool | None) -> bool:
    """Tell of what is wrong with the configuration; whether the run has to stop for it."""
    fatal = [problem for problem in configuration.problems if problem.fatal]
    if fatal:
        print_problems([*configuration.registry.problems, *configuration.problems], colour)
    return bool(fatal)


def print_problems(problems: Sequence[Problem], colour: bool | None) -> None:
    """Tell of problems on standard error, in colour if it is asked for or, with None, if a terminal shows it."""
    if not problems:
        return
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.model import Report
    from prodlint.report import View, problem_lines

    view = View(colour=terminal_of(sys.stderr, colour).colour)
    for line in problem_lines(Report(0, 0, (), (), tuple(problems)), view):
        sys.stderr.write(line + "\n")


def _check_stdin(options: CheckOptions, configuration: Configuration, registry: Registry, cwd: str) -> Report:
    from prodlint.model import Report, Safety
    from prodlint.run import Checker
    from prodlint.source import Source
    from prodlint.time_limit import TimeLimit

    path = options.stdin_filename or "<stdin>"
    source = Source(path, sys.stdin.buffer.read())
    fixes = frozenset(Safety) if _shows_fixes(options) else frozenset()
    with TimeLimit(options.time_limit) as limit:
        checker = Checker(configuration, registry, _today(), limit=limit)
        checked = checker.inspect(source, os.path.normpath(os.path.join(cwd, path)), fixes)
    return Report(1, 0, (), checked.violations, (*registry.problems, *checked.problems))


def check_files(
    options: CheckOptions, configuration: Configuration, registry: Registry, cwd: str, discovery: Discovery
) -> Report:
    """Check what was discovered, as the options say, with a bar for whoever waits at a terminal."""
    from prodlint.hosts.surroundings import Progress, processors
    from prodlint.run import run
    from prodlint.time_limit import TimeLimit

    jobs = options.jobs or processors()
    if jobs > 1 and len(discovery.files) > 1:
        _end_tidily()
    progress = Progress(sys.stderr) if not options.quiet and sys.stderr.isatty() else None
    try:
        with TimeLimit(options.time_limit) as limit:
            report = run(
                discovery,
                configuration,
                registry,
                cwd=cwd,
                today=_today(),
                jobs=jobs,
                cache=_cache(options, configuration),
                progress=progress,
                limit=limit,
            )
    finally:
        if progress is not None:
            progress.close()
    if not configuration.checks_project:
        return report
    from prodlint.project import with_project  # few runs look at anything but Python

    return with_project(report, options.paths, configuration, registry, cwd=cwd, today=_today())


def _today() -> str:
    return time.strftime("%Y-%m-%d")


def _cache(options: CheckOptions, configuration: Configuration) -> Cache | None:
    if options.no_cache:
        return None
    from prodlint.hosts.surroundings import cache_home

    top = options.cache_dir or cache_home()
    if top is None:
        return None
    from prodlint.cache import Cache, program_key
    from prodlint.digest import digest
    from prodlint.hosts.plain import overrides_of

    project = digest(os.fsencode(configuration.root))
    key = f"{program_key(('prodlint', *configuration.registry.packs))}\0{_today()}\0{overrides_of(options)!r}"
    return Cache(os.path.join(os.path.abspath(top), project), key)


def _tell(
    report: Report,
    format_name: str,
    view: View,
    options: CheckOptions,
    configuration: Configuration,
    seconds: float,
    advice: str,
) -> int:
    from prodlint.hosts.surroundings import terminal_of
    from prodlint.report import render, summary

    sys.stdout.write("".join(render(report, format_name, view)))
    sys.stdout.flush()
    print_problems([*configuration.problems, *report.problems], options.color)
    if not report.checked and not report.unchanged and not report.violations:
        return nothing_to_check(options, report.problems)
    if not options.quiet:
        error_view = view._replace(colour=terminal_of(sys.stderr, options.color).colour)
        sys.stderr.write(summary(report, seconds=seconds, view=error_view, advice=advice) + "\n")
    if any(problem.fatal for problem in report.problems):
        return FAILED
    failing = configuration.fail_on.and_graver
    fails = any(v.suppressed is None and v.severity in failing for v in report.violations)
    fails = fails or (bool(report.stale) and options.fail_on_stale)
    return FOUND if fails and not options.exit_zero else CLEAN


def nothing_to_check(options: CheckOptions, problems: Sequence[Problem]) -> int:
    """Say that there was no file, unless problems have said why or that is allowed; the exit code."""
    if any(problem.fatal for problem in problems):
        return FAILED
    if options.allow_empty:
        return CLEAN
    say("no Python file to check: nothing matches, or all is excluded (--show-files lists, --allow-empty accepts it)")
    return FAILED


COMMANDS: dict[str, str] = {
    "check": "prodlint.hosts.cli:_check",
    "explain": "prodlint.hosts.commands:explain",
    "rules": "prodlint.hosts.commands:rules",
    "config": "prodlint.hosts.configuring:config",
    "baseline": "prodlint.hosts.baselining:baseline",
    "suppressions": "prodlint.hosts.suppressing:suppressions",
    "lsp": "prodlint.hosts.lsp.command:lsp",
    "completion": "prodlint.hosts.completion:completion",
    "new-rule": "prodlint.hosts.new_rule:new_rule",
    "policy": "prodlint.hosts.policy:policy",
    "gate": "prodlint.hosts.gate:gate",
}
"""What runs each command; a check loads none of the others."""
