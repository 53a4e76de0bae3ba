"""Where things go in a drawing: straight main lines, frames in bands, whole words, rings that are closed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from coursewright.visuals.draw import draw_figure
from coursewright.visuals.drawing.text import measure, wrap
from coursewright.visuals.read import read_description

SVG = "{http://www.w3.org/2000/svg}"


def boxes_of(description: dict[str, object]) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each box, and of each group's frame, by its label."""
    svg = draw_figure(read_description(description), language="en", alt="Alt", long_description="Words")
    found = {}
    for part in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        names = part.attrib["class"].split()
        if names[0] not in ("node", "group"):
            continue
        outline = part[0]
        if "points" in outline.attrib:
            corners = [tuple(map(float, point.split(","))) for point in outline.attrib["points"].split()]
            xs, ys = zip(*corners, strict=True)
        else:
            x, y, width, height = (float(outline.attrib[name]) for name in ("x", "y", "width", "height"))
            xs, ys = (x, x + width), (y, y + height)
        found[" ".join(span.text or "" for span in part.iter(f"{SVG}tspan"))] = (
            min(xs),
            min(ys),
            max(xs),
            max(ys),
        )
    return found


def graph(*arrows: str, kind: str = "flow", **more: object) -> dict[str, object]:
    """A graph whose nodes are named as they are lettered; ``A > B: label``."""
    nodes: list[str] = []
    edges = []
    for arrow in arrows:
        ends, _, label = arrow.partition(": ")
        source, target = ends.split(" > ")
        nodes += [name for name in (source, target) if name not in nodes]
        edges.append({"from": source, "to": target, "label": label})
    shaped = [{"id": name, "label": name, "shape": "decision" if "?" in name else "step"} for name in nodes]
    purpose = "Shows how it goes on."
    return {"kind": kind, "title": "T", "purpose": purpose, "nodes": shaped, "edges": edges, **more}


def test_the_main_line_of_a_flow_is_straight_and_branches_leave_it_by_the_side() -> None:
    boxes = boxes_of(
        graph(
            "Start > Good?",
            "Good? > Merge: yes",
            "Good? > Mend: no",
            "Merge > Build",
            "Build > Works?",
            "Works? > Publish: yes",
            "Works? > Mend: no",
            "Publish > Tell",
            "Mend > Start",
        )
    )
    main = ("Start", "Good?", "Merge", "Build", "Works?", "Publish", "Tell")
    middles = {(boxes[name][0] + boxes[name][2]) / 2 for name in main}
    assert len(middles) == 1, middles
    assert boxes["Mend"][0] > boxes["Works?"][2] or boxes["Mend"][2] < boxes["Works?"][0]


def test_what_is_written_first_stands_above_what_leads_back_to_it() -> None:
    boxes = boxes_of(
        graph(
            "User > Server: question",
            "Server > Index: query",
            "Index > Server: passages",
            "Server > User: answer",
            "Documents > Index: chunks",
            kind="architecture",
        )
    )
    assert boxes["User"][3] < boxes["Server"][1] < boxes["Index"][1]


def test_frames_form_bands_and_columns_of_equal_size() -> None:
    described = graph("A > B", "B > C", "B > D", "C > E", "D > F", kind="architecture")
    described["groups"] = [{"id": name, "label": f"Group {name}"} for name in ("one", "two", "three")]
    groups = {"A": "one", "B": "one", "C": "two", "E": "two", "D": "three", "F": "three"}
    for node in described["nodes"]:  # type: ignore[attr-defined]
        node["group"] = groups[node["id"]]
    boxes = boxes_of(described)
    one, two, three = (boxes[f"Group {name}"] for name in ("one", "two", "three"))
    assert (two[1], two[3]) == (three[1], three[3]), "side by side, as high as each other"
    assert (one[0], one[2]) == (two[0], three[2]), "and together as wide as what stands above"


