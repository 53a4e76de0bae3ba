"""A model server on loopback: what the servers of all providers have in common.

It listens on 127.0.0.1, answers through a function that the test gives, plays a script of faults, and keeps a
log that can be audited. What is a provider's own (paths, bodies, errors) is in the modules beside it.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from servers.calls import CHARACTERS_PER_TOKEN, Call, Entry, Log
from servers.faults import Fault, FaultScript
from servers.text_faults import REPLY_FAULTS

Answer = Callable[[Call], str]

HTML_PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"
PATIENCE = 600.0
"""The longest that a slow answer waits, in seconds."""


class Response(NamedTuple):
    """What goes back over the wire."""

    status: int
    body: bytes
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    stop: str = ""
    text: str | None = None


class WireServer:
    """One provider's server. Use it as a context manager.

    Args:
        answer: gives the text for a request.
        answers: by the item's kind (``lesson``, ``visuals``, ``lab``, ``lab-plan``), before `answer`.
        faults: gives the fault for a request, or None.
        seconds: how long an answer takes; a number, or a function of the request.
        max_words: no answer is longer; what is, is cut off and says so.
        thinks: tokens that the model thinks before it writes; they count against what may be answered.
        log_path: where the log is written as JSON lines, beside the memory.
    """

    provider = ""

    def __init__(
        self,
        answer: Answer,
        *,
        answers: Mapping[str, Answer] | None = None,
        faults: FaultScript | None = None,
        seconds: float | Callable[[Call], float] = 0.0,
        max_words: int | None = None,
        thinks: int = 0,
        port: int = 0,
        log_path: Path | None = None,
    ) -> None:
        self.answer = answer
        self.answers = dict(answers or {})
        self.faults = faults
        self.seconds = seconds
        self.max_words = max_words
        self.thinks = thinks
        self.log = Log(log_path)
        self.calls: list[Call] = []
        self.other_requests: list[str] = []
        self.max_in_flight = 0
        self._attempts: Counter[str] = Counter()
        self._in_flight = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        handler = type("Handler", (_Handler,), {"wire": self})
        self._http = _Listener(("127.0.0.1", port), handler)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, name=self.provider, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """The address that the client is given."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> WireServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self.log.close()

    @property
    def entries(self) -> list[Entry]:
        """The log, in order of answering."""
        return self.log.entries

    def asked(self, kind: str = "") -> list[str]:
        """The items that were asked for, in order of arrival; those of one kind, or all."""
        with self._lock:
            return [call.item for call in self.calls if not kind or call.kind == kind]

    def start_anew(self) -> None:
        """Forget what was asked, so that the next request for an item is its first; the log stays."""
        with self._lock:
            self.calls.clear()
            self._attempts.clear()

    # What a provider's module says.

    def read_call(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any] | None:
        """The fields of a `Call`, or None where the path is none that is asked for text."""
        raise NotImplementedError

    def write_answer(self, call: Call, text: str, stop: str, output_tokens: int) -> bytes:
        """The body of a good answer. `stop` is ``end``, ``length`` or ``filtered``."""
        raise NotImplementedError

    def write_error(self, call: Call, fault: Fault) -> Response:
        """The answer to one of the faults that the provider words in its own way."""
        raise NotImplementedError

    def check_call(self, call: Call) -> Response | None:
        """A refusal that the provider's own rules ask for, if any."""
        return None

    def other_path(self, path: str, body: dict[str, Any]) -> Response:
        """The answer to a path that is not asked for text."""
        return Response(404, json.dumps({"error": {"message": f"no path {path}"}}).encode())

    # One request.

    def serve(self, handler: _Handler, path: str, headers: dict[str, str], raw: bytes) -> None:
        body = json.loads(raw) if raw else {}
        fields = self.read_call(path, headers, body)
        if fields is None:
            self.other_requests.append(path)
            handler.reply(self.other_path(path, body))
            return
        started = time.time()
        with self._lock:
            self._attempts[fields["item"]] += 1
            call = Call(
                number=len(self.calls) + 1,
                attempt=self._attempts[fields["item"]],
                path=path,
                headers=headers,
                body=body,
                **fields,
            )
            self.calls.append(call)
            self._in_flight += 1
            in_flight = self._in_flight
            self.max_in_flight = max(self.max_in_flight, in_flight)
        fault = self.faults(call) if self.faults else None
        try:
            response = self._respond(call, fault)
        finally:
            with self._lock:
                self._in_flight -= 1
        broken = fault is not None and fault.kind in ("reset", "drop")
        # Written before the answer leaves: whoever has the answer finds it in the log.
        self._note(call, started, in_flight, fault, response, broken)
        if broken:
            handler.break_off(response if fault and fault.kind == "reset" else None)
        else:
            handler.reply(response)

    def _respond(self, call: Call, fault: Fault | None) -> Response:
        refusal = self.check_call(call)
        if refusal is not None:
            return refusal
        kind = fault.kind if fault else ""
        wait = self.seconds(call) if callable(self.seconds) else self.seconds
        if fault and kind == "slow":
            wait = fault.seconds
        if wait:
            self._closing.wait(min(wait, PATIENCE))
        if kind == "html":
            return Response(200, HTML_PAGE, {"content-type": "text/html; charset=utf-8"})
        if kind == "garbled-json":
            return Response(200, b'{"choices": [{"message": {"content": "# Les')
        if kind == "no-answer":
            return Response(200, b"{}")
        if fault and kind not in (*REPLY_FAULTS, "", "slow", "reset", "drop", "filtered"):
            return self.write_error(call, fault)
        text = self.answers.get(call.kind, self.answer)(call)
        stop = "filtered" if kind == "filtered" else "end"
        if kind in REPLY_FAULTS:
            text = REPLY_FAULTS[kind](text)
            stop = "length" if kind == "cut-off" else "end"
        text, stop = self._keep_within(call, text, stop)
        tokens = len(text) // CHARACTERS_PER_TOKEN + self.thinks
        return Response(200, self.write_answer(call, text, stop, tokens), stop=stop, text=text)

    def _keep_within(self, call: Call, text: str, stop: str) -> tuple[str, str]:
        if self.max_words is not None and len(text.split()) > self.max_words:
            end = 0
            for _ in range(self.max_words):
                while end < len(text) and text[end].isspace():
                    end += 1
                while end < len(text) and not text[end].isspace():
                    end += 1
            text, stop = text[:end], "length"
        if call.max_tokens is not None:
            room = max(0, call.max_tokens - self.thinks) * CHARACTERS_PER_TOKEN
            if len(text) > room:
                text, stop = text[:room], "length"
        return text, stop

    def _note(
        self,
        call: Call,
        started: float,
        in_flight: int,
        fault: Fault | None,
        response: Response,
        broken: bool,
    ) -> None:
        text = response.text
        self.log.add(
            Entry(
                number=call.number,
                attempt=call.attempt,
                item=call.item,
                model=call.model,
                t_in=started,
                t_out=time.time(),
                in_flight=in_flight,
                status=0 if broken else response.status,
                fault=fault.kind if fault else "",
                stop=response.stop,
                input_tokens=call.input_tokens,
                output_tokens=len(text) // CHARACTERS_PER_TOKEN if text else 0,
                reply_sha256=hashlib.sha256(text.encode()).hexdigest() if text is not None else "",
                prompt_sha256=hashlib.sha256(call.prompt.encode()).hexdigest(),
                project=call.project,
            )
        )


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is a mistake in the test, and is shown."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    wire: WireServer
    protocol_version = "HTTP/1.1"
    # Headers and body go out in two writes; without this, Nagle's algorithm holds the second for 40 ms.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.wire.serve(self, self.path, {name.lower(): value for name, value in self.headers.items()}, raw)

    do_GET = do_POST  # noqa: N815 - the base class's name

    def reply(self, response: Response) -> None:
        self._start(response)
        self.wfile.write(response.body)

    def break_off(self, response: Response | None) -> None:
        """Reset the connection: after half an answer, or before any."""
        if response is not None:
            self._start(response)
            self.wfile.write(response.body[: len(response.body) // 2])
            self.wfile.flush()
        self.close_connection = True
        # Lingering for 0 s makes the kernel send a reset instead of a polite end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _start(self, response: Response) -> None:
        self.send_response(response.status)
        headers = {"content-type": "application/json", **response.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The server keeps its own log."""
