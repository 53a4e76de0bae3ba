"""What each error of S3 is for the person who reads it."""

from __future__ import annotations

import re
import traceback
from typing import Any, ClassVar

import pytest
from botocore import exceptions
from servers.s3_moto import make_session
from servers.s3_seaweed import S3Access

from coursewright.errors import SettingsError, StoreUnavailable
from coursewright.store.open import open_store
from coursewright.store.s3 import S3Store
from coursewright.store.s3_bucket import Bucket
from coursewright.store.s3_client import Encryption, make_client
from coursewright.store.s3_faults import Verdict, judge


def answer(code: str, message: str = "", status: int = 400, **more: Any) -> exceptions.ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message, **more},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}},
    }
    return exceptions.ClientError(response, "PutObject")


def read(error: Exception, done: str = "written") -> Verdict:
    verdict = judge(error, done, "courses")
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("NoSuchBucket", "there is no bucket 'courses'; create it"),
        ("ExpiredToken", "the session token has expired; sign in again"),
        ("RequestTimeTooSkewed", "this machine's clock is off"),
        ("InvalidAccessKeyId", "does not accept the access key"),
        ("SignatureDoesNotMatch", "does not accept the access key"),
        ("InvalidToken", "does not accept the access key"),
        ("PermanentRedirect", "the bucket is in another region (S3 does not say which); set AWS_REGION"),
        ("InvalidStorageClass", "S3 says InvalidStorageClass"),
        ("XMinioStorageFull", "the store is full"),
        ("QuotaExceeded", "the store is full"),
    ],
)
def test_an_answer_that_waiting_does_not_cure_says_what_to_do(code: str, advice: str) -> None:
    verdict = read(answer(code))
    assert verdict.kind == "final"
    assert advice in verdict.advice


def test_a_wrong_region_is_named_where_s3_names_it() -> None:
    verdict = read(answer("AuthorizationHeaderMalformed", Region="eu-west-1"))
    assert "it is in eu-west-1" in verdict.advice


@pytest.mark.parametrize(
    ("done", "right"),
    [
        ("read", "s3:GetObject on arn:aws:s3:::courses/*; without s3:ListBucket"),
        ("written", "s3:PutObject on arn:aws:s3:::courses/*;"),
        ("removed", "s3:DeleteObject on arn:aws:s3:::courses/*;"),
        ("listed", "s3:ListBucket on arn:aws:s3:::courses;"),
    ],
)
@pytest.mark.parametrize("code", ["AccessDenied", "403"])
def test_a_missing_right_is_named(done: str, right: str, code: str) -> None:
    verdict = read(answer(code, "Access Denied", 403), done)
    assert verdict.kind == "final"
    assert f"lack the right {right}" in verdict.advice


def test_a_missing_right_on_a_key_is_named_as_s3_names_it() -> None:
    said = "User: arn:aws:iam::1:user/x is not authorized to perform: kms:GenerateDataKey on resource: arn:…"
    assert "lack the right kms:GenerateDataKey; grant it" in read(answer("AccessDenied", said, 403)).advice


@pytest.mark.parametrize(
    "error",
    [
        answer("InternalError", status=500),
        answer("SlowDown", status=503),
        answer("502", status=502),
        answer("429", status=429),
        answer("RequestTimeout"),
        answer("ConditionalRequestConflict", status=409),
        exceptions.ReadTimeoutError(endpoint_url="http://x"),
        exceptions.ConnectTimeoutError(endpoint_url="http://x"),
        exceptions.EndpointConnectionError(endpoint_url="http://x"),
        exceptions.ConnectionClosedError(endpoint_url="http://x"),
        exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        exceptions.HTTPClientError(error="broken"),
        ConnectionResetError(104, "Connection reset by peer"),
    ],
)
def test_what_passes_is_asked_again(error: Exception) -> None:
    assert read(error).kind == "passing"


@pytest.mark.parametrize(
    "error",
    [
        exceptions.NoCredentialsError(),
        exceptions.PartialCredentialsError(provider="env", cred_var="secret"),
        exceptions.CredentialRetrievalError(provider="sso", error_msg="expired"),
    ],
)
def test_missing_credentials_are_final(error: Exception) -> None:
    verdict = read(error)
    assert verdict.kind == "final"
    assert "no usable AWS credentials" in verdict.advice


