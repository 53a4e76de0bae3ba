"""The book of a project, bound from its store and written beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.style import HouseStyle, load_style, read_style
from coursewright.book.write import Material, choose_formats, write_material
from coursewright.errors import NotStored
from coursewright.project.course import Course, load_course
from coursewright.project.read_book import read_book
from coursewright.store.base import Store

STYLE_FILE = "style.yaml"
"""A customer's house style, kept in the project or at the top of the store."""


@dataclass(frozen=True)
class WrittenBooks:
    """What was bound.

    Attributes:
        files: where each file is, by its name; of a folder of files, the folder.
        warnings: what is in the texts and not in the book, or not as it was written.
    """

    files: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def write_books(
    store: Store,
    project: str,
    gaps: Mapping[str, str] | None = None,
    formats: Sequence[str] | None = None,
) -> WrittenBooks:
    """Write the book, and the lab guide where there are labs.

    Args:
        store: the store that holds the project.
        gaps: see `read_book`.
        formats: None for those of the project.

    Raises:
        SettingsError: a format that is none, or a house style that has errors.
    """
    course = load_course(store, project)
    chosen = choose_formats(formats or course.settings.formats)
    book = read_book(course, gaps)
    style = _read_style(store, course)
    materials = [Material(book, bind_book(book), style)]
    if any(module.labs for module in book.modules):
        materials.append(Material(book, bind_lab_guide(book), style))
    files: dict[str, str] = {}
    written: set[str] = set()
    for material in materials:
        for name, data in write_material(material, chosen):
            key = f"book/{name}"
            _write_changed(course.store, key, data)
            written.add(key)
            shown = name.partition("/")[0]
            files[shown] = course.store.locate(f"book/{shown}")
    _remove_left_over(course.store, written)
    dropped = (
        f"{item.where}: {item.what}: {item.why}" for material in materials for item in material.bound.dropped
    )
    return WrittenBooks(files, (*style.warnings, *dict.fromkeys(dropped)))


def _read_style(store: Store, course: Course) -> HouseStyle:
    """The project's own house style, else the store's, else the default."""
    for place in (course.store, store):
        content = _read(place, STYLE_FILE)
        if content is not None:

            def beside(name: str, place: Store = place) -> bytes | None:
                return _read(place, name)

            return read_style(content, source=place.locate(STYLE_FILE), read=beside)
    return load_style(None)


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
