"""Figures from their tags to the store: described once, drawn anew only where something changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.figure_answers import asked_figures, good_figures
from servers.image_server import Answer, ImageServer, openai_error, openai_picture, small_png
from servers.plain_course import make_course
from servers.small_course import as_yaml, small_outline

from coursewright.errors import ContentRefused, CostLimitReached
from coursewright.models.base import Reply, Request, Usage
from coursewright.models.chain import ModelChain
from coursewright.models.retry import PatientModel
from coursewright.models.scripted import ScriptedModel
from coursewright.project.course import load_course
from coursewright.project.outcome import ItemOutcome
from coursewright.project.read_book import read_book
from coursewright.project.resources import ModelChains
from coursewright.project.results import Stopped
from coursewright.store.folder import FolderStore
from coursewright.visuals import publish

PNG = small_png(1200, 20)
OWN = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


class Course:
    """A small course, what its figures' planner was asked for, and what it answers."""

    def __init__(self, folder: Path) -> None:
        self.outline = folder / "outline.yaml"
        self.outline.write_bytes(as_yaml(small_outline()))
        self.store = FolderStore(folder / "courses")
        self.own = self.store.within("kept")
        self.asked: list[str] = []
        self.plan: Callable[[Call], str] = good_figures
        self.wanted: dict[str, object] = {}
        self.runs = 0

    def answer(self, call: Call) -> str:
        self.asked += asked_figures(call)
        return self.plan(call)

    def reply(self, request: Request) -> str:
        """What the course's own model answers."""
        turns = tuple((message.role, message.text) for message in request.messages)
        call = Call(number=1, attempt=1, item=request.item, model="scripted", messages=turns)
        return answer_from_outline(self.outline, others={"visuals": self.answer})(call)

    def make(self, **options: object) -> dict[str, ItemOutcome]:
        """Another run; what became of each lesson's figures."""
        self.asked.clear()
        self.runs += 1
        with ScriptedModel(self.reply).installed():
            run = f"run-{self.runs}"
            made = make_course(
                self.store, self.outline, run=run, formats=("md",), wanted=self.wanted, **options
            )  # type: ignore[arg-type]
        return {outcome.place: outcome for outcome in made if outcome.kind == "figures"}

    def pictures(self) -> dict[str, bytes]:
        names = [item.key for item in self.own.list("visuals/") if not item.key.endswith(".json")]
        return {name.removeprefix("visuals/"): self.own.read(name) for name in names}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


def test_one_request_a_lesson_and_a_second_run_asks_for_no_figure(course: Course) -> None:
    made = course.make()
    assert {place: outcome.requests for place, outcome in made.items()} == dict.fromkeys(
        ("01-01", "01-02", "02-01", "02-02"), 1
    )
    assert course.asked == ["01-01-0001", "01-01-0002", "01-02-0001", "02-01-0001", "02-02-0001"]
    assert course.make() == {}
    assert course.asked == []


def test_a_changed_lesson_has_only_the_figure_described_and_drawn_whose_tag_changed(course: Course) -> None:
    course.make()
    before = course.pictures()
    text = course.own.read("lessons/01-01.md").decode()
    start = text.index("[VISUAL: 01-01-0002 - ")
    end = text.index("]", start)
    changed = text[:start] + "[VISUAL: 01-01-0002 - Readiness as a gate that opens late" + text[end:]
    course.own.write("lessons/01-01.md", changed.encode())
    course.plan = lambda call: good_figures(call).replace("Decide", "Wait")
    course.make()
    assert course.asked == ["01-01-0002"]
    after = course.pictures()
    assert {name for name in after if after[name] != before[name]} == {"01-01-0002.svg"}
    told = json.loads(course.own.read("visuals/01-01-0002.json"))
    assert told["caption"] == "Readiness as a gate that opens late"