def test_a_put_whose_answer_gives_no_sign_of_it_is_asked_again() -> None:
    class Server:
        answers: ClassVar = [{}, {"ETag": ""}, {"ETag": '"first"'}]

        def put_object(self, **_: Any) -> dict[str, str]:
            return self.answers.pop(0)

    bucket = Bucket("courses", sleep=lambda seconds: None)
    bucket._client = Server()  # type: ignore[assignment]
    assert bucket.put("x", b"1") == "first"


def test_a_fault_of_our_own_is_not_taken_for_one_of_s3() -> None:
    assert judge(KeyError("x"), "read", "courses") is None


def test_a_password_in_an_address_is_not_repeated() -> None:
    error = exceptions.EndpointConnectionError(endpoint_url="https://user:canary@proxy.example/x")
    assert "canary" not in read(error).advice


@pytest.mark.parametrize("where", ["given", "environment"])
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://user:canary@127.0.0.1:9",
        "http://user:x@canary@127.0.0.1:9",
        "http://user:canary@no host",
        "user:canary@host:9",
    ],
)
def test_a_password_in_an_endpoint_is_in_no_traceback(
    endpoint: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "environment":
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    given = endpoint if where == "given" else None
    store = open_store("s3://courses/x", session=make_session(), endpoint_url=given, timeout=1.0)
    with pytest.raises(SettingsError, match="user name") as caught:
        store.read("project.json")
    store.close()
    said = "".join(traceback.format_exception(caught.value))
    assert "canary" not in said


def test_no_credentials_at_all_are_said_at_the_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    store = open_store("s3://courses/x", endpoint_url="http://127.0.0.1:9")
    with pytest.raises(SettingsError, match="no AWS credentials"):
        store.read("project.json")
    store.close()


def test_an_unknown_profile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(SettingsError, match="nobody"):
        open_store("s3://courses/x").read("project.json")


def test_a_missing_bucket_is_said(moto_url: str) -> None:
    store = open_store("s3://no-such-bucket", session=make_session(), endpoint_url=moto_url)
    for attempt in (
        lambda: store.read("x"),
        lambda: store.write("x", b""),
        lambda: list(store.list()),
    ):
        with pytest.raises(StoreUnavailable, match="there is no bucket 'no-such-bucket'"):
            attempt()
    store.close()


@pytest.mark.seaweedfs
@pytest.mark.parametrize(("key", "secret"), [("", "wrong"), ("unknown", "")])
def test_wrong_credentials_are_said_and_not_repeated(seaweed: S3Access, key: str, secret: str) -> None:
    session = make_session(key or seaweed.key, secret or seaweed.secret)
    store = open_store("s3://courses/x", session=session, endpoint_url=seaweed.endpoint)
    with pytest.raises(StoreUnavailable, match="does not accept the access key") as caught:
        store.write("x", b"")
    assert seaweed.secret not in str(caught.value) + repr(caught.value.__cause__)
    store.close()


def test_the_endpoint_comes_from_the_standard_variable(
    moto_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto_url)
    store = open_store("s3://courses/by-variable", session=make_session())
    store.write("x", b"1")
    assert store.read("x") == b"1"
    store.close()


@pytest.mark.parametrize(("endpoint", "style"), [("https://minio.example:9000", "path"), (None, None)])
def test_elsewhere_than_at_amazon_the_bucket_is_in_the_path(endpoint: str | None, style: str | None) -> None:
    client = make_client(make_session(), endpoint, 1.0)
    assert (client.meta.config.s3 or {}).get("addressing_style") == style
    client.close()


def test_encryption_is_asked_for_with_every_put(moto_url: str) -> None:
    bucket = Bucket(
        "courses",
        session=make_session(),
        endpoint_url=moto_url,
        encryption=Encryption("aws:kms", "arn:aws:kms:us-east-1:1:key/2"),
    )
    store = S3Store(bucket, "encrypted")
    store.replace("x", b"2", store.create("x", b"1"))
    store.write("y", b"3")
    client = make_client(make_session(), moto_url, 5.0)
    for key in ("encrypted/x", "encrypted/y"):
        head = client.head_object(Bucket="courses", Key=key)
        assert head["ServerSideEncryption"] == "aws:kms"
        assert re.search("key/2$", head["SSEKMSKeyId"])
    client.close()
    store.close()
