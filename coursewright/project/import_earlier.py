"""A project folder of the earlier system, taken over so that nothing of it needs paying for again.

What is read: ``lessons/module-1-lesson-2-some-title.md``; ``images/01-02-0001.png`` (``visuals/`` too); labs
whose name holds an id such as ``01-02-01``, in ``labs/`` or ``labguide/``; and lessons that are only in a
book's JSON (a list ``modules`` of lists ``lessons`` with ``content``). Everything counts as edited by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coursewright.errors import ProjectError, SettingsError
from coursewright.lessons.number import VISUAL_TAG
from coursewright.markdown.fences import mark_fenced
from coursewright.project.begin import begin_run
from coursewright.project.front_matter import read_published, with_front_matter
from coursewright.project.keys import ContentKey
from coursewright.project.numbers import number_text
from coursewright.project.order import RunOrder
from coursewright.project.prepare import prepare_run
from coursewright.project.publish import text_key
from coursewright.project.record import read_record
from coursewright.project.settings import Wanted
from coursewright.project.stored_json import parse_stored
from coursewright.store.base import Store

_LESSON = re.compile(r"module-(\d+)-lesson-(\d+)\b.*\.md", re.IGNORECASE)
_FIGURE = re.compile(r"(\d{2})-(\d{2})-(\d{4})\.(png|svg)", re.IGNORECASE)
_LAB = re.compile(r".*?(\d{2})-(\d{2})-(\d{2})\b.*\.md", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^()\s]*?(\d{2}-\d{2}-\d{4})\.(?:png|svg)[^()]*\)", re.IGNORECASE)
_ID = re.compile(r"\d{2}-\d{2}-\d{4}")
_NO_DIGEST = "by hand"
"""Stands where a published text has its digest: no text matches it, so the text is a person's."""


@dataclass
class TakenOver:
    """What an import took over, and what it left out and why."""

    lessons: list[str] = field(default_factory=list)
    labs: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The lists as plain JSON values."""
        return asdict(self)


def import_earlier_project(
    folder: Path,
    store: Store,
    project: str,
    *,
    outline_text: bytes,
    outline_source: str,
    wanted: Wanted,
) -> TakenOver:
    """Take over the earlier system's project in `folder` as the new project `project`.

    All of it is read before anything is written.

    Raises:
        SettingsError: `folder` is none, holds nothing that is known, or holds a file that cannot be read.
        ProjectError: there is such a project already.
        OutlineError: the outline has errors.
    """
    if not folder.is_dir():
        raise SettingsError(f"{folder} is no folder; name the earlier system's project folder.")
    own = store.within(project)
    if read_record(own) is not None:
        raise ProjectError(
            f"There is a project {project!r} in {store.url} already; name another with --project."
        )
    order = RunOrder(run="import", store=store.url, project=project)
    prepared = prepare_run(own, order, wanted, outline_text=outline_text, outline_source=outline_source)
    course, taken = prepared.course, TakenOver()
    figures: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for place, text, source in _lessons(folder):
        if place in taken.lessons:
            continue
        if place not in course.lessons:
            taken.left_out[source] = f"the outline has no lesson {place}"
            continue
        text = _IMAGE.sub(r"[VISUAL: \2 - \1]", text)
        figures |= _figure_names(text, place)
        text = number_text(text, place, course.language)
        files[text_key(place)] = _by_hand(text, course.lesson_keys[place])
        taken.lessons.append(place)
    for path in _files(folder, ("labs", "labguide")):
        match = _LAB.fullmatch(path.name)
        place = "-".join(match.groups()) if match else ""
        if place in course.labs:
            text = number_text(_read(path), place, course.language)
            files[text_key(place)] = _by_hand(text, course.lab_keys[place])
            taken.labs.append(place)
        else:
            taken.left_out[str(path.relative_to(folder))] = "the outline has no such lab"
    for path in _files(folder, ("images", "visuals")):
        match = _FIGURE.fullmatch(path.name)
        if match and f"{match[1]}-{match[2]}" in course.lessons:
            name = figures.get(path.stem, path.stem)
            files[f"visuals/{name}{path.suffix.lower()}"] = _read_bytes(path)
            taken.figures.append(name)
        else:
            taken.left_out[str(path.relative_to(folder))] = "no figure of a lesson of the outline"
    if not (taken.lessons or taken.labs or taken.figures):
        raise SettingsError(
            f"{folder} holds nothing that can be taken over: no lessons/module-1-lesson-1-*.md, "
            "no images/01-01-0001.png, no labs with an id, no book JSON."
        )
    for key, data in files.items():
        own.write(key, data)
    begin_run(prepare_run(own, order, wanted, outline_text=outline_text, outline_source=outline_source))
    return taken


def _by_hand(text: str, key: ContentKey) -> bytes:
    return with_front_matter(text, key=str(key.by_hand), text_digest=_NO_DIGEST)


def _figure_names(text: str, place: str) -> dict[str, str]:
    """The figures' names as they will be, by those that the text had: they are counted anew."""
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    tags = [tag for index, line in enumerate(lines) if not fenced[index] for tag in VISUAL_TAG.finditer(line)]
    return {
        old[0]: f"{place}-{count:04d}"
        for count, tag in enumerate(tags, 1)
        if (old := _ID.search(tag["body"])) is not None
    }


def _lessons(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Place, text and source of every lesson; files before a book's JSON."""
    for path in _files(folder, ("lessons",)):
        match = _LESSON.fullmatch(path.name)
        if match:
            yield f"{int(match[1]):02d}-{int(match[2]):02d}", _read(path), str(path.relative_to(folder))
    for path in sorted(path for path in folder.rglob("*.json") if _is_its_own(path, folder)):
        yield from _lessons_of_book(path, str(path.relative_to(folder)))


def _lessons_of_book(path: Path, source: str) -> Iterator[tuple[str, str, str]]:
    try:
        book = parse_stored(_read_bytes(path))
    except ValueError:
        return
    modules = book.get("modules") if isinstance(book, dict) else None
    for m, module in enumerate(modules if isinstance(modules, list) else [], start=1):
        lessons = module.get("lessons") if isinstance(module, dict) else None
        for n, lesson in enumerate(lessons if isinstance(lessons, list) else [], start=1):
            content = lesson.get("content") if isinstance(lesson, dict) else None
            if isinstance(content, str) and content.strip():
                yield f"{m:02d}-{n:02d}", content, f"{source}: module {m}, lesson {n}"


def _files(folder: Path, names: tuple[str, ...]) -> list[Path]:
    found = (path for name in names for path in sorted((folder / name).glob("*")))
    return [path for path in found if _is_its_own(path, folder)]


def _is_its_own(path: Path, folder: Path) -> bool:
    """Whether this is a file of the folder: a link that came with it must not lead to what is outside."""
    below = path.relative_to(folder)
    own = [folder / part for part in (below, *below.parents) if part.name]
    return path.is_file() and not any(part.is_symlink() for part in own)


def _read(path: Path) -> str:
    """A text, without a front matter of its own."""
    return read_published(_read_bytes(path)).body


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}. Nothing was taken over; import the folder again when "
            "it is complete and nobody changes it."
        ) from error
