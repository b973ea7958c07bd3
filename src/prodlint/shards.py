"""The files of a run in, one machine's share of them out: ``--shard 2/8``.

Every machine that sees the same files divides them in the same way, so that the shares together are the whole.
"""

from __future__ import annotations

from heapq import heapify, heapreplace

from prodlint.light_typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prodlint.discover import Discovery

# What a file costs whatever is in it, in bytes of source that cost the same: an empty one is not free.
_BYTES_A_FILE = 2_000


class Shard(NamedTuple):
    """One of ``of`` shares, the first being number 1."""

    number: int
    of: int


def parsed(text: str) -> Shard:
    """What ``I/N`` asks for; raises ValueError, with a sentence, for what is not such."""
    number, sign, of = text.partition("/")
    if not (sign and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= _MOST):
        raise ValueError(f"`{text}` is not I/N, the share I of N from 1/N to N/N")
    return Shard(int(number), int(of))


_MOST = 1_000


def share(discovery: Discovery, shard: Shard) -> Discovery:
    """What was found with the files of one shard only, in their order, about as many bytes in each.

    The largest file goes first to the shard that has least: the longest-processing-time rule, which is never worse than
    a third above the best division (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", 1969). What was skipped
    is told by the first shard, and problems by all.
    """
    loads = [(0, number) for number in range(1, shard.of + 1)]
    heapify(loads)
    mine = set()
    for file in sorted(discovery.files, key=lambda file: (-file.size, file.path)):
        load, number = loads[0]
        heapreplace(loads, (load + file.size + _BYTES_A_FILE, number))
        if number == shard.number:
            mine.add(file.path)
    files = tuple(file for file in discovery.files if file.path in mine)
    return discovery._replace(files=files, skipped=discovery.skipped if shard.number == 1 else ())
