"""A model is scored on a fixed set, and two cards are put side by side."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from servers.lesson_text import good_lesson
from servers.text_faults import TEXT_FAULTS

from coursewright.errors import ModelTimedOut, SettingsError
from coursewright.evaluate.__main__ import main
from coursewright.evaluate.card import CheckScore, ScoreCard
from coursewright.evaluate.lessons import load_set, set_digest, set_languages
from coursewright.evaluate.run import evaluate_model
from coursewright.evaluate.show import show_cards
from coursewright.lessons.brief import LessonBrief
from coursewright.models.base import Request
from coursewright.models.scripted import Answer, ScriptedModel


class Answering:
    """A model that knows the set's lessons, and spoils the first reply for each that is named."""

    def __init__(
        self, language: str = "en", spoilt: tuple[str, ...] = (), fault: str = "topic-missing"
    ) -> None:
        self._briefs = load_set(language)
        self._spoilt = set(spoilt)
        self._fault = TEXT_FAULTS[fault]

    def __call__(self, request: Request) -> Answer:
        brief = next(
            brief for brief in self._briefs if f"Its title: {brief.title}" in request.messages[1].text
        )
        lesson = good_lesson(brief)
        if brief.title in self._spoilt:
            self._spoilt.discard(brief.title)
            return self._fault(lesson)
        return lesson


