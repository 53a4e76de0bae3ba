"""Nothing in the PDF is cut: no text, figure, table or code reaches out of the page's text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from book_samples import book_of, sample_book
from pdf_clipping import find_clipped
from pdf_reading import open_pdf
from servers.lesson_text import good_lesson

from coursewright.book import pdf as pdf_module
from coursewright.book import typst_code
from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.model import Book, BookFigure
from coursewright.book.pdf import build_pdf
from coursewright.book.style import HouseStyle
from coursewright.languages import load_language
from coursewright.project.begin import begin_run
from coursewright.project.course import load_course
from coursewright.project.front_matter import with_front_matter
from coursewright.project.order import RunOrder
from coursewright.project.prepare import prepare_run
from coursewright.project.publish import text_key
from coursewright.project.read_book import read_book
from coursewright.project.settings import Wanted
from coursewright.store.folder import FolderStore
from coursewright.visuals.publish import draw
from coursewright.visuals.read import read_description

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parents[3]
FIGURES = ROOT / "tests" / "corpus" / "figures"
HOSTILE = sorted((ROOT / "tests" / "corpus" / "hostile").glob("*.md"))
PAPERS = pytest.mark.parametrize("paper", ["A4", "Letter"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


def clipped(book: BoundBook, paper: Any = "A4") -> list[str]:
    style = HouseStyle(name="Academia del Puerto", paper=paper)
    return find_clipped(open_pdf(build_pdf(book, style).content))


@PAPERS
@LANGUAGES
def test_nothing_of_a_course_book_or_lab_guide_is_cut(language: str, paper: str) -> None:
    book = sample_book(5, language, gaps=True, labs=True)
    assert clipped(bind_book(book), paper) == []
    assert clipped(bind_lab_guide(book), paper) == []


@PAPERS
@pytest.mark.parametrize("example", ["web-basics", "curso-comentado"])
def test_nothing_of_an_examples_book_is_cut(example: str, paper: str, tmp_path: Path) -> None:
    assert clipped(bind_book(written_example(example, tmp_path)), paper) == []


def written_example(name: str, folder: Path) -> Book:
    """The book of an example outline, its lessons written and their figures drawn."""
    store = FolderStore(folder)
    path = ROOT / "examples" / f"{name}.yaml"
    order = RunOrder(run="run", store=store.url, project=name)
    begin_run(
        prepare_run(
            store.within(name),
            order,
            Wanted(),
            outline_text=path.read_bytes(),
            outline_source=path.name,
        )
    )
    course = load_course(store, name)
    for place in course.lessons:
        text = good_lesson(course.brief(place), numbered=True)
        course.store.write(text_key(place), with_front_matter(text, key=str(course.lesson_keys[place])))
    book = read_book(course)
    lessons = [lesson.markdown for module in book.modules for lesson in module.lessons]
    tags = re.findall(r"\[VISUAL: (\S+) - ", "".join(lessons))
    drawn = drawn_figures(course.language.code)
    figures = {tag: replace(drawn[place % len(drawn)], id=tag) for place, tag in enumerate(tags)}
    assert len(figures) >= 4
    return replace(book, figures=figures)


def drawn_figures(language: str) -> list[BookFigure]:
    """Every figure of the corpus: of each kind several, with the longest words that a kind allows."""
    described = json.loads((FIGURES / f"{language}.json").read_text("utf-8"))
    return [
        BookFigure(f"01-01-{number:04d}", name, svg=draw(read_description(each), load_language(language)).svg)
        for number, (name, each) in enumerate(described.items(), start=1)
    ]


@PAPERS
@LANGUAGES
def test_no_figure_of_any_kind_is_cut_by_its_own_edge(language: str, paper: str) -> None:
    figures = drawn_figures(language)
    tags = "\n\n".join(f"[VISUAL: {figure.id} - {figure.caption}]" for figure in figures)
    book = book_of(
        f"## One\n\n{tags}\n", language=language, figures={figure.id: figure for figure in figures}
    )
    assert len(figures) > 10
    assert clipped(bind_book(book), paper) == []


def test_what_would_overflow_a_page_is_not_cut_either() -> None:
    columns = "|".join(f" column {number} " for number in range(200))
    cells = "|".join(f" supercalifragilistic{number} " for number in range(200))
    deep = "\n".join("  " * level + f"- level {level} " + "word " * 40 for level in range(12))
    code = "x = '" + "abcdefghij" * 60 + "'"
    book = book_of(
        f"## Wide\n\n|{columns}|\n|{'---|' * 200}\n|{cells}|\n\n{deep}\n",
        f"## {'Heading' * 30}\n\n`{'/usr/lib' * 60}` [{'L' * 200}](https://example.com/{'p' * 300})\n",
        f"## Code\n\n- a list\n\n    ```python\n    {code}\n    ```\n\n> ```python\n> {code}\n> ```\n",
        title="Very" * 60,
    )
    assert clipped(bind_book(book)) == []


@PAPERS
def test_nothing_of_hostile_texts_is_cut(paper: str) -> None:
    texts = [file.read_bytes().decode("utf-8", "surrogatepass") for file in HOSTILE]
    assert len(texts) >= 4
    assert clipped(bind_book(book_of(*texts)), paper) == []


# That the check can fail: each of these spoils the book in one way, and is found.

SPOILT_TEXT = """## One

