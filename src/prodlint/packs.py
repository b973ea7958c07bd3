"""Packs of rules: names of modules in, a registry with their rules out; whatever is wrong with a pack is a problem.

A pack is a module with `RULES`, a tuple of `Rule` values. It is imported by its name, and only where a project's
configuration or a caller asks for it: nothing is searched for among what is installed. A faulty pack costs its own
rules, a faulty rule costs that rule; all others go on.
"""

from __future__ import annotations

import os
import sys

from prodlint.config.options import fields_of
from prodlint.light_typing import TYPE_CHECKING, Any, NamedTuple
from prodlint.model import Context, Problem, Safety, Severity
from prodlint.registry import EVERYTHING, Registry
from prodlint.rule import Rule, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType, TracebackType

CODE = "pack"
"""The code of every problem with a pack."""

RESERVED = "PRD"
"""What the codes of prodlint's own rules begin with, and no other pack's."""


class Pack(NamedTuple):
    """Rules that belong together. ``name`` is the module that they come from, or any name for rules made otherwise."""

    name: str
    rules: tuple[Rule, ...]


class FaultyPackError(ValueError):
    """A pack that cannot be used at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message}; {problem.remedy}" if problem.remedy else problem.message)
        self.problem = problem


def load_pack(name: str) -> Pack:
    """Import the pack of this module name.

    Code of the pack runs: load what you trust. Its rules are judged where they are put to use. Raises FaultyPackError,
    a ValueError, where it cannot be imported or has no tuple `RULES` of rules.
    """
    from importlib import import_module

    try:
        module = import_module(name)
    except (Exception, SystemExit) as error:  # the pack guard: whatever a pack does, the others go on
        raise FaultyPackError(_import_problem(name, error)) from error
    rules = getattr(module, "RULES", None)
    if not isinstance(rules, tuple | list) or not all(isinstance(rule, Rule) for rule in rules):
        remedy = f"write `RULES = (…,)` in {_shown_file(module)}: a tuple of `prodlint.Rule` values"
        raise FaultyPackError(Problem(CODE, f"pack `{name}` {_without_rules(rules)}", remedy=remedy))
    return Pack(name, tuple(rules))


def _without_rules(rules: object) -> str:
    if rules is None:
        return "has no `RULES`"
    if not isinstance(rules, tuple | list):
        return f"has in `RULES` a {type(rules).__name__}, and no tuple of rules"
    wrong = next(rule for rule in rules if not isinstance(rule, Rule))
    return f"has in `RULES` {wrong!r:.60}, which is no rule"


def _import_problem(name: str, error: BaseException) -> Problem:
    if isinstance(error, ModuleNotFoundError) and error.name is not None and f"{name}.".startswith(f"{error.name}."):
        message = f"pack `{name}` is not installed: there is no module `{error.name}`"
        return Problem(CODE, message, remedy=f"install it for {sys.executable}, the Python that runs prodlint")
    told = f"{type(error).__name__}: {error}"
    message = f"pack `{name}` cannot be imported: {told}{place_in(name, error.__traceback__)}"
    return Problem(
        CODE, message, remedy="mend it, or report it to its author; without it in `plugins` the run is whole"
    )


def place_in(pack: str, traceback: TracebackType | None) -> str:
    """The deepest place in a pack's own code that an error came through, in parentheses; empty if there is none."""
    place = ""
    top = pack.partition(".")[0]
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == top:
            place = f" (in `{module}`, line {traceback.tb_lineno})"
        traceback = traceback.tb_next
    return place


def _shown_file(module: ModuleType) -> str:
    return str(getattr(module, "__file__", None) or module.__name__)


def load_packs(
    names: Sequence[str], *, trees: Sequence[str], allow_local: bool
) -> tuple[tuple[Pack, ...], tuple[tuple[str, Problem], ...]]:
    """Import packs by name: those that can be used, and the names of the others with what is wrong.

    ``trees`` are the absolute directories of the checked code. A pack that lies in one is not imported, for whoever
    wrote the code would run code here, unless ``allow_local`` says that this is wanted.
    """
    packs: list[Pack] = []
    problems: list[tuple[str, Problem]] = []
    for name in names:
        place = None if allow_local else _place_in(name, trees)
        if place is not None:
            problems.append((name, _local_problem(name, place)))
            continue
        try:
            packs.append(load_pack(name))
        except FaultyPackError as fault:
            problems.append((name, fault.problem))
    return tuple(packs), tuple(problems)


