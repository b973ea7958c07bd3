"""The shape of the project holds: who may import whom, who may speak to the outside, what a clean run never loads."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import prodlint_rules
import pytest

import prodlint
from prodlint import check_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
ENGINE = Path(prodlint.__file__).parent
RULES = Path(prodlint_rules.__file__).parent

ORDER = (
    "_version", "light_typing", "model", "rule", "tool_rules", "suggest", "registry", "shebang", "generated",
    "gitignore", "exclusion", "discover", "shards", "config", "packs", "time_limit", "source", "digest", "secrets",
    "index", "facts", "directives", "suppress", "fix", "cst", "check", "notebook", "cache", "run", "workers", "git",
    "changes", "baseline", "project", "pages", "api", "audit", "report", "evidence", "policy", "scaffold",
    "hosts", "testing", "__main__", "__init__",
)  # fmt: skip
"""The parts of the engine, each importing only what stands before it."""


class Import(NamedTuple):
    """An imported module, and where: for types only, within a function, or when its module is loaded."""

    module: str
    line: int
    is_for_types: bool
    is_late: bool


def modules(top: Path) -> list[Path]:
    """The modules below a directory."""
    return sorted(path for path in top.rglob("*.py") if "__pycache__" not in path.parts)


ENGINE_MODULES = modules(ENGINE)
RULE_MODULES = modules(RULES)
ALL_MODULES = [*ENGINE_MODULES, *RULE_MODULES]


def name(path: Path) -> str:
    """A module's path below its package, with slashes."""
    return path.relative_to(ENGINE if path.is_relative_to(ENGINE) else RULES.parent).as_posix()


def part(path: Path) -> str:
    """The part of the engine that a module belongs to."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> list[Import]:
    """Everything that a module imports, with its submodules told by their whole names."""
    return list(_imports(tree(path).body, is_for_types=False, is_late=False))


def _imports(body: list[ast.stmt], *, is_for_types: bool, is_late: bool) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, is_for_types, is_late)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield Import(node.module or "", node.lineno, is_for_types, is_late)
        elif isinstance(node, ast.If):
            types = is_for_types or ast.unparse(node.test) == "TYPE_CHECKING"
            yield from _imports(node.body, is_for_types=types, is_late=is_late)
            yield from _imports(node.orelse, is_for_types=is_for_types, is_late=is_late)
        else:
            late = is_late or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for field in ("body", "orelse", "handlers", "finalbody", "cases"):
                yield from _imports(getattr(node, field, []), is_for_types=is_for_types, is_late=late)


def test_engine_knows_no_rule():
    """No engine module imports the built-in pack; only the registry names it, as a string: it is a plugin like any."""
    for path in ENGINE_MODULES:
        assert not [found for found in imports(path) if found.module.partition(".")[0] == "prodlint_rules"], name(path)
    naming = {
        name(path)
        for path in ENGINE_MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value == "prodlint_rules"
    }
    assert naming == {"registry.py"}


@pytest.mark.parametrize("path", ENGINE_MODULES, ids=name)
def test_parts_import_only_earlier_ones(path):
    """The order of the parts is the order of the data's way; an import against it ties a knot."""
    own = ORDER.index(part(path))
    for found in imports(path):
        package, _, rest = found.module.partition(".")
        if package != "prodlint" or found.is_for_types:
            continue
        other = rest.partition(".")[0]
        # `workers` runs what `run` gives it, and `run` starts it only where it pays.
        if (part(path), other, found.is_late) == ("run", "workers", True):
            continue
        assert ORDER.index(other) <= own, f"{name(path)}:{found.line} imports {found.module}"


def test_every_part_has_its_place():
    """A new part of the engine is put into the order on purpose."""
    assert {part(path) for path in ENGINE_MODULES} <= set(ORDER)


