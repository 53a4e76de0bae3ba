"""Pictures of drawings, and the sizes of those that come from outside."""

from __future__ import annotations

import base64
import struct

import pytest
from servers.image_server import small_png

from coursewright.book.docx_figures import render
from coursewright.book.safe_svg import clean_svg
from coursewright.visuals.raster import picture_as_png, picture_size, png_size, rasterise, to_png

OPEN = '<svg xmlns="http://www.w3.org/2000/svg"'
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////"
    "////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)


def jpeg_of(width: int, height: int) -> bytes:
    """The beginning of a JPEG that claims this size."""
    return b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(20)


def test_a_jpeg_becomes_a_png_of_its_size() -> None:
    assert png_size(to_png(JPEG)) == (1, 1)
    assert png_size(base64.b64decode(picture_as_png(base64.b64encode(JPEG).decode()))) == (1, 1)


def test_a_picture_that_claims_more_pixels_than_memory_holds_is_refused_before_any_is_taken() -> None:
    assert picture_size(jpeg_of(1_000, 800)) == (1_000, 800)
    for claim in (picture_size, to_png):
        with pytest.raises(ValueError, match="it is 65535 by 65535 pixels"):
            claim(jpeg_of(65_535, 65_535))


@pytest.mark.parametrize(
    "head",
    [
        'width="40000" height="40000"',
        'width="4000mm" height="3000mm"',
        'viewBox="0,0,60000,30000" width="100%"',
        'viewBox="0 0 1e9 1e9"',
    ],
)
def test_a_drawing_without_measure_is_painted_with_fewer_pixels(head: str) -> None:
    svg = f'{OPEN} {head}><rect width="5" height="5"/></svg>'
    for png in (rasterise(svg.encode()), render(clean_svg(svg.encode()).decode())):
        width, height = png_size(png)
        assert 10_000_000 < width * height < 17_000_000


def test_a_drawing_of_usual_size_has_all_its_pixels() -> None:
    svg = f'{OPEN} viewBox="0 0 300 200" width="300" height="200"><rect width="5" height="5"/></svg>'
    assert png_size(rasterise(svg.encode(), scale=3)) == (900, 600)


@pytest.mark.parametrize(("picture", "kept"), [(small_png(), True), (jpeg_of(65_535, 65_535), False)])
def test_a_picture_in_a_drawing_is_left_out_where_it_claims_too_much(picture: bytes, kept: bool) -> None:
    kind = "png" if kept else "jpeg"
    image = (
        f'<image href="data:image/{kind};base64,{base64.b64encode(picture).decode()}" width="9" height="9"/>'
    )
    assert (b"base64," in clean_svg(f"{OPEN}>{image}</svg>".encode())) == kept
