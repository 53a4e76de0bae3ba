"""Prompts are text files; values go in whole, and nothing is left open."""

from __future__ import annotations

import re

import pytest

from coursewright.prompts import PromptError, prompt_names, prompt_text, render

VALUES = {"findings": "- too short"}


def test_a_value_is_put_in_its_place() -> None:
    assert "- too short" in render("lesson_repair", **VALUES)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(PromptError, match=r"'lesson_repair' lacks a value for findings"):
        render("lesson_repair")


def test_an_unknown_value_is_named() -> None:
    with pytest.raises(PromptError, match="no place for colour"):
        render("lesson_repair", **VALUES, colour="red")


def test_an_unknown_prompt_names_those_there_are() -> None:
    with pytest.raises(PromptError, match="lesson_whole"):
        render("lesson_hole")


def test_what_a_value_holds_is_never_taken_for_a_placeholder() -> None:
    assert "${findings} ${password}" in render("lesson_repair", findings="${findings} ${password}")


def test_a_paragraph_whose_values_are_all_empty_is_left_out() -> None:
    places = re.findall(r"\$\{([a-z_]+)\}", prompt_text("lesson_subject"))
    text = render("lesson_subject", **{**dict.fromkeys(places, ""), "title": "Networks"})
    assert "Its title: Networks" in text
    assert "Labs that" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("name", prompt_names())
def test_every_prompt_holds_text_and_only_well_formed_places(name: str) -> None:
    text = prompt_text(name)
    assert text.strip()
    assert not re.search(r"\$(?!\{[a-z_]+\})", text), "a dollar sign that opens no place"


@pytest.mark.parametrize("name", [name for name in prompt_names() if name.startswith("lesson_demo_")])
def test_the_demonstration_is_asked_in_single_lines(name: str) -> None:
    """Each line is a question of its own, or one piece's sentences."""
    assert all(line.strip() for line in prompt_text(name).splitlines())
