"""Paragraphs and rows of a Word document as the lines that they take on paper."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from coursewright.book.docx_styles import LIST_INDENT
from coursewright.book.docx_xml import EMU_PER_POINT, NAMESPACES, TWIPS_PER_POINT
from coursewright.book.typst_glyphs import font_folder

W = f"{{{NAMESPACES['w']}}}"
_EXTENT = f"{{{NAMESPACES['wp']}}}extent"
_ANCHOR = f"{{{NAMESPACES['wp']}}}anchor"
TWIP = 1 / TWIPS_PER_POINT
LINE = 1.3
"""Height of a line of the vendored families, in font sizes."""

_BREAKS = (" ", "-", "–", "—")
_PIECES = re.compile(r"[^ \-–—]*[ \-–—]|[^ \-–—]+")

_FILES = {"IBM Plex Serif": "IBMPlexSerif", "IBM Plex Sans": "IBMPlexSans", "IBM Plex Mono": "IBMPlexMono"}


@dataclass(frozen=True)
class Look:
    """How a paragraph or a run is set; lengths in points."""

    font: str = "IBM Plex Serif"
    bold: bool = False
    italic: bool = False
    size: float = 10.5
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    left: float = 0.0
    right: float = 0.0
    top_edge: float = 0.0
    bottom_edge: float = 0.0
    keep_next: bool = False
    keep_lines: bool = False
    page_break: bool = False


@dataclass
class Box:
    """A paragraph or a row of a table as it takes room.

    Attributes:
        lines: the height of each line.
        marks: for each bookmark, the line it is in.
        notes: height of the footnotes by line.
        header: height of the rows that repeat above it on a new page.
        spare: what the last line on a page does without of its line spacing.
    """

    lines: list[float]
    before: float = 0.0
    after: float = 0.0
    keep_next: bool = False
    whole: bool = False
    page_break: bool = False
    marks: list[tuple[str, int]] = field(default_factory=list)
    notes: list[tuple[int, float]] = field(default_factory=list)
    header: float = 0.0
    spare: float = 0.0
    ends_section: bool = False

    @property
    def height(self) -> float:
        return sum(self.lines)

    @property
    def opening(self) -> float:
        """The least of it that may stand at the end of a page."""
        return self.height if self.whole or len(self.lines) < 4 else sum(self.lines[:2])


@lru_cache(maxsize=50_000)
def _em_width(text: str, family: str, bold: bool, italic: bool) -> float:
    """Width of `text` in font sizes; a character that the font lacks is taken for 0.6 wide."""
    advances = _advances(family, bold, italic)
    return sum(advances.get(character, 0.6) for character in text)


@cache
def _advances(family: str, bold: bool, italic: bool) -> Mapping[str, float]:
    from fontTools.ttLib import TTFont

    face = ("Bold" if bold else "") + ("Italic" if italic else "") or "Regular"
    file = font_folder() / f"{_FILES.get(family, 'IBMPlexSans')}-{face}.ttf"
    if not file.exists():
        file = file.with_name(file.name.replace("BoldItalic", "Bold"))
    with TTFont(file, lazy=True) as font:
        scale = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {chr(code): metrics[name][0] / scale for code, name in font.getBestCmap().items()}


def read_styles(styles: ET.Element) -> dict[str, Look]:
    base = Look()
    for part in styles.iter(f"{W}docDefaults"):
        for inner in part.iter():
            if inner.tag in (f"{W}pPr", f"{W}rPr"):
                base = _apply(base, inner)
    found: dict[str, Look] = {"": base}
    for style in styles.iter(f"{W}style"):
        parent = style.find(f"{W}basedOn")
        look = found.get(parent.get(f"{W}val", "") if parent is not None else "", base)
        for kind in ("pPr", "rPr"):
            properties = style.find(f"{W}{kind}")
            if properties is not None:
                look = _apply(look, properties)
        found[style.get(f"{W}styleId", "")] = look
    return found


def _apply(look: Look, properties: ET.Element) -> Look:
    """`look` changed by the properties of a paragraph or a run."""
    changes: dict[str, float | bool | str] = {}
    for part in properties:
        name = part.tag.removeprefix(W)
        value = part.get(f"{W}val", "")
        match name:
            case "rFonts":
                changes["font"] = part.get(f"{W}ascii", look.font)
            case "b":
                changes["bold"] = True
            case "i":
                changes["italic"] = True
            case "sz":
                changes["size"] = int(value) / 2
            case "keepNext":
                changes["keep_next"] = True
            case "keepLines":
                changes["keep_lines"] = True
            case "pageBreakBefore":
                changes["page_break"] = True
            case "spacing":
                for key in ("before", "after"):
                    if part.get(f"{W}{key}") is not None:
                        changes[key] = int(part.get(f"{W}{key}", "0")) * TWIP
                if part.get(f"{W}line") is not None:
                    line = int(part.get(f"{W}line", "240"))
                    changes["line"] = -line * TWIP if part.get(f"{W}lineRule") == "exact" else line / 240
            case "ind":
                for key in ("left", "right"):
                    if part.get(f"{W}{key}") is not None:
                        changes[key] = int(part.get(f"{W}{key}", "0")) * TWIP
            case "pBdr":
                for side in part:
                    if (key := side.tag.removeprefix(W)) in ("top", "bottom"):
                        edge = int(side.get(f"{W}space", "0")) + int(side.get(f"{W}sz", "0")) / 8
                        changes[f"{key}_edge"] = edge
            case "numPr":
                level = part.find(f"{W}ilvl")
                number = part.find(f"{W}numId")
                if level is not None and number is not None and number.get(f"{W}val") != "0":
                    changes["left"] = LIST_INDENT * (int(level.get(f"{W}val", "0")) + 1) * TWIP
            case _:
                pass
    return replace(look, **changes) if changes else look  # type: ignore[arg-type]


@dataclass
class LineSetter:
    """Sets paragraphs in lines."""

    styles: Mapping[str, Look]
    width: float
    notes: Mapping[str, float] = field(default_factory=dict)

    def boxes(self, parent: ET.Element) -> Iterator[Box]:
        for element in parent:
            if element.tag == f"{W}p":
                yield self.paragraph(element, self.width)
            elif element.tag == f"{W}tbl":
                yield from self.table(element)

    def paragraph(self, element: ET.Element, width: float) -> Box:
        properties = element.find(f"{W}pPr")
        look = self.styles[""]
        ends = False
        if properties is not None:
            style = properties.find(f"{W}pStyle")
            look = self.styles.get(style.get(f"{W}val", "") if style is not None else "", look)
            look = _apply(look, properties)
            ends = properties.find(f"{W}sectPr") is not None
        box = Box(
            [], look.before, look.after, look.keep_next, look.keep_lines, look.page_break, ends_section=ends
        )
        box.spare = max(look.line - 1, 0.0) * look.size * LINE
        filler = _Filler(self, box, look, width - look.left - look.right)
        filler.fill(element)
        box.lines[0] += look.top_edge
        box.lines[-1] += look.bottom_edge
        return box

    def look_of_run(self, run: ET.Element, look: Look) -> Look:
        properties = run.find(f"{W}rPr")
        if properties is None:
            return look
        style = properties.find(f"{W}rStyle")
        character = self.styles.get(style.get(f"{W}val", "")) if style is not None else None
        if character and character.font != self.styles[""].font:
            look = replace(look, font=character.font, size=character.size)
        return _apply(look, properties)

    def table(self, element: ET.Element) -> Iterator[Box]:
        widths = [int(column.get(f"{W}w", "0")) * TWIP for column in element.iter(f"{W}gridCol")]
        margin = 0.0
        for side in element.iter(f"{W}tblCellMar"):
            margin = sum(int(part.get(f"{W}w", "0")) for part in side) * TWIP
        header = 0.0
        for number, row in enumerate(element.findall(f"{W}tr")):
            marks: list[tuple[str, int]] = []
            tallest = 0.0
            for cell, width in zip(row.findall(f"{W}tc"), widths, strict=False):
                boxes = [self.paragraph(inner, width - margin) for inner in cell.findall(f"{W}p")]
                tallest = max(tallest, sum(box.height + box.before + box.after for box in boxes))
                marks.extend((name, 0) for box in boxes for name, _ in box.marks)
            tallest += 0.5
            if number == 0:
                header = tallest
            kept = row.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") is not None
            yield Box([tallest], whole=True, marks=marks, header=header if number else 0.0, keep_next=kept)


@dataclass
class _Filler:
    """Breaks the runs of one paragraph into lines.

    Attributes:
        width: of its lines, in points.
        used: how far the words go that are on this line.
        word: the width of the word that is not yet on a line.
    """

    setter: LineSetter
    box: Box
    look: Look
    width: float
    used: float = 0.0
    word: float = 0.0
    tallest: float = 0.0

    def fill(self, element: ET.Element) -> None:
        behind = {extent for anchor in element.iter(_ANCHOR) for extent in anchor.iter(_EXTENT)}
        for part in element.iter():
            match part.tag.removeprefix(W):
                case "r":
                    self._run(part)
                case "br":
                    self._place_word()
                    self._end_line()
                case "bookmarkStart":
                    self.box.marks.append((part.get(f"{W}name", ""), len(self.box.lines)))
                case "footnoteReference":
                    note = self.setter.notes.get(part.get(f"{W}id", ""), 0.0)
                    self.box.notes.append((len(self.box.lines), note))
                    self.word += self.look.size * 0.4
                case _:
                    if part.tag == _EXTENT and part not in behind:
                        picture = int(part.get("cy", "0")) / EMU_PER_POINT
                        self.tallest = max(self.tallest, picture)
        self._place_word()
        self._end_line()

    def _run(self, run: ET.Element) -> None:
        look = self.setter.look_of_run(run, self.look)
        height = self._height(look.size)
        for text in run.findall(f"{W}t"):
            for piece in _PIECES.findall(text.text or ""):
                self.tallest = max(self.tallest, height)
                self._piece(piece, look, height)

    def _piece(self, piece: str, look: Look, height: float) -> None:
        """Put down what may not be parted: a word with the space or the hyphen after it."""
        width = _em_width(piece.rstrip(" "), look.font, look.bold, look.italic) * look.size
        if self.used + self.word + width > self.width + 0.01:
            if self.word + width > self.width and len(piece) > 1:
                for character in piece:
                    self._piece(character, look, height)
                return
            self._end_line()
            self.tallest = height
        self.word += width
        if piece.endswith(" "):
            self.word += _em_width(" ", look.font, look.bold, look.italic) * look.size
        if piece.endswith(_BREAKS) or self.word > self.width:
            self._place_word()

    def _place_word(self) -> None:
        self.used += self.word
        self.word = 0.0

    def _end_line(self) -> None:
        self.box.lines.append(self.tallest or self._height(self.look.size))
        self.used = self.tallest = 0.0

    def _height(self, size: float) -> float:
        """Height of a line, in whole twips as word processors count it."""
        if self.look.line < 0:
            return -self.look.line
        return int(int(size * LINE / TWIP) * self.look.line) * TWIP
