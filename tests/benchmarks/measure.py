"""Commands in, wall time, CPU and memory out; contestants take turns, so that a slow minute hits all of them.

POSIX only: the CPU and memory of a whole process tree come from `os.wait4`. A contestant that fails or is stopped at
the time limit is reported as such and never counted as a fast run.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# ru_maxrss counts kilobytes on Linux and the BSDs, bytes on macOS.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


class Contestant(NamedTuple):
    """One command line to be measured; `finding` is a pattern that occurs once per finding in its output."""

    name: str
    command: tuple[str, ...]
    rounds: int
    finding: str = ""
    primed: bool = True
    accepted: tuple[int, ...] = (0,)
    reports_loop: bool = False
    environment: tuple[tuple[str, str], ...] = ()


class Scene(NamedTuple):
    """What is run side by side in `folder`, the working directory of all of them."""

    name: str
    title: str
    folder: Path
    contestants: tuple[Contestant, ...]


class Sample(NamedTuple):
    """One run: seconds of wall time, seconds of CPU of the whole process tree, bytes of its largest process."""

    wall: float
    cpu: float
    peak: int
    loop: float | None = None


class Outcome(NamedTuple):
    """All runs of one contestant; `capped` says that its times are lower bounds, `problem` why there are none."""

    name: str
    samples: tuple[Sample, ...]
    findings: int | None = None
    capped: bool = False
    problem: str | None = None

    def median(self, quantity: str) -> float | None:
        """Return the median of `wall`, `cpu`, `peak` or `loop`, or None where it was not measured."""
        values = [getattr(sample, quantity) for sample in self.samples]
        known = [value for value in values if value is not None]
        return statistics.median(known) if known else None


class RunError(Exception):
    """A contestant ended with an exit code that does not mean success; the message holds its last words."""


class LimitError(Exception):
    """A contestant was stopped at the time limit."""


def compare(scene: Scene, limit: float, tell: Callable[[str], None]) -> dict[str, Outcome]:
    """Run a scene's contestants in turns (A B C A B C …) and return their outcomes by name, in the scene's order."""
    outcomes = {contestant.name: Outcome(contestant.name, ()) for contestant in scene.contestants}
    for contestant in scene.contestants:
        if contestant.primed:
            tell(f"{scene.name}: {contestant.name}, unmeasured")
            primed = _after_run(outcomes[contestant.name], contestant, scene.folder, limit)
            outcomes[contestant.name] = primed._replace(samples=())
    for turn in range(max(contestant.rounds for contestant in scene.contestants)):
        for contestant in scene.contestants:
            outcome = outcomes[contestant.name]
            if turn < contestant.rounds and not outcome.problem and not outcome.capped:
                tell(f"{scene.name}: {contestant.name}, {turn + 1} of {contestant.rounds}")
                outcomes[contestant.name] = _after_run(outcome, contestant, scene.folder, limit)
    return outcomes


def own_peak() -> int:
    """Return this process's peak memory in bytes: a child's peak below it cannot be told, for it inherits the mark."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def output_of(contestant: Contestant, folder: Path, limit: float) -> str:
    """Run a contestant once, unmeasured, and return its standard output; RunError and LimitError as they happen."""
    with tempfile.TemporaryFile() as output:
        _run(contestant, folder, limit, output)
        return _text(output)


def _after_run(outcome: Outcome, contestant: Contestant, folder: Path, limit: float) -> Outcome:
    counts = bool(contestant.finding) and outcome.findings is None
    with tempfile.TemporaryFile() as output:
        try:
            sample = _run(contestant, folder, limit, output if counts or contestant.reports_loop else None)
        except RunError as failure:
            return outcome._replace(samples=(), problem=str(failure))
        except LimitError:
            return outcome._replace(samples=(Sample(limit, limit, 0),), capped=True)
        text = _text(output)
    if contestant.reports_loop:
        sample = sample._replace(loop=float(text.split()[-1]))
    found = len(re.findall(contestant.finding, text, re.MULTILINE)) if counts else outcome.findings
    return outcome._replace(samples=(*outcome.samples, sample), findings=found)


def _run(contestant: Contestant, folder: Path, limit: float, output: IO[bytes] | None) -> Sample:
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            contestant.command,
            cwd=folder,
            env=_environment(contestant.environment),
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        status, usage = _wait(process, limit)
        wall = time.perf_counter() - started
        if status not in contestant.accepted:
            words = _text(errors).strip().splitlines() or ["no message"]
            raise RunError(f"exit code {status}: {words[-1]}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _PEAK_UNIT)


def _wait(process: subprocess.Popen[bytes], limit: float) -> tuple[int, resource.struct_rusage]:
    previous = signal.signal(signal.SIGALRM, _stop_waiting)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        # The time limit or Ctrl-C: neither may leave the group's workers behind.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def _stop_waiting(*_: object) -> None:
    raise LimitError


def _environment(additions: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return this process's environment without what would steer an interpreter or a peer."""
    foreign = ("PYTHON", "RUFF_", "PRODLINT_", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, **dict(additions)}


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
