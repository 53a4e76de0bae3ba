"""A course as files: every format by its name, chosen and written from one binding.

A new format is one module with a function that takes the book as `Material` and one line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook
from coursewright.book.model import Book
from coursewright.book.nodes import Dropped
from coursewright.book.style import HouseStyle
from coursewright.errors import SettingsError


@dataclass(frozen=True)
class Material:
    """What a writer works from: the course as it was read, its pages, and how they should look.

    Attributes:
        lost: what a format could not hold, put down by its writer.
    """

    book: Book
    bound: BoundBook
    style: HouseStyle
    lost: list[Dropped] = field(default_factory=list)

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What is not in the files as it was written, once they are written."""
        return (*self.bound.dropped, *self.lost)


Writer = Callable[[Material], Iterator[tuple[str, bytes]]]
"""Gives names, relative to the book's folder and with ``/`` between their parts, and contents."""


@dataclass(frozen=True)
class Format:
    """A form that a book can take.

    Attributes:
        name: what a run calls it.
        file: the file's name after the stem, or the folder's with ``/``.
        description: for people who choose.
        writer: module and function, so that a format costs nothing until it is asked for.
    """

    name: str
    file: str
    description: str
    writer: str

    def write(self, material: Material) -> Iterator[tuple[str, bytes]]:
        """The format's files."""
        module, _, function = self.writer.partition(":")
        writer: Writer = getattr(import_module(module), function)
        return writer(material)


_ALL = (
    Format("md", ".md", "Markdown, one file", "coursewright.book.formats:markdown"),
    Format("json", ".json", "JSON with metadata, texts and statistics", "coursewright.book.formats:json"),
    Format("html", ".html", "one HTML file that works offline", "coursewright.book.formats:html"),
    Format("pdf", ".pdf", "PDF to print and to read", "coursewright.book.formats:pdf"),
    Format("docx", ".docx", "Word document to edit", "coursewright.book.formats:docx"),
    Format("epub", ".epub", "EPUB 3 for e-readers", "coursewright.book.formats:epub"),
    Format("site", "-site/", "a folder for MkDocs and its like", "coursewright.book.formats:site"),
    Format("scorm", "-scorm12.zip", "SCORM 1.2 for learning platforms", "coursewright.book.formats:scorm"),
    Format(
        "cc", ".imscc", "Common Cartridge 1.3 for learning platforms", "coursewright.book.formats:cartridge"
    ),
)

FORMATS: dict[str, Format] = {entry.name: entry for entry in _ALL}
"""Every format by name, in the order in which they are written."""


def choose_formats(names: Sequence[str]) -> tuple[Format, ...]:
    """The formats of these names, in `FORMATS`' order; none means all.

    Raises:
        SettingsError: a name that is no format's.
    """
    unknown = sorted(set(names) - set(FORMATS))
    if unknown:
        raise SettingsError(f"There is no format {', '.join(unknown)}; known are {', '.join(FORMATS)}.")
    return tuple(entry for name, entry in FORMATS.items() if not names or name in names)


def write_book(book: Book, formats: Sequence[str], style: HouseStyle) -> Iterator[tuple[str, bytes]]:
    """The course book in these formats; see `choose_formats`.

    The same book and style give the same bytes.
    """
    return write_material(Material(book, bind_book(book), style), choose_formats(formats))


def write_lab_guide(book: Book, formats: Sequence[str], style: HouseStyle) -> Iterator[tuple[str, bytes]]:
    """The lab guide in these formats; nothing where the course has no labs."""
    chosen = choose_formats(formats)
    if not any(module.labs for module in book.modules):
        return iter(())
    return write_material(Material(book, bind_lab_guide(book), style), chosen)


def write_material(material: Material, formats: Sequence[Format]) -> Iterator[tuple[str, bytes]]:
    """The files of a book that is bound already; `material.dropped` then tells what is not in them.

    Raises:
        FormatError: a format cannot be written.
    """
    for entry in formats:
        yield from entry.write(material)
