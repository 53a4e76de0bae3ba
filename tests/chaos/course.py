"""The course that chaos is made of: 49 lessons, and what a good model answers about them."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from servers.calls import Call
from servers.course_answers import answer_from_outline

MODULES = LESSONS = 7

_SUBJECTS = {
    "en": ["Signals", "Queues", "Caches", "Backups", "Releases", "Budgets", "Incidents"],
    "es": ["Señales", "Colas", "Cachés", "Copias", "Entregas", "Presupuestos", "Incidentes"],
}
_ASPECTS = {
    "en": ["origins", "limits", "costs", "owners", "tests", "alarms", "reviews"],
    "es": ["orígenes", "límites", "costes", "dueños", "pruebas", "alarmas", "revisiones"],
}
_WORDS = {
    "en": ("Shows what leads to what", "Begin", "Look at it", "End", "Course under fire"),
    "es": ("Muestra qué lleva a qué", "Inicio", "Se observa", "Fin", "Curso bajo fuego"),
}


def make_outline(language: str, modules: int = MODULES, lessons: int = LESSONS) -> bytes:
    """A course of seven modules of seven lessons, 20 minutes each, one or two topics a lesson."""
    tree: dict[str, Any] = {
        "course": {"title": _WORDS[language][4], "language": language, "level": "beginner"},
        "modules": [
            {
                "title": subject,
                "lessons": [
                    {
                        "title": f"{subject}: {aspect}",
                        "duration_minutes": 20,
                        "topics": [f"{subject} {aspect}", f"{aspect} {number}"][: 1 + number % 2],
                    }
                    for number, aspect in enumerate(_ASPECTS[language][:lessons], 1)
                ],
            }
            for subject in _SUBJECTS[language][:modules]
        ],
    }
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8")


def good_model(outline: bytes, language: str) -> Any:
    """Answers as a good model would: whole lessons, and figures that can be drawn."""
    return answer_from_outline(outline, language, others={"visuals": lambda call: _figures(call, language)})


def _figures(call: Call, language: str) -> str:
    purpose, begin, look, end, _ = _WORDS[language]
    asked = dict.fromkeys(re.findall(r'^Figure "(\d\d-\d\d-\d{4})"', call.prompt, re.MULTILINE))
    figures = [
        {
            "id": name,
            "kind": "flow",
            "title": f"{begin} {name}",
            "purpose": f"{purpose}.",
            "nodes": [
                {"id": "a", "label": begin, "shape": "start"},
                {"id": "b", "label": look},
                {"id": "c", "label": end, "shape": "end"},
            ],
            "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}],
        }
        for name in asked
    ]
    return json.dumps({"figures": figures}, ensure_ascii=False)
