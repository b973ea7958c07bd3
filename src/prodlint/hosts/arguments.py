"""The options of each command, as argparse parsers; wrong ones are errors that name the nearest valid option."""

from __future__ import annotations

import argparse
import sys

from prodlint._version import __version__
from prodlint.hosts.plain import CheckOptions, names
from prodlint.light_typing import TYPE_CHECKING, Any
from prodlint.model import Context, Severity
from prodlint.report import FORMAT_NAMES, fault_in_format
from prodlint.time_limit import SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from _typeshed import SupportsWrite

    from prodlint.hosts.outputs import Output
    from prodlint.shards import Shard

_HELP_WIDTH = 100
SUPPRESSIONS_FORMATS = ("text", "json", "markdown")
_LONGEST = 86_400


class _Parser(argparse.ArgumentParser):
    """A parser that answers a mistyped option with the one that was meant."""

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        given = list(args or ())
        end = given.index("--") if "--" in given else len(given)
        options, unknown = self.parse_known_args(given[:end], namespace)
        # argparse takes the paths before the first option only.
        more = [word for word in unknown if not word.startswith("-") or word == "-"]
        if len(more) < len(unknown) or (unknown and not hasattr(options, "paths")):
            self._refuse(unknown)
        after = given[end + 1 :]
        if after and not hasattr(options, "paths"):
            self._refuse(after)
        if hasattr(options, "paths"):
            options.paths += more + after
        return options

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            valid = [str(choice) for choice in action.choices]
            raise argparse.ArgumentError(action, f"unknown value `{value}`; {_meant(str(value), valid)}")

    def _refuse(self, unknown: list[str]) -> NoReturn:
        from prodlint.suggest import nearest

        wrong = next((word for word in unknown if word.startswith("-")), unknown[0])
        word = wrong.partition("=")[0]
        if not word.startswith("-"):
            self.error(f"unknown argument `{word}`")
        meant = nearest(word, list(self._option_string_actions))
        self.error(f"unknown option `{word}`" + (f"; did you mean `{meant}`?" if meant else ""))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # argparse's own swallows what goes wrong, so that help on a full disk would be a success.
        if message:
            (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        """Exit with 2 and one line on stderr."""
        self.exit(2, f"prodlint: {message} (`{self.prog} --help` lists the options)\n")


def _meant(word: str, valid: list[str]) -> str:
    from prodlint.suggest import nearest

    meant = nearest(word, valid)
    return f"did you mean `{meant}`?" if meant else f"valid are {', '.join(valid)}"


def _new(prog: str, description: str) -> _Parser:
    return _Parser(prog=prog, description=description, allow_abbrev=False, formatter_class=_formatter)


def _formatter(prog: str) -> argparse.HelpFormatter:
    # Without a width argparse imports shutil for each option it is told of, to ask the terminal: 8 ms.
    return argparse.RawDescriptionHelpFormatter(prog, width=_HELP_WIDTH)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of 0 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _LONGEST:  # which `nan` is not either
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of seconds between 0 and {_LONGEST:,}")
    return seconds


def _format(text: str) -> str:
    if text not in FORMAT_NAMES and "%(" not in text:
        raise argparse.ArgumentTypeError(f"unknown value `{text}`; {_meant(text, list(FORMAT_NAMES))}")
    if fault := fault_in_format(text):
        raise argparse.ArgumentTypeError(fault)
    return text


def _output(text: str) -> Output:
    from prodlint.hosts.outputs import parsed  # here: few runs write files

    name = text.partition("=")[0]
    if "=" in text and "%(" not in text:
        _format(name)
    try:
        return parsed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _shard(text: str) -> Shard:
    from prodlint.shards import parsed  # as in `_output`

    try:
        return parsed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


_CHECK_EPILOG = """\
other commands (`prodlint COMMAND --help`):
  explain RULE       the page of a rule: what it finds, why, how to fix it
  rules              the list of rules
  config             the configuration's keys; `config --show FILE` what holds for a file and why
  baseline           record the violations there are, so that only new ones count
  suppressions       the comments that hide violations: why, since when, by whom, and what is wrong with them
  lsp                serve an editor, over standard input and output
  completion SHELL   the script that completes command lines in bash, zsh or fish
  new-rule NAME      begin a rule of your own, with fixtures and a test
  policy             judge the project by its standards, clause by clause
  gate NAME          say whether the clauses of a gate hold

exit codes: 0 clean, 1 violations of at least --fail-on (with --diff: files that would change), 2 wrong usage or
configuration, or a crashed rule
"""


def check_options(given: Sequence[str]) -> CheckOptions:
    """What the arguments of ``prodlint [check]`` say; help and mistakes end the process."""
    options: CheckOptions = check_parser().parse_args(given, CheckOptions())
    return options


class PolicyOptions(CheckOptions):
    """What the command line says about ``prodlint policy`` and ``prodlint gate``."""

    require_all: bool = False
    gate: str = ""

    def __init__(self) -> None:
        super().__init__()
        self.standard: tuple[str, ...] = ()


def policy_options(given: Sequence[str]) -> PolicyOptions:
    """What the arguments of ``prodlint policy`` say; help and mistakes end the process."""
    options: PolicyOptions = policy_parser().parse_args(given, PolicyOptions())
    return options


def gate_options(given: Sequence[str]) -> PolicyOptions:
    """What the arguments of ``prodlint gate`` say; help and mistakes end the process."""
    options: PolicyOptions = gate_parser().parse_args(given, PolicyOptions())
    return options


class BaselineOptions(CheckOptions):
    """What the command line says about ``prodlint baseline``; the rest of a check's options have their defaults."""

    add: bool = False


def baseline_options(given: Sequence[str]) -> BaselineOptions:
    """What the arguments of ``prodlint baseline`` say; help and mistakes end the process."""
    options: BaselineOptions = baseline_parser().parse_args(given, BaselineOptions())
    return options


def suppressions_options(given: Sequence[str]) -> CheckOptions:
    """What the arguments of ``prodlint suppressions`` say; help and mistakes end the process."""
    options: CheckOptions = suppressions_parser().parse_args(given, CheckOptions())
    return options


def check_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint [check]``."""
    parser = _new("prodlint", "Check Python code against a production policy.")
    parser.epilog = _CHECK_EPILOG
    parser.usage = "prodlint [check] [OPTIONS] [PATH ...]"
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: .); - reads stdin")
    parser.add_argument("--version", action="version", version=f"prodlint {__version__}")
    _add_selection(parser)
    files = parser.add_argument_group("files")
    files.add_argument("--exclude", type=names, metavar="PATTERNS", help="replaces the configured excludes")
    files.add_argument("--extend-exclude", type=names, metavar="PATTERNS", help="adds to the excludes")
    files.add_argument("--no-gitignore", action="store_true", help="check what git ignores, too")
    files.add_argument("--force-exclude", action="store_true", help="excludes hold for files named here, too")
    files.add_argument("--show-files", action="store_true", help="list the files that would be checked, and stop")
    files.add_argument("--allow-empty", action="store_true", help="nothing to check is no failure")
    files.add_argument(
        "--stdin-filename", "--stdin-display-name", metavar="PATH", help="check stdin as the file of this name"
    )
    _add_fixing(parser)
    _add_suppressing(parser)
    _add_known(parser)
    _add_output(parser)
    _add_running(parser)
    return parser


def _add_known(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("new violations only")
    group.add_argument("--baseline", metavar="FILE", help="what `prodlint baseline` has recorded here counts no more")
    group.add_argument("--no-baseline", action="store_true", help="report what the baseline knows, too")
    group.add_argument("--fail-on-stale", action="store_true", help="exit with 1 if the baseline has stale entries")
    group.add_argument(
        "--changed-since", metavar="REV", help="report changed lines only: what git sees since the merge base with REV"
    )


def _add_selection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("rules", "NAMES: rule names, codes, code prefixes (PRD1), families, ALL")
    for option, meaning in (
        ("--select", "run only these"),
        ("--extend-select", "run these, too"),
        ("--ignore", "leave these out"),
        ("--extend-ignore", "leave these out, too"),
    ):
        group.add_argument(option, type=names, metavar="NAMES", help=meaning)
    group.add_argument(
        "--per-file-ignores",
        action="append",
        default=[],
        metavar="PATTERN:NAMES",
        help="leave rules out in the files that a pattern matches",
    )
    group.add_argument(
        "--context", metavar="CONTEXT", help=f"judge all files as {_listed(context.value for context in Context)}"
    )
    _add_configuration(parser)


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    settings = parser.add_argument_group("configuration")
    settings.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="FILE|KEY=VALUE",
        help="read this file instead of those found, or set one key",
    )
    settings.add_argument("--isolated", action="store_true", help="read no configuration file")
    _add_trust(settings)


def _add_trust(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--allow-local-plugins", action="store_true", help="import the configured packs that lie in the checked tree"
    )


def _listed(words: Sequence[str] | object) -> str:
    return ", ".join(words)  # type: ignore[arg-type]


def _add_fixing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("fixing")
    group.add_argument("--fix", action="store_true", help="apply the safe fixes, and report what is left")
    group.add_argument("--unsafe-fixes", action="store_true", help="apply those too that a reviewer should see")
    group.add_argument("--fix-only", action="store_true", help="as --fix, and do not report what is left")
    group.add_argument("--show-fixes", action="store_true", help="list what was fixed, on stderr")
    group.add_argument(
        "--diff", action="store_true", help="write nothing: print what would change, as `git apply` reads it"
    )


def _add_suppressing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("suppressions")
    group.add_argument(
        "--add-suppressions", metavar="REASON", help="put a comment with this reason at each violation that is reported"
    )
    group.add_argument("--until", metavar="DATE", help="the last day that the added comments hold (2027-03-01)")
    group.add_argument("--no-suppressions", action="store_true", help="report as if there were no such comments")


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format",
        "--output-format",
        type=_format,
        metavar="FORMAT",
        help=f"{_listed(FORMAT_NAMES)}, or a template with %%(path)s; default: full on a terminal, text elsewhere",
    )
    group.add_argument(
        "--output",
        type=_output,
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write the report to a file, too; can be repeated",
    )
    group.add_argument(
        "--statistics", action="store_const", const="statistics", dest="format", help="same as --format statistics"
    )
    group.add_argument("--max-per-rule", type=_count, metavar="N", help="show at most N violations a rule; 0 shows all")
    group.add_argument("--show-suppressed", action="store_true", help="show what comments hide, too")
    group.add_argument("--show-source", action="store_true", help="in text, show the source line and a caret below")
    loudness = group.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", "-q", action="store_true", help="no summary, no progress")
    loudness.add_argument(
        "--verbose",
        "-v",
        action="store_true",
        help="tell on stderr what counted, what was left out, and how long",
    )
    group.add_argument("--color", action="store_true", default=None, help="colour even if it is no terminal")
    group.add_argument("--no-color", action="store_false", dest="color", help="no colour")


def _add_running(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("running")
    group.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        help=f"exit with 1 from this severity on: {_listed(severity.value for severity in Severity)}",
    )
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 even when there are violations")
    group.add_argument("--shard", type=_shard, metavar="I/N", help="check the I-th of N equal shares of the files")
    _add_workings(group)


def _add_workings(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--time-limit",
        type=_seconds,
        default=SECONDS,
        metavar="SECONDS",
        help=f"stop a rule that takes longer on a file (default: {SECONDS}); 0 never stops one",
    )
    group.add_argument("--jobs", "-j", type=_count, metavar="N", help="processes (default: one a processor)")
    group.add_argument("--no-cache", action="store_true", help="check every file, remember nothing")
    group.add_argument("--cache-dir", metavar="DIR", help="where results are remembered")


def explain_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint explain``."""
    parser = _new("prodlint explain", "Show the page of a rule, or of a clause of a standard.")
    parser.add_argument("rule", metavar="RULE", help="a rule's name or code, or a clause such as gates/tests")
    _add_trust(parser)
    return parser


def rules_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint rules``."""
    parser = _new("prodlint rules", "List the rules.")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    _add_trust(parser)
    return parser


def config_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint config``."""
    parser = _new("prodlint config", "Describe the configuration's keys, or what holds for a file.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("key", nargs="?", metavar="KEY", help="describe this key only")
    what.add_argument("--show", metavar="FILE", help="every value that holds for a file, and where it comes from")
    what.add_argument("--schema", action="store_true", help="the JSON schema of the configuration")
    what.add_argument("--from-ruff", nargs="?", const=".", metavar="FILE", help="what ruff's configuration means here")
    what.add_argument(
        "--from-flake8",
        nargs="?",
        const=".",
        metavar="FILE",
        help="what flake8's configuration means here",
    )
    _add_selection(parser)
    return parser


def completion_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint completion``."""
    parser = _new("prodlint completion", "Print the script that completes command lines in a shell.")
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")
    return parser


def new_rule_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint new-rule``."""
    parser = _new("prodlint new-rule", "Begin a rule: a module that works, its fixtures, and a test.")
    parser.add_argument("name", metavar="NAME", help="lower-case words joined by hyphens, such as naive-datetime")
    parser.add_argument("--pack", metavar="PACKAGE", help="the package of the pack; one that is not there is begun")
    parser.add_argument("--code", metavar="CODE", help="three capital letters and three digits; default: the next one")
    parser.add_argument("--family", metavar="FAMILY", help="the group that it belongs to; default: named by the pack")
    return parser


def baseline_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint baseline``."""
    parser = _new("prodlint baseline", "Record the violations there are; later, take out those that are gone.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: .)")
    parser.add_argument("--add", action="store_true", help="record new violations, too")
    parser.add_argument("--baseline", metavar="FILE", help="the file to write, instead of the configured one")
    _add_selection(parser)
    running = parser.add_argument_group("running")
    _add_workings(running)
    running.add_argument("--quiet", "-q", action="store_true", help="no progress")
    running.add_argument("--allow-empty", action="store_true", help="nothing to check is no failure")
    return parser


def suppressions_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint suppressions``."""
    parser = _new("prodlint suppressions", "List the comments that hide violations, and what is wrong with them.")
    parser.epilog = "exit codes: 0 all are in order, 1 some need a look, 2 wrong usage or configuration"
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: .)")
    parser.add_argument("--format", choices=SUPPRESSIONS_FORMATS, help="text (the default), json, markdown")
    _add_selection(parser)
    running = parser.add_argument_group("running")
    running.add_argument("--quiet", "-q", action="store_true", help="no summary")
    running.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever is found")
    running.add_argument("--allow-empty", action="store_true", help="nothing to check is no failure")
    return parser


def lsp_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint lsp``."""
    parser = _new("prodlint lsp", "Serve an editor by the language server protocol, over standard input and output.")
    parser.add_argument("--stdio", action="store_true", help="what it does anyway; many clients say it")
    return parser


def policy_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint policy``."""
    parser = _new("prodlint policy", "Judge a project by its standards: what holds of each clause, and what shows it.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: .)")
    _add_judging(parser)
    return parser


def gate_parser() -> argparse.ArgumentParser:
    """The options of ``prodlint gate``."""
    parser = _new("prodlint gate", "Say whether the clauses of a gate hold, by the evidence that other tools wrote.")
    parser.add_argument("gate", metavar="NAME", help="before-code-complete, before-deployment, or one of the project's")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: .)")
    _add_judging(parser)
    return parser


