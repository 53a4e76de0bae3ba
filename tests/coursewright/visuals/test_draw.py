"""Drawings, measured from their SVG: nothing overlaps, nothing sticks out, nothing is crossed."""

from __future__ import annotations

import hashlib
import json
import random
import re
import struct
import zlib
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from servers.random_figures import random_figure, random_label

from coursewright.languages import load_language
from coursewright.visuals.describe import KINDS
from coursewright.visuals.draw import draw_figure
from coursewright.visuals.drawing.style import (
    DARK,
    DRAWING_VERSION,
    LIGHT,
    THEMES,
    Theme,
    figure_style,
)
from coursewright.visuals.drawing.text import FONT_FAMILY, measure
from coursewright.visuals.inspect import inspect_drawing
from coursewright.visuals.publish import draw
from coursewright.visuals.raster import png_size, rasterise
from coursewright.visuals.read import read_description

CORPUS = Path(__file__).parents[2] / "corpus" / "figures"
SVG = "{http://www.w3.org/2000/svg}"
FIGURES = {
    f"{language}/{name}": (language, description)
    for language in ("en", "es")
    for name, description in json.loads((CORPUS / f"{language}.json").read_text("utf-8")).items()
}


@cache
def drawn(name: str) -> bytes:
    language, description = FIGURES[name]
    return draw(read_description(description), load_language(language)).svg


def draw_random(seed: int) -> tuple[str, bytes]:
    figure = read_description(random_figure(random.Random(seed)))
    return figure.kind, draw_figure(figure, language="es", alt="Alt", long_description="Words")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_the_corpus_is_in_order(name: str) -> None:
    language, description = FIGURES[name]
    assert draw(read_description(description), load_language(language)).findings == ()


def begins_at_its_left_edge(svg: bytes) -> bool:
    root = ElementTree.fromstring(svg)
    left, _, _, _ = map(float, root.attrib["viewBox"].split())
    (title,) = (group for group in root.iter(f"{SVG}g") if group.get("class") == "title")
    (text,) = title.findall(f"{SVG}text")
    (start,) = {float(line.attrib["x"]) for line in text.findall(f"{SVG}tspan")}
    return text.get("text-anchor", "start") == "start" and start - left == pytest.approx(16)


def test_the_title_of_every_figure_begins_at_its_left_edge_however_narrow_it_is() -> None:
    figures = {
        **{name: drawn(name) for name in FIGURES},
        **{str(seed): draw_random(seed)[1] for seed in range(40)},
    }
    assert {name for name, svg in figures.items() if not begins_at_its_left_edge(svg)} == set()


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(start, marks=pytest.mark.fuzz) for start in range(20, 200, 20))]
)
def test_a_figure_of_random_content_within_the_limits_is_in_order(start: int) -> None:
    for seed in range(start, start + 20):
        kind, svg = draw_random(seed)
        assert inspect_drawing(svg) == [], f"seed {seed}, {kind}"


@pytest.mark.long
def test_a_thousand_figures_of_random_content_are_in_order() -> None:
    faulty = {seed: faults for seed in range(200, 1_200) if (faults := inspect_drawing(draw_random(seed)[1]))}
    assert faulty == {}


def test_the_random_figures_are_of_every_kind() -> None:
    assert {read_description(random_figure(random.Random(seed))).kind for seed in range(200)} == set(KINDS)


@pytest.mark.parametrize("name", ["en/flow-dense", "es/arquitectura-rag", "es/grafico-negativo"])
def test_the_same_description_gives_the_same_bytes(name: str) -> None:
    language, description = FIGURES[name]
    assert draw(read_description(description), load_language(language)).svg == drawn(name)


def test_drawings_are_pinned_because_finished_ones_are_kept() -> None:
    # If this fails on purpose, raise DRAWING_VERSION: finished figures are then drawn anew, at no cost.
    whole = hashlib.sha256(b"".join(drawn(name) for name in sorted(FIGURES))).hexdigest()
    assert (DRAWING_VERSION, whole[:16]) == (3, "6e21b72704f930dd")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_holds_nothing_that_refers_runs_or_names(name: str) -> None:
    root = ElementTree.fromstring(drawn(name))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "desc", "style", "g", "rect", "circle", "polygon", "path", "text", "tspan",
        }  # fmt: skip
        assert not {"id", "href", "style"} & element.attrib.keys()
        assert not any(name.startswith("on") for name in element.attrib)
    assert "url(" not in drawn(name).decode()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_carries_its_words(name: str) -> None:
    root = ElementTree.fromstring(drawn(name))
    assert root.get("role") == "img"
    assert root.get("aria-label") == FIGURES[name][1]["purpose"]
    assert root.findtext(f"{SVG}desc")
    assert root.get("lang") == FIGURES[name][0]


def test_every_label_of_a_figure_is_lettered_in_it() -> None:
    for name, (_, description) in FIGURES.items():
        shown = _letters("".join(ElementTree.fromstring(drawn(name)).itertext()))
        for label in _labels(description):
            assert _letters(label) in shown, f"{name} does not show {label!r}"