def test_arrows_of_a_ring_begin_and_end_on_their_cards() -> None:
    steps = [{"label": f"Step {i}", "detail": "with a remark" if i % 2 else ""} for i in range(6)]
    figure = {"kind": "cycle", "title": "T", "purpose": "Shows a ring.", "steps": steps}
    svg = draw_figure(read_description(figure), language="en", alt="Alt", long_description="Words")
    root = ElementTree.fromstring(svg)
    cards = [part[0].attrib for part in root.iter(f"{SVG}g") if part.attrib["class"] == "node card"]
    centres = [
        (float(card["x"]) + float(card["width"]) / 2, float(card["y"]) + float(card["height"]) / 2)
        for card in cards
    ]
    edges = [path.attrib["d"] for path in root.iter(f"{SVG}path") if "edge" in path.attrib["class"]]
    heads = [polygon.attrib["points"].split()[0] for polygon in root.iter(f"{SVG}polygon")]
    assert len(edges) == len(heads) == 6
    half_width, half_height = float(cards[0]["width"]) / 2, float(cards[0]["height"]) / 2
    for i, (edge, head) in enumerate(zip(edges, heads, strict=True)):
        start = tuple(map(float, re.findall(r"[-\d.]+", edge)[:2]))
        end = tuple(map(float, head.split(",")))
        for point, (x, y) in ((start, centres[i]), (end, centres[(i + 1) % 6])):
            aside, above = abs(point[0] - x) - half_width, abs(point[1] - y) - half_height
            assert max(aside, above) == pytest.approx(0, abs=2.4), (i, point)


def test_a_word_is_broken_where_it_has_a_seam_and_never_leaves_two_letters() -> None:
    assert wrap("Back-propagation", measure("propagation", 14) + 1, 14) == ["Back-", "propagation"]
    lines = wrap("electroencefalografista", 120, 14)
    assert lines[0].endswith("-")
    assert len(lines[-1]) >= 3
    assert "".join(line.removesuffix("-") for line in lines) == "electroencefalografista"


def test_a_timeline_whose_words_do_not_fit_side_by_side_is_set_below_each_other() -> None:
    def height(label: str) -> float:
        events = [{"when": f"20{i}0", "label": label if i == 3 else "Short"} for i in range(5)]
        figure = {"kind": "timeline", "title": "T", "purpose": "Shows events.", "events": events}
        svg = draw_figure(read_description(figure), language="en", alt="Alt", long_description="Words")
        return float(ElementTree.fromstring(svg).attrib["height"])

    assert height("Internationalisation") > 1.5 * height("International law")


def lines_of(description: dict[str, object]) -> list[tuple[str, str]]:
    """Every line of text in a drawing and how far down it stands, in its order."""
    svg = draw_figure(read_description(description), language="es", alt="Alt", long_description="Words")
    return [(span.text or "", span.attrib["y"]) for span in ElementTree.fromstring(svg).iter(f"{SVG}tspan")]


MONTHS = ["Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre", "Octubre"]


@pytest.mark.parametrize(("names", "rows"), [(MONTHS[:5], 1), ([*MONTHS, "Noviembre", "Diciembre"], 2)])
def test_names_below_a_line_chart_stand_in_two_rows_before_a_word_is_broken(
    names: list[str], rows: int
) -> None:
    figure = {"kind": "chart", "form": "line", "title": "T", "purpose": "Shows a line.", "categories": names}
    found = lines_of({**figure, "series": [{"label": "s", "values": list(range(len(names)))}]})
    below = [(name, y) for name, y in found if name in names]
    assert [name for name, _ in below] == names
    assert len({y for _, y in below}) == rows


def test_words_of_seven_participants_and_of_what_one_says_to_itself_are_whole() -> None:
    names = ["Administrador", "Autenticación", "Infraestructura", "Cliente", "Pasarela", "Banco", "Registro"]
    label = "comprueba la disponibilidad antes de contestar"
    ends = [("1", "2"), ("3", "4"), ("5", "0"), ("6", "6")]
    figure = {
        "kind": "sequence",
        "title": "T",
        "purpose": "Shows who asks whom.",
        "participants": [{"id": str(i), "label": name} for i, name in enumerate(names)],
        "messages": [{"from": a, "to": b, "label": label if a == b else "pide"} for a, b in ends],
    }
    lines = [line for line, _ in lines_of(figure)]
    assert set(names) <= set(lines)
    assert 2 <= sum(set(line.split()) <= set(label.split()) for line in lines) <= 3


def test_a_label_on_a_frames_border_hides_its_arrow_alone() -> None:
    corpus = json.loads((Path(__file__).parents[2] / "corpus" / "figures" / "es.json").read_text("utf-8"))
    figure = read_description(corpus["flujo-fases"])
    root = ElementTree.fromstring(draw_figure(figure, language="es", alt="Alt", long_description="Words"))
    grounds = {
        " ".join(span.text or "" for span in part.iter(f"{SVG}tspan")): [
            rect.attrib["class"] for rect in part.iter(f"{SVG}rect")
        ]
        for part in root.iter(f"{SVG}g")
        if part.attrib["class"] == "edge-label"
    }
    assert grounds == {
        "equipos limpios": ["f-paper"],
        "reaparición de indicadores": ["f-paper", "f-group"],
    }
