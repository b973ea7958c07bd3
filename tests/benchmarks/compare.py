"""Run prodlint and its peers side by side on published packages, and hold the medians against the project's targets.

    python tests/benchmarks/compare.py [--rounds N] [--only NAME ...] [--write docs/performance.md]

It makes its own environments and downloads pinned packages into a folder that later runs reuse. The whole takes a
quarter of an hour, most of it for Fixit (`--without Fixit`). Nothing else should run meanwhile: the load is printed
with the figures.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from measure import compare, own_peak
from scenes import SCENE_NAMES, Plan, make_scene
from tables import PageError, scene_table, target_table, write_page
from targets import judge
from workspace import FLAKE8_PLUGINS, PEERS, SetupError, clear_caches, describe_python, prepare_tools

# Load per processor above which medians cannot be trusted.
_BUSY = 0.3


def main() -> int:
    """Run the comparison; 0 whatever was measured, unless `--strict` asks for 1 when a target is missed."""
    options = _parser().parse_args()
    # Before anything is installed, which would be a load of our own.
    load = os.getloadavg()[0]
    try:
        plan = _plan(options)
        text, missed = _measure(plan, options.only or SCENE_NAMES, load)
        if options.write:
            write_page(options.write, text)
    except (SetupError, PageError) as fault:
        _tell(str(fault))
        return 2
    sys.stdout.write(text)
    return 1 if options.strict and missed else 0


def _measure(plan: Plan, names: tuple[str, ...], load: float) -> tuple[str, int]:
    """Return the report and the number of missed targets."""
    results, tables = {}, []
    for name in (name for name in SCENE_NAMES if name in names):
        scene = make_scene(name, plan)
        results[name] = compare(scene, plan.limit, _tell)
        tables.append(scene_table(scene, results[name], own_peak()))
    verdicts = judge(results)
    text = "\n".join((_conditions(plan, load), target_table(verdicts), *tables))
    return text, sum(verdict.met is False for verdict in verdicts)


def _plan(options: argparse.Namespace) -> Plan:
    workspace = options.workspace.resolve()
    programs = workspace / "programs"
    programs.mkdir(parents=True, exist_ok=True)
    # Copied: a path of the checkout in the arguments could make one contestant read the checkout's configuration.
    shutil.copy(Path(__file__).with_name("parse_floor.py"), programs)
    _tell("preparing the environments")
    return Plan(
        tools=prepare_tools(workspace, options.python, options.prodlint),
        workspace=workspace,
        caches=clear_caches(workspace),
        rounds=options.rounds,
        slow_rounds=min(2, options.rounds),
        limit=options.limit,
        left_out=tuple(options.without),
    )


def _conditions(plan: Plan, load: float) -> str:
    processors = os.cpu_count() or 1
    if load > _BUSY * processors:
        _tell(f"the machine is busy (load {load:.1f} on {processors} processors): expect noise")
    machine = f"{platform.system()} {platform.machine()}, {processors} processors, load {load:.1f} at the start"
    peers = ", ".join((*PEERS, *FLAKE8_PLUGINS[1:])).replace("==", " ")
    rounds = f"{plan.rounds} rounds (flake8 and bandit {plan.slow_rounds}, Fixit 1)"
    return f"{describe_python(plan.tools)}; {machine}; {peers}; {rounds}.\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="prodlint and its peers, side by side")
    parser.add_argument("--rounds", type=_positive, default=5, help="measured runs of each contestant (default 5)")
    parser.add_argument(
        "--only", nargs="+", choices=SCENE_NAMES, metavar="NAME", help=f"scenes: {', '.join(SCENE_NAMES)}"
    )
    parser.add_argument("--without", nargs="+", default=[], metavar="TOOL", help="contestants left out, by first words")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables between the page's markers")
    parser.add_argument("--python", default=sys.executable, metavar="EXE", help="the interpreter of all environments")
    parser.add_argument("--prodlint", metavar="COMMAND", help="measure this instead of a wheel of the checkout")
    parser.add_argument("--workspace", type=Path, default=Path(tempfile.gettempdir()) / "prodlint-benchmarks")
    parser.add_argument(
        "--limit", type=float, default=300.0, metavar="SECONDS", help="stop a single run after this long"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a target is missed")
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return int(text)


def _tell(message: str) -> None:
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    raise SystemExit(main())
