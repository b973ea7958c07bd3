"""What is compared with what: published packages, process start, number of findings, a large unchanged tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contestants import Calls, without
from generated import TREE_FILES, clean_source, faulty_source, write_sources, write_tree
from measure import Scene
from workspace import PACKAGES, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from workspace import Package, Tools

FINDINGS = (100, 200, 400, 10_000)
SCENE_NAMES = (*(package.name for package in PACKAGES), "start", "findings", "tree")


class Plan(NamedTuple):
    """What a scene needs to be set up; `left_out` are the first words of contestants that do not run."""

    tools: Tools
    workspace: Path
    caches: Path
    rounds: int
    slow_rounds: int
    limit: float
    left_out: tuple[str, ...]

    def calls(self, scene: str, target: str, rounds: int) -> Calls:
        """Return the builder of a scene's contestants."""
        return Calls(self.tools, self.caches / scene, target, rounds)


def make_scene(name: str, plan: Plan) -> Scene:
    """Return the scene of that name, with its files in place; the name is one of SCENE_NAMES."""
    packages = {package.name: package for package in PACKAGES}
    if name in packages:
        return _package_scene(packages[name], plan)
    return {"start": _start_scene, "findings": _findings_scene, "tree": _tree_scene}[name](plan)


def _package_scene(package: Package, plan: Plan) -> Scene:
    folder = unpack(package, plan.workspace, plan.tools.python)
    calls = plan.calls(package.name, package.target, plan.rounds)
    floor = plan.workspace / "programs" / "parse_floor.py"
    runs = (
        calls.ruff("ruff cold", cache=False),
        calls.prodlint("prodlint cold", cache=False),
        calls.python("parsing floor", "-I", "-S", str(floor), package.target, reports_loop=True),
        calls.ruff("ruff warm", cache=True),
        calls.prodlint("prodlint warm", cache=True),
        *calls.quiet_selections(folder, plan.limit),
        *calls.slow(plan.slow_rounds),
    )
    title = f"`{package.target}` of {package.requirement}"
    return Scene(package.name, title, folder, without(plan.left_out, runs))


def _start_scene(plan: Plan) -> Scene:
    folder = plan.workspace / "generated" / "start"
    write_sources(folder, {"clean.py": clean_source(), "long.py": clean_source(124), "faulty.py": faulty_source(5)})
    # Starts take milliseconds, and their spread is a good part of them: more rounds.
    calls = plan.calls("start", "clean.py", plan.rounds * 4)
    runs = (
        calls.python("python -I -S -c pass", "-I", "-S", "-c", "pass"),
        calls.python("python -c pass", "-c", "pass"),
        calls.prodlint_version(),
        calls.prodlint("prodlint, 8 clean lines", cache=False),
        calls.prodlint("prodlint, 8 clean lines, cached", cache=True),
        calls.prodlint("prodlint, 1,000 clean lines", cache=False, target="long.py"),
        calls.prodlint("prodlint, 5 findings", cache=False, target="faulty.py"),
        calls.ruff("ruff, 8 clean lines", cache=False),
        calls.ruff("ruff, 8 clean lines, cached", cache=True),
        *calls.slow(plan.slow_rounds),
    )
    return Scene("start", "one small file, and no file at all", folder, without(plan.left_out, runs))


def _findings_scene(plan: Plan) -> Scene:
    folder = plan.workspace / "generated" / "findings"
    write_sources(folder, {f"found_{count}.py": faulty_source(count) for count in (0, *FINDINGS)})
    calls = plan.calls("findings", "", plan.rounds * 2)
    runs = (calls.prodlint(f"prodlint, {count:,}", cache=False, target=f"found_{count}.py") for count in (0, *FINDINGS))
    return Scene("findings", "0 to 10,000 findings in one file", folder, tuple(runs))


def _tree_scene(plan: Plan) -> Scene:
    folder = plan.workspace / "generated" / "tree"
    write_tree(folder)
    calls = plan.calls("tree", "shapes", plan.rounds)
    runs = (
        calls.ruff("ruff cold", cache=False),
        calls.prodlint("prodlint cold", cache=False),
        calls.ruff("ruff warm", cache=True),
        calls.prodlint("prodlint warm", cache=True),
    )
    return Scene("tree", f"{TREE_FILES:,} generated clean files", folder, without(plan.left_out, runs))
