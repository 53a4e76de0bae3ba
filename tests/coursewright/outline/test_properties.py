"""Any tree gives an outline or a clear error, and every outline keeps its promises."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursewright.batches import expand_batches
from coursewright.outline import OutlineError, load_outline
from coursewright.outline.keys import ALL_KEYS
from coursewright.outline.model import Outline, lesson_id

TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from(["1.1 A", "Práctica: X", "Crear / Aplicar", "es", "45", "null"])
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.dates(), st.binary(max_size=4)
)
KEYS = st.one_of(
    st.sampled_from(sorted(ALL_KEYS)), st.sampled_from(sorted(ALL_KEYS)), st.text(max_size=5), st.integers()
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=30,
)


def part(*keys: tuple[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping of likely keys, each perhaps missing, perhaps with an unlikely value."""
    return st.fixed_dictionaries(
        {}, optional={key: st.one_of(value, value, value, SCALARS) for key, value in keys}
    )


TOPICS = st.lists(st.one_of(TEXTS, part(("title", TEXTS), ("bloom_level", TEXTS))), max_size=3)
LABS = st.lists(
    st.one_of(TEXTS, part(("title", TEXTS), ("objectives", st.lists(TEXTS, max_size=2)))), max_size=2
)
LESSONS = part(
    ("title", TEXTS), ("duration_minutes", st.integers(-5, 500)), ("topics", TOPICS), ("lab_activities", LABS)
)
MODULES = part(
    ("title", TEXTS), ("lessons", st.lists(LESSONS, max_size=4)), ("labs", LABS), ("summary", TEXTS)
)
COURSES = part(
    ("course", part(("title", TEXTS), ("language", TEXTS))), ("modules", st.lists(MODULES, max_size=3))
)


TITLES = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30).filter(
    str.strip
)
BLOOM = st.lists(st.sampled_from(["Recordar", "understand", "CREAR", "Analyze"]), max_size=3).map(" / ".join)
MINUTES = st.one_of(st.none(), st.integers(0, 500), st.integers(1, 500).map(str))
OBJECTIVES = st.lists(TITLES, max_size=3)


def good(title: st.SearchStrategy[str], **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with a title, some of `keys`, and perhaps a duration and a Bloom level."""
    return st.fixed_dictionaries(
        {"title": title},
        optional={**keys, "duration_minutes": MINUTES, "bloom_level": BLOOM, "number": SCALARS},
    )


GOOD_LABS = st.lists(
    st.one_of(TITLES, good(TITLES, objectives=OBJECTIVES, activities=OBJECTIVES)), max_size=2
)
GOOD_TOPICS = st.one_of(st.none(), st.lists(st.one_of(TITLES, good(TITLES)), max_size=3))
GOOD_LESSONS = good(
    TITLES, topics=GOOD_TOPICS, objectives=OBJECTIVES, lab_activities=GOOD_LABS, unknown=SCALARS
)
GOOD_MODULES = st.fixed_dictionaries(
    {"title": TITLES, "lessons": st.lists(st.one_of(TITLES, GOOD_LESSONS), min_size=1, max_size=4)},
    optional={"summary": TEXTS, "labs": GOOD_LABS, "lab_activities": GOOD_LABS, "duration_minutes": MINUTES},
)
GOOD_COURSES = st.fixed_dictionaries(
    {"modules": st.lists(GOOD_MODULES, min_size=1, max_size=3)},
    optional={
        "course": good(TITLES, audience=OBJECTIVES, level=TEXTS, language=st.sampled_from(["es", "English"]))
    },
)


def check_whole(outline: Outline) -> None:
    """What the rest of the pipeline relies on."""
    assert outline.title
    assert outline.modules
    places = set()
    for number, module in enumerate(outline.modules, 1):
        assert module.number == number
        assert module.title == " ".join(module.title.split()) != ""
        assert module.lessons
        for place, lesson in enumerate(module.lessons, 1):
            assert lesson.number == place
            assert lesson.title == " ".join(lesson.title.split()) != ""
            assert lesson.topics
            assert all(topic.title for topic in lesson.topics)
            assert lesson.duration_minutes is None or 0 < lesson.duration_minutes <= 100_000
            json.dumps(lesson.as_written, allow_nan=False).encode()
            places.add(lesson_id(number, place))
    assert len(places) == len(outline.lessons)
    assert len({lab.id for _, _, lab in outline.labs}) == len(outline.labs)
    json.dumps(outline.unknown_keys, allow_nan=False).encode()


def check_any(data: bytes) -> None:
    try:
        outline = load_outline(data)
    except OutlineError as error:
        assert error.problems
        assert all(
            problem.message and (problem.line is None or problem.line >= 1) for problem in error.problems
        )
        str(error).encode()
    else:
        check_whole(outline)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(GOOD_COURSES)
def test_any_good_tree_gives_an_outline_with_all_its_parts(tree: dict[str, Any]) -> None:
    outline = load_outline(yaml.safe_dump(tree, allow_unicode=True).encode())
    check_whole(outline)
    lessons = [len(written["lessons"]) for written in tree["modules"]]
    assert [len(module.lessons) for module in outline.modules] == lessons
    labs = [
        len([*written.get("labs", []), *written.get("lab_activities", [])]) for written in tree["modules"]
    ]
    assert [len(module.labs) for module in outline.modules] == labs


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(TREES, COURSES))
def test_any_tree_gives_an_outline_or_a_clear_error(tree: Any) -> None:
    check_any(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass"))


@settings(max_examples=150)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
)
def test_any_bytes_give_an_outline_or_a_clear_error(data: bytes) -> None:
    check_any(data)


@settings(max_examples=100)
@given(st.text(alphabet=":-#'\"[]{}&*!|>%@`, \n\ta1é", max_size=60))
def test_any_title_gives_an_outline_or_a_clear_error(title: str) -> None:
    check_any(f"modules:\n- title: M\n  lessons:\n  - title: {title}\n    topics:\n    - {title}\n".encode())


@settings(max_examples=100)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(1, 40))
def test_batches_cover_every_lesson_once_and_in_order(sizes: list[int], most: int) -> None:
    modules = [{"title": "M", "lessons": ["L"] * size} for size in sizes]
    outline = load_outline(yaml.safe_dump({"modules": modules}).encode())
    batches = expand_batches(
        outline,
        course_bucket=None,
        outline_s3_key="o",
        project_folder="p",
        model_provider="m",
        max_lessons=most,
    )
    covered = [place for batch in batches for place in batch.lesson_ids]
    assert covered == [lesson_id(module.number, lesson.number) for module, lesson in outline.lessons]
    assert all(1 <= batch.lesson_count <= most for batch in batches)
    assert len(batches) == sum(-(-size // most) for size in sizes)


def test_reading_an_outline_loads_nothing_heavy() -> None:
    heavy = [
        "prefect",
        "boto3",
        "openai",
        "pydantic",
        "lingua",
        "datasketch",
        "pygments",
        "typst",
        "rapidfuzz",
    ]
    code = (
        "import sys, coursewright.selection; from coursewright.outline import load_outline;"
        "load_outline(b'modules: [{title: M, bloom_level: Crear, lessons: [L]}]');"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
