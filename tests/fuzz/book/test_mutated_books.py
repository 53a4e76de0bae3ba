"""Books of spoiled lessons through every writer, with a fixed seed, a bounded time and a kept corpus.

A text that breaks a writer is written to ``tests/fuzz/book/corpus/`` and tried on every run from then on.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from book_samples import book_of
from servers.bad_replies import bad_replies
from servers.lesson_text import good_lesson, make_brief
from servers.rough_markdown import mutate

from coursewright.book.style import HouseStyle
from coursewright.book.write import write_book

CORPUS = Path(__file__).with_name("corpus")
HOSTILE = Path(__file__).parents[2] / "corpus" / "hostile"
KEPT = [*sorted(CORPUS.glob("*.md")), *sorted(HOSTILE.glob("*.md"))]
QUICK = ("md", "json", "html", "epub", "site", "scorm", "cc")
SLOW = ("docx", "pdf")
SEED = int(os.environ.get("COURSEWRIGHT_FUZZ_SEED", "20"))
SECONDS = float(os.environ.get("COURSEWRIGHT_FUZZ_SECONDS", "6"))
LONGEST = 30.0
"""Seconds that the book of one spoiled lesson may take in one format, on a busy machine."""


def write_all(text: str, formats: tuple[str, ...]) -> None:
    """Write the book of one lesson; packages open, their pages are XML, and no name leads out of them."""
    for name in formats:
        begun = time.monotonic()
        for file, data in write_book(book_of(text), (name,), HouseStyle()):
            assert data, file
            if zipfile.is_zipfile(io.BytesIO(data)):
                _look_into(data)
        assert time.monotonic() - begun < LONGEST, name


def _look_into(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for entry in package.namelist():
            assert not entry.startswith("/") and ".." not in entry.split("/") and "\\" not in entry
            if entry.endswith((".xml", ".xhtml", ".opf", ".rels")):
                content = package.read(entry)
                assert b"<!ENTITY" not in content
                ElementTree.fromstring(content)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_once_broke_a_writer_breaks_none_now(path: Path) -> None:
    write_all(path.read_bytes().decode("utf-8", "surrogatepass"), (*QUICK, *SLOW))


def test_books_of_spoiled_lessons_are_written() -> None:
    chance = random.Random(SEED)
    brief = make_brief("en")
    sources = [good_lesson(brief), *(case.write(brief) for case in bad_replies() if case.speaks("en"))]
    sources += [path.read_bytes().decode("utf-8", "surrogatepass") for path in sorted(HOSTILE.glob("*.md"))]
    until = time.monotonic() + 2 * SECONDS
    tried = 0
    while time.monotonic() < until or tried < 3:
        text = mutate(chance.choice(sources) or "x", chance)
        tried += 1
        try:
            write_all(text, (*QUICK, *SLOW) if tried % 5 == 1 else QUICK)
        except Exception:
            data = text.encode("utf-8", "surrogatepass")
            CORPUS.mkdir(exist_ok=True)
            (CORPUS / f"{hashlib.sha256(data).hexdigest()[:12]}.md").write_bytes(data)
            raise
