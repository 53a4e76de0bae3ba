"""What `coursewright status` shows a person."""

from __future__ import annotations

from typing import Any

import pytest
from rich.text import Text

from flows.commands.status import show_rows


def row(item: str, title: str = "", state: str = "finished", **more: Any) -> dict[str, Any]:
    given = {"why": "", "words": 0, "target": 0, "figures": 0, "model": "", "warnings": 0}
    return {"item": item, "title": title, "state": state, **given, **more}


def shown(capsys: pytest.CaptureFixture[str], *rows: dict[str, Any]) -> str:
    show_rows("Web [Basics]", "courses/web", rows)
    return capsys.readouterr().out


def test_items_are_counted_by_state_and_figures_are_told_only_where_something_is_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = shown(
        capsys,
        row("lesson 01-01", "Nets", words=900, target=1000, model="openai:one"),
        row("figure 01-01-0001"),
        row("lesson 01-02", "Hosts", "stale", why="topics changed", model="openai:one"),
        row("figures 01-02", state="missing"),
        row("lab 01-02-01", "Look it up", "missing"),
        row("lab 01-02-02", "Ask a host", words=457),
    )
    assert said.startswith(
        "Web [Basics] · courses/web\n2 finished · 1 stale · 1 missing · written by openai:one"
    )
    assert "900/1,000" in said
    assert " 457 " in said, "a lab has no target"
    assert "stale: topics changed" in said
    assert "figures 01-02" in said
    assert "figure 01-01-0001" not in said
    assert "warnings" not in said, "a column that nobody uses"


def test_who_wrote_what_is_told_where_several_did(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(
        capsys,
        row("lesson 01-01", "Nets", model="openai:one"),
        row("lesson 01-02", "Hosts", model="bedrock:two"),
    )
    assert [line.split()[-1] for line in said.splitlines() if line.lstrip().startswith("01-")] == [
        "openai:one",
        "bedrock:two",
    ]


def test_a_title_as_long_as_a_page_is_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows("x" * 5000, "courses/web", [row("lesson 01-01", "Nets")])
    assert len(capsys.readouterr().out.splitlines()[0]) < 150


LONG = "¿Qué es (y qué no es) un incidente? Gravedad, alcance, urgencia y otras palabras de cada equipo"


def test_an_item_is_one_line_however_long_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, row("lesson 01-01", LONG, why="context changed", words=900, target=1000))
    assert [line.split() for line in said.splitlines() if "01-01" in line] == [
        ["01-01", *LONG.split(), "finished:", "context", "changed", "900/1,000"]
    ]


@pytest.mark.parametrize("columns", [80, 130])
def test_in_a_terminal_a_long_title_is_cut_and_keeps_the_line(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    said = shown(
        capsys,
        row("lesson 01-01", LONG, words=1900, target=2000, figures=12, warnings=3),
        row("figures 01-01", state="missing", why="not all are drawn for the text as it is"),
    )
    table = [Text.from_ansi(line).plain for line in said.splitlines()[2:]]
    assert max(map(len, table)) <= columns
    assert sum("…" in line for line in table) == 1
    assert sum(word in line for line in table for word in LONG.split()[-2:]) == 0, "no second line of a title"
