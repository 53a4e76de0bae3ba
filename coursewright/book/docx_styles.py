"""The styles, list kinds and settings of a Word document, from a house style."""

from __future__ import annotations

from coursewright.book.docx_xml import attribute, border, colour, document_part, shading
from coursewright.book.paged import MARGIN_MM, PAPER_MM, colours
from coursewright.book.style import HouseStyle

LIST_INDENT = 360
"""What a level of lists takes of the line, in twips."""

BULLETS, NUMBERS = 1, 2
"""The kinds of lists in `numbering_xml`."""

HEADING_SIZES = (26, 20, 14.5, 11.5, 10.5, 10, 10, 10, 10)


def language_tag(code: str) -> str:
    """The tag that Word's proofing tools know a language by."""
    return {"en": "en-US", "es": "es-ES"}.get(code, code)


def styles_xml(style: HouseStyle, language: str) -> str:
    """All styles that the document uses, and no other."""
    palette = colours(style)
    ink, muted, accent = palette["ink"], palette["muted"], palette["accent"]
    head, code = fonts(style.heading_font), fonts(style.code_font)
    parts = [
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f"{fonts(style.text_font)}{colour(ink)}{size(10.5)}"
        f"<w:lang w:val={attribute(language_tag(language))} w:eastAsia={attribute(language_tag(language))}/>"
        f"</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>{spacing(0, 140)}</w:pPr></w:pPrDefault>"
        "</w:docDefaults>",
        paragraph_style("Normal", "Normal", "", "<w:widowControl/>", "", default=True, based=""),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    ]
    for level, points in enumerate(HEADING_SIZES, start=1):
        parts.append(_heading_style(level, points, head, accent if level == 4 else ink))
    parts.append(paragraph_style("SectionHeading", "Section Heading", "Heading3", "", "", following="Normal"))
    small = f"<w:keepNext/><w:keepLines/>{spacing(440, 140, 252)}"
    parts.append(
        paragraph_style(
            "PartHeading", "Part Heading", "Heading2", small, size(HEADING_SIZES[2]), following="Normal"
        )
    )
    text = (
        ("Title", "", f"{spacing(0, 160, 240)}", f"{head}<w:b/>{colour(style.cover_text)}{size(38)}"),
        ("Subtitle", "", spacing(0, 280, 260), f"{head}{colour(style.cover_text)}{size(21)}"),
        ("Cover Text", "", spacing(0, 60, 264), f"{colour(style.cover_text)}{size(11.5)}"),
        (
            "Cover Kind", "", spacing(6700, 200),
            f"{head}<w:b/><w:caps/>{colour(palette['cover-accent'])}<w:spacing w:val=\"24\"/>{size(11)}",
        ),
        ("Facts", "", f"<w:keepNext/>{spacing(0, 360)}", f"{head}{colour(muted)}{size(9)}"),
        ("Lead", "", spacing(0, 320), f"<w:i/>{colour(muted)}{size(12.5)}"),
        ("Code", "", _code_frame(palette), f"{code}<w:noProof/>{size(8.5)}"),
        (
            "Caption", "", f"{spacing(240, 100, 240)}", f"{head}{colour(muted)}{size(9)}",
        ),
        ("Figure", "", f"<w:keepNext/>{spacing(240, 60, 240)}<w:jc w:val=\"center\"/>", ""),
        (
            "Quote", "",
            f"<w:pBdr>{border('left', 18, accent, 10)}</w:pBdr>{spacing(160, 200)}<w:ind w:left=\"284\"/>",
            f"<w:i/>{colour(muted)}",
        ),
        ("Table Text", "", spacing(50, 50, 252), f"{head}{size(9)}"),
        ("List Paragraph", "", f"{spacing(0, 60)}", ""),
        ("Notice", "", spacing(60, 60), ""),
        ("Term", "", f"<w:keepNext/>{spacing(160, 20)}", f"{head}<w:b/>{size(10)}"),
        ("footnote text", "FootnoteText", spacing(0, 40, 240), size(8.5)),
        ("header", "Header", _edge("bottom", palette), f"{head}{colour(muted)}{size(8)}"),
        ("footer", "Footer", spacing(0, 0, 240), f"{head}{colour(muted)}{size(8.5)}"),
        ("TOC Heading", "TOCHeading", f"<w:keepNext/>{spacing(0, 280)}", f"{head}<w:b/>{size(26)}"),
        (
            "table of figures", "TableofFigures", f"{{tabs}}{spacing(0, 80, 240)}", f"{head}{size(9)}",
        ),
    )  # fmt: skip
    for name, style_id, paragraph, characters in text:
        paragraph = paragraph.replace("{tabs}", right_tab(style))
        parts.append(
            paragraph_style(style_id or name.replace(" ", ""), name, "Normal", paragraph, characters)
        )
    for level, (points, bold, indent, before) in enumerate(
        ((10.5, True, 0, 200), (9.5, False, 0, 60), (9, False, 480, 20)), start=1
    ):
        weight = "<w:b/>" if bold else ""
        look = f"{head}{weight}{colour(muted if level == 3 else ink)}{size(points)}"
        frame = f'{right_tab(style)}{spacing(before, 20, 240)}<w:ind w:left="{indent}"/>'
        parts.append(paragraph_style(f"TOC{level}", f"toc {level}", "Normal", frame, look))
    parts += [
        character_style("Hyperlink", "Hyperlink", colour(accent)),
        character_style("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>'),
        character_style("CodeText", "Code Text", f"{code}<w:noProof/>{colour(palette['code'])}{size(9.5)}"),
        character_style("Emphasis", "Emphasis", "<w:i/>"),
        character_style("Strong", "Strong", "<w:b/>"),
        _table_style(palette),
    ]
    return document_part("w:styles", parts)


def _heading_style(level: int, points: float, head: str, ink: str) -> str:
    before = {1: 0, 2: 0, 3: 440, 4: 300}.get(level, 260)
    frame = f"<w:keepNext/><w:keepLines/>{spacing(before, 140 if level > 2 else 200, 252)}"
    frame += f'<w:outlineLvl w:val="{level - 1}"/>'
    return paragraph_style(
        f"Heading{level}", f"heading {level}", "Normal", frame, f"{head}<w:b/>{colour(ink)}{size(points)}",
        following="Normal",
    )  # fmt: skip


def _code_frame(palette: dict[str, str]) -> str:
    sides = "".join(
        border(side, 18 if side == "left" else 4, palette["rule" if side == "left" else "ground"], 6)
        for side in ("top", "left", "bottom", "right")
    )
    return (
        f"<w:pBdr>{sides}</w:pBdr>{shading(palette['ground'])}<w:suppressAutoHyphens/>"
        f'{spacing(120, 280, 252)}<w:ind w:left="140" w:right="140"/><w:jc w:val="left"/>'
    )


def _edge(side: str, palette: dict[str, str]) -> str:
    return f"<w:pBdr>{border(side, 4, palette['rule'], 5)}</w:pBdr>{spacing(0, 0, 240)}"


def _table_style(palette: dict[str, str]) -> str:
    return (
        '<w:style w:type="table" w:customStyle="1" w:styleId="BookTable"><w:name w:val="Book Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
        f"{border('top', 8, palette['accent'])}{border('bottom', 6, palette['muted'])}"
        f"{border('insideH', 4, palette['rule'])}</w:tblBorders></w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>{shading(palette["ground"])}</w:tcPr>'
        "</w:tblStylePr></w:style>"
    )


def paragraph_style(
    style_id: str,
    name: str,
    parent: str,
    paragraph: str,
    characters: str,
    *,
    default: bool = False,
    based: str = "Normal",
    following: str = "",
) -> str:
    parent = parent or based
    first = ' w:default="1"' if default else ""
    base = f'<w:basedOn w:val="{parent}"/>' if parent else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style w:type="paragraph"{first} w:styleId="{style_id}"><w:name w:val="{name}"/>{base}{after}'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{characters}</w:rPr></w:style>"
    )


