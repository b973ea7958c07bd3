"""All fixes of all rules on many real files, in memory: what holds for each file, and which findings get a fix.

    python tests/benchmarks/fix_everything.py DIRECTORY... [--stages safe unsafe manual] [--config JSON] [--show RULE]
        [--most N] [--part I/N] [--seconds CPU]

Each file is judged as production code. It is fixed safely, then unsafely, then with all skeletons of docstrings; after
each of these stages, without the engine's own proof, it must compile, have its comments, and stay as it is when it is
fixed again. What fails is listed, and the exit code is 1. Nothing is written. The manual stage takes as long as all the
rest, because most files have something to document: `--config '{"ignore": ["documentation"]}'` leaves it out.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
import time
import tokenize
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from prodlint.config import Overrides, load
from prodlint.fix.rounds import SAFE, UNSAFE, fix_text
from prodlint.model import Safety
from prodlint.registry import built_in
from prodlint.run import Checker
from prodlint.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.model import Violation

STAGES = {"safe": SAFE, "unsafe": UNSAFE, "manual": frozenset({Safety.MANUAL})}
LARGEST = 1_000_000


class Tally:
    """What is counted over all files."""

    def __init__(self) -> None:
        self.files = self.changed = 0
        self.findings: Counter[tuple[str, str]] = Counter()
        self.without: dict[str, Counter[str]] = {}
        self.withdrawn: Counter[str] = Counter()
        self.fixed: Counter[tuple[str, str]] = Counter()
        self.faults: list[str] = []


def main() -> int:
    """Fix everything below the directories and print what came of it."""
    options = _options()
    part, parts = map(int, options.part.split("/"))
    registry = built_in()
    configuration = load(Overrides(), cwd="/project", registry=registry, table=json.loads(options.config))
    checker = Checker(configuration, registry, time.strftime("%Y-%m-%d"))
    tally = Tally()
    for number, path in enumerate(_paths(options.directories)[part - 1 :: parts][: options.most]):
        if options.seconds and time.process_time() > options.seconds:
            break
        _fix(path, f"/project/package/module_{number}.py", checker, tally, options)
    _tell(tally)
    return bool(tally.faults)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", metavar="DIRECTORY")
    parser.add_argument("--most", type=int, default=None, help="so many files at most")
    parser.add_argument("--seconds", type=int, default=0, help="begin no file after so many seconds of processor time")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--part", default="1/1", help="every N-th file, beginning with the I-th")
    parser.add_argument("--config", default="{}", help="the keys of [tool.prodlint] as JSON")
    parser.add_argument("--show", default="", help="list the findings of this rule that have no fix")
    return parser.parse_args()


def _paths(directories: list[str]) -> list[str]:
    found = []
    for top in directories:
        for directory, below, names in os.walk(top):
            below.sort()
            found += [os.path.join(directory, name) for name in sorted(names) if name.endswith(".py")]
    return [path for path in found if os.path.isfile(path) and os.path.getsize(path) <= LARGEST]


def _fix(path: str, absolute: str, checker: Checker, tally: Tally, options: argparse.Namespace) -> None:
    with open(path, "rb") as handle:
        source = Source(path, handle.read())
    before = _comments(source.data)
    if before is None:
        return
    tally.files += 1
    fixable = _count(checker, source, absolute, tally, options.show)
    for stage in options.stages:
        safeties = STAGES[stage]
        if fixable.isdisjoint(safeties):
            continue
        result = fix_text(source, safeties, lambda text, fixes: checker.inspect(text, absolute, fixes))
        tally.fixed.update((violation.rule, stage) for violation in result.fixed)
        tally.faults += [f"{path}:{problem.line}: {stage}: {problem.message}" for problem in result.problems]
        if not result.fixed:
            continue
        tally.changed += 1
        tally.faults += [f"{path}: {stage}: {fault}" for fault in _faults(before, result.data)]
        source = Source(path, result.data)
        again = fix_text(source, safeties, lambda text, fixes: checker.inspect(text, absolute, fixes))
        if again.data != result.data or again.fixed:
            tally.faults.append(f"{path}: {stage}: a second run changes something")


def _count(checker: Checker, source: Source, absolute: str, tally: Tally, shown: str) -> set[Safety]:
    """Count how far each finding can be fixed, and those that are called fixable until their fix is made.

    The safeties of the fixes that are promised.
    """
    told = checker.inspect(source, absolute)
    fixable = {violation.fixable for violation in told.violations if violation.fixable is not None}
    made = checker.inspect(source, absolute, frozenset(Safety)) if fixable else told
    tally.faults += [f"{source.path}:{problem.line}: {problem.message}" for problem in made.problems]
    for first, violation in zip(told.violations, made.violations, strict=True):
        if violation.suppressed is not None:
            continue
        safety = violation.fix.safety.value if violation.fix is not None else "none"
        tally.findings[violation.rule, safety] += 1
        tally.withdrawn[violation.rule] += first.fixable is not None and violation.fix is None
        if violation.fix is None:
            tally.without.setdefault(violation.rule, Counter())[_kind(violation)] += 1
            if violation.rule == shown and violation.span is not None:
                withdrawn = " (called fixable)" if first.fixable is not None else ""
                sys.stdout.write(f"{source.path}:{violation.span.line}: {violation.excerpt.strip()}{withdrawn}\n")
    return fixable


def _kind(violation: Violation) -> str:
    """The message without what differs from place to place."""
    return re.sub(r"`[^`]*`|\d+", "…", violation.message)


def _comments(data: bytes) -> Counter[str] | None:
    """The comments of a file; None of one that is none of Python."""
    try:
        text = Source("", data).text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<file>", "exec", dont_inherit=True)
        lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
        tokens = tokenize.generate_tokens(lines.readline)
        return Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)
    except (Unreadable, SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError):
        return None


def _faults(before: Counter[str], data: bytes) -> Iterator[str]:
    now = _comments(data)
    if now is None:
        yield "it does not compile any more"
        return
    # A suppression that hides nothing is what is removed, or shortened.
    lost = [text for text in before - now if not re.match(r"#+\s*(?:noqa|prodlint)", text, re.IGNORECASE)]
    if lost:
        yield f"the comment {lost[0]!r} is lost"


def _tell(tally: Tally) -> None:
    write = sys.stdout.write
    write(f"{tally.files} files, of which fixes changed {tally.changed} (a file counts once a stage)\n\n")
    write(
        "| rule | findings | safe | unsafe | manual | none | called fixable in vain |\n|---|---|---|---|---|---|---|\n"
    )
    for rule in sorted({rule for rule, _ in tally.findings}):
        total = sum(count for (name, _), count in tally.findings.items() if name == rule)
        cells = [f"{tally.findings[rule, kind] / total:.1%}" for kind in ("safe", "unsafe", "manual", "none")]
        write(f"| {rule} | {total} | {' | '.join(cells)} | {tally.withdrawn[rule]} |\n")
    write("\nfixed: " + ", ".join(f"{rule} {stage} {n}" for (rule, stage), n in sorted(tally.fixed.items())) + "\n")
    for rule, kinds in sorted(tally.without.items()):
        for kind, number in kinds.most_common(6):
            write(f"none: {rule} {number} × {kind}\n")
    write(f"\n{len(tally.faults)} faults\n")
    write("".join(f"{fault}\n" for fault in tally.faults))


if __name__ == "__main__":
    sys.exit(main())
