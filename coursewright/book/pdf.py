"""A bound book as PDF: tagged, with bookmarks, page numbers in the contents and the fonts within.

The source is written by `coursewright.book.typst_source` and compiled by Typst, in a folder of its own that
is removed afterwards. Nothing is fetched, and no file outside that folder can be named.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from pathlib import Path

from coursewright.book import pdf_compile
from coursewright.book.bound import BoundBook
from coursewright.book.nodes import Dropped
from coursewright.book.paged import cover_drawing, text_size
from coursewright.book.style import HouseStyle
from coursewright.book.typst_figures import Picture, make_pictures
from coursewright.book.typst_glyphs import GlyphFitter, font_folder
from coursewright.book.typst_source import families, write_source

MAX_FIGURE_HEIGHT = 0.6
"""The most of a page's text that a figure may take."""

COMPILE_SECONDS = 900
"""A book of 400 lessons takes about a tenth of it."""


class PdfError(Exception):
    """The compiler refused the book's source, which is an error of this program; the message quotes it."""


@dataclass(frozen=True)
class Pdf:
    """A PDF, and what is not in it as it was written."""

    content: bytes
    dropped: tuple[Dropped, ...] = ()


def build_pdf(book: BoundBook, style: HouseStyle) -> Pdf:
    """`book` as PDF/UA-1.

    The same book and style give the same bytes: its date is the book's.

    Raises:
        PdfError: the source does not compile.
    """
    folders = (font_folder(), *((style.font_folder,) if style.font_folder else ()))
    roles = families(style)
    glyphs = GlyphFitter(tuple(dict.fromkeys(chain.from_iterable(roles.values()))), folders)
    width, height = text_size(style)
    pictures, refused = make_pictures(book.figures, width, height * MAX_FIGURE_HEIGHT, glyphs.fit)
    with tempfile.TemporaryDirectory(prefix="coursewright-pdf-") as name:
        folder = Path(name)
        try:
            return _build(folder, book, style, pictures, glyphs, folders, refused)
        except PdfError:
            bad = [figure for figure, picture in pictures.items() if not _compiles(folder, picture, folders)]
            if not bad:
                raise
        told = tuple(
            Dropped(figure[:5], f"figure {figure}", "the PDF's compiler cannot read it; its place says so")
            for figure in bad
        )
        good = {figure: picture for figure, picture in pictures.items() if figure not in bad}
        return _build(folder, book, style, good, glyphs, folders, (*refused, *told))


def write_pdf(book: BoundBook, style: HouseStyle) -> bytes:
    """The file alone; see `build_pdf`."""
    return build_pdf(book, style).content


def _build(
    folder: Path,
    book: BoundBook,
    style: HouseStyle,
    pictures: dict[str, Picture],
    glyphs: GlyphFitter,
    folders: tuple[Path, ...],
    refused: tuple[Dropped, ...],
) -> Pdf:
    source = write_source(book, style, pictures, glyphs)
    values = dict(source.values)
    if style.logo:
        values["logo"] = "logo.svg" if style.logo.media_type == "image/svg+xml" else "logo.png"
        (folder / values["logo"]).write_bytes(style.logo.content)
    (folder / "cover.svg").write_text(cover_drawing(book, style), "utf-8")
    (folder / "figures").mkdir(exist_ok=True)
    for picture in pictures.values():
        (folder / picture.path).write_bytes(picture.content)
    template = resources.files("coursewright.book").joinpath("assets").joinpath("book.typ")
    (folder / "book.typ").write_bytes(template.read_bytes())
    (folder / "book.json").write_text(json.dumps(values), "utf-8")
    timestamp = int(book.dated.timestamp()) if book.dated else 0
    return Pdf(_compile(folder, source.main, folders, timestamp), (*refused, *source.dropped))


def _compiles(folder: Path, picture: Picture, folders: tuple[Path, ...]) -> bool:
    (folder / picture.path).write_bytes(picture.content)
    source = f'#set document(title: "T")\n#image("{picture.path}", alt: "a")\n'
    try:
        _compile(folder, source, folders, 0)
    except PdfError:
        return False
    return True


def _compile(folder: Path, source: str, folders: tuple[Path, ...], timestamp: int) -> bytes:
    for name in ("book.pdf", "error.json"):
        (folder / name).unlink(missing_ok=True)
    (folder / "main.typ").write_text(source, "utf-8")
    job = {"fonts": [str(path) for path in folders], "timestamp": timestamp}
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    command = [sys.executable, "-I", str(Path(pdf_compile.__file__)), str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=COMPILE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise PdfError(f"The PDF was not ready after {COMPILE_SECONDS} s.") from error
    if (folder / "error.json").exists():
        told = json.loads((folder / "error.json").read_text("utf-8"))
        raise PdfError(f"The PDF's source does not compile: {told['diagnostic'] or told['message']}")
    if done.returncode or not (folder / "book.pdf").exists():
        said = done.stderr.decode(errors="replace")[-600:]
        raise PdfError(f"The PDF's compiler ended with code {done.returncode}: {said}")
    return (folder / "book.pdf").read_bytes()
