"""From a lesson's visual tags to figure descriptions: one request a lesson, at most two repairs.

A figure that is still wrong after both repairs becomes a map of its section's own concepts, and a finding
says so. The demonstration model is not asked at all: its figures come from the lesson's own structure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from coursewright.errors import ContentRefused, CostLimitReached, ModelError, RequestRefused
from coursewright.findings import Finding
from coursewright.languages import Language
from coursewright.lessons.asking import Asking
from coursewright.models.base import Message, Model, Reply, Usage
from coursewright.prompts import render
from coursewright.visuals.concept_map import map_concepts, place_topic
from coursewright.visuals.describe import Chart, FigureDescription, Illustration
from coursewright.visuals.foreign import find_foreign, find_unlettered
from coursewright.visuals.parse import read_objects
from coursewright.visuals.read import DescriptionError, read_plan
from coursewright.visuals.schema import figures_schema
from coursewright.visuals.tags import (
    Tag,
    find_tags,
    lesson_title,
    numbers_in,
    section_titles,
    shorten_section,
)

MOST_REPAIRS = 2

_SECTION_WORDS = 1_100
_TOKENS_A_FIGURE = 1_600
_CHECK = "figure"

Origin = Literal["model", "repaired", "fallback", "outline"]
"""Who described a figure: the model at once or after a repair, or the program (because the model failed, or
because the model is the demonstration)."""


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """A figure that can be drawn.

    Attributes:
        model: the full name of the model that described it; empty where the program did.
    """

    tag: Tag
    description: FigureDescription | Illustration
    origin: Origin
    model: str = ""


@dataclass(frozen=True, slots=True)
class IllustrationRule:
    """Whether pictures of an image model may stand for figures.

    Attributes:
        most: in one lesson.
        longest_prompt: characters that the image model reads.
    """

    most: int = 0
    longest_prompt: int = 1_000


@dataclass(frozen=True)
class FigurePlanning:
    """What became of a lesson's figures.

    Attributes:
        figures: in the order of their tags; without those that `stopped_by` kept from being planned.
        cost: US dollars; None where one reply's is not known.
        requests: as the provider's log has them.
        stopped_by: the error that ended the asking after some figures were good already; the rest is to be
            asked for again by a later run.
    """

    figures: tuple[PlannedFigure, ...]
    findings: tuple[Finding, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    seconds: float = 0.0
    requests: int = 0
    stopped_by: ModelError | CostLimitReached | None = None


def plan_figures(
    lesson_text: str,
    *,
    language: Language,
    model: Model,
    item: str,
    project: str = "",
    wanted: Collection[str] | None = None,
    illustrations: IllustrationRule | None = None,
    note: str = "",
    seed: int | None = None,
    stop: Callable[[], bool] | None = None,
) -> FigurePlanning:
    """Describe the lesson's figures.

    Args:
        item: what the requests are for: ``visuals/MM-LL``.
        wanted: ids of the tags to plan, where the others are finished; None for all.
        illustrations: None where every figure is drawn.
        note: what to do better than last time.
        stop: asked before each request; True ends the planning.

    Raises:
        CostLimitReached: the run may not spend what the first request may cost.
        ModelError: the model answered nothing at all (a refusal of this lesson's content is no such error:
            its figures become maps of concepts).
    """
    tags = [tag for tag in find_tags(lesson_text) if wanted is None or tag.id in wanted]
    if not tags:
        return FigurePlanning(())
    if model.demonstration:
        title, sections = lesson_title(lesson_text), section_titles(lesson_text)
        placed = (PlannedFigure(tag, place_topic(tag, title, sections, language), "outline") for tag in tags)
        return FigurePlanning(tuple(placed))
    asking = Asking(model, item, project=project, most_requests=1 + MOST_REPAIRS, seed=seed, stop=stop)
    planner = _Planner(tags, language, asking, illustrations or IllustrationRule())
    planner.run(lesson_title(lesson_text), note)
    return FigurePlanning(
        tuple(planner.good[tag.id] for tag in tags if tag.id in planner.good),
        tuple(planner.findings),
        asking.spent.usage,
        asking.spent.cost,
        asking.spent.seconds,
        asking.spent.requests,
        planner.stopped_by,
    )


class _Planner:
    """One lesson's figures on their way: those that are good, and what is wrong with the others."""

    def __init__(
        self, tags: Sequence[Tag], language: Language, asking: Asking, pictures: IllustrationRule
    ) -> None:
        self.good: dict[str, PlannedFigure] = {}
        self.findings: list[Finding] = []
        self.stopped_by: ModelError | CostLimitReached | None = None
        self._tags = tags
        self._language = language
        self._asking = asking
        self._pictures = pictures
        self._faults: dict[str, tuple[str, ...]] = {}
        self._given: dict[str, Any] = {}

    def run(self, title: str, note: str) -> None:
        messages = [Message("user", self._write_request(title, note), cacheable=True)]
        refused = ""
        schema = figures_schema(illustrations=self._pictures.most > 0)
        for attempt in range(1 + MOST_REPAIRS):
            try:
                reply = self._asking.ask(
                    tuple(messages), _TOKENS_A_FIGURE * len(self._open), json_schema=schema
                )
            except (ContentRefused, RequestRefused) as error:
                refused = str(error)
                break
            except (ModelError, CostLimitReached) as error:
                if attempt == 0:
                    raise
                self.stopped_by = error
                return
            self._take(reply, "model" if attempt == 0 else "repaired")
            if not self._open:
                return
            # The repair starts from the first request again: the faulty figures stand in it, the rest of a
            # long reply would only be paid for.
            messages = [messages[0], Message("user", self._write_repair())]
        for tag in self._open:
            self._fall_back(tag, refused)

    @property
    def _open(self) -> list[Tag]:
        return [tag for tag in self._tags if tag.id not in self.good]

    def _write_request(self, title: str, note: str) -> str:
        sections: dict[tuple[str, str], list[Tag]] = {}
        for tag in self._tags:
            sections.setdefault((tag.section, tag.text), []).append(tag)
        parts = []
        for (section, text), tags in sections.items():
            asked = "\n".join(f'Figure "{tag.id}": {tag.description}' for tag in tags)
            body = shorten_section(text, _SECTION_WORDS)
            parts.append(
                f"{asked}\nIts section, {json.dumps(section, ensure_ascii=False)}:\n<<<\n{body}\n>>>"
            )
        request = render(
            "figures",
            illustration_kind=self._write_illustration_kind(),
            language_name=self._language.english_name,
            lesson_title=title,
            figures="\n\n".join(parts),
        )
        return f"{request}\n\n{note.strip()}" if note.strip() else request

    def _write_illustration_kind(self) -> str:
        if not self._pictures.most:
            return ""
        return render("illustration_kind", most=self._pictures.most, longest=self._pictures.longest_prompt)

    def _write_repair(self) -> str:
        parts = []
        for tag in self._open:
            listed = "\n".join(f"- {fault}" for fault in self._faults[tag.id])
            given = self._given.get(tag.id)
            shown = f"\nYou gave: {json.dumps(given, ensure_ascii=False)}" if given is not None else ""
            parts.append(f'Figure "{tag.id}" ({tag.description}):\n{listed}{shown}')
        return render("figures_repair", faults="\n\n".join(parts), language_name=self._language.english_name)

    def _take(self, reply: Reply, origin: Origin) -> None:
        objects = _by_id(read_objects(reply.text), [tag.id for tag in self._open])
        for tag in self._open:
            data = objects.get(tag.id)
            if data is None:
                cut = " (the answer was cut off: give fewer elements)" if reply.stop == "length" else ""
                self._faults[tag.id] = (f"no whole JSON object of it was in the answer{cut}",)
                continue
            self._given[tag.id] = data
            try:
                figure = read_plan({key: value for key, value in data.items() if key != "id"})
            except DescriptionError as error:
                self._faults[tag.id] = error.faults
                continue
            if faults := self._find_faults(figure, tag):
                self._faults[tag.id] = faults
                continue
            self.good[tag.id] = PlannedFigure(tag, figure, origin, reply.model)
            if origin == "repaired":
                self._note(tag, "note", f"was repaired: {'; '.join(self._faults[tag.id])}.")

    def _find_faults(self, figure: FigureDescription | Illustration, tag: Tag) -> tuple[str, ...]:
        if wrong := find_foreign(figure, self._language) or find_unlettered(figure, self._language):
            return wrong
        if isinstance(figure, Chart):
            return find_invented_numbers(figure, tag)
        if isinstance(figure, Illustration):
            made = sum(isinstance(other.description, Illustration) for other in self.good.values())
            if made >= self._pictures.most:
                return (f"kind: at most {self._pictures.most} illustrations are wanted; choose another kind",)
            if len(figure.prompt) > self._pictures.longest_prompt:
                return (
                    f"prompt: has {len(figure.prompt)} characters, the image model reads "
                    f"{self._pictures.longest_prompt}; shorten it",
                )
        return ()

    def _fall_back(self, tag: Tag, refused: str) -> None:
        self.good[tag.id] = PlannedFigure(tag, map_concepts(tag, self._language), "fallback")
        why = refused or f"{MOST_REPAIRS} repairs did not help: {'; '.join(self._faults[tag.id])}"
        self._note(
            tag,
            "warning",
            f"is a map of the section's concepts, because the model's could not be drawn ({why}).",
        )

    def _note(self, tag: Tag, severity: Literal["warning", "note"], message: str) -> None:
        self.findings.append(Finding(_CHECK, severity, f"Figure {tag.id} {message}", where=tag.section))


def _by_id(objects: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Figures by the id that each bears; where ids are missing or wrong and the count is right, in order."""
    named = {str(data.get("id", "")): dict(data) for data in objects}
    if not any(name in named for name in wanted) and len(objects) == len(wanted):
        return {name: dict(data) for name, data in zip(wanted, objects, strict=True)}
    return {name: named[name] for name in wanted if name in named}


def find_invented_numbers(figure: Chart, tag: Tag) -> tuple[str, ...]:
    """Numbers of a chart that its section does not state, as an instruction that mends it."""
    stated = numbers_in(f"{tag.text} {tag.description}")
    invented = [
        value
        for series in figure.series
        for value in series.values
        if not any(abs(abs(value) - known) <= 1e-9 * max(1.0, known) for known in stated)
    ]
    if not invented:
        return ()
    listed = ", ".join(f"{value:g}" for value in dict.fromkeys(invented))
    return (
        f"series: the section does not state {listed}; give only its own numbers, or choose another kind",
    )
