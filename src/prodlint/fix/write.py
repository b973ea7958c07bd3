"""A file's new content in its place, whole or not at all, and only over the content that it was made from."""

from __future__ import annotations

import os

from prodlint.light_typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import stat_result


def replace(path: str, old: bytes, new: bytes) -> str:
    """Write ``new`` in place of ``old``; why it was not done, or empty.

    The file keeps its mode, owner and extended attributes; through a symbolic link the file behind it is written. Who
    reads it meanwhile, and a crash at any moment, sees the old content or the new. Raises OSError when the folder, the
    disk or the rights do not allow it: the file is then as it was.
    """
    real = os.path.realpath(path)
    state = os.stat(real)
    # In the same folder, so that the last step is a rename within one file system.
    temporary = os.path.join(os.path.dirname(real), f".{os.path.basename(real)[:200]}.{os.urandom(6).hex()}.tmp")
    try:
        _write(temporary, new, state, real)
        if _content(real) != old:
            return "the file changed while it was being fixed: it is left as it is"
        os.replace(temporary, real)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
    _sync_folder(os.path.dirname(real))
    return ""


def _write(temporary: str, data: bytes, state: stat_result, real: str) -> None:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as handle:
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
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(source)
    except OSError:  # a file system without them
        return
    for name in names:
        os.setxattr(target, name, os.getxattr(source, name))


def _content(path: str) -> bytes:
    with open(path, "rb") as handle:
        return handle.read()


def _sync_folder(folder: str) -> None:
    """Make the rename survive a power cut, where folders can be opened for it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