def _local_problem(name: str, place: str) -> Problem:
    return Problem(
        CODE,
        f"pack `{name}` lies in the checked tree, at {place}, so it was not imported",
        remedy="pass `--allow-local-plugins` if you trust the code there, or install the pack",
    )


def _place_in(name: str, trees: Sequence[str]) -> str | None:
    """Where a pack lies if that is in one of these directories, judged without importing anything."""
    top = name.partition(".")[0]
    place = _place_of(top)
    if place is None:
        # Not to be found as things are: it may be one that is found only with the tree on the path.
        candidates = (os.path.join(tree, top + ending) for tree in trees for ending in ("", ".py"))
        place = next((path for path in candidates if os.path.exists(path)), None)
    return place if place is not None and is_in_tree(place, trees) else None


def _place_of(top: str) -> str | None:
    """The file or directory that importing a top-level module would read; None where it is not found."""
    from importlib.machinery import PathFinder
    from importlib.util import find_spec

    loaded = sys.modules.get(top)
    try:
        spec = loaded.__spec__ if loaded is not None else find_spec(top) or PathFinder.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    places = list(spec.submodule_search_locations or ())
    return places[0] if places else spec.origin


def is_in_tree(place: str, trees: Sequence[str]) -> bool:
    """Whether a path lies in one of these directories and not among what is installed for the running Python.

    A project's own virtual environment may lie in its tree; what it holds was put there on purpose.
    """
    real = os.path.realpath(place)
    if any(_is_below(real, directory) for directory in _installed_directories()):
        return False
    return any(_is_below(real, tree) for tree in trees)


def _installed_directories() -> list[str]:
    import site  # loaded already, but under `-S`

    user = site.getusersitepackages()
    return [*site.getsitepackages(), user]


def _is_below(path: str, directory: str) -> bool:
    top = os.path.realpath(directory)
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def with_packs(registry: Registry, packs: Iterable[Pack], faults: Sequence[tuple[str, Problem]] = ()) -> Registry:
    """The rules of a registry and, after them, those of packs.

    ``faults`` are packs that could not be loaded, and why. What cannot be used of a pack, and why, is added to the
    registry's problems: a rule whose metadata are faulty, or whose name or code is taken already.
    """
    own = [rule for rule in registry.rules if rule not in _TOOLS]
    rules = list(own)
    problems = [*registry.problems, *(problem for _, problem in faults)]
    missing = [name for name, _ in faults]
    names = list(registry.packs)
    for pack in packs:
        taken = {word: rule for rule in (*rules, *_TOOLS) for word in (rule.name, rule.code)}
        families = {rule.family for rule in (*rules, *_TOOLS)}
        names.append(pack.name)
        for rule in pack.rules:
            reason = fault_of(rule) or _clash(rule, taken, families)
            if reason:
                problems.append(_rule_problem(pack, rule, reason))
                missing.append(pack.name)
                continue
            rules.append(rule)
            taken |= {rule.name: rule, rule.code: rule}
            families.add(rule.family)
    told = " and ".join(f"`{name}`" for name in dict.fromkeys(missing))
    return Registry(rules, registry.editions, packs=dict.fromkeys(names), problems=problems, missing=told)


_TOOLS = Registry(()).rules


def _rule_problem(pack: Pack, rule: Rule, reason: str) -> Problem:
    where = f" (`{rule.module}`)" if rule.module else ""
    return Problem(
        CODE,
        f"pack `{pack.name}`: rule `{rule.name}`{where} {reason}, so it does not run",
        remedy="mend the rule, or report it to the pack's author",
    )


