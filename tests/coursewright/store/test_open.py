"""Addresses of stores and outlines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from servers.s3_moto import make_session

from coursewright.errors import SettingsError
from coursewright.store.folder import FolderStore
from coursewright.store.open import OUTLINE_LIMIT, open_store, read_outline
from coursewright.store.s3_client import Encryption, encryption_by_environment, make_client

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("form", ["{}", "file://{}", "file://localhost{}"])
def test_a_folder_is_named_by_its_path_or_a_file_address(tmp_path: Path, form: str) -> None:
    place = tmp_path / "my courses"
    store = open_store(form.format(str(place).replace(" ", "%20") if "file:" in form else place))
    assert isinstance(store, FolderStore)
    assert store.url == str(place)


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_store("~/courses").url == str(tmp_path / "courses")


@pytest.mark.parametrize(
    ("url", "bucket", "prefix"),
    [
        ("s3://courses", "courses", ""),
        ("s3://courses/", "courses", ""),
        ("s3://courses/a/b/", "courses", "a/b"),
        ("S3://courses/a", "courses", "a"),
    ],
)
def test_a_bucket_and_a_prefix_are_read_from_the_address(url: str, bucket: str, prefix: str) -> None:
    store = open_store(url)
    assert (store.bucket, store.prefix) == (bucket, prefix)
    project = store.within("a-course")
    assert project.prefix == f"{prefix}/a-course".lstrip("/")
    assert project.locate("x") == f"s3://{bucket}/{project.prefix}/x"


@pytest.mark.parametrize(
    "url",
    ["", " ", "gs://x/y", "https://x/y", "s3://", "s3:///x", "s3://b!/x", "s3://ab/../x", "file://host/x"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        open_store(url)


@pytest.mark.parametrize(
    "url", ["a\0b", "\ud800", "file:///a%00b", "file:///\ud800", "file://[x/", "~nobody-of-this-name/x"]
)
def test_a_path_that_the_system_cannot_be_asked_for_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        open_store(url)
    with pytest.raises(SettingsError):
        read_outline(url)


def test_encryption_of_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Encryption is a setting of S3"):
        open_store(tmp_path, encryption=Encryption())


@pytest.mark.parametrize(
    ("method", "kms_key", "expected"),
    [
        ("", "", None),
        ("AES256", "", Encryption("AES256")),
        ("aws:kms", "", Encryption("aws:kms")),
        ("aws:kms", "alias/courses", Encryption("aws:kms", "alias/courses")),
        ("aws:kms:dsse", "alias/courses", Encryption("aws:kms:dsse", "alias/courses")),
    ],
)
def test_encryption_is_set_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, method: str, kms_key: str, expected: Encryption | None
) -> None:
    monkeypatch.setenv("COURSEWRIGHT_S3_ENCRYPTION", method)
    monkeypatch.setenv("COURSEWRIGHT_S3_KMS_KEY", kms_key)
    assert encryption_by_environment() == expected


@pytest.mark.parametrize(
    ("method", "kms_key"), [("aes256", ""), ("AES256", "alias/courses"), ("", "alias/courses")]
)
def test_encryption_that_s3_does_not_know_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, method: str, kms_key: str
) -> None:
    monkeypatch.setenv("COURSEWRIGHT_S3_ENCRYPTION", method)
    monkeypatch.setenv("COURSEWRIGHT_S3_KMS_KEY", kms_key)
    with pytest.raises(SettingsError, match="must be one of AES256, aws:kms, aws:kms:dsse"):
        open_store("s3://courses/x")
    open_store(tmp_path)


def test_encryption_of_the_environment_goes_with_every_put(
    monkeypatch: pytest.MonkeyPatch, moto_url: str
) -> None:
    monkeypatch.setenv("COURSEWRIGHT_S3_ENCRYPTION", "AES256")
    store = open_store("s3://courses/encrypted", session=make_session(), endpoint_url=moto_url)
    store.within("course").write("x", b"1")
    store.close()
    client = make_client(make_session(), moto_url, 10.0)
    head = client.head_object(Bucket="courses", Key="encrypted/course/x")
    client.close()
    assert head["ServerSideEncryption"] == "AES256"


def test_an_outline_in_s3_is_read_with_what_the_store_was_opened_with(moto_url: str) -> None:
    store = open_store("s3://courses/near", session=make_session(), endpoint_url=moto_url)
    store.write("o.yaml", b"modules: []")
    read = read_outline("s3://courses/near/o.yaml", near=store.within("course"))
    store.close()
    assert read == (b"modules: []", "near/o.yaml")


def test_an_outline_is_read_from_a_path_or_a_bucket(tmp_path: Path, moto_url: str) -> None:
    path = tmp_path / "outline.yaml"
    path.write_bytes(b"modules: []")
    assert read_outline(path) == (b"modules: []", str(path))
    store = open_store("s3://courses/outlines", session=make_session(), endpoint_url=moto_url)
    store.write("o.yaml", b"modules: []")
    store.close()
    source = "s3://courses/outlines/o.yaml"
    read = read_outline(source, session=make_session(), endpoint_url=moto_url)
    assert read == (b"modules: []", "outlines/o.yaml")


def test_no_more_of_an_outline_is_read_than_shows_that_it_is_too_large(tmp_path: Path, moto_url: str) -> None:
    large = b"#" * (OUTLINE_LIMIT + 100)
    path = tmp_path / "large.yaml"
    path.write_bytes(large)
    assert len(read_outline(path)[0]) == OUTLINE_LIMIT + 1
    store = open_store("s3://courses/outlines", session=make_session(), endpoint_url=moto_url)
    store.write("large.yaml", large)
    store.close()
    source = "s3://courses/outlines/large.yaml"
    assert len(read_outline(source, session=make_session(), endpoint_url=moto_url)[0]) == OUTLINE_LIMIT + 1


def test_an_outline_that_is_not_there_is_said(tmp_path: Path, moto_url: str) -> None:
    with pytest.raises(SettingsError, match="No such file or directory; check the path"):
        read_outline(tmp_path / "none.yaml")
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        read_outline(tmp_path)
    with pytest.raises(SettingsError, match=r"There is no outline at 's3://courses/none\.yaml'"):
        read_outline("s3://courses/none.yaml", session=make_session(), endpoint_url=moto_url)
    with pytest.raises(SettingsError, match="names a bucket; name the outline in it"):
        read_outline("s3://courses")


def test_a_folder_is_opened_without_loading_boto3(tmp_path: Path) -> None:
    script = (
        "import sys; from coursewright.store.open import open_store; from coursewright.store import claims\n"
        "open_store(sys.argv[1]).write('x', b'1'); open_store('s3://courses/x')\n"
        "print([name for name in ('boto3', 'botocore', 'prefect') if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "[]\n"
