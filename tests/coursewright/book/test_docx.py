"""The book as a Word document: what python-docx, its own XML and LibreOffice find in it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import uuid
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from book_samples import book_of, sample_book
from docx import Document
from docx.document import Document as Opened
from docx.oxml.ns import qn
from pdf_reading import bookmarked_pages
from pypdf import PdfReader

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.docx import build_docx
from coursewright.book.docx_fonts import scramble
from coursewright.book.docx_package import TYPES
from coursewright.book.model import BookFigure
from coursewright.book.style import HouseStyle
from coursewright.book.typst_glyphs import font_folder

pytestmark = pytest.mark.pages

STYLE = HouseStyle(name="Academia del Puerto")
HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(params=["es", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@cache
def bound_in(language: str) -> BoundBook:
    return bind_book(sample_book(8, language, gaps=True, labs=True))


@cache
def content_in(language: str) -> bytes:
    return build_docx(bound_in(language), STYLE).content


@cache
def document_in(language: str) -> Opened:
    return Document(io.BytesIO(content_in(language)))


@pytest.fixture
def bound(language: str) -> BoundBook:
    return bound_in(language)


@pytest.fixture
def content(language: str) -> bytes:
    return content_in(language)


@pytest.fixture
def document(language: str) -> Opened:
    return document_in(language)


def written(*texts: str, **fields: Any) -> Opened:
    return Document(io.BytesIO(build_docx(bind_book(book_of(*texts, **fields)), STYLE).content))


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ET.fromstring(archive.read(name))


def test_headings_are_headings(bound: BoundBook, document: Opened) -> None:
    titles = {paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"}
    assert titles == {page.full_title for page in bound.pages if page.level == 1}
    lessons = {paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 2"}
    assert lessons == {page.full_title for page in bound.pages if page.level == 2}
    names = {paragraph.style.name for paragraph in document.paragraphs}
    assert {
        "Heading 3",
        "Heading 4",
        "Section Heading",
        "Caption",
        "Code",
        "Quote",
        "List Paragraph",
    } <= names


def test_every_style_and_list_that_is_named_exists(content: bytes) -> None:
    body = part(content, "word/document.xml")
    styles = {style.get(f"{W}styleId") for style in part(content, "word/styles.xml").iter(f"{W}style")}
    for kind in ("pStyle", "rStyle", "tblStyle"):
        assert {element.get(f"{W}val") for element in body.iter(f"{W}{kind}")} <= styles
    lists = {number.get(f"{W}numId") for number in part(content, "word/numbering.xml").iter(f"{W}num")}
    assert {element.get(f"{W}val") for element in body.iter(f"{W}numId")} <= lists | {"0"}


def test_every_relation_leads_to_a_part_and_every_part_has_a_type(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        types = ET.fromstring(archive.read("[Content_Types].xml"))
        known = {entry.get("PartName", "").lstrip("/") for entry in types}
        endings = {entry.get("Extension") for entry in types}
        for name in names - {"[Content_Types].xml"}:
            assert name in known or name.rpartition(".")[2] in endings - {"xml"}, name
        for name in names:
            if not name.endswith(".rels"):
                continue
            folder = name.replace("_rels/", "").rpartition("/")[0]
            ids = [entry.get("Id") for entry in ET.fromstring(archive.read(name))]
            assert len(ids) == len(set(ids))
            for entry in ET.fromstring(archive.read(name)):
                if entry.get("TargetMode") != "External":
                    assert f"{folder}/{entry.get('Target')}".lstrip("/") in names
    assert set(TYPES.values()) >= {entry.get("ContentType") for entry in types if entry.get("PartName")}


def test_ids_and_bookmarks_are_there_once_and_links_find_them(content: bytes) -> None:
    body = part(content, "word/document.xml")
    marks = [(mark.get(f"{W}id"), mark.get(f"{W}name")) for mark in body.iter(f"{W}bookmarkStart")]
    assert len({number for number, _ in marks}) == len({name for _, name in marks}) == len(marks)
    ends = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkEnd")]
    assert sorted(ends) == sorted(number for number, _ in marks)
    names = {name for _, name in marks}
    targets = {link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")} - {None}
    assert len(targets) > 30
    assert targets <= names
    fields = "".join(text.text or "" for text in body.iter(f"{W}instrText"))
    assert set(re.findall(r"(?:PAGEREF|NOTEREF) (\S+)", fields)) <= names
    drawn = [shape.get("id") for shape in body.iter() if shape.tag.endswith("}docPr")]
    assert len(drawn) == len(set(drawn)) > 3


def test_the_index_of_labs_leads_to_the_guide_beside_the_book(content: bytes) -> None:
    relations = part(content, "word/_rels/document.xml.rels")
    assert [one.get("TargetMode") for one in relations if one.get("Target") == "lab-guide.docx"] == [
        "External"
    ]


def test_the_contents_are_a_field_that_is_filled_in(bound: BoundBook, document: Opened) -> None:
    entries = [paragraph for paragraph in document.paragraphs if paragraph.style.name.startswith("toc ")]
    assert 'TOC \\o "1-3" \\h \\z' in entries[0]._p.xml
    said = [paragraph.text.split("\t")[0] for paragraph in entries]
    assert [title for title in said if title in {page.full_title for page in bound.pages}] == [
        page.full_title for page in bound.pages
    ]
    kinds = re.findall(r'w:fldCharType="(\w+)"', "".join(paragraph._p.xml for paragraph in entries))
    assert kinds.count("begin") == kinds.count("end") == kinds.count("separate") == len(entries) + 1


def test_figures_have_their_alternative_text(bound: BoundBook, document: Opened) -> None:
    told = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(told) == len(bound.figures)
    for figure in bound.figures.values():
        assert any(figure.alt in alt and figure.long_description in alt for alt in told)
    section = document.sections[1]
    for shape in document.inline_shapes:
        assert shape.width <= section.page_width - section.left_margin - section.right_margin


def test_header_rows_repeat_and_tables_fit(document: Opened) -> None:
    section = document.sections[1]
    width = section.page_width - section.left_margin - section.right_margin
    assert len(document.tables) > 10
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert sum(column.width for column in table.columns) <= width + 200 * len(table.columns)


def test_headers_and_footers_have_the_module_and_the_page(bound: BoundBook, document: Opened) -> None:
    assert len(document.sections) == 1 + sum(page.level == 1 for page in bound.pages)
    assert not document.sections[0].header.paragraphs[0].text
    module = next(page for page in bound.pages if page.kind == "module")
    heads = [section.header.paragraphs[0].text for section in document.sections]
    assert any(module.title in head for head in heads)
    assert all(" PAGE " in section.footer._element.xml for section in list(document.sections)[1:])


def test_its_properties_come_from_the_book(bound: BoundBook, document: Opened) -> None:
    properties = document.core_properties
    assert properties.title == f"{bound.title} – {bound.kind}"
    assert properties.author == "Academia del Puerto"
    assert properties.language == {"es": "es-ES", "en": "en-US"}[bound.language.code]
    assert bound.dated is not None
    assert properties.created == properties.modified == bound.dated.replace(microsecond=0)


def test_the_same_book_gives_the_same_bytes(bound: BoundBook, content: bytes) -> None:
    assert build_docx(bound, STYLE).content == content


def test_notes_are_footnotes_and_a_second_mark_refers_to_the_first() -> None:
    bound = bind_book(
        book_of(
            "## One\n\nA mark.[^a] Again.[^a] [Site](https://example.org/)\n\n[^a]: See [this](https://example.org/note).\n"
        )
    )
    content = build_docx(bound, STYLE).content
    notes = part(content, "word/footnotes.xml")
    texts = ["".join(text.text or "" for text in note.iter(f"{W}t")).strip() for note in notes]
    assert texts == ["", "", "See this."]
    body = ET.tostring(part(content, "word/document.xml"), encoding="unicode")
    assert body.count("footnoteReference ") == 1
    assert body.count("NOTEREF") == 1
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"https://example.org/note" in archive.read("word/_rels/footnotes.xml.rels")


def test_lists_nest_number_and_tick() -> None:
    text = "## One\n\n3. third\n   - inner\n     1. deep\n4. fourth\n\nText\n\n1. anew\n"
    text += "\n- [ ] open\n- [x] done\n"
    document = written(text)
    found = {
        paragraph.text.strip(): (paragraph._p.pPr.numPr.ilvl.val, paragraph._p.pPr.numPr.numId.val)
        for paragraph in document.paragraphs
        if paragraph._p.pPr.numPr is not None
    }
    assert found["third"][0] == found["fourth"][0] == 0
    assert found["third"][1] == found["fourth"][1] != found["anew"][1]
    assert (found["inner"], found["deep"][0]) == ((1, 1), 2)
    numbering = document.part.numbering_part.element
    starts = {
        number.numId: number.xpath("./w:lvlOverride/w:startOverride/@w:val") for number in numbering.num_lst
    }
    assert starts[found["third"][1]] == ["3"]
    boxes = re.findall(r'w14:checked w14:val="(\d)"', document.element.xml)
    assert boxes == ["0", "1"]


def test_a_passage_in_another_language_is_marked() -> None:
    english = (
        "This is a paragraph that was taken from the documentation of the project, and it is in English."
    )
    document = written(f"## Tema\n\n{english}\n", language="es")
    paragraph = next(paragraph for paragraph in document.paragraphs if paragraph.text == english)
    assert paragraph.runs[0]._r.rPr.find(qn("w:lang")).get(qn("w:val")) == "en-US"
    assert 'w:lang w:val="es-ES"' in document.styles.element.xml


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_nothing_of_a_hostile_text_is_more_than_text(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "surrogatepass")
    title = "</w:t></w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText> \" ' & ]]>"
    bound = bind_book(book_of(text, title=title, description=title))
    content = build_docx(bound, replace(STYLE, name=title)).content
    document = Document(io.BytesIO(content))
    assert "<w:instrText>DDEAUTO" in document.paragraphs[1].text
    fields = "".join(
        element.text or "" for element in part(content, "word/document.xml").iter(f"{W}instrText")
    )
    assert set(re.findall(r"[A-Z]{3,}", fields)) <= {"TOC", "PAGEREF", "NOTEREF", "PAGE"}
    for relation in document.part.rels.values():
        if relation.is_external:
            assert re.match(r"https?:|mailto:", relation.target_ref)
    assert "altChunk" not in document.element.xml


def test_long_lines_wide_tables_and_deep_lists_are_written() -> None:
    wide = "|" + "c|" * 200
    deep = "\n".join("  " * level + f"- level {level}" for level in range(12))
    document = written("x" * 10_000_000, f"## W\n\n{wide}\n|{'-|' * 200}\n{wide}\n\n{deep}\n")
    assert max(len(table.columns) for table in document.tables) == 12
    levels = [int(level) for level in re.findall(r'w:ilvl w:val="(\d)"', document.element.xml)]
    assert max(levels) == 5


def test_a_figure_that_cannot_be_drawn_leaves_its_place_and_is_reported() -> None:
    figures = {"01-01-0001": BookFigure("01-01-0001", "c", svg=b"<svg")}
    bound = bind_book(book_of("## One\n\n[VISUAL: 01-01-0001 - how a request travels]\n", figures=figures))
    built = build_docx(bound, STYLE)
    assert [entry.what for entry in built.dropped] == ["figure 01-01-0001"]
    document = Document(io.BytesIO(built.content))
    assert bound.words["figure_missing"] in [paragraph.text for paragraph in document.paragraphs]


def test_its_fonts_are_within_it_and_can_be_read_back(content: bytes) -> None:
    table = part(content, "word/fontTable.xml")
    key = next(element.get(f"{W}fontKey") for element in table.iter(f"{W}embedRegular"))
    assert key is not None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        stored = archive.read("word/fonts/IBMPlexSerif-Regular.odttf")
    original = (font_folder() / "IBMPlexSerif-Regular.ttf").read_bytes()
    assert stored != original
    assert scramble(stored, uuid.UUID(key.strip("{}"))) == original


def test_what_the_cover_says_in_a_line_is_parted_between_facts_alone(
    document: Opened, bound: BoundBook
) -> None:
    (line,) = (paragraph.text for paragraph in document.paragraphs if "   ·   " in paragraph.text)
    facts = line.split("   ·   ")
    assert not any(" " in fact for fact in facts)
    assert [fact.replace("\u00a0", " ") for fact in facts] == [
        f"{name}: {value}" for name, value in bound.cover_facts
    ]


def test_a_notice_has_room_around_its_text_in_its_own_colour(content: bytes) -> None:
    frames = [
        {side.tag.removeprefix(W): side.get(f"{W}color") for side in frame}
        for frame in part(content, "word/document.xml").iter(f"{W}pBdr")
    ]
    assert {"top": "FDF1D8", "left": "7A4B00", "bottom": "FDF1D8"} in [
        {side: (colour or "").upper() for side, colour in frame.items()} for frame in frames
    ]


def rows_of(text: str) -> list[tuple[bool, bool]]:
    """For each row of a text's table whether it stays whole, and whether it stays with the next."""
    content = build_docx(bind_book(book_of(text)), STYLE).content
    table = list(part(content, "word/document.xml").iter(f"{W}tbl"))[1]
    return [
        (row.find(f"{W}trPr/{W}cantSplit") is not None, row.find(f".//{W}keepNext") is not None)
        for row in table.iter(f"{W}tr")
    ]


