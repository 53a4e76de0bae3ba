"""A plan is taken as far as it can be used; the outline's own structure stands for the rest."""

from __future__ import annotations

import json

import pytest
from servers.lesson_text import make_brief

from coursewright.lessons.plan_sections import plan_from_outline, plan_schema, read_plan

BRIEF = make_brief()
ROW = {
    "topic": "Health checks",
    "concept_overview": ["what a probe is", "why it is asked again and again"],
    "technical_details": ["HTTP, TCP and command probes"],
    "practical_application": ["a service that hangs"],
    "figure": "A load balancer that asks three instances for their health and leaves out the one that fails",
}


def test_a_plan_gives_points_and_a_figure_for_each_topic() -> None:
    second = {**ROW, "topic": "Rolling updates"}
    plan = read_plan(f"Here it is:\n```json\n{json.dumps({'topics': [ROW, second]})}\n```", BRIEF)
    assert plan.made_by_model == 2
    assert plan.points["topic 1/concept_overview"] == ("what a probe is", "why it is asked again and again")
    assert plan.figures[2].startswith("A load balancer")


@pytest.mark.parametrize("reply", ["", "no plan", "{", "[]", '{"topics": "none"}', '{"topics": [1, null]}'])
def test_rubbish_leaves_the_outlines_own_structure(reply: str) -> None:
    plan = read_plan(reply, BRIEF)
    assert plan == plan_from_outline(BRIEF)
    assert set(plan.figures) == {1, 2}


def test_a_topic_that_the_plan_lacks_keeps_its_figure() -> None:
    plan = read_plan(json.dumps({"topics": [ROW]}), BRIEF)
    assert plan.made_by_model == 1
    assert "topic 2/concept_overview" not in plan.points
    assert plan.figures[2] == plan_from_outline(BRIEF).figures[2]


@pytest.mark.parametrize(
    "figure", ["word " * 40, "Only four words here", "A [tag] that <b>breaks</b> out of its place"]
)
def test_a_planned_figure_has_10_to_20_words(figure: str) -> None:
    plan = read_plan(json.dumps({"topics": [{**ROW, "figure": figure}]}), BRIEF)
    assert 10 <= len(plan.figures[1].split()) <= 20
    assert not set("[]<>") & set(plan.figures[1])


def test_the_schema_asks_for_every_part() -> None:
    topic = plan_schema(BRIEF)["properties"]["topics"]["items"]
    assert set(topic["required"]) == set(ROW)
