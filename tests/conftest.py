"""What all tests share: no real models, no traffic beyond loopback, one Prefect server a session."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from servers.prefect_server import PrefectServer, running_prefect
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent
SHARED = TESTS.parents[1] / "shared"

# How long an example takes says how busy the machine is, and nothing about the property.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

# For `make test-fast`; what a few examples do not find, the hundred of `make test` do.
hypothesis.settings.register_profile("fast", hypothesis.settings.get_profile("patient"), max_examples=20)

_INSTALLED_IN_CI = ("chromium", "java", "libreoffice", "postgresql", "shared")
_ACCESS = ("OPENAI_", "AWS_", "OLLAMA_", "PREFECT_", "COURSEWRIGHT_STORE")


@pytest.fixture(autouse=True)
def _no_access_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no keys and no servers of the person who runs them."""
    for name in list(os.environ):
        if name.startswith(_ACCESS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("COURSEWRIGHT_RUN_FOLDER", "/no/server/of/make/up")


@pytest.fixture(scope="session")
def shared_outlines() -> Path:
    """The five real outlines; they are not part of the clone."""
    folder = SHARED / "outlines"
    if not folder.is_dir():
        pytest.skip("the shared outlines are not beside this clone")
    return folder


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """The real Prefect server, one for all tests that need it."""
    with running_prefect(tmp_path_factory.mktemp("prefect")) as server:
        yield server


class _ByFile(LoadScopeScheduling):
    """A file's tests go to one process, and so do all of the deployments'.

    xdist's own groups are not used: its 3.8.0 writes them where pytest 9.2 does not look.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "deployments" if "deployments/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Where tests run in several processes, those that share what is costly to start stay in one."""
    return _ByFile(config, log)


def pytest_collection_finish() -> None:
    """What collecting made lives as long as the tests: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where everything is installed, a test that skips because something is missing has failed."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    needs = [name for name in _INSTALLED_IN_CI if item.get_closest_marker(name)]
    if report.skipped and needs and os.environ.get("COURSEWRIGHT_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, though {', '.join(needs)} should be installed: {report.longrepr}"
