"""Front matter of texts that somebody else can write: damaged is edited, and never an error or a trap."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.project.front_matter import read_published, with_front_matter


def bomb() -> str:
    """Nine to the power of nine texts, once somebody writes them out."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join([*lines, "key: k", "text: t", "model: *i"])


HEADS = {
    "a bomb of aliases": bomb(),
    "a tag that makes objects": "key: !!python/object/apply:os.system ['true']",
    "what looks like a date": "key: 2001-13-45",
    "what looks like a number": f"key: {'9' * 5000}",
    "a number that is none": "key: !!int ''",
    "nesting": "key: " + "[" * 3000,
    "a key that is a list": "? [a]\n: b",
    "merging": "<<: 3",
}


@pytest.mark.parametrize("name", HEADS)
def test_hostile_front_matter_is_an_edit(name: str) -> None:
    begun = time.perf_counter()
    text = read_published(f"---\n{HEADS[name]}\n---\n\n# Text\n".encode())
    assert all(isinstance(value, str) and len(value) < 6000 for value in text.front.values())
    assert text.body == "# Text\n"
    assert text.edited
    assert time.perf_counter() - begun < 20


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"---\n{text}\n---\n".encode()))
def test_any_bytes_are_a_text(data: bytes) -> None:
    assert read_published(data).body.endswith("\n")


@given(st.text(max_size=300), st.text("0123456789abcdef-", min_size=1, max_size=40), st.text(max_size=40))
def test_what_was_published_is_known_again(body: str, key: str, model: str) -> None:
    text = read_published(with_front_matter(body.replace("\r", ""), key=key, model=model))
    assert text.key == key
