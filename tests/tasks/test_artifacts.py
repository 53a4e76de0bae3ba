"""What a lesson's artifact says, and when there is a new one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from coursewright.project.outcome import ItemOutcome
from coursewright.project.report import RunReport
from tasks import artifacts
from tasks.artifacts import artifact_digest, describe_item, describe_run

WRITTEN = ItemOutcome(
    kind="lesson",
    place="01-02",
    title="Hosts <b>",
    state="written",
    words=1_100,
    target=1_200,
    model="openai:gpt-4o",
    input_tokens=2_000,
    output_tokens=1_700,
    cached_tokens=500,
    cost=0.0123,
    seconds=21.4,
    requests=1,
    repairs=0,
    location="courses/web/lessons/01-02.md",
    opening="# Lesson 1.2: Hosts\n\n```js\nlet x = 1\n```",
    findings=(
        {"severity": "warning", "check": "length", "message": "short | dense"},
        {"severity": "note", "check": "links", "message": "2 links were not checked"},
    ),
    checks={"length": "warned", "sections": "passed", "topics": "passed"},
)


def test_it_says_what_a_person_asks_of_a_lesson() -> None:
    page = describe_item(WRITTEN)
    assert page.startswith("# 01-02 Hosts &lt;b>\n")
    for row in (
        "| **State** | written in this run |",
        "| **Words** | 1,100 of 1,200 wanted |",
        "| **Model** | openai:gpt-4o |",
        "| **Tokens** | 2,000 in (500 cached), 1,700 out |",
        "| **Cost** | $0.0123 |",
        "| **Time** | 21.4 s in 1 request, 0 repairs |",
        "| **Text** | `courses/web/lessons/01-02.md` |",
        "Passed: sections, topics.",
        "- **warning** · length: short \\| dense",
        "- links: 2 links were not checked",
    ):
        assert row in page.splitlines(), row


def test_a_lessons_own_fences_do_not_end_its_opening() -> None:
    opening = describe_item(WRITTEN).partition("## Opening")[2].strip().splitlines()
    assert opening[0] == "````markdown"
    assert opening[-1] == "````"
    assert opening.count("````") == 1


def test_a_lesson_that_was_set_aside_says_why() -> None:
    page = describe_item(replace(WRITTEN, state="set aside", reason="The topic “DNS” is missing."))
    assert "| **State** | set aside: the checks refused it: The topic “DNS” is missing. |" in page


@pytest.mark.parametrize(
    ("model", "look"),
    [
        ("openai:gpt-4o", "Nothing."),
        ("embedded", "- Every text: the embedded model demonstrates that all runs, and is often wrong."),
    ],
)
def test_a_demonstration_is_not_said_to_need_no_look(model: str, look: str) -> None:
    written = replace(WRITTEN, model=model, findings=())
    report = RunReport(
        run="1", project="web", title="Web", state="Complete", message="1 lesson finished.",
        outcomes=(written,), models=(model,),
    )  # fmt: skip
    page = describe_run(report, "courses/web/reports/1.json")
    assert page.partition("## What needs a look")[2].strip().splitlines()[0] == look


def test_figures_have_no_words() -> None:
    page = describe_item(replace(WRITTEN, kind="figures", words=0, target=0))
    assert "**State**" in page and "**Words**" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"opening": "# Lesson 1.2: Another"},
        {"words": 1_101},
        {"state": "set aside", "reason": "refused"},
        {"findings": ()},
        {"edited": True},
        {"model": "embedded"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_changed_text_state_or_finding_makes_a_new_one(changes: dict[str, object]) -> None:
    assert artifact_digest(replace(WRITTEN, **changes)) != artifact_digest(WRITTEN)


@pytest.mark.parametrize("state", ["finished", "published"])
def test_a_lesson_that_was_finished_before_has_its_artifact_already(state: str) -> None:
    later = replace(WRITTEN, state=state, input_tokens=0, output_tokens=0, seconds=0.0, requests=0, cost=0.0)
    assert artifact_digest(later) == artifact_digest(WRITTEN)


def test_progress_is_shown_once_for_all_that_was_reached_at_a_time_and_last_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []

    async def update(artifact_id: UUID, *, progress: float, description: str) -> None:
        await asyncio.sleep(0)
        shown.append(description)

    async def run() -> None:
        progress = artifacts.ProgressArtifact(UUID(int=1), 9, 2)
        for done in (3, 4, 5):
            progress.reach(done)
        await asyncio.sleep(0.05)
        progress.reach(6)
        await asyncio.sleep(0.05)
        assert shown == ["5 of 9 items", "6 of 9 items"]
        monkeypatch.setattr(artifacts, "SHOWN_WITHIN", 1_000)
        progress.reach(6, 2)
        await asyncio.sleep(0.05)
        await progress.end()

    monkeypatch.setattr(artifacts, "SHOWN_WITHIN", 0.01)
    monkeypatch.setattr(artifacts, "aupdate_progress_artifact", update)
    asyncio.run(run())
    assert shown == ["5 of 9 items", "6 of 9 items", "6 of 9 items, 2 missing"]
