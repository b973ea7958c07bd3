"""`prodlint new-rule`: the files of a new rule, in the pack at hand or a new one; nothing that exists is replaced."""

from __future__ import annotations

import os
import sys

from prodlint.fix.write import replace
from prodlint.hosts.cli import CLEAN, FAILED, current_directory, say
from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.registry import built_in
from prodlint.scaffold import (
    NewRule,
    RefusedError,
    has_rules,
    next_code,
    pack_files,
    refuse_code,
    refuse_name,
    refuse_package,
    rule_files,
    with_rule,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator


def new_rule(given: list[str]) -> int:
    """Write the files of a new rule, and say which; the exit code is 2 where they cannot all be written."""
    from prodlint.hosts.arguments import new_rule_parser

    options = new_rule_parser().parse_args(given)
    try:
        plan = _plan(options, current_directory())
        _write(plan)
    except RefusedError as refused:
        say(str(refused))
        return FAILED
    except OSError as error:
        say(f"{error.filename}: cannot be written: {error.strerror}")
        return FAILED
    sys.stdout.writelines(f"{os.path.relpath(path)}\n" for path in (*plan.new, *plan.changed))
    folder = os.path.relpath(plan.folder)
    enter = "" if folder == "." else f"cd {folder} && "
    say(f"`{plan.rule.name}` is {plan.rule.code} of `{plan.rule.package}`. Test it: {enter}python -m pytest")
    return CLEAN


class _Pack(NamedTuple):
    """The folder of a pack, and the directory in it that its package lies in."""

    folder: str
    home: str
    package: str

    @property
    def init(self) -> str:
        return os.path.join(self.home, self.package, "__init__.py")


class _Plan(NamedTuple):
    """What is to be written, by path: new files with their text, and changed ones with the old text and the new."""

    rule: NewRule
    folder: str
    new: dict[str, str]
    changed: dict[str, tuple[str, str]]


def _plan(options: Namespace, cwd: str) -> _Plan:
    registry = built_in()
    refuse_name(options.name, registry)
    if options.pack is not None:
        refuse_package(options.pack)
    pack = _pack_at_hand(options.pack, cwd)
    is_new = pack is None
    if pack is None:
        if options.pack is None:
            raise RefusedError("there is no pack of rules here: `--pack acme_rules` begins one in a new folder")
        folder = os.path.join(cwd, options.pack.replace("_", "-"))
        pack = _Pack(folder, folder, options.pack)
    modules = [] if is_new else list(_modules(pack))
    code = options.code or next_code(pack.package, modules)
    refuse_code(code, registry)
    if any(f'"{code}"' in text for text in modules):
        raise RefusedError(f"`{code}` is taken in `{pack.package}`")
    rule = NewRule(options.name, code, options.family or pack.package.partition("_")[0], pack.package)
    files = {_path(pack, name): text for name, text in rule_files(rule).items()}
    if is_new:
        files = {_path(pack, name): text for name, text in pack_files(pack.package).items()} | files
        files[pack.init] = with_rule(files[pack.init], rule)
        return _Plan(rule, pack.folder, files, {})
    init = _read(pack.init)
    return _Plan(rule, pack.folder, files, {pack.init: (init, with_rule(init, rule))})


def _path(pack: _Pack, name: str) -> str:
    """Where a file goes: the package's own are beside it, the others in the pack's folder."""
    return os.path.join(pack.home if name.startswith(f"{pack.package}/") else pack.folder, name)


def _pack_at_hand(package: str | None, cwd: str) -> _Pack | None:
    """The pack in the current directory, or in the folder that is called like it."""
    folders = [cwd] if package is None else [cwd, os.path.join(cwd, package.replace("_", "-"))]
    found = [pack for folder in folders for pack in _packs_in(folder) if package in (None, pack.package)]
    if len(found) > 1:
        names = " or ".join(f"`--pack {pack.package}`" for pack in found)
        raise RefusedError(f"there are several packs of rules here: say {names}")
    return found[0] if found else None


def _packs_in(folder: str) -> Iterator[_Pack]:
    for home in (folder, os.path.join(folder, "src")):
        for name in sorted(os.listdir(home)) if os.path.isdir(home) else ():
            pack = _Pack(folder, home, name)
            if name.isidentifier() and os.path.isfile(pack.init) and has_rules(_read(pack.init)):
                yield pack


def _modules(pack: _Pack) -> Iterator[str]:
    top = os.path.join(pack.home, pack.package)
    for name in sorted(os.listdir(top)):
        if name.endswith(".py"):
            yield _read(os.path.join(top, name))


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as handle:
            return handle.read()
    except UnicodeDecodeError:
        raise RefusedError(f"{path} is not UTF-8") from None


def _write(plan: _Plan) -> None:
    """Write everything, or nothing where something would be replaced."""
    if existing := [path for path in plan.new if os.path.lexists(path)]:
        raise RefusedError(f"{os.path.relpath(existing[0])} exists, so nothing was written: take another name")
    for path, text in plan.new.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="") as handle:
            handle.write(text)
    for path, (old, text) in plan.changed.items():
        replace(path, old.encode(), text.encode())