def test_a_rule_of_a_figure_concerns_figures_only() -> None:
    inner = figure_style().removeprefix("@media screen{")
    for selector in re.findall(r"(?:^|[{}])([^{}@]+)\{", inner):
        assert selector.startswith((".cw-figure ", "svg.cw-figure:root")), selector


def test_a_figure_is_drawn_in_its_own_colours_where_custom_properties_are_unknown() -> None:
    png = rasterise(drawn("en/flow-decision"), scale=1)
    colours = _colours(png)
    for role in ("paper", "step", "decision", "end"):
        red, green, blue = (int(LIGHT[role][i : i + 2], 16) for i in (1, 3, 5))
        assert (red, green, blue) in colours, role


def test_a_png_is_twice_as_large_as_its_figure() -> None:
    svg = drawn("en/cycle-pdca")
    root = ElementTree.fromstring(svg)
    width, height = png_size(rasterise(svg))
    assert abs(width - 2 * float(root.attrib["width"])) <= 2
    assert abs(height - 2 * float(root.attrib["height"])) <= 2


def test_figures_of_usual_size_fit_a_column() -> None:
    for name in FIGURES:
        assert float(ElementTree.fromstring(drawn(name)).attrib["width"]) <= 900, name


def test_the_key_of_a_line_chart_shows_each_lines_own_mark() -> None:
    description = FIGURES["en/chart-line"][1]
    root = ElementTree.fromstring(drawn("en/chart-line"))
    count = len(description["categories"])
    # One mark for each value, and one in the key.
    assert len(list(root.iter(f"{SVG}circle"))) == count + 1
    small = [rect for rect in root.iter(f"{SVG}rect") if rect.attrib["width"] == "8"]
    assert len(small) == count + 1


@pytest.mark.parametrize("seed", range(8))
def test_a_line_of_text_is_no_wider_than_measured_when_it_is_rendered(seed: int) -> None:
    text = random_label(random.Random(seed), 60)
    width = measure(text, 20)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 60:.0f}" height="40">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="30" y="26" font-size="20" '
        f'font-family="{FONT_FAMILY}">{text}</text></svg>'
    )
    columns = _ink_columns(rasterise(svg.encode(), scale=1))
    assert min(columns) >= 30 - 2
    assert max(columns) <= 30 + width + 2
    # And the measure is tight: kerning takes a few per cent at most.
    assert max(columns) - min(columns) >= width * 0.9 - 4


_SURFACES = ("paper", "group", "step", "decision", "end", "store", "actor", "emphasis")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", _SURFACES)
def test_text_passes_aa_on_every_surface(theme: Theme, surface: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours["ink"], colours[surface]) >= 4.5
    assert contrast(colours["muted"], colours[surface]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_lines_that_carry_meaning_pass_aa(theme: Theme) -> None:
    colours = THEMES[theme]
    for surface in ("paper", "group"):
        assert contrast(colours["line"], colours[surface]) >= 3
    assert contrast(colours["group-line"], colours["paper"]) >= 3
    for role in _SURFACES[2:]:
        for against in ("paper", "group", role):
            assert contrast(colours[f"{role}-line"], colours[against]) >= 3, (role, against)


def test_both_themes_have_the_same_roles_and_light_no_colour_twice() -> None:
    assert DARK.keys() == LIGHT.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = []
    for i in (1, 3, 5):
        value = int(colour[i : i + 2], 16) / 255
        channels.append(value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)
    red, green, blue = channels
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _letters(text: str) -> str:
    # Lines break labels, sometimes with a hyphen.
    return re.sub(r"[\s-]", "", text)


def _labels(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [label for name, inner in value.items() for label in _labels(inner, name)]
    if isinstance(value, list):
        return [label for inner in value for label in _labels(inner, key)]
    shown = {"label", "title", "detail", "when", "points", "criteria", "categories", "unit"}
    # The only series of a chart needs no key.
    return [value] if key in shown and isinstance(value, str) and value not in ("Share", "Exactitud") else []


def _pixels(png: bytes) -> tuple[int, list[bytes]]:
    """Bytes a pixel and the rows of a PNG of 8 bits a channel, without its filters."""
    width, height = struct.unpack(">II", png[16:24])
    per_pixel = {2: 3, 6: 4}[png[25]]
    data, at = b"", 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    raw = zlib.decompress(data)
    stride = width * per_pixel
    rows: list[bytes] = []
    above = bytes(stride)
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - per_pixel] if i >= per_pixel else 0
            corner = above[i - per_pixel] if i >= per_pixel else 0
            line[i] = (line[i] + _predict(kind, left, above[i], corner)) & 255
        above = bytes(line)
        rows.append(above)
    return per_pixel, rows


def _predict(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        estimate = left + up - corner
        return min((abs(estimate - value), i, value) for i, value in enumerate((left, up, corner)))[2]
    return (0, left, up, (left + up) // 2)[kind]


def _colours(png: bytes) -> set[tuple[int, ...]]:
    per_pixel, rows = _pixels(png)
    return {tuple(row[i : i + 3]) for row in rows for i in range(0, len(row), per_pixel)}


def _ink_columns(png: bytes) -> list[int]:
    per_pixel, rows = _pixels(png)
    width = len(rows[0]) // per_pixel
    return [x for x in range(width) if any(row[x * per_pixel] < 140 for row in rows)]
