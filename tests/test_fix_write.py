"""Writing: a file holds its old content or its new one, whole, and is in all else what it was."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import prodlint_rules
import pytest

import prodlint
from prodlint.fix import write
from prodlint.fix.write import Changed, replace

PACKAGES = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (prodlint, prodlint_rules))
OLD, NEW = b"old\n" * 10, b"new\n" * 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the old content."""
    path = tmp_path / "module.py"
    path.write_bytes(OLD)
    return path


def others(file: Path) -> list[str]:
    """What lies beside the file."""
    return sorted(path.name for path in file.parent.iterdir() if path.name != file.name)


def test_the_new_content_takes_the_old_ones_place(file: Path) -> None:
    """And nothing is left beside it."""
    assert replace(str(file), OLD, NEW) == ""
    assert file.read_bytes() == NEW
    assert not others(file)


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o4755])
def test_the_mode_stays(file: Path, mode: int) -> None:
    """Whatever the umask is: a script must stay executable, a private file private."""
    file.chmod(mode)
    umask = os.umask(0o077)
    try:
        replace(str(file), OLD, NEW)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(file: Path) -> None:
    """Root that fixes a user's file must not take it over."""
    os.chown(file, 1234, 2345)
    file.chmod(0o2755)
    replace(str(file), OLD, NEW)
    state = file.stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (1234, 2345, 0o2755)


def test_extended_attributes_stay(file: Path) -> None:
    """Access lists and labels are such."""
    try:
        os.setxattr(file, "user.note", b"\x00kept")
    except OSError as error:
        pytest.skip(f"no extended attributes here: {error}")
    replace(str(file), OLD, NEW)
    assert os.getxattr(file, "user.note") == b"\x00kept"


