"""Single rules at their edges, beyond the corpus of bad replies."""

from __future__ import annotations

import re

import pytest
from servers.lesson_text import good_lesson, make_brief

from coursewright.bloom import BloomLevel
from coursewright.findings import Finding
from coursewright.languages import load_language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks import check_lesson, publishable
from coursewright.lessons.checks.length import length_score
from coursewright.lessons.checks.references import find_placeholder
from coursewright.lessons.objectives import opening_verb


def check_with(brief: LessonBrief, paragraph: str, check: str) -> list[Finding]:
    heading = f"## {brief.language.lesson['introduction']}\n"
    text = good_lesson(brief).replace(heading, f"{heading}\n{paragraph}\n", 1)
    return [finding for finding in check_lesson(text, brief) if finding.check == check]


@pytest.mark.parametrize(
    ("share", "severity"),
    [
        (0.58, "error"),
        (0.62, "warning"),
        (0.78, "warning"),
        (0.82, None),
        (1.18, None),
        (1.22, "warning"),
        (1.63, "error"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_length_is_judged_by_its_share_of_the_target(
    share: float, severity: str | None, language: str
) -> None:
    brief = make_brief(language, target_words=3000)
    found = check_lesson(good_lesson(brief, length=share), brief)
    assert [f.severity for f in found if f.check == "length"] == ([severity] if severity else [])


def test_the_sections_that_make_a_lesson_too_short_or_too_long_are_named() -> None:
    brief = make_brief("es", target_words=3000)
    good = good_lesson(brief)
    start, end = good.index("## Despliegues"), good.index("## Resumen")
    paragraphs = good[start:end].split("\n\n")
    short = good[:start] + "\n\n".join(p[:80] for p in paragraphs) + "\n\n" + good[end:]
    long = good[:end] + "\n\n".join(paragraphs[2:]) + "\n\n" + good[end:]
    for text, word in ((short, "Shortest"), (long, "Longest")):
        (message,) = [f.message for f in check_lesson(text, brief) if f.check == "length"]
        named = message.partition(f"{word} for their share: ")[2]
        assert re.match(r"“Despliegues graduales” \([\d,]+ of about 1,\d\d\d\)", named), message
        assert "Comprobaciones" not in named
        assert re.match(r"The lesson has \d,\d{3} words, \d+% of its target of 3,000\.", message), message


@pytest.mark.parametrize(
    ("words", "score"),
    [(1000, 100), (2000, 66.67), (4000, 0), (9000, 0), (500, 50), (334, 0.3), (100, 0), (0, 0)],
)
def test_the_length_score_is_longwriters(words: int, score: float) -> None:
    assert length_score(words, 1000) == pytest.approx(score, abs=0.1)


@pytest.mark.parametrize(
    ("language", "objective", "verb", "level"),
    [
        ("en", "Explain queues.", "Explain", BloomLevel.UNDERSTAND),
        ("en", "**Implement** a queue", "Implement", BloomLevel.APPLY),
        ("en", "- [ ] Break down a fault", "Break down", BloomLevel.ANALYZE),
        ("en", "Analysing a log", "Analysing", BloomLevel.ANALYZE),
        ("es", "Diseñar una cola", "Diseñar", BloomLevel.CREATE),
        ("es", "Evalúa los riesgos", "Evalúa", BloomLevel.EVALUATE),
        ("es", "Explicarás las colas", "Explicarás", BloomLevel.UNDERSTAND),
        ("es", "1. Recordar la norma", "Recordar", BloomLevel.REMEMBER),
        ("pt", "Avaliar os riscos", "Avaliar", BloomLevel.EVALUATE),
    ],
)
def test_the_opening_verb_tells_the_level(
    language: str, objective: str, verb: str, level: BloomLevel
) -> None:
    found, levels = opening_verb(objective, load_language(language))
    assert found == verb and level in levels


def test_a_word_that_is_no_verb_has_no_level() -> None:
    assert opening_verb("Queues and workers", load_language("en")) == ("Queues", frozenset())
    assert opening_verb("", load_language("en")) == ("", frozenset())


def test_objectives_of_the_outline_are_used_as_written_and_only_warned_of() -> None:
    given = ("Conocer las colas", "Las colas por dentro")
    brief = make_brief("es", objectives=given, bloom_levels=(BloomLevel.CREATE,))
    found = check_lesson(good_lesson(brief), brief)
    assert publishable(found)
    assert {f.severity for f in found if f.check == "objectives"} == {"warning"}
    changed = check_lesson(good_lesson(make_brief("es")), brief)
    messages = [f.message for f in changed if f.check == "objectives"]
    assert any("“Conocer las colas” is not used as written" in message for message in messages)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.com/x", "example.com is a placeholder"),
        ("https://www.example.org", "www.example.org is a placeholder"),
        ("https://docs.your-company.com", "placeholder"),
        ("https://localhost/x", "no public host"),
        ("https://10.0.0.1/x", "bare IP address"),
        ("https://wiki.internal/x", "no public host"),
        ("https://...", "left open"),
        ("https://site.org/{id}", "left open"),
        ("https://", "names no host"),
    ],
)
def test_a_placeholder_is_no_reference(url: str, fault: str) -> None:
    assert fault in find_placeholder(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.python.org/3/",
        "https://www.example-archive.org/",
        "https://foobar.dev",
        "https://linkerd.io",
    ],
)
def test_a_real_address_is_no_placeholder(url: str) -> None:
    assert find_placeholder(url) == ""


