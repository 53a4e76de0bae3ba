"""Where the words of a PDF stand, read from its pages' own drawing commands, and what its tags say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream


@dataclass(frozen=True)
class Placed:
    """A run of text; coordinates in points from the lower left corner."""

    x0: float
    x1: float
    y: float
    size: float
    font: str
    text: str


@dataclass(frozen=True)
class Line:
    """Runs on one base line, from left to right."""

    y: float
    runs: tuple[Placed, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def size(self) -> float:
        return max(run.size for run in self.runs)

    @property
    def font(self) -> str:
        return max(self.runs, key=lambda run: run.size).font


def open_pdf(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


@cache
def placed_text(reader: PdfReader, index: int) -> tuple[Placed, ...]:
    """Every run of text of a page."""
    page = reader.pages[index]
    fonts = {name: Font(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    stream = ContentStream(page["/Contents"].get_object(), reader)
    matrix, stack = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), []
    font, size = None, 0.0
    text_matrix = matrix
    placed = []
    for operands, operator in stream.operations:
        match operator:
            case b"q":
                stack.append(matrix)
            case b"Q":
                matrix = stack.pop()
            case b"cm":
                matrix = multiply(tuple(float(value) for value in operands), matrix)
            case b"Tf":
                font, size = fonts[operands[0]], float(operands[1])
            case b"Tm":
                text_matrix = tuple(float(value) for value in operands)
            case b"TJ" | b"Tj":
                pieces = operands[0] if operator == b"TJ" else [operands[0]]
                text, width = font.read(pieces, size)
                a, _, _, d, x, y = multiply(text_matrix, matrix)
                scale = abs(d)
                placed.append(Placed(x, x + width * abs(a), y, size * scale, font.name, text))
    return tuple(placed)


@cache
def lines(reader: PdfReader, index: int) -> tuple[Line, ...]:
    """The lines of a page from top to bottom."""
    rows: dict[float, list[Placed]] = {}
    for run in placed_text(reader, index):
        if run.text.strip():
            key = next((y for y in rows if abs(y - run.y) < 1), run.y)
            rows.setdefault(key, []).append(run)
    ordered = sorted(rows.items(), reverse=True)
    return tuple(Line(y, tuple(sorted(runs, key=lambda run: run.x0))) for y, runs in ordered)


def tags(reader: PdfReader, kind: str) -> list[Any]:
    """All elements of the structure tree of this kind, such as ``/Figure``."""
    return [
        element for element in _elements(reader.root_object["/StructTreeRoot"]) if element.get("/S") == kind
    ]


def _elements(element: Any) -> Iterator[Any]:
    waiting = [element]
    while waiting:
        current = waiting.pop()
        if isinstance(current, list):
            waiting.extend(item.get_object() for item in current)
        elif hasattr(current, "get") and ("/S" in current or "/K" in current):
            yield current
            inner = current.get("/K")
            if inner is not None:
                waiting.append(inner.get_object())


class Font:
    """A font of a page: its letters and how wide they are."""

    def __init__(self, font: Any) -> None:
        self.name = str(font["/BaseFont"]).partition("+")[2]
        inner = font["/DescendantFonts"][0].get_object()
        self.default = float(inner.get("/DW", 1000))
        self.widths: dict[int, float] = {}
        entries = list(inner.get("/W", []))
        while entries:
            first, second = int(entries[0]), entries[1].get_object()
            if isinstance(second, list):
                self.widths.update({first + place: float(width) for place, width in enumerate(second)})
                entries = entries[2:]
            else:
                width = float(entries[2])
                self.widths.update(dict.fromkeys(range(first, int(second) + 1), width))
                entries = entries[3:]
        self.letters = _letters(font["/ToUnicode"].get_object().get_data().decode("latin-1"))
        self.codes = {letter: code for code, letter in self.letters.items()}

    def width_of(self, letter: str) -> float:
        """In font sizes."""
        return self.widths.get(self.codes.get(letter, -1), self.default) / 1000

    def read(self, pieces: list[Any], size: float) -> tuple[str, float]:
        """The text of a command, and its width in points."""
        text, width = "", 0.0
        for piece in pieces:
            if isinstance(piece, int | float):
                width -= float(piece)
                continue
            data = piece.original_bytes if hasattr(piece, "original_bytes") else bytes(piece)
            for place in range(0, len(data), 2):
                code = data[place] << 8 | data[place + 1]
                width += self.widths.get(code, self.default)
                text += self.letters.get(code, "")
        return text, width * size / 1000


def _letters(cmap: str) -> dict[int, str]:
    """Characters by glyph, from a font's ToUnicode map."""
    letters: dict[int, str] = {}
    for block, kind in _blocks(cmap):
        for row in block.splitlines():
            codes = row.replace("[", "").replace("]", "").replace("><", "> <").split()
            values = [code.strip("<>") for code in codes]
            if kind == "char" and len(values) == 2:
                letters[int(values[0], 16)] = bytes.fromhex(values[1]).decode("utf-16-be")
            elif kind == "range" and len(values) >= 3:
                first, last = int(values[0], 16), int(values[1], 16)
                for code in range(first, last + 1):
                    start = bytes.fromhex(values[2]).decode("utf-16-be")
                    letters[code] = start[:-1] + chr(ord(start[-1]) + code - first)
    return letters


def _blocks(cmap: str) -> Iterator[tuple[str, str]]:
    for kind in ("char", "range"):
        for part in cmap.split(f"beginbf{kind}")[1:]:
            yield part.partition(f"endbf{kind}")[0].strip(), kind


def multiply(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
    """The transformation that does `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def bookmarked_pages(reader: PdfReader) -> dict[str, int]:
    """Title and page, counted from 1, of every bookmark; of those with one title the first."""
    found: dict[str, int] = {}
    waiting = list(reader.outline)
    while waiting:
        entry = waiting.pop(0)
        if isinstance(entry, list):
            waiting = [*entry, *waiting]
        else:
            number = reader.get_destination_page_number(entry)
            assert number is not None
            found.setdefault(str(entry.title), number + 1)
    return found
