"""One lesson from brief to draft: never published with a fault, never asked for more often than it needs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from servers.lesson_text import good_lesson, make_brief
from servers.text_faults import TEXT_FAULTS

from coursewright.errors import (
    ContentRefused,
    CostLimitReached,
    QuotaExhausted,
    SettingsError,
    Throttled,
)
from coursewright.lessons.asking import WritingStopped
from coursewright.lessons.produce import LessonDraft, produce_lesson
from coursewright.models.base import Reply, Spent, Usage
from coursewright.models.chain import ModelChain
from coursewright.models.retry import PatientModel
from coursewright.models.scripted import Answer, ScriptedModel
from coursewright.project.resources import Spending

MENDED_WITHOUT_ASKING = {"chatter", "fences", "thinking"}


def produce(*answers: Answer, language: str = "en", **options: object) -> tuple[LessonDraft, ScriptedModel]:
    model = ScriptedModel(answers, price_per_token=0.000001)
    draft = produce_lesson(make_brief(language), model, writing="whole", project="p", **options)  # type: ignore[arg-type]
    return draft, model


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_good_lesson_takes_one_request(language: str) -> None:
    brief = make_brief(language)
    draft, model = produce(good_lesson(brief), language=language)
    assert draft.accepted
    assert draft.text == good_lesson(brief, numbered=True)
    assert (draft.requests, draft.repairs, draft.stops) == (1, 0, ("end",))
    assert [request.item for request in model.requests] == ["lesson/01-02"]
    assert model.requests[0].project == "p"


@pytest.mark.parametrize("language", ["en", "es"])
def test_titles_of_the_outline_may_name_tags(language: str) -> None:
    """A lesson about HTML is no lesson in HTML."""
    topics = ("The <span> element", "Headings such as <h1> and <b>bold</b>")
    brief = replace(make_brief(language), title="Center a <div>", topics=topics)
    draft = produce_lesson(brief, ScriptedModel([good_lesson(brief)]), writing="whole")
    assert draft.accepted, draft.findings
    assert "Center a <div>\n" in draft.text
    for topic in topics:
        assert f"\n## {topic}\n" in draft.text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("fault", TEXT_FAULTS)
def test_a_reply_with_a_fault_is_mended_or_repaired_and_told(fault: str, language: str) -> None:
    good = good_lesson(make_brief(language))
    draft, model = produce(TEXT_FAULTS[fault](good), good, language=language)
    assert draft.accepted
    assert len(model.requests) <= 2
    if fault in MENDED_WITHOUT_ASKING:
        assert len(model.requests) == 1
    if len(model.requests) == 1:
        assert [finding for finding in draft.findings if finding.severity != "note"], "published in silence"
    else:
        assert any(finding.severity == "error" for finding in draft.first_findings)
    for trace in ("<script", "<think", "Let me know", "Sure!", "```markdown"):
        assert trace not in draft.text


@pytest.mark.parametrize(
    "fault", sorted(set(TEXT_FAULTS) - MENDED_WITHOUT_ASKING - {"script", "heading-translated"})
)
def test_a_lesson_that_stays_bad_is_repaired_twice_and_not_accepted(fault: str) -> None:
    bad = TEXT_FAULTS[fault](good_lesson(make_brief()))
    draft, model = produce(bad, bad, bad)
    assert not draft.accepted
    assert draft.repairs == 2
    assert len(model.requests) == 3
    assert any(finding.severity == "error" for finding in draft.findings)


def shorten(text: str, share: float) -> str:
    """The lesson with so much of every paragraph's words left."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        words = line.split()
        if len(words) > 20 and not line.startswith(("#", "[", "-", "|", "`")):
            lines[at] = " ".join(words[: int(len(words) * share)]).rstrip(".,") + "."
    return "\n".join(lines)


@pytest.mark.parametrize(("share", "severity"), [(0.65, "warning"), (0.2, "error")])
def test_a_whole_lesson_that_stays_short_names_writing_by_sections_to_the_person_alone(
    share: float, severity: str
) -> None:
    short = shorten(good_lesson(make_brief()), share)
    draft, model = produce(short, short, short)
    assert draft.accepted == (severity == "warning")
    (told,) = [finding for finding in draft.findings if finding.check == "length"]
    assert told.severity == severity
    assert told.message.endswith("Longer lessons come with --writing sections.")
    prompts = [message.text for request in model.requests for message in request.messages]
    assert not any("--writing" in prompt for prompt in prompts)


