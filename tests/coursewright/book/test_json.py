"""The book for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from book_samples import book_of, sample_book

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.json_format import count_words, write_json
from coursewright.book.model import Book


def data(book: Book) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(write_json(book, bind_book(book)))
    return loaded


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    return data(sample_book(8, "es", gaps=True, labs=True))


def test_it_holds_metadata_modules_lessons_and_statistics(sample: dict[str, Any]) -> None:
    assert list(sample) == ["format", "metadata", "modules", "statistics", "dropped"]
    assert sample["metadata"]["language"] == "es"
    assert sample["metadata"]["dated"] == "2026-03-02T09:24:00+00:00"
    lesson = sample["modules"][0]["lessons"][0]
    assert lesson["id"] == "01-01"
    assert lesson["markdown"].startswith("# Lección 1.1")
    assert lesson["figures"] == ["01-01-0001", "01-01-0002", "01-01-0003"]
    assert lesson["words"] == count_words(lesson["markdown"])


def test_the_statistics_count_what_is_there(sample: dict[str, Any]) -> None:
    counts = dict(sample["statistics"])
    assert counts.pop("words") > 3_000
    assert counts == {
        "modules": 2, "lessons": 8, "lessons_written": 6, "lessons_missing": 1, "lessons_not_written": 1,
        "labs": 4, "labs_written": 4, "labs_missing": 0, "figure_places": 18, "figures_drawn": 18,
        "tables": 12, "listings": 18,
    }  # fmt: skip


def test_what_was_dropped_is_in_it() -> None:
    dropped = data(book_of("[x](javascript:1)"))["dropped"]
    assert dropped[0]["where"] == "01-01"
    assert "javascript" in dropped[0]["why"]


def test_words_are_counted_outside_of_listings() -> None:
    assert count_words("One two-part word's\n\n```\nnot these four words\n```\n\nlast") == 4


def test_the_lab_guide_has_labs_alone_and_their_times() -> None:
    book = sample_book(8, "es", labs=True)
    book = replace(book, lab_files={"01-01-01/starter/app.py": b"", "01-01-011/x": b""})
    guide = json.loads(write_json(book, bind_lab_guide(book)))
    assert guide["metadata"]["kind"] == "lab-guide"
    assert [module["lessons"] for module in guide["modules"]] == [[], []]
    labs = [lab for module in guide["modules"] for lab in module["labs"]]
    assert [lab["id"] for lab in labs] == ["01-01-01", "01-00-01", "02-01-01", "02-00-01"]
    assert [lab["files"] for lab in labs] == [["01-01-01/starter/app.py"], [], [], []]
    assert guide["metadata"]["duration_minutes"] == sum(lab["duration_minutes"] for lab in labs) == 140
    assert [module["duration_minutes"] for module in guide["modules"]] == [70, 70]
    assert guide["statistics"]["words"] == sum(count_words(lab["markdown"]) for lab in labs) > 500
