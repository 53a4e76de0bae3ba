"""The book as PDF, read back from the file: its tags, its contents, and where its words stand on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from book_samples import book_of, sample_book
from pdf_reading import Line, bookmarked_pages, lines, open_pdf, placed_text, tags
from pypdf import PdfReader

from coursewright.book import pdf as pdf_module
from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.docx_figures import add_figures
from coursewright.book.docx_package import Package
from coursewright.book.model import BookFigure
from coursewright.book.pdf import NoRoomForPdf, PdfError, build_pdf
from coursewright.book.style import HouseStyle, Logo
from coursewright.book.typst_figures import make_pictures
from coursewright.book.write import Material, choose_formats, write_material
from coursewright.languages import load_language
from coursewright.visuals.publish import draw
from coursewright.visuals.read import read_description

pytestmark = pytest.mark.pages

STYLE = HouseStyle(name="Academia del Puerto")
HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))
MM = 72 / 25.4
LEFT, RIGHT, BOTTOM, TOP = 25 * MM, 185 * MM, 25 * MM, 270 * MM
"""The text's area on A4, in points."""


@pytest.fixture(scope="module", params=["es", "en"])
def bound(request: pytest.FixtureRequest) -> BoundBook:
    return bind_book(sample_book(8, request.param, gaps=True, labs=True))


@pytest.fixture(scope="module")
def reader(bound: BoundBook) -> PdfReader:
    return open_pdf(build_pdf(bound, STYLE).content)


def built(*texts: str, style: HouseStyle = STYLE, **fields: Any) -> PdfReader:
    return open_pdf(build_pdf(bind_book(book_of(*texts, **fields)), style).content)


def words_of(reader: PdfReader, *indexes: int) -> str:
    found = "\n".join(
        line.text for index in indexes or range(len(reader.pages)) for line in lines(reader, index)
    )
    return re.sub(r"\s+", " ", found)


def body_lines(reader: PdfReader, index: int) -> list[Line]:
    return [line for line in lines(reader, index) if BOTTOM - 2 < line.y < TOP + 2]


def test_it_is_tagged_in_its_language_and_named(bound: BoundBook, reader: PdfReader) -> None:
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == bound.language.code
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == f"{bound.title} – {bound.kind}"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    assert {
        len(tags(reader, kind)) > 0 for kind in ("/Title", "/TOC", "/Table", "/TH", "/Note", "/Code", "/L")
    } == {True}


def test_every_font_is_within_the_file(reader: PdfReader) -> None:
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"] or "/FontFile3" in inner["/FontDescriptor"]


def bookmarks(reader: PdfReader) -> dict[str, int]:
    """Title and page, counted from 0, of every bookmark."""
    return {title: number - 1 for title, number in bookmarked_pages(reader).items()}


def test_every_page_of_the_book_has_a_bookmark_and_stands_where_it_says(
    bound: BoundBook, reader: PdfReader
) -> None:
    found = bookmarks(reader)
    for page in bound.pages:
        index = found[page.full_title]
        assert page.title in words_of(reader, index)
    headings = {heading for page in bound.pages for heading in page.headings}
    assert len(headings) > 60


def contents_pages(bound: BoundBook, reader: PdfReader) -> range:
    found = bookmarks(reader)
    first = found[bound.words["contents"]]
    return range(first, min(index for index in found.values() if index > first))


def test_the_contents_give_the_page_that_each_lesson_is_on(bound: BoundBook, reader: PdfReader) -> None:
    found = bookmarks(reader)
    told = {
        (line.runs[0].text, int(line.runs[-1].text))
        for index in contents_pages(bound, reader)
        for line in lines(reader, index)
        if line.runs[-1].text.isdigit()
    }
    lessons = [page for page in bound.pages if page.kind == "lesson"]
    assert len(lessons) == 8
    for page in lessons:
        assert (page.label.split()[-1], found[page.full_title] + 1) in told


def test_the_index_of_labs_leads_to_the_guide_beside_the_book(reader: PdfReader) -> None:
    marks = [mark.get_object() for page in reader.pages for mark in page.get("/Annots", [])]
    addresses = [str(mark["/A"]["/URI"]) for mark in marks if "/URI" in mark.get("/A", {})]
    assert addresses.count("lab-guide.pdf") >= 2, "the sentence, and each lab"


