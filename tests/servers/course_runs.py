"""A project as a test drives it: an outline to edit, a model server to watch, the command to run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.openai_server import OpenAIServer

from coursewright.store.base import Store
from coursewright.store.open import open_store
from flows.__main__ import main


@dataclass
class CourseRuns:
    """A project, an outline file that a test may edit, and the model server that writes it.

    Attributes:
        store: the address of the store; a folder's path or ``s3://…``.
    """

    folder: Path
    outline: Path
    server: OpenAIServer
    store: str = ""
    project: str = "course"
    defaults: tuple[str, ...] = ("--model", "openai:good", "--visuals", "none")
    exit_code: int | None = None
    _counted: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.store = self.store or str(self.folder / "courses")

    @property
    def home(self) -> Path:
        """The project's own folder, where the store is one."""
        return Path(self.store) / self.project

    @property
    def own(self) -> Store:
        """The project's own part of the store."""
        return open_store(self.store).within(self.project)

    def generate(self, *options: str, outline: bool = True) -> int:
        """Run ``coursewright generate``; gives its exit code."""
        given = [str(self.outline)] if outline else []
        place = ("--store", self.store, "--project", self.project)
        self.exit_code = main(["generate", *given, *place, *self.defaults, *options])
        return self.exit_code

    def run(self, command: str, *options: str) -> int:
        """Run another command on the project; gives its exit code."""
        return main([command, self.project, "--store", self.store, *options])

    def newly_asked(self, kind: str = "lesson") -> list[str]:
        """The items of a kind that were asked for since this was last called."""
        asked = self.server.asked(kind)
        new, self._counted = asked[self._counted :], len(asked)
        return [item.partition("/")[2] for item in new]

    def places(self) -> list[str]:
        """The places of all published lessons."""
        keys = [item.key for item in self.own.list("lessons/") if not item.key.endswith(".generated.md")]
        return [key.removeprefix("lessons/").removesuffix(".md") for key in keys]

    def read_lesson(self, place: str) -> str:
        """A published lesson, front matter and all."""
        return self.own.read(f"lessons/{place}.md").decode("utf-8")

    def edit_lesson(self, place: str, change: Callable[[str], str]) -> None:
        """Change a published lesson as a person would."""
        self.own.write(f"lessons/{place}.md", change(self.read_lesson(place)).encode("utf-8"))

    def book(self) -> str:
        return self.own.read("book/book.md").decode("utf-8")

    def report(self) -> dict[str, Any]:
        """The newest run's report."""
        own = self.own
        newest = max(own.list("reports/"), key=lambda item: item.modified)
        return json.loads(own.read(newest.key))

    def edit_outline(self, change: Callable[[str], str]) -> None:
        """Change the outline's text; it must change."""
        before = self.outline.read_text("utf-8")
        after = change(before)
        assert after != before
        self.outline.write_text(after, "utf-8")
