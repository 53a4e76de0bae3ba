"""Stores in which one file was spoiled, through a whole run: a course or a clear error, and nothing else.

A file that breaks a run is written to ``corpus/`` and tried on every run from then on; ``file`` there is the
place in the project, or ``.finished/`` and a kind of work.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chaos.course import good_model, make_outline
from servers.plain_course import make_course, scripted_by

from coursewright.errors import CourseError
from coursewright.project.course import load_course
from coursewright.project.status import status_rows
from coursewright.store.folder import FolderStore

CORPUS = Path(__file__).with_name("corpus")
SEED = int(os.environ.get("COURSEWRIGHT_FUZZ_SEED", "20"))
SECONDS = float(os.environ.get("COURSEWRIGHT_FUZZ_SECONDS", "5"))
OUTLINE = make_outline("en", 1, 2)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 5, 1e300, "", "x", "../../x", [], {}, [1], {"a": 1}),
    *("9" * 50, "\0", "\ud800", [[]], "1-2-3", "2001-13-45", float("nan")),
)
PIECES = (b"\0", b"\xff", b"---\n", b"\xef\xbb\xbf", b"\r\n", b"{", b"key: x\n", b"\n# \n", b"[VISUAL: ")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with a finished course, and the model that wrote it."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "outline.yaml").write_bytes(OUTLINE)
    with scripted_by(good_model(OUTLINE, "en")).installed():
        made = make_course(FolderStore(folder / "store"), folder / "outline.yaml")
        assert {item.state for item in made} == {"written"}
        yield folder / "store"


def go_through(store: Path, outline: Path) -> None:
    """Make the course again and ask for its status; only errors that are raised on purpose may come."""
    try:
        make_course(FolderStore(store), outline, run="again", formats=("md", "json", "html"))
        str(status_rows(load_course(FolderStore(store), "kept")))
    except CourseError as error:
        str(error).encode()


def copy_of(whole: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(whole, to)
    return to / "kept"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_what_once_broke_a_run_breaks_none_now(path: Path, whole: Path, tmp_path: Path) -> None:
    kept = json.loads(path.read_text("utf-8"))
    project = copy_of(whole, tmp_path / "store")
    names = [project / kept["file"]]
    if kept["file"].startswith(".finished/"):
        kind = json.dumps(kept["file"].partition("/")[2])
        names = [one for one in (project / ".finished").iterdir() if f'"kind": {kind}' in one.read_text()]
        shutil.rmtree(project / "visuals")
        shutil.rmtree(project / "lessons")
    for name in names:
        name.parent.mkdir(exist_ok=True)
        name.write_bytes(kept["text"].encode("utf-8", "surrogatepass"))
    assert names
    go_through(tmp_path / "store", whole.parent / "outline.yaml")


def spoil(path: Path, chance: random.Random) -> None:
    """Change one value of a JSON file, or some bytes of any."""
    data = path.read_bytes()
    if chance.random() < 0.75:
        try:
            tree = {"tree": json.loads(data)}
        except ValueError:
            pass
        else:
            at, name = chance.choice(list(_places(tree)))
            at[name] = chance.choice(VALUES)
            path.write_text(json.dumps(tree["tree"]))
            return
    spoiled = bytearray(data)
    at = chance.randrange(len(spoiled) + 1)
    match chance.randrange(5):
        case 0:
            spoiled[at:at] = chance.choice(PIECES)
        case 1:
            del spoiled[at : at + chance.randrange(1, 200)]
        case 2:
            del spoiled[at:]
        case 3:
            spoiled = spoiled.replace(b"\n", b"\r\n")
        case _:
            spoiled[:0] = b"\xef\xbb\xbf"
    path.write_bytes(bytes(spoiled))


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a tree of JSON that a value stands in."""
    names = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for name in names:
        yield tree, name
        yield from _places(tree[name])


def test_a_run_on_a_spoiled_store_gives_a_course_or_a_clear_error(whole: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    files = sorted(path.relative_to(whole / "kept") for path in whole.rglob("*") if path.is_file())
    until = time.monotonic() + SECONDS
    tried = 0
    while time.monotonic() < until or tried < 5:
        project = copy_of(whole, tmp_path / "store")
        spoiled = project / chance.choice(files)
        spoil(spoiled, chance)
        before = spoiled.read_bytes()
        tried += 1
        try:
            go_through(tmp_path / "store", whole.parent / "outline.yaml")
        except Exception:
            kept = {"file": spoiled.relative_to(project).as_posix(), "text": before.decode("latin-1")}
            name = hashlib.sha256(before).hexdigest()[:12]
            (CORPUS / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
            raise