def _add_judging(parser: argparse.ArgumentParser) -> None:
    judging = parser.add_argument_group("judging")
    judging.add_argument(
        "--standard",
        type=names,
        default=(),
        metavar="NAMES",
        help="judge by these standards, instead of the configured ones",
    )
    judging.add_argument("--require-all", action="store_true", help="fail for every clause that is not settled")
    judging.add_argument("--baseline", metavar="FILE", help="the file of known violations; they count as violations")
    judging.add_argument("--no-baseline", action="store_true", help="do not tell known violations from others")
    _add_configuration(parser)
    output = parser.add_argument_group("output")
    output.add_argument("--format", "--output-format", choices=POLICY_FORMATS, help=_listed(POLICY_FORMATS))
    output.add_argument(
        "--output",
        type=_policy_output,
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write the report to a file, too; can be repeated",
    )
    output.add_argument("--color", action="store_true", default=None, help="colour even if it is no terminal")
    output.add_argument("--no-color", action="store_false", dest="color", help="no colour")
    running = parser.add_argument_group("running")
    _add_workings(running)
    running.add_argument("--quiet", "-q", action="store_true", help="no progress")
    running.add_argument("--allow-empty", action="store_true", help="nothing to check is no failure")


POLICY_FORMATS = ("text", "json", "markdown", "html", "sarif")


def _policy_output(text: str) -> Output:
    name = text.partition("=")[0]
    if name not in POLICY_FORMATS:
        raise argparse.ArgumentTypeError(f"unknown value `{name}`; {_meant(name, list(POLICY_FORMATS))}")
    return _output(text)