@pytest.mark.parametrize(
    ("language", "paragraph", "severity"),
    [
        ("en", "In the next lesson we go on.", "error"),
        ("en", "The previous lessons were short.", "error"),
        ("en", "See Lesson 2.3 for more.", "error"),
        ("en", "This was told in Chapter 2.", "error"),
        ("en", "Chapter 4 of the standard says so.", None),
        ("en", "The previous module of the pipeline fails.", "warning"),
        ("en", "The lesson of that outage was simple.", None),
        ("en", "Next, the chapter on queues of the manual helps.", None),
        ("es", "En la próxima lección se sigue.", "error"),
        ("es", "Como en el capítulo anterior, hay límites.", "error"),
        ("es", "Véase la Lección 4.", "error"),
        ("es", "El capítulo 4 de la norma lo dice.", None),
        ("es", "El módulo anterior del servidor falló.", "warning"),
        ("es", "La lección de aquella caída fue sencilla.", None),
        ("pt", "Na próxima lição continuamos.", "error"),
    ],
)
def test_other_lessons_are_not_named(language: str, paragraph: str, severity: str | None) -> None:
    found = check_with(make_brief(language), paragraph, "other-lessons")
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_a_title_of_the_outline_may_hold_any_words() -> None:
    brief = make_brief("es", topics=("La próxima lección: TODO", "Módulo 3"))
    assert publishable(check_lesson(good_lesson(brief), brief))


@pytest.mark.parametrize(
    ("paragraph", "severity"),
    [
        ("En este módulo aprenderemos a contar.", "error"),
        ("Véase Lesson 2 para más.", "error"),
        ("Este módulo de Python lee archivos.", "warning"),
        ("El módulo ssl de Python cifra.", None),
    ],
)
def test_spanish_says_capitulo_and_leccion(paragraph: str, severity: str | None) -> None:
    found = check_with(make_brief("es"), paragraph, "terms")
    assert [finding.severity for finding in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("language", "paragraph", "found"),
    [
        ("en", "TODO: write.", True),
        ("en", "This is TBD.", True),
        ("en", "[insert diagram here]", True),
        ("en", "[Your company name] sells.", True),
        ("en", "Use ${name} here.", True),
        ("en", "Write a `TODO` in the code.", False),
        ("en", "A to-do list helps.", False),
        ("en", "[Insert a row](https://a.org) explains.", False),
        ("es", "Todo esto se mide; TODO el equipo lo ve.", False),
        ("es", "Lo resume todo: la cola manda.", False),
        ("es", "[Insertar ejemplo]", True),
        ("es", "TODO: completar.", True),
        ("es", "Lorem ipsum dolor.", True),
    ],
)
def test_placeholders_are_told_from_words(language: str, paragraph: str, found: bool) -> None:
    assert bool(check_with(make_brief(language), paragraph, "placeholders")) == found


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("A list is a `List<String>` or a List<String>.", False),
        ("If a < b and c > d, stop.", False),
        ("See <https://docs.python.org/3/>.", False),
        ("A <b>bold</b> word.", True),
        ("<div align=center>", True),
        ("<!-- note -->", True),
        ("`<script>` is a tag.", False),
    ],
)
def test_html_is_told_from_other_angle_brackets(paragraph: str, found: bool) -> None:
    assert bool(check_with(make_brief("en"), paragraph, "html")) == found


@pytest.mark.parametrize(("words", "good"), [(9, False), (10, True), (20, True), (21, False)])
def test_a_visual_is_described_in_ten_to_twenty_words(words: int, good: bool) -> None:
    brief = make_brief("en")
    description = " ".join(["flow", "of", "a", "request", "to", "the", "queue", "and", "back", "again"] * 3)
    tag = f"[VISUAL: {' '.join(description.split()[:words])}]"
    assert bool(check_with(brief, tag, "visuals")) != good


def test_thinking_is_told_from_prose_about_thinking() -> None:
    brief = make_brief("en")
    for paragraph in (
        "The model thinks before it answers, and the user sees none of it.",
        "Wait for the lock, then check the counter.",
        "Let me explain: a queue holds work.",
        "First, the team needs to plan the change.",
    ):
        assert check_with(brief, paragraph, "thinking") == []
    for paragraph in ("Okay, so the user wants a lesson.", "Thinking: the sections come first.", "<think>"):
        assert check_with(brief, paragraph, "thinking")


@pytest.mark.parametrize(
    ("table", "good"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", True),
        ("a | b\n--|--\n1 | 2", True),
        ("| a | b |\n|---|---|\n| 1 \\| x | 2 |", True),
        ("| a | b |\n|---|---|\n| 1 |", False),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", False),
        ("| a | b |\n|---|\n| 1 | 2 |", False),
        ("| a | b |\n| 1 | 2 |", False),
        ("Either a | b or c.", True),
    ],
)
def test_tables_have_rows_of_even_width(table: str, good: bool) -> None:
    assert bool(check_with(make_brief("en"), table, "tables")) != good


def test_a_merged_topic_is_named_with_the_heading_that_holds_it() -> None:
    brief = make_brief("en", topics=("Authentication of users", "Authorisation of users"))
    text = good_lesson(brief)
    start, end = text.index("## Authorisation"), text.index("## Summary")
    text = (text[:start] + text[end:]).replace(
        "## Authentication of users", "## Authentication of users and Authorisation of users"
    )
    found = [f.message for f in check_lesson(text, brief) if f.check == "topics"]
    assert any("merges it with something else" in message for message in found)
    assert any("likeness" in message for message in found)
