"""The command ``config``: the keys, their schema, what holds for a file, what another linter's configuration means."""

from __future__ import annotations

import os
import sys

from prodlint.hosts.cli import CLEAN, FAILED, configured, current_directory, print_problems, say
from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.safety import visible

if TYPE_CHECKING:
    import argparse

    from prodlint.registry import Registry


def config(given: list[str]) -> int:
    """Describe the keys of the configuration, show what holds for a file, or translate another linter's."""
    from prodlint.hosts.arguments import config_parser
    from prodlint.registry import built_in

    options = config_parser().parse_args(given)
    registry = built_in()
    if options.show is not None:
        return _show(options)
    if options.from_ruff is not None or options.from_flake8 is not None:
        return _translate(options, registry)
    if options.schema:
        from prodlint.config.schema import schema_text

        sys.stdout.write(schema_text(registry))
        return CLEAN
    return _describe(options.key)


def _describe(key: str | None) -> int:
    from prodlint.config.reference import describe, nearest_key

    text = describe(key)
    if text is None:
        assert key is not None, "the whole reference exists"
        meant = nearest_key(key)
        say(f"no key `{key}`" + (f"; did you mean `{meant}`?" if meant else ""))
        return FAILED
    sys.stdout.write(text)
    return CLEAN


def _show(options: argparse.Namespace) -> int:
    from prodlint.hosts.plain import overrides_of

    cwd = current_directory()
    configuration = configured(
        overrides_of(options), cwd, [options.show], allow_local_plugins=options.allow_local_plugins
    )
    absolute = os.path.normpath(os.path.join(cwd, options.show))
    text = configuration.show(absolute, _has_shebang(absolute))
    problems = [*configuration.registry.problems, *configuration.problems]
    print_problems(problems, None)
    _write(text)
    return FAILED if any(problem.fatal for problem in problems) else CLEAN


def _has_shebang(path: str) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as handle:
        return handle.read(2) == b"#!"


def _translate(options: argparse.Namespace, registry: Registry) -> int:
    from prodlint.config.foreign import as_toml
    from prodlint.config.from_flake8 import from_flake8
    from prodlint.config.from_ruff import from_ruff
    from prodlint.registry import equivalents

    try:
        foreign = from_flake8(options.from_flake8) if options.from_ruff is None else from_ruff(options.from_ruff)
    except ValueError as error:
        say(visible(str(error)))
        return FAILED
    _write(as_toml(foreign, equivalents(), registry))
    return CLEAN


def _write(text: str) -> None:
    """Print lines that quote configuration files, none of which may steer a terminal or a build server."""
    sys.stdout.write("".join(f"{visible(line)}\n" for line in text.split("\n")[:-1]))
