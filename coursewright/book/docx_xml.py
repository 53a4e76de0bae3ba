"""Pieces of WordprocessingML as strings; all text that comes from a book is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())

EMU_PER_POINT = 12_700
TWIPS_PER_POINT = 20


def attribute(value: str) -> str:
    """`value` in quotation marks, as an attribute holds it."""
    return quoteattr(_INVALID.sub("", value))


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    if not text:
        return ""
    shown = escape(_INVALID.sub("", text))
    return f'<w:r>{_properties(properties)}<w:t xml:space="preserve">{shown}</w:t></w:r>'


def _properties(properties: str) -> str:
    return f"<w:rPr>{properties}</w:rPr>" if properties else ""


def line_break(properties: str = "") -> str:
    return f"<w:r>{_properties(properties)}<w:br/></w:r>"


def tab() -> str:
    return "<w:r><w:tab/></w:r>"


def paragraph(style: str, content: str, properties: str = "") -> str:
    """A paragraph; `properties` come after its style and must be in the schema's order."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def field(instruction: str, result: str, properties: str = "") -> str:
    """A field with what it shows until it is next worked out.

    Args:
        result: runs.
    """
    inner = _properties(properties)
    return (
        f'<w:r>{inner}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{inner}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{inner}<w:fldChar w:fldCharType="separate"/></w:r>{result}'
        f'<w:r>{inner}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmarked(number: int, name: str, content: str) -> str:
    """`content` under a bookmark that links and fields can name."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def shading(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour.lstrip("#")}"/>'


def colour(value: str) -> str:
    return f'<w:color w:val="{value.lstrip("#")}"/>'


def border(side: str, size: int, value: str, space: int = 0) -> str:
    """One side's border; `size` in eighths of a point, `space` in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{value.lstrip("#")}"/>'


def document_part(root: str, content: Iterable[str]) -> str:
    """A part's text with its root element, ``w:footnotes`` for example."""
    return f"<{root} {DECLARATIONS}>{''.join(content)}</{root}>"


def picture(relation: str, number: int, name: str, alt: str, width: float, height: float) -> str:
    """A picture in the line, of a size in points."""
    return f"<w:r><w:drawing>{_inline(relation, number, name, alt, width, height)}</w:drawing></w:r>"


def _inline(relation: str, number: int, name: str, alt: str, width: float, height: float) -> str:
    return (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0">{_extent(width, height)}'
        f'<wp:docPr id="{number}" name={attribute(name)} descr={attribute(alt)}/>'
        f"{_graphic(relation, number, name, width, height)}</wp:inline>"
    )


def page_picture(relation: str, number: int, name: str, width: float, height: float) -> str:
    """A picture behind the text that covers the page; it says nothing to a screen reader."""
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" '
        'behindDoc="1" locked="1" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        f'{_extent(width, height)}<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name={attribute(name)} descr="">'
        '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
        f"</a:ext></a:extLst></wp:docPr>{_graphic(relation, number, name, width, height)}</wp:anchor>"
        "</w:drawing></w:r>"
    )


def _extent(width: float, height: float) -> str:
    return f'<wp:extent cx="{round(width * EMU_PER_POINT)}" cy="{round(height * EMU_PER_POINT)}"/>'


def _graphic(relation: str, number: int, name: str, width: float, height: float) -> str:
    cx, cy = round(width * EMU_PER_POINT), round(height * EMU_PER_POINT)
    return (
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name={attribute(name)}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )


def tick_box(number: int, done: bool, word: str) -> str:
    """A box that can be ticked."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val={attribute(word)}/><w:id w:val="{number}"/>'
        f'<w14:checkbox><w14:checked w14:val="{int(done)}"/>'
        '<w14:checkedState w14:val="2611" w14:font="Segoe UI Symbol"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="Segoe UI Symbol"/></w14:checkbox></w:sdtPr>'
        '<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol" '
        'w:eastAsia="Segoe UI Symbol" w:cs="Segoe UI Symbol"/></w:rPr>'
        f"<w:t>{'☑' if done else '☐'}</w:t></w:r>"
        "</w:sdtContent></w:sdt>"
    )
