"""The book of a project, bound from its store and written beside it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import coursewright
from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.style import HouseStyle, load_style, read_style
from coursewright.book.write import FORMATS, Material, choose_formats, write_material
from coursewright.errors import FormatError, NotStored
from coursewright.project.course import Course, load_course, outline_digest
from coursewright.project.keys import digest
from coursewright.project.read_book import FRONT_MATTER_FILE, read_book
from coursewright.project.record import ProjectRecord, read_record
from coursewright.store.base import Store

_BOUND = ".bound.json"
"""What the book was bound from last, so that it is not bound again for nothing."""

STYLE_FILE = "style.yaml"
"""A customer's house style, kept in the project or at the top of the store."""


@dataclass(frozen=True)
class WrittenBooks:
    """What was bound.

    Attributes:
        files: where each file is, by its name; of a folder of files, the folder.
        warnings: what is in the texts and not in the book, or not as it was written.
        failed: why each file that was asked for could not be written, by its name.
    """

    files: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


def write_books(
    store: Store,
    project: str,
    gaps: Mapping[str, str] | None = None,
    formats: Sequence[str] | None = None,
    *,
    anew: bool = False,
) -> WrittenBooks:
    """Write the book, and the lab guide where there are labs.

    Args:
        store: the store that holds the project.
        gaps: see `read_book`.
        formats: None for those of the project.
        anew: bind it even where nothing that it is made from has changed.

    Raises:
        SettingsError: a format that is none, or a house style that has errors.
    """
    course = load_course(store, project)
    chosen = choose_formats(formats or course.settings.formats)
    style_source = _find_style(store, course)
    mark = _mark(course, gaps, [entry.name for entry in chosen], style_source)
    bound = _read_bound(course.store)
    if not anew and bound.get("mark") == mark and set(bound.get("keys", ())) <= _stored_books(course.store):
        kept = {name: course.store.locate(f"book/{name}") for name in bound["names"]}
        return WrittenBooks(kept, tuple(bound["warnings"]))
    book = read_book(course, gaps)
    style = _read_style(style_source)
    materials = [Material(book, bind_book(book), style)]
    if any(module.labs for module in book.modules):
        materials.append(Material(book, bind_lab_guide(book), style))
    files: dict[str, str] = {}
    failed: dict[str, str] = {}
    written: set[str] = set()
    for material, entry in product(materials, chosen):
        shown = f"{material.bound.stem}{entry.file.rstrip('/')}"
        try:
            for name, data in write_material(material, [entry]):
                key = f"book/{name}"
                _write_changed(course.store, key, data)
                written.add(key)
            files[shown] = course.store.locate(f"book/{shown}")
        except FormatError as error:
            failed[shown] = str(error)
    _remove_left_over(course.store, written)
    if not any(material.bound.stem == "lab-guide" for material in materials):
        _remove_lab_guide(course.store)
    dropped = (
        f"{item.where}: {item.what}: {item.why}" for material in materials for item in material.dropped
    )
    warnings = (*style.warnings, *dict.fromkeys(dropped))
    told = {"mark": mark, "names": list(files), "keys": sorted(written), "warnings": list(warnings)}
    if not failed:
        course.store.write(_BOUND, json.dumps(told, ensure_ascii=False).encode("utf-8"))
    return WrittenBooks(files, warnings, failed)


def _mark(
    course: Course,
    gaps: Mapping[str, str] | None,
    formats: Sequence[str],
    style: tuple[Store, bytes] | None,
) -> str:
    """What decides a book's bytes, from one listing: where it is unchanged, the book is not bound again."""
    record = read_record(course.store) or ProjectRecord()
    parts = [
        [item.key, item.etag]
        for item in course.store.list()
        if item.key.startswith(("lessons/", "visuals/", "labs/", FRONT_MATTER_FILE))
    ]
    dates = [
        [place, item.written, item.reason] for place, item in (*record.lessons.items(), *record.labs.items())
    ]
    return digest(
        [
            _program(),
            parts,
            dates,
            outline_digest(course.outline.text),
            course.settings.as_json(),
            sorted((gaps or {}).items()) if gaps is not None else None,
            list(formats),
            style[1].decode("utf-8", errors="replace") if style else "",
            os.environ.get("SOURCE_DATE_EPOCH", ""),
        ]
    )


_PROGRAM = ("book/**/*.py", "book/assets/*", "languages/*.yaml")
"""What a book's look and fixed words are made from."""


@cache
def _program() -> str:
    """A digest of what binds the books: after an update of the program they are bound anew."""
    root = Path(coursewright.__file__).parent
    files = sorted(path for pattern in _PROGRAM for path in root.glob(pattern))
    return digest([[path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in files])


def _read_bound(store: Store) -> dict[str, Any]:
    try:
        found = json.loads(_read(store, _BOUND) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _stored_books(store: Store) -> set[str]:
    return {item.key for item in store.list("book/")}


def _find_style(store: Store, course: Course) -> tuple[Store, bytes] | None:
    """The project's own house style, else the store's, with the store that it is kept in."""
    for place in (course.store, store):
        content = _read(place, STYLE_FILE)
        if content is not None:
            return place, content
    return None


def _read_style(found: tuple[Store, bytes] | None) -> HouseStyle:
    if found is None:
        return load_style(None)
    place, content = found
    where = place.locate(STYLE_FILE)
    folder = None if place.bucket else Path(where).parent
    return read_style(content, source=where, read=lambda name: _read(place, name), folder=folder)


def _read(store: Store, key: str) -> bytes | None:
    try:
        return store.read(key)
    except NotStored:
        return None


def _write_changed(store: Store, key: str, data: bytes) -> None:
    if _read(store, key) != data:
        store.write(key, data)


def _remove_left_over(store: Store, written: set[str]) -> None:
    """Remove pages of a folder of files that the course no longer has."""
    folders = {key.rpartition("/")[0].split("/")[1] for key in written if key.count("/") > 1}
    for folder in folders:
        for item in list(store.list(f"book/{folder}/")):
            if item.key not in written:
                store.delete(item.key)


def _remove_lab_guide(store: Store) -> None:
    """Remove the guide of a course that has no labs any more, in whatever format."""
    for entry in FORMATS.values():
        name = f"book/lab-guide{entry.file}"
        for item in list(store.list(name)):
            if item.key == name or name.endswith("/"):
                store.delete(item.key)
