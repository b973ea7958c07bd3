"""A file's new content in its place, whole or not at all, and only over the content that it was made from."""

from __future__ import annotations

import errno
import os

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import stat_result


class Changed(OSError):
    """The file's content is not what the new one was made from."""


def replace(path: str, old: bytes, new: bytes) -> str:
    """Write ``new`` in place of ``old``; what whoever uses the file should know about that, or empty.

    The file keeps its mode, owner and extended attributes; through a symbolic link the file behind it is written. Who
    reads it meanwhile, and a crash at any moment, sees the old content or the new. Raises `Changed` when something else
    is in the file by now, and OSError when the file, its folder or the disk do not allow it: it is then as it was.
    """
    real = os.path.realpath(path)
    state = os.stat(real)
    if not os.access(real, os.W_OK):
        # The folder would allow it, but who made the file read-only did not mean it to change.
        raise PermissionError("it is read-only")
    folder = os.path.dirname(real)
    # In the same folder, so that the last step is a rename within one file system.
    temporary = os.path.join(folder, f".prodlint-{os.urandom(8).hex()}.tmp")
    try:
        _write(temporary, new, state, real)
        if _content(real) != old:
            raise Changed("it changed while it was being fixed")
        os.replace(temporary, real)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
    if state.st_nlink > 1:
        return f"the file has {state.st_nlink} names (hard links): the others keep the old content"
    return _unsynced(folder)


def _write(temporary: str, data: bytes, state: stat_result, real: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(temporary, flags, 0o600), "wb") as handle:
        descriptor = handle.fileno()
        handle.write(data)
        if hasattr(os, "fchown") and (state.st_uid, state.st_gid) != _owner(descriptor):
            os.fchown(descriptor, state.st_uid, state.st_gid)
        _copy_attributes(real, temporary)
        os.chmod(temporary, state.st_mode & 0o7777)  # after the owner: changing that clears bits of the mode
        handle.flush()
        os.fsync(descriptor)


def _owner(descriptor: int) -> tuple[int, int]:
    state = os.fstat(descriptor)
    return state.st_uid, state.st_gid


def _copy_attributes(source: str, target: str) -> None:
    """Give the target the attributes that it has not got by being made where it is, such as a security label."""
    if not hasattr(os, "listxattr"):
        return
    present = _attributes(target)
    for name, value in _attributes(source).items():
        if present.get(name) != value:
            os.setxattr(target, name, value)


def _attributes(path: str) -> dict[str, bytes]:
    try:
        names = os.listxattr(path)
    except OSError as error:
        if error.errno in _WITHOUT_ATTRIBUTES:
            return {}
        raise
    return {name: os.getxattr(path, name) for name in names}


# What a file system without extended attributes says.
_WITHOUT_ATTRIBUTES = (errno.ENOTSUP, errno.ENOSYS)


def _content(path: str) -> bytes:
    with open(path, "rb") as handle:
        return handle.read()


def _unsynced(folder: str) -> str:
    """Make the rename survive a power cut, where a folder can be opened for that; why it may not, or empty."""
    if not (hasattr(os, "O_DIRECTORY") and os.access(folder, os.R_OK)):
        return ""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        # Some network file systems say EINVAL of folders. The file is in its place in any case.
        return "" if error.errno == errno.EINVAL else f"the folder cannot be synchronised: {error.strerror}"
    return ""
