"""Files that appear whole or not at all, under a lock that needs no file of its own.

A draft is written beside its target, synced, and renamed over it while the directory is locked. The kernel
frees both the directory's lock and the draft's own when their process ends, however it ends, so neither a
clock nor a process id decides whether a leftover draft may be swept.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from coursewright.store.keys import RESERVED

DRAFT = RESERVED + "draft-"
LOCK = RESERVED + "lock"
_NO_LOCK_ON_DIRECTORIES = {errno.EBADF, errno.EINVAL, errno.EISDIR, errno.ENOTSUP, errno.EOPNOTSUPP}
_NO_SYNC_OF_DIRECTORIES = {errno.EBADF, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def put_file(path: Path, data: bytes, allow: Callable[[os.stat_result | None], None]) -> os.stat_result:
    """Make `path` hold `data`, if `allow` lets it.

    The modification time of one path only ever grows, by a nanosecond where the clock stands still or was
    set back: two contents of one path never look alike to `stat`.

    Args:
        path: the target; its directory exists.
        data: the whole new content.
        allow: called with what is there now (None: nothing) while no other writer can change it; raises
            to keep it as it is.

    Returns:
        What `stat` says of the new file.

    Raises:
        OSError: nothing was changed, and no draft is left; EISDIR where a folder stands at `path`.
    """
    draft, descriptor = _open_draft(path.parent)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
        with lock_directory(path.parent):
            current = stat_entry(path)
            if current is not None and stat.S_ISDIR(current.st_mode):
                raise IsADirectoryError(errno.EISDIR, "a folder stands in its place", str(path))
            allow(current)
            written = os.fstat(descriptor)
            if current is not None and current.st_mtime_ns >= written.st_mtime_ns:
                os.utime(descriptor, ns=(written.st_atime_ns, current.st_mtime_ns + 1))
            draft.rename(path)
            written = os.fstat(descriptor)
        sync_directory(path.parent)
        return written
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    finally:
        os.close(descriptor)


def remove_file(path: Path) -> None:
    """Remove the file `path` while no other writer can change it; nothing happens where there is none."""
    state = stat_entry(path)
    if state is None or stat.S_ISDIR(state.st_mode):
        return
    with lock_directory(path.parent):
        path.unlink(missing_ok=True)
    sync_directory(path.parent)


def stat_entry(path: Path) -> os.stat_result | None:
    """What is at `path` itself, links not followed; None if nothing is."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def read_file(path: Path) -> tuple[bytes, os.stat_result]:
    """The content of a regular file and the `stat` that goes with just this content.

    A file that is changed in place while it is read (some editors do) is read again.

    Raises:
        FileNotFoundError: there is no file.
        OSError: it is a link (ELOOP), a device or a pipe (EISDIR), or cannot be read.
    """
    for _ in range(5):
        # Non-blocking: opening a pipe would otherwise wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            before = os.fstat(descriptor)
            if stat.S_ISDIR(before.st_mode):
                raise FileNotFoundError(errno.ENOENT, "a folder is no object", str(path))
            if not stat.S_ISREG(before.st_mode):
                raise IsADirectoryError(errno.EISDIR, "not a regular file", str(path))
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read()
            after = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size) and len(
            data
        ) == after.st_size:
            return data, after
    raise BlockingIOError(errno.EAGAIN, "the file keeps changing while it is read", str(path))


def make_directory(path: Path) -> None:
    """Make `path` and what is missing above it, so that they outlast a power cut."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in `path` outlast a power cut, where the file system can."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC_OF_DIRECTORIES:
            raise
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def lock_directory(path: Path) -> Iterator[None]:
    """Keep every other writer of this module, thread or process, out of `path`.

    The lock is on the directory itself and leaves nothing behind. NFS cannot lock a directory: there it is
    on a file in it, which listings leave out.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCK_ON_DIRECTORIES:
                raise
            os.close(descriptor)
            descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep_drafts(directory: Path) -> int:
    """Remove the drafts that killed writers left in `directory`; gives how many.

    A living writer holds a lock on its draft, so a draft that can be locked has none.
    """
    swept = 0
    for entry in directory.iterdir():
        if not entry.name.startswith(DRAFT):
            continue
        with contextlib.suppress(OSError):
            descriptor = os.open(entry, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                entry.unlink()
                swept += 1
            finally:
                os.close(descriptor)
    return swept


def _open_draft(directory: Path) -> tuple[Path, int]:
    while True:
        draft = directory / (DRAFT + secrets.token_hex(8))
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(draft, flags, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return draft, descriptor
            # A sweeper came between the two calls above: the draft has no name any more.
        except BaseException:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                draft.unlink()
            raise
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
