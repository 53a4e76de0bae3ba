"""The checks as a whole: good lessons pass, any text can be checked, the better version wins."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers.lesson_text import good_lesson, lesson_languages, make_brief
from servers.rough_markdown import rough_markdown

from coursewright.bloom import BloomLevel
from coursewright.findings import Finding
from coursewright.lessons.checks import LESSON_CHECKS, better_of, check_lesson, publishable, rank_findings
from coursewright.lessons.checks.registry import MOST_FINDINGS

SPANISH = make_brief("es")


@pytest.mark.parametrize("language", lesson_languages())
@pytest.mark.parametrize(("topics", "words"), [(1, 1000), (2, 1500), (6, 3000), (12, 5000)])
def test_a_good_lesson_passes_every_check(language: str, topics: int, words: int) -> None:
    brief = make_brief(
        language, topics=tuple(f"Tema {chr(65 + number)}" for number in range(topics)), target_words=words
    )
    findings = check_lesson(good_lesson(brief, numbered=True), brief)
    assert [finding for finding in findings if finding.severity != "note"] == []


@pytest.mark.parametrize("level", BloomLevel)
@pytest.mark.parametrize("language", lesson_languages())
def test_a_good_lesson_passes_at_every_level(language: str, level: BloomLevel) -> None:
    brief = make_brief(language, bloom_levels=(level,))
    assert publishable(check_lesson(good_lesson(brief), brief))


def test_a_demonstration_passes_without_references() -> None:
    for language in lesson_languages():
        brief = make_brief(language, demonstration=True)
        text = good_lesson(brief)
        assert publishable(check_lesson(text, brief))
        assert not publishable(check_lesson(text, make_brief(language)))
        assert not publishable(check_lesson(good_lesson(make_brief(language)), brief))


def test_the_checks_say_nothing_twice() -> None:
    names = [check.name for check in LESSON_CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.says.endswith(".") for check in LESSON_CHECKS)


@settings(max_examples=150)
@given(st.one_of(rough_markdown(), st.text()))
def test_the_checker_never_fails_on_any_text(text: str) -> None:
    findings = check_lesson(text, SPANISH)
    assert not publishable(findings)
    assert all(finding.message.strip() for finding in findings)


@settings(max_examples=60)
@given(rough_markdown(), st.integers(0, 10_000))
def test_the_checker_never_fails_on_a_spoiled_lesson(junk: str, place: int) -> None:
    text = good_lesson(SPANISH)
    place = min(place, len(text))
    check_lesson(text[:place] + junk + text[place:], SPANISH)


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "text",
    [
        *(
            "a" * 10_000_000,
            "[" * 100_000,
            "[VISUAL: " * 20_000,
            "# x\n\n" * 5_000,
            "## x\n\ny\n\n" * 5_000,
        ),
        *(
            "word " * 90_000,
            "- word\n" * 15_000,
            "<b " * 50_000,
            "| a " * 50_000,
            "`" * 100_000,
            "(" * 100_000,
        ),
        *(
            "TODO " * 40_000,
            "[insert " * 30_000,
            "a. " * 60_000,
            "“" * 100_000,
            "\n".join("> " * 19 + "a" for _ in range(900)),
        ),
        *(
            "```json\n" + "[" * 90_000 + "\n```",
            "```python\n" + "(" * 90_000 + "\n```",
            "```yaml\n" + "[" * 20_000 + "\n```",
        ),
        *(
            "```toml\na=" + "[" * 20_000 + "\n```",
            "```bash\n" + "$(" * 5_000 + "\n```",
            "```python\n" + "-" * 90_000 + "1\n```",
        ),
    ],
    ids=lambda text: f"{text[:12]!r}x{len(text)}",
)
def test_hostile_texts_are_checked_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert not publishable(check_lesson(text, SPANISH))
    assert time.process_time() - started < 12


def test_a_check_with_very_many_findings_is_cut_short() -> None:
    text = good_lesson(SPANISH).replace("## Introducción\n", "## Introducción\n\n" + "TODO: a.\n\n" * 60, 1)
    found = [finding for finding in check_lesson(text, SPANISH) if finding.check == "placeholders"]
    assert len(found) == MOST_FINDINGS + 1
    assert re.fullmatch(r"40 more findings .*", found[-1].message)
    assert found[-1].severity == "error"


def test_the_better_version_has_fewer_errors_then_fewer_warnings() -> None:
    error, warning, note = (Finding("x", severity, "m") for severity in ("error", "warning", "note"))
    assert rank_findings([error, warning, warning, note]) == (1, 2)
    assert better_of([error], [warning, warning]) == 1
    assert better_of([warning], [warning, warning]) == 0
    assert better_of([warning], [warning]) == 0
    assert publishable([warning, note]) and not publishable([error])


def test_a_finding_names_its_section_and_line() -> None:
    text = good_lesson(SPANISH, numbered=True).replace(
        "### Puntos Clave\n", "### Puntos Clave\n\nTODO: escribir.\n", 1
    )
    (finding,) = [finding for finding in check_lesson(text, SPANISH) if finding.check == "placeholders"]
    assert finding.where == "Puntos Clave"
    assert finding.line is not None and text.split("\n")[finding.line - 1] == "TODO: escribir."
