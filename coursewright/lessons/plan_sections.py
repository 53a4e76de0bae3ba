"""The plan of a lesson that is written section by section: what each part covers, and each topic's figure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import TOPIC_PARTS
from coursewright.lessons.harvest import pick_heading
from coursewright.lessons.pieces import describe_figure, fit_description
from coursewright.prompts import render

PLAN_TOKENS_PER_TOPIC = 320
"""Room for three parts of up to five points and a figure's description, in any language."""

MOST_POINTS = 6
_LONGEST_POINT = 240


@dataclass(frozen=True)
class Plan:
    """What each part of each topic covers.

    Attributes:
        points: by the part's key, such as ``topic 2/technical_details``; parts may be missing.
        figures: what each topic's figure shows, by the topic's number; 10 to 20 words, for every topic.
        made_by_model: how many topics the model planned; the outline's own structure stands for the others.
    """

    points: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: Mapping[int, str] = field(default_factory=dict)
    made_by_model: int = 0


def plan_from_outline(brief: LessonBrief) -> Plan:
    """The plan that the outline itself gives: its topics, with a figure each."""
    topics = enumerate(brief.topics, 1)
    return Plan(figures={number: describe_figure(brief, topic) for number, topic in topics})


def plan_request(brief: LessonBrief, subject: str) -> str:
    """The request for a plan."""
    part = {part: ["…", "…"] for part in TOPIC_PARTS}
    form = {"topics": [{"topic": topic, **part, "figure": "…"} for topic in brief.topics]}
    return render(
        "lesson_plan",
        subject=subject,
        target_words=brief.target_words,
        language=brief.language.english_name,
        form=json.dumps(form, ensure_ascii=False, indent=1),
    )


def plan_schema(brief: LessonBrief) -> dict[str, Any]:
    """The JSON schema of a plan."""
    points = {"type": "array", "items": {"type": "string"}}
    properties: dict[str, Any] = {"topic": {"type": "string"}, "figure": {"type": "string"}}
    properties |= dict.fromkeys(TOPIC_PARTS, points)
    topic = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"topics": {"type": "array", "items": topic}},
        "required": ["topics"],
        "additionalProperties": False,
    }


def read_plan(text: str, brief: LessonBrief) -> Plan:
    """The plan in a model's reply. What cannot be used is left to the outline's own structure.

    A topic's plan counts by its title, else by its place where the reply has as many topics as the outline.
    """
    outline = plan_from_outline(brief)
    rows = _topic_rows(text)
    points: dict[str, tuple[str, ...]] = {}
    figures = dict(outline.figures)
    planned = 0
    for number, topic in enumerate(brief.topics, 1):
        row = next((row for row in rows if pick_heading(str(row.get("topic", "")), [topic])), None)
        if row is None and len(rows) == len(brief.topics):
            row = rows[number - 1]
        if row is None:
            continue
        parts = {f"topic {number}/{part}": _points(row.get(part)) for part in TOPIC_PARTS}
        points |= {key: found for key, found in parts.items() if found}
        planned += any(parts.values())
        if isinstance(row.get("figure"), str) and len(row["figure"].split()) >= 4:
            figures[number] = fit_description(row["figure"], padding=f"({outline.figures[number]})")
    return Plan(points, figures, planned)


def _topic_rows(text: str) -> list[dict[str, Any]]:
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return []
    try:
        data = json.loads(text[start : end + 1])
    except ValueError:
        return []
    rows = data.get("topics") if isinstance(data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _points(value: Any) -> tuple[str, ...]:
    lines = value.splitlines() if isinstance(value, str) else value if isinstance(value, list) else []
    points = [" ".join(str(line).split()).lstrip("-*• ")[:_LONGEST_POINT] for line in lines]
    return tuple(point for point in points if len(point) > 2)[:MOST_POINTS]