def test_every_line_of_the_contents_leads_to_its_page(bound: BoundBook, reader: PdfReader) -> None:
    links = 0
    for index in contents_pages(bound, reader):
        numbers = {
            round(line.y): int(line.runs[-1].text)
            for line in lines(reader, index)
            if line.runs[-1].text.isdigit()
        }
        for annotation in reader.pages[index].get("/Annots", []):
            mark = annotation.get_object()
            target = mark["/Dest"] if "/Dest" in mark else mark["/A"]["/D"]
            name = str(target)
            destination = reader.named_destinations.get(name, None)
            number = (
                reader.get_destination_page_number(destination)
                if destination is not None
                else reader.get_page_number(target[0].get_object())
            )
            bottom, top = float(mark["/Rect"][1]), float(mark["/Rect"][3])
            said = [value for y, value in numbers.items() if bottom - 1 <= y <= top + 1]
            if said:
                links += 1
                assert number is not None
                assert number + 1 in said
    assert links > 30


def test_every_figure_says_what_it_shows(bound: BoundBook, reader: PdfReader) -> None:
    told = [str(figure.get("/Alt", "")) for figure in tags(reader, "/Figure")]
    for figure in bound.figures.values():
        assert any(figure.alt in alt and figure.long_description in alt for alt in told)
    assert all(told)


def test_no_page_is_empty(reader: PdfReader) -> None:
    for index in range(len(reader.pages)):
        assert body_lines(reader, index), f"page {index + 1}"


def is_heading(line: Line) -> bool:
    return "Sans-Bold" in line.font and line.size >= 10.2 and line.size < 100


def test_no_heading_is_the_last_line_of_its_page(bound: BoundBook, reader: PdfReader) -> None:
    """Nor the last one above a figure at the foot of it."""
    for index in set(range(1, len(reader.pages))) - set(contents_pages(bound, reader)):
        body = body_lines(reader, index)
        for line, following in zip(body, [*body[1:], None], strict=True):
            if is_heading(line) and line.runs[0].x0 < LEFT + 1:
                assert following is not None, f"page {index + 1}: {line.text}"
                assert line.y - following.y < 60, f"page {index + 1}: {line.text}"


FIGURE = sample_book(1, "en").figures["01-01-0001"]


def test_text_fills_the_page_that_a_figure_does_not_fit_on() -> None:
    filling = "A line of text that fills the page, one of many that stand before a figure. " * 6 + "\n\n"
    texts = [filling * count + "[VISUAL: 01-01-0001 - it]\n\n" + filling * 9 for count in range(5, 12)]
    reader = built(*texts, figures={FIGURE.id: FIGURE})
    full = [
        index
        for index in range(4, len(reader.pages) - 1)
        if placed_lesson(reader, index) and placed_lesson(reader, index) == placed_lesson(reader, index + 1)
    ]
    assert len(full) >= len(texts)
    for index in full:
        assert body_lines(reader, index)[-1].y < BOTTOM + 70, f"page {index + 1}"


def placed_lesson(reader: PdfReader, index: int) -> str:
    """The lesson that the line at the top of a page names."""
    found = re.search(r"Lesson \d+\.\d+", lines(reader, index)[0].text)
    return found[0] if found else ""


def test_no_figure_stands_above_the_title_of_its_lesson() -> None:
    reader = built("[VISUAL: 01-01-0001 - the first thing]\n\nText.\n", figures={FIGURE.id: FIGURE})
    index = bookmarks(reader)["Lesson 1.1: Title 1"]
    body = [line.text for line in body_lines(reader, index)]
    assert body[:2] == ["LESSON 1.1", "Title 1"]
    assert any(line.startswith("Figure 1-1.") for line in body)


