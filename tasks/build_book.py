"""Bind the book of a project from what its store holds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from coursewright.project.outcome import ItemOutcome
from tasks.storage import open_course_store


@task(name="build-book", task_run_name="Bind the book of {project}", cache_policy=NO_CACHE)
async def build_book(
    store: str,
    project: str,
    gaps: dict[str, str] | None = None,
    formats: list[str] | None = None,
    anew: bool = False,
    aws_credentials: str = "",
) -> dict[str, Any]:
    """Write the book in each format.

    Args:
        gaps: why each item that the run asked for and did not get is missing; None for what is remembered.
        formats: None for those of the project.
        anew: bind it even where nothing that it is made from has changed.

    Returns:
        ``files``: where each file of the book is, by its name; ``warnings``: what is in the texts and not in
        the book, or not as it was written; ``failed``: why each file that was asked for could not be written.
    """
    # Not needed before there is something to bind, and a tenth of the flow's imports.
    from coursewright.project.write_books import write_books

    course_store = await open_course_store(store, aws_credentials)
    written = await asyncio.to_thread(write_books, course_store, project, gaps, formats, anew=anew)
    get_run_logger().info("Book: %s", ", ".join(written.files.values()))
    for name, why in written.failed.items():
        get_run_logger().error("%s was not written: %s", name, why)
    return {
        "files": dict(written.files),
        "warnings": list(written.warnings),
        "failed": dict(written.failed),
    }


def unwritten_formats(book: Mapping[str, Any]) -> dict[tuple[str, str], ItemOutcome]:
    """The files that were asked for and not written, as gaps of the run."""
    return {
        ("book", name): ItemOutcome("book", name, name, "failed", reason=why)
        for name, why in book["failed"].items()
    }
