"""What a status and a rerun with nothing to do ask of S3: no more for more lessons, but pages of listings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from servers.course_runs import CourseRuns
from servers.faulty_s3 import FaultyS3
from servers.s3_moto import make_bucket, running_moto
from servers.small_course import as_yaml, many_lessons

pytestmark = pytest.mark.prefect


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyS3]:
    with running_moto() as endpoint, FaultyS3(endpoint) as proxy:
        make_bucket(endpoint, "courses")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield proxy


def asked_for(watched: FaultyS3, act: Callable[[], int]) -> Counter[str]:
    """The requests that doing this takes, by method and the folder of what they are about."""
    watched.seen.clear()
    assert act() == 0
    asked: Counter[str] = Counter()
    for seen in watched.seen:
        folder = "list" if "list-type" in seen.query else seen.path.split("/", 4)[-1].partition("/")[0]
        asked[f"{seen.method} {folder}"] += 1
    return asked


def test_what_is_asked_of_s3_does_not_grow_with_lessons_and_batches(
    make_runs: Callable[..., CourseRuns], watched: FaultyS3
) -> None:
    counts = []
    for modules in (1, 3):
        runs = make_runs(as_yaml(many_lessons(modules, 2)), store=f"s3://courses/of-{modules}")
        runs.defaults = ("--model", "openai:good", "--batch-size", "1")
        assert runs.generate() == 0
        status = asked_for(watched, lambda runs=runs: runs.run("status"))  # type: ignore[misc]
        rerun = asked_for(watched, lambda runs=runs: runs.generate())  # type: ignore[misc]
        counts.append((status, rerun))
        assert len(runs.newly_asked()) == 2 * modules, "and no model was asked"
    assert counts[0] == counts[1]
    status, rerun = counts[0]
    assert status == {"GET list": 1, "GET project.json": 3, "GET outline.yaml": 1}
    assert rerun["GET .results"] == 1, "all batches are shown as Cached by one request"
    assert {name for name in rerun if name.startswith("PUT")} == {"PUT reports"}
