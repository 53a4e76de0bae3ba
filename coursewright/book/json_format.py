"""The book as JSON: what it is, its modules and lessons with their text, and its figures in numbers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from coursewright.book.bind_labs import total_minutes
from coursewright.book.bound import BoundBook, Page
from coursewright.book.model import Book, BookLab, BookLesson
from coursewright.book.nodes import CodeBlock, Dropped, FigureRef, Table, walk_blocks

FORMAT_VERSION = 1

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def write_json(book: Book, bound: BoundBook) -> bytes:
    """Metadata, modules with lessons and labs, statistics, and what is not in the book as it was written.

    The lab guide has labs alone, and its durations are theirs.
    """
    if bound.stem == "lab-guide":
        book = _labs_alone(book)
    pages = {page.id: page for page in bound.pages}
    data = {
        "format": FORMAT_VERSION,
        "metadata": {
            "project": book.project,
            "identifier": bound.identifier,
            "kind": bound.stem,
            "title": book.title,
            "description": book.description,
            "language": book.language.code,
            "level": book.level,
            "audience": list(book.audience),
            "prerequisites": list(book.prerequisites),
            "learning_outcomes": list(book.learning_outcomes),
            "duration_minutes": book.duration_minutes,
            "content": book.content,
            "dated": book.dated.isoformat() if book.dated else None,
            "models": list(book.models),
            "demonstration": book.demonstration,
        },
        "modules": [
            {
                "number": module.number,
                "title": module.title,
                "summary": module.summary,
                "duration_minutes": module.duration_minutes,
                "lessons": [
                    _lesson(lesson, pages.get(f"l{module.number:02d}-{lesson.number:02d}"))
                    for lesson in module.lessons
                ],
                "labs": [_lab(lab, book) for lab in module.labs],
            }
            for module in book.modules
        ],
        "statistics": _statistics(book, bound),
        "dropped": [_dropped(entry) for entry in bound.dropped],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def count_words(markdown: str) -> int:
    """Words of a text outside its listings."""
    return len(_WORD.findall(_FENCED.sub("", markdown)))


def _lesson(lesson: BookLesson, page: Page | None) -> dict[str, Any]:
    return {
        "id": f"{lesson.module_number:02d}-{lesson.number:02d}",
        "number": lesson.number,
        "title": lesson.title,
        "state": lesson.state,
        "reason": lesson.reason,
        "duration_minutes": lesson.duration_minutes,
        "bloom_levels": [int(level) for level in lesson.bloom_levels],
        "topics": list(lesson.topics),
        "words": count_words(lesson.markdown),
        "figures": [block.id for block in walk_blocks(page.blocks) if isinstance(block, FigureRef)]
        if page
        else [],
        "model": lesson.model,
        "written_at": lesson.written_at.isoformat() if lesson.written_at else None,
        "edited": lesson.edited,
        "demonstration": lesson.demonstration,
        "markdown": lesson.markdown,
    }


def _labs_alone(book: Book) -> Book:
    modules = tuple(
        replace(module, lessons=(), duration_minutes=total_minutes(module.labs))
        for module in book.modules
        if module.labs
    )
    minutes = total_minutes([lab for module in modules for lab in module.labs])
    return replace(book, modules=modules, duration_minutes=minutes)


def _lab(lab: BookLab, book: Book) -> dict[str, Any]:
    return {
        "id": lab.id,
        "title": lab.title,
        "lesson_number": lab.lesson_number,
        "state": lab.state,
        "reason": lab.reason,
        "duration_minutes": lab.duration_minutes,
        "complexity": lab.complexity,
        "software": list(lab.software),
        "hardware": list(lab.hardware),
        "files": sorted(name for name in book.lab_files if name.startswith(f"{lab.id}/")),
        "model": lab.model,
        "written_at": lab.written_at.isoformat() if lab.written_at else None,
        "markdown": lab.markdown,
    }


def _statistics(book: Book, bound: BoundBook) -> dict[str, int]:
    lessons = [lesson for module in book.modules for lesson in module.lessons]
    labs = [lab for module in book.modules for lab in module.labs]
    blocks = [block for page in bound.pages for block in walk_blocks(page.blocks)]
    places = {block.id for block in blocks if isinstance(block, FigureRef)}
    return {
        "modules": len(book.modules),
        "lessons": len(lessons),
        "lessons_written": sum(lesson.state == "written" for lesson in lessons),
        "lessons_missing": sum(lesson.state == "gap" for lesson in lessons),
        "lessons_not_written": sum(lesson.state == "not written" for lesson in lessons),
        "labs": len(labs),
        "labs_written": sum(lab.state == "written" for lab in labs),
        "labs_missing": sum(lab.state == "gap" for lab in labs),
        "words": sum(count_words(one.markdown) for one in (lessons or labs)),
        "figure_places": len(places),
        "figures_drawn": len(places & set(book.figures)),
        "tables": sum(isinstance(block, Table) and bool(block.number) for block in blocks),
        "listings": sum(isinstance(block, CodeBlock) and bool(block.number) for block in blocks),
    }


def _dropped(entry: Dropped) -> dict[str, str]:
    return {"where": entry.where, "what": entry.what, "why": entry.why}
