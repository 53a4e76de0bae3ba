"""What makes a lesson stale, and what does not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from servers.small_course import as_yaml, lesson, small_outline

from coursewright.outline import load_outline
from coursewright.project import keys
from coursewright.project.keys import (
    ContentKey,
    figure_key,
    illustrated_mark,
    lab_keys,
    lesson_keys,
    why_stale,
)
from coursewright.project.settings import CourseSettings, Wanted, settle


def keys_of(outline: dict[str, Any], **wanted: Any) -> dict[str, ContentKey]:
    read = load_outline(as_yaml(outline))
    settings = settle(read, Wanted(**wanted), None)
    return lesson_keys(read, lambda *_: settings)


def changed(before: dict[str, Any], after: dict[str, Any], **wanted: Any) -> set[str]:
    """The places of `after` whose key nothing in `before` had."""
    known = {str(key) for key in keys_of(before).values()}
    return {place for place, key in keys_of(after, **wanted).items() if str(key) not in known}


@pytest.fixture
def outline() -> dict[str, Any]:
    return small_outline()


def test_a_changed_topic_makes_only_its_lesson_stale(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["lessons"][1]["topics"] = ["Alert rules", "On-call"]
    assert changed(outline, after) == {"01-02"}


def test_an_inserted_lesson_costs_one(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["lessons"].insert(0, lesson("Start", "Why"))
    assert changed(outline, after) == {"01-01"}


def test_trading_places_within_a_module_costs_none(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["lessons"].reverse()
    assert changed(outline, after) == set()


def test_a_lessons_own_number_is_not_in_its_key(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["lessons"][0]["title"] = "7.9 Probes"
    after["modules"][0]["title"] = "Module 4: Health"
    assert changed(outline, after) == set()


def test_the_courses_title_and_description_are_not_in_a_key(outline: dict[str, Any]) -> None:
    assert changed(outline, small_outline(title="Another", description="Other words.")) == set()


@pytest.mark.parametrize("change", [{"level": "advanced"}, {"audience": ["Developers"]}, {"language": "es"}])
def test_level_audience_and_language_make_all_lessons_stale(
    outline: dict[str, Any], change: dict[str, Any]
) -> None:
    assert len(changed(outline, small_outline(**change))) == 4


def test_a_duration_of_null_and_none_at_all_differ(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["lessons"][0]["duration_minutes"] = None
    absent = copy.deepcopy(after)
    del absent["modules"][0]["lessons"][0]["duration_minutes"]
    assert changed(outline, after) == {"01-01"}
    assert changed(after, absent) == {"01-01"}


def test_a_modules_duration_changes_the_target_and_no_key(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["duration_minutes"] = 400
    assert changed(outline, after) == set()


def test_lessons_that_are_alike_have_keys_of_their_own(outline: dict[str, Any]) -> None:
    outline["modules"][0]["lessons"] = [lesson("Review"), lesson("Review"), lesson("Review")]
    found = keys_of(outline)
    assert len({str(found[place]) for place in ("01-01", "01-02", "01-03")}) == 3
    fewer = copy.deepcopy(outline)
    del fewer["modules"][0]["lessons"][0]
    assert changed(outline, fewer) == set()


def test_another_model_changes_only_the_half_that_says_who_writes(outline: dict[str, Any]) -> None:
    one = keys_of(outline, models=("openai:a",))["01-01"]
    other = keys_of(outline, models=("openai:b",))["01-01"]
    assert one.base == other.base
    assert one.variant != other.variant
    assert why_stale(one.parts, other) == "model changed"


def test_whose_text_serves(outline: dict[str, Any]) -> None:
    wanted = keys_of(outline, models=("openai:a",))["01-01"]
    by_another = keys_of(outline, models=("openai:b",))["01-01"]
    about_another = keys_of(outline, models=("openai:a",))["01-02"]
    assert wanted.is_served_by(str(wanted), "same model")
    assert wanted.is_served_by(str(wanted.by_hand), "same model")
    assert not wanted.is_served_by(str(by_another), "same model")
    assert wanted.is_served_by(str(by_another), "any model")
    for key in (about_another, about_another.by_hand):
        assert not wanted.is_served_by(str(key), "same model")
        assert not wanted.is_served_by(str(key), "any model")


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Another drawing"},
        {"section": "Another section"},
        {"nth": 1},
        {"settings": CourseSettings("es", ("openai:a",))},
        {"settings": CourseSettings("en", ("openai:b",))},
    ],
)
def test_all_that_a_figure_is_made_from_is_in_its_key(change: dict[str, Any]) -> None:
    made: dict[str, Any] = {
        "description": "A drawing",
        "section": "A section",
        "settings": CourseSettings("en", ("openai:a",)),
    }
    key = figure_key(**made)
    assert str(figure_key(**{**made, **change})) != str(key)
    longer = CourseSettings("en", ("openai:a",), requirements="short", writing="sections", batch_size=1)
    assert str(figure_key(**{**made, "settings": longer})) == str(key)


@pytest.mark.parametrize(
    ("raised", "stale"),
    [("lesson", {"lesson"}), ("lab", {"lab"}), ("figures", {"figure"}), ("format", {"lesson", "lab"})],
)
def test_a_raised_version_makes_stale_what_is_made_with_it(
    raised: str, stale: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outline = small_outline()
    outline["modules"][0]["lessons"][0]["lab_activities"] = ["Try it"]
    read = load_outline(as_yaml(outline))
    made = settle(read, Wanted(), None)

    def all_keys() -> dict[str, set[str]]:
        return {
            "lesson": {str(key) for key in lesson_keys(read, lambda *_: made).values()},
            "lab": {str(key) for key in lab_keys(read, made).values()},
            "figure": {str(figure_key(description="A drawing", section="A section", settings=made))},
        }

    before = all_keys()
    if raised == "format":
        monkeypatch.setattr(keys, "FORMAT_VERSION", keys.FORMAT_VERSION + 1)
    else:
        versions = {**keys.PROMPT_VERSIONS, raised: keys.PROMPT_VERSIONS[raised] + 1}
        monkeypatch.setattr(keys, "PROMPT_VERSIONS", versions)
    after = all_keys()
    assert {kind for kind in before if before[kind].isdisjoint(after[kind])} == stale
    assert {kind for kind in before if before[kind] != after[kind]} == stale


def test_a_text_is_illustrated_anew_if_it_or_the_kind_of_visuals_changes() -> None:
    mark = illustrated_mark("etag", "diagrams")
    assert illustrated_mark("etag", "diagrams") == mark
    assert illustrated_mark("other", "diagrams") != mark
    assert illustrated_mark("etag", "diagrams and illustrations") != mark


def test_it_can_be_told_why_a_lesson_is_stale(outline: dict[str, Any]) -> None:
    after = copy.deepcopy(outline)
    after["modules"][0]["lessons"][0]["topics"] = ["Probes"]
    before = keys_of(outline)["01-01"]
    assert why_stale(before.parts, keys_of(after)["01-01"]) == "topics changed"
    assert why_stale(before.parts, keys_of(outline, requirements="short")["01-01"]) == "requirements changed"


def test_the_batch_size_and_the_visuals_are_in_no_key(outline: dict[str, Any]) -> None:
    assert changed(outline, outline, batch_size=1, visuals="none", formats=("pdf",)) == set()
