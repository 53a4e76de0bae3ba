"""A bound book as PDF: tagged, with bookmarks, page numbers in the contents and the fonts within.

The source is written by `coursewright.book.typst_source` and compiled by Typst, in a folder of its own that
is removed afterwards. Nothing is fetched, and no file outside that folder can be named.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import chain
from pathlib import Path

from coursewright.book import pdf_compile
from coursewright.book.bound import BoundBook
from coursewright.book.nodes import Dropped
from coursewright.book.paged import cover_drawing, text_size
from coursewright.book.style import HouseStyle
from coursewright.book.typst_figures import Picture, as_pixels, make_pictures
from coursewright.book.typst_glyphs import GlyphFitter, font_folder
from coursewright.book.typst_source import families, write_source
from coursewright.errors import FormatError

MAX_FIGURE_HEIGHT = 0.6
"""The most of a page's text that a figure takes, unless its letters became too small."""

UA_ERROR = "PDF/UA-1 error"
"""How the compiler says that only the standard is in the way."""

COMPILE_SECONDS = 900
"""A book of 400 lessons takes about a tenth of it."""


class PdfError(FormatError):
    """The compiler refused the book's source, which is an error of this program; the message quotes it."""


class NoRoomForPdf(FormatError):
    """This machine has no place for the files that a PDF is made from, such as on a full disk."""


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
        NoRoomForPdf: the files that it is made from cannot be written.
    """
    try:
        return _build_in_folder(book, style)
    except OSError as error:
        raise NoRoomForPdf(
            "The PDF cannot be made: its parts are put into a folder for temporary files, and the system "
            f"says: {error.strerror or error}. Free some space, or name another folder in TMPDIR, and run "
            "again; everything else is kept."
        ) from error


def _build_in_folder(book: BoundBook, style: HouseStyle) -> Pdf:
    folders = (font_folder(), *((style.font_folder,) if style.font_folder else ()))
    roles = families(style)
    glyphs = GlyphFitter(tuple(dict.fromkeys(chain.from_iterable(roles.values()))), folders)
    width, height = text_size(style)
    absent = tuple(missing_families(style, folders))
    pictures, refused = make_pictures(book.figures, width, height, MAX_FIGURE_HEIGHT, glyphs.fit)
    with tempfile.TemporaryDirectory(prefix="coursewright-pdf-") as name:
        folder = Path(name)
        job = _Job(folder, folders, int(book.dated.timestamp()) if book.dated else 0)
        dropped = [*absent, *refused]
        try:
            return _build(job, book, style, pictures, glyphs, dropped)
        except PdfError as error:
            problem = error
        bad = _find_bad(job, pictures)
        if bad:
            pictures, told = _replace_bad(job, pictures, bad)
            dropped += told
            try:
                return _build(job, book, style, pictures, glyphs, dropped)
            except PdfError as error:
                problem = error
        if UA_ERROR not in str(problem):
            raise problem
        why = "the compiler found its structure wanting; it is tagged, but does not bear that mark"
        dropped.append(Dropped("book", "the mark PDF/UA-1", why))
        return _build(replace(job, standard=""), book, style, pictures, glyphs, dropped)


@dataclass(frozen=True)
class _Job:
    """Where and how to compile."""

    folder: Path
    fonts: tuple[Path, ...]
    timestamp: int
    standard: str = "ua-1"


def missing_families(style: HouseStyle, folders: tuple[Path, ...]) -> Iterator[Dropped]:
    """The families that the style asks for and that no file of `folders` holds."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in folders])
    known = {font.family for font in fonts.fonts()}
    for family in dict.fromkeys((style.text_font, style.heading_font, style.code_font)):
        if family not in known:
            why = "there is no such font in the house style's folder of fonts; IBM Plex stands in"
            yield Dropped("style", f"the font {family}", why)


def _build(
    job: _Job,
    book: BoundBook,
    style: HouseStyle,
    pictures: dict[str, Picture],
    glyphs: GlyphFitter,
    dropped: Sequence[Dropped],
) -> Pdf:
    source = write_source(book, style, pictures, glyphs)
    values = dict(source.values)
    folder = job.folder
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
    return Pdf(_compile(job, source.main), (*dropped, *source.dropped))


def _find_bad(job: _Job, pictures: Mapping[str, Picture]) -> list[str]:
    """The figures that the compiler cannot read, found by halves."""
    if not pictures:
        return []
    for picture in pictures.values():
        (job.folder / picture.path).write_bytes(picture.content)
    images = "\n".join(f'#image("{picture.path}", alt: "a")' for picture in pictures.values())
    try:
        _compile(job, f'#set document(title: "T")\n{images}\n')
        return []
    except PdfError:
        names = list(pictures)
    if len(names) == 1:
        return names
    halves = (names[: len(names) // 2], names[len(names) // 2 :])
    return [bad for half in halves for bad in _find_bad(job, {name: pictures[name] for name in half})]


def _replace_bad(
    job: _Job, pictures: Mapping[str, Picture], bad: Sequence[str]
) -> tuple[dict[str, Picture], list[Dropped]]:
    """Pixels in place of drawings that the compiler cannot read, such as those with a mark on an x.

    What it cannot read as pixels either is left out.
    """
    pixels = {figure: shot for figure in bad if (shot := as_pixels(pictures[figure])) is not None}
    for figure in _find_bad(job, pixels):
        del pixels[figure]
    told = []
    for figure in bad:
        what, why = f"figure {figure}", "the PDF's compiler cannot read it; its place says so"
        if figure in pixels:
            what, why = f"the letters of {what}", "the PDF's compiler cannot set one of them; they are pixels"
        told.append(Dropped(figure[:5], what, why))
    kept = {figure: picture for figure, picture in pictures.items() if figure not in bad}
    return {**kept, **pixels}, told


def _compile(job: _Job, source: str) -> bytes:
    folder = job.folder
    for name in ("book.pdf", "error.json"):
        (folder / name).unlink(missing_ok=True)
    (folder / "main.typ").write_text(source, "utf-8")
    told = {
        "fonts": [str(path) for path in job.fonts],
        "timestamp": job.timestamp,
        "standard": job.standard,
    }
    (folder / "job.json").write_text(json.dumps(told), "utf-8")
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
