"""The page of results: tables that Markdown reads, sections that stay until they are measured again."""

from __future__ import annotations

from pathlib import Path

from benchmarks.results import Section, Table, verdict, write_section


def section(part: str, value: str = "1.02") -> Section:
    table = Table(("way", "ratio"), (("ours | here", value), ("plain", "1.25")))
    return Section(part, part.title(), "How it was measured.", (table,), ("A note.",), quick=True)


def test_a_table_has_its_numbers_to_the_right_and_no_cell_breaks_out() -> None:
    lines = section("slots").tables[0].as_markdown().splitlines()
    assert lines == [
        "| way | ratio |",
        "| --- | ---: |",
        "| ours \\| here | 1.02 |",
        "| plain | 1.25 |",
    ]


def test_a_verdict_is_what_the_figures_say() -> None:
    assert verdict(1.03, 1.03) == "≤ 1.03: met"
    assert verdict(1.031, 1.03) == "≤ 1.03: missed"
    assert verdict(501, 500, unit=" MB") == "≤ 500 MB: missed"


def test_a_part_that_is_measured_again_replaces_its_own_section_only(tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    parts = ("quota", "growth", "slots")
    for one in (section("slots"), section("quota", "1.10"), section("slots", "1.01")):
        write_section(one, page, parts)
    text = page.read_text("utf-8")
    assert text.index("## Quota") < text.index("## Slots")
    assert "| 1.10 |" in text
    assert "| 1.01 |" in text
    assert "| 1.02 |" not in text
    write_section(section("slots", "1.01"), page, parts)
    assert page.read_text("utf-8") == text


def test_the_page_names_the_machine_the_versions_and_the_form(tmp_path: Path) -> None:
    write_section(section("slots"), tmp_path / "results.md", ("slots",))
    page = (tmp_path / "results.md").read_text("utf-8")
    assert "prefect " in page
    assert " cores, " in page
    assert "## Slots" in page
    assert "short form" in page