def test_a_whole_lesson_that_is_too_long_does_not_name_writing_by_sections() -> None:
    long = good_lesson(make_brief()).replace("## Summary", "A word more. " * 500 + "\n\n## Summary")
    draft, _ = produce(long, long, long)
    assert "length" in {finding.check for finding in draft.findings}
    assert not any("--writing" in finding.message for finding in draft.findings)


def test_a_repair_names_the_findings_and_repeats_the_text_at_fault() -> None:
    good = good_lesson(make_brief())
    _, model = produce(TEXT_FAULTS["topic-missing"](good), good)
    first, repair = model.requests
    assert repair.messages[:2] == first.messages
    assert [message.role for message in repair.messages] == ["system", "user", "assistant", "user"]
    assert "## Health checks" in repair.messages[2].text
    assert "Rolling updates" in repair.messages[3].text


def test_an_empty_reply_is_asked_for_again_without_an_empty_turn() -> None:
    draft, model = produce("", good_lesson(make_brief()))
    assert draft.accepted
    assert [message.role for message in model.requests[1].messages] == ["system", "user"]
    assert "held no text" in model.requests[1].messages[1].text


def test_a_worse_repair_does_not_take_the_place_of_the_better_version() -> None:
    good = good_lesson(make_brief())
    once = TEXT_FAULTS["topic-missing"](good)
    worse = TEXT_FAULTS["cut-off"](once)
    draft, _ = produce(once, worse, worse)
    assert not draft.accepted
    assert "## Bibliographic References" in draft.text


def test_a_repair_that_spoils_a_good_section_gives_only_the_mended_one() -> None:
    """The first version has a bad introduction; the repair mends it, and spoils the summary."""
    brief = make_brief()
    good = good_lesson(brief)
    foreign = (
        "El texto que sigue fue escrito en otro idioma que el que se pidió para esta lección del curso. " * 2
    )
    bad_start = good.replace("## Introduction\n", f"## Introduction\n\n{foreign}\n", 1)
    bad_end = good.replace("### Key Takeaways\n", f"### Key Takeaways\n\n{foreign}\n", 1)
    draft, model = produce(bad_start, bad_end)
    assert draft.accepted
    assert len(model.requests) == 2
    assert "otro idioma" not in draft.text


def test_a_draft_counts_all_that_it_used() -> None:
    good = good_lesson(make_brief())
    replies = [
        Reply("", "end", "openai:a", Usage(100, 0), cost=0.25, seconds=2.0, requests=3),
        Reply(good, "end", "openai:b", Usage(110, 900, 50), cost=0.5, seconds=8.0),
    ]
    draft, _ = produce(*replies)
    assert draft.usage == Usage(210, 900, 50)
    assert (draft.cost, draft.seconds, draft.requests) == (0.75, 10.0, 4)
    assert draft.model == "openai:a, openai:b"
    assert draft.words > 1000
    assert draft.target == make_brief().target_words


def test_a_cost_is_unknown_as_soon_as_a_part_of_it_is() -> None:
    good = good_lesson(make_brief())
    draft, _ = produce(Reply("", "end", "m", cost=0.5), Reply(good, "end", "m", cost=None))
    assert draft.cost is None


@pytest.mark.parametrize("error", [QuotaExhausted("daily"), ContentRefused("no"), Throttled("later")])
def test_what_the_model_raises_is_the_callers_to_decide(error: Exception) -> None:
    with pytest.raises(type(error)):
        produce(error)


@pytest.mark.parametrize("error", [ContentRefused("no"), Throttled("later")])
def test_a_repair_that_no_model_gives_leaves_the_version_before_it(error: Exception) -> None:
    bad = TEXT_FAULTS["topic-missing"](good_lesson(make_brief()))
    draft, _ = produce(bad, error)
    assert not draft.accepted
    assert "## Health checks" in draft.text
    assert any(f"could not be asked for again: {error}" in finding.message for finding in draft.findings)


def test_an_error_says_what_the_lesson_had_used_before_it() -> None:
    first = Reply("", "end", "m", Usage(100, 900), cost=0.25, seconds=2.0, requests=3)
    with pytest.raises(QuotaExhausted) as raised:
        produce(first, QuotaExhausted("daily"))
    assert raised.value.spent == Spent(Usage(100, 900), 0.25, 2.0, 3)


