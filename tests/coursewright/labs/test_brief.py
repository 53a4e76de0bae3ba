"""What a lab's writer is told, and its lessons shortened section by section."""

from __future__ import annotations

import re
from typing import Any

import pytest
from servers.lesson_text import good_lesson, make_brief
from servers.small_course import as_yaml, lesson

from coursewright.bloom import BloomLevel
from coursewright.labs.brief import LabBrief, brief_lab, check_minutes_of, plan_from_outline
from coursewright.labs.levels import complexity_of, read_complexity
from coursewright.labs.planned import PlannedLab
from coursewright.labs.shorten import shorten_text, shorten_texts
from coursewright.labs.subject import lab_messages
from coursewright.languages import load_language
from coursewright.outline import load_outline

EN = load_language("en")


def make(lab: Any, planned: PlannedLab | None = None, *, module: Any = None, **options: Any) -> LabBrief:
    course = {"title": "Told", "language": "en", "level": "intermediate", "audience": ["Operators"]}
    modules = [
        {"title": "One", "lessons": [lesson("First", "Alpha", lab_activities=[lab])], **(module or {})}
    ]
    outline = load_outline(as_yaml({"course": course, "modules": modules}), name="x")
    row = outline.labs[0]
    return brief_lab(outline, *row, planned or plan_from_outline(*row), EN, **options)


@pytest.mark.parametrize(
    ("minutes", "complexity"),
    [
        (10, "beginner"),
        (30, "beginner"),
        (35, "intermediate"),
        (60, "intermediate"),
        (90, "advanced"),
        (300, "advanced"),
    ],
)
def test_complexity_follows_the_outlines_minutes(minutes: float, complexity: str) -> None:
    assert make({"title": "Try", "duration_minutes": minutes}).complexity == complexity


def test_without_minutes_it_follows_the_bloom_level() -> None:
    assert complexity_of(None, [BloomLevel.UNDERSTAND]) == "beginner"
    assert complexity_of(None, [BloomLevel.REMEMBER, BloomLevel.APPLY]) == "intermediate"
    assert complexity_of(None, [BloomLevel.CREATE]) == "advanced"
    assert make("Try").minutes == 45


@pytest.mark.parametrize(
    ("word", "complexity"),
    [
        ("Beginner", "beginner"),
        ("Básico", "beginner"),
        ("Intermedio", "intermediate"),
        ("avançado", "advanced"),
        ("x", None),
    ],
)
def test_a_models_word_for_complexity_is_read_in_any_language(word: str, complexity: str | None) -> None:
    assert read_complexity(word) == complexity


def test_the_outlines_minutes_win_over_the_plans_with_a_warning() -> None:
    planned = PlannedLab("01-01-01", "Try", minutes=50, complexity="intermediate")
    brief = make({"title": "Try", "duration_minutes": 12}, planned)
    assert brief.minutes == 12
    (finding,) = check_minutes_of(brief)
    assert finding.severity == "warning"
    assert (
        "The outline gives this lab 12 minutes; labs that are intermediate take 30 to 60" in finding.message
    )
    assert check_minutes_of(make("Try", planned)) == ()


def test_bloom_levels_come_from_the_nearest_that_has_them() -> None:
    planned = PlannedLab("01-01-01", "Try", bloom_levels=(BloomLevel.EVALUATE,))
    assert make({"title": "Try", "bloom_level": "Create"}, planned).bloom_levels == (BloomLevel.CREATE,)
    assert make("Try", planned).bloom_levels == (BloomLevel.EVALUATE,)
    assert make("Try", module={"bloom_level": "Analyze"}).bloom_levels == (BloomLevel.ANALYZE,)
    assert make("Try").bloom_levels == (BloomLevel.APPLY,)


def test_objectives_are_the_outlines_before_the_plans_and_five_at_most() -> None:
    planned = PlannedLab("01-01-01", "Try", objectives=("Use b", "Use c", "Use d", "Use e", "Use f"))
    assert make({"title": "Try", "objectives": ["Use a", "Use b"]}, planned).objectives == (
        "Use a",
        "Use b",
        "Use c",
        "Use d",
        "Use e",
    )


def test_the_request_holds_all_that_the_outline_says() -> None:
    lab = {
        "title": "Try",
        "description": "A small try.",
        "activities": ["Open it", "Close it"],
        "duration_minutes": 40,
    }
    brief = make(
        lab,
        lesson_texts=["# L\n\n## Alpha\n\nThe alpha is first.\n"],
        requirements="Use Podman.",
        note="Shorter.",
    )
    system, user = (message.text for message in lab_messages(brief))
    assert "Title: Told" in system and "Level: intermediate" in system
    for part in (
        "Its title: Try",
        'the lesson "First"',
        "- Alpha",
        "A small try.",
        "- Open it\n- Close it",
        "40 minutes",
    ):
        assert part in user
    assert "Use Podman." in user and "Shorter." in user
    assert "<<<\n## Alpha\n\nThe alpha is first.\n>>>" in user


def test_what_is_not_known_is_not_asked_for() -> None:
    user = lab_messages(make("Try"))[1].text
    assert "<<<" not in user
    assert "Hardware:" not in user
    assert "Software, in exactly" not in user


def test_a_short_lesson_stays_as_it_is_but_for_objectives_references_and_figures() -> None:
    text = good_lesson(make_brief(), numbered=True)
    shown = shorten_text(text, 100_000, EN)
    assert "## Health checks" in shown and "### Key Takeaways" in shown
    for left_out in ("Learning Objectives", "Bibliographic References", "[VISUAL", "What's Next", "# Lesson"):
        assert left_out not in shown.replace("## ", "§ ").replace("#§", "§") or left_out == "# Lesson"
    assert "](http" not in shown


@pytest.mark.parametrize("words", [150, 300, 600, 1000])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_long_lesson_is_shortened_by_section_and_never_in_mid_sentence(words: int, language: str) -> None:
    brief = make_brief(language)
    text = good_lesson(brief, numbered=True)
    shown = shorten_text(text, words, brief.language)
    assert len(shown.split()) <= words * 1.25 + 60
    headings = re.findall(r"^#{2,3} .*", shown, re.M)
    for topic in brief.topics:
        assert f"## {topic}" in headings
    assert f"## {brief.language.lesson['summary']}" in headings
    whole = " ".join(text.split())
    for block in re.split(r"\n\s*\n", shown):
        if not block.startswith(("#", "|", "```", "-")):
            assert block.rstrip().endswith((".", "!", "?", ":", "…")), block
            assert " ".join(block.split()) in whole
    assert shown.count("```") % 2 == 0


def test_several_lessons_share_the_room() -> None:
    texts = [good_lesson(make_brief(title=f"Lesson {n}"), seed=n) for n in range(4)]
    shown = shorten_texts(texts, 800, EN)
    assert shown.count("## Health checks") == 4
    assert len(shown.split()) <= 1200
    assert shorten_texts(["", " \n"], 800, EN) == ""
