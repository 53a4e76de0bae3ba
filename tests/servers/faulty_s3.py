"""A proxy on loopback that stands before an S3 server, and fails as networks and services do."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FAULTS = ("500", "503", "timeout", "reset", "lost", "lost-500")
"""What can happen to a request:

``500``, ``503``: refused with InternalError or SlowDown, and not done. ``timeout``: not done, and never
answered. ``reset``: not done, the connection breaks. ``lost``: **done**, and the connection breaks before the
answer. ``lost-500``: **done**, and answered with InternalError.

A script may also have an answer come ``late``: done, and answered well after a while; or refuse with
``expired`` or ``full``, which do not pass.
"""

_ERRORS = {
    "500": (500, "InternalError", "We encountered an internal error. Please try again."),
    "lost-500": (500, "InternalError", "We encountered an internal error. Please try again."),
    "503": (503, "SlowDown", "Please reduce your request rate."),
    # Not by chance, only by a script: they stay until somebody logs in again, or makes room.
    "expired": (400, "ExpiredToken", "The provided token has expired."),
    "full": (507, "XMinioStorageFull", "Storage backend has reached its minimum free drive threshold."),
}
_HOP_BY_HOP = {"connection", "keep-alive", "expect", "transfer-encoding", "te", "upgrade", "proxy-connection"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came.

    Attributes:
        number: counted from 1, in order of arrival.
        method: of HTTP.
        path: decoded, with the bucket and without the query.
        query: as it came.
        condition: the header ``If-Match`` or ``If-None-Match``, or empty.
        size: bytes of the body.
        fault: one of `FAULTS`, or another that a script gave, or empty.
        status: what the server behind answered, whether the client came to know it or not; 0: not asked.
    """

    number: int
    method: str
    path: str
    query: str
    condition: str
    size: int
    fault: str
    status: int


class FaultyS3:
    """The proxy. Use it as a context manager.

    Args:
        upstream: the URL of the server behind.
        rate: the share of requests that meet a fault, from 0 to 1.
        faults: the kinds that happen, each as often as the others.
        methods: the methods that can meet one.
        seed: the same seed and order of requests give the same faults.
        script: gives the fault for a request (method, path, its number), or None; instead of `rate`.
        hold: the longest that a client that is not answered is kept waiting, in seconds.
        log_path: where each request is written as one line of JSON, beside the memory.
    """

    def __init__(
        self,
        upstream: str,
        *,
        rate: float = 0.0,
        faults: Collection[str] = FAULTS,
        methods: Collection[str] = ("PUT",),
        seed: int = 0,
        script: Callable[[str, str, int], str | None] | None = None,
        hold: float = 60.0,
        log_path: Path | None = None,
    ) -> None:
        self.rate = rate
        self.faults = tuple(faults)
        self.methods = set(methods)
        self.seed = seed
        self.script = script
        self.hold = hold
        self.seen: list[Seen] = []
        self.counts: Counter[str] = Counter()
        self._log_path = log_path
        self._upstream = urlsplit(upstream)
        self._lock = threading.Lock()
        self._arrived = 0
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._http = _Listener(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """The address that the client is given."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> FaultyS3:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def serve(self, handler: _Handler, method: str) -> None:
        """Serve one request, or fail it."""
        target = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self._lock:
            self._arrived += 1
            number = self._arrived
        fault = self._choose(method, unquote(target.path), number)
        status, headers, answer = 0, [], b""
        if fault == "late":
            time.sleep(random.Random(f"{self.seed}:{number}").uniform(0.3, 1.5))
        if fault in ("", "late", "lost", "lost-500"):
            status, headers, answer = self._forward(handler, method, body)
        condition = handler.headers.get("If-Match") or handler.headers.get("If-None-Match") or ""
        self._note(
            Seen(number, method, unquote(target.path), target.query, condition, len(body), fault, status)
        )
        if fault == "timeout":
            handler.wait_for_the_client_to_leave(self.hold)
        elif fault in ("reset", "lost"):
            handler.break_connection()
        elif fault in _ERRORS:
            handler.refuse(method, *_ERRORS[fault])
        else:
            handler.answer(method, status, headers, answer)

    def _choose(self, method: str, path: str, number: int) -> str:
        if self.script is not None:
            return self.script(method, path, number) or ""
        chance = random.Random(f"{self.seed}:{number}")
        if method not in self.methods or chance.random() >= self.rate:
            return ""
        return chance.choice(self.faults)

    def _forward(
        self, handler: _Handler, method: str, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(
            self._upstream.hostname or "", self._upstream.port, timeout=60
        )
        with contextlib.closing(connection):
            connection.putrequest(method, handler.path, skip_host=True, skip_accept_encoding=True)
            for name, value in handler.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()

    def _note(self, seen: Seen) -> None:
        with self._lock:
            self.seen.append(seen)
            self.counts[seen.method] += 1
            if seen.fault:
                self.counts[seen.fault] += 1
            if self._log_path is not None:
                line = {"time": time.time(), **asdict(seen)}
                with self._log_path.open("a") as log:
                    log.write(json.dumps(line) + "\n")


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the proxy's."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: FaultyS3

    def do_GET(self) -> None:
        self.proxy.serve(self, self.command)

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are noted by the proxy."""

    def answer(self, method: str, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP and not (
                name.lower() == "content-length" and method != "HEAD"
            ):
                self.send_header(name, value)
        if method != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if method != "HEAD":
            self.wfile.write(body)

    def refuse(self, method: str, status: int, code: str, message: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        self.answer(method, status, [("Content-Type", "application/xml")], body)

    def wait_for_the_client_to_leave(self, longest: float) -> None:
        self.connection.settimeout(longest)
        with contextlib.suppress(OSError):
            self.connection.recv(1, socket.MSG_PEEK)
        self.close_connection = True

    def break_connection(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
