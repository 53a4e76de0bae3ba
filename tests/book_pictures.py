"""Pictures of the book for the docs; needs Chromium, LibreOffice and poppler's pdftoppm.

PYTHONPATH=.:tests python tests/book_pictures.py docs/pictures
"""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from book_samples import sample_book
from pdf_reading import bookmarked_pages, open_pdf
from servers.chromium import Browser, running_chromium

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.docx import build_docx
from coursewright.book.epub import write_epub
from coursewright.book.html import write_html
from coursewright.book.pdf import build_pdf
from coursewright.book.scorm import write_scorm
from coursewright.book.style import HouseStyle

SCALE = 0.7

# Name, language, scheme, width in pixels, place to scroll to, pixels to scroll on from there.
VIEWS = (
    ("book-cover", "es", "light", 1360, "cover", 0),
    ("book-course", "en", "light", 1360, "course", 0),
    ("book-module", "es", "light", 1360, "m01", 0),
    ("book-lesson", "en", "light", 1360, "l01-01", 0),
    ("book-figure", "es", "light", 1360, "fig-01-01-0002", -90),
    ("book-figure-dark", "es", "dark", 1360, "fig-01-01-0002", -90),
    ("book-code", "en", "light", 1360, "l01-01-technical-details", 0),
    ("book-code-dark", "en", "dark", 1360, "l01-01-technical-details", 0),
    ("book-gap", "es", "light", 1360, "l01-02", 0),
    ("book-glossary", "en", "light", 1360, "glossary", 0),
    ("book-phone", "es", "light", 400, "l01-01", 0),
    ("book-lab", "es", "light", 1360, "lab-01-01-01", 0),
)

STYLES = {"en": HouseStyle(name="Harbour Academy"), "es": HouseStyle(name="Academia del Puerto")}
READY = "document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 300)))"
SHOWN = ("course", "m01", "l01-01", "l01-02", "glossary")
"""Pages of a book that a sheet shows, besides the cover and what follows a lesson's first page."""


def take_views(browser: Browser, folder: Path, target: Path) -> None:
    """The HTML book and lab guide, view by view."""
    pages = {}
    for language in ("en", "es"):
        book = sample_book(8, language, gaps=True, labs=True)
        for kind, bound in (("book", bind_book(book)), ("lab", bind_lab_guide(book))):
            pages[language, kind] = folder / f"{kind}-{language}.html"
            pages[language, kind].write_bytes(write_html(bound, STYLES[language]))
    for name, language, scheme, width, place, further in VIEWS:
        browser.set_size(width, 880)
        browser.set_scheme(scheme)
        browser.open(pages[language, "lab" if place.startswith("lab-") else "book"].as_uri())
        browser.run(
            f"document.documentElement.style.scrollBehavior = 'auto';"
            f"document.getElementById('{place}').scrollIntoView(); scrollBy(0, {further}); {READY}"
        )
        clip = {"x": 0, "y": browser.run("scrollY"), "width": width, "height": 880, "scale": SCALE}
        shot = browser.send("Page.captureScreenshot", format="png", clip=clip)
        (target / f"{name}-{language}.png").write_bytes(base64.b64decode(shot["data"]))
    browser.set_scheme("light")


def take_sheets(browser: Browser, folder: Path, target: Path) -> None:
    """Pages of the formats that have pages, eight on a sheet."""
    for language in ("en", "es"):
        bound = bind_book(sample_book(8, language, gaps=True, labs=True))
        style = STYLES[language]
        pdf = build_pdf(bound, style).content
        _sheet(browser, folder, _printed(pdf, bound, folder), target / f"pdf-pages-{language}.png")
        word = folder / "book.docx"
        word.write_bytes(build_docx(bound, style).content)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to",
             'pdf:writer_pdf_Export:{"ExportBookmarks":{"type":"boolean","value":"true"}}',
             "--outdir", str(folder), str(word)],
            check=True, capture_output=True,
        )  # fmt: skip
        printed = _printed(word.with_suffix(".pdf").read_bytes(), bound, folder)
        _sheet(browser, folder, printed, target / f"docx-pages-{language}.png")
        for name, content, pattern in (
            ("epub", write_epub(bound, style), "*.xhtml"),
            ("scorm", write_scorm(bound, style), "*.html"),
        ):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(folder / f"{name}-{language}")
            files = {path.stem: path for path in (folder / f"{name}-{language}").rglob(pattern)}
            shown = [files[stem] for stem in ("cover", "nav", *SHOWN, "figures") if stem in files]
            _sheet(browser, folder, _screens(browser, shown), target / f"{name}-pages-{language}.png")


def _printed(pdf: bytes, bound: BoundBook, folder: Path) -> list[bytes]:
    found = bookmarked_pages(open_pdf(pdf))
    places = {page.id: found[page.full_title] for page in bound.pages if page.full_title in found}
    numbers = {1, *(places[name] for name in SHOWN), places["m01"] - 1, places["l01-01"] + 1}
    (folder / "pages.pdf").write_bytes(pdf)
    pictures = []
    for number in sorted(numbers):
        command = [
            "pdftoppm",
            "-scale-to-x",
            "290",
            "-scale-to-y",
            "-1",
            "-png",
            "-f",
            str(number),
            "-l",
            str(number),
            "-singlefile",
        ]
        subprocess.run([*command, "pages.pdf", "page"], cwd=folder, check=True)
        pictures.append((folder / "page.png").read_bytes())
    return pictures


def _screens(browser: Browser, files: Sequence[Path]) -> list[bytes]:
    browser.set_size(640, 905)
    pictures = []
    for file in files:
        browser.open(file.as_uri())
        browser.run(READY)
        pictures.append(browser.screenshot())
    return pictures


def _sheet(browser: Browser, folder: Path, pictures: Sequence[bytes], target: Path) -> None:
    shown = "".join(
        f"<img src='data:image/png;base64,{base64.b64encode(picture).decode()}'>" for picture in pictures
    )
    grid = "display:grid;grid-template-columns:repeat(4,290px);gap:12px"
    style = f"body{{margin:6px;background:#8b8f98;{grid}}}img{{width:290px}}"
    (folder / "sheet.html").write_text(f"<!DOCTYPE html><style>{style}</style>{shown}", "utf-8")
    browser.set_size(1208, 844 if len(pictures) > 4 else 422)
    browser.open((folder / "sheet.html").as_uri())
    target.write_bytes(browser.screenshot())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, running_chromium(Path(scratch, "profile")) as running:
        running.send("Emulation.setScrollbarsHidden", hidden=True)
        take_views(running, Path(scratch), Path(sys.argv[1]))
        take_sheets(running, Path(scratch), Path(sys.argv[1]))
