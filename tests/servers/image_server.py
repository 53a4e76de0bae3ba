"""A server on loopback that makes pictures, on OpenAI's wire and on Bedrock's, with refusals on demand."""

from __future__ import annotations

import base64
import json
import struct
import threading
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def small_png(width: int = 4, height: int = 3) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x80\x80\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@dataclass(frozen=True)
class Answer:
    """What goes back: a status, a body, and headers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def openai_picture(png: bytes, **more: Any) -> Answer:
    """OpenAI's good answer."""
    return Answer(200, {"created": 1, "data": [{"b64_json": base64.b64encode(png).decode()}], **more})


def openai_error(status: int, message: str, code: str, **headers: str) -> Answer:
    """OpenAI's error."""
    return Answer(status, {"error": {"message": message, "code": code, "type": "error"}}, headers)


def bedrock_picture(png: bytes) -> Answer:
    """Titan's, Nova Canvas's and Stability's good answer."""
    picture = base64.b64encode(png).decode()
    return Answer(200, {"images": [picture], "finish_reasons": [None], "error": None})


def bedrock_error(status: int, kind: str, message: str) -> Answer:
    """Bedrock's error."""
    return Answer(status, {"message": message}, {"x-amzn-errortype": kind})


class ImageServer:
    """Answers in the order given, then the last answer for ever. Use it as a context manager.

    Attributes:
        calls: path, headers (names in lower case) and body of each request.
    """

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.calls: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self._answers = deque(answers)
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with server._lock:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    server.calls.append((self.path, headers, body))
                    answers = server._answers
                    answer = answers.popleft() if len(answers) > 1 else answers[0]
                data = json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> ImageServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
