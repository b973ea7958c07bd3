"""The packs that a project's configuration names: imported for the command line, with the checked tree off the path."""

from __future__ import annotations

import os
import sys

from prodlint.config import Configuration, Overrides, load
from prodlint.light_typing import TYPE_CHECKING
from prodlint.packs import is_in_tree, load_packs, with_packs

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_plugins(
    configuration: Configuration, overrides: Overrides, *, cwd: str, paths: Sequence[str], allow_local: bool
) -> Configuration:
    """The same configuration, read anew with the rules of the packs that it names.

    Import paths within the checked tree, as `PYTHONPATH` may hold them, are dropped: what a pack imports must not be
    found there. With ``allow_local`` packs of the project's root are found too, after everything that is installed.
    What a pack prints while it is imported goes to stderr.
    """
    if allow_local:
        sys.path.append(configuration.root)
    else:
        trees = _trees(configuration, cwd, paths)
        sys.path[:] = [entry for entry in sys.path if not is_in_tree(entry or cwd, trees)]
    return with_named_packs(configuration, overrides, cwd=cwd, paths=paths, allow_local=allow_local)


def with_named_packs(
    configuration: Configuration, overrides: Overrides, *, cwd: str, paths: Sequence[str], allow_local: bool
) -> Configuration:
    """As `with_plugins`, for a host whose process is not ours: the import path stays as it is."""
    plugins = configuration.plugins
    assert plugins is not None, "who calls has asked whether there are any"
    trees = _trees(configuration, cwd, paths)
    stdout, sys.stdout = sys.stdout, sys.stderr
    try:
        packs, faults = load_packs(plugins.value, trees=trees, allow_local=allow_local)
    finally:
        sys.stdout = stdout
    placed = []
    for name, problem in faults:
        place = plugins.source.fault(problem.message, (*plugins.path, plugins.value.index(name)), problem.remedy)
        placed.append((name, place._replace(code=problem.code)))
    registry = with_packs(configuration.registry, packs, placed)
    return load(overrides, cwd=cwd, registry=registry)


def _trees(configuration: Configuration, cwd: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The directories of the checked code."""
    return tuple(dict.fromkeys((configuration.root, cwd, *(_directory(path, cwd) for path in paths))))


def _directory(path: str, cwd: str) -> str:
    absolute = os.path.normpath(os.path.join(cwd, path))
    return absolute if os.path.isdir(absolute) else os.path.dirname(absolute)
