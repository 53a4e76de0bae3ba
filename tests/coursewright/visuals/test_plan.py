"""Planning a lesson's figures: one request, repairs that name the faults, and a fallback that says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coursewright.errors import BadCredentials, ContentRefused, QuotaExhausted
from coursewright.languages import load_language
from coursewright.models.base import Reply, Usage
from coursewright.models.scripted import ScriptedModel
from coursewright.visuals.describe import Chart, Hierarchy, Illustration
from coursewright.visuals.plan import FigurePlanning, IllustrationRule, plan_figures

LESSON = """# Lección 1.2: Redes seguras

## Objetivos de Aprendizaje

- Explicar la segmentación

## Segmentación de redes

### Visión General del Concepto

La **segmentación** divide la red en **zonas**. Un **cortafuegos** separa cada zona.

[VISUAL: 01-02-0001 - Zonas de la red y cortafuegos que las separan con los flujos permitidos]

### Detalles Técnicos

El 36 % de los incidentes empieza por correo y el 13,5 % por la nube, de 1.250 casos.

## Cifrado

### Visión General del Concepto

- Simétrico: una clave compartida
- Asimétrico: dos claves

[VISUAL: 01-02-0002 - Las dos familias de cifrado y en qué se diferencian sus claves]

## Resumen

### Puntos Clave
"""
SPANISH = load_language("es")
ONE, TWO = "01-02-0001", "01-02-0002"


def flow(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "flow",
        "title": f"Flujo {name}",
        "purpose": "Muestra cómo pasa el tráfico.",
        "nodes": [{"id": "a", "label": "Zona A"}, {"id": "b", "label": "Zona B"}],
        "edges": [{"from": "a", "to": "b"}],
        **changes,
    }


def reply(*figures: dict[str, Any]) -> str:
    return json.dumps({"figures": list(figures)}, ensure_ascii=False)


def plan(model: ScriptedModel, **more: Any) -> FigurePlanning:
    return plan_figures(LESSON, language=SPANISH, model=model, item="visuals/01-02", project="demo", **more)


BAD = flow(TWO, edges=[{"from": "a", "to": "zzz"}, {"from": "a", "to": "b"}])


def test_one_request_plans_all_figures_of_a_lesson() -> None:
    model = ScriptedModel([reply(flow(ONE), flow(TWO))])
    planning = plan(model)
    assert [(figure.tag.id, figure.origin) for figure in planning.figures] == [(ONE, "model"), (TWO, "model")]
    assert planning.findings == ()
    (request,) = model.requests
    assert (request.item, request.project) == ("visuals/01-02", "demo")
    prompt = request.messages[0].text
    assert "in Spanish" in prompt
    assert "Un **cortafuegos** separa cada zona." in prompt
    assert "[VISUAL" not in prompt
    assert "Puntos Clave" not in prompt


def test_a_repair_names_the_faults_of_the_bad_figure_alone() -> None:
    model = ScriptedModel([reply(flow(ONE), BAD), reply(flow(TWO))])
    planning = plan(model)
    assert [figure.origin for figure in planning.figures] == ["model", "repaired"]
    repair = model.requests[1].messages[-1].text
    assert "edge names unknown node 'zzz'; known: a, b" in repair
    assert TWO in repair
    assert ONE not in repair
    assert [finding.severity for finding in planning.findings] == ["note"]


def test_after_two_failed_repairs_the_figure_is_a_map_of_its_section() -> None:
    model = ScriptedModel([reply(flow(ONE), BAD), reply(BAD), "Lo siento, no puedo."])
    planning = plan(model)
    assert len(model.requests) == 3
    assert [figure.origin for figure in planning.figures] == ["model", "fallback"]
    fallback = planning.figures[1].description
    assert isinstance(fallback, Hierarchy)
    assert [node.label for node in fallback.nodes] == ["Cifrado", "Simétrico", "Asimétrico"]
    (finding,) = planning.findings
    assert finding.severity == "warning"
    # What is said to the model is what an author reads in the report.
    assert "2 repairs did not help: no whole JSON object of it was in the answer" in finding.message
    assert "your" not in finding.message
    assert planning.figures[1].model == ""


@pytest.mark.parametrize(
    "wrapped",
    [
        "Claro, aquí está:\n```json\n{}\n```\n¿Algo más?",
        "<think>un flujo {{bonito}}</think>\n{}",
        "{}\n\nEspero que ayude {{;)}}",
    ],
)
def test_chatter_and_fences_around_the_json_are_borne_with(wrapped: str) -> None:
    text = wrapped.replace("{}", reply(flow(ONE), flow(TWO))).replace("{{", "{").replace("}}", "}")
    assert [figure.origin for figure in plan(ScriptedModel([text])).figures] == ["model", "model"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([flow(ONE), flow(TWO)]),
        json.dumps({"figures": {ONE: flow(ONE), TWO: flow(TWO)}}),
        json.dumps(flow(ONE)) + "\n" + json.dumps(flow(TWO)),
        reply({**flow(ONE), "id": "1"}, {**flow(TWO), "id": "2"}),
    ],
)
def test_other_shapes_of_a_whole_answer_are_read(text: str) -> None:
    planning = plan(ScriptedModel([text]))
    assert [figure.description.title for figure in planning.figures] == [f"Flujo {ONE}", f"Flujo {TWO}"]


def test_of_a_reply_that_was_cut_off_what_was_whole_is_kept() -> None:
    whole = reply(flow(ONE), flow(TWO))
    cut = Reply(text=whole[: len(whole) - 40], stop="length", model="scripted", usage=Usage(10, 10))
    model = ScriptedModel([cut, reply(flow(TWO))])
    assert [figure.origin for figure in plan(model).figures] == ["model", "repaired"]
    assert "cut off" in model.requests[1].messages[-1].text


def chart(values: list[float]) -> dict[str, Any]:
    return {
        "id": ONE,
        "kind": "chart",
        "form": "bar",
        "title": "Origen",
        "purpose": "Muestra el origen de los incidentes.",
        "categories": ["Correo", "Nube"],
        "series": [{"label": "Casos", "values": values}],
    }


def test_a_chart_of_numbers_that_the_section_states_is_drawn() -> None:
    planning = plan(ScriptedModel([reply(chart([36, 13.5]))]), wanted={ONE})
    assert isinstance(planning.figures[0].description, Chart)
    assert isinstance(
        plan(ScriptedModel([reply(chart([1250, 36]))]), wanted={ONE}).figures[0].description, Chart
    )


def test_a_chart_of_invented_numbers_is_sent_back() -> None:
    model = ScriptedModel([reply(chart([36, 14])), reply(chart([36, 13.5]))])
    plan(model, wanted={ONE})
    assert "the section does not state 14;" in model.requests[1].messages[-1].text


def test_a_figure_in_another_language_than_the_courses_is_sent_back() -> None:
    english = flow(ONE, title="How traffic passes", purpose="Shows how the traffic passes from zone to zone.")
    model = ScriptedModel([reply(english), reply(flow(ONE))])
    assert [figure.origin for figure in plan(model, wanted={ONE}).figures] == ["repaired"]
    repair = model.requests[1].messages[-1].text
    assert "title and purpose: are in English; write them in Spanish" in repair


def test_a_figure_with_signs_that_cannot_be_lettered_is_sent_back() -> None:
    model = ScriptedModel([reply(flow(ONE, title="El gradiente ∇ de la zona")), reply(flow(ONE))])
    assert [figure.origin for figure in plan(model, wanted={ONE}).figures] == ["repaired"]
    assert "labels: the font has no sign for ∇; say it in words" in model.requests[1].messages[-1].text


def test_a_number_of_thousands_of_digits_is_a_fault_like_any_other() -> None:
    endless = reply(flow(ONE)).replace('"Zona A"', "1" + "0" * 6_000)
    planning = plan(ScriptedModel([endless, reply(flow(ONE))]), wanted={ONE})
    assert [figure.origin for figure in planning.figures] == ["repaired"]


def test_only_the_wanted_figures_are_planned_and_none_costs_nothing() -> None:
    model = ScriptedModel([reply(flow(TWO))])
    assert [figure.tag.id for figure in plan(model, wanted={TWO}).figures] == [TWO]
    assert ONE not in model.requests[0].messages[0].text
    assert plan(ScriptedModel(), wanted=set()).figures == ()


def test_the_demonstration_asks_nothing_and_shows_the_lessons_own_structure() -> None:
    model = ScriptedModel(demonstration=True)
    planning = plan(model)
    assert model.requests == []
    assert [figure.origin for figure in planning.figures] == ["outline", "outline"]
    first = planning.figures[0].description
    assert isinstance(first, Hierarchy)
    assert [(node.label, node.emphasis) for node in first.nodes] == [
        ("Redes seguras", False),
        ("Segmentación de redes", True),
        ("Cifrado", False),
        ("segmentación", False),
        ("zonas", False),
        ("cortafuegos", False),
    ]


def test_refused_content_becomes_maps_of_concepts() -> None:
    planning = plan(ScriptedModel([ContentRefused("scripted refused this item's content.")]))
    assert [figure.origin for figure in planning.figures] == ["fallback", "fallback"]
    assert all("refused" in finding.message for finding in planning.findings)


def test_a_model_that_cannot_be_asked_is_the_runs_affair() -> None:
    with pytest.raises(BadCredentials):
        plan(ScriptedModel([BadCredentials("no key")]))


def test_a_quota_that_ends_during_a_repair_keeps_what_is_good_and_leaves_the_rest_to_a_later_run() -> None:
    planning = plan(ScriptedModel([reply(flow(ONE), BAD), QuotaExhausted("used up")]))
    assert [figure.tag.id for figure in planning.figures] == [ONE]
    assert isinstance(planning.stopped_by, QuotaExhausted)


def test_tokens_cost_and_requests_are_counted_over_all_requests() -> None:
    model = ScriptedModel([reply(flow(ONE), BAD), reply(flow(TWO))], price_per_token=0.001)
    planning = plan(model)
    assert planning.requests == 2
    assert planning.usage.output > 0
    assert planning.cost == pytest.approx((planning.usage.input + planning.usage.output) * 0.001)


def illustration(name: str, prompt: str) -> dict[str, Any]:
    purpose = "Muestra la sala."
    return {"id": name, "kind": "illustration", "title": "Sala", "purpose": purpose, "prompt": prompt}


PROMPT = "A quiet server room at night, blue light, seen from the door, photograph"


def test_an_illustration_is_offered_only_where_the_run_wants_it() -> None:
    model = ScriptedModel([reply(illustration(ONE, PROMPT), flow(TWO)), reply(flow(ONE))])
    plan(model)
    assert "illustration" not in model.requests[0].messages[0].text
    wanted = ScriptedModel([reply(illustration(ONE, PROMPT), flow(TWO))])
    planning = plan(wanted, illustrations=IllustrationRule(most=1))
    assert "for at most 1 of these figures" in wanted.requests[0].messages[0].text
    assert isinstance(planning.figures[0].description, Illustration)
    assert planning.figures[0].description.prompt == PROMPT


def test_too_many_illustrations_and_too_long_prompts_are_sent_back() -> None:
    rule = IllustrationRule(most=1, longest_prompt=100)
    both = reply(illustration(ONE, PROMPT), illustration(TWO, PROMPT + " with long racks" * 5))
    model = ScriptedModel([both, reply(flow(TWO))])
    planning = plan(model, illustrations=rule)
    assert "at most 1 illustrations are wanted" in model.requests[1].messages[-1].text
    assert [figure.origin for figure in planning.figures] == ["model", "repaired"]
