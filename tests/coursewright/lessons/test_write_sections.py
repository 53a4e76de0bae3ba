"""Section by section: long targets from short replies, and repairs of nothing but the section at fault."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

import pytest
from servers.lesson_text import make_brief

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.pieces import list_pieces
from coursewright.lessons.produce import LessonDraft, most_requests, produce_lesson
from coursewright.models.base import Reply, Request
from coursewright.models.scripted import Answer, ScriptedModel

PROSE = """
the system keeps every service running while it checks the health of each part and tells the team about
faults before a user sees them because a probe that fails takes its instance out of the rotation
"""
WORDS = PROSE.split()
BULLETS = {
    "Learning Objectives": "- Explain how a probe works\n- Use a probe at work\n- Implement a safe update",
    "Key Takeaways": "- Probes tell what runs.\n- Updates go in steps.\n- Every step can be taken back.",
    "Bibliographic References": "- [Docs](https://kubernetes.io/docs/)\n- [SRE](https://sre.google/books/)",
}


class Writer:
    """A model that writes prose of the length it is asked for, more or less.

    Args:
        share: what it writes of what it is asked for.
        most: the most words of a reply.
    """

    def __init__(self, share: Callable[[], float] = lambda: 1.0, most: int = 900, seed: int = 1) -> None:
        self.asked: list[str] = []
        self._share = share
        self._most = most
        self._chance = random.Random(seed)

    def __call__(self, request: Request) -> Answer:
        heading = heading_of(request)
        self.asked.append(heading)
        if heading in BULLETS:
            return BULLETS[heading]
        words = re.findall(r"about (\d+) words", request.messages[-1].text)
        return self.prose(min(self._most, round(int(words[-1]) * self._share()))) if words else "no plan"

    def prose(self, words: int) -> str:
        sentences = []
        while words > 0:
            length = min(words, self._chance.randint(9, 16))
            sentences.append(" ".join(self._chance.choice(WORDS) for _ in range(length)).capitalize() + ".")
            words -= length
        return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))


def heading_of(request: Request) -> str:
    """The heading of the piece that a request asks for; empty for a plan."""
    for message in request.messages:
        if found := re.search(r'Write the part "(.+?)" of the section', message.text):
            return found[1]
    return ""


def write(writer: Callable[[Request], Answer], brief: LessonBrief) -> tuple[LessonDraft, ScriptedModel]:
    model = ScriptedModel(writer)
    return produce_lesson(brief, model, writing="sections", project="p"), model


@pytest.mark.parametrize("topics", [1, 2, 5])
@pytest.mark.parametrize(
    "writer",
    [
        Writer(),
        Writer(lambda: 0.6),
        Writer(lambda: 1.5),
        Writer(most=400),
        Writer(lambda: 10.0),
        Writer(random.Random(7).random),
    ],
    ids=["as asked", "60 %", "150 %", "at most 400", "always 900", "at random"],
)
def test_5000_words_come_out_of_replies_of_at_most_900(writer: Writer, topics: int) -> None:
    brief = make_brief(target_words=5000, topics=tuple(f"Running part {n}" for n in range(topics)))
    draft, model = write(writer, brief)
    assert 4500 <= draft.words <= 5500
    assert draft.accepted
    assert len(model.requests) <= most_requests(brief)


@pytest.mark.parametrize("share", [0.6, 1.0, 1.5])
def test_short_lessons_keep_to_their_target_as_well(share: float) -> None:
    draft, _ = write(Writer(lambda: share), make_brief(target_words=1000))
    assert 900 <= draft.words <= 1100
    assert draft.accepted


def test_a_plan_comes_first_and_then_each_piece_once() -> None:
    brief = make_brief()
    writer = Writer()
    draft, model = write(writer, brief)
    assert [finding for finding in draft.findings if finding.severity == "warning"] == []
    assert writer.asked == ["", *(piece.heading for piece in list_pieces(brief))]
    assert {request.item for request in model.requests} == {"lesson/01-02"}
    assert model.requests[0].json_schema is not None
    assert all(request.json_schema is None for request in model.requests[1:])


def test_each_piece_is_told_the_plan_and_what_was_written_before_it() -> None:
    brief = make_brief()
    row = {
        "concept_overview": ["the heartbeat of a service"],
        "technical_details": ["ports and paths"],
        "practical_application": ["a shop at Christmas"],
        "figure": "A load balancer that asks three instances for their health and leaves out one that fails",
    }
    plan = json.dumps({"topics": [{"topic": topic, **row} for topic in brief.topics]})
    writer = Writer()
    draft, model = write(lambda request: plan if request.json_schema else writer(request), brief)
    concept, details = model.requests[3].messages[-1].text, model.requests[4].messages[-1].text
    assert "It is to cover: the heartbeat of a service" in concept
    assert "It is to cover: ports and paths" in details
    assert "a shop at Christmas" in concept, "the plan of the other parts"
    assert BULLETS["Learning Objectives"].splitlines()[0] in concept
    assert "[VISUAL: 01-02-0001 - A load balancer that asks three" in draft.text


def test_the_course_comes_first_in_every_request_and_is_cacheable() -> None:
    _, model = write(Writer(), make_brief())
    openings = {request.messages[0] for request in model.requests}
    assert len(openings) == 1
    assert openings.pop().cacheable


def test_given_objectives_are_not_asked_for() -> None:
    brief = make_brief(objectives=("Explain probes", "Use probes", "Read a probe's log"))
    writer = Writer()
    draft, _ = write(writer, brief)
    assert "Learning Objectives" not in writer.asked
    assert "- Explain probes\n- Use probes\n- Read a probe's log" in draft.text


def test_a_section_that_is_cut_off_is_continued_from_its_last_sentence() -> None:
    brief = make_brief(target_words=2000)
    writer = Writer()
    cut: list[str] = []

    def answer(request: Request) -> Answer:
        if heading_of(request) == "Introduction" and not cut:
            cut.append(writer.prose(60) + " And then the sys")
            return Reply(cut[0], "length", "scripted")
        return writer(request)

    draft, model = write(answer, brief)
    more = model.requests[3]
    assert [message.role for message in more.messages] == ["system", "user", "assistant", "user"]
    assert not more.messages[2].text.endswith("sys")
    assert "And then the sys" not in draft.text
    assert draft.accepted


@pytest.mark.parametrize(
    ("heading", "bad"),
    [
        ("Learning Objectives", "- Explain one\n- Ponder two\n- Use three"),
        ("Bibliographic References", "There are many good books."),
        ("Introduction", ""),
    ],
)
def test_a_piece_without_what_it_needs_is_asked_for_again_and_nothing_else_is(heading: str, bad: str) -> None:
    brief = make_brief()
    writer = Writer()
    once: list[str] = [bad]

    def answer(request: Request) -> Answer:
        return once.pop() if heading_of(request) == heading and once else writer(request)

    draft, model = write(answer, brief)
    assert draft.accepted
    assert draft.repairs == 1
    assert len(model.requests) == len(list_pieces(brief)) + 2


def test_a_fault_that_only_the_checks_see_is_mended_in_its_section() -> None:
    brief = make_brief()
    writer = Writer()
    foreign = (
        "El sistema mantiene todos los servicios en marcha mientras comprueba la salud de cada parte. " * 3
    )
    once: list[str] = [foreign]

    def answer(request: Request) -> Answer:
        if heading_of(request) == "Technical Details" and once:
            writer.asked.append("foreign")
            return once.pop()
        return writer(request)

    draft, model = write(answer, brief)
    assert draft.accepted
    assert "mantiene" not in draft.text
    repair = model.requests[-1].messages
    assert heading_of(model.requests[-1]) == "Technical Details"
    assert "mantiene" in repair[2].text
    assert "English" in repair[3].text


def test_a_section_that_stays_bad_is_repaired_twice_and_the_lesson_is_not_accepted() -> None:
    brief = make_brief()
    writer = Writer()

    def answer(request: Request) -> Answer:
        return "No links." if heading_of(request) == "Bibliographic References" else writer(request)

    draft, model = write(answer, brief)
    asked = [heading_of(request) for request in model.requests].count("Bibliographic References")
    assert not draft.accepted
    assert asked == 3
    assert "## Rolling updates" in draft.text


@pytest.mark.parametrize("reply", ["", "# Only a title", "```\n```"])
def test_a_model_that_writes_nothing_is_given_up_after_a_few_requests(reply: str) -> None:
    draft, model = write(lambda _: reply, make_brief(target_words=5000))
    assert not draft.accepted
    assert len(model.requests) <= 6
