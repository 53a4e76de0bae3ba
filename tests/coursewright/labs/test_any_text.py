"""Any text can be read, mended and checked; mending it twice changes nothing more."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers.lab_text import good_lab, make_lab_brief
from servers.rough_markdown import mutate, rough_markdown

from coursewright.labs.checks import check_lab
from coursewright.labs.clean import clean_lab
from coursewright.labs.repair import join_continuation, keep_whole
from coursewright.labs.shorten import shorten_text
from coursewright.languages import load_language

BRIEFS = {code: make_lab_brief(code, objectives=("Use a service",)) for code in ("en", "es")}
PARTS = (
    *(
        "### Step 1: A",
        "### Paso 2 - B",
        "#### Verification",
        "**Expected Output:**",
        "**Causa**: x",
        "## Metadata",
    ),
    *(
        "## Solución de Problemas",
        "### Issue 1",
        "```bash check",
        "```python starter=../x",
        "```",
        "- [ ] ",
        "| Software |",
    ),
)

quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.one_of(rough_markdown(), st.text()), st.sampled_from(("en", "es")))
def test_any_text_can_be_mended_and_checked(text: str, language: str) -> None:
    brief = BRIEFS[language]
    cleaned = clean_lab(text, brief)
    check_lab(text, brief)
    check_lab(cleaned.text, brief)


@quick
@given(
    st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=20)), max_size=30),
    st.sampled_from(("en", "es")),
)
def test_mending_any_parts_twice_changes_nothing_more(parts: list[str], language: str) -> None:
    brief = BRIEFS[language]
    once = clean_lab("\n\n".join(("# Lab: x", *parts)), brief).text
    assert clean_lab(once, brief).text == once


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_good_guide_with_random_changes_is_mended_to_a_rest(language: str) -> None:
    brief = BRIEFS[language]
    for seed in range(60):
        text = mutate(good_lab(brief, files=True), random.Random(seed))
        once = clean_lab(text, brief).text
        assert clean_lab(once, brief).text == once, seed
        check_lab(once, brief)


@quick
@given(rough_markdown(), rough_markdown())
def test_any_two_replies_can_be_joined(first: str, second: str) -> None:
    join_continuation(keep_whole(first), second)


@quick
@given(st.one_of(rough_markdown(), st.text()), st.integers(0, 500))
def test_any_text_can_be_shortened(text: str, words: int) -> None:
    shorten_text(text, words, load_language("en"))