def test_model_imports_nothing_of_ours():
    """The values that all parts share depend on none of them; `light_typing` only stands for `typing`."""
    ours = {found.module for found in imports(ENGINE / "model.py") if found.module.startswith("prodlint")}
    assert ours <= {"prodlint.light_typing"}


LIBCST_AT_TOP = {
    "cst.py": "prodlint.cst",
    "prodlint_rules/_log_fixes.py": "prodlint_rules._log_fixes",
    "prodlint_rules/_log_rewriting.py": "prodlint_rules._log_rewriting",
    "prodlint_rules/_messages.py": "prodlint_rules._messages",
    "prodlint_rules/_built_texts.py": "prodlint_rules._built_texts",
    "prodlint_rules/_parameter_fixes.py": "prodlint_rules._parameter_fixes",
    "prodlint_rules/_query_calls.py": "prodlint_rules._query_calls",
    "prodlint_rules/_with_fixes.py": "prodlint_rules._with_fixes",
}
"""The modules that import libcst when they are loaded: the engine's door to it, and what only fixes need."""


@pytest.mark.parametrize("path", ALL_MODULES, ids=name)
def test_libcst_is_imported_in_few_places(path):
    """libcst takes ten times as long to import as a small file takes to lint: few modules have it at their top."""
    for found in imports(path):
        if found.module.partition(".")[0] == "libcst" and name(path) not in LIBCST_AT_TOP:
            is_rule = path.is_relative_to(RULES)
            assert found.is_for_types or (is_rule and found.is_late), f"{name(path)}:{found.line}"


@pytest.mark.parametrize("path", ALL_MODULES, ids=name)
def test_cst_is_imported_late(path):
    """Who needs a libcst tree imports what imports libcst at the point of need."""
    for found in imports(path):
        if found.module in LIBCST_AT_TOP.values() and name(path) not in LIBCST_AT_TOP:
            assert found.is_late or found.is_for_types, f"{name(path)}:{found.line}"


SLOW = {
    "argparse", "ast", "asyncio", "contextlib", "dataclasses", "hashlib", "importlib.metadata", "inspect", "json",
    "logging", "multiprocessing", "pathlib", "pathspec", "rich", "shutil", "subprocess", "tempfile", "tokenize",
    "tomli", "tomllib",
}  # fmt: skip
OFF_THE_PATH = {
    "hosts/arguments.py", "notebook.py", "testing.py", "report/json_report.py", "config/positions.py", "scaffold.py",
}  # fmt: skip
OFF_THE_PATH |= {name(path) for path in ENGINE_MODULES if name(path).startswith("hosts/lsp/")}
"""Modules that a plain run does not load, or that are about the slow module."""


@pytest.mark.parametrize("path", [p for p in ALL_MODULES if name(p) not in OFF_THE_PATH], ids=name)
def test_slow_modules_are_imported_at_the_point_of_use(path):
    """The modules on the way of a plain run load none that takes milliseconds, so that every start is quick."""
    for found in imports(path):
        if not (found.is_late or found.is_for_types or _is_fallback(path, found.line)):
            assert found.module not in SLOW, f"{name(path)}:{found.line}"
            assert found.module.partition(".")[0] not in SLOW, f"{name(path)}:{found.line}"


def _is_fallback(path: Path, line: int) -> bool:
    """Whether a line stands in a handler of ImportError: it runs only on a Python that lacks the quick module."""
    return any(
        isinstance(node, ast.ExceptHandler) and node.lineno < line <= (node.end_lineno or 0)
        for node in ast.walk(tree(path))
    )


LOADED = """
import sys
sys.path[:0] = {paths!r}
from prodlint.hosts.cli import main
code = main({arguments!r})
banned = {banned!r}
loaded = sorted(name for name in sys.modules if name in banned or name.partition(".")[0] in banned)
sys.stderr.write("loaded: " + " ".join(loaded) + "; exit: " + str(code))
"""
BANNED = (
    "libcst", "rich", "pathspec", "pygls", "dataclasses", "json", "inspect", "asyncio", "importlib.metadata",
    "multiprocessing", "tokenize", "ast", "hashlib", "logging", "subprocess", "pathlib", "tempfile", "typing",
)  # fmt: skip


