"""Stores and outlines whose credentials are in blocks alone, on a server that checks signatures."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.s3_moto import REGION, make_bucket, make_session
from servers.s3_seaweed import S3Access, find_weed, running_seaweed
from servers.small_course import as_yaml, many_lessons

from coursewright.store.open import open_store
from flows.__main__ import main

pytestmark = [pytest.mark.prefect]
EXAMPLE = str(Path(__file__).parents[2] / "examples" / "web-basics.yaml")


@pytest.fixture
def seaweed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Access]:
    """A server with a bucket; nothing in this environment knows its credentials or its endpoint."""
    if find_weed() is None:
        pytest.skip("the SeaweedFS wheel is not installed for this platform")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    with running_seaweed() as access:
        make_bucket(access.endpoint, "courses", make_session(access.key, access.secret))
        yield access


async def keep_blocks(access: S3Access) -> None:
    from prefect_aws import AwsClientParameters, AwsCredentials, MinIOCredentials, S3Bucket

    parameters = AwsClientParameters(endpoint_url=access.endpoint)
    credentials = AwsCredentials(
        aws_access_key_id=access.key,
        aws_secret_access_key=access.secret,
        region_name=REGION,
        aws_client_parameters=parameters,
    )
    await credentials.save("of-courses", overwrite=True)
    own = MinIOCredentials(
        minio_root_user=access.key,
        minio_root_password=access.secret,
        region_name=REGION,
        aws_client_parameters=parameters,
    )
    bucket = S3Bucket(bucket_name="courses", bucket_folder="of/ours/", credentials=own)
    await bucket.save("of-courses", overwrite=True)


@pytest.mark.seaweedfs
def test_a_store_and_an_outline_are_reached_with_a_blocks_credentials_and_endpoint(
    make_runs: Callable[..., CourseRuns],
    on_the_server: PrefectServer,
    seaweed: S3Access,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outline = as_yaml(many_lessons(1, 2))
    runs = make_runs(outline)
    asyncio.run(keep_blocks(seaweed))
    session = make_session(seaweed.key, seaweed.secret)
    store = open_store("s3://courses", session=session, endpoint_url=seaweed.endpoint)
    store.write("outlines/o.yaml", outline)
    generate = ["generate", "s3://courses/outlines/o.yaml", "--project", "course"]
    options = ["--model", "openai:good", "--visuals", "none"]

    named = ["--store", "s3://courses/named", "--aws-credentials", "of-courses"]
    assert main([*generate, *named, *options]) == 0
    assert runs.newly_asked() == ["01-01", "01-02"]
    assert main([*generate, "--store", "s3-bucket/of-courses", *options]) == 0
    assert runs.newly_asked() == ["01-01", "01-02"]
    assert main([*generate, "--store", "s3-bucket/of-courses", *options]) == 0
    assert runs.newly_asked() == []

    for place in (named, ["--store", "s3-bucket/of-courses"]):
        capsys.readouterr()
        assert main(["status", "course", *place, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["outline_changed"] is False
        assert main(["book", "course", *place, "--formats", "md"]) == 0
        assert main(["prune", "course", *place]) == 0
        assert main([*generate, *place, *options, "--dry-run"]) == 0
        assert main(["accept", "course", "01-01", *place]) == 2
        assert "01-01" in capsys.readouterr().err, "there is no draft of it"
    assert runs.newly_asked() == []

    for folder in ("named", "of/ours"):
        keys = {item.key for item in store.within(f"{folder}/course").list()}
        assert {"lessons/01-02.md", "book/book.html", ".results/batches.json"} <= keys
    store.close()


@pytest.mark.parametrize(
    "command",
    [
        ["generate", EXAMPLE, "--dry-run"],
        ["batches", EXAMPLE],
        ["status", "web-basics"],
        ["book", "web-basics"],
        ["accept", "web-basics", "01-01"],
        ["prune"],
        ["import", "old", EXAMPLE],
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize(
    "place", [["--store", "s3-bucket/nowhere"], ["--store", "s3://courses", "--aws-credentials", "nowhere"]]
)
def test_a_block_that_there_is_none_of_is_wrong_input_to_every_command(
    command: list[str], place: list[str], on_the_server: PrefectServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, *place]) == 2
    assert "block 'nowhere'" in capsys.readouterr().err


def test_a_server_that_cannot_be_asked_for_a_block_is_told_in_a_sentence() -> None:
    environment = {**os.environ, "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    ran = subprocess.run(
        [sys.executable, "-m", "flows", "status", "web-basics", "--store", "s3-bucket/ours"],
        env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "The Prefect server http://127.0.0.1:9/api cannot be asked for the block" in ran.stderr
    assert "Traceback" not in ran.stderr
