"""One `make up` for all tests of deployments, with a model server that they watch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.local_deployment import LocalDeployment, local_deployment
from servers.openai_server import OpenAIServer
from servers.prefect_server import free_port
from servers.small_course import as_yaml, lesson, small_outline


@dataclass
class Watched:
    """The model server of the deployed runs, and what was asked since a test began."""

    server: OpenAIServer
    outline: Path
    seconds: float = 0.0
    _seen: int = field(default=0)

    def begin(self, seconds: float = 0.0) -> None:
        """Forget what was asked; each answer takes so many seconds from now on."""
        self.seconds = seconds
        self._seen = len(self.server.asked())
        self.server.max_in_flight = 0

    @property
    def asked(self) -> list[str]:
        """The items asked for since the test began, in order."""
        return self.server.asked()[self._seen :]


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A model that writes good lessons of a small course: two modules of three lessons."""
    outline = small_outline()
    outline["modules"][0]["lessons"].append(lesson("1.3 Logs", "Structured logs"))
    outline["modules"][1]["lessons"].append(lesson("2.3 Flags", "Feature flags"))
    path = tmp_path_factory.mktemp("outlines") / "outline.yaml"
    path.write_bytes(as_yaml(outline))
    held: list[Watched] = []
    server = OpenAIServer(answer_from_outline(path), seconds=lambda call: held[0].seconds)
    held.append(Watched(server, path))
    with server:
        yield held[0]


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory, watched: Watched) -> Iterator[LocalDeployment]:
    """What `make up` starts."""
    store = tmp_path_factory.mktemp("store")
    variables = {**watched.server.environment, "COURSEWRIGHT_STORE": str(store)}
    # Where root runs the tests, PostgreSQL is another account's, to which pytest's own folders are closed.
    with tempfile.TemporaryDirectory(prefix="coursewright-run-") as folder:
        Path(folder).chmod(0o755)
        with local_deployment(Path(folder), free_port(), variables) as deployment:
            yield deployment


@pytest.fixture
def store(up: LocalDeployment) -> Path:
    """The folder with the deployed runs' projects."""
    return Path(up.environment["COURSEWRIGHT_STORE"])