def loaded_by(arguments: list[str], directory: Path, banned: tuple[str, ...] = BANNED) -> str:
    """What of the banned modules a run has loaded, and its exit code; no site packages, no user's environment."""
    script = LOADED.format(paths=[str(ENGINE.parent), str(RULES.parent)], arguments=arguments, banned=banned)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], cwd=directory, capture_output=True, text=True, check=True
    )
    return done.stderr.rpartition("loaded: ")[2]


CLEAN = '"""A module."""\n\n\ndef double(number: int) -> int:\n    """Twice the number."""\n    return 2 * number\n'
FAULTY = "import os\n\n\ndef f(a):\n    try:\n        print(a)\n    except:\n        pass  # TODO\n"


@pytest.mark.parametrize(("text", "code"), [(CLEAN, 0), (FAULTY, 1)], ids=["clean", "with findings"])
@pytest.mark.parametrize("options", [["--no-cache"], ["--cache-dir", "cache"]], ids=["plain", "cached"])
def test_run_loads_nothing_slow(tmp_path, text, code, options):
    """A run whose rules need no tree never imports libcst, nor what else costs more than the linting does."""
    (tmp_path / "module.py").write_text(text)
    for _ in range(2):
        assert loaded_by([*options, "--format", "text", "module.py"], tmp_path) == f"; exit: {code}"


UNASKED = (
    "prodlint_rules._loggers", "prodlint_rules._events", "prodlint_rules._queries", "prodlint_rules._docstrings",
    "prodlint_rules.project.missing_document", "prodlint.facts.handlers", "prodlint.facts.origins",
    "prodlint.facts.pieces", "prodlint.facts.flow", "prodlint.secrets.own", "prodlint.secrets.formats",
)  # fmt: skip


def test_run_loads_what_its_files_ask_for(tmp_path):
    """A clean file without calls, handlers and comments loads nothing that tells about these; a cached one, no tree."""
    (tmp_path / "module.py").write_text(CLEAN)
    options = ["--cache-dir", "cache", "--format", "text", "module.py"]
    assert loaded_by(options, tmp_path, UNASKED) == "; exit: 0"
    assert loaded_by(options, tmp_path, (*UNASKED, "_ast", "prodlint.facts", "prodlint.index")) == "; exit: 0"


SPEAKING = {
    "os": {"environ", "environb", "getenv", "putenv", "_exit", "abort", "isatty"},
    "sys": {"exit", "argv", "stdin", "stdout", "stderr", "__stdout__", "__stderr__"},
}
SPEAKING_NAMES = {"print", "input", "exit", "quit", "SystemExit", "breakpoint"}


@pytest.mark.parametrize("path", [p for p in ALL_MODULES if not name(p).startswith("hosts/")], ids=name)
def test_only_hosts_speak(path):
    """Whatever prints, exits or reads the environment stands in `hosts`: a library does none of it."""
    spoken = {spoken for node in ast.walk(tree(path)) if (spoken := _speaks(node))}
    allowed = {
        "__main__.py": {"sys.exit"},  # hands the command line's code on
        "check.py": {"SystemExit"},  # the rule guard catches a rule that exits
        "fix/making.py": {"SystemExit"},  # so does the guard around its fix
        "packs.py": {"SystemExit"},  # and that around the import of a pack
        "workers.py": {"os._exit"},  # ends a forked child, which must not run its parent's clean-up
    }
    assert spoken <= allowed.get(name(path), set())


