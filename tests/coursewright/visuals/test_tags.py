"""Visual tags and the numbers that a text states."""

from __future__ import annotations

import pytest

from coursewright.visuals.tags import find_tags, lesson_title, numbers_in, section_titles, shorten_section

LESSON = """# Lesson 2.1: Networks: an overview

## One

Before.

[VISUAL: 02-01-0001 - Two hosts and a switch]

After.

[VISUAL: 02-01-0002 - Two hosts and a switch]

```text
## Not a heading
[VISUAL: 02-01-0009 - not a tag]
```

## Two ##

[VISUAL: 02-01-0003 - A router - with two ports [new]]
"""


def test_a_tag_knows_its_section_and_the_text_around_it() -> None:
    first, second, third = find_tags(LESSON)
    assert (first.id, first.description, first.section) == ("02-01-0001", "Two hosts and a switch", "One")
    assert first.text.startswith("Before.\n\n\nAfter.")
    assert "not a tag" in first.text
    assert (third.section, third.description) == ("Two", "A router - with two ports [new]")
    assert (first.nth, second.nth, third.nth) == (0, 1, 0)


def test_titles_are_read_without_the_programs_numbers() -> None:
    assert section_titles(LESSON) == ("One", "Two")
    assert lesson_title(LESSON) == "Networks: an overview"
    assert lesson_title("## No title") == ""


def test_a_long_section_is_shortened_by_whole_blocks() -> None:
    assert shorten_section("one two\n\nthree four\n\nfive", 4) == "one two\n\nthree four\n\n[…]"
    assert shorten_section("one two three", 1) == "one two three"


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("36 % and 13,5 %", {36.0, 13.5}),
        ("1.250 cases", {1250.0, 1.25}),
        ("1,250.75 euros", {1250.75}),
        ("22 400 hosts", {22400.0, 22.0, 400.0}),
        ("no numbers", set()),
    ],
)
def test_numbers_are_found_however_they_are_written(text: str, stated: set[float]) -> None:
    assert stated <= numbers_in(text)