def _clash(rule: Rule, taken: dict[str, Rule], families: set[str]) -> str:
    for word in (rule.name, rule.code):
        if word in taken:
            other = taken[word]
            return f"is called `{word}`, as is the rule {other.code} `{other.name}`" + (
                f" of `{other.module}`" if other.module else ""
            )
    if rule.name in families:
        return "is called what a family of rules is called"
    if rule.family in taken:
        return f"is of the family `{rule.family}`, which is the name of a rule"
    return ""


def fault_of(rule: Rule) -> str:
    """What is wrong with a rule's metadata, worded to follow its name; empty if nothing."""
    return next((fault for test in _TESTS if (fault := test(rule))), "")


def _functions(rule: Rule) -> str:
    if rule.check_function is None:
        return "has no check: register a function with `@rule.check`"
    if rule.fixes and rule.fix_function is None:
        return "says that it has fixes and registers none with `@rule.fix`"
    if rule.fix_function is not None and not rule.fixes:
        return "registers a fix and does not say in `fixes` how safe it is"
    return ""


def _names(rule: Rule) -> str:
    if rule.code.startswith(RESERVED):
        return f"has the code {rule.code}, and codes in {RESERVED} are prodlint's own"
    family: object = rule.family
    if not isinstance(family, str) or not family.replace("-", "").isalnum() or family != family.lower():
        return f"has the family {family!r}, which is not lower-case words joined by hyphens"
    if family == EVERYTHING.lower():
        return f"has the family {family!r}, which would be taken for `{EVERYTHING}`"
    return ""


def _texts(rule: Rule) -> str:
    for field in ("summary", "since"):
        text: object = getattr(rule, field)
        if not isinstance(text, str) or not text.strip() or "\n" in text:
            return f"has in `{field}` {text!r:.60}, and not one line of text"
    if not all(isinstance(clause, str) for clause in rule.policy):
        return "has in `policy` something else than names of clauses"
    if not all(isinstance(number, int) for number in rule.cwe):
        return "has in `cwe` something else than numbers"
    return ""


def _kinds(rule: Rule) -> str:
    contexts: object = rule.contexts
    if not isinstance(contexts, frozenset | set) or not contexts or not all(isinstance(c, Context) for c in contexts):
        return "has in `contexts` something else than a set of `prodlint.Context`"
    severity: object = rule.severity
    if not isinstance(severity, Severity):
        return f"has the severity {severity!r:.60}, which is no `prodlint.Severity`"
    if not all(isinstance(safety, Safety) for safety in rule.fixes):
        return "has in `fixes` something else than `prodlint.Safety`"
    return ""


def _visits(rule: Rule) -> str:
    from typing import get_args  # loaded for options anyway; a project without packs does without

    if not rule.visits:
        return "visits nothing"
    for visit in rule.visits:
        if not isinstance(visit, get_args(Visit)):
            return f"visits {visit!r:.60}, which is no visit of `prodlint.rule`"
        for field, value in zip(visit._fields, visit, strict=True):
            default = visit._field_defaults.get(field, ())
            # The classic slip: a text where a tuple of texts is meant is taken for its letters.
            if default == () and not (isinstance(value, tuple) and all(isinstance(text, str) for text in value)):
                return f"gives `{type(visit).__name__}` {field}={value!r:.60}, which is no tuple of texts"
    return ""


def _options(rule: Rule) -> str:
    if rule.options is None:
        return ""
    try:
        keys = fields_of(rule)
    except (TypeError, NameError, AttributeError) as error:
        return f"has options that cannot be read: {error}"
    if clash := sorted(_OF_EVERY_RULE & keys.keys()):
        return f"has an option `{clash[0]}`, which is a key of every rule"
    try:
        default: Any = rule.default_options()
    except (TypeError, ValueError) as error:
        return f"has options without a default each: {error}"
    lacking = [field.name for field in keys.values() if not hasattr(default, field.name)]
    return f"has an option `{lacking[0]}` without a default" if lacking else ""


_OF_EVERY_RULE = {"severity", "contexts"}
_TESTS: tuple[Callable[[Rule], str], ...] = (_names, _texts, _kinds, _visits, _functions, _options)
