"""A prompt or the format changes only together with its version: finished work hangs on it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from servers.lab_text import make_lab_brief
from servers.lesson_text import make_brief

from coursewright.labs.format import format_rules as lab_format_rules
from coursewright.lessons.format import format_rules
from coursewright.project.keys import digest
from coursewright.prompts import prompt_names
from coursewright.prompts.versions import FORMAT_VERSION, PROMPT_VERSIONS, family_digest, family_of

PINS = Path(__file__).with_name("pinned_versions.json")
UPDATE = "PIN_VERSIONS=1 .venv/bin/pytest tests/coursewright/prompts/test_versions.py"


def current_pins() -> dict[str, list[object]]:
    families = {family_of(name) for name in prompt_names()}
    pins: dict[str, list[object]] = {
        family: [PROMPT_VERSIONS[family], family_digest(family)] for family in sorted(families)
    }
    rules = [format_rules(make_brief(code)) for code in ("en", "es")]
    pins["format"] = [FORMAT_VERSION, digest(rules, 16)]
    lab_rules = [lab_format_rules(make_lab_brief(code)) for code in ("en", "es")]
    pins["lab format"] = [FORMAT_VERSION, digest(lab_rules, 16)]
    return pins


@pytest.fixture(scope="module")
def pinned() -> dict[str, list[object]]:
    if os.environ.get("PIN_VERSIONS"):
        PINS.write_text(json.dumps(current_pins(), indent=1) + "\n", encoding="utf-8")
    data: dict[str, list[object]] = json.loads(PINS.read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("name", sorted(current_pins()))
def test_a_text_stands_for_its_version(name: str, pinned: dict[str, list[object]]) -> None:
    assert pinned.get(name) == current_pins()[name], (
        f"The {name} texts are not those that version {current_pins()[name][0]} was pinned with. If what a "
        "model is asked has changed, raise the version in coursewright/prompts/versions.py: finished work of "
        "this kind becomes stale, and is paid for again. If only its wording was mended, leave the version. "
        f"Then: {UPDATE}"
    )


def test_every_prompt_belongs_to_a_family_that_has_a_version() -> None:
    assert {family_of(name) for name in prompt_names()} <= set(PROMPT_VERSIONS)


@pytest.mark.parametrize(
    ("prompt", "family"),
    [
        ("lesson_whole", "lesson"),
        ("figures_plan", "figures"),
        ("illustration", "figures"),
        ("lab_guide", "lab"),
        ("lab_plan", "lab-plan"),
        ("lab-plan_repair", "lab-plan"),
    ],
)
def test_a_family_is_told_by_how_a_prompts_name_starts(prompt: str, family: str) -> None:
    assert family_of(prompt) == family


def test_a_prompt_of_no_family_is_refused() -> None:
    with pytest.raises(KeyError, match="of no family"):
        family_of("haiku")