def test_a_chart_is_described_anew_once_its_section_states_other_numbers(course: Course) -> None:
    def chart(call: Call) -> str:
        figures = json.loads(good_figures(call))["figures"]
        value = 36 if "36 % of failures" in call.prompt else 41
        for figure in figures:
            if figure["id"] == "01-01-0001":
                head = {name: figure[name] for name in ("id", "title", "purpose")}
                series = [{"label": "Failures", "values": [value, 5]}]
                more = {"kind": "chart", "form": "bar", "categories": ["Network", "Disk"], "series": series}
                figures[figures.index(figure)] = head | more
        return json.dumps({"figures": figures})

    def state(before: str, after: str) -> None:
        text = course.own.read("lessons/01-01.md").decode()
        assert before in text
        course.own.write("lessons/01-01.md", text.replace(before, after, 1).encode())

    tag = "[VISUAL: 01-01-0001 - "
    course.make()
    state(tag, "The network has 36 % of failures, disks have 5 %.\n\n[VISUAL: 01-01-0001 - Shares of ")
    course.plan = chart
    course.make()
    assert course.asked == ["01-01-0001"]
    assert b">36<" in course.pictures()["01-01-0001.svg"]

    state("disks have 5 %", "and disks have 5 %")
    course.make()
    assert course.asked == [], "the numbers are as they were"
    state("36 % of", "41 % of")
    course.make()
    assert course.asked == ["01-01-0001"]
    assert b">41<" in course.pictures()["01-01-0001.svg"]


def shown(course: Course, name: str) -> bytes | None:
    """The picture that the book has of a figure."""
    figure = read_book(load_course(course.store, "kept")).figures[name]
    assert figure.svg is None or figure.png is None
    return figure.svg or figure.png


def test_a_picture_that_a_person_put_beside_the_programs_is_the_one_in_the_book(course: Course) -> None:
    course.make()
    drawn = course.pictures()["01-01-0001.svg"]
    assert shown(course, "01-01-0001") == drawn
    course.own.write("visuals/01-01-0001.png", PNG)
    assert course.make() == {}
    assert shown(course, "01-01-0001") == PNG
    course.own.delete("visuals/01-01-0002.svg")
    course.make()
    assert "01-01-0002.svg" in course.pictures(), "two pictures of one figure are not two figures"
    assert shown(course, "01-01-0001") == PNG
    course.own.write("visuals/01-01-0001.png", PNG[:40])
    assert shown(course, "01-01-0001") == drawn, "what cannot be used is not"
    course.own.delete("visuals/01-01-0001.png")
    assert course.make() == {}
    assert shown(course, "01-01-0001") == drawn


def test_what_stands_beside_a_persons_picture_goes_once_its_tag_says_something_else(course: Course) -> None:
    course.make()
    course.own.write("visuals/01-01-0001.png", PNG)

    def retag(name: str) -> None:
        text = course.own.read("lessons/01-01.md").decode()
        changed = text.replace(f"[VISUAL: {name} - ", f"[VISUAL: {name} - Again ")
        assert changed != text
        course.own.write("lessons/01-01.md", changed.encode())
        course.make()

    retag("01-01-0002")
    assert {"01-01-0001.png", "01-01-0001.svg"} <= course.pictures().keys(), "its own tag is as it was"
    retag("01-01-0001")
    assert "01-01-0001.svg" not in course.pictures()
    assert shown(course, "01-01-0001") == PNG
    course.own.delete("visuals/01-01-0001.png")
    course.make()
    assert course.asked == ["01-01-0001"]
    assert "01-01-0001.svg" in course.pictures()


def test_a_drawing_that_a_person_put_beside_an_illustration_is_the_one_in_the_book(
    course: Course, image_server: Callable[..., ImageServer]
) -> None:
    image_server(openai_picture(PNG))
    course.make(pictures=10)
    assert shown(course, "01-01-0001") == PNG
    course.own.write("visuals/01-01-0001.svg", OWN)
    assert shown(course, "01-01-0001") == OWN


