"""What only a folder can meet: links, odd files, editors, killed writers, full disks."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from coursewright.errors import ChangedMeanwhile, NotStored, Obstructed, StoreError, StoreUnavailable
from coursewright.store import files
from coursewright.store.folder import FolderStore

KEY = "lessons/01-01.md"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "courses"


@pytest.fixture
def store(folder: Path) -> FolderStore:
    return FolderStore(folder)


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def test_the_prefix_is_the_folder_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = FolderStore("courses")
    assert store.within("a-course").prefix == "courses/a-course"
    assert store.bucket is None
    monkeypatch.chdir("/")
    store.write("x", b"1")
    assert (tmp_path / "courses" / "x").read_bytes() == b"1"


def test_nothing_is_made_before_the_first_write(store: FolderStore, folder: Path) -> None:
    assert list(store.list()) == []
    with pytest.raises(NotStored):
        store.within("a").read("x")
    store.delete("a/b")
    assert not folder.exists()


def test_files_have_the_rights_that_the_account_usually_gives(store: FolderStore, folder: Path) -> None:
    before = os.umask(0o027)
    try:
        store.write(KEY, b"x")
    finally:
        os.umask(before)
    assert (folder / KEY).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("link", ["lessons", KEY])
def test_a_link_is_not_followed(store: FolderStore, folder: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "01-01.md").write_bytes(b"secret")
    (folder / link).parent.mkdir(parents=True)
    (folder / link).symlink_to(outside if link == "lessons" else outside / "01-01.md")
    for attempt in (
        lambda: store.read(KEY),
        lambda: store.write(KEY, b"x"),
        lambda: store.create(KEY, b"x"),
        lambda: store.delete(KEY),
        lambda: store.within("lessons").read("01-01.md"),
    ):
        with pytest.raises(StoreUnavailable, match="symbolic link"):
            attempt()
    assert list(store.list()) == []
    assert (outside / "01-01.md").read_bytes() == b"secret"


def test_a_link_that_comes_at_the_last_moment_is_not_followed(
    store: FolderStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.md").write_bytes(b"secret")
    store.write(KEY, b"x")
    find = FolderStore._find

    def find_and_swap(self: FolderStore, key: str) -> Path:
        path = find(self, key)
        path.unlink()
        path.symlink_to(tmp_path / "outside.md")
        return path

    monkeypatch.setattr(FolderStore, "_find", find_and_swap)
    with pytest.raises(StoreUnavailable, match="symbolic link"):
        store.read(KEY)


def test_a_file_that_an_editor_changes_in_place_meanwhile_is_read_again(
    store: FolderStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(KEY, b"before")
    reads: list[bytes] = []

    class Slow(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(-1)
            if not reads:
                (folder / KEY).write_bytes(b"and after")
            reads.append(data)
            return data

    monkeypatch.setattr(files.os, "fdopen", lambda descriptor, mode, closefd: Slow(descriptor, mode, closefd))
    data, etag = store.read_tagged(KEY)
    assert (reads, data) == ([b"before", b"and after"], b"and after")
    monkeypatch.undo()
    assert store.read_tagged(KEY) == (data, etag)


def test_the_stores_folder_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "large-disk").mkdir()
    folder.symlink_to(tmp_path / "large-disk")
    FolderStore(folder).write(KEY, b"x")
    assert (tmp_path / "large-disk" / KEY).read_bytes() == b"x"


def test_odd_files_are_neither_listed_nor_read(store: FolderStore, folder: Path) -> None:
    store.write(KEY, b"x")
    os.mkfifo(folder / "lessons" / "pipe")
    (folder / "lessons" / ".#01-01.md").symlink_to("nobody@nowhere")
    (folder / "lessons" / "back\\slash").write_bytes(b"")
    (folder / os.fsdecode(b"not-utf8-\xff")).write_bytes(b"")
    assert [line.key for line in store.list()] == [KEY]
    with pytest.raises(StoreUnavailable, match="not a regular file"):
        store.read("lessons/pipe")


@pytest.mark.parametrize("link", [False, True])
def test_what_stands_in_one_objects_place_is_told_from_a_store_that_fails(
    link: bool, store: FolderStore, folder: Path
) -> None:
    (folder / "lessons").mkdir(parents=True)
    if link:
        (folder / KEY).symlink_to("nowhere")
    else:
        (folder / KEY).mkdir()
    for attempt in (
        lambda: store.write(KEY, b"x"),
        lambda: store.create(KEY, b"x"),
        lambda: store.replace(KEY, b"x", "an-etag"),
    ):
        with pytest.raises(Obstructed, match=r"01-01\.md .*(symbolic link|not a regular file)"):
            attempt()
    store.write("lessons/01-02.md", b"x")


@pytest.mark.parametrize("key", ["lessons", "lessons/01-01.md/x"])
def test_what_stands_in_the_way_is_said(store: FolderStore, key: str) -> None:
    store.write(KEY, b"x")
    with pytest.raises(StoreUnavailable, match=r"cannot be written: .*(folder is needed|regular file)"):
        store.write(key, b"y")
    assert store.read(KEY) == b"x"


def test_a_file_in_the_place_of_the_store_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StoreUnavailable, match="a file stands where a folder is needed"):
        list(FolderStore(tmp_path / "file").list())


def test_an_edit_of_the_same_size_at_the_same_time_changes_the_etag(store: FolderStore, folder: Path) -> None:
    etag = store.write(KEY, b"first")
    times = (folder / KEY).stat()
    time.sleep(0.02)  # one tick of the file system's clock
    (folder / KEY).write_bytes(b"other")
    os.utime(folder / KEY, ns=(times.st_atime_ns, times.st_mtime_ns))
    (line,) = store.list()
    assert line.etag != etag
    with pytest.raises(ChangedMeanwhile):
        store.replace(KEY, b"third", etag)
    assert store.read(KEY) == b"other"


def test_no_two_contents_have_one_etag_however_fast_they_follow(store: FolderStore) -> None:
    etags = [store.write(KEY, bytes([number])) for number in range(200)]
    assert len(set(etags)) == 200


def test_a_clock_that_is_set_back_leaves_etags_distinct(store: FolderStore, folder: Path) -> None:
    store.write(KEY, b"1")
    in_a_year = time.time_ns() + 31_536_000_000_000_000
    os.utime(folder / KEY, ns=(in_a_year, in_a_year))
    store.write(KEY, b"2")
    assert (folder / KEY).stat().st_mtime_ns == in_a_year + 1


def test_a_listing_reads_no_content(store: FolderStore, folder: Path) -> None:
    store.write(KEY, b"x")
    (folder / KEY).chmod(0)
    assert [line.size for line in store.list()] == [1]


def test_drafts_and_locks_are_neither_listed_nor_named(store: FolderStore, folder: Path) -> None:
    store.write(KEY, b"x")
    for name in (files.DRAFT + "0", files.LOCK):
        (folder / "lessons" / name).write_bytes(b"half")
        with pytest.raises(StoreError, match="the store's own"):
            store.read(f"lessons/{name}")
    assert [line.key for line in store.list("lessons/")] == [KEY]


def test_the_draft_of_a_dead_writer_is_swept_and_that_of_a_living_one_is_not(
    store: FolderStore, folder: Path
) -> None:
    folder.mkdir()
    dead = folder / (files.DRAFT + "dead")
    dead.write_bytes(b"half")
    living, descriptor = files._open_draft(folder)
    try:
        store.write("x", b"1")
        assert not dead.exists()
        assert living.exists()
    finally:
        os.close(descriptor)
    FolderStore(folder).write("x", b"2")
    assert names_in(folder) == ["x"]


def test_a_draft_that_a_sweeper_took_before_it_was_locked_is_made_anew(
    store: FolderStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    lock, swept = files.fcntl.flock, []

    def sweep_first(descriptor: int, operation: int) -> None:
        drafts = [entry for entry in folder.iterdir() if entry.name.startswith(files.DRAFT)]
        if drafts and not swept:
            swept.append(drafts[0].name)
            monkeypatch.setattr(files.fcntl, "flock", lock)
            assert files.sweep_drafts(folder) == 1
        lock(descriptor, operation)

    monkeypatch.setattr(files.fcntl, "flock", sweep_first)
    store.write("x", b"1")
    assert swept
    assert store.read("x") == b"1"
    assert names_in(folder) == ["x"]


def test_a_folder_that_is_removed_while_a_file_is_put_there_is_made_anew(
    store: FolderStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removals = [folder]
    put_file = files.put_file

    def put_after_removal(path: Path, *more: Any) -> os.stat_result:
        while removals:
            shutil.rmtree(removals.pop())
        return put_file(path, *more)

    monkeypatch.setattr("coursewright.store.folder.put_file", put_after_removal)
    store.write("a/b.md", b"text")
    assert store.read("a/b.md") == b"text"


def test_content_and_name_are_on_the_disk_before_a_write_ends(
    store: FolderStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "lessons").mkdir(parents=True)
    sync, synced = os.fsync, []

    def note(descriptor: int) -> None:
        state = os.fstat(descriptor)
        synced.append((state.st_ino, (folder / KEY).exists()))
        sync(descriptor)

    monkeypatch.setattr(files.os, "fsync", note)
    store.write(KEY, b"x")
    assert synced == [
        ((folder / KEY).stat().st_ino, False),
        ((folder / "lessons").stat().st_ino, True),
    ]


WRITE_FOR_EVER = """
import sys
from coursewright.store.folder import FolderStore
store = FolderStore(sys.argv[1])
store.write("lessons/01-01.md", b"0" * 300_000)
print("ready", flush=True)
while True:
    for digit in b"0123456789":
        store.write("lessons/01-01.md", bytes([digit]) * 300_000)
