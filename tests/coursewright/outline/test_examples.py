"""Every example outline is good, and shows what it says that it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursewright.lessons.target import resolve_bloom, resolve_minutes, target_words
from coursewright.outline import keys, load_outline

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_loads_without_a_warning(path: Path) -> None:
    outline = load_outline(path.read_bytes(), name=path.name)
    assert outline.warnings == ()
    assert outline.language


def test_the_demonstrations_lessons_are_as_short_as_lessons_get() -> None:
    outline = load_outline((EXAMPLES / "web-basics.yaml").read_bytes())
    assert outline.language == "en"
    assert len(outline.modules) >= 2
    assert len(outline.lessons) >= 4
    for module, lesson in outline.lessons:
        bloom = resolve_bloom(module, lesson)
        words = target_words(resolve_minutes(module, lesson), bloom, len(lesson.topics), len(lesson.labs))
        assert words == 1000
        assert 1 <= len(lesson.topics) <= 2


def test_the_commented_course_explains_every_key() -> None:
    text = (EXAMPLES / "curso-comentado.yaml").read_text("utf-8")
    synonyms = {"objective"}
    assert [key for key in sorted(keys.ALL_KEYS - synonyms) if key not in text] == []
