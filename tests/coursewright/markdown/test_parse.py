"""The one Markdown parse: headings, blocks and passages with their lines, and nothing lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.rough_markdown import rough_markdown

from coursewright.markdown.document import count_words, format_document, split_lines
from coursewright.markdown.fences import mark_fenced, scan_fences
from coursewright.markdown.parse import parse_document

TEXT = """before

# Title *here*

One `code` and [a link](https://a.b) ~~gone~~
second line <https://c.d> ![picture](p.png)

## Section

- one
  - [ ] two
- three

| a | b |
|---|---|
| 1 | 2 |

```python
x = 1
```

> quoted

Under
-----

[^1]: a note

- ```js
  y
  ```
"""


def test_headings_have_their_level_line_and_bare_title() -> None:
    headings = parse_document(TEXT).headings
    assert [(h.level, h.title, h.line, h.setext) for h in headings] == [
        (1, "Title here", 3, False),
        (2, "Section", 8, False),
        (2, "Under", 24, True),
    ]


def test_blocks_have_their_kind_and_lines() -> None:
    kinds = [(block.kind, block.line, block.last_line) for block in parse_document(TEXT).blocks]
    assert kinds == [
        ("paragraph", 1, 1),
        ("paragraph", 5, 6),
        ("list", 10, 12),
        ("table", 14, 16),
        ("fence", 18, 20),
        ("quote", 22, 22),
        ("footnote", 27, 27),
        ("list", 29, 31),
    ]


def test_a_passage_knows_its_prose_its_links_and_their_lines() -> None:
    passage = next(passage for passage in parse_document(TEXT).passages if passage.line == 5)
    assert passage.text == "One code and a link gone\nsecond line https://c.d"
    assert "code" not in passage.prose and "link" not in passage.prose and "gone" not in passage.prose
    assert [(link.url, link.line, link.image) for link in passage.links] == [
        ("https://a.b", 5, False),
        ("https://c.d", 6, False),
        ("p.png", 6, True),
    ]


def test_passages_know_what_they_stand_in() -> None:
    within = {passage.text: passage.within for passage in parse_document(TEXT).passages}
    assert within["two"] == ("list", "list")
    assert within["1"] == ("table",)
    assert within["quoted"] == ("quote",)
    assert within["a note"] == ("footnote",)


def test_fences_are_found_wherever_they_stand() -> None:
    fences = parse_document(TEXT).fences
    assert [(fence.line, fence.info, fence.content, fence.closed) for fence in fences] == [
        (18, "python", "x = 1\n", True),
        (29, "js", "y\n", True),
    ]
    assert not parse_document("```python\nx = 1\n").fences[0].closed


def test_html_is_text() -> None:
    (passage,) = parse_document("a <b>c</b> <script>d</script>").passages
    assert passage.text == "a <b>c</b> <script>d</script>"


@pytest.mark.parametrize(
    "text", [TEXT, "", "\n", "a\rb\r\nc\n\n# d\r\r", "\x00\n# \x00", "```", "> # a\nb", "- # x\n# y"]
)
def test_a_document_gives_its_text_back(text: str) -> None:
    assert format_document(parse_document(text)) == text


@given(st.one_of(rough_markdown(), st.text()))
def test_parse_format_parse_loses_nothing(text: str) -> None:
    document = parse_document(text)
    assert format_document(document) == text
    assert parse_document(format_document(document)) == document


@given(st.one_of(rough_markdown(), st.text()))
def test_lines_hold_the_whole_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "[" * 400_000,
        "# " + " x" * 2_000_000,
        "> " * 200_000 + "a",
        "- " * 200_000 + "a",
        "\n".join(" " * depth + "- a" for depth in range(900)),
        "*a **b " * 60_000,
        "|a" * 100_000 + "\n" + "|-" * 100_000,
        "`" * 400_000,
        "[a](" * 50_000,
        "![" * 50_000,
        "\n" * 400_000,
    ],
    ids=lambda text: f"{text[:6]!r}x{len(text)}",
)
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert format_document(parse_document(text)) == text
    count_words(text)
    mark_fenced(text.split("\n"))
    assert time.process_time() - started < 8


def test_a_text_that_is_too_long_keeps_its_rest_unread() -> None:
    text = "# a\n\n" + "word " * 99 + "\n" + ("line\n" * 120_000)
    document = parse_document(text)
    assert document.truncated
    assert list(document.blocks)[-1].kind == "unread"
    assert format_document(document) == text


def test_words_are_counted_outside_code_and_without_marks() -> None:
    text = "# Two words\n\n- one, two - three | |\n\n```text\nnot these\n```\n\nhttps://a.b 5 **x**\n"
    assert count_words(text) == 2 + 3 + 3


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("a\n```\nb\n```\nc", "01110"),
        ("```py\nb", "11"),
        ("~~~\n```\n~~~\nx", "1110"),
        ("````\n```\n````\nx", "1110"),
        ("``` a`b\nx", "00"),
        ("- ```\n  a\n  ```\nx", "1110"),
    ],
)
def test_lines_of_code_are_marked(text: str, marks: str) -> None:
    assert mark_fenced(text.split("\n")) == [mark == "1" for mark in marks]


def test_a_fence_knows_its_marks_and_its_info() -> None:
    (span,) = scan_fences(["x", "- ~~~ js ", "a"])
    assert (span.first, span.last, span.opening, span.info, span.closed) == (1, 2, "- ~~~", "js", False)


def test_a_long_task_list_takes_no_longer_than_its_length() -> None:
    begun = time.process_time()
    document = parse_document("- [ ] a\n" * 20_000 + "- [x] b\n1. [X]\tc\n")
    assert time.process_time() - begun < 20
    assert [len(block.items) for block in document.blocks] == [20_001, 1]
