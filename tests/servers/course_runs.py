"""A project as a test drives it: an outline to edit, a model server to watch, the command to run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.openai_server import OpenAIServer

from flows.__main__ import main


@dataclass
class CourseRuns:
    """A project, an outline file that a test may edit, and the model server that writes it."""

    folder: Path
    outline: Path
    server: OpenAIServer
    project: str = "course"
    defaults: tuple[str, ...] = ("--model", "openai:good", "--visuals", "none")
    exit_code: int | None = None
    _counted: int = field(default=0, init=False)

    @property
    def store(self) -> Path:
        return self.folder / "courses"

    @property
    def home(self) -> Path:
        """The project's own folder."""
        return self.store / self.project

    def generate(self, *options: str, outline: bool = True) -> int:
        """Run ``coursewright generate``; gives its exit code."""
        given = [str(self.outline)] if outline else []
        place = ("--store", str(self.store), "--project", self.project)
        self.exit_code = main(["generate", *given, *place, *self.defaults, *options])
        return self.exit_code

    def run(self, command: str, *options: str) -> int:
        """Run another command on the project; gives its exit code."""
        return main([command, self.project, "--store", str(self.store), *options])

    def newly_asked(self, kind: str = "lesson") -> list[str]:
        """The items of a kind that were asked for since this was last called."""
        asked = self.server.asked(kind)
        new, self._counted = asked[self._counted :], len(asked)
        return [item.partition("/")[2] for item in new]

    def lesson(self, place: str) -> Path:
        return self.home / "lessons" / f"{place}.md"

    def book(self) -> str:
        return (self.home / "book" / "book.md").read_text("utf-8")

    def report(self) -> dict[str, Any]:
        """The newest run's report."""
        newest = max((self.home / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        return json.loads(newest.read_text("utf-8"))

    def edit_outline(self, change: Callable[[str], str]) -> None:
        """Change the outline's text; it must change."""
        before = self.outline.read_text("utf-8")
        after = change(before)
        assert after != before
        self.outline.write_text(after, "utf-8")