def test_a_new_way_of_drawing_draws_finished_figures_anew_asks_for_none_and_leaves_a_persons(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.make()
    course.own.write("visuals/01-02-0001.svg", OWN)
    before = course.pictures()
    old = publish.draw_figure
    monkeypatch.setattr("coursewright.project.keys.DRAWING_VERSION", 999)
    monkeypatch.setattr(
        publish, "draw_figure", lambda *given, **more: old(*given, **more).replace(b'rx="6"', b'rx="5"')
    )
    course.make()
    assert course.asked == []
    after = course.pictures()
    assert after.keys() == before.keys()
    assert after.pop("01-02-0001.svg") == OWN
    assert all(after[name] != before[name] for name in after)


class Chains(ModelChains):
    """The same chain, whatever models are named."""

    def __init__(self, *models: ScriptedModel) -> None:
        super().__init__()
        self._chain = ModelChain([PatientModel(model) for model in models])

    def open(self, models: tuple[str, ...]) -> ModelChain:
        return self._chain


def test_a_dear_model_that_figures_fall_back_on_never_passes_the_cost_limit(course: Course) -> None:
    def answer(request: Request) -> str | Exception:
        if request.item.startswith("visuals"):
            return ContentRefused("not these figures")
        return course.reply(request)

    cheap = ScriptedModel(answer, name="cheap", price_per_token=1e-8)
    dear = ScriptedModel(course.reply, name="dear", price_per_token=0.01)
    with pytest.raises(Stopped) as stopped:
        course.make(chains=Chains(cheap, dear), max_cost=1.0)
    assert isinstance(stopped.value.cause, CostLimitReached)
    assert stopped.value.item.outcome.state == "not asked"
    assert [request.item for request in cheap.requests][-1] == "visuals/01-01"
    assert dear.requests == []

    made = course.make(chains=Chains(cheap, dear), max_cost=1_000.0)
    assert len(dear.requests) == len(made) == 4
    assert {outcome.state for outcome in made.values()} == {"written"}


def test_what_figures_took_before_the_limit_came_is_theirs_though_none_was_described(course: Course) -> None:
    def answer(request: Request) -> str | Reply:
        if request.item.startswith("visuals"):
            return Reply("", "length", "thinks", Usage(500, 900), cost=0.9, thinking=900)
        return course.reply(request)

    thinks = ScriptedModel(answer, name="thinks", price_per_token=1e-5)
    with pytest.raises(Stopped) as stopped:
        course.make(chains=Chains(thinks, thinks), max_cost=1.0)
    outcome = stopped.value.item.outcome
    assert outcome.state == "not asked"
    assert (outcome.input_tokens, outcome.output_tokens, outcome.cost) == (500, 900, 0.9)


def test_where_the_limit_comes_before_a_repair_the_good_figures_are_drawn_and_the_next_run_does_the_rest(
    course: Course,
) -> None:
    def answer(request: Request) -> str | Exception:
        if not request.item.startswith("visuals"):
            return course.reply(request)
        if len(request.messages) > 1:
            return ContentRefused("not this repair")
        figures = json.loads(course.reply(request))["figures"]
        return json.dumps({"figures": figures[:1]})

    cheap = ScriptedModel(answer, name="cheap", price_per_token=1e-8)
    dear = ScriptedModel(course.reply, name="dear", price_per_token=0.01)
    with pytest.raises(Stopped) as stopped:
        course.make(chains=Chains(cheap, dear), max_cost=1.0)
    outcome = stopped.value.item.outcome
    assert (outcome.state, outcome.place, outcome.requests) == ("not asked", "01-01", 2)
    assert "The cost limit of $1.0000 would be passed" in outcome.reason
    assert outcome.cost is not None
    assert outcome.cost > 0
    assert dear.requests == []
    assert list(course.pictures()) == ["01-01-0001.svg"]

    course.make()
    assert course.asked[0] == "01-01-0002"
    assert "01-01-0001" not in course.asked
    assert "01-01-0002.svg" in course.pictures()


def test_a_stopped_run_asks_for_no_repair_of_figures(course: Course) -> None:
    stopped = threading.Event()

    def answer(call: Call) -> str:
        stopped.set()
        return "No."

    course.plan = answer
    made = course.make(stopped=stopped)
    assert course.asked == ["01-01-0001", "01-01-0002"]
    assert {outcome.state for outcome in made.values()} == {"not asked"}
    course.plan = good_figures
    assert course.make()["01-01"].state == "written"


@pytest.fixture
def image_server(course: Course, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ImageServer]]:
    """Opens a server of pictures; the planner wants one for each lesson's first figure."""
    opened: list[ImageServer] = []

    def plan(call: Call) -> str:
        figures = json.loads(good_figures(call))["figures"]
        for figure in figures:
            if figure["id"].endswith("0001") and "- illustration: " in call.prompt:
                prompt = f"A quiet control room at night, seen from the door, photograph {figure['id']}"
                head = {name: figure[name] for name in ("id", "title", "purpose")}
                figures[figures.index(figure)] = {**head, "kind": "illustration", "prompt": prompt}
        return json.dumps({"figures": figures})

    course.plan = plan
    course.wanted = {"visuals": "diagrams and illustrations", "image_model": "openai:dall-e-3"}
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-loopback")

    def open_server(*answers: Answer) -> ImageServer:
        server = ImageServer(answers)
        server.__enter__()
        opened.append(server)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        return server

    yield open_server
    for server in opened:
        server.__exit__()