def test_a_quota_that_ends_before_the_repair_leaves_the_version_that_was_paid_for() -> None:
    bad = TEXT_FAULTS["topic-missing"](good_lesson(make_brief()))
    first = Reply(bad, "end", "m", Usage(100, 900), cost=0.25, seconds=2.0, requests=3)
    daily = QuotaExhausted("daily")
    draft, _ = produce(first, daily)
    assert not draft.accepted
    assert draft.ended_by is daily
    assert "## Health checks" in draft.text
    assert (draft.usage, draft.cost, draft.requests) == (Usage(100, 900), 0.25, 3)


def test_a_request_that_the_run_may_not_pay_for_is_not_made() -> None:
    bad = TEXT_FAULTS["topic-missing"](good_lesson(make_brief()))
    wire = ScriptedModel([Reply(bad, "end", "m", Usage(100, 900), cost=0.25)], price_per_token=0.00001)
    with Spending(0.26).reserve(0.0) as reservation:
        model = ModelChain([PatientModel(wire)]).paid_from(reservation)
        draft = produce_lesson(make_brief(), model, writing="whole")
    assert len(wire.requests) == 1
    assert isinstance(draft.ended_by, CostLimitReached)
    assert draft.cost == 0.25


def test_what_thinking_took_before_a_request_that_may_not_be_paid_for_is_the_lessons() -> None:
    thought = Reply("", "length", "m", Usage(100, 900), cost=0.25, thinking=900)
    wire = ScriptedModel([thought], price_per_token=0.00001)
    with Spending(0.26).reserve(0.0) as reservation, pytest.raises(CostLimitReached) as raised:
        model = ModelChain([PatientModel(wire)]).paid_from(reservation)
        produce_lesson(make_brief(), model, writing="whole")
    assert raised.value.spent is not None
    assert (raised.value.spent.usage, raised.value.spent.cost) == (Usage(100, 900), 0.25)

    bad = TEXT_FAULTS["topic-missing"](good_lesson(make_brief()))
    wire = ScriptedModel(
        [Reply(bad, "end", "m", Usage(100, 900), cost=0.25), thought], price_per_token=0.00001
    )
    with Spending(0.55).reserve(0.0) as reservation:
        model = ModelChain([PatientModel(wire)]).paid_from(reservation)
        draft = produce_lesson(make_brief(), model, writing="whole")
    assert isinstance(draft.ended_by, CostLimitReached)
    assert (draft.usage, draft.cost, draft.requests) == (Usage(200, 1800), 0.5, 2)


def test_a_stopped_run_asks_for_nothing_more() -> None:
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 1

    model = ScriptedModel(["", good_lesson(make_brief())])
    with pytest.raises(WritingStopped, match="lesson/01-02"):
        produce_lesson(make_brief(), model, writing="whole", project="p", stop=stop)
    assert len(model.requests) == 1


def test_a_model_that_does_not_write_the_language_is_refused_before_it_is_asked() -> None:
    model = ScriptedModel([], languages=("en",), name="embedded")
    with pytest.raises(SettingsError, match=r"embedded does not write Spanish.*Name a model that does"):
        produce_lesson(make_brief("es"), model, writing="whole", project="p")
    assert model.requests == []


@pytest.mark.parametrize(
    ("check", "objective"),
    [
        ("other-lessons", "Go on from lesson 2.3 with what was built there"),
        ("placeholders", "TODO: ask the customer"),
        ("html", "Use the tag <b> where a word matters"),
        (
            "language",
            "Aplicar lo que se ha visto en el curso a los sistemas de la empresa, que es lo que de verdad "
            "importa a quienes trabajan en ella todos los días",
        ),
    ],
)
def test_what_is_wrong_with_a_given_objective_keeps_no_lesson_from_its_readers(
    check: str, objective: str
) -> None:
    brief = make_brief(objectives=("Know what a probe is", objective, "Be calm when it fails"))
    model = ScriptedModel([good_lesson(brief)])
    draft = produce_lesson(brief, model, writing="whole", project="p")
    assert draft.accepted, draft.findings
    assert len(model.requests) == 1
    assert f"- {objective}\n" in draft.text
    assert [finding.severity for finding in draft.findings if finding.check == check] == ["warning"]


def test_given_objectives_are_in_the_lesson_word_for_word() -> None:
    objectives = ("Know what a probe is", "Run one", "Be calm when it fails")
    brief = make_brief(objectives=objectives)
    good = good_lesson(make_brief())
    draft = produce_lesson(brief, ScriptedModel([good]), writing="whole", project="p")
    assert draft.accepted
    for objective in objectives:
        assert f"- {objective}\n" in draft.text
