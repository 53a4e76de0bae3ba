"""`project.json`: what the next run must remember of a project.

The texts themselves are the truth; this is what saves reading them all again, and what tells a lesson that
moved from one that is new. Losing it costs reading, never paying.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, StoreUnavailable
from coursewright.project.line_json import write_lines
from coursewright.project.settings import CourseSettings
from coursewright.project.stored_json import build_stored, parse_stored
from coursewright.store.base import Store

PROJECT_FILE = "project.json"
_FORMAT = 1
_TRIES = 50
_LESSON = re.compile(r"\d{2,9}-\d{2,9}")
_LAB = re.compile(r"\d{2,9}-\d{2,9}-\d{2,9}")


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What is remembered of a lesson or a lab.

    Attributes:
        key: the content key of the published text.
        parts: what that key was made from, so that it can be told why the item is stale.
        context: digest of the context in the prompt; the item is not stale for it.
        etag: of the published object, when the program last saw it.
        edited: whether the published text is a person's.
        model: who wrote it.
        findings: how many of each severity.
        generated: the key of the newer text that stands beside a person's edit.
        illustrated: the etag of the text for which every figure was made, and how; see `illustrate`.
        pictures: etags of the pictures that the program drew for it, by file name.
        reason: why it is missing or was set aside.
        artifact: digest of what its artifact last showed.
        own_settings: settings that a run set for this item alone.
    """

    key: str = ""
    title: str = ""
    group: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    etag: str = ""
    edited: bool = False
    words: int = 0
    target: int = 0
    model: str = ""
    written: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0
    findings: Mapping[str, int] = field(default_factory=dict)
    generated: str = ""
    illustrated: str = ""
    figures: int = 0
    pictures: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    artifact: str = ""
    demonstration: bool = False
    own_settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ItemRecord:
        """The record that `dataclasses.asdict` gave; unknown keys are passed over.

        Raises:
            TypeError: a value is none of its kind.
        """
        item = build_stored(cls, data)
        if item.own_settings:
            CourseSettings.from_json({"language": "", **item.own_settings})
        return item


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """All that `project.json` holds."""

    outline_source: str = ""
    outline_digest: str = ""
    settings: CourseSettings | None = None
    lessons: Mapping[str, ItemRecord] = field(default_factory=dict)
    labs: Mapping[str, ItemRecord] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return {
            "format": _FORMAT,
            "outline": {"source": self.outline_source, "digest": self.outline_digest},
            **(self.settings.as_json() if self.settings else {}),
            "lessons": {place: _trim(item) for place, item in sorted(self.lessons.items())},
            "labs": {place: _trim(item) for place, item in sorted(self.labs.items())},
        }

    def as_bytes(self) -> bytes:
        """`project.json`'s bytes."""
        return write_lines(self.as_json())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ProjectRecord:
        """The record that `as_json` gave.

        Raises:
            ValueError, TypeError, AttributeError: it is none.
        """
        outline = data.get("outline", {})
        return cls(
            outline_source=_text(outline.get("source", "")),
            outline_digest=_text(outline.get("digest", "")),
            settings=CourseSettings.from_json(data) if "language" in data else None,
            lessons=_read_items(data.get("lessons", {}), _LESSON),
            labs=_read_items(data.get("labs", {}), _LAB),
        )


def read_record(store: Store) -> ProjectRecord | None:
    """The project's record, or None where there is no project yet.

    Raises:
        StoreUnavailable: `project.json` is there and cannot be read as what it should be.
    """
    return read_record_tagged(store)[0]


def read_record_tagged(store: Store) -> tuple[ProjectRecord | None, str]:
    """The project's record and its etag, or None and an empty one; see `read_record`."""
    try:
        data, etag = store.read_tagged(PROJECT_FILE)
    except NotStored:
        return None, ""
    return _parse(store, data), etag


def update_record(store: Store, change: Callable[[ProjectRecord], ProjectRecord]) -> ProjectRecord:
    """Change the project's record by `change`, whoever else changes it meanwhile.

    `change` is called again on what the other wrote where there was one; it must depend on nothing else.
    """
    for _ in range(_TRIES):
        try:
            data, etag = store.read_tagged(PROJECT_FILE)
        except NotStored:
            data, etag = b"", ""
        before = _parse(store, data) if etag else ProjectRecord()
        after = change(before)
        if etag and after == before:
            return after
        try:
            if etag:
                store.replace(PROJECT_FILE, after.as_bytes(), etag)
            else:
                store.create(PROJECT_FILE, after.as_bytes())
        except (ChangedMeanwhile, AlreadyStored):
            continue
        return after
    raise StoreUnavailable(
        f"{store.locate(PROJECT_FILE)} was changed by others {_TRIES} times in a row while it was to be "
        "written. Run again when fewer runs work on this project.",
        key=PROJECT_FILE,
    )


def update_lesson(store: Store, place: str, **changes: Any) -> None:
    """Change what is remembered of one lesson."""
    _update_item(store, "lessons", place, changes)


def update_lab(store: Store, lab_id: str, **changes: Any) -> None:
    """Change what is remembered of one lab."""
    _update_item(store, "labs", lab_id, changes)


def _update_item(store: Store, kind: str, place: str, changes: Mapping[str, Any]) -> None:
    def change(record: ProjectRecord) -> ProjectRecord:
        items = dict(getattr(record, kind))
        items[place] = replace(items.get(place, ItemRecord()), **changes)
        return replace(record, lessons=items) if kind == "lessons" else replace(record, labs=items)

    update_record(store, change)


def _parse(store: Store, data: bytes) -> ProjectRecord:
    try:
        return ProjectRecord.from_json(parse_stored(data))
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreUnavailable(
            f"{store.locate(PROJECT_FILE)} is damaged ({error}). Put back a copy, or delete it: the next run "
            "makes it anew from the published texts and pays for nothing that is finished.",
            key=PROJECT_FILE,
        ) from error


def _read_items(data: Mapping[str, Any], place: re.Pattern[str]) -> dict[str, ItemRecord]:
    for name in data:
        if not place.fullmatch(name):
            raise ValueError(f"{name[:60]!r} is no place")
    return {name: ItemRecord.from_json(item) for name, item in data.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:60]!r} is no text")
    return value


_DEFAULTS = asdict(ItemRecord())


def _trim(item: ItemRecord) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _DEFAULTS}
    return {name: value for name, value in values.items() if value != _DEFAULTS[name]}