def test_without_extended_attributes_it_works(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every file system has them."""

    def refuse(_path: object) -> list[str]:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(os, "listxattr", refuse, raising=False)
    assert replace(str(file), OLD, NEW) == ""


@pytest.mark.parametrize("is_relative", [True, False])
def test_a_symbolic_link_stays_one(file: Path, is_relative: bool) -> None:
    """The file behind it is written, where it is."""
    folder = file.parent / "links"
    folder.mkdir()
    link, second = folder / "link.py", folder / "second.py"
    link.symlink_to("../module.py" if is_relative else file)
    second.symlink_to(link)
    replace(str(second), OLD, NEW)
    assert second.is_symlink()
    assert link.is_symlink()
    assert file.read_bytes() == NEW
    assert sorted(path.name for path in folder.iterdir()) == ["link.py", "second.py"]


def test_a_hard_link_is_told(file: Path) -> None:
    """A new file cannot be at two places at once: the other name keeps the old content."""
    other = file.parent / "other.py"
    os.link(file, other)
    assert "2 names" in replace(str(file), OLD, NEW)
    assert (file.read_bytes(), other.read_bytes()) == (NEW, OLD)


@pytest.mark.parametrize("name", ["ä" * 126 + ".py", "a" * 252 + ".py", " .py", "-x.py", "a\nb.py", "\udcff.py"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    """Also the longest that there can be: that of the temporary file is not made of it."""
    path = tmp_path / name
    try:
        path.write_bytes(OLD)
    except OSError as error:
        pytest.skip(f"no such name here: {error}")
    replace(str(path), OLD, NEW)
    assert path.read_bytes() == NEW


def test_a_file_that_changed_is_left_alone(file: Path) -> None:
    """Somebody saved it while its fixes were made."""
    file.write_bytes(b"theirs")
    with pytest.raises(Changed):
        replace(str(file), OLD, NEW)
    assert file.read_bytes() == b"theirs"
    assert not others(file)


def test_a_file_that_is_gone_stays_gone(file: Path) -> None:
    """Nothing is made in its place."""
    file.unlink()
    with pytest.raises(FileNotFoundError):
        replace(str(file), OLD, NEW)
    assert not file.exists()
    assert not others(file)


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod", "fchown", "listxattr", "write"])
@pytest.mark.parametrize("fault", [OSError(errno.EIO, "a fault"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_a_failure_at_any_step_leaves_the_old_content(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException
) -> None:
    """And no temporary file, whatever it was that failed."""

    def fail(*_: object) -> None:
        raise fault

    if step == "fchown":
        monkeypatch.setattr(write, "_owner", lambda _: (1, 1))
    if step == "write":
        monkeypatch.setattr(write, "_write", fail)
    else:
        monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(fault)):
        replace(str(file), OLD, NEW)
    monkeypatch.undo()
    assert file.read_bytes() == OLD
    assert not others(file)


def test_a_folder_that_cannot_be_synchronised_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new content is in its place: saying that it is not would be wrong."""
    done: list[int] = []

    def second(_descriptor: int) -> None:
        done.append(1)
        if len(done) == 2:
            raise OSError(errno.EIO, "a fault")

    monkeypatch.setattr(os, "fsync", second)
    assert replace(str(file), OLD, NEW) == "the folder cannot be synchronised: a fault"
    assert file.read_bytes() == NEW


def test_a_full_disk_leaves_the_old_content(file: Path) -> None:
    """The limit on a file's size fails in the same way, in the middle of writing."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            replace(str(file), OLD, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert file.read_bytes() == OLD
    assert not others(file)


UNPRIVILEGED = """
import os, sys
sys.path[:0] = {paths!r}
from prodlint.fix.write import replace
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    replace({path!r}, {old!r}, {new!r})
except OSError as error:
    sys.stdout.write(error.strerror or str(error))
"""


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "why"),
    [(0o444, 0o777, "it is read-only"), (0o666, 0o555, "Permission denied")],
    ids=["read-only file", "read-only folder"],
)
def test_what_is_read_only_is_not_written(tmp_path: Path, file_mode: int, folder_mode: int, why: str) -> None:
    """A rename asks for the right to change the folder only; who made the file read-only meant its content."""
    folder = tmp_path / "folder"
    folder.mkdir()
    file = folder / "module.py"
    file.write_bytes(OLD)
    file.chmod(file_mode)
    folder.chmod(folder_mode)
    above = [parent for parent in tmp_path.parents if str(parent).startswith("/tmp/")]
    modes = [(path, path.stat().st_mode) for path in (tmp_path, *above) if path.owner() == file.owner()]
    try:
        for path, mode in modes:
            path.chmod(mode | 0o011)
        script = UNPRIVILEGED.format(paths=PACKAGES.split(os.pathsep), path=str(file), old=OLD, new=NEW)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    finally:
        folder.chmod(0o755)
        for path, mode in modes:
            path.chmod(stat.S_IMODE(mode))
    assert done.stdout == why
    assert file.read_bytes() == OLD
    assert not others(file)


TURNING = """
import sys
sys.path[:0] = {paths!r}
from prodlint.fix.write import replace
texts = [b"old" * 30_000, b"new" * 40_000]
sys.stdout.write("x"); sys.stdout.flush()
for turn in range(100_000):
    replace({path!r}, texts[turn % 2], texts[1 - turn % 2])
"""


def test_a_kill_leaves_the_old_content_or_the_new(tmp_path: Path) -> None:
    """At whatever moment it comes: a process that does nothing but write is killed again and again."""
    file = tmp_path / "module.py"
    texts = (b"old" * 30_000, b"new" * 40_000)
    script = TURNING.format(paths=PACKAGES.split(os.pathsep), path=str(file))
    chance = random.Random(0)
    started, kills, seen = time.monotonic(), 0, set()
    while kills < 200 and time.monotonic() - started < 20:
        file.write_bytes(texts[0])
        with subprocess.Popen([sys.executable, "-S", "-c", script], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.read(1)
            time.sleep(chance.random() * 0.02)
            process.kill()
        kills += 1
        seen.add(texts.index(file.read_bytes()))
    assert kills >= 30
    assert seen == {0, 1}
    assert all(name.startswith(".prodlint-") and name.endswith(".tmp") for name in others(file))


ONE_FILE = '"""A module."""\n' + "try:\n    x = 1\nexcept:\n    raise\n" * 50


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"])
def test_an_interrupted_run_leaves_whole_files(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Each file is old or new, no temporary file is left, and the exit code says what happened."""
    for name in range(60):
        (tmp_path / f"m{name}.py").write_text(ONE_FILE)
    environment = {**os.environ, "PYTHONPATH": PACKAGES}
    command = [sys.executable, "-m", "prodlint", "--isolated", "--no-cache", "--fix", "--select", "bare-except", "."]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    new = ONE_FILE.replace("except:", "except BaseException:")
    deadline = time.monotonic() + 30
    while (tmp_path / "m0.py").read_text() != new and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(number)
    assert process.wait(30) == code
    process.communicate()
    found = [(tmp_path / f"m{name}.py").read_text() for name in range(60)]
    assert set(found) == {ONE_FILE, new}
    assert len(list(tmp_path.iterdir())) == 60