def test_a_short_table_is_on_one_page_and_a_long_one_breaks_between_its_rows() -> None:
    head = "## A\n\n| Name | Value |\n|---|---|\n"
    assert rows_of(head + "| row | value |\n" * 4) == [(True, True)] * 4 + [(True, False)]
    assert rows_of(head + "| row | value |\n" * 40) == [(True, True)] + [(True, False)] * 40
    assert rows_of(head + f"| row | {'word ' * 900}|\n") == [(True, True), (False, False)]


def kept_items(text: str) -> list[bool]:
    """Of each item of a list in a text, whether it stays on the page of the next."""
    items = [
        paragraph._p.pPr.find(f"{W}keepNext") is not None
        for paragraph in written(text).paragraphs
        if paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    ]
    # The first is the lesson in its chapter's list.
    return items[1:]


def test_a_short_list_is_on_one_page_and_no_item_of_a_long_one_is_alone_on_the_next() -> None:
    assert kept_items("## A\n\n- one\n- two\n- three\n") == [True, True, False]
    assert kept_items("## A\n\n- alone\n") == [False]
    assert kept_items("## A\n\n" + "- item\n" * 12) == [False] * 10 + [True, False]
    assert kept_items("## A\n\n" + "- item\n" * 12 + "  - inner\n") == [False] * 10 + [True, False, False]


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["book", "guide"])
def test_libreoffice_opens_it_with_contents_and_page_numbers(kind: str, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    sample = sample_book(8, "es", gaps=True, labs=True)
    bound = bind_book(sample) if kind == "book" else bind_lab_guide(sample)
    content = build_docx(bound, STYLE).content
    (tmp_path / "book.docx").write_bytes(content)
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean","value":"true"}}',
         "--outdir", str(tmp_path), str(tmp_path / "book.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    reader = PdfReader(tmp_path / "book.pdf")
    stands = bookmarked_pages(reader)
    for paragraph in Document(io.BytesIO(content)).paragraphs:
        if paragraph.style.name in ("toc 1", "toc 2"):
            title, _, number = paragraph.text.partition("\t")
            assert stands[title] == int(number)
    assert {page.full_title for page in bound.pages} <= set(stands)
    for index, sheet in enumerate(reader.pages[1:], start=2):
        assert re.search(rf"\b{index}\b", sheet.extract_text())
