"""Files to outcomes in forked processes, which share what the parent has loaded; the parent only collects.

A worker that dies (a parser crash kills the process) costs the one file it was at: that is a violation, and what else
it had in hand is given to the others. `os.fork` and pipes instead of ``multiprocessing``, whose import alone takes
longer than this takes to start.
"""

from __future__ import annotations

import gc
import mmap
import os
import select
import signal
import struct

from prodlint.light_typing import TYPE_CHECKING, NamedTuple
from prodlint.run import Outcome

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from typing import NoReturn

    from prodlint.run import Checker, Task

# Large enough that handing out costs nothing, small enough that the last ones end together.
_JOB_BYTES = 60_000
_MOST_JOBS = 8_000  # their numbers must fit into a pipe's buffer of 64 KB
_LENGTH = struct.Struct("<I")
_IDLE = 0xFFFFFFFF


class _Worker(NamedTuple):
    pid: int
    results: int


def check_in_workers(
    checker: Checker, tasks: Sequence[Task], pending: Sequence[int], jobs: int
) -> Generator[tuple[int, Outcome], None, None]:
    """Check the pending tasks, by number, in up to ``jobs`` processes; outcomes come in any order.

    Closing it ends the processes.
    """
    left = sorted(pending, key=lambda number: (-tasks[number].file.size, number))
    while left:
        missing = set(left)
        for number, outcome in _round(checker, tasks, left, jobs):
            missing.discard(number)
            yield number, outcome
        if len(missing) == len(left):
            # No process could be started, or none lives long enough to take up a file.
            yield from ((number, checker.check(tasks[number])) for number in left)
            return
        left = [number for number in left if number in missing]


def _round(checker: Checker, tasks: Sequence[Task], left: list[int], jobs: int) -> Iterator[tuple[int, Outcome]]:
    """Check as much as the workers live to check; for each that dies, at least the file it died of has an outcome."""
    parts = _parts(tasks, left)
    queue, feed = os.pipe()
    os.write(feed, b"".join(_LENGTH.pack(number) for number in range(len(parts))))
    os.close(feed)
    places = mmap.mmap(-1, _LENGTH.size * jobs)
    workers: dict[int, tuple[int, _Worker]] = {}
    try:
        for slot in range(min(jobs, len(parts))):
            _LENGTH.pack_into(places, slot * _LENGTH.size, _IDLE)
            try:
                worker = _start(checker, tasks, parts, queue, places, slot)
            except OSError:  # no more processes or descriptors are allowed: those there are do the work
                break
            workers[worker.results] = (slot, worker)
        yield from _collect(checker, tasks, workers, places)
    finally:
        for _, worker in workers.values():
            os.kill(worker.pid, signal.SIGKILL)
            os.waitpid(worker.pid, 0)
            os.close(worker.results)
        os.close(queue)
        places.close()


def _parts(tasks: Sequence[Task], left: list[int]) -> list[list[int]]:
    total = sum(tasks[number].file.size for number in left)
    target = max(_JOB_BYTES, total // _MOST_JOBS)
    parts: list[list[int]] = []
    size = target
    for number in left:
        if size >= target or len(parts[-1]) >= max(64, len(left) // _MOST_JOBS + 1):
            parts.append([])
            size = 0
        parts[-1].append(number)
        size += tasks[number].file.size
    return parts


def _start(
    checker: Checker, tasks: Sequence[Task], parts: list[list[int]], queue: int, places: mmap.mmap, slot: int
) -> _Worker:
    results, out = os.pipe()
    # A signal between the fork and the `try` would run the parent's handlers, and then its code, in the child too.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        pid = os.fork()
        if not pid:
            _be_worker(checker, tasks, parts, queue, (results, out), places, slot)
    except OSError:
        os.close(results)
        raise
    finally:
        os.close(out)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return _Worker(pid, results)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _be_worker(
    checker: Checker,
    tasks: Sequence[Task],
    parts: list[list[int]],
    queue: int,
    pipe: tuple[int, int],
    places: mmap.mmap,
    slot: int,
) -> NoReturn:
    """Live as a worker and die: nothing may return from here or flush inherited buffers."""
    try:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(pipe[0])
        gc.set_threshold(200_000, 50, 50)
        with checker.limit:  # a timer stays behind at a fork
            _work(checker, tasks, parts, queue, pipe[1], places, slot)
        os._exit(0)
    finally:
        os._exit(1)


def _work(
    checker: Checker,
    tasks: Sequence[Task],
    parts: list[list[int]],
    queue: int,
    out: int,
    places: mmap.mmap,
    slot: int,
) -> None:
    while ticket := os.read(queue, _LENGTH.size):
        lines = []
        for number in parts[_LENGTH.unpack(ticket)[0]]:
            _LENGTH.pack_into(places, slot * _LENGTH.size, number)
            outcome = checker.check(tasks[number])
            lines.append(f"{number} {len(outcome.lines)} {outcome.digest} {'1' if outcome.has_shebang else ''}")
            lines += outcome.lines
        message = "\n".join(lines).encode("utf-8", "surrogatepass")
        _write_all(out, _LENGTH.pack(len(message)) + message)
        _LENGTH.pack_into(places, slot * _LENGTH.size, _IDLE)


def _write_all(out: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]


def _collect(
    checker: Checker, tasks: Sequence[Task], workers: dict[int, tuple[int, _Worker]], places: mmap.mmap
) -> Iterator[tuple[int, Outcome]]:
    buffers = {results: bytearray() for results in workers}
    poll = select.poll()
    for results in workers:
        poll.register(results, select.POLLIN | select.POLLHUP)
    while workers:
        for results, _ in poll.poll():
            data = os.read(results, 1 << 20)
            if data:
                buffers[results] += data
                yield from _messages(buffers[results])
                continue
            poll.unregister(results)
            slot, worker = workers.pop(results)
            os.close(results)
            _, status = os.waitpid(worker.pid, 0)
            at = _LENGTH.unpack_from(places, slot * _LENGTH.size)[0]
            if status and at != _IDLE:
                yield at, checker.failed(tasks[at], f"the process that checked it died ({_cause(status)})")


def _messages(buffer: bytearray) -> Iterator[tuple[int, Outcome]]:
    """Take the complete messages from a worker's bytes."""
    while len(buffer) >= _LENGTH.size:
        (length,) = _LENGTH.unpack_from(buffer)
        end = _LENGTH.size + length
        if len(buffer) < end:
            return
        lines = buffer[_LENGTH.size : end].decode("utf-8", "surrogatepass").split("\n")
        del buffer[:end]
        at = 0
        while at < len(lines):
            number, count, content, shebang = lines[at].split(" ")
            first = at + 1
            at = first + int(count)
            yield int(number), Outcome(content, bool(shebang), tuple(lines[first:at]))


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit status {os.waitstatus_to_exitcode(status)}"
