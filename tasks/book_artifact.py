"""Where the files of a book are, on the page of the run that bound it."""

from __future__ import annotations

from collections.abc import Mapping

from prefect.artifacts import acreate_markdown_artifact

from coursewright.counting import say_count
from tasks.artifacts import artifact_key, plain


async def write_book_artifact(project: str, book: Mapping[str, str], failed: Mapping[str, str]) -> None:
    """Write the list of the book's files, and why others are missing."""
    lines = [f"# The book of {project}", ""]
    lines += [f"- {name}: `{place}`" for name, place in book.items()]
    lines += [f"- **{name} was not written**: {plain(why)}" for name, why in failed.items()]
    await acreate_markdown_artifact(
        key=artifact_key(project, "book"),
        markdown="\n".join(lines) + "\n",
        description=f"The book of {project}: {say_count(len(book), 'file')}",
    )