def test_pictures_are_taken_up_again_one_by_one_and_no_description_is_paid_for_twice(
    course: Course, image_server: Callable[..., ImageServer]
) -> None:
    day = openai_error(429, "You have reached your images per day limit.", "rate_limit_exceeded")
    server = image_server(openai_picture(PNG), openai_picture(PNG), day)
    made = course.make(pictures=10)
    assert {place: outcome.state for place, outcome in made.items()} == {
        "01-01": "written", "01-02": "written", "02-01": "failed", "02-02": "failed",
    }  # fmt: skip
    assert "has no picture yet" in made["02-01"].reason
    assert len(server.calls) == 3, "a quota by the day ends the asking at once"

    server = image_server(openai_picture(PNG))
    made = course.make(pictures=10)
    assert course.asked == [], "what was described is kept without its picture as well"
    assert {place: outcome.state for place, outcome in made.items()} == {
        "02-01": "written",
        "02-02": "written",
    }
    prompts = [body["prompt"].splitlines()[0] for _, _, body in server.calls]
    assert [prompt[-10:] for prompt in prompts] == ["02-01-0001", "02-02-0001"]
    pictures = course.pictures()
    assert sorted(name for name in pictures if name.endswith(".png")) == [
        f"{place}-0001.png" for place in ("01-01", "01-02", "02-01", "02-02")
    ]
    assert pictures["01-01-0002.svg"].startswith(b"<svg"), "the lesson's other figure is drawn"
    assert course.make(pictures=10) == {}


def test_refused_pictures_are_maps_of_concepts_and_beyond_the_runs_limit_diagrams_are_planned(
    course: Course, image_server: Callable[..., ImageServer]
) -> None:
    refusal = openai_error(400, "Your request was rejected by our safety system.", "moderation_blocked")
    server = image_server(refusal, openai_picture(PNG))
    made = course.make(pictures=2)
    assert len(server.calls) == 3
    said = {place: " ".join(f["message"] for f in outcome.findings) for place, outcome in made.items()}
    assert "its picture was refused" in said["01-01"]
    assert (said["01-02"], said["02-01"], said["02-02"]) == ("", "", "")
    kinds = {
        place: json.loads(course.own.read(f"visuals/{place}-0001.json"))["description"]["kind"]
        for place in made
    }
    assert kinds == {
        "01-01": "hierarchy", "01-02": "illustration", "02-01": "illustration", "02-02": "flow",
    }  # fmt: skip
    assert {name for name in course.pictures() if name.endswith("0001.svg")} == {
        "01-01-0001.svg", "02-02-0001.svg",
    }  # fmt: skip
    assert course.make(pictures=2) == {}, "a refusal is not asked for again"


def test_a_picture_is_not_asked_for_where_its_price_would_pass_the_limit(
    course: Course, image_server: Callable[..., ImageServer]
) -> None:
    told = {"input_tokens": 50, "output_tokens": 1_000}
    server = image_server(openai_picture(PNG, usage=told), openai_picture(PNG, usage=told))
    course.wanted = {"visuals": "diagrams and illustrations", "image_model": "openai:gpt-image-1"}
    with pytest.raises(Stopped) as stopped:
        course.make(pictures=10, max_cost=0.27)
    assert isinstance(stopped.value.cause, CostLimitReached)
    assert len(server.calls) == 1, "the largest picture takes 25 cents"
    outcome = stopped.value.item.outcome
    assert (outcome.state, outcome.place) == ("not asked", "01-02")
    assert "01-01-0001.png" in course.pictures()

    course.make(pictures=10)
    assert "01-02-0001" not in course.asked, "its description was kept"
    assert [body["prompt"].splitlines()[0][-10:] for _, _, body in server.calls[1:]] == [
        "01-02-0001", "02-01-0001", "02-02-0001",
    ]  # fmt: skip
