"""Pictures of image models over both wires, with limits, refusals and throttling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers.image_server import (
    Answer,
    ImageServer,
    bedrock_error,
    bedrock_picture,
    openai_error,
    openai_picture,
    small_png,
)

from coursewright.errors import QuotaExhausted, SettingsError
from coursewright.languages import load_language
from coursewright.models.limits import MinuteLimit
from coursewright.models.retry import PatientModel, RetryPolicy
from coursewright.models.settings import PICTURES, ModelSettings
from coursewright.visuals.illustrate import (
    DEFAULT_BEDROCK_MODEL,
    IllustrationBudget,
    illustrate,
    open_image_model,
    prompt_limit,
)
from coursewright.visuals.plan import PlannedFigure
from coursewright.visuals.raster import png_size
from coursewright.visuals.read import read_description, read_plan
from coursewright.visuals.tags import Tag

PNG = small_png()
PROMPT = (
    "A cold aisle of a data centre seen from the floor, blue light along the racks, one open cabinet with "
    "neatly laid cables in the foreground, wide angle, photograph, calm and precise"
)
TAG = Tag("01-02-0003", "The room in which the servers stand", "Data centres", "**Racks** and **cooling**.")
PLANNED = PlannedFigure(
    TAG,
    read_plan({"kind": "illustration", "title": "T", "purpose": "Shows the room.", "prompt": PROMPT}),
    "model",
)
ENGLISH = load_language("en")
BLOCKED = "This request has been blocked by our content filters."


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "loopback")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "loopback")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def open_openai(server: ImageServer, model: str = "openai:dall-e-3", **settings: object) -> PatientModel:
    environment = {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_API_KEY": "key-for-loopback"}
    retry = RetryPolicy(first_wait=0.001, first_wait_throttled=0.001)
    return open_image_model(
        model,
        ModelSettings(environment=environment, retry=retry, **settings),  # type: ignore[arg-type]
    )


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    def open_bedrock(server: ImageServer, model: str = "bedrock") -> PatientModel:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        retry = RetryPolicy(first_wait=0.001, first_wait_throttled=0.001)
        return open_image_model(model, ModelSettings(region="us-east-1", retry=retry))

    yield open_bedrock


def test_openai_is_asked_with_the_whole_prompt_and_told_to_leave_words_out() -> None:
    with ImageServer([openai_picture(PNG)]) as server:
        made = illustrate(PLANNED, model=open_openai(server), language=ENGLISH, budget=IllustrationBudget(1))
    path, headers, body = server.calls[0]
    assert made.png == PNG
    assert path == "/v1/images/generations"
    assert headers["x-request-item"] == "visuals/01-02-0003"
    assert body["prompt"].startswith(PROMPT + "\n")
    assert "Nowhere in the picture are there words" in body["prompt"]
    assert (body["model"], body["n"], body["response_format"]) == ("dall-e-3", 1, "b64_json")
    assert made.cost is None


def test_gpt_image_is_not_told_how_to_send_the_picture_and_its_tokens_are_counted() -> None:
    usage = {"input_tokens": 50, "output_tokens": 4160}
    with ImageServer([openai_picture(PNG, usage=usage)]) as server:
        model = open_openai(server, "openai:gpt-image-1")
        made = illustrate(PLANNED, model=model, language=ENGLISH, budget=IllustrationBudget(1))
    assert "response_format" not in server.calls[0][2]
    assert (made.usage.input, made.usage.output) == (50, 4160)


def test_a_server_that_does_not_know_a_parameter_is_asked_without_it() -> None:
    refusal = openai_error(400, "Unknown parameter: 'response_format'.", "unknown_parameter")
    with ImageServer([refusal, openai_picture(PNG)]) as server:
        made = illustrate(PLANNED, model=open_openai(server), language=ENGLISH, budget=IllustrationBudget(1))
    assert made.png == PNG
    assert "response_format" not in server.calls[1][2]


def test_nova_canvas_is_asked_with_the_prompt_word_for_word(bedrock: object) -> None:
    with ImageServer([bedrock_picture(PNG)]) as server:
        model = bedrock(server)  # type: ignore[operator]
        made = illustrate(PLANNED, model=model, language=ENGLISH, budget=IllustrationBudget(1), seed=7)
    path, _, body = server.calls[0]
    assert made.png == PNG
    assert path == "/model/amazon.nova-canvas-v1%3A0/invoke"
    assert body["taskType"] == "TEXT_IMAGE"
    assert body["textToImageParams"]["text"] == PROMPT
    assert "letters" in body["textToImageParams"]["negativeText"]
    assert body["imageGenerationConfig"]["seed"] == 7


@pytest.mark.parametrize("profile", ["us", "us.anthropic.claude-sonnet-4-20250514-v1:0"])
def test_the_inference_profile_of_a_model_that_writes_is_none_of_an_image_model(
    profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ImageServer([bedrock_picture(PNG)]) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        model = open_image_model("bedrock", ModelSettings(region="us-east-1", inference_profile=profile))
        illustrate(PLANNED, model=model, language=ENGLISH, budget=IllustrationBudget(1))
    assert server.calls[0][0] == "/model/amazon.nova-canvas-v1%3A0/invoke"


def test_stability_is_asked_on_its_own_wire(bedrock: object) -> None:
    with ImageServer([bedrock_picture(PNG)]) as server:
        model = bedrock(server, "bedrock:stability.sd3-5-large-v1:0")  # type: ignore[operator]
        illustrate(PLANNED, model=model, language=ENGLISH, budget=IllustrationBudget(1))
    body = server.calls[0][2]
    assert (body["prompt"], body["mode"], body["output_format"]) == (PROMPT, "text-to-image", "png")


BEDROCK_REFUSALS = (
    bedrock_error(400, "ValidationException", BLOCKED),
    Answer(200, {"images": [], "error": BLOCKED}),
    Answer(200, {"images": [""], "finish_reasons": ["Filter reason: prompt"]}),
)


@pytest.mark.parametrize("answer", BEDROCK_REFUSALS)
def test_a_picture_that_bedrock_refuses_becomes_a_map_of_concepts(answer: Answer, bedrock: object) -> None:
    budget = IllustrationBudget(1)
    with ImageServer([answer]) as server:
        model = bedrock(server)  # type: ignore[operator]
        made = illustrate(PLANNED, model=model, language=ENGLISH, budget=budget)
    assert len(server.calls) == 1
    assert made.png is None
    assert made.refused
    assert made.instead is not None
    assert [node.label for node in made.instead.nodes] == ["Data centres", "Racks", "cooling"]
    assert made.finding is not None
    assert "was refused" in made.finding.message
    assert budget.take(), "a picture that was refused leaves its place to another"


def test_a_picture_that_openai_refuses_becomes_a_map_of_concepts() -> None:
    refusal = openai_error(400, "Your request was rejected by our safety system.", "moderation_blocked")
    with ImageServer([refusal]) as server:
        made = illustrate(PLANNED, model=open_openai(server), language=ENGLISH, budget=IllustrationBudget(1))
    assert made.refused
    assert made.instead is not None


def test_the_limit_of_a_run_is_kept_without_asking() -> None:
    budget = IllustrationBudget(2)
    with ImageServer([openai_picture(PNG)]) as server:
        model = open_openai(server)
        made = [illustrate(PLANNED, model=model, language=ENGLISH, budget=budget) for _ in range(4)]
    assert [result.png is not None for result in made] == [True, True, False, False]
    assert len(server.calls) == 2
    assert made[3].finding is not None
    assert "used up" in made[3].finding.message


def test_throttling_is_waited_for_and_a_quota_by_the_day_is_not() -> None:
    minute = openai_error(429, "Rate limit reached: 5 images per minute.", "rate_limit_exceeded")
    day = openai_error(429, "You have reached your images per day limit.", "rate_limit_exceeded")
    budget = IllustrationBudget(3)
    with ImageServer([minute, openai_picture(PNG), day]) as server:
        model = open_openai(server)
        assert illustrate(PLANNED, model=model, language=ENGLISH, budget=budget).png == PNG
        with pytest.raises(QuotaExhausted):
            illustrate(PLANNED, model=model, language=ENGLISH, budget=budget)
        with pytest.raises(QuotaExhausted):
            illustrate(PLANNED, model=model, language=ENGLISH, budget=budget)
    assert len(server.calls) == 3
    assert budget.take()


@pytest.mark.parametrize("name", ["openai:dall-e-3", PICTURES])
def test_pictures_are_spaced_by_the_limiter_of_their_model_or_of_all_image_models(name: str) -> None:
    now, waits = [0.0], []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    def refuse(tokens: int) -> None:
        raise AssertionError("this limit is of models that write")

    limiter = MinuteLimit(requests=2, clock=lambda: now[0], sleep=sleep)
    with ImageServer([openai_picture(PNG)]) as server:
        model = open_openai(server, limiters={"": refuse, name: limiter})
        budget = IllustrationBudget(9)
        for _ in range(3):
            illustrate(PLANNED, model=model, language=ENGLISH, budget=budget)
    assert sum(waits) == pytest.approx(60.0)


def test_what_is_no_picture_is_asked_for_again_and_never_kept() -> None:
    with ImageServer([openai_picture(b"<html>"), openai_picture(PNG)]) as server:
        model = open_openai(server)
        made = illustrate(PLANNED, model=model, language=ENGLISH, budget=IllustrationBudget(1))
    assert made.png == PNG


def test_a_model_that_makes_no_pictures_is_refused_with_the_ones_that_do() -> None:
    with pytest.raises(SettingsError, match="makes no pictures; illustrations come from bedrock:"):
        open_image_model("ollama:llava")


def test_a_figure_that_is_drawn_is_no_illustration() -> None:
    drawn = read_description(
        {
            "kind": "cycle",
            "title": "T",
            "purpose": "Shows a cycle.",
            "steps": [{"label": "1"}, {"label": "2"}, {"label": "3"}],
        }
    )
    with ImageServer([openai_picture(PNG)]) as server, pytest.raises(TypeError, match="is drawn"):
        illustrate(
            PlannedFigure(TAG, drawn, "model"),
            model=open_openai(server),
            language=ENGLISH,
            budget=IllustrationBudget(1),
        )


def test_the_planner_can_be_told_how_long_a_prompt_may_be() -> None:
    assert prompt_limit("bedrock:amazon.titan-image-generator-v2:0") == 512
    assert prompt_limit("bedrock:amazon.nova-canvas-v1:0") == 1_024
    assert prompt_limit("bedrock:us.amazon.nova-canvas-v1:0") == 1_024
    assert prompt_limit("bedrock") == prompt_limit(f"bedrock:{DEFAULT_BEDROCK_MODEL}") == 1_024
    assert prompt_limit("openai:gpt-image-1") >= 2_000


def test_a_picture_has_the_size_that_it_says() -> None:
    assert png_size(small_png(40, 30)) == (40, 30)
