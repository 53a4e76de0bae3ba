"""What a guide says of its time, its complexity and its software, whoever wrote it."""

from __future__ import annotations

import pytest
from servers.lab_text import good_lab, make_lab_brief

from coursewright.labs.clean import clean_lab
from coursewright.labs.planned import Software
from coursewright.labs.printed import PrintedLab, read_printed
from coursewright.languages import load_language


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_what_the_program_prints_is_read_back(language: str) -> None:
    brief = make_lab_brief(language, minutes=52.5)
    text = clean_lab(good_lab(brief), brief).text
    assert read_printed(text, brief.language) == PrintedLab(52.5, "intermediate", brief.software)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("90 minutes", 90),
        ("90", 90),
        ("1 h", 60),
        ("1 h 30 min", 90),
        ("1 h 30", 90),
        ("1,5 horas", 90),
        ("2 horas y 15 minutos", 135),
        ("**45 min**", 45),
        ("60 to 90 minutes", None),
        ("half a day", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_write_it(cell: str, minutes: float | None) -> None:
    text = f"# Lab\n\n## Metadata\n\n| Item | Value |\n| --- | --- |\n| Duration | {cell} |\n"
    assert read_printed(text, load_language("en")).minutes == minutes


def test_software_is_read_from_the_table_with_versions_alone() -> None:
    text = (
        "## Lab Environment\n\n| Part | Size |\n| --- | --- |\n| Memory | 8 GB |\n\n"
        "| Software | Version | Use |\n| --- | --- | --- |\n"
        "| [Docker Engine](https://docs.docker.com/) | 27.3 | all |\n"
        "| `kubectl` | **1.31** | |\n|  | 9 | |\n\n"
        "## Step-by-Step Instructions\n\n| Program | Version |\n| --- | --- |\n| Elsewhere | 1 |\n"
    )
    assert read_printed(text, load_language("en")).software == (
        Software("Docker Engine", "27.3"),
        Software("kubectl", "1.31"),
    )


@pytest.mark.parametrize(
    "text", ["", "# Lab", "## Metadata\n\n| a |\n| - |\n", "## Metadata\n\n|\n|-|\n|", "|"]
)
def test_a_guide_that_says_nothing_says_nothing(text: str) -> None:
    assert read_printed(text, load_language("en")) == PrintedLab(None, None, ())
