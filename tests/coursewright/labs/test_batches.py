"""Labs in batches of two, each with the lessons that it waits for."""

from __future__ import annotations

from servers.small_course import as_yaml, lesson

from coursewright.labs.batches import LabBatch, expand_lab_batches
from coursewright.outline import load_outline

OUTLINE = load_outline(
    as_yaml(
        {
            "course": {"title": "Batched", "language": "en"},
            "modules": [
                {
                    "title": "One",
                    "lessons": [
                        lesson("A", "a", lab_activities=["x", "y"]),
                        lesson("B", "b", lab_activities=["z"]),
                    ],
                    "lab_activities": ["all"],
                },
                {"title": "Two", "lessons": [lesson("C", "c")]},
                {
                    "title": "Three",
                    "lessons": [lesson("D", "d"), lesson("E", "e")],
                    "lab_activities": ["all"],
                },
            ],
        }
    ),
    name="x",
)


def test_labs_go_two_at_a_time_within_their_module() -> None:
    assert expand_lab_batches(OUTLINE.labs) == (
        LabBatch(1, 1, 2, ("01-01-01", "01-01-02"), ("01-01",)),
        LabBatch(1, 2, 2, ("01-02-01", "01-00-01"), ("01-02", "01-01")),
        LabBatch(3, 1, 1, ("03-00-01",), ("03-01", "03-02")),
    )


def test_a_batch_has_a_name_and_plain_values() -> None:
    batch = expand_lab_batches(OUTLINE.labs)[1]
    assert batch.title == "Module 1 · labs 2/2"
    assert batch.as_json() == {
        "module_number": 1,
        "batch_index": 2,
        "total_batches": 2,
        "labs": ["01-02-01", "01-00-01"],
        "needs": ["01-02", "01-01"],
    }


def test_a_course_without_labs_has_no_batches() -> None:
    assert expand_lab_batches(()) == ()