def read_rows(tables: str) -> dict[str, list[str]]:
    """The cells of each row, by its first cell."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in tables.splitlines() if "|" in line
    ]
    return {first: cells for first, *cells in rows}


@pytest.mark.parametrize("language", set_languages())
def test_a_set_has_lessons_of_several_bloom_levels_and_lengths(language: str) -> None:
    briefs = load_set(language)
    assert len(briefs) >= 4
    assert len({max(brief.bloom_levels) for brief in briefs}) >= 4
    assert len({brief.target_words for brief in briefs}) >= 3
    assert {brief.language.code for brief in briefs} == {language}


def test_a_language_without_a_set_is_told_those_there_are() -> None:
    with pytest.raises(SettingsError, match="there are en, es"):
        load_set("xx")


@pytest.mark.parametrize("language", set_languages())
def test_good_lessons_score_full_marks(language: str) -> None:
    card = evaluate_model(ScriptedModel(Answering(language), price_per_token=0.001), language=language)
    assert card.accepted == card.topic_coverage == card.bloom_accuracy == 1.0
    assert card.length_score > 90
    assert (card.repairs, card.requests, card.repetition) == (0, 1, 0)
    assert card.usd is not None
    assert card.usd == pytest.approx((card.input_tokens + card.output_tokens) / 1000)
    assert all(score.passed_before == score.passed == 1 for score in card.checks.values())


def test_a_repair_shows_between_before_and_after() -> None:
    briefs = load_set("en")
    card = evaluate_model(ScriptedModel(Answering(spoilt=(briefs[0].title,))))
    assert card.checks["topics"].passed_before == pytest.approx(1 - 1 / len(briefs))
    assert card.checks["topics"].passed == 1.0
    assert card.repairs == pytest.approx(1 / len(briefs))
    assert card.usd is None


def test_what_stays_bad_shows_in_the_scores() -> None:
    def answer(request: Request) -> Answer:
        whole = Answering()(request)
        return TEXT_FAULTS["topic-missing"](str(whole))

    card = evaluate_model(ScriptedModel(answer))
    topics = sum(len(brief.topics) for brief in load_set("en"))
    assert card.accepted == 0
    assert card.topic_coverage == pytest.approx(1 - len(load_set("en")) / topics)
    assert card.checks["topics"].passed == 0


def test_lessons_that_say_the_same_are_counted() -> None:
    same = good_lesson(load_set("en")[1])
    assert evaluate_model(ScriptedModel(lambda _: same)).repetition == 1.0


def test_an_evaluation_is_whole_or_none_and_asks_for_nothing_more_after_a_lesson_that_failed() -> None:
    second = threading.Event()

    def answer(request: Request) -> Answer:
        if request.item == "lesson/01-01":
            assert second.wait(30)
            return ModelTimedOut("late")
        second.set()
        time.sleep(0.5)
        return "Nothing that could be published."

    model = ScriptedModel(answer)
    with pytest.raises(ModelTimedOut):
        evaluate_model(model)
    assert sorted(request.item for request in model.requests) == ["lesson/01-01", "lesson/01-02"]


def test_each_lesson_is_told_when_it_is_there() -> None:
    told: list[LessonBrief] = []
    evaluate_model(ScriptedModel(Answering()), tell=lambda brief, draft: told.append(brief))
    assert {brief.title for brief in told} == {brief.title for brief in load_set("en")}


def test_a_card_survives_being_saved() -> None:
    card = evaluate_model(ScriptedModel(Answering()))
    assert ScoreCard.from_json(json.loads(json.dumps(card.as_json()))) == card


def test_cards_stand_side_by_side() -> None:
    card = evaluate_model(ScriptedModel(Answering(), name="one"))
    other = replace(card, model="two", usd=0.25, accepted=0.5, checks={})
    table = show_cards([card, other])
    rows = read_rows(table)
    assert rows["score"] == [f"one (en {set_digest('en')})", f"two (en {set_digest('en')})"]
    assert rows["accepted"] == ["100%", "50%"]
    assert rows["US dollars a lesson"] == ["unknown", "0.2500"]
    assert rows["topics"] == ["100% → 100% (100%)", "no such check"]
    assert "do not compare" not in table
    (lengths,) = {len(line) for line in table.splitlines() if line.startswith("| a")}
    assert lengths == len(table.splitlines()[0]), "columns line up"


def test_checks_that_found_nothing_are_only_counted() -> None:
    card = evaluate_model(ScriptedModel(Answering()))
    good = replace(card, checks={**card.checks, "length": CheckScore(1.0, 1.0, 1.0)})
    assert f"All {len(card.checks)} checks found no error before repair and nothing" in show_cards([good])
    bad = replace(good, checks={**good.checks, "topics": CheckScore(0.5, 0.75, 0.75)})
    table = show_cards([good, bad])
    assert read_rows(table)["topics"] == ["100% → 100% (100%)", "50% → 75% (75%)"]
    assert f"The other {len(card.checks) - 1} checks found no error" in table
    assert "title" not in read_rows(table)


def test_cards_of_different_sets_are_said_not_to_compare() -> None:
    card = evaluate_model(ScriptedModel(Answering()))
    assert "do not compare" in show_cards([card, replace(card, lesson_set="en 000000000000")])


def test_the_command_saves_a_card_and_compares_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "cards" / "one.json"
    with ScriptedModel(Answering()).installed():
        assert main(["--model", "scripted", "--out", str(out)]) == 0
    first = capsys.readouterr()
    assert read_rows(first.out)["accepted"] == ["100%"]
    briefs = load_set("en")
    assert sorted(line.partition(":")[0] for line in first.err.splitlines()[:-1]) == sorted(
        brief.title for brief in briefs
    )
    assert f"--compare {out}" in first.err.splitlines()[-1]
    assert main(["--compare", str(out), str(out)]) == 0
    assert read_rows(capsys.readouterr().out)["accepted"] == ["100%", "100%"]


def test_a_lesson_that_is_not_accepted_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    spoil = TEXT_FAULTS["topic-missing"]
    with ScriptedModel(lambda request: spoil(str(Answering()(request)))).installed():
        assert main(["--model", "scripted"]) == 0
    assert "not accepted: The topic “" in capsys.readouterr().err


def test_a_card_that_cannot_be_saved_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    model = ScriptedModel(Answering())
    with model.installed():
        assert main(["--model", "scripted", "--out", str(tmp_path / "file" / "card.json")]) == 2
    assert "card.json cannot be written" in capsys.readouterr().err
    assert model.requests == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name a model"),
        (["--model", "nonsense"], "names no model"),
        (["--compare", "missing.json"], "missing.json cannot be read as a score card"),
        (["--model", "embedded", "--language", "es"], "does not write Spanish"),
    ],
)
def test_wrong_input_is_exit_code_2_with_what_to_do(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
