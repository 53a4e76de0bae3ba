"""What of a PDF is cut: marks that reach out of the text's area, or out of the clip that they are drawn in.

Read from the drawing commands of its pages (ISO 32000-2, 8.4 and 8.5), so that it holds for text, for the
lines and shapes of drawings and tables, and for pictures alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pdf_reading import Font, multiply
from pypdf import PdfReader
from pypdf.generic import ContentStream, IndirectObject

from coursewright.book.paged import MARGIN_MM, POINTS_PER_MM

TOP_MM = 27.0
HANGING = 4.0
"""Points by which signs of punctuation may stand in the margin, and letters below their last line."""
HAIR = 0.6
"""Points by which a line's own width may pass the edge of its drawing."""
ASCENT, DESCENT = 0.74, 0.22
"""Of a letter, over and under its line, in font sizes."""

Matrix = tuple[float, ...]
Point = tuple[float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Box:
    """A rectangle in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def within(self, other: Box) -> Box:
        """What is in both."""
        return Box(
            max(self.left, other.left), max(self.bottom, other.bottom),
            min(self.right, other.right), min(self.top, other.top),
        )  # fmt: skip

    def beyond(self, other: Box) -> float:
        """How far this one reaches out of `other` at most; not above 0 where it does not."""
        return max(
            other.left - self.left, other.bottom - self.bottom, self.right - other.right, self.top - other.top
        )


@dataclass(frozen=True)
class Mark:
    """Something that a page shows.

    Attributes:
        clip: what the page shows of it.
        artifact: it is no part of the text: running lines, bands, rules.
    """

    what: str
    box: Box
    clip: Box
    artifact: bool


def find_clipped(reader: PdfReader) -> list[str]:
    """Every mark that is cut, or that stands outside of its page's text, in words."""
    found: list[str] = []
    for number, page in enumerate(reader.pages, start=1):
        side = MARGIN_MM * POINTS_PER_MM
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        area = Box(side, side, width - side, height - TOP_MM * POINTS_PER_MM)
        for mark in marks_of(reader, number - 1):
            if mark.artifact:
                continue
            over = mark.box.beyond(area)
            if over > HANGING:
                found.append(f"page {number}: {mark.what} reaches {over:.0f} pt out of the text")
            cut = mark.box.beyond(mark.clip)
            if cut > HAIR:
                found.append(f"page {number}: {mark.what} is cut by {cut:.0f} pt")
    return found


@dataclass(frozen=True)
class _State:
    """What `q` keeps and `Q` brings back."""

    clip: Box
    matrix: Matrix = IDENTITY
    stroke: float = 1.0
    font: Font | None = None
    size: float = 0.0


@dataclass
class _Pen:
    """Follows the commands of one page."""

    state: _State
    stack: list[_State] = field(default_factory=list)
    marked: list[bool] = field(default_factory=list)
    path: list[Point] = field(default_factory=list)
    clips: bool = False
    text_matrix: Matrix = IDENTITY

    def follow(self, stream: ContentStream, resources: Any, reader: PdfReader) -> Iterator[Mark]:
        for operands, operator in stream.operations:
            match operator:
                case b"q":
                    self.stack.append(self.state)
                case b"Q":
                    self.state = self.stack.pop()
                case b"cm":
                    matrix = multiply(_numbers(operands), self.state.matrix)
                    self.state = replace(self.state, matrix=matrix)
                case b"w":
                    self.state = replace(self.state, stroke=float(operands[0]))
                case b"BDC" | b"BMC":
                    self.marked.append(operands[0] == "/Artifact")
                case b"EMC":
                    self.marked.pop()
                case b"m" | b"l" | b"c" | b"v" | b"y":
                    values = _numbers(operands)
                    self.path += zip(values[::2], values[1::2], strict=True)
                case b"re":
                    x, y, width, height = _numbers(operands)
                    self.path += [(x, y), (x + width, y + height)]
                case b"W" | b"W*":
                    self.clips = True
                case b"f" | b"F" | b"f*" | b"n":
                    yield from self._painted("a shape", 0.0, shown=operator != b"n")
                case b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*":
                    yield from self._painted("a line", self.state.stroke / 2, shown=True)
                case b"Tf":
                    font = _font(resources["/Font"].raw_get(operands[0]))
                    self.state = replace(self.state, font=font, size=float(operands[1]))
                case b"Tm":
                    self.text_matrix = _numbers(operands)
                case b"TJ" | b"Tj":
                    yield from self._written(operands[0] if operator == b"TJ" else [operands[0]])
                case b"Do":
                    yield from self._placed(resources["/XObject"][operands[0]].get_object(), reader)

    def _painted(self, what: str, edge: float, *, shown: bool) -> Iterator[Mark]:
        if self.path:
            box = _bounds(self.path, self.state.matrix, edge)
            if shown:
                yield self._mark(what, box)
            if self.clips:
                self.state = replace(self.state, clip=self.state.clip.within(box))
        self.path, self.clips = [], False

    def _written(self, pieces: list[Any]) -> Iterator[Mark]:
        font, size = self.state.font, self.state.size
        assert font is not None
        text, width = font.read(pieces, size)
        if text.strip():
            blank = len(text) - len(text.rstrip())
            width -= blank * font.width_of(" ") * size
            corners = [(0.0, -DESCENT * size), (width, ASCENT * size)]
            matrix = multiply(self.text_matrix, self.state.matrix)
            yield self._mark(f"“{text.strip()}”", _bounds(corners, matrix))

    def _placed(self, drawn: Any, reader: PdfReader) -> Iterator[Mark]:
        if drawn["/Subtype"] == "/Image":
            yield self._mark("a picture", _bounds([(0.0, 0.0), (1.0, 1.0)], self.state.matrix))
            return
        before = self.state
        matrix = multiply(_numbers(drawn.get("/Matrix", IDENTITY)), before.matrix)
        values = _numbers(drawn["/BBox"])
        clip = before.clip.within(_bounds([(values[0], values[1]), (values[2], values[3])], matrix))
        self.state = replace(before, matrix=matrix, clip=clip)
        yield from self.follow(ContentStream(drawn, reader), drawn.get("/Resources", {}), reader)
        self.state = before

    def _mark(self, what: str, box: Box) -> Mark:
        return Mark(what, box, self.state.clip, any(self.marked))


def marks_of(reader: PdfReader, index: int) -> Iterator[Mark]:
    """Everything that a page shows."""
    page = reader.pages[index]
    left, bottom, right, top = _numbers(page.mediabox)
    pen = _Pen(_State(Box(left, bottom, right, top)))
    return pen.follow(ContentStream(page["/Contents"].get_object(), reader), page["/Resources"], reader)


@cache
def _font(reference: IndirectObject) -> Font:
    return Font(reference.get_object())


def _numbers(operands: Any) -> Matrix:
    return tuple(float(value) for value in operands)


def _bounds(points: list[Point], matrix: Matrix, edge: float = 0.0) -> Box:
    """The smallest rectangle around the rectangle of `points`, each with `edge` around it, on the page."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    corners = [(x, y) for x in (min(xs) - edge, max(xs) + edge) for y in (min(ys) - edge, max(ys) + edge)]
    a, b, c, d, e, f = matrix
    placed = [(a * x + c * y + e, b * x + d * y + f) for x, y in corners]
    across, along = [x for x, _ in placed], [y for _, y in placed]
    return Box(min(across), min(along), max(across), max(along))
