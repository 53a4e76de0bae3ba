"""Software is named with its version, also where no plan says which."""

from __future__ import annotations

import pytest
from servers.lab_text import good_lab, make_lab_brief, read_words

from coursewright.labs.checks import check_lab
from coursewright.languages import load_language


def severities(environment: str, language: str, *, code: bool = True) -> list[str]:
    """What the check finds in a guide for which no software is planned."""
    brief = make_lab_brief(language, software=())
    text = good_lab(brief).replace(read_words(language)["environment"], environment)
    if not code:
        text = text.replace("```bash", "```text")
    return [found.severity for found in check_lab(text, brief) if found.check == "environment"]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_guide_with_code_names_the_software_it_runs_on(language: str) -> None:
    words = load_language(language).lab
    plain = read_words(language)["environment"]
    table = f"{plain}\n\n| {words['software']} | {words['version']} |\n| --- | --- |\n| Bash | 5.2 |"
    without = f"{plain}\n\n| {words['software']} |\n| --- |\n| Bash |"
    assert severities(plain, language) == ["warning"]
    assert severities(without, language) == ["error"]
    assert severities(table, language) == severities(f"{plain}\n\n- Bash 5.2", language) == []
    assert severities(plain, language, code=False) == [], "a lab on paper runs on nothing"
