"""A plan of labs: whatever the model answers, every lab has an entry, and what happened is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from servers.lab_text import asked_labs, good_plan, planned_entry
from servers.small_course import as_yaml, lesson

from coursewright.bloom import BloomLevel
from coursewright.errors import ContentRefused, QuotaExhausted, SettingsError, Throttled
from coursewright.labs.plan import LABS_A_GROUP, plan_labs
from coursewright.labs.planned import LabPlan, PlannedLab, Software
from coursewright.languages import load_language
from coursewright.models.base import Reply, Request
from coursewright.models.scripted import Answer, ScriptedModel
from coursewright.outline import load_outline
from coursewright.outline.model import Outline

TITLES = ["Try alpha", "Try beta", "Try gamma"]


def make_outline(titles: list[Any] | None = None, language: str = "en") -> Outline:
    labs = TITLES if titles is None else titles
    course = {"title": "Planned", "language": language, "learning_outcomes": ["Run services"]}
    lessons = [lesson("First", "Alpha", lab_activities=labs)]
    return load_outline(
        as_yaml({"course": course, "modules": [{"title": "One", "lessons": lessons}]}), name="x"
    )


def plan(
    *answers: Answer | Callable[[Request], Answer], outline: Outline | None = None, **options: Any
) -> tuple[LabPlan, ScriptedModel]:
    outline = outline or make_outline()
    model = ScriptedModel(answers[0] if callable(answers[0]) else answers, price_per_token=0.001)  # type: ignore[arg-type]
    language = load_language(outline.language or "en")
    labs = options.pop("labs", [lab.id for _, _, lab in outline.labs])
    return plan_labs(outline, labs, model, language=language, project="p", **options), model


def answer(request: Request) -> str:
    return good_plan(request.messages[-1].text)


def entries(*titles: str) -> list[dict[str, Any]]:
    return [planned_entry(number, title) for number, title in enumerate(titles, 1)]


def told(found: LabPlan) -> str:
    return "\n".join(f"{finding.severity}: {finding.message}" for finding in found.findings)


def test_a_good_plan_takes_one_request() -> None:
    found, model = plan(answer)
    assert [request.item for request in model.requests] == ["lab-plan"]
    assert model.requests[0].project == "p" and model.requests[0].json_schema
    assert list(found.labs) == ["01-01-01", "01-01-02", "01-01-03"]
    assert [entry.title for entry in found.labs.values()] == TITLES
    assert found.findings == ()
    assert found.requests == 1 and found.cost and found.usage.output
    entry = found.labs["01-01-01"]
    assert (entry.complexity, entry.minutes, entry.by) == ("intermediate", 45, "scripted")
    assert entry.software == (Software("Python", "3.12"), Software("Bash", "5.2"))
    assert entry.bloom_levels == (BloomLevel.APPLY,)


def test_a_plan_that_lacks_a_lab_is_asked_for_that_lab_alone() -> None:
    lacking = json.dumps({"objectives": ["Run services"], "labs": entries(*TITLES[:2])})
    found, model = plan(lacking, good_plan("LAB 1\nTitle: Try gamma"))
    assert [asked_labs(request.messages[-1].text) for request in model.requests] == [
        [(1, "Try alpha"), (2, "Try beta"), (3, "Try gamma")],
        [(1, "Try gamma")],
    ]
    assert "It lacked: Try gamma." in model.requests[1].messages[-1].text
    assert [entry.title for entry in found.labs.values()] == TITLES
    assert all(entry.by == "scripted" for entry in found.labs.values())


def test_a_plan_that_was_cut_off_keeps_what_came_whole() -> None:
    text = json.dumps({"objectives": ["Run services"], "labs": entries(*TITLES)})
    at = text.index('"title": "Try gamma"') + 40
    found, model = plan(Reply(text[:at], "length", "scripted"), good_plan("LAB 1\nTitle: Try gamma"))
    assert len(model.requests) == 2
    assert asked_labs(model.requests[1].messages[-1].text) == [(1, "Try gamma")]
    assert [entry.title for entry in found.labs.values()] == TITLES
    assert "note: The plan came back cut off" in told(found)


def test_an_invented_lab_is_left_out_and_told() -> None:
    text = json.dumps({"objectives": [], "labs": [*entries(*TITLES), planned_entry(4, "Build a rocket")]})
    found, model = plan(text)
    assert len(model.requests) == 1
    assert list(found.labs) == ["01-01-01", "01-01-02", "01-01-03"]
    assert "left out: Build a rocket." in told(found)


def test_an_invented_lab_in_the_place_of_one_is_no_substitute() -> None:
    text = json.dumps({"objectives": [], "labs": entries("Try alpha", "Build a rocket", "Try gamma")})
    found, model = plan(text, good_plan("LAB 1\nTitle: Try beta"))
    assert len(model.requests) == 2
    assert [entry.title for entry in found.labs.values()] == TITLES


def test_ids_of_the_models_own_count_for_nothing() -> None:
    rows = [{**entry, "id": f"LAB-{n}"} for n, entry in enumerate(entries(*TITLES), 10)]
    for row in rows:
        del row["lab"]
    found, model = plan(json.dumps({"labs": rows}))
    assert len(model.requests) == 1
    assert list(found.labs) == ["01-01-01", "01-01-02", "01-01-03"]
    assert [entry.title for entry in found.labs.values()] == TITLES
    assert "the program's ids hold" in told(found)


def test_entries_in_another_order_are_told_by_their_titles() -> None:
    rows = entries(*reversed(TITLES))
    for row, title in zip(rows, reversed(TITLES), strict=True):
        row["scope"] = f"About {title}."
    found, model = plan(json.dumps({"labs": rows}))
    assert len(model.requests) == 1
    assert [entry.scope for entry in found.labs.values()] == [f"About {title}." for title in TITLES]


def test_titles_are_the_outlines_whatever_the_model_makes_of_them() -> None:
    found, model = plan(json.dumps({"labs": entries("Lab: try ALPHA.", "Try the beta", "Try gamma!")}))
    assert len(model.requests) == 1
    assert [entry.title for entry in found.labs.values()] == TITLES


def test_labs_of_the_same_title_are_told_apart_by_number() -> None:
    outline = make_outline(["Summary", "Summary"])
    rows = entries("Summary", "Summary")
    rows[0]["scope"], rows[1]["scope"] = "The first of them.", "The second of them."
    found, _ = plan(json.dumps({"labs": rows}), outline=outline)
    assert [entry.scope for entry in found.labs.values()] == ["The first of them.", "The second of them."]


@pytest.mark.parametrize(
    "bad", ["", "I cannot plan that.", "{", "[1, 2]", '{"labs": "none"}', '{"labs": [3]}']
)
def test_no_plan_at_all_is_repaired_twice_and_filled_from_the_outline(bad: str) -> None:
    outline = make_outline(
        [
            {
                "title": "Try alpha",
                "duration_minutes": 20,
                "objectives": ["Use alpha", "Explain alpha"],
                "description": "A small alpha.",
            },
            "Try beta",
        ]
    )
    found, model = plan(bad, bad, bad, outline=outline)
    assert len(model.requests) == 3
    entry = found.labs["01-01-01"]
    assert entry.by == "outline"
    assert (entry.minutes, entry.complexity, entry.scope) == (20, "beginner", "A small alpha.")
    assert entry.objectives == ("Use alpha", "Explain alpha")
    assert found.labs["01-01-02"].scope == "Try beta"
    assert told(found).count("warning: The plan of lab") == 2
    assert "01-01-02 “Try beta” was filled from the outline itself" in told(found)


def test_a_text_around_the_json_and_a_wrapping_are_borne_with() -> None:
    text = json.dumps({"plan": {"labs": entries(*TITLES)}})
    found, model = plan(f"Here is the plan:\n```json\n{text}\n```\nTell me if it fits.")
    assert len(model.requests) == 1
    assert all(entry.by == "scripted" for entry in found.labs.values())


def test_software_without_a_version_is_asked_for_again() -> None:
    rows = entries(*TITLES)
    rows[1]["software"] = [{"name": "Docker", "version": "latest"}]
    found, model = plan(json.dumps({"labs": rows}), good_plan("LAB 1\nTitle: Try beta"))
    assert "“Try beta”: the software Docker has no exact version." in model.requests[1].messages[-1].text
    assert asked_labs(model.requests[1].messages[-1].text) == [(1, "Try beta")]
    assert found.labs["01-01-02"].software[0] == Software("Python", "3.12")


def test_a_fault_that_stays_is_taken_and_told() -> None:
    rows = entries("Try beta")
    rows[0]["software"] = ["Docker", {"name": "Helm", "version": "latest"}, {"name": "Go", "version": "1.23"}]
    bad = json.dumps({"labs": rows})
    found, model = plan(bad, bad, bad, outline=make_outline(["Try beta"]))
    assert len(model.requests) == 3
    # No guide may say “latest”: whoever writes it finds the version.
    assert found.labs["01-01-01"].software == (Software("Docker"), Software("Helm"), Software("Go", "1.23"))
    assert "was taken though the software Docker, Helm has no exact version" in told(found)


def test_a_plan_in_another_language_is_asked_for_again() -> None:
    outline = make_outline(["Probar alfa"], "es")
    english = json.dumps({"labs": entries("Probar alfa")})
    spanish = good_plan("LAB 1\nTitle: Probar alfa", "es")
    found, model = plan(english, spanish, outline=outline)
    assert len(model.requests) == 2
    assert "it is not in Spanish" in model.requests[1].messages[-1].text
    assert "práctica" in found.labs["01-01-01"].scope


def test_what_no_guide_may_say_is_mended_in_the_plan_before_guides_are_written() -> None:
    """Objectives go into guides word for word, where nothing could mend them any more."""
    rows = entries(*TITLES)
    rows[0]["objectives"][1] = "Use the service of the previous lab"
    rows[1]["prerequisites"] = ["Lab 1 is done", "A terminal"]
    found, model = plan(
        json.dumps({"labs": rows}), good_plan("LAB 1\nTitle: Try alpha\nLAB 2\nTitle: Try beta")
    )
    prompt = model.requests[1].messages[-1].text
    assert asked_labs(prompt) == [(1, "Try alpha"), (2, "Try beta")]
    assert "“previous lab” refers to a lab by its number or place; name the subject instead." in prompt
    assert "warning" not in told(found)

    bad = json.dumps({"labs": rows})
    found, model = plan(bad, bad, bad)
    assert len(model.requests) == 3
    assert "was taken though “previous lab” refers to a lab" in told(found)
    assert len(found.labs["01-01-01"].objectives) == 2
    assert found.labs["01-01-02"].prerequisites == ("A terminal",)


def test_the_outlines_minutes_and_levels_win() -> None:
    outline = make_outline(
        [{"title": "Try alpha", "duration_minutes": 12, "bloom_level": "Create"}, "Try beta"]
    )
    rows = entries("Try alpha", "Try beta")
    rows[1] |= {"minutes": 500, "complexity": "beginner"}
    found, _ = plan(json.dumps({"labs": rows}), outline=outline)
    assert found.labs["01-01-01"].minutes == 12
    assert found.labs["01-01-01"].bloom_levels == (BloomLevel.CREATE,)
    assert found.labs["01-01-02"].minutes == 30


def test_many_labs_are_planned_in_groups_of_ten_that_know_each_other() -> None:
    outline = make_outline([f"Try part {n}" for n in range(1, 24)])
    kept: list[int] = []
    found, model = plan(answer, outline=outline, keep=lambda plan: kept.append(len(plan.labs)))
    assert [len(asked_labs(request.messages[-1].text)) for request in model.requests] == [10, 10, 3]
    assert LABS_A_GROUP == 10
    assert kept == [10, 20, 23]
    assert len(found.labs) == 23
    assert "stay with these versions:\n- Bash 5.2\n- Python 3.12" in model.requests[1].messages[-1].text


def test_one_bad_group_does_not_touch_the_others() -> None:
    outline = make_outline([f"Try part {n}" for n in range(1, 21)])

    def reply(request: Request) -> Answer:
        prompt = request.messages[-1].text
        return ContentRefused("no") if "Title: Try part 1\n" in prompt else good_plan(prompt)

    found, _ = plan(reply, outline=outline)
    assert [entry.by for entry in found.labs.values()] == ["outline"] * 10 + ["scripted"] * 10


def test_a_model_that_fails_for_the_moment_costs_no_lab() -> None:
    found, _ = plan(Throttled("later"))
    assert [entry.by for entry in found.labs.values()] == ["outline"] * 3
    assert "did not plan 3 labs: later" in told(found)


def test_a_quota_is_the_callers_to_decide() -> None:
    with pytest.raises(QuotaExhausted):
        plan(QuotaExhausted("per day"))


def test_a_quota_in_a_later_group_tells_what_the_groups_before_it_took() -> None:
    outline = make_outline([f"Try part {n}" for n in range(1, 12)])
    kept: list[LabPlan] = []

    def reply(request: Request) -> Answer:
        return QuotaExhausted("per day") if kept else answer(request)

    with pytest.raises(QuotaExhausted) as raised:
        plan(reply, outline=outline, keep=kept.append)
    assert raised.value.spent is not None
    assert kept[0].usage.output > 0
    assert (raised.value.spent.usage, raised.value.spent.cost) == (kept[0].usage, kept[0].cost)


def test_some_labs_are_merged_into_the_plan_that_is_there() -> None:
    before = LabPlan(
        {
            "01-01-03": PlannedLab("01-01-03", "Try gamma", scope="As before."),
            "09-09-09": PlannedLab("09-09-09", "Gone"),
        },
        ("Kept",),
    )
    found, model = plan(answer, labs=["01-01-01"], existing=before)
    assert asked_labs(model.requests[0].messages[-1].text) == [(1, "Try alpha")]
    assert list(found.labs) == ["01-01-01", "01-01-03"]
    assert found.labs["01-01-03"].scope == "As before."
    assert found.objectives == ("Kept",)


def test_no_labs_ask_for_nothing() -> None:
    found, model = plan(answer, outline=make_outline([]))
    assert (model.requests, found.labs) == ([], {})


def test_the_embedded_model_is_not_asked() -> None:
    model = ScriptedModel([], demonstration=True, languages=("en",))
    found = plan_labs(make_outline(), ["01-01-01"], model, language=load_language("en"))
    assert found.labs["01-01-01"].by == "outline"
    assert {finding.severity for finding in found.findings} == {"note"}
    with pytest.raises(SettingsError):
        plan_labs(make_outline(), ["01-01-01"], model, language=load_language("es"))


def test_a_plan_comes_back_from_its_json_as_it_was() -> None:
    found, _ = plan(answer, keys={"01-01-01": "k-v"})
    data = json.loads(json.dumps(found.as_json()))
    again = LabPlan.from_json(data)
    assert (dict(again.labs), again.objectives) == (dict(found.labs), found.objectives)
    assert again.labs["01-01-01"].key == "k-v"
    assert data["labs"][0]["software"] == ["Python 3.12", "Bash 5.2"]
    assert data["software"][0] == {"name": "Bash", "version": "5.2", "labs": list(found.labs)}
    assert LabPlan.from_json([1]) == LabPlan.from_json({"labs": [{"id": "x"}]}) == LabPlan()


@pytest.mark.parametrize(
    ("text", "software"),
    [
        ("Docker Engine 27.3.1", Software("Docker Engine", "27.3.1")),
        ("Ubuntu 24.04 LTS", Software("Ubuntu", "24.04 LTS")),
        ("Node.js v20.11", Software("Node.js", "v20.11")),
        ("7-Zip 24.08", Software("7-Zip", "24.08")),
        ("Git", Software("Git")),
    ],
)
def test_software_is_read_back_from_one_line(text: str, software: Software) -> None:
    assert Software.read(text) == software
    assert software.shown == text
