"""Pictures of image models, where a run wants them: one at a time, so that each is paid for once.

A picture that the model refuses, or that the run's limit leaves no room for, becomes a map of the section's
concepts, with a finding. Nothing that carries words is made here; see `Illustration`.
"""

from __future__ import annotations

import base64
import re
import threading
from dataclasses import dataclass, field, replace

from coursewright.errors import ContentRefused, RequestRefused, SettingsError
from coursewright.findings import Finding
from coursewright.languages import Language
from coursewright.models.base import Message, Model, Request, Usage
from coursewright.models.names import ModelName, parse_model
from coursewright.models.retry import PatientModel, Wire
from coursewright.models.settings import PICTURES, ModelSettings
from coursewright.visuals.concept_map import map_concepts
from coursewright.visuals.describe import FigureDescription, Illustration
from coursewright.visuals.plan import PlannedFigure

DEFAULT_BEDROCK_MODEL = "amazon.nova-canvas-v1:0"

_PROMPT_LIMITS = (
    (re.compile(r"bedrock:(\w+\.)?amazon\.titan-image"), 512),
    (re.compile(r"bedrock:(\w+\.)?amazon\.nova-canvas"), 1_024),
    (re.compile("openai:dall-e-2"), 850),
    (re.compile("openai:dall-e-3"), 3_800),
)
"""Characters of a prompt that providers document; where a sentence is added to it, less that sentence."""
_OTHER_LIMIT = 2_000

MOST_TOKENS_A_PICTURE = 6_240
"""Output tokens of the largest picture of best quality that OpenAI lists, for models paid by the token."""


@dataclass(frozen=True)
class Illustrated:
    """What became of one picture.

    Attributes:
        png: the picture, or None where there is none.
        instead: what to draw in its place.
        refused: whether the model declined its content; asking again would be declined again.
        cost: US dollars, or None where the price is not known.
    """

    png: bytes | None
    instead: FigureDescription | None = None
    finding: Finding | None = None
    refused: bool = False
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    seconds: float = 0.0


class IllustrationBudget:
    """How many pictures a run may still have made; shared among its threads."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """How many more may be made, as far as is known by now."""
        return self._left

    def take(self) -> bool:
        """Whether one more may be made; if so, it counts from now on."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def give_back(self) -> None:
        """One that was taken was not made."""
        with self._lock:
            self._left += 1


def full_image_name(model: str) -> str:
    """An image model's whole name; ``bedrock`` alone is its default model."""
    return f"bedrock:{DEFAULT_BEDROCK_MODEL}" if model == "bedrock" else model


def prompt_limit(model: str) -> int:
    """How many characters of a prompt an image model reads."""
    name = full_image_name(model)
    return next((limit for start, limit in _PROMPT_LIMITS if start.match(name)), _OTHER_LIMIT)


def parse_image_model(name: str) -> ModelName:
    """The provider and the model that a name such as ``openai:gpt-image-1`` stands for.

    Raises:
        SettingsError: it names no model, or one that makes no pictures.
    """
    parsed = parse_model(name)
    if parsed.provider not in ("bedrock", "openai"):
        raise SettingsError(
            f'"{name}" makes no pictures; illustrations come from bedrock:{DEFAULT_BEDROCK_MODEL} or an '
            f"OpenAI-compatible endpoint such as openai:gpt-image-1. Or choose visuals: diagrams."
        )
    return parsed


def open_image_model(name: str, settings: ModelSettings | None = None) -> PatientModel:
    """The image model ``bedrock``, ``bedrock:MODEL`` or ``openai:MODEL``, with retries and the run's limiter.

    Its replies' text is the picture, always a PNG, in base64. Pictures are spaced by the limiter that is set
    under the model's full name, else by that of all image models; those that write have others. An inference
    profile of the settings is of a model that writes, and does not concern this one.

    Raises:
        SettingsError: another provider, or a setting that is missing or wrong.
    """
    chosen = settings or ModelSettings()
    parsed = parse_image_model(name)
    wire: Wire
    if parsed.provider == "bedrock":
        from coursewright.visuals.image_bedrock import BedrockImageWire

        wire = BedrockImageWire(
            parsed.model or DEFAULT_BEDROCK_MODEL, replace(chosen, inference_profile=None)
        )
    else:
        from coursewright.visuals.image_openai import OpenAIImageWire

        wire = OpenAIImageWire(parsed.model, chosen)
    return PatientModel(
        wire,
        policy=chosen.retry,
        stop=chosen.stops.of(wire.name),
        limiter=chosen.limiters.get(wire.name, chosen.limiters.get(PICTURES)),
    )


def illustrate(
    planned: PlannedFigure,
    *,
    model: Model,
    language: Language,
    budget: IllustrationBudget,
    project: str = "",
    seed: int | None = None,
) -> Illustrated:
    """Have one planned illustration made.

    Raises:
        CostLimitReached: what pays for the model cannot pay for the picture.
        ModelError: the model could not be asked; the picture is for a later run.
    """
    tag, description = planned.tag, planned.description
    if not isinstance(description, Illustration):
        raise TypeError(f"figure {tag.id} is drawn, not illustrated")
    if not budget.take():
        message = f"Figure {tag.id} is a map of the section's concepts: the run's illustrations are used up."
        return Illustrated(
            None, map_concepts(tag, language), Finding("illustration", "note", message, where=tag.section)
        )
    request = Request(
        item=f"visuals/{tag.id}",
        messages=(Message("user", description.prompt),),
        max_output_tokens=MOST_TOKENS_A_PICTURE,
        project=project,
        seed=seed,
    )
    try:
        reply = model.ask(request)
        picture = base64.b64decode(reply.text)
    except (ContentRefused, RequestRefused) as error:
        budget.give_back()
        message = (
            f"Figure {tag.id} is a map of the section's concepts, because its picture was refused: {error}"
        )
        finding = Finding("illustration", "warning", message, where=tag.section)
        return Illustrated(None, map_concepts(tag, language), finding, refused=True, model=model.name)
    except BaseException:
        budget.give_back()
        raise
    return Illustrated(picture, model=reply.model, usage=reply.usage, cost=reply.cost, seconds=reply.seconds)