def test_short_lists_and_tables_are_on_one_page() -> None:
    ending = "- first\n- second\n- third\n\n| Name | Value |\n|---|---|\n| row one | 1 |\n| row two | 2 |\n"
    reader = built(*("## Topic\n\n" + "A line.\n\n" * count + ending for count in range(26, 36)))
    for index in range(4, len(reader.pages)):
        said = [line.text for line in body_lines(reader, index)]
        for together in (("first", "second", "third"), ("Name", "row one", "row two")):
            present = [any(word in line for line in said) for word in together]
            assert all(present) or not any(present), f"page {index + 1}"


def test_a_chapters_references_stand_below_its_summary(bound: BoundBook, reader: PdfReader) -> None:
    found = bookmarks(reader)
    pairs = [
        (before, page)
        for before, page in pairwise(bound.pages)
        if before.kind == "summary" and page.kind == "references"
    ]
    assert len(pairs) == 2
    for before, page in pairs:
        assert found[page.full_title] == found[before.full_title]


def test_a_gap_has_its_page_and_its_mark_in_the_contents(bound: BoundBook, reader: PdfReader) -> None:
    gap = next(page for page in bound.pages if page.state == "gap")
    text = words_of(reader, bookmarks(reader)[gap.full_title])
    assert bound.words["gap_title"] in text
    assert bound.words["gap_reason"] in text
    contents = words_of(reader, *contents_pages(bound, reader))
    assert bound.words["gap"] in contents
    assert bound.words["unwritten"] in contents


def test_headers_name_the_chapter_and_the_lesson_and_pages_are_numbered(
    bound: BoundBook, reader: PdfReader
) -> None:
    lesson = next(page for page in bound.pages if page.kind == "lesson" and page.state == "written")
    index = bookmarks(reader)[lesson.full_title] + 1
    found = lines(reader, index)
    assert bound.title.partition(":")[0] in found[0].text
    assert lesson.full_title in found[0].text
    assert found[-1].text.endswith(str(index + 1))
    assert "Academia del Puerto" in found[-1].text


def test_the_same_book_gives_the_same_bytes(bound: BoundBook) -> None:
    assert build_pdf(bound, STYLE).content == build_pdf(bound, STYLE).content


def test_the_lab_guide_is_set_the_same_way() -> None:
    guide = bind_lab_guide(sample_book(8, "es", labs=True))
    reader = open_pdf(build_pdf(guide, STYLE).content)
    found = bookmarks(reader)
    for page in guide.pages:
        assert page.full_title in found
    assert "Paso 2: Aplicar y comprobar la parte 2" in words_of(reader, *contents_pages(guide, reader))


def test_the_contents_of_a_lab_guide_set_steps_under_the_title_of_their_lab() -> None:
    guide = bind_lab_guide(sample_book(8, "es", labs=True))
    reader = open_pdf(build_pdf(guide, STYLE).content)
    shown = [line for index in contents_pages(guide, reader) for line in lines(reader, index)]
    titles = {round(line.runs[1].x0) for line in shown if re.match(r"\d\d-\d\d-\d\d", line.text)}
    steps = {round(line.runs[0].x0) for line in shown if line.text.startswith("Paso ")}
    assert len(titles) == len(steps) == 1
    assert 10 < steps.pop() - titles.pop() < 20


def test_text_keeps_its_distance_from_a_figure_at_the_top_of_a_page(
    bound: BoundBook, reader: PdfReader
) -> None:
    gaps = [
        line.y - following.y
        for index in range(5, len(reader.pages))
        for line, following in pairwise(body_lines(reader, index))
        if line.text.startswith(bound.words["figure"]) and line.y > TOP / 2 and line.size < 9
        if following.size > 8.5
    ]
    assert len(gaps) > 5
    assert min(gaps) >= 24


def test_a_demonstration_says_so_on_every_page() -> None:
    bound = bind_book(sample_book(2, "en", demonstration=True))
    reader = open_pdf(build_pdf(bound, STYLE).content)
    for index in range(len(reader.pages)):
        assert bound.banner in words_of(reader, index)


def test_a_passage_in_another_language_is_marked() -> None:
    english = (
        "This is a paragraph that was taken from the documentation of the project, and it is in English."
    )
    reader = built(f"## Tema\n\n{english}\n", language="es")
    assert any(str(element.get("/Lang")) == "en" for element in tags(reader, "/Span") + tags(reader, "/P"))


