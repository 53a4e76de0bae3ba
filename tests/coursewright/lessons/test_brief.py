"""A lesson's brief, made from the outline alone."""

from __future__ import annotations

from dataclasses import replace

from coursewright.bloom import BloomLevel
from coursewright.languages import load_language
from coursewright.lessons.brief import brief_lesson, context_digest
from coursewright.outline.model import LabActivity, Lesson, Module, Outline, Topic

LESSONS = (
    Lesson(1, "Introduction", topics=(Topic("Introduction"),), has_own_topics=False),
    Lesson(
        2,
        "Queues",
        topics=(Topic("Limits"), Topic("Workers")),
        labs=(LabActivity("01-02-01", "Fill a queue"),),
    ),
)
MODULE = Module(1, "Basics", LESSONS, summary="First steps", duration_minutes=80)
OUTLINE = Outline(
    "Course",
    (MODULE, Module(2, "More", (Lesson(1, "End"),))),
    level="basic",
    description="All of queues",
    prerequisites=("A shell",),
    learning_outcomes=("Run a queue",),
)
ENGLISH = load_language("en")


def test_a_brief_holds_what_the_outline_says() -> None:
    brief = brief_lesson(OUTLINE, MODULE, LESSONS[1], ENGLISH, requirements="Use banks.", note="Shorter.")
    assert (brief.title, brief.module_title, brief.module_summary) == ("Queues", "Basics", "First steps")
    assert brief.topics == ("Limits", "Workers")
    assert brief.labs == ("Fill a queue",)
    assert brief.bloom_levels == (BloomLevel.UNDERSTAND,)
    assert brief.target_words == int(40 * 45 * 1.1) + 160 + 120
    assert (brief.requirements, brief.note, brief.level) == ("Use banks.", "Shorter.", "basic")
    assert (brief.course_description, brief.prerequisites, brief.outcomes) == (
        "All of queues",
        ("A shell",),
        ("Run a queue",),
    )


def test_a_lesson_without_topics_counts_none() -> None:
    brief = brief_lesson(OUTLINE, MODULE, LESSONS[0], ENGLISH)
    assert brief.topics == ("Introduction",)
    assert brief.target_words == int(40 * 45 * 1.1)


def test_the_context_is_the_course_in_short_and_the_other_lessons_of_the_module() -> None:
    brief = brief_lesson(OUTLINE, MODULE, LESSONS[0], ENGLISH)
    assert brief.course_outline == "Course\n- Basics\n  - Introduction\n  - Queues\n- More\n  - End"
    assert brief.siblings == "- Queues: Limits; Workers"
    assert brief_lesson(OUTLINE, MODULE, LESSONS[1], ENGLISH).siblings == "- Introduction"


def test_the_contexts_digest_changes_with_the_course_and_other_lessons_only() -> None:
    digest = context_digest(OUTLINE, MODULE, LESSONS[0])
    assert len(digest) == 64
    for changed in (
        replace(OUTLINE, description="Some of queues"),
        replace(OUTLINE, prerequisites=()),
        replace(OUTLINE, learning_outcomes=("Stop a queue",)),
    ):
        assert context_digest(changed, MODULE, LESSONS[0]) != digest
    retopiced = replace(LESSONS[1], topics=(Topic("Limits"),))
    module = replace(MODULE, lessons=(LESSONS[0], retopiced))
    assert (
        context_digest(replace(OUTLINE, modules=(module, OUTLINE.modules[1])), module, LESSONS[0]) != digest
    )
    longer = replace(LESSONS[0], duration_minutes=99.0)
    module = replace(MODULE, lessons=(longer, LESSONS[1]))
    assert context_digest(replace(OUTLINE, modules=(module, OUTLINE.modules[1])), module, longer) == digest
