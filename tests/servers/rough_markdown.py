"""Texts that look like Markdown and break its rules, for tests of what must take any text."""

from __future__ import annotations

import random

from hypothesis import strategies as st

FRAGMENTS = (
    *(
        "# ",
        "## ",
        "### ",
        "#### ",
        "#",
        "##",
        "Lesson 1.1: ",
        "Lección 2.3: ",
        "Introducción",
        "Introduction",
    ),
    *("Objetivos de Aprendizaje", "Learning Objectives", "Summary", "Resumen", "Comprobaciones de salud"),
    *("\n", "\n\n", "\r\n", "\r", " ", "    ", "\t", "- ", "* ", "1. ", "> ", "- [ ] ", "---", "===", "***"),
    *(
        "[VISUAL: ",
        "[VISUAL",
        "VISUAL",
        "]",
        "[",
        "01-01-0001 - ",
        "](",
        ")",
        "(https://a.b/c)",
        "![",
        "<https://x.y>",
    ),
    *(
        "```",
        "```python",
        "~~~",
        "`",
        "``",
        "|",
        "| a | b |",
        "|---|---|",
        "\\",
        "\\|",
        "*",
        "**",
        "_",
        "~~",
        "^",
    ),
    *(
        "<think>",
        "</think>",
        "<br>",
        "<!--",
        "-->",
        "<script>",
        "<",
        ">",
        "&amp;",
        "&",
        "[^1]",
        "[^1]: ",
        "[a]: b",
    ),
    *(
        "TODO",
        "TODO:",
        "${name}",
        "{{x}}",
        "\x00",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\u2028",
        "\x85",
        "é",
        "漢字",
    ),
    *(
        "word",
        "palabra larga",
        "Use it.",
        "The system checks the data before it answers.",
        "https://example.com",
    ),
    *('{"a": 1}', "a: [1", "def f(:", "if then", "Lesson 2.3", "la próxima lección", "x" * 300, "🙂"),
)


def rough_markdown() -> st.SearchStrategy[str]:
    """Texts put together of pieces of Markdown and of what models leave in it."""
    pieces = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=6))
    return st.lists(pieces, max_size=60).map("".join)


def mutate(text: str, chance: random.Random) -> str:
    """A text with some of its lines and characters lost, doubled, moved or spoiled."""
    for _ in range(chance.randint(1, 6)):
        lines = text.split("\n")
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        spot = chance.randrange(len(text) + 1)
        match chance.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[min(at, other) : max(at, other)] = []
            case 4:
                lines.insert(at, "".join(chance.choices(FRAGMENTS, k=chance.randint(1, 5))))
            case 5:
                lines[at] = lines[at] * chance.choice((2, 40))
            case 6:
                lines = [*text[:spot].split("\n")]
            case 7:
                lines = (text[:spot] + chance.choice(FRAGMENTS) + text[spot:]).split("\n")
            case _:
                lines = (text[:spot] + text[spot + chance.randint(1, 30) :]).split("\n")
        text = "\n".join(lines)
    return text
