"""How each tool is called: the same files, no configuration, a report of every finding to nobody.

Whatever a contestant is given that another is not (a cache, a narrower selection) is said by its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure import Contestant, LimitError, RunError, output_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from workspace import Tools

# What prodlint's rules ask, as near as ruff's get: the same families, not the same verdicts.
RUFF_RULES = "E722,BLE001,S110,S112,T20,D1,TD,FIX"
_RUFF_CODES = (
    *("E722", "BLE001", "S110", "S112", "T201", "T203"),
    *(f"D10{digit}" for digit in range(8)),
    *(f"TD00{digit}" for digit in range(1, 8)),
    *(f"FIX00{digit}" for digit in range(1, 5)),
)
_PRODLINT_CODES = ("PRD101", "PRD102", "PRD201", "PRD401", "PRD402", "PRD701")
_LINE = r"^.+?:\d+:\d+: ([A-Z]+\d+)"
_CODE = re.compile(_LINE, re.MULTILINE)
_FIXIT_LINE = r"@\d+:\d+ "
_BANDIT_LINE = r"^>> Issue:"


class Calls:
    """Builds contestants for one target: a path, given as seen from the scene's folder."""

    def __init__(self, tools: Tools, caches: Path, target: str, rounds: int) -> None:
        """Remember what all contestants of a scene share; `caches` is a folder of the scene's own."""
        self._tools = tools
        self._caches = caches
        self._target = target
        self._rounds = rounds

    def ruff(self, name: str, *, cache: bool, select: str = RUFF_RULES) -> Contestant:
        """Return a ruff run with the rules that are prodlint's equivalents, or with those of `select`."""
        caching = ("--cache-dir", self._cache(name)) if cache else ("--no-cache",)
        options = ("--isolated", "--select", select, "--exit-zero", "--quiet", "--output-format", "concise")
        command = (self._tools.ruff, "check", *caching, *options, self._target)
        return Contestant(name, command, self._rounds, _LINE)

    def prodlint(self, name: str, *, cache: bool, select: str | None = None, target: str | None = None) -> Contestant:
        """Return a prodlint run with all rules, or with those of `select`."""
        caching = ("--cache-dir", self._cache(name)) if cache else ("--no-cache",)
        selection = () if select is None else ("--select", select)
        options = ("--isolated", *caching, "--format", "text", "--exit-zero", *selection)
        command = (*self._tools.prodlint, *options, target or self._target)
        return Contestant(name, command, self._rounds, _LINE, environment=self._tools.variables)

    def prodlint_version(self) -> Contestant:
        """Return `prodlint --version`, which lints nothing."""
        command = (*self._tools.prodlint, "--version")
        return Contestant("prodlint --version", command, self._rounds, environment=self._tools.variables)

    def slow(self, rounds: int) -> tuple[Contestant, ...]:
        """Return flake8, with and without plugins, and bandit with their defaults, and Fixit, which gets one round."""
        tools, target = self._tools, self._target
        flake8 = ("--isolated", "--exit-zero", target)
        return (
            Contestant("flake8", (tools.flake8, *flake8), rounds, _LINE, primed=False),
            Contestant("flake8 + plugins", (tools.flake8_plugins, *flake8), rounds, _LINE, primed=False),
            Contestant("bandit", (tools.bandit, "-r", "-q", "--exit-zero", target), rounds, _BANDIT_LINE, primed=False),
            Contestant("Fixit", (tools.fixit, "lint", target), 1, _FIXIT_LINE, primed=False, accepted=(0, 1)),
        )

    def python(self, name: str, *arguments: str, reports_loop: bool = False) -> Contestant:
        """Return a run of the interpreter that prodlint runs on."""
        return Contestant(name, (self._tools.python, *arguments), self._rounds, reports_loop=reports_loop)

    def quiet_selections(self, folder: Path, limit: float) -> tuple[Contestant, ...]:
        """Return warm runs of ruff and prodlint with those of their rules that find nothing in this target."""
        ruff = _codes_without_findings(self.ruff("ruff probe", cache=False), _RUFF_CODES, folder, limit)
        prodlint = _codes_without_findings(self.prodlint("prodlint probe", cache=False), _PRODLINT_CODES, folder, limit)
        runs = []
        if ruff:
            runs.append(self.ruff("ruff warm, nothing found", cache=True, select=",".join(ruff)))
        if prodlint:
            runs.append(self.prodlint("prodlint warm, nothing found", cache=True, select=",".join(prodlint)))
        return tuple(runs)

    def _cache(self, name: str) -> str:
        return str(self._caches / name.replace(" ", "-").replace(",", ""))


def without(names: Iterable[str], contestants: Iterable[Contestant]) -> tuple[Contestant, ...]:
    """Return the contestants whose name begins with none of `names`, whatever the case."""
    left_out = tuple(name.lower() for name in names)
    return tuple(contestant for contestant in contestants if not contestant.name.lower().startswith(left_out))


def _codes_without_findings(probe: Contestant, codes: Sequence[str], folder: Path, limit: float) -> list[str]:
    try:
        found = set(_CODE.findall(output_of(probe, folder, limit)))
    except (RunError, LimitError):
        # The measured runs of the same command will fail alike, and say why in the table.
        return []
    return [code for code in codes if code not in found]
