"""A whole lesson in one call: what is asked, and how a cut-off reply goes on."""

from __future__ import annotations

import re

import pytest
from servers.lesson_text import good_lesson, make_brief
from servers.text_faults import TEXT_FAULTS

from coursewright.lessons.format import TOPIC_PARTS
from coursewright.lessons.produce import most_requests, produce_lesson
from coursewright.lessons.write_whole import whole_messages
from coursewright.models.base import Reply, Request
from coursewright.models.scripted import Answer, ScriptedModel


def cut(text: str) -> Reply:
    return Reply(text, "length", "scripted")


def test_the_course_comes_first_and_is_cacheable_and_the_lesson_comes_last() -> None:
    first = make_brief(
        course_title="Operations", course_outline="- Services\n  - Probes", level="intermediate"
    )
    second = make_brief(
        course_title="Operations",
        course_outline="- Services\n  - Probes",
        level="intermediate",
        title="Another",
        topics=("Elsewhere",),
    )
    system, lesson = whole_messages(first)
    assert system.cacheable
    assert "- Services\n  - Probes" in system.text
    assert whole_messages(second)[0] == system, "what is cached is the same for every lesson of a run"
    assert "Health checks" in lesson.text
    assert not lesson.cacheable


def test_the_prompt_holds_all_that_the_brief_says() -> None:
    brief = make_brief(
        "es",
        siblings="- Copias de seguridad",
        requirements="Un ejemplo de banca en cada tema",
        note="Menos tablas",
        labs=("Práctica de sondas",),
        module_summary="Servicios en marcha",
        description="Sondas y despliegues",
    )
    text = "\n".join(message.text for message in whole_messages(brief))
    for part in (
        *brief.topics,
        brief.title,
        brief.siblings,
        brief.requirements,
        brief.note,
        *brief.labs,
        brief.module_summary,
        brief.description,
        "Spanish",
        "Aplicar",
        "Detalles Técnicos",
        str(brief.target_words),
    ):
        assert part in text
    assert "${" not in text


@pytest.mark.parametrize("topics", [1, 3])
def test_each_part_is_told_what_it_holds_and_its_share_of_the_words(topics: int) -> None:
    brief = make_brief("es", target_words=2400, topics=tuple(f"Tema {n}" for n in range(topics)))
    text = whole_messages(brief)[1].text
    told = re.findall(r"^- ([^,:]+)(?:, under each topic)?, about (\d+) words: .{80}", text, re.MULTILINE)
    words = dict(told)
    in_topic = [int(words[brief.language.lesson[part]]) for part in TOPIC_PARTS]
    assert sum(in_topic) == int(re.findall(r"each about (\d+) words", text)[0])
    frame = sum(int(words[title]) for title in ("Introducción", "Resumen", "Próximos Pasos"))
    assert 0.85 * 2400 < frame + topics * sum(in_topic) < 2400
    for listed in ("Puntos Clave", "Referencias Bibliográficas"):
        assert re.search(rf"^- {listed}: a list of", text, re.MULTILINE)


def test_what_the_outline_says_of_the_course_is_context_for_every_lesson() -> None:
    brief = make_brief(
        course_description="For teams that run a shop.",
        prerequisites=("A shell", "A text editor"),
        outcomes=("Run a service",),
    )
    system = whole_messages(brief)[0].text
    for said in ("For teams that run a shop.", "A shell; A text editor", "Run a service"):
        assert said in system


def test_a_brief_that_says_little_leaves_no_empty_headings_in_the_prompt() -> None:
    text = "\n".join(message.text for message in whole_messages(make_brief()))
    for label in (
        "Audience",
        "Labs that",
        "What it is about",
        "What readers know",
        "What this course asks",
        "What to do better",
        "\n\n\n",
    ):
        assert label not in text


@pytest.mark.parametrize(("target", "most"), [(1000, 5_000), (5000, 16_000)])
def test_the_room_for_the_reply_follows_the_target(target: int, most: int) -> None:
    brief = make_brief(target_words=target)
    model = ScriptedModel([good_lesson(brief)])
    produce_lesson(brief, model, writing="whole")
    assert target * 1.5 < model.requests[0].max_output_tokens <= most


def test_the_room_keeps_within_the_models_limits() -> None:
    brief = make_brief(target_words=5000)
    model = ScriptedModel([good_lesson(brief)], max_output_tokens=4096)
    produce_lesson(brief, model, writing="whole")
    assert model.requests[0].max_output_tokens == 4096
    model = ScriptedModel([good_lesson(brief)], context_tokens=8000)
    produce_lesson(brief, model, writing="whole")
    assert model.requests[0].max_output_tokens < 7000


