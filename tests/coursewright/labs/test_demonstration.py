"""The demonstration's labs: an exercise on paper, without a single command that a small model made up."""

from __future__ import annotations

import pytest
from servers.lab_text import make_lab_brief

from coursewright.labs.brief import LabBrief
from coursewright.labs.planned import Software
from coursewright.labs.produce import produce_lab
from coursewright.models.base import Request
from coursewright.models.opening import open_models
from coursewright.models.scripted import Answer, ScriptedModel

FLUENT = (
    "A health check is a small question that a program asks of a service from time to time. The answer tells "
    "whether the service is alive. Nobody has to look at a screen for it.",
    "A probe is sent every few seconds to the address of the service. Its answer is kept for some time.",
    "Alerts go to people when a probe has had no answer for a while. They name the service and the time.",
)


def brief(**changes: object) -> LabBrief:
    fields = {"demonstration": True, "software": (), "hardware": (), "lesson_title": "Health checks"}
    return make_lab_brief("en", **{**fields, "topics": ("Probes", "Alerts"), **changes})


def model(*answers: str) -> ScriptedModel:
    def answer(request: Request) -> Answer:
        return answers[len(scripted.requests) % len(answers)]

    scripted = ScriptedModel(answer, demonstration=True, languages=("en",), name="embedded")
    return scripted


def test_a_demonstration_is_accepted_and_has_no_commands() -> None:
    draft = produce_lab(brief(), model(*FLUENT))
    assert draft.accepted, draft.findings
    assert "```" not in draft.text and "`" not in draft.text
    assert "It is a demonstration by a very small model" in draft.text
    assert "No references: demonstration." in draft.text
    overview, _, rest = draft.text.partition("## Learning Objectives")
    assert "Nobody has to look at a screen" in overview
    assert "Nobody has to look" not in rest


@pytest.mark.parametrize(
    "rubbish", ["", "Sure! Sure! Sure!", "Run `rm -rf /` <script>", "El servicio no responde."]
)
def test_a_model_that_gives_nothing_usable_costs_no_lab(rubbish: str) -> None:
    draft = produce_lab(brief(), model(rubbish))
    assert draft.accepted, draft.findings
    assert "rm -rf" not in draft.text


@pytest.mark.parametrize("complexity", ["beginner", "intermediate", "advanced"])
def test_every_complexity_is_accepted_with_the_outlines_activities(complexity: str) -> None:
    lab = brief(complexity=complexity, activities=("Watch a probe",), objectives=("Use a probe",))
    draft = produce_lab(lab, model(*FLUENT))
    assert draft.accepted, draft.findings
    assert "- Watch a probe" in draft.text
    assert "- [ ] Use a probe" in draft.text


def test_a_chain_that_comes_to_the_embedded_model_writes_a_demonstration() -> None:
    planned = brief(demonstration=False, software=(Software("Docker", "27.3"),))
    draft = produce_lab(planned, model(*FLUENT))
    assert draft.accepted, draft.findings
    assert "Docker" not in draft.text


@pytest.mark.embedded
def test_the_embedded_model_writes_a_lab() -> None:
    with open_models("embedded") as embedded:
        draft = produce_lab(brief(title="Watch a service from outside"), embedded)
    assert draft.accepted, draft.findings
    assert "```" not in draft.text
