"""What a scheduled run changed, on its page: one table, and one readable difference for each text."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from coursewright.project.refreshed import ItemChange, RefreshedProject, change_rows
from tasks.artifacts import artifact_key, fenced, money, plain


async def write_change_artifacts(refreshed: RefreshedProject) -> None:
    """Write a page for each text that changed."""
    for change in refreshed.items:
        if change.change is not None:
            await acreate_markdown_artifact(
                key=artifact_key(refreshed.project, "change", change.item.place),
                markdown=describe_change(change),
                description=f"{refreshed.project} {change.item.place} {change.item.title}: {change.item.why}",
            )


async def write_refresh_artifact(projects: Sequence[RefreshedProject], state: str, message: str) -> None:
    """Write the table of all that was stale and what became of it."""
    costs = [f"{one.project} {money(one.cost)}" for one in projects if one.verdict != "fresh"]
    await acreate_table_artifact(
        key="refresh",
        table=change_rows(projects),
        description=f"**{state}**: {plain(message)}" + (f"\n\n{' · '.join(costs)}" if costs else ""),
    )


def describe_change(changed: ItemChange) -> str:
    """How a text changed, as Markdown."""
    change, item = changed.change, changed.item
    assert change is not None
    lines = [f"# {item.place} {plain(item.title)}", "", f"**Why:** {plain(item.why)}.", ""]
    if changed.where == "beside the edit":
        lines += ["The text that you edited stays. The newer one stands beside it, as `.generated.md`.", ""]
    if not change.words_before:
        lines.append(f"New: {change.words_after:,} words.")
        return "\n".join(lines) + "\n"
    lines.append(
        f"{change.words_before:,} words before, {change.words_after:,} now; "
        f"{change.kept:.0%} of the sentences stayed."
    )
    for name, sections in (("New", change.sections_added), ("Gone", change.sections_removed)):
        if sections:
            lines.append(f"- {name} sections: {', '.join(map(plain, sections))}")
    lines += ["", *fenced("diff", change.difference)]
    return "\n".join(lines) + "\n"