| Name | Value |
|---|---|
| row | 1 |

[VISUAL: 01-01-0001 - it]

A line of text.
"""


def spoilt(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> list[str]:
    """What is found in a book whose source is changed before it is compiled."""
    write = pdf_module.write_source

    def changed(*arguments: Any) -> Any:
        source = write(*arguments)
        main = change(source.main)
        assert main != source.main
        return replace(source, main=main)

    monkeypatch.setattr(pdf_module, "write_source", changed)
    figure = sample_book(1, "en").figures["01-01-0001"]
    return clipped(bind_book(book_of(SPOILT_TEXT, figures={figure.id: figure})))


def test_a_figure_that_is_too_wide_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = spoilt(monkeypatch, lambda main: re.sub(r'(picture\("[^"]*"), [\d.]+pt', r"\1, 600pt", main))
    assert any(re.fullmatch(r"page \d: a shape reaches \d\d+ pt out of the text", line) for line in found)


def test_a_figure_that_its_clip_cuts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = r"block(clip: true, width: 120pt, \1), float"
    found = spoilt(monkeypatch, lambda main: re.sub(r"(picture\([^\n]*?\)), float", narrow, main))
    assert any("is cut by" in line for line in found)


def test_a_drawing_that_leaves_its_own_frame_is_found() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><rect width="300" height="100" '
        b'fill="#eeeeee"/><text x="250" y="50" font-family="IBM Plex Sans" font-size="15">A label too long'
        b"</text></svg>"
    )
    book = book_of(
        "[VISUAL: 01-01-0001 - it]\n", figures={"01-01-0001": BookFigure("01-01-0001", "it", svg=svg)}
    )
    found = clipped(bind_book(book))
    assert "".join(re.findall(r"“(.)” is cut", "".join(found))) == "toolong"


def test_a_table_that_is_too_wide_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = spoilt(monkeypatch, lambda main: re.sub(r"data-table\(\(\d+fr, ", "data-table((460pt, ", main))
    assert any(line.endswith("pt out of the text") and "“Value”" in line for line in found)


def test_a_line_of_code_that_does_not_wrap_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst_code, "wrap_pieces", lambda line, columns: [list(line)])
    found = clipped(bind_book(book_of(f"## Code\n\n```text\n{'abcdefghij' * 20}\n```\n")))
    assert [line.rpartition("”")[2] for line in found] == [
        " reaches 539 pt out of the text",
        " is cut by 469 pt",
    ]
    assert all("abcdefghij" * 20 in line for line in found)


def test_a_word_that_does_not_break_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = spoilt(monkeypatch, lambda main: main.replace('"A line of text."', f'"{"1" * 240}"'))
    assert any("1" * 240 in line for line in found)
