"""Content keys change exactly when they should, for any small course and any single change to it."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from servers.small_course import as_yaml

from coursewright.outline import load_outline
from coursewright.project.keys import lab_keys, lesson_keys
from coursewright.project.settings import CourseSettings, Wanted, settle

WORDS = st.sampled_from(["Probes", "Alerts", "Rollouts", "Queues", "Backups", "Budgets", "Caches", "Signals"])
"""On a busy machine one example may take a second, and no key is wrong for it."""

LEVELS = st.sampled_from(["Remember", "Understand", "Apply", "Analyze", "Create"])


@st.composite
def labs(draw: st.DrawFn) -> Any:
    title = draw(WORDS)
    return title if draw(st.booleans()) else {"title": title, "objectives": [draw(WORDS)]}


@st.composite
def lessons(draw: st.DrawFn) -> dict[str, Any]:
    one: dict[str, Any] = {"title": draw(WORDS)}
    if draw(st.booleans()):
        one["duration_minutes"] = draw(st.sampled_from([None, 20, 30, 45]))
    if draw(st.booleans()):
        one["topics"] = draw(st.lists(WORDS, min_size=1, max_size=3))
    if draw(st.booleans()):
        one["bloom_level"] = draw(LEVELS)
    if draw(st.booleans()):
        one["lab_activities"] = draw(st.lists(labs(), min_size=1, max_size=2))
    return one


@st.composite
def courses(draw: st.DrawFn) -> dict[str, Any]:
    """Modules of distinct titles; lessons may be alike."""
    titles = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    modules = [
        {"title": f"About {title}", "lessons": draw(st.lists(lessons(), min_size=1, max_size=4))}
        for title in titles
    ]
    return {"course": {"title": "A course", "language": "en", "level": "beginner"}, "modules": modules}


def keys_of(course: dict[str, Any], **wanted: Any) -> dict[str, str]:
    outline = load_outline(as_yaml(course))
    made: CourseSettings = settle(outline, Wanted(**wanted), None)
    return {place: str(key) for place, key in lesson_keys(outline, lambda *_: made).items()}


def lab_keys_of(course: dict[str, Any], **wanted: Any) -> dict[str, str]:
    outline = load_outline(as_yaml(course))
    return {
        place: str(key) for place, key in lab_keys(outline, settle(outline, Wanted(**wanted), None)).items()
    }


def new_lab_keys(before: dict[str, Any], after: dict[str, Any], **wanted: Any) -> int:
    """How many labs of `after` would have to be paid for, where all of `before` is finished."""
    return (Counter(lab_keys_of(after, **wanted).values()) - Counter(lab_keys_of(before).values())).total()


def new_keys(before: dict[str, Any], after: dict[str, Any], **wanted: Any) -> int:
    """How many lessons of `after` would have to be paid for, where all of `before` is finished."""
    return (Counter(keys_of(after, **wanted).values()) - Counter(keys_of(before).values())).total()


def pick(data: st.DataObject, course: dict[str, Any]) -> tuple[int, int]:
    module = data.draw(st.integers(0, len(course["modules"]) - 1))
    return module, data.draw(st.integers(0, len(course["modules"][module]["lessons"]) - 1))


@given(courses())
def test_no_two_lessons_have_one_key(course: dict[str, Any]) -> None:
    keys = keys_of(course).values()
    assert len(set(keys)) == len(keys)


@given(courses(), st.data())
def test_a_change_to_one_lesson_costs_that_lesson(course: dict[str, Any], data: st.DataObject) -> None:
    module, lesson = pick(data, course)
    after = copy.deepcopy(course)
    one = after["modules"][module]["lessons"][lesson]
    changes: dict[str, Any] = {
        "title": "Quite another matter",
        "topics": [*one.get("topics", ()), "One more"],
        "duration_minutes": 77,
        "bloom_level": "Evaluate",
        "objectives": ["Judge what is at hand"],
        "remark": "heed this",
    }
    name = data.draw(st.sampled_from(sorted(changes)))
    one[name] = changes[name]
    assert new_keys(course, after) == 1


@given(courses(), st.data())
def test_an_inserted_lesson_costs_one_and_a_removed_one_none(
    course: dict[str, Any], data: st.DataObject
) -> None:
    module, lesson = pick(data, course)
    longer = copy.deepcopy(course)
    longer["modules"][module]["lessons"].insert(lesson, data.draw(lessons()))
    assert new_keys(course, longer) == 1
    assert new_keys(longer, course) == 0


@given(courses(), st.data())
def test_another_order_within_a_module_costs_none(course: dict[str, Any], data: st.DataObject) -> None:
    after = copy.deepcopy(course)
    for module in after["modules"]:
        module["lessons"] = data.draw(st.permutations(module["lessons"]))
    assert new_keys(course, after) == 0


@given(courses(), st.data())
def test_another_order_of_modules_and_numbers_in_titles_cost_none(
    course: dict[str, Any], data: st.DataObject
) -> None:
    after = copy.deepcopy(course)
    after["modules"] = data.draw(st.permutations(after["modules"]))
    for number, module in enumerate(after["modules"], 1):
        module["title"] = f"Module {number}: {module['title']}"
        for index, lesson in enumerate(module["lessons"], 1):
            lesson["title"] = f"{number}.{index} {lesson['title']}"
    assert new_keys(course, after) == 0


@given(courses(), st.data())
def test_what_concerns_only_the_course_or_its_running_costs_none(
    course: dict[str, Any], data: st.DataObject
) -> None:
    after = copy.deepcopy(course)
    after["course"] |= {"title": "Another title", "description": "Other words", "prerequisites": ["Patience"]}
    after["modules"][0]["duration_minutes"] = 300
    operation: dict[str, Any] = {"batch_size": 1, "visuals": "none", "formats": ("md",)}
    chosen = data.draw(st.sets(st.sampled_from(sorted(operation))))
    assert new_keys(course, after, **{name: operation[name] for name in chosen}) == 0


@given(courses(), st.data())
def test_what_concerns_every_lesson_costs_every_lesson(course: dict[str, Any], data: st.DataObject) -> None:
    after = copy.deepcopy(course)
    wanted: dict[str, Any] = {}
    change = data.draw(st.sampled_from(["level", "language", "requirements", "model", "temperature"]))
    if change in ("level", "language"):
        after["course"][change] = {"level": "expert", "language": "es"}[change]
    else:
        name = {"requirements": "requirements", "model": "models", "temperature": "temperature"}[change]
        values = {"requirements": "Heed it", "models": ("openai:other",), "temperature": 0.9}
        wanted[name] = values[name]
    assert new_keys(course, after, **wanted) == sum(len(module["lessons"]) for module in course["modules"])


@given(courses(), st.sampled_from(["title", "summary"]))
def test_a_modules_title_and_summary_cost_its_own_lessons_and_labs(course: dict[str, Any], name: str) -> None:
    after = copy.deepcopy(course)
    after["modules"][0][name] = "Something else"
    assert new_keys(course, after) == len(course["modules"][0]["lessons"])
    assert new_lab_keys(course, after) == sum(
        len(lesson.get("lab_activities", ())) for lesson in course["modules"][0]["lessons"]
    )


@given(courses())
def test_no_two_labs_have_one_key(course: dict[str, Any]) -> None:
    keys = lab_keys_of(course).values()
    assert len(set(keys)) == len(keys)


@given(courses(), labs(), st.data())
def test_a_change_to_one_lab_costs_that_lab_and_its_title_the_lesson(
    course: dict[str, Any], lab: Any, data: st.DataObject
) -> None:
    module, lesson = pick(data, course)
    one = course["modules"][module]["lessons"][lesson]
    one["lab_activities"] = [*one.get("lab_activities", ()), lab]
    after = copy.deepcopy(course)
    title = lab if isinstance(lab, str) else lab["title"]
    activities = after["modules"][module]["lessons"][lesson]["lab_activities"]
    activities[-1] = {"title": title, "objectives": ["Quite another aim"]}
    assert (new_lab_keys(course, after), new_keys(course, after)) == (1, 0)
    activities[-1] = "Quite another matter"
    assert (new_lab_keys(course, after), new_keys(course, after)) == (1, 1)


@given(courses(), st.data())
def test_a_lessons_title_costs_its_labs_and_nothing_else_of_it_does(
    course: dict[str, Any], data: st.DataObject
) -> None:
    module, lesson = pick(data, course)
    after = copy.deepcopy(course)
    one = after["modules"][module]["lessons"][lesson]
    one |= {"topics": ["One more"], "duration_minutes": 77, "bloom_level": "Evaluate", "remark": "heed this"}
    assert new_lab_keys(course, after, writing="sections", batch_size=1) == 0
    one["title"] = "Quite another matter"
    assert new_lab_keys(course, after) == len(one.get("lab_activities", ()))
