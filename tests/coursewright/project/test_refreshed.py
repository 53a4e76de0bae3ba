"""How a scheduled run is judged as a whole."""

from __future__ import annotations

import pytest

from coursewright.project.refresh import ProjectState, StaleItem
from coursewright.project.refreshed import RefreshedProject, change_rows, judge_refresh


def project(name: str, verdict: str, **more: object) -> RefreshedProject:
    return RefreshedProject(name, name.title(), verdict, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ((), "Complete"),
        (("fresh", "fresh"), "Complete"),
        (("fresh", "refreshed", "only told"), "Complete"),
        (("refreshed", "gaps"), "FinishedWithGaps"),
        (("failed", "refreshed"), "FinishedWithGaps"),
        (("gaps", "quota", "left for later"), "StoppedByQuota"),
        (("refreshed", "cost limit"), "StoppedByCostLimit"),
    ],
)
def test_the_state_is_that_of_the_worst_project(verdicts: tuple[str, ...], state: str) -> None:
    projects = [project(f"p{number}", verdict) for number, verdict in enumerate(verdicts)]
    assert judge_refresh(projects, None)[0] == state


def test_the_message_counts_and_names_the_first_fault() -> None:
    projects = [
        project("a", "fresh"),
        project("b", "refreshed", cost=0.25),
        project("c", "failed", message="Its outline is broken."),
    ]
    assert judge_refresh(projects, 5.0) == (
        "FinishedWithGaps",
        "3 projects: 1 with nothing stale, 1 refreshed, 1 failed. $0.2500 spent of at most $5.00. "
        "c: Its outline is broken.",
    )


def test_an_unknown_price_is_not_taken_for_nothing() -> None:
    assert "cost unknown" in judge_refresh([project("a", "refreshed", cost=None)], None)[1]


def test_a_project_that_failed_has_a_row_of_its_own() -> None:
    (row,) = change_rows([project("a", "fresh"), project("b", "failed", message="Broken.")])
    assert (row["project"], row["became"], row["note"]) == ("b", "failed", "Broken.")


def test_only_what_is_stale_for_its_age_is_asked_for_again() -> None:
    items = (
        StaleItem("01-02", "A", "topics changed"),
        StaleItem("02-01", "B", "written 2025-01-01", aged=True),
        StaleItem("02-01-01", "C", "written 2025-01-01", aged=True),
    )
    assert ProjectState("p", "P", items).selections == [
        {"lessons": "01-02"},
        {"lessons": "02-01", "labs": "02-01-01", "again": True},
    ]


def test_an_outline_that_only_moved_things_selects_a_lesson_that_costs_nothing() -> None:
    state = ProjectState("p", "P", (), outline_changed=True, harmless="01-01")
    assert not state.is_fresh
    assert state.selections == [{"lessons": "01-01"}]
    assert ProjectState("p", "P", (), outline_changed=True).is_fresh, "nothing is published yet"
