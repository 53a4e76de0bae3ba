"""See where the lessons of a course repeat each other."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from coursewright.lessons.checks.repetition import find_repetition
from coursewright.project.course import Course
from coursewright.project.publish import read_text
from tasks.work import open_work


@task(name="compare-lessons", task_run_name="Compare the lessons", cache_policy=NO_CACHE)
async def compare_lessons(order: dict[str, Any], access: dict[str, Any]) -> list[str]:
    """Say which passages of which lessons are alike; warnings for a person, nothing is held back for them."""
    work = await open_work(order, access)
    return await asyncio.to_thread(_compare, work.course)


def _compare(course: Course) -> list[str]:
    texts = {place: text.body for place in course.lessons if (text := read_text(course, place)) is not None}
    return [
        f"Lesson {place}: {finding.message}"
        for place, findings in find_repetition(texts).items()
        for finding in findings
    ]
