"""SVG from outside: what is drawn stays, what runs or fetches goes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from html_inspection import inspect_html

from coursewright.book.safe_svg import UnsafeSvg, clean_svg, inline_svg
from coursewright.visuals.drawing.style import figure_style


def svg(inner: str, attributes: str = "") -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 10 10" {attributes}>{inner}</svg>'
    ).encode()


HOSTILE = [
    "<script>alert(1)</script>",
    '<rect onclick="alert(1)" width="1" height="1"/>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>',
    '<a href="javascript:alert(1)"><rect width="1" height="1"/></a>',
    '<image href="http://attacker.test/x.png"/>',
    '<image xlink:href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    '<use href="http://attacker.test/x.svg#a"/>',
    '<use xlink:href="data:image/svg+xml,x#a"/>',
    '<rect style="fill:url(http://attacker.test/x)" fill="url(http://attacker.test/y)"/>',
    "<style>@import url(http://attacker.test/x.css); body{display:none} * {fill:red}</style>",
    "<style>@font-face{font-family:x;src:url(http://attacker.test/x)} rect{background:url(//a)}</style>",
    "<style>rect{fill:red}</style><style><![CDATA[</style><script>alert(1)</script>]]></style>",
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<set attributeName="onclick" to="alert(1)"/>',
    "<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>",
    '<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>',
    '<filter id="f"><feImage href="http://attacker.test/x"/></filter><rect filter="url(#f)"/>',
    '<iframe xmlns="http://www.w3.org/1999/xhtml" src="http://attacker.test/"/>',
    "<?xml-stylesheet href='http://attacker.test/x.css'?>",
]


@pytest.mark.parametrize("inner", HOSTILE)
def test_nothing_runs_or_fetches(inner: str) -> None:
    content = svg(inner, 'onload="alert(1)"')
    for page in (clean_svg(content).decode(), inline_svg(content, "fig", 'A "label" <b>')):
        seen = inspect_html(page.split("?>", 1)[-1])
        assert not seen.problems
        assert not seen.scripts
        assert "attacker" not in page
        ET.fromstring(page)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html/>",
        b"\xff\xfe",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg'>&b;</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g/>" * 30_000 + b"</svg>",
        b" " * 4_000_000,
    ],
    ids=["empty", "html", "utf-16", "cut off", "entities", "too many elements", "too large"],
)
def test_what_is_not_a_figure_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(UnsafeSvg):
        clean_svg(content)


def test_two_figures_on_a_page_share_neither_ids_nor_style() -> None:
    content = svg(
        '<style>#a{fill:red}.b,rect{stroke:blue}</style><defs><marker id="a"/></defs>'
        '<path class="b" marker-end="url(#a)" d="M0 0"/><use href="#a"/>'
    )
    page = inline_svg(content, "fig-1", "x")
    assert 'id="fig-1-a"' in page
    assert 'marker-end="url(#fig-1-a)"' in page
    assert 'href="#fig-1-a"' in page
    assert "#fig-1 #fig-1-a{fill:red}" in page
    assert "#fig-1 .v-b,#fig-1 rect{stroke:blue}" in page.replace("&gt;", ">")
    assert 'class="v-b"' in page


def test_a_dark_scheme_follows_the_readers_choice_on_the_page() -> None:
    content = svg("<style>@media (prefers-color-scheme: dark) { rect { fill: #fff } }</style><rect/>")
    page = inline_svg(content, "f", "x")
    assert ':root[data-theme="dark"] #f rect{fill:#fff}' in page.replace("&quot;", '"')
    assert "@media (prefers-color-scheme:dark){:root:not([data-theme]) #f rect{fill:#fff}}" in page
    assert b"@media (prefers-color-scheme:dark){rect{fill:#fff}}" in clean_svg(content)


def test_copies_of_copies_are_not_drawn() -> None:
    groups = ['<g id="a0"><rect/></g>']
    groups += [f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)]
    inner = "".join(groups)
    assert b"<use" not in clean_svg(svg(inner))


def test_a_figure_of_the_programs_own_keeps_its_style_in_a_file_and_takes_the_pages_on_a_page() -> None:
    content = svg(f'<style>{figure_style()}</style><rect class="f-step s-step-line"/>', 'class="cw-figure"')
    assert figure_style().encode() in clean_svg(content)
    page = inline_svg(content, "f", "x")
    assert "<style" not in page
    assert 'class="f-step s-step-line"' in page


def test_the_label_is_the_accessible_name() -> None:
    page = inline_svg(
        svg("<title>old</title><desc>old</desc><rect/>", 'aria-label="old"'), "f", 'new "x" & <y>'
    )
    root = ET.fromstring(page)
    assert root.get("aria-label") == 'new "x" & <y>'
    assert root.get("role") == "img"
    assert "old" not in page
