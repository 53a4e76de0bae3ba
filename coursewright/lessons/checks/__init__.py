"""The checks of a lesson. Errors keep it from being published, warnings are shown, notes only recorded."""

from coursewright.lessons.checks.registry import (
    LESSON_CHECKS,
    better_of,
    check_lesson,
    publishable,
    rank_findings,
)

__all__ = ["LESSON_CHECKS", "better_of", "check_lesson", "publishable", "rank_findings"]
