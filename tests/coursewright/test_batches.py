"""Batches: the contract's fields, names and bounds."""

from __future__ import annotations

import json

import pytest

from coursewright.batches import MAX_LESSONS_PER_BATCH, BatchList, expand_batches
from coursewright.errors import SelectionError
from coursewright.outline import load_outline
from coursewright.outline.model import Outline


def outline_of(*sizes: int) -> Outline:
    """An outline with a module of each of these sizes."""
    modules = [{"title": f"Parte {size}", "lessons": [f"Tema {n}" for n in range(size)]} for size in sizes]
    return load_outline(json.dumps({"course": {"title": "T"}, "modules": modules}).encode())


def expand(
    outline: Outline, max_lessons: int = MAX_LESSONS_PER_BATCH, modules: tuple[int, ...] = ()
) -> BatchList:
    return expand_batches(
        outline,
        course_bucket="cursos",
        outline_s3_key="outlines/redes.yaml",
        project_folder="ana/redes",
        model_provider="bedrock:x",
        max_lessons=max_lessons,
        modules_to_generate=modules,
    )


def test_the_json_is_the_contracts_field_by_field() -> None:
    assert json.dumps(expand(outline_of(4)).as_json()) == json.dumps(
        {
            "batches": [
                {
                    "module_number": 1,
                    "batch_index": 1,
                    "total_batches": 2,
                    "batch_start_idx": 0,
                    "batch_end_idx": 3,
                    "course_bucket": "cursos",
                    "outline_s3_key": "outlines/redes.yaml",
                    "project_folder": "ana/redes",
                    "model_provider": "bedrock:x",
                },
                {
                    "module_number": 1,
                    "batch_index": 2,
                    "total_batches": 2,
                    "batch_start_idx": 3,
                    "batch_end_idx": 4,
                    "course_bucket": "cursos",
                    "outline_s3_key": "outlines/redes.yaml",
                    "project_folder": "ana/redes",
                    "model_provider": "bedrock:x",
                },
            ],
            "total_batches": 2,
        }
    )


@pytest.mark.parametrize(
    ("sizes", "count"), [((6,) * 7, 14), ((7, 6, 6, 6, 6, 6, 5), 15), ((1,), 1), ((3, 4), 3)]
)
def test_every_module_has_a_third_of_its_lessons_in_batches_rounded_up(
    sizes: tuple[int, ...], count: int
) -> None:
    assert expand(outline_of(*sizes)).as_json()["total_batches"] == count


def test_another_size_is_the_runs_choice() -> None:
    assert [batch.lesson_count for batch in expand(outline_of(5, 2), max_lessons=4)] == [4, 1, 2]


def test_modules_to_generate_leaves_the_other_modules_out_and_the_numbers_as_they_are() -> None:
    batches = expand(outline_of(4, 2, 5), modules=(3, 1))
    assert [(batch.module_number, batch.batch_index, batch.total_batches) for batch in batches] == [
        (1, 1, 2),
        (1, 2, 2),
        (3, 1, 2),
        (3, 2, 2),
    ]


def test_a_batch_names_itself_and_its_lessons() -> None:
    outline = outline_of(2, 4)
    batch = expand(outline).batches[2]
    assert batch.title == "Module 2 · batch 2/2"
    assert batch.lesson_ids == ("02-04",)
    assert [(module.number, lesson.title) for module, lesson in batch.lessons_of(outline)] == [(2, "Tema 3")]


def test_a_module_that_the_outline_lacks_is_an_error_that_names_those_it_has() -> None:
    with pytest.raises(SelectionError) as caught:
        expand(outline_of(1, 2), modules=(1, 4, 9))
    assert str(caught.value) == "The outline has no module 4, 9. It has:\n  1  Parte 1\n  2  Parte 2"


@pytest.mark.parametrize("size", [0, -3])
def test_a_batch_of_no_lessons_is_an_error(size: int) -> None:
    with pytest.raises(
        SelectionError, match=f"A batch cannot have {size} lessons; give a batch size of 1 or more."
    ):
        expand(outline_of(1), max_lessons=size)
