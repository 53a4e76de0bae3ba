"""The README's commands about a course of one's own, one after the other as a reader would type them."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.course_runs import CourseRuns
from servers.small_course import as_yaml, many_lessons
from test_readme import commands

from flows.__main__ import main

pytestmark = pytest.mark.prefect

PROJECT = "my-course"


def test_each_command_about_a_course_does_its_work(
    make_runs: Callable[..., CourseRuns], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outline = many_lessons(2, 3)
    outline["modules"][1]["lessons"][2]["lab_activities"] = ["Try it"]
    runs = make_runs(as_yaml(outline))
    monkeypatch.chdir(tmp_path)
    course = tmp_path / "courses" / PROJECT
    earlier = tmp_path / "earlier" / "lessons"
    earlier.mkdir(parents=True)

    def run(beginning: str, *more: str) -> int:
        found = [line for line in commands("coursewright") if line.startswith(f"coursewright {beginning}")]
        assert len(found) == 1, found
        names = {"NAME": PROJECT, "OUTLINE": str(runs.outline), "FOLDER": str(earlier.parent)}
        words = shlex.split(found[0].replace("openai:NAME", "openai:gpt-4o"))[1:]
        return main([*(names.get(word, word) for word in words), *more])

    assert run("generate OUTLINE --model openai:NAME", "--project", PROJECT, "--visuals", "none") == 0
    assert len(runs.newly_asked()) == 6
    assert run("generate --project NAME --lessons 02-03") == 0
    assert runs.newly_asked() == ["02-03"]
    assert "more examples" in runs.server.calls[-1].prompt
    assert run("generate --project NAME --content both") == 0
    assert runs.newly_asked() == []
    assert runs.server.asked("lab") == ["lab/02-03-01"]
    assert run("status") == 0
    assert run("book") == 0
    names = {path.name for path in (course / "book").iterdir()}
    assert {"book.pdf", "book.epub", "book.docx", "book-scorm12.zip"} <= names

    lesson = course / "lessons" / "02-03.md"
    body = lesson.read_text("utf-8").partition("---\n")[2].partition("---\n")[2]
    draft = course / "rejected" / "02-03.md"
    draft.parent.mkdir(exist_ok=True)
    draft.write_text(body.replace("## Summary\n", "## Summary\n\nMended by hand.\n", 1), "utf-8")
    assert run("accept") == 0
    assert "Mended by hand." in lesson.read_text("utf-8")

    assert run("prune") == 0
    (earlier / "module-1-lesson-1-before.md").write_text(body, "utf-8")
    assert run("import", "--project", "earlier-course") == 0
    assert (tmp_path / "courses" / "earlier-course" / "lessons" / "01-01.md").exists()
    runs.newly_asked()
    again = ["--project", "earlier-course", "--model", "openai:gpt-4o", "--visuals", "none"]
    assert main(["generate", str(runs.outline), *again]) == 0
    assert "01-01" not in runs.newly_asked()
