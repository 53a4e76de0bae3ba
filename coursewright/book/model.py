"""A book as its writers see it: everything that any format needs, read from the store beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from coursewright.languages import Language

State = Literal["written", "gap", "not written"]
"""A gap was asked for and not got; what was not asked for is not written yet."""


@dataclass(frozen=True)
class BookFigure:
    """A figure under its visual tag's id, ``MM-LL-NNNN``.

    Attributes:
        caption: the tag's own description.
        alt: what the figure is for, in a sentence.
        long_description: its whole content in words.
    """

    id: str
    caption: str
    alt: str = ""
    long_description: str = ""
    svg: bytes | None = None
    png: bytes | None = None


@dataclass(frozen=True)
class BookLesson:
    """A lesson, or the place of one.

    Attributes:
        markdown: the published text without front matter; empty unless written.
        reason: why it is missing and what to do, for a gap.
        model: who wrote it; empty where a person did.
        written_at: when, from the store's records.
    """

    module_number: int
    number: int
    title: str
    state: State = "written"
    markdown: str = ""
    reason: str = ""
    duration_minutes: float | None = None
    bloom_levels: tuple[int, ...] = ()
    model: str = ""
    written_at: datetime | None = None
    demonstration: bool = False
    edited: bool = False
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class BookLab:
    """A lab guide, or the place of one; `lesson_number` is 0 for a module's own."""

    id: str
    title: str
    module_number: int
    lesson_number: int
    state: State = "written"
    markdown: str = ""
    reason: str = ""
    duration_minutes: float | None = None
    complexity: str = ""
    software: tuple[str, ...] = ()
    hardware: tuple[str, ...] = ()
    model: str = ""
    written_at: datetime | None = None


@dataclass(frozen=True)
class BookModule:
    """A module with its lessons, in order."""

    number: int
    title: str
    lessons: tuple[BookLesson, ...]
    summary: str = ""
    duration_minutes: float | None = None
    labs: tuple[BookLab, ...] = ()


@dataclass(frozen=True)
class Book:
    """A course as a book.

    Attributes:
        project: the project's name.
        content: which parts were asked for.
        dated: the newest of the store's records, so that the same store gives the same bytes.
        models: full names of the models that wrote it, in order of their share.
        demonstration: some of it was written by the embedded model; said on every page.
        figures: by id.
        front_matter: what a person wrote in ``book/front-matter.md``, put after the course page; else empty.
        lab_files: starter and solution files of labs, by path relative to ``labs/``.
    """

    project: str
    title: str
    language: Language
    modules: tuple[BookModule, ...]
    content: Literal["theory", "labs", "both"] = "theory"
    description: str = ""
    level: str = ""
    audience: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    learning_outcomes: tuple[str, ...] = ()
    duration_minutes: float | None = None
    dated: datetime | None = None
    models: tuple[str, ...] = ()
    demonstration: bool = False
    figures: Mapping[str, BookFigure] = field(default_factory=dict)
    front_matter: str = ""
    lab_files: Mapping[str, bytes] = field(default_factory=dict)
