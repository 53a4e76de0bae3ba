"""moto's S3 as a real server on loopback, in a process of its own.

moto looks at a put's condition and stores the object in two steps. Requests are served one at a time here,
as if each were one step, which is what Amazon S3 promises.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REGION = "us-east-1"


@contextlib.contextmanager
def running_moto() -> Iterator[str]:
    """Start moto; gives its endpoint's URL. It takes any credentials and keeps everything in memory."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), "moto did not start"
            yield url
        finally:
            process.kill()


@functools.cache
def _shared_loader() -> Any:
    """botocore's service descriptions, read once; each session would read them anew."""
    import botocore.loaders

    return botocore.loaders.create_loader()


def quick_session(**access: str) -> Any:
    """A boto3 session that costs no second reading of the service descriptions."""
    import boto3
    import botocore.session

    core = botocore.session.Session()
    core.register_component("data_loader", _shared_loader())
    return boto3.Session(botocore_session=core, **access)  # type: ignore[arg-type]


def make_session(key: str = "test", secret: str = "test") -> Any:
    """A boto3 session with these credentials; those of this machine are not looked at."""
    return quick_session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=REGION)


def make_bucket(endpoint: str, name: str, session: Any = None) -> None:
    """Make the bucket `name`."""
    from botocore.config import Config

    client = (session or make_session()).client(
        "s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"})
    )
    try:
        client.create_bucket(Bucket=name)
    finally:
        client.close()


def serve() -> None:
    """Serve until the starting process closes our standard input or ends."""
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    application = DomainDispatcherApplication(create_backend_app)
    one_at_a_time = threading.Lock()

    def handle(environ: Any, start_response: Any) -> Any:
        with one_at_a_time:
            return application(environ, start_response)

    server = make_server("127.0.0.1", 0, handle, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    serve()
