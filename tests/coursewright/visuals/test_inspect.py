"""The inspection finds what is wrong: each fault is put into a drawing that is in order."""

from __future__ import annotations

import re

import pytest

from coursewright.visuals.draw import draw_figure
from coursewright.visuals.inspect import inspect_drawing
from coursewright.visuals.read import read_description

FIGURE = read_description(
    {
        "kind": "architecture",
        "title": "Two parts",
        "purpose": "Shows that one part calls the other.",
        "groups": [{"id": "g", "label": "A group with a title"}],
        "nodes": [
            {"id": "a", "label": "First", "group": "g"},
            {"id": "b", "label": "Second", "group": "g"},
            {"id": "c", "label": "Third"},
        ],
        "edges": [
            {"from": "a", "to": "b", "label": "calls"},
            {"from": "b", "to": "c"},
            {"from": "a", "to": "c"},
        ],
    }
)
SVG = draw_figure(FIGURE, language="en", alt="Alt", long_description="Words").decode()


def test_a_drawing_in_order_has_no_fault() -> None:
    assert inspect_drawing(SVG.encode()) == []


def rect_after(name: str) -> re.Match[str]:
    found = re.search(rf'<g class="{name}"><rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)"', SVG)
    assert found is not None
    return found


def test_a_box_that_is_moved_overlaps_or_loses_its_text() -> None:
    box = rect_after("node step")
    moved = SVG.replace(box[0], box[0].replace(f'x="{box[1]}"', f'x="{float(box[1]) + 60}"'), 1)
    assert any("sticks out of its box" in fault for fault in inspect_drawing(moved.encode()))


def test_two_boxes_in_the_same_place_overlap() -> None:
    group = re.search(r'<g class="node step">.*?</g>', SVG)
    assert group is not None
    faults = inspect_drawing(SVG.replace(group[0], group[0] * 2, 1).encode())
    assert any("a box at" in fault and "overlaps a box" in fault for fault in faults)


def test_a_text_that_is_longer_than_measured_sticks_out() -> None:
    longer = re.sub(r'textLength="[\d.]+">First', 'textLength="400">First', SVG)
    assert any("sticks out of its box" in fault for fault in inspect_drawing(longer.encode()))


def test_a_line_through_a_box_and_through_a_title_is_seen() -> None:
    width = float(re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+)', SVG)[1])  # type: ignore[index]
    for what, target in (("a box", "node step"), ("a title", "group")):
        box = rect_after(target)
        y = float(box[2]) + (20 if what == "a box" else 14)
        line = f'<path class="edge s-line" d="M0 {y}L{width - 40} {y}"/>'
        faults = inspect_drawing(SVG.replace("</svg>", f"{line}</svg>").encode())
        assert any(f"goes through {what}" in fault for fault in faults), (what, faults)


def test_a_title_on_a_box_or_below_a_line_is_seen() -> None:
    box = rect_after("node step")
    title = re.search(r'<tspan x="[-\d.]+" y="([-\d.]+)" textLength="[\d.]+">Two parts', SVG)
    assert title is not None
    onto = re.sub(r'x="[-\d.]+" y="[-\d.]+"', f'x="{box[1]}" y="{float(box[2]) + 4}"', title[0])
    faults = inspect_drawing(SVG.replace(title[0], onto, 1).encode())
    assert any("the text 'Two parts' overlaps a box" in fault for fault in faults), faults
    y = float(title[1]) - 4
    line = f'<path class="edge s-line" d="M0 {y}L200 {y}"/>'
    faults = inspect_drawing(SVG.replace("</svg>", f"{line}</svg>").encode())
    assert any("goes through the text 'Two parts'" in fault for fault in faults), faults


def test_two_arrows_on_one_line_are_seen() -> None:
    path = re.search(r'<path class="edge[^>]*/>', SVG)
    assert path is not None
    assert any(
        "share the line" in fault for fault in inspect_drawing(SVG.replace(path[0], path[0] * 2, 1).encode())
    )


def test_what_lies_outside_the_paper_is_seen() -> None:
    smaller = re.sub(
        r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"', r'viewBox="\1 \2 150 90"', SVG, count=1
    )
    faults = inspect_drawing(smaller.encode())
    assert any("sticks out of the figure" in fault for fault in faults)
    assert any("leaves the figure" in fault for fault in faults)


@pytest.mark.parametrize("label", ["calls"])
def test_a_second_line_through_a_label_is_seen(label: str) -> None:
    box = rect_after("edge-label")
    y = float(box[2]) + 3
    line = f'<path class="edge s-line" d="M{float(box[1]) - 2} {y}L{float(box[1]) + 10} {y}"/>'
    faults = inspect_drawing(SVG.replace("</svg>", f"{line}</svg>").encode())
    assert any("more than one line goes through the label" in fault for fault in faults)