def test_a_long_table_repeats_its_header_on_every_page() -> None:
    rows = "\n".join(f"| row {number} | value {number} |" for number in range(120))
    reader = built(f"## Table\n\n| Name of it | What it is |\n|---|---|\n{rows}\n")
    pages = [index for index in range(len(reader.pages)) if "row " in words_of(reader, index)]
    assert len(pages) >= 3
    assert all("Name of it" in words_of(reader, index) for index in pages)
    shown = words_of(reader)
    assert all(f"row {number}value {number}" in shown for number in range(120))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_long_lines_of_code_wrap_with_a_sign(paper: Any) -> None:
    code = "\n".join(
        ["x = '" + "abcdefghij" * 40 + "'", "if a and b and c or d: " + "call(argument_one, two) " * 12]
    )
    reader = built(f"## Code\n\n```python\n{code}\n```\n", style=replace(STYLE, paper=paper))
    width = float(reader.pages[0].mediabox.width)
    mono = [
        run for index in range(len(reader.pages)) for run in placed_text(reader, index) if "Mono" in run.font
    ]
    assert max(run.x1 for run in mono) <= width - LEFT
    shown = "".join(run.text for run in mono)
    assert shown.count("↪") >= 6
    assert "abcdefghij" * 40 in shown.replace("↪ ", "").replace("↪", "").replace(" ", "")


def test_a_footnote_stands_at_the_foot_of_the_page_of_its_mark() -> None:
    reader = built("## One\n\nText with a mark.[^a] Again.[^a]\n\n[^a]: What the note says, with `code`.\n")
    index = next(index for index in range(len(reader.pages)) if "with a mark" in words_of(reader, index))
    body = body_lines(reader, index)
    assert "What the note says, with code." in body[-1].text
    assert body[-1].y < BOTTOM + 40
    assert len(tags(reader, "/Note")) == 1


def test_the_lines_of_a_box_to_tick_stand_below_its_first_words() -> None:
    task = "alpha " * 40
    reader = built(f"## One\n\n- [ ] {task}\n- [x] beta\n")
    index = next(index for index in range(len(reader.pages)) if "alpha alpha" in words_of(reader, index))
    starts = [line.runs[0].x0 for line in body_lines(reader, index) if "alpha" in line.text]
    assert len(starts) > 1
    assert max(starts) - min(starts) < 1


def test_a_house_style_sets_paper_logo_header_and_footer() -> None:
    logo = Logo(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="9" height="9"/></svg>',
        "image/svg+xml",
    )
    style = HouseStyle(
        name="Casa", logo=logo, accent="#a01040", cover="#f4efe6", paper="Letter",
        header="{name} / {course}", footer="{module} - {page}",
    )  # fmt: skip
    reader = built("## One\n\nText.\n", style=style)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [612, 792]
    last = lines(reader, len(reader.pages) - 1)
    assert last[0].text.startswith("Casa / Course")
    assert last[-1].text.endswith(f"- {len(reader.pages)}")
    assert any(str(figure["/Alt"]) == "Casa" for figure in tags(reader, "/Figure"))


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_nothing_of_a_hostile_text_is_read_as_typst(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "surrogatepass")
    title = '#eval("1") #read("/etc/passwd") $x^2$ \\ `raw` "q" ]] }} ;'
    book = book_of(text, title=title, description=title)
    built = build_pdf(bind_book(book), replace(STYLE, name=title))
    reader = open_pdf(built.content)
    assert '#read("/etc/passwd")' in words_of(reader, 0)
    assert "root:" not in words_of(reader)
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            assert action.get("/S", "/URI") in {"/URI", "/GoTo"}
            assert re.match(r"(?:https?|mailto):", str(action.get("/URI", "https:")))
    assert "/OpenAction" not in reader.root_object
    assert "/JavaScript" not in reader.root_object.get("/Names", {})


