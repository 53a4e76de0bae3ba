"""On which sheet each place of a Word document comes to stand, told beforehand.

A word processor finds the page numbers of a table of contents only when it is asked to. So that the contents
are right when the document is first opened, its text is set here as a word processor sets it: lines from the
fonts' own widths, pages from the styles' spaces. LibreOffice is the one that it is measured against; Word
works the numbers out again when it opens the file.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coursewright.book.docx_lines import Box, LineSetter, W, read_styles

UNTOLD = "…"
"""What stands for a page number until it is told."""

NOTE_LINE = 6.2
"""Room of the line above a page's footnotes with what is around it, in points."""


def tell_pages(document: str, styles: str, footnotes: str, width: float, height: float) -> dict[str, int]:
    """The page of each bookmark, counted from 1.

    Args:
        document, styles, footnotes: the parts' text.
        width, height: of the text on a page, in points.
    """
    setter = LineSetter(read_styles(ET.fromstring(styles)), width)
    notes = {
        note.get(f"{W}id", ""): sum(box.height for box in setter.boxes(note))
        for note in ET.fromstring(footnotes)
    }
    setter.notes = notes
    body = ET.fromstring(document).find(f"{W}body")
    assert body is not None
    return _Paginator(list(setter.boxes(body)), height).pages()


_REFERENCE = re.compile(
    r"(PAGEREF (_Ref\d{6}) \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
    rf"<w:r><w:t xml:space=\"preserve\">){UNTOLD}(?=</w:t>)"
)


def fill_page_numbers(document: str, pages: Mapping[str, int]) -> str:
    """`document` with the page of each bookmark in the fields that refer to it."""
    return _REFERENCE.sub(lambda found: f"{found[1]}{pages.get(found[2], UNTOLD)}", document)


@dataclass
class _Paginator:
    """Fills pages with boxes.

    Attributes:
        used: height that is taken on this page.
        after: space that the last paragraph asks for below it.
        reserved: height of the page's footnotes.
        fresh: the page was begun on purpose, so that space above its first paragraph stays.
    """

    boxes: Sequence[Box]
    height: float
    page: int = 1
    used: float = 0.0
    after: float = 0.0
    reserved: float = 0.0
    fresh: bool = True
    told: dict[str, int] = field(default_factory=dict)

    def pages(self) -> dict[str, int]:
        """The page of each bookmark."""
        for index, box in enumerate(self.boxes):
            if box.page_break and self.used > 0:
                self._turn(fresh=True)
            self._place(index, box)
            self.after = box.after
            if box.ends_section:
                self._turn(fresh=True)
        return self.told

    def _turn(self, *, fresh: bool = False) -> None:
        self.page += 1
        self.used = self.after = self.reserved = 0.0
        self.fresh = fresh

    def _fits(self, height: float) -> bool:
        return self.used <= 0 or self.used + height <= self.height - self.reserved + 0.01

    def _place(self, index: int, box: Box) -> None:
        gap = max(self.after, box.before) if self.used > 0 else box.before if self.fresh else 0.0
        self.fresh = False
        if not self._fits(gap + self._needed(index) + sum(note for _, note in box.notes[:1])):
            self._turn()
            gap = box.header
        self.used += gap
        for place, line in enumerate(box.lines):
            note = sum(size for where, size in box.notes if where == place)
            if note and not self.reserved:
                note += NOTE_LINE
            keeps_widow = len(box.lines) - place == 2 and len(box.lines) > 3 and not box.whole
            if not self._fits(line + note + (box.lines[place + 1] if keeps_widow else 0.0) - box.spare):
                self._turn()
            self.used += line
            self.reserved += note
            self.told.update({name: self.page for name, where in box.marks if where == place})

    def _needed(self, index: int) -> float:
        """What of this box and of those that it must stay with has to find room on one page."""
        box = self.boxes[index]
        if not box.keep_next:
            return box.opening - box.spare
        total, after = box.height, box.after
        for following in self.boxes[index + 1 : index + 12]:
            total += max(after, following.before)
            if not following.keep_next:
                return total + following.opening - following.spare
            total += following.height
            after = following.after
        return total