def _speaks(node: ast.AST) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr=attribute) if attribute in SPEAKING.get(module, ()):
            return f"{module}.{attribute}"
        case ast.Name(id=used, ctx=ast.Load()) if used in SPEAKING_NAMES:
            return used
        case ast.ImportFrom(module=module, names=names) if module in SPEAKING:
            return ", ".join(alias.name for alias in names if alias.name in SPEAKING[module])
    return ""


def test_programs_are_run_in_one_place():
    """Whoever starts another program has to say what its configuration can make it do: only `git` does."""
    assert {name(path) for path in ALL_MODULES for found in imports(path) if found.module == "subprocess"} == {"git.py"}


PURE_MEMORY = {
    ("report/excerpt.py", "_width"),  # the width of a character
    ("report/safety.py", "_unsafe"),  # a pattern that is compiled at first need
    ("secrets/tokens.py", "_following"),  # the pattern of a format of ours
}
"""Functions whose results are remembered for good: pure, of few values, and safe in threads."""


@pytest.mark.parametrize("path", ALL_MODULES, ids=name)
def test_nothing_global_is_mutated(path):
    """No module keeps state between files or runs: results would depend on what was checked before."""
    module = tree(path)
    for node in ast.walk(module):
        assert not isinstance(node, ast.Global), f"{name(path)}:{node.lineno} declares a global"
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef) and any("cache" in ast.unparse(d) for d in function.decorator_list):
            assert (name(path), function.name) in PURE_MEMORY, f"{name(path)}:{function.lineno}"
    tables = {
        target.id
        for statement in module.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    for node in (inner for outer in _functions(module) for inner in ast.walk(outer)):
        changed = _changed_name(node)
        assert changed not in tables or _is_local(changed, module, node), (
            f"{name(path)}:{node.lineno} changes {changed}"
        )


def _functions(module: ast.Module) -> Iterator[ast.AST]:
    return (node for node in ast.walk(module) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))


MUTATORS = {"append", "add", "update", "extend", "setdefault", "pop", "clear", "remove", "discard", "insert", "popitem"}


def _changed_name(node: ast.AST) -> str | None:
    """The name of what a node changes in place."""
    match node:
        case ast.Subscript(value=ast.Name(id=changed), ctx=ast.Store() | ast.Del()):
            return changed
        case ast.Call(func=ast.Attribute(value=ast.Name(id=changed), attr=method)) if method in MUTATORS:
            return changed
    return None


def _is_local(changed: str | None, module: ast.Module, node: ast.AST) -> bool:
    """Whether a function around the node binds the name itself."""
    return any(
        isinstance(inner, ast.Name) and inner.id == changed and isinstance(inner.ctx, ast.Store)
        for function in _functions(module)
        if function.lineno <= node.lineno <= (function.end_lineno or 0)
        for inner in ast.walk(function)
    )


def test_broad_handlers():
    """Six catch whatever comes: around a pack, a rule on either kind of file, a fix, a file, an editor's request."""
    found = []
    for path in ALL_MODULES:
        for function in _functions(tree(path)):
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and (
                    node.type is None
                    or {"Exception", "BaseException"} & set(ast.unparse(node.type).strip("()").split(", "))
                ):
                    found.append((name(path), function.name))
    assert sorted(found) == [
        ("check.py", "_run_rule"),
        ("fix/making.py", "with_fix"),
        ("hosts/lsp/guard.py", "guarding"),
        ("packs.py", "load_pack"),
        ("project/checking.py", "_check_site"),
        ("run.py", "inspect"),
    ]


def test_prodlint_reports_nothing_on_itself(monkeypatch):
    """The tool keeps the policy that it enforces, with the project's own configuration."""
    monkeypatch.chdir(ROOT)
    report = check_paths([os.path.relpath(ENGINE, ROOT), os.path.relpath(RULES, ROOT)])
    assert report.checked > 50
    assert not report.problems
    found = [violation for violation in report.violations if violation.suppressed is None]
    assert not [f"{v.path}:{v.span.line if v.span else 1}: {v.code} {v.message}" for v in found]
