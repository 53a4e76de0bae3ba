"""Lab guides and lab plans that a good model would give, made from what it is asked for alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from coursewright.bloom import BloomLevel
from coursewright.labs.brief import LabBrief
from coursewright.labs.format import FEWEST_OBJECTIVES, lab_format, software_table
from coursewright.labs.planned import Software
from coursewright.languages import load_language

_WORDS = Path(__file__).parents[1] / "corpus" / "labs" / "words"
_REFERENCES = (
    ("Python Documentation", "https://docs.python.org/3/"),
    ("Bash Reference Manual", "https://www.gnu.org/software/bash/manual/"),
)
_TITLES = {
    "en": "Start a small service",
    "es": "Iniciar un servicio pequeño",
    "pt": "Iniciar um serviço pequeno",
}
_MODULES = {"en": "Running services", "es": "Operación de servicios", "pt": "Operação de serviços"}
_ASKED = re.compile(r"^LAB (\d+)\nTitle: (.*)$", re.MULTILINE)


def make_lab_brief(language: str = "en", **changes: Any) -> LabBrief:
    """A brief to try things with; `changes` replace its fields."""
    brief = LabBrief(
        id="01-02-01",
        title=_TITLES[language],
        module_title=_MODULES[language],
        language=load_language(language),
        minutes=45.0,
        complexity="intermediate",
        bloom_levels=(BloomLevel.APPLY,),
        outline_minutes=True,
        software=(Software("Python", "3.12"), Software("Bash", "5.2")),
        hardware=(read_words(language)["hardware"],),
    )
    return replace(brief, **changes)


def good_lab(brief: LabBrief, *, files: bool = False, steps: int = 4) -> str:
    """A guide that passes every check.

    Args:
        files: with a starter file, a solution file and check commands.
        steps: how many; three or four.
    """
    words, lab = read_words(brief.language.code), brief.language.lab
    references = "\n".join(f"- [{text}]({url})" for text, url in _REFERENCES)
    objectives = brief.objectives if len(brief.objectives) >= FEWEST_OBJECTIVES else words["objectives"]
    codes = (
        "mkdir -p service-lab\ncd service-lab",
        "printf 'limit: 40\\nunit: ms\\n' > service.yaml",
        "cat service.yaml",
        "sed -i 's/40/80/' service.yaml",
    )
    blocks = [
        lab_format(brief).title_line,
        f"## {lab['metadata']}",
        f"## {lab['overview']}",
        words["overview"],
        f"## {lab['learning_objectives']}",
        "\n".join(f"- [ ] {one}" for one in objectives),
        f"## {lab['prerequisites']}",
        "\n".join(f"- {one}" for one in words["prerequisites"]),
        f"## {lab['lab_environment']}",
        words["environment"],
        software_table(brief),
        f"## {lab['steps']}",
    ]
    for number, (row, code) in enumerate(zip(words["steps"][:steps], codes, strict=False), 1):
        title, objective, instructions, output, verification = row
        blocks += [
            f"### {lab['step']} {number}: {title}",
            f"**{lab['objective']}:** {objective}",
            f"**{lab['instructions']}:** {instructions}",
            f"```bash\n{code}\n```",
            f"**{lab['expected_output']}:** {output}",
            f"**{lab['verification']}:** {verification}",
        ]
        if files and number == 2:
            blocks.insert(-2, f"```python starter=app.py\nLIMIT = 40  # {words['comment']}\n```")
    blocks += [f"## {lab['validation']}", words["validation"]]
    if files:
        blocks += [
            "```python solution=app.py\n"
            f'LIMIT = 80  # {words["comment"]}\nprint("{words["print"]}", LIMIT)\n```',
            "```bash check\npython3 app.py | grep -q 80\n```",
        ]
    blocks.append(f"## {lab['troubleshooting']}")
    for number, (title, symptoms, cause, solution) in enumerate(words["issues"], 1):
        blocks += [
            f"### {lab['issue']} {number}: {title}",
            f"**{lab['symptoms']}:** {symptoms}",
            f"**{lab['cause']}:** {cause}",
            f"**{lab['solution']}:** {solution}",
        ]
    blocks += [
        f"## {lab['cleanup']}",
        words["cleanup"],
        f"## {lab['summary']}",
        words["summary"],
        f"## {lab['references']}",
        lab["no_references_demonstration"] if brief.demonstration else references,
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def asked_labs(prompt: str) -> list[tuple[int, str]]:
    """Number and title of each lab that a request for a plan asks for."""
    return [(int(number), title.strip()) for number, title in _ASKED.findall(prompt)]


def good_plan(prompt: str, language: str = "en") -> str:
    """The plan that a good model gives for what a request asks, as JSON."""
    labs = [planned_entry(number, title, language) for number, title in asked_labs(prompt)]
    words = read_words(language)
    return json.dumps({"objectives": words["objectives"][:3], "labs": labs}, ensure_ascii=False)


def planned_entry(number: int, title: str, language: str = "en") -> dict[str, Any]:
    """One lab of a plan."""
    words, lab = read_words(language), load_language(language).lab
    return {
        "lab": number,
        "title": title,
        "objectives": words["objectives"][:3],
        "scope": words["overview"],
        "minutes": 45,
        "bloom_level": "Apply",
        "prerequisites": words["prerequisites"],
        "technologies": ["Python", "Bash"],
        "complexity": lab["intermediate"],
        "software": [{"name": "Python", "version": "3.12"}, {"name": "Bash", "version": "5.2"}],
        "hardware": [words["hardware"]],
    }


@cache
def read_words(language: str) -> Mapping[str, Any]:
    """The sentences that guides in a language are made of."""
    data: dict[str, Any] = yaml.safe_load((_WORDS / f"{language}.yaml").read_text("utf-8"))
    return data
