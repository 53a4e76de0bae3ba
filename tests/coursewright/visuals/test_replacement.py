"""Figures that a person puts in: what is usable, and what the person is told."""

from __future__ import annotations

import pytest
from servers.image_server import small_png

from coursewright.languages import load_language
from coursewright.visuals.publish import draw
from coursewright.visuals.read import read_description
from coursewright.visuals.replacement import check_replacement

NAME = "visuals/01-02-0001.svg"
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'


def test_a_figure_that_was_saved_from_a_drawing_program_is_good() -> None:
    svg = OPEN + '<g id="layer"><rect width="5" height="5" fill="#123"/><use href="#layer2"/></g></svg>'
    assert check_replacement(svg.encode(), NAME) == (True, ())


def test_a_figure_of_the_programs_own_is_good() -> None:
    figure = read_description(
        {
            "kind": "cycle",
            "title": "T",
            "purpose": "Shows a cycle.",
            "steps": [{"label": "One"}, {"label": "Two"}, {"label": "Three"}],
        }
    )
    assert check_replacement(draw(figure, load_language("en")).svg, NAME) == (True, ())


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "holds a script; remove it"),
        ('<rect onclick="alert(1)"/>', "runs a script at onclick"),
        ('<image href="https://example.org/a.png"/>', "refers to 'https://example.org/a.png'; embed it"),
        ('<use href="other.svg#a"/>', "refers to 'other.svg#a'"),
    ],
)
def test_what_runs_or_fetches_is_refused_with_what_to_do(inside: str, said: str) -> None:
    good, findings = check_replacement(f"{OPEN}{inside}</svg>".encode(), NAME)
    assert not good
    assert said in findings[0].message
    assert NAME in findings[0].message


def test_what_is_left_out_is_only_told() -> None:
    good, findings = check_replacement(f"{OPEN}<foreignObject/></svg>".encode(), NAME)
    assert good
    assert "holds <foreignObject>, which is left out" in findings[0].message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"GIF89a", "is neither PNG nor SVG"),
        (b"<html></html>", "its first element is not svg"),
        (b"<svg", "is neither PNG nor SVG"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "document type"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "it is no PNG file"),
        (small_png()[:-6], "breaks off before its end"),
    ],
)
def test_what_is_no_figure_is_refused(data: bytes, said: str) -> None:
    good, findings = check_replacement(data, NAME)
    assert not good
    assert said in findings[0].message


def test_a_png_is_good_and_a_small_one_is_called_coarse() -> None:
    assert check_replacement(small_png(1200, 20), NAME) == (True, ())
    good, findings = check_replacement(small_png(400, 20), NAME)
    assert good
    assert "below 900 it is coarse in print" in findings[0].message
