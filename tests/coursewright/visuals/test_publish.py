"""What is stored of a figure, and what decides whether it is drawn anew."""

from __future__ import annotations

import json

import pytest

from coursewright.languages import load_language
from coursewright.visuals.publish import draw, drawing_key, read_record, write_record
from coursewright.visuals.read import read_description

DATA = {
    "kind": "timeline",
    "title": "Hitos",
    "purpose": "Muestra los hitos.",
    "events": [{"when": "2018", "label": "RGPD"}, {"when": "2022", "label": "NIS 2"}],
}
FIGURE = read_description(DATA)
SPANISH, ENGLISH = load_language("es"), load_language("en")


def test_the_record_holds_what_a_book_needs_and_the_description_itself() -> None:
    data = write_record(FIGURE, SPANISH, caption="Los hitos de la norma", key="abc", model="openai:x")
    record = json.loads(data)
    assert record["caption"] == "Los hitos de la norma"
    assert record["alt"] == "Muestra los hitos."
    assert record["long_description"].splitlines() == [
        "Una línea de tiempo de 2 hitos.",
        "2018: RGPD.",
        "2022: NIS 2.",
    ]
    assert (record["key"], record["model"]) == ("abc", "openai:x")
    assert read_record(data) == FIGURE


def test_a_drawing_is_keyed_by_what_decides_its_bytes() -> None:
    other = read_description({**DATA, "title": "Otros hitos"})
    assert drawing_key(FIGURE, SPANISH) == drawing_key(read_description(dict(DATA)), SPANISH)
    assert len({drawing_key(FIGURE, SPANISH), drawing_key(FIGURE, ENGLISH), drawing_key(other, SPANISH)}) == 3


def test_letters_that_the_font_lacks_are_told() -> None:
    events = [{"when": "2018", "label": "規則"}, {"when": "2022", "label": "NIS 2"}]
    drawn = draw(read_description({**DATA, "events": events}), SPANISH, figure_id="01-01-0001")
    (finding,) = drawn.findings
    assert finding.message.startswith("Figure 01-01-0001: the figures' font lacks '規則'")


def test_letters_of_the_title_that_the_font_lacks_are_told_too() -> None:
    (finding,) = draw(read_description({**DATA, "title": "規 y normas"}), SPANISH, figure_id="x").findings
    assert "lacks '規'" in finding.message


def test_a_record_that_a_person_broke_is_refused() -> None:
    with pytest.raises(ValueError, match="is an object"):
        read_record(b"[]")
    with pytest.raises(ValueError, match="a figure is a JSON object"):
        read_record(b"{}")
