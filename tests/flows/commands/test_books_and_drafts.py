"""What `coursewright book` and `coursewright accept` tell a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursewright.project.accept import Acceptance
from coursewright.project.write_books import WrittenBooks
from flows.__main__ import main


def test_the_files_of_a_book_stand_in_two_columns_however_long_a_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("book.md", "lab-guide-scorm12.zip")
    written = WrittenBooks({name: f"courses/web/book/{name}" for name in names})
    monkeypatch.setattr("flows.commands.book.write_books", lambda *_, **__: written)
    assert main(["book", "web"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({line.index("courses/") for line in lines}) == 1


@pytest.mark.parametrize(
    ("store", "named"),
    [("courses", ""), ("my courses", " --store 'my courses'"), ("s3://a/b", " --store s3://a/b")],
)
def test_a_draft_that_is_published_is_told_with_what_brings_it_into_the_book(
    store: str,
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSEWRIGHT_STORE", raising=False)
    monkeypatch.setattr("flows.commands.accept.open_named_store", lambda _: None)
    monkeypatch.setattr("flows.commands.accept.load_course", lambda *_: None)
    place = "courses/web/lessons/02-03.md"
    monkeypatch.setattr("flows.commands.accept.accept_draft", lambda *_: Acceptance(True, (), place))
    assert main(["accept", "web", "02-03", "--store", store]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Published: {place}",
        f"Bring it into the book with: coursewright generate --project web{named}",
    ]
