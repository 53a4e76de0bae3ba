"""Formats by name, and every one of them from one binding."""

from __future__ import annotations

import pytest
from book_samples import book_of, sample_book

from coursewright.book.style import HouseStyle
from coursewright.book.write import FORMATS, choose_formats, write_book, write_lab_guide
from coursewright.errors import SettingsError

OWN = ("md", "json", "html", "epub", "site", "scorm", "cc")


def test_formats_are_written_in_one_order_whatever_order_they_are_asked_in() -> None:
    assert [entry.name for entry in choose_formats(["html", "md"])] == ["md", "html"]
    assert [entry.name for entry in choose_formats([])] == list(FORMATS)


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"There is no format doc; known are md, json, html"):
        choose_formats(["md", "doc"])


def test_every_format_writes_under_the_name_it_says() -> None:
    book = sample_book(2, "en", labs=True)
    for name in OWN:
        for stem, write in (("book", write_book), ("lab-guide", write_lab_guide)):
            files = list(write(book, [name], HouseStyle()))
            assert files
            assert all(file.startswith(stem + FORMATS[name].file) for file, _ in files)


def test_the_same_book_gives_the_same_bytes_in_every_format() -> None:
    def written() -> dict[str, bytes]:
        return dict(write_book(sample_book(2, "es", gaps=True), OWN, HouseStyle()))

    assert written() == written()


def test_a_course_without_labs_has_no_guide() -> None:
    assert list(write_lab_guide(book_of("x"), ["md"], HouseStyle())) == []


@pytest.mark.parametrize("name", OWN)
def test_a_demonstration_is_marked_in_every_format(name: str) -> None:
    files = dict(write_book(sample_book(1, "en", demonstration=True), [name], HouseStyle()))
    if name in {"epub", "scorm", "cc"}:
        import io
        import zipfile

        (content,) = files.values()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {entry: archive.read(entry) for entry in archive.namelist()}
        files = {entry: text for entry, text in files.items() if entry.endswith((".html", "1.xhtml"))}
    elif name == "json":
        assert b'"demonstration": true' in files["book.json"]
        return
    pages = [text for entry, text in files.items() if entry.endswith((".md", "html"))]
    assert pages
    assert all(b"Do not teach from it" in text for text in pages)