"""


def test_writers_killed_at_any_moment_leave_whole_objects_and_no_trace(
    store: FolderStore, folder: Path
) -> None:
    for round_ in range(6):
        with start(WRITE_FOR_EVER, folder) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(0.003 * round_)
            os.kill(writer.pid, signal.SIGKILL)
        data = store.read(KEY)
        assert len(data) == 300_000
        assert len(set(data)) == 1
        assert [line.key for line in store.list()] == [KEY]
    FolderStore(folder).write(KEY, b"x")
    assert names_in(folder / "lessons") == ["01-01.md"]


INCREMENT = """
import sys
from coursewright.errors import ChangedMeanwhile
from coursewright.store.folder import FolderStore
store, done = FolderStore(sys.argv[1]), 0
while done < 60:
    data, etag = store.read_tagged("counter")
    try:
        store.replace("counter", str(int(data) + 1).encode(), etag)
        done += 1
    except ChangedMeanwhile:
        pass
"""


def test_no_increment_is_lost_between_processes(store: FolderStore, folder: Path) -> None:
    store.write("counter", b"0")
    writers = [start(INCREMENT, folder) for _ in range(3)]
    for writer in writers:
        assert writer.communicate()[1] == ""
    assert store.read("counter") == b"180"


def test_a_folder_that_cannot_be_locked_is_locked_by_a_file_in_it(
    store: FolderStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = files.fcntl.flock

    def lock_like_nfs(descriptor: int, operation: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
            raise OSError(9, "Bad file descriptor")
        lock(descriptor, operation)

    monkeypatch.setattr(files.fcntl, "flock", lock_like_nfs)
    etag = store.create("x", b"1")
    store.replace("x", b"2", etag)
    assert names_in(folder) == [files.LOCK, "x"]
    assert [line.key for line in store.list()] == ["x"]


FILL = """
import sys
from coursewright.errors import StoreUnavailable
from coursewright.store.folder import FolderStore
if sys.argv[2] == "limit":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store = FolderStore(sys.argv[1])
store.write("lessons/01-01.md", b"good" * 1000)
for attempt in (
    lambda: store.write("lessons/01-01.md", b"x" * 3_000_000),
    lambda: store.create("lessons/01-02.md", b"x" * 3_000_000),
):
    try:
        attempt()
    except StoreUnavailable as error:
        print(error)
    assert [(o.key, o.size) for o in store.list()] == [("lessons/01-01.md", 4000)]
    assert store.read("lessons/01-01.md") == b"good" * 1000