def character_style(style_id: str, name: str, characters: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{characters}</w:rPr></w:style>'
    )


def fonts(family: str) -> str:
    name = attribute(family)
    return f"<w:rFonts w:ascii={name} w:hAnsi={name} w:cs={name}/>"


def size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def spacing(before: int, after: int, line: int = 288) -> str:
    """Space around a paragraph in twips, and its line height in 240ths of a line."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def text_width(style: HouseStyle) -> int:
    """Width of the text in twips."""
    return round((PAPER_MM[style.paper][0] - 2 * MARGIN_MM) / 25.4 * 1440)


def right_tab(style: HouseStyle, leader: str = "dot") -> str:
    """A tab at the right edge of the text."""
    return f'<w:tabs><w:tab w:val="right" w:leader="{leader}" w:pos="{text_width(style)}"/></w:tabs>'


def numbering_xml(starts: list[tuple[int, int]]) -> str:
    """The kinds of lists, and for each numbered list of the book where it starts.

    Args:
        starts: level and first number; the lists' ids follow `NUMBERS` in this order.
    """
    glyphs = "•–·•–·•–·"
    bullets = "".join(_level(level, "bullet", glyphs[level]) for level in range(9))
    numbers = "".join(_level(level, "decimal", f"%{level + 1}.") for level in range(9))
    parts = [
        f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{bullets}</w:abstractNum>',
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>{numbers}</w:abstractNum>',
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>',
        f'<w:num w:numId="{NUMBERS}"><w:abstractNumId w:val="1"/></w:num>',
    ]
    for number, (level, start) in enumerate(starts, start=NUMBERS + 1):
        parts.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="{level}">'
            f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        )
    return document_part("w:numbering", parts)


def _level(level: int, kind: str, text: str) -> str:
    indent = LIST_INDENT * (level + 1)
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{LIST_INDENT}"/></w:pPr></w:lvl>'
    )