def test_typst_in_every_place_of_a_text_is_shown_as_it_is() -> None:
    evil = '#panic("x") #import "@preview/x:1.0.0": * #eval("2+2") <label> @ref $ x $ \\u{41} // c /* d */'
    text = (
        f"## {evil}\n\n{evil}\n\n- {evil}\n  1. {evil}\n\n> {evil}\n\n`{evil}`\n\n"
        f"| {evil.replace('|', '')} | b |\n|---|---|\n| {evil} | c |\n\n"
        f'```typst title="#panic()"\n{evil}\n```\n\n[VISUAL: 01-01-0001 - {evil}]\n\n'
        f"Note.[^1]\n\n[^1]: {evil}\n"
    )
    shown = words_of(built(text))
    assert shown.count("#import") >= 7
    assert "4 " not in re.findall(r"#eval\((.{7})", shown)


def test_what_would_overflow_a_page_does_not() -> None:
    wide = "|".join(f" column {number} " for number in range(200))
    cells = "|".join(f" supercalifragilistic{number} " for number in range(200))
    deep = "\n".join("  " * level + f"- level {level}" for level in range(12))
    texts = (
        "word" * 10_000_000,
        f"## Wide\n\n|{wide}|\n|{'---|' * 200}\n|{cells}|\n\n{deep}\n",
        f"## {'Heading' * 30}\n\n`{'/usr/lib' * 60}` [{'L' * 200}](https://example.com/{'p' * 300})\n",
    )
    reader = built(*texts, title="Very" * 60)
    for index in range(len(reader.pages)):
        for run in placed_text(reader, index):
            assert run.size > 100 or run.x1 <= RIGHT + 12, f"page {index + 1}: {run}"
    drawn = "".join(run.text for index in range(len(reader.pages)) for run in placed_text(reader, index))
    assert all(f"supercalifragilistic{number}" in drawn for number in (0, 99, 199))


def test_characters_that_the_fonts_lack_are_replaced_and_reported() -> None:
    bound = bind_book(book_of("## Signs\n\nDone ✅ and 🚀 away, 中文字 here, ∀x ∈ S ⇒ ✓ kept.\n"))
    built = build_pdf(bound, STYLE)
    text = words_of(open_pdf(built.content))
    assert "Done ✓ and away, □ here, ∀x ∈ S ⇒ ✓ kept." in text
    (lost,) = built.dropped
    assert lost.where == "01-01"
    assert "U+1F680 (rocket)" in lost.what
    assert "∀" not in lost.what


def test_a_figure_that_cannot_be_read_leaves_its_place() -> None:
    tag = "[VISUAL: 01-01-0001 - how a request travels]\n\n[VISUAL: 01-01-0002 - how it comes back]\n"
    figures = {
        "01-01-0001": BookFigure("01-01-0001", "c", png=b"\x89PNG\r\n\x1a\n" + b"\x00" * 60),
        "01-01-0002": BookFigure("01-01-0002", "c", svg=b"<svg"),
    }
    bound = bind_book(book_of(f"## One\n\n{tag}", figures=figures))
    built = build_pdf(bound, STYLE)
    assert words_of(open_pdf(built.content)).count(bound.words["figure_missing"]) == 2
    assert {entry.what for entry in built.dropped} == {"figure 01-01-0001", "figure 01-01-0002"}


def test_a_figure_with_a_letter_that_cannot_be_set_is_there_as_pixels() -> None:
    described = {
        "kind": "comparison",
        "title": "Estimators",
        "purpose": "Shows what each estimator stands for.",
        "subjects": [{"label": "x\u0304", "points": ["mean"]}, {"label": "θ\u0302", "points": ["estimate"]}],
    }
    svg = draw(read_description(described), load_language("en")).svg
    tag = "[VISUAL: 01-01-0001 - the estimators and what they stand for]\n"
    figures = {"01-01-0001": BookFigure("01-01-0001", "c", alt="The estimators.", svg=svg)}
    bound = bind_book(book_of(f"## One\n\n{tag}", figures=figures))
    built = build_pdf(bound, STYLE)
    reader = open_pdf(built.content)
    assert bound.words["figure_missing"] not in words_of(reader)
    assert [len(page.images) for page in reader.pages if page.images] == [1]
    metadata = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert [entry.what for entry in built.dropped] == ["the letters of figure 01-01-0001"]