def test_a_cut_off_reply_is_continued_where_it_was_cut_off() -> None:
    brief = make_brief()
    lesson = good_lesson(brief)
    at = lesson.index("### Practical Application") + 200
    writer = SectionByHeading(lesson)
    model = ScriptedModel(lambda request: cut(lesson[:at]) if len(model.requests) == 1 else writer(request))
    draft = produce_lesson(brief, model, writing="whole")
    assert draft.accepted
    assert writer.asked[:2] == ["Practical Application", "Concept Overview"]
    assert "Introduction" not in writer.asked
    assert "Learning Objectives" not in writer.asked
    introduction = lesson[lesson.index("## Introduction") : lesson.index("## Health checks")]
    assert introduction in draft.text
    assert any("cut off by its length: 4 of 12 parts" in finding.message for finding in draft.findings)
    assert draft.stops[0] == "length"


def test_a_repair_that_is_cut_off_asks_again_only_for_what_is_at_fault() -> None:
    brief = make_brief()
    lesson = good_lesson(brief)
    foreign = "El texto que sigue fue escrito en otro idioma que el que se pidió para esta lección. " * 3
    bad = lesson.replace("### What's Next\n", f"### What's Next\n\n{foreign}\n")
    writer = SectionByHeading(lesson)

    def answer(request: Request) -> Answer:
        return {1: bad, 2: cut(lesson[:2500].upper())}.get(len(model.requests)) or writer(request)

    model = ScriptedModel(answer)
    draft = produce_lesson(brief, model, writing="whole")
    assert draft.accepted
    assert writer.asked == ["What's Next"]
    assert (
        draft.text.split("### What's Next")[0]
        == good_lesson(brief, numbered=True).split("### What's Next")[0]
    )


@pytest.mark.parametrize("around", ["none", "fences", "chatter", "thinking"])
def test_a_server_that_answers_a_section_with_the_lesson_is_understood(around: str) -> None:
    brief = make_brief()
    lesson = good_lesson(brief)
    second = TEXT_FAULTS[around](lesson) if around in TEXT_FAULTS else lesson
    draft = produce_lesson(brief, model := ScriptedModel([cut(lesson[:3000]), second]), writing="whole")
    assert draft.accepted
    assert len(model.requests) == 2
    assert draft.text == good_lesson(brief, numbered=True)


@pytest.mark.parametrize("answer", ["", "No.", "## Introduction\n\n## Summary\n"])
def test_a_model_that_never_gives_anything_is_asked_a_bounded_number_of_times(answer: str) -> None:
    brief = make_brief(target_words=5000)
    for first in (answer, cut(answer), cut(good_lesson(brief)[:2000])):
        answers: list[Answer] = [first]
        model = ScriptedModel(lambda _: answers.pop() if answers else answer)  # noqa: B023
        draft = produce_lesson(brief, model, writing="whole")
        assert not draft.accepted
        assert len(model.requests) <= most_requests(brief)


def test_a_model_whose_every_reply_is_cut_off_short_of_a_section_is_given_up_soon() -> None:
    brief = make_brief()
    model = ScriptedModel(lambda _: cut("# Lesson: Keeping services up\n\n## Learning Objectives\n\n- Exp"))
    draft = produce_lesson(brief, model, writing="whole")
    assert not draft.accepted
    assert len(model.requests) <= 5


class SectionByHeading:
    """Answers a request for a piece with that piece of a lesson."""

    def __init__(self, lesson: str) -> None:
        self.asked: list[str] = []
        self._lesson = lesson

    def __call__(self, request: Request) -> str:
        tasks = [message.text.rpartition("YOUR TASK")[2] for message in request.messages]
        task = next((task for task in reversed(tasks) if task.strip().startswith('Write the part "')), "")
        if not task:
            return ""
        heading, section = task.split('"')[1], task.split('"')[3]
        self.asked.append(heading)
        block = self._lesson[self._lesson.index(f"## {section}\n") :].split("\n## ")[0]
        if heading == section == "Summary":
            return "What runs is seen by its probes, and what is seen can be mended before anybody calls."
        if heading != section:
            block = block[block.index(f"### {heading}\n") :].split("\n### ", 1)[0]
        return "\n".join(
            line for line in block.splitlines() if not line.startswith(("## ", "### ", "[VISUAL"))
        )
