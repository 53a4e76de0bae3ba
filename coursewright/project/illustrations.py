"""The pictures of planned illustrations: made one by one, each kept as soon as it is there."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace

from coursewright.errors import ModelError
from coursewright.findings import Finding
from coursewright.models.chain import ModelChain
from coursewright.project.course import Course
from coursewright.project.finished import FinishedWork, write_finished
from coursewright.project.keys import ContentKey
from coursewright.project.resources import RunResources
from coursewright.visuals.describe import Illustration
from coursewright.visuals.illustrate import illustrate
from coursewright.visuals.plan import PlannedFigure
from coursewright.visuals.read import read_plan, write_description
from coursewright.visuals.tags import Tag

PICTURES_A_LESSON = 1
"""The most illustrations that a lesson has among its figures."""

PICTURE = "png"
"""Where finished work keeps an illustration's picture, in base64."""


@dataclass(frozen=True, slots=True)
class MadePicture:
    """What became of a planned illustration.

    Attributes:
        work: with the picture or with what is drawn in its place; None where the model could not be asked.
        cost: US dollars, or None where it is not known.
    """

    work: FinishedWork | None
    finding: Finding | None = None
    cost: float | None = 0.0


def needs_picture(work: FinishedWork) -> bool:
    """Whether this is the description of an illustration whose picture is still to be made."""
    return PICTURE not in work.extra and json.loads(work.text)["kind"] == "illustration"


def make_picture(
    course: Course, tag: Tag, key: ContentKey, work: FinishedWork, resources: RunResources
) -> MadePicture:
    """Have the picture made that finished work describes, and keep it.

    Raises:
        CostLimitReached: the run may not spend what the picture may cost.
    """
    description = read_plan(json.loads(work.text))
    if not isinstance(description, Illustration):
        raise TypeError(f"figure {tag.id} is drawn, not illustrated")
    model = resources.open_image_model(course.settings.image_model)
    try:
        with resources.spending.reserve(0.0) as reservation:
            made = illustrate(
                PlannedFigure(tag, description, work.extra.get("origin", "model"), work.model),
                model=ModelChain([model], reservation),
                language=course.language,
                budget=resources.illustrations,
                project=course.project,
            )
    except ModelError as error:
        message = f"Figure {tag.id} has no picture yet: {error}"
        return MadePicture(None, Finding("illustration", "warning", message, where=tag.section))
    picture = {PICTURE: base64.b64encode(made.png).decode("ascii")} if made.png else {}
    whole = replace(
        work,
        text=json.dumps(write_description(made.instead or description), ensure_ascii=False),
        model=made.model or work.model,
        extra={**work.extra, **picture},
    )
    write_finished(course.store, key, whole)
    return MadePicture(whole, made.finding, made.cost)
