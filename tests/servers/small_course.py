"""Small courses to try things with, as outlines that a test can change."""

from __future__ import annotations

from typing import Any

import yaml


def small_outline(**changes: Any) -> dict[str, Any]:
    """Two modules of two lessons, in English; `changes` replace keys of the course."""
    course: dict[str, Any] = {
        "title": "Running Services",
        "description": "How services are kept up.",
        "language": "en",
        "level": "beginner",
        "audience": ["Operators"],
    }
    course |= changes
    modules = [
        {
            "title": "Module 1: Health",
            "summary": "Whether a service is well.",
            "duration_minutes": 40,
            "bloom_level": "Understand",
            "lessons": [
                lesson("1.1 Probes", "Liveness probes", "Readiness probes"),
                lesson("1.2 Alerts", "Alert rules"),
            ],
        },
        {
            "title": "Module 2: Change",
            "summary": "How a service is changed.",
            "lessons": [
                lesson("2.1 Rollouts", "Rolling updates"),
                lesson("2.2 Rollbacks", "Rolling back"),
            ],
        },
    ]
    return {"course": course, "modules": modules}


def many_lessons(modules: int, lessons: int, language: str = "en") -> dict[str, Any]:
    """A course of so many modules with so many lessons each, all different."""
    return {
        "course": {"title": "A Long Course", "language": language},
        "modules": [
            {
                "title": f"Part {m}",
                "lessons": [lesson(f"Subject {m}{n}", f"Matter {m}{n}") for n in range(1, lessons + 1)],
            }
            for m in range(1, modules + 1)
        ],
    }


def lesson(title: str, *topics: str, **more: Any) -> dict[str, Any]:
    """A lesson of 20 minutes with these topics."""
    return {"title": title, "duration_minutes": 20, "topics": list(topics), **more}


def as_yaml(outline: dict[str, Any]) -> bytes:
    """The outline as a file's bytes."""
    return yaml.safe_dump(outline, allow_unicode=True, sort_keys=False).encode("utf-8")