def test_a_tall_drawing_takes_more_of_its_page_before_its_letters_get_too_small() -> None:
    def scale(pixels: int) -> float:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="{pixels}"><path d="M0 0"/></svg>'
        figures = {"01-01-0001": BookFigure("01-01-0001", "c", svg=svg.encode())}
        pictures, _ = make_pictures(figures, 450, 700, 0.6, str)
        points = add_figures(Package(), figures, 450, 700, 0.6)[0]["01-01-0001"].height
        in_the_pdf = pictures["01-01-0001"].width / 300
        assert points / pixels == pytest.approx(in_the_pdf, rel=0.01)
        return in_the_pdf

    assert scale(500) == pytest.approx(0.6), "as small as any"
    assert scale(800) == pytest.approx(0.6 * 700 / 800), "as high as any"
    assert scale(1_050) == pytest.approx(0.5), "as small as can be read"
    assert 1_800 * scale(1_800) <= 0.82 * 700 + 1


def test_an_error_of_the_program_quotes_the_compiler(
    monkeypatch: pytest.MonkeyPatch, bound: BoundBook
) -> None:
    monkeypatch.setattr(
        pdf_module,
        "write_source",
        lambda *_: type("S", (), {"main": "#panic()", "values": {}, "dropped": ()}),
    )
    with pytest.raises(PdfError, match="does not compile: error: panicked"):
        build_pdf(replace(bound, figures={}), STYLE)


def test_a_structure_that_the_standard_refuses_is_told_and_does_not_stop_the_book(
    monkeypatch: pytest.MonkeyPatch, bound: BoundBook
) -> None:
    main = '#set document(title: "T")\n#figure(rect())\nStill there'
    source = type("S", (), {"main": main, "values": {}, "dropped": ()})
    monkeypatch.setattr(pdf_module, "write_source", lambda *_: source)
    built = build_pdf(replace(bound, figures={}), STYLE)
    assert [entry.what for entry in built.dropped] == ["the mark PDF/UA-1"]
    reader = open_pdf(built.content)
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert "pdfuaid" not in reader.root_object["/Metadata"].get_object().get_data().decode()


def test_every_kind_of_block_may_break_over_pages() -> None:
    blocks = (
        "1. one [link](https://example.org/1)\n2. two\n3. three\n   - [ ] open\n   - [x] done\n4. four\n\n"
        "> Quoted\n>\n> - a\n> - b\n\n| a | b |\n|---|---|\n| c[^1] | d |\n| e | f |\n\n"
        "```yaml\na: 1\nb: 2\n```\n\n[VISUAL: 01-01-0001 - not drawn]\n\n[^1]: A note.\n\n    - with a list\n"
    )
    texts = ["## One\n\n" + "A line.\n\n" * count + blocks for count in range(34)]
    bound = replace(bind_book(book_of(*texts)), banner="A banner on every page")
    built = build_pdf(bound, STYLE)
    assert built.dropped == ()
    reader = open_pdf(built.content)
    assert len(reader.pages) > 60


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    yield


def test_it_is_built_without_a_network(no_network: None) -> None:
    assert built("## One\n\nText.\n").pages


def test_a_disk_without_room_for_its_parts_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(NoRoomForPdf, match="name another folder in TMPDIR, and run again"):
        built("## One\n\nText.\n")


def test_a_house_font_that_is_not_there_is_told_and_replaced() -> None:
    built = build_pdf(bind_book(book_of("## One\n\nText.\n")), replace(STYLE, text_font="Garamond Premier"))
    assert [entry.what for entry in built.dropped] == ["the font Garamond Premier"]
    assert "Text." in words_of(open_pdf(built.content))


def test_what_a_format_lost_is_told_with_what_the_binding_lost() -> None:
    book = book_of("## One\n\nOff we go 🚀 with <b>it</b>.\n")
    material = Material(book, bind_book(book), STYLE)
    names = [name for name, _ in write_material(material, choose_formats(["pdf", "docx"]))]
    assert names == ["book.pdf", "book.docx"]
    assert [entry.what for entry in material.dropped] == ["<b>", "U+1F680 (rocket)"]