import os
assert os.listdir(sys.argv[1] + "/lessons") == ["01-01.md"], os.listdir(sys.argv[1] + "/lessons")
store.write("lessons/01-02.md", b"small")
"""


def test_a_file_that_may_not_grow_leaves_nothing_damaged(folder: Path) -> None:
    said, fault = start(FILL, folder, "limit").communicate()
    assert fault == ""
    assert said.count("cannot be written: the file is larger than this account or disk allows") == 2


def test_a_full_disk_is_said_and_leaves_nothing_damaged(folder: Path) -> None:
    folder.mkdir()
    mounted = 'mount -t tmpfs -o size=1m tmpfs "$1" || exit 77; exec "$2" -c "$3" "$1" disk'
    unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounted, "sh"]
    try:
        ended = subprocess.run(
            [*unshare, folder, sys.executable, FILL], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    if "unshare:" in ended.stderr or ended.returncode == 77:
        pytest.skip("this account may not mount a small disk of its own")
    assert ended.stderr == ""
    assert ended.stdout.count("the disk is full; what was stored is unharmed; free some space") == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_missing_right_is_said(store: FolderStore, folder: Path) -> None:
    store.write(KEY, b"x")
    (folder / "lessons").chmod(0o555)
    with pytest.raises(StoreUnavailable, match="this account lacks the right"):
        store.write(KEY, b"y")
    assert store.read(KEY) == b"x"
