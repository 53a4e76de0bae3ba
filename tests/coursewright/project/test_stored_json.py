"""Stored JSON is what the program writes, or it is refused."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.project.finished import FinishedWork
from coursewright.project.record import ItemRecord
from coursewright.project.settings import CourseSettings
from coursewright.project.stored_json import build_stored, parse_stored

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WHOLE: tuple[Any, ...] = (
    ItemRecord(key="k", parts={"a": "b"}, findings={"error": 1}, cost=0.5, own_settings={"models": ["m"]}),
    CourseSettings(language="en", models=("a", "b"), temperature=1, writing="whole"),
    FinishedWork("lesson", "text", cost=None, findings=[{"check": "x", "line": 3}], extra={"png": "x"}),
)


@pytest.mark.parametrize("value", WHOLE, ids=lambda value: type(value).__name__)
def test_what_the_program_writes_is_read_again(value: Any) -> None:
    assert build_stored(type(value), parse_stored(json.dumps(asdict(value)).encode())) == value


@given(st.data())
def test_any_other_value_is_refused_or_of_the_fields_type(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(WHOLE))
    values = asdict(whole)
    name = data.draw(st.sampled_from(sorted(values)))
    values[name] = data.draw(JSON)
    try:
        read = build_stored(type(whole), parse_stored(json.dumps(values).encode()))
    except (TypeError, ValueError):
        return
    json.dumps(asdict(read), ensure_ascii=False, allow_nan=False).encode()
    was, now = getattr(whole, name), getattr(read, name)
    assert type(now) is type(was) or now is None or was is None or {type(now), type(was)} == {int, float}


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"a": NaN}', b'{"a": -Infinity}', b'"\\ud800"', b"[" * 100_000, b"\xff", b"9" * 9999],
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_stored(data)


@given(JSON)
def test_any_json_is_no_record_unless_it_is_an_object(value: Any) -> None:
    if not isinstance(value, dict):
        with pytest.raises(TypeError):
            build_stored(ItemRecord, value)
