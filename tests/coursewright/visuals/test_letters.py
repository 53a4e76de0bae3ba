"""Labels in letters that the figures' font has: signs by their nearest, pictographs and blanks left out."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from coursewright.languages import language_codes, load_language
from coursewright.visuals.concept_map import map_concepts, place_topic
from coursewright.visuals.drawing.text import lacks
from coursewright.visuals.foreign import find_unlettered
from coursewright.visuals.letters import spell
from coursewright.visuals.publish import draw
from coursewright.visuals.read import DescriptionError, read_description
from coursewright.visuals.tags import find_tags, lesson_title, section_titles

HOSTILE = "🔒✅🔴⚠️⇒∈∇ⁿ★`*_#-.,:;|<>[]()&\"'\u0301\u0335\u200b\u202e\u3164\u2800\ufe0f数मि ab ñÉ\n "


@pytest.mark.parametrize(
    ("written", "lettered"),
    [
        ("🔒 Cifrado 👩💻", "Cifrado"),
        ("⚠️ Aviso: A ⇒ B, ✔", "Aviso: A → B, ✓"),
        ("❌", "×"),
        ("1️⃣ 🇪🇸 España", "1 España"),
        ("🔴", ""),
        ("\u3164 \u2800", ""),
        ("\u0301\u0302", ""),
        ("Z\u0335\u0321algo", "Zalgo"),
        ("Z" + "\u0300" * 9, "Z" + "\u0300" * 2),
        ("x\u0304 ± 𝜎", "x\u0304 ± σ"),
        ("① 25 ℃ ► Ⅳ", "1 25 °C • IV"),
        ("10⁻³ ●●○", "10⁻³ ●●○"),
        ("★★★☆☆ x ∈ ℝⁿ", "★★★☆☆ x ∈ Rⁿ"),
        ("数据 मि ที่", "数据 मि ที่"),
    ],
)
def test_a_label_is_spelt_with_what_the_font_has(written: str, lettered: str) -> None:
    assert spell(written) == lettered
    assert spell(lettered) == lettered


def flow(label: str) -> dict[str, object]:
    return {
        "kind": "flow",
        "title": "Del principio al fin",
        "purpose": "Muestra qué sigue a qué.",
        "nodes": [{"id": "🔒", "label": label}, {"id": "b", "label": "Fin"}],
        "edges": [{"from": "🔒", "to": "b"}],
    }


@pytest.mark.parametrize("label", ["🔴", "` `", "** **", "\u3164", "\u0301"])
def test_a_label_of_which_nothing_can_be_seen_is_refused_by_what_it_held(label: str) -> None:
    with pytest.raises(DescriptionError) as refused:
        read_description(flow(label))
    assert refused.value.faults == (
        f"nodes[0].label: holds nothing that can be lettered, found {label!r}; say it in words",
    )


def test_signs_that_the_font_lacks_are_named_where_it_has_the_courses_script() -> None:
    figure = read_description(flow("x ∈ ℝⁿ"))
    for code in language_codes():
        assert lacks("".join(load_language(code).figure.values())) == "", code
        assert find_unlettered(figure, load_language(code)) == (
            "labels: the font has no sign for ∈ ⁿ; say it in words or with other signs",
        )
    assert find_unlettered(read_description(flow("x̄ ± σ ≤ 3 €")), load_language("es")) == ()


def test_nothing_is_named_where_the_font_lacks_the_courses_own_script() -> None:
    spanish = load_language("es")
    sentences = {**spanish.figure, "flow": "流程图，{count} 个步骤。"}
    chinese = replace(spanish, figure=sentences)
    assert find_unlettered(read_description(flow("数据流动")), chinese) == ()


def hostile_text(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(HOSTILE) for _ in range(length))


def test_labels_of_hostile_characters_are_drawn_in_order_or_refused_by_name() -> None:
    rng = random.Random(5)
    spanish = load_language("es")
    drawn = 0
    for _ in range(150):
        label = hostile_text(rng, rng.choice((1, 3, 12, 60)))
        try:
            figure = read_description(flow(label))
        except DescriptionError as refused:
            assert "nodes[0].label: " in refused.faults[0], label
            continue
        drawn += 1
        assert [f for f in draw(figure, spanish).findings if f.severity != "note"] == [], repr(label)
    assert drawn > 100


def test_a_map_of_concepts_is_made_of_any_section() -> None:
    rng = random.Random(6)
    spanish = load_language("es")
    made = 0
    for _ in range(400):
        heading, tag = (hostile_text(rng, 9).replace("\n", " ") for _ in range(2))
        lesson = f"# L\n## {heading}\n{hostile_text(rng, 60)}\n[VISUAL: 01-01-0001 - {tag}.]\n## B\n"
        for found in find_tags(lesson):
            for figure in (
                map_concepts(found, spanish),
                place_topic(found, lesson_title(lesson), section_titles(lesson), spanish),
            ):
                made += 1
                assert all(node.label.strip() for node in figure.nodes)
    assert made > 700
