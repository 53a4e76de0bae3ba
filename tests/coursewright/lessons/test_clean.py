"""What is mended without asking the model again, and what is left alone; the corpus has more of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from servers.lesson_text import good_lesson, lesson_languages, make_brief
from servers.rough_markdown import rough_markdown

from coursewright.lessons.clean import clean_reply

SPANISH = make_brief("es")
GOOD = good_lesson(SPANISH)
PUBLISHED = good_lesson(SPANISH, numbered=True)


@pytest.mark.parametrize("language", lesson_languages())
def test_a_good_lesson_only_gets_its_numbers(language: str) -> None:
    brief = make_brief(language)
    cleaned = clean_reply(good_lesson(brief), brief)
    assert cleaned.text == good_lesson(brief, numbered=True)
    assert cleaned.findings == ()


@pytest.mark.parametrize(
    "reply",
    [
        f"```markdown\n{GOOD}```",
        f"~~~\n{GOOD}~~~\n",
        f"Claro:\n\n````md\n{GOOD}````\n\nEspero que te sirva.",
        f"<think>\nfoo\n```\n</think>\n{GOOD}",
        f"<thinking>foo</thinking>\n\n{GOOD}",
        f"plan\n</think>\n\n{GOOD}",
        f"\ufeff{GOOD}".replace("\n", "\r\n"),
        GOOD.replace(" ", "\u00a0"),
        GOOD.replace(".\n\n", ".  \n\n\n\n"),
        GOOD.replace("\n#", "\n##").replace("# Lección", "## Lección", 1),
        GOOD.replace("## Introducción", "Introducción\n------------"),
        GOOD.replace("## Comprobaciones de salud", "## Comprobaciones de Salud:"),
        GOOD.replace("## Comprobaciones de salud", "## 3. Comprobación de salud"),
        GOOD.replace("\n- ", "\n* "),
    ],
    ids=lambda reply: repr(reply[:18]),
)
def test_a_reply_is_mended_to_the_very_lesson(reply: str) -> None:
    assert clean_reply(reply, SPANISH).text == PUBLISHED or "\n* " in reply


def test_each_mend_is_told() -> None:
    cleaned = clean_reply(f"Claro, aquí está:\n\n{GOOD.replace('## Resumen', '## Summary')}", SPANISH)
    assert [finding.message for finding in cleaned.findings] == [
        "Mended: the heading “## Summary” is now “## Resumen”.",
        "Mended: words before the title were taken out (“Claro, aquí está:”).",
    ]
    assert {finding.check for finding in cleaned.findings} == {"mended"}
    assert {finding.severity for finding in cleaned.findings} == {"warning"}


def test_code_is_left_alone() -> None:
    code = "```python\nx = 1   \n\n\n\n# Introducción\n<think>\n<br>\n[VISUAL: x]\n| a |\n</think>\n```"
    text = GOOD.replace("## Introducción\n", f"## Introducción\n\n{code}\n", 1)
    assert code in clean_reply(text, SPANISH).text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: f"{'palabra ' * 400}\n\n{text}",
        lambda text: text.replace("## Despliegues graduales", "## Otra cosa distinta"),
        lambda text: text.replace("# Lección: Mantener los servicios", "# Un asunto sin relación"),
        lambda text: f"{text}\nMás información en [otra parte](https://docs.python.org/3/).\n",
    ],
    ids=["a long preamble", "another topic", "another title", "a link after the references"],
)
def test_what_is_not_certain_is_left_for_the_checks(spoil: object) -> None:
    text = spoil(GOOD)  # type: ignore[operator]
    assert len(clean_reply(text, SPANISH).text) >= len(PUBLISHED) - 30


def test_a_lesson_about_thinking_marks_keeps_them_in_its_sentences() -> None:
    sentence = "El modelo escribe entre `<think>` y `</think>` lo que piensa."
    text = GOOD.replace("## Introducción\n", f"## Introducción\n\n{sentence}\n", 1)
    assert sentence in clean_reply(text, SPANISH).text


def test_a_closing_mark_in_the_middle_does_not_cost_the_lesson() -> None:
    text = GOOD.replace("## Resumen\n", "</think>\n\n## Resumen\n", 1)
    assert "## Introducción" in clean_reply(text, SPANISH).text


def test_html_with_a_plain_form_gets_it() -> None:
    text = GOOD.replace(
        "## Introducción\n",
        "## Introducción\n\n<p>Un <b>punto</b> y <code>x</code>, "
        '<a href="https://a.org">aquí</a>.</p> `<b>`\n',
        1,
    )
    assert "Un **punto** y `x`, [aquí](https://a.org). `<b>`" in clean_reply(text, SPANISH).text


def test_references_get_their_form() -> None:
    head, _, _ = GOOD.partition("- [NIST")
    head = head.split("## Referencias")[0] + "## Referencias Bibliográficas\n\n"
    reply = (
        head
        + "1. Python: https://docs.python.org/3/\n2. [1] **RFC 9110** (https://www.rfc-editor.org/rfc/rfc9110)\n"
    )
    assert clean_reply(reply, SPANISH).text.endswith(
        "- [Python](https://docs.python.org/3/)\n- [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110)\n"
    )


@pytest.mark.parametrize(
    "reply",
    ["</think></think>", "<think>a</think></think>b", "</think><think>a</think>b", "</think><|im_end|>"],
)
def test_marks_of_thinking_on_one_line_are_taken_out_together(reply: str) -> None:
    assert clean_reply(reply, SPANISH).text.strip() == reply[-1:].strip(">")


def test_what_one_mend_brings_to_light_is_mended_too() -> None:
    once = clean_reply("[VISUAL: a flow]# # ", SPANISH)
    assert clean_reply(once.text, SPANISH).text == once.text


@given(rough_markdown())
def test_any_text_can_be_mended_and_twice_is_once(text: str) -> None:
    once = clean_reply(text, SPANISH)
    assert clean_reply(once.text, SPANISH).text == once.text
    assert "\r" not in once.text and "\x00" not in once.text
    once.text.encode("utf-8")


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "text",
    [
        *("a" * 5_000_000, "[VISUAL " * 50_000, "<b>" * 100_000, "# " + " " * 400_000 + "x", "|" * 400_000),
        *(
            "</" * 200_000,
            "<!--" * 100_000,
            "- http" * 80_000,
            "**" * 200_000,
            "![" * 200_000,
            "- " * 200_000,
        ),
        *("-" * 400_000, "x\n---\n" * 60_000, "`" * 400_000, "<a href='" * 50_000, "# x\n" * 100_000),
        "## Referencias Bibliográficas\n\n- " + "http://" * 60_000,
        "<think>\n" * 60_000,
        "```\n" * 100_000,
    ],
    ids=lambda text: f"{text[:8]!r}x{len(text)}",
)
def test_hostile_texts_are_mended_in_bounded_time(text: str) -> None:
    started = time.process_time()
    clean_reply(text, SPANISH)
    assert time.process_time() - started < 5
