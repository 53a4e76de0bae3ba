"""The families of a house style within the document, so that it looks the same where they are not installed.

Embedded fonts are scrambled with a key that stands beside them (ECMA-376, part 4, "Font Embedding").
"""

from __future__ import annotations

import uuid
from pathlib import Path

from coursewright.book.docx_package import Package, Part
from coursewright.book.docx_xml import attribute, document_part
from coursewright.book.style import HouseStyle
from coursewright.book.typst_glyphs import font_folder

_NAMESPACE = uuid.UUID("5d3c1b0e-6a52-5b0b-9a2a-0c9f5a3f7b12")
_FACES = (
    ("embedRegular", ("Regular",)),
    ("embedBold", ("Bold",)),
    ("embedItalic", ("Italic",)),
    ("embedBoldItalic", ("BoldItalic", "SemiBoldItalic")),
)
_STAND_INS = {"text": ("Cambria", "roman"), "headings": ("Calibri", "swiss"), "code": ("Consolas", "modern")}


def embed_fonts(package: Package, style: HouseStyle) -> Part:
    """The list of the document's fonts, with the files of those that the program brings."""
    table = Part("word/fontTable.xml", "fontTable")
    entries: list[str] = []
    families = {"text": style.text_font, "headings": style.heading_font, "code": style.code_font}
    for role, family in families.items():
        stand_in, kind = _STAND_INS[role]
        pitch = "fixed" if role == "code" else "variable"
        faces = "".join(
            _face(package, table, element, path)
            for element, endings in _FACES
            if (path := _find(family, endings))
        )
        entries.append(
            f"<w:font w:name={attribute(family)}><w:altName w:val={attribute(stand_in)}/>"
            f'<w:charset w:val="00"/><w:family w:val="{kind}"/><w:pitch w:val="{pitch}"/>{faces}</w:font>'
        )
    table.set_text(document_part("w:fonts", dict.fromkeys(entries)))
    package.parts.append(table)
    return table


def _find(family: str, endings: tuple[str, ...]) -> Path | None:
    stem = family.replace(" ", "")
    paths = (font_folder() / f"{stem}-{ending}.ttf" for ending in endings)
    return next((path for path in paths if path.exists()), None)


def _face(package: Package, table: Part, element: str, path: Path) -> str:
    key = uuid.uuid5(_NAMESPACE, path.name)
    name = f"fonts/{path.stem}.odttf"
    if not any(part.name == f"word/{name}" for part in package.parts):
        package.add(f"word/{name}", content=scramble(path.read_bytes(), key))
    relation = table.relate("font", name)
    return f'<w:{element} r:id="{relation}" w:fontKey="{{{str(key).upper()}}}"/>'


def scramble(font: bytes, key: uuid.UUID) -> bytes:
    """`font` with its first 32 bytes combined with the key, whose bytes count from the last."""
    mask = key.bytes[::-1] * 2
    return bytes(one ^ other for one, other in zip(font[:32], mask, strict=True)) + font[32:]
