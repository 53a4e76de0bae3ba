"""The embedded model's lessons: small requests, never set aside, and the model's own sentences."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from servers.lesson_text import make_brief

from coursewright.bloom import BloomLevel
from coursewright.errors import SettingsError
from coursewright.languages import load_language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.demonstration import check_model_language
from coursewright.lessons.demonstration_objectives import _VERBS
from coursewright.lessons.produce import LessonDraft, most_requests, produce_lesson
from coursewright.markdown.document import count_words
from coursewright.models.base import Message, Request
from coursewright.models.scripted import Answer, ScriptedModel

TITLES = ("What a router does", "Packets and addresses", "Wi-Fi and cables")
RUBBISH: dict[str, str] = {
    "nothing": "",
    "a loop": "The router is a router is a router is a router is " * 30,
    "another language": "El enrutador envía cada paquete a la red que está más cerca de su destino final. "
    * 5,
    "code": "```python\nprint('router')\n```",
    "html": "<script>alert(1)</script> <div>The router of the network is here for you.</div>",
    "talk": "As an AI language model, I cannot write about the router. Would you like something else?",
    "half a sentence": "A router sends each packet on to the network that",
    "lesson talk": "In the previous lesson you have seen the router. In lesson 3 you will see more of it.",
    "a heading": "# Lesson 1: The Router\n\n## Introduction",
}


SOME_NOUNS = """
packet address cable signal network table port list queue header answer request clock switch modem gateway
sender reader copy rule log name price load route window
"""
NOUNS = SOME_NOUNS.split()
VERBS = ("sends", "reads", "keeps", "checks", "delivers", "orders", "stores", "counts", "drops", "opens")
FRAMES = (
    "Every {0} of {subject} {4} the {1} that came with the {2} from a {3}.",
    "When a {0} is late, {subject} will need one more {1} for the {2} on its {3}.",
    "With a {0} and a {1}, {subject} {4} more than the {2} of an older {3}.",
    "People at work see the {0} first, while {subject} {4} a {1} behind the {2} and its {3}.",
    "Without a {0}, no one {4} the {1} in time, and {subject} has to wait for the {3}.",
)
SUBJECTS = {
    "what a router does": "a router",
    "packets and addresses": "a packet",
    "wi-fi and cables": "the cable",
}


class SmallModel:
    """A model that writes sentences about a subject, and now and then something that no page can carry."""

    def __init__(self, spoilt: float = 0.0, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._spoilt = spoilt

    def __call__(self, request: Request) -> Answer:
        if self._chance.random() < self._spoilt:
            return self._chance.choice(list(RUBBISH.values()))
        if request.messages[-1].role == "assistant":
            return f"{request.messages[-1].text} the router sends packets to {self.noun()}."
        asked = request.messages[-1].text.lower()
        subject = next((noun for title, noun in SUBJECTS.items() if title in asked), "a name")
        return " ".join(self.sentence(subject) for _ in range(5)) + " And then the"

    def sentence(self, subject: str) -> str:
        nouns = (self._chance.choice(NOUNS) for _ in range(4))
        return self._chance.choice(FRAMES).format(*nouns, self._chance.choice(VERBS), subject=subject)

    def noun(self) -> str:
        return f"a {self._chance.choice(NOUNS)} by the {self._chance.choice(NOUNS)}"


def brief(**changes: object) -> LessonBrief:
    fields: dict[str, object] = {
        "title": "How data travels",
        "topics": TITLES,
        "module_title": "Networks at home",
        "course_title": "Home networks",
        "target_words": 1000,
        "demonstration": True,
    }
    return make_brief(**{**fields, **changes})


def write(
    script: Callable[[Request], Answer], lesson: LessonBrief | None = None
) -> tuple[LessonDraft, ScriptedModel]:
    model = ScriptedModel(
        script, name="embedded", demonstration=True, max_output_tokens=1024, languages=("en",)
    )
    return produce_lesson(lesson or brief(), model, writing="sections", project="p"), model


@pytest.mark.parametrize("seed", range(5))
def test_a_lesson_is_made_of_the_models_sentences(seed: int) -> None:
    small = SmallModel(seed=seed)
    draft, model = write(small)
    assert draft.accepted
    assert 800 <= draft.words <= 1200
    assert draft.text.count("[VISUAL: 01-02-") == len(TITLES)
    assert draft.text.rstrip().endswith("No references: demonstration.")
    assert [finding for finding in draft.findings if finding.check in ("demonstration", "mended")] == []
    assert len(model.requests) < 40


@pytest.mark.parametrize("seed", range(5))
def test_a_lesson_comes_out_whole_though_half_of_the_answers_are_rubbish(seed: int) -> None:
    draft, model = write(SmallModel(spoilt=0.5, seed=seed))
    assert draft.accepted
    assert len(model.requests) <= most_requests(brief())
    for trace in ("<", "AI", "lesson 3", "previous", "```", "# Lesson 1: "):
        assert trace not in draft.text


@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH)
def test_a_model_that_gives_only_rubbish_is_helped_out_by_the_outline_and_that_is_told(answer: str) -> None:
    draft, model = write(lambda _: answer)
    told = [finding.message for finding in draft.findings if finding.check == "demonstration"]
    assert told
    assert "Sentences made from the outline" in told[0]
    assert len(model.requests) <= most_requests(brief())
    for topic in TITLES:
        assert f"## {topic}\n\n### Concept Overview\n\n" in draft.text


def test_every_request_is_small_and_has_a_seed_of_its_own() -> None:
    _, model = write(SmallModel())
    assert {request.item for request in model.requests} == {"lesson/01-02"}
    assert max(request.max_output_tokens for request in model.requests) <= 200
    assert max(count_words(message.text) for request in model.requests for message in request.messages) < 60
    seeds = [request.seed for request in model.requests]
    assert len(set(seeds)) == len(seeds)


def test_a_lesson_has_the_same_seeds_every_time_and_others_with_a_note() -> None:
    first, again = write(SmallModel())[1], write(SmallModel())[1]
    noted = write(SmallModel(), brief(note="Shorter sentences"))[1]
    assert first.requests[0].seed == again.requests[0].seed
    assert first.requests[0].seed != noted.requests[0].seed


@pytest.mark.parametrize("level", BloomLevel)
def test_objectives_open_with_verbs_that_the_program_puts_in(level: BloomLevel) -> None:
    draft, _ = write(SmallModel(), brief(bloom_levels=(level,)))
    assert draft.accepted
    section = draft.text.split("## Learning Objectives")[1].split("## ")[0]
    bullets = [line for line in section.splitlines() if line]
    assert 3 <= len(bullets) <= 4
    verbs = load_language("en").bloom_verbs[level]
    assert all(bullet.removeprefix("- ").split()[0].lower() in verbs for bullet in bullets)


def test_the_programs_verbs_are_the_languages() -> None:
    known = load_language("en").bloom_verbs
    for level, verbs in _VERBS.items():
        assert set(verbs) <= set(known[level])


def test_a_server_may_answer_a_turn_that_was_begun_with_the_rest_of_it() -> None:
    small = SmallModel()

    def answer(request: Request) -> Answer:
        begun = request.messages[-1]
        whole = small(request)
        return str(whole).removeprefix(begun.text) if begun == Message("assistant", begun.text) else whole

    draft, _ = write(answer)
    assert draft.accepted
    assert "the router sends packets to" in draft.text.split("## Introduction")[0]


def test_given_objectives_are_used_as_written() -> None:
    draft, _ = write(SmallModel(), brief(objectives=("Say what a router is", "Plug one in", "Reset it")))
    assert "- Say what a router is\n- Plug one in\n- Reset it" in draft.text
    assert draft.accepted


def test_a_brief_that_was_made_for_another_model_is_written_as_a_demonstration() -> None:
    draft, _ = write(SmallModel(), brief(demonstration=False))
    assert draft.accepted


def test_a_longer_target_is_reached_as_well() -> None:
    draft, _ = write(SmallModel(), brief(target_words=2600, topics=(*TITLES, "Names and numbers")))
    assert draft.accepted
    assert draft.words >= 0.7 * 2600


def test_titles_of_many_kinds_make_no_lesson_fail() -> None:
    titles = (
        "Introduction",
        "5G",
        'The "best" <router>',
        "A " + "very " * 20 + "long title",
        "Do I need it?",
    )
    draft, _ = write(SmallModel(spoilt=0.2), brief(topics=titles, title="Summary"))
    assert draft.accepted


def test_a_course_in_another_language_is_refused_with_what_to_do() -> None:
    model = ScriptedModel([], name="embedded", demonstration=True, languages=("en",))
    with pytest.raises(SettingsError, match=r"does not write Spanish: it writes English\. .*--model"):
        check_model_language(model, load_language("es"))
    check_model_language(model, load_language("en"))
    check_model_language(ScriptedModel([]), load_language("es"))
