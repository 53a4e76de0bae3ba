"""A secret that nobody may find again: not in logs, artifacts, parameters, reports, keys or exceptions.

Canaries are put wherever a run may be given a secret; then everything that the runs produced is searched.
"""

from __future__ import annotations

import asyncio
import base64
import io
import secrets
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from chaos.course import good_model
from servers.course_runs import CourseRuns
from servers.faults import Fault, Faults, Rule
from servers.prefect_server import PrefectServer
from servers.s3_moto import make_bucket, running_moto
from servers.small_course import as_yaml, many_lessons

pytestmark = pytest.mark.prefect


def canary(kind: str) -> str:
    return f"canary-{kind}-{secrets.token_hex(12)}"


def traces_of(secret: str) -> list[bytes]:
    """The secret as it stands, and in the clothes in which it might travel."""
    plain = secret.encode()
    encoded = base64.b64encode(plain).rstrip(b"=")
    return [plain, encoded[:-2], quote(secret).encode(), plain.hex().encode()]


def find_traces(secret: str, folders: list[Path], texts: list[str]) -> Iterator[str]:
    """Where the secret is."""
    marks = traces_of(secret)
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and any(mark in data for data in _unpack(path.read_bytes()) for mark in marks):
                yield str(path)
    for text in texts:
        if any(mark in text.encode() for mark in marks):
            yield text[:200]


def _unpack(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and those of the files in it where it is a package."""
    yield data
    start = data.find(b"PK\x03\x04")
    if start >= 0 and zipfile.is_zipfile(io.BytesIO(data[start:])):
        with zipfile.ZipFile(io.BytesIO(data[start:])) as package:
            yield from (package.read(name) for name in package.namelist())


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    secret = canary("aws")
    with running_moto() as endpoint:
        make_bucket(endpoint, "courses")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIALOOPBACK")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
        monkeypatch.setenv("AWS_SESSION_TOKEN", f"{secret}-token")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield "s3://courses/with/secrets", secret


async def _keep_blocks(openai: str, aws: str) -> None:
    from prefect.blocks.system import Secret
    from prefect_aws import AwsCredentials

    await Secret(value=openai).save("canary-openai", overwrite=True)
    credentials = AwsCredentials(
        aws_access_key_id="AKIALOOPBACK", aws_secret_access_key=aws, region_name="us-east-1"
    )
    await credentials.save("canary-aws", overwrite=True)


def test_a_secret_is_in_nothing_that_runs_produce(
    make_runs: Callable[..., CourseRuns],
    on_the_server: PrefectServer,
    bucket: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    address, aws = bucket
    of_env, of_block, aws_of_block = canary("env"), canary("block"), canary("awsblock")
    faults = Faults(Rule(Fault("server-error"), attempts=1), Rule(Fault("bad-key"), item="lesson/02-*"))
    course = many_lessons(2, 2)
    course["modules"][0]["lessons"][0]["lab_activities"] = ["Try the matter out"]
    outline = as_yaml(course)
    runs = make_runs(outline, faults=faults, store=address, api_key=of_env, answer=good_model(outline, "en"))
    formats = ("--formats", "md,json,html,epub,docx,scorm")
    runs.defaults = ("--model", "openai:good", "--content", "both", *formats)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    monkeypatch.setenv("OPENAI_API_KEY", of_env)
    asyncio.run(_keep_blocks(of_block, aws_of_block))

    assert runs.generate("--verbose") == 3, "a key that is refused halfway, and echoed, leaves gaps"
    runs.server.faults = None
    monkeypatch.setenv("OPENAI_API_KEY", canary("wrong"))
    assert runs.generate("--verbose", "--again") == 3
    wrong = [call.headers["authorization"] for call in runs.server.calls][-1].removeprefix("Bearer ")
    assert wrong.startswith("canary-wrong"), "the server was shown it, and echoed it"

    runs.server.api_key = of_block
    monkeypatch.delenv("OPENAI_API_KEY")
    blocks = ("--openai-secret", "canary-openai", "--aws-credentials", "canary-aws")
    assert runs.generate("--verbose", *blocks) == 0
    assert runs.server.calls[-1].headers["authorization"] == f"Bearer {of_block}"

    from prefect.logging.handlers import APILogHandler

    APILogHandler().flush()
    kept = tmp_path / "kept"
    store = runs.own
    for number, item in enumerate(store.list()):
        kept.mkdir(exist_ok=True)
        (kept / str(number)).write_bytes(item.key.encode() + b"\n" + store.read(item.key))
    kinds = {item.key.partition("/")[0] for item in store.list()}
    assert {"lessons", "labs", "visuals", "book", "reports", ".finished", "project.json"} <= kinds
    said = capfd.readouterr()
    folders = [kept, on_the_server.home]
    # Row by row as well: in the file, a long value is spread over several pages.
    with closing(sqlite3.connect(on_the_server.home / "prefect.db")) as connection:
        database = "\n".join(connection.iterdump())
    for secret in (of_env, wrong, of_block, aws, aws_of_block):
        assert list(find_traces(secret, folders, [said.out, said.err, database])) == [], secret.split("-")[1]
    assert list(find_traces("Matter 11", [kept], [])) and "Subject 11" in database, "the search finds things"
    packed = [path for path in kept.iterdir() if b"PK\x03\x04" in path.read_bytes()]
    assert len(packed) >= 3 and all(len(list(_unpack(path.read_bytes()))) > 1 for path in packed)
