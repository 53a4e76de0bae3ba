"""A store in a folder of this machine.

An object's etag is made of what the file system says of its file (inode, size, times of content and of
inode), not of its content: a listing of a thousand objects reads none of them, and an edit always changes
it, also one by a tool that sets the old time again, because nobody can set the inode's own time. The price
is that copying a store, or changing a file's rights, changes etags too: a changed etag means "look at the
content", an unchanged one "nothing was changed".

Links below the store's folder are never followed, whatever they point to: a link that came with a copied
course must not lead a run to read or write anything outside. The folder itself may be one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from coursewright.errors import (
    AlreadyStored,
    ChangedMeanwhile,
    NotStored,
    Obstructed,
    StoreError,
    StoreUnavailable,
)
from coursewright.store.base import StoredObject
from coursewright.store.files import (
    make_directory,
    put_file,
    read_file,
    remove_file,
    stat_entry,
    sweep_drafts,
)
from coursewright.store.keys import check_key, check_prefix, find_fault

_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full; what was stored is unharmed; free some space and run again",
    errno.EDQUOT: "the disk quota is used up; free some space and run again",
    errno.EFBIG: "the file is larger than this account or disk allows",
    errno.EROFS: "the disk is mounted read-only; mount it for writing or name another store",
    errno.EACCES: "this account lacks the right; give it read and write access to the folder",
    errno.EPERM: "the system does not permit it; give this account read and write access to the folder",
    errno.ELOOP: "it is a symbolic link, and the store follows none; put the file itself in its place",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away or name another store",
    errno.EEXIST: "a file stands where a folder is needed; move it away or name another store",
    errno.EISDIR: "it is not a regular file; move away what stands there",
    errno.ENAMETOOLONG: "the name is too long for this disk; name a store with a shorter path",
    errno.EMFILE: "this process has too many files open; raise the limit (ulimit -n)",
    errno.EIO: "the disk reports a fault; check it before you run again",
}


class FolderStore:
    """Implements `coursewright.store.base.Store` in a folder, which is made at the first write.

    Args:
        folder: the folder's path, as a person wrote it.
    """

    bucket: str | None = None

    def __init__(self, folder: str | Path) -> None:
        self._base = Path(folder).absolute()
        self._given = Path(folder)
        self._below: tuple[str, ...] = ()
        self._swept: set[Path] = set()

    @property
    def url(self) -> str:
        """The folder's path."""
        return str(self._base.joinpath(*self._below))

    @property
    def prefix(self) -> str:
        """The folder's path as it was written, with ``/`` between its parts."""
        return self._given.joinpath(*self._below).as_posix()

    def within(self, folder: str) -> FolderStore:
        """See `Store.within`."""
        inner = FolderStore(self._given)
        inner._base = self._base
        inner._below = (*self._below, *check_key(folder).split("/"))
        inner._swept = self._swept
        return inner

    def locate(self, key: str) -> str:
        """See `Store.locate`."""
        return str(self._base.joinpath(*self._below, *check_key(key).split("/")))

    def read(self, key: str) -> bytes:
        """See `Store.read`."""
        return self.read_tagged(key)[0]

    def read_tagged(self, key: str) -> tuple[bytes, str]:
        """See `Store.read_tagged`."""
        path = self._find(key)
        try:
            data, state = read_file(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotStored(f"There is no {path}.", key=key) from error
        except OSError as error:
            raise _explain(error, f"{path} cannot be read", key) from error
        return data, _make_etag(state)

    def write(self, key: str, data: bytes) -> str:
        """See `Store.write`."""
        return self._put(key, data, lambda current: None)

    def create(self, key: str, data: bytes) -> str:
        """See `Store.create`."""

        def allow(current: os.stat_result | None) -> None:
            if current is not None:
                raise AlreadyStored(f"{self.locate(key)} exists already.", key=key)

        return self._put(key, data, allow)

    def replace(self, key: str, data: bytes, etag: str) -> str:
        """See `Store.replace`. An editor that saves in the microseconds of the rename is not seen."""

        def allow(current: os.stat_result | None) -> None:
            if current is None or _make_etag(current) != etag:
                change = "was changed" if current else "was removed"
                raise ChangedMeanwhile(f"{self.locate(key)} {change} since it was read.", key=key)

        return self._put(key, data, allow)

    def delete(self, key: str) -> None:
        """See `Store.delete`. Folders that become empty stay."""
        path = self._find(key)
        try:
            remove_file(path)
        except OSError as error:
            raise _explain(error, f"{path} cannot be removed", key) from error

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """See `Store.list`. What is no regular file, or whose name no key could have, is left out."""
        folder, _, _ = check_prefix(prefix).rpartition("/")
        start = self._find(folder) if folder else self._find_below(self._below, "")
        try:
            found = list(_walk(start, f"{folder}/" if folder else "", prefix))
        except NotADirectoryError as error:
            if not folder:
                raise _explain(error, f"{start} cannot be listed", prefix) from error
            found = []
        except OSError as error:
            raise _explain(error, f"{start} cannot be listed", prefix) from error
        return iter(sorted(found, key=lambda one: one.key))

    def close(self) -> None:
        """See `Store.close`; a folder needs nothing."""

    def _put(self, key: str, data: bytes, allow: Callable[[os.stat_result | None], None]) -> str:
        path = self._find(key)
        try:
            try:
                state = self._put_below(path, data, allow)
            except FileNotFoundError:
                # Its directory was removed in this moment, as it may be at any other: it is made anew.
                state = self._put_below(path, data, allow)
        except OSError as error:
            raise _explain(error, f"{path} cannot be written", key) from error
        return _make_etag(state)

    def _put_below(
        self, path: Path, data: bytes, allow: Callable[[os.stat_result | None], None]
    ) -> os.stat_result:
        make_directory(path.parent)
        if path.parent not in self._swept:
            self._swept.add(path.parent)
            sweep_drafts(path.parent)
        return put_file(path, data, allow)

    def _find(self, key: str) -> Path:
        return self._find_below((*self._below, *check_key(key).split("/")), key)

    def _find_below(self, parts: tuple[str, ...], key: str) -> Path:
        """The path of `parts`, none of which is a link."""
        path = self._base
        for part in parts:
            path = path / part
            try:
                state = stat_entry(path)
            except OSError as error:
                raise _explain(error, f"{path} cannot be reached", key) from error
            if state is None:
                break
            if stat.S_ISLNK(state.st_mode):
                fault = OSError(errno.ELOOP, "symbolic link")
                found = _explain(fault, f"{path} is not used", key)
                # A link in the place of a folder concerns everything below it, one in an object's only that.
                raise Obstructed(str(found), key=key) if path == self._base.joinpath(*parts) else found
        return self._base.joinpath(*parts)


def _walk(directory: Path, above: str, prefix: str) -> Iterator[StoredObject]:
    """The objects in `directory`, whose keys start with `above`, as far as they start with `prefix`."""
    try:
        entries = os.scandir(directory)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            key = above + entry.name
            if find_fault(key):
                continue
            if entry.is_dir(follow_symlinks=False):
                if f"{key}/".startswith(prefix) or prefix.startswith(f"{key}/"):
                    yield from _walk(directory / entry.name, f"{key}/", prefix)
            elif key.startswith(prefix) and entry.is_file(follow_symlinks=False):
                try:
                    state = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                modified = datetime.fromtimestamp(state.st_mtime_ns / 1e9, UTC)
                yield StoredObject(key, _make_etag(state), state.st_size, modified)


def _make_etag(state: os.stat_result) -> str:
    return f"{state.st_ino:x}-{state.st_size:x}-{state.st_mtime_ns:x}-{state.st_ctime_ns:x}"


def _explain(error: OSError, what: str, key: str) -> StoreError:
    advice = _WHAT_TO_DO.get(error.errno or 0, f"the system says: {error.strerror or error}")
    kind = Obstructed if error.errno == errno.EISDIR else StoreUnavailable
    return kind(f"{what}: {advice}.", key=key)
