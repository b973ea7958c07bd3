"""The flake8 plugin: prodlint's violations among those of flake8, which selects, ignores and prints them.

flake8 gives a parsed file's text and takes line, column and text. Its `--select`, `--ignore`, `--per-file-ignores` and
`# noqa` hold; prodlint's configuration and suppression comments hold, too. The interface is the one of "AST plugins":
https://flake8.pycqa.org/en/latest/plugin-development/plugin-parameters.html
"""

from __future__ import annotations

import os
import time

from prodlint._version import __version__
from prodlint.config import Overrides, load
from prodlint.hosts.packs import with_named_packs
from prodlint.light_typing import TYPE_CHECKING
from prodlint.registry import built_in
from prodlint.run import Checker
from prodlint.source import Source, encoded

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from prodlint.model import Problem, Violation


class Flake8Plugin:
    """What flake8 makes of each file, and asks for its violations."""

    name = "prodlint"
    version = __version__

    # flake8 knows classes and no values: what all files share has to be one of the class.
    _checker: Checker | None = None
    _shows_suppressed = False

    def __init__(self, tree: object, filename: str, lines: Sequence[str]) -> None:
        # `tree` tells flake8 which kind of plugin this is; prodlint parses with its own limits.
        self._path = filename
        self._lines = lines

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Read prodlint's configuration once, when flake8 has read its own; a faulty one ends the run."""
        cls._checker = _checker()
        cls._shows_suppressed = bool(options.disable_noqa)
        configuration = cls._checker.configuration
        faults = [*configuration.registry.problems, *configuration.problems]
        if fatal := [_text(problem) for problem in faults if problem.fatal]:
            from flake8.exceptions import ExecutionError

            raise ExecutionError("\n".join(fatal))

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """The file's violations as flake8 takes them: line from 1, column from 0, code and text."""
        checker = self._checker or _checker()
        known = len(checker.configuration.problems)
        path = os.path.normpath(self._path)
        absolute = os.path.join(os.getcwd(), path)
        checked = checker.inspect(Source(path, encoded("".join(self._lines))), absolute)
        for violation in checked.violations:
            if violation.suppressed is None or self._shows_suppressed:
                yield *_place(violation), f"{violation.code} {violation.message}", type(self)
        # A configuration below the root comes to light with the first file that it holds for.
        for problem in (*checked.problems, *checker.configuration.problems[known:]):
            yield problem.line or 1, 0, f"PRD900 not checked: {_text(problem)}", type(self)


def _checker() -> Checker:
    cwd = os.getcwd()
    configuration = load(Overrides(), cwd=cwd, registry=built_in())
    if configuration.plugins is not None:
        configuration = with_named_packs(configuration, Overrides(), cwd=cwd, paths=["."], allow_local=False)
    return Checker(configuration, configuration.registry, time.strftime("%Y-%m-%d"))


def _place(violation: Violation) -> tuple[int, int]:
    return (violation.span.line, violation.span.column - 1) if violation.span else (1, 0)


def _text(problem: Problem) -> str:
    place = f"{problem.place} " if problem.path and problem.line else ""
    remedy = f" ({problem.remedy})" if problem.remedy else ""
    return f"{place}{problem.message}{remedy}".replace("\n", " ")
